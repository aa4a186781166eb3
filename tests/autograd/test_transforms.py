"""grad and value_and_grad: JAX's arguments, nested containers, any order, no confusion."""

import numpy as np
import pytest

import autograd
from autograd import Node, grad, hvp, jvp, no_grad, value_and_grad, vjp


def cube(x):
    return x * x * x


def test_plain_numbers_give_plain_floats():
    assert grad(cube)(2.0) == 12.0
    assert type(grad(cube)(2.0)) is float
    assert value_and_grad(cube)(2) == (8.0, 12.0)
    assert type(value_and_grad(cube)(2)[0]) is float


def test_any_order():
    f, expected = (lambda x: x**5), [32.0, 80.0, 160.0, 240.0, 240.0, 120.0, 0.0]
    for value in expected:
        assert f(2.0) == pytest.approx(value, rel=1e-14)
        f = grad(f)


def test_higher_orders_of_functions():
    f = np.tanh
    for order in range(1, 5):
        f = grad(f)
        y = np.tanh(0.3)
        expected = [1 - y**2, -2 * y * (1 - y**2), (6 * y**2 - 2) * (1 - y**2),
                    (16 * y - 24 * y**3) * (1 - y**2)][order - 1]  # fmt: skip
        assert f(0.3) == pytest.approx(expected, rel=1e-12)


def test_perturbation_confusion():
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(1.0) == 1.0
    assert grad(lambda x: x * grad(lambda y: x * y)(2.0))(3.0) == 6.0
    assert grad(lambda x: grad(lambda x: x * x)(x) * x)(3.0) == 12.0


def test_argnums():
    def f(x, y, z):
        return x * y + 10.0 * z * y

    assert grad(f)(2.0, 3.0, 4.0) == 3.0
    assert grad(f, 1)(2.0, 3.0, 4.0) == 42.0
    assert grad(f, argnums=(2, 0))(2.0, 3.0, 4.0) == (30.0, 3.0)
    assert grad(f, argnums=[0])(2.0, 3.0, 4.0) == (3.0,)
    assert grad(f, argnums=-1)(2.0, 3.0, 4.0) == 30.0
    for wrong in (3, (0, 5), -4):
        with pytest.raises(TypeError, match="argnums"):
            grad(f, argnums=wrong)(2.0, 3.0, 4.0)


def test_keyword_arguments_pass():
    assert grad(lambda x, *, k: k * x * x)(3.0, k=2.0) == 12.0


def test_has_aux():
    def f(x):
        return x * x, {"double": x * 2.0, "word": "hello"}

    gradient, aux = grad(f, has_aux=True)(3.0)
    assert gradient == 6.0 and aux == {"double": 6.0, "word": "hello"}
    assert not isinstance(aux["double"], Node)
    (value, aux), gradient = value_and_grad(f, has_aux=True)(3.0)
    assert (value, aux["double"], gradient) == (9.0, 6.0, 6.0)
    with pytest.raises(TypeError, match=r"pair \(value, aux\)"):
        grad(cube, has_aux=True)(3.0)


def test_containers_keep_their_form():
    params = {"w": [np.ones((2, 2)), np.ones(2)], "b": (1.0, None), "n": np.float32(2.0)}

    def f(p):
        return np.sum(p["w"][0] @ p["w"][1]) * p["b"][0] + p["n"] * p["n"]

    found = grad(f)(params)
    assert set(found) == {"w", "b", "n"}
    assert found["w"][0].tolist() == [[1.0, 1.0], [1.0, 1.0]]
    assert found["w"][1].tolist() == [2.0, 2.0]
    assert found["b"] == (4.0, None)
    assert found["n"] == 4.0 and found["n"].dtype == np.float32
    assert isinstance(found["w"], list) and isinstance(found["b"], tuple)


def test_empty_trees():
    for tree in (None, {}, [], ()):
        assert grad(lambda t: Node(1.0) * 1.0)(tree) == tree


def test_what_does_not_take_part_gets_zeros():
    a, b = grad(lambda x, y: np.sum(x) * 2.0, argnums=(0, 1))(np.ones(2), np.ones((2, 3)))
    assert a.tolist() == [2.0, 2.0]
    assert b.shape == (2, 3) and not b.any()
    assert grad(lambda x: 3.0)(2.0) == 0.0


def test_a_function_of_arrays_has_one_number_as_its_value():
    with pytest.raises(TypeError, match="shape"):
        grad(lambda x: x * 2.0)(np.ones(3))
    with pytest.raises(TypeError):
        grad(lambda x: "a")(1.0)


def test_arrays_come_back_as_arrays():
    x = np.array([1.0, 2.0])
    value, g = value_and_grad(lambda x: np.sum(x * x))(x)
    assert type(value) is float and type(g) is np.ndarray
    assert g.tolist() == [2.0, 4.0]
    assert x.flags.writeable and x.tolist() == [1.0, 2.0]


def test_nodes_take_part():
    w = Node(3.0)
    g = grad(lambda x: x * x * w)(2.0)
    assert isinstance(g, Node) and g.value == 12.0
    g.backward()
    assert w.grad == 4.0
    h = grad(cube)(w)
    assert isinstance(h, Node) and h.value == 27.0
    assert autograd.signals(h, [w]) == [18.0]


def test_constants_do_not_make_nodes():
    c = Node(3.0, requires_grad=False)
    g = grad(lambda x: x * x * c)(2.0)
    assert g == 12.0 and not isinstance(g, Node)


def test_transforms_write_no_gradients():
    w = Node(3.0)
    grad(lambda x: x * w)(2.0)
    grad(cube)(w)
    assert w.grad is None


def test_under_no_grad():
    with no_grad():
        assert grad(cube)(2.0) == 12.0
        assert grad(grad(cube))(2.0) == 12.0
    w = Node(3.0)
    with no_grad():
        g = grad(lambda x: x * x * w)(2.0)
    assert not isinstance(g, Node) or not g.requires_grad


def test_hessians_are_symmetric_and_right():
    rng = np.random.default_rng(0)
    a = rng.normal(size=(3, 3))

    def f(x):
        return np.sum(np.tanh(a @ x) ** 2) + np.prod(x)

    x = rng.normal(size=3)
    rows = np.stack([grad(lambda x, i=i: grad(f)(x)[i])(x) for i in range(3)])
    np.testing.assert_allclose(rows, rows.T, atol=1e-12)
    h = 1e-5
    columns = np.stack(
        [(grad(f)(x + h * e) - grad(f)(x - h * e)) / (2 * h) for e in np.eye(3)], axis=1
    )
    np.testing.assert_allclose(rows, columns, rtol=1e-6, atol=1e-8)


def test_higher_order_with_branches_and_zeros():
    def f(x):
        return np.where(x > 0, np.sqrt(x), 0.0)

    for x, expected in [(-1.0, 0.0), (0.0, 0.0), (4.0, -1 / 32)]:
        assert grad(grad(f))(x) == expected
    assert grad(grad(lambda x: x**2))(0.0) == 2.0
    assert grad(grad(lambda x: np.prod(x * np.ones(3))))(0.0) == 0.0
    assert grad(grad(lambda x: np.prod(x * np.ones(3))))(2.0) == 12.0


def test_mixed_second_derivatives():
    def f(x, y):
        return np.sin(x) * np.exp(y)

    found = grad(grad(f, 0), 1)(0.3, 0.2)
    assert type(found) is float
    assert grad(grad(f, 0), 1)(0.3, 0.2) == pytest.approx(np.cos(0.3) * np.exp(0.2), rel=1e-14)
    assert grad(grad(f, 1), 0)(0.3, 0.2) == pytest.approx(np.cos(0.3) * np.exp(0.2), rel=1e-14)


def test_float32_stays_float32():
    g = grad(lambda x: np.sum(x * x))(np.ones(2, np.float32))
    assert g.dtype == np.float32


def test_name_and_docstring_are_kept():
    assert grad(cube).__name__ == "cube"


def test_dicts_are_paired_by_key():
    def f(t):
        return t["a"] ** 2 + 1000.0 * t["b"] ** 3

    x, v = {"a": 1.0, "b": 2.0}, {"b": 1.0, "a": 0.0}
    assert jvp(f, (x,), (v,))[1] == 12000.0
    assert hvp(f, x, v) == {"a": 0.0, "b": 12000.0}
    pullback = vjp(lambda t: {"b": t["b"], "a": t["a"]}, x)[1]
    assert pullback({"a": 5.0, "b": 7.0}) == ({"a": 5.0, "b": 7.0},)


def test_a_node_that_leaves_its_transform_is_a_constant_to_sweeps():
    leaked = []
    grad(lambda x: (leaked.append(x), x * x)[1])(3.0)
    with pytest.raises(RuntimeError, match="belongs to a transform"):
        (leaked[0] * 2.0).backward()


def test_hessian_hands_aux_on():
    value, aux = autograd.hessian(lambda x: (np.sum(x**3), x * 2.0), has_aux=True)(np.ones(2))
    np.testing.assert_allclose(value, 6.0 * np.eye(2))
    np.testing.assert_array_equal(aux, [2.0, 2.0])


@pytest.mark.parametrize("integer", [np.int64, np.uint8])
def test_argnums_may_be_integers_of_numpy(integer):
    def f(x, y):
        return x * x * y

    one, both = integer(1), (integer(0), integer(1))
    assert grad(f, argnums=one)(3.0, 2.0) == 9.0
    assert grad(f, argnums=both)(3.0, 2.0) == (12.0, 9.0)
    for mode in ("reverse", "forward"):
        assert autograd.jacobian(f, argnums=one, mode=mode)(3.0, 2.0) == 9.0
