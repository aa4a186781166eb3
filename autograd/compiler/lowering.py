"""Ops of several operations each, taken apart, so that the program shares and reuses the parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.compiler.steps import Step, Var, value_of
from autograd.op import REGISTRY
from autograd.values import HALF, dtype_of, plain, shape_of


def lowered(step: Step) -> list[Step]:
    """The steps that do the same as `step`, which has a recipe: itself, where it does not fit."""
    assert step.op is not None
    recipe = RECIPES[step.op.name]
    if step.op is not REGISTRY[step.op.name] or not any(
        shape_of(value_of(x)) for x in step.operands
    ):
        return [step]
    parts: list[Step] = []

    def apply(name: str, *operands: Any, **statics: Any) -> Var:
        op = REGISTRY[name]
        values = map(value_of, operands)
        value = plain(op.forward(*values, **statics))
        parts.append(Step(op, op.forward, operands, statics, value, step.backward))
        return parts[-1].out

    if recipe(apply, *step.operands, **step.statics) is None:
        return [step]
    parts[-1].out = step.out
    step.out.step = parts[-1]
    return parts


Apply = Callable[..., Var]


def _linear(apply: Apply, x: Any, weight: Any, bias: Any) -> Any:
    return apply("add", apply("matmul", x, apply("transpose", weight, axes=None)), bias)


def _squares(apply: Apply, x: Any, y: Any) -> Any:
    gap = apply("subtract", x, y)
    if dtype_of(gap.value) is HALF or not np.size(gap.value) or not shape_of(gap.value):
        return None
    flat = apply("ravel", gap)
    return apply("divide", apply("dot", flat, flat), float(np.size(gap.value)))


def _sum(apply: Apply, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The sum of all squares as a product of vectors."""
    before = x.step if isinstance(x, Var) else None
    if before is None or before.op is None or axis is not None or keepdims:
        return None
    factors = {"square": before.operands * 2, "multiply": before.operands}.get(before.op.name)
    whole = factors and factors[0] is factors[1] and before.op is REGISTRY[before.op.name]
    if not whole or dtype_of(x.value) is HALF:
        return None
    flat = apply("ravel", before.operands[0])
    return apply("dot", flat, flat)


def _mean(apply: Apply, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    value = value_of(x)
    if dtype_of(value) is HALF or not value.size:
        return None
    total = _sum(apply, x, axis, keepdims) or apply("sum", x, axis=axis, keepdims=keepdims)
    return apply("divide", total, float(value.size // max(np.size(total.value), 1)))


def _sigmoid(apply: Apply, x: Any) -> Any:
    top = apply("exp", apply("minimum", x, 0.0))
    low = apply("exp", apply("negative", apply("absolute", x)))
    return apply("divide", top, apply("add", 1.0, low))


def _softplus(apply: Apply, x: Any) -> Any:
    low = apply("exp", apply("negative", apply("absolute", x)))
    return apply("add", apply("maximum", x, 0.0), apply("log1p", low))


def _relu(apply: Apply, x: Any) -> Any:
    return apply("maximum", x, 0.0)


RECIPES: dict[str, Callable[..., Any]] = {
    "linear": _linear,
    "mean": _mean,
    "mean_squared_error": _squares,
    "relu": _relu,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "sum": _sum,
}
