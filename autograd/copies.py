"""Copies and pickles of Nodes: leaves one by one, an interior Node with all it depends on.

A graph goes as one flat list, so its depth costs no recursion. Within one pickle or one deepcopy a
Node that is met again stays the same Node; what has become stale may share its leaves alone.
"""

from collections import ChainMap
from itertools import count
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import numpy as np

from autograd.node import BLANKS, NUMBERS, Node, leaf, raw
from autograd.record import settled
from autograd.sweep import stale
from autograd.values import DTYPES, Parts, Value, read_only

if TYPE_CHECKING:
    from autograd.op import Op

OLDER = count(-(2**62))
"""Creation numbers before all others: of Nodes that have become stale, as their copies must be."""


class Ancestry:
    """Interior Nodes with all interior Nodes that they depend on, in the order of creation."""

    __slots__ = ("__weakref__", "nodes", "places")

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes
        self.places = {node: i for i, node in enumerate(nodes)}

    def __reduce__(self) -> Any:
        old = outdated(self.nodes)
        rows = []
        for node in self.nodes:
            op, operands, *others = facts(node)
            places = tuple(self.places.get(x, x) if type(x) is Node else x for x in operands)
            rows.append((node in old, op, places, *others))
        return rebuilt, (rows,)


FRESH: "WeakValueDictionary[int, Ancestry]" = WeakValueDictionary()
"""The ancestries in use, by the numbers of their Nodes: a pickle or a deepcopy holds its own."""

STALE: "WeakValueDictionary[int, Ancestry]" = WeakValueDictionary()
"""The same for the Nodes over which a sweep raises."""


def reduced(node: Node) -> Any:
    """`Node.__reduce__`."""
    if node.op is None:
        return restored, (node._value, node._y, node._pull, node._scope, node._x)
    ancestry = FRESH.get(node._number) or STALE.get(node._number)
    if ancestry is None:
        nodes = interior(node, ChainMap(FRESH, STALE))
        old = outdated(nodes)
        if old:  # their operands are numbered with them
            nodes = interior(node, STALE)
            old = outdated(nodes)
        ancestry = Ancestry(nodes)
        for each in nodes:
            if each not in old:
                FRESH.setdefault(each._number, ancestry)
            elif updated(each) or any(x._number in STALE for x in nodes_in(each)):
                STALE.setdefault(each._number, ancestry)
    return member, (ancestry, ancestry.places[node])


def copied(node: Node) -> Node:
    """`Node.__copy__`: a Node of its own with the same operands; RuntimeError if it is stale."""
    if node.op is None:
        function, arguments = reduced(node)
        return function(*arguments)  # type: ignore[no-any-return]
    for x in updated(node):
        stale(x)
    return made(next(NUMBERS), *facts(node))


def facts(node: Node) -> tuple[Any, ...]:
    """What an interior Node is made of."""
    return node.op, node.operands, node._value, node.statics, node._scope, node.grad


def nodes_in(node: Node) -> list[Node]:
    """The Nodes among the operands of an interior Node."""
    operands = (node._x, node._y) if node._pull.op.compact else node._x
    return [x for x in operands if type(x) is Node]


def updated(node: Node) -> list[Node]:
    """Those of its operands that were updated after it was made."""
    return [x for x in nodes_in(node) if x._number > node._number]


def interior(root: Node, known: Any) -> list[Node]:
    """The interior Nodes that `root` depends on, without the `known`; `root` is the last."""
    found = {root}
    pending = [root]
    while pending:
        for x in nodes_in(pending.pop()):
            if x.op is not None and x not in found and x._number not in known:
                found.add(x)
                pending.append(x)
    return sorted(found, key=lambda node: node._number)


def outdated(nodes: list[Node]) -> set[Node]:
    """The Nodes of which an operand was updated after they were made, and all before them."""
    found: set[Node] = set()
    for node in reversed(nodes):
        if node in found or updated(node):
            found.add(node)
            found.update(x for x in nodes_in(node) if x.op is not None)
    return found


def restored(value: Value, name: str | None, pull: Any, scope: str, grad: Value) -> Node:
    """A leaf from a copy or a pickle, with a creation number of its own."""
    node = leaf(owned(value), live=False)
    node._pull = pull
    node._y = name
    node._scope = scope
    node._x = owned(grad)
    return node


def rebuilt(rows: list[tuple[Any, ...]]) -> Ancestry:
    """The ancestry that was taken apart into `rows`."""
    nodes: list[Node] = []
    for old, op, places, value, statics, scope, signal in rows:
        operands = tuple(nodes[x] if type(x) is int else owned(x) for x in places)
        statics = {word: settled(x) for word, x in statics.items()}
        number = next(OLDER if old else NUMBERS)
        nodes.append(made(number, op, operands, owned(value), statics, scope, owned(signal)))
    return Ancestry(nodes)


def member(ancestry: Ancestry, place: int) -> Node:
    """One Node of an ancestry."""
    return ancestry.nodes[place]


def made(
    number: int,
    op: Any,
    operands: tuple[Any, ...],
    value: Value,
    statics: dict[str, Any],
    scope: str,
    signal: Value,
) -> Node:
    """An interior Node as the op would have recorded it."""
    node: Node = next(BLANKS)
    node._number = number
    node._value = value
    node._pull = pull_of(op, operands)
    node._x, node._y = (*operands, None)[:2] if op.compact else (operands, statics)
    node._scope = scope
    node._grad = signal
    return node


def pull_of(op: "Op", operands: tuple[Any, ...]) -> Any:
    """What carries a signal from a Node to those of its operands that require a gradient."""
    if not op.compact:
        return op.pull
    kind = "float" if all(type(raw(x)) is float for x in operands) else "array"
    pairs = zip("xy", operands, strict=False)
    targets = "".join(to for to, x in pairs if type(x) is Node and x._pull is not None)
    return getattr(op, f"{kind}_{targets}")


def owned(v: Any) -> Any:
    """A value that the engine owns from now on: read-only, and of NumPy's own dtype objects."""
    if type(v) is Parts:
        return Parts(map(owned, v))
    if type(v) is np.ndarray and v.dtype in DTYPES:
        own = DTYPES[DTYPES.index(v.dtype)]
        v = v if v.dtype is own else v.view(own)
    return read_only(v)
