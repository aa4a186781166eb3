"""Forward mode: tangents carried from operands to consumers, by the same rules as signals.

An elementwise rule serves both directions, because a diagonal Jacobian is its own transpose; an op
that is linear in each operand is applied to the tangent; any other passes its tangents by the
transpose of its rule, which is linear in the signal: ∂⟨rule(w), t⟩/∂w.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd.anomaly import ORIGIN, check_seed
from autograd.node import Node, leaf, raw
from autograd.ops.shape import astype, broadcast_to
from autograd.state import current_anomaly
from autograd.sweep import cotangent, fit_node, masked, ordered, parts_of, pull, unless_silent
from autograd.values import Parts, Value, dtype_of, filled, fit, quiet, shape_of


@quiet
def push(
    roots: Iterable[Node], tangents: dict[Node, Any], *, record: bool = False
) -> dict[Node, Any]:
    """The tangents of all Nodes between those in `tangents` and `roots`; none where it is zero.

    With `record` the tangents are Nodes, computed by recorded ops: they can be differentiated.
    """
    found = dict(tangents)
    anomaly, outside = current_anomaly(), ORIGIN.get()
    if anomaly is not None:
        for t in tangents.values():
            check_seed(t, "a tangent")
    try:
        for node in ordered(roots):
            if node in found:
                continue
            moving = {
                i: found[x]
                for i, x in enumerate(node.operands)
                if type(x) is Node and x in found
            }  # fmt: skip
            if not moving:
                continue
            if anomaly is not None:
                ORIGIN.set((anomaly.places.get(node._number),))
            found[node] = _tangent(node, moving, record)
            if anomaly is not None:
                anomaly.check_tangent(node, moving, found[node])
    finally:
        if anomaly is not None:
            ORIGIN.set(outside)
    return found


def _tangent(node: Node, moving: dict[int, Any], record: bool) -> Any:
    """The tangent of `node` where the operands at the positions of `moving` move."""
    op, statics, like = node.op, node.statics, node._value
    assert op is not None
    operands = node.operands
    y, xs = (node, operands) if record else (like, tuple(map(raw, operands)))
    if type(raw(operands[0])) is Parts:  # a field of several outputs
        return moving[0][statics["index"]]
    if op.kind == "general" or op.arity is None:
        return _transposed(op, moving, y, xs, statics, like, record)
    total: Any = None
    for i, t in moving.items():
        if op.kind == "elementwise":
            g = masked(cotangent(op, i, statics, t, y, *xs), t)
        else:
            g = op.call(*xs[:i], t, *xs[i + 1 :], **statics)
            g = unless_silent(g, t)
        g = spread(g, like, record)
        total = g if total is None else total + g
    return total


def _transposed(
    op: Any, moving: dict[int, Any], y: Any, xs: Any, statics: Any, like: Value, record: bool
) -> Any:
    """∂⟨rule(w), t⟩/∂w at w = 1."""
    if type(like) is Parts:
        w: Any = Parts(leaf(fit(1.0, v), live=True) for v in like)
        first = w[0]
    else:
        w = first = leaf(fit(1.0, like), live=True)
    part = parts_of(op, w, y, xs, statics)
    product: Any = None
    for i, t in moving.items():
        g = part(i)
        if type(g) is Node:
            term = np.sum(fit_node(g, raw(xs[i])) * t)
            product = term if product is None else product + term
    found = {}
    if type(product) is Node:
        one = fit(1.0, product._value)
        seed = leaf(one, live=False) if record else one
        found = pull(product, seed, record=record, since=first)

    def derivative(of: Node, like: Value) -> Any:
        return spread(found.get(of, 0.0), like, record)

    if type(like) is Parts:
        return Parts(derivative(of, v) for of, v in zip(w, like, strict=True))
    return derivative(w, like)


def spread(g: Any, like: Value, record: bool) -> Any:
    """`g` in the shape and dtype of `like`; a Node where the sweep is recorded."""
    shape, dtype = shape_of(like), dtype_of(like)
    if type(g) is Node:
        g = g if g.shape == shape else broadcast_to(g, shape)
        return g if g.dtype == dtype else astype(g, dtype)
    if shape_of(g) != shape:
        g = np.broadcast_to(g, shape) if shape_of(g) else filled(shape, g, dtype)
    g = g.astype(dtype, copy=False) if shape else fit(g, like)
    return leaf(g, live=False) if record else g
