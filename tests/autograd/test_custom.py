"""Ops of users' own, and functions that are recomputed in the sweep."""

import copy
import gc
import pickle
import weakref

import numpy as np
import pytest
from numpy.testing import assert_allclose

from autograd import Node, checkpoint, custom_op, grad, hessian, jacobian, jvp, no_grad, signals
from autograd.dispatch import BY_FUNCTION
from autograd.op import Op


def op(*args, **kwargs):
    return custom_op(*args, **{"name": "mine", **kwargs})


def cube(**facts):
    return op(lambda x: x**3, lambda d, y, x: d * (3.0 * x * x), **facts)


# Ops.


@pytest.mark.parametrize("x", [2.0, np.float32(2.0), [1.0, -2.0], [[0.5]], np.zeros((0, 2))])
def test_a_custom_op_behaves_like_any_other(x):
    f = cube()
    x = np.asarray(x)
    x = x if x.dtype == np.float32 else x.astype(np.float64)
    node = Node(x)
    y = f(node)
    assert y.op is f and y.dtype == x.dtype
    assert_allclose(y.value, x**3, rtol=1e-6)
    assert_allclose(signals(y, [node], seed=np.ones(x.shape, x.dtype))[0], 3.0 * x * x, rtol=1e-6)
    for mode in ("reverse", "forward"):
        J = jacobian(f, mode=mode)(x)
        assert_allclose(np.reshape(J, (x.size, x.size)), np.diag((3.0 * x * x).ravel()), rtol=1e-6)
    if x.size:
        total = hessian(lambda x: f(x).sum())(x)
        assert_allclose(np.diag(np.reshape(total, (x.size, x.size))), (6.0 * x).ravel(), rtol=1e-6)


def test_operands_broadcast_and_statics_pass():
    f = op(
        lambda x, w, power=1.0: x * w**power,
        lambda d, y, x, w, power: d * w**power,
        lambda d, y, x, w, power: d * x * power * w ** (power - 1.0),
    )
    x, w = Node(np.ones((2, 3))), Node([1.0, 2.0, 3.0])
    f(x, w, power=2.0).sum().backward()
    assert_allclose(x.grad, [[1.0, 4.0, 9.0]] * 2)
    assert_allclose(w.grad, [4.0, 8.0, 12.0])


def test_general_and_multilinear_ops():
    outer = op(
        lambda a, b: a[:, None] * b,
        lambda d, y, a, b: d @ b,
        lambda d, y, a, b: a @ d,
        kind="multilinear",
    )
    a, b = np.arange(2.0), np.arange(3.0)
    for mode in ("reverse", "forward"):
        J = jacobian(outer, argnums=(0, 1), mode=mode)(a, b)
        assert_allclose(J[0], np.eye(2)[:, None, :] * b[:, None])
    total = op(lambda x: np.sum(x * x), lambda d, y, x: d * 2.0 * x, kind="general")
    assert_allclose(grad(total)(a), 2.0 * a)
    assert_allclose(jacobian(total, mode="forward")(a), 2.0 * a)


@pytest.mark.parametrize("x", [2.0, np.float32(2.0), [1.0, -2.0], [[0.5]]])
@pytest.mark.parametrize("forward", [lambda x: x > 0, lambda x: np.rint(x).astype(int)])
def test_bools_and_integers_that_an_op_returns_become_floats(forward, x):
    x = Node(np.asarray(x))
    y = op(lambda x: forward(np.asarray(x)), lambda d, y, x: d * 0.0)(x)
    assert_allclose(y.value, np.asarray(forward(x.value if x.ndim else np.asarray(x.value)), float))
    assert y.dtype == np.float64
    y.sum().backward()
    assert_allclose(x.grad, np.zeros(x.shape))


def test_a_rule_of_none_passes_no_signal():
    f = op(lambda x, n: x * n, lambda d, y, x, n: d * n, None)
    x, n = Node(2.0), Node(3.0)
    f(x, n).backward()
    assert (x.grad, n.grad or 0.0) == (3.0, 0.0)
    y = Node(np.ones(2))
    f(y, Node(np.ones(2))).sum().backward()
    assert_allclose(y.grad, np.ones(2))


def test_a_custom_op_may_be_made_anew_but_takes_no_name_of_the_engine():
    assert cube() is not cube()
    with pytest.raises(ValueError, match=r"'tanh' exists already.*choose another"):
        cube(name="tanh")


SAVED = {}


def saving(x):
    SAVED["e"] = np.exp(x)
    return SAVED["e"]


@pytest.mark.parametrize("x", [0.5, np.array([0.0, 1.0])])
def test_a_rule_that_hides_its_graph_fails_loudly_at_second_order(x):
    f = op(saving, lambda d, y, x: d * SAVED["e"])
    once = grad(lambda x: f(x).sum())
    assert_allclose(once(x), np.exp(x))
    with pytest.raises(TypeError, match=r"rule for operand 0 of mine hides its graph.*operand 0"):
        grad(lambda x: once(x).sum())(x)
    assert_allclose(once(x), np.exp(x))


def test_a_rule_of_bare_numbers_fails_loudly_at_second_order():
    f = op(lambda x: x * x, lambda d, y, x: getattr(d, "value", d) * 2.0 * getattr(x, "value", x))
    assert grad(f)(3.0) == 6.0
    with pytest.raises(TypeError, match="bare numbers where a Node is wanted"):
        grad(grad(f))(3.0)


def test_a_linear_rule_is_no_hidden_graph():
    f = op(lambda x: 3.0 * x, lambda d, y, x: d * 3.0)
    assert grad(grad(f))(2.0) == 0.0
    assert_allclose(hessian(lambda x: (f(x) ** 2).sum())(np.ones(2)), 18.0 * np.eye(2))


# Checkpoints.


def deep(x, w):
    for _ in range(5):
        x = np.tanh(x @ w)
    return x


def test_a_checkpoint_gives_the_same_values_and_derivatives():
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(3, 2)), rng.normal(size=(2, 2))
    f = checkpoint(deep)
    assert_allclose(f(x, w), deep(x, w), rtol=1e-14)
    assert_allclose(f(Node(x), w).value, deep(x, w), rtol=1e-14)
    loss, plain = (lambda w, g=g: (g(x, w) ** 2).sum() for g in (f, deep))
    assert_allclose(grad(loss)(w), grad(plain)(w), rtol=1e-12)
    assert_allclose(hessian(loss)(w), hessian(plain)(w), rtol=1e-10)
    assert_allclose(
        jacobian(lambda w: f(x, w), mode="forward")(w),
        jacobian(lambda w: deep(x, w))(w),
        rtol=1e-10,
    )


def test_captured_parameters_and_trees_get_their_signals():
    w, b, x = Node(2.0, name="w"), Node(0.5), Node(3.0)
    scaled = w * 2.0
    y = checkpoint(lambda p, k=1.0: np.tanh(p["x"] * scaled + b) * k)({"x": x}, k=0.5)
    (y * y).backward()
    got = [n.grad for n in (w, b, x)]
    z = np.tanh(x * (w * 2.0) + b) * 0.5
    assert_allclose(got, signals(z * z, [w, b, x]), rtol=1e-12)
    assert set(y.operands) == {x, scaled, b}


def test_inner_values_are_not_kept():
    kept = []

    def f(x):
        y = np.exp(x)
        kept.append(weakref.ref(y.value))
        return y * y

    y = checkpoint(f)(Node(np.ones(3)))
    gc.collect()
    assert kept[0]() is None
    y.sum().backward()
    assert len(kept) == 2


def test_an_impure_function_is_found_out():
    rng = np.random.default_rng(0)
    y = checkpoint(lambda x: x * rng.normal())(Node(1.0))
    with pytest.raises(RuntimeError, match="another value when it was run again"):
        y.backward()


def test_checkpoints_of_constants_and_without_recording():
    f = checkpoint(lambda x: x * 2.0)
    assert not f(Node(1.0, requires_grad=False)).requires_grad
    with no_grad():
        assert not f(Node(1.0)).requires_grad
    with pytest.raises(TypeError, match="return one Node, not a tuple"):
        checkpoint(lambda x: (x, x))(Node(1.0))


@pytest.mark.parametrize("kind", ["elementwise", "general"])
def test_no_signal_and_no_tangent_passes_an_operand_without_a_rule(kind):
    f = op(lambda x, y: x * y, lambda d, z, x, y: d * y, None, kind=kind)
    x, y = np.array([2.0, 3.0]), np.array([5.0, 7.0])
    for mode in ("reverse", "forward"):
        assert_allclose(jacobian(f, argnums=0, mode=mode)(x, y), np.diag(y))
        assert_allclose(jacobian(f, argnums=1, mode=mode)(x, y), np.zeros((2, 2)))
        second = jacobian(jacobian(f, argnums=0, mode=mode), argnums=1, mode=mode)(x, y)
        assert_allclose(second[[0, 1], [0, 1], [0, 1]], [1.0, 1.0])
        assert second.sum() == 2.0
        again = jacobian(jacobian(f, argnums=1, mode=mode), argnums=0, mode=mode)(x, y)
        assert_allclose(again, np.zeros((2, 2, 2)))


def test_an_op_made_anew_takes_over_and_leaves_older_graphs_alone():
    old = op(lambda x: 2.0 * x, lambda d, y, x: d * 2.0)
    x = Node(1.0)
    y = old(x)
    op(lambda x: 3.0 * x, lambda d, y, x: d * 3.0)
    twin_x, twin = copy.deepcopy((x, y))
    twin.backward()
    assert twin_x.grad == 2.0
    with pytest.raises(pickle.PicklingError, match=r"mine cannot be pickled.*pickle node\.value"):
        pickle.dumps(y)


def test_an_op_made_anew_answers_for_its_ufunc():
    for slope in (5.0, 7.0):
        op(np.spacing, lambda d, y, x, slope=slope: d * slope)
        assert grad(np.spacing)(1.0) == slope
    del BY_FUNCTION[np.spacing]


def test_checkpoints_are_copied_but_not_pickled():
    x = Node(2.0)
    y = checkpoint(lambda x: x * x * x)(x)
    twin_x, twin = copy.deepcopy((x, y))
    twin.backward()
    assert twin_x.grad == 12.0
    with pytest.raises(pickle.PicklingError, match="checkpoint cannot be pickled"):
        pickle.dumps(y)


def test_user_code_cannot_write_to_values_and_signals():
    def doubled(x):
        x *= 2.0
        return x

    with pytest.raises(ValueError, match="read-only"):
        op(doubled, lambda d, y, x: d * 2.0)(Node([1.0, 2.0]))
    inside = op(lambda x: x * 2.0, lambda d, y, x: np.multiply(d, 2.0, out=d))
    with pytest.raises(ValueError, match="read-only"):
        inside(Node([1.0, 2.0])).sum().backward()


@pytest.mark.parametrize("name", ["note", "lambda", "Node", "plain"])
@pytest.mark.parametrize(
    ("forward", "last"),
    [
        (lambda x, y, z: x * y * z, "z"),
        (lambda value, scope, node: value * scope * node, "node"),
        (lambda type, pull, constant: type * pull * constant, "x2"),
        (lambda x, raw_x, y: x * raw_x * y, "x2"),
        (lambda *xs: xs[0] * xs[1] * xs[2], "x2"),
    ],
)
def test_names_of_three_operands_and_of_their_op_are_free(name, forward, last):
    product = op(
        forward,
        lambda d, out, a, b, c: d * b * c,
        lambda d, out, a, b, c: d * a * c,
        lambda d, out, a, b, c: d * a * b,
        name=name,
    )
    xs = [Node(2.0), Node([3.0, 1.0]), Node(5.0)]
    y = product(*xs)
    y.sum().backward()
    assert y.value.tolist() == [30.0, 10.0]
    assert [np.sum(x.grad) for x in xs] == [20.0, 20.0, 8.0]
    with pytest.raises(TypeError, match=rf"{name}\(\) missing 1 required .*: '{last}'"):
        product(*xs[:2])
    with pytest.raises(ValueError, match="broadcast") as error:
        product(xs[1], Node(np.ones(3)), xs[0])
    assert error.value.__notes__ == [f"while evaluating {name}([2], [3], 2.0)"]


def test_a_function_in_c_need_not_name_its_operands():
    rules = tuple(lambda d, y, *xs, i=i: d * (xs[i] == y) for i in range(3))
    largest = Op("largest", "general", max, rules=rules, arity=3)
    x = Node(3.0)
    y = largest.call(1.0, x, 2.0)
    y.backward()
    assert (y.value, x.grad) == (3.0, 1.0)


def test_results_in_memory_that_is_used_again_are_kept():
    memory = np.empty(3)
    f = op(lambda x: np.exp(x, out=memory), lambda d, y, x: np.multiply(d, y, out=memory))
    x = Node([0.0, 1.0, 2.0])
    weights = np.array([1.0, 2.0, 3.0])
    y, z = f(x), f(x * 2.0)
    (y.sum() * 2.0 + (z * weights).sum()).backward()
    assert_allclose(x.grad, 2.0 * np.exp(x.value) + 2.0 * weights * np.exp(2.0 * x.value))
    [g] = signals(f(x).sum(), [x])
    memory[:] = 0.0
    assert_allclose(g, np.exp(x.value))


def test_a_general_rule_gives_a_signal_of_its_operands_shape():
    total = op(lambda x: np.sum(x), lambda d, y, x: d, kind="general")
    with pytest.raises(ValueError, match=r"operand 0 of mine returned shape \(\) where \(3,\) is"):
        total(Node(np.ones(3))).backward()


@pytest.mark.parametrize(
    "rule",
    [
        lambda d, y, x: np.sum(d, keepdims=True) * 2.0,
        lambda d, y, x: np.sum(d) * 2.0,
        lambda d, y, x: np.sum(d, axis=-1, keepdims=True) * 2.0,
        lambda d, y, x: 2.0,
    ],
)
@pytest.mark.parametrize("shape", [(3,), (2, 3)])
def test_an_elementwise_rule_gives_a_signal_of_the_results_shape(rule, shape):
    doubled = op(lambda x: x * 2.0, rule)
    w = Node(np.ones(shape))
    with pytest.raises(ValueError, match=r"operand 0 of mine returned shape .* is needed"):
        doubled(w).sum().backward()
    assert w.grad is None
    with pytest.raises(ValueError, match=r"operand 0 of mine returned shape .* is needed"):
        jvp(doubled, (np.ones(shape),), (np.ones(shape),))


def test_a_rule_may_give_zero_for_all_elements_and_no_complex_numbers():
    w = Node(np.ones(3))
    op(np.floor, lambda d, y, x: 0.0)(w).sum().backward()
    assert w.grad.tolist() == [0.0, 0.0, 0.0]
    with pytest.raises(TypeError, match="operand 0 of mine returned a complex ndarray"):
        op(lambda x: x * 2.0, lambda d, y, x: d * 2j)(w).sum().backward()
