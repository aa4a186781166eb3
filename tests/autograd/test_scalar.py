"""Scalars are Python floats all the way and obey IEEE 754; kinks are as agreed."""

import builtins
import dis
import math

import numpy as np
import pytest

from autograd import REGISTRY, Node, relu, sigmoid, signals, softplus
from autograd.pulls import source
from autograd.scalar import steps_of, traced

INF, NAN = math.inf, math.nan

CASES = {
    "1/0": (lambda x: 1.0 / x, 0.0, INF),
    "1/-0": (lambda x: 1.0 / x, -0.0, -INF),
    "0/0": (lambda x: x / x, 0.0, NAN),
    "exp(1000)": (np.exp, 1000.0, INF),
    "exp(-inf)": (np.exp, -INF, 0.0),
    "expm1(1000)": (np.expm1, 1000.0, INF),
    "(-8)**(1/3)": (lambda x: x ** (1 / 3), -8.0, NAN),
    "0**-1": (lambda x: x**-1.0, 0.0, INF),
    "0**0": (lambda x: x**0.0, 0.0, 1.0),
    "1e200**2": (lambda x: x**2, 1e200, INF),
    "2**5000": (lambda x: 2.0**x, 5000.0, INF),
    "log(0)": (np.log, 0.0, -INF),
    "log(-1)": (np.log, -1.0, NAN),
    "log1p(-1)": (np.log1p, -1.0, -INF),
    "log1p(-2)": (np.log1p, -2.0, NAN),
    "sqrt(-1)": (np.sqrt, -1.0, NAN),
    "sqrt(-0)": (np.sqrt, -0.0, -0.0),
    "inf-inf": (lambda x: x - x, INF, NAN),
    "inf*0": (lambda x: x * 0.0, INF, NAN),
    "sin(inf)": (np.sin, INF, NAN),
    "cos(inf)": (np.cos, INF, NAN),
    "tan(inf)": (np.tan, INF, NAN),
    "sinh(1000)": (np.sinh, 1000.0, INF),
    "cosh(-1000)": (np.cosh, -1000.0, INF),
    "tanh(inf)": (np.tanh, INF, 1.0),
    "square(1e200)": (np.square, 1e200, INF),
    "reciprocal(0)": (np.reciprocal, 0.0, INF),
    "1e308+1e308": (lambda x: x + x, 1e308, INF),
    "sigmoid(-1000)": (sigmoid, -1000.0, 0.0),
    "sigmoid(1000)": (sigmoid, 1000.0, 1.0),
    "softplus(1000)": (softplus, 1000.0, 1000.0),
    "softplus(-1000)": (softplus, -1000.0, 0.0),
    "softplus(-inf)": (softplus, -INF, 0.0),
    "relu(nan)": (relu, NAN, NAN),
    "sign(nan)": (np.sign, NAN, NAN),
    "maximum(nan, 1)": (lambda x: np.maximum(x, 1.0), NAN, NAN),
    "maximum(1, nan)": (lambda x: np.maximum(1.0, x), NAN, NAN),
    "minimum(1, nan)": (lambda x: np.minimum(1.0, x), NAN, NAN),
}


@pytest.mark.parametrize("name", CASES)
def test_scalars_follow_ieee_754(name):
    f, x, expected = CASES[name]
    node = Node(x)
    y = f(node)
    assert type(y.value) is float
    np.testing.assert_equal(y.value, expected)
    if expected == 0.0:
        assert math.copysign(1.0, y.value) == math.copysign(1.0, expected)
    y.backward()
    assert type(node.grad) is float
    np.testing.assert_equal(signals(y, [node])[0], node.grad)
    with np.errstate(all="ignore"):
        array = Node([x])
        f(array).backward([1.0])
    np.testing.assert_allclose(node.grad, array.grad[0], rtol=1e-12)


def test_a_gradient_that_overflows_is_infinite():
    x = Node(1e200)
    (x * x * x).backward()
    assert x.grad == INF
    y = Node(1e-200)
    (1.0 / y).backward()
    assert y.grad == -INF
    z = Node(0.0)
    np.sqrt(z).backward()
    assert z.grad == INF


def test_scalars_are_floats_through_a_longer_expression():
    x = Node(0.7)
    y = np.tanh(x) * 2 + np.float64(3.0) - np.array(1.0) / (x**2 + 1) + np.maximum(x, 0)
    y.backward()
    pending = [y]
    while pending:
        node = pending.pop()
        if isinstance(node, Node):
            assert type(node.value) is float and type(node.grad) is float
            pending += node.operands


KINKS = {
    "relu": (relu, 0.0, 0.0),
    "relu at -0": (relu, -0.0, 0.0),
    "abs": (abs, 0.0, 0.0),
    "sign": (np.sign, 0.0, 0.0),
    "sign off 0": (np.sign, 2.0, 0.0),
    "maximum": (lambda x: np.maximum(x, 1.0), 1.0, 0.5),
    "maximum, reflected": (lambda x: np.maximum(1.0, x), 1.0, 0.5),
    "maximum below": (lambda x: np.maximum(x, 1.0), 0.5, 0.0),
    "maximum above": (lambda x: np.maximum(x, 1.0), 1.5, 1.0),
    "minimum": (lambda x: np.minimum(x, 1.0), 1.0, 0.5),
    "minimum below": (lambda x: np.minimum(x, 1.0), 0.5, 1.0),
    "maximum with itself": (lambda x: np.maximum(x, x), 1.0, 1.0),
    "clip at the lower bound": (lambda x: np.clip(x, 0.0, 1.0), 0.0, 1.0),
    "clip at the upper bound": (lambda x: np.clip(x, 0.0, 1.0), 1.0, 1.0),
    "clip below": (lambda x: np.clip(x, 0.0, 1.0), -0.1, 0.0),
    "clip above": (lambda x: np.clip(x, 0.0, 1.0), 1.1, 0.0),
    "clip, one bound": (lambda x: np.clip(x, 0.0, None), 5.0, 1.0),
    "x**0": (lambda x: x**0.0, 0.0, 0.0),
    "x**1": (lambda x: x**1.0, 0.0, 1.0),
    "x**2": (lambda x: x**2, 0.0, 0.0),
    "(-2)**3": (lambda x: x**3, -2.0, 12.0),
    "0**x": (lambda x: 0.0**x, 2.0, 0.0),
    "std": (np.std, 3.0, 0.0),
    "var": (np.var, 3.0, 0.0),
    "max": (np.max, 3.0, 1.0),
    "prod": (np.prod, 0.0, 1.0),
    "sum": (np.sum, 0.0, 1.0),
    "softmax": (REGISTRY["softmax"], 3.0, 0.0),
    "logsumexp": (REGISTRY["logsumexp"], 3.0, 1.0),
}


@pytest.mark.parametrize("name", KINKS)
def test_kinks_of_scalars_and_arrays(name):
    f, x, expected = KINKS[name]
    for value in (x, np.float32(x), np.array([x]), np.array([[x]], np.float32)):
        node = Node(value)
        y = f(node)
        y.backward(np.ones(y.shape))
        np.testing.assert_array_equal(node.grad, np.full(node.shape, expected))
        np.testing.assert_array_equal(signals(y, [node], np.ones(y.shape))[0], node.grad)


def gradient(f, x, seed=None):
    node = Node(x)
    f(node).backward(seed)
    return node.grad


def test_ties_of_reductions_share_evenly():
    for f, x in [(np.max, [1.0, 3.0, 3.0, 3.0]), (np.min, [7.0, 3.0, 3.0, 3.0])]:
        np.testing.assert_allclose(gradient(f, x), [0, 1 / 3, 1 / 3, 1 / 3])
    found = gradient(lambda x: np.max(x, axis=1), [[2.0, 2.0], [0.0, 1.0]], [1.0, 10.0])
    assert found.tolist() == [[0.5, 0.5], [0.0, 10.0]]


def test_std_of_a_constant_has_derivative_zero():
    assert gradient(np.std, [3.0, 3.0, 3.0]).tolist() == [0.0, 0.0, 0.0]
    rows = gradient(lambda x: np.std(x, axis=1), [[3.0, 3.0], [1.0, 3.0]], [1.0, 1.0])
    np.testing.assert_allclose(rows, [[0.0, 0.0], [-0.5, 0.5]])


def test_prod_with_zeros_by_exclusive_products():
    assert gradient(np.prod, [2.0, 0.0, 3.0]).tolist() == [0.0, 6.0, 0.0]
    assert gradient(np.prod, [0.0, 0.0, 3.0]).tolist() == [0.0, 0.0, 0.0]
    found = gradient(lambda x: np.prod(x, axis=0), [[2.0, 0.0], [5.0, 7.0]], [1.0, 1.0])
    assert found.tolist() == [[5.0, 7.0], [2.0, 0.0]]


def test_logsumexp_of_nothing_and_of_infinities():
    logsumexp = REGISTRY["logsumexp"]
    assert logsumexp(Node([])).value == -INF
    assert gradient(logsumexp, [-INF, -INF]).tolist() == [0.0, 0.0]
    assert gradient(logsumexp, [-INF, 2.0]).tolist() == [0.0, 1.0]
    assert logsumexp(Node([INF, 0.0])).value == INF
    np.testing.assert_allclose(gradient(logsumexp, [1e4, -1e4]), [1.0, 0.0])


@pytest.mark.parametrize("name", [n for n, op in REGISTRY.items() if op.compact and op.rules])
@pytest.mark.parametrize("kind", ["float", "array"])
def test_generated_source_compiles_and_names_what_it_uses(name, kind):
    op = REGISTRY[name]
    for targets in ("x",) if op.arity == 1 else ("x", "y", "xy"):
        text, names = source(op, kind, targets)
        code = compile(text, name, "exec")
        scope = dict(names)
        exec(code, scope)
        used = {i.argval for i in dis.get_instructions(scope["pull"]) if i.opname == "LOAD_GLOBAL"}
        assert used <= set(names) | set(dir(builtins))


def test_generated_rules_are_plain_arithmetic():
    text, _ = source(REGISTRY["tanh"], "float", "x")
    assert "g = (d * ((1.0) - (z * z)))" in text
    for kind in ("float", "array"):
        text, _ = source(REGISTRY["multiply"], kind, "xy")
        assert "g = (d * b)" in text and "g = (d * a)" in text


def test_generated_array_rules_reuse_memory_that_nobody_else_sees():
    text, _ = source(REGISTRY["tanh"], "array", "x")
    assert "t0 = z * z\n        subtract((1.0), t0, t0)\n        multiply(d, t0, t0)" in text

    def twice(d, z, a):
        s = z * a
        return d * (s + s * s)

    assert steps_of(traced(twice, 1), "dza").splitlines() == [
        "t0 = z * a", "t1 = t0 * t0", "add(t0, t1, t1)", "multiply(d, t1, t1)", "g = t1",
    ]  # fmt: skip
    assert steps_of(traced(lambda d, z, a, b: d * (b * b), 2), "dz") is None
