"""Floats all the way: IEEE 754 for Python floats, and rules printed as plain float arithmetic.

A rule is run once on symbols; the text that comes out becomes the body of the function that
carries signals through a scalar graph, without arrays and without a call per rule.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.node import Node, function_for
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
        self.kernels[f"_{op.name}"] = op.scalar
        return Symbol(f"_{op.name}({', '.join(map(self.term, operands))})", self.kernels)

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


TEMPLATE = """
def pull(node, sweep):
    d = node._grad; z = node._value; x = node._x; y = {y}
    a = {a}; b = {b}
"""
SIGNAL = """
    try: g = {term}
    except (ArithmeticError, ValueError): g = careful(rule{i}, d, z, a{b})
    if type(g) is not float: g = careful(rule{i}, d, z, a{b})
    if g != g and d == 0.0: g = 0.0
    if {to}._mark is sweep: {to}._grad = {to}._grad + g
    elif {to}._op is None:
        if {to}._number > node._number: stale({to})
        leaves = sweep.leaves; p = leaves.get({to})
        leaves[{to}] = g if p is None else p + g
    else:
        {to}._mark = sweep; {to}._grad = g
        try: sweep.nodes[sweep.base - {to}._number] = {to}
        except IndexError: sweep.far({to})
"""


def careful(rule: Callable[..., Any], d: float, *values: float) -> float:
    """A rule in NumPy's arithmetic, for where Python's floats raise or turn complex."""
    return ieee(rule, d, *values)


def term_of(rule: Callable[..., Any], i: int, arity: int) -> tuple[str, dict[str, Any]]:
    """A rule as the text of a float expression in d, z, a (and b), with the functions it calls."""
    kernels: dict[str, Any] = {}
    names = ("d", "z", "a", "b")[: arity + 2]
    try:
        result = rule(*(Symbol(name, kernels) for name in names))
        return Symbol.term(result), kernels
    except (TypeError, ValueError):  # not made of terms: call it
        return f"rule{i}({', '.join(names)})", {}


def source(op: "Op", targets: str) -> tuple[str, dict[str, Any]]:
    """The text of the function that sends signals to `targets` (x, y or both), and its names."""
    assert op.arity is not None
    two = op.arity == 2
    value = "({0}._value if type({0}) is Node else {0})"
    text = TEMPLATE.format(
        y="node._y" if two else "None",
        a="x._value" if "x" in targets else value.format("x"),
        b=("y._value" if "y" in targets else value.format("y")) if two else "None",
    )
    names: dict[str, Any] = {"Node": Node, "stale": stale, "careful": careful}
    for i, to in enumerate("xy"[: op.arity]):
        if to in targets:
            rule = op.rules[i]
            assert rule is not None
            term, kernels = term_of(rule, i, op.arity)
            names.update(kernels)
            names[f"rule{i}"] = rule
            text += SIGNAL.format(term=term, i=i, to=to, b=", b" if two else "")
    return text, names


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

