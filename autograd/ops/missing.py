"""Reductions that leave NaN out."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from autograd.node import raw
from autograd.op import opaque, overrides
from autograd.ops.arguments import (
    chosen,
    count_of,
    freedom,
    mask_for,
    narrowed,
    root,
    squared,
    widened,
    without,
)
from autograd.ops.arithmetic import where as choose
from autograd.ops.reduce import sum as total
from autograd.ops.shape import refuse
from autograd.values import dtype_of


def _present(a: Any, mask: Any) -> Any:
    """Which elements count: neither NaN nor left out by `where=mask`."""
    return np.logical_not(np.isnan(a)) & mask_for(a, mask)


def _filled(a: Any, number: float) -> Any:
    """`a` with `number` in place of NaN."""
    return choose(np.isnan(a), number, a)


def _over(y: Any, n: Any, complaint: str) -> Any:
    """y / n, and NaN with NumPy's warning where n is not positive."""
    if np.any(n <= 0.0):
        warnings.warn(complaint, RuntimeWarning, stacklevel=3)
    return y / choose(n > 0.0, n, np.nan)


@overrides(np.nansum)
def nansum(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None,
    keepdims: bool = False, initial: Any = None, where: Any = True,
) -> Any:  # fmt: skip
    """The sum of the elements that are not NaN.

    >>> from autograd import Node
    >>> nansum(Node([1.0, np.nan])).value
    1.0
    """
    refuse("nansum", dtype=dtype, out=out)
    return np.sum(_filled(a, 0.0), axis, None, None, keepdims, initial, where)


@overrides(np.nanprod)
def nanprod(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None,
    keepdims: bool = False, initial: Any = None, where: Any = True,
) -> Any:  # fmt: skip
    """The product of the elements that are not NaN.

    >>> from autograd import Node
    >>> nanprod(Node([2.0, np.nan])).value
    2.0
    """
    refuse("nanprod", dtype=dtype, out=out)
    return np.prod(_filled(a, 1.0), axis, None, None, keepdims, initial, where)


@overrides(np.nancumsum)
def nancumsum(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    """The running sum, NaN counted as 0.

    >>> from autograd import Node
    >>> nancumsum(Node([1.0, np.nan, 2.0])).value.tolist()
    [1.0, 1.0, 3.0]
    """
    refuse("nancumsum", dtype=dtype, out=out)
    return np.cumsum(_filled(a, 0.0), axis)


@overrides(np.nancumprod)
def nancumprod(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    """The running product, NaN counted as 1."""
    refuse("nancumprod", dtype=dtype, out=out)
    return np.cumprod(_filled(a, 1.0), axis)


@overrides(np.nanmean)
@opaque
def nanmean(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None,
    keepdims: bool = False, *, where: Any = True,
) -> Any:  # fmt: skip
    """The mean of the elements that are not NaN.

    >>> from autograd import Node
    >>> nanmean(Node([1.0, np.nan, 3.0])).value
    2.0
    """
    refuse("nanmean", dtype=dtype, out=out)
    there = _present(a, where)
    wide = widened(a)
    y = total(chosen(wide, there, 0.0), axis=axis, keepdims=True)
    y = _over(y, count_of(wide, axis, there), "Mean of empty slice")
    return narrowed(without(y, axis, keepdims), a)


@overrides(np.nanvar)
@opaque
def nanvar(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: float = 0,
    keepdims: bool = False, *, where: Any = True, mean: Any = None, correction: Any = None,
) -> Any:  # fmt: skip
    """The variance of the elements that are not NaN, about their mean or about `mean`.

    >>> from autograd import Node
    >>> nanvar(Node([1.0, np.nan, 3.0])).value
    1.0
    """
    refuse("nanvar", dtype=dtype, out=out)
    ddof = freedom(ddof, correction)
    with np.errstate(invalid="ignore"):
        y, n = squared(widened(a), axis, _present(a, where), mean)
    y = _over(y, n - ddof, "Degrees of freedom <= 0 for slice.")
    dtype = dtype_of(np.asarray(raw(a)))
    return without(y if dtype_of(raw(y)) == dtype else y.astype(dtype), axis, keepdims)


@overrides(np.nanstd)
def nanstd(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: float = 0,
    keepdims: bool = False, *, where: Any = True, mean: Any = None, correction: Any = None,
) -> Any:  # fmt: skip
    """The standard deviation of the elements that are not NaN; derivative 0 where it is 0.

    >>> from autograd import Node
    >>> nanstd(Node([1.0, np.nan, 3.0])).value
    1.0
    """
    return root(
        nanvar(a, axis, dtype, out, ddof, keepdims, where=where, mean=mean, correction=correction)
    )


def _nan_extreme(function: Any, stand_in: float, nan_function: Any) -> Any:
    def full(
        a: Any, axis: Any = None, out: Any = None,
        keepdims: bool = False, initial: Any = None, where: Any = True,
    ) -> Any:  # fmt: skip
        refuse(nan_function.__name__, out=out)
        initial = None if initial is np._NoValue else initial
        y = function(_filled(a, stand_in), axis, None, keepdims, initial, where)
        void = np.all(np.isnan(a), axis=axis, keepdims=keepdims)
        if initial is not None or not np.any(void):
            return y
        warnings.warn("All-NaN slice encountered", RuntimeWarning, stacklevel=2)
        return choose(void, np.nan, y)

    full.__doc__ = f"{nan_function.__name__} as NumPy's; NaN gets no signal."
    return overrides(nan_function)(opaque(full))


nanmax = _nan_extreme(np.max, -np.inf, np.nanmax)
nanmin = _nan_extreme(np.min, np.inf, np.nanmin)
