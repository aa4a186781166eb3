"""The engine to compare with computes right values and gradients."""

import math
from operator import add, mul, sub, truediv

import pytest

from benchmarks.micrograd import Value

OPERATIONS = {
    "neg": (lambda x: -x, lambda x: -x),
    "pow": (lambda x: x**3, lambda x: x**3),
    "tanh": (Value.tanh, math.tanh),
    "exp": (Value.exp, math.exp),
    "relu": (Value.relu, lambda x: max(x, 0.0)),
    "add constant": (lambda x: 2.0 + x, lambda x: 2.0 + x),
    "multiply constant": (lambda x: 2.0 * x, lambda x: 2.0 * x),
    "from constant": (lambda x: 2.0 - x, lambda x: 2.0 - x),
    "into constant": (lambda x: 2.0 / x, lambda x: 2.0 / x),
    "less constant": (lambda x: x - 2.0, lambda x: x - 2.0),
    "by constant": (lambda x: x / 2.0, lambda x: x / 2.0),
}


def difference(f, x, step=1e-6):
    return (f(x + step) - f(x - step)) / (2 * step)


@pytest.mark.parametrize("at", [-1.3, 0.7])
@pytest.mark.parametrize("name", OPERATIONS)
def test_unary(name, at):
    operation, function = OPERATIONS[name]
    x = Value(at)
    y = operation(x)
    y.backward()
    assert y.data == pytest.approx(function(at))
    assert x.grad == pytest.approx(difference(function, at), abs=1e-8)


@pytest.mark.parametrize("operation", [add, sub, mul, truediv])
def test_binary(operation):
    a, b = Value(1.7), Value(-0.6)
    y = operation(a, b)
    y.backward()
    assert y.data == pytest.approx(operation(1.7, -0.6))
    assert a.grad == pytest.approx(difference(lambda v: operation(v, -0.6), 1.7))
    assert b.grad == pytest.approx(difference(lambda v: operation(1.7, v), -0.6))


def test_a_number_used_twice_gets_both_contributions():
    x = Value(3.0)
    y = x * x + x
    y.backward()
    assert x.grad == 7.0
    assert repr(x) == "Value(3.0, grad=7.0)"
