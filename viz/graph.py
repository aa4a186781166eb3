"""Stage one: from a Node to a networkx graph that holds every number a picture shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import networkx as nx
import numpy as np

import autograd
from autograd import Node
from autograd.node import as_node
from autograd.values import Parts
from viz.text import number, printable, shape_text

MOST_INDICES = 3  # of an array among the arguments of an op


def to_networkx(root: Node, seed: Any = None) -> nx.MultiDiGraph:
    """The graph under a root with values, signals and contributions; nothing is written back.

    A node's id is its topological index; raw constants follow, one per use. Nodes carry `kind`
    (leaf, constant, op) `op name scope value signal shape dtype label`. An edge runs from operand
    to consumer, its key is the operand's position, and it carries `local` (the derivative of the
    consumer by that operand, between scalars) and `contribution` (its part of the signal).
    Raises TypeError for what is not a Node, and what `autograd.signals` raises, which is how to get
    on without a seed where the root is not a single number.

    >>> from autograd import Node
    >>> graph = to_networkx(Node(3.0, name="x") * 2.0)
    >>> [graph.nodes[i]["label"] for i in sorted(graph)], graph.edges[0, 1, 0]["contribution"]
    (['x', '× multiply', 'constant'], 2.0)
    """
    return build(root, seed)


def build(root: Node, seed: Any = None, with_signals: bool = True) -> nx.MultiDiGraph:
    """The graph of `to_networkx`; without signals it needs no seed for a root of any size."""
    root = as_node(root)
    if not isinstance(root, Node):
        kind = type(root).__name__
        raise TypeError(
            f"a picture starts from a Node or a graph of to_networkx, not from {kind}. "
            "Write viz.draw(loss) with the Node that the computation ended in"
        )
    order = autograd.topological_order(root)
    index = {node: i for i, node in enumerate(order)}
    signals = autograd.signals(root, seed=seed) if with_signals else {}
    graph = nx.MultiDiGraph(root=index[root])
    for node, i in index.items():
        graph.add_node(i, **_node_attributes(node, signals.get(node)))
    for node, position, operand in _uses(order):
        if not isinstance(operand, Node):
            constant = graph.number_of_nodes()
            graph.add_node(constant, **_constant_attributes(operand, node.scope))
            graph.add_edge(constant, index[node], key=position, local=None, contribution=None)
        else:
            graph.add_edge(index[operand], index[node], key=position, local=None, contribution=None)
    if with_signals:
        _add_contributions(graph, root, index, seed)
    return graph


def _uses(order: list[Node]) -> Iterator[tuple[Node, int, Any]]:
    """Each consumer with the position and the operand of each of its uses."""
    for node in order:
        for position, operand in enumerate(node.operands or ()):
            yield node, position, operand


def _add_contributions(
    graph: nx.MultiDiGraph, root: Node, index: dict[Node, int], seed: Any
) -> None:
    """Write `contribution` and `local` on the edges that carry a signal."""
    facts_of: dict[Node, list[tuple[Any, Any]]] = {}
    for node, position, contribution in autograd.edge_signals(root, seed=seed):
        if node not in facts_of:
            facts_of[node] = list(zip(node.operands, autograd.local_derivatives(node), strict=True))
        operand, local = facts_of[node][position]
        edge = graph.edges[index[operand], index[node], position]
        edge["contribution"] = _numbers(contribution, operand.value)
        edge["local"] = local


def _node_attributes(node: Node, signal: Any) -> dict[str, Any]:
    kind = "op" if node.op is not None else "leaf" if node.requires_grad else "constant"
    return {
        "kind": kind,
        "op": None if node.op is None else node.op.name,
        "name": node.name,
        "scope": node.scope or "",
        "value": _numbers(node.value, node.value),
        "signal": _numbers(signal, node.value),
        "shape": (node.size,) if isinstance(node.value, Parts) else tuple(node.shape),
        "dtype": str(node.dtype),
        "label": _label(node, kind),
    }


def _numbers(value: Any, like: Any) -> Any:
    """A value or signal; of an op with several outputs, all their numbers in one row."""
    if not isinstance(value, Parts):
        return value
    parts = zip(value, like, strict=True)
    return np.concatenate([np.ravel(np.zeros_like(y) if x is None else x) for x, y in parts])


def _constant_attributes(value: Any, scope: str) -> dict[str, Any]:
    array = np.asarray(value)
    return {
        "kind": "constant",
        "op": None,
        "name": None,
        "scope": scope or "",
        "value": value,
        "signal": None,
        "shape": array.shape,
        "dtype": str(array.dtype),
        "label": "constant",
    }


def _label(node: Node, kind: str) -> str:
    """What the box says: the name, or the op; a named op says both, on two lines."""
    made_by = "" if node.op is None else _op_text(node, node.op)
    name = printable(node.name) if node.name else ""
    return "\n".join(part for part in (name, made_by) if part) or kind


def _op_text(node: Node, op: Any) -> str:
    """Symbol, name and the arguments that are no operands."""
    symbol = f"{op.symbol} " if op.symbol else ""
    if set(node.statics or ()) == {"index"}:
        return f"{symbol}{op.name}[{_static_text(node.statics['index']).strip('()')}]"
    statics = ", ".join(
        f"{key}={_static_text(value)}"
        for key, value in (node.statics or {}).items()
        if value is not None and value is not False
    )
    text = f"{symbol}{op.name}" + (f"({statics})" if statics else "")
    if isinstance(node.value, Parts):
        text += " → " + ", ".join(shape_text(np.shape(part)) for part in node.value)
    return text


def _static_text(value: Any) -> str:
    """A static argument in few words: numbers at four digits, arrays by their first numbers."""
    if isinstance(value, float):
        return number(value)
    if isinstance(value, np.ndarray):
        return _array_text(value)
    if isinstance(value, slice):
        bounds = (value.start, value.stop, value.step)
        start, stop, step = ("" if bound is None else str(bound) for bound in bounds)
        return f"{start}:{stop}" + (f":{step}" if step else "")
    if isinstance(value, tuple):
        return (
            "(" + ", ".join(_static_text(each) for each in value) + ("," * (len(value) == 1)) + ")"
        )
    return printable(str(value))


def _array_text(array: np.ndarray) -> str:
    """The numbers of a short list, or the first ones; of a mask or a table, what it is."""
    if array.ndim == 1 and array.dtype != bool:
        shown = [number(float(x)) for x in array[: MOST_INDICES + 1]]
        if len(shown) > MOST_INDICES:
            shown[-2:] = ["…"]
        return f"[{', '.join(shown)}]"
    kind = "mask" if array.dtype == bool else "array"
    return f"{kind} {shape_text(array.shape)}"
