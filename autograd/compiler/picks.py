"""Elements at places that the program computes."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.compiler.plain import Plain, check_index
from autograd.compiler.steps import shape_depends
from autograd.node import raw
from autograd.op import Op
from autograd.ops.arithmetic import where
from autograd.ops.assign import unrepeated, winners
from autograd.ops.shape import astype, broadcast_to, own_index, reshape
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


def _set(x: Value, v: Value, *places: Any, form: Any) -> Any:
    out = np.array(x)
    out[_index(form, places)] = v
    return out


def _set_rule(d: Any, y: Any, x: Any, v: Any, *places: Any, form: Any) -> Callable[[int], Any]:
    """Of several elements of `v` for one place the last stays, and alone gets the signal."""

    def signal(i: int) -> Any:
        if i == 0:
            return _apply(set_at, d, 0.0, *places, form=form)
        trace = current_trace()
        assert trace is not None
        won = trace.plainly(_won, shape_of(raw(x)), form, *places)
        g = where(won, _apply(pick, d, *places, form=form), 0.0)
        return reshape(g, (1,) * (len(shape_of(raw(v))) - g.ndim) + g.shape)

    return signal


def _won(shape: Any, form: Any, *places: Any) -> Any:
    return winners(shape, _index(form, places))


def _unrepeated(shape: Any, form: Any, *places: Any) -> Any:
    """The first place, if none is named twice."""
    unrepeated(shape, _index(form, places))
    return places[0]


set_at = Op("set", "general", _set, rules=(_set_rule,), arity=None, defaults={"form": None})


def split(index: Any) -> tuple[tuple[Any, ...], list[Any]]:
    """The form of an index, and the places in it that the program computes."""
    parts = index if isinstance(index, tuple) else (index,)
    if Plain not in map(type, parts):
        return parts, []
    parts = own_index(parts)
    form = tuple(PLACE if type(part) is Plain else part for part in parts)
    return form, [part for part in parts if type(part) is Plain]


def picked(trace: Trace, x: Any, index: Any) -> Any:
    """`x[index]` where a plain value is part of the index; else NotImplemented."""
    check_index(index)
    form, places = split(index)
    return trace.apply(pick, (x, *places), {"form": form}) if places else NotImplemented


def assigned(trace: Trace, x: Any, v: Any, index: Any) -> Any:
    """A copy of `x` with `v` at the index where a plain value is part of it; or NotImplemented."""
    if is_mask(index):
        return _masked(x, index, v, lambda _, v: v)
    check_index(index)
    form, places = split(index)
    return trace.apply(set_at, (x, v, *places), {"form": form}) if places else NotImplemented


def changed(trace: Trace, x: Any, index: Any, f: Callable[[Any, Any], Any], v: Any) -> Any:
    """A copy of `x` with `f` of the elements at the index, and `v`, in their place.

    Of several elements for one place all are added up; for another `f` ValueError.
    """
    if is_mask(index):
        return _masked(x, index, v, f)
    here = picked(trace, x, index)
    form, places = split(index)
    if f is operator.add:
        added = broadcast_to(astype(v, here.dtype), here.shape)
        return x + trace.apply(put, (added, *places), {"form": form, "shape": x.shape})
    places[0] = trace.plainly(_unrepeated, x.shape, form, *places)
    return trace.apply(set_at, (x, f(here, v), *places), {"form": form})


def is_mask(index: Any) -> bool:
    """Whether an index is a mask that the program computes, and nothing else."""
    if isinstance(index, tuple) and len(index) == 1:
        index = index[0]
    return type(index) is Plain and np.asarray(index._var.value).dtype == bool


def _masked(x: Any, index: Any, v: Any, f: Callable[[Any, Any], Any]) -> Any:
    """`f` of `x` and `v` where a mask holds; `v` must suit any number of places."""
    mask = index[0] if isinstance(index, tuple) else index
    example = np.empty(shape_of(raw(x)))[mask._var.value]  # NumPy's error where it does not fit
    rest, own = example.shape[1:], shape_of(raw(v))
    if len(own) > len(rest) and own[0] != 1:
        shape_depends("a mask as index of as many values as it has places")
    np.broadcast_to(np.empty(own), (1, *rest))
    v = reshape(v, own[1:]) if len(own) > len(rest) else v
    new = f(x, v)
    whole = mask.reshape(mask.shape + (1,) * len(rest))
    return where(whole, astype(new, dtype_of(raw(x))), x)
