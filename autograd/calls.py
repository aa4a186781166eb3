"""The function that stands for an op wherever it is called, specialised by arity."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from autograd.errors import note
from autograd.node import Node, as_node, raw
from autograd.operators import FILLED, NAMES, RAW, either, float_function
from autograd.record import compute, new, operand, settled
from autograd.scalar import Symbol, ieee
from autograd.state import current_trace
from autograd.values import plain

if TYPE_CHECKING:
    from autograd.op import Op


def call_for(op: Op) -> Callable[..., Any]:
    """The function that stands for `op` wherever it is called."""
    if op.kind == "predicate":
        return _predicate(op)
    if not op.compact:
        return _fixed(op) if op.arity and not op.defaults and not op.coerce else general(op)
    return _unary(op) if op.arity == 1 else either(op)


UNARY = f"""
def make(op, scalar, forward, of_raw):
    def call(x):
        if type(x) is not Node:
            return of_raw(call, op, x)
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
        y, live, scope = None, x._pull, recorded_scope()
        if live is None or scope is None:
            return aside(value, x, y, pull, live)
{FILLED}
    return call
"""


@functools.cache
def _unary_maker() -> Any:
    names = dict(NAMES, ieee=ieee)
    exec(compile(UNARY, "<record f(x)>", "exec"), names)
    return names["make"]


def _unary(op: Op) -> Callable[[Any], Any]:
    return _unary_maker()(op, float_function(op), op.forward, _of_raw)  # type: ignore[no-any-return]


def _of_raw(call: Callable[[Any], Any], op: Op, x: Any) -> Any:
    """An op of one operand that is no Node, unless it stands for one."""
    if type(x) is Symbol:
        return x.apply(op, x)
    if type(x) is np.float64:  # a rule in NumPy's arithmetic
        return op.forward(x)
    x = x if type(x) in RAW else operand(x)
    return call(x) if type(x) is Node else compute(op, (x,), {}, (x,))


def general(op: Op, beyond: Callable[..., Any] | None = None) -> Callable[..., Any]:
    """The function for an op of any number of operands, with statics.

    `beyond` takes the calls with arguments that are not the op's own.
    """
    arity, defaults, coerce, forward = op.arity, op.defaults, op.coerce, op.forward
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
        statics = _statics(op, args, kwargs)
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


FIXED = """
def make(op, forward, rest):
    def call({names}, /):
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
    return call
"""

OF_OPERAND = """
        if type({x}) is Node:
            raw_{x} = {x}._value
            if pull is None: pull = {x}._pull
        elif type({x}) is ndarray: {x} = raw_{x} = constant({x})
        else: return rest({names})
"""


WORDS = {*NAMES, "op", "forward", "rest", "pull", "type"}
"""What these texts use before the operands are put away: no operand may have such a name."""


def _fixed(op: Op) -> Callable[..., Any]:
    """The function for an op of three operands or more, without statics."""
    operands = _parameters(op.forward)
    if len(operands) != op.arity or not WORDS.isdisjoint(operands) or "raw_" in "".join(operands):
        operands = [f"x{i}" for i in range(op.arity or 0)]
    names = ", ".join(operands)
    text = FIXED.format(
        names=names,
        values="".join(OF_OPERAND.format(x=x, names=names) for x in operands).strip("\n"),
        raws=", ".join(f"raw_{x}" for x in operands),
        filled=FILLED,
    )
    known = dict(NAMES)
    exec(compile(text, f"<record {op.name}>", "exec"), known)
    return known["make"](op, op.forward, general(op))  # type: ignore[no-any-return]


def _parameters(f: Callable[..., Any]) -> list[str]:
    """The names that `f` gives its arguments; none for a function in C that does not tell."""
    try:
        return list(inspect.signature(f).parameters)
    except ValueError:
        return []


def _statics(op: Op, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """What a call says of the arguments that are no operands."""
    statics, arity = dict(op.defaults), op.arity
    if arity is not None:
        if not arity <= len(args) <= arity + len(statics):
            most = arity + len(statics)
            takes = f"{arity}" if most == arity else f"{arity} to {most}"
            raise TypeError(
                f"{op.name} takes {takes} positional argument{'s' * (most > 1)} but {len(args)} "
                f"were given; write {usage(op)}"
            )
        statics.update(zip(op.defaults, args[arity:], strict=False))
    if kwargs:
        _check_statics(op, kwargs)
        statics.update(kwargs)
    for word, value in statics.items():
        if type(value) is Node or value is inspect.Parameter.empty:
            raise TypeError(
                f"{op.name} cannot be called so: {word} is a plain number, shape or index, through "
                f"which no gradient passes; write {usage(op)}, with node.item() for a number that "
                "is a Node"
            )
        statics[word] = settled(value)
    return statics


def _check_statics(op: Op, kwargs: dict[str, Any]) -> None:
    for word, given in list(kwargs.items()):
        if given is np._NoValue:
            del kwargs[word]
        elif word not in op.defaults:
            if word in ("out", "dtype", "where", "initial") and given is None:
                del kwargs[word]
                continue
            raise TypeError(f"{op.name} of Nodes takes no {word}=; write {usage(op)}")


def usage(op: Op) -> str:
    """A call of `op`, for error messages."""
    operands = ["*nodes"] if op.arity is None else ["node"] * op.arity
    empty = inspect.Parameter.empty
    statics = [k if v is empty else f"{k}={v!r}" for k, v in op.defaults.items()]
    return f"{op.name}({', '.join(operands + statics)})"


def _predicate(op: Op) -> Callable[..., Any]:
    forward = op.forward

    def call(*args: Any, **kwargs: Any) -> Any:
        for x in args:
            if type(x) is Symbol:
                return x.apply(op, *args)
        trace = current_trace()
        if trace is not None:
            return trace.plainly(forward, *args, **kwargs)
        with np.errstate(invalid="ignore"):
            return forward(*map(raw, args), **{word: raw(x) for word, x in kwargs.items()})

    return call
