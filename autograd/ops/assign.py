"""Assignment: an array with new values at some places, and `node.at[index]`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.node import Node, as_node, raw
from autograd.op import Op, general
from autograd.ops.arithmetic import maximum, minimum, where
from autograd.ops.shape import (
    array,
    astype,
    basic,
    broadcast_to,
    getitem,
    own_index,
    reshape,
    scatter,
)
from autograd.values import Value, shape_of


def _assign(x: Value, v: Value, /, index: Any) -> Any:
    out: Any = np.array(x)
    out[index] = v
    return out


def _winners(shape: tuple[int, ...], index: Any) -> Any:
    """Of the elements assigned to `index`, those that stay: the last for each place."""
    places: Any = np.arange(np.prod(shape, dtype=np.intp)).reshape(shape)[index]
    turns = np.arange(places.size).reshape(places.shape)
    last = np.empty(shape, np.intp)
    last[index] = turns
    return last[index] == turns


def _assigned_rule(d: Any, y: Any, x: Any, v: Any, index: Any) -> Any:
    """The signal at the places; none for what a later element of `v` has replaced."""
    g = getitem(d, index)
    if not basic(index):
        won = _winners(shape_of(raw(x)), index)
        g = g if won.all() else where(won, g, 0.0)
    missing = len(shape_of(raw(v))) - len(shape_of(raw(g)))  # axes of length 1 that `v` has before
    return reshape(g, (1,) * missing + shape_of(raw(g))) if missing > 0 else g


_CASES: list[Any] = [
    (((3, 4), (4,)), 1), (((3, 4), ()), (slice(None), -1)), (((5,), (3,)), slice(None, None, -2)),
    (((3, 4), (3, 1)), (..., None, 2)), (((4,), (3,)), np.array([0, 2, 2])),
    (((4,), ()), np.array([1, 1])), (((3, 4), (3,)), np.eye(3, 4) > 0),
    (((3, 4), (2, 2)), (np.array([[0], [2]]), np.array([1, 1]))),
    (((3, 4), (2, 1)), (np.array([2, 2]), slice(1, 3))), (((4,), (1,)), slice(0, 0)),
    (((), ()), ()), (((), ()), ...), (((3,), (1, 1, 3)), slice(None)), (((0, 2), (2,)), ...),
    (((2, 3), (3,)), np.array([False, True])), (((2, 3), (1,)), np.array(True)),
]  # fmt: skip
_put: Op = general(
    _assign,
    lambda d, y, x, v, index: _put(d, 0.0, index),
    _assigned_rule,
    name="assign", selects=True,
    cases=[(shapes, {"index": index}) for shapes, index in _CASES],
)  # fmt: skip


def assign(x: Any, v: Any, index: Any) -> Any:
    """A copy of `x` with `v`, broadcast and cast, at the places that `index` names.

    Where `index` names a place twice, the last element stays, and it alone gets the signal.
    IndexError or ValueError where NumPy raises them.

    >>> assign(Node([1.0, 2.0]), 5.0, 0).value
    array([5., 2.])
    """
    return _put(x, _value(v), own_index(index))


def _value(v: Any) -> Any:
    """An operand: lists, in which Nodes may be, as arrays; Nodes for Buffers."""
    return array(v) if isinstance(v, (list, tuple)) else as_node(v)


class Place:
    """The elements of a Node that an index names; its methods give a new Node."""

    __slots__ = ("index", "node")

    def __init__(self, node: Node, index: Any) -> None:
        self.node = node
        self.index = own_index(index)

    def get(self) -> Any:
        """The elements themselves: `node[index]`."""
        return getitem(self.node, self.index)

    def set(self, v: Any) -> Any:
        """The Node with `v` there; of several elements for one place the last stays."""
        return assign(self.node, v, self.index)

    def add(self, v: Any) -> Any:
        """The Node with `v` added there; several elements for one place all add up."""
        if basic(self.index):
            return self.apply(lambda x: x + _value(v))
        x = self.node
        shape = np.broadcast_to(0.0, x.shape)[self.index].shape
        return x + scatter(broadcast_to(astype(_value(v), x.dtype), shape), self.index, x.shape)

    def multiply(self, v: Any) -> Any:
        """The Node with the elements there multiplied by `v`."""
        return self.apply(lambda x: x * _value(v))

    def divide(self, v: Any) -> Any:
        """The Node with the elements there divided by `v`."""
        return self.apply(lambda x: x / _value(v))

    def power(self, v: Any) -> Any:
        """The Node with the elements there raised to the power `v`."""
        return self.apply(lambda x: x ** _value(v))

    def min(self, v: Any) -> Any:
        """The Node with the smaller of each element there and `v`."""
        return self.apply(lambda x: minimum(x, _value(v)))

    def max(self, v: Any) -> Any:
        """The Node with the larger of each element there and `v`."""
        return self.apply(lambda x: maximum(x, _value(v)))

    def apply(self, f: Callable[[Any], Any]) -> Any:
        """The Node with `f` of the elements there; ValueError if `index` names a place twice."""
        if not basic(self.index) and not _winners(self.node.shape, self.index).all():
            raise ValueError(
                "the index names a place twice, where only .set(v), in which the last stays, and "
                ".add(v) have one meaning; write an index without repeats"
            )
        return self.set(f(self.get()))


class At:
    """What `node.at` is: `node.at[index]` names some of the Node's elements."""

    __slots__ = ("_node",)

    def __init__(self, node: Node) -> None:
        self._node = node

    def __getitem__(self, index: Any) -> Place:
        return Place(self._node, index)
