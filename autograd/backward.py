"""`backward`: the fast sweep, which stores signals on the Nodes.

It keeps the signals of interior Nodes in their `_grad` slots and files each Node, when a first
signal arrives, in a list, at the distance of its creation number from the root's, so that no Node
is sorted. Where a zero signal may have been lost in a singular derivative, it starts again with
the general sweep.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from numpy import ndarray

from autograd.node import Node, arrived, retired
from autograd.op import REGISTRY
from autograd.pulls import Again, float_loop, loop
from autograd.state import current_anomaly, current_trace
from autograd.sweep import pull, seed_of
from autograd.values import ERRSTATE, SILENT, Value, fit, has_nan

NOTHING = (
    "backward() on a constant: no operand of it requires a gradient, or it was made under "
    "no_grad(), or of a Node that belongs to a transform; start from a Node that depends on "
    "Node(value)"
)

FEW, SOME = 16, 256
"""Up to so many elements the look for NaN at a leaf is spelled out, in one way or the other."""

START = 8
"""The first length of the list of Nodes: that of a small network, as all of it is gone through."""


def backward(root: Node, seed: object = None) -> None:
    """Carry the chain rule from `root` to everything it depends on, and store it in `.grad`.

    Interior Nodes get the signal ∂root/∂node of this sweep; leaves add it to what they have.
    `seed`, of the root's shape, weighs the root's elements; it may be left out for one element.
    The graph survives, and a second sweep adds the same amounts again.

    RuntimeError for a constant, and where a leaf was updated after the graph was recorded;
    ValueError for a seed of another shape, or none where the root has several elements; TypeError
    for a seed that is no real number.

    Threads may sweep at once where no Node is in the graphs of two of them; threads that share
    parameters use `signals` or `grad`, which write nowhere.

    >>> x = Node(3.0)
    >>> y = x * x * x
    >>> y.backward(); y.backward()
    >>> x.grad
    54.0
    """
    fast = seed is None and type(root) is Node and type(root._value) is float
    start = 1.0 if fast else seed_of(root, seed)
    trace = current_trace()
    if trace is not None:
        trace.refuse_backward()
    passed = root._pull
    if passed is None or passed is retired:
        raise RuntimeError(NOTHING)
    try:
        if passed is arrived or current_anomaly() is not None:
            raise Again
        leaves = _fast(root, start)
    except Again:
        signals = {node: g for node, g in pull(root, start).items() if node.requires_grad}
        leaves = [node for node in signals if node.op is None]
        for node, g in signals.items():
            node._grad = g
    if not leaves:
        raise RuntimeError(NOTHING)
    for x in leaves:
        g, x._grad = x._grad, None
        x._x = g if x._x is None else x._x + g


def gathered(root: Node, seed: Value, inputs: list[Node]) -> dict[Node, Value]:
    """The signals of `inputs` that `root` depends on: leaves of a graph that nobody else has.

    They are `retired`: an outer transform sees constants in them.
    """
    if current_anomaly() is not None:
        return pull(root, seed)
    for x in inputs:
        x._grad = None
    try:
        _fast(root, seed)
        found = {x: fit(x._grad, x._value) for x in inputs if x._grad is not None}
        return pull(root, seed) if any(map(has_nan, found.values())) else found
    except Again:
        return pull(root, seed)
    finally:
        for x in inputs:
            x._grad = None


@cache
def _float_loop() -> Any:
    return float_loop(REGISTRY)


def _fast(root: Node, seed: Value) -> list[Node]:
    """Store the signals of interior Nodes; return the leaves, what arrived there in `_grad`.

    Signals get the dtypes of their leaves on the way. `Again` where NaN arrived: perhaps a zero
    signal, lost in a singular derivative.
    """
    nodes: list[Node | None] = [None] * START
    nodes[0] = root
    base = root._number
    leaves: list[Node] = []
    root._grad = seed
    x = root._x._value if type(root._x) is Node else root._x
    sweep = _float_loop() if type(x) is float else loop
    outside = ERRSTATE.set(SILENT)
    try:
        sweep(nodes, base, leaves)
        for x in leaves:
            g = x._grad
            if type(g) is ndarray:
                if g.dtype is not x._value.dtype:
                    x._grad = g = g.astype(x._value.dtype)
                size = g.size
                if size <= FEW:
                    g = sum(g.ravel().tolist())
                elif size <= SOME:
                    g = g.item(g.argmin())
                elif has_nan(g):
                    raise Again
                else:
                    continue
            if g != g:
                raise Again
    except BaseException:
        for x in leaves:
            x._grad = None
        raise
    finally:
        ERRSTATE.reset(outside)
    return leaves
