"""Trees of arrays as one vector, and what to call its elements."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograd.node import Node, as_node, raw
from autograd.trees import leaves_of, map_leaves
from autograd.values import Array, constant, plain, shape_of


class Layout:
    """The leaves of a tree as stretches of one vector, and what to call its elements."""

    def __init__(self, tree: Any, name: str) -> None:
        self.tree = tree
        self.names = list(_paths(tree, name))
        self.shapes = [shape_of(raw(as_node(x))) for x in leaves_of(tree)]
        self.ends = np.cumsum([math.prod(shape) for shape in self.shapes])
        self.size = int(self.ends[-1]) if self.shapes else 0

    def vector(self) -> Array:
        """The values of all leaves."""
        return flat(leaves_of(self.tree))

    def parts(self, vector: Array) -> list[Any]:
        """The vector's stretches in the leaves' shapes, 0-d ones as floats."""
        pieces = np.split(vector, self.ends[:-1]) if self.shapes else []
        return [plain(p.reshape(s)) for p, s in zip(pieces, self.shapes, strict=True)]

    def like(self, leaves: Sequence[Any]) -> Any:
        """The tree of the same form with other leaves."""
        rest = iter(leaves)
        return map_leaves(lambda _: next(rest), self.tree)

    def element(self, i: int) -> str:
        """The name of element `i` of the vector, such as `args[0]['w'][1, 2]`."""
        k = int(np.searchsorted(self.ends, i, side="right"))
        if not self.shapes[k]:
            return self.names[k]
        start = int(self.ends[k]) - math.prod(self.shapes[k])
        where = np.unravel_index(i - start, self.shapes[k])
        return f"{self.names[k]}[{', '.join(map(str, where))}]"


def _paths(tree: Any, name: str) -> Iterator[str]:
    """The names of the leaves, in the order of `leaves_of`."""
    if tree is None:
        return
    if isinstance(tree, dict):
        for key, part in tree.items():
            yield from _paths(part, f"{name}[{key!r}]")
    elif isinstance(tree, (list, tuple)):
        for i, part in enumerate(tree):
            yield from _paths(part, f"{name}[{i}]")
    else:
        yield name


def flat(leaves: Sequence[Any]) -> Array:
    """The elements of all leaves, one after another, as float64."""
    pieces = [np.ravel(np.asarray(raw(as_node(x)), np.float64)) for x in leaves]
    return np.concatenate(pieces) if pieces else np.zeros(0)


def joined(out: Any) -> Any:
    """All elements of a function's result as one vector: a Node where it holds Nodes."""
    leaves = [as_node(x) for x in leaves_of(out)]
    vectors: list[Any] = [np.ravel(x if type(x) is Node else constant(x)) for x in leaves]
    join: Any = np.concatenate
    return vectors[0] if len(vectors) == 1 else join(vectors)
