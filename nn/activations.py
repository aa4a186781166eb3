"""Activations: what a layer does to each number, or to each row, that it computed."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import erfc, log_softmax, relu, sigmoid, softmax
from autograd import softplus as _softplus
from autograd.op import op_named
from nn.operands import axis_of, operand

Activation = Callable[[Any], Any]

_tanh = op_named("tanh").call


def identity(x: Any) -> Any:
    """`x` as it is: the activation of layers that have none.

    >>> identity(2.0)
    2.0
    """
    return x


def tanh(x: Any) -> Any:
    """The hyperbolic tangent of each element.

    >>> tanh(np.array([0.0, -np.inf])).tolist()
    [0.0, -1.0]
    """
    return _tanh(x)


def leaky_relu(x: Any, negative_slope: float = 0.01) -> Any:
    """x where it is positive, else negative_slope · x, with derivative negative_slope at 0.

    Maas, Hannun and Ng, "Rectifier nonlinearities improve neural network acoustic models" (2013).

    >>> leaky_relu(np.array([-1.0, 2.0])).tolist()
    [-0.01, 2.0]
    """
    x = operand(x)
    return np.where(x > 0.0, x, negative_slope * x)


def prelu(x: Any, weight: Any) -> Any:
    """x where it is positive, else weight · x; `weight` is learned and broadcasts.

    He et al., "Delving deep into rectifiers" (2015).

    >>> prelu(np.array([-1.0, 2.0]), 0.25).tolist()
    [-0.25, 2.0]
    """
    x = operand(x)
    return np.where(x > 0.0, x, weight * x)


def elu(x: Any, alpha: float = 1.0) -> Any:
    """x where it is positive, else alpha · (eˣ − 1), with derivative alpha at 0.

    Clevert, Unterthiner and Hochreiter, "Fast and accurate deep network learning by exponential
    linear units" (2016).

    >>> elu(np.array([-np.inf, 2.0])).tolist()
    [-1.0, 2.0]
    """
    x = operand(x)
    return np.where(x > 0.0, x, alpha * np.expm1(np.where(x > 0.0, 0.0, x)))


def celu(x: Any, alpha: float = 1.0) -> Any:
    """x where it is positive, else alpha · (exp(x / alpha) − 1), with derivative 1 at 0.

    Barron, "Continuously differentiable exponential linear units" (2017).

    >>> celu(np.array([-np.inf, 2.0]), 0.5).tolist()
    [-0.5, 2.0]
    """
    x = operand(x)
    return np.where(x > 0.0, x, alpha * np.expm1(np.where(x > 0.0, 0.0, x) / alpha))


def selu(x: Any) -> Any:
    """`elu` scaled such that layers keep mean 0 and variance 1.

    Klambauer et al., "Self-normalizing neural networks" (2017).

    >>> round(float(selu(1.0)), 4)
    1.0507
    """
    return 1.0507009873554804934193349852946 * elu(x, 1.6732632423543772848170429916717)


def gelu(x: Any, approximate: str = "none") -> Any:
    """x · Φ(x), with Φ the normal distribution function, or its approximation by "tanh".

    Written by erfc and sigmoid, as 1 + erf and 1 + tanh would lose the digits of x < 0.
    Hendrycks and Gimpel, "Gaussian error linear units" (2016).

    >>> gelu(np.array([0.0, 100.0])).tolist()
    [0.0, 100.0]
    """
    x = operand(x)
    if approximate == "none":
        return 0.5 * x * erfc(-math.sqrt(0.5) * x)
    if approximate != "tanh":
        raise ValueError(f"the approximation is {approximate!r}; write 'none' or 'tanh'")
    return x * sigmoid(math.sqrt(8.0 / math.pi) * (x + 0.044715 * (x * x * x)))


def silu(x: Any) -> Any:
    """x · sigmoid(x), also known as swish.

    Elfwing, Uchibe and Doya, "Sigmoid-weighted linear units" (2018).

    >>> silu(np.array([0.0, 100.0])).tolist()
    [0.0, 100.0]
    """
    x = operand(x)
    return x * sigmoid(x)


def mish(x: Any) -> Any:
    """x · tanh(softplus(x)).

    Misra, "Mish: a self regularized non-monotonic activation function" (2020).

    >>> mish(np.array([0.0, 100.0])).tolist()
    [0.0, 100.0]
    """
    x = operand(x)
    return x * tanh(_softplus(x))


def softplus(x: Any, beta: float = 1.0, threshold: float = 20.0) -> Any:
    """log(1 + exp(beta · x)) / beta, and x itself where beta · x is above the threshold.

    >>> softplus(np.array([0.0, 1e4])).round(4).tolist()
    [0.6931, 10000.0]
    """
    x = operand(x)
    return np.where(beta * x > threshold, x, _softplus(beta * x) / beta)


def softsign(x: Any) -> Any:
    """x / (1 + |x|).

    >>> softsign(np.array([-1.0, 3.0])).tolist()
    [-0.5, 0.75]
    """
    x = operand(x)
    return x / (1.0 + np.abs(x))


def logsigmoid(x: Any) -> Any:
    """log sigmoid(x), finite for finite x.

    >>> logsigmoid(np.array([-1e4])).tolist()
    [-10000.0]
    """
    return -_softplus(-operand(x))


def hardtanh(x: Any, min_val: float = -1.0, max_val: float = 1.0) -> Any:
    """x between its bounds, with derivative 0 at the bounds and beyond.

    >>> hardtanh(np.array([-2.0, 0.5, 2.0])).tolist()
    [-1.0, 0.5, 1.0]
    """
    x = operand(x)
    return np.where(x <= min_val, min_val, np.where(x >= max_val, max_val, x))


def relu6(x: Any) -> Any:
    """x between 0 and 6, with derivative 0 at 0 and 6.

    >>> relu6(np.array([-2.0, 0.5, 8.0])).tolist()
    [0.0, 0.5, 6.0]
    """
    return hardtanh(x, 0.0, 6.0)


def hardsigmoid(x: Any) -> Any:
    """x / 6 + 1/2 between 0 and 1, with derivative 0 at −3 and 3.

    >>> hardsigmoid(np.array([-5.0, 0.0, 3.0])).tolist()
    [0.0, 0.5, 1.0]
    """
    return relu6(operand(x) + 3.0) / 6.0


def hardswish(x: Any) -> Any:
    """x · hardsigmoid(x).

    Howard et al., "Searching for MobileNetV3" (2019).

    >>> hardswish(np.array([-5.0, 0.0, 3.0])).tolist()
    [-0.0, 0.0, 3.0]
    """
    x = operand(x)
    return x * hardsigmoid(x)


def hardshrink(x: Any, lambd: float = 0.5) -> Any:
    """x outside ±lambd, else 0.

    >>> hardshrink(np.array([-1.0, 0.5, 2.0])).tolist()
    [-1.0, 0.0, 2.0]
    """
    x = operand(x)
    return np.where((x >= -lambd) & (x <= lambd), 0.0, x)


def softshrink(x: Any, lambd: float = 0.5) -> Any:
    """x brought nearer to 0 by lambd, and 0 within ±lambd.

    >>> softshrink(np.array([-1.0, 0.5, 2.0])).tolist()
    [-0.5, 0.0, 1.5]
    """
    x = operand(x)
    return x - np.clip(x, -lambd, lambd)


def tanhshrink(x: Any) -> Any:
    """x − tanh(x).

    >>> tanhshrink(np.array([0.0])).tolist()
    [0.0]
    """
    x = operand(x)
    return x - tanh(x)


def threshold(x: Any, threshold: float, value: float) -> Any:
    """x where it is above the threshold, else `value`.

    >>> threshold(np.array([-1.0, 2.0]), 0.5, 20.0).tolist()
    [20.0, 2.0]
    """
    x = operand(x)
    return np.where(x <= threshold, value, x)


def softmin(x: Any, axis: Any = -1) -> Any:
    """softmax(−x).

    >>> softmin(np.array([0.0, 0.0])).tolist()
    [0.5, 0.5]
    """
    return softmax(-operand(x), axis=axis)


def glu(x: Any, axis: int = -1) -> Any:
    """The first half of `x` along an axis, times the sigmoid of the second half.

    Dauphin et al., "Language modeling with gated convolutional networks" (2017).
    Raises ValueError where the axis has an odd length.

    >>> glu(np.array([3.0, 0.0])).tolist()
    [1.5]
    """
    x = operand(x)
    front = (slice(None),) * axis_of(axis, x.ndim)
    half, odd = divmod(x.shape[axis], 2)
    if odd:
        raise ValueError(
            f"glu halves axis {axis}, whose length {2 * half + 1} is odd; give it an even length"
        )
    return x[(*front, slice(half))] * sigmoid(x[(*front, slice(half, None))])


ACTIVATIONS: dict[str, Activation] = {
    "relu": relu, "sigmoid": sigmoid, "softmax": softmax, "softplus": _softplus, "tanh": tanh,
    "leaky_relu": leaky_relu, "elu": elu, "celu": celu, "selu": selu, "gelu": gelu, "silu": silu,
    "mish": mish, "softsign": softsign, "logsigmoid": logsigmoid, "hardtanh": hardtanh,
    "relu6": relu6, "hardsigmoid": hardsigmoid, "hardswish": hardswish, "hardshrink": hardshrink,
    "softshrink": softshrink, "tanhshrink": tanhshrink, "log_softmax": log_softmax,
    "softmin": softmin, "glu": glu,
}  # fmt: skip
"""The activations that can be chosen by name."""


def activation_named(activation: str | Activation | None) -> Activation:
    """The function of that name; functions stay as they are, None gives `identity`.

    Raises ValueError for a name that is not known, TypeError for what cannot be called.

    >>> activation_named("relu")(-1.0)
    0.0
    """
    if activation is None:
        return identity
    if isinstance(activation, str):
        if activation not in ACTIVATIONS:
            raise ValueError(
                f"no activation is named {activation!r}; "
                f"write one of {', '.join(ACTIVATIONS)}, or pass a function such as np.sin"
            )
        return ACTIVATIONS[activation]
    if not callable(activation):
        raise TypeError(
            f"an activation is a name or a function, not {type(activation).__name__}; "
            "write activation='tanh' or activation=np.tanh"
        )
    return activation
