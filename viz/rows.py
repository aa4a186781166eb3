"""Rows: scopes that are alike, such as a layer's neurons, stand side by side in their order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from viz.places import Rectangle
from viz.scene import Scene

Scope = tuple[str, ...]
Wall = list[tuple[str | None, str | None]]  # for each rank: the boxes before and after the wall


@dataclass(frozen=True)
class Row:
    """Scopes fed by the same boxes and built alike: their feeders, and the box each ends in.

    >>> Row(["x"], ["n4", "n8"]).last[0]
    'n4'
    """

    feeders: list[str]
    last: list[str]


def rows(scene: Scene) -> list[Row]:
    """The rows of a scene, their scopes in the order in which they were made.

    Scopes with the same feeders cannot feed each other, so their last boxes may share a rank.

    >>> from viz.scene import Arrow, Box, theme_named
    >>> boxes = (Box("x", "", "", ()), Box("a", "", "", ("n", "0")), Box("b", "", "", ("n", "1")))
    >>> boxes += (Box("y", "", "", ()),)
    >>> pairs = ["xa", "xb", "ay", "by"]
    >>> arrows = tuple(Arrow(a + b, a, b, None, None, 1.0, "", "") for a, b in pairs)
    >>> rows(Scene(boxes, arrows, "", "", "LR", theme_named("light"), None))
    [Row(feeders=['x'], last=['a', 'b'])]
    """
    scope = {box.key: box.scope for box in scene.boxes}
    feeders: dict[Scope, set[str]] = {}
    inner: dict[Scope, int] = {}
    for arrow in scene.arrows:
        into = scope[arrow.head]
        if scope[arrow.tail] == into:
            inner[into] = inner.get(into, 0) + 1
        else:
            feeders.setdefault(into, set()).add(arrow.tail)
    tails = {arrow.tail for arrow in scene.arrows if scope[arrow.head] != scope[arrow.tail]}
    last = {box.scope: box.key for box in scene.boxes if box.scope and box.key in tails}
    alike: dict[tuple[Scope, frozenset[str], int], list[str]] = {}
    for path, key in last.items():
        if path in feeders:
            kind = (path[:-1], frozenset(feeders[path]), inner.get(path, 0))
            alike.setdefault(kind, []).append(key)
    return [
        Row([box.key for box in scene.boxes if box.key in fed], keys)
        for (_, fed, _), keys in alike.items()
        if len(keys) > 1
    ]


def orders(scene: Scene, boxes: Mapping[str, Rectangle]) -> list[list[str]]:
    """Feeders of a row, and boxes they enter in one scope, in their order, where they share a rank.

    `boxes` are the places that a first layout gave.
    """
    scope = {box.key: box.scope for box in scene.boxes}
    found = []
    for row in rows(scene):
        heads = {arrow.head for arrow in scene.arrows if arrow.tail in row.feeders}
        groups = [row.feeders]
        groups += [
            [box.key for box in scene.boxes if box.key in heads and box.scope == scope[last]]
            for last in row.last
        ]
        for group in groups:
            ranks = {_rank(boxes[key], scene) for key in group}
            found += [group] if len(ranks) == 1 < len(group) else []
    return found


def walls(scene: Scene, boxes: Mapping[str, Rectangle]) -> list[Wall]:
    """What keeps the scopes of each row apart in the places of a first layout: a wall per gap."""
    scope = {box.key: box.scope for box in scene.boxes}
    ranks: dict[Scope, dict[float, list[str]]] = {}
    for box in scene.boxes:
        rank = _rank(boxes[box.key], scene)
        ranks.setdefault(box.scope, {}).setdefault(rank, []).append(box.key)

    def outermost(keys: Iterable[str], end: int) -> str | None:
        found = sorted(keys, key=lambda key: _place(boxes[key], scene))
        return found[end] if found else None

    return [
        [
            (outermost(one.get(rank, ()), -1), outermost(other.get(rank, ()), 0))
            for rank in sorted({*one, *other})
        ]
        for row in rows(scene)
        for one, other in pairwise(ranks[scope[key]] for key in row.last)
    ]


def _rank(box: Rectangle, scene: Scene) -> float:
    """Where a box is along the direction of the picture, the same for all of one rank."""
    x, y = box.centre()
    return round(x if scene.direction == "LR" else -y, 1)


def _place(box: Rectangle, scene: Scene) -> float:
    """Where a box is within its rank."""
    x, y = box.centre()
    return -y if scene.direction == "LR" else x
