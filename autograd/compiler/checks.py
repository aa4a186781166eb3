"""Checks: which few results of a fast program show that no guard would have changed anything.

A guard takes out NaN where the signal was zero. NaN that it would have taken out goes on to every
result that follows by ops which keep NaN; and where a signal is zero everywhere, so is, or holds
NaN, every result that follows from it by products and sums alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from autograd.compiler.steps import Step, Var
from autograd.values import DTYPES, HALF, dtype_of, shape_of

MOVES = {
    "sum", "mean", "reshape", "ravel", "transpose", "swapaxes", "expand_dims", "squeeze",
    "broadcast_to", "astype", "negative", "positive", "identity",
}  # fmt: skip
"""Linear ops of one operand: what is zero stays zero, and NaN stays."""

PRODUCTS = {"multiply", "divide", "matmul", "dot"}
"""Ops that give zero or NaN where an operand (of divide: the first) is zero."""

KEEP_NAN = MOVES | PRODUCTS | {"add", "subtract", "square", "concatenate", "stack", "scatter"}
"""Ops whose result holds NaN where an operand does."""


LARGEST = {dtype: float(np.finfo(dtype).max) for dtype in DTYPES}
"""The largest finite number of each dtype."""


def harmless(g: Any, ds: Sequence[Any]) -> bool:
    """Whether the part `g` of a signal cannot be NaN where the whole signal `ds` is zero."""
    for d in ds:
        if isinstance(d, (float, np.ndarray)) and np.all(d):
            return True
    while type(g) is Var:
        for d in ds:
            if g is d:
                return True
        line = g.step
        if line is None or line.op is None:
            return False
        name, x = line.op.name, line.operands[0]
        if name in MOVES or name in ("getitem", "scatter"):
            g = x
        elif name == "multiply" and any([_finite(x, line.out) for x in line.operands]):
            g = line.operands[_finite(x, line.out)]
        elif name == "where" and _finite(line.operands[1], line.out):
            g = line.operands[2]
        elif name == "where" and _finite(line.operands[2], line.out):
            g = line.operands[1]
        else:
            return False
    return _finite(g)


def _finite(x: Any, out: Var | None = None) -> bool:
    """Whether a constant is finite in the dtype of `out`, or in any."""
    if isinstance(x, float):
        return abs(x) <= LARGEST[HALF if out is None else dtype_of(out.value)]
    return isinstance(x, np.ndarray) and bool(np.isfinite(x).all())


Guarded = list[tuple[Any, list[Any], bool]]
"""Parts of signals, the signals they are made of, whether the guard looks at them as a whole."""


class Checks:
    """The values to look at after a fast program: "nan" or "nonzero" or "finite" for each.

    It is right if it holds no NaN, and is not all zero, or is finite, as the word says.
    """

    def __init__(self, lines: list[Step], results: list[Var], guarded: Guarded) -> None:
        self.chosen: dict[Var, str] = {}
        self._nonzero = self._looked = 0
        self._results = [out for out in dict.fromkeys(results) if _real(out) and _size(out)]
        self._lines = lines
        for g, ds, whole in reversed(guarded):
            reached = self._reached(ds) if whole else 0
            if reached & self._nonzero:
                continue
            factor = _factor(g, ds)
            bases = None if factor is None else _bounded(factor)
            if bases is not None:
                for base in bases:
                    self._nan(base, self._tells_forward)
            elif type(getattr(factor, "value", None)) is float and _several(factor, guarded):
                self.chosen[factor] = "finite"
            elif reached:
                place = self._cheapest(reached)
                self.chosen[self._results[place]] = "nonzero"
                self._nonzero |= 1 << place
                self._looked |= 1 << place
            else:
                self._nan(g, self._tells)

    @cached_property
    def _tells(self) -> dict[Var, int]:
        """Which results hold NaN where a value does."""
        return _reach(self._lines, self._results, KEEP_NAN)

    @cached_property
    def _tells_forward(self) -> dict[Var, int]:
        """The same for values that bounded ops turn into others."""
        return _reach(self._lines, self._results, KEEP_NAN | BOUNDED)

    @cached_property
    def _shows_zero(self) -> dict[Var, int]:
        """Which results are zero, or hold NaN, where a value is zero."""
        return _reach(self._lines, self._results, MOVES | PRODUCTS)

    def _reached(self, ds: list[Any]) -> int:
        """The results of which each, where it is not zero, shows that no signal in `ds` is."""
        found = 0
        for d in ds:
            if type(d) is Var:
                found |= self._shows_zero.get(d, 0)
        return found

    def _nan(self, x: Var, tells: dict[Var, int]) -> None:
        """Look for NaN in `x`, or in a result that it would reach."""
        found = tells.get(x, 0)
        if not found:
            self.chosen.setdefault(x, "nan")
        elif not found & self._looked:
            place = self._cheapest(found)
            self.chosen.setdefault(self._results[place], "nan")
            self._looked |= 1 << place

    def _cheapest(self, found: int) -> int:
        """The place of the result among `found` that costs the least to look at."""
        return min(
            (i for i in range(len(self._results)) if found >> i & 1),
            key=lambda i: _cost(self._results[i]),
        )


BOUNDED = {"tanh", "sin", "cos", "sigmoid", "erf", "arctan"}
"""Ops of results between -4 and 4, or NaN, and NaN where the operand is NaN."""


def _factor(g: Any, ds: list[Any]) -> Any:
    """What `g` is the product of the signal and; None where it is none."""
    line = g.step
    if line is None or line.op is None or line.op.name not in ("multiply", "matmul"):
        return None
    a, b = line.operands
    return b if harmless(a, ds) else a if harmless(b, ds) else None


def _several(factor: Var, guarded: Guarded) -> bool:
    """Whether it is the factor of several signals."""
    return sum(_factor(g, ds) is factor for g, ds, _ in guarded) > 1


def _bounded(w: Any, depth: int = 4) -> list[Var] | None:
    """The values without NaN in which `w` is finite, or None if there are no such."""
    if isinstance(w, float):
        return [] if _finite(w) else None
    if not isinstance(w, Var):
        return [] if _finite(w) and np.all(np.abs(w) < 1e6) else None
    if w.step is None or w.step.op is None or depth == 0:
        return None
    if w.step.op.name in BOUNDED:
        return [w]
    if w.step.op.name not in ("add", "subtract", "multiply", "negative", "square", "transpose"):
        return None
    parts = [_bounded(x, depth - 1) for x in w.step.operands]
    found = [part for part in parts if part is not None]
    return [x for part in found for x in part] if len(found) == len(parts) else None


def _size(out: Var) -> int:
    value = out.value
    return value.size if type(value) is np.ndarray else int(np.size(value))


def _reach(lines: list[Step], results: list[Var], names: set[str]) -> dict[Var, int]:
    """For each value the results that follow from it by the named ops alone, a bit for each."""
    summed = "add" in names
    reach = {out: 1 << i for i, out in enumerate(results)}
    for line in reversed(lines):
        found = reach.get(line.out)
        if not found or line.op is None or not _size(line.out):
            continue
        name = line.op.name
        if name in names or (name == "where" and not summed and _finite_zero(line)):
            read = line.operands[:1] if name == "divide" and not summed else line.operands
            for x in read:
                if type(x) is Var:
                    reach[x] = reach.get(x, 0) | found
    return reach


def _finite_zero(line: Step) -> bool:
    """Whether a choice is between a value and zero."""
    return any(type(x) is float and x == 0.0 for x in line.operands[1:])


def _cost(out: Var) -> float:
    return float(np.size(out.value) + (100 if len(shape_of(out.value)) > 1 else 0))


def _real(out: Var) -> bool:
    return isinstance(out.value, float) or getattr(out.value, "dtype", np.dtype(int)).kind == "f"


def text_of_check(var: Var, wanted: str) -> list[str]:
    """The statements that leave the fast program where the value is not as it should be."""
    value, name = var.value, var.name
    if type(value) is not np.ndarray:
        bad = {"nan": "{0} != {0}", "nonzero": "not {0} * {0} > 0.0", "finite": "{0} - {0} != 0.0"}
        return [f"if {bad[wanted].format(name)}: raise Again"]
    nonzero = wanted == "nonzero"
    if value.dtype == np.float16:
        return [f"if has_nan({name}){f' or not {name}.any()' if nonzero else ''}: raise Again"]
    flat = [] if value.ndim == 1 else [f"flat = {name}.ravel()"]
    square = "flat.dot(flat)" if flat else f"{name}.dot({name})"
    condition = "not {} > 0.0" if nonzero else "is_nan({})"
    return [*flat, f"if {condition.format(square)}: raise Again"]
