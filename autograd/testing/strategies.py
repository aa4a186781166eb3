"""Strategies for hypothesis: shapes, axes, indices, arrays and whole random programs of ops."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

import autograd
from autograd.custom import CUSTOM
from autograd.node import Node
from autograd.op import REGISTRY, Interval, Op, op_named
from autograd.state import no_grad
from autograd.values import Array, plain

Shape = tuple[int, ...]
Strategy = st.SearchStrategy[Any]

SEEDS = st.integers(0, 2**32 - 1)
KINKS = (0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, -3.0)


# Shapes and what depends on them.


def shapes(min_dims: int = 0, max_dims: int = 3, min_side: int = 0, max_side: int = 4) -> Strategy:
    """Shapes, among them (), empty ones and ones with axes of length 1.

    >>> shapes(min_dims=1, max_dims=1, min_side=2, max_side=2).example()  # doctest: +SKIP
    (2,)
    """
    sides = st.integers(min_side, max_side)
    return st.lists(sides, min_size=min_dims, max_size=max_dims).map(tuple)


@st.composite
def broadcastable_shapes(
    draw: Any, count: int = 2, max_dims: int = 3, min_side: int = 0, max_side: int = 4
) -> tuple[Shape, ...]:
    """`count` shapes that broadcast with one another: axes of length 1, or none, in some of them.

    >>> broadcastable_shapes(3).example()  # doctest: +SKIP
    ((2, 1), (), (2, 3))
    """
    full = draw(shapes(0, max_dims, min_side, max_side))
    result = []
    for _ in range(count):
        kept = full[draw(st.integers(0, len(full))) :]
        ones = draw(st.lists(st.booleans(), min_size=len(kept), max_size=len(kept)))
        result.append(tuple(1 if one else n for n, one in zip(kept, ones, strict=True)))
    return tuple(result)


def axes(ndim: int, *, none: bool = True, several: bool = True) -> Strategy:
    """Values of `axis=` for an array of `ndim` dimensions: None, an int, with `several` a tuple.

    >>> axes(2).example()  # doctest: +SKIP
    (0, -1)
    """
    kinds: list[Strategy] = [st.none()] if none else []
    if ndim:
        kinds.append(st.integers(-ndim, ndim - 1))
    if several:
        places = st.lists(st.integers(0, ndim - 1), unique=True) if ndim else st.just([])
        kinds.append(
            st.tuples(places, st.booleans()).map(
                lambda drawn: tuple(i - ndim if drawn[1] else i for i in drawn[0])
            )
        )
    return st.one_of(kinds)


@st.composite
def indices(draw: Any, shape: Shape, *, advanced: bool = True) -> Any:
    """Valid indices into an array of that shape: ints, slices, ..., None and, with `advanced`,
    integer arrays (repeats among them) and masks.

    >>> indices((3, 4)).example()  # doctest: +SKIP
    (array([0, 0, 2]), slice(None, None, -1))
    """
    if advanced and draw(st.integers(0, 9)) == 9:
        return np.random.default_rng(draw(SEEDS)).random(shape) < 0.5
    rng = np.random.default_rng(draw(SEEDS))
    together = draw(shapes(0, 2, 1, 3))  # the shape of all integer arrays
    parts: list[Any] = []
    for n in shape[: draw(st.integers(0, len(shape)))]:
        kinds = ["slice"] + ["int"] * (n > 0) + ["array"] * (advanced and n > 0)
        kind = draw(st.sampled_from(kinds))
        if kind == "int":
            parts.append(draw(st.integers(-n, n - 1)))
        elif kind == "array":
            parts.append(rng.integers(-n, n, together))
        else:
            parts.append(draw(st.slices(n)))
    if draw(st.booleans()):
        parts.insert(draw(st.integers(0, len(parts))), None)
    if draw(st.booleans()):
        parts.append(...)
    return parts[0] if len(parts) == 1 else tuple(parts)


# Arrays.


def arrays(
    shape: Any = None,
    domain: Any = (-3.0, 3.0),
    kinks: str = "avoid",
    *,
    operand: int = 0,
    dtype: Any = np.float64,
) -> Strategy:
    """Arrays of a shape (or of the shapes that a strategy draws; any where None), 0-d as scalars.

    `domain` is an interval, or an op or its name: then the interval that its statement gives for
    its `operand`. With kinks="avoid" no two values are close to one another, and none to a multiple
    of 0.5, where functions are wont to have kinks; with "seek" they are such numbers, signed zeros
    and ties. ValueError for other words and for an op that states no domain.

    >>> arrays((2,), domain="log").example()  # doctest: +SKIP
    array([2.71, 0.58])
    """
    if kinks not in ("avoid", "seek"):
        raise ValueError(
            f"kinks={kinks!r} is unknown: values are drawn away from kinks or at them; write "
            '"avoid" or "seek"'
        )
    low, high = interval = _interval(domain, operand)
    if shape is None:
        shape = shapes()
    if not isinstance(shape, st.SearchStrategy):
        shape = st.just((shape,) if isinstance(shape, int) else tuple(shape))
    inside = [k for k in KINKS if low <= k <= high] or [low, (low + high) / 2.0, high]

    @st.composite  # whose values hypothesis prints, so that a failing one can be copied
    def filled(draw: Any) -> Any:
        lengths, rng = draw(shape), np.random.default_rng(draw(SEEDS))
        if kinks == "seek":
            values: Array = rng.choice(inside, lengths)
        else:
            values = spread(rng, lengths, interval)
            if isinstance(domain, tuple):
                values = _off_kinks(values, interval)
        return plain(np.asarray(values, dtype))

    return filled()


def _interval(domain: Any, operand: int) -> Interval:
    op = op_named(domain) if isinstance(domain, str) else domain
    if not isinstance(op, Op):
        low, high = op
        return float(low), float(high)
    if op.domain is None:
        raise ValueError(
            f"the op {op.name} states no domain: it takes arrays of any numbers; write "
            "domain=(low, high)"
        )
    return op.domain[operand]


def spread(rng: np.random.Generator, shape: Shape, interval: Interval) -> Array:
    """Values in the interval, in random order and never close to one another."""
    low, high = interval
    n = math.prod(shape)
    steps = (rng.permutation(n) + rng.uniform(0.2, 0.8, n)) / max(n, 1)
    result: Array = (low + (high - low) * steps).reshape(shape)
    return result


def _off_kinks(x: Array, interval: Interval, gap: float = 0.02) -> Array:
    """Values pushed away from multiples of 0.5, in unchanged order, where they stay inside."""
    nearest = np.round(2.0 * x) / 2.0
    away = x - nearest
    moved = nearest + away * (1.0 - 4.0 * gap) + np.copysign(gap, away)
    low, high = interval
    result: Array = np.where((moved >= low) & (moved <= high), moved, x)
    return result


# Programs.


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
            x = flat[np.resize(np.arange(flat.size), self.shape)]
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


@st.composite
def graphs(
    draw: Any,
    max_ops: int = 40,
    *,
    ops: Sequence[Any] | None = None,
    scalar: bool | None = None,
    max_args: int = 3,
) -> Graph:
    """Random programs of up to `max_ops` ops that share sub-expressions, with arguments.

    `ops` are ops or their names, where none are given all differentiable ones of the engine's own
    whose operands their statement describes. With `scalar=True` the result is one number. A step
    whose values or changes are not finite and moderate around the arguments, or that has a kink
    there, is left out, so that differences of the whole program mean something.

    >>> from hypothesis import given
    >>> from autograd.testing import check_grads
    >>> @given(graphs(max_ops=4))
    ... def reverse_and_forward_are_the_derivative(graph):
    ...     check_grads(graph, graph.args)
    >>> reverse_and_forward_are_the_derivative()
    """
    pool = _pool(ops)
    count = draw(st.integers(1, max_args))
    sides = draw(
        st.lists(st.sampled_from([(), (3,), (2, 2), (2, 1)]), min_size=count, max_size=count)
    )
    rng = np.random.default_rng(draw(SEEDS))
    args = tuple(plain(_off_kinks(spread(rng, s, (-2.0, 2.0)), (-2.0, 2.0))) for s in sides)
    program = _Program(args, rng)
    length = draw(st.integers(1, max_ops))
    choice = st.tuples(st.sampled_from(pool), st.integers(0, 7), st.integers(0, 39), SEEDS)
    for op, first, other, seed in draw(st.lists(choice, min_size=length, max_size=length)):
        program.extend(op, first, other, np.random.default_rng(seed))
    if scalar is None:
        scalar = draw(st.booleans())
    return program.graph(scalar)


def _pool(ops: Sequence[Any] | None) -> list[Op]:
    if ops is not None:
        return [REGISTRY[op] if isinstance(op, str) else op for op in ops]
    return [
        op
        for op in REGISTRY.values()
        if op.kind != "predicate" and op.cases != "composed" and op.name not in CUSTOM
        and "." not in op.name  # SciPy's join the registry while programs run
    ]  # fmt: skip


class _Program:
    """A program while it grows: its steps, and its variables at the arguments and near them."""

    REACH = 4e-3
    MOST = 32
    """A variable has no more elements than that."""
    BOUND, SLOPE, CURVATURE = 20.0, 50.0, 500.0
    """No variable, nor its first or second difference along a random direction, is larger."""
    FLAT = 1e-2
    """A variable that changes less is never a step's first operand: all after it would be dead."""

    def __init__(self, args: tuple[Any, ...], rng: np.random.Generator) -> None:
        self.args = args
        self.steps: list[Step] = []
        self.points = [{f"x{i}": x for i, x in enumerate(args)}]
        self.changing = list(self.points[0])
        for _ in range(2):
            vs = [rng.uniform(-1.0, 1.0, np.shape(x)) for x in args]
            for t in (self.REACH, -self.REACH, self.REACH / 2.0, -self.REACH / 2.0):
                moved = (plain(x + t * v) for x, v in zip(args, vs, strict=True))
                self.points.append({f"x{i}": x for i, x in enumerate(moved)})

    def extend(self, op: Op, first: int, other: int, rng: np.random.Generator) -> None:
        """Add a step that applies `op`, if there is one that suits."""
        start = self.changing[-1 - first % min(3, len(self.changing))]
        shapes, statics = self._setting(op, rng, np.shape(self.points[0][start]))
        names = list(self.points[0])
        operands = [
            self._operand(names[-1 - (other + i) % len(names)] if i else start, op, i, shape)
            for i, shape in enumerate(shapes)
        ]
        name = f"t{len(self.steps)}"
        step = Step(name, op, tuple(operands), statics)
        values = []
        with no_grad(), np.errstate(all="ignore"):
            for point in self.points:
                value = step(point)
                if isinstance(value, (Node, tuple)) or not self._suits(value):
                    return
                values.append(value)
        slope = self._slope(values)
        if slope is not None:
            self.steps.append(step)
            if slope >= self.FLAT:
                self.changing.append(name)
            for point, value in zip(self.points, values, strict=True):
                point[name] = value

    def _setting(self, op: Op, rng: np.random.Generator, shape: Shape) -> tuple[list[Any], Any]:
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

    def _operand(self, name: str, op: Op, i: int, shape: Shape | None) -> Operand:
        here = self.points[0][name]
        if shape is not None and len(op.rules) == 2 and op.cases is None:
            shape = None if _broadcast(np.shape(here), shape) else shape
        if shape is not None and np.shape(here) == tuple(shape):
            shape = None
        interval = op.domain[i] if op.domain is not None else (-3.0, 3.0)
        inside = interval[0] <= np.min(here) and np.max(here) <= interval[1]
        return Operand(name, shape, None if inside else interval)

    def _suits(self, value: Any) -> bool:
        value = np.asarray(value)
        return bool(
            value.dtype == np.float64
            and 0 < value.size <= self.MOST
            and np.isfinite(value).all()
            and np.abs(value).max() <= self.BOUND
        )

    def _slope(self, values: list[Any]) -> float | None:
        """How much a variable changes, None if too much, or if it may have a kink near by.

        Near a kink the second differences of two lengths disagree.
        """
        at, near = values[0], values[1:]
        steepest = 0.0
        for k in range(0, len(near), 4):
            slopes, bends = [], []
            for h, plus, minus in (
                (self.REACH, near[k], near[k + 1]),
                (self.REACH / 2.0, near[k + 2], near[k + 3]),
            ):
                slopes.append((plus - minus) / (2.0 * h))
                bends.append((plus - 2.0 * at + minus) / (h * h))
            slope = float(np.abs(slopes).max())
            if slope > self.SLOPE or np.abs(bends).max() > self.CURVATURE:
                return None
            steepest = max(steepest, slope)
            if np.abs(bends[0] - bends[1]).max() > 0.1 + 0.1 * np.abs(bends[0]).max():
                return None
        return steepest

    def graph(self, scalar: bool) -> Graph:
        """The program, without the steps that its result does not depend on."""
        steps = list(self._live())
        last = self.changing[-1]
        if scalar and np.shape(self.points[0][last]):
            steps.append(Step("scalar", REGISTRY["mean"], (Operand(last),), {}))
            last = "scalar"
        return Graph(self.args, tuple(steps), last)

    def _live(self) -> Iterator[Step]:
        needed = {self.changing[-1]}
        kept = []
        for step in reversed(self.steps):
            if step.name in needed:
                needed |= {x.name for x in step.operands}
                kept.append(step)
        return reversed(kept)


def _broadcast(a: Shape, b: Shape) -> bool:
    return all(m == n or 1 in (m, n) for m, n in zip(a[::-1], b[::-1], strict=False))
