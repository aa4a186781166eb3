"""Steps: rounding, remainders and what else is constant between jumps."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from autograd.node import Node
from autograd.op import Op, elementwise, general, overrides, piecewise
from autograd.ops.arithmetic import where
from autograd.scalar import ieee
from autograd.values import Value


def _integral(f: Any) -> Any:
    """A function of floats from one of `math` that gives an int: a zero keeps its sign."""
    return lambda x: math.copysign(f(x), x)


floor = piecewise(
    np.floor, scalar=_integral(math.floor), domain=(1.1, 1.9),
    latex=r"\lfloor {0} \rfloor",
)  # fmt: skip
ceil = piecewise(
    np.ceil, scalar=_integral(math.ceil), domain=(1.1, 1.9), latex=r"\lceil {0} \rceil"
)
trunc = piecewise(np.trunc, scalar=_integral(math.trunc), domain=(1.1, 1.9))
rint: Op = piecewise(np.rint, scalar=_integral(round), domain=(0.6, 1.4))


def _round(x: Value, /, decimals: int = 0) -> Any:
    if type(x) is float:
        return ieee(lambda v: np.round(v, decimals), x)
    return np.round(x, decimals)


_round_op = general(
    _round, lambda d, y, x, decimals: 0.0,
    kind="elementwise", selects=True, domain=((1.01, 1.04),),
    cases=[(((3, 4),), {}), (((3,),), {"decimals": 1}), (((),), {"decimals": -1}),
           (((0,),), {"decimals": 1})],
)  # fmt: skip


@overrides(np.round, np.around)
def round_(a: Any, decimals: int = 0, out: None = None) -> Any:
    """NumPy's round: to the nearest even value with so many decimals; derivative 0."""
    _no_out("round", out)
    return _round_op(a, decimals=decimals)


@overrides(np.fix)
def fix(x: Any, out: None = None) -> Any:
    """NumPy's fix: the nearest integer towards 0; derivative 0."""
    _no_out("fix", out)
    return trunc(x)


def _no_out(name: str, out: object) -> None:
    if out is not None:
        raise TypeError(
            f"np.{name} of a Node with out=: it would write into memory that the graph has seen; "
            f"use the result, such as array = np.{name}(node)"
        )


floor_divide: Op = elementwise(
    np.floor_divide, lambda d, z, x, y: 0.0, lambda d, z, x, y: 0.0,
    scalar=operator.floordiv, operator="floordiv", symbol="//",
    latex=r"\left\lfloor \frac{{{0}}}{{{1}}} \right\rfloor",
    domain=((2.1, 2.9), (1.0, 1.04)), selects=True,
)  # fmt: skip
remainder = elementwise(
    np.remainder, lambda d, z, x, y: d, lambda d, z, x, y: -d * floor_divide(x, y),
    scalar=operator.mod, operator="mod", symbol="mod", latex=r"{0} \bmod {1}",
    domain=((2.1, 2.9), (1.0, 1.04)),
)  # fmt: skip
fmod = elementwise(
    np.fmod, lambda d, z, x, y: d, lambda d, z, x, y: -d * rint((x - z) / y),
    scalar=math.fmod, latex=r"\mathrm{{fmod}}({0}, {1})", domain=((-2.9, -2.1), (1.0, 1.04)),
)  # fmt: skip


@overrides(np.divmod)
def divmod_(x: Any, y: Any) -> tuple[Any, Any]:
    """NumPy's divmod: the floor of the quotient, with derivative 0, and the remainder."""
    return floor_divide(x, y), remainder(x, y)


_fraction = elementwise(
    lambda x: np.modf(x)[0], lambda d, y, x: d,
    name="fraction", scalar=lambda x: math.modf(x)[0], domain=(1.1, 1.9),
)  # fmt: skip


@overrides(np.modf)
def modf(x: Any) -> tuple[Any, Any]:
    """NumPy's modf: the fraction, with derivative 1, and the integer towards 0, with 0."""
    return _fraction(x), trunc(x)


def _heaviside(x: float, y: float) -> float:
    return y if x == 0.0 else x if x != x else float(x > 0.0)


heaviside = elementwise(
    np.heaviside, lambda d, z, x, y: 0.0, lambda d, z, x, y: where(x == 0.0, d, 0.0),
    scalar=_heaviside, domain=((0.3, 3.0), (-3.0, 3.0)), selects=True,
)  # fmt: skip


def _nan_to_num(x: Value, /, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    return np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)


_finite = general(
    _nan_to_num,
    lambda d, y, x, nan, posinf, neginf: where(x - x == 0.0, d, 0.0),
    kind="elementwise", selects=True,
    cases=[(((3, 4),), {}), (((2,),), {"nan": 1.0}), (((),), {"posinf": 2.0}), (((0,),), {})],
)  # fmt: skip


@overrides(np.nan_to_num)
def nan_to_num(
    x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None
) -> Any:
    """NumPy's nan_to_num; the signal passes where the operand is finite, and only there."""
    if not copy and type(x) is Node:
        raise TypeError(
            "np.nan_to_num of a Node with copy=False: it would write into memory that the graph "
            "has seen; leave copy out and use the result"
        )
    return _finite(x, nan=nan, posinf=posinf, neginf=neginf)
