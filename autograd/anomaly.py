"""`detect_anomaly`: where the first value or signal that is not finite comes from."""

import linecache
import math
import sys
from collections.abc import Container
from contextvars import ContextVar
from typing import Any, NoReturn

import numpy as np

from autograd.node import Node, raw
from autograd.state import Switch, current_trace
from autograd.values import Parts, Value, shape_of

Place = tuple[str, int]
"""A file and a line in it."""

PACKAGES = ("autograd", "numpy")
"""Whose frames are no user's."""

ORIGIN: ContextVar[tuple[Place | None] | None] = ContextVar("autograd_origin", default=None)
"""In a sweep, the place of the Node whose rule runs: its values are checked with the signal."""


def detect_anomaly() -> Switch:
    """Inside, the first value, signal or tangent that is NaN or infinite raises FloatingPointError.

    The error names the op, its operands, and the line of the program that called it: for a value at
    once, for a signal or a tangent the line that recorded the Node, in derivatives of any order and
    in both modes. A zero signal or tangent stays zero through a singular derivative, which is no
    anomaly. A value or a tangent counts even where it is masked later: so do the infinities in
    `np.nanmax` of NaN. Errors of NumPy get the line as a note. Values are also checked under
    `no_grad`. All ops take longer inside, and a line is kept for each Node until the end. Holds for
    the current thread or task alone.

    >>> x = Node(1.0, name="x")
    >>> with detect_anomaly():  # doctest: +ELLIPSIS
    ...     np.sqrt(np.sqrt(x - 2.0))
    Traceback (most recent call last):
    FloatingPointError: sqrt of (subtract = -1) gave nan; its operands are finite; at ...
    """
    if current_trace() is not None:
        raise TypeError(
            "detect_anomaly() in a function that is compiled would look at the values of the first "
            "call alone; write it around the call of the compiled function, which then runs the "
            "function itself"
        )
    return Switch(anomaly=Anomaly)


class Anomaly:
    """The places of the Nodes recorded in one `detect_anomaly`, by creation number."""

    __slots__ = ("_known", "places")

    def __init__(self) -> None:
        self.places: dict[int, Place | None] = {}
        self._known: dict[Place, Place] = {}

    def meet(self, op: Any, value: Value, operands: tuple[Any, ...]) -> Place | None:
        """The place of an op that has just given `value`; raises where that is not finite."""
        origin = ORIGIN.get()
        if origin is not None:
            return origin[0]
        place = caller()
        if not finite(value):
            blame(op.name, value, operands, place)
        return None if place is None else self._known.setdefault(place, place)

    def check_graph(self, nodes: list[Node], roots: Container[Node]) -> None:
        """Raise for the first value that is not finite among Nodes recorded elsewhere."""
        for node in nodes:
            if node._number in self.places or finite(node._value):
                continue
            if node.op is not None:
                blame(node.op.name, node._value, node.operands, None)
            if node in roots:
                raise FloatingPointError(f"the root of a sweep is not finite: {shown(node)}")

    def check_signal(self, node: Node, d: Any, position: int, g: Any, total: Any) -> None:
        """Raise where `node`'s rule made `g`, or the sum that `g` completes, not finite."""
        if finite(raw(total)):
            return
        assert node.op is not None
        name, x = node.op.name, node.operands[position]
        if finite(raw(g)):
            what = f"the signals that arrive at {title(x)} are finite, but their sum is not: "
            what += f"the last, from {name}, is {short(raw(g))}, the sum {short(raw(total))}"
        else:
            what = f"the derivative of {name} by operand {position} gave {short(raw(g))} where the "
            what += f"signal is {short(raw(d))}"
        self._fail(node, what)

    def check_tangent(self, node: Node, moving: dict[int, Any], t: Any) -> None:
        """Raise where the tangent of `node` is not finite, though those of its operands are."""
        if not finite(raw(t)):
            assert node.op is not None
            moves = " and ".join(f"operand {i} by {short(raw(d))}" for i, d in moving.items())
            what = f"the tangent of {node.op.name} is {short(raw(t))} where it moves {moves}"
            self._fail(node, what)

    def _fail(self, node: Node, what: str) -> NoReturn:
        """Raise the error for a derivative of `node`."""
        assert node.op is not None
        raise FloatingPointError(
            f"{what}; {node.op.name} of {listed(node.operands)} is {short(node._value)}; "
            f"{recorded(self.places.get(node._number))}"
        )


def check_seed(seed: Any, what: str = "the seed of a sweep") -> None:
    """Raise where a sweep starts from a signal, or from a tangent, that is not finite."""
    if not finite(raw(seed)):
        raise FloatingPointError(f"{what} is not finite: {short(raw(seed))}")


def blame(name: str, value: Value, operands: tuple[Any, ...], place: Place | None) -> NoReturn:
    """Raise the error for an op that gave `value`."""
    bad = [title(x) for x in operands if not finite(raw(x))]
    why = f"{', '.join(bad)} was not finite already" if bad else "its operands are finite"
    raise FloatingPointError(
        f"{name} of {listed(operands)} gave {short(value)}; {why}; {recorded(place)}"
    )


def recorded(place: Place | None) -> str:
    """The place and its text, for a message."""
    unknown = "recorded outside detect_anomaly(): run forward inside to learn the line"
    return unknown if place is None else f"at {quoted(place)}"


def caller() -> Place | None:
    """Where the program is, outside the package: the file and line of the innermost frame."""
    frame = sys._getframe(1)
    while frame is not None:
        name = frame.f_globals.get("__name__") or ""
        if name.partition(".")[0] not in PACKAGES:
            return frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back  # type: ignore[assignment]
    return None


def quoted(place: Place) -> str:
    """`file:line: text`."""
    return f"{place[0]}:{place[1]}: {linecache.getline(*place).strip()}".rstrip(": ")


def finite(v: Any) -> bool:
    """Whether no element is NaN or infinite."""
    if type(v) is float:
        return math.isfinite(v)
    if type(v) is Parts:
        return all(part is None or finite(raw(part)) for part in v)
    return bool(np.isfinite(v).all())


def title(x: Any) -> str:
    """The name of an operand: its own, or that of the op that made it."""
    if type(x) is not Node:
        return "a constant"
    return x.name or ("a Node" if x.op is None else x.op.name)


def shown(x: Any) -> str:
    """An operand with its name, shape and value."""
    return short(x) if type(x) is not Node else f"{title(x)} = {short(x._value)}"


def listed(operands: tuple[Any, ...]) -> str:
    """All operands."""
    return f"({', '.join(map(shown, operands))})"


def short(v: Any) -> str:
    """A value in a few words; of an array the shape, too, and how much of it is not finite."""
    if type(v) is Parts:
        return f"({', '.join('None' if p is None else short(raw(p)) for p in v)})"
    shape = shape_of(v)
    if not shape:
        return f"{v:.6g}" if isinstance(v, (float, np.floating)) else str(v)
    text = np.array2string(v, precision=4, separator=", ", threshold=6, edgeitems=2)
    text = f"{' '.join(text.split())} of shape {list(shape)}"
    bad = np.argwhere(~np.isfinite(v))
    if len(bad) and v.size > 1:
        text += f" ({len(bad)} of {v.size} not finite, first at {bad[0].tolist()})"
    return text
