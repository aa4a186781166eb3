"""What happens where an op meets its operands: compute the value, and record the Node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numpy import ndarray

from autograd.errors import note
from autograd.node import BLANKS, NUMBERS, Node, as_node, leaf
from autograd.scalar import ieee
from autograd.state import (
    RECORDED,
    current_anomaly,
    current_trace,
    recorded_scope,
    taped_scope,
)
from autograd.values import Value, constant, plain

if TYPE_CHECKING:
    from autograd.op import Op


def operand(x: object, beside: Node | None = None) -> Any:
    """What an op works on where `x` is no Node: the Node that it stands for, or its value."""
    if beside is not None and hasattr(type(x), "beside"):
        return x.beside(beside)  # type: ignore[attr-defined]
    node = as_node(x)
    return node if type(node) is Node else constant(x)


def new(value: Value, x: Any, y: Any, pull: Any, live: Any) -> Node:
    """The interior Node; a constant where nothing is recorded, or where `live` is None."""
    scope = recorded_scope()
    if live is None or scope is None:
        return aside(value, x, y, pull, live)
    node: Node = next(BLANKS)
    node._number = next(NUMBERS)
    node._value = value
    node._pull = pull
    node._x = x
    node._y = y
    node._scope = scope
    return node


def aside(value: Value, x: Any, y: Any, pull: Any, live: Any) -> Node:
    """A constant; inside `detect_anomaly` the Node, whose value is finite and place is noted.

    While `compile` traces, the Node or the constant, which is noted as a step.
    """
    trace = current_trace()
    if trace is not None:
        return trace.note(value, x, y, pull, live)
    anomaly = current_anomaly()
    if anomaly is None:
        return leaf(value, live=False)
    op = pull.op
    place = anomaly.meet(op, value, (x, y)[: op.arity] if op.compact else x)
    scope = taped_scope()
    if live is None or scope is None:
        return leaf(value, live=False)
    outside = RECORDED.set(scope)
    try:
        node = new(value, x, y, pull, live)
    finally:
        RECORDED.reset(outside)
    anomaly.places[node._number] = place
    return node


def alias(x: Node, *, live: bool) -> Node:
    """A leaf of the same value: another Node, from which no signal goes on to `x`."""
    node = leaf(x._value, live=live)
    trace = current_trace()
    if trace is not None:
        trace.alias(node, x)
    return node


def detached(node: Node) -> Node:
    """A constant of the same value: no signal passes through it."""
    return alias(node, live=False)


def compute(op: Op, values: tuple[Any, ...], statics: dict[str, Any], shown: Any) -> Value:
    """`op` of raw values; NumPy's errors say which op met which operands."""
    if op.scalar is not None and all([type(v) is float for v in values]):
        try:
            return op.scalar(*values)
        except (ArithmeticError, ValueError):
            return ieee(op.forward, *values)
    try:
        return plain(op.forward(*values, **statics))
    except Exception as error:
        note(error, op.name, shown)
        raise


def settled(static: Any) -> Any:
    """A static argument that nobody can change any more: tuples for lists, copies of arrays."""
    if isinstance(static, (list, tuple)):
        return tuple(map(settled, static))
    if isinstance(static, ndarray) and static.flags.writeable:
        static = static.copy()
        static.flags.writeable = False
    return static
