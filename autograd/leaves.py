"""Leaves as modules and optimisers handle them: without checks and without copies."""

from __future__ import annotations

from collections.abc import Iterable

from autograd.node import NUMBERS, Node
from autograd.values import Value


def values_of(nodes: Iterable[Node]) -> list[Value]:
    """The values themselves, to be read only."""
    return [node._value for node in nodes]


def gradients_of(leaves: Iterable[Node]) -> list[Value | None]:
    """The gradients of leaves themselves, to be read only; None where no sweep has arrived."""
    return [leaf._x for leaf in leaves]


def renew(leaves: Iterable[Node], values: Iterable[Value]) -> None:
    """Give leaves new values of their own shapes and dtypes, which nobody will change."""
    for node, value in zip(leaves, values, strict=True):
        node._value = value
        node._number = next(NUMBERS)


def rescope(leaf: Node, scope: str) -> None:
    """Let a leaf belong to another scope than that in which it was made."""
    leaf._scope = scope
