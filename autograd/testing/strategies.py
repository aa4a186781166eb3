"""Strategies for hypothesis: shapes, axes, indices, arrays and whole random programs of ops."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

try:
    from hypothesis import strategies as st
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "autograd.testing.strategies draws arguments with hypothesis, which is not installed; "
        "write python -m pip install hypothesis, or install nodegrad with its extra `test`",
        name=error.name,
    ) from None

from autograd.custom import CUSTOM
from autograd.op import REGISTRY, Interval, Op, op_named
from autograd.testing.programs import Graph, Program, Shape
from autograd.values import Array, plain

Strategy = st.SearchStrategy[Any]

SEEDS = st.integers(0, 2**32 - 1)
KINKS = (0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, -3.0)


# Shapes and what depends on them.


def shapes(min_dims: int = 0, max_dims: int = 3, min_side: int = 0, max_side: int = 4) -> Strategy:
    """Shapes, among them (), empty ones and ones with axes of length 1.

    >>> from hypothesis import find
    >>> find(shapes(min_dims=2), lambda shape: 0 not in shape)
    (1, 1)
    """
    sides = st.integers(min_side, max_side)
    return st.lists(sides, min_size=min_dims, max_size=max_dims).map(tuple)


@st.composite
def broadcastable_shapes(
    draw: Any, count: int = 2, max_dims: int = 3, min_side: int = 0, max_side: int = 4
) -> tuple[Shape, ...]:
    """`count` shapes that broadcast with one another: axes of length 1, or none, in some of them.

    >>> from hypothesis import find
    >>> np.broadcast_shapes(*find(broadcastable_shapes(2), lambda both: {*both} == {(), (3,)}))
    (3,)
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

    >>> from hypothesis import find
    >>> find(axes(2), lambda axis: isinstance(axis, tuple) and len(axis) == 2)
    (0, 1)
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

    >>> from hypothesis import find
    >>> find(indices((3, 4), advanced=False), lambda index: np.ones((3, 4))[index].shape == (4,))
    0
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

    >>> from hypothesis import find
    >>> x = find(arrays((2,), domain="log"), lambda x: x[0] < x[1])
    >>> x.shape, bool(x[0] > 0.0)
    ((2,), True)
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

SIDES = ((), (3,), (2, 2), (2, 1))
"""The shapes of their arguments."""


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

    >>> from hypothesis import given, settings
    >>> from autograd.testing import check_grads
    >>> @settings(max_examples=20, deadline=None)
    ... @given(graphs(max_ops=4))
    ... def reverse_and_forward_are_the_derivative(graph):
    ...     check_grads(graph, graph.args)
    >>> reverse_and_forward_are_the_derivative()
    """
    pool = _pool(ops)
    # Few draws, each of another kind: where it finds several of one kind, hypothesis makes most
    # programs by copying a part of one to another place in it.
    count = draw(st.sampled_from(range(1, max_args + 1)))
    length = draw(st.sampled_from(range(1, max_ops + 1)))
    seed = draw(SEEDS)
    choices = np.frombuffer(draw(st.binary(min_size=4 * max_ops, max_size=4 * max_ops)), np.uint16)
    if scalar is None:
        scalar = draw(st.booleans())
    rng = np.random.default_rng(seed)
    sides = [SIDES[int(rng.integers(len(SIDES)))] for _ in range(count)]
    args = tuple(plain(_off_kinks(spread(rng, s, (-2.0, 2.0)), (-2.0, 2.0))) for s in sides)
    program = Program(args, rng)
    with np.errstate(all="ignore"):
        for i, choice in enumerate(choices):
            if len(program.changing) - count == length or len(program.steps) == max_ops:
                break
            if choice:  # 0, to which it shrinks, is no step
                program.extend(pool[int(choice) % len(pool)], np.random.default_rng((seed, i)))
    return program.graph(scalar)


def _pool(ops: Sequence[Any] | None) -> list[Op]:
    if ops is not None:
        return [REGISTRY[op] if isinstance(op, str) else op for op in ops]
    return [
        op
        for op in REGISTRY.values()
        if op.kind != "predicate" and op.cases != "composed" and op.name not in CUSTOM
        and "." not in op.name  # SciPy's join the registry while programs run
        and op.name != "cofactor"  # no second derivative where singular values are equal
    ]  # fmt: skip
