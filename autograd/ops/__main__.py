"""`python -m autograd.ops`: the table of all functions that Nodes pass through, as Markdown."""

from __future__ import annotations

from operator import attrgetter

import numpy as np

import autograd
from autograd.dispatch import BY_FUNCTION, REFUSED
from autograd.op import REGISTRY, Op

PLACES = ("", "linalg", "fft", "emath", "lib.stride_tricks")
"""The modules of NumPy in which functions stand."""


def rows() -> list[tuple[str, str, str]]:
    """Name, how it is stated and its formula, for each of NumPy's functions and our own ops."""
    by_call = {op.call: op for op in REGISTRY.values()}
    table = {}
    for function, ours in BY_FUNCTION.items():
        table[_name(function)] = _how(by_call.get(ours))
    for op in REGISTRY.values():
        if op.name in autograd.__all__:
            table[f"autograd.{op.name}"] = _how(op)
    return [(name, *table[name]) for name in sorted(table)]


def _name(function: object) -> str:
    """How it is reached from `np`."""
    name = getattr(function, "__name__", str(function))
    for place in PLACES:
        if getattr(attrgetter(place)(np) if place else np, name, None) is function:
            return ".".join(filter(None, ("np", place, name)))
    raise LookupError(f"np.{name} is not found")


def _how(op: Op | None) -> tuple[str, str]:
    if op is None:
        return "written in ops", ""
    if op.kind == "predicate":
        return "plain result, no derivative", ""
    formula = op.latex.format("x", "y", "z").replace("|", r"\vert ") if op.latex else ""
    return f"`{op.name}`, {op.kind}", f"${formula}$" if formula else ""


def table() -> str:
    """The whole page."""
    lines = [
        "# Functions that Nodes pass through",
        "",
        f"{len(BY_FUNCTION)} functions of NumPy answer for Nodes, by {len(REGISTRY)} ops, each one "
        "statement",
        f"under `autograd/ops/`, and by functions written in them; {len(REFUSED)} more, named at "
        "the end,",
        "are refused with a reason.",
        "The ufuncs of `scipy.special` join when one first meets a Node. Written by",
        "`python -m autograd.ops`.",
        "",
        "| function | how | formula |",
        "|---|---|---|",
        *(f"| {name} | {how} | {formula} |" for name, how, formula in rows()),
        "",
        f"Refused: {', '.join(sorted(map(_name, REFUSED)))}.",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(table(), end="")
