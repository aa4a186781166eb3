"""NumPy's further functions of each element: inverses, other bases, angles and pairs of numbers.

The derivatives are those of the NIST Digital Library of Mathematical Functions: chapters 4
(elementary functions), 7 (error functions) and 10 (Bessel functions).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.node import Node
from autograd.op import Op, elementwise, general, multilinear, overrides
from autograd.ops.arithmetic import absolute, exp, power, sign, sqrt, where
from autograd.ops.functions import sigmoid
from autograd.scalar import ieee
from autograd.values import DOUBLE, Value, dtype_of

_LN2 = math.log(2.0)
_DEGREE = math.pi / 180.0

overrides(np.fabs)(absolute.call)

# Inverse functions. A difference of squares as a product keeps its digits near 1.

arcsin = elementwise(
    np.arcsin, lambda d, y, x: d / sqrt((1.0 - x) * (1.0 + x)),
    scalar=math.asin, latex=r"\arcsin {0}", domain=(-0.9, 0.9),
)  # fmt: skip
arccos = elementwise(
    np.arccos, lambda d, y, x: -d / sqrt((1.0 - x) * (1.0 + x)),
    scalar=math.acos, latex=r"\arccos {0}", domain=(-0.9, 0.9),
)  # fmt: skip
arcsinh = elementwise(
    np.arcsinh, lambda d, y, x: d / hypot(x, 1.0),
    scalar=math.asinh, latex=r"\mathrm{{arsinh}}\, {0}",
)  # fmt: skip
arccosh = elementwise(
    np.arccosh, lambda d, y, x: d / (sqrt(x - 1.0) * sqrt(x + 1.0)),
    scalar=math.acosh, latex=r"\mathrm{{arcosh}}\, {0}", domain=(1.2, 3.0),
)  # fmt: skip
arctanh = elementwise(
    np.arctanh, lambda d, y, x: d / ((1.0 - x) * (1.0 + x)),
    scalar=math.atanh, latex=r"\mathrm{{artanh}}\, {0}", domain=(-0.8, 0.8),
)  # fmt: skip
cbrt = elementwise(
    np.cbrt, lambda d, y, x: d / (3.0 * (y * y)),
    scalar=math.cbrt, latex=r"\sqrt[3]{{{0}}}", domain=(0.3, 3.0),
)  # fmt: skip

# Other bases and units.

exp2 = elementwise(np.exp2, lambda d, y, x: d * (y * _LN2), scalar=math.exp2, latex="2^{{{0}}}")
log2 = elementwise(
    np.log2, lambda d, y, x: d * (1.0 / _LN2 / x),
    scalar=math.log2, latex=r"\log_2 {0}", domain=(0.3, 3.0),
)  # fmt: skip
log10 = elementwise(
    np.log10, lambda d, y, x: d * (1.0 / math.log(10.0) / x),
    scalar=math.log10, latex=r"\log_{{10}} {0}", domain=(0.3, 3.0),
)  # fmt: skip
deg2rad = elementwise(
    np.deg2rad, lambda d, y, x: d * _DEGREE,
    scalar=math.radians, latex=r"\frac{{\pi}}{{180}} {0}",
)  # fmt: skip
rad2deg = elementwise(
    np.rad2deg, lambda d, y, x: d * (1.0 / _DEGREE),
    scalar=math.degrees, latex=r"\frac{{180}}{{\pi}} {0}",
)  # fmt: skip
overrides(np.radians)(deg2rad.call)
overrides(np.degrees)(rad2deg.call)

# Pairs of numbers.


def _over(x: Any, z: Any) -> Any:
    """x / z, and 0 at z = 0."""
    return where(z == 0.0, 0.0, x / z)


hypot: Op = elementwise(
    np.hypot, lambda d, z, x, y: d * _over(x, z), lambda d, z, x, y: d * _over(y, z),
    scalar=math.hypot, latex=r"\sqrt{{{0}^2 + {1}^2}}", domain=(0.5, 3.0),
)  # fmt: skip


def _angle(d: Any, leg: Any, x: Any, y: Any) -> Any:
    """d · leg / (x² + y²), and 0 at the origin."""
    r = hypot(x, y)
    return d * (_over(leg, r) / where(r == 0.0, 1.0, r))


arctan2 = elementwise(
    np.arctan2,
    lambda d, z, x, y: _angle(d, y, x, y),
    lambda d, z, x, y: _angle(-d, x, x, y),
    scalar=math.atan2, latex=r"\mathrm{{atan2}}({0}, {1})", domain=(0.5, 3.0),
)  # fmt: skip


def _share(x: Any, y: Any) -> Any:
    """The weight of eˣ in eˣ + eʸ; a half where both are the same infinity."""
    gap = x - y
    return sigmoid(where(x == y, where(gap == gap, gap, 0.0), gap))


def _share2(x: Any, y: Any) -> Any:
    """The weight of 2ˣ in 2ˣ + 2ʸ; a half where both are the same infinity."""
    gap = x - y
    return sigmoid(_LN2 * where(x == y, where(gap == gap, gap, 0.0), gap))


def _log_of_sum(x: float, y: float, unit: float) -> float:
    """The logarithm of the sum of two powers whose base has the natural logarithm `unit`."""
    if x == y:
        return x + _LN2 / unit
    gap = abs(x - y)
    return (x if x > y else y) + math.log1p(math.exp(-gap * unit)) / unit if gap == gap else gap


logaddexp = elementwise(
    np.logaddexp, lambda d, z, x, y: d * _share(x, y), lambda d, z, x, y: d * _share(y, x),
    scalar=lambda x, y: _log_of_sum(x, y, 1.0), latex=r"\log(e^{{{0}}} + e^{{{1}}})",
)  # fmt: skip
logaddexp2 = elementwise(
    np.logaddexp2, lambda d, z, x, y: d * _share2(x, y), lambda d, z, x, y: d * _share2(y, x),
    scalar=lambda x, y: _log_of_sum(x, y, _LN2), latex=r"\log_2(2^{{{0}}} + 2^{{{1}}})",
)  # fmt: skip


def _to_chosen(d: Any, z: Any, x: Any, y: Any) -> Any:
    """The signal where x was chosen, half of it where y is the same; NaN is never chosen."""
    return where(x == z, where(y == z, 0.5 * d, d), 0.0)


def _to_other(d: Any, z: Any, x: Any, y: Any) -> Any:
    return _to_chosen(d, z, y, x)


fmax = elementwise(
    np.fmax, _to_chosen, _to_other, scalar=lambda x, y: x if x >= y or y != y else y,
    latex=r"\max({0}, {1})", domain=((-3.0, 0.0), (0.2, 3.0)), selects=True,
)  # fmt: skip
fmin = elementwise(
    np.fmin, _to_chosen, _to_other, scalar=lambda x, y: x if x <= y or y != y else y,
    latex=r"\min({0}, {1})", domain=((0.2, 3.0), (-3.0, 0.0)), selects=True,
)  # fmt: skip
copysign = elementwise(
    np.copysign, lambda d, z, x, y: d * (sign(x) * sign(z)), lambda d, z, x, y: 0.0,
    scalar=math.copysign, domain=((0.3, 3.0), (-3.0, -0.3)), selects=True,
)  # fmt: skip


def _ldexp(x: Value, /, i: Any) -> Any:
    return ieee(lambda v: np.ldexp(v, i), x) if _bare(x) and np.ndim(i) == 0 else np.ldexp(x, i)


def _bare(x: Value) -> bool:
    return type(x) is float


_scale: Op = multilinear(
    _ldexp, lambda d, y, x, i: _scale(d, i), name="ldexp", latex=r"{0} \cdot 2^i",
    cases=[(((2, 3),), {"i": 2}), (((3,),), {"i": [[1], [-2]]}), (((),), {"i": -3}),
           (((),), {"i": [1, 2]}), (((0,),), {"i": 1})],
)  # fmt: skip


@overrides(np.ldexp)
def ldexp(x: Any, i: Any) -> Any:
    """NumPy's ldexp, x · 2ⁱ; the exponent is a plain integer or an array of them."""
    return _scale(x, i=np.array(i) if isinstance(i, (list, tuple)) else i)


def _double(x: Any) -> Any:
    return x.astype(np.float64) if type(x) is Node and x.dtype != DOUBLE else x


@overrides(np.float_power)
def float_power(x: Any, y: Any) -> Any:
    """NumPy's float_power: a power in float64, whatever the operands' types."""
    if type(x) is not Node and type(y) is not Node:
        return np.float_power(x, y)
    return power(_double(x), _double(y))


# Functions whose derivatives are a family: the op of the n-th derivative has n as a static.


def _sinc_slope(x: Value, /, order: int) -> Any:
    """The derivative of that order of sin(πx)/(πx): by its power series where |πx| ≤ order + 1.

    Beyond, u·f⁽ⁿ⁾(u) + n·f⁽ⁿ⁻¹⁾(u) = sin⁽ⁿ⁾(u) (Leibniz's rule for u·f = sin) loses no digits.
    """
    u: Any = np.pi * np.asarray(x, np.float64)
    near = np.abs(u) <= order + 1.0
    square, series = np.where(near, u * u, 0.0), np.zeros(np.shape(u))
    first = (order + 1) // 2
    for k in reversed(range(first, first + 2 * order + 17)):
        term = (-1.0) ** k / (2 * k + 1) / math.factorial(2 * k - order)
        series = series * square + term
    if order % 2:
        series = series * u
    with np.errstate(all="ignore"):
        cycle = [np.sin(u), np.cos(u)]
        far = cycle[0] / u
        for n in range(1, order + 1):
            far = ((-1.0) ** (n // 2) * cycle[n % 2] - n * far) / u
    return (np.where(near, series, far) * np.pi**order).astype(dtype_of(x))


def _sinc_float(x: float) -> float:
    u = math.pi * x
    return math.sin(u) / u if u else 1.0


_sinc_derivative: Op = general(
    _sinc_slope, lambda d, y, x, order: d * _sinc_derivative(x, order=order + 1),
    kind="elementwise", name="sinc_derivative",
    cases=[(shapes, {"order": n}) for n in (1, 2, 5) for shapes in [((3, 4),), ((),), ((0,),)]],
)  # fmt: skip
_sinc = elementwise(
    lambda x: np.sinc(x), lambda d, y, x: d * _sinc_derivative(x, order=1),
    name="sinc", scalar=_sinc_float, latex=r"\frac{{\sin \pi {0}}}{{\pi {0}}}",
)  # fmt: skip


@overrides(np.sinc)
def sinc(x: Any) -> Any:
    """NumPy's sinc, sin(πx)/(πx), smooth at 0 with derivatives of every order."""
    return _sinc(x)


_COSINES = np.cos((np.arange(64) + 0.5) * (np.pi / 128.0))


def _i0_slope(x: Value, /, order: int) -> Any:
    """The derivative of that order of the modified Bessel function I₀.

    It is the mean over θ in (0, π/2) of cosⁿθ·cosh(x·cosθ), with sinh for odd n (DLMF 10.32.1).
    The midpoint rule of a periodic function converges geometrically, and no term is negative.
    """
    wave = np.sinh if order % 2 else np.cosh
    with np.errstate(all="ignore"):
        terms = wave(np.multiply.outer(np.asarray(x, np.float64), _COSINES))
        return np.asarray(terms @ (_COSINES**order / 64.0)).astype(dtype_of(x))


_i0_derivative: Op = general(
    _i0_slope, lambda d, y, x, order: d * _i0_derivative(x, order=order + 1),
    kind="elementwise", name="i0_derivative",
    cases=[(shapes, {"order": n}) for n in (1, 2) for shapes in [((3, 4),), ((),), ((0,),)]],
)  # fmt: skip
_i0 = elementwise(
    lambda x: np.i0(x), lambda d, y, x: d * _i0_derivative(x, order=1),
    name="i0", scalar=lambda x: ieee(np.i0, x), latex="I_0({0})",
)  # fmt: skip


@overrides(np.i0)
def i0(x: Any) -> Any:
    """NumPy's i0, the modified Bessel function of the first kind and order 0."""
    return _i0(x)


# The error functions, which NumPy does not have.

_BELL = 2.0 / math.sqrt(math.pi)


def _each(f: Callable[[float], float], x: Value) -> Any:
    """A function of floats for each element: 100 ns for one, right to the last digit."""
    a = np.asarray(x)
    values = np.fromiter(map(f, a.ravel().tolist()), np.float64, a.size)
    return values.reshape(a.shape).astype(a.dtype)[()]


def _erf(x: Value, /) -> Any:
    """The error function 2/√π ∫₀ˣ exp(−t²) dt of each element, in the shape of `x`.

    NIST Digital Library of Mathematical Functions 7.2.1. TypeError for what is no real number.

    >>> erf(np.array([0.0, np.inf])).tolist()
    [0.0, 1.0]
    """
    return _each(math.erf, x)


def _erfc(x: Value, /) -> Any:
    """1 − erf(x) of each element, in the shape of `x`, with all its digits where that is small.

    NIST Digital Library of Mathematical Functions 7.2.2. TypeError for what is no real number.

    >>> erfc(np.array([0.0, 10.0])).tolist()
    [1.0, 2.088487583762545e-45]
    """
    return _each(math.erfc, x)


erf = elementwise(
    _erf, lambda d, y, x: d * (_BELL * exp(-(x * x))),
    name="erf", scalar=math.erf, latex=r"\mathrm{{erf}}({0})",
)  # fmt: skip
erfc = elementwise(
    _erfc, lambda d, y, x: -d * (_BELL * exp(-(x * x))),
    name="erfc", scalar=math.erfc, latex=r"\mathrm{{erfc}}({0})",
)  # fmt: skip
