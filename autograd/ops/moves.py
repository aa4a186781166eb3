"""Functions that only move, select or repeat elements, written in a few ops that do.

Where an element of the result comes from does not depend on the elements: NumPy's own function,
applied to the numbers of the places, tells; `take` then picks the elements themselves.
"""

from __future__ import annotations

import builtins
import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from autograd.node import Node, computed, raw
from autograd.op import Op, indexed, multilinear, opaque, overrides, reading, shaping
from autograd.ops import arithmetic
from autograd.ops.reduce import sum
from autograd.ops.shape import (
    accumulating,
    axes_of,
    broadcast_to,
    dims,
    getitem,
    ravel,
    refuse,
    reshape,
    scatter,
    transpose,
)
from autograd.state import current_trace
from autograd.values import Array, Value

_WHOLE = slice(None)
_numpy: Any = np  # for arguments that its annotations do not foresee


def numbers_only(name: str, *given: Any) -> None:
    """TypeError where a Node stands for an index, a count or a condition."""
    for value in given:
        parts = value if isinstance(value, (tuple, list)) else (value,)
        if any(type(x) is Node for x in parts):
            raise TypeError(
                f"np.{name} takes a Node only for the array whose elements it moves: no signal "
                "passes through an index, a count or a condition; write node.value for the number"
            )


def cast(x: Any, dtype: Any) -> Any:
    """`x` in that dtype."""
    if type(x) is not Node:
        return np.asarray(x, dtype)
    return x if x.dtype == dtype else x.astype(dtype)


def part(x: Any, axis: int, start: int | None, stop: int | None) -> Any:
    """The elements from `start` to `stop` along an axis."""
    return x[(*(_WHOLE,) * (axis % len(dims(x))), slice(start, stop))]


def _flat(index: Any) -> Any:
    return index.reshape(-1) if isinstance(index, np.ndarray) else np.array([index])


def _take(x: Value, /, indices: Any, axis: int | None = None) -> Any:
    return np.take(x, indices, axis)


def _take_rule(d: Any, y: Any, x: Any, indices: Any, axis: int | None) -> Any:
    if axis is None:
        where = _flat(indices)
        back = scatter(reshape(d, (-1,)), where, (math.prod(dims(x)),))
        return reshape(back, dims(x))
    return scatter(d, _take_index(dims(x), indices, axis), dims(x))


def _take_index(shape: tuple[int, ...], indices: Any, axis: int | None) -> Any:
    """The index that picks the same elements."""
    if axis is None:
        return np.unravel_index(indices, shape)
    return (*(_WHOLE,) * (axis % len(shape)), indices)


_pick: Op = multilinear(
    _take, _take_rule, name="take", accumulate=accumulating(_take_index),
    cases=[
        (((2, 3),), {"indices": np.array([[5, 0], [0, 1]])}), (((),), {"indices": np.array([0])}),
        (((2, 3),), {"indices": np.array([2, 0, 2]), "axis": -1}), (((4,),), {"indices": 3}),
        (((2, 3, 2),), {"indices": np.array([[1, 1]]), "axis": 1}),
        (((0, 2),), {"indices": np.array([], np.intp)}),
        (((2, 3),), {"indices": 1, "axis": 0}),
    ],
)  # fmt: skip


def gather(x: Any, places: Any) -> Any:
    """The elements of `x` whose numbers, in C order, are in the array `places`."""
    if computed(places):
        return getitem(ravel(x), places)
    if isinstance(places, np.ndarray):
        places = places.view()
        places.flags.writeable = False
        return _pick(x, places)
    return _pick(x, int(places))


def numbers(x: Any, start: int = 0) -> Array:
    """The numbers of the places of `x`, in C order, in its shape."""
    n = math.prod(dims(x))
    return np.arange(start, start + n).reshape(dims(x))


def _moves(function: Any, word: str | None = None, by: Callable[..., Any] = shaping) -> None:
    """Let `function` move the elements of its argument `word`, by default the first."""
    signature = inspect.signature(function)
    array = word or next(iter(signature.parameters))
    name = function.__name__

    def moved(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        x = bound.arguments.pop(array)
        refuse(name, out=bound.arguments.get("out"))
        numbers_only(name, *bound.arguments.values())
        bound.arguments[array] = numbers(x)
        return gather(x, reading(function)(*bound.args, **bound.kwargs))

    moved.__name__ = moved.__qualname__ = name
    overrides(function)(by(moved))


_function: Any
for _function in (np.roll, np.take_along_axis):
    _moves(_function, by=indexed)
for _function in (
    np.delete, np.diagonal, np.repeat, np.tile, np.lib.stride_tricks.sliding_window_view,
):  # fmt: skip
    _moves(_function)
_moves(np.compress, "a")
_moves(np.extract, "arr")


def _reorders(function: Any) -> None:
    """Let `function`, which only reorders axes, do so: axes of lengths 0, 1, 2 … show the order."""

    def reordered(x: Any, *args: Any, **kwargs: Any) -> Any:
        order = function(np.empty(range(len(dims(x)))), *args, **kwargs).shape
        return x if order == tuple(range(len(order))) else transpose(x, order)

    word = next(iter(inspect.signature(function).parameters))
    overrides(function)(lambda *args, **kwargs: reordered(*args, *_popped(kwargs, word), **kwargs))


def _popped(kwargs: dict[str, Any], word: str) -> list[Any]:
    return [kwargs.pop(word)] if word in kwargs else []


for _function in (np.moveaxis, np.rollaxis, np.matrix_transpose):
    _reorders(_function)


@overrides(np.take)
@indexed
def take(
    a: Any, indices: Any, axis: int | None = None, out: Any = None, mode: str = "raise"
) -> Any:
    """The elements of `a` with these numbers, along an axis; `mode` says what others mean.

    >>> take(Node([1.0, 2.0, 3.0]), [2, -1, 0]).tolist()
    [3.0, 3.0, 1.0]
    """
    refuse("take", out=out)
    numbers_only("take", indices, axis)
    if axis is not None:
        axis = normalize_axis_index(axis, len(dims(a)))
    n = math.prod(dims(a)) if axis is None else dims(a)[axis]
    places = reading(_numpy.take)(np.arange(n), indices, mode=mode)
    if axis is None:
        return gather(a, places)
    if computed(places):
        return getitem(a, _take_index(dims(a), places, axis))
    return _pick(a, places, axis)


@overrides(np.flip)
def flip(m: Any, axis: Any = None) -> Any:
    """`m` with the order of its elements reversed along all or some axes."""
    axes, back = axes_of(m, axis), slice(None, None, -1)
    return getitem(m, tuple(back if i in axes else _WHOLE for i in range(len(dims(m)))))


@overrides(np.flipud)
def flipud(m: Any) -> Any:
    """`m` with its rows in reverse order."""
    np.flipud(np.empty((1,) * len(dims(m))))
    return flip(m, 0)


@overrides(np.fliplr)
def fliplr(m: Any) -> Any:
    """`m` with its columns in reverse order."""
    np.fliplr(np.empty((1,) * len(dims(m))))
    return flip(m, 1)


@overrides(np.rot90)
def rot90(m: Any, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Any:
    """`m` turned `k` times by 90 degrees, from the first of the axes towards the second."""
    ndim = len(dims(m))
    np.rot90(np.empty((1,) * ndim), k, axes)
    first, second = (a % ndim for a in axes)
    order = list(range(ndim))
    order[first], order[second] = second, first
    if k % 4 == 1:
        return transpose(flip(m, second), order)
    if k % 4 == 3:
        return flip(transpose(m, order), second)
    return flip(m, (first, second) if k % 4 else ())


@overrides(np.resize)
def resize(a: Any, new_shape: Any) -> Any:
    """The elements of `a`, over and over, in the new shape; zeros where `a` has none."""
    if math.prod(dims(a)):
        return gather(a, np.resize(numbers(a), new_shape))
    return broadcast_to(sum(a), np.empty(new_shape).shape)


@overrides(np.diag)
def diag(v: Any, k: int = 0) -> Any:
    """The k-th diagonal of a matrix, or the matrix with the vector `v` there.

    >>> diag(Node([1.0, 2.0])).tolist()
    [[1.0, 0.0], [0.0, 2.0]]
    """
    if len(dims(v)) != 1:
        return gather(v, np.diag(numbers(v), k))
    n = dims(v)[0]
    rows = np.arange(n) + builtins.max(-k, 0)
    return scatter(v, (rows, rows + k), (n + abs(k),) * 2)


@overrides(np.diagflat)
def diagflat(v: Any, k: int = 0) -> Any:
    """The matrix with the elements of `v` on its k-th diagonal."""
    return diag(ravel(v), k)


@overrides(np.trace)
def trace(
    a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None, out: Any = None
) -> Any:
    """The sum along a diagonal."""
    refuse("trace", dtype=dtype, out=out)
    return sum(gather(a, np.diagonal(numbers(a), offset, axis1, axis2)), axis=-1)


@overrides(np.tril)
def tril(m: Any, k: int = 0) -> Any:
    """`m` with zeros above the k-th diagonal."""
    return arithmetic.where(_numpy.tri(*dims(m)[-2:], k=k, dtype=bool), m, 0.0)


@overrides(np.triu)
def triu(m: Any, k: int = 0) -> Any:
    """`m` with zeros below the k-th diagonal."""
    return arithmetic.where(_numpy.tri(*dims(m)[-2:], k=k - 1, dtype=bool), 0.0, m)


# Order.


def _arranged(x: Any, arranged: Array, axis: int) -> Any:
    """`x` with its elements along an axis in the order of `arranged`; equal ones keep theirs."""
    source = np.argsort(raw(x), axis, kind="stable")
    target = np.argsort(arranged, axis, kind="stable")
    places = np.empty_like(source)
    np.put_along_axis(places, target, source, axis)
    return gather(x, np.take_along_axis(numbers(x), places, axis))


@overrides(np.sort)
@opaque
def sort(
    a: Any, axis: int | None = -1, kind: Any = None, order: Any = None, *, stable: Any = None
) -> Any:
    """`a` in ascending order along an axis; each element's signal goes back where it came from.

    >>> sort(Node([2.0, 3.0, 1.0])).tolist()
    [1.0, 2.0, 3.0]
    """
    a, axis = (ravel(a), -1) if axis is None else (a, axis)
    return _arranged(a, np.sort(raw(a), axis, kind, order, stable=stable), axis)


@overrides(np.partition)
@opaque
def partition(
    a: Any, kth: Any, axis: int | None = -1, kind: Any = "introselect", order: Any = None
) -> Any:
    """`a` with the k-th element along an axis where sorting would put it, smaller ones before."""
    numbers_only("partition", kth)
    a, axis = (ravel(a), -1) if axis is None else (a, axis)
    return _arranged(a, np.partition(raw(a), kth, axis, kind, order), axis)


@overrides(np.unique)
def unique(
    ar: Any, return_index: bool = False, return_inverse: bool = False,
    return_counts: bool = False, axis: int | None = None, **kwargs: Any,
) -> Any:  # fmt: skip
    """The distinct elements in ascending order; the first of equals gets the signal.

    >>> unique(Node([2.0, 1.0, 2.0])).tolist()
    [1.0, 2.0]
    """
    trace = current_trace()
    if trace is not None:
        trace.refuse_shape("unique")
    found = _numpy.unique(raw(ar), True, return_inverse, return_counts, axis, **kwargs)
    first = found[1]
    values = gather(ar, first) if axis is None else take(ar, first, axis)
    rest = found[1:] if return_index else found[2:]
    return (values, *rest) if rest else values
