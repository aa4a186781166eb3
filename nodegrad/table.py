"""The nodes of a graph as an aligned table of text: id, node, operands, shape, value, signal."""

from collections.abc import Sequence
from typing import Any

import networkx as nx
import numpy as np

from viz.measure import statistics
from viz.text import DIGITS, width

HEADER = ("id", "node", "operands", "shape", "value", "signal")
MAX_SHOWN = 4  # an array with more numbers is shown by its least, mean and greatest


def table(graph: nx.MultiDiGraph) -> str:
    """The nodes of a graph that `viz.to_networkx` made, one line each, operands first.

    Anonymous constants come last, without an id; as operands they are their value in brackets.
    """
    rows: list[tuple[str, ...]] = [HEADER]
    root = graph.graph["root"]
    for node in sorted(graph):
        facts = graph.nodes[node]
        operands = sorted((key, tail) for tail, _, key in graph.in_edges(node, keys=True))
        rows.append(
            (
                "-" if node > root else str(node),
                facts["label"].replace("\n", " = "),
                " ".join(_operand(graph, tail) for _, tail in operands) or "-",
                "×".join(map(str, facts["shape"])) or "scalar",
                number_text(facts["value"]),
                number_text(facts["signal"]),
            )
        )
    return align(rows)


def _operand(graph: nx.MultiDiGraph, node: int) -> str:
    if node <= graph.graph["root"]:
        return str(node)
    return f"({number_text(graph.nodes[node]['value'])})"


def number_text(value: Any) -> str:
    """A number, or the numbers of an array, at 4 significant digits.

    >>> number_text(0.123456), number_text([[1.0, -2.5]]), number_text(None)
    ('0.1235', '[[1, -2.5]]', '-')
    >>> number_text(np.arange(8.0))
    'min 0 mean 3.5 max 7'
    """
    if value is None:
        return "-"
    array = np.asarray(value)
    if array.size > MAX_SHOWN:
        return " ".join(f"{name} {_digits(x)}" for name, x in statistics(array))
    return _nested(array.tolist())


def _nested(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_nested, value)) + "]"
    return _digits(value)


def _digits(x: float) -> str:
    """With - and inf, unlike pictures, so that it can be copied into an expression."""
    return f"{x + 0.0:.{DIGITS}g}"  # -0.0 + 0.0 is 0.0


def align(rows: Sequence[Sequence[str]]) -> str:
    """Rows of text as lines with aligned columns.

    >>> print(align([("id", "node"), ("0", "w"), ("1", "tanh")]))
    id  node
    0   w
    1   tanh
    """
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell + " " * (full - width(cell)) for cell, full in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    )
