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
        [shape_of(value_of(x)) for x in step.operands]
    ):
        return [step]
    parts: list[Step] = []

    def apply(name: str, *operands: Any, **statics: Any) -> Var:
        op = REGISTRY[name]
        value = plain(op.forward(*map(value_of, operands), **statics))
        parts.append(Step(op, op.forward, operands, statics, value, step.backward))
        return parts[-1].out

    last = recipe(apply, *step.operands, **step.statics)
    if last is None:
        return [step]
    name, *operands = last
    op, out = REGISTRY[name], step.out
    out.step = Step(op, op.forward, tuple(operands), {}, out.value, step.backward, out)
    parts.append(out.step)
    for part in parts:
        part.group = step.group or step
    return parts


Apply = Callable[..., Var]
Last = tuple[Any, ...] | None
"""The last part, by its op's name and its operands, which gives the value of the whole."""


def _linear(apply: Apply, x: Any, weight: Any, bias: Any) -> Last:
    return "add", apply("matmul", x, apply("transpose", weight, axes=None)), bias


def _squares(apply: Apply, x: Any, y: Any) -> Last:
    gap = apply("subtract", x, y)
    if dtype_of(gap.value) is HALF or not np.size(gap.value) or not shape_of(gap.value):
        return None
    flat = apply("ravel", gap)
    return "divide", apply("dot", flat, flat), float(np.size(gap.value))


def _sum(apply: Apply, x: Any, axis: Any = None, keepdims: bool = False) -> Last:
    """The sum of all squares as a product of vectors."""
    before = x.step if isinstance(x, Var) else None
    if before is None or before.op is None or axis is not None or keepdims:
        return None
    factors = {"square": before.operands * 2, "multiply": before.operands}.get(before.op.name)
    whole = factors and factors[0] is factors[1] and before.op is REGISTRY[before.op.name]
    if not whole or dtype_of(x.value) is HALF:
        return None
    flat = apply("ravel", before.operands[0])
    return "dot", flat, flat


def _mean(apply: Apply, x: Any, axis: Any = None, keepdims: bool = False) -> Last:
    value = value_of(x)
    if dtype_of(value) is HALF or not value.size:
        return None
    squares = _sum(apply, x, axis, keepdims)
    total = apply(*squares) if squares else apply("sum", x, axis=axis, keepdims=keepdims)
    return "divide", total, float(value.size // max(np.size(total.value), 1))


def _sigmoid(apply: Apply, x: Any) -> Last:
    top = apply("exp", apply("minimum", x, 0.0))
    low = apply("exp", apply("negative", apply("absolute", x)))
    return "divide", top, apply("add", 1.0, low)


def _softplus(apply: Apply, x: Any) -> Last:
    low = apply("exp", apply("negative", apply("absolute", x)))
    return "add", apply("maximum", x, 0.0), apply("log1p", low)


def _relu(apply: Apply, x: Any) -> Last:
    return "maximum", x, 0.0


RECIPES: dict[str, Callable[..., Last]] = {
    "linear": _linear,
    "mean": _mean,
    "mean_squared_error": _squares,
    "relu": _relu,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "sum": _sum,
}
