"""Elementary functions and steps: NumPy's values, kinks, composites, operators and refusals."""

import math
import operator

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import autograd
from autograd import Node, erf, erfc, grad, sigmoid, signals, softplus
from autograd.dispatch import REFUSED

from .draw import Case
from .test_laws import along, inner, recorded, size, weighted

INF, NAN = math.inf, math.nan

UNARY = [
    np.arccos, np.arccosh, np.arcsin, np.arcsinh, np.arctanh, np.cbrt, np.deg2rad, np.degrees,
    np.rad2deg, np.radians, np.exp2, np.fabs, np.log10, np.log2, np.sinc, np.i0, np.floor, np.ceil,
    np.trunc, np.rint, np.fix, np.round, np.around, np.nan_to_num, np.isposinf, np.isneginf,
    np.logical_not, np.isreal, np.iscomplex, np.isrealobj, np.iscomplexobj, np.flatnonzero,
    np.count_nonzero,
]  # fmt: skip
BINARY = [
    np.arctan2, np.hypot, np.logaddexp, np.logaddexp2, np.fmax, np.fmin, np.copysign, np.remainder,
    np.mod, np.fmod, np.floor_divide, np.heaviside, np.float_power, np.logical_and, np.logical_or,
    np.logical_xor, operator.mod, operator.floordiv, operator.eq, operator.ne, operator.lt,
    operator.ge,
]  # fmt: skip
PAIRS = [np.modf, np.argwhere, np.nonzero]
VALUES = [0.0, -0.0, 0.5, -0.5, 1.0, 1.5, 2.5, -2.5, -7.3, 30.0, 1e-9, INF, -INF, NAN]


def value(y):
    return y.value if isinstance(y, Node) else y


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("f", UNARY, ids=lambda f: f.__name__)
def test_values_are_numpys_for_one_operand(f):
    for dtype in (np.float64, np.float32):
        x = np.array(VALUES, dtype)
        expected, found = f(x), value(f(Node(x)))
        assert_allclose(found, expected, rtol=1e-15 if dtype is np.float64 else 1e-6)
        assert np.asarray(found).dtype == np.asarray(expected).dtype
        if np.shape(expected) == x.shape and f is not np.flatnonzero:
            assert_array_equal(np.signbit(found), np.signbit(expected))
    for x in VALUES:
        found = value(f(Node(x)))
        assert_allclose(found, np.reshape(f(x), np.shape(found)), rtol=1e-14, err_msg=str(x))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("f", BINARY, ids=lambda f: f.__name__)
def test_values_are_numpys_for_two_operands(f):
    x, y = np.meshgrid(VALUES, VALUES)
    for a, b in [(x, y), (x.astype(np.float32), y.astype(np.float32)), (x, y.astype(np.float32))]:
        expected = f(a, b)
        for found in (f(Node(a), Node(b)), f(Node(a), b), f(a, Node(b))):
            assert_allclose(value(found), expected, rtol=1e-6 if a.dtype == np.float32 else 1e-15)
            assert value(found).dtype == expected.dtype
    for a, b, expected in zip(x.flat, y.flat, f(x, y).flat, strict=True):
        for found in (f(Node(a), Node(b)), f(Node(a), float(b)), f(float(a), Node(b))):
            assert_allclose(value(found), expected, rtol=1e-14, err_msg=str((a, b)))
            assert type(value(found)) in (float, np.bool_)


@pytest.mark.parametrize("f", PAIRS, ids=lambda f: f.__name__)
def test_values_are_numpys_where_there_are_several(f):
    x = np.array([[0.0, -1.5, 2.0], [INF, -0.0, 0.25]])
    for found, expected in zip(f(Node(x)), f(x), strict=True):
        assert_array_equal(value(found), expected)


ARGUMENTS = {
    "round": [((), {"decimals": 1}), ((-1,), {}), ((), {"decimals": 0, "out": None})],
    "around": [((1,), {})],
    "nan_to_num": [((), {"nan": 1.0}), ((True, 2.0, 3.0, -4.0), {}), ((), {"posinf": 9.0}),
                   ((), {"neginf": -9.0, "nan": -1.0, "copy": True})],
    "ldexp": [((3,), {}), ((-2,), {}), ((np.array([1, -1, 0, 2]),), {}), (([[1], [2]],), {})],
    "argpartition": [((2,), {}), ((1,), {"axis": 0, "kind": "introselect"})],
    "count_nonzero": [((), {"axis": 0}), ((), {"keepdims": True})],
    "fix": [((None,), {})],
}  # fmt: skip


@pytest.mark.parametrize("name", ARGUMENTS)
def test_numpys_arguments_are_accepted(name):
    f, x = getattr(np, name), np.array([14.26, -INF, NAN, 0.35])
    if name == "argpartition":
        x = x[[0, 3, 0, 3]]
    for args, kwargs in ARGUMENTS[name]:
        assert_array_equal(value(f(Node(x), *args, **kwargs)), f(x, *args, **kwargs))


def test_numpys_names_of_operands_are_accepted():
    x = np.array([0.4, 1.6])
    for f, word in [(np.round, "a"), (np.around, "a"), (np.fix, "x"), (np.sinc, "x"), (np.i0, "x"),
                    (np.nan_to_num, "x"), (np.nonzero, "a"), (np.argmax, "a")]:  # fmt: skip
        assert_array_equal(value(f(**{word: Node(x)})), f(x))
    assert np.searchsorted(x, v=Node(1.0), side="right") == 1


def test_places_in_sorted_arrays():
    bins = np.array([0.0, 1.0, 2.0])
    x = np.array([0.5, 1.0, 7.0])
    for f in (np.searchsorted, lambda a, v, **k: np.digitize(v, a, k.get("side") == "right")):
        for side in ("left", "right"):
            expected = f(bins, x, side=side)
            assert_array_equal(f(Node(bins), Node(x), side=side), expected)
            assert_array_equal(f(bins, Node(x), side=side), expected)
            assert_array_equal(f(Node(bins), x, side=side), expected)


# What is made of other ops, and so not in the registry.

COMPOSITES = {
    "float_power": (np.float_power, [1.3, 2.2, 0.7], [0.5, -1.0, 2.0]),
    "divmod": (lambda x, y: np.divmod(x, y)[1], [5.2, -5.2, 0.7], [2.0, 2.0, -3.0]),
    "divmod, python": (lambda x, y: divmod(x, y)[1], [5.2, -5.2, 0.7], [2.0, 2.0, -3.0]),
    "modf": (lambda x: np.modf(x)[0] * np.sin(x), [1.3, -2.4, 0.2]),
    "ldexp": (lambda x: np.ldexp(x, 3) * x, [1.3, -2.4, 0.2]),
    "nan_to_num": (lambda x: np.nan_to_num(x, nan=3.0) * x, [1.3, -2.4, 0.2]),
    "round": (lambda x: np.round(x, 1) * x, [1.31, -2.42, 0.23]),
    "fix": (lambda x: np.fix(x) * x, [1.31, -2.42, 0.23]),
    "remainder": (lambda x, y: (x % y) * x, [5.2, -5.2, 0.7], [2.0, 2.0, -3.0]),
    "fmod": (lambda x, y: np.fmod(x, y) * x, [5.2, -5.2, 0.7], [2.0, 2.0, -3.0]),
    "fmax": (lambda x, y: np.fmax(x, y) ** 2, [5.2, -5.2, 0.7], [2.0, 2.0, -3.0]),
    "copysign": (lambda x, y: np.copysign(x, y) * x, [5.2, -5.2, 0.7], [2.0, -2.0, -3.0]),
    "arctan2": (np.arctan2, [5.2, -5.2, 0.7, -1.0], [2.0, 2.0, -3.0, -1.0]),
    "hypot": (np.hypot, [5.2, -5.2, 0.7], [2.0, -2.0, -3.0]),
    "sinc": (np.sinc, [0.0, 1e-4, 0.3, -0.64, 0.65, 2.0, -7.7]),
    "i0": (np.i0, [0.0, 1e-4, -3.0, 9.0]),
}


@pytest.mark.parametrize("name", COMPOSITES)
def test_composites(name):
    f, *rows = COMPOSITES[name]
    columns = [np.array(row) for row in rows]
    scalars = [tuple(map(float, point)) for point in zip(*columns, strict=True)]
    for xs in [tuple(columns), tuple(np.stack([c, c]) for c in columns), *scalars]:
        check(f, list(xs))
    if len(columns) == 2:
        check(f, [columns[0][:, None], columns[1]])
        check(f, [columns[0][0].item(), columns[1]])
    empty = f(*(Node(c[:0]) for c in columns))
    assert empty.shape == (0,)
    small = [Node(c.astype(np.float32)) for c in columns]
    y = f(*small)
    assert y.dtype == f(*(x.value for x in small)).dtype
    y.backward(np.ones(y.shape))
    assert all(x.grad.dtype == np.float32 for x in small)


def check(f, xs):
    """Value, first and second derivative, against NumPy and central differences."""
    case = Case(None, xs)
    ns = [Node(x) for x in xs]
    y = f(*ns)
    assert_allclose(y.value, f(*xs), rtol=1e-14, atol=1e-16)
    assert type(y.value) is (np.ndarray if y.shape else float)
    w = case.normal(y.shape)
    found = signals(y, ns, seed=w)
    vs = [case.normal(np.shape(x)) for x in xs]
    expected = along(lambda at: inner(w, f(*at)), case, vs)
    scale = 1e-7 * (1.0 + max(map(size, found)))
    assert_allclose(sum(map(inner, found, vs)), expected, rtol=1e-6, atol=scale)

    def slope(at):
        nodes = [Node(x) for x in at]
        return sum(map(inner, signals(f(*nodes), nodes, seed=w), vs))

    second = signals(weighted(vs, recorded(y, ns, Node(w, requires_grad=False))), ns)
    scale = 1e-7 * (1.0 + max(map(size, second)))
    assert_allclose(sum(map(inner, second, vs)), along(slope, case, vs), rtol=1e-6, atol=scale)


KINKS = [
    (np.sinc, [0.0], [0.0]),
    (np.cbrt, [0.0], [INF]),
    (np.hypot, [0.0, 0.0], [0.0, 0.0]),
    (np.hypot, [3.0, 0.0], [1.0, 0.0]),
    (np.arctan2, [0.0, 0.0], [0.0, 0.0]),
    (np.arctan2, [0.0, 2.0], [0.5, 0.0]),
    (np.arctan2, [3e200, 4e200], [1.6e-201, -1.2e-201]),
    (np.arcsinh, [1e300], [1e-300]),
    (np.arccosh, [1e300], [1e-300]),
    (np.arccosh, [1.0], [INF]),
    (np.arccos, [1.0], [-INF]),
    (np.arcsin, [-1.0], [INF]),
    (np.arctanh, [1.0], [INF]),
    (np.log2, [0.0], [INF]),
    (np.fmax, [1.0, 1.0], [0.5, 0.5]),
    (np.fmin, [1.0, 1.0], [0.5, 0.5]),
    (np.fmax, [NAN, 1.0], [0.0, 1.0]),
    (np.fmin, [1.0, NAN], [1.0, 0.0]),
    (np.fmax, [2.0, 1.0], [1.0, 0.0]),
    (np.fmin, [2.0, 1.0], [0.0, 1.0]),
    (np.fabs, [0.0], [0.0]),
    (np.fabs, [-2.0], [-1.0]),
    (np.copysign, [0.0, -1.0], [0.0, 0.0]),
    (np.copysign, [-2.0, -0.0], [1.0, 0.0]),
    (np.logaddexp, [-INF, -INF], [0.5, 0.5]),
    (np.logaddexp, [INF, INF], [0.5, 0.5]),
    (np.logaddexp, [INF, 1.0], [1.0, 0.0]),
    (np.logaddexp, [-INF, 1.0], [0.0, 1.0]),
    (np.logaddexp, [-40.0, 0.0], [4.248354255291589e-18, 1.0]),
    (np.logaddexp2, [-INF, -INF], [0.5, 0.5]),
    (np.logaddexp2, [1.0, INF], [0.0, 1.0]),
    (np.remainder, [7.0, 2.0], [1.0, -3.0]),
    (np.remainder, [-7.0, 2.0], [1.0, 4.0]),
    (np.fmod, [-7.0, 2.0], [1.0, 3.0]),
    (np.floor_divide, [-7.0, 2.0], [0.0, 0.0]),
    (np.heaviside, [0.0, 0.3], [0.0, 1.0]),
    (np.heaviside, [1.0, 0.3], [0.0, 0.0]),
    (np.heaviside, [-1.0, 0.3], [0.0, 0.0]),
    (np.nan_to_num, [NAN], [0.0]),
    (np.nan_to_num, [INF], [0.0]),
    (np.nan_to_num, [-3.0], [1.0]),
    (lambda x: x**x, [0.0], [0.0]),
    (sigmoid, [40.0], [4.248354255291589e-18]),
    (sigmoid, [-40.0], [4.248354255291589e-18]),
    (sigmoid, [-800.0], [0.0]),
    (softplus, [-40.0], [4.248354255291589e-18]),
    (softplus, [800.0], [1.0]),
    (erf, [0.0], [2.0 / math.sqrt(math.pi)]),
    (erf, [1e200], [0.0]),
]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("f, point, expected", KINKS)
def test_kinks_and_far_ends(f, point, expected):
    for wrap in (float, lambda v: np.array([v])):
        xs = [Node(wrap(v)) for v in point]
        f(*xs).backward(None if wrap is float else [1.0])
        for x, g in zip(xs, expected, strict=True):
            assert_allclose(np.reshape(x.grad, ()), g, rtol=1e-14)


def test_derivatives_of_sinc_at_zero_of_every_order():
    f, exact = np.sinc, [1.0, 0.0, -(math.pi**2) / 3, 0.0, math.pi**4 / 5]
    for expected in exact:
        assert_allclose(f(0.0), expected, rtol=1e-14, atol=1e-16)
        f = grad(f)


def test_ties_at_logaddexp_keep_their_curvature():
    assert_allclose(grad(grad(lambda x: np.logaddexp(x, 1.0)))(1.0), 0.25, rtol=1e-14)


def test_the_error_functions_are_right_to_the_last_digits():
    x = np.concatenate([np.linspace(-6.0, 6.0, 101), [-INF, INF, NAN, 26.5, -0.0]])
    for f, exact in [(erf, math.erf), (erfc, math.erfc)]:
        for shape in [(-1,), (2, -1)]:
            assert_allclose(
                f(Node(x.reshape(shape))).value.ravel(), [exact(v) for v in x], rtol=1e-15
            )
        assert f(x.astype(np.float32)).dtype == np.float32
    assert autograd.erf is erf and autograd.erfc is erfc


# Python's operators.


def test_pythons_rounding_gives_nodes_with_derivative_zero():
    for v in (2.5, -1.3, np.array([0.5, 1.5, -2.7])):
        for f, ours in [(np.floor, math.floor), (np.ceil, math.ceil), (np.trunc, math.trunc),
                        (np.round, round)]:  # fmt: skip
            x = Node(v)
            y = ours(x)
            assert_array_equal(y.value, f(v))
            y.backward(np.ones(y.shape))
            assert_array_equal(x.grad, np.zeros(x.shape))
        assert_array_equal(round(Node(v), 1).value, np.round(v, 1))
        assert_array_equal(Node(v).round(1).value, np.round(v, 1))


def test_pythons_division_behaves_as_numpys():
    for a, b in [(7.5, 2.0), (-7.5, 2.0), (np.array([7.5, -7.5]), -2.0), (1.0, 0.0)]:
        with np.errstate(all="ignore"):
            pairs = [
                (divmod(Node(a), b), np.divmod(a, b)),
                (divmod(a, Node(b)), np.divmod(a, b)),
                (np.divmod(a, Node(b)), np.divmod(a, b)),
                ((Node(a) // b, Node(a) % b), np.divmod(a, b)),
            ]
        for found, expected in pairs:
            for y, z in zip(found, expected, strict=True):
                assert_array_equal(y.value, z)
    for act in (divmod, operator.mod, operator.floordiv):
        with pytest.raises(TypeError, match="unsupported operand"):
            act(Node(1.0), "a")


def test_comparisons_with_what_is_no_number():
    for other in ("a", None, object(), {}, ["a"]):
        assert np.all((Node(1.0) == other) == (np.float64(1.0) == other))
        assert np.all((Node(1.0) != other) == (np.float64(1.0) != other))
    for other in ("a", None):
        assert_array_equal(Node([1.0, 2.0]) == other, [False, False])
        assert_array_equal(Node([1.0, 2.0]) != other, [True, True])
        with pytest.raises(TypeError, match="'<' not supported"):
            Node(1.0) < other  # noqa: B015
    assert Node(1.0) != "a"
    assert_array_equal(Node(1.0) == [1.0, 2.0], [True, False])
    assert_array_equal(np.array([1.0, 2.0]) == Node(1.0), [True, False])


# Refusals.


WRITING = {
    np.copyto: (1.0,), np.fill_diagonal: (1.0,), np.place: ([True, False], 1.0),
    np.put: (0, 1.0), np.put_along_axis: ([0], 1.0, 0), np.putmask: ([True, False], 1.0),
}  # fmt: skip


@pytest.mark.parametrize("function", REFUSED, ids=lambda f: f"{f.__module__}.{f.__name__}")
def test_functions_out_of_scope_say_so(function):
    args = [Node(np.eye(2) if function.__module__ == "numpy.linalg" else [1.0, 2.0])]
    if function is np.nextafter or function in (np.emath.power, np.emath.logn):
        args.append(args[0])
    with pytest.raises(TypeError) as error:
        function(*args, *WRITING.get(function, ()))
    text = str(error.value)
    assert f"{function.__name__} of a Node: " in text
    assert "write " in text or "leave it out" in text
    plain = {np.frexp, np.nextafter, np.spacing, *WRITING}
    assert ("complex results are out of scope" in text) == (function not in plain)


def test_every_complex_function_is_refused():
    names = ["angle", "conj", "conjugate", "imag", "real", "real_if_close", "sort_complex", "roots"]
    wanted = [getattr(np, n) for n in names] + [np.linalg.eig, np.linalg.eigvals]
    wanted += [getattr(np.fft, n) for n in np.fft.__all__ if "freq" not in n]
    wanted += [getattr(np.emath, n) for n in np.emath.__all__]
    assert set(wanted) <= set(REFUSED)


@pytest.mark.parametrize(
    "act, message",
    [
        (lambda x: np.ldexp(x, Node(2.0)), "plain number"),
        (lambda x: np.round(x, Node(2.0)), "plain number"),
        (lambda x: np.round(x, out=np.ones(2)), "out=.*array = np.round"),
        (lambda x: np.fix(x, np.ones(2)), "out=.*array = np.fix"),
        (lambda x: np.nan_to_num(x, copy=False), "copy=False.*leave copy out"),
        (lambda x: np.floor(x, out=np.ones(2)), "out="),
        (lambda x: np.ldexp(x, 1.5), "could not be safely coerced"),
    ],
)
def test_arguments_that_cannot_be_supported(act, message):
    with pytest.raises(TypeError, match=message):
        act(Node([1.0, 2.0]))
