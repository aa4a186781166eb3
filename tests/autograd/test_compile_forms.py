"""Compiled functions of many numbers, of floats, and of layers that are alike."""

from __future__ import annotations

import functools
from collections import OrderedDict, defaultdict
from typing import Any

import numpy as np
import pytest

from autograd import Node, compile, grad, hessian, value_and_grad
from autograd.trees import leaves_of, map_leaves

from .test_compile import assert_same

# Many arguments.

NUMBERS = [0.1 * k for k in range(20)]
TREES: dict[str, Any] = {
    "list": NUMBERS,
    "tuple": tuple(NUMBERS),
    "dict": {f"w{k}": x for k, x in enumerate(NUMBERS)},
    "ordered": OrderedDict((f"w{k}", x) for k, x in enumerate(NUMBERS)),
    "lists and a number": {"a": NUMBERS[:12], "n": 1.0, "b": NUMBERS[12:]},
    "two lists": {"a": NUMBERS[:12], "b": NUMBERS[12:]},
    "pairs": [(x, -x) for x in NUMBERS],
    "uneven": [NUMBERS[:3], NUMBERS[3:10], [], NUMBERS],
    "neurons": [[([x, 2.0], x) for x in NUMBERS], [(NUMBERS, 1.0)]],
    "arrays": [(np.full((2, 3), x), np.full(2, x, np.float32)) for x in NUMBERS],
    "numbers and arrays": {"a": NUMBERS, "b": [np.ones(3), 1.0, [np.ones(2)]], "c": ()},
    "constants": {"a": NUMBERS, "b": None, "c": [True, 1.0], "d": "word"},
    "integers": [*NUMBERS, 3, np.arange(4)],
    "nodes": [Node(x) for x in NUMBERS],
    "nodes and numbers": [*NUMBERS, Node(np.ones(3)), Node(2.0)],
}


def total(tree: Any, scale: float) -> Any:
    """A number in which each leaf has another weight, and its form counts."""
    numbers = [x for x in leaves_of(tree) if not isinstance(x, (str, bool))]
    parts = list(tree.values()) if isinstance(tree, dict) else tree
    form = sum((k + 1.0) * len(leaves_of(part)) for k, part in enumerate(parts))
    form += sum(map(len, tree)) if isinstance(tree, dict) else 0.0
    return scale * (sum(np.sum((k + 1.0) * x * x) for k, x in enumerate(numbers)) + form)


def others(tree: Any) -> list[Any]:
    """Trees like `tree`, each with another kind of number in one place, or another form."""
    count = len(leaves_of(tree))
    changes = [
        lambda x: 2 if isinstance(x, float) else x,
        lambda x: np.float64(7.0) if isinstance(x, float) else x,
        lambda x: np.ones(2) if isinstance(x, float) else x,
        lambda x: x[..., :1] if isinstance(x, np.ndarray) else x,
        lambda x: x.astype(np.float16) if isinstance(x, np.ndarray) else x,
        lambda x: Node(x) if isinstance(x, (float, np.ndarray)) else x,
        lambda x: [x, x],
    ]
    made = []
    for place in (0, count // 2, count - 1):
        for change in changes:
            places = iter(range(count))

            def changed(x: Any, change: Any = change, places: Any = places, at: int = place) -> Any:
                return change(x) if next(places) == at else x

            made.append(map_leaves(changed, tree))
    if isinstance(tree, dict):
        first, *_, last = tree
        some, rest = leaves_of(tree[first]), leaves_of(tree[last])
        made.append({**tree, first: some[:-1], last: [*some[-1:], *rest]})
        made.append({(key if key != last else "other"): part for key, part in tree.items()})
    elif isinstance(tree[0], (list, tuple)):
        first, *between, last = tree
        made.append([first[:-1], *between, (*first[-1:], *last)])
        made.append([first[:-1], *between, type(last)((*first[-1:], *last))])
    return [*made, [tree], tree if isinstance(tree, dict) else list(tree)[:-1]]


@pytest.mark.parametrize("name", TREES)
def test_any_tree_of_many_numbers(name: str) -> None:
    tree = TREES[name]
    compiled = compile(total)
    expected = compile(total)(tree, 2.0)
    for _ in range(2):
        assert_same(compiled(tree, 2.0), expected)
        assert_same(compiled(tree=tree, scale=2.0), expected)
    assert len(compiled.sources) == 2
    for other in others(tree):
        assert_same(compiled(other, 2.0), compile(total)(other, 2.0))
        assert_same(compiled(tree, 2.0), expected)


def test_dicts_keep_their_kind() -> None:
    step = value_and_grad(lambda p: p["a"] * p["b"]["c"])
    for compiled in (compile(step), compile(compile(step))):
        for inner in (defaultdict(float, c=2.0), OrderedDict(c=3.0)):
            for a in (1.5, -0.5):
                tree = OrderedDict(a=a, b=inner)
                got = compiled(tree)
                assert got == step(tree)
                assert [type(got[1]), type(got[1]["b"])] == [OrderedDict, type(inner)]


# Floats.

FLOATS: dict[str, Any] = {
    "sums of sums": lambda x, y, z: x - (y - z) - (x + (z - y)) + -(x - y),
    "quotients of quotients": lambda x, y, z: x / (y / z) / (x * (z / y)) / -(x / y),
    "products of sums": lambda x, y, z: (x + y) * (y - z) / (x - z * (x + y)),
    "functions": lambda x, y, z: np.tanh(x + y * z) * np.exp(-x - np.sin(y - (z - x))),
    "powers": lambda x, y, z: (x + y) ** 2 - np.square(y * z) ** 2 + (x * y) ** 3,
    "choices": lambda x, y, z: np.where(x + y > z, x * y, np.where(x < y - z, y + z, x - y)) * 2.0,
    "a branch that raises": lambda x, y, z: np.where(x > 0.0, np.sqrt(x), y) + z,
    "read twice": lambda x, y, z: (lambda s: s * z + s)(x * y),
    "a result in a term": lambda x, y, z: (lambda s: (s, s + z))(x * y),
    "a long sum": lambda x, y, z: sum([x * k - y / (z + k) for k in range(1, 500)], x),
    "a deep term": lambda x, y, z: functools.reduce(lambda s, k: x / (s + k), range(1, 500), y),
}


@pytest.mark.parametrize("name", FLOATS)
@pytest.mark.parametrize("point", [(0.3, -1.7, 2.9), (-2.0, 0.5, 1.1), (0.0, 1e200, -1e200)])
def test_expressions_of_floats_are_exact(name: str, point: tuple[float, ...]) -> None:
    f = FLOATS[name]
    eager = f(*map(Node, point))
    expected = tuple(x.value for x in eager) if isinstance(eager, tuple) else eager.value
    np.testing.assert_array_equal(compile(f)(*point), expected)


@pytest.mark.parametrize("name", [name for name in FLOATS if name != "a result in a term"])
def test_gradients_of_expressions_of_floats(name: str) -> None:
    step = value_and_grad(FLOATS[name], argnums=(0, 1, 2))
    for point in [(0.3, -1.7, 2.9), (-2.0, 0.5, 1.1), (1e200, 0.0, 2.0)]:
        assert_same(compile(step)(*point), step(*point))


def test_each_operation_of_floats_stands_in_a_comment() -> None:
    compiled = compile(value_and_grad(lambda x, y: np.tanh(x * y + x * 3.0 + y), argnums=(0, 1)))
    compiled(1.0, 2.0)
    forward, backward = compiled.source.split("# backward")
    assert "v0 = tanh(x0 * x1 + x0 * 3.0  # multiply, multiply, add\n" in forward
    assert "+ x1)  # add, tanh\n" in forward
    assert backward.count("# ") == backward.count(" = ") == 3
    shared = compile(lambda x, y: (x * y, x * y + 1.0, x * y))
    assert shared(2.0, 3.0) == (6.0, 7.0, 6.0)
    assert shared.source.count(" * ") == 1


# Layers that are alike.

X, Z = np.array([1.0, -2.0, 3.0]), np.array([0.5, 4.0, -1.0])
M, N = np.outer(X, Z) + np.eye(3), np.outer(Z, X) - np.eye(3)


def of_roots(pair: Any) -> Any:
    """A function without slope, through derivatives that are infinite at 0."""
    return np.sum(sum(np.sqrt(np.sqrt(x)) for x in pair) * 0.0)


ALIKE: dict[str, Any] = {
    "other constants": lambda x: x * 2.0 * x * 3.0 * X * Z,
    "an operand twice": lambda x: x * x * (x * (x + 1.0)),
    "several operands twice": lambda x: sum(
        np.hypot(y, y) * y * y * (y / y) for y in (x + 3.0, x * x + 0.5, X * X + 1.0)
    ),
    "a signal twice": lambda x: x + x + (x + X),
    "other exponents": lambda x: x**2 + x**3 + x**4,
    "other axes": lambda x: np.sum(np.outer(x, x) @ M, 0) + np.sum(np.outer(x, x) @ N, 1),
    "other indices": lambda x: np.stack([x[0] * x[1], x[1] * x[2], x[2] * x[0]]) * x,
    "masks": lambda x: np.where(x > 0.0, x, X) * np.where(x < 0.0, x * 2.0, Z),
    "linear ops between others": lambda x: -np.tanh(-np.tanh(-np.tanh(-x))),
    "layers": lambda x: np.tanh(M @ np.tanh(N @ np.tanh(M @ np.tanh(N @ x)))),
    "broadcasts": lambda x: (np.tanh(M + x) + np.tanh(N + x)).sum(0) * np.sum(x),
    "singular derivatives": lambda x: np.sqrt(np.maximum(x, 0.0)) * np.sqrt(np.maximum(-x, 0.0)),
    "norms": lambda x: x * np.linalg.norm(x) + np.linalg.norm(x - X) * np.linalg.norm(x + Z),
    "zero signals of constants": lambda x: x + sum(grad(of_roots)((0.0 * X, 0.0 * Z))),
    "choices of the largest": lambda x: np.max(x) * x + np.max(x * x) * np.sort(x),
}


@pytest.mark.parametrize("name", ALIKE)
def test_what_comes_again_in_another_place(name: str) -> None:
    def f(x: Any) -> Any:
        return np.sum(ALIKE[name](x) * X)

    def curved(x: Any) -> Any:
        return np.sum(grad(f)(x) * Z)

    points = (Z, X, np.array([0.0, 1.0, 0.0]))
    for transform in (value_and_grad(f), value_and_grad(curved), hessian(f), grad(grad_norm(f))):
        compiled = compile(transform)
        for x in points:
            assert_same(compiled(x), transform(x))
    alone = compile(f)
    for x in points:
        assert_same(alone(x), f(Node(x)).value)


def grad_norm(f: Any) -> Any:
    """The size of the gradient, after two steps down it."""

    def g(x: Any) -> Any:
        x = x - 0.01 * grad(f)(x)
        x = x - 0.01 * grad(f)(x)
        return np.sum(grad(f)(x) ** 2)

    return g


def test_values_while_tracing_are_those_of_the_arguments() -> None:
    def newton(x: Any) -> Any:
        return x - np.linalg.solve(hessian(energy)(x), grad(energy)(x))

    def energy(x: Any) -> Any:
        terms = [x[k] * x[k] * (k + 1.0) for k in range(3)]
        return sum(terms) + np.sum(np.cosh(x))

    assert_same(compile(newton)(X), newton(X))


def test_a_float_of_one_layer_is_no_constant_of_the_next() -> None:
    w = [Node(1.5), Node(-0.5)]
    step = grad(lambda x: np.sum(np.tanh(np.tanh(x * w[0]) * w[1])))
    compiled = compile(step)
    assert_same(compiled(X), step(X).value)
    w[0].value = 3.0
    assert_same(compiled(X), step(X).value)
