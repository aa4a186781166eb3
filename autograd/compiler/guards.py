"""Steps that keep a zero signal zero through a singular derivative; only careful programs run them.

NaN that one of them would take out reaches a result, or is looked for, in the fast program, which
then gives way to the careful one.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.op import Op
from autograd.values import Value, has_nan


def _unmasked(e: Value, g: Value, d: Value, /) -> Any:
    if not has_nan(g):
        return e
    lost = np.isnan(g) & (np.asarray(d) == 0.0)
    return np.where(lost, 0.0, e).astype(np.asarray(e).dtype) if lost.any() else e


def _silent(*xs: Value) -> Any:
    e, g, *ds = xs
    if has_nan(g) and not any(np.any(d) for d in ds):
        return np.zeros_like(e)
    return e


unmasked: Op = Op(
    "unmasked", "elementwise", _unmasked, arity=3,
    rules=(lambda d, y, e, g, s: unmasked(d, g, s), None, None),
)  # fmt: skip
"""e, and 0 where g is NaN though the signal d is zero."""

silent: Op = Op(
    "silent", "general", _silent, arity=None,
    rules=(lambda d, y, e, g, *ds: lambda i: silent(d, g, *ds) if i == 0 else 0.0,),
)  # fmt: skip
"""e, and 0 where g holds NaN though all signals are zero."""
