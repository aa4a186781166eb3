"""Rows and columns that meet whole matrices, written out first where the matrix is small.

NumPy copies a row into all rows of a matrix and then adds two matrices in two thirds of the time
that it takes to add the row to each row.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy import ndarray

from autograd.compiler.steps import Step, value_of
from autograd.op import Op
from autograd.values import MANY


def _spread(x: Any, shape: tuple[int, ...]) -> Any:
    return np.broadcast_to(x, shape).copy()


SPREAD = Op("spread", "general", _spread, rules=(None,), arity=1, defaults={"shape": ()})
"""`broadcast_to`, in memory of its own."""


def spread(x: Any, line: Step) -> Step | None:
    """The step that writes out an operand of an elementwise line, or None where it is as well."""
    value, out = value_of(x), line.out.value
    if type(value) is not ndarray or value.shape == out.shape or not 0 < out.size <= MANY:
        return None
    if value.dtype is not out.dtype or out.dtype.kind != "f":
        return None
    shape = out.shape
    return Step(SPREAD, _spread, (x,), {"shape": shape}, _spread(value, shape), line.backward)
