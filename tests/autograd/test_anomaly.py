"""detect_anomaly: the first value or signal that is not finite, and the line it comes from."""

import asyncio
import inspect
import re
import threading

import numpy as np
import pytest

import autograd
from autograd import Node, detect_anomaly, grad, jacobian, jvp, no_grad

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def x(value=1.0):
    return Node(value, name="x")


def inner_sqrt():
    return np.sqrt(np.sqrt(x() - 2.0))


def scaled():
    return Node([1.0, np.inf], name="w") * 0.5


def unmasked():
    """An op that is no sum of others, and whose rule lets infinities pass."""
    return autograd.custom_op(
        np.sqrt, lambda d, y, x: d / (2.0 * y), name="unmasked", kind="general"
    )


def twice(f):
    return grad(grad(f))(0.0)


VALUES = [
    (inner_sqrt, r"sqrt of \(subtract = -1\) gave nan; its operands are finite"),
    (lambda: np.log(-x()), r"log of \(negative = -1\) gave nan"),
    (lambda: np.log(x([1.0, -1.0])), r"log of \(x = \[.*\] of shape \[2\]\) gave \[ 0\., nan\]"),
    (lambda: np.log(x([1.0, -1.0])), r"\(1 of 2 not finite, first at \[1\]\)"),
    (lambda: x() / 0.0, r"divide of \(x = 1, 0\) gave inf"),
    (lambda: 1.0 / (x() - 1.0), r"divide of \(1, subtract = 0\) gave inf"),
    (lambda: x() * np.inf, r"multiply of \(x = 1, inf\) gave inf; a constant was not finite"),
    (scaled, r"gave \[0\.5, inf\] .*; w was not finite already"),
    (lambda: np.exp(x(np.float32(100.0))), r"exp of \(x = 100\) gave inf"),
    (lambda: np.sum(x([1e308, 1e308])), r"sum of \(x = .*\) gave inf"),
    (lambda: np.where(np.array([False]), np.sqrt(x(-1.0)), 0.0), r"sqrt of \(x = -1\)"),
    (lambda: (inner_sqrt() * 0.0).backward(), r"sqrt of \(subtract = -1\)"),
    (lambda: twice(lambda t: np.log(t - 1.0)), r"log of \(subtract = -1\) gave nan"),
]
SIGNALS = [
    (lambda: np.sqrt(x(0.0)).backward(), r"sqrt by operand 0 gave inf where the signal is 1"),
    (lambda: np.sqrt(x(0.0)).backward(), r"sqrt of \(x = 0\) is 0"),
    (lambda: np.sqrt(x([0.0, 1.0])).sum().backward(), r"signal is \[1\., 1\.\] of shape \[2\]"),
    (lambda: autograd.signals(np.sqrt(x(0.0))), "derivative of sqrt"),
    (lambda: grad(np.sqrt)(0.0), "derivative of sqrt"),
    (lambda: twice(lambda t: t**1.5), r"derivative of power by operand 0 gave inf"),
    (lambda: grad(lambda s: twice(lambda t: s * t**1.5))(1.0), "derivative of power"),
    (lambda: np.sum(overflowing()).backward(), r"arrive at x are finite, but their sum is not"),
    (lambda: (x() * 2.0).backward(np.nan), "the seed of a sweep is not finite: nan"),
]
TANGENTS = [
    (lambda: jvp(np.sqrt, (0.0,), (1.0,)), r"tangent of sqrt is inf where it moves operand 0 by 1"),
    (lambda: jvp(np.sqrt, (0.0,), (1.0,)), r"sqrt of \(a Node = 0\) is 0"),
    (lambda: jvp(np.add, (1.0, 2.0), (1e308, 1e308)), "0 by 1e[+]308 and operand 1 by 1e[+]308"),
    (lambda: jvp(np.sum, (np.ones(2),), (np.full(2, 1e308),)), "the tangent of sum is inf"),
    (lambda: jvp(np.sin, (1.0,), (np.nan,)), "^a tangent is not finite: nan"),
    (lambda: jacobian(np.log, mode="forward")(1e-320), "the tangent of log is inf"),
    (lambda: autograd.hvp(lambda t: t**1.5, 0.0, 1.0), "derivative of power by operand 0 gave inf"),
    (lambda: jvp(lambda t: jvp(np.sqrt, (t,), (1.0,))[1], (0.0,), (1.0,)), "the tangent of sqrt"),
    (lambda: jvp(unmasked(), (0.0,), (1.0,)), "gave inf where the signal is 1"),
]


def overflowing():
    a = x(1e-300)
    return a * 1.5e308 + a * 1.5e308


@pytest.mark.parametrize(("f", "message"), VALUES + SIGNALS + TANGENTS)
def test_it_raises_and_names(f, message):
    with detect_anomaly(), pytest.raises(FloatingPointError) as error:
        f()
    said = str(error.value).split("; at ")[0]  # what follows quotes the line of this very table
    assert re.search(message, said)
    with no_grad():
        assert Node(-1.0).sqrt().value != 0.0  # nothing stays switched on


def place_in(error):
    return re.search(r"at (\S+):(\d+): (.*)$", str(error.value)).groups()


@pytest.mark.parametrize("f", [inner_sqrt, scaled])
def test_the_line_is_the_users(f):
    with detect_anomaly(), pytest.raises(FloatingPointError) as error:
        f()
    lines, first = inspect.getsourcelines(f)
    assert place_in(error) == (__file__, str(first + 1), lines[1].strip())


def test_a_signal_is_blamed_on_the_line_that_recorded_the_node():
    def f(t):
        u = t**1.5  # here
        return u * 2.0

    with detect_anomaly(), pytest.raises(FloatingPointError) as error:
        grad(grad(f))(0.0)
    assert place_in(error)[2].endswith("# here")


def test_a_tangent_is_blamed_on_the_line_that_recorded_the_node():
    def f(t):
        u = np.sqrt(t)  # here
        return u * 2.0

    for derivative in (lambda: jvp(f, (0.0,), (1.0,)), lambda: jacobian(f, mode="forward")(0.0)):
        with detect_anomaly(), pytest.raises(FloatingPointError) as error:
            derivative()
        assert place_in(error)[2].endswith("# here")
        assert jvp(f, (0.0,), (1.0,)) == (0.0, np.inf)


def test_a_zero_tangent_is_no_anomaly():
    def f(s, t):
        return np.sqrt(s) * t + np.std(autograd.array([t, t])) + np.prod(autograd.array([s, t]))

    with detect_anomaly():
        assert jvp(f, (0.0, 2.0), (0.0, 1.0)) == (0.0, 0.0)
        assert jvp(lambda s: np.where(s.value > 0.0, np.sqrt(s), s), (0.0,), (0.0,)) == (0.0, 0.0)


def test_a_zero_signal_is_no_anomaly():
    with detect_anomaly():
        z = Node([0.0, 4.0])
        np.where(z.value > 0.0, np.sqrt(z), 0.0).sum().backward()
        assert z.grad.tolist() == [0.0, 0.25]
        assert twice(lambda t: np.where(t.value > 0.0, np.sqrt(t), t * t)) == 2.0
        assert grad(grad(grad(lambda t: np.where(t.value > 0.0, np.sqrt(t), t * t))))(0.0) == 0.0


def test_what_is_finite_gives_the_same_as_outside():
    def run():
        a, b = Node([[0.3, -1.0], [2.0, 0.5]]), Node([0.1, 0.7])
        loss = np.tanh(a @ b + 1.0).sum() * np.exp(b[0]) / np.linalg.norm(a)
        loss.backward()
        return [loss.value, a.grad.tolist(), b.grad.tolist()]

    outside = run()
    with detect_anomaly(), detect_anomaly():
        assert run() == outside
        assert grad(grad(lambda t: t**4))(2.0) == 48.0
        buffer = autograd.zeros(2)
        w = Node(3.0)
        buffer[0] = w * w
        buffer.sum().backward()
        assert w.grad == 6.0
        with autograd.scope("a"), autograd.scope("b"):
            assert (w * 1.0).scope == "a.b"


def test_a_graph_recorded_outside_is_checked_before_the_sweep():
    a = x()
    loss = np.sqrt(a - 2.0) + np.log(a - 3.0)
    with detect_anomaly(), pytest.raises(FloatingPointError, match=r"^sqrt .*recorded outside"):
        loss.backward()
    assert a.grad is None
    with detect_anomaly(), pytest.raises(FloatingPointError, match="the root of a sweep"):
        x(np.nan).backward()


def test_under_no_grad_values_are_checked_and_nothing_is_recorded():
    for outer, inner in ((no_grad, detect_anomaly), (detect_anomaly, no_grad)):
        with outer(), inner():
            assert not (x() * 2.0).requires_grad
            with pytest.raises(FloatingPointError, match="log"):
                np.log(-x())
    assert (x() * 2.0).requires_grad


def test_a_failed_sweep_stores_nothing():
    a, b = x(0.0), x(1.0)
    with detect_anomaly():
        loss = np.sqrt(a) + b
        with pytest.raises(FloatingPointError):
            loss.backward()
    assert a.grad is None and b.grad is None


def test_numpys_own_errors_say_the_line():
    with detect_anomaly(), pytest.raises(ValueError) as error:
        np.reshape(x([1.0, 2.0]), (3, 3))  # this line
    assert error.value.__notes__[0].endswith("np.reshape(x([1.0, 2.0]), (3, 3))  # this line")
    with pytest.raises(ValueError) as error:
        np.reshape(x([1.0, 2.0]), (3, 3))
    assert error.value.__notes__ == ["while evaluating reshape(x[2])"]


def test_it_decorates():
    @detect_anomaly()
    def steps():
        yield 1
        yield np.log(-x())

    reader = steps()
    assert next(reader) == 1
    assert np.isnan(np.log(-x()).value)
    with pytest.raises(FloatingPointError):
        next(reader)


def test_one_thread_or_task_does_not_affect_another():
    found = []
    with detect_anomaly():
        thread = threading.Thread(target=lambda: found.append(np.log(-x()).value))
        thread.start()
        thread.join()
        with pytest.raises(FloatingPointError):
            np.log(-x())
    assert len(found) == 1 and np.isnan(found[0])

    async def watched():
        with detect_anomaly():
            await asyncio.sleep(0.001)
            with pytest.raises(FloatingPointError):
                np.log(-x())

    async def free():
        await asyncio.sleep(0)
        return np.log(-x()).value

    async def both():
        return (await asyncio.gather(watched(), free()))[1]

    assert np.isnan(asyncio.run(both()))
