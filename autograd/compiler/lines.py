"""The text of one operation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from autograd.compiler.floats import LONGEST, expression
from autograd.compiler.spreads import SPREAD
from autograd.compiler.steps import Step, printable, ufunc_of, value_of
from autograd.op import REGISTRY
from autograd.values import MANY, plain, shape_of

if TYPE_CHECKING:
    from autograd.compiler.source import Text

TOTAL = np.add.reduce

BY_KEYWORD = (np.maximum, np.minimum)
"""Ufuncs whose third positional argument is deprecated as out."""


def product_of_matrices(line: Step) -> bool:
    """Whether it is one of two matrices of one dtype."""
    if line.op is None or line.op.name not in ("matmul", "dot"):
        return False
    a, b = map(value_of, line.operands)
    return (
        type(a) is type(b) is ndarray and a.ndim == b.ndim == 2 and a.dtype == b.dtype
        and a.dtype.kind == "f" and _known(line)
    )  # fmt: skip


def column_sum(line: Step) -> bool:
    """Whether it is the sum of a matrix's rows, which a product with ones gives in less time."""
    if line.op is None or line.op.name != "sum" or not _known(line) or line.statics["keepdims"]:
        return False
    x, axis = value_of(line.operands[0]), line.statics["axis"]
    return (
        type(x) is ndarray and x.ndim == 2 and axis in (0, (0,), -2, (-2,)) and len(x) <= MANY
        and x.dtype in (np.float64, np.float32)
    )  # fmt: skip


def writer(line: Step) -> str:
    """By what it writes its result into an array that it is given; "" where it does not."""
    value = line.out.value
    if type(value) is not ndarray or value.dtype.kind not in "fb" or not value.size:
        return ""
    if ufunc_of(line) is not None:
        return "ufunc"
    if product_of_matrices(line):
        return "product"
    if column_sum(line):
        return "sum of rows"
    return "copy" if line.op is SPREAD else ""


def _known(line: Step) -> bool:
    return line.op is not None and REGISTRY.get(line.op.name) is line.op


def text_of(text: Text, line: Step) -> list[str]:
    """The statements that compute a line, with its comment; none where it is part of another."""
    out = line.out
    if out in text.floats:
        whole = expression(text, line)
        if out in text.once and whole.size < LONGEST:
            text.inlined[out] = whole
            return []
        out.name = text.fresh()
        return [whole.statement(out.name)]
    by = text.buffers.writers.get(out)
    if by == "copy":
        out.name = text.buffers.of[out]
        return [f"{out.name}[...] = {text.term(line.operands[0])}{_comment(text, line)}"]
    term = _whole(text, line)
    out.name = text.fresh()
    return [f"{out.name} = {term}{_comment(text, line)}"]


def enter(text: Text, line: Step) -> None:
    """Let the term of a line stand where it is read."""
    out = line.out
    out.name, text.inside[out] = _whole(text, line), _ops(text, line)


def _whole(text: Text, line: Step) -> str:
    by = text.buffers.writers.get(line.out)
    return _written(text, line, by) if by else _called(text, line)


def _ops(text: Text, line: Step) -> str:
    """The names of the ops in a line, in the order in which they run."""
    name = line.op.name if line.op else _name(line.function)
    for x in line.reads:
        if x in text.inside:
            name = f"{text.inside[x]}, {name}"
    return name


def _comment(text: Text, line: Step) -> str:
    shape = shape_of(line.out.value)
    return f"  # {_ops(text, line)} {list(shape)}" if shape else f"  # {_ops(text, line)}"


def _written(text: Text, line: Step, by: str) -> str:
    """A call that writes into the line's buffer."""
    buffer = text.buffers.of[line.out]
    terms = [_term(text, x, line) for x in line.operands]
    if by == "product":
        return f"{terms[0]}.dot({terms[1]}, {buffer})"
    if by == "sum of rows":
        return f"{text.ones(value_of(line.operands[0]))}.dot({terms[0]}, {buffer})"
    ufunc = line.function
    last = f"out={buffer}" if ufunc in BY_KEYWORD else buffer
    return f"{text.name(ufunc, ufunc.__name__)}({', '.join(terms)}, {last})"


def _term(text: Text, x: Any, line: Step) -> str:
    """An operand, with a number beside arrays as an array itself, which takes half the time."""
    if type(x) is float or type(x) is int:
        found = {v.dtype for v in map(value_of, line.operands) if type(v) is ndarray}
        if len(found) == 1 and (kind := found.pop()).kind == "f":
            return text.number(x, kind)
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
    return printable(getattr(function, "__name__", "call"))


def _short(text: Text, line: Step) -> str | None:
    """The text of an op that has a shorter one than a call of its function."""
    if not _known(line) or line.op is None:
        return None
    name, x = line.op.name, line.operands[0]
    if type(value_of(x)) is not ndarray:
        return None
    shown = text.term(x)
    if name == "transpose":
        axes = line.statics["axes"]
        return f"{shown}.T" if axes is None else f"{shown}.transpose({text.term(axes)})"
    if name == "reshape":
        return f"{shown}.reshape({text.term(line.out.value.shape)})" if _array(line) else None
    if name == "ravel":
        return f"{shown}.ravel()"
    if name == "getitem":
        return f"{shown}[{text.term(line.statics['index'])}]"
    if name == "sum":
        axis, keepdims = line.statics["axis"], line.statics["keepdims"]
        function = text.name(TOTAL, "sum")
        return f"{function}({shown}, {text.term(axis)}{', keepdims=True' if keepdims else ''})"
    if name in ("matmul", "dot") and value_of(x).ndim == 1 == np.ndim(value_of(line.operands[1])):
        return f"{shown}.dot({text.term(line.operands[1])})"
    return None


def _array(line: Step) -> bool:
    return type(line.out.value) is ndarray
