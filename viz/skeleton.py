"""What the layout engine is asked: boxes and forward edges, each with room for its text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise, takewhile

import graphviz
import networkx as nx

from viz.dot import add_boxes, canvas_of, ends
from viz.gates import gates
from viz.groups import Group, grouped, innermost
from viz.places import Rectangle
from viz.rows import orders, rows, walls
from viz.scene import Scene

WALL = 12.0  # points, besides the distance that all boxes keep
OPERATION, SHARED = 2, 2  # the pull of arrows from operations and from shared inputs; others 1


def skeleton(scene: Scene, how: str, first: Mapping[str, Rectangle] | None = None) -> str:
    """The DOT text to lay out; it does not depend on the numbers shown.

    `how` scopes are kept together: "free" not at all, "rows" those that are alike in their order
    and with walls between them, "gated" one after the other, "inner" so and the innermost in
    clusters of the engine, "framed" all in clusters.
    """
    canvas = canvas_of(scene)
    tree = Group("", list(scene.boxes))
    if how in ("inner", "framed"):
        tree = grouped(scene.boxes) if how == "framed" else innermost(grouped(scene.boxes))
    add_boxes(canvas, tree, scene.theme, lambda name: {})
    room = {} if scene.room is None else {"label": _room(*scene.room)}
    lengths, weights = _lengths(scene), _weights(scene)
    if how == "rows":
        feeders = {key for row in rows(scene) for key in row.feeders}
        lengths |= {a.key: lengths[a.key] + 1 for a in scene.arrows if a.tail in feeders}
    for arrow in scene.arrows:
        style = {"id": arrow.key, "weight": str(weights[arrow.tail])} | room
        if lengths[arrow.key] > 1 and how != "framed":
            style["minlen"] = str(lengths[arrow.key])
        canvas.edge(*ends(arrow, scene), **style)
    if how == "rows":
        _add_rows(canvas, scene, first)
    for i, gate in enumerate(gates(scene) if how in ("gated", "inner") else ()):
        canvas.node(f"gate{i}", shape="point", width="0", height="0", style="invis")
        pairs = [(tail, f"gate{i}") for tail in gate.tails]
        pairs += [(f"gate{i}", head) for head in gate.heads]
        for tail, head in pairs:
            canvas.edge(tail, head, style="invis", weight="0")
    return str(canvas.source)


def _add_rows(
    canvas: graphviz.Digraph, scene: Scene, first: Mapping[str, Rectangle] | None
) -> None:
    """Invisible edges within ranks keep an order, and invisible boxes keep a distance.

    `first` are the places of a layout without them, where there was one.
    """
    chains = [row.last for row in rows(scene)] + (orders(scene, first) if first else [])
    size = ("0", f"{WALL / 72:.3f}") if scene.direction == "LR" else (f"{WALL / 72:.3f}", "0")
    for i, wall in enumerate(walls(scene, first) if first else ()):
        names = [f"gate_{i}_{rank}" for rank in range(len(wall))]
        for name in names:
            canvas.node(name, shape="box", style="invis", width=size[0], height=size[1])
        for one, other in pairwise(names):
            canvas.edge(one, other, style="invis", weight="20")
        for name, (before, after) in zip(names, wall, strict=True):
            chains.append([key for key in (before, name, after) if key is not None])
    together = nx.Graph(pair for chain in chains for pair in pairwise(chain))
    for rank in nx.connected_components(together):  # a box may be in one such subgraph only
        with canvas.subgraph() as same:
            same.attr("graph", rank="same")
            for chain in chains:
                for one, other in pairwise(chain) if chain[0] in rank else ():
                    same.edge(one, other, style="invis")


def _weights(scene: Scene) -> dict[str, int]:
    """How strongly the arrows from each box pull it towards what it feeds."""
    made = {arrow.head for arrow in scene.arrows}
    uses = Counter(arrow.tail for arrow in scene.arrows)
    return {
        key: OPERATION if key in made else SHARED if count > 1 else 1 for key, count in uses.items()
    }


def _lengths(scene: Scene) -> dict[str, int]:
    """The least number of ranks each arrow spans, so that frames fit between scopes.

    The arrows of a shared input are longer still: they fan out before they meet the weights.
    """
    scope = {box.key: box.scope for box in scene.boxes}
    made = {arrow.head for arrow in scene.arrows}
    uses = Counter(arrow.tail for arrow in scene.arrows)
    lengths = {}
    for arrow in scene.arrows:
        a, b = scope[arrow.tail], scope[arrow.head]
        common = takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False))
        crossed = max(len(a), len(b)) - sum(1 for _ in common)
        if scene.direction == "LR":
            crossed = min(crossed, 1)
        fans = crossed and arrow.tail not in made and uses[arrow.tail] > 1
        lengths[arrow.key] = 1 + crossed + bool(fans)
    return lengths


def text_size(rows: int, columns: int) -> tuple[int, int]:
    """Width and height of an arrow's text in points."""
    return round(columns * (5.2 if rows > 1 else 5.9)), 2 + 10 * rows


def _room(rows: int, columns: int) -> str:
    """An invisible label of fixed size, somewhat higher than the text it keeps room for."""
    width, height = text_size(rows, columns)
    size = f'FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{height + 16}"'
    return f'<<TABLE BORDER="0" {size}><TR><TD></TD></TR></TABLE>>'
