"""Floats all the way: IEEE 754 for Python floats, and rules printed as plain float arithmetic.

A rule is run once on symbols; the text that comes out becomes the body of the function that
carries signals through a scalar graph, without arrays and without a call per rule.
"""

import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.dispatch import function_for
from autograd.node import Node, raw
from autograd.sweep import stale

if TYPE_CHECKING:
    from autograd.op import Op


def ieee(forward: Callable[..., Any], *values: float) -> float:
    """`forward` of floats in NumPy's arithmetic: inf and nan instead of exceptions and warnings."""
    with np.errstate(all="ignore"):
        return float(forward(*map(np.float64, values)))


class Symbol:
    """A name or a term, in place of a float."""

    __slots__ = ("kernels", "text")
    __hash__ = object.__hash__

    def __init__(self, text: str, kernels: dict[str, Any]) -> None:
        self.text = text
        self.kernels = kernels

    def infix(self, sign: str, left: Any, right: Any) -> "Symbol":
        """The term `left sign right`."""
        return Symbol(f"({self.term(left)} {sign} {self.term(right)})", self.kernels)

    def apply(self, op: "Op", *operands: Any) -> "Symbol":
        """The term that calls the op's scalar function."""
        if op.scalar is None:
            raise TypeError(f"{op.name} has no scalar function")
        kernel = "_" + re.sub(r"\W", "_", op.name)
        self.kernels[kernel] = op.scalar
        return Symbol(f"{kernel}({', '.join(map(self.term, operands))})", self.kernels)

    @staticmethod
    def term(x: Any) -> str:
        """The text of an operand: a term, or a number."""
        return x.text if isinstance(x, Symbol) else f"({float(x)!r})"

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return function_for(ufunc)(*inputs, **kwargs)

    def __neg__(self) -> "Symbol":
        return Symbol(f"(-{self.text})", self.kernels)


def _infix(sign: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    return (
        lambda self, other: self.infix(sign, self, other),
        lambda self, other: self.infix(sign, other, self),
    )


for _name, _sign in {"add": "+", "sub": "-", "mul": "*", "truediv": "/"}.items():
    for _method, _prefix in zip(_infix(_sign), ("", "r"), strict=True):
        setattr(Symbol, f"__{_prefix}{_name}__", _method)
for _name, _sign in {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}.items():
    setattr(Symbol, f"__{_name}__", _infix(_sign)[0])


ARRIVE = """
    if {to}._number > node._number: stale({to})
    if {to}._mark is sweep: {to}._grad = {to}._grad + g
    else:
        {to}._mark = sweep; {to}._grad = g
        if {to}._op is None:
            sweep.leaves.append({to})
        else:
            try: sweep.nodes[sweep.base - {to}._number] = {to}
            except IndexError: sweep.far({to})"""
"""`sweep.arrive`, spelled out: a call for each signal would cost as much as the signal."""


def careful(rule: Callable[..., Any], node: Node) -> float:
    """A rule in NumPy's arithmetic, for where Python's floats raise, turn complex or give NaN."""
    d, values = node._grad, map(raw, node.operands)
    g = ieee(rule, d, node._value, *values)
    return 0.0 if g != g and d == 0.0 else g


def term_of(rule: Callable[..., Any], arity: int) -> tuple[str | None, dict[str, Any]]:
    """A rule as the text of a float expression in d, z, a (and b), with the functions it calls.

    The text is None where the rule is not made of terms and must be called.
    """
    kernels: dict[str, Any] = {}
    try:
        result = rule(*(Symbol(name, kernels) for name in ("d", "z", "a", "b")[: arity + 2]))
        return Symbol.term(result), kernels
    except (TypeError, ValueError):
        return None, {}


def source(op: "Op", targets: str) -> tuple[str, dict[str, Any]]:
    """The text of the function that sends signals to `targets` (x, y or both), and its names."""
    assert op.arity is not None
    operands = "xy"[: op.arity]
    names: dict[str, Any] = {"Node": Node, "stale": stale, "careful": careful}
    names.update(inf=math.inf, nan=math.nan)
    body = ""
    for i, to in enumerate(operands):
        if to in targets:
            rule = names[f"rule{i}"] = op.rules[i]
            assert rule is not None
            term, kernels = term_of(rule, op.arity)
            names.update(kernels)
            if term == "d":
                body += "\n    g = d"
            elif term is None:
                body += f"\n    g = careful(rule{i}, node)"
            else:
                body += f"\n    try: g = {term}"
                body += f"\n    except (ArithmeticError, ValueError): g = careful(rule{i}, node)"
                body += f"\n    if g != g: g = careful(rule{i}, node)"
            body += ARRIVE.format(to=to)
    text = "def pull(node, sweep):\n    d = node._grad"
    if re.search(r"\bz\b", body):
        text += "\n    z = node._value"
    for value, operand in zip("ab", operands, strict=False):
        used = re.search(rf"\b{value}\b", body)
        text += f"\n    {operand} = node._{operand}"
        if operand not in targets:
            text += f"\n    if type({operand}) is Node and {operand}._number > node._number:"
            text += f" stale({operand})"
        if used:
            text += f"\n    {value} = {operand}._value"
            if operand not in targets:
                text += f" if type({operand}) is Node else {operand}"
    return text + body + "\n", names


def lazily(op: "Op") -> None:
    """Give `op` pulls for floats that are generated when the first signal comes."""
    if not op.compact or op.kind == "predicate" or op.scalar is None:
        op.pull_both = op.pull_first = op.pull_second = op.pull
        return

    def stub(slot: str, targets: str) -> Callable[..., None]:
        def first_time(node: Node, sweep: Any) -> None:
            if getattr(op, slot) is first_time:
                text, names = source(op, targets)
                exec(compile(text, f"<{op.name}: {slot}>", "exec"), names)
                setattr(op, slot, names["pull"])
            getattr(op, slot)(node, sweep)

        return first_time

    op.pull_both = stub("pull_both", "xy")
    op.pull_first = stub("pull_first", "x")
    op.pull_second = stub("pull_second", "y")
