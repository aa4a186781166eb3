"""The geometry of arrows: one routed curve becomes a forward and a backward lane side by side."""

from __future__ import annotations

import math
from itertools import pairwise

Point = tuple[float, float]
Curve = list[Point]  # control points of a cubic Bézier spline: 1 + 3·n of them

GAP = 2.6  # points from the routed curve to the middle of a lane


def parse(pos: str) -> tuple[Curve, Point | None, Point | None]:
    """The control points of Graphviz' `pos`, the tip at its start and the tip at its end.

    >>> parse("e,9,0 0,0 1,0 2,0 3,0")
    ([(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0)], None, (9.0, 0.0))
    """
    start = end = None
    curve: Curve = []
    for word in pos.split():
        parts = word.split(",")
        if parts[0] in ("s", "e"):
            point = (float(parts[1]), float(parts[2]))
            start, end = (point, end) if parts[0] == "s" else (start, point)
        else:
            curve.append((float(parts[0]), float(parts[1])))
    return curve, start, end


def full(pos: str) -> Curve:
    """The curve of a `pos` from box to box, its arrow tip included.

    >>> full("e,9,0 0,0 1,0 2,0 3,0")[-1]
    (9.0, 0.0)
    """
    curve, start, end = parse(pos)
    if end is not None:
        curve = curve + _straight(curve[-1], end)[1:]
    if start is not None:
        curve = _straight(start, curve[0])[:-1] + curve
    return curve


def _straight(a: Point, b: Point) -> Curve:
    return [_mix(a, b, part) for part in (0, 1 / 3, 2 / 3, 1)]


def _mix(a: Point, b: Point, part: float) -> Point:
    return (a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part)


def shifted(curve: Curve, distance: float) -> Curve:
    """The curve moved to its left (as seen along it) by a distance.

    >>> shifted([(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0)], 2.0)[0]
    (0.0, 2.0)
    """
    moved = []
    for i, (x, y) in enumerate(curve):
        dx, dy = _direction(curve, i)
        moved.append((x - dy * distance, y + dx * distance))
    return moved


def _direction(curve: Curve, i: int) -> Point:
    """The unit tangent near a control point, from its distinct neighbours."""
    behind = next((p for p in reversed(curve[:i]) if math.dist(p, curve[i]) > 1e-6), curve[i])
    ahead = next((p for p in curve[i + 1 :] if math.dist(p, curve[i]) > 1e-6), curve[i])
    length = math.dist(behind, ahead) or 1.0
    return ((ahead[0] - behind[0]) / length, (ahead[1] - behind[1]) / length)


def shortened(curve: Curve, length: float) -> Curve:
    """The curve without its last `length` points, where the head of its arrow goes.

    >>> shortened([(0.0, 0.0), (3.0, 0.0), (6.0, 0.0), (9.0, 0.0)], 3.0)[-1]
    (6.0, 0.0)
    """
    tip = curve[-1]
    while len(curve) > 4 and math.dist(curve[-4], tip) <= length:
        curve = curve[:-3]
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        end = _split(curve[-4:], middle)[-1]
        low, high = (low, middle) if math.dist(end, tip) < length else (middle, high)
    return curve[:-4] + [_round(p) for p in _split(curve[-4:], low)]


def _split(piece: Curve, part: float) -> Curve:
    """The first part of one Bézier piece (de Casteljau)."""
    kept = [piece[0]]
    while len(piece) > 1:
        piece = [_mix(a, b, part) for a, b in pairwise(piece)]
        kept.append(piece[0])
    return kept


def _round(point: Point) -> Point:
    return (round(point[0], 6), round(point[1], 6))


def along(curve: Curve, steps: int) -> list[Point]:
    """Points along a curve, `steps` of them for each of its pieces, and its end.

    >>> along([(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0)], 3)
    [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0)]
    """
    parts = [step / steps for step in range(steps)]
    pieces = (curve[start : start + 4] for start in range(0, len(curve) - 1, 3))
    return [*(_at(piece, part) for piece in pieces for part in parts), curve[-1]]


def _at(piece: Curve, part: float) -> Point:
    """The point of one Bézier piece at a parameter."""
    rest = 1 - part
    weights = (rest**3, 3 * rest * rest * part, 3 * rest * part * part, part**3)
    x, y = (sum(w * p[axis] for w, p in zip(weights, piece, strict=True)) for axis in (0, 1))
    return _round((x, y))


def side(curve: Curve, point: Point) -> float:
    """1.0 if a point lies to the left of a curve, -1.0 if to its right.

    >>> side([(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0)], (1.0, 5.0))
    1.0
    """
    a, b = min(
        pairwise(along(curve, 12)), key=lambda step: math.dist(_mix(step[0], step[1], 0.5), point)
    )
    turn = (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0])
    return 1.0 if turn >= 0 else -1.0


def pos(curve: Curve, head: float) -> str:
    """Graphviz' `pos` of a curve that ends in an arrow head of a given length.

    >>> pos([(0.0, 0.0), (3.0, 0.0), (6.0, 0.0), (9.0, 0.0)], 3.0)
    'e,9,0 0,0 2,0 4,0 6,0'
    """
    words = [f"e,{_text(curve[-1])}", *(_text(p) for p in shortened(curve, head))]
    return " ".join(words)


def _text(point: Point) -> str:
    return ",".join(f"{x:.2f}".rstrip("0").rstrip(".").replace("-0", "0", x == 0) for x in point)
