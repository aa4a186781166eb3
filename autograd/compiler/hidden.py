"""Calls that are one step of a program: what is inside runs in eager code, on raw values.

So are functions and rules that read values and not only compute with Nodes. Their derivatives, of
any order, are calls of the same kind, which run them again on Nodes.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import Context
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.compiler.plain import Plain, concrete
from autograd.node import Node, as_node, leaf, raw
from autograd.op import Op
from autograd.state import current_trace, no_grad
from autograd.transforms import vjp
from autograd.trees import leaves_of, map_leaves
from autograd.values import DTYPES, Parts, fit

if TYPE_CHECKING:
    from autograd.compiler.trace import Trace


class Slot:
    """The place of an operand among arguments."""

    __slots__ = ("i",)

    def __init__(self, i: int) -> None:
        self.i = i


class Call:
    """A function of the operands' raw values, and of Nodes where it is differentiated."""

    def __init__(self, name: str, run: Callable[..., list[Any]]) -> None:
        self.name = name
        self.run = run

    def __call__(self, *values: Any) -> list[Any]:
        """Its results for raw values, in the order of its leaves."""
        return Context().run(self._eager, values)

    def _eager(self, values: tuple[Any, ...]) -> list[Any]:
        with no_grad(), np.errstate(all="ignore"):
            return [raw(x) for x in self.run(*map(_constant, values))]

    def pullback(self, i: int, kept: list[int]) -> Call:
        """The signal of operand `i` from those of the results in `kept`, and the operands."""

        def run(*given: Any) -> list[Any]:
            ds, xs = given[: len(kept)], given[len(kept) :]

            def along(x: Any) -> Any:
                found = self.run(*xs[:i], x, *xs[i + 1 :])
                return [found[k] for k in kept]

            _, back = vjp(along, xs[i])
            return [back(list(ds))[0]]

        return Call(f"signal of {self.name}", run)


def _constant(x: Any) -> Any:
    kept = isinstance(x, float) or (hasattr(x, "dtype") and x.dtype in DTYPES)
    return leaf(x, live=False) if kept else x


def _results(*xs: Any, call: Call, kept: tuple[int, ...]) -> Any:
    found = call(*xs)
    return found[kept[0]] if len(kept) == 1 else Parts(found[k] for k in kept)


def _signals(d: Any, y: Any, *xs: Any, call: Call, kept: tuple[int, ...]) -> Callable[[int], Any]:
    parts = zip(d, raw(y), strict=True) if type(d) is Parts else [(d, y)]
    ds = [leaf(fit(0.0, v), live=False) if p is None else p for p, v in parts]
    trace = current_trace()
    assert trace is not None
    return lambda i: _noted(trace, call.pullback(i, list(kept)), [*ds, *xs], [0])


hidden = Op(
    "hidden", "general", _results, rules=(_signals,), arity=None,
    defaults={"call": None, "kept": None},
)  # fmt: skip


def _noted(trace: Trace, call: Call, operands: list[Any], kept: list[int]) -> Any:
    """The Node, or the several, for those results of `call` that are real."""
    return trace.apply(hidden, tuple(operands), {"call": call, "kept": tuple(kept)})


def through(trace: Trace, f: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """`f(*args, **kwargs)` as one step for its real results, and one for each other."""
    operands: list[Any] = []

    def slotted(x: Any) -> Any:
        x = x if type(x) is Plain else as_node(x)
        if type(x) not in (Node, Plain):
            return x
        operands.append(x)
        return Slot(len(operands) - 1)

    slots = map_leaves(slotted, (args, kwargs))
    form: list[Any] = []

    def run(*xs: Any) -> list[Any]:
        given, named = map_leaves(lambda x: xs[x.i] if type(x) is Slot else x, slots)
        form[:] = [f(*given, **named)]
        return leaves_of(form[0])

    call = Call(getattr(f, "__name__", "function"), run)
    found = call(*map(concrete, operands))
    tree, kept = form[0], [k for k, v in enumerate(found) if _is_real(v)]
    answers: list[Any] = [
        None if k in kept else trace.plainly(_other, call, k, *operands) for k in range(len(found))
    ]
    if kept:
        whole = _noted(trace, call, operands, kept)
        for place, k in enumerate(kept):
            answers[k] = whole if len(kept) == 1 else whole[place]
    each = iter(answers)
    return map_leaves(lambda _: next(each), tree)


def _is_real(v: Any) -> bool:
    return isinstance(v, float) or (hasattr(v, "dtype") and v.dtype in DTYPES)


def _other(call: Call, k: int, *values: Any) -> Any:
    return call(*values)[k]


def rule(trace: Trace, op: Op, i: int, d: Any, y: Any, xs: Any, statics: dict[str, Any]) -> Any:
    """The signal of operand `i` by a rule that reads values."""

    def signal(d: Any, y: Any, *xs: Any) -> Any:
        return op.cotangent(i, d, y, xs, statics)

    signal.__name__ = f"signal_of_{op.name}"
    return through(trace, signal, (d, y, *xs), {})
