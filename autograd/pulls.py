"""How a signal passes an op to its operands, for arrays of any shape. Specialised by arity."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from numpy import ndarray

from autograd.node import Node, raw
from autograd.sweep import Again, Sweep, arrive, stale
from autograd.values import fit, has_nan

if TYPE_CHECKING:
    from autograd.op import Op


def pull_for(op: "Op") -> Callable[[Node, Sweep], None] | None:
    """How a signal passes `op` to its operands, for arrays of any shape."""
    if op.kind == "predicate":
        return None
    if not op.compact:
        pull = _pull_general(op)
    else:
        pull = _pull_unary(op) if op.arity == 1 else _pull_binary(op)
    if not op.selects:
        return pull

    def checked(node: Node, sweep: Sweep) -> None:
        if has_nan(node._grad):
            raise Again
        pull(node, sweep)

    return checked


def _pull_unary(op: "Op") -> Callable[[Node, Sweep], None]:
    rule = op.rules[0]
    assert rule is not None, "an op of one operand has a rule, or it is a predicate"

    def pull(node: Node, sweep: Sweep) -> None:
        x = node._x
        a = x._value
        g = rule(node._grad, node._value, a)
        if type(g) is not ndarray:
            g = fit(g, a)
        arrive(x, g, node, sweep)

    return pull


def _pull_binary(op: "Op") -> Callable[[Node, Sweep], None]:
    first, second = op.rules
    assert first is not None and second is not None, "coerce= is for operands without a rule"

    def pull(node: Node, sweep: Sweep) -> None:
        x, y, d, z = node._x, node._y, node._grad, node._value
        a = x._value if type(x) is Node else x
        b = y._value if type(y) is Node else y
        if type(x) is Node and x._pull is not None:
            g = first(d, z, a, b)
            if type(g) is not ndarray or type(a) is not ndarray or g.shape != a.shape:
                g = fit(g, a)
            arrive(x, g, node, sweep)
        elif type(x) is Node and x._number > node._number:
            stale(x)
        if type(y) is Node and y._pull is not None:
            g = second(d, z, a, b)
            if type(g) is not ndarray or type(b) is not ndarray or g.shape != b.shape:
                g = fit(g, b)
            arrive(y, g, node, sweep)
        elif type(y) is Node and y._number > node._number:
            stale(y)

    return pull


def _pull_general(op: "Op") -> Callable[[Node, Sweep], None]:
    rule = op.rules[0]

    def alone(node: Node, sweep: Sweep) -> None:
        x = node._x[0]
        a = x._value
        g = rule(node._grad, node._value, a, **node._y)  # type: ignore[misc]
        if type(g) is not ndarray or type(a) is not ndarray or g.shape != a.shape:
            g = fit(g, a)
        arrive(x, g, node, sweep)

    def pull(node: Node, sweep: Sweep) -> None:
        operands, statics, d, y = node._x, node._y, node._grad, node._value
        xs = tuple(map(raw, operands))
        for i, x in enumerate(operands):
            if type(x) is Node and x._pull is not None:
                arrive(x, fit(op.cotangent(i, d, y, xs, statics), x._value), node, sweep)
            elif type(x) is Node and x._number > node._number:
                stale(x)

    return alone if op.arity == 1 else pull
