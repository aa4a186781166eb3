"""Passes: from the steps of a trace to the lines of a program, without what it does not need."""

from __future__ import annotations

from typing import Any

from autograd.compiler.checks import Checks, Guarded, harmless
from autograd.compiler.guards import silent, unmasked
from autograd.compiler.lowering import RECIPES, lowered
from autograd.compiler.peepholes import simpler
from autograd.compiler.spreads import broadcasts, spread
from autograd.compiler.steps import Step, Var, hashable, mapped, value_of, variables
from autograd.op import Op
from autograd.values import plain


class Program:
    """The lines between inputs and results, and which values have to be free of NaN."""

    __slots__ = ("careful", "checks", "hidden", "inputs", "lines", "results")

    checks: dict[Var, str]

    def __init__(self, trace: Any, results: Any, careful: bool) -> None:
        self.careful = careful
        self.inputs: list[Var] = trace.inputs
        self.hidden: list[Var] = trace.hidden
        so_far = _Simpler(careful)
        for step in trace.steps:
            if step.op is None or step.op.name not in RECIPES:
                so_far.add(step)
                continue
            for each in lowered(step):
                so_far.add(each)
        self.results = mapped(so_far.resolve, results)
        results_ = variables(self.results)
        self.lines, guarded = _needed(so_far.lines, results_, so_far.guarded)
        self.checks = Checks(self.lines, results_, guarded).chosen


class _Simpler:
    """Lines so far; constants in place of what no input changes; equal terms computed once."""

    def __init__(self, careful: bool) -> None:
        self.careful = careful
        self.lines: list[Step] = []
        self.guarded: list[tuple[Any, Any, list[Any], bool]] = []
        self._instead: dict[Var, Any] = {}
        self._known: dict[Any, Any] = {}
        self._statics: dict[int, tuple[Any, Any]] = {}

    def resolve(self, x: Any) -> Any:
        """What stands for a Var now."""
        return self._instead.get(x, x) if isinstance(x, Var) else x

    def add(self, step: Step) -> None:
        """Take up a step as a line, if it is needed as one."""
        op, operands, statics, out = step.op, step.operands, step.statics, step.out
        known = self._instead
        if op is None:
            operands, statics = mapped(self.resolve, operands), mapped(self.resolve, statics)
        else:
            for x in operands:
                if type(x) is Var and x in known:
                    operands = tuple([known.get(x, x) if type(x) is Var else x for x in operands])
                    break
        guard = op if op is silent or op is unmasked else None
        if guard and Var in map(type, operands) and self._void(guard, operands):
            known[out] = operands[0]
            return
        line = Step(op, step.function, operands, statics, out.value, step.backward, out)
        line.group = step.group
        line.reads = line.needs()
        if not line.reads:
            known[out] = _folded(line, step)
            return
        line.traced = step.operands
        instead = simpler(line)
        if instead is None and broadcasts(line):
            each = [spread(x, line, self._known, self.lines) for x in line.operands]
            line.operands = tuple(each)
        if line.operands is not operands:
            line.reads = line.needs()
        if instead is None:
            instead = self._known.setdefault(self._key(line), out)
        if instead is not out:
            known[out] = instead
            return
        out.step = line
        self.lines.append(line)

    def _void(self, guard: Op, operands: tuple[Any, ...]) -> bool:
        """Whether a guard is no line: it would change nothing, or others look whether it would."""
        e, g, *ds = operands
        if harmless(g, ds):
            return True
        if not self.careful:
            self.guarded.append((e, g, ds, guard is silent))
        return not self.careful

    def _key(self, line: Step) -> Any:
        """What two lines have in common that give the same."""
        function, operands, statics = line.op or line.function, line.operands, line.statics
        if len(line.reads) < len(operands) or line.op is None:
            operands = tuple([x if type(x) is Var else hashable(x) for x in operands])
        if not statics:
            return function, operands
        known = self._statics.get(id(statics))
        if known is None:  # kept with what it is of, lest another gets the id
            known = self._statics[id(statics)] = statics, hashable(statics)
        return function, operands, known[1]


def _folded(line: Step, step: Step) -> Any:
    """The value of a line of constants: that of the trace, if they are those of the trace.

    They are not where a guard took NaN out of them for the example values alone.
    """
    if all([x is value_of(y) for x, y in zip(line.operands, step.operands, strict=True)]):
        return line.out.value
    value = line.function(*line.operands, **line.statics)
    return value if line.op is None else plain(value)


def _needed(
    lines: list[Step], results: list[Var], guards: list[tuple[Any, Any, list[Any], bool]]
) -> tuple[list[Step], Guarded]:
    """The lines that results depend on, and the guards of them, which need what they look at."""
    wanted = set(results)
    while True:
        kept = []
        for line in reversed(lines):
            if line.out in wanted:
                wanted.update(line.reads)
                kept.append(line)
        guarded = [row for row in guards if type(row[0]) is not Var or row[0] in wanted]
        seen = [g for _, g, *_ in guarded if type(g) is Var]
        if wanted.issuperset(seen):
            return kept[::-1], [(g, ds, whole) for _, g, ds, whole in guarded if type(g) is Var]
        wanted.update(seen)
