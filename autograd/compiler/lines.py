"""The text of one operation."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from autograd.compiler.steps import Step, Var
from autograd.op import REGISTRY, Op
from autograd.record import compute
from autograd.values import MANY, plain

if TYPE_CHECKING:
    from autograd.compiler.source import Text

INFIX: dict[str, str] = {
    "add": "{} + {}", "subtract": "{} - {}", "multiply": "{} * {}", "divide": "{} / {}",
    "negative": "-{}", "positive": "+{}", "where": "{1} if {0} else {2}",
}  # fmt: skip
"""Operations of Python floats."""

COMPARE: dict[Any, str] = {
    np.greater: "{} > {}", np.greater_equal: "{} >= {}", np.less: "{} < {}",
    np.less_equal: "{} <= {}", np.equal: "{} == {}", np.not_equal: "{} != {}",
}  # fmt: skip

TOTAL = np.add.reduce

BY_KEYWORD = (np.maximum, np.minimum)
"""Ufuncs whose third positional argument is deprecated as out."""


def ufunc_of(line: Step) -> Any:
    """The ufunc that a line calls, with one result; or None."""
    function = line.function
    if isinstance(function, np.ufunc) and function.nout == 1 and function.signature is None:
        return function
    return None


def product_of_matrices(line: Step) -> bool:
    """Whether it is one of two matrices of one dtype."""
    if line.op is None or line.op.name not in ("matmul", "dot"):
        return False
    a, b = map(_value, line.operands)
    return (
        type(a) is type(b) is ndarray and a.ndim == b.ndim == 2 and a.dtype == b.dtype
        and a.dtype.kind == "f" and _known(line)
    )  # fmt: skip


def column_sum(line: Step) -> bool:
    """Whether it is the sum of a matrix's rows, which a product with ones gives in less time."""
    if line.op is None or line.op.name != "sum" or not _known(line) or line.statics["keepdims"]:
        return False
    x, axis = _value(line.operands[0]), line.statics["axis"]
    return (
        type(x) is ndarray and x.ndim == 2 and axis in (0, (0,), -2, (-2,)) and len(x) <= MANY
        and x.dtype in (np.float64, np.float32)
    )  # fmt: skip


def elementwise(line: Step) -> bool:
    """Whether it may write over its operand."""
    return ufunc_of(line) is not None


def writes(line: Step) -> bool:
    """Whether it writes its result into an array that it is given."""
    value = line.out.value
    if type(value) is not ndarray or value.dtype.kind not in "fb" or not value.size:
        return False
    return ufunc_of(line) is not None or product_of_matrices(line) or column_sum(line)


def _known(line: Step) -> bool:
    return line.op is not None and REGISTRY.get(line.op.name) is line.op


def _value(x: Any) -> Any:
    return x.value if isinstance(x, Var) else x


def text_of(text: Text, line: Step) -> list[str]:
    """The statements that compute a line."""
    out, values = line.out, [_value(x) for x in line.operands]
    op = line.op
    if op is not None and _float_op(op, values, out):
        return [f"{out.name} = {_of_floats(text, op, line)}"]
    if op is None and line.function in COMPARE and all(type(v) is float for v in values):
        terms = [text.term(x) for x in line.operands]
        return [f"{out.name} = {COMPARE[line.function].format(*terms)}"]
    if writes(line):
        return _written(text, line)
    return [f"{out.name} = {_called(text, line)}"]


def _float_op(op: Op, values: list[Any], out: Var) -> bool:
    first = 1 if op.name == "where" else 0
    return (
        type(out.value) is float and op.scalar is not None
        and all(type(v) is float for v in values[first:])
        and (not first or isinstance(values[0], (bool, float)))
    )  # fmt: skip


def _of_floats(text: Text, op: Op, line: Step) -> str:
    terms = [text.term(x) for x in line.operands]
    known = _known(line)
    if known and op.name == "where":
        return INFIX["where"].format(*terms)
    if text.careful:
        return f"{text.name(_careful(op), 'careful_' + op.name)}({', '.join(terms)})"
    if known and op.name == "square":
        return f"{terms[0]} * {terms[0]}"
    if known and op.name == "power" and line.operands[1] == 2.0:
        return f"{terms[0]} * {terms[0]}"
    if known and op.name in INFIX:
        return INFIX[op.name].format(*terms)
    return f"{text.name(op.scalar, op.name)}({', '.join(terms)})"


class _Careful:
    """An op of floats in IEEE arithmetic."""

    def __init__(self, op: Op) -> None:
        self.op = op

    def __call__(self, *values: float) -> Any:
        return compute(self.op, values, {}, values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Careful) and other.op is self.op

    __hash__ = None  # type: ignore[assignment]


_CAREFUL: dict[Op, _Careful] = {}


def _careful(op: Op) -> Callable[..., Any]:
    return _CAREFUL.setdefault(op, _Careful(op))


def _written(text: Text, line: Step) -> list[str]:
    out, buffer = line.out, text.buffers.of[line.out]
    ufunc = ufunc_of(line)
    if ufunc is None and column_sum(line):
        x = line.operands[0]
        return [f"{out.name} = {text.ones(_value(x))}.dot({text.term(x)}, {buffer})"]
    if ufunc is None:
        a, b = (text.term(x) for x in line.operands)
        return [f"{out.name} = {a}.dot({b}, {buffer})"]
    kind = _common(line)
    terms = [_term(text, x, kind) for x in line.operands]
    last = f"out={buffer}" if ufunc in BY_KEYWORD else buffer
    return [f"{out.name} = {text.name(ufunc, ufunc.__name__)}({', '.join(terms)}, {last})"]


def _common(line: Step) -> Any:
    """The dtype of all arrays in a line, or None."""
    found = {x.dtype for x in map(_value, line.operands) if type(x) is ndarray}
    return found.pop() if len(found) == 1 else None


def _term(text: Text, x: Any, kind: Any) -> str:
    """An operand of a ufunc, with a number as an array, which takes half the time."""
    if type(x) in (float, int) and kind is not None and kind.kind == "f":
        number = np.array(x, kind)
        number.flags.writeable = False
        return text.number(number)
    return text.term(x)


def _called(text: Text, line: Step) -> str:
    """A call of the function itself."""
    out = line.out
    call = _short(text, line)
    if call is None:
        function = line.function
        name = text.name(function, line.op.name if line.op else _name(function))
        terms = [text.term(x) for x in line.operands]
        terms += [f"{word}={text.term(x)}" for word, x in line.statics.items()]
        call = f"{name}({', '.join(terms)})"
    if type(out.value) is ndarray:
        return call
    if type(out.value) is float:
        return f"float({call})"
    if isinstance(out.value, bool):
        return f"bool({call})"
    return f"{text.name(plain, 'plain')}({call})" if line.op is not None else call


def _name(function: Any) -> str:
    return getattr(function, "__name__", "call")


def _short(text: Text, line: Step) -> str | None:
    """The text of an op that has a shorter one than a call of its function."""
    if not _known(line) or line.op is None:
        return None
    name, x = line.op.name, line.operands[0]
    if type(_value(x)) is not ndarray:
        return None
    shown = text.term(x)
    if name == "transpose":
        axes = line.statics["axes"]
        return f"{shown}.T" if axes is None else f"{shown}.transpose({text.term(axes)})"
    if name == "reshape":
        return f"{shown}.reshape({text.term(line.out.value.shape)})" if _whole(line) else None
    if name == "ravel":
        return f"{shown}.ravel()"
    if name == "getitem":
        return f"{shown}[{text.term(line.statics['index'])}]"
    if name == "sum":
        axis, keepdims = line.statics["axis"], line.statics["keepdims"]
        function = text.name(TOTAL, "sum")
        return f"{function}({shown}, {text.term(axis)}{', keepdims=True' if keepdims else ''})"
    if name in ("matmul", "dot") and _value(x).ndim == 1 == np.ndim(_value(line.operands[1])):
        return f"{shown}.dot({text.term(line.operands[1])})"
    return None


def _whole(line: Step) -> bool:
    return type(line.out.value) is ndarray


__all__ = ["elementwise", "math", "operator", "text_of", "writes"]
