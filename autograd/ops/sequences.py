"""Functions along an axis: running products, differences, convolutions, interpolation."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.node import Node, raw
from autograd.op import Op, general, multilinear, opaque, overrides
from autograd.ops import arithmetic
from autograd.ops.moves import cast, numbers_only, part
from autograd.ops.reduce import cumsum
from autograd.ops.shape import concatenate, dims, ravel, refuse, reshape
from autograd.values import Value, dtype_of

_numpy: Any = np  # for arguments that its annotations do not foresee


def _along(v: Any, axis: int, ndim: int) -> Any:
    """The vector `v` along one axis of `ndim`."""
    return np.reshape(v, (-1,) + (1,) * (ndim - 1 - axis % ndim))


# Running products.


def _cumprod(x: Value, /, axis: Any = None) -> Any:
    return np.cumprod(x, axis=axis)


def _cumprod_rule(d: Any, y: Any, x: Any, axis: Any) -> Any:
    """At place k, the product of all before k times sₖ = dₖ + xₖ₊₁ sₖ₊₁; no division by zeros.

    The recurrence is solved by doubling: after step n, sₖ holds the terms of n places and fₖ the
    product that leads to the next ones (Hillis and Steele, CACM 29, 1986).
    """
    if axis is None:
        rows, d, y = reshape(x, (-1,)), reshape(d, (-1,)), reshape(y, (-1,))
    else:
        rows, d, y = (np.moveaxis(v, axis, -1) if dims(v) else reshape(v, (1,)) for v in (x, d, y))
    n = dims(rows)[-1]
    if not n:
        return reshape(d, dims(x))
    s, f, step = d, rows[..., 1:], 1
    while step < n:
        s = np.concatenate([s[..., :-step] + f * s[..., step:], s[..., -step:]], axis=-1)
        f = f[..., :-step] * f[..., step:]
        step *= 2
    before = np.concatenate([np.ones_like(raw(rows)[..., :1]), y[..., :-1]], axis=-1)
    g = before * s
    return reshape(g, dims(x)) if axis is None or not dims(x) else np.moveaxis(g, -1, axis)


_product: Op = general(
    _cumprod, _cumprod_rule, name="cumprod", cases="axis", latex=r"\mathrm{{cumprod}}({0})"
)


@overrides(np.cumprod)
def cumprod(a: Any, axis: int | None = None, dtype: Any = None, out: Any = None) -> Any:
    """The products of the first 1, 2, 3 … elements along an axis.

    >>> cumprod(Node([2.0, 0.0, 3.0])).tolist()
    [2.0, 0.0, 0.0]
    """
    refuse("cumprod", dtype=dtype, out=out)
    return _product(a, axis=axis)


def _cumulative(function: Any, running: Any, first: float) -> None:
    """Let NumPy's `function` be `running` with the array API's arguments."""

    @overrides(function)
    def cumulative(
        x: Any, /, *, axis: int | None = None, dtype: Any = None, out: Any = None,
        include_initial: bool = False,
    ) -> Any:  # fmt: skip
        refuse(function.__name__, dtype=dtype, out=out)
        x = np.atleast_1d(x)
        if axis is None and len(dims(x)) > 1:
            function(raw(x))  # NumPy's own error
        axis = axis or 0
        y = running(x, axis)
        if not include_initial:
            return y
        lengths = list(dims(y))
        lengths[axis] = 1
        start = np.full(lengths, first, dtype_of(raw(y)))
        return concatenate([start, y], axis=axis)


_cumulative(np.cumulative_sum, cumsum, 0.0)
_cumulative(np.cumulative_prod, cumprod, 1.0)


# Differences.


@overrides(np.diff)
def diff(
    a: Any, n: int = 1, axis: int = -1, prepend: Any = np._NoValue, append: Any = np._NoValue
) -> Any:
    """The differences of neighbours along an axis, taken `n` times.

    >>> diff(Node([1.0, 3.0, 6.0]), prepend=0.0).tolist()
    [1.0, 2.0, 3.0]
    """
    numbers_only("diff", n, axis)
    if n == 0:
        return a
    np.diff(np.empty((1,) * len(dims(a))), n, axis)  # NumPy's own errors
    lengths = list(dims(a))
    lengths[axis] = 1
    ends = [
        e if e is np._NoValue or dims(e) else np.broadcast_to(e, lengths) for e in (prepend, append)
    ]
    parts = [x for x in (ends[0], a, ends[1]) if x is not np._NoValue]
    if len(parts) > 1:
        a = concatenate(parts, axis=axis)
    for _ in range(n):
        a = part(a, axis, 1, None) - part(a, axis, None, -1)
    return a


@overrides(np.ediff1d)
def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    """The differences of neighbours in the flattened array, between the given ends."""
    y = diff(ravel(ary))
    parts = [y if e is y else cast(ravel(e), y.dtype) for e in (to_begin, y, to_end)
             if e is not None]  # fmt: skip
    return concatenate(parts) if len(parts) > 1 else y


@overrides(np.trapezoid)
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    """The integral of `y` along an axis by the trapezoidal rule."""
    if x is not None:
        x = x if type(x) is Node else np.asarray(x)
        dx = diff(x, axis=-1 if len(dims(x)) == 1 else axis)
        if len(dims(x)) == 1:
            dx = _along(dx, axis, len(dims(y)))
    y = y if type(y) is Node else np.asarray(y)
    return np.sum(dx * (part(y, axis, 1, None) + part(y, axis, None, -1)) / 2.0, axis=axis)


@overrides(np.gradient)
def gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    """The derivative along each axis by central differences, one-sided at the ends.

    Spacings are numbers or coordinates, Nodes included. Second order in the interior at any
    spacing (B. Fornberg, Mathematics of Computation 51, 1988).

    >>> gradient(Node([0.0, 1.0, 4.0])).tolist()
    [1.0, 2.0, 3.0]
    """
    expected = _numpy.gradient(raw(f), *map(raw, varargs), axis=axis, edge_order=edge_order)
    f = f if type(f) is Node else np.asarray(f)
    f = cast(f, np.result_type(f.dtype, np.float16))
    ndim = len(dims(f))
    axes = range(ndim) if axis is None else [a % ndim for a in np.atleast_1d(axis).tolist()]
    spacings = varargs or (1.0,)
    spacings = spacings * len(axes) if len(spacings) == 1 else spacings
    found = [
        cast(_slope(f, s, a, edge_order), f.dtype) for a, s in zip(axes, spacings, strict=True)
    ]
    return tuple(found) if isinstance(expected, tuple) else found[0]


def _slope(f: Any, spacing: Any, axis: int, edge_order: int) -> Any:
    """`gradient` along one axis."""
    ndim = len(dims(f))
    left, middle, right = (part(f, axis, *ends) for ends in ((None, -2), (1, -1), (2, None)))
    if dims(spacing):
        steps = np.diff(cast(spacing, np.result_type(np.asarray(raw(spacing)), np.float16)))
        if type(steps) is not Node and (steps == steps[0]).all():
            spacing = steps[0]
    if dims(spacing):
        h = _along(steps, axis, ndim)
        a, b = h[:-1], h[1:]
        inner = (
            left * (-b / (a * (a + b))) + middle * ((b - a) / (a * b)) + right * (a / (b * (a + b)))
        )
        near, far = (h[:1], h[1:2]), (-h[-1:], -h[-2:-1])
    else:
        inner = (right - left) / (2.0 * spacing)
        near, far = (spacing, spacing), (-spacing, -spacing)
    first = [part(f, axis, i, i + 1) for i in range(edge_order + 1)]
    last = [part(f, axis, -1 - i, -i or None) for i in range(edge_order + 1)]
    return concatenate([_end(first, near), inner, _end(last, far)], axis=axis)


def _end(points: list[Any], steps: tuple[Any, Any]) -> Any:
    """The slope at the first of two points of the line, or of three of the parabola."""
    a, b = steps
    if len(points) == 2:
        return (points[1] - points[0]) / a
    return (
        points[0] * (-(2.0 * a + b) / (a * (a + b)))
        + points[1] * ((a + b) / (a * b))
        - points[2] * (a / (b * (a + b)))
    )


# Convolutions.


def _convolve(a: Value, v: Value, /) -> Any:
    return np.convolve(a, v)


_full: Op = multilinear(
    _convolve,
    lambda d, y, a, v: reshape(np.convolve(d, v[::-1] if dims(v) else v, "valid"), dims(a)),
    lambda d, y, a, v: reshape(np.convolve(d, a[::-1] if dims(a) else a, "valid"), dims(v)),
    name="convolve", symbol="∗", latex="{0} * {1}",
    cases=[(((4,), (2,)), {}), (((2,), (4,)), {}), (((3,), (3,)), {}), (((1,), (3,)), {}),
           (((), (2,)), {}), (((), ()), {})],
)  # fmt: skip


def _kept(a: Any, v: Any, mode: Any) -> int:
    """How many places of a convolution the mode keeps."""
    more, fewer = max(np.size(raw(a)), np.size(raw(v))), min(np.size(raw(a)), np.size(raw(v)))
    places = {4: more + fewer - 1, 3: more, 2: more - fewer + 1}
    return places[np.convolve(np.ones(3), np.ones(2), mode).size]


@overrides(np.convolve)
def convolve(a: Any, v: Any, mode: Any = "full") -> Any:
    """The convolution of two vectors: all of it, its middle, or where they overlap entirely.

    >>> convolve(Node([1.0, 2.0]), [1.0, 1.0]).tolist()
    [1.0, 3.0, 2.0]
    """
    y, kept = _full(a, v), _kept(a, v, mode)
    start = (y.size - kept) // 2
    return y if kept == y.size else y[start : start + kept]


@overrides(np.correlate)
def correlate(a: Any, v: Any, mode: Any = "valid") -> Any:
    """The cross-correlation of two vectors: the products' sum at each shift of `v` along `a`."""
    if len(dims(a)) != 1 or len(dims(v)) != 1:
        np.correlate(raw(a), raw(v), mode)  # NumPy's own error
    y, kept = _full(a, np.flip(v)), _kept(a, v, mode)
    extra = y.size - kept
    start = extra // 2 if dims(a)[0] >= dims(v)[0] else extra - extra // 2
    return y[start : start + kept] if extra else y


# Interpolation and sampling.


@overrides(np.interp)
@opaque
def interp(
    x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: float | None = None
) -> Any:
    """The piecewise linear function through (xp, fp) at `x`; at a knot, the slope to its right.

    >>> interp(Node([0.5, 9.0]), [0.0, 1.0], [0.0, 4.0]).tolist()
    [2.0, 4.0]
    """
    numbers_only("interp", period)
    np.interp(raw(x), raw(xp), raw(fp), raw(left), raw(right), period)  # NumPy's own errors
    x, xp, fp = (cast(v, np.float64) for v in (x, xp, fp))
    if period is not None:
        left = right = None
        period = abs(period)
        x = x - period * np.floor(raw(x) / period)
        xp = xp - period * np.floor(raw(xp) / period)
        order = np.argsort(raw(xp))
        xp, fp = xp[order], fp[order]
        xp = concatenate([xp[-1:] - period, xp, xp[:1] + period])
        fp = concatenate([fp[-1:], fp, fp[:1]])
    n = dims(xp)[0]
    at, knots = raw(x), raw(xp)
    if n == 1:
        y = fp[np.zeros(dims(x), int)]
    else:
        i = np.clip(np.searchsorted(knots, at, "right") - 1, 0, n - 2)
        y = fp[i] + (fp[i + 1] - fp[i]) * ((x - xp[i]) / (xp[i + 1] - xp[i]))
    y = arithmetic.where(at < knots[0], fp[0] if left is None else left, y)
    return arithmetic.where(at > knots[-1], fp[-1] if right is None else right, y)


@overrides(np.linspace)
def linspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, retstep: bool = False,
    dtype: Any = None, axis: int = 0, *, device: Any = None,
) -> Any:  # fmt: skip
    """`num` numbers at equal distances from `start` to `stop`, along a new axis.

    >>> linspace(Node(0.0), 1.0, 3).tolist()
    [0.0, 0.5, 1.0]
    """
    numbers_only("linspace", num, endpoint, axis)
    np.linspace(raw(start), raw(stop), num, endpoint, axis=axis)  # NumPy's own errors
    start, stop = (s if isinstance(s, (Node, int, float)) else np.asarray(s) for s in (start, stop))
    kind = np.result_type(raw(start), raw(stop), 1.0)
    steps = num - 1 if endpoint else num
    ndim = max(len(dims(start)), len(dims(stop)))
    t = (np.arange(num) / max(steps, 1)).reshape((-1,) + (1,) * ndim).astype(kind)
    y = start * (1.0 - t) + stop * t
    y = np.moveaxis(cast(y, kind if dtype is None else dtype), 0, axis)
    if not retstep:
        return y
    return y, (stop - start) / steps if steps else (stop - start) * np.nan


@overrides(np.polyval)
def polyval(p: Any, x: Any) -> Any:
    """The polynomial with coefficients `p`, the highest power first, at `x`, by Horner's rule.

    >>> polyval([1.0, 0.0, 2.0], Node(3.0)).value
    11.0
    """
    p, x = (v if type(v) is Node else np.asarray(v) for v in (p, x))
    y = np.zeros_like(x)
    for i in range(len(p)):
        y = y * x + p[i]
    return y


@overrides(np.vander)
def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    """The matrix whose columns are the powers of `x`, the highest first unless increasing."""
    numbers_only("vander", N)
    np.vander(raw(x), 0)  # NumPy's own errors
    n = dims(x)[0] if N is None else N
    columns = [np.ones_like(x), *[x] * max(n - 1, 1)]
    rows = cumprod(np.stack(columns, axis=1), axis=1)[:, :n]
    rows = cast(rows, np.promote_types(rows.dtype, int))
    return rows if increasing else rows[:, ::-1]
