"""Arithmetic: the operators and their NumPy names, choice, bounds, signs, powers and logarithms."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from autograd.node import Node, as_node
from autograd.op import Op, elementwise, general, overrides, piecewise
from autograd.values import Value, constant


def _mask(x: object) -> Any:
    """A condition as bools of its own."""
    return np.array(x, dtype=bool)


where: Op = elementwise(
    np.where,
    None,
    lambda d, z, c, x, y: where(c, d, 0.0),
    lambda d, z, c, x, y: where(c, 0.0, d),
    scalar=lambda c, x, y: x if c else y,
    coerce=(_mask, constant, constant),
    latex=r"\mathrm{{where}}({0}, {1}, {2})",
    selects=True,
)

add = elementwise(
    np.add, lambda d, z, x, y: d, lambda d, z, x, y: d,
    scalar=operator.add, operator="add", symbol="+", latex="{0} + {1}",
)  # fmt: skip
subtract = elementwise(
    np.subtract, lambda d, z, x, y: d, lambda d, z, x, y: -d,
    scalar=operator.sub, operator="sub", symbol="−", latex="{0} - {1}",
)  # fmt: skip
multiply = elementwise(
    np.multiply, lambda d, z, x, y: d * y, lambda d, z, x, y: d * x,
    scalar=operator.mul, operator="mul", symbol="×", latex=r"{0} \cdot {1}",
)  # fmt: skip
divide = elementwise(
    np.divide, lambda d, z, x, y: d / y, lambda d, z, x, y: -d * (z / y),
    scalar=operator.truediv, operator="truediv", symbol="÷", latex=r"\frac{{{0}}}{{{1}}}",
    domain=((-3.0, 3.0), (0.5, 3.0)),
)  # fmt: skip


def _power_base(d: Any, z: Any, x: Any, y: Any) -> Any:
    """d · y · x^(y−1), and 0 where y = 0: x⁰ is constant, at x = 0 too."""
    if type(y) is float:
        if y == 2.0:
            return d * (x + x)
        return d * (y * x ** (y - 1.0)) if y else d * 0.0
    return d * where(y == 0.0, 0.0, y * power(x, y - 1.0))


def _power_exponent(d: Any, z: Any, x: Any, y: Any) -> Any:
    """d · z · log x, and 0 where x = 0 and y ≥ 0, where z does not change to the right."""
    return d * (z * log(where(x == 0.0, where(y >= 0.0, 1.0, x), x)))


power: Op = elementwise(
    operator.pow, _power_base, _power_exponent, name="power",
    scalar=math.pow, operator="pow", symbol="^", latex="{0}^{{{1}}}",
    domain=((0.5, 3.0), (-2.0, 2.0)),
)  # fmt: skip
overrides(np.power)(power.call)

negative = elementwise(
    np.negative, lambda d, y, x: -d, scalar=operator.neg, operator="neg", symbol="−", latex="-{0}"
)
positive = elementwise(
    np.positive, lambda d, y, x: d, scalar=operator.pos, operator="pos", latex="+{0}"
)
absolute = elementwise(
    np.absolute, lambda d, y, x: d * sign(x),
    scalar=abs, operator="abs", symbol="|·|", latex="|{0}|", domain=(0.3, 3.0),
)  # fmt: skip
reciprocal = elementwise(
    np.reciprocal, lambda d, y, x: -d * (y * y),
    scalar=lambda x: 1.0 / x, latex=r"\frac{{1}}{{{0}}}", domain=(0.5, 3.0),
)  # fmt: skip
square = elementwise(
    np.square, lambda d, y, x: d * (2.0 * x), scalar=lambda x: x * x, latex="{0}^2"
)
sqrt = elementwise(
    np.sqrt, lambda d, y, x: d * (0.5 / y),
    scalar=math.sqrt, latex=r"\sqrt{{{0}}}", domain=(0.3, 3.0), method=True,
)  # fmt: skip


def _sign(x: float) -> float:
    return math.copysign(1.0, x) if x and x == x else x * x


sign: Op = piecewise(np.sign, scalar=_sign, domain=(0.3, 3.0))


def _to_larger(d: Any, z: Any, x: Any, y: Any) -> Any:
    return where(x < y, 0.0, where(x == y, 0.5 * d, d))


def _to_smaller(d: Any, z: Any, x: Any, y: Any) -> Any:
    return where(x > y, 0.0, where(x == y, 0.5 * d, d))


def _larger(x: float, y: float) -> float:
    return x if x != x or x > y else y


def _smaller(x: float, y: float) -> float:
    return x if x != x or x < y else y


maximum = elementwise(
    np.maximum, _to_larger, _to_smaller,
    scalar=_larger, latex=r"\max({0}, {1})", domain=((-3.0, 0.0), (0.2, 3.0)), selects=True,
)  # fmt: skip
minimum = elementwise(
    np.minimum, _to_smaller, _to_larger,
    scalar=_smaller, latex=r"\min({0}, {1})", domain=((0.2, 3.0), (-3.0, 0.0)), selects=True,
)  # fmt: skip


def _clip(x: Value, /, min: Any = None, max: Any = None) -> Any:
    return np.clip(x, min, max)


def _clip_rule(d: Any, y: Any, x: Any, min: Any, max: Any) -> Any:
    """The signal passes at the bounds, and NaN passes it on."""
    low = -math.inf if min is None else min
    high = math.inf if max is None else max
    return where(x < low, 0.0, where(x > high, 0.0, d))


_clip_op = general(
    _clip, _clip_rule, kind="elementwise", name="clip", selects=True,
    cases=[(((3, 4),), {"min": -0.5, "max": 0.7}), (((2,),), {"min": 0.1}), (((),), {"max": 0.2})],
)  # fmt: skip


def clip(x: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Any:
    """NumPy's clip; the signal passes at the bounds, and beyond a bound that is a Node goes to it.

    >>> from autograd import grad
    >>> grad(lambda low: clip(-2.0, low, 1.0))(-1.0)
    1.0
    """
    low, high = as_node(a_min if min is None else min), as_node(a_max if max is None else max)
    if type(low) is not Node and type(high) is not Node:
        return _clip_op(x, min=low, max=high)
    if low is not None:
        x = where((x < low) | np.isnan(low), low, x)
    if high is not None:
        x = where((x > high) | np.isnan(high), high, x)
    return x


overrides(np.clip)(clip)

identity = elementwise(lambda x: x, lambda d, y, x: d, name="identity", scalar=float)

exp: Op = elementwise(
    np.exp, lambda d, y, x: d * y, scalar=math.exp, latex=r"e^{{{0}}}", method=True
)
expm1 = elementwise(np.expm1, lambda d, y, x: d * exp(x), scalar=math.expm1, latex=r"e^{{{0}}} - 1")
log: Op = elementwise(
    np.log, lambda d, y, x: d / x,
    scalar=math.log, latex=r"\log {0}", domain=(0.3, 3.0), method=True,
)  # fmt: skip
log1p = elementwise(
    np.log1p, lambda d, y, x: d / (1.0 + x),
    scalar=math.log1p, latex=r"\log(1 + {0})", domain=(-0.6, 3.0),
)  # fmt: skip
