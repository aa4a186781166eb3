"""Random programs of ops: reverse = forward = central differences, also at second order.

Each program is differentiated along one random direction v and with random weights w of its
result: its tangent Jv and its gradient Jᵀw at first order, and at second order the product of the
Hessian of ⟨w, f⟩ with v, by reverse and by forward mode over one of the two.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, seed, settings

from autograd import Node, signals
from autograd.push import push
from autograd.sweep import pull
from autograd.testing import strategies
from autograd.testing.strategies import Graph
from autograd.values import plain

PARTS, PROGRAMS = 4, 250
"""Of each inner mode; a part is a test of its own, so that they can run side by side."""

Function = Callable[..., list[Any]]


def quotients(f: Function, args: Any, vs: list[Any]) -> Iterator[list[Any]]:
    """Central differences of f along vs: a cheap one, then five-point ones of several steps."""

    def quotient(h: float) -> list[Any]:
        after, before = (
            f(*(plain(x + t * v) for x, v in zip(args, vs, strict=True))) for t in (h, -h)
        )
        return [(a - b) / (2.0 * h) for a, b in zip(after, before, strict=True)]

    yield quotient(1e-5)
    for h in (1e-4, 1e-5, 1e-6):
        pairs = zip(quotient(h), quotient(2.0 * h), strict=True)
        yield [(4.0 * near - far) / 3.0 for near, far in pairs]


def check_differences(f: Function, args: Any, vs: list[Any], expected: list[Any]) -> None:
    """One of the quotients agrees with the derivatives."""
    for tried in quotients(f, args, vs):
        if all(np.abs(q - d).max() <= limit(d, 1e-6) for q, d in zip(tried, expected, strict=True)):
            return
    raise AssertionError(f"derivative {expected} but central differences {tried}")


def limit(x: Any, tolerance: float) -> float:
    return tolerance * (1.0 + float(np.abs(x).max()))


def check_same(found: list[Any], expected: list[Any], what: str) -> None:
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=0.0, atol=limit(b, 1e-10), err_msg=what)


def inner_product(vs: list[Any], gs: list[Any]) -> Any:
    return sum(np.sum(v * g) for v, g in zip(vs, gs, strict=True))


def gradient(f: Graph, args: Any, w: Any) -> list[Any]:
    """The gradient of ⟨w, f⟩, as backward writes it."""
    xs = [Node(x) for x in args]
    f(*xs).backward(w)
    return [np.zeros(x.shape) if x.grad is None else x.grad for x in xs]


def check_derivatives(f: Graph, inner: str) -> None:
    """First order in both modes; second order in both modes over `inner`."""
    rng = np.random.default_rng(len(f.steps))
    xs = [Node(x) for x in f.args]
    y = f(*xs)
    w = plain(rng.normal(size=y.shape))
    vs = [plain(rng.uniform(-1.0, 1.0, x.shape)) for x in xs]
    moving = dict(zip(xs, vs, strict=True))

    gs = signals(y, xs, seed=w)
    tangent = push([y], moving)[y]
    check_same([inner_product(vs, gs)], [np.sum(w * tangent)], "⟨Jᵀw, v⟩ = ⟨w, Jv⟩")
    check_same(gradient(f, f.args, w), gs, "backward and signals")
    check_differences(lambda *at: [f(*at)], f.args, vs, [tangent])

    if inner == "reverse":
        recorded = pull(y, Node(w, requires_grad=False), record=True)
        Gs = [recorded.get(x, Node(np.zeros(x.shape), requires_grad=False)) for x in xs]
        check_same([G.value for G in Gs], gs, "recorded signals")
        product = signals(inner_product(vs, Gs), xs)
        pushed = push(Gs, moving)
        forward = [pushed.get(G, np.zeros(G.shape)) for G in Gs]
        check_same(forward, product, "forward and reverse over reverse")
    else:
        still = {x: Node(v, requires_grad=False) for x, v in moving.items()}
        T = push([y], still, record=True)[y]
        check_same([T.value], [tangent], "recorded tangents")
        product = signals(np.sum(w * T), xs)
        bend = np.sum(w * push([T], moving).get(T, 0.0))
        check_same([bend], [inner_product(vs, product)], "forward and reverse over forward")
    check_differences(lambda *at: gradient(f, at, w), f.args, vs, product)


@pytest.mark.parametrize("inner", ["reverse", "forward"])
@pytest.mark.parametrize("part", range(PARTS))
def test_derivatives_of_random_programs(inner: str, part: int) -> None:
    @settings(max_examples=PROGRAMS)
    @given(strategies.graphs(max_ops=40))
    def agree(f: Graph) -> None:
        check_derivatives(f, inner)

    if settings().derandomize:  # which would draw the same programs in all parts
        agree = seed(f"{inner} {part}")(agree)
    agree()
