"""Which edges are drawn as link chips, so that hubs and very long edges do not tangle a picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable

import networkx as nx

MOST_USES = 8  # a leaf or constant used more often is linked, not connected
LONG_EDGES = 600  # ranks that all edges together may cross before the longest are linked
Edge = tuple[Hashable, Hashable, Hashable]


def linked_edges(graph: nx.MultiDiGraph) -> set[Edge]:
    """The edges that end in a chip with the operand's name instead of coming from its box.

    >>> graph = nx.MultiDiGraph([("x", i) for i in range(9)])
    >>> len(linked_edges(graph)), len(linked_edges(nx.MultiDiGraph([("x", 0)])))
    (9, 0)
    """
    hubs = {
        node for node, uses in graph.out_degree() if uses > MOST_USES and graph.in_degree(node) == 0
    }
    linked = {edge for edge in graph.edges(keys=True) if edge[0] in hubs}
    return linked | _longest(graph, linked)


def _longest(graph: nx.MultiDiGraph, linked: set[Edge]) -> set[Edge]:
    """The longest edges, as many as are over the budget."""
    edges = [edge for edge in graph.edges(keys=True) if edge not in linked]
    rank = ranks(graph, edges)
    spans = {edge: rank[edge[1]] - rank[edge[0]] - 1 for edge in edges}
    excess = sum(spans.values()) - LONG_EDGES
    cut: set[Edge] = set()
    for edge in sorted(edges, key=lambda edge: -spans[edge]):
        if excess <= 0:
            break
        cut.add(edge)
        excess -= spans[edge]
    return cut


def ranks(graph: nx.MultiDiGraph, edges: list[Edge]) -> dict[Hashable, int]:
    """The layer of each node: one after its last operand; sources one before their first use.

    >>> ranks(nx.MultiDiGraph([(0, 1), (1, 3), (2, 3)]), [(0, 1, 0), (1, 3, 0), (2, 3, 0)])
    {0: 0, 1: 1, 3: 2, 2: 1}
    """
    consumers: dict[Hashable, list[Hashable]] = {node: [] for node in graph}
    for tail, head, _ in edges:
        consumers[tail].append(head)
    waiting = Counter(head for _, head, _ in edges)
    rank: dict[Hashable, int] = dict.fromkeys(graph, 0)
    ready = [node for node in graph if not waiting[node]]
    sources = list(ready)
    while ready:
        node = ready.pop()
        for head in consumers[node]:
            rank[head] = max(rank[head], rank[node] + 1)
            waiting[head] -= 1
            if not waiting[head]:
                ready.append(head)
    for node in sources:
        if consumers[node]:
            rank[node] = min(rank[head] for head in consumers[node]) - 1
    return rank
