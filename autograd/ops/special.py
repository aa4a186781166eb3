"""The ufuncs of scipy.special, stated by name and bound when one first meets a Node.

The engine never imports SciPy, except to read a pickle of such ops: a ufunc that meets a Node shows
that its user did. In a rule, `sp.psi` is the op that stands for scipy.special.psi. The derivatives
are those of the NIST Digital Library of Mathematical Functions: chapters 5 (gamma), 7 (error
functions), 8 (incomplete gamma and beta functions), 10 (Bessel functions), 13 (confluent
hypergeometric) and 25 (zeta functions).
"""

from __future__ import annotations

import _thread
import functools
import inspect
import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.dispatch import BY_FUNCTION, BY_NAME
from autograd.node import Node, raw
from autograd.op import elementwise, general
from autograd.ops.arithmetic import exp, log, log1p, sign, where
from autograd.ops.functions import cos, sin
from autograd.scalar import ieee
from autograd.state import read
from autograd.values import Value

_LOCK = _thread.RLock()
"""That of `threading`, whose import takes 1 ms."""
_BELL = 2.0 / math.sqrt(math.pi)
_NORMAL = 1.0 / math.sqrt(2.0 * math.pi)


class _SciPy:
    """scipy.special in ops, each bound on first use."""

    def __getattr__(self, name: str) -> Any:
        try:
            return BY_NAME[name]()
        except KeyError:
            raise AttributeError(f"no op of scipy.special is named {name!r}") from None


sp = _SciPy()


def ufunc_named(name: str) -> Any:
    """SciPy's ufunc of that name; None where SciPy is not imported or has none."""
    for module in ("scipy.special", "scipy.special._ufuncs"):
        found = getattr(sys.modules.get(module), name, None)
        if isinstance(found, np.ufunc):
            return found
    return None


def _state(name: str, *rules: Any, **facts: Any) -> None:
    """State a ufunc whose inputs are all operands, with one rule each."""
    shown = name.replace("_", r"\_")
    inputs = ", ".join(f"{{{i}}}" for i in range(len(rules)))

    def bind(function: np.ufunc) -> Any:
        return elementwise(
            function, *rules, name=f"special.{name}", scalar=functools.partial(ieee, function),
            latex=rf"\mathrm{{{{{shown}}}}}({inputs})", **facts,
        ).call  # fmt: skip

    _later(name, bind)


def _state_last(name: str, statics: str, rule: Any, domain: Any, *examples: Any) -> None:
    """State a ufunc whose last input is its one operand; those before it are `statics`."""
    shown, names = name.strip("_"), statics.split()

    def bind(function: np.ufunc) -> Any:
        def forward(x: Value, /, **given: Any) -> Any:
            if type(x) is float and not any(map(np.ndim, given.values())):
                return ieee(function, *given.values(), x)
            return function(*given.values(), x)

        kinds = inspect.Parameter
        forward.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [kinds("x", kinds.POSITIONAL_ONLY), *(kinds(n, kinds.KEYWORD_ONLY) for n in names)]
        )
        cases = [
            ((shape,), dict(zip(names, example, strict=True)))
            for example in examples
            for shape in [(3, 4), (), (0,)]
        ]
        op = general(
            forward, rule, kind="elementwise", name=f"special.{shown}", domain=(domain,),
            cases=cases,
        )  # fmt: skip

        def call(*inputs: Any) -> Any:
            for x, n in zip(inputs, names, strict=False):
                if type(x) is Node and x.requires_grad:
                    raise TypeError(
                        f"scipy.special.{shown} has no derivative through its argument {n} here, "
                        f"but {n} is a Node that requires a gradient; write {n}.value, or "
                        f"{n}.detach(), for a constant"
                    )
            given = map(_fixed, inputs[:-1])
            return op(inputs[-1], **dict(zip(names, given, strict=True)))

        BY_FUNCTION[function] = call
        return call

    _later(name, bind)


def _fixed(x: Any) -> Any:
    read(x, "a parameter of a special function")
    x = raw(x)
    return np.array(x) if isinstance(x, (list, tuple)) else x


def _later(name: str, bind: Callable[[np.ufunc], Any]) -> None:
    def bound() -> Any:
        with _LOCK:
            function = ufunc_named(name)
            return BY_FUNCTION[function] if function in BY_FUNCTION else bind(function)

    BY_NAME[name] = bound


POSITIVE = (0.5, 3.0)

# Error functions and the normal distribution.


def _far_series(square: Any, sign: float) -> Any:
    """Σ (2k − 1)!! (±1 / 2x²)ᵏ for k = 1 … 10, of x² ≥ 225: right to 15 digits (DLMF 7.12.1)."""
    u = 0.5 * sign / square
    total = 1.0
    for odd in range(19, 1, -2):
        total = 1.0 + float(odd) * u * total
    return u * total


def _erfcx_slope(y: Any, x: Any) -> Any:
    """2xy − 2/√π, whose digits cancel where x is large."""
    far = x > 15.0
    return where(far, _BELL * _far_series(where(far, x * x, 225.0), -1.0), 2.0 * x * y - _BELL)


def _dawsn_slope(y: Any, x: Any) -> Any:
    """1 − 2xy, whose digits cancel where |x| is large."""
    far = (x > 15.0) | (x < -15.0)
    return where(far, -_far_series(where(far, x * x, 225.0), 1.0), 1.0 - 2.0 * x * y)


_state("erf", lambda d, y, x: d * (_BELL * exp(-(x * x))))
_state("erfc", lambda d, y, x: -d * (_BELL * exp(-(x * x))))
_state("erfcx", lambda d, y, x: d * _erfcx_slope(y, x))
_state("erfinv", lambda d, y, x: d * (exp(y * y) / _BELL), domain=(-0.9, 0.9))
_state("erfcinv", lambda d, y, x: -d * (exp(y * y) / _BELL), domain=(0.1, 1.9))
_state("dawsn", lambda d, y, x: d * _dawsn_slope(y, x))
_state("ndtr", lambda d, y, x: d * (_NORMAL * exp(-0.5 * (x * x))))
_state("ndtri", lambda d, y, x: d * (exp(0.5 * (y * y)) / _NORMAL), domain=(0.1, 0.9))
_state("log_ndtr", lambda d, y, x: d * (2.0 * _NORMAL / sp.erfcx(x * -math.sqrt(0.5))))

# Logistic functions, exponentials and logarithms.

_state("expit", lambda d, y, x: d * (y * sp.expit(-x)))
_state("logit", lambda d, y, x: d / (x * (1.0 - x)), domain=(0.1, 0.9))
_state("log_expit", lambda d, y, x: d * sp.expit(-x))
_state("expm1", lambda d, y, x: d * exp(x))
_state("log1p", lambda d, y, x: d / (1.0 + x), domain=(-0.6, 3.0))
_state("cosm1", lambda d, y, x: -d * sin(x))


def _exprel_slope(y: Any, x: Any) -> Any:
    """(eˣ − y) / x; near 0, where that loses digits, M(2, 3, x) / 2 (DLMF 13.6.2, 13.3.15)."""
    near = (x > -1.0) & (x < 1.0)
    series = 0.5 * sp.hyp1f1(2.0, 3.0, where(near, x, 0.0))
    return where(near, series, (exp(x) - y) / where(near, 1.0, x))


_state("exprel", lambda d, y, x: d * _exprel_slope(y, x))
_state_last(
    "hyp1f1", "a b",
    lambda d, y, x, a, b: d * (a / b * sp.hyp1f1(a + 1.0, b + 1.0, x)),
    (-3.0, 3.0), (2.0, 3.0), (0.5, 1.5),
)  # fmt: skip

# x·log y and what is made of it.


def _one_unless(zero: Any, y: Any, least: float) -> Any:
    """1, and 0 where `zero` is zero and y is at most `least`, the logarithm's pole."""
    return where(zero == 0.0, where(y <= least, 0.0, 1.0), 1.0)


def _ratio(x: Any, y: Any) -> Any:
    """x / y, and 0 where both are zero."""
    return x / where(x == 0.0, where(y == 0.0, 1.0, y), y)


_state(
    "xlogy", lambda d, z, x, y: d * sp.xlogy(_one_unless(x, y, 0.0), y),
    lambda d, z, x, y: d * _ratio(x, y), domain=POSITIVE,
)  # fmt: skip
_state(
    "xlog1py", lambda d, z, x, y: d * sp.xlog1py(_one_unless(x, y, -1.0), y),
    lambda d, z, x, y: d * _ratio(x, 1.0 + y), domain=POSITIVE,
)  # fmt: skip
_state("entr", lambda d, y, x: -d * (log(x) + 1.0), domain=POSITIVE)
_state(
    "rel_entr", lambda d, z, x, y: d * (log(_ratio(x, y)) + 1.0),
    lambda d, z, x, y: -d * _ratio(x, y), domain=POSITIVE,
)  # fmt: skip
_state(
    "kl_div", lambda d, z, x, y: d * log(_ratio(x, y)),
    lambda d, z, x, y: d * (1.0 - _ratio(x, y)), domain=POSITIVE,
)  # fmt: skip

# Gamma and beta functions.


def _rgamma_slope(y: Any, x: Any) -> Any:
    """−ψ(x)/Γ(x); left of 1/2 by reflection (DLMF 5.5.3), for 1/Γ is smooth at Γ's poles."""
    u = math.pi * x
    left = sp.gamma(1.0 - x) * (cos(u) - sp.psi(1.0 - x) * (sin(u) / math.pi))
    return where(x < 0.5, left, -y * sp.psi(x))


_state("gamma", lambda d, y, x: d * (y * sp.psi(x)), domain=POSITIVE)
_state("gammaln", lambda d, y, x: d * sp.psi(x), domain=POSITIVE)
_state("loggamma", lambda d, y, x: d * sp.psi(x), domain=POSITIVE)
_state("rgamma", lambda d, y, x: d * _rgamma_slope(y, x), domain=POSITIVE)
_state("psi", lambda d, y, x: d * sp._zeta(2.0, x), domain=POSITIVE)
_state_last(
    "_zeta", "s", lambda d, y, x, s: d * (-s * sp._zeta(s + 1.0, x)), POSITIVE, (2.0,), (3.5,)
)


def _psi_gap(x: Any, y: Any) -> Any:
    """ψ(x) − ψ(x + y); where x is large, the differences of the terms of ψ (DLMF 5.11.2)."""
    far = x > 200.0
    top = where(far, x, 200.0)
    a, b = 1.0 / top, 1.0 / (top + y)
    gap = y * b * a  # a − b
    series = gap * (0.5 + (a + b) * (1.0 / 12.0 - (a * a + b * b) / 120.0))
    return where(far, -log1p(y * a) - series, sp.psi(x) - sp.psi(x + y))


_state(
    "beta", lambda d, z, x, y: d * (z * _psi_gap(x, y)),
    lambda d, z, x, y: d * (z * _psi_gap(y, x)), domain=POSITIVE,
)  # fmt: skip
_state(
    "betaln", lambda d, z, x, y: d * _psi_gap(x, y),
    lambda d, z, x, y: d * _psi_gap(y, x), domain=POSITIVE,
)  # fmt: skip


def _gamma_density(x: Any, a: Any) -> Any:
    return exp(sp.xlogy(a - 1.0, x) - x - sp.gammaln(a))


def _beta_density(x: Any, a: Any, b: Any) -> Any:
    return exp(sp.xlogy(a - 1.0, x) + sp.xlog1py(b - 1.0, -x) - sp.betaln(a, b))


_state_last("gammainc", "a", lambda d, y, x, a: d * _gamma_density(x, a), POSITIVE, (2.5,), (1.0,))
_state_last("gammaincc", "a", lambda d, y, x, a: -d * _gamma_density(x, a), POSITIVE, (2.5,))
_state_last(
    "betainc", "a b", lambda d, y, x, a, b: d * _beta_density(x, a, b),
    (0.1, 0.9), (2.0, 3.0), (0.5, 1.0),
)  # fmt: skip
_state_last(
    "betaincc", "a b", lambda d, y, x, a, b: -d * _beta_density(x, a, b), (0.1, 0.9), (2.0, 3.0)
)

# Bessel functions: half the sum or difference of the neighbours in order (DLMF 10.6.1, 10.29.1).

_state("j0", lambda d, y, x: -d * sp.j1(x))
_state("j1", lambda d, y, x: d * (0.5 * (sp.j0(x) - sp.jv(2.0, x))))
_state("y0", lambda d, y, x: -d * sp.y1(x), domain=POSITIVE)
_state("y1", lambda d, y, x: d * (0.5 * (sp.y0(x) - sp.yv(2.0, x))), domain=POSITIVE)
_state("i0", lambda d, y, x: d * sp.i1(x))
_state("i1", lambda d, y, x: d * (0.5 * (sp.i0(x) + sp.iv(2.0, x))))
_state("i0e", lambda d, y, x: d * (sp.i1e(x) - sign(x) * y), domain=POSITIVE)
_state(
    "i1e", lambda d, y, x: d * (0.5 * (sp.i0e(x) + sp.ive(2.0, x)) - sign(x) * y), domain=POSITIVE
)
_state("k0", lambda d, y, x: -d * sp.k1(x), domain=POSITIVE)
_state("k1", lambda d, y, x: -d * (0.5 * (sp.k0(x) + sp.kv(2.0, x))), domain=POSITIVE)
_state_last(
    "jv", "v", lambda d, y, x, v: d * (0.5 * (sp.jv(v - 1.0, x) - sp.jv(v + 1.0, x))),
    POSITIVE, (2.0,), (0.5,),
)  # fmt: skip
_state_last(
    "yv", "v", lambda d, y, x, v: d * (0.5 * (sp.yv(v - 1.0, x) - sp.yv(v + 1.0, x))),
    POSITIVE, (2.0,), (0.5,),
)  # fmt: skip
_state_last(
    "iv", "v", lambda d, y, x, v: d * (0.5 * (sp.iv(v - 1.0, x) + sp.iv(v + 1.0, x))),
    POSITIVE, (2.0,), (0.5,),
)  # fmt: skip
_state_last(
    "ive", "v",
    lambda d, y, x, v: d * (0.5 * (sp.ive(v - 1.0, x) + sp.ive(v + 1.0, x)) - sign(x) * y),
    POSITIVE, (2.0,), (0.5,),
)  # fmt: skip
_state_last(
    "kv", "v", lambda d, y, x, v: -d * (0.5 * (sp.kv(v - 1.0, x) + sp.kv(v + 1.0, x))),
    POSITIVE, (2.0,), (0.5,),
)  # fmt: skip
