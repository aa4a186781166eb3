"""Functions with all of NumPy's arguments: initial=, where=, mean=, order=, and those refused."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.calls import general
from autograd.dispatch import BY_FUNCTION
from autograd.node import Node, computed, raw
from autograd.op import Op, overrides
from autograd.ops.arithmetic import identity, where
from autograd.ops.reduce import cumsum, max, mean, min, prod, std, sum, var
from autograd.ops.shape import ravel, refuse, reshape, transpose
from autograd.values import HALF, dtype_of, shape_of


def called_as(op: Op, *functions: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let `op`, and the Node's method of its name, take all arguments of NumPy's `functions`.

    The decorated function is called where more is given than the op's own keywords.
    """

    def bind(full: Callable[..., Any]) -> Callable[..., Any]:
        full.__qualname__ = f"np.{op.name}"  # what Python's own errors say
        op.call = general(op, full)
        for function in functions:
            BY_FUNCTION[function] = op.call
        if op.name in vars(Node):
            setattr(Node, op.name, op.call)
        return full

    return bind


def mask_for(a: Any, mask: Any) -> Any:
    """`where=` of a reduction of `a`, in the shape of `a`; NumPy's errors where it does not fit."""
    if type(mask) is Node:
        raise TypeError(
            "where= takes bools, not a Node: no signal passes through the choice of elements; "
            "write where=node > 0.0 or the like"
        )
    mask = mask if computed(mask) else np.asarray(mask)
    return np.broadcast_to(mask.astype(bool, casting="safe"), np.shape(raw(a)))


def chosen(a: Any, mask: Any, other: float) -> Any:
    """`a`, with `other` for the elements that `where=mask` leaves out."""
    return a if mask is True else where(mask_for(a, mask), a, other)


def _fold(op: Op, unit: float, function: Any, join: Callable[[Any, float], Any]) -> None:
    @called_as(op, function)
    def full(
        a: Any, axis: Any = None, dtype: Any = None, out: Any = None,
        keepdims: bool = False, initial: Any = None, where: Any = True,
    ) -> Any:  # fmt: skip
        refuse(op.name, dtype=dtype, out=out)
        y = op(chosen(a, where, unit), axis=axis, keepdims=keepdims)
        return y if initial is None else join(y, float(initial))


_fold(sum, 0.0, np.sum, operator.add)
_fold(prod, 1.0, np.prod, operator.mul)


def _extreme(op: Op, least: float, *functions: Any) -> None:
    @called_as(op, *functions)
    def full(
        a: Any, axis: Any = None, out: Any = None,
        keepdims: bool = False, initial: Any = None, where: Any = True,
    ) -> Any:  # fmt: skip
        refuse(op.name, out=out)
        if where is not True and initial is None:
            raise ValueError(
                f"np.{op.name} with where= may have nothing to choose from; give initial= too, "
                f"such as initial={'-' if least < 0.0 else ''}np.inf"
            )
        return op(chosen(a, where, least), axis=axis, keepdims=keepdims, initial=initial)


_extreme(max, -math.inf, np.max, np.amax)
_extreme(min, math.inf, np.min, np.amin)


def count_of(a: Any, axis: Any, mask: Any) -> Any:
    """How many elements each element of a reduction combines, along axes kept as length 1."""
    n = np.sum(mask_for(a, mask), axis=axis, keepdims=True)
    return n.astype(dtype_of(raw(a))) if shape_of(raw(a)) or computed(n) else float(n)


def squared(a: Any, axis: Any, mask: Any, center: Any) -> tuple[Any, Any]:
    """The sum of squared distances from the mean, or from `center`; and the count of elements.

    The reduced axes are kept as length 1.
    """
    n = count_of(a, axis, mask)
    if center is None:
        center = sum(chosen(a, mask, 0.0), axis=axis, keepdims=True) / n
    return sum(np.square(chosen(a - center, mask, 0.0)), axis=axis, keepdims=True), n


def without(y: Any, axis: Any, keepdims: bool) -> Any:
    """`y`, whose reduced axes have length 1, with or without them."""
    return y if keepdims or not np.ndim(raw(y)) else np.squeeze(y, axis)


def widened(a: Any) -> Any:
    """`a`, in single width where it has half, which can neither count nor add up very many."""
    return a.astype(np.float32) if np.asarray(raw(a)).dtype is HALF else a


def narrowed(y: Any, a: Any) -> Any:
    """What was computed of `widened(a)`, as wide as `a`."""
    dtype = np.asarray(raw(a)).dtype
    return y.astype(HALF) if dtype is HALF and dtype_of(raw(y)) is not HALF else y


def root(v: Any) -> Any:
    """√v of a variance, with derivative 0 at 0, of any order."""
    flat = v == 0.0
    return where(flat, 0.0, np.sqrt(where(flat, 1.0, v)))


def freedom(ddof: float, correction: float | None) -> float:
    """What is taken off the count of elements: `ddof`, or `correction` in its place."""
    if correction is None:
        return ddof
    if ddof:
        raise ValueError("ddof and correction can't be provided simultaneously.")
    return correction


@called_as(mean, np.mean)
def _full_mean(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None,
    keepdims: bool = False, *, where: Any = True,
) -> Any:  # fmt: skip
    refuse("mean", dtype=dtype, out=out)
    if where is True:
        return mean(a, axis=axis, keepdims=keepdims)
    wide = widened(a)
    total = sum(chosen(wide, where, 0.0), axis=axis, keepdims=True)
    return narrowed(without(total / count_of(wide, axis, where), axis, keepdims), a)


def _dispersion(op: Op, function: Any, finish: Callable[[Any], Any]) -> None:
    @called_as(op, function)
    def full(
        a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: float = 0,
        keepdims: bool = False, *, where: Any = True, mean: Any = None, correction: Any = None,
    ) -> Any:  # fmt: skip
        refuse(op.name, dtype=dtype, out=out)
        ddof = freedom(ddof, correction)
        if where is True and mean is None:
            return op(a, axis=axis, ddof=ddof, keepdims=keepdims)
        total, n = squared(widened(a), axis, where, mean)
        return narrowed(finish(without(total / np.maximum(n - ddof, 0.0), axis, keepdims)), a)


_dispersion(var, np.var, lambda v: v)
_dispersion(std, np.std, root)


@called_as(cumsum, np.cumsum)
def _full_cumsum(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    refuse("cumsum", dtype=dtype, out=out)
    return cumsum(a, axis=axis)


def fortran(order: Any) -> bool:
    """Whether elements are read in Fortran's order; TypeError where memory would decide."""
    if order in ("C", "F"):
        return bool(order == "F")
    raise TypeError(
        f"order={order!r} would read the elements as they lie in memory, which a Node says nothing "
        "of; write order='C', the last index fastest, or order='F'"
    )


@overrides(np.ravel)
def full_ravel(a: Any, order: Any = "C") -> Any:
    """All elements along one axis.

    >>> full_ravel(Node([[1.0, 2.0], [3.0, 4.0]]), order="F").tolist()
    [1.0, 3.0, 2.0, 4.0]
    """
    return ravel(transpose(a) if fortran(order) else a)


@called_as(reshape, np.reshape)
def full_reshape(a: Any, /, shape: Any, order: Any = "C", *, copy: Any = None) -> Any:
    """The elements in another shape; one length may be −1.

    >>> full_reshape(Node([1.0, 2.0, 3.0, 4.0]), (2, 2), order="F").tolist()
    [[1.0, 3.0], [2.0, 4.0]]
    """
    if not fortran(order):
        return reshape(a, shape=shape)
    lengths = shape if isinstance(shape, (tuple, list)) else (shape,)
    return transpose(reshape(transpose(a), shape=tuple(lengths)[::-1]))


@overrides(np.copy)
def full_copy(a: Any, order: Any = "K", subok: bool = False) -> Any:
    """A Node of the same value; `order` speaks of memory alone.

    >>> full_copy(Node([1.0]), order="F").tolist()
    [1.0]
    """
    return identity(a)
