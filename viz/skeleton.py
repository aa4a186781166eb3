"""What the layout engine is asked: boxes and forward edges, each with room for its text."""

from __future__ import annotations

from collections import Counter
from itertools import takewhile

from viz.dot import add_boxes, canvas_of, ends
from viz.gates import gates
from viz.groups import Group, grouped, innermost
from viz.scene import Scene

OPERATION, SHARED = 2, 2  # the pull of arrows from operations and from shared inputs; others 1


def skeleton(scene: Scene, how: str) -> str:
    """The DOT text to lay out; it does not depend on the numbers shown.

    `how` scopes are kept together: "free" not at all, "gated" one after the other, "inner" so and
    the innermost in clusters of the engine, "framed" all in clusters.
    """
    canvas = canvas_of(scene)
    tree = Group("", list(scene.boxes))
    if how in ("inner", "framed"):
        tree = grouped(scene.boxes) if how == "framed" else innermost(grouped(scene.boxes))
    add_boxes(canvas, tree, scene.theme, lambda name: {})
    room = {} if scene.room is None else {"label": _room(*scene.room)}
    lengths, weights = _lengths(scene), _weights(scene)
    for arrow in scene.arrows:
        style = {"id": arrow.key, "weight": str(weights[arrow.tail])} | room
        if lengths[arrow.key] > 1 and how != "framed":
            style["minlen"] = str(lengths[arrow.key])
        canvas.edge(*ends(arrow, scene), **style)
    for i, gate in enumerate(gates(scene) if how in ("gated", "inner") else ()):
        canvas.node(f"gate{i}", shape="point", width="0", height="0", style="invis")
        pairs = [(tail, f"gate{i}") for tail in gate.tails]
        pairs += [(f"gate{i}", head) for head in gate.heads]
        for tail, head in pairs:
            canvas.edge(tail, head, style="invis", weight="0")
    return str(canvas.source)


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
