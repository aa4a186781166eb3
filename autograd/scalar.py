"""Floats all the way: IEEE 754 for Python floats, and rules printed as terms in d, z, a and b.

A rule is run once on symbols; the text that comes out becomes part of the functions in `pulls`.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.dispatch import function_for
from autograd.node import Node, raw

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
