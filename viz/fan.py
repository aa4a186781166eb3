"""Fans: the arrows from the feeders of a row, each in a level lane of its own past the boxes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from viz.lanes import Curve
from viz.places import Rectangle
from viz.route import CLEAR, CLEAR_TEXT, bend, free, level, mirrored
from viz.rows import rows
from viz.scene import Arrow, Scene

STEP, STEPS = 2.0, 60  # points between the places that are tried for a lane, and how many
ENTER = 12.0  # points before the first box of a row where a lane begins: at its frame
BETWEEN = 4.0  # points kept free between lanes


def fans(
    scene: Scene,
    boxes: Mapping[str, Rectangle],
    routes: Mapping[str, Curve],
    texts: Sequence[Rectangle],
) -> dict[str, Curve]:
    """New routes for the arrows from a row's feeders that carry nothing back.

    An arrow bends before the frames of the row, runs level past the boxes on its way, and enters
    its head; where no lane is free it keeps its route.
    """
    if scene.direction != "LR":
        boxes = {key: _mirrored(box) for key, box in boxes.items()}
        routes = {key: [mirrored(p) for p in curve] for key, curve in routes.items()}
        texts = [_mirrored(box) for box in texts]
    found: dict[str, Curve] = {}
    taken: list[Rectangle] = []
    for arrow, start in _arrows(scene, boxes):
        others = [box for key, box in boxes.items() if key not in (arrow.tail, arrow.head)]
        tail, end = boxes[arrow.tail], routes[arrow.key][-1]
        stop = max((box.right for box in others if start < box.right < end[0]), default=start)
        for y in _places(boxes[arrow.head].centre()[1]):
            lane = Rectangle(start, y - BETWEEN / 2, stop, y + BETWEEN / 2)
            first, last = bend((tail.right, tail.centre()[1]), (start, y)), bend((stop, y), end)
            curve = [*first, *level((start, y), (stop, y))[1:], *last[1:]]
            apart = not any(lane.meets(each) for each in taken)
            if apart and free(curve, others, CLEAR) and free(curve, texts, CLEAR_TEXT):
                taken.append(lane)
                found[arrow.key] = curve
                break
    if scene.direction != "LR":
        found = {key: [mirrored(p) for p in curve] for key, curve in found.items()}
    return found


def _arrows(scene: Scene, boxes: Mapping[str, Rectangle]) -> Iterator[tuple[Arrow, float]]:
    """The arrows to route anew, each with where its lane begins."""
    scope = {box.key: box.scope for box in scene.boxes}
    for row in rows(scene):
        scopes = {scope[key] for key in row.last}
        start = min(boxes[key].left for key, path in scope.items() if path in scopes) - ENTER
        for arrow in scene.arrows:
            if arrow.tail in row.feeders and scope[arrow.head] in scopes and arrow.back is None:
                yield arrow, start


def _places(middle: float) -> Iterator[float]:
    """Heights to try for a lane, nearest first, below before above."""
    for i in range(STEPS):
        yield middle - i * STEP
        yield middle + i * STEP


def _mirrored(box: Rectangle) -> Rectangle:
    left, bottom = mirrored((box.right, box.top))
    right, top = mirrored((box.left, box.bottom))
    return Rectangle(left, bottom, right, top)
