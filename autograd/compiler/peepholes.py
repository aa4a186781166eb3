"""Rewrites of one line, and of the line before it, that give the same numbers for less."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.compiler.steps import Step, Var, real
from autograd.op import REGISTRY
from autograd.values import DOUBLE, dtype_of, shape_of

UNIFORM = {"add", "subtract", "multiply", "divide", "where"}
"""Ops in which one number may stand for an array full of it."""

MODERATE = (1e-60, 1e60)
"""The size of factors whose product is taken beforehand: it neither overflows nor vanishes."""


def simpler(line: Step) -> Any:
    """The operand that the line's result is the same as, or None; operands may be replaced."""
    op = line.op
    if op is None:
        return None
    name, x = op.name, line.operands[0]
    if name not in REWRITTEN or op is not REGISTRY.get(name):
        return None
    if name in UNIFORM and np.ndarray in map(type, line.operands):
        line.operands = tuple([_number(x, line) for x in line.operands])
        x = line.operands[0]
    if name == "multiply":
        return _product(line)
    if name == "where" and isinstance(x, Var) and x.step is not None:
        if x.step.function is real:  # bools as they are
            line.operands = (x.step.operands[0], *line.operands[1:])
    elif name == "power" and type(line.operands[1]) is float and line.operands[1] == 2.0:
        _become(line, "square", (x,), {})
    elif name == "identity" or (name in SHAPING and alike(x, line.out)):
        return x
    elif name == "reshape" and isinstance(x, Var) and x.step is not None:
        _merge_reshape(line, x.step)
    elif name == "swapaxes" and len(shape_of(line.out.value)) == 2:
        if (line.statics["axis1"] - line.statics["axis2"]) % 2 == 0:
            return x
        _become(line, "transpose", line.operands, {"axes": None})
    return _twice_transposed(line)


def _twice_transposed(line: Step) -> Any:
    """What is transposed twice, or None."""
    x = line.operands[0]
    before = x.step if isinstance(x, Var) else None
    both = before is not None and line.op is before.op is REGISTRY["transpose"]
    if not both or before is None or line.statics["axes"] or before.statics["axes"]:
        return None
    return before.operands[0]


SHAPING = {"reshape", "broadcast_to", "astype", "ravel", "squeeze", "expand_dims"}
"""Ops that change nothing where shape and dtype stay."""

REWRITTEN = UNIFORM | SHAPING | {"power", "identity", "swapaxes", "transpose"}


def alike(x: Any, out: Var) -> bool:
    """Whether shape and dtype are the same."""
    if not isinstance(x, Var):
        return False
    a, b = x.value, out.value
    return type(a) is type(b) and shape_of(a) == shape_of(b) and dtype_of(a) == dtype_of(b)


def _merge_reshape(line: Step, before: Step) -> None:
    """A sum with keepdims and the reshape that takes the axes off as one sum."""
    if before.op is None:
        return
    if before.op.name in ("reshape", "ravel"):
        line.operands = before.operands
    elif before.op.name == "sum" and before.statics.get("keepdims"):
        axis = before.statics["axis"]
        ones, shape = shape_of(before.out.value), shape_of(line.out.value)
        if shape == tuple([n for i, n in enumerate(ones) if not _summed(i, axis, len(ones))]):
            _become(line, "sum", before.operands, {"axis": axis, "keepdims": False})


def _summed(i: int, axis: Any, count: int) -> bool:
    """Whether axis `i` of `count` is among those summed over: one, several, or None for all."""
    return axis is None or i in [a % count for a in (axis if type(axis) is tuple else (axis,))]


def _become(line: Step, name: str, operands: tuple[Any, ...], statics: dict[str, Any]) -> None:
    """Let the line be another op with the same result."""
    op = REGISTRY[name]
    line.op, line.function, line.operands, line.statics = op, op.forward, operands, statics


def _number(x: Any, line: Step) -> Any:
    """An operand that is an array full of one number as that number, where shape allows."""
    out = line.out.value
    if type(x) is not np.ndarray or x.dtype.kind != "f" or not x.size:
        return x
    condition = line.op is REGISTRY["where"]
    full = any(
        isinstance(v, Var) and shape_of(v.value) == out.shape and _dtype(v) == out.dtype == x.dtype
        for v in line.operands[condition:]
    )
    first = x.flat[0]
    uniform = full and (np.signbit(x) == np.signbit(first)).all() and (x == first).all()
    return float(first) if uniform else x


def _dtype(x: Var) -> Any:
    return getattr(x.value, "dtype", None)


def _product(line: Step) -> Any:
    """x for 1·x; (c·k)·x for c·(k·x) in float64, where k·x does not overflow before c·k·x."""
    a, b = line.operands
    if isinstance(a, Var):
        a, b = b, a
    if type(a) is not float or not isinstance(b, Var) or not alike(b, line.out):
        return None
    if a == 1.0:
        return b
    inner = b.step
    if inner is None or inner.op is not line.op:
        return None
    k, x = inner.operands
    if isinstance(k, Var):
        k, x = x, k
    plain = type(k) is float and isinstance(x, Var) and alike(x, line.out)
    if not plain or dtype_of(x.value) != DOUBLE or abs(a) < 1.0 < abs(k):
        return None
    if all(MODERATE[0] < abs(c) < MODERATE[1] for c in (a, k, a * k)):
        line.operands = (a * k, x)
    return None
