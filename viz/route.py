"""Smoother arrows: an S-curve past the arrow's text where the engine's route has needless bends."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise

from viz.lanes import Curve, Point, along
from viz.places import Rectangle

CLEAR, CLEAR_TEXT = 5.0, 1.0  # points kept free around boxes and around texts
STEEPEST = 4.0  # rise to run of a bend
APART = 18.0  # points between arrows that enter one box
LOOK = (20.0, 140.0)  # points from the end of an arrow between which its side is read
REACH = 90.0  # points from the end of an arrow that move with it
# Distances between the points that a refitted curve passes: first and last, and in between.
STRIDES = ((40.0, 60.0), (40.0, 30.0), (24.0, 20.0))
# Half the length of the straight piece beside the text, sideways and downwards.
FLATS = {True: (16.0, 32.0, 60.0), False: (4.0, 10.0, 32.0, 60.0)}


def smooth(
    curve: Curve,
    text: Point,
    sideways: bool,
    boxes: Sequence[Rectangle],
    texts: Sequence[Rectangle],
) -> Curve:
    """An S-curve between the ends of a curve that passes its text at the same distance.

    `sideways` where the picture runs from left to right. Where the S-curve is steep, or meets a
    text or a box that it does not join, the curve itself without its kinks, or else as it is.

    >>> bent = [(0.0, 0.0), (0.0, 50.0), (100.0, 50.0), (100.0, 0.0)]
    >>> smooth(bent, (50.0, 50.0), True, [], [])[1]
    (17.0, 0.0)
    """
    turned = curve if sideways else [mirrored(p) for p in curve]
    at = text if sideways else mirrored(text)
    others = [box for box in boxes if not _touches(box, curve)]
    refitted = (_refitted(turned, *each) for each in STRIDES)
    for found in chain(_past(turned, at, FLATS[sideways]), refitted):
        back = found if sideways else [mirrored(p) for p in found]
        if free(back, others, CLEAR) and free(back, texts, CLEAR_TEXT):
            return back
    return curve


def _past(curve: Curve, text: Point, flats: Iterable[float]) -> Iterator[Curve]:
    """S-curves that are level beside the text, over shorter and longer stretches."""
    start, end = curve[0], curve[-1]
    beside = min(along(curve, 24), key=lambda p: abs(p[0] - text[0]))
    if not start[0] < text[0] < end[0]:
        return
    for half in flats:
        first = (max(start[0] + 4, text[0] - half), beside[1])
        last = (min(end[0] - 4, text[0] + half), beside[1])
        if not _steep(start, first) and not _steep(last, end):
            yield [*bend(start, first), *level(first, last)[1:], *bend(last, end)[1:]]


def _refitted(curve: Curve, lead: float, stride: float) -> Curve:
    """A smooth curve through some points of a curve that leaves and arrives level."""
    start, end = curve[0], curve[-1]
    points, last = [start], start
    for point in along(curve, 24):
        far = min(math.dist(point, start), math.dist(point, end)) > lead
        if far and math.dist(point, last) > stride:
            points.append(point)
            last = point
    points.append(end)
    ahead = [_unit(a, b) for a, b in zip(points, points[2:], strict=False)]
    directions = [(1.0, 0.0), *ahead, (1.0, 0.0)]
    found = [start]
    for (a, b), (u, v) in zip(pairwise(points), pairwise(directions), strict=True):
        third = math.dist(a, b) / 3
        found += [_moved(a, u, third), _moved(b, v, -third), b]
    return found


def _unit(a: Point, b: Point) -> Point:
    length = math.dist(a, b) or 1.0
    return ((b[0] - a[0]) / length, (b[1] - a[1]) / length)


def _moved(point: Point, direction: Point, by: float) -> Point:
    return (point[0] + direction[0] * by, point[1] + direction[1] * by)


def spread(curves: dict[str, Curve], box: Rectangle, sideways: bool) -> dict[str, Curve]:
    """The curves into one box with their ends apart, in the order in which they arrive.

    >>> level = [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0)]
    >>> risen = [(0.0, 9.0), (1.0, 9.0), (2.0, 0.0), (3.0, 0.0)]
    >>> found = spread({"a": level, "b": risen}, Rectangle(3, -30, 9, 30), True)
    >>> found["a"][-1], found["b"][-1]
    ((3.0, -9.0), (3.0, 9.0))
    """
    axis = 1 if sideways else 0
    length = box.size()[axis]
    step = min(APART, length / (len(curves) + 1))
    keys = sorted(curves, key=lambda key: (_arrival(curves[key], axis), key))
    moved = {}
    for i, key in enumerate(keys):
        by = (i - (len(keys) - 1) / 2) * step
        moved[key] = [_shift(p, by * _near(p, curves[key][-1]), axis) for p in curves[key]]
    return moved


def _near(point: Point, end: Point) -> float:
    """How much a point moves with the end of its curve: from 1 there smoothly to 0."""
    return max(0.0, 1 - math.dist(point, end) / REACH) ** 2


def _arrival(curve: Curve, axis: int) -> float:
    """Where to one side a curve is on average, a little before its end."""
    near = [p[axis] for p in along(curve, 12) if LOOK[0] < math.dist(p, curve[-1]) < LOOK[1]]
    return sum(near) / len(near) if near else curve[0][axis]


def _shift(point: Point, by: float, axis: int) -> Point:
    return (point[0], point[1] + by) if axis else (point[0] + by, point[1])


def _steep(a: Point, b: Point) -> bool:
    return abs(b[1] - a[1]) > STEEPEST * (b[0] - a[0])


def _touches(box: Rectangle, curve: Curve) -> bool:
    """Whether a curve starts or ends at a box."""
    return any(box.holds(end, 3.0) for end in (curve[0], curve[-1]))


def free(curve: Curve, obstacles: Iterable[Rectangle], margin: float) -> bool:
    """Whether a curve keeps a distance from all obstacles.

    >>> free(level((0, 0), (9, 0)), [Rectangle(3, 2, 6, 4)], 1)
    True
    """
    xs, ys = [x for x, _ in curve], [y for _, y in curve]
    extent = Rectangle(min(xs) - margin, min(ys) - margin, max(xs) + margin, max(ys) + margin)
    near = [box for box in obstacles if box.meets(extent)]
    points = along(curve, 16) if near else []
    return not any(box.holds(point, margin) for box in near for point in points)


def bend(a: Point, b: Point) -> Curve:
    """An S that leaves and arrives level.

    >>> bend((0.0, 0.0), (2.0, 4.0))
    [(0.0, 0.0), (1.0, 0.0), (1.0, 4.0), (2.0, 4.0)]
    """
    half = (b[0] - a[0]) / 2
    return [a, (a[0] + half, a[1]), (b[0] - half, b[1]), b]


def level(a: Point, b: Point) -> Curve:
    """The straight line between two points.

    >>> level((0.0, 0.0), (3.0, 0.0))[1]
    (1.0, 0.0)
    """
    third = ((b[0] - a[0]) / 3, (b[1] - a[1]) / 3)
    return [a, (a[0] + third[0], a[1] + third[1]), (b[0] - third[0], b[1] - third[1]), b]


def mirrored(point: Point) -> Point:
    """Mirror the page so that what runs from top to bottom runs from left to right, and back.

    >>> mirrored((1.0, -2.0))
    (2.0, -1.0)
    """
    return (-point[1], -point[0])
