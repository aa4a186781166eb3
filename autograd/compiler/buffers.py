"""Buffers: which line writes its result into which array, reused when its last reader is past."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.compiler.lines import writer
from autograd.compiler.passes import Program
from autograd.compiler.steps import Step, Var, variables

VIEWS = {
    "reshape", "ravel", "transpose", "swapaxes", "expand_dims", "squeeze", "broadcast_to",
    "getitem", "identity", "astype", "hidden", "silent", "unmasked",
}  # fmt: skip
"""Ops whose results may be other views of their operands' memory, in some calls."""


ALWAYS_VIEWS = {"transpose", "reshape", "ravel", "expand_dims", "squeeze", "broadcast_to"}
"""Those of which this is sure where the operand is contiguous, as buffers are."""


class Buffers:
    """For each line that can write into an array the name of that array."""

    def __init__(self, program: Program) -> None:
        self.all: dict[str, tuple[tuple[int, ...], np.dtype[Any]]] = {}
        self.of: dict[Var, str] = {}
        self._fixed: set[Var] = set()
        self.writers = {line.out: by for line in program.lines if (by := writer(line))}
        self._shared: dict[Var, frozenset[Var]] = {}
        self.several: set[Var] = set()
        last: dict[Var, int] = {}
        for i, line in enumerate(program.lines):
            if line.out not in self.writers and _may_share(line):
                self._shared[line.out] = frozenset().union(*map(self._roots, line.reads))
            for x in line.reads:
                if x in last:
                    self.several.add(x)
                last[x] = i
                for root in self._shared.get(x, ()):
                    last[root] = i
        for out in (*variables(program.results), *program.checks):
            self.several.add(out)
            for root in self._roots(out):
                last[root] = len(program.lines)
        self._assign(program.lines, last)

    def _roots(self, var: Var) -> set[Var]:
        """The values in whose memory it may be, itself among them."""
        return {var, *self._shared.get(var, ())}

    def _assign(self, lines: list[Step], last: dict[Var, int]) -> None:
        free: dict[Any, list[str]] = {}
        ending: list[list[Var]] = [[] for _ in range(len(lines) + 1)]
        for var, i in last.items():
            ending[i].append(var)
        for i, line in enumerate(lines):
            out = line.out
            over = [var for var in ending[i] if var in self.of]
            by = self.writers.get(out)
            if by:
                if over and by == "ufunc":
                    # in place only in an operand's own buffer, of which no other view is read
                    safe = [v for v in over if v in line.reads and self._alone(v, line.reads)]
                    self._release(safe, free)
                    over = [v for v in over if v not in safe]
                self.of[out] = self._array(out.value, free)
                if out not in last:  # a result that nobody reads
                    over.append(out)
            if over:
                self._release(over, free)

    def _array(self, value: Any, free: dict[Any, list[str]]) -> str:
        """The name of an array of that form, one that is free or a new one."""
        form = value.shape, value.dtype
        names = free.get(form)
        if names:
            return names.pop()
        name = f"b{len(self.all)}"
        self.all[name] = form
        return name

    def _alone(self, var: Var, operands: list[Var]) -> bool:
        return all([x is var or var not in self._shared.get(x, ()) for x in operands])

    def _release(self, variables: list[Var], free: dict[Any, list[str]]) -> None:
        for var in variables:
            name = self.of[var]
            free.setdefault(self.all[name], []).append(name)

    def fixed(self, line: Step) -> bool:
        """Whether it is a view of a buffer, always the same: made with the buffer."""
        if line.op is None or line.op.name not in ALWAYS_VIEWS or len(line.reads) != 1:
            return False
        if line.out in self.writers or type(line.out.value) is not np.ndarray:
            return False
        x = line.reads[0]
        if x in self.of or (x in self._fixed and line.op.name == "transpose"):
            self._fixed.add(line.out)
        return line.out in self._fixed

    def kept(self, var: Var) -> str:
        """What a result may share memory with: "buffer", "other", or "" where it is fresh."""
        shared = self._shared.get(var)
        if not shared:
            return "buffer" if var in self.of else "" if var.step else "other"
        return "buffer" if all(root in self.of or root is var for root in shared) else "other"


def _may_share(line: Step) -> bool:
    """Whether its result may be memory of what it reads.

    Equal terms are read in place of those that its example value was computed from.
    """
    if type(line.out.value) is not np.ndarray:
        return False
    if line.op is None or line.op.name in VIEWS:
        return True
    values = [x.value for x in line.traced if isinstance(x, Var)]
    return any(
        type(v) is not np.ndarray or np.may_share_memory(v, line.out.value)
        for v in values
        if not isinstance(v, (float, int))
    )
