"""Statistics: weighted averages, covariance, and counting in bins."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.node import Node, raw
from autograd.op import opaque, overrides, shaping
from autograd.ops.reduce import mean as mean_of
from autograd.ops.reduce import sum as total
from autograd.ops.shape import axes_of, dims, refuse, scatter
from autograd.values import dtype_of

# Averages and covariance.


def _aligned(weights: Any, a: Any, axis: Any) -> Any:
    """Weights of some axes of `a`, in a shape that broadcasts over the others."""
    if dims(weights) == dims(a):
        return weights
    if axis is None:
        raise TypeError("Axis must be specified when shapes of a and weights differ.")
    axes = axes_of(a, axis)
    if dims(weights) != tuple(dims(a)[i] for i in axes):
        raise ValueError(
            "Shape of weights must be consistent with shape of a along specified axis."
        )
    order = np.argsort(axes).tolist()
    shape = tuple(n if i in axes else 1 for i, n in enumerate(dims(a)))
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
        scale: Any = np.full(dims(y), size / parts if parts else 0.0, dtype_of(raw(y)))[()]
    else:
        w = _aligned(weights, a, axis)
        scale = total(w, axis=axis, keepdims=keepdims)
        if np.any(raw(scale) == 0.0):
            raise ZeroDivisionError("Weights sum to zero, can't be normalized")
        y = total(np.multiply(a, w), axis=axis, keepdims=keepdims) / scale
    if not returned:
        return y
    return y, scale if dims(scale) == dims(y) else np.broadcast_to(scale, dims(y))


def _rows(m: Any, name: str, rowvar: bool) -> Any:
    """Variables in rows, as float64."""
    if len(dims(m)) > 2:
        raise ValueError(f"{name} has more than 2 dimensions")
    if dtype_of(np.asarray(raw(m))) != np.float64:
        m = np.asarray(m, np.float64) if type(m) is not Node else m.astype(np.float64)
    if len(dims(m)) < 2:
        return np.reshape(m, (1, -1))
    return m if rowvar else np.transpose(m)


@overrides(np.cov)
@opaque
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
    if not dims(x)[0]:
        return np.matmul(x, np.transpose(x))
    if y is not None:
        x = np.concatenate([x, _rows(y, "y", rowvar or len(dims(y)) == 1)], axis=0)
    ddof = (0 if bias else 1) if ddof is None else ddof
    # NumPy's own errors and warnings, from data that cost nothing.
    blank = np.zeros((1, dims(x)[1]))
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
    if len(dims(c)) == 0:
        return c / c
    each = np.arange(dims(c)[0])
    spread = np.sqrt(c[each, each])
    return np.clip(c / np.reshape(spread, (-1, 1)) / spread, -1.0, 1.0)


# Counting in bins.


@overrides(np.bincount)
@shaping
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


@overrides(np.histogram)
@opaque
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
