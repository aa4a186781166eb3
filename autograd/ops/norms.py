"""Norms of vectors and matrices, with derivative 0 at zero; condition numbers and ranks."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.node import Node, raw
from autograd.op import general, opaque, overrides, predicate
from autograd.ops.arithmetic import absolute, sign, where
from autograd.ops.equations import inv
from autograd.ops.factorizations import svdvals
from autograd.ops.reduce import keep, max, min, spread, sum
from autograd.ops.shape import dims, expand_dims, reshape, squeeze, transpose
from autograd.values import Value, dtype_of


def _p_norm(x: Value, /, ord: float = 2.0, axis: Any = None, keepdims: bool = False) -> Any:
    return np.linalg.vector_norm(x, ord=ord, axis=axis, keepdims=keepdims)


def _p_norm_rule(d: Any, y: Any, x: Any, ord: float, axis: Any, keepdims: bool) -> Any:
    """sign(x) (|x| / ‖x‖)^(p−1), and 0 where x or ‖x‖ is 0."""
    zero = y == 0.0
    slope = spread(where(zero, 0.0, d), x, axis)
    unit = x / keep(where(zero, 1.0, y), x, axis)
    if ord == 2.0:
        return slope * unit
    size = where(x == 0.0, 1.0, absolute(unit))
    return slope * (sign(x) * size ** (ord - 1.0))


p_norm = general(
    _p_norm, _p_norm_rule, name="norm", symbol="‖·‖", latex=r"\lVert {0} \rVert",
    cases=[(((3,),), {}), (((),), {}), (((0,),), {}), (((2, 0),), {"axis": 0}),
           (((2, 3),), {"axis": 1, "keepdims": True}), (((2, 3, 2),), {"axis": (0, -1)}),
           (((2, 3),), {"ord": 3.0, "axis": 0}), (((1, 3),), {"ord": -2.0})],
)  # fmt: skip


def _largest(x: Any, axis: Any, keepdims: bool = False) -> Any:
    """The maximum of what is not negative, 0 where there is nothing."""
    return (max if raw(x).size else sum)(x, axis=axis, keepdims=keepdims)


def _along(x: Any, ord: Any, axis: Any, keepdims: bool) -> Any:
    """The norm of vectors along one axis or several."""
    if isinstance(ord, str):
        raise ValueError(f"Invalid norm order '{ord}' for vectors")
    if not dims(x):
        if axis is not None:
            np.linalg.norm(raw(x), axis=axis)  # NumPy's own error
        x, axis, keepdims = reshape(x, (1,)), None, False
    if ord == math.inf:
        return _largest(absolute(x), axis, keepdims)
    if ord == -math.inf:
        return min(absolute(x), axis=axis, keepdims=keepdims)
    if ord == 0:
        return sum(where(x != 0.0, 1.0, sign(x)), axis=axis, keepdims=keepdims)
    if ord == 1:
        return sum(absolute(x), axis=axis, keepdims=keepdims)
    order = 2.0 if ord is None else float(ord)
    return p_norm(x, ord=order, axis=axis, keepdims=keepdims)


def _across(x: Any, ord: Any, axis: tuple[int, int], keepdims: bool) -> Any:
    """The norm of matrices whose rows and columns are counted along two axes."""
    ndim = len(dims(x))
    row, column = (np.lib.array_utils.normalize_axis_index(k, ndim) for k in axis)
    if row == column:
        raise ValueError("Duplicate axes given.")
    if ord in (None, "fro", "f"):
        return p_norm(x, axis=(row, column), keepdims=keepdims)
    if ord in (2, -2, "nuc"):
        rest = [k for k in range(ndim) if k not in (row, column)]
        s = svdvals(transpose(x, [*rest, row, column]))
        reduce: Any = {2: _largest, -2: min, "nuc": sum}[ord]
        y = reduce(s, axis=-1)
        return expand_dims(y, (row, column)) if keepdims else y
    if ord not in (1, -1, math.inf, -math.inf):
        raise ValueError("Invalid norm order for matrices.")
    inner, outer = (row, column) if abs(ord) == 1 else (column, row)
    totals = sum(absolute(x), axis=inner, keepdims=True)
    y = (_largest if ord > 0 else min)(totals, axis=outer, keepdims=True)
    return y if keepdims else squeeze(y, (row, column))


def _check(**plain: Any) -> None:
    for name, x in plain.items():
        if type(x) is Node:
            raise TypeError(
                f"{name} is a Node: it chooses the norm, and no signal passes through the choice; "
                f"write {name}=node.item()"
            )


@overrides(np.linalg.norm)
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """A vector's or a matrix's norm, by NumPy's `ord` and `axis`; ties share the signal evenly.

    >>> import autograd
    >>> np.linalg.norm(autograd.Node([3.0, 4.0])).value
    5.0
    """
    _check(ord=ord, axis=axis)
    ndim = len(dims(x))
    if axis is None and (ord is None or (ord, ndim) in ((2, 1), ("f", 2), ("fro", 2))):
        return p_norm(x, keepdims=keepdims)
    axes = tuple(range(ndim)) if axis is None else axis if isinstance(axis, tuple) else (int(axis),)
    if len(axes) == 1:
        return _along(x, ord, axes[0], keepdims)
    if len(axes) == 2:
        return _across(x, ord, axes, keepdims)
    raise ValueError("Improper number of dimensions to norm.")


@overrides(np.linalg.vector_norm)
def vector_norm(x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    """The norm of all elements, or of those along one axis or several.

    >>> import autograd
    >>> np.linalg.vector_norm(autograd.Node([[3.0, -4.0]]), ord=1).value
    7.0
    """
    _check(ord=ord, axis=axis)
    return _along(x, ord, axis, keepdims)


@overrides(np.linalg.matrix_norm)
def matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    """The norm of a matrix, or of each in a stack.

    >>> import autograd
    >>> np.linalg.matrix_norm(autograd.Node([[3.0, 0.0], [0.0, 4.0]]), ord="nuc").value
    7.0
    """
    _check(ord=ord)
    return _across(x, ord, (-2, -1), keepdims)


@overrides(np.linalg.cond)
@opaque
def cond(x: Any, p: Any = None) -> Any:
    """The condition number: of singular values, or with `p` the norms of x and its inverse.

    Infinite, with derivative 0, where the matrix is singular.

    >>> import autograd
    >>> np.linalg.cond(autograd.Node([[2.0, 0.0], [0.0, 1.0]])).value
    2.0
    """
    _check(p=p)
    singular = np.asarray(np.isinf(np.linalg.cond(raw(x), p)))
    if p in (None, 2, -2):
        s = svdvals(x)
        top, bottom = (s[..., -1], s[..., 0]) if p == -2 else (s[..., 0], s[..., -1])
        found = top / where(singular, 1.0, bottom)
    else:
        unit = np.eye(dims(x)[-1], dtype=dtype_of(raw(x)))
        regular = where(singular[..., None, None], unit, x)
        found = matrix_norm(regular, ord=p) * matrix_norm(inv(regular), ord=p)
    return where(singular, math.inf, found)


matrix_rank = predicate(np.linalg.matrix_rank, arity=1)
