"""Tooltips: the full name, all digits, and the chain rule with its numbers."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import networkx as nx
import numpy as np

from viz.measure import magnitude, peak, real
from viz.text import number, printable, shape_text, tooltip

MOST_TERMS = 12


def numbered(graph: nx.MultiDiGraph, node: Hashable) -> bool:
    """Whether a node has a place in the order of computation; raw constants come after the root.

    >>> graph = nx.MultiDiGraph(root=0)
    >>> numbered(graph, 0), numbered(graph, 1)
    (True, False)
    """
    root = graph.graph.get("root")
    return not (isinstance(root, int) and isinstance(node, int) and node > root)


def id_text(graph: nx.MultiDiGraph, node: Hashable) -> str:
    """What a node is called in texts: its number, or that it is a constant.

    >>> id_text(nx.MultiDiGraph(root=0), 0), id_text(nx.MultiDiGraph(root=0), 1)
    ('#0', 'constant')
    """
    return f"#{node}" if numbered(graph, node) else "constant"


def node_tip(graph: nx.MultiDiGraph, node: Hashable) -> str:
    """What one node is, its value and signal in full, and how the signal came about.

    >>> graph = nx.MultiDiGraph()
    >>> graph.add_node(0, label="x", value=2.0, signal=3.0)
    >>> node_tip(graph, 0).splitlines()
    ['x (#0)', 'value 2.0', 'signal 3.0']
    """
    attributes = graph.nodes[node]
    title = str(attributes.get("label") or "node").replace("\n", " = ")
    name = attributes.get("name")
    if name and printable(str(name)) not in title:
        title = f"{printable(str(name))}: {title}"
    lines = [f"{title} (#{node})" if numbered(graph, node) else title]
    shape = tuple(attributes.get("shape") or ())
    if shape:
        lines.append(f"shape {shape_text(shape)}, {attributes.get('dtype', '')}")
    lines.append(f"value {_full(attributes.get('value'))}")
    lines.append(f"signal {_full(attributes.get('signal'))}")
    lines += _chain_rule(graph, node)
    return tooltip("\n".join(lines))


def _full(value: Any) -> str:
    """A scalar with all its digits, a tensor as NumPy prints a summary of it."""
    if value is None:
        return "none"
    array = real(value)
    if array.ndim == 0:
        return repr(float(array))
    return np.array2string(array, precision=4, threshold=36, edgeitems=3, separator=", ")


def _chain_rule(graph: nx.MultiDiGraph, node: Hashable) -> list[str]:
    """One line per consumer: the contribution, and for scalars its two factors."""
    edges = [
        (consumer, edge)
        for _, consumer, edge in graph.out_edges(node, data=True)
        if edge.get("contribution") is not None
    ]
    terms = [
        f"from #{consumer}: {_share(graph, consumer, edge)}"
        for consumer, edge in edges[:MOST_TERMS]
    ]
    if len(edges) > MOST_TERMS:
        terms.append(f"and {len(edges) - MOST_TERMS} more")
    return [("= " if i == 0 else "+ ") + term for i, term in enumerate(terms)]


def _share(graph: nx.MultiDiGraph, consumer: Hashable, edge: dict[str, Any]) -> str:
    text = contribution_text(edge["contribution"])
    factors = factor_text(graph.nodes[consumer].get("signal"), edge.get("local"))
    return f"{text} = {factors}" if factors else text


def contribution_text(contribution: Any) -> str:
    """A contribution in few signs: the number, or the peak of a tensor.

    >>> contribution_text(-0.5), contribution_text([1.0, -2.0])
    ('−0.5', 'peak −2')
    """
    if real(contribution).ndim == 0:
        return number(float(contribution))
    return f"peak {number(peak(contribution))}"


def factor_text(signal: Any, local: Any) -> str:
    """The two factors of a scalar contribution, "" where there are none.

    >>> factor_text(-0.5, 2.0)
    '−0.5 × 2'
    """
    if signal is None or local is None:
        return ""
    if real(signal).ndim or real(local).ndim:
        return ""
    return f"{number(float(signal))} × {number(float(local))}"


def edge_tip(graph: nx.MultiDiGraph, edge: tuple[Hashable, Hashable, Hashable]) -> tuple[str, str]:
    """The tooltips of the forward and of the backward arrow of one edge."""
    tail, head, position = edge
    attributes = graph.edges[edge]
    forward = f"{id_text(graph, tail)} is operand {_ordinal(position)} of #{head}"
    local = attributes.get("local")
    if local is not None and real(local).ndim == 0:
        forward += f"\n∂#{head}/∂#{tail} by this operand = {_full(local)}"
    contribution = attributes.get("contribution")
    if contribution is None:
        return tooltip(forward), ""
    backward = f"from #{head} to #{tail}: {_full(contribution)}"
    factors = factor_text(graph.nodes[head].get("signal"), local)
    if factors:
        backward += f"\n= {factors} (signal of #{head} × local derivative)"
    elif real(contribution).ndim:
        backward += (
            f"\npeak {number(peak(contribution))}, largest size {number(magnitude(contribution))}"
        )
    return tooltip(forward), tooltip(backward)


def _ordinal(position: Hashable) -> str:
    return str(position + 1) if isinstance(position, int) else str(position)
