"""Reductions: ops that combine the elements along axes, and softmax and its kin."""

from __future__ import annotations

import builtins
import math
from typing import Any

import numpy as np
from numpy import ndarray

from autograd.node import raw
from autograd.op import general, multilinear
from autograd.ops.arithmetic import exp, where
from autograd.ops.shape import broadcast_to, reshape
from autograd.values import HALF, Value, dtype_of, shape_of

_total: Any = np.add.reduce
_MULTIPLY: Any = np.multiply
_LARGEST: Any = np.maximum
_SMALLEST: Any = np.minimum


def _kept(x: Any, axis: Any) -> tuple[int, ...]:
    """The shape of a reduction of `x` with keepdims=True."""
    shape = shape_of(raw(x))
    axes = range(len(shape)) if axis is None else np.atleast_1d(axis) % builtins.max(len(shape), 1)
    return tuple(1 if i in axes else n for i, n in enumerate(shape))


def keep(y: Any, x: Any, axis: Any) -> Any:
    """`y`, a reduction of `x`, with the reduced axes back as length 1."""
    if not shape_of(raw(x)) or type(y) is float:
        return y
    return reshape(y, _kept(x, axis))


def spread(d: Any, x: Any, axis: Any) -> Any:
    """`d`, in the shape of a reduction of `x`, repeated along the reduced axes."""
    shape = shape_of(raw(x))
    return broadcast_to(keep(d, x, axis), shape) if shape and type(d) is not float else d


def _count(x: Any, y: Any) -> int:
    """How many elements of `x` each element of its reduction `y` combines."""
    whole, parts = raw(x), raw(y)
    if type(whole) is not np.ndarray:
        return 1
    return whole.size // (builtins.max(parts.size, 1) if type(parts) is np.ndarray else 1)


def _sum(x: Value, /, axis: Any = None, keepdims: bool = False) -> Any:
    return _total(x, axis, None, None, keepdims)


def _mean(x: Value, /, axis: Any = None, keepdims: bool = False) -> Any:
    if type(x) is ndarray and x.size and x.dtype is not HALF:
        if axis is None and not keepdims:
            return _total(x, None) / x.size
        total = _sum(x, axis, keepdims)
        return total / (x.size // builtins.max(total.size, 1))
    return np.mean(x, axis=axis, keepdims=keepdims)


def _mean_rule(d: Any, y: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    if type(d) is float and type(x) is ndarray:
        return d / (x.size or 1)
    return spread(d * over(_count(x, y)), x, axis)


def _prod(x: Value, /, axis: Any = None, keepdims: bool = False) -> Any:
    return _MULTIPLY.reduce(x, axis, keepdims=keepdims)


def _max(x: Value, /, axis: Any = None, keepdims: bool = False, initial: Any = None) -> Any:
    return _LARGEST.reduce(x, axis, keepdims=keepdims, initial=initial)


def _min(x: Value, /, axis: Any = None, keepdims: bool = False, initial: Any = None) -> Any:
    return _SMALLEST.reduce(x, axis, keepdims=keepdims, initial=initial)


def _var(x: Value, /, axis: Any = None, ddof: float = 0, keepdims: bool = False) -> Any:
    return np.var(x, axis=axis, ddof=ddof, keepdims=keepdims)


def _std(x: Value, /, axis: Any = None, ddof: float = 0, keepdims: bool = False) -> Any:
    return np.std(x, axis=axis, ddof=ddof, keepdims=keepdims)


def _cumsum(x: Value, /, axis: Any = None) -> Any:
    return np.cumsum(x, axis=axis)


def exclusive(x: Any) -> Any:
    """Along the last axis, the product of all elements but the one at each place.

    Pairs are multiplied, the shorter row is solved first, and each element of a pair gets the
    other's value times its pair's result; no division, so zeros are exact, at any order.
    """
    n = shape_of(raw(x))[-1]
    if n <= 1:
        return np.ones_like(raw(x))
    if n % 2:
        x = np.concatenate([x, np.ones_like(raw(x)[..., :1])], axis=-1)
    even, odd = x[..., ::2], x[..., 1::2]
    rest = exclusive(even * odd)
    both = np.stack([rest * odd, rest * even], axis=-1)
    return np.reshape(both, shape_of(raw(x)))[..., :n]


def _prod_rule(d: Any, y: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    shape = shape_of(raw(x))
    if not shape:
        return d
    axes = set(range(len(shape)))
    if axis is not None:
        axes = {int(a) % len(shape) for a in np.atleast_1d(axis)}
    order = sorted(range(len(shape)), key=axes.__contains__)
    outer = [n for i, n in enumerate(shape) if i not in axes]
    inner = _count(x, y)
    rows = np.reshape(np.transpose(x, order), (*outer, inner))
    back = np.reshape(exclusive(rows), tuple(shape[i] for i in order))
    return spread(d, x, axis) * np.transpose(back, np.argsort(order).tolist())


def _extreme_rule(d: Any, y: Any, x: Any, axis: Any, keepdims: bool, initial: Any) -> Any:
    """Ties share the signal evenly, `initial` with them; NaN, which wins over all, takes it."""
    top = raw(keep(y, x, axis))
    a = raw(x)
    chosen = (a == top) | (a != a)
    ties = np.sum(chosen, axis=axis, keepdims=keepdims).astype(np.float64)
    if initial is not None:
        ties = ties + (raw(y) == initial)
    weight = 1.0 / ties
    share = d * (float(weight) if type(raw(d)) is float else weight.astype(raw(d).dtype))
    return where(chosen, spread(share, x, axis), 0.0)


def over(n: float) -> float:
    """1/n; ∞ for the number of elements of an empty array."""
    return 1.0 / n if n > 0.0 else math.inf


def _center(x: Any, axis: Any) -> Any:
    if not np.size(raw(x)):
        return x
    return x - mean(x, axis=axis, keepdims=True) if shape_of(raw(x)) else x - x


def _std_rule(d: Any, y: Any, x: Any, axis: Any, ddof: float, keepdims: bool) -> Any:
    """(x − mean) / ((n − ddof) · std), and 0 where all elements are equal.

    std itself need not be 0 there: the mean of equal numbers is rounded.
    """
    flat = y == 0.0
    if np.size(raw(x)):
        flat = flat | (max(x, axis=axis, keepdims=keepdims) == min(x, axis=axis, keepdims=keepdims))
    slope = where(flat, 0.0, d / where(flat, 1.0, y)) * over(_count(x, y) - ddof)
    return spread(slope, x, axis) * _center(x, axis)


def _cumsum_rule(d: Any, y: Any, x: Any, axis: Any) -> Any:
    if axis is None:
        return reshape(cumsum(d[::-1], 0)[::-1], shape_of(raw(x)))
    ndim = builtins.max(len(shape_of(raw(x))), 1)
    back = (slice(None),) * (axis % ndim) + (slice(None, None, -1),)
    return reshape(cumsum(d[back], axis)[back], shape_of(raw(x)))


sum = multilinear(
    _sum, lambda d, y, x, axis, keepdims: spread(d, x, axis),
    overrides=[np.sum], cases="reduce", symbol="Σ", latex=r"\sum {0}", method=True,
)  # fmt: skip
mean = multilinear(
    _mean, _mean_rule,
    overrides=[np.mean], cases="reduce", latex=r"\overline{{{0}}}", method=True,
)  # fmt: skip
prod = general(
    _prod, _prod_rule,
    overrides=[np.prod], cases="reduce", symbol="Π", latex=r"\prod {0}", method=True,
)  # fmt: skip
max = general(
    _max, _extreme_rule, overrides=[np.max], cases="reduce", method=True, selects=True, opaque=True
)
min = general(
    _min, _extreme_rule, overrides=[np.min], cases="reduce", method=True, selects=True, opaque=True
)
var = general(
    _var,
    lambda d, y, x, axis, ddof, keepdims: (
        spread(d * (2.0 * over(_count(x, y) - ddof)), x, axis) * _center(x, axis)
    ),
    overrides=[np.var], cases="reduce", method=True,
)  # fmt: skip
std = general(_std, _std_rule, overrides=[np.std], cases="reduce", method=True, selects=True)
cumsum = multilinear(_cumsum, _cumsum_rule, overrides=[np.cumsum], cases="axis", method=True)


def _floats(x: Value) -> Any:
    """An array of floats, not of half width: a sum of many exponentials may overflow that."""
    x = np.asarray(x)
    if x.dtype.kind != "f":
        return x.astype(np.float64)
    return x.astype(np.float32) if x.dtype is HALF else x


def _narrowed(y: Any, x: Value) -> Any:
    """What was computed of `_floats(x)`, as wide as `x`."""
    return y.astype(HALF) if np.asarray(x).dtype is HALF else y


def _wide(d: Any) -> Any:
    """A signal to be summed, in single width where it has half."""
    return d.astype(np.float32) if dtype_of(raw(d)) is HALF else d


def _shift(x: Any, axis: Any) -> Any:
    """What is taken off `x` before its exponentials: the largest element, where it is finite."""
    top = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    return np.where(np.isfinite(top), top, top.dtype.type(0))


def _logsumexp(x: Value, /, axis: Any = -1, keepdims: bool = False) -> Any:
    numbers = _floats(x)
    top = _shift(numbers, axis)
    with np.errstate(divide="ignore"):
        total = np.log(np.sum(np.exp(numbers - top), axis=axis, keepdims=True)) + top
    return _narrowed(total if keepdims or not numbers.ndim else np.squeeze(total, axis), x)


def _softmax(x: Value, /, axis: Any = -1) -> Any:
    numbers = _floats(x)
    e = np.exp(numbers - np.max(numbers, axis=axis, keepdims=True, initial=-np.inf))
    return _narrowed(e / np.sum(e, axis=axis, keepdims=True), x)


def _log_softmax(x: Value, /, axis: Any = -1) -> Any:
    numbers = _floats(x)
    numbers = numbers - _shift(numbers, axis)
    with np.errstate(divide="ignore"):
        return _narrowed(numbers - np.log(np.sum(np.exp(numbers), axis=axis, keepdims=True)), x)


def _logsumexp_rule(d: Any, y: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    """The softmax of x; 0 where every element is −inf; elements of +inf share evenly."""
    numbers = _floats(raw(x))
    peak = raw(keep(y, x, axis))
    finite = np.isfinite(peak)
    e = exp(where(finite, x - _shift(numbers, axis), -math.inf))  # wide, by the shift
    total = sum(e, axis=axis, keepdims=True)
    weight = e / where(raw(total) == 0.0, 1.0, total)
    if np.any(peak == math.inf):
        infinite = numbers == math.inf
        count = np.maximum(np.sum(infinite, axis=axis, keepdims=True), 1)
        weight = weight + (infinite / count).astype(numbers.dtype)
    return spread(d, x, axis) * weight


logsumexp = general(
    _logsumexp, _logsumexp_rule, cases="reduce", opaque=True, latex=r"\log \sum e^{{{0}}}",
)  # fmt: skip
softmax = general(
    _softmax, lambda d, y, x, axis: y * (d - sum(_wide(d * y), axis=axis, keepdims=True)),
    cases="reduce", latex=r"\mathrm{{softmax}}({0})",
)  # fmt: skip
log_softmax = general(
    _log_softmax, lambda d, y, x, axis: d - exp(y) * sum(_wide(d), axis=axis, keepdims=True),
    cases="reduce", latex=r"\log \mathrm{{softmax}}({0})",
)  # fmt: skip
