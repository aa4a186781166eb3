"""Values and choices that must not change under a recorded graph, and other corners."""

import copy
import itertools
import pickle

import numpy as np
import pytest

import autograd
from autograd import Node, grad, signals
from autograd.sweep import pull

STALE = "was updated after this graph was recorded.*run forward again"


@pytest.mark.parametrize("value", [2.0, [2.0, 3.0]])
@pytest.mark.parametrize("live", [True, False])
def test_an_update_between_two_uses_stops_the_sweep(value, live):
    x, w = Node(value, name="x", requires_grad=live), Node(1.5)
    before = x * w
    x.value = np.multiply(value, 10.0)
    root = (before + x * w).sum()
    with pytest.raises(RuntimeError, match=STALE):
        root.backward()
    with pytest.raises(RuntimeError, match=STALE):
        signals(root)
    assert x.grad is None and w.grad is None


def test_signals_cannot_be_written_to_each_other():
    a, b = Node([1.0, 2.0]), Node([3.0, 4.0])
    found = signals(a + b, seed=np.ones(2))
    with pytest.raises(ValueError, match="read-only"):
        found[a][0] = 99.0
    assert found[b].tolist() == [1.0, 1.0]


@pytest.mark.parametrize("index", [((0, 0),), [0, 0], np.array([0, 0]), range(0, 1)])
def test_every_sequence_is_an_index(index):
    x = Node([1.0, 2.0, 3.0])
    x[index].sum().backward()
    expected = np.zeros(3)
    np.add.at(expected, index, 1.0)
    assert x.grad.tolist() == expected.tolist()


def test_statics_are_the_graphs_own():
    x, low, axes = Node(np.arange(8.0).reshape(2, 2, 2)), np.zeros(2), [1, 2, 0]
    weights = np.arange(8.0).reshape(2, 2, 2)
    root = (np.clip(x, low, None) * weights).sum() + (np.transpose(x, axes) * weights).sum()
    expected = signals(root, [x])[0]
    low[:] = 100.0
    axes[:] = [0, 1, 2]
    assert signals(root, [x])[0].tolist() == expected.tolist()
    y = x[np.array([0, 1])]
    with pytest.raises(ValueError, match="read-only"):
        y.statics["index"][:] = 0


def test_the_base_of_a_handed_out_value_is_read_only():
    x = Node(np.arange(4.0))
    with pytest.raises(ValueError, match="read-only"):
        x.reshape(2, 2).value.base[0] = 99.0


def test_leaves_are_copied_and_pickled_with_a_number_of_their_own():
    x = Node([1.0, 2.0], name="x")
    (x * x).sum().backward()
    for twin in (copy.copy(x), copy.deepcopy(x), pickle.loads(pickle.dumps(x))):
        assert (twin.name, twin.grad.tolist()) == ("x", [2.0, 4.0])
        (x * twin).sum().backward()
        assert twin.grad.tolist() == [3.0, 6.0]


def test_aux_stays_in_the_outer_graph():
    def outer(w):
        _, aux = grad(lambda x: (x * x, w * x), has_aux=True)(3.0)
        return aux * 1.0

    assert grad(outer)(2.0) == 3.0


def test_half_precision_means_do_not_underflow():
    x = Node(np.ones(100_000, np.float16))
    assert signals(x.mean(), [x])[0][0] == np.float16(1e-5)
    assert signals(x.max(), [x])[0][0] == np.float16(1e-5)


@pytest.mark.parametrize("dtype", [int, bool, complex, "U3"])
def test_astype_refuses_what_has_no_derivative(dtype):
    with pytest.raises(TypeError, match=r"float64, float32 or float16; write node\.value\.astype"):
        Node([1.5]).astype(dtype)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("reduction", [np.prod, np.var, np.std])
def test_a_zero_signal_stays_zero_through_reductions(reduction):
    x = Node([np.inf, 2.0, 3.0])
    np.where(False, reduction(x), 0.0).backward()
    assert x.grad.tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("size", [1e3, 1e12, 1e16, 1e300])
def test_softmax_and_its_kin_keep_their_digits_for_large_numbers(size):
    x = Node([size, size])
    np.testing.assert_allclose(autograd.log_softmax(x).value, -np.log([2.0, 2.0]), rtol=1e-15)
    for f in (autograd.logsumexp, lambda x: -autograd.log_softmax(x)[0]):
        y = f(x)
        weights = signals(y, [x])[0]
        expected = [0.5, 0.5] if y.op.name == "logsumexp" else [-0.5, 0.5]
        np.testing.assert_allclose(weights, expected, rtol=1e-15)


@pytest.mark.parametrize("shape", [(), (5,)])
def test_bounds_of_clip_may_be_nodes(shape):
    """Beyond a bound the signal goes to it, at a bound to the array, as in PyTorch."""

    def clipped(x, low, high):
        return np.clip(x, low, high)

    points = itertools.product([-3.0, -1.0, 0.5, 2.0, 4.0, np.nan], [-1.0, 3.0], [2.0, 1.0])
    for x, low, high in points:
        given = np.full(shape, x), low, np.full(shape, high)
        values = clipped(Node(given[0]), Node(given[1]), Node(given[2])).value
        np.testing.assert_array_equal(values, np.clip(*given))
        found = grad(lambda *xs: np.sum(clipped(*xs)), argnums=(0, 1, 2))(*given)
        to_high = x > high or (low > high and x == x)
        to_low = x < low and not to_high
        count = int(np.prod(shape))
        np.testing.assert_array_equal(found[0], np.full(shape, float(not (to_high or to_low))))
        assert found[1] == count * float(to_low)
        np.testing.assert_array_equal(found[2], np.full(shape, float(to_high)))
    assert grad(lambda low: np.clip([0.0, 5.0], low, None).sum())(1.0) == 1.0
    assert grad(lambda high: Node([0.0, 5.0]).clip(max=high).sum())(1.0) == 1.0
    assert np.isnan(np.clip(1.0, Node(np.nan), 2.0).value)


@pytest.mark.parametrize("op", [autograd.softmax, autograd.log_softmax, autograd.logsumexp])
def test_sums_of_half_floats_may_be_larger_than_half_floats(op):
    x = np.linspace(-0.5, 0.5, 70_000, dtype=np.float16)
    wide = x.astype(np.float64)
    seed = np.ones_like(op(wide))
    found = op(Node(x)).value
    np.testing.assert_allclose(found, op(wide), rtol=2e-3, atol=1e-7)
    assert found.dtype == np.float16
    np.testing.assert_array_equal(op(x), found)
    small, g = Node(x), Node(wide)
    op(small).backward(seed)
    op(g).backward(seed)
    np.testing.assert_allclose(small.grad, g.grad, rtol=2e-2, atol=1e-2)
    assert small.grad.dtype == np.float16
    np.testing.assert_allclose(
        autograd.jvp(op, (x,), (x,))[1], autograd.jvp(op, (wide,), (wide,))[1], rtol=2e-2, atol=1e-2
    )


@pytest.mark.parametrize("mode", ["backward", "signals", "recorded"])
@pytest.mark.parametrize("shape", [(), (1,), (2,), (1, 2)])
def test_signals_of_half_floats_are_summed_in_single_width(shape, mode):
    """The next half float after 2048 is 2050: adding ones to it would change nothing."""
    rows = 30_000
    ones = np.ones((rows, 2), np.float16)
    b = Node(np.zeros(shape, np.float16))
    root = Node(ones, requires_grad=False) + b
    if mode == "backward":
        root.backward(ones)
        found = b.grad
    elif mode == "signals":
        (found,) = signals(root, [b], ones)
    else:
        found = pull(root, Node(ones), record=True)[b].value
    per_element = rows if np.size(found) == 2 else 2 * rows
    np.testing.assert_array_equal(found, np.full(shape, per_element, np.float16))
    assert np.asarray(found).dtype == np.float16


@pytest.mark.parametrize("name", ["mean", "var", "std", "nanmean", "nanvar", "nanstd"])
def test_statistics_of_more_half_floats_than_a_half_float_counts(name):
    f = getattr(np, name)
    x = np.linspace(0.0, 1.0, 70_000, dtype=np.float16)
    mask = np.arange(x.size) % 100 > 0
    for where in ({}, {"where": mask}):
        found = f(Node(x), **where)
        wide = Node(x.astype(np.float64))
        expected = f(wide, **where)
        assert found.dtype == np.float16
        np.testing.assert_allclose(found.value, expected.value, rtol=2e-3)
        g = grad(lambda x, where=where: f(x, **where) * 1e4)(x)
        assert g.dtype == np.float16
        np.testing.assert_allclose(
            g, grad(lambda x, where=where: f(x, **where) * 1e4)(wide.value), rtol=2e-2, atol=2e-3
        )
