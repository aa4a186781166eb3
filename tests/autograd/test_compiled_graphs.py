"""Compiled functions equal eager ones on 500 random programs, where they are traced and elsewhere.

Elsewhere other elements are the largest, in order and chosen: what a program keeps of the values
that it was traced with shows there.
"""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, seed, settings

from autograd import compile, jvp, value_and_grad
from autograd.testing import strategies
from autograd.testing.strategies import Graph
from autograd.values import plain

from .test_compile import assert_same

PARTS, PROGRAMS = 4, 125
"""A part is a test of its own, so that they can run side by side."""


def gradients(f: Graph) -> Callable[..., Any]:
    return value_and_grad(f, tuple(range(len(f.args))))


def tangent(f: Graph) -> Callable[..., Any]:
    vs = tuple(plain(np.cos(np.arange(np.size(x))).reshape(np.shape(x))) for x in f.args)
    return lambda *args: jvp(f, args, vs)


def elsewhere(x: Any) -> Any:
    """Other numbers of the same size, in another order."""
    return plain(-0.8 * np.flip(x))


def assert_compiled_is_eager(f: Graph, transform: Callable[[Graph], Callable[..., Any]]) -> None:
    step = transform(f)
    compiled = compile(step)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of NumPy's, about slices without numbers
        for args in (f.args, tuple(map(elsewhere, f.args))):
            assert_same(compiled(*args), step(*args))
    assert len(compiled.sources) == 1


@pytest.mark.parametrize("part", range(PARTS))
def test_random_programs(part: int) -> None:
    transform = tangent if part == 0 else gradients

    @seed(f"compiled {part}")
    @settings(max_examples=PROGRAMS, database=None)
    @given(strategies.graphs(max_ops=30, scalar=None if part == 0 else True))
    def agree(f: Graph) -> None:
        assert_compiled_is_eager(f, transform)

    agree()
