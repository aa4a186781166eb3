"""The text of operations of Python floats: those read once are part of the expression they enter.

A value that has a name of its own outlives the others, and floats that live at the same time lie
in memory of their own: fewer names take half the time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from autograd.compiler.steps import Step, Var, value_of
from autograd.op import REGISTRY, Op
from autograd.record import compute

if TYPE_CHECKING:
    from autograd.compiler.source import Text

SIGNS: dict[str, tuple[str, int, tuple[int, ...]]] = {
    "add": ("{} + {}", 1, (1, 2)),
    "subtract": ("{} - {}", 1, (1, 2)),
    "multiply": ("{} * {}", 2, (2, 3)),
    "divide": ("{} / {}", 2, (2, 3)),
    "negative": ("-{}", 3, (3,)),
    "positive": ("+{}", 3, (3,)),
    "where": ("{1} if {0} else {2}", 0, (1, 1, 1)),
}
"""Ops as Python writes them: how firmly the sign binds, and what stands beside it needs to."""

COMPARE: dict[Any, str] = {
    np.greater: "{} > {}", np.greater_equal: "{} >= {}", np.less: "{} < {}",
    np.less_equal: "{} <= {}", np.equal: "{} == {}", np.not_equal: "{} != {}",
}  # fmt: skip

FIRM, LOOSE = 4, 0

LONGEST = 64
"""So many operations one expression may have: Python's own compiler nests as deep as the text."""

ROW = "\n        "


class Expression(NamedTuple):
    """A term and how firmly it binds; the ops on its last row, and the number of all."""

    text: str
    binds: int = FIRM
    ops: tuple[str, ...] = ()
    size: int = 0

    def beside(self, firm: int) -> str:
        """The text as an operand of a sign."""
        return self.text if self.binds >= firm else f"({self.text})"

    def comment(self) -> str:
        """What the last row computes."""
        return f"  # {', '.join(self.ops)}"

    def statement(self, name: str) -> str:
        """The text that gives it a name."""
        text = f"({self.text})" if "\n" in self.text and self.binds < FIRM else self.text
        return f"{name} = {text}{self.comment()}"


def of_floats(line: Step) -> bool:
    """Whether a line computes a float, or a bool, from floats alone."""
    op = line.op
    if type(line.out.value) not in (float, np.bool_):
        return False
    values = [value_of(x) for x in line.operands]
    if op is None:
        return line.function in COMPARE and all(type(v) is float for v in values)
    first = 1 if op.name == "where" else 0
    return (
        type(line.out.value) is float and op.scalar is not None
        and all(type(v) is float for v in values[first:])
        and (not first or isinstance(values[0], (bool, np.bool_, float)))
    )  # fmt: skip


def read_once(lines: list[Step], floats: set[Var], results: list[Var]) -> set[Var]:
    """Those of `floats` that one line of floats reads, or a result is, and in its own part only."""
    reader: dict[Var, Step | None] = {}
    for line in lines:
        joins = line.out in floats and not _square(line)
        for x in line.reads:
            reader[x] = line if joins and x not in reader else None
    for x in results:
        reader[x] = lines[-1] if lines and x not in reader else None
    return {
        line.out
        for line in lines
        if line.out in floats
        and (by := reader.get(line.out)) is not None and by.backward == line.backward
    }  # fmt: skip


def _square(line: Step) -> bool:
    """Whether an operand stands in the text twice."""
    op = line.op
    if op is None or op is not REGISTRY.get(op.name):
        return False
    return op.name == "square" or (op.name == "power" and _two(line.operands[1]))


def _two(x: Any) -> bool:
    return type(x) is float and x == 2.0


def expression(text: Text, line: Step) -> Expression:
    """What computes a line of floats, with the terms in it that have no name."""
    terms = [
        text.inlined[x] if x in text.inlined else Expression(text.term(x)) for x in line.operands
    ]
    size = sum(term.size for term in terms) + 1
    op = line.op
    name = op.name if op else line.function.__name__
    ops = (*(part for term in terms for part in term.ops), name)
    if op is None:
        shown = [term.beside(1) for term in terms]
        return Expression(COMPARE[line.function].format(*shown), LOOSE, ops, size)
    known = op is REGISTRY.get(op.name)
    if _square(line) and not text.careful:
        return Expression(f"{terms[0].text} * {terms[0].text}", 2, ops, size)
    if known and name in SIGNS and (name == "where" or not text.careful):
        sign, binds, firm = SIGNS[name]
        shown = [term.beside(least) for term, least in zip(terms, firm, strict=True)]
        if binds == 1 and terms[0].binds == 1:  # a sum goes on in another row
            shown[0] += f"{terms[0].comment()}{ROW}"
            ops = (*terms[1].ops, name)
            sign = sign.replace(" ", "", 1)
        return Expression(sign.format(*shown), binds, ops, size)
    function: Callable[..., Any] | None = op.scalar
    if text.careful:
        function, name = _careful(op), f"careful_{name}"
    return Expression(
        f"{text.name(function, name)}({', '.join(t.text for t in terms)})", FIRM, ops, size
    )


class _Careful:
    """An op of floats in IEEE arithmetic."""

    def __init__(self, op: Op) -> None:
        self.op = op

    def __call__(self, *values: float) -> Any:
        return compute(self.op, values, {}, values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Careful) and other.op is self.op

    __hash__ = None  # type: ignore[assignment]


_CAREFUL: dict[Op, _Careful] = {}


def _careful(op: Op) -> Callable[..., Any]:
    return _CAREFUL.setdefault(op, _Careful(op))
