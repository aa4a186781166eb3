"""`autograd.testing`: right functions pass, planted bugs are found and named."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

import autograd
from autograd import Node, custom_op
from autograd.node import raw
from autograd.op import REGISTRY, Op, elementwise, general
from autograd.testing import check_grads, strategies
from autograd.testing.strategies import Graph

X = np.array([0.4, 1.3, -0.7])
W = np.array([[0.2, -0.5, 1.1], [0.9, 0.3, -1.4]])


@pytest.fixture
def planted() -> Iterator[None]:
    """Ops stated in a test are gone after it."""
    before = set(REGISTRY)
    yield
    for name in set(REGISTRY) - before:
        del REGISTRY[name]


def state(*rules: Any, forward: Any = np.sin) -> Op:
    """An elementwise op with such rules, under a name of its own."""
    return elementwise(lambda *xs: forward(*xs), *rules, name="planted")


def found(f: Any, *args: Any, **options: Any) -> str:
    with pytest.raises(AssertionError) as error:
        check_grads(f, args, **options)
    return str(error.value)


# Right functions.

RIGHT = {
    "scalar": (lambda x: x * np.sin(x), (2.0,)),
    "array": (lambda x: np.exp(x), (X,)),
    "layer": (lambda w, x: np.tanh(w @ x), (W, X)),
    "tree in": (lambda p, x: p["w"] @ x + p["b"][0], ({"w": W, "b": [0.5]}, X)),
    "tree out": (lambda x: {"a": x * x, "b": [x.sum(), 1.0]}, (X,)),
    "factors": (lambda a: tuple(np.linalg.slogdet(a)), (W @ W.T,)),
    "large": (lambda a, b: a @ b, (np.arange(60.0).reshape(6, 10) / 9, np.ones((10, 5)))),
    "constant": (lambda x: 3.0, (X,)),
    "unused": (lambda x, y: x * 2.0, (X, X)),
    "empty": (lambda x: np.sum(x), (np.zeros(0),)),
    "None": (lambda x, y: x * x, (X, None)),
    "ints": (lambda x: x**3, (2,)),
    "integer array": (lambda x: x * x, (np.array([1, 2]),)),
    "broadcast": (lambda x, y: x * y, (X, 2.0)),
    "tie": (lambda x: np.max(x), (np.array([1.0, 0.5]),)),
    "near a pole": (lambda x: np.log(x), (np.array([2e-3, 1e6]),)),
    "large numbers": (lambda x: x * x, (np.array([1e8, -3e5]),)),
    "linear beside an offset": (lambda x: 3.0 * x + 1e8, (np.linspace(0.0, 1.0, 19),)),
    "beside an offset": (lambda x: np.sin(30.0 * x) + 1e6, (X,)),
    "steep beside an offset": (lambda x: np.exp(20.0 * x) + 1e4, (X,)),
    "near a kink, beside an offset": (lambda x: np.abs(x) + 1e3, (np.array([5e-6, -3e-5]),)),
    "captured": (lambda x: x * Node(3.0), (X,)),
    "Node": (lambda x: x * x, (Node(X),)),
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_functions_pass(name: str) -> None:
    f, args = RIGHT[name]
    check_grads(f, args)
    check_grads(f, args, modes=("reverse",))
    check_grads(f, args, modes=("forward",), order=1)


def test_third_order() -> None:
    check_grads(lambda x: np.tanh(x) * x, (X,), order=3)


# Planted bugs.


@pytest.mark.usefixtures("planted")
def test_a_wrong_factor_is_found_and_named() -> None:
    wrong = state(lambda d, y, x: 2.0 * d * np.cos(x))
    for mode in ("reverse", "forward"):
        text = found(lambda p: wrong(p["a"][1]), {"a": [1.0, X]}, modes=(mode,), order=1)
        assert text.startswith(f"{mode}: the derivative of out[0] by args[0]['a'][1][0] is ")
        assert f"{2 * np.cos(X[0]):.9g} (analytic)" in text
        assert f"{np.cos(X[0]):.9g} (numeric)" in text
        assert "2 times what it should be" in text


@pytest.mark.usefixtures("planted")
def test_a_wrong_sign_and_a_dropped_signal_are_found() -> None:
    wrong = state(lambda d, y, x: -d * np.cos(x))
    assert "the sign is wrong" in found(wrong, X)
    assert "no signal arrives" in found(lambda x: np.sin(x.detach()) + 0.0 * x, X)
    assert "0.5 times" in found(lambda x: x * x.detach(), 3.0)


@pytest.mark.usefixtures("planted")
def test_one_wrong_element_is_named() -> None:
    mask = np.arange(100.0).reshape(10, 10) == 42.0
    wrong = state(lambda d, y, x: d * np.cos(x) * (1.0 + mask))
    for mode in ("reverse", "forward"):
        text = found(lambda x, y: wrong(y) + x, 1.0, np.linspace(0, 1, 100).reshape(10, 10),
                     modes=(mode,), order=1)  # fmt: skip
        assert "out[4, 2] by args[1][4, 2]" in text


@pytest.mark.parametrize(
    ("offset", "factor"), [(0.0, 1.000004), (1e3, 1.00001), (1e6, 1.0001), (1e8, 1.001)]
)
@pytest.mark.parametrize("mode", ["reverse", "forward"])
@pytest.mark.usefixtures("planted")
def test_a_slightly_wrong_factor_is_found_beside_an_offset(
    mode: str, offset: float, factor: float
) -> None:
    wrong = state(lambda d, y, x: d * np.cos(x) * factor)
    for x in (0.5, X):
        text = found(lambda x: wrong(x) + offset, x, modes=(mode,), order=1)
        assert text.startswith(f"{mode}: the derivative of out")
        assert "times what it should be" in text


@pytest.mark.usefixtures("planted")
def test_a_wrong_factor_is_found_along_directions_beside_an_offset() -> None:
    wrong = state(lambda d, y, x: 1.3 * d * np.cos(x))
    assert "1.3" in found(lambda x: wrong(x) + 1e7, np.linspace(0.0, 1.0, 25), order=1)


@pytest.mark.usefixtures("planted")
def test_a_small_constant_error_is_found() -> None:
    wrong = state(lambda d, y, x: d * (np.cos(x) + 5e-6))
    assert "at 1.5707" in found(wrong, np.pi / 2, order=1)


@pytest.mark.usefixtures("planted")
def test_steps_grow_with_the_argument() -> None:
    wrong = state(lambda d, y, x: d * x * 2.00001, forward=np.square)
    assert "1.00001 times" in found(wrong, 1e8, order=1)


@pytest.mark.usefixtures("planted")
def test_a_difference_that_is_infinite_settles_nothing() -> None:
    wrong = state(lambda d, y, x: 2.0 * d / x, forward=np.log)
    assert "2 times" in found(wrong, 2e-3, order=1)  # the widest step meets log(0)


@pytest.mark.parametrize("infinity", [np.inf, -np.inf])
@pytest.mark.usefixtures("planted")
def test_an_infinite_derivative_is_found(infinity: float) -> None:
    wrong = state(lambda d, y, x: d * infinity)
    assert "no finite number" in found(wrong, X, order=1)


@pytest.mark.parametrize("mode", ["reverse", "forward"])
@pytest.mark.usefixtures("planted")
def test_an_error_across_one_random_direction_is_found(mode: str) -> None:
    a = np.linspace(-1.0, 1.0, 500)
    points = []

    def right(x: Any) -> Any:
        points.append(x)
        return a @ x

    check_grads(right, (a,), modes=(mode,), order=1)
    along = next(v for v in (raw(x) - a for x in points) if v.any())
    error = np.cos(np.arange(500.0))
    error -= (error @ along) / (along @ along) * along
    wrong = custom_op(
        lambda x: a @ x, lambda d, y, x: d * (a + error), kind="general", name="planted"
    )
    assert "the derivative of out by args[0]" in found(wrong, a, modes=(mode,), order=1)


@pytest.mark.usefixtures("planted")
def test_a_missing_broadcast_sum_is_found() -> None:
    wrong = general(
        lambda x, y, /: x + y,
        lambda d, z, x, y: d,
        lambda d, z, x, y: d[0],
        name="planted",
        cases=[],
    )
    text = found(wrong, W, X, modes=("reverse",), order=1)
    assert "out[1, 0] by args[1][0] is 0 (analytic) but 1 (numeric)" in text


@pytest.mark.usefixtures("planted")
def test_a_wrong_second_derivative_is_found() -> None:
    detached = state(lambda d, y, x: d * np.cos(getattr(x, "value", x)))
    check_grads(detached, (X,), modes=("reverse",), order=1)
    text = found(detached, X, modes=("reverse",))
    assert "of the reverse derivative by args[0][0]" in text
    assert "no signal arrives" in text


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        (3.0, "forward: the derivative of out[0] by args[0][0]"),
        (3.0, "3 times what it should be"),
        (1.000000001, "forward: ⟨w, Jv⟩ = "),
    ],
)
def test_a_wrong_forward_mode_is_found(
    monkeypatch: pytest.MonkeyPatch, factor: float, said: str
) -> None:
    right = autograd.jvp

    def wrong(f: Any, primals: Any, tangents: Any) -> Any:
        out, tangent = right(f, primals, tangents)
        return out, tangent * factor

    monkeypatch.setattr(autograd, "jvp", wrong)
    check_grads(np.sin, (X,), modes=("reverse",))
    assert said in found(np.sin, X)


@pytest.mark.parametrize("factor", [1.001, 1.000000001])
@pytest.mark.usefixtures("planted")
def test_a_rule_that_differs_on_nodes_is_found(factor: float) -> None:
    wrong = state(lambda d, y, x: d * np.cos(x) * (factor if isinstance(x, Node) else 1.0))
    assert "does something else with Nodes" in found(wrong, X, modes=("reverse",), order=1)


@pytest.mark.usefixtures("planted")
def test_a_rule_that_is_not_linear_in_its_signal_is_found() -> None:
    wrong = state(lambda d, y, x: d * d * np.cos(x))
    assert "linear in its signal" in found(wrong, X, modes=("reverse",), order=1)


# Kinks and other points where no derivative is.


def test_a_kink_reports_its_one_sided_derivatives() -> None:
    text = found(autograd.relu, np.array([1.0, 0.0]))
    assert "out[1] by args[0][1]" in text
    assert "kink there, with the one-sided derivatives 0 (left) and 1 (right)" in text


def test_a_kink_whose_derivative_is_the_mean_passes_at_first_order() -> None:
    check_grads(np.abs, (np.array([0.0, 2.0]),), order=1)
    assert "jumps there (as a derivative does at a kink)" in found(np.abs, 0.0)


def test_points_without_a_derivative_say_so() -> None:
    assert "not finite on both sides" in found(np.sqrt, 0.0)
    assert "out[1] is inf" in found(np.reciprocal, np.array([1.0, 0.0]))
    assert "jumps" in found(np.floor, 2.0)


# Refusals.


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_short_floats_are_refused_with_a_reason(dtype: Any) -> None:
    with pytest.raises(TypeError, match=rf"args\[1\]\['w'\] is {dtype.__name__}: its rounding"):
        check_grads(lambda x, p: x * p["w"], (X, {"w": X.astype(dtype)}))
    with pytest.raises(TypeError, match=r"write x.astype\(np.float64\)"):
        check_grads(np.sin, (dtype(1.0),))


def test_wrong_arguments_are_refused() -> None:
    for modes in ("reverse", (), ("backward",)):
        with pytest.raises(ValueError, match=r'some of \("reverse", "forward"\)'):
            check_grads(np.sin, (X,), modes=modes)
    with pytest.raises(TypeError, match="returned nothing"):
        check_grads(lambda x: None, (X,))


# Strategies.


@given(st.data())
def test_shapes_are_within_their_bounds(data: Any) -> None:
    shape = data.draw(strategies.shapes(1, 2, 2, 3))
    assert len(shape) in (1, 2)
    assert set(shape) <= {2, 3}


@given(strategies.broadcastable_shapes(3))
def test_broadcastable_shapes_broadcast(shapes: Any) -> None:
    assert len(shapes) == 3
    np.broadcast_shapes(*shapes)


def expect_example(strategy: Any, wanted: Any) -> None:
    """The strategy draws such a value; hypothesis raises NoSuchExample where it does not."""
    find(strategy, wanted)


def test_shapes_reach_the_corners() -> None:
    for wanted in (
        lambda s: s == ((), ()),
        lambda s: () in s and (3,) in s,
        lambda s: 0 in s[0] and 1 in s[1],
        lambda s: len(s[0]) > len(s[1]) > 0,
    ):
        expect_example(strategies.broadcastable_shapes(2), wanted)


@settings(max_examples=100)
@given(st.data())
def test_axes_and_indices_are_valid(data: Any) -> None:
    x = np.zeros(data.draw(strategies.shapes()))
    np.sum(x, axis=data.draw(strategies.axes(x.ndim)))
    if x.ndim:
        np.cumsum(x, axis=data.draw(strategies.axes(x.ndim, none=False, several=False)))
    assert np.shape(x[data.draw(strategies.indices(x.shape))]) is not None
    index = data.draw(strategies.indices(x.shape, advanced=False))
    assert np.shares_memory(x, x[index]) or not np.size(x[index]) or not np.shape(x[index])


def test_indices_reach_every_kind() -> None:
    for kind in (int, slice, type(None), type(...), np.ndarray):
        expect_example(
            strategies.indices((3, 2)),
            lambda i, kind=kind: isinstance(i, tuple) and any(isinstance(p, kind) for p in i),
        )
    expect_example(strategies.indices((3, 2)), lambda i: getattr(i, "dtype", "") == "bool")


@given(strategies.arrays())
def test_arrays_avoid_kinks(x: Any) -> None:
    flat = np.sort(np.ravel(x))
    assert (np.abs(2.0 * flat - np.round(2.0 * flat)) > 0.03).all()
    assert (np.diff(flat) > 0.0).all()
    assert (np.abs(flat) <= 3.0).all()


def test_arrays_seek_kinks() -> None:
    def tied(x: Any) -> bool:
        return len(np.unique(x)) < np.size(x)

    expect_example(strategies.arrays((3,), kinks="seek"), tied)
    expect_example(strategies.arrays((3,), kinks="seek"), lambda x: bool((x == 0.0).any()))
    with pytest.raises(AssertionError, match="kink"):
        given(strategies.arrays((3,), kinks="seek"))(
            lambda x: check_grads(autograd.relu, (x,), order=1)
        )()


@given(st.data())
def test_arrays_keep_to_the_domain_of_an_op(data: Any) -> None:
    x = data.draw(strategies.arrays(strategies.shapes(), domain="arccosh"))
    assert np.all((x >= 1.2) & (x <= 3.0))
    y = data.draw(strategies.arrays(4, domain=REGISTRY["divide"], operand=1, dtype=np.float32))
    assert y.dtype == np.float32
    assert ((y >= 0.5) & (y <= 3.0)).all()


def test_arrays_refuse_what_they_cannot_draw() -> None:
    with pytest.raises(ValueError, match='write "avoid" or "seek"'):
        strategies.arrays((2,), kinks="yes")
    with pytest.raises(ValueError, match="states no domain"):
        strategies.arrays((2,), domain="matmul")


@given(strategies.graphs(max_ops=10))
def test_graphs_run_on_arrays_and_on_nodes(graph: Graph) -> None:
    raw = graph(*graph.args)
    recorded = graph(*map(Node, graph.args))
    np.testing.assert_allclose(getattr(recorded, "value", recorded), raw, rtol=1e-12)


UNSHRUNK = settings(phases=[Phase.generate], max_examples=300, database=None)


def test_graphs_are_readable_share_and_reach_both_kinds() -> None:
    def shares(graph: Graph) -> bool:
        used = [x.name for step in graph.steps for x in step.operands]
        return any(used.count(step.name) > 1 for step in graph.steps)

    def reached(wanted: Any, **options: Any) -> Graph:
        graph: Graph = find(strategies.graphs(**options), wanted, settings=UNSHRUNK)
        return graph

    graph = reached(shares)
    text = repr(graph)
    assert "def graph(x0" in text
    for step in graph.steps:
        assert f"    {step.name} = {step.op.name}({step.operands[0]!r}" in text
    assert text.endswith(f"return {graph.result}")
    reached(lambda g: np.shape(g(*g.args)) == () and len(g.steps) > 1, scalar=True)
    reached(lambda g: np.shape(g(*g.args)) != (), scalar=False)
    reached(lambda g: len(g.steps) > 12)


@pytest.mark.usefixtures("planted")
def test_a_property_test_finds_a_bug_in_an_op_of_ones_own() -> None:
    wrong = state(lambda d, y, x, z: d * z, lambda d, y, x, z: d, forward=np.multiply)

    @given(strategies.arrays((2, 3)), strategies.arrays((3,)))
    def test_my_op(x: Any, z: Any) -> None:
        check_grads(wrong, (x, z))

    with pytest.raises(AssertionError, match=r"by args\[1\]\[0\] is 1 \(analytic\)"):
        test_my_op()


@pytest.mark.usefixtures("planted")
def test_random_programs_find_a_bug_and_print_a_short_one() -> None:
    wrong = state(lambda d, y, x: d * x)

    @settings(max_examples=50)
    @given(strategies.graphs(max_ops=4, ops=["add", "tanh", wrong]))
    def test_programs(graph: Graph) -> None:
        check_grads(graph, graph.args)

    with pytest.raises(AssertionError, match="the derivative of out") as error:
        test_programs()
    [note] = [n for n in error.value.__notes__ if "def graph" in n]
    assert "planted(" in note
    assert note.count(" = ") <= 8


def test_check_grads_needs_no_hypothesis() -> None:
    code = "import sys, autograd.testing; assert 'hypothesis' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
