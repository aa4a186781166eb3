"""Gates between scopes: what lets a layer begin only after the layers that feed it have ended."""

from __future__ import annotations

from itertools import takewhile
from typing import NamedTuple

import networkx as nx

from viz.scene import Scene

Scope = tuple[str, ...]


class Gate(NamedTuple):
    """What stands between scopes: all `tails` come before it and all `heads` after it.

    >>> Gate(["n0"], ["n1", "n2"]).heads
    ['n1', 'n2']
    """

    tails: list[str]
    heads: list[str]


def gates(scene: Scene) -> list[Gate]:
    """A gate before each scope that is fed from beside it, and one after each that feeds boxes.

    There are none where scopes feed each other.
    """
    scope = {box.key: box.scope for box in scene.boxes}
    order: nx.DiGraph = nx.DiGraph()
    before: dict[Scope, dict[str, None]] = {}
    after: dict[Scope, tuple[dict[str, None], dict[str, None]]] = {}
    for arrow in scene.arrows:
        out, into = _units(arrow.tail, arrow.head, scope)
        if out == into:
            continue
        order.add_edge(out, into)
        if into == scope[arrow.head][: len(into)]:
            before.setdefault(into, {})[arrow.tail] = None
        elif out == scope[arrow.tail][: len(out)]:
            tails, heads = after.setdefault(out, ({}, {}))
            tails[arrow.tail] = heads[arrow.head] = None
    if not nx.is_directed_acyclic_graph(order):
        return []
    entries = [Gate(list(tails), _first(scene, unit, scope)) for unit, tails in before.items()]
    return entries + [Gate(list(tails), list(heads)) for tails, heads in after.values()]


def _units(tail: str, head: str, scope: dict[str, Scope]) -> tuple[Scope, Scope]:
    """The outermost parts that hold one end of an arrow each: scopes, or boxes by themselves."""
    a, b = scope[tail], scope[head]
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))
    units = (
        path[: common + 1] if len(path) > common else (*path, f"#{key}")
        for path, key in ((a, tail), (b, head))
    )
    out, into = units
    return (out, into) if a != b else (a, a)


def _first(scene: Scene, unit: Scope, scope: dict[str, Scope]) -> list[str]:
    """The boxes of a scope that no arrow from within it enters."""
    inside = {key for key, path in scope.items() if path[: len(unit)] == unit}
    entered = {arrow.head for arrow in scene.arrows if arrow.tail in inside}
    return [box.key for box in scene.boxes if box.key in inside and box.key not in entered]
