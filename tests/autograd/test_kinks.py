"""Each row of docs/kinks.md holds in every mode, for arrays and numbers, in both widths."""

import re
from pathlib import Path

import numpy as np
import pytest

import autograd
import nn
from autograd import Node, compile, jacobian, jvp, signals, vjp

PAGE = (Path(__file__).parents[2] / "docs" / "kinks.md").read_text(encoding="utf-8")
TABLES = [line for line in PAGE.splitlines() if line.startswith("| `")]
CELLS = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in TABLES]
ROWS = [cells for cells in CELLS if len(cells) == 4]
APART = [cells for cells in CELLS if len(cells) == 5]
WORDS = {"inf": np.inf, "nan": np.nan}
SHAPES = [(), (1,), (3,), (2, 2)]


def function(text):
    """The function that a row writes in x, or in x and y."""

    def f(*operands):
        zero = np.zeros(np.shape(operands[0]), operands[0].dtype)
        known = {"np": np, "autograd": autograd, "F": nn.functional, "zero": zero}
        return eval(text, known | dict(zip("xy", operands, strict=False)))

    return f


def numbers(text):
    """What a cell says, as one list of numbers, and whether they are an array's elements."""
    value = eval(text, WORDS)
    return (value, True) if type(value) is list else (list(np.ravel(value)), False)


def reverse(f, xs, seed):
    return vjp(f, *xs)[1](seed)


def forward(f, xs, seed):
    """A tangent of ones for one operand at a time: the functions act on each element by itself."""
    found = []
    for i in range(len(xs)):
        tangents = tuple(np.full_like(x, 1.0 if k == i else 0.0) for k, x in enumerate(xs))
        found.append(jvp(f, xs, tangents)[1])
    return found


def by_signals(f, xs, seed):
    nodes = [Node(x) for x in xs]
    return signals(f(*nodes), nodes, seed=seed)


def by_backward(f, xs, seed):
    nodes = [Node(x) for x in xs]
    f(*nodes).backward(seed)
    return [node.grad for node in nodes]


def by_one_operand(f, xs, seed):
    """The others are raw: other rules run than where all are Nodes."""
    found = []
    for i, x in enumerate(xs):
        node = Node(x)
        found += signals(f(*xs[:i], node, *xs[i + 1 :]), [node], seed=seed)
    return found


def elsewhere(x):
    """Other numbers, no two of which tie."""
    x = np.asarray(x)
    return (x + 0.3 * np.arange(1, x.size + 1).reshape(x.shape)).astype(x.dtype)[()]


def compiled(f, *args):
    """What `f` gives as a program that was traced where there is no kink, then at the kink."""
    program = compile(f)
    program(*map(elsewhere, args))
    found = program(*args)
    assert len(program.sources) == 1
    return found


def compiled_reverse(f, xs, seed):
    return compiled(lambda seed, *xs: reverse(f, xs, seed), seed, *xs)


def compiled_forward(f, xs, seed):
    return compiled(lambda *xs: forward(f, xs, seed), *xs)


MODES = {mode: SHAPES for mode in (reverse, forward, by_signals, by_backward, by_one_operand)} | {
    mode: [(), (3,)] for mode in (compiled_reverse, compiled_forward)
}


@pytest.mark.parametrize("row", ROWS, ids=" at ".join)
def test_row(row):
    text, point, derivative, _ = row
    f, (at, is_array), (wanted, _) = function(text), numbers(point), numbers(derivative)
    assert len(at) == len(wanted)
    for dtype, tolerance in ((np.float64, 1e-14), (np.float32, 1e-6)):
        with np.errstate(all="ignore"):
            found = (
                of_array(f, at, dtype) if is_array else
                [(mode.__name__, shape, of_numbers(mode, f, at, shape, dtype))
                 for mode, shapes in MODES.items() for shape in shapes]
            )  # fmt: skip
        for how, shape, derivatives in found:
            for got, want in zip(derivatives, wanted, strict=True):
                expected = np.full(shape, want)
                assert np.asarray(got).dtype == dtype, (how, shape)
                assert np.allclose(got, expected, tolerance, tolerance, equal_nan=True), (
                    f"{text} at {point}: {got} by {how} for {dtype.__name__} of shape {shape}"
                )


def of_numbers(mode, f, at, shape, dtype):
    """The derivatives by each operand, all elements of which are at the same point."""
    xs = tuple(np.full(shape, v, dtype)[()] for v in at)
    return mode(f, xs, np.ones(shape, dtype)[()])


def of_array(f, at, dtype):
    """The derivatives by each element: of the array, and of the numbers that make it."""
    x = np.array(at, dtype)
    for name in ("reverse", "forward"):
        yield f"array, {name}", (), list(jacobian(f, mode=name)(x))
        yield f"array, compiled {name}", (), list(compiled(jacobian(f, mode=name), x))
        numbers = tuple(dtype(v) for v in at)
        whole = jacobian(lambda *xs: f(np.stack(xs)), argnums=tuple(range(len(at))), mode=name)
        yield f"numbers, {name}", (), whole(*numbers)
        yield f"numbers, compiled {name}", (), compiled(whole, *numbers)
    node = Node(x)
    yield "signals", (), list(signals(f(node), [node])[0])
    f(node).backward()
    yield "backward", (), list(node.grad)


@pytest.mark.parametrize("row", APART, ids=" at ".join)
def test_where_modes_differ_there_is_another_way_to_write_it(row):
    text, point, by_reverse, by_forward, instead = row
    at, _ = numbers(point)
    for shape in SHAPES:
        xs = tuple(np.full(shape, v)[()] for v in at)
        seed = np.ones(shape)[()]
        with np.errstate(all="ignore"):
            for modes, wanted in (
                ((reverse, compiled_reverse), by_reverse),
                ((forward, compiled_forward), by_forward),
            ):
                for mode in modes:
                    for got, want in zip(
                        mode(function(text), xs, seed), numbers(wanted)[0], strict=True
                    ):
                        assert np.array_equal(got, np.full(shape, want), equal_nan=True), mode
            f = function(instead)
            for got, again in zip(reverse(f, xs, seed), forward(f, xs, seed), strict=True):
                assert np.isfinite(got).all() and np.array_equal(got, again)
            away = tuple(0.7 + x for x in xs)
            assert np.allclose(f(*away), function(text)(*away), 1e-14)


def test_the_page_is_read_whole():
    rows = [line for line in PAGE.splitlines() if line.startswith("|")]
    heads = sum(line.startswith("| function |") for line in rows)
    assert len(ROWS) + len(APART) == len(rows) - 2 * heads > 130
    assert len({(f, at) for f, at, *_ in CELLS}) == len(CELLS)


def test_every_reason_is_explained():
    explained = re.findall(r"\*\*(\w+)\*\*", PAGE)
    assert sorted({row[3] for row in ROWS}) == sorted(explained)
