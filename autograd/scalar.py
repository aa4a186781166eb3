"""Floats all the way: IEEE 754 for Python floats, and rules printed as terms in d, z, a and b.

A rule is run once on symbols; the text that comes out becomes part of the functions in `pulls`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.dispatch import function_for
from autograd.node import Node, raw

if TYPE_CHECKING:
    from autograd.op import Op

NAMES = "dzabcefghijk"
"""Of the signal, the result and the operands, in a rule's text."""


def ieee(forward: Callable[..., Any], *values: float) -> float:
    """`forward` of floats in NumPy's arithmetic: inf and nan instead of exceptions and warnings."""
    with np.errstate(all="ignore"):
        return float(forward(*map(np.float64, values)))


class Symbol:
    """A name or a term, in place of a float."""

    __slots__ = ("kernels", "parts", "text")
    __hash__ = object.__hash__

    def __init__(
        self, text: str, kernels: dict[str, Any], parts: tuple[str, Any, Any] | None = None
    ) -> None:
        self.text = text
        self.kernels = kernels
        self.parts = parts

    def infix(self, sign: str, left: Any, right: Any) -> Symbol:
        """The term `left sign right`."""
        text = f"({self.term(left)} {sign} {self.term(right)})"
        return Symbol(text, self.kernels, (sign, left, right))

    def apply(self, op: Op, *operands: Any) -> Symbol:
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

    def __neg__(self) -> Symbol:
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


def careful(rule: Callable[..., Any], node: Node) -> float:
    """A rule in NumPy's arithmetic, for where Python's floats raise, turn complex or give NaN."""
    d, values = node._grad, map(raw, node.operands)
    g = ieee(rule, d, node._value, *values)
    return 0.0 if g != g and d == 0.0 else g


def traced(rule: Callable[..., Any], arity: int) -> Any:
    """The rule's result for symbols d, z, a, b, ..., or None where it must be called."""
    kernels: dict[str, Any] = {}
    try:
        return rule(*(Symbol(name, kernels) for name in NAMES[: arity + 2]))
    except (AttributeError, TypeError, ValueError):
        return None


def term_of(result: Any) -> tuple[str | None, dict[str, Any]]:
    """What `traced` gave as the text of a float expression, with the functions it calls."""
    if result is None:
        return None, {}
    return Symbol.term(result), result.kernels if isinstance(result, Symbol) else {}


UFUNCS = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}


def steps_of(result: Any, full: str) -> str | None:
    """An arithmetic term of arrays as statements that reuse the memory of terms in it.

    Terms with one of the names in `full` have the shape of the result. None where nothing can be
    reused.
    """
    if not isinstance(result, Symbol) or result.kernels:
        return None
    uses: dict[int, int] = {}
    names: dict[int, str] = {}
    lines: list[str] = []

    def count(x: Any) -> None:
        if isinstance(x, Symbol):
            uses[id(x)] = uses.get(id(x), 0) + 1
            if x.parts and uses[id(x)] == 1:
                count(x.parts[1])
                count(x.parts[2])

    def emit(x: Any) -> str:
        if not isinstance(x, Symbol) or x.parts is None:
            return Symbol.term(x)
        if id(x) not in names:
            sign, *both = x.parts
            left, right = map(emit, both)
            for part in both:
                reusable = id(part) in names and re.search(rf"\b[{full}]\b", part.text)
                if reusable and uses[id(part)] == 1:
                    names[id(x)] = out = names[id(part)]
                    lines.append(f"{UFUNCS[sign].__name__}({left}, {right}, {out})")
                    break
            else:
                names[id(x)] = name = f"t{len(lines)}"
                lines.append(f"{name} = {left} {sign} {right}")
        return names[id(x)]

    count(result)
    last = emit(result)
    return "\n".join([*lines, f"g = {last}"]) if len(set(names.values())) < len(lines) else None
