"""Signals from Nodes that pick elements: added up in place, and what that must not change."""

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Node, detect_anomaly, grad, jvp, signals
from autograd.state import current_anomaly
from autograd.sweep import pull
from autograd.testing import strategies

DIGITS = {np.float64: 1e-12, np.float32: 1e-4, np.float16: 5e-2}


@st.composite
def takes(draw, shape):
    """Arguments of `np.take`: places, repeats among them, and an axis."""
    axis = draw(st.none() | st.integers(-len(shape), len(shape) - 1))
    n = int(np.prod(shape)) if axis is None else shape[axis]
    place = st.integers(-n, n - 1)
    return draw(place | st.lists(place, max_size=3).map(lambda k: np.array(k, np.intp))), axis


@st.composite
def programs(draw):
    """A shape, and for each use of an array of it the function that picks elements, or all."""
    shape = draw(strategies.shapes(1, 3, 1, 4))
    pick = st.one_of(
        strategies.indices(shape).map(lambda index: lambda x: x[index]),
        takes(shape).map(lambda given: lambda x: np.take(x, *given)),
        st.just(lambda x: x * 1.0),
    )
    return shape, draw(st.lists(pick, min_size=1, max_size=20))


@settings(max_examples=100)
@given(programs(), st.sampled_from(list(DIGITS)), st.booleans(), st.integers(0, 2**32 - 1))
def test_the_signal_of_many_uses_is_the_sum_over_them(program, dtype, interior, seed):
    shape, uses = program
    rng = np.random.default_rng(seed)
    places = np.arange(np.prod(shape)).reshape(shape)
    at, v = rng.uniform(0.5, 1.0, shape), rng.uniform(0.5, 1.0, shape)
    weights = [rng.uniform(0.5, 1.0, use(places * 1.0).shape) for use in uses]
    counts = np.zeros(places.size)  # the weights of all uses of each element
    for use, w in zip(uses, weights, strict=True):
        np.add.at(counts, use(places).astype(int).ravel(), w.ravel())
    counts = counts.reshape(shape)

    def f(x):
        parts = (
            np.sum(w.astype(dtype) * use(x) ** 3) for use, w in zip(uses, weights, strict=True)
        )
        return sum(parts)

    leaf = Node(at.astype(dtype))
    x = leaf * 1.0 if interior else leaf
    y = f(x)
    y.backward()
    slope, bend = 3.0 * counts * at**2, 6.0 * counts * at
    found = {"backward": (x.grad, slope), "leaf": (leaf.grad, slope)}
    found["signals"] = signals(y, [x])[0], slope
    found["grad"] = grad(f)(leaf.value), slope
    found["second order"] = (
        grad(lambda x: np.sum(v.astype(dtype) * grad(f)(x)))(leaf.value),
        bend * v,
    )
    found["forward"] = jvp(grad(f), (leaf.value,), (v.astype(dtype),))[1], bend * v
    for what, (g, expected) in found.items():
        assert g.dtype == dtype and g.shape == shape, what
        np.testing.assert_allclose(
            g, expected, rtol=DIGITS[dtype], atol=DIGITS[dtype], err_msg=what
        )


def uneven():
    """Interior Nodes whose signals pass on as they are, to older ones that are picked from, too."""
    leaf = Node([1.0, 2.0, 3.0])
    u = leaf * 2.0
    a = u[0]
    x = u + 0.0
    y = x[0] * 5.0 + x[1] * 7.0 + a * 100.0
    return leaf, u, x, y


def test_a_signal_that_is_passed_on_is_not_added_to():
    leaf, u, x, y = uneven()
    y.backward()
    np.testing.assert_array_equal(x.grad, [5.0, 7.0, 0.0])
    np.testing.assert_array_equal(u.grad, [105.0, 7.0, 0.0])
    np.testing.assert_array_equal(leaf.grad, [210.0, 14.0, 0.0])


def test_signals_handed_out_keep_their_numbers():
    leaf, u, x, y = uneven()
    y.backward()
    before = [node.grad for node in (leaf, u, x)]
    kept = [g.copy() for g in before]
    y.backward(2.0)
    (u[1] * 3.0 + leaf[1]).backward()
    for g, copy in zip(before, kept, strict=True):
        np.testing.assert_array_equal(g, copy)
    np.testing.assert_array_equal(leaf.grad, 3.0 * kept[0] + [0.0, 7.0, 0.0])


def test_a_signal_may_be_the_seed_of_the_next_sweep():
    leaf = Node([1.0, 2.0])
    u = leaf * 1.0
    (u[0] * 3.0 + u[1] * 4.0).backward()
    g = u.grad
    part = u[0]
    again = u + np.broadcast_to(part, (2,)) * 0.0
    again.backward(g)
    np.testing.assert_array_equal(g, [3.0, 4.0])
    np.testing.assert_array_equal(u.grad, [3.0, 4.0])
    np.testing.assert_array_equal(leaf.grad, [6.0, 8.0])


def test_a_leaf_updated_between_two_picks_is_stale():
    x = Node([1.0, 2.0])
    before = x[0]
    x.value = [3.0, 4.0]
    for y in (before, before + x[1], x[1] + before):
        with pytest.raises(RuntimeError, match="was updated after"):
            y.backward()
        assert x.grad is None


def test_one_number_for_all_elements_and_parts_add_up():
    x = Node(np.ones((2, 2)))
    u = np.exp(x * 0.0)
    (u.sum() + u[0].sum() + np.take(u, 3) * 2.0 + u.mean()).backward()
    np.testing.assert_array_equal(u.grad, [[2.25, 2.25], [1.25, 3.25]])


def test_a_sum_of_signals_that_overflows_is_named():
    def f(x):
        return x[0] * 1e308 + x[0] * 1e308

    x = Node([0.5, 2.0], name="x")
    with detect_anomaly():
        for sweep in (f(x).backward, lambda: grad(lambda x: grad(f)(x).sum())(x)):
            with pytest.raises(
                FloatingPointError, match=r"arrive at .* finite.*last, from getitem"
            ):
                sweep()


def test_a_recorded_sum_of_signals_has_the_place_of_a_pick():
    x = Node([0.5, 2.0])
    with detect_anomaly():
        part = np.exp(x)
        part = part.sum() + x[0]
        line = sys._getframe().f_lineno - 1
        g = pull(part, Node(1.0), record=True)[x]
        _, place = current_anomaly().places[g._number]
    assert (g.op.name, place) == ("add", line)
