"""Assignment: an array with new values at some places, and `node.at[index]`."""

from __future__ import annotations

import operator
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
from autograd.state import current_trace
from autograd.values import Value, shape_of


def _assign(x: Value, v: Value, /, index: Any) -> Any:
    out: Any = np.array(x)
    out[index] = v
    return out


def winners(shape: tuple[int, ...], index: Any) -> Any:
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
        won = winners(shape_of(raw(x)), index)
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
    trace = current_trace()
    if trace is not None:
        done = trace.assign(x, _value(v), index)
        if done is not NotImplemented:
            return done
    return _put(x, _value(v), own_index(index))


def unrepeated(shape: tuple[int, ...], index: Any) -> None:
    """ValueError if `index` names a place twice."""
    if not winners(shape, index).all():
        raise ValueError(
            "the index names a place twice, where only .set(v), in which the last stays, and "
            ".add(v) have one meaning; write an index without repeats"
        )


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
        if basic(self.index) or self._computed():
            return self._changed(operator.add, v)
        x = self.node
        shape = np.broadcast_to(0.0, x.shape)[self.index].shape
        return x + scatter(broadcast_to(astype(_value(v), x.dtype), shape), self.index, x.shape)

    def multiply(self, v: Any) -> Any:
        """The Node with the elements there multiplied by `v`."""
        return self._changed(operator.mul, v)

    def divide(self, v: Any) -> Any:
        """The Node with the elements there divided by `v`."""
        return self._changed(operator.truediv, v)

    def power(self, v: Any) -> Any:
        """The Node with the elements there raised to the power `v`."""
        return self._changed(operator.pow, v)

    def min(self, v: Any) -> Any:
        """The Node with the smaller of each element there and `v`."""
        return self._changed(minimum, v)

    def max(self, v: Any) -> Any:
        """The Node with the larger of each element there and `v`."""
        return self._changed(maximum, v)

    def apply(self, f: Callable[[Any], Any]) -> Any:
        """The Node with `f` of the elements there; ValueError if `index` names a place twice."""
        trace = self._computed()
        if trace is not None:
            here = trace.pick(self.node, self.index)  # refused for a mask: `f` sees all of it
            return trace.change(self.node, self.index, lambda x, v: v, f(here))
        if not basic(self.index):
            unrepeated(self.node.shape, self.index)
        return self.set(f(self.get()))

    def _changed(self, f: Callable[[Any, Any], Any], v: Any) -> Any:
        trace, v = self._computed(), _value(v)
        if trace is None:
            return self.apply(lambda x: f(x, v))
        return trace.change(self.node, self.index, f, v)

    def _computed(self) -> Any:
        """The trace of the program that computes part of the index, or None."""
        trace = current_trace()
        return trace if trace is not None and trace.computes(self.index, ()) else None


class At:
    """What `node.at` is: `node.at[index]` names some of the Node's elements."""

    __slots__ = ("_node",)

    def __init__(self, node: Node) -> None:
        self._node = node

    def __getitem__(self, index: Any) -> Place:
        return Place(self._node, index)
