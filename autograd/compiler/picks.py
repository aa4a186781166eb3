"""Elements at places that the program computes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.compiler.plain import Plain, check_index
from autograd.node import raw
from autograd.op import Op
from autograd.state import current_trace
from autograd.values import Value, dtype_of, shape_of

if TYPE_CHECKING:
    from autograd.compiler.trace import Trace


def _index(form: tuple[Any, ...], places: tuple[Any, ...]) -> tuple[Any, ...]:
    """The parts of an index; `...` and numbers are in `form`, None where a place comes in."""
    each = iter(places)
    return tuple(next(each) if part is PLACE else part for part in form)


PLACE = "place"


def _pick(x: Value, *places: Any, form: Any) -> Any:
    return np.asarray(x)[_index(form, places)]


def _put(d: Value, *places: Any, form: Any, shape: Any) -> Any:
    out = np.zeros(shape, dtype_of(d))
    np.add.at(out, _index(form, places), d)
    return out


def _pick_rule(d: Any, y: Any, x: Any, *places: Any, form: Any) -> Callable[[int], Any]:
    return lambda i: _apply(put, d, *places, form=form, shape=shape_of(raw(x)))


def _put_rule(d: Any, y: Any, x: Any, *places: Any, form: Any, shape: Any) -> Callable[[int], Any]:
    return lambda i: _apply(pick, d, *places, form=form)


pick = Op("pick", "general", _pick, rules=(_pick_rule,), arity=None, defaults={"form": None})
put = Op(
    "put", "general", _put, rules=(_put_rule,), arity=None, defaults={"form": None, "shape": None}
)


def _apply(op: Op, *operands: Any, **statics: Any) -> Any:
    trace = current_trace()
    assert trace is not None
    return trace.apply(op, operands, statics)


def picked(trace: Trace, x: Any, index: Any) -> Any:
    """`x[index]` where a plain value is part of the index; else NotImplemented."""
    parts = index if isinstance(index, tuple) else (index,)
    check_index(index)
    if not any(type(part) is Plain for part in parts):
        return NotImplemented
    places = [part for part in parts if type(part) is Plain]
    form = tuple(PLACE if type(part) is Plain else part for part in parts)
    return trace.apply(pick, (x, *places), {"form": form})
