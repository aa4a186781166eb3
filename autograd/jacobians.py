"""Whole matrices of derivatives: Jacobians and Hessians, by rows or by columns."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from autograd.node import raw
from autograd.state import recording
from autograd.transforms import Argnums, Run, chosen, found_for, grad, pushed, run, vjp
from autograd.trees import leaves_of, map_leaves
from autograd.values import Value, filled, fit, shape_of


def jacobian(
    f: Callable[..., Any], argnums: Argnums = 0, mode: str | None = None, has_aux: bool = False
) -> Callable[..., Any]:
    """The function that returns the Jacobian of `f`: ∂out/∂argument, shape out.shape + in.shape.

    `mode` is "reverse" (one sweep per number that `f` returns) or "forward" (one per number of
    the arguments); by default the one with fewer sweeps. Where `f` returns a tree or an argument
    is one, the result nests the argument's form in that of the value. ValueError for another
    `mode`; others as in `value_and_grad`.

    >>> jacobian(lambda x: x * x)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """
    if mode not in (None, "reverse", "forward"):
        why = f"mode={mode!r} is unknown: a Jacobian is computed by its rows or by its columns"
        raise ValueError(f"{why}; write mode='reverse' or mode='forward'")

    @wraps(f)
    def transformed(*args: Any, **kwargs: Any) -> Any:
        this = run(f, args, kwargs, chosen(argnums, args), has_aux)
        rows = sum(np.size(raw(x)) for x in this.outputs())
        columns = sum(x.size for x in leaves_of(this.inputs))
        forward = mode == "forward" or (mode is None and columns < rows)
        with recording():
            blocks = _by_columns(this) if forward else _by_rows(this)
            whole = iter(blocks)
            one = not isinstance(argnums, (tuple, list))
            result = map_leaves(
                lambda _: map_leaves(
                    lambda _: this.answer(next(whole)), this.inputs[0] if one else this.inputs
                ),
                this.out,
            )
        return (result, this.answer(this.aux)) if has_aux else result

    return transformed


def _by_rows(this: Run) -> list[Any]:
    """For each output and input the block of the Jacobian, a sweep for each element of outputs."""
    blocks = []
    inputs = leaves_of(this.inputs)
    for out in this.outputs():
        rows = [this.signals(out, seed) for seed in _units(raw(out))]
        for x in inputs:
            parts = [found_for(row, x, this.linked) for row in rows]
            blocks.append(_block(parts, raw(out), x._value, 0))
    return blocks


def _by_columns(this: Run) -> list[Any]:
    """The same in forward mode, a sweep for each element of inputs."""
    outputs = this.outputs()
    per_input = []
    for x in leaves_of(this.inputs):
        columns = []
        for unit in _units(x._value):
            tangent = pushed(this, {x: unit})
            columns.append(leaves_of(tangent))
        per_input.append(
            [
                _block([column[k] for column in columns], raw(out), x._value, -1)
                for k, out in enumerate(outputs)
            ]
        )
    return [blocks[k] for k in range(len(outputs)) for blocks in per_input]


def _units(like: Value) -> list[Value]:
    """The unit seeds in the shape of `like`, one per element."""
    shape = shape_of(like)
    if not shape:
        return [fit(1.0, like)]
    size = int(np.prod(shape))
    return list(np.eye(size, dtype=like.dtype).reshape(size, *shape))


def _block(parts: list[Any], out: Value, x: Value, axis: int) -> Any:
    """Rows or columns of a Jacobian joined, in the shape out.shape + x.shape."""
    shape = shape_of(out) + shape_of(x)
    if not parts:
        return filled(shape, 0.0, np.result_type(raw(x)))
    if not shape:
        return parts[0]
    return np.reshape(np.stack(parts, axis=axis), shape)


def hessian(
    f: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False
) -> Callable[..., Any]:
    """The function that returns the matrix of second derivatives of `f`, in.shape + in.shape.

    `f` returns one number, or with `has_aux` a pair of one number and anything else, which comes
    back as `(hessian, aux)`. One sweep for each element, over the sweep that gives the gradient.
    Errors as in `value_and_grad`.

    >>> hessian(lambda x: (x * x * x).sum())(np.array([1.0, 2.0]))
    array([[ 6.,  0.],
           [ 0., 12.]])
    """
    return jacobian(grad(f, argnums, has_aux), argnums, mode="reverse", has_aux=has_aux)


def hvp(f: Callable[..., Any], x: Any, v: Any) -> Any:
    """The product of the Hessian of `f` at `x` with `v`, at the price of a few gradients.

    `x` and `v` are arrays, or trees of arrays of the same form. A sweep over the sweep that gives
    the gradient: a zero signal stays zero at a singular point, where forward mode over reverse
    gives NaN. Errors as in `vjp`.

    >>> hvp(lambda x: (x * x * x).sum(), np.array([1.0, 2.0]), np.array([1.0, 0.0]))
    array([6., 0.])
    """
    return vjp(grad(f), x)[1](v)[0]
