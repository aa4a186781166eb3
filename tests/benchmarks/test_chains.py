"""Chains compute what floats compute, and a cost that does not stay linear is seen."""

import time

import pytest

from benchmarks import chains
from benchmarks.limits import LIMITS
from benchmarks.timing import in_processes

GROWN = LIMITS["growth-10000"]


def test_chains_compute_the_same():
    assert chains.engine_forward(100)() == chains.float_forward(100)()
    y, w, b = chains.Node(1.0), chains.Node(chains.WEIGHT), chains.Node(chains.BIAS)
    end = y
    for _ in range(50):
        end = end * w + b
    end.backward()
    assert (y.grad, w.grad, b.grad) == pytest.approx(chains.float_both(100)(), rel=1e-12)


def test_a_million_operations():
    chain = in_processes("chains.million()", processes=1)
    assert 0 < chain["time"][0] < 60
    assert 50 < chain["memory"][0] < 1000


def admitted(figures):
    """Which growths of a node's cost keep their limits."""
    return [limit.admits(figures[name]) for name, limit in GROWN.items()]


def kept(length, chain):
    return admitted(chains.growth(length, chain))


def alone():
    """Which do in a process of its own, whose garbage collector does not see all tests' objects."""
    rounds = in_processes("chains.growth(10_000)", processes=1)
    return admitted({name: figures[0] for name, figures in rounds.items()})


def test_the_engine_grows_linearly(check_linear):
    check_linear(lambda length: chains.engine_both(length)())
    # Another process may lengthen a measurement, or some; a cost that grows, all.
    assert any(alone() == [True, True] for _ in range(5))


def test_quadratic_time_falls_short(monkeypatch):
    now = 0.0

    def chain(length):
        def run():
            nonlocal now
            now += 1e-9 * length**2

        return run

    monkeypatch.setattr(time, "perf_counter", lambda: now)
    assert kept(10_000, chain) == [False, True]


def test_quadratic_memory_falls_short():
    def chain(length):
        return lambda: bytes(length**2 // 100)

    assert kept(10_000, chain)[1] is False
