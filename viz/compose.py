"""Stage two: from the networkx graph to the scene of a picture."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import networkx as nx
import numpy as np

from viz.box import box, chip, ordered
from viz.cells import Look
from viz.legend import Facts, legend
from viz.links import Edge, linked_edges
from viz.measure import magnitude, real, tile, typical
from viz.palette import FLOOR, Scale, fit, theme_named
from viz.scene import Arrow, Box, Options, Scene
from viz.text import markup, printable, shorten
from viz.tips import contribution_text, edge_tip, factor_text, node_tip, numbered

SMALL_SCALAR = 60  # scalar graphs up to this many nodes run from left to right
DETAILED = 24  # scalar pictures of up to this many arrows show the factors of each contribution
HEATMAPS = 150  # pictures of more nodes show statistics in place of heatmaps
LABELLED = 1000  # pictures of more arrows carry their contributions in tooltips only
THINNEST, THICKEST = 0.8, 3.2  # points; 1 to 4 pixels of a screen


def compose(graph: nx.MultiDiGraph, options: Options) -> Scene:
    """The scene of a graph made by `to_networkx`, edited or not.

    >>> graph = nx.MultiDiGraph()
    >>> graph.add_node(0, label="x", value=2.0, signal=1.0)
    >>> compose(graph, Options()).boxes[0].key
    'n0'
    """
    return _Composer(graph, options).scene()


def scope_of(attributes: Mapping[str, Any]) -> tuple[str, ...]:
    """The path a node is grouped by: its scope, or else the dotted beginning of its name.

    >>> scope_of({"scope": "", "name": "layers.0.weight"})
    ('layers', '0')
    """
    scope = attributes.get("scope") or str(attributes.get("name") or "").rpartition(".")[0]
    return tuple(scope.split(".")) if scope else ()


class _Composer:
    """Holds what the parts of one scene share while they are made."""

    def __init__(self, graph: nx.MultiDiGraph, options: Options) -> None:
        self.graph = graph
        self.options = options
        self.keys: dict[Hashable, str] = {node: f"n{i}" for i, node in enumerate(graph)}
        self.linked = linked_edges(graph)
        self.uses = Counter(tail for tail, _, _ in self.linked)
        self.tips = {node: node_tip(graph, node) for node in graph}
        self.ports = {node: self._ports(node) for node in graph}
        self.entrances = {edge: i for node in graph for i, edge in enumerate(self._entering(node))}
        self.scalar = not any(each.get("shape") for _, each in graph.nodes(data=True))
        self.detailed = self.scalar and graph.number_of_edges() <= DETAILED
        self.look = self._look()
        self.contributions = [
            edge["contribution"]
            for _, _, edge in graph.edges(data=True)
            if edge.get("contribution") is not None
        ]
        self.widths = fit((magnitude(x) for x in self.contributions), ())

    def scene(self) -> Scene:
        """The finished scene."""
        labelled = self.graph.number_of_edges() <= LABELLED
        columns = 19 if self.detailed else 10 if self.scalar else 16
        return Scene(
            boxes=(*(self._box(node) for node in self.graph), *self._chips()),
            arrows=tuple(
                self._arrow(f"e{i}", edge) for i, edge in enumerate(self.graph.edges(keys=True))
            ),
            legend=legend(self._facts(labelled), self.look),
            title=printable(self.options.title or ""),
            direction=self.look.direction,
            theme=self.look.theme,
            room=(2 if self.detailed else 1, columns) if labelled else None,
        )

    def _look(self) -> Look:
        theme = theme_named(self.options.theme)
        count = self.graph.number_of_nodes()
        chosen = "LR" if self.scalar and count <= SMALL_SCALAR else "TB"
        return Look(
            theme=theme,
            value=self._scale("value", theme.value) if self.options.values else None,
            signal=self._scale("signal", theme.signal) if self.options.signals else None,
            direction=self.options.direction or chosen,
            heatmaps=count <= HEATMAPS,
        )

    def _scale(self, kind: str, colours: tuple[str, ...]) -> Scale:
        root = self.graph.graph.get("root")
        shown = {n: x for n, x in self.graph.nodes(data=kind) if x is not None}
        seed = shown.pop(root, None) if kind == "signal" else None
        sizes = [magnitude(x) for x in shown.values()]
        if kind == "signal":  # most entries of a signal are small beside its peak
            sizes += [typical(x) for x in shown.values()]
        return fit(sizes, colours, 0.0 if seed is None else magnitude(seed))

    def _numbers(self, kind: str) -> Iterator[Any]:
        numbers = (each.get(kind) for _, each in self.graph.nodes(data=True))
        return (x for x in numbers if x is not None)

    def _box(self, node: Hashable) -> Box:
        attributes = dict(self.graph.nodes[node])
        scope = scope_of(attributes)
        uses = self.uses[node]
        root = " root" if node == self.graph.graph.get("root") else ""
        number = f"#{node}{root}" if uses or numbered(self.graph, node) else ""
        tag = number + (f" ↗ {uses}×" if uses else "")
        label = str(attributes.get("label") or "")
        attributes["label"] = label.removeprefix(".".join(scope) + ".")
        html = box(attributes, tag, self.ports[node], self.look)
        return Box(self.keys[node], html, self.tips[node], scope)

    def _ports(self, node: Hashable) -> int:
        """How many numbered entrances a box has; none where operands may change places."""
        operands = int(self.graph.in_degree(node))
        return operands if operands > 1 and ordered(self.graph.nodes[node]) else 0

    def _chips(self) -> Iterator[Box]:
        for tail, head in dict.fromkeys((tail, head) for tail, head, _ in self.linked):
            yield Box(
                self._chip_key(tail, head),
                chip(self.graph.nodes[tail], f"#{tail}", self.look),
                self.tips[tail],
                scope_of(self.graph.nodes[head]),
            )

    def _chip_key(self, tail: Hashable, head: Hashable) -> str:
        return f"{self.keys[tail]}_{self.keys[head]}"

    def _arrow(self, key: str, edge: Edge) -> Arrow:
        tail, head, _ = edge
        contribution = self.graph.edges[edge].get("contribution")
        forward, backward = edge_tip(self.graph, edge)
        return Arrow(
            key=key,
            tail=self._chip_key(tail, head) if edge in self.linked else self.keys[tail],
            head=self.keys[head],
            port=f"i{self.entrances[edge]}" if self.ports[head] else None,
            back=self._back(edge) if self.options.signals and contribution is not None else None,
            width=self._width(contribution),
            tip=forward,
            back_tip=backward,
        )

    def _entering(self, node: Hashable) -> list[Edge]:
        """The edges that enter a node, by operand position."""
        return sorted(self.graph.in_edges(node, keys=True), key=lambda edge: _by_position(edge[2]))

    def _back(self, edge: Edge) -> tuple[str, ...]:
        attributes = self.graph.edges[edge]
        text = contribution_text(attributes["contribution"])
        signal = self.graph.nodes[edge[1]].get("signal")
        factors = factor_text(signal, attributes.get("local")) if self.detailed else ""
        return (text, f"= {factors}") if factors else (text,)

    def _width(self, contribution: Any) -> float:
        """The width of a backward arrow in points, by the largest size of what it carries."""
        if contribution is not None and np.isinf(real(contribution)).any():
            return THICKEST
        size = 0.0 if contribution is None else magnitude(contribution)
        part = max(0.0, (self.widths.strength(size) - FLOOR) / (1 - FLOOR))
        return round(THINNEST + (THICKEST - THINNEST) * part, 2)

    def _facts(self, labelled: bool) -> Facts:
        shown = [x for kind in ("value", "signal") for x in self._numbers(kind)]
        nodes = [each for _, each in self.graph.nodes(data=True)]
        return Facts(
            root=self._root(),
            tensors=not self.scalar,
            reduced=self.look.heatmaps and any("blocks" in tile(x).note for x in shown),
            backward=bool(self.contributions) and self.options.signals,
            factors=self.detailed,
            ordered=any(self.ports.values()),
            linked=bool(self.linked),
            labelled=labelled,
            kinds=frozenset(str(each.get("kind", "op")) for each in nodes),
            marks=_marks(shown) | self._no_signal(),
            widest=self.widths.peak,
            infinite=any(np.isinf(real(x)).any() for x in shown),
        )

    def _no_signal(self) -> set[str]:
        nodes = self.graph.nodes(data=True)
        missing = self.options.signals and any(each.get("signal") is None for _, each in nodes)
        return {"—"} if missing else set()

    def _root(self) -> str:
        """What signals are derivatives of, in the words of the legend."""
        root = self.graph.graph.get("root")
        if root not in self.graph:
            return "root"
        label = str(self.graph.nodes[root].get("label") or "root")
        name = self.graph.nodes[root].get("name")
        return markup(shorten(label.split("\n")[0], 20)) if name else "root"


def _by_position(key: Hashable) -> tuple[bool, int, str]:
    """Sorts operand positions as numbers and any other edge keys after them."""
    return (False, key, "") if isinstance(key, int) else (True, 0, str(key))


def _marks(shown: list[Any]) -> frozenset[str]:
    """The strange scalars among what is shown."""
    scalars = [float(x) for x in shown if real(x).ndim == 0]
    tests = {"0": lambda x: x == 0, "NaN": math.isnan, "∞": math.isinf}
    return frozenset(mark for mark, test in tests.items() if any(map(test, scalars)))
