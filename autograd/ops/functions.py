"""Trigonometric and hyperbolic functions, and the activations that NumPy has no name for."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.op import Op, elementwise
from autograd.ops.arithmetic import where

sin = elementwise(np.sin, lambda d, y, x: d * cos(x), scalar=math.sin, latex=r"\sin {0}")
cos: Op = elementwise(np.cos, lambda d, y, x: -d * sin(x), scalar=math.cos, latex=r"\cos {0}")
tan = elementwise(
    np.tan, lambda d, y, x: d * (1.0 + y * y),
    scalar=math.tan, latex=r"\tan {0}", domain=(-1.2, 1.2),
)  # fmt: skip
sinh = elementwise(np.sinh, lambda d, y, x: d * cosh(x), scalar=math.sinh, latex=r"\sinh {0}")
cosh: Op = elementwise(np.cosh, lambda d, y, x: d * sinh(x), scalar=math.cosh, latex=r"\cosh {0}")
tanh = elementwise(
    np.tanh, lambda d, y, x: d * (1.0 - y * y),
    scalar=math.tanh, latex=r"\tanh {0}", method=True,
)  # fmt: skip
arctan = elementwise(
    np.arctan, lambda d, y, x: d / (1.0 + x * x), scalar=math.atan, latex=r"\arctan {0}"
)


def _sigmoid(x: Any, /) -> Any:
    """The logistic function 1 / (1 + e⁻ˣ) of each element, in the shape of `x`.

    No digits are lost for large |x|, neither in it nor in its derivative σ(x) · σ(−x). TypeError
    for what is no real number.

    >>> sigmoid(np.array([-np.inf, 0.0, np.inf])).tolist()
    [0.0, 0.5, 1.0]
    """
    return np.exp(np.minimum(x, 0.0)) / (1.0 + np.exp(-np.abs(x)))


def _sigmoid_scalar(x: float) -> float:
    e = math.exp(-abs(x))
    return (1.0 if x >= 0.0 else e) / (1.0 + e)


def _relu(x: Any, /) -> Any:
    """x where it is positive, else 0, of each element, in the shape of `x`; derivative 0 at 0.

    Nair and Hinton, "Rectified linear units improve restricted Boltzmann machines" (2010).
    TypeError for what is no real number.

    >>> relu(np.array([-1.0, 0.0, 2.0])).tolist()
    [0.0, 0.0, 2.0]
    """
    return np.maximum(x, 0.0)


def _softplus(x: Any, /) -> Any:
    """log(1 + eˣ) of each element, in the shape of `x`: a smooth `relu`.

    It does not overflow; its derivative is `sigmoid`. Dugas et al., "Incorporating second-order
    functional knowledge for better option pricing" (2001). TypeError for what is no real number.

    >>> softplus(np.array([-np.inf, 1000.0])).tolist()
    [0.0, 1000.0]
    """
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


sigmoid: Op = elementwise(
    _sigmoid, lambda d, y, x: d * (y * sigmoid(-x)),
    name="sigmoid", scalar=_sigmoid_scalar, symbol="σ", latex=r"\sigma({0})", method=True,
)  # fmt: skip
relu = elementwise(
    _relu, lambda d, y, x: where(x <= 0.0, 0.0, d),
    name="relu", scalar=lambda x: 0.0 if x <= 0.0 else x, latex=r"\mathrm{{relu}}({0})",
    domain=(0.2, 3.0), method=True, selects=True,
)  # fmt: skip
softplus = elementwise(
    _softplus, lambda d, y, x: d * sigmoid(x),
    name="softplus", latex=r"\log(1 + e^{{{0}}})",
    scalar=lambda x: (0.0 if x <= 0.0 else x) + math.log1p(math.exp(-abs(x))),
)  # fmt: skip
