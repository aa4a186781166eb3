"""Compiled functions equal eager ones, for every op, and say what they cannot do."""

import itertools
import math
import warnings
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Node, grad, jvp, value_and_grad
from autograd.op import REGISTRY, Op

from . import test_linalg, test_moves, test_statistics
from .draw import Case, bools, differentiable, fill, plain, settings_of

NAMES = [name for name, op in REGISTRY.items() if differentiable(op) and op.cases != "composed"]
TOLERANCES = {np.dtype(np.float64): 1e-12, np.dtype(np.float32): 1e-5}
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, -8.0, math.inf, -math.inf, math.nan, 1e308, 710.0]


def assert_same(got: Any, expected: Any) -> None:
    """Same form, types, shapes, dtypes, and values to 1e-12."""
    if isinstance(expected, (tuple, list)):
        assert type(got) is type(expected)
        assert len(got) == len(expected)
        for a, b in zip(got, expected, strict=True):
            assert_same(a, b)
    elif isinstance(expected, dict):
        assert list(got) == list(expected)
        assert_same(list(got.values()), list(expected.values()))
    else:
        assert not isinstance(got, Node)
        assert type(got) is type(expected)
        if isinstance(expected, (float, np.ndarray, np.generic)):
            a, b = np.asarray(got), np.asarray(expected)
            assert a.dtype == b.dtype
            assert a.shape == b.shape
            rtol = TOLERANCES.get(b.dtype, 0.0)
            scale = np.abs(b[np.isfinite(b)]).max(initial=1.0) if b.dtype.kind == "f" else 0.0
            np.testing.assert_allclose(a, b, rtol=rtol, atol=rtol * scale)
        else:
            assert got == expected


def bent(y: Any) -> Any:
    """One number from many, no two of which play the same part in it."""
    weights = np.linspace(0.5, 1.5, np.size(y)).reshape(np.shape(y))
    return np.sum(y * np.cos(y) * weights.astype(getattr(y, "dtype", float)))


def loss_of(case: Case) -> Any:
    """A function of the op's differentiable operands whose derivatives are not constant."""
    masks = [bools(x) for x in case.xs]

    def loss(*live: Any) -> Any:
        each = iter(live)
        xs = [x if mask else next(each) for x, mask in zip(case.xs, masks, strict=True)]
        y = case.op(*xs, **case.statics)
        return bent(y)

    return loss


def operands(case: Case, dtype: Any) -> list[Any]:
    return [x for x in case.cast(dtype).xs if not bools(x)]


def pairs(op: Op, shapes: Any, statics: dict[str, Any], seed: int) -> Any:
    """The case to trace, and others of its signature."""
    first = fill(op, shapes, statics, seed)
    masks = [x for x in first.xs if bools(x)]
    others = [fill(op, shapes, statics, seed + 1 + k) for k in range(2)]
    for other in others:  # masks are constants of the function
        given = iter(masks)
        other.xs = [next(given) if bools(x) else x for x in other.xs]
    return first, others


def check(f: Any, transform: Any, points: list[list[Any]]) -> None:
    """The compiled function, traced at the first point, equals the eager one at all."""
    expected_of = transform(f)
    compiled = autograd.compile(expected_of)
    with np.errstate(all="ignore"):
        for point in points:
            assert_same(compiled(*point), expected_of(*point))
    assert len(compiled.sources) == 1


def gradients(f: Any) -> Any:
    return lambda *xs: value_and_grad(f, tuple(range(len(xs))))(*xs)


def second(f: Any) -> Any:
    def along(*xs: Any) -> Any:
        def slope(*zs: Any) -> Any:
            gs = grad(f, tuple(range(len(zs))))(*zs)
            total: Any = 0.0
            for g in gs:
                total = total + np.sum(g * g)
            return total

        return grad(slope, tuple(range(len(xs))))(*xs)

    return along


def tangents(f: Any) -> Any:
    """The tangents of value and gradients along directions that are no arguments."""

    def along(*xs: Any) -> Any:
        return jvp(
            gradients(f), xs, tuple(np.cos(np.arange(np.size(x))).reshape(np.shape(x)) for x in xs)
        )

    return along


def assert_compiled_is_eager(op: Op, transform: Any, dtype: Any) -> None:
    for i, (shapes, statics) in enumerate(settings_of(op)):
        first, others = pairs(op, shapes, statics, 7 * i + 1)
        points = [operands(case, dtype) for case in (first, *others)]
        try:
            check(loss_of(first), transform, points)
        except Exception as error:
            error.add_note(f"{first}")
            raise


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=["float64", "float32"])
def test_gradients(name: str, dtype: Any) -> None:
    assert_compiled_is_eager(REGISTRY[name], gradients, dtype)


@pytest.mark.parametrize("name", NAMES)
def test_second_derivatives(name: str) -> None:
    assert_compiled_is_eager(REGISTRY[name], second, np.float64)


@pytest.mark.parametrize("name", NAMES)
def test_forward_mode_along_constant_directions(name: str) -> None:
    assert_compiled_is_eager(REGISTRY[name], tangents, np.float64)


KINKS = [0.0, 1.0, -1.0, 0.5, 1.0, math.nan, math.inf, -math.inf]


def result_of(f: Any, *args: Any) -> Any:
    """What it gives, or the type of what it raises."""
    try:
        return f(*args)
    except (ValueError, ArithmeticError) as error:
        return type(error).__name__


@pytest.mark.parametrize("name", NAMES)
def test_kinks_nan_and_inf_in_arrays(name: str) -> None:
    op = REGISTRY[name]
    for i, (shapes, statics) in enumerate(settings_of(op)):
        first, _ = pairs(op, shapes, statics, 7 * i + 1)
        f = gradients(loss_of(first))
        compiled = autograd.compile(f)
        start = operands(first, np.float64)
        rng = np.random.default_rng(i)
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of NumPy's, about slices without numbers
            compiled(*start)
            for kinks in (KINKS[:5], KINKS):
                xs = [plain(rng.choice(kinks, np.shape(x))) for x in start]
                got, expected = result_of(compiled, *xs), result_of(f, *xs)
                try:
                    assert_same(got, expected)
                except AssertionError as error:
                    error.add_note(f"{op.name} of {xs} with {statics}")
                    raise


PREDICATES = [name for name, op in REGISTRY.items() if op.kind == "predicate"]
BY_VALUE = {"nonzero", "flatnonzero", "argwhere"}


@pytest.mark.parametrize("name", sorted(set(PREDICATES) - BY_VALUE))
def test_predicates_are_recomputed(name: str) -> None:
    op = REGISTRY[name]
    for i, (shapes, statics) in enumerate(op.cases or [(((2, 3),) * (op.arity or 1), {})]):
        first, second = (fill(Op("", "general", op, rules=(0,) * len(shapes), arity=len(shapes)),
                              shapes, {}, 3 * i + k).xs for k in range(2))  # fmt: skip
        if name == "digitize":
            first, second = ([x, np.sort(bins)] for x, bins in (first, second))

        def f(*xs: Any) -> Any:
            return op(*xs, **statics)  # noqa: B023

        compiled = autograd.compile(f)
        for xs in (first, second, first):
            got, expected = compiled(*xs), f(*xs)
            np.testing.assert_array_equal(got, expected)
            assert np.asarray(got).dtype == np.asarray(expected).dtype


def special_points(op: Op) -> list[list[Any]]:
    rows = list(itertools.product(SPECIAL, repeat=len(op.rules)))
    return [list(map(float, row)) for row in rows]


# Functions that are written in ops: the tables of their own tests.


def arrays_in(x: Any) -> list[Any]:
    """The real results of a function, in a list."""
    if isinstance(x, (tuple, list)):
        return [leaf for part in x for leaf in arrays_in(part)]
    return [x]


def curved(f: Any) -> Any:
    """A function with one number as its value, whose derivatives are not constant."""

    def loss(*xs: Any) -> Any:
        total: Any = 0.0
        for y in arrays_in(f(*xs)):
            total = total + bent(y)
        return total

    return loss


COMPOSED = [
    *(
        pytest.param(f, xs, id=f"{case.id}")
        for case in test_moves.TABLE
        for f, xs in [case.values]
        if "unique" not in f.__code__.co_names  # whose shape follows from values: it is refused
    ),
    *(
        pytest.param(*test_statistics.split(case), id=test_statistics.name(case))
        for case in test_statistics.CASES
        if case[0] is not np.bincount
    ),
    *(
        pytest.param(case.op, case.xs, id=f"{name} of {shapes}")
        for name, shapes in (param.values for param in test_linalg.CASES)
        if not name.startswith("lstsq")  # whose own test asks for the type of the rank
        for case in [test_linalg.case_of(name, shapes)]
    ),
]


@pytest.mark.parametrize(("f", "xs"), COMPOSED)
def test_functions_written_in_ops(f: Any, xs: Any) -> None:
    assert_written_in_ops(f, xs, gradients)


@pytest.mark.parametrize(("f", "xs"), COMPOSED[1::4])
def test_forward_mode_of_functions_written_in_ops(f: Any, xs: Any) -> None:
    assert_written_in_ops(f, xs, tangents)


@pytest.mark.parametrize(("f", "xs"), COMPOSED[::4])
def test_second_derivatives_of_functions_written_in_ops(f: Any, xs: Any) -> None:
    assert_written_in_ops(f, xs, second)


def assert_written_in_ops(f: Any, xs: Any, transform: Any) -> None:
    xs = [np.asarray(x, np.float64) if np.ndim(x) else float(x) for x in xs]
    moved = [0.9 * x - 0.05 if np.ndim(x) == 0 else 0.9 * x[..., ::-1] - 0.05 for x in xs]
    check(curved(f), transform, [xs, moved])


POINTED = [n for n in NAMES if REGISTRY[n].kind == "elementwise" and REGISTRY[n].cases is None
           and None not in REGISTRY[n].rules]  # fmt: skip


@pytest.mark.parametrize("name", POINTED)
def test_special_points(name: str) -> None:
    """Kinks, NaN, inf and zero signals, for floats and for arrays."""
    op = REGISTRY[name]
    rows = special_points(op)
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    seed = np.where(np.arange(len(rows)) % 2, 0.0, 1.5)

    def weighed(*xs: Any) -> Any:
        return np.sum(np.where(seed > 0.0, op(*xs), 0.0))

    check(weighed, gradients, [[0.5 + 0.0 * c for c in map(np.nan_to_num, columns)], columns])
    check(lambda *xs: op(*xs), gradients, [[0.5] * len(op.rules), *rows])
