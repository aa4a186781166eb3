"""Helpers for messages: what happened, why, what to write instead."""

from __future__ import annotations

from typing import Any

from autograd.anomaly import caller, quoted
from autograd.node import Node, raw
from autograd.state import current_anomaly
from autograd.values import shape_of


def describe(operand: Any) -> str:
    """`operand` in a few words: its name where it has one, and its shape or number."""
    if type(operand) in (list, tuple):
        return f"[{', '.join(map(describe, operand))}]"
    value = raw(operand)
    shape = list(shape_of(value)) or ""
    if type(operand) is Node and operand.name is not None:
        return f"{operand.name}{shape}"
    return str(shape) if shape else f"{value!r:.20}"


def note(error: BaseException, op: str, operands: tuple[Any, ...]) -> None:
    """Add to NumPy's own error which op met which operands, inside `detect_anomaly` also where."""
    place = None if current_anomaly() is None else caller()
    where = "" if place is None else f" at {quoted(place)}"
    error.add_note(f"while evaluating {op}({', '.join(map(describe, operands))}){where}")
