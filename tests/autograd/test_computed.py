"""Indices, masks and class numbers that compiled functions are given or compute themselves.

They are computed anew in each call: every function is traced with some numbers and called with
others.
"""

import copy
import pickle
import re

import numpy as np
import pytest

import autograd
from autograd import Node, compile, grad, jvp, value_and_grad
from nn import functional as F

from .test_compile import assert_same

X = np.array([[0.5, -1.0, 2.0, 0.25], [1.5, 0.75, -0.5, 3.0], [-2.0, 1.25, 0.1, -0.3]])
V = np.array([1.0, -2.0, 0.5])
ROWS, J, K = np.array([2, 0, 1]), np.array([1, 3, 1]), np.array([0, 0, 2])
MASK, OTHER = X > 0.4, X < 1.0
TABLE = np.array([10.0, 20.0, 40.0, 80.0])
INTS = [(X, ROWS), (0.5 * X, K), (X + 1.0, ROWS[::-1].copy())]
NUMBERS = [(X, 1), (X, 2), (X, 0)]
MASKS = [(X, MASK), (0.5 * X, OTHER), (X, ~MASK)]


def table(x):
    return Node(TABLE, requires_grad=False)[x]


USES = {
    "rows": (lambda x, i: x[i] * V[:, None], INTS),
    "elements": (lambda x, i: x[np.arange(3), i] * V, INTS),
    "elements of both": (lambda x, i: x[i, i] * V, INTS),
    "part of rows": (lambda x, i: x[i, 1:3] * V[:, None], INTS),
    "columns": (lambda x, i: x[..., i] * V, INTS),
    "a new axis": (lambda x, i: x[None, i, None], INTS),
    "small unsigned integers": (
        lambda x, i: x[i] * V[:, None], [(x, i.astype(np.uint8)) for x, i in INTS],
    ),
    "a row": (lambda x, i: x[i], NUMBERS),
    "an element": (lambda x, i: x[i][i] * x[i, -1], NUMBERS),
    "from the end": (lambda x, i: x[-i - 1, i - 3], NUMBERS),
    "take": (lambda x, i: np.take(x, i) * V, INTS),
    "take along an axis": (lambda x, i: np.take(x, i, axis=1) * V, INTS),
    "take one": (lambda x, i: np.take(x, i, axis=-1) * V, NUMBERS),
    "take beyond the end": (lambda x, i: np.take(x, i + 11, mode="wrap") * V, INTS),
    "the method take": (lambda x, i: x.take(i, axis=0) * V[:, None], INTS),
    "take_along_axis": (lambda x, i: np.take_along_axis(x, i[:, None], 1), INTS),
    "roll": (lambda x, i: np.roll(x, i, axis=1) * x, NUMBERS),
    "a table": (lambda x, i: table(i) * x[:, 0], INTS),
    "a table as argument": (
        lambda x, i, t: t[i] * x[:, 0], [(x, i, TABLE + k) for k, (x, i) in enumerate(INTS)],
    ),
    "one of several": (lambda x, i: np.choose(i, [x[:, 0], x[:, 1] ** 2, x[:, 2]]), INTS),
    "one hot": (lambda x, i: (i[:, None] == np.arange(4)) * x, INTS),
    "one hot by where": (lambda x, i: np.where(i[:, None] == np.arange(4), x * x, 0.0), INTS),
    "a sum for each class": (lambda x, i: (np.arange(4)[:, None] == i) @ x, INTS),
    "integers are factors": (lambda x, i: (2 * i + 1) * x[:, 0] - i**2, INTS),
    "integers are exponents": (lambda x, i: (x + 3.0) ** i[:, None], INTS),
    "integers are real": (lambda x, i: i.astype(float) * x[:, 1] / (1 + i.sum()), INTS),
    "an order": (lambda x, i: x[np.argsort(i)] * V[:, None], INTS),
    "row by row": (lambda x, i: sum(x[k] * v for k, v in zip(i, V, strict=True)), INTS),
    "a choice": (lambda x, m: np.where(m, x * x, np.sin(x)), MASKS),
    "no choice": (lambda x, m: np.where(~m & (x > 0.2) | (x < -1.0), x * x, 0.0), MASKS),
    "a factor": (lambda x, m: m * x * x, MASKS),
    "a share": (lambda x, m: np.sum(x * x * m) / np.sum(m), MASKS),
    "a mean": (lambda x, m: np.mean(x * x, where=m), MASKS),
    "means of rows": (lambda x, m: np.mean(x * x, axis=1, where=m), MASKS),
    "a sum": (lambda x, m: np.sum(x * x, axis=1, where=m), MASKS),
    "the largest": (lambda x, m: np.max(x, axis=1, initial=-9.0, where=m), MASKS),
    "a spread": (lambda x, m: np.std(x, where=m), MASKS),
    "the first that holds": (
        lambda x, m: np.select([m, ~m], [x * x, np.sin(x)], default=7.0), MASKS,
    ),
    "places that follow": (lambda x: x[np.argmax(x, axis=0), np.arange(4)] ** 2, [(X,), (-X,)]),
    "bins": (
        lambda x, q: np.take(x, np.searchsorted(np.array([0.0, 1.0, 2.0]), q)),
        [(X, V), (X, 1.5 - V)],
    ),
    "cross entropy": (F.cross_entropy, [(X, J), (X, K)]),
    "weighed": (
        lambda x, i: F.cross_entropy(x, i, weight=TABLE, label_smoothing=0.1), [(X, J), (X, K)],
    ),
    "left out": (
        lambda x, i: F.cross_entropy(x, i, ignore_index=3, reduction="none"), [(X, J), (X, K)],
    ),
    "left out of the mean": (
        lambda x, i: F.cross_entropy(x, i, weight=TABLE, ignore_index=3), [(X, J), (X, K)],
    ),
    "classes first": (
        lambda x, i: F.cross_entropy(x, i, axis=0), [(X, [0, 2, 1, 1]), (X, [2, 2, 0, 2])],
    ),
    "one sample": (lambda x, i: F.cross_entropy(x[0], i), [(X, 1), (X, 3)]),
    "margins": (lambda x, i: F.multi_margin_loss(x, i, p=2, weight=TABLE), [(X, J), (X, K)]),
    "log-probabilities": (lambda x, i: F.nll_loss(-x * x, i, "sum"), [(X, J), (X, K)]),
}  # fmt: skip


def filled(x, i):
    b = autograd.zeros((3, 4))
    b[i, 0] = x[:, 0]
    b[0, i] = x[0, :3] ** 2
    b[i[0]] = b[i[0]] * 2.0 + x[1]
    b[1, 1] = 5.0
    b[:, i] += x[:, 1:]
    return b * b


def overwritten(x, i):
    b = autograd.buffer(x)
    earlier = b * 1.0
    b[i, 1] = 3.0
    b[i[1], i[2]] = x[0, 0] * 2.0
    np.add.at(b, i, x[:, :1])
    return b * earlier


def hot(x, i):
    b = autograd.zeros((3, 4))
    b[np.arange(3), i] = 1.0
    b[i[0], 0] += 0.5
    return b * x


def masked(x, m):
    b = autograd.buffer(x)
    b[m] = x[0, 0] * 2.0
    b[m[:, 0]] = x[1] * V[0]
    return b * b


def swapped(x):
    i, j = np.argmax(x, axis=0), np.argmin(x, axis=0)
    columns = np.arange(4)
    top = x[i, columns]
    return x.at[i, columns].set(x[j, columns]).at[j, columns].set(top) * x


ASSIGNED = {
    "set": (lambda x, i: x.at[i].set(x[0] * V[:, None]), INTS),
    "set a number": (lambda x, i: x.at[i, 1].set(7.0) * x, INTS),
    "set one": (lambda x, i: x.at[i].set(x[0] * 3.0), NUMBERS),
    "set an element": (lambda x, i: x.at[i, i].set(x[0, 3] ** 2), NUMBERS),
    "set with axes to spare": (lambda x, i: x.at[i].set(x[None, None, 0] ** 2), INTS),
    "add": (lambda x, i: x.at[i].add(x * x[:, :1]), INTS),
    "add a number": (lambda x, i: x.at[i, 2].add(x[0, 0]) ** 2, INTS),
    "add one": (lambda x, i: x.at[i].add(x[0] ** 2), NUMBERS),
    "multiply": (lambda x, i: x.at[i].multiply(x[0]), [INTS[0], INTS[2]]),
    "divide": (lambda x, i: x.at[i].divide(3.0 + x[0]), [INTS[0], INTS[2]]),
    "power": (lambda x, i: (x + 3.0).at[i].power(x[0]), [INTS[0], INTS[2]]),
    "min": (lambda x, i: x.at[i].min(0.3), [INTS[0], INTS[2]]),
    "max": (lambda x, i: x.at[i].max(x[0] + 0.1), [INTS[0], INTS[2]]),
    "apply": (lambda x, i: x.at[i].apply(np.sin), [INTS[0], INTS[2]]),
    "get": (lambda x, i: x.at[i].get() * V[:, None], INTS),
    "a Buffer": (filled, INTS),
    "a Buffer of the argument": (overwritten, INTS),
    "one hot in a Buffer": (hot, INTS),
    "a Buffer by masks": (masked, MASKS),
    "set by a mask": (lambda x, m: x.at[m].set(x[0, 0]) * x, MASKS),
    "set rows by a mask": (lambda x, m: x.at[m[:, 1]].set(x[0] ** 2), MASKS),
    "set rows by a longer one": (lambda x, m: x.at[m[:, 1]].set(x[:1] ** 2), MASKS),
    "add by a mask": (lambda x, m: x.at[m].add(x[0, 1]) * x, MASKS),
    "add rows by a mask": (lambda x, m: x.at[m[:, 2],].add(x[0]) * x, MASKS),
    "multiply by a mask": (lambda x, m: x.at[m].multiply(x[1, 1]), MASKS),
    "a power by a mask": (lambda x, m: x.at[m].power(2.0), MASKS),
    "by a comparison": (lambda x: (x * x).at[x > 0.3].set(x[0, 0] * 2.0), [(X,), (-X,)]),
    "a root by a mask": (lambda x: x.at[x > 0.0].power(0.5), [(X,), (-X,)]),
    "extremes swapped": (swapped, [(X,), (-X,)]),
}  # fmt: skip


def curved(f):
    """One number whose derivatives are not constant."""

    def loss(*args):
        y = f(*args)
        weights = np.linspace(0.5, 1.5, np.size(y)).reshape(np.shape(y))
        return np.sum(np.sin(y) * weights)

    return loss


def second(f):
    return grad(lambda *args: np.sum(grad(curved(f))(*args) ** 2))


def forward(f):
    def along(x, *rest):
        v = np.cos(np.arange(x.size)).reshape(x.shape)
        return jvp(lambda x: curved(f)(x, *rest), (x,), (v,))

    return along


MODES = {"reverse": lambda f: value_and_grad(curved(f)), "second": second, "forward": forward}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", [*USES, *ASSIGNED])
def test_numbers_are_those_of_each_call(name, mode):
    f, calls = (USES | ASSIGNED)[name]
    step = MODES[mode](f)
    compiled = compile(step)
    for args in [*calls, calls[0]]:
        assert_same(compiled(*args), step(*args))
    assert len(compiled.sources) == 1
    if mode == "reverse":
        assert not re.search(r"# (hidden|signal_of)", compiled.source) or "largest" in name


@pytest.mark.parametrize("name", [*USES, *ASSIGNED])
def test_values_are_those_of_eager_code(name):
    f, calls = (USES | ASSIGNED)[name]
    compiled = compile(lambda x, *rest: f(x * 1.0, *rest))
    for x, *rest in calls:
        expected = f(Node(x), *rest)
        assert_same(compiled(x, *rest), getattr(expected, "value", expected))


# What is refused, when traced or in the call in which it happens.

SHAPES = {
    "a mask": lambda x, i, m: x[m],
    "a mask among others": lambda x, i, m: x[m[:, 0], 1],
    "a slice": lambda x, i, m: x[i[0] :],
    "repeat": lambda x, i, m: np.repeat(x[0, :3], i),
    "tile": lambda x, i, m: np.tile(x, i[0]),
    "diagonal": lambda x, i, m: np.diagonal(x, i[0]),
    "delete": lambda x, i, m: np.delete(x, i[0]),
    "bincount": lambda x, i, m: np.bincount(i, x[:, 0]),
    "compress": lambda x, i, m: np.compress(m[0], x),
    "assignment of many values by a mask": lambda x, i, m: x.at[m[:, 0]].set(x[:2]),
    "addition of many values by a mask": lambda x, i, m: x.at[m[:, 0]].add(x[:2]),
    "assignment by a mask among others": lambda x, i, m: x.at[m[:, 0], 1].set(2.0),
    "assignment to a slice": lambda x, i, m: x.at[i[0] :].set(2.0),
    "a function of masked elements": lambda x, i, m: x.at[m].apply(np.sin),
}


@pytest.mark.parametrize("name", SHAPES)
def test_shapes_that_depend_on_values_are_refused(name):
    f = SHAPES[name]
    assert np.shape(f(Node(X), ROWS, MASK))
    with pytest.raises(TypeError, match=r"fixed shapes; write np\.where"):
        compile(f)(X, ROWS, MASK)


def test_an_array_cannot_be_indexed_and_the_way_out_is_told():
    with pytest.raises(TypeError, match=r"Node\(array, requires_grad=False\)\[i\]"):
        compile(lambda x, i: TABLE[i] * x[:, 0])(X, ROWS)
    with pytest.raises(TypeError, match="which must be fixed"):
        compile(lambda x, i: sum(x[0, k] for k in range(i)))(X, 2)


RAISED = {
    "an index": (lambda x, i: x[i], 9, IndexError, "out of bounds"),
    "take": (lambda x, i: np.take(x, i, axis=0), 9, IndexError, "out of bounds"),
    "an assignment": (lambda x, i: x.at[i].set(1.0), 9, IndexError, "out of bounds"),
    "a class": (F.cross_entropy, 9, ValueError, "class 9 does not exist"),
    "a negative class": (F.cross_entropy, -1, ValueError, "class -1 does not exist"),
    "no class": (F.cross_entropy, -100, ValueError, "no losses to take the mean of"),
    "a place twice": (
        lambda x, i: x.at[i].multiply(2.0), 1, ValueError, "names a place twice",
    ),
    "a function of a place twice": (
        lambda x, i: x.at[i].apply(np.sin), 1, ValueError, "names a place twice",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RAISED)
def test_errors_of_later_calls_are_those_of_eager_code(name):
    f, wrong, kind, text = RAISED[name]
    compiled = compile(f)
    good, bad = np.array([2, 0, 1]), np.full(3, wrong)
    expected = f(Node(X), good).value
    assert_same(compiled(X, good), expected)
    for g in (compiled, lambda x, i: f(Node(x), i)):
        with pytest.raises(kind, match=text):
            g(X, bad)
    assert_same(compiled(X, good), expected)
    with pytest.raises(kind, match=text):
        compile(f)(X, bad)


def test_arrays_beside_computed_places_are_copied():
    rows, values = np.array([0, 1, 2]), np.array([5.0, 6.0, 7.0])
    compiled = compile(lambda x, i: x.at[rows, i].set(values) + x[rows, i][:, None])
    expected = compiled(X, ROWS)
    rows[:], values[:] = 0, 0.0
    assert_same(compiled(X, ROWS), expected)


def test_the_last_of_several_elements_for_a_place_stays_and_gets_the_signal():
    compiled = compile(grad(lambda v, i: (autograd.zeros(4).at[i].set(v) * TABLE).sum()))
    assert_same(compiled(V, ROWS), TABLE[ROWS])
    assert_same(compiled(V, np.array([3, 3, 0])), np.array([0.0, 80.0, 10.0]))
    assert_same(compiled(V, np.array([1, 1, 1])), np.array([0.0, 0.0, 20.0]))


def test_outputs_that_nobody_reads():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(4, 3)), rng.normal(size=4)
    square = a[:3] + a[:3].T
    for f, xs in [
        (lambda a, b: np.sum(np.linalg.lstsq(a, b, rcond=None)[0]), (a, b)),
        (lambda m: np.sum(np.linalg.svd(m, hermitian=True)[1]), (square,)),
        (lambda m: np.sum(np.linalg.svd(m, hermitian=True)[0] ** 2), (square,)),
    ]:
        eager = grad(f, argnums=tuple(range(len(xs))))
        compiled = autograd.compile(eager)
        compiled(*(x + 0.1 for x in xs))
        for found, expected in zip(compiled(*xs), eager(*xs), strict=True):
            np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


def test_slices_are_constants_of_a_program():
    part = autograd.compile(lambda x, where: np.sum(x[where] ** 2))
    x = np.arange(5.0)
    assert part(x, slice(1, 3)) == 5.0
    assert part(x, slice(2, 4)) == 13.0
    assert part(x, slice(1, 3)) == 5.0
    assert len(part.sources) == 2
    with pytest.raises(TypeError, match=r"got a set, for which no program can be kept.*capture it"):
        part(x, {1, 2})


def test_a_power_in_float64():
    small = np.arange(3, dtype=np.float32)
    f = autograd.compile(lambda x: np.float_power(x, 2.0))
    assert f(small).dtype == np.float64
    assert f(small + 1).tolist() == [1.0, 4.0, 9.0]


def test_a_compiled_function_can_be_differentiated():
    f = autograd.compile(lambda x: np.sum(np.sin(x) * x))
    x = np.arange(3.0)
    f(x)
    plain = np.sin(x) + x * np.cos(x)
    np.testing.assert_allclose(grad(f)(x), plain)
    np.testing.assert_allclose(grad(lambda x: f(2.0 * x))(x / 2.0), 2.0 * plain)
    np.testing.assert_allclose(jvp(f, (x,), (np.ones(3),))[1], plain.sum())
    np.testing.assert_allclose(np.diag(autograd.hessian(f)(x)), 2.0 * np.cos(x) - x * np.sin(x))
    np.testing.assert_allclose(autograd.compile(grad(f))(x), plain)
    assert type(f(x)) is float


@pytest.mark.parametrize("count", [1, 20])
def test_a_compiled_function_gives_no_numbers_for_interior_nodes(count):
    f = autograd.compile(lambda xs: sum(x * x for x in xs))
    x = Node(3.0)
    leaves = [x] * count
    assert f(leaves) == 9.0 * count
    for wrong in ([x * 1.0] * count, [*leaves[1:], x + 1.0]):
        with pytest.raises(TypeError, match=r"computed from others.*node\.detach"):
            f(wrong)
    assert f([(x * 1.0).detach()] * count) == 9.0 * count
    with autograd.no_grad():
        assert f([x * 1.0] * count) == 9.0 * count


def test_names_are_no_part_of_a_program():
    x = Node(3.0, name="w\n        raise SystemExit\u2028#")
    f = autograd.compile(lambda y: x * y)
    assert f(2.0) == 6.0
    assert f.source.count("\n") == f.source.strip().count("\n") + 1
    for name in ("x0", "v0", "h0", "b0", "c0", "for", "lambda", "make", "program", "float", "_"):
        for forward in (lambda x: x * 2.0, lambda x: np.sum(x * 2.0)):
            kind = "elementwise" if forward(np.ones(3)).shape else "general"
            rule = (lambda d, y, x: d * 2.0) if kind == "elementwise" else (
                lambda d, y, x: d * 2.0 * np.ones_like(x)
            )  # fmt: skip
            op = autograd.custom_op(forward, rule, name=name, kind=kind)
            both = autograd.compile(value_and_grad(lambda x, op=op: np.sum(op(np.sin(x)) * 1.5)))
            for given in (np.ones(3), np.arange(3.0), 0.5):
                if kind == "general" and np.ndim(given) == 0:
                    continue
                value, slope = both(given)
                np.testing.assert_allclose(value, 3.0 * np.sum(np.sin(given)), rtol=1e-12)
                np.testing.assert_allclose(slope, 3.0 * np.cos(given), rtol=1e-12)


def test_what_a_program_cannot_return():
    for wrong in (lambda x: {1.0, 2.0}, lambda x: (y * x for y in range(2)), lambda x: lambda: x):
        with pytest.raises(TypeError, match=r"returned a .*return what is in it"):
            autograd.compile(wrong)(2.0)
    assert autograd.compile(lambda x: {"a": [x * 2.0, None, "b", 3]})(2.0) == {
        "a": [4.0, None, "b", 3]
    }


class Scale:
    def __init__(self, by):
        self.by = by

    @compile
    def __call__(self, x):
        return x * self.by

    @compile
    def twice(self, x):
        return self.by * x * 2.0


def test_methods_may_be_compiled():
    two, three = Scale(2.0), Scale(3.0)
    assert [s.twice(1.5) for s in (two, three, two)] == [6.0, 9.0, 6.0]
    assert two(np.ones(2)).tolist() == [2.0, 2.0]
    assert three(np.ones(2)).tolist() == [3.0, 3.0]


def double(x):
    return 2.0 * x


def test_a_compiled_function_can_be_copied_and_pickled():
    f = compile(double, reuse_buffers=True)
    f(1.0)
    for other in (copy.deepcopy(f), pickle.loads(pickle.dumps(f))):
        assert other(np.ones(2)).tolist() == [2.0, 2.0]
        assert other.source != f.source


def test_factors_are_joined_only_where_nothing_overflows_before():
    moderate = ((1e-3, 1e3), (1e3, 1e-3), (1e-3, 1e-3), (2.0, 3.0), (1e-50, 1e50))
    for c, k in (*moderate, (1e200, 1e200), (1e-200, 1e-200), (1e300, 1e-300), (1e50, 1e50)):
        for dtype in (np.float64, np.float32):
            with np.errstate(all="ignore"):
                x = np.array([1e305, -1e306, 1e-300, 0.1, 0.3], dtype)
                f = compile(lambda x, c=c, k=k: c * (k * x))
                expected = c * (k * x)
                f(np.ones(5, dtype))
                np.testing.assert_allclose(
                    f(x), expected, rtol=1e-15 if dtype is np.float64 else 0.0, atol=1e-320
                )


ZEROS = [np.array(signs) * 0.0 for signs in ([-1.0, 1.0], [1.0, -1.0], [-1.0, -1.0], [1.0, 1.0])]
BESIDE_ZEROS = {
    "times": lambda x, zeros: x * zeros,
    "one over": lambda x, zeros: 1.0 / (x * zeros),
    "plus": lambda x, zeros: x + zeros,
    "minus": lambda x, zeros: x - zeros,
    "from": lambda x, zeros: zeros - x,
    "over": lambda x, zeros: zeros / x,
    "or": lambda x, zeros: np.where(x > 0.0, x, zeros),
}


@pytest.mark.parametrize("zeros", ZEROS, ids=str)
@pytest.mark.parametrize("name", BESIDE_ZEROS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_zeros_of_a_constant_keep_their_signs(name, zeros, dtype):
    zeros = zeros.astype(dtype)
    compiled = compile(lambda x: BESIDE_ZEROS[name](x, zeros))
    for point in ([1.0, 1.0], [-0.0, -2.0], [0.0, 0.0]):
        x = np.array(point, dtype)
        with np.errstate(all="ignore"):
            got, expected = compiled(x), BESIDE_ZEROS[name](x, zeros)
            np.testing.assert_array_equal(got, expected, strict=True)
            np.testing.assert_array_equal(1.0 / got, 1.0 / expected)


def test_powers_of_arrays_and_axes_swapped_with_themselves():
    x = np.arange(1.0, 4.0)
    for f in (
        lambda x: x ** np.arange(3),
        lambda x: x[:, None] ** np.array([2.0, 2.0]),
        lambda x: np.swapaxes(x[:, None] * np.ones((3, 2)), 0, -2) * 2.0,
        lambda x: np.swapaxes(x[:, None] * np.ones((3, 2)), 0, -1) * 2.0,
    ):
        total = value_and_grad(lambda x, f=f: np.sum(np.sin(f(x))))
        compiled = compile(total)
        compiled(x + 1.0)
        np.testing.assert_allclose(compile(f)(x), f(x), rtol=1e-15)
        for found, expected in zip(compiled(x), total(x), strict=True):
            np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("kind", ["elementwise", "general"])
def test_custom_ops_whose_rules_read_operands_and_results(kind):
    square_and_exp = [
        autograd.custom_op(
            lambda x: x * x, lambda d, y, x: 2.0 * d * x, name="squared_here", kind=kind
        ),
        autograd.custom_op(lambda x: np.exp(x), lambda d, y, x: d * y, name="exp_here", kind=kind),
    ]
    x = np.linspace(0.5, 1.5, 3)
    for op in square_and_exp:
        f = lambda x, op=op: np.sum(op(np.sin(x)) * 1.5)  # noqa: E731
        for transform in (value_and_grad, grad, autograd.hessian):
            compiled = compile(transform(f))
            compiled(x + 1.0)
            assert_same(compiled(x), transform(f)(x))


def test_captured_arrays_are_those_of_the_trace():
    x = np.arange(4.0)
    for f, k in (
        (lambda x, k: np.where(x > k, x, 0.0), np.ones(4)),
        (lambda x, k: np.where(x > 1.0, k, x), np.arange(4)),
        (lambda x, k: np.interp(np.argsort(x), k, k * 2.0), np.arange(4.0)),
        (lambda x, k: (x * 2.0, k), np.ones(4)),
        (lambda x, k: (x > 0.0)[k], np.array([0, 1])),
    ):
        kept = k.copy()
        expected = compile(lambda x, f=f, k=kept: f(x, k))(x)
        compiled = compile(lambda x, f=f, k=k: f(x, k))
        compiled(x)
        k[:] = 2
        assert_same(compiled(x), expected)


@pytest.mark.parametrize(("dtype", "large"), [(np.float16, 1e6), (np.float32, 1e40)])
def test_a_zero_signal_stays_zero_beside_numbers_too_large_for_the_dtype(dtype, large):
    for f in (
        lambda x: np.sum(np.where(x > 0.0, 0.0, x * large)),
        lambda x: np.sum(np.where(x > 0.0, np.sqrt(x) * large, 0.0)),
    ):
        for x in (np.zeros(3, dtype), np.ones(3, dtype)):
            with np.errstate(over="ignore", invalid="ignore"):
                expected = grad(f)(x)
            assert_same(compile(grad(f))(x), expected)


def test_integers_compute_as_in_python():
    cases = [
        (lambda x, n: x * (n * n), 10**10),
        (lambda x, n: x * (1 << n), 70),
        (lambda x, n: x * 2.0**-n, 3),
        (lambda x, n: x * (n**-1), 4),
        (lambda x, n: x * (-n // 4 + n % 3 - abs(-n)), 7),
        (lambda x, n: x * ((x > 0.0) + (x > 1.0)) + n, 1),
        (lambda x, n: x * (1 * (x > 0.0) - 1 * (x < 0.0)) + n, 1),
        (lambda x, n: x * (~n & 6 | 1 ^ 3), 2),
    ]
    for f, n in cases:
        compiled = compile(value_and_grad(f))
        compiled(0.5, 1)
        for x in (2.0, -2.0, 0.5):
            assert_same(compiled(x, n), value_and_grad(f)(x, n))


def test_compile_keeps_the_name_and_is_a_decorator():
    @compile(reuse_buffers=True)
    def cube(x):
        """The cube."""
        return x**3

    assert cube.__name__ == "cube"
    assert cube.__doc__ == "The cube."
    assert cube(np.arange(3.0)).tolist() == [0.0, 1.0, 8.0]
    with pytest.raises(TypeError, match="the hash"):
        compile(lambda x: {x > 0.0: 1})(2.0)


def test_detect_anomaly_stands_around_the_call():
    def inside(x):
        with autograd.detect_anomaly():
            return np.log(x)

    with pytest.raises(TypeError, match="write it around the call"):
        compile(inside)(2.0)
    log = compile(value_and_grad(lambda x: np.log(x)))
    log(2.0)
    with autograd.detect_anomaly(), pytest.raises(FloatingPointError):
        log(-1.0)


def test_an_array_of_one_number_keeps_its_dtype_in_where():
    x = np.ones(3, np.float32)
    for wide in (np.zeros(3), np.zeros(3, np.float32)):
        found = compile(lambda x, wide=wide: np.where(x > 0.0, wide, x))(x)
        assert found.dtype == wide.dtype


# Bools.

BOOLS = {
    "not any": lambda x, n, t: ~np.any(x > 0.0),
    "any and all": lambda x, n, t: np.any(x > 0.0) + np.all(x > -9.0),
    "not of a number": lambda x, n, t: ~(x[0] > 0.0),
    "sums of bools": lambda x, n, t: (x[0] > 0.0) + (x[1] > -9.0),
    "bools and integers": lambda x, n, t: (x[0] > 0.0) + n,
    "not in a choice": lambda x, n, t: np.where(~(x[0] > 0.0), x * x, 3.0 * x),
    "not finite": lambda x, n, t: np.where(~np.isfinite(x).all(), x, -x),
    "a quotient": lambda x, n, t: np.any(x > 0.0) / 1.0 * x,
    "the sign of a zero": lambda x, n, t: ~np.signbit(x)[0],
    "the place of the largest": lambda x, n, t: ~(np.argmax(x) == 2),
    "a class": lambda x, n, t: np.where(~(t[0] == 1), x, 2.0 * x),
    "Python's own": lambda x, n, t: np.where(~(n > 1), x, 2.0 * x),
    "both of two": lambda x, n, t: np.logical_and(x[0] > 0.0, x[1] < 0.0) ^ True,
    "several": lambda x, n, t: [x > 0.0, x.max() > 0.0, (x.max() > 1.0) * x],
}


@pytest.mark.parametrize("name", BOOLS)
def test_bools_are_numpys(name):
    f = BOOLS[name]
    compiled = autograd.compile(f)
    calls = [(V, 2, np.array([1, 0])), (-V, 0, np.array([0, 1])), (V * 0.0, 1, np.array([1, 1]))]
    for x, n, t in calls:
        eager = f(Node(x), n, t)
        parts = eager if type(eager) is list else [eager]
        values = [p.value if type(p) is Node else p for p in parts]
        assert_same(compiled(x, n, t), values if type(eager) is list else values[0])
        by_numpy = f(x, n, t) if type(eager) is list else [f(x, n, t)]
        for value, wanted in zip(values, by_numpy, strict=True):
            np.testing.assert_array_equal(value, wanted)
            assert np.asarray(value).dtype == np.asarray(wanted).dtype
    assert len(compiled.sources) == 1


# The values of the first call.

CURVED = {
    "x log x": lambda x: np.sum(np.where(x > 0.0, x * np.log(x), 0.0)),
    "roots": lambda x: np.sum(np.where(x > 0.0, np.sqrt(x) * x, 0.0)),
    "a norm": lambda x: np.linalg.norm(x) ** 3,
    "powers": lambda x: np.sum(np.maximum(x, 0.0) ** 1.5),
    "a product": lambda x: np.prod(x) * np.sum(x),
    "quotients": lambda x: np.sum(np.where(x == 0.0, 0.0, x**3 / x)),
    "zero times": lambda x: np.sum(x**2 * 0.0),
}
FIRST = [np.zeros(3), -np.ones(3), np.full(3, np.nan), np.full(3, np.inf), np.abs(V)]


@pytest.mark.parametrize("name", CURVED)
@pytest.mark.parametrize("first", FIRST, ids=str)
def test_the_values_of_the_first_call_are_not_kept(name, first):
    f = CURVED[name]
    slopes = (grad(f), autograd.hessian(f), lambda x: autograd.hvp(f, x, V))
    moving = (lambda x: autograd.hvp(f, x, x), grad(lambda x: np.sum(grad(f)(x) ** 2)))
    for derivative in (*slopes, *moving):
        compiled = autograd.compile(derivative)
        for x in (first, np.abs(V), np.array([1.0, np.nan, 2.0]), *FIRST):
            with np.errstate(all="ignore"):
                assert_same(compiled(x), derivative(x))
