"""The chain rule over a graph, in general: on raw values or on Nodes, written nowhere.

Nodes are visited in descending order of creation, which is a topological order: an operand is
always older than its consumer. A zero signal stays zero through a singular derivative.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from numpy import ndarray

from autograd.anomaly import ORIGIN, check_seed
from autograd.errors import describe
from autograd.node import Node, as_node, leaf, operands_of, raw
from autograd.state import current_anomaly, current_trace
from autograd.values import (
    HALF,
    Parts,
    Value,
    constant,
    dtype_of,
    fit,
    has_nan,
    quiet,
    read_only,
    shape_of,
)

if TYPE_CHECKING:
    from autograd.op import Op

_number = attrgetter("_number")

ALL = -math.inf
"""Older than every Node: those of copies of stale graphs have negative numbers."""


def stale(old: Node) -> NoReturn:
    """Raise the error for a leaf that was updated, and so is younger than its consumer."""
    raise RuntimeError(
        f"{'parameter' if old.requires_grad else 'constant'} {describe(old)} was updated after "
        "this graph was recorded: the signals would mix old and new values; run forward again"
    )


def _root(root: Any) -> Node:
    """The Node that a sweep starts from; TypeError for anything else."""
    root = as_node(root)
    if type(root) is not Node:
        raise TypeError(
            f"a sweep starts from a Node, not from a {type(root).__name__}: bare values do not "
            "know how they were computed; write Node(x) for the inputs of the computation"
        )
    return root


def seed_of(root: Node, seed: object) -> Value:
    """The signal to start from, in the root's shape and dtype."""
    root = _root(root)
    if seed is None:
        if root.size != 1:
            raise ValueError(
                f"the root has shape {root.shape}, so ∂root/∂node is no single number per element; "
                "reduce it first, such as root.sum(), or weigh its elements: "
                f"seed=np.ones({root.shape})"
            )
        return fit(1.0, root._value)
    if isinstance(seed, Node):
        raise TypeError(
            "the seed is a Node: no signal passes through the weights of the root's elements; "
            "write seed=node.value, or autograd.vjp to differentiate by the seed"
        )
    value = constant(seed)
    if shape_of(value) != root.shape:
        raise ValueError(
            f"the seed has shape {shape_of(value)} but the root {root.shape}: one weight per "
            f"element is needed; write seed=np.ones({root.shape}) or the like"
        )
    return fit(value, root._value)


def topological_order(root: Node) -> list[Node]:
    """All Nodes that `root` was computed from, operands first, `root` last, by creation.

    The position in this list is the Node's id in pictures. TypeError for what is no Node,
    RuntimeError if a leaf was updated after its consumer was recorded.

    >>> x = Node(2.0)
    >>> [n.value for n in topological_order(x * x + 1.0)]
    [2.0, 4.0, 5.0]
    """
    return ordered([_root(root)])


def ordered(roots: Iterable[Node], since: float = ALL) -> list[Node]:
    """`topological_order` under several roots: Nodes with creation numbers not below `since`."""
    pending = list(roots)
    found = set(pending)
    while pending:
        consumer = pending.pop()
        for x in operands_of(consumer):
            if type(x) is Node:
                if x._number > consumer._number:
                    stale(x)
                if x not in found and x._number >= since:
                    found.add(x)
                    pending.append(x)
    return sorted(found, key=_number)


def pull(
    root: Node, seed: Value, *, record: bool = False, since: Node | None = None
) -> dict[Node, Any]:
    """The signal of every Node that requires a gradient or has done so, operands' last.

    `seed` is that of `root`; the rest as in `pull_all`.
    """
    return pull_all({root: seed}, record=record, since=since)


@quiet
def pull_all(
    seeds: Mapping[Node, Any], *, record: bool = False, since: Node | None = None
) -> dict[Node, Any]:
    """`pull` from several roots in one sweep: what a Node gets from all of them, added up.

    With `record` the signals are Nodes, computed by recorded ops: they can be differentiated.
    With `since`, a leaf, no signal passes Nodes that are older, as all are that it cannot reach.
    """
    signals = {root: seed for root, seed in seeds.items() if root._pull is not None}
    oldest = ALL if since is None else since._number
    nodes = ordered(signals, oldest)
    anomaly, outside = current_anomaly(), ORIGIN.get()
    trace = current_trace()
    before = trace is not None and trace.backward
    if anomaly is not None:
        anomaly.check_graph(nodes, signals)
        for seed in signals.values():
            check_seed(seed)
    picked: dict[Node, list[Node]] = {}  # by whom, until all signals of those have come
    try:
        if trace is not None:
            trace.backward = True
        for node in reversed([n for n in nodes if n._pull is not None]):
            if node in picked:
                _accumulate(node, picked.pop(node), signals, record)
            d = signals[node]
            if anomaly is not None:
                ORIGIN.set((anomaly.places.get(node._number),))
            if _picks(node):
                picked.setdefault(operands_of(node)[0], []).append(node)
                continue
            for x, i, g in contributions(node, d, record=record, since=oldest):
                signals[x] = signals[x] + g if x in signals else g
                if anomaly is not None:
                    anomaly.check_signal(node, d, i, g, signals[x])
    finally:
        if anomaly is not None:
            ORIGIN.set(outside)
        if trace is not None:
            trace.backward = before
    return signals


def _picks(node: Node) -> bool:
    """Whether it is some elements of an array: signals of many such are added at once."""
    op = node.op
    if op is None or op.accumulate is None:
        return False
    return type(operands_of(node)[0]._value) is ndarray


def _accumulate(x: Node, pickers: list[Node], signals: dict[Node, Any], record: bool) -> None:
    """Add to the signal of `x` what comes from the Nodes that pick elements of it."""
    anomaly = current_anomaly()
    by_op: dict[Any, list[Node]] = {}
    for node in pickers:
        by_op.setdefault(node.op, []).append(node)
    for op, nodes in by_op.items():
        last = nodes[-1]
        if anomaly is not None:
            ORIGIN.set((anomaly.places.get(last._number),))
        uses = [(signals[node], node.statics) for node in nodes]
        g = _fitted(op.accumulate(uses, x if record else x._value), x._value, record)
        signals[x] = signals[x] + g if x in signals else g
        if anomaly is not None:
            anomaly.check_signal(last, signals[last], 0, signals[last], signals[x])


def contributions(
    node: Node, d: Any, *, record: bool = False, since: float = ALL
) -> list[tuple[Node, int, Any]]:
    """For each operand that requires a gradient: itself, its position, its part of the signal.

    Operands with a creation number below `since` are left out.
    """
    op = node.op
    if op is None:
        return []
    operands, statics = operands_of(node), node.statics
    y = node if record else node._value
    xs = operands if record else tuple(map(raw, operands))
    trace = current_trace()
    bare = parts_of(op, d, y, xs, statics)

    def part(i: int) -> Any:
        g = bare(i)
        g = masked(g, d) if op.kind == "elementwise" else unless_silent(g, d)
        return _fitted(g, operands[i]._value, record)

    get = part if trace is None or not record else trace.repeated(op, d, y, xs, statics, part)
    return [
        (x, i, get(i))
        for i, x in enumerate(operands)
        if type(x) is Node and x._pull is not None and x._number >= since
    ]


def parts_of(
    op: Op, d: Any, y: Any, xs: Sequence[Any], statics: dict[str, Any]
) -> Callable[[int], Any]:
    """The signal of operand `i` by the op's rule; a step of the program where that reads values."""
    trace = current_trace()
    if trace is not None and op.opaque:
        return lambda i: trace.signal(op, i, d, y, xs, statics)
    if op.arity is None:
        return op.cotangents(d, y, xs, statics)
    return lambda i: cotangent(op, i, statics, d, y, *xs)


def unless_silent(g: Any, d: Any) -> Any:
    """`g`, and 0 where it holds NaN though the signal `d` is all zero."""
    trace = current_trace()
    if trace is not None:
        return trace.unless_silent(g, d)
    return 0.0 if type(g) is not Parts and has_nan(raw(g)) and not _any(d) else g


def _any(d: Any) -> bool:
    """Whether a signal, or one of several, is other than zero."""
    return any(p is not None and np.any(raw(p)) for p in (d if type(d) is Parts else (d,)))


def _fitted(g: Any, like: Value, record: bool) -> Any:
    """`g` in the shape and dtype of `like`; a Node where the sweep is recorded."""
    if type(g) is Parts:
        parts = zip(g, like, strict=True)
        return Parts(p if p is None else _fitted(p, v, record) for p, v in parts)
    if type(g) is Node:
        return fit_node(g, like)
    g = fit(g, like)
    return leaf(g, live=False) if record else g


def cotangent(op: Op, i: int, statics: dict[str, Any], *values: Any) -> Any:
    """Operand i's signal; in NumPy's arithmetic where that of Python floats raises."""
    d, y, *xs = values
    try:
        g = op.cotangent(i, d, y, xs, statics)
    except (ArithmeticError, ValueError):
        g = 0j
    if type(g) is not complex:
        return g
    d, y, *xs = (np.float64(v) if type(v) is float else v for v in values)
    return op.cotangent(i, d, y, xs, statics)


def masked(g: Any, d: Any) -> Any:
    """`g` with 0 where the signal `d` is zero but the local derivative is not finite."""
    trace = current_trace()
    if trace is not None:
        return trace.masked(g, d)
    product, signal = raw(g), raw(d)
    if not has_nan(product):
        return g
    lost = np.isnan(product) & (signal == 0.0)
    if type(g) is Node or type(product) is ndarray:
        where: Any = np.where
        return where(lost, 0.0, g)
    return 0.0 * signal if lost else product


def fit_node(g: Node, like: Value) -> Node:
    """`fit`, recorded: sum over the axes that broadcasting added, and cast."""
    shape, dtype, value = shape_of(like), dtype_of(like), g._value
    if shape_of(value) == shape and dtype_of(value) is dtype:
        return g
    added = g.ndim - len(shape)
    axes = tuple(
        i for i, n in enumerate(g.shape) if i < added or (n != 1 and shape[i - added] == 1)
    )
    if axes:
        wide = g if g.dtype is not HALF else g.astype(np.float32)
        g = wide.sum(axis=axes, keepdims=axes[-1] >= added)
    if g.shape != shape:
        broadcast: Any = np.broadcast_to
        g = g.reshape(shape) if g.size == math.prod(shape) else broadcast(g, shape)
    return g if g.dtype == dtype else g.astype(dtype)


def signals(
    root: Node, wrt: list[Node] | tuple[Node, ...] | None = None, seed: object = None
) -> Any:
    """The responsibility signals ∂root/∂node, without writing them anywhere.

    Returns a dict from the root and every Node it depends on that requires a gradient to the
    signal; or, with `wrt`, the list of signals of those Nodes, zeros where the root does not
    depend on them. Of a constant no signal comes. `seed` and its errors as in `backward`;
    TypeError for a root or `wrt` that is no Node or no list of Nodes, RuntimeError where a leaf
    was updated after the graph was recorded.

    >>> x = Node(3.0)
    >>> signals(x * x, [x])
    [6.0]
    """
    root = as_node(root)
    trace = current_trace()
    if trace is not None:
        trace.refuse_backward()
    start = seed_of(root, seed)
    nodes = [] if wrt is None else _nodes(wrt)
    found = pull(root, start)
    if wrt is None:
        return {node: read_only(g) for node, g in found.items() if node.requires_grad}
    return [read_only(found[x] if x in found else fit(0.0, x._value)) for x in nodes]


def _nodes(wrt: Any) -> list[Node]:
    """The Nodes that a list names; TypeError for anything else."""
    given = list(map(as_node, wrt)) if isinstance(wrt, (list, tuple)) else [None]
    nodes = [x for x in given if type(x) is Node]
    if len(nodes) < len(given):
        raise TypeError(
            "wrt is something else than a list of Nodes: each has one signal, given in that "
            "order; write signals(root, [node])"
        )
    return nodes


def edge_signals(root: Node, seed: object = None) -> Iterator[tuple[Node, int, Value]]:
    """Each edge's part of a signal: (consumer, operand's position, contribution).

    The contributions of all edges that leave a Node sum to its signal. `seed` and errors as in
    `signals`.

    >>> x = Node(3.0)
    >>> [(i, g) for _, i, g in edge_signals(x * x)]
    [(0, 3.0), (1, 3.0)]
    """
    root = _root(root)
    return _edges(root, seed_of(root, seed))


def _edges(root: Node, seed: Value) -> Iterator[tuple[Node, int, Value]]:
    for node, d in pull(root, seed).items():
        with np.errstate(all="ignore"):
            parts = contributions(node, d)
        for x, i, g in parts:
            if x.requires_grad:
                yield node, i, read_only(g)


@quiet
def local_derivatives(node: Node) -> list[float | None]:
    """∂node/∂operand for each operand of a scalar Node; None for arrays and constants.

    TypeError for what is no Node, RuntimeError where an operand was updated since.

    >>> x = Node(3.0)
    >>> local_derivatives(x * 2.0)
    [2.0, None]
    """
    node = _root(node)
    ordered([node], node._number)  # raises where an operand is younger
    result: list[float | None] = [None] * len(node.operands)
    if not node.shape:
        for x, i, g in contributions(node, fit(1.0, node._value)):
            if not x.shape:
                result[i] = float(g)
    return result
