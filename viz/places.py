"""Where everything in a picture is: the result of a layout, in points, y upwards."""

from __future__ import annotations

from dataclasses import dataclass

from viz.lanes import Curve, Point


@dataclass(frozen=True)
class Rectangle:
    """A box on the page.

    >>> Rectangle(0, 0, 2, 2).holds((1, 1), 0), Rectangle(0, 0, 2, 2).holds((3, 1), 0)
    (True, False)
    """

    left: float
    bottom: float
    right: float
    top: float

    def holds(self, point: Point, margin: float) -> bool:
        """Whether a point is inside, or nearer than the margin."""
        x, y = point
        return (
            self.left - margin < x < self.right + margin
            and self.bottom - margin < y < self.top + margin
        )

    def centre(self) -> Point:
        """The middle."""
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2

    def size(self) -> Point:
        """Width and height."""
        return self.right - self.left, self.top - self.bottom

    def meets(self, other: Rectangle) -> bool:
        """Whether two rectangles overlap."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )

    def around(self, other: Rectangle) -> Rectangle:
        """The smallest rectangle that holds both.

        >>> Rectangle(0, 0, 1, 1).around(Rectangle(2, 0, 3, 4))
        Rectangle(left=0, bottom=0, right=3, top=4)
        """
        return Rectangle(
            min(self.left, other.left),
            min(self.bottom, other.bottom),
            max(self.right, other.right),
            max(self.top, other.top),
        )


@dataclass(frozen=True)
class Places:
    """The places of boxes, routed edges, their texts, frames of scopes, legend and title.

    >>> page = Rectangle(0, 0, 10, 10)
    >>> Places({}, {}, {}, {}, (0.0, 0.0), None, page).page.size()
    (10, 10)
    """

    boxes: dict[str, Rectangle]
    routes: dict[str, Curve]
    texts: dict[str, Point]
    frames: dict[str, dict[str, str]]
    legend: Point
    title: Point | None
    page: Rectangle
