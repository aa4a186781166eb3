"""How an op meets its operands: compute the value, and record the Node. Specialised by arity."""

from __future__ import annotations

import functools
import inspect
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from autograd.errors import note
from autograd.node import BLANKS, NUMBERS, Node, as_node, leaf, raw
from autograd.scalar import Symbol, ieee
from autograd.state import RECORDED, current_anomaly, recorded_scope, taped_scope
from autograd.values import ARRAY_LIKE, Value, constant, plain

if TYPE_CHECKING:
    from autograd.op import Op

RAW = (float, ndarray, np.float32, np.float16)
"""The types that need no conversion where an op meets them outside a graph."""


def call_for(op: Op) -> Callable[..., Any]:
    """The function that stands for `op` wherever it is called."""
    if op.kind == "predicate":
        return _predicate(op)
    if not op.compact:
        return _fixed(op) if op.arity and not op.defaults and not op.coerce else general(op)
    return _unary(op) if op.arity == 1 else _either(op)


def operand(x: object) -> Any:
    """What an op works on where `x` is no Node: the Node that it stands for, or its value."""
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
    """A constant; inside `detect_anomaly` the Node, whose value is finite and place is noted."""
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


def compute(op: Op, values: tuple[Any, ...], statics: dict[str, Any], shown: Any) -> Value:
    """`op` of raw values; NumPy's errors say which op met which operands."""
    if op.scalar is not None and all(type(v) is float for v in values):
        try:
            return op.scalar(*values)
        except (ArithmeticError, ValueError):
            return ieee(op.forward, *values)
    try:
        return plain(op.forward(*values, **statics))
    except Exception as error:
        note(error, op.name, shown)
        raise


def _float_function(op: Op) -> Callable[..., Value]:
    """`op` of Python floats."""
    forward = op.forward

    def through_numpy(*values: float) -> Value:
        try:
            return plain(forward(*values))
        except Exception as error:
            note(error, op.name, values)
            raise

    return op.scalar or through_numpy


def _unary(op: Op) -> Callable[[Any], Any]:
    scalar, forward = _float_function(op), op.forward

    def call(x: Any) -> Any:
        if type(x) is not Node:
            if type(x) is Symbol:
                return x.apply(op, x)
            if type(x) is np.float64:  # a rule in NumPy's arithmetic
                return forward(x)
            x = x if type(x) in RAW else operand(x)
            return call(x) if type(x) is Node else compute(op, (x,), {}, (x,))
        a = x._value
        if type(a) is float:
            pull = op.float_x
            try:
                value = scalar(a)
            except (ArithmeticError, ValueError):
                value = ieee(forward, a)
        else:
            pull = op.array_x
            try:
                value = forward(a)
            except Exception as error:
                note(error, op.name, (x,))
                raise
            if type(value) is not ndarray or not value.ndim:
                value = plain(value)
        return new(value, x, None, pull, x._pull)

    return call


FILLED = """        node = next(BLANKS)
        node._number = next(NUMBERS)
        node._value = value
        node._pull = pull
        node._x = x
        node._y = y
        node._scope = scope
        return node"""

METHOD = """
def make(op, scalar, forward):
    def method(x, y):
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
                    return NotImplemented
                y = constant(y)
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
            x = constant(x)
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
    return _made(METHOD, op)


def reflected(op: Op) -> Callable[[Any, Any], Any]:
    """The method `Node.__rop__`: the second operand is a Node, the first is not."""
    return _made(REFLECTED, op)


def _made(method: str, op: Op) -> Callable[[Any, Any], Any]:
    made: Callable[[Any, Any], Any] = _maker(method, INFIX.get(op.scalar, EITHER))(
        op, _float_function(op), op.forward
    )
    return made


@functools.cache
def _maker(method: str, value: str) -> Any:
    names = dict(NAMES)
    text = method.format(
        of_nodes=value.format(a="x._value", b="y._value"),
        of_node_and_raw=value.format(a="x._value", b="y"),
        of_raw_and_node=value.format(a="x", b="y._value"),
        filled=FILLED,
    )
    exec(compile(text, f"<record {value}>", "exec"), names)
    return names["make"]


def _comparison(op: Op) -> Callable[[Any, Any], Any]:
    """The method of a comparison: what Python says of the values, with anything at all."""
    compare = COMPARE[op.forward]

    def method(x: Any, y: Any) -> Any:
        a = x._value
        b = np.asarray(y) if isinstance(y, (list, tuple)) else raw(y)
        result = compare(a, b)
        return bool(result) if type(result) is np.bool_ else result

    return method


def mend(op: Op, x: Any, y: Any, error: Exception) -> Value:
    """The value in NumPy's arithmetic where Python floats raised; other errors get a note."""
    a, b = raw(x), raw(y)
    if type(a) is float and type(b) is float and op.scalar is not None:
        return ieee(op.forward, a, b)
    note(error, op.name, (x, y))
    raise error


def _either(op: Op) -> Callable[[Any, Any], Any]:
    first, second = binary(op), reflected(op)

    def call(x: Any, y: Any) -> Any:
        if type(x) is Node:
            result = first(x, y)
            return first(x, operand(y)) if result is NotImplemented else result
        if type(y) is Node:
            result = second(y, x)
            return call(operand(x), y) if result is NotImplemented else result
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

    return call


def general(op: Op, beyond: Callable[..., Any] | None = None) -> Callable[..., Any]:
    """The function for an op of any number of operands, with statics.

    `beyond` takes the calls with arguments that are not the op's own.
    """
    arity, defaults, coerce, forward = op.arity, op.defaults, op.coerce, op.forward
    names = tuple(defaults)
    alone = arity == 1 and inspect.Parameter.empty not in defaults.values()

    def call(*args: Any, **kwargs: Any) -> Any:
        if alone and not kwargs and len(args) == 1:
            x = args[0]
            if type(x) is Node:
                try:
                    value = forward(x._value)  # its own defaults are `defaults`
                except Exception as error:
                    note(error, op.name, args)
                    raise
                if type(value) is not float:
                    value = plain(value)
                return new(value, args, defaults, op.pull, x._pull)
            if type(x) is ndarray:
                return plain(forward(x))
        if beyond is not None and (len(args) != 1 or not kwargs.keys() <= defaults.keys()):
            return beyond(*args, **{k: v for k, v in kwargs.items() if v is not np._NoValue})
        return bound(args, kwargs)

    def bound(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        operands = args if arity is None else args[:arity]
        for x in operands:
            if type(x) is Symbol:
                return x.apply(op, *operands)
        kinds = set(map(type, operands))
        if np.float64 in kinds and not defaults and Node not in kinds:  # in NumPy's arithmetic
            return op.forward(*operands)[()]
        statics = dict(defaults)
        if arity is not None:
            if len(operands) < arity or len(args) - arity > len(names):
                raise TypeError(usage(op))
            statics.update(zip(names, args[arity:], strict=False))
        if kwargs:
            _check_statics(op, kwargs)
            statics.update(kwargs)
        for word, value in statics.items():
            if type(value) is Node or value is inspect.Parameter.empty:
                raise TypeError(usage(op))
            statics[word] = settled(value)
        if coerce is not None:
            nodes = map(as_node, operands)
            operands = tuple(
                x if type(x) is Node else f(x) for f, x in zip(coerce, nodes, strict=True)
            )
        else:
            operands = tuple(x if type(x) is Node else operand(x) for x in operands)
        value = compute(op, tuple(map(raw, operands)), statics, operands)
        if not any(type(x) is Node for x in operands):
            return value
        live = any(type(x) is Node and x._pull is not None for x in operands)
        return new(value, operands, statics, op.pull, True if live else None)

    return call


NOTHING: dict[str, Any] = {}

FIXED = """
def make(op, forward, rest):
    def {name}({names}, /):
        pull = None
{values}
        if pull is None:
            return rest({names})
        x = {names}
        try:
            value = forward({raws})
        except Exception as error:
            note(error, op.name, x)
            raise
        if type(value) is not ndarray or not value.ndim:
            value = plain(value)
        y, pull, scope = NOTHING, op.pull, recorded_scope()
        if scope is None:
            return aside(value, x, y, pull, pull)
{filled}
    return {name}
"""

OF_OPERAND = """
        if type({x}) is Node:
            v{x} = {x}._value
            if pull is None: pull = {x}._pull
        elif type({x}) is ndarray: {x} = v{x} = constant({x})
        else: return rest({names})
"""


def _fixed(op: Op) -> Callable[..., Any]:
    """The function for an op of three operands or more, without statics."""
    operands = [f"x{i}" for i in range(op.arity or 0)]
    names = ", ".join(operands)
    text = FIXED.format(
        name=op.name.replace(".", "_"),
        names=names,
        values="".join(OF_OPERAND.format(x=x, names=names) for x in operands).strip("\n"),
        raws=", ".join(f"v{x}" for x in operands),
        filled=FILLED,
    )
    known = dict(NAMES)
    exec(compile(text, f"<record {op.name}>", "exec"), known)
    return known["make"](op, op.forward, general(op))  # type: ignore[no-any-return]


NAMES: dict[str, Any] = {
    "ARRAY_LIKE": ARRAY_LIKE, "BLANKS": BLANKS, "NOTHING": NOTHING, "NUMBERS": NUMBERS,
    "Node": Node, "aside": aside, "constant": constant, "mend": mend, "ndarray": ndarray,
    "note": note, "plain": plain, "recorded_scope": recorded_scope,
}  # fmt: skip
"""What the texts refer to."""


def settled(static: Any) -> Any:
    """A static argument that nobody can change any more: tuples for lists, copies of arrays."""
    if isinstance(static, (list, tuple)):
        return tuple(map(settled, static))
    if isinstance(static, ndarray) and static.flags.writeable:
        static = static.copy()
        static.flags.writeable = False
    return static


def _check_statics(op: Op, kwargs: dict[str, Any]) -> None:
    for word, given in list(kwargs.items()):
        if given is np._NoValue:
            del kwargs[word]
        elif word not in op.defaults:
            if word in ("out", "dtype", "where", "initial") and given is None:
                del kwargs[word]
                continue
            raise TypeError(f"{word}= is not supported where a Node takes part: {usage(op)}")


def usage(op: Op) -> str:
    """How to call `op`, for error messages."""
    operands = ["*nodes"] if op.arity is None else ["node"] * op.arity
    empty = inspect.Parameter.empty
    statics = [k if v is empty else f"{k}={v!r}" for k, v in op.defaults.items()]
    return (
        f"{op.name} cannot be called so: what is not a node in its arguments is a plain number, "
        "shape or index, through which no gradient passes; write "
        f"{op.name}({', '.join(operands + statics)}), with node.item() for a number that is a Node"
    )


def _predicate(op: Op) -> Callable[..., Any]:
    forward = op.forward

    def call(*args: Any, **kwargs: Any) -> Any:
        for x in args:
            if type(x) is Symbol:
                return x.apply(op, *args)
        with np.errstate(invalid="ignore"):
            result = forward(*map(raw, args), **{word: raw(x) for word, x in kwargs.items()})
        return bool(result) if type(result) is np.bool_ else result

    return call
