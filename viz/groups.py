"""The tree of scopes: which boxes are drawn inside which frame."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from viz.scene import Box


@dataclass
class Group:
    """One scope: its dotted path, its own boxes and the scopes inside it.

    >>> Group("layers.0").boxes
    []
    """

    path: str
    boxes: list[Box] = field(default_factory=list)
    groups: dict[str, Group] = field(default_factory=dict)


def grouped(boxes: Iterable[Box]) -> Group:
    """The root group of all boxes; scopes that hold nothing but one other scope are left out.

    >>> tree = grouped([Box("n0", "", "", ("net", "0")), Box("n1", "", "", ())])
    >>> [box.key for box in tree.boxes], [group.path for group in tree.groups.values()]
    (['n1'], ['net.0'])
    """
    root = Group("")
    for box in boxes:
        group = root
        for i, part in enumerate(box.scope):
            group = group.groups.setdefault(part, Group(".".join(box.scope[: i + 1])))
        group.boxes.append(box)
    root.groups = {part: _unwrapped(group) for part, group in root.groups.items()}
    return root


def innermost(tree: Group) -> Group:
    """The tree without its nesting: only groups that hold no others are left.

    >>> tree = grouped([Box("n0", "", "", ("a",)), Box("n1", "", "", ("a", "b"))])
    >>> flat = innermost(tree)
    >>> [box.key for box in flat.boxes], [group.path for group in flat.groups.values()]
    (['n0'], ['a.b'])
    """
    flat = Group("", list(tree.boxes))
    for part, group in tree.groups.items():
        if not group.groups:
            flat.groups[part] = group
            continue
        inner = innermost(group)
        flat.boxes += inner.boxes
        flat.groups |= {each.path: each for each in inner.groups.values()}
    return flat


def _unwrapped(group: Group) -> Group:
    while not group.boxes and len(group.groups) == 1:
        (group,) = group.groups.values()
    group.groups = {part: _unwrapped(inner) for part, inner in group.groups.items()}
    return group
