"""Signals that are alike: where an op comes again on operands of the same form, so do its steps.

The rules and the dispatch of the ops in them are the better part of what a trace takes; a network
has many layers of one form.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from numpy import ndarray

from autograd.compiler.peepholes import SHAPING, alike
from autograd.compiler.steps import Step, Var, hashable
from autograd.node import Node
from autograd.op import REGISTRY, Op
from autograd.record import compute
from autograd.state import taped_scope

if TYPE_CHECKING:
    from autograd.compiler.trace import Trace

Signal = Callable[[int], Any]
Picker = Callable[[list[Any]], tuple[Any, ...]]


class Pattern:
    """The steps between some operands and a result, each operand known by its place.

    `given` come first, then `constants`, then the steps' results in their order.
    """

    def __init__(self) -> None:
        self._constants: list[Any] = []
        self._steps: list[tuple[Op, Any, Picker, Any, Any]] = []
        self._result = 0

    def learn(self, trace: Trace, given: list[Any], steps: list[Step], result: Any) -> bool:
        """Take up these steps; False where they depend on anything but what was given."""
        places, first = {id(x): k for k, x in enumerate(given)}, len(given)
        for step in steps:
            for x in step.made[1] if step.made else ():
                if id(x) not in places and not trace.computed(x):
                    places[id(x)] = first + len(self._constants)
                    self._constants.append(x)
        following = first + len(self._constants)
        for step in steps:
            if step.made is None or step.op is None:
                return False
            node, operands, statics, pull, live = step.made
            if not all(id(x) in places for x in operands):
                return False
            if step.op.name in SHAPING and alike(step.operands[0], step.out):
                places[id(node)] = places[id(operands[0])]
                continue
            pick = picker([places[id(x)] for x in operands])
            self._steps.append((step.op, pull, pick, statics, live))
            places[id(node)] = following
            following += 1
        self._result = places.get(id(result), -1)
        return self._result >= 0

    def repeat(self, trace: Trace, given: list[Any], terms: list[Any]) -> Any:
        """The result of the same steps on other operands, `given`, which are `terms` of steps."""
        if self._result < len(given):
            return given[self._result]
        if taped_scope() is None:
            return trace.handle(self._steps_alone(trace, terms))
        nodes = [*given, *self._constants]
        for op, pull, pick, statics, live in self._steps:
            xs = pick(nodes)
            values = tuple([x._value if type(x) is Node else x for x in xs])
            value = compute(op, values, statics, xs)
            x, y = (*xs, None)[:2] if op.compact else (xs, statics)
            nodes.append(trace.note(value, x, y, pull, live))
        return nodes[self._result]

    def _steps_alone(self, trace: Trace, given: list[Any]) -> Any:
        """The result where nobody asks for the Nodes between."""
        terms = [*given, *map(trace.ref, self._constants)]
        values = [x.value if type(x) is Var else x for x in terms]
        for op, _, pick, statics, _ in self._steps:
            operands = pick(terms)
            value = compute(op, pick(values), statics, operands)
            values.append(value)
            terms.append(trace.step(op, operands, statics, value).out)
        return terms[self._result]


def picker(places: list[int]) -> Picker:
    """The function that gives the elements of a list at these places."""
    if len(places) < 2:
        return lambda xs: tuple([xs[k] for k in places])
    return itemgetter(*places)


class Repeats:
    """The patterns of the signals that a trace has met."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._known: dict[Any, dict[int, Pattern | None]] = {}

    def signal(self, op: Op, given: list[Any], statics: dict[str, Any], signal: Signal) -> Signal:
        """`signal`, the part of operand `i`, by the steps that it took before where it can.

        `given` are the signal of the result, the result, and the operands.
        """
        if op.arity is None or op.opaque or REGISTRY.get(op.name) is not op:
            return signal
        forms: list[Any] = []  # what the operands of one case and of another have in common
        terms: list[Any] = []
        for x in given:
            term = self._trace.term(x)
            if term is None:
                return signal
            terms.append(term)
            if type(x) is Node:
                value, constant = x._value, x._pull is None
                kind = (value.shape, value.dtype.num) if type(value) is ndarray else type(value)
                forms.append((kind, constant))
            else:
                forms.append(hashable(x))
        ids = list(map(id, given))
        key = (op, *forms, *map(ids.index, ids), hashable(statics), taped_scope() is None)
        patterns = self._known.setdefault(key, {})

        def part(i: int) -> Any:
            outer, self._trace.group = self._trace.group, object()
            try:
                return self._part(patterns, given, terms, i, signal)
            finally:
                self._trace.group = outer

        return part

    def _part(
        self, patterns: dict[int, Pattern | None], given: list[Any], terms: list[Any], i: int,
        signal: Signal,
    ) -> Any:  # fmt: skip
        trace = self._trace
        if i in patterns:
            pattern = patterns[i]
            return signal(i) if pattern is None else pattern.repeat(trace, given, terms)
        start, hidden = len(trace.steps), len(trace.hidden)
        result = signal(i)
        pattern = Pattern()
        learnt = pattern.learn(trace, given, trace.steps[start:], result)
        patterns[i] = pattern if learnt and len(trace.hidden) == hidden else None
        return result
