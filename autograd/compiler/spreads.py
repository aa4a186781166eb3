"""Rows and columns that meet whole matrices, written out first where the matrix is small.

NumPy copies a row into all rows of a matrix and then adds two matrices in two thirds of the time
that it takes to add the row to each row.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy import ndarray

from autograd.compiler.steps import Step, Var, ufunc_of, value_of
from autograd.op import Op
from autograd.values import MANY


def _spread(x: Any, shape: tuple[int, ...]) -> Any:
    out = np.empty(shape, x.dtype)
    out[...] = x
    return out


SPREAD = Op("spread", "general", _spread, rules=(None,), arity=1, defaults={"shape": ()})
"""`broadcast_to`, in memory of its own."""


def partial(line: Step) -> bool:
    """Whether an elementwise line meets a row, a column or the like with a small matrix."""
    out = line.out.value
    if type(out) is not ndarray:
        return False
    shape = out.shape
    for x in line.operands:
        value = x.value if type(x) is Var else x
        if type(value) is ndarray and value.shape != shape:
            small = out.dtype.kind == "f" and 0 < out.size <= MANY
            return small and ufunc_of(line) is not None
    return False


def spread(x: Any, line: Step, known: dict[Any, Var], lines: list[Step]) -> Any:
    """What stands for an operand of a partial line: written out, by one of `lines` or a new one.

    The new one stands before the other lines of its group, which then follow one another.
    """
    value, out = value_of(x), line.out.value
    shape = out.shape
    if type(value) is not ndarray or value.shape == shape or value.dtype is not out.dtype:
        return x
    if type(x) is not Var:
        return _spread(x, shape)
    key = SPREAD, x, shape
    if key not in known:
        step = Step(SPREAD, _spread, (x,), {"shape": shape}, out, line.backward)
        step.reads = [x]
        place = len(lines)
        while place and line.group and lines[place - 1].group is line.group:
            if lines[place - 1].out is x:
                break
            place -= 1
        lines.insert(place, step)
        known[key] = step.out
    return known[key]
