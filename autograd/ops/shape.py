"""Shapes and indices: linear ops that move elements about, and their transposes."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce
from itertools import accumulate
from operator import add
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from autograd.dispatch import KEYWORDS
from autograd.node import Node, as_node, computed, raw
from autograd.op import Op, multilinear, overrides
from autograd.state import current_trace
from autograd.values import DTYPES, Parts, Value, dtype_of


def dims(x: Any) -> tuple[int, ...]:
    """The lengths of the axes of a Node, a value or nested lists: its shape."""
    x = raw(x)
    if type(x) is np.ndarray:
        return x.shape  # type: ignore[no-any-return]
    return () if type(x) is float else np.shape(x)


def axes_of(x: Any, axis: Any) -> tuple[int, ...]:
    """The axes that `axis` names, as non-negative numbers; NumPy's errors where there are none."""
    ndim = len(dims(x))
    return tuple(range(ndim)) if axis is None else normalize_axis_tuple(axis, ndim)


PROMOTING = ("same_kind", "safe")
"""The casts that NumPy's functions make by default: to the dtype of all operands."""


def refuse(name: str, **given: Any) -> None:
    """TypeError for keywords of NumPy's that no Node can have, where they are given."""
    for word, value in given.items():
        promoting = word == "casting" and value in PROMOTING
        if value is not None and value is not np._NoValue and not promoting:
            raise TypeError(f"np.{name} of a Node with {word}=: {KEYWORDS[word]}")


def _reshape(x: Value, /, shape: Any) -> Any:
    return x.reshape(shape) if type(x) is np.ndarray else np.reshape(x, shape)


def _ravel(x: Value, /) -> Any:
    return np.ravel(x)


def _transpose(x: Value, /, axes: Any = None) -> Any:
    return x.transpose(axes) if type(x) is np.ndarray else np.transpose(x, axes)


def _swapaxes(x: Value, /, axis1: int, axis2: int) -> Any:
    return np.swapaxes(x, axis1, axis2)


def _expand_dims(x: Value, /, axis: Any) -> Any:
    return np.expand_dims(x, axis)


def _squeeze(x: Value, /, axis: Any = None) -> Any:
    return np.squeeze(x, axis)


def _broadcast_to(x: Value, /, shape: Any) -> Any:
    return np.broadcast_to(x, shape)


def _astype(x: Value, /, dtype: Any) -> Any:
    if np.dtype(dtype) not in DTYPES:
        raise TypeError(
            f"a Node cannot become {np.dtype(dtype)}: derivatives need float64, float32 or "
            "float16; write node.value.astype(...) for a plain array"
        )
    return x.astype(dtype) if isinstance(x, (np.ndarray, np.generic)) else np.dtype(dtype).type(x)


def _inverse(axes: Any, ndim: int) -> Any:
    return None if axes is None else tuple(np.argsort([a % ndim for a in axes]).tolist())


reshape: Op = multilinear(
    _reshape, lambda d, y, x, shape: reshape(d, dims(x)), overrides=[np.reshape],
    cases=[(((2, 6),), {"shape": (3, 4)}), (((4,),), {"shape": (-1, 2)}), (((),), {"shape": (1,)}),
           (((0, 3),), {"shape": (3, 0)})],
)  # fmt: skip
ravel = multilinear(
    _ravel, lambda d, y, x: reshape(d, dims(x)), method=True,
    cases=[(((2, 3),), {}), (((),), {}), (((0, 2),), {})],
)  # fmt: skip
transpose: Op = multilinear(
    _transpose, lambda d, y, x, axes: transpose(d, _inverse(axes, len(dims(x)))),
    overrides=[np.transpose, np.permute_dims], latex="{0}^T",
    cases=[(((2, 3),), {}), (((2, 3, 4),), {"axes": (1, 2, 0)}), (((3,),), {}), (((),), {}),
           (((2, 3, 4),), {"axes": (-1, 0, 1)})],
)  # fmt: skip
swapaxes: Op = multilinear(
    _swapaxes, lambda d, y, x, axis1, axis2: swapaxes(d, axis1, axis2),
    overrides=[np.swapaxes], method=True,
    cases=[(((2, 3, 4),), {"axis1": 0, "axis2": -1})],
)  # fmt: skip
expand_dims = multilinear(
    _expand_dims, lambda d, y, x, axis: reshape(d, dims(x)), overrides=[np.expand_dims],
    cases=[(((2, 3),), {"axis": 1}), (((3,),), {"axis": (0, -1)}), (((),), {"axis": 0})],
)  # fmt: skip
squeeze = multilinear(
    _squeeze, lambda d, y, x, axis: reshape(d, dims(x)), overrides=[np.squeeze], method=True,
    cases=[(((1, 3, 1),), {}), (((1, 3, 1),), {"axis": 0}), (((1,),), {})],
)  # fmt: skip
broadcast_to = multilinear(
    _broadcast_to, lambda d, y, x, shape: d, overrides=[np.broadcast_to],
    cases=[(((3,),), {"shape": (2, 3)}), (((2, 1),), {"shape": (4, 2, 3)}),
           (((),), {"shape": (2,)}), (((1,),), {"shape": (0,)})],
)  # fmt: skip
astype: Op = multilinear(
    _astype, lambda d, y, x, dtype: astype(d, dtype_of(raw(x))), overrides=[np.astype], method=True,
    cases=[(((2, 3),), {"dtype": np.float64}), (((),), {"dtype": np.float64})],
)  # fmt: skip


def own_index(index: Any) -> Any:
    """An index as the ops keep it, which nobody can change any more."""
    return tuple(map(_own_part, index)) if isinstance(index, tuple) else _own_part(index)


def _own_part(index: Any) -> Any:
    """A part of an index: numbers and slices as they are, sequences as arrays of its own."""
    if computed(index):
        return index
    if type(as_node(index)) is Node:
        raise TypeError(
            "a Node cannot be an index: no signal passes through the choice of an element; "
            "write x[int(node.value)] or x[(node > 0)]"
        )
    if index is None or isinstance(index, (int, np.integer, slice, type(...))):
        return index
    array = np.array(index)
    if not array.size and not isinstance(index, np.ndarray):
        array = array.astype(np.intp)
    array.flags.writeable = False
    return array


def basic(index: Any) -> bool:
    """Whether no element can be chosen twice."""
    parts = index if isinstance(index, tuple) else (index,)
    arrays = [i for i in parts if isinstance(i, np.ndarray)]
    return not arrays or (len(arrays) == 1 and arrays[0].dtype == bool)


def _getitem(x: Value, /, index: Any) -> Any:
    return x[index] if type(x) is np.ndarray or type(x) is Parts else np.asarray(x)[index]


def _getitem_rule(d: Any, y: Any, x: Any, index: Any) -> Any:
    whole = raw(x)
    if type(whole) is Parts:  # one output of an op with several
        return Parts(d if i == index % len(whole) else None for i in range(len(whole)))
    return scatter(d, index, dims(x))


def _add(total: Any, index: Any, d: Any) -> None:
    """Add `d` to the elements of an array that `index` names, in place."""
    if basic(index):
        total[index] += d
    else:
        np.add.at(total, index, d)


def _scatter(d: Value, /, index: Any, shape: Any) -> Any:
    out: Any = np.zeros(shape, dtype_of(d))
    _add(out, index, d)
    return out


FEW = 8
"""Up to so many recorded signals are scattered one by one."""


def accumulating(index_of: Callable[..., Any]) -> Callable[..., Any]:
    """The `accumulate` of an op that gives `x[index_of(x.shape, **statics)]`."""

    def add_up(uses: list[tuple[Any, dict[str, Any]]], x: Value, total: Any = None) -> Any:
        shape = dims(x)
        picks = [(d, index_of(shape, **statics)) for d, statics in uses]
        if type(picks[0][0]) is Node:
            return _scattered(picks, shape)
        if total is None:
            total = np.zeros(shape, dtype_of(x))
        for d, index in picks:
            _add(total, index, d)
        return total

    return add_up


def _scattered(picks: list[tuple[Node, Any]], shape: tuple[int, ...]) -> Any:
    """The sum of Nodes, each scattered to its index; of many in one op."""
    if len(picks) <= FEW:
        return reduce(add, (scatter(d, index, shape) for d, index in picks))
    numbers = np.arange(math.prod(shape)).reshape(shape)
    places = np.concatenate([numbers[index].reshape(-1) for _, index in picks])
    joined = concatenate([ravel(d) for d, _ in picks])
    return scatter(joined, tuple(map(own_index, np.unravel_index(places, shape))), shape)


_PICKS: list[tuple[Any, Any]] = [
    ((3, 4), 1), ((3, 4), (slice(None), -1)), ((5,), slice(None, None, -2)),
    ((3, 4), (..., None, 2)), ((4,), np.array([0, 2, 2])), ((3, 4), np.eye(3, 4) > 0),
    ((3, 4), (np.array([[0], [2]]), np.array([1, 1]))), ((4,), slice(0, 0)),
]  # fmt: skip
_select = multilinear(
    _getitem,
    _getitem_rule,
    name="getitem",
    accumulate=accumulating(lambda shape, index: index),
    cases=[((shape,), {"index": index}) for shape, index in _PICKS],
)
scatter: Op = multilinear(
    _scatter, lambda d, y, x, index, shape: _select(d, index),
    cases=[((np.empty(shape)[index].shape,), {"index": index, "shape": shape})
           for shape, index in _PICKS],
)  # fmt: skip


def getitem(x: Any, index: Any) -> Any:
    """The element or part of `x` that `index` names, as NumPy indexes."""
    trace = current_trace()
    if trace is not None:
        picked = trace.pick(x, index)
        if picked is not NotImplemented:
            return picked
    return _select(x, own_index(index))


def _concatenate(*xs: Value, axis: int = 0) -> Any:
    return np.concatenate(xs, axis=axis)


def _concatenate_rule(d: Any, y: Any, *xs: Any, axis: int) -> Callable[[int], Any]:
    axis %= len(dims(y))
    bounds = list(accumulate((dims(x)[axis] for x in xs), initial=0))
    whole = (slice(None),) * axis
    return lambda i: d[(*whole, slice(bounds[i], bounds[i + 1]))]


def _stack(*xs: Value, axis: int = 0) -> Any:
    return np.stack(xs, axis=axis)


def _stack_rule(d: Any, y: Any, *xs: Any, axis: int) -> Callable[[int], Any]:
    whole = (slice(None),) * (axis % len(dims(y)))
    return lambda i: d[(*whole, i)]


_join = multilinear(
    _concatenate, _concatenate_rule, name="concatenate",
    cases=[(((2, 3), (1, 3)), {}), (((2, 3), (2, 0), (2, 1)), {"axis": -1}), (((4,),), {})],
)  # fmt: skip
_pile = multilinear(
    _stack, _stack_rule, name="stack",
    cases=[(((2, 3), (2, 3)), {}), (((2,), (2,), (2,)), {"axis": -1}), (((), ()), {})],
)  # fmt: skip


@overrides(np.concatenate)
def concatenate(
    arrays: Any, axis: int | None = 0, out: Any = None, *, dtype: Any = None,
    casting: str = "same_kind",
) -> Any:  # fmt: skip
    """Join arrays and Nodes along an axis that exists; `axis=None` joins them flattened."""
    refuse("concatenate", out=out, dtype=dtype, casting=casting)
    if axis is None:
        return _join(*(ravel(x) for x in arrays))
    return _join(*arrays, axis=axis)


@overrides(np.stack)
def stack(
    arrays: Any, axis: int = 0, out: Any = None, *, dtype: Any = None, casting: str = "same_kind"
) -> Any:
    """Join arrays and Nodes of one shape along a new axis."""
    refuse("stack", out=out, dtype=dtype, casting=casting)
    return _pile(*arrays, axis=axis)


def array(nested: Any) -> Any:
    """A Node from nested lists of Nodes, Buffers, arrays and numbers.

    What NumPy's array gives, an ndarray, where no Node is among them; a Node as it is. ValueError
    where the parts of a list differ in shape.

    >>> array([[Node(1.0), 2.0], [3.0, 4.0]]).shape
    (2, 2)
    """
    node = as_node(nested)
    if type(node) is Node:
        return node
    if not _holds_node(nested):
        return np.array(nested)
    parts = [array(x) for x in nested]
    shapes = [dims(x) for x in parts]
    if len(set(shapes)) > 1:
        raise ValueError(
            "autograd.array of an inhomogeneous list: its parts have the shapes "
            f"{', '.join(map(str, dict.fromkeys(shapes)))}, but only parts of one shape make an "
            "array; pad the shorter ones, or write np.concatenate to join them end to end"
        )
    return stack(parts)


def _holds_node(x: Any) -> bool:
    if isinstance(x, (list, tuple)):
        return any(map(_holds_node, x))
    return type(as_node(x)) is Node
