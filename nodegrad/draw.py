"""`nodegrad draw`: from an expression to a table of its nodes and a picture of its graph."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import autograd
import viz
from nodegrad.expression import NUMBER_WORDS, parse
from nodegrad.output import UserError, save
from nodegrad.source import ExpressionError, shorten
from nodegrad.table import table
from nodegrad.vocabulary import Function, engine_functions


def draw(expression: str, settings: Sequence[str], output: str | None) -> str:
    """Evaluate an expression, save its picture, and return the text to print.

    Each setting is NAME=VALUE; without an output there is only the table.
    Raises ExpressionError or UserError, in one line, before any file is written.
    """
    diagram = viz.draw(evaluate(expression, settings), title=expression)
    if output is None:
        last = "no picture was saved; add -o graph.svg (or .png, .pdf, .dot)"
    else:
        save(diagram, Path(output))
        last = output
    return f"{table(diagram.graph)}\n{last}"


def evaluate(expression: str, settings: Sequence[str]) -> autograd.Node:
    """The Node of an expression whose names have the given values (NAME=VALUE each)."""
    functions = engine_functions()
    formula = parse(expression, functions)
    values = read_settings(settings, functions)
    leaves = {name: autograd.Node(value, name=name) for name, value in values.items()}
    # In an expression without names, such as 2*3 + 1, the numbers are the leaves.
    root = formula.evaluate(leaves) if formula.names else formula.evaluate({}, autograd.Node)
    for name in values:
        if name not in formula.names:
            known = ", ".join(map(shorten, formula.names)) or "no names"
            raise UserError(
                f"--set {name}=: the expression has no '{name}'; it has {known}; leave this out"
            )
    if isinstance(root, autograd.Node) and root.op is None and not formula.names:
        raise UserError(
            f"{shorten(expression)} has no name and no operation, so there is nothing to "
            "differentiate; write for example w*x + b, with --set w=0.5 and so on"
        )
    if not isinstance(root, autograd.Node) or not root.requires_grad:
        raise UserError(
            "the result does not depend differentiably on any name, so there is nothing to draw; "
            "write for example w*x + b, with --set w=0.5 and so on"
        )
    if root.size != 1:
        raise UserError(
            f"the result has shape {root.shape} and signals start from one number; "
            "wrap the expression in sum(...) or mean(...)"
        )
    return root


def read_settings(settings: Sequence[str], functions: dict[str, Function]) -> dict[str, Any]:
    """The values of NAME=VALUE settings: numbers, or lists of numbers."""
    values: dict[str, Any] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        name = unicodedata.normalize("NFKC", name.strip())
        if not equals or not name.isidentifier():
            raise UserError(f"--set {shorten(setting)}: write NAME=VALUE, as in --set w=0.5")
        if name in functions or name in NUMBER_WORDS:
            kind = "a function" if name in functions else "a number"
            raise UserError(f"--set {name}=: '{name}' is {kind} of the engine; take another name")
        if name in values:
            raise UserError(f"--set {name}=: '{name}' is set twice; leave one of them out")
        try:
            formula = parse(text, functions)
            if formula.names:
                raise ExpressionError(min(formula.names.values()), "write a number or a list")
            values[name] = formula.evaluate({})
        except ExpressionError as error:
            raise UserError(f"--set {shorten(setting)}: in the value, {error}") from error
    return values
