"""Costs: what must not grow faster than the graph, counted in calls where they tell."""

import sys

import numpy as np
import pytest

import autograd
from autograd import detect_anomaly, grad, hvp, jacobian, jvp, no_grad, vjp


def calls(f):
    """How many calls of functions, Python's and C's, `f` makes."""
    count = 0

    def seen(frame, event, argument):
        nonlocal count
        count += event in ("call", "c_call")

    outside = sys.getprofile()
    sys.setprofile(seen)
    try:
        f()
    finally:
        sys.setprofile(outside)
    return count


def check_linear(work):
    """That `work(4n)` makes at most some five times the calls of `work(n)`."""
    work(2)  # what is made once
    few, many = (calls(lambda n=n: work(n)) for n in (100, 400))
    assert many < 5 * few, (few, many)


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
def test_a_tree_of_many_leaves_costs_one_sweep(work):
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


def test_each_of_several_seeds_is_checked():
    _, pullback = vjp(lambda x: (x, x * x), 2.0)
    with detect_anomaly(), pytest.raises(FloatingPointError, match="seed"):
        pullback((1.0, np.inf))
