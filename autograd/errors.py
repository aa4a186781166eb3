"""Helpers for messages: what happened, why, what to write instead."""

from typing import Any

from autograd.values import shape_of


def describe(operand: Any) -> str:
    """`operand` in a few words: its name where it has one, and its shape."""
    value = getattr(operand, "_value", operand)
    name = getattr(operand, "name", None)
    shape = shape_of(value)
    return f"{name}{list(shape)}" if name else str(list(shape)) if shape else f"{value!r:.20}"


def note(error: BaseException, op: str, operands: tuple[Any, ...]) -> None:
    """Add to NumPy's own error which op met which operands."""
    error.add_note(f"while evaluating {op}({', '.join(map(describe, operands))})")
