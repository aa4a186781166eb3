"""Passes: from the steps of a trace to the lines of a program, without what it does not need."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.compiler.checks import Checks, harmless
from autograd.compiler.guards import GUARDS
from autograd.compiler.lowering import lowered
from autograd.compiler.peepholes import simpler
from autograd.compiler.steps import Step, Var, mapped, variables


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
            for each in lowered(step):
                so_far.add(each)
        self.results = mapped(so_far.resolve, results)
        results_ = variables(self.results)
        self.lines = _needed(so_far.lines, results_)
        guarded = [row for row in so_far.guarded if isinstance(row[0], Var)]
        self.checks = Checks(self.lines, results_, guarded).chosen


class _Simpler:
    """Lines so far; constants in place of what no input changes; equal terms computed once."""

    def __init__(self, careful: bool) -> None:
        self.careful = careful
        self.lines: list[Step] = []
        self.guarded: list[tuple[Any, list[Any], bool]] = []
        self._instead: dict[Var, Any] = {}
        self._known: dict[Any, Var] = {}

    def resolve(self, x: Any) -> Any:
        """What stands for a Var now."""
        return self._instead.get(x, x) if isinstance(x, Var) else x

    def add(self, step: Step) -> None:
        """Take up a step as a line, if it is needed as one."""
        operands, statics = step.operands, step.statics
        if step.op is not None:
            known = self._instead
            operands = tuple([known.get(x, x) if type(x) is Var else x for x in operands])
        else:
            operands, statics = mapped(self.resolve, operands), mapped(self.resolve, statics)
        line = Step(step.op, step.function, operands, statics, step.out.value, step.backward)
        if not line.reads():
            self._instead[step.out] = step.out.value
            return
        if step.op in GUARDS and (not self.careful or harmless(*operands[1:])):
            self._instead[step.out] = operands[0]
            if not harmless(*operands[1:]):
                self.guarded.append((operands[1], list(operands[2:]), step.op is GUARDS[1]))
            return
        line.out, line.traced = step.out, step.operands
        instead = simpler(line)
        if instead is None:
            key = _key(line)
            instead = self._known.setdefault(key, line.out)
        if instead is not line.out:
            self._instead[step.out] = instead
            return
        step.out.step = line
        self.lines.append(line)


def _key(line: Step) -> Any:
    """What two lines have in common that give the same."""
    function = line.function if line.op is None else line.op
    return function, _hashable(line.operands), _hashable(line.statics)


def _hashable(x: Any) -> Any:
    if isinstance(x, (tuple, list)):
        return type(x), tuple(map(_hashable, x))
    if isinstance(x, dict):
        return tuple((word, _hashable(value)) for word, value in sorted(x.items()))
    if isinstance(x, slice):
        return slice, _hashable((x.start, x.stop, x.step))
    if isinstance(x, (float, np.generic)):
        return type(x), repr(x)
    if isinstance(x, (int, str, type(None), type)):
        return type(x), x
    return id(x)


def _needed(lines: list[Step], results: list[Var]) -> list[Step]:
    """The lines that results depend on."""
    wanted = set(results)
    kept = []
    for line in reversed(lines):
        if line.out in wanted:
            wanted.update(line.reads())
            kept.append(line)
    return kept[::-1]
