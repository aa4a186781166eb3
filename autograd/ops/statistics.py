"""Statistics: averages, order statistics, covariance, and reductions that leave NaN out."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from autograd.node import Node, raw
from autograd.op import Op, general, overrides
from autograd.ops.arguments import (
    called_as,
    chosen,
    count_of,
    freedom,
    mask_for,
    root,
    squared,
    without,
)
from autograd.ops.arithmetic import where as choose
from autograd.ops.reduce import max as largest
from autograd.ops.reduce import mean as mean_of
from autograd.ops.reduce import min as smallest
from autograd.ops.reduce import sum as total
from autograd.ops.shape import broadcast_to, refuse, reshape, scatter
from autograd.values import Value, dtype_of


def _shape(x: Any) -> tuple[int, ...]:
    return np.shape(raw(x))


def _axes(x: Any, axis: Any) -> tuple[int, ...]:
    """The axes as non-negative numbers; NumPy's errors where there are none such."""
    if axis is None:
        return tuple(range(len(_shape(x))))
    return np.lib.array_utils.normalize_axis_tuple(axis, len(_shape(x)))


# Order statistics.


def _median(x: Value, /, axis: Any = None, keepdims: bool = False) -> Any:
    return np.median(x, axis=axis, keepdims=keepdims)


def _nanmedian(x: Value, /, axis: Any = None, keepdims: bool = False) -> Any:
    return np.nanmedian(x, axis=axis, keepdims=keepdims)


def _quantile(
    x: Value, /, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False
) -> Any:
    return np.quantile(x, q, axis=axis, method=method, keepdims=keepdims)  # type: ignore[call-overload]


def _nanquantile(
    x: Value, /, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False
) -> Any:
    return _flat(np.nanquantile, x, q, axis, method, keepdims)


def _percentile(
    x: Value, /, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False
) -> Any:
    return np.percentile(x, q, axis=axis, method=method, keepdims=keepdims)  # type: ignore[call-overload]


def _nanpercentile(
    x: Value, /, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False
) -> Any:
    return _flat(np.nanpercentile, x, q, axis, method, keepdims)


def _flat(function: Any, x: Value, q: Any, axis: Any, method: str, keepdims: bool) -> Any:
    """`function` of one axis of q: NumPy mixes axes up where q has two and x several."""
    if np.ndim(q) < 2:
        return function(x, q, axis=axis, method=method, keepdims=keepdims)
    y = function(x, np.ravel(q), axis=axis, method=method, keepdims=keepdims)
    return y.reshape(*np.shape(q), *y.shape[1:])


def _positions(counts: Any, q: Any, method: str) -> Any:
    """Where each quantile lies among so many sorted elements: the quantiles of 0, 1, 2, …"""
    some, which = np.unique(counts, return_inverse=True)
    each: Any = np.stack(
        [np.quantile(np.arange(n, dtype=np.float64) if n else [0.0], q, method=method)  # type: ignore[call-overload]
         for n in some], axis=-1
    )  # fmt: skip
    return each[..., which.reshape(np.shape(counts))]


def _order_rule(d: Any, x: Any, q: Any, axis: Any, method: str, skip_nan: bool) -> Any:
    """A quantile mixes the two elements next to its place; equal elements share evenly.

    See Hyndman and Fan, "Sample quantiles in statistical packages" (1996).
    """
    a = np.asarray(raw(x))
    if not a.size:
        return 0.0
    q = np.asarray(q)
    axes = _axes(a, axis)
    outer = tuple(i for i in range(a.ndim) if i not in axes)
    kept = tuple(1 if i in axes else n for i, n in enumerate(a.shape))
    rows = a.transpose(axes + outer).reshape(-1, *(a.shape[i] for i in outer))
    rows = np.sort(rows.astype(np.float64), axis=0)
    full, count = len(rows), (~np.isnan(rows)).sum(axis=0)
    place = _positions(count if skip_nan else np.full_like(count, full), q, method)
    place = place.reshape(q.size, *place.shape[q.ndim :])
    low = np.floor(place)
    upper = place - low
    d = reshape(d, (q.size, *kept))
    g: Any = 0.0
    for index, part in ((low, 1.0 - upper), (low + (upper > 0.0), upper)):
        if not part.any():
            continue
        if not skip_nan:  # NaN, which wins over all, takes the signal
            index = np.where(count < full, full - 1, index)
        picked = np.take_along_axis(rows, index.astype(np.intp), axis=0).reshape(q.size, *kept)
        equal = a == picked
        if not skip_nan:
            equal |= np.isnan(a) & np.isnan(picked)
        ties = equal.sum(axis=tuple(i + 1 for i in axes), keepdims=True)
        share = part.reshape(picked.shape) / np.maximum(ties, 1)
        spread = broadcast_to(d * share.astype(a.dtype), equal.shape)
        g = g + total(choose(equal, spread, 0.0), axis=0)
    return g


def _half(*q: Any) -> Any:
    """Several q in float16, so that small floats stay small; a list would be float64."""
    return np.array(q, np.float16)


_QUANTILES: Any = [
    (((4,),), {"q": 0.3}), (((5,),), {"q": 0.5, "axis": 0, "keepdims": True}),
    (((2, 4),), {"q": _half(0.0, 0.375, 1.0), "axis": 1}), (((2, 5),), {"q": 0.7, "axis": -2}),
    (((2, 3, 2),), {"q": _half(0.25, 0.625), "axis": (0, -1), "keepdims": True}),
    (((),), {"q": 0.3}), (((),), {"q": _half(0.25, 0.375)}), (((2, 0),), {"q": 0.3, "axis": 0}),
    (((2, 3),), {"q": 0.4, "axis": ()}),
    *((((5,),), {"q": _half(0.125, 0.5), "method": m}) for m in (
        "inverted_cdf", "averaged_inverted_cdf", "closest_observation",
        "interpolated_inverted_cdf", "hazen", "weibull", "median_unbiased", "normal_unbiased",
        "lower", "higher", "midpoint", "nearest")),
]  # fmt: skip
_MEDIANS: Any = [
    (((4,),), {}), (((5,),), {"keepdims": True}), (((2, 4),), {"axis": 1}), (((),), {}),
    (((2, 3, 2),), {"axis": (0, -1), "keepdims": True}), (((3, 0),), {"axis": 0}),
    (((2, 3),), {"axis": ()}),
]  # fmt: skip
_PERCENTILES: Any = [
    (shapes, {**statics, "q": statics["q"] * 100.0}) for shapes, statics in _QUANTILES
]


def _statement(forward: Any, cases: Any, *, percent: bool = False) -> Op:
    skip_nan = forward.__name__.startswith("_nan")

    def rule(d: Any, y: Any, x: Any, q: Any = 0.5, axis: Any = None, method: str = "linear",
             keepdims: bool = False) -> Any:  # fmt: skip
        part = np.true_divide(q, 100) if percent else q
        return _order_rule(d, x, part, axis, method, skip_nan)

    return general(forward, rule, cases=cases, selects=True)


median = _statement(_median, _MEDIANS)
nanmedian = _statement(_nanmedian, _MEDIANS)
quantile = _statement(_quantile, _QUANTILES)
nanquantile = _statement(_nanquantile, _QUANTILES)
percentile = _statement(_percentile, _PERCENTILES, percent=True)
nanpercentile = _statement(_nanpercentile, _PERCENTILES, percent=True)


def _full_median(op: Op, function: Any) -> None:
    @called_as(op, function)
    def full(
        a: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False,
        keepdims: bool = False,
    ) -> Any:  # fmt: skip
        refuse(op.name, out=out)
        return op(a, axis=axis, keepdims=keepdims)


def _full_quantile(op: Op, function: Any) -> None:
    @called_as(op, function)
    def full(
        a: Any, q: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False,
        method: str = "linear", keepdims: bool = False, *, weights: Any = None,
    ) -> Any:  # fmt: skip
        refuse(op.name, out=out)
        if weights is not None:
            raise TypeError(
                f"np.{op.name} of a Node with weights=: weighted order statistics are not "
                "differentiated here; repeat each element as often as it weighs, or leave it out"
            )
        return op(a, q=q, axis=axis, method=method, keepdims=keepdims)


_full_median(median, np.median)
_full_median(nanmedian, np.nanmedian)
_full_quantile(quantile, np.quantile)
_full_quantile(nanquantile, np.nanquantile)
_full_quantile(percentile, np.percentile)
_full_quantile(nanpercentile, np.nanpercentile)


@overrides(np.ptp)
def ptp(a: Any, axis: Any = None, out: Any = None, keepdims: bool = False) -> Any:
    """The largest minus the smallest element.

    >>> ptp(Node([1.0, 5.0, 2.0])).value
    4.0
    """
    refuse("ptp", out=out)
    return largest(a, axis=axis, keepdims=keepdims) - smallest(a, axis=axis, keepdims=keepdims)


# Averages and covariance.


def _aligned(weights: Any, a: Any, axis: Any) -> Any:
    """Weights of some axes of `a`, in a shape that broadcasts over the others."""
    if _shape(weights) == _shape(a):
        return weights
    if axis is None:
        raise TypeError("Axis must be specified when shapes of a and weights differ.")
    axes = _axes(a, axis)
    if _shape(weights) != tuple(_shape(a)[i] for i in axes):
        raise ValueError(
            "Shape of weights must be consistent with shape of a along specified axis."
        )
    order = np.argsort(axes).tolist()
    shape = tuple(n if i in axes else 1 for i, n in enumerate(_shape(a)))
    return np.reshape(np.transpose(weights, order), shape)


@overrides(np.average)
def average(
    a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: Any = False
) -> Any:
    """The mean of `a`, each element counted as often as its weight says; weights may be Nodes.

    `weights` has the shape of `a`, or of its axes `axis`. With `returned` also the sum of weights.
    Raises ZeroDivisionError where weights sum to zero.

    >>> average(Node([1.0, 3.0]), weights=[3.0, 1.0]).value
    1.5
    """
    keepdims = keepdims is not np._NoValue and bool(keepdims)
    if weights is None:
        y = mean_of(a, axis=axis, keepdims=keepdims)
        size, parts = np.size(raw(a)), np.size(raw(y))
        scale: Any = np.full(_shape(y), size / parts if parts else 0.0, dtype_of(raw(y)))[()]
    else:
        w = _aligned(weights, a, axis)
        scale = total(w, axis=axis, keepdims=keepdims)
        if np.any(raw(scale) == 0.0):
            raise ZeroDivisionError("Weights sum to zero, can't be normalized")
        y = total(np.multiply(a, w), axis=axis, keepdims=keepdims) / scale
    if not returned:
        return y
    return y, scale if _shape(scale) == _shape(y) else np.broadcast_to(scale, _shape(y))


def _rows(m: Any, name: str, rowvar: bool) -> Any:
    """Variables in rows, as float64."""
    if len(_shape(m)) > 2:
        raise ValueError(f"{name} has more than 2 dimensions")
    if dtype_of(np.asarray(raw(m))) != np.float64:
        m = np.asarray(m, np.float64) if type(m) is not Node else m.astype(np.float64)
    if len(_shape(m)) < 2:
        return np.reshape(m, (1, -1))
    return m if rowvar else np.transpose(m)


@overrides(np.cov)
def cov(
    m: Any, y: Any = None, rowvar: bool = True, bias: bool = False, ddof: Any = None,
    fweights: Any = None, aweights: Any = None, *, dtype: Any = None,
) -> Any:  # fmt: skip
    """The covariance of the rows of `m` (and `y`), as NumPy's; `aweights` may be a Node too.

    >>> cov(Node([1.0, 2.0, 4.0]), bias=True).value
    1.5555555555555556
    """
    refuse("cov", dtype=dtype)
    x = _rows(m, "m", rowvar)
    if not _shape(x)[0]:
        return np.matmul(x, np.transpose(x))
    if y is not None:
        x = np.concatenate([x, _rows(y, "y", rowvar or len(_shape(y)) == 1)], axis=0)
    ddof = (0 if bias else 1) if ddof is None else ddof
    # NumPy's own errors and warnings, from data that cost nothing.
    blank = np.zeros((1, _shape(x)[1]))
    np.cov(blank, ddof=ddof, fweights=fweights, aweights=raw(aweights))
    w: Any = None if fweights is None else np.asarray(fweights, np.float64)
    if aweights is not None:
        w = aweights if w is None else w * aweights
    center, weight = average(x, axis=1, weights=w, returned=True)
    weight = weight[0]
    if w is None or ddof == 0 or aweights is None:
        freedom = weight - ddof
    else:
        freedom = weight - ddof * total(w * aweights) / weight
    x = x - np.reshape(center, (-1, 1))
    product = np.matmul(x, np.transpose(x if w is None else x * w))
    with np.errstate(all="ignore"):  # NumPy has warned already
        scale = np.reciprocal(freedom if raw(freedom) > 0.0 else np.float64(0.0))
        return np.squeeze(product * scale)


@overrides(np.corrcoef)
def corrcoef(x: Any, y: Any = None, rowvar: bool = True, *, dtype: Any = None) -> Any:
    """The correlation of the rows of `x` (and `y`): their covariance in units of their spreads.

    >>> corrcoef(Node([1.0, 2.0, 3.0]), [1.0, 2.0, 3.0]).value.round(12).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    refuse("corrcoef", dtype=dtype)
    c = cov(x, y, rowvar)
    if len(_shape(c)) == 0:
        return c / c
    each = np.arange(_shape(c)[0])
    spread = np.sqrt(c[each, each])
    return np.clip(c / np.reshape(spread, (-1, 1)) / spread, -1.0, 1.0)


# Reductions that leave NaN out.


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

    >>> nanprod(Node([2.0, np.nan])).value
    2.0
    """
    refuse("nanprod", dtype=dtype, out=out)
    return np.prod(_filled(a, 1.0), axis, None, None, keepdims, initial, where)


@overrides(np.nancumsum)
def nancumsum(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    """The running sum, NaN counted as 0.

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
def nanmean(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None,
    keepdims: bool = False, *, where: Any = True,
) -> Any:  # fmt: skip
    """The mean of the elements that are not NaN.

    >>> nanmean(Node([1.0, np.nan, 3.0])).value
    2.0
    """
    refuse("nanmean", dtype=dtype, out=out)
    there = _present(a, where)
    y = total(chosen(a, there, 0.0), axis=axis, keepdims=True)
    y = _over(y, count_of(a, axis, there), "Mean of empty slice")
    return without(y, axis, keepdims)


@overrides(np.nanvar)
def nanvar(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: float = 0,
    keepdims: bool = False, *, where: Any = True, mean: Any = None, correction: Any = None,
) -> Any:  # fmt: skip
    """The variance of the elements that are not NaN, about their mean or about `mean`.

    >>> nanvar(Node([1.0, np.nan, 3.0])).value
    1.0
    """
    refuse("nanvar", dtype=dtype, out=out)
    ddof = freedom(ddof, correction)
    with np.errstate(invalid="ignore"):
        y, n = squared(a, axis, _present(a, where), mean)
    y = _over(y, n - ddof, "Degrees of freedom <= 0 for slice.")
    dtype = dtype_of(np.asarray(raw(a)))
    return without(y if dtype_of(raw(y)) == dtype else y.astype(dtype), axis, keepdims)


@overrides(np.nanstd)
def nanstd(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: float = 0,
    keepdims: bool = False, *, where: Any = True, mean: Any = None, correction: Any = None,
) -> Any:  # fmt: skip
    """The standard deviation of the elements that are not NaN; derivative 0 where it is 0.

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
    return overrides(nan_function)(full)


nanmax = _nan_extreme(np.max, -np.inf, np.nanmax)
nanmin = _nan_extreme(np.min, np.inf, np.nanmin)


# Counting in bins.


@overrides(np.bincount)
def bincount(x: Any, /, weights: Any = None, minlength: int = 0) -> Any:
    """How often each integer occurs in `x`, or the sum of its weights, which may be a Node.

    >>> bincount(np.array([0, 2, 2]), Node([1.0, 2.0, 3.0])).value.tolist()
    [1.0, 0.0, 5.0]
    """
    y = np.bincount(raw(x), raw(weights), minlength)
    if type(weights) is not Node:
        return y
    index = np.asarray(x, dtype=np.intp)
    return scatter(weights.astype(np.float64), index=(index,), shape=y.shape)


@overrides(np.digitize)
def digitize(x: Any, bins: Any, right: bool = False) -> Any:
    """The number of the bin of each element: plain integers.

    >>> int(digitize(Node(0.5), [0.0, 1.0]))
    1
    """
    return np.digitize(raw(x), raw(bins), right)


@overrides(np.histogram)
def histogram(
    a: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None
) -> Any:
    """How many elements fall into each bin, as plain arrays: counts do not change smoothly.

    Raises TypeError where results would depend smoothly on a Node: weights, or edges that follow
    from the smallest and the largest element.

    >>> histogram(Node([0.1, 0.2, 0.7]), bins=[0.0, 0.5, 1.0])[0].tolist()
    [2, 1]
    """
    if type(weights) is Node or type(bins) is Node:
        raise TypeError(
            "np.histogram takes no Node as bins or weights: it gives plain arrays, which would "
            "drop the Node out of the graph; write np.bincount(np.digitize(a, edges), weights)"
        )
    if range is None and np.ndim(bins) == 0:
        raise TypeError(
            "np.histogram of a Node needs fixed edges: those it finds by itself follow from the "
            "Node's values; give range= or the edges as bins=, or write np.histogram(node.value)"
        )
    return np.histogram(raw(a), bins, range, density, weights)
