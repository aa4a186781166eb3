"""Ops of networks that are one node each where NumPy takes two or three steps."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy import ndarray

from autograd.node import raw
from autograd.op import general
from autograd.ops.linalg import matmul, outer
from autograd.ops.reduce import over
from autograd.ops.shape import reshape, transpose
from autograd.values import HALF, Value, shape_of


def _linear(x: Value, weight: Value, bias: Value, /) -> Any:
    if type(weight) is not ndarray or weight.ndim != 2:
        raise ValueError(
            f"the weight has shape {np.shape(weight)}, but it holds one row for each output and "
            "one column for each feature; write weight.reshape(1, -1) for one output"
        )
    plain = type(x) is ndarray and x.ndim == 2
    z = x.dot(weight.T) if plain else np.matmul(x, weight.T)
    if type(bias) is ndarray and bias.ndim == 1 and bias.dtype is z.dtype:
        z += bias
        return z
    return z + bias


def _linear_input(d: Any, z: Any, x: Any, weight: Any, bias: Any) -> Any:
    plain = type(d) is ndarray and type(weight) is ndarray and d.ndim == 2
    return d.dot(weight) if plain else matmul(d, weight)


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
    _linear, _linear_input, _linear_weight, lambda d, z, x, weight, bias: d,
    symbol="x Wᵀ + b", latex=r"{0} \, {1}^\top + {2}",
    cases=[(shapes, {}) for shapes in [
        ((2, 3), (4, 3), (4,)), ((3,), (2, 3), (2,)), ((2, 2, 3), (4, 3), (4,)),
        ((1, 2), (1, 2), (1,)), ((2, 3), (4, 3), (1,)), ((0, 3), (2, 3), (2,)),
        ((2, 0), (3, 0), (3,)),
    ]],
)  # fmt: skip
"""x Wᵀ + b for `x` (..., in), `weight` (out, in) and `bias` (out,): shape (..., out)."""


def _squares(x: Value, y: Value, /) -> Any:
    e = x - y
    if type(e) is not ndarray:
        return e * e
    if e.dtype is HALF or not e.size:
        return np.mean(e * e)
    flat = e.ravel()
    return flat.dot(flat) / e.size


def _squares_rule(d: Any, z: Any, x: Any, y: Any) -> Any:
    e = x - y
    if type(e) is ndarray and e.size:
        return d * (2.0 / e.size) * e
    return d * (2.0 * over(raw(e).size if shape_of(raw(e)) else 1)) * e


mean_squared_error = general(
    _squares, _squares_rule, lambda d, z, x, y: _squares_rule(d, z, y, x),
    name="mean_squared_error", symbol="MSE", latex=r"\overline{{({0} - {1})^2}}",
    cases=[(shapes, {}) for shapes in [((2, 3), (2, 3)), ((), ()), ((3,), ()), ((2, 1), (3,))]],
)  # fmt: skip
"""The mean of (x − y)²."""
