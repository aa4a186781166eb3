"""The methods of Node for the operators of two operands, as text specialised by op."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from autograd.errors import note
from autograd.node import BLANKS, NUMBERS, Node, raw
from autograd.record import aside, compute, operand
from autograd.scalar import Symbol, ieee
from autograd.state import current_trace, recorded_scope
from autograd.values import ARRAY_LIKE, Value, constant, plain

if TYPE_CHECKING:
    from autograd.op import Op

RAW = (float, ndarray, np.float32, np.float16)
"""The types that need no conversion where an op meets them outside a graph."""


def float_function(op: Op) -> Callable[..., Value]:
    """`op` of Python floats."""
    forward = op.forward

    def through_numpy(*values: float) -> Value:
        try:
            return plain(forward(*values))
        except Exception as error:
            note(error, op.name, values)
            raise

    return op.scalar or through_numpy


FILLED = """        node = next(BLANKS)
        node._number = next(NUMBERS)
        node._value = value
        node._pull = pull
        node._x = x
        node._y = y
        node._scope = scope
        return node"""

METHOD = """
def make(op, scalar, forward, rest=None):
    def method(x, y):
{head}
        left = x._pull
        if type(y) is Node:
            try:
                value = {of_nodes}
            except Exception as error:
                value = mend(op, x, y, error)
            right = y._pull
        else:
            if type(y) is not float:
                if type(y) is not ndarray and not isinstance(y, ARRAY_LIKE):
                    return {unknown}
                y = constant(y, x._value)
            try:
                value = {of_node_and_raw}
            except Exception as error:
                value = mend(op, x, y, error)
            right = None
        scope = recorded_scope()
        if type(value) is float:
            if right is None:
                pull = op.float_x
                if left is None or scope is None:
                    return aside(value, x, y, pull, left)
            else:
                pull = op.float_y if left is None else op.float_xy
                if scope is None:
                    return aside(value, x, y, pull, pull)
        else:
            if type(value) is not ndarray or not value.ndim:
                value = plain(value)
            pull = op.array_x if right is None else op.array_y if left is None else op.array_xy
            if (left is None and right is None) or scope is None:
                return aside(value, x, y, pull, left or right)
{filled}
    return method
"""
"""The hottest function of the engine, as text: a sum in place is faster than a call."""

REFLECTED = """
def make(op, scalar, forward):
    def method(y, x):
        if type(x) is not float:
            if type(x) is not ndarray and not isinstance(x, ARRAY_LIKE):
                return NotImplemented
            x = constant(x, y._value)
        try:
            value = {of_raw_and_node}
        except Exception as error:
            value = mend(op, x, y, error)
        scope = recorded_scope()
        right = y._pull
        if type(value) is float:
            pull = op.float_y
        else:
            if type(value) is not ndarray or not value.ndim:
                value = plain(value)
            pull = op.array_y
        if right is None or scope is None:
            return aside(value, x, y, pull, right)
{filled}
    return method
"""

COMPARE: dict[Any, Callable[[Any, Any], Any]] = {
    np.equal: operator.eq, np.not_equal: operator.ne, np.less: operator.lt,
    np.less_equal: operator.le, np.greater: operator.gt, np.greater_equal: operator.ge,
}  # fmt: skip
INFIX: dict[Any, str] = {
    operator.add: "{a} + {b}", operator.sub: "{a} - {b}", operator.mul: "{a} * {b}",
}  # fmt: skip
EITHER = "(scalar if type({a}) is float and type({b}) is float else forward)({a}, {b})"


def binary(op: Op) -> Callable[[Any, Any], Any]:
    """The method `Node.__op__`: the first operand is a Node."""
    if op.kind == "predicate":
        return _comparison(op)
    return _made(METHOD, INFIX.get(op.scalar, EITHER), op)


def reflected(op: Op) -> Callable[[Any, Any], Any]:
    """The method `Node.__rop__`: the second operand is a Node, the first is not."""
    return _made(REFLECTED, EITHER, op)


def _made(method: str, value: str, op: Op, *rest: Any) -> Callable[[Any, Any], Any]:
    make = _maker(method, value, bool(rest))
    made: Callable[[Any, Any], Any] = make(op, float_function(op), op.forward, *rest)
    return made


@functools.cache
def _maker(method: str, value: str, function: bool) -> Any:
    names = dict(NAMES)
    text = method.format(
        head="        if type(x) is not Node: return rest(x, y)" if function else "",
        unknown="method(x, operand(y, x))" if function else "NotImplemented",
        of_nodes=value.format(a="x._value", b="y._value"),
        of_node_and_raw=value.format(a="x._value", b="y"),
        of_raw_and_node=value.format(a="x", b="y._value"),
        filled=FILLED,
    )
    shown = f"f(x, y): {value}" if function else value
    exec(compile(text, f"<record {shown}>", "exec"), names)
    return names["make"]


def _comparison(op: Op) -> Callable[[Any, Any], Any]:
    """The method of a comparison: what Python says of the values, with anything at all.

    Of numbers it gives NumPy's bool: not a Python one, whose `~` is −1 or −2.
    """
    compare = COMPARE[op.forward]

    def method(x: Any, y: Any) -> Any:
        trace = current_trace()
        if trace is not None:
            return trace.plainly(op.forward, x, y)
        a = x._value
        b = np.asarray(y) if isinstance(y, (list, tuple)) else raw(y)
        result = compare(a, b)
        return np.bool_(result) if type(result) is bool else result

    return method


def mend(op: Op, x: Any, y: Any, error: Exception) -> Value:
    """The value in NumPy's arithmetic where Python floats raised; other errors get a note."""
    a, b = raw(x), raw(y)
    if type(a) is float and type(b) is float and op.scalar is not None:
        return ieee(op.forward, a, b)
    note(error, op.name, (x, y))
    raise error


def either(op: Op) -> Callable[[Any, Any], Any]:
    """The function of an op of two operands: its method, where the first of them is a Node."""
    second = reflected(op)

    def rest(x: Any, y: Any) -> Any:
        if type(y) is Node:
            result = second(y, x)
            return call(operand(x, y), y) if result is NotImplemented else result
        for v in (x, y):
            if type(v) is Symbol:
                return v.apply(op, x, y)
            if type(v) is np.float64:
                return op.forward(x, y)
        x = x if type(x) in RAW else operand(x)
        y = y if type(y) in RAW else operand(y)
        if type(x) is Node or type(y) is Node:
            return call(x, y)
        return compute(op, (x, y), {}, (x, y))

    call = _made(METHOD, INFIX.get(op.scalar, EITHER), op, rest)
    return call


NOTHING: dict[str, Any] = {}

NAMES: dict[str, Any] = {
    "__name__": __name__,
    "ARRAY_LIKE": ARRAY_LIKE, "BLANKS": BLANKS, "NOTHING": NOTHING, "NUMBERS": NUMBERS,
    "Node": Node, "aside": aside, "constant": constant, "mend": mend, "ndarray": ndarray,
    "note": note, "operand": operand, "plain": plain, "recorded_scope": recorded_scope,
}  # fmt: skip
"""What the texts refer to."""
