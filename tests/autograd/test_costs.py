"""Costs: what must not grow faster than the graph, counted in calls where they tell."""

import time

import numpy as np
import pytest

import autograd
from autograd import (
    Node,
    detect_anomaly,
    grad,
    hvp,
    jacobian,
    jvp,
    no_grad,
    signals,
    topological_order,
    vjp,
)
from autograd.sweep import pull


def states(n):
    """A function of one number that returns n, each computed from the one before."""

    def f(x):
        found = []
        for _ in range(n):
            x = 1.01 * x
            found.append(x)
        return found

    return f


def pulled(n):
    vjp(states(n), 1.0)[1]([1.0] * n)


def pulled_and_recorded(n):
    grad(lambda x: vjp(states(n), x)[1]([1.0] * n)[0])(1.0)


def hvp_of_many_leaves(n):
    x = [float(i) for i in range(n)]
    hvp(lambda x: np.sum(autograd.array(x) ** 3), x, x)


TREES = {
    "vjp": pulled,
    "vjp, recorded": pulled_and_recorded,
    "jvp": lambda n: jvp(states(n), (1.0,), (1.0,)),
    "jacobian": lambda n: jacobian(states(n))(1.0),
    "hvp": hvp_of_many_leaves,
}


@pytest.mark.parametrize("work", TREES.values(), ids=TREES)
def test_a_tree_of_many_leaves_costs_one_sweep(work, check_linear):
    check_linear(work)


def test_leaves_of_one_tree_may_depend_on_each_other():
    def f(x):
        y = x * x
        return {"y": y, "again": y, "z": [y * x, 3.0, x]}

    out, pullback = vjp(f, 2.0)
    assert out == {"y": 4.0, "again": 4.0, "z": [8.0, 3.0, 2.0]}
    assert pullback({"y": 1.0, "again": 10.0, "z": [100.0, 1e9, 1000.0]}) == (2244.0,)
    with no_grad():
        assert pullback({"y": 0.0, "again": 0.0, "z": [0.0, 1.0, 0.0]}) == (0.0,)

    def slope(x):
        return vjp(f, x)[1]({"y": x, "again": 1.0, "z": [x * x, 0.0, 1.0]})[0]

    assert slope(2.0) == 2 * 2.0**2 + 2 * 2.0 + 3 * 2.0**4 + 1.0
    assert grad(slope)(2.0) == 4 * 2.0 + 2.0 + 12 * 2.0**3


def test_each_of_several_roots_is_checked():
    _, pullback = vjp(lambda x: (x, x * x), 2.0)
    with detect_anomaly(), pytest.raises(FloatingPointError, match="seed"):
        pullback((1.0, np.inf))
    with detect_anomaly(), pytest.raises(FloatingPointError, match="root of a sweep is not finite"):
        vjp(lambda x: (x, 1.0 / x), np.inf)[1]((1.0, 1.0))


MANY = 20_000


def cubes(parts):
    return sum(np.sum(v**3) for v in parts)


SPLITS = {
    "iteration": iter,
    "indices": lambda x: (x[i] for i in range(x.size)),
    "take": lambda x: (np.take(x, i) for i in range(x.size)),
    "split": lambda x: np.split(x, x.size),
    "unstack": np.unstack,
    "rows": lambda x: x.reshape(-1, 1),
    "interior": lambda x: iter(x * 1.0),
}


@pytest.mark.parametrize("split", SPLITS.values(), ids=SPLITS)
def test_a_signal_from_each_element_is_added_in_place(split):
    x = Node(np.linspace(0.0, 1.0, MANY))  # n² numbers would take minutes
    y = cubes(split(x))
    start = time.perf_counter()
    y.backward()
    found = signals(y, [x])[0]
    assert time.perf_counter() - start < 10.0
    np.testing.assert_allclose(x.grad, 3.0 * x.value**2, rtol=1e-12)
    np.testing.assert_array_equal(x.grad, found)


def size_of_second_order(f, n):
    """How many numbers the Nodes of a recorded gradient of `f` hold, and their signals."""
    x = Node(np.linspace(0.0, 1.0, n))
    g = pull(f(x), Node(1.0, requires_grad=False), record=True)[x]
    np.testing.assert_allclose(signals(g, [x], seed=np.ones(n))[0], 6.0 * x.value, rtol=1e-12)
    back = pull(g, Node(np.ones(n)), record=True)[x]
    return sum(node.size for node in topological_order(back))


@pytest.mark.parametrize("split", SPLITS.values(), ids=SPLITS)
def test_recorded_signals_of_all_elements_hold_few_numbers(split):
    few, many = (size_of_second_order(lambda x: cubes(split(x)), n) for n in (100, 400))
    assert many < 5 * few, (few, many)


@pytest.mark.parametrize("join", [np.stack, np.concatenate, np.hstack])
def test_joins_of_many_operands_cost_as_much_as_their_numbers(join):
    few, many = (
        size_of_second_order(lambda x: np.sum(join([v**3 for v in np.split(x, x.size)])), n)
        for n in (100, 400)
    )
    assert many < 5 * few, (few, many)

    def joined(*xs):
        return np.sum(join([x.reshape(1) ** 3 for x in xs]))

    x = [float(i) for i in range(MANY // 4)]
    start = time.perf_counter()
    found = hvp(lambda x: joined(*x), x, x)
    assert time.perf_counter() - start < 10.0
    assert found == [6.0 * v * v for v in x]
