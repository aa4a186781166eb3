"""Sweeps: order, size, memory, threads, seeds, and what a failure leaves behind."""

import gc
import subprocess
import sys
import threading
import time
import weakref
from pathlib import Path

import numpy as np
import pytest

import autograd
from autograd import (
    Node,
    edge_signals,
    local_derivatives,
    no_grad,
    relu,
    signals,
    topological_order,
)
from autograd.op import Op

CHAIN = """
import sys, time
from autograd import Node
sys.setrecursionlimit(200)
start = time.perf_counter()
x = Node({value})
y = x
for _ in range({length}):
    y = y * 1.0
y.backward({seed})
assert x.grad == 1.0 and y.grad == 1.0, x.grad
del y
assert x.grad == 1.0
print(time.perf_counter() - start)
"""


@pytest.mark.parametrize(
    ("length", "value", "seed"), [(1_000_000, "2.0", ""), (100_000, "[2.0]", "[1.0]")]
)
def test_a_long_chain_needs_no_recursion(length, value, seed):
    code = CHAIN.format(length=length, value=value, seed=seed)
    path = str(Path(autograd.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {path!r})\n{code}"],
        text=True, capture_output=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 30.0


def test_pure_sweeps_need_no_recursion_either():
    x = Node(2.0)
    y = x
    for _ in range(20_000):
        y = -y
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(400)
    try:
        assert signals(y, [x]) == [1.0]
        assert len(topological_order(y)) == 20_001
    finally:
        sys.setrecursionlimit(limit)


def test_diamond_ladders_take_linear_time():
    x = Node(1.0)
    y = x
    for _ in range(60):  # 2⁶⁰ paths
        y = 0.5 * y + 0.5 * y
    start = time.perf_counter()
    y.backward()
    assert signals(y, [x]) == [1.0]
    assert x.grad == 1.0
    assert len(topological_order(y)) == 181
    assert time.perf_counter() - start < 2.0


def test_one_node_with_many_consumers_and_one_sum_of_many():
    x = Node(2.0)
    total = Node(0.0, requires_grad=False)
    leaves = [Node(float(i)) for i in range(100_000)]
    for leaf in leaves:
        total = total + leaf * x
    total.backward()
    assert x.grad == sum(range(100_000))
    assert all(leaf.grad == 2.0 for leaf in leaves)
    few = leaves[:2000]
    for leaf in few:
        leaf.zero_grad()
    np.sum(np.stack(few)).backward()
    assert all(leaf.grad == 1.0 for leaf in few)


def step(w, b, data, target):
    loss = np.mean((np.tanh(data @ w + b) - target) ** 2)
    loss = loss + 1e-3 * np.sum(relu(w)) + np.sum(np.where(w > 0, w, 0.0) * w[0, 0])
    loss.backward()
    for p in (w, b):
        p.value = p.value - 0.1 * p.grad
        p.zero_grad()


def test_training_leaves_nothing_behind():
    rng = np.random.default_rng(0)
    w, b = Node(rng.normal(size=(3, 2))), Node(np.zeros(2))
    data, target = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    for _ in range(3):
        step(w, b, data, target)
    enabled = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        before = len(gc.get_objects())
        for _ in range(300):
            step(w, b, data, target)
        after = len(gc.get_objects())
        assert abs(after - before) <= 2
        assert gc.collect() == 0
    finally:
        if enabled:
            gc.enable()


def test_scalar_training_leaves_nothing_behind():
    w = Node(0.5)

    def one():
        y = np.tanh(w * 0.3 + 1.0) ** 2 + signals(w * w, [w])[0]
        y.backward()
        w.value = w.value - 0.1 * w.grad
        w.zero_grad()

    one()
    gc.collect()
    gc.disable()
    try:
        before = len(gc.get_objects())
        for _ in range(300):
            one()
        assert abs(len(gc.get_objects()) - before) <= 2
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_a_dropped_loss_frees_its_arrays_at_once():
    x = Node(np.ones(3))
    y = x * 2.0
    y.sum().backward()
    probe = weakref.ref(y.value.base) if y.value.base is not None else weakref.ref(y.value)
    gc.disable()
    try:
        del y
        assert probe() is None
    finally:
        gc.enable()


def old_interior(gap):
    """Graphs in which an interior Node is much older than its consumers."""
    x = Node(3.0)
    u = np.exp(x) * x
    a = Node(np.ones(2))
    v = a * x
    for _ in range(gap):
        Node(0.0)
    y = u * x + np.sum(v * u) + u
    return x, a, u, y


@pytest.mark.parametrize("gap", [0, 10, 5_000, 50_000])
def test_old_interior_nodes_give_the_same(gap):
    x, a, u, y = old_interior(gap)
    y.backward()
    xs, aas, us, ys = old_interior(0)
    wanted = signals(ys, [xs, aas, us])
    for node, g in zip([x, a, u], wanted, strict=True):
        np.testing.assert_allclose(node.grad, g, rtol=1e-14)
    assert y.grad == 1.0
    y.backward()
    assert x.grad == pytest.approx(2.0 * wanted[0], rel=1e-14)


def test_constants_get_nothing():
    c, x = Node(2.0, requires_grad=False), Node(3.0)
    y = (c * c) * x
    found = signals(y)
    assert set(found) == {y, x}
    assert signals(y, [c, x]) == [0.0, 4.0]
    with pytest.raises(RuntimeError, match=r"backward\(\) on a constant.*start from a Node"):
        (c * c).backward()
    assert signals(c * c) == {}
    with no_grad():
        z = x * x
    with pytest.raises(RuntimeError, match="no_grad"):
        z.backward()
    assert x.grad is None


def test_signals_writes_nowhere():
    x = Node(3.0)
    u = x * x
    y = u * 2.0
    assert signals(y) == {y: 1.0, u: 2.0, x: 12.0}
    assert (x.grad, u.grad, y.grad) == (None, None, None)
    y.backward()
    signals(y, seed=5.0)
    assert (x.grad, u.grad, y.grad) == (12.0, 2.0, 1.0)


def test_signals_of_what_does_not_take_part_are_zeros():
    x, other = Node(3.0), Node(np.ones((2, 3), np.float32))
    a, b = signals(x * x, [other, x])
    assert a.shape == (2, 3) and a.dtype == np.float32 and not a.any()
    assert b == 6.0


def test_a_leaf_can_be_the_root():
    x = Node(3.0)
    x.backward()
    x.backward(2.0)
    assert x.grad == 3.0
    assert signals(x) == {x: 1.0}
    assert topological_order(x) == [x]
    assert list(edge_signals(x)) == []


class TestSeeds:
    def test_default_is_one_for_one_element(self):
        for value in (2.0, [2.0], [[2.0]], np.float32(2.0)):
            x = Node(value)
            (x * 3.0).backward()
            np.testing.assert_array_equal(x.grad, np.full(x.shape, 3.0))
            assert x.grad.dtype == x.dtype if x.shape else True

    def test_is_needed_for_more(self):
        x = Node(np.ones((2, 3)))
        y = x * 2.0
        for sweep in (y.backward, lambda: signals(y)):
            with pytest.raises(ValueError, match=r"shape \(2, 3\).*seed=np\.ones\(\(2, 3\)\)"):
                sweep()
        with pytest.raises(ValueError, match=r"the seed has shape \(3,\) but the root \(2, 3\)"):
            y.backward(np.ones(3))
        with pytest.raises(ValueError, match="seed"):
            y.backward(1.0)
        with pytest.raises(TypeError):
            y.backward("1")
        assert x.grad is None

    def test_takes_lists_and_integers(self):
        x = Node([1.0, 2.0])
        (x * 2.0).backward([1, 10])
        assert x.grad.tolist() == [2.0, 20.0]

    def test_is_not_written_to(self):
        x, seed = Node([1.0, 2.0]), np.ones(2)
        y = x + x
        y.backward(seed)
        assert seed.tolist() == [1.0, 1.0] and seed.flags.writeable
        assert y.grad.tolist() == [1.0, 1.0]
        assert x.grad.tolist() == [2.0, 2.0]

    def test_of_an_empty_root(self):
        x = Node(np.zeros((0, 2)))
        (x * 2.0).backward(np.zeros((0, 2)))
        assert x.grad.shape == (0, 2)


def test_rules_that_return_views_do_not_mix_signals():
    x = Node([1.0, 2.0])
    u, v = x + 0.0, x.reshape(2)
    y = u + v + u.reshape(2) + u.T
    y.backward([1.0, 1.0])
    assert y.grad.tolist() == [1.0, 1.0]
    assert u.grad.tolist() == [3.0, 3.0]
    assert v.grad.tolist() == [1.0, 1.0]
    assert x.grad.tolist() == [4.0, 4.0]


@pytest.mark.parametrize("kind", ["scalar", "array", "stacked", "small"])
def test_a_branch_not_taken_sends_zero(kind):
    for value, expected in [(-1.0, 0.0), (0.0, 0.0), (4.0, 0.25)]:
        data = {"scalar": value, "array": [value], "stacked": [[value, 1.0]],
                "small": np.float32(value)}[kind]  # fmt: skip
        x = Node(data)
        with np.errstate(all="ignore"):
            y = np.where(x > 0, np.sqrt(x), 0)
        y.backward(np.ones(y.shape))
        [pure] = signals(y, [x], np.ones(y.shape))
        assert np.ravel(x.grad)[0] == expected
        np.testing.assert_array_equal(pure, x.grad)


def test_zero_passes_singular_points_and_nothing_else_is_masked():
    x = Node([0.0, 4.0])
    with np.errstate(all="ignore"):
        y = np.sqrt(x)
    y.backward([0.0, 1.0])
    assert x.grad.tolist() == [0.0, 0.25]
    assert signals(y, [x], [1.0, 1.0])[0].tolist() == [np.inf, 0.25]
    assert signals(y * 0.0, [x], [1.0, 1.0])[0].tolist() == [0.0, 0.0]
    z = Node(0.0)
    (np.sqrt(z) * z).backward()
    assert z.grad == 0.0


def test_interior_signals_agree_at_singular_points():
    x = Node([-1.0, 0.0, 4.0])
    with np.errstate(all="ignore"):
        u = np.sign(x)
        v = np.std(np.sqrt(np.abs(u) * 0.0), axis=0)
        r = np.sqrt(u)
        y = np.sum(np.where(x > 0, r, 0.0)) + v
    y.backward()
    for node, g in signals(y).items():
        np.testing.assert_array_equal(node.grad, g)


class TestFailures:
    def test_leave_gradients_untouched(self):
        x, a = Node(3.0), Node([1.0, 2.0])
        x.grad, a.grad = 7.0, [7.0, 7.0]

        def broken(d, y, x):
            raise RuntimeError("broken rule")

        op = Op("broken", "general", np.cumsum, rules=(broken,), arity=1)
        y = np.sum(a * x) + np.sum(op(a))
        for _ in range(2):
            with pytest.raises(RuntimeError, match="broken rule"):
                y.backward()
            assert x.grad == 7.0 and a.grad.tolist() == [7.0, 7.0]
        (a * x).sum().backward()
        assert x.grad == 10.0
        assert a.grad.tolist() == [10.0, 10.0]

    def test_stale_graphs_leave_gradients_untouched(self):
        w, v, u = Node(2.0, name="w"), Node(3.0), Node(4.0)
        y = (w * v) * (w + v) + u * u
        w.value = 5.0
        with pytest.raises(RuntimeError, match="run forward again"):
            y.backward()
        assert w.grad is None and v.grad is None and u.grad is None
        (w * v + u * u).backward()  # the leaves that a signal had reached are as new
        assert (w.grad, v.grad, u.grad) == (3.0, 5.0, 8.0)


def test_threads_share_leaves():
    rng = np.random.default_rng(0)
    w, b = Node(rng.normal(size=(3, 2))), Node(0.5)
    expected = None
    failures = []

    def loss(data):
        return np.sum(np.tanh(data @ w) * b)

    data = rng.normal(size=(4, 3))
    expected = signals(loss(data), [w, b])

    def work(quiet):
        try:
            for _ in range(200):
                if quiet:
                    with no_grad():
                        if loss(data).requires_grad:
                            raise AssertionError("recorded under no_grad")
                for got, want in zip(signals(loss(data), [w, b]), expected, strict=True):
                    np.testing.assert_array_equal(got, want)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(i % 2 == 0,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert w.grad is None and b.grad is None


class TestOrder:
    def test_operands_come_first_and_the_root_last(self):
        x, y = Node(1.0), Node(2.0)
        u = x * y
        late = Node(3.0)
        z = u + x + late
        order = topological_order(z)
        assert order[-1] is z
        assert len(set(order)) == len(order) == 6
        place = {node: i for i, node in enumerate(order)}
        for node in order:
            for operand in node.operands:
                assert place[operand] < place[node]
        assert (place[x], place[y], place[u], place[late]) == (0, 1, 2, 3)

    def test_is_by_creation(self):
        b, a = Node(1.0), Node(2.0)
        assert topological_order(a * b)[:2] == [b, a]

    def test_takes_constants_in(self):
        c, x = Node(2.0, requires_grad=False), Node(3.0)
        assert topological_order(c * x)[:2] == [c, x]


def drawn_values(seed):
    rng = np.random.default_rng(seed)
    return [np.array(v) for v in rng.uniform(0.5, 1.5, 3)] + [rng.uniform(0.5, 1.5, 2)]


def random_graph(seed, values=None):
    """Leaves, and a scalar computed from them in a way that only the seed decides."""
    rng = np.random.default_rng(seed + 1000)
    nodes = [Node(v) for v in values or drawn_values(seed)]
    leaves = list(nodes)
    for _ in range(12):
        a, b = (nodes[i] for i in rng.integers(0, len(nodes), 2))
        nodes.append(
            [lambda a, b: a * b, lambda a, b: a + b, lambda a, b: np.tanh(a),
             lambda a, b: a / (b * b + 1.0), lambda a, b: np.mean(a) - b,
             lambda a, b: np.sin(a) * 0.5][rng.integers(0, 6)](a, b)
        )  # fmt: skip
    total = nodes[0]
    for node in nodes[1:]:
        total = total + np.sum(node)
    return leaves, total


@pytest.mark.parametrize("seed", range(20))
def test_edges_sum_to_signals(seed):
    _, root = random_graph(seed)
    found = signals(root)
    sums = {root: 1.0}
    for consumer, position, part in edge_signals(root):
        x = consumer.operands[position]
        assert np.shape(part) == x.shape
        sums[x] = sums.get(x, 0.0) + part
    assert set(sums) == set(found)
    for node, g in found.items():
        np.testing.assert_allclose(sums[node], g, rtol=1e-12, atol=1e-14)
    root.backward()
    for node, g in found.items():
        np.testing.assert_allclose(node.grad, g, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("seed", range(20))
def test_signals_are_central_differences(seed):
    leaves, root = random_graph(seed)
    for k, g in enumerate(signals(root, leaves)):
        for place in np.ndindex(np.shape(g)):
            ends = []
            for h in (1e-5, -1e-5):
                values = drawn_values(seed)
                values[k][place] += h
                ends.append(random_graph(seed, values)[1].value)
            slope = (ends[0] - ends[1]) / 2e-5
            assert np.asarray(g)[place] == pytest.approx(slope, rel=1e-6, abs=1e-7)


def test_local_derivatives():
    x, y = Node(3.0), Node(2.0)
    assert local_derivatives(x * y) == [2.0, 3.0]
    assert local_derivatives(x * x) == [3.0, 3.0]
    assert local_derivatives(x - 1.0) == [1.0, None]
    assert local_derivatives(1.0 - x) == [None, -1.0]
    assert local_derivatives(x) == []
    assert local_derivatives(Node([1.0]) * x) == [None, None]
    assert local_derivatives(np.sum(Node([1.0, 2.0]))) == [None]
    assert local_derivatives(Node(2.0, requires_grad=False) * x) == [None, 2.0]
    assert local_derivatives(1.0 / Node(0.0)) == [None, -np.inf]
