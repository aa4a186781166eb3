"""Random programs of ops: what they are made of, and how they grow step by step."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

import autograd
from autograd.op import REGISTRY, Interval, Op
from autograd.record import compute
from autograd.values import Array, plain

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Operand:
    """A variable of a program, brought into a shape and then into an interval where these say so.

    A variable is resized by repeating its elements, and brought into an interval by a sigmoid.
    """

    name: str
    shape: Shape | None = None
    interval: Interval | None = None

    def __call__(self, variables: dict[str, Any]) -> Any:
        x = variables[self.name]
        if self.shape is not None:
            flat = np.ravel(x)
            x = flat[_repeating(flat.size, self.shape)]
        if self.interval is not None:
            low, high = self.interval
            x = low + (high - low) * autograd.sigmoid(x)
        return x

    def __repr__(self) -> str:
        text = self.name
        if self.shape is not None:
            text = f"resized({text}, {self.shape})"
        if self.interval is not None:
            text = f"within({text}, {self.interval[0]:g}, {self.interval[1]:g})"
        return text


@lru_cache(1000)
def _repeating(size: int, shape: Shape) -> Array:
    """An index that fills the shape with `size` elements, again and again."""
    index: Array = np.resize(np.arange(size), shape)
    index.flags.writeable = False
    return index


@dataclass(frozen=True)
class Step:
    """One line of a program: a new variable, computed by an op."""

    name: str
    op: Op
    operands: tuple[Operand, ...]
    statics: dict[str, Any]

    def __call__(self, variables: dict[str, Any]) -> Any:
        return self.op(*(x(variables) for x in self.operands), **self.statics)

    def __repr__(self) -> str:
        statics = [f"{word}={value!r}" for word, value in self.statics.items()]
        return f"{self.name} = {self.op.name}({', '.join([*map(repr, self.operands), *statics])})"


@dataclass(frozen=True)
class Graph:
    """A random program of ops: call it with arrays or Nodes in the place of `args`; print it.

    `args` are arrays that it is defined and smooth at, `steps` its lines, and `result` names the
    variable that it returns.
    """

    args: tuple[Any, ...]
    steps: tuple[Step, ...]
    result: str

    def __call__(self, *args: Any) -> Any:
        variables = {f"x{i}": x for i, x in enumerate(args)}
        for step in self.steps:
            variables[step.name] = step(variables)
        return variables[self.result]

    def __repr__(self) -> str:
        names = [f"x{i}" for i in range(len(self.args))]
        lines = [f"{n} = {_text(x)}" for n, x in zip(names, self.args, strict=True)]
        body = [f"    {step!r}" for step in self.steps]
        head = f"def graph({', '.join(names)}):"
        return "\n".join(["", *lines, head, *body, f"    return {self.result}"])

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """How hypothesis prints it."""
        printer.text(repr(self))


def _text(x: Any) -> str:
    return repr(x) if isinstance(x, float) else f"np.array({x.tolist()})"


REACH = 4e-3
"""How far from the arguments a program is known to be smooth."""
LENGTHS = np.array([[REACH], [REACH / 2.0]])
MOST = 32
"""A variable has no more elements than that."""
BOUND, SLOPE, CURVATURE = 20.0, 60.0, 500.0
"""No variable, nor its first or second difference along a random direction, is larger."""
FLAT = 1e-2
"""A variable that changes less is never a step's first operand: all after it would be dead."""
BRANCH, JOIN = 0.1, 0.9
"""How often a step starts from any variable, and how often it joins one that is unused so far."""


class Program:
    """A program while it grows: its steps, and its variables at the arguments and near them.

    `changing` are the variables that change with the arguments, `unused` those of them that are
    no step's operand so far.
    """

    def __init__(self, args: tuple[Any, ...], rng: np.random.Generator) -> None:
        self.args = args
        self.steps: list[Step] = []
        self.points = [{f"x{i}": x for i, x in enumerate(args)}]
        self.changing = list(self.points[0])
        self.unused = list(self.changing)
        for _ in range(2):
            vs = [rng.uniform(-1.0, 1.0, np.shape(x)) for x in args]
            for t in (REACH, -REACH, REACH / 2.0, -REACH / 2.0):
                moved = (plain(x + t * v) for x, v in zip(args, vs, strict=True))
                self.points.append({f"x{i}": x for i, x in enumerate(moved)})

    def extend(self, op: Op, rng: np.random.Generator) -> None:
        """Add a step that applies `op`, if there is one that suits."""
        start = _any(self.changing, rng) if rng.random() < BRANCH else self.unused[-1]
        shapes, statics = _setting(op, rng, np.shape(self.points[0][start]))
        operands = [self._operand(start, op, 0, shapes[0])]
        for i in range(1, len(shapes)):
            operands.append(self._operand(self._other(operands, rng), op, i, shapes[i]))
        values: list[Any] = []
        for point in self.points:
            value = compute(op, tuple(x(point) for x in operands), statics, operands)
            if not values and not _suits(value):
                return
            values.append(value)
        slope = _slope(np.array(values))
        if slope is None or not self._smooth(op, operands, statics, values[0], rng):
            return
        step = Step(f"t{len(self.steps)}", op, tuple(operands), statics)
        self.steps.append(step)
        for point, value in zip(self.points, values, strict=True):
            point[step.name] = value
        if slope >= FLAT:
            used = {x.name for x in operands}
            self.unused = [name for name in self.unused if name not in used] + [step.name]
            self.changing.append(step.name)

    def _smooth(self, op: Op, operands: list[Operand], statics: Any, at: Any, rng: Any) -> bool:
        """Whether the op has no kink near its operands, whose elements move here one by one.

        Those of a resized variable are equal at all arguments: std has its kink
        there, and a maximum a tie, which no move of the arguments shows.
        """
        xs = [np.asarray(x(self.points[0])) for x in operands]
        vs = [rng.uniform(-1.0, 1.0, x.shape) for x in xs]
        values = [at]
        for t in (REACH, -REACH, REACH / 2.0, -REACH / 2.0):
            moved = tuple(plain(x + t * v) for x, v in zip(xs, vs, strict=True))
            values.append(compute(op, moved, statics, operands))
        return _slope(np.array(values)) is not None

    def _other(self, operands: list[Operand], rng: np.random.Generator) -> str:
        """A further operand: the variable that is unused for longest, or any."""
        taken = {x.name for x in operands}
        waiting = [name for name in self.unused if name not in taken]
        return waiting[0] if waiting and rng.random() < JOIN else _any(list(self.points[0]), rng)

    def _operand(self, name: str, op: Op, i: int, shape: Shape | None) -> Operand:
        here = self.points[0][name]
        if shape is not None and len(op.rules) == 2 and op.cases is None:
            shape = None if _broadcast(np.shape(here), shape) else shape
        if shape is not None and np.shape(here) == tuple(shape):
            shape = None
        interval = op.domain[i] if op.domain is not None else (-3.0, 3.0)
        inside = interval[0] <= np.min(here) and np.max(here) <= interval[1]
        return Operand(name, shape, None if inside else interval)

    def graph(self, scalar: bool) -> Graph:
        """The longest program that ends in an unused variable, without steps it does not need."""
        steps, last = max(((self._live(name), name) for name in self.unused), key=_length)
        if scalar and np.shape(self.points[0][last]):
            steps.append(Step("scalar", REGISTRY["mean"], (Operand(last),), {}))
            last = "scalar"
        return Graph(self.args, tuple(steps), last)

    def _live(self, last: str) -> list[Step]:
        needed = {last}
        kept = []
        for step in reversed(self.steps):
            if step.name in needed:
                needed |= {x.name for x in step.operands}
                kept.append(step)
        return kept[::-1]


def _length(program: tuple[list[Step], str]) -> int:
    return len(program[0])


def _any(names: list[str], rng: np.random.Generator) -> str:
    return names[int(rng.integers(len(names)))]


def _setting(op: Op, rng: np.random.Generator, shape: Shape) -> tuple[list[Any], Any]:
    """The operands' shapes, None where any will do, and statics; `shape` is the first's."""
    if op.cases is None:
        return [None, *[shape] * (len(op.rules) - 1)], {}
    if isinstance(op.cases, str):
        axis: Any = int(rng.integers(-len(shape), len(shape))) if shape else None
        if op.defaults["axis"] is None and rng.random() < 0.3:
            axis = None
        if axis is None and op.defaults["axis"] is not None:
            axis = op.defaults["axis"]
        statics = {"axis": axis}
        if "keepdims" in op.defaults:
            statics["keepdims"] = bool(rng.random() < 0.5)
        return [None], statics
    full = [case for case in op.cases if all(math.prod(s) > 0 for s in case[0])]
    if not full:
        return [None] * len(op.rules), {}
    wanted, statics = full[int(rng.integers(len(full)))]
    return list(wanted), dict(statics)


def _suits(value: Any) -> bool:
    """Whether it is an array or a number, and no large one."""
    return type(value) is float or (
        isinstance(value, np.ndarray) and value.dtype == np.float64 and 0 < value.size <= MOST
    )


def _slope(values: Array) -> float | None:
    """How much a variable changes; None if it or its change is too large, or if a kink may be near.

    Near a kink the second differences of two lengths disagree.
    """
    if not np.abs(values).max() <= BOUND:  # no NaN is
        return None
    at = values[0].ravel()
    near = values[1:].reshape(-1, 2, 2, at.size)  # direction, length, sign
    plus, minus = near[:, :, 0], near[:, :, 1]
    slope = float(np.abs((plus - minus) / (2.0 * LENGTHS)).max())
    bends = (plus - 2.0 * at + minus) / LENGTHS**2
    largest = np.abs(bends).max(axis=(1, 2))
    jumps = np.abs(bends[:, 0] - bends[:, 1]).max(axis=1)
    smooth = slope <= SLOPE and largest.max() <= CURVATURE and (jumps <= 0.1 + 0.1 * largest).all()
    return slope if smooth else None


def _broadcast(a: Shape, b: Shape) -> bool:
    return all(m == n or 1 in (m, n) for m, n in zip(a[::-1], b[::-1], strict=False))
