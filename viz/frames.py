"""The frames of scopes around boxes that were placed without them."""

from __future__ import annotations

from collections.abc import Sequence

from viz.groups import Group
from viz.lanes import Point
from viz.places import Rectangle
from viz.text import shorten, width

PAD, HEAD = 9.0, 15.0  # points around the content, and above it for the name
COLUMN = 6.2  # points that a letter of the name takes at most


def frames(tree: Group, boxes: dict[str, Rectangle]) -> dict[str, Rectangle] | None:
    """The frame of each scope by its path; None if a frame would hold or cut what is not in it.

    >>> tree = Group("", [], {"a": Group("a")})
    >>> frames(tree, {})
    {}
    """
    found: dict[str, Rectangle] = {}
    for group in tree.groups.values():
        if not _add(group, boxes, found):
            return None
    return found if _disjoint(list(tree.groups.values()), found) else None


def attributes(path: str, frame: Rectangle, arrows: Sequence[Point]) -> dict[str, str]:
    """A frame as the attributes of a pinned cluster: its bounds, its name at the top.

    The name is at the left, or where no arrow passes (`arrows`: points along all of them).
    """
    half, y = COLUMN * width(shorten(path, 40)) / 2, frame.top - HEAD / 2 - 1
    left, right = frame.left + 8 + half, frame.right - 8 - half
    tries = (left + part * (right - left) for part in (0, 0.25, 0.5, 0.75, 1))
    free = (
        x
        for x in tries
        if not any(abs(px - x) < half + 4 and abs(py - y) < HEAD for px, py in arrows)
    )
    numbers = (frame.left, frame.bottom, frame.right, frame.top)
    return {
        "bb": ",".join(f"{x:.2f}" for x in numbers),
        "lp": f"{next(free, left):.2f},{y:.2f}",
    }


def _add(group: Group, boxes: dict[str, Rectangle], found: dict[str, Rectangle]) -> bool:
    """Frame a group and the groups inside it; False if a box of others is in the way."""
    inner = list(group.groups.values())
    if not all(_add(each, boxes, found) for each in inner):
        return False
    own = _members(group)
    content = [boxes[key] for key in own if key in boxes]
    content += [found[each.path] for each in inner if each.path in found]
    if not content:
        return True
    whole = content[0]
    for each in content[1:]:
        whole = whole.around(each)
    frame = Rectangle(
        whole.left - PAD, whole.bottom - PAD, whole.right + PAD, whole.top + PAD + HEAD
    )
    found[group.path] = frame
    strangers = (box for key, box in boxes.items() if key not in own)
    return not any(frame.meets(box) for box in strangers) and _disjoint(inner, found)


def _members(group: Group) -> set[str]:
    keys = {box.key for box in group.boxes}
    return keys.union(*(_members(each) for each in group.groups.values()))


def _disjoint(groups: list[Group], found: dict[str, Rectangle]) -> bool:
    """Whether the frames of groups side by side do not touch."""
    rectangles = [found[group.path] for group in groups if group.path in found]
    return not any(one.meets(other) for i, one in enumerate(rectangles) for other in rectangles[:i])
