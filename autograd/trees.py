"""Trees: nested dicts, lists and tuples of arrays, as arguments of the transforms take them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def leaves_of(tree: Any) -> list[Any]:
    """The leaves from left to right, dicts in the order of their keys' insertion; None has none."""
    if tree is None:
        return []
    if isinstance(tree, dict):
        return [leaf for part in tree.values() for leaf in leaves_of(part)]
    if isinstance(tree, (list, tuple)):
        return [leaf for part in tree for leaf in leaves_of(part)]
    return [tree]


def leaves_along(tree: Any, other: Any) -> list[Any]:
    """The leaves of `other` in the order of those of `tree`, which has the same form."""
    if isinstance(tree, dict):
        return [leaf for key, part in tree.items() for leaf in leaves_along(part, other[key])]
    if isinstance(tree, (list, tuple)):
        pairs = zip(tree, other, strict=True)
        return [leaf for part, same in pairs for leaf in leaves_along(part, same)]
    return leaves_of(other)


def of_kind(tree: Any, parts: dict[Any, Any]) -> Any:
    """`parts` as a dict of the kind of `tree`, which has the same keys: an OrderedDict perhaps."""
    if type(tree) is dict:
        return parts
    kind = tree.copy()
    kind.update(parts)
    return kind


def map_leaves(f: Callable[[Any], Any], tree: Any) -> Any:
    """The tree of the same form, with `f` of each leaf."""
    if tree is None:
        return None
    if isinstance(tree, dict):
        return of_kind(tree, {key: map_leaves(f, part) for key, part in tree.items()})
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):  # a named tuple
        return type(tree)(*(map_leaves(f, part) for part in tree))
    if isinstance(tree, (list, tuple)):
        return type(tree)(map_leaves(f, part) for part in tree)
    return f(tree)
