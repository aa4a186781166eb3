"""Order statistics: medians, quantiles and percentiles, with and without NaN, and the range."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.node import raw
from autograd.op import Op, general, overrides
from autograd.ops.arguments import called_as
from autograd.ops.arithmetic import where as choose
from autograd.ops.reduce import max as largest
from autograd.ops.reduce import min as smallest
from autograd.ops.reduce import sum as total
from autograd.ops.shape import axes_of, broadcast_to, refuse, reshape
from autograd.values import Value


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
    axes = axes_of(a, axis)
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

    return general(forward, rule, cases=cases, selects=True, opaque=True)


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

    >>> from autograd import Node
    >>> ptp(Node([1.0, 5.0, 2.0])).value
    4.0
    """
    refuse("ptp", out=out)
    return largest(a, axis=axis, keepdims=keepdims) - smallest(a, axis=axis, keepdims=keepdims)
