"""Functions of several arrays: choosing among them, fitting their shapes, joining and splitting."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import accumulate
from typing import Any

import numpy as np

from autograd.node import Node, as_node, computed, raw
from autograd.op import indexed, overrides
from autograd.ops import arithmetic
from autograd.ops.moves import cast, gather, numbers, numbers_only
from autograd.ops.shape import broadcast_to, concatenate, dims, getitem, ravel, refuse
from autograd.values import Array

_WHOLE = slice(None)
_numpy: Any = np  # for arguments that its annotations do not foresee


# Choice among several arrays.


def _alike(arrays: Any) -> list[Any]:
    """The arrays in the dtype of all, which Python's numbers do not widen."""
    arrays = [
        x if isinstance(x, (Node, int, float)) else np.asarray(x) for x in map(as_node, arrays)
    ]
    return [cast(x, np.result_type(*map(raw, arrays))) for x in arrays]


def _mixed(arrays: list[Any], choose: Callable[[list[Array]], Any]) -> Any:
    """Elements of several arrays, chosen by `choose` from the numbers of all their places."""
    starts = accumulate((math.prod(dims(x)) for x in arrays), initial=0)
    places = [numbers(x, start) for x, start in zip(arrays, starts, strict=False)]
    return gather(concatenate([ravel(x) for x in arrays]), choose(places))


@overrides(np.insert)
def insert(arr: Any, obj: Any, values: Any, axis: int | None = None) -> Any:
    """`arr` with `values` before the given places.

    >>> insert(Node([1.0, 2.0]), 1, Node(5.0)).tolist()
    [1.0, 5.0, 2.0]
    """
    numbers_only("insert", obj, axis)
    values = cast(values, np.asarray(raw(arr)).dtype)
    return _mixed([arr, values], lambda p: np.insert(p[0], obj, p[1], axis))


@overrides(np.choose)
@indexed
def choose(a: Any, choices: Any, out: Any = None, mode: Any = "raise") -> Any:
    """Of each place, the element there of the choice that the integers `a` name."""
    refuse("choose", out=out)
    numbers_only("choose", a)
    return _mixed(_alike(choices), lambda p: np.choose(a, p, mode=mode))


@overrides(np.select)
@indexed
def select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    """Of each place, the element there of the first choice whose condition holds.

    >>> x = Node([-1.0, 2.0])
    >>> select([x > 0.0], [x * x], default=x).tolist()
    [-1.0, 4.0]
    """
    conditions = [c if computed(c) else raw(c) for c in condlist]
    choices = _alike([*choicelist, default])
    return _mixed(choices, lambda p: np.select(conditions, p[:-1], p[-1]))


@overrides(np.block)
def block(arrays: Any) -> Any:
    """The blocks of nested lists, joined: the innermost along the last axis, and so on.

    >>> block([[Node([[1.0]]), np.zeros((1, 2))]]).tolist()
    [[1.0, 0.0, 0.0]]
    """
    parts: list[Any] = []

    def bare(nested: Any) -> Any:
        return type(nested)(map(bare, nested)) if type(nested) in (list, tuple) else raw(nested)

    def form(nested: Any) -> Any:
        if isinstance(nested, list):
            return [form(x) for x in nested]
        if isinstance(nested, tuple):
            _numpy.block(bare(arrays))  # NumPy's own error
        parts.append(nested)
        return len(parts) - 1

    def filled(tree: Any, places: list[Array]) -> Any:
        return [filled(x, places) for x in tree] if isinstance(tree, list) else places[tree]

    tree = form(arrays)
    return _mixed(parts, lambda places: np.block(filled(tree, places)))


@overrides(np.where)
def where(condition: Any, /, *choices: Any) -> Any:
    """`x` where the condition holds and `y` elsewhere; of a condition alone, where it holds."""
    if len(choices) != 2:
        return np.where(raw(condition), *map(raw, choices))
    return arithmetic.where(condition, *choices)


# Shapes of several arrays.


def _reshaped(x: Any, new: tuple[int, ...]) -> Any:
    return x if type(x) is Node and x.shape == new else np.reshape(x, new)


def _at_least(function: Any) -> None:
    """Let `function` give arrays more axes of length 1."""

    @overrides(function)
    def raised(*arys: Any) -> Any:
        shapes = [function(np.empty(dims(x))).shape for x in arys]
        found = tuple(map(_reshaped, arys, shapes))
        return found[0] if len(found) == 1 else found


for _function in (np.atleast_1d, np.atleast_2d, np.atleast_3d):
    _at_least(_function)


@overrides(np.broadcast_arrays)
def broadcast_arrays(*args: Any, subok: bool = False) -> Any:
    """The arrays, each broadcast to the shape of all."""
    common = np.broadcast_shapes(*map(dims, args))
    return tuple(
        x if type(x) is Node and x.shape == common else np.broadcast_to(x, common) for x in args
    )


@overrides(np.meshgrid)
def meshgrid(*xi: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> Any:
    """The coordinates of all points of a grid, from the coordinates along its axes."""
    shapes = [p.shape for p in _numpy.meshgrid(*map(raw, xi), sparse=True, indexing=indexing)]
    grids = tuple(map(_reshaped, xi, shapes))
    return grids if sparse or not grids else broadcast_arrays(*grids)


@overrides(np.full_like)
def full_like(a: Any, fill_value: Any, dtype: Any = None, *args: Any, **kwargs: Any) -> Any:
    """`fill_value` in the shape and dtype of `a`; plain where it is plain."""
    like = np.empty_like(raw(a), dtype, *args, **kwargs)
    fill_value = as_node(fill_value)
    if type(fill_value) is not Node:
        return np.full_like(like, fill_value)
    spread = broadcast_to(fill_value, like.shape)
    return spread if spread.dtype == like.dtype else spread.astype(like.dtype)


@overrides(np.ix_)
def ix_(*args: Any) -> Any:
    """Indices of a grid: plain arrays."""
    return np.ix_(*map(raw, args))


# Joining.


@overrides(np.append)
def append(arr: Any, values: Any, axis: int | None = None) -> Any:
    """`values` after `arr`, flattened without an axis."""
    if axis is None and not len(dims(arr)) == len(dims(values)) == 1:
        arr, values = ravel(arr), ravel(values)
    return concatenate([arr, values], axis=axis or 0)


def _column(x: Any) -> Any:
    return x if len(dims(x)) > 1 else np.reshape(x, (-1, 1))


def _joins(function: Any, shaped: Callable[[Any], Any], axis: int) -> None:
    """Let `function` join its arrays, `shaped` first, along the axis, or the only one."""

    @overrides(function)
    def joined(tup: Any, **kwargs: Any) -> Any:
        parts = [shaped(x) for x in tup]
        return concatenate(parts, axis=min(axis, len(dims(parts[0])) - 1), **kwargs)


_joins(np.hstack, np.atleast_1d, 1)
_joins(np.vstack, np.atleast_2d, 0)
_joins(np.dstack, np.atleast_3d, 2)
_joins(np.column_stack, _column, 1)


# Splitting.


def _splits(function: Any, axis_of: Callable[[int], int] | None = None) -> None:
    """Let `function` cut an array into runs along an axis, each a Node."""

    @overrides(function)
    def pieces(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
        numbers_only(function.__name__, indices_or_sections)
        ndim = len(dims(ary))
        along = axis_of(ndim) if axis_of else axis
        options = {} if axis_of else {"axis": axis}
        function(np.asarray(raw(ary)), indices_or_sections, **options)  # NumPy's own errors
        along %= ndim
        n = dims(ary)[along]
        ruler = np.arange(n).reshape((1,) * along + (n,) + (1,) * (ndim - along - 1))
        runs = [r.ravel() for r in function(ruler, indices_or_sections, **options)]
        whole = (_WHOLE,) * along
        return [
            getitem(ary, (*whole, slice(int(r[0]), int(r[0]) + r.size) if r.size else slice(0, 0)))
            for r in runs
        ]


_splits(np.split)
_splits(np.array_split)
_splits(np.hsplit, lambda ndim: 0 if ndim == 1 else 1)
_splits(np.vsplit, lambda ndim: 0)
_splits(np.dsplit, lambda ndim: 2)


@overrides(np.unstack)
def unstack(x: Any, /, *, axis: int = 0) -> Any:
    """The parts of `x` along an axis, as a tuple."""
    parts = np.unstack(np.asarray(raw(x)), axis=axis)
    whole = (_WHOLE,) * (axis % len(dims(x)))
    return tuple(getitem(x, (*whole, i)) for i in range(len(parts)))
