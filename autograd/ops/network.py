"""Ops of networks that are one node each where NumPy takes two or three steps, and their help."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy import ndarray

from autograd.node import raw
from autograd.op import general
from autograd.ops.linalg import matmul, outer
from autograd.ops.reduce import log_softmax, logsumexp, over, softmax
from autograd.ops.shape import reshape, transpose
from autograd.values import HALF, Value, shape_of


def _linear(x: Value, weight: Value, bias: Value, /) -> Any:
    """A layer of a network, x Wᵀ + b: one row of `weight` and one element of `bias` per output.

    For `x` of shape (..., in), `weight` (out, in) and `bias` (out,) it has the shape (..., out).
    ValueError for a weight that is no matrix, and where the shapes do not fit.

    >>> linear(np.array([1.0, 2.0]), np.array([[3.0, 4.0]]), np.array([0.5])).tolist()
    [11.5]
    """
    if type(weight) is not ndarray or weight.ndim != 2:
        raise ValueError(
            f"the weight has shape {np.shape(weight)}, but it holds one row for each output and "
            "one column for each feature; write weight.reshape(1, -1) for one output"
        )
    plain = type(x) is ndarray and x.ndim == 2
    z = x.dot(weight.T) if plain else np.matmul(x, weight.T)
    if type(bias) is ndarray and bias.dtype is z.dtype:
        try:
            z += bias
        except ValueError:
            pass
        else:
            return z
    shifted = z + bias
    if shifted.shape != z.shape:
        raise ValueError(
            f"the bias has shape {np.shape(bias)}, but it holds one number for each of the "
            f"{len(weight)} outputs; write bias.reshape({len(weight)})"
        )
    return shifted


def _linear_input(d: Any, z: Any, x: Any, weight: Any, bias: Any) -> Any:
    if type(d) is ndarray and type(weight) is ndarray and d.ndim == 2:
        return d.dot(weight)
    return matmul(d, weight)


def _linear_weight(d: Any, z: Any, x: Any, weight: Any, bias: Any) -> Any:
    if type(d) is ndarray and type(x) is ndarray and d.ndim == x.ndim == 2:
        return d.T.dot(x)
    if x.ndim == 1:
        return outer(d, x)
    return matmul(transpose(_rows(d)), _rows(x))


def _rows(x: Any) -> Any:
    *samples, features = shape_of(raw(x))
    return reshape(x, (int(np.prod(samples)), features))


linear = general(
    _linear, _linear_input, _linear_weight, lambda d, z, x, weight, bias: d, shaped=True,
    symbol="x Wᵀ + b", latex=r"{0} \, {1}^\top + {2}",
    cases=[(shapes, {}) for shapes in [
        ((2, 3), (4, 3), (4,)), ((3,), (2, 3), (2,)), ((2, 2, 3), (4, 3), (4,)),
        ((1, 2), (1, 2), (1,)), ((2, 3), (4, 3), (1,)), ((0, 3), (2, 3), (2,)),
        ((2, 0), (3, 0), (3,)),
    ]],
)  # fmt: skip


def _squares(x: Value, y: Value, /) -> Any:
    """The mean of (x − y)² over all elements, one number; `x` and `y` broadcast.

    NaN where there is no element, as NumPy's mean. ValueError for shapes that do not fit.

    >>> mean_squared_error(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    2.0
    """
    e = x - y
    if type(e) is not ndarray:
        return e * e
    if e.dtype is HALF or not e.size:
        return np.mean(e * e)
    flat = e.ravel()
    return flat.dot(flat) / e.size


def _squares_rule(d: Any, z: Any, x: Any, y: Any) -> Any:
    e = x - y
    if type(e) is ndarray and e.size and type(d) is float:
        e *= d * (2.0 / e.size)
        return e
    return d * (2.0 * over(raw(e).size if shape_of(raw(e)) else 1)) * e


mean_squared_error = general(
    _squares, _squares_rule, lambda d, z, x, y: _squares_rule(d, z, y, x),
    name="mean_squared_error", symbol="MSE", latex=r"\overline{{({0} - {1})^2}}",
    cases=[(shapes, {}) for shapes in [((2, 3), (2, 3)), ((), ()), ((3,), ()), ((2, 1), (3,))]],
)  # fmt: skip

softmax.describe(
    """exp(x) / Σ exp(x) along `axis`, one axis, several or None for all, in the shape of `x`.

    It does not overflow. Goodfellow, Bengio and Courville, "Deep Learning" (2016), section 6.2.2.3.
    `np.exceptions.AxisError` for an axis that is not there, TypeError for what is no real number.

    >>> softmax(np.array([[1.0, 1.0], [0.0, 1000.0]])).tolist()
    [[0.5, 0.5], [0.0, 1.0]]
    """
)
log_softmax.describe(
    """log(softmax(x)) along `axis`, in the shape of `x`; axes and errors as in `softmax`.

    It is finite where x is, also where softmax(x) is too small for a float.

    >>> log_softmax(np.array([0.0, 1000.0])).tolist()
    [-1000.0, 0.0]
    """
)
logsumexp.describe(
    """log Σ exp(x) along `axis`; axes and errors as in `softmax`.

    The result lacks these axes, or has them with length 1 where `keepdims` holds. It does not
    overflow; its derivative is softmax(x). Blanchard, Higham and Higham, "Accurately computing the
    log-sum-exp and softmax functions" (2021).

    >>> logsumexp(np.array([[0.0, 1000.0], [-np.inf, 1.0]])).tolist()
    [1000.0, 1.0]
    """
)

__test__ = {op.name: op.__doc__ for op in (softmax, log_softmax, logsumexp)}
"""The examples that doctest does not find in functions."""
