"""Modes: forward and reverse, Jacobians and Hessians, any nesting of them, trees and messages."""

import itertools
from collections import OrderedDict, defaultdict

import numpy as np
import pytest
from numpy.testing import assert_allclose

from autograd import Node, grad, hessian, hvp, jacobian, jvp, no_grad, softmax, vjp

RNG = np.random.default_rng(0)
A = RNG.normal(size=(3, 2))
X = RNG.normal(size=2)


def layer(x):
    return np.tanh(A @ x) * np.exp(x).sum()


def differences(f, x, h=1e-5):
    columns = []
    for i in range(x.size):
        step = np.zeros_like(x)
        step.flat[i] = h
        columns.append((np.asarray(f(x + step)) - np.asarray(f(x - step))) / (2 * h))
    return np.stack(columns, axis=-1)


# One function, every mode.


@pytest.mark.parametrize("mode", [None, "reverse", "forward"])
def test_jacobian(mode):
    assert_allclose(jacobian(layer, mode=mode)(X), differences(layer, X), rtol=1e-7)


@pytest.mark.parametrize("shape", [(), (2,), (0,), (2, 1)])
@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_jacobian_has_the_shapes_of_output_and_input(shape, mode):
    x = np.ones(shape)
    assert np.shape(jacobian(lambda x: np.stack([x, x * x, x]), mode=mode)(x)) == (
        3,
        *shape,
        *shape,
    )
    assert np.shape(jacobian(lambda x: x.sum(), mode=mode)(x)) == shape


def test_products_agree_with_the_jacobian():
    J = jacobian(layer)(X)
    v, w = RNG.normal(size=2), RNG.normal(size=3)
    out, tangent = jvp(layer, (X,), (v,))
    assert_allclose(tangent, J @ v, rtol=1e-12)
    again, pullback = vjp(layer, X)
    assert_allclose(out, again, rtol=0)
    assert_allclose(pullback(w)[0], w @ J, rtol=1e-12)
    assert_allclose(pullback(2.0 * w)[0], 2.0 * w @ J, rtol=1e-12)
    assert type(out) is type(tangent) is np.ndarray


def test_hessian_and_its_products():
    def f(x):
        return (layer(x) ** 2).sum()

    H = hessian(f)(X)
    assert_allclose(H, differences(grad(f), X), rtol=1e-6)
    assert_allclose(H, H.T, rtol=1e-12)
    v = RNG.normal(size=2)
    assert_allclose(hvp(f, X, v), H @ v, rtol=1e-12)
    assert hessian(lambda x: x**3)(2.0) == 12.0
    assert_allclose(hessian(lambda x, y: (x * y).sum(), argnums=(0, 1))(X, X)[0][1], np.eye(2))


# Nesting.

DERIVATIVES = {
    "grad": grad,
    "forward": lambda f: lambda x: jvp(f, (x,), (1.0,))[1],
    "pullback": lambda f: lambda x: vjp(f, x)[1](1.0)[0],
    "rows": lambda f: jacobian(f, mode="reverse"),
    "columns": lambda f: jacobian(f, mode="forward"),
}


@pytest.mark.parametrize("outer", DERIVATIVES)
@pytest.mark.parametrize("inner", DERIVATIVES)
def test_no_perturbation_confusion(outer, inner):
    D, d = DERIVATIVES[outer], DERIVATIVES[inner]
    assert D(lambda x: x * d(lambda y: x + y)(1.0))(2.0) == 1.0
    assert D(lambda x: x * d(lambda y: x * y)(3.0))(2.0) == 4.0
    assert D(lambda x: d(lambda y: x * y * y)(x))(3.0) == 12.0
    assert D(lambda x: d(lambda y: 5.0 * y)(x))(3.0) == 0.0
    assert type(D(d(lambda x: x * x * x))(2.0)) is float


@pytest.mark.parametrize("modes", list(itertools.product(DERIVATIVES, repeat=3)))
def test_third_derivatives_in_any_modes(modes):
    f = np.sin
    for mode in modes:
        f = DERIVATIVES[mode](f)
    assert_allclose(f(0.7), -np.cos(0.7), rtol=1e-12)


def test_tangents_and_seeds_may_be_differentiated():
    assert grad(lambda v: jvp(lambda x: x * x, (3.0,), (v,))[1] ** 2)(2.0) == 2 * 36.0 * 2.0
    assert grad(lambda w: vjp(lambda x: x * x, 3.0)[1](w)[0] ** 2)(2.0) == 2 * 36.0 * 2.0


def test_captured_nodes_take_part():
    w = Node(2.0)
    _, tangent = jvp(lambda x: w * x * x, (3.0,), (1.0,))
    assert isinstance(tangent, Node)
    tangent.backward()
    assert w.grad == 6.0
    assert isinstance(jacobian(lambda x: w * x)(X), Node)
    with no_grad():
        assert jvp(lambda x: w * x * x, (3.0,), (1.0,))[1] == 12.0


# Zero signals.


@np.errstate(invalid="ignore")
def test_a_zero_stays_zero_in_both_modes():
    def f(x):
        return np.where(x > 0, np.sqrt(x), 0.0)

    x = np.array([-1.0, 0.0, 4.0])
    for mode in ("reverse", "forward"):
        assert_allclose(np.diag(jacobian(f, mode=mode)(x)), [0.0, 0.0, 0.25])
        assert_allclose([jacobian(f, mode=mode)(float(v)) for v in x], [0.0, 0.0, 0.25])
    assert_allclose(jvp(f, (x,), (np.ones(3),))[1], [0.0, 0.0, 0.25])


@pytest.mark.parametrize(
    "f",
    [lambda x: x**1.5, lambda x: x * np.sqrt(x), lambda x: np.exp(np.sqrt(x)), lambda x: x**0.5],
)
def test_a_zero_stays_zero_in_second_derivatives(f):
    """Where a branch that is not chosen has no second derivative."""

    def chosen(x):
        return np.where(x > 0, f(x), 0.0)

    x = np.array([0.0, 4.0])
    wanted = [0.0, hessian(f)(4.0)]
    assert wanted[1] != 0.0
    assert_allclose([hessian(chosen)(float(v)) for v in x], wanted)
    assert_allclose([hvp(chosen, float(v), 1.0) for v in x], wanted)
    assert_allclose(hessian(lambda x: chosen(x).sum())(x), np.diag(wanted))
    assert_allclose(hvp(lambda x: chosen(x).sum(), x, np.ones(2)), wanted)


# Several outputs, trees, dtypes.


def test_forward_mode_through_several_outputs():
    S = A.T @ A + np.eye(2)

    def f(s):
        w, v = np.linalg.eigh(s)
        return (v * np.exp(w)) @ v.T

    for mode in ("reverse", "forward"):
        J = jacobian(f, mode=mode)(S)
        expected = differences(lambda s: np.asarray(f((s + s.T) / 2)), S)
        assert_allclose(J.reshape(2, 2, 4), expected, rtol=1e-6, atol=1e-8)
    assert_allclose(jvp(lambda s: np.linalg.slogdet(s)[1], (S,), (S,))[1], 2.0, rtol=1e-12)


def test_recorded_tangents_cost_as_much_as_the_graph_is_long():
    def recorded(length):
        def chain(x):
            for _ in range(length):
                x = softmax(x) + x
            return x

        before = Node(0.0)._number
        grad(lambda x: jvp(chain, (x,), (X,))[1].sum())(X)
        return Node(0.0)._number - before

    assert recorded(40) < 5 * recorded(10)


def test_trees_of_arguments_and_results():
    def f(p, scale):
        return {"y": p["w"] * scale, "z": [p["b"][0] + p["w"].sum(), None]}

    p = {"w": X, "b": (1.0,)}
    J = jacobian(f)(p, 3.0)
    assert_allclose(J["y"]["w"], 3.0 * np.eye(2))
    assert_allclose(J["y"]["b"][0], np.zeros(2))
    assert_allclose(J["z"][0]["w"], np.ones(2))
    assert J["z"][0]["b"][0] == 1.0
    _, t = jvp(f, (p, 3.0), ({"w": np.ones(2), "b": (0.0,)}, 1.0))
    assert_allclose(t["y"], 3.0 + X)
    assert t["z"][0] == 2.0
    assert_allclose(vjp(f, p, 3.0)[1]({"y": np.ones(2), "z": [1.0, None]})[0]["w"], np.full(2, 4.0))
    assert_allclose(
        hvp(lambda q: (q["w"] ** 3).sum() * q["b"][0], p, p)["w"], 9.0 * X**2, rtol=1e-12
    )


def test_dicts_of_other_kinds_stay_what_they_are():
    ordered = OrderedDict(b=2.0, a=3.0)
    counted = defaultdict(list, a=np.ones(2))
    for tree in (ordered, counted):
        found = grad(lambda t: sum((np.sum(x) ** 2 for x in t.values()), Node(0.0)))(tree)
        assert type(found) is type(tree)
        assert list(found) == list(tree)
    assert found.default_factory is list
    assert tree["a"].tolist() == [1.0, 1.0]
    assert found["a"].tolist() == [4.0, 4.0]


def test_aux_comes_back_plain():
    def f(x):
        return x * x, {"twice": 2.0 * x}

    assert jvp(f, (3.0,), (1.0,), has_aux=True) == (9.0, 6.0, {"twice": 6.0})
    out, pullback, aux = vjp(f, 3.0, has_aux=True)
    assert (out, pullback(1.0), aux) == (9.0, (6.0,), {"twice": 6.0})
    assert jacobian(f, has_aux=True)(3.0) == (6.0, {"twice": 6.0})


@pytest.mark.parametrize("kind", [np.float32, np.float16])
def test_small_floats_stay_small(kind):
    x = np.asarray([0.5, 1.5], kind)
    out, tangent = jvp(lambda x: np.tanh(x) * 2.0, (x,), (np.ones(2, kind),))
    assert out.dtype == tangent.dtype == jacobian(np.tanh)(x).dtype == kind
    assert vjp(np.tanh, x)[1](np.ones(2))[0].dtype == kind
