"""What compiled functions take, return, recompute, refuse and print."""

import math
import threading
from typing import Any

import numpy as np
import pytest
from scipy import special

import autograd
import nn
from autograd import (
    Node,
    checkpoint,
    compile,
    detect_anomaly,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    no_grad,
    value_and_grad,
    vjp,
)
from nn.functional import cross_entropy, linear, mse_loss, multi_margin_loss, nll_loss

from .test_compile import assert_same

X, Z = np.array([1.0, -2.0, 3.0]), np.array([0.5, 4.0, -1.0])
M, N = np.outer(X, Z) + np.eye(3), np.outer(Z, X) - np.eye(3)


def bare(tree: Any) -> Any:
    """What eager code returns, without Nodes."""
    if hasattr(tree, "_fields"):
        return type(tree)(*map(bare, tree))
    if isinstance(tree, (tuple, list)):
        return type(tree)(map(bare, tree))
    if isinstance(tree, dict):
        return {key: bare(part) for key, part in tree.items()}
    if isinstance(tree, np.float64):
        return tree.item()
    return tree.value if isinstance(tree, Node) else tree


def filled(x: Any) -> Any:
    b = autograd.zeros(3)
    b[0] = x[1]
    b[1:] = x[:2] * 2.0
    b[0] += 1.0
    return (b * b).sum()


def overwritten(x: Any) -> Any:
    b = autograd.buffer(x)
    b[0] = 5.0
    b[1] = 2.0
    return b * b


def constant_inside(x: Any) -> Any:
    with no_grad():
        scale = np.exp(x)
    return (x * scale).sum()


def nested(x: Any) -> Any:
    return grad(lambda w: (w * np.sin(x)).sum())(np.ones(3)) * x


FUNCTIONS: dict[str, tuple[Any, list[tuple[Any, ...]]]] = {
    "masks are recomputed": (lambda x: np.where((x > 0) & (x < 2.0), x, 0.0), [(X,), (Z,)]),
    "a mask is a factor": (lambda x: (x > 0) * x, [(X,), (Z,)]),
    "a mask is as wide as what it meets": (
        lambda x: ((x > 0) * x, x * (x > 0), np.argsort(x) * x, (x > 0) + np.float64(1.0)),
        [(X.astype(np.float32),), (Z.astype(np.float32),)],
    ),
    "counts": (lambda x: np.sum(x) / np.sum(x > 0), [(X,), (Z,)]),
    "bools are results": (lambda x: (x > 0, np.isnan(x), np.any(x > 3.5)), [(X,), (Z,)]),
    "argmax is a result": (lambda x: np.argmax(x), [(X,), (Z,)]),
    "argmax is an index": (value_and_grad(lambda x: x[np.argmax(x)] * 2.0), [(X,), (Z,)]),
    "argsort is an index": (
        value_and_grad(lambda x: (x[np.argsort(x)] * np.arange(3.0)).sum()), [(X,), (Z,)],
    ),
    "take": (
        value_and_grad(lambda x: (np.take(x, np.argsort(x)) * np.arange(3.0)).sum()), [(X,), (Z,)],
    ),
    "take_along_axis": (
        grad(lambda x: (np.take_along_axis(x, np.argsort(x), 0) * np.arange(3.0)).sum()),
        [(X,), (Z,)],
    ),
    "an index is an argument": (
        value_and_grad(lambda x, i: (x[i] * np.array([1.0, 2.0])).sum()),
        [(X, np.array([0, 1])), (Z, np.array([2, 2]))],
    ),
    "an integer is an argument": (lambda x, n: x**n, [(X, 2), (X, 3)]),
    "select": (
        grad(lambda x: np.select([x > 0, x < -1.5], [x * x, 3.0 * x], default=0.0).sum()),
        [(X,), (Z,)],
    ),
    "unused": (lambda x: 3.0, [(X,), (Z,)]),
    "the argument itself": (lambda x: (x, x), [(X,), (Z,)]),
    "views": (lambda x: (x[1:], x[::-1], x.reshape(3, 1), (x * 2.0)[1:]), [(X,), (Z,)]),
    "jvp": (lambda x, v: jvp(lambda x: np.sin(x) * x, (x,), (v,)), [(X, Z), (Z, X)]),
    "vjp": (lambda x, v: vjp(lambda x: np.sin(x) * x, x)[1](v), [(X, Z), (Z, X)]),
    "jacobian": (jacobian(lambda x: np.sin(x) * x[0]), [(X,), (Z,)]),
    "hessian": (hessian(lambda x: np.prod(np.sin(x))), [(X,), (Z,)]),
    "hvp": (lambda x, v: hvp(lambda x: np.prod(np.sin(x)), x, v), [(X, Z), (Z, X)]),
    "third": (grad(grad(grad(lambda x: x**4 * np.sin(x)))), [(2.0,), (3.0,)]),
    "no_grad": (grad(constant_inside), [(X,), (Z,)]),
    "detach": (grad(lambda x: (x * x.detach()).sum()), [(X,), (Z,)]),
    "a transform inside": (nested, [(X,), (Z,)]),
    "checkpoint": (value_and_grad(checkpoint(lambda x: np.sin(x).sum())), [(X,), (Z,)]),
    "a Buffer": (value_and_grad(filled), [(X,), (Z,)]),
    "a Buffer of an argument": (overwritten, [(X,), (Z,)]),
    "its gradient": (value_and_grad(lambda x: overwritten(x).sum()), [(X,), (Z,)]),
    "at": (value_and_grad(lambda x: x.at[1].set(x[0] * 3.0).sum()), [(X,), (Z,)]),
    "trees": (
        value_and_grad(lambda p: (p["w"] * p["v"][0]).sum()),
        [({"w": X, "v": [2.0, None]},), ({"w": Z, "v": [3.0, None]},)],
    ),
    "has_aux": (
        value_and_grad(lambda x: (x.sum(), {"mask": x > 0, "sin": np.sin(x)}), has_aux=True),
        [(X,), (Z,)],
    ),
    "several outputs": (grad(lambda m: np.linalg.svd(m)[1].sum()), [(M,), (N,)]),
    "named tuples": (lambda m: np.linalg.eigh(m @ m.T), [(M,), (N,)]),
    "slogdet": (grad(lambda m: np.linalg.slogdet(m)[1]), [(M,), (N,)]),
    "softmax": (grad(lambda x: (autograd.softmax(x) * x).sum()), [(X,), (Z,)]),
    "float32": (
        value_and_grad(lambda x: (np.tanh(x) * 2.0).mean()),
        [(X.astype(np.float32),), (Z.astype(np.float32),)],
    ),
    "a zero signal and an infinity": (
        value_and_grad(lambda w: np.where(w > 0.0, w @ np.array([[np.inf], [1.0]]), 0.0).sum()),
        [(np.ones((2, 2)),), (-np.ones((2, 2)),)],
    ),
    "a singular derivative": (
        value_and_grad(lambda x: np.where(x > 0.0, np.sqrt(x), 0.0).sum()),
        [(X,), (np.array([-1.0, 0.0, 4.0]),)],
    ),
    "floats that raise in Python": (
        value_and_grad(lambda x: x * x / (x - 1.0)), [(3.0,), (1.0,), (1e200,), (math.inf,)],
    ),
    "floats that overflow": (value_and_grad(lambda x: np.exp(x) * x), [(1.0,), (1e4,), (-1e4,)]),
    "empty arrays": (value_and_grad(lambda x: np.sum(x * x)), [(np.zeros((0, 2)),)]),
}  # fmt: skip


@pytest.mark.parametrize("name", FUNCTIONS)
def test_compiled_is_eager(name: str) -> None:
    f, calls = FUNCTIONS[name]
    compiled = compile(f)
    with np.errstate(all="ignore"):
        for args in [*calls, calls[0]]:
            given = [Node(x) if "vjp" in name or "Buffer of" in name else x for x in args]
            assert_same(compiled(*args), bare(f(*(given if name[:3] != "its" else args))))
    assert len(compiled.sources) == 1


# Signatures.


def test_other_shapes_dtypes_trees_and_constants_trace_anew() -> None:
    runs = []

    def f(x: Any, flag: Any = None) -> Any:
        runs.append(flag)
        return x["a"] * 2.0 if isinstance(x, dict) else x * 2.0 if flag else x * 3.0

    compiled = compile(f)
    calls: list[Any] = [
        (X,), (X[:2],), (X.astype(np.float32),), (X, True), (X, False), (X, "yes"), ({"a": X},),
        (2.0,), (2,), (np.arange(3),),
    ]  # fmt: skip
    for _ in range(2):
        for args in calls:
            assert_same(compiled(*args), bare(f(*args)))
    assert len(compiled.sources) == len(calls)
    assert len(runs) == len(calls) + 2 * len(calls)
    assert_same(compiled(x=X, flag=True), X * 2.0)


def test_a_node_counts_by_its_value() -> None:
    compiled = compile(value_and_grad(lambda p: (p["w"] * p["w"]).sum()))
    expected = (14.0, {"w": 2.0 * X})
    assert_same(compiled({"w": X}), expected)
    assert_same(compiled({"w": Node(X)}), expected)
    assert_same(compiled({"w": autograd.buffer(X)}), expected)
    assert len(compiled.sources) == 1
    only = compile(lambda x: x * 2.0)
    for start in (X, Z):
        assert_same(only(Node(start)), start * 2.0)


def test_captured_leaves_are_read_and_arrays_copied() -> None:
    w, scale = Node(X), np.array([1.0, 2.0, 3.0])
    compiled = compile(grad(lambda x: (x * w * scale).sum()))
    assert_same(compiled(Z), X * [1.0, 2.0, 3.0])
    scale[:] = 0.0
    w.value = Z
    assert_same(compiled(Z), Z * [1.0, 2.0, 3.0])
    assert w.grad is None


def test_two_captured_numbers_of_one_value_are_two() -> None:
    a, b = Node(1.0), Node(1.0)
    compiled = compile(lambda x: x * a - b)
    assert compiled(2.0) == 1.0
    b.value = 5.0
    assert compiled(2.0) == -3.0


def test_models_are_compiled_by_capture_and_by_their_parameters() -> None:
    rng = np.random.default_rng(0)
    model = nn.MLP([3, 4, 1], activation="tanh", rng=rng)
    x, y = rng.normal(size=(5, 3)), rng.normal(size=(5, 1))
    assert_same(compile(lambda x: model(x))(x), model(x).value)
    weights = {name: p.value for name, p in model.named_parameters()}

    def loss(p: Any, x: Any, y: Any) -> Any:
        h = np.tanh(linear(x, p["layers.0.weight"], p["layers.0.bias"]))
        return mse_loss(linear(h, p["layers.1.weight"], p["layers.1.bias"]), y)

    compiled = compile(value_and_grad(loss))
    for parameters in (weights, dict(model.named_parameters())):
        assert_same(compiled(parameters, x, y), value_and_grad(loss)(weights, x, y))


@pytest.mark.parametrize("loss", [cross_entropy, nll_loss, multi_margin_loss])
def test_class_numbers_may_be_arguments(loss: Any) -> None:
    step = value_and_grad(lambda x, target: loss(x, target))
    compiled = compile(step)
    for x, target in [(M, [0, 1, 2]), (N, [2, 2, 0])]:
        assert_same(compiled(x, np.array(target)), step(x, np.array(target)))
    assert len(compiled.sources) == 1
    with pytest.raises(ValueError, match="class 3 does not exist"):
        compiled(M, np.array([0, 3, 1]))


# Memory.


def test_results_are_copies() -> None:
    compiled = compile(lambda x: (x, np.sin(x) * 2.0, x[1:], (x * 1.5).reshape(3, 1)))
    first = compiled(X)
    kept = [part.copy() for part in first]
    second = compiled(Z)
    for part, before, after in zip(first, kept, second, strict=True):
        np.testing.assert_array_equal(part, before)
        assert not np.may_share_memory(part, after)
        assert not np.may_share_memory(part, X)
    for part in first:
        part[...] = 7.0
    assert_same(compiled(X), tuple(kept))


def test_a_constant_result_is_a_copy() -> None:
    captured = np.ones(2)
    compiled = compile(lambda x: captured)
    compiled(1.0)[0] = 5.0
    assert_same(compiled(1.0), np.ones(2))
    assert captured[0] == 1.0


def test_buffers_are_handed_out_when_asked_for() -> None:
    compiled = compile(lambda x: np.sin(x) * 2.0, reuse_buffers=True)
    assert compiled(X) is compiled(Z)
    assert_same(compiled(X), np.sin(X) * 2.0)
    given = compile(lambda x: x, reuse_buffers=True)(X)
    assert not np.may_share_memory(given, X)


def test_threads_do_not_share_buffers() -> None:
    def f(x: Any) -> Any:
        for _ in range(5):
            x = np.sin(x) * 1.5 + x
        return x.sum()

    compiled = compile(value_and_grad(f))
    expected = {k: value_and_grad(f)(np.full(2000, float(k))) for k in range(4)}
    wrong = []

    def work(k: int) -> None:
        for _ in range(50):
            value, gradient = compiled(np.full(2000, float(k)))
            same = np.allclose(gradient, expected[k][1], rtol=1e-12, atol=1e-12)
            if not same or not np.isclose(value, expected[k][0], rtol=1e-12):
                wrong.append(k)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize("order", ["C", "F", "strided"])
def test_layout_of_memory_does_not_matter(order: str) -> None:
    f = value_and_grad(lambda a, b: (np.ravel(a @ b.T + a) * np.arange(9.0)).sum(), (0, 1))
    compiled = compile(f)
    compiled(M, N)
    a, b = (np.repeat(x, 2, axis=1)[:, ::2] if order == "strided" else np.array(x, order=order)
            for x in (N, M))  # fmt: skip
    assert_same(compiled(a, b), f(a, b))


# The source.


def test_source_is_stable_and_tells_each_step() -> None:
    def f(x: Any, w: Any) -> Any:
        return np.tanh(x @ w).sum()

    first, second = (compile(value_and_grad(f, 1)) for _ in range(2))
    with pytest.raises(RuntimeError, match="call the function once"):
        _ = first.source
    for compiled in (first, second):
        compiled(M, N)
    assert first.source == second.source
    assert "# matmul [3, 3]" in first.source
    assert first.source.index("# matmul") < first.source.index("# backward")
    assert first.source.count("tanh(") == 1


def test_passes() -> None:
    def f(x: Any) -> Any:
        unused = np.exp(x)
        del unused
        twice = np.sin(x) + np.sin(x)
        return twice * np.cos(np.ones(3)).sum() * 1.0

    compiled = compile(f)
    compiled(X)
    assert compiled.source.count("sin(") == 1
    assert "exp" not in compiled.source
    assert "cos" not in compiled.source
    assert "* 1.0" not in compiled.source


def test_no_gradient_of_constants() -> None:
    compiled = compile(grad(lambda w, x: (x @ w).sum()))
    compiled(M, N)
    assert compiled.source.count(".dot(") == 1


def test_buffers_are_reused() -> None:
    def f(x: Any) -> Any:
        for _ in range(20):
            x = np.sin(x)
        return x.sum()

    compiled = compile(f)
    compiled(X)
    assert compiled.source.count("empty(") == 1


@pytest.mark.parametrize(
    "view",
    [
        lambda x: np.einsum("ij->ji", x), lambda x: x.T, lambda x: x[:, ::-1], np.ravel,
        lambda x: x.reshape(1, 9), checkpoint(lambda x: x.T),
        lambda x: np.broadcast_to(x, (2, 3, 3)),
        np.diag, lambda x: np.where(x > 9.0, 0.0, x).T,
    ],
)  # fmt: skip
def test_a_view_of_an_equal_term_keeps_its_memory(view: Any) -> None:
    def f(x: Any) -> Any:
        first = np.sin(x) * 2.0
        later = view(np.sin(x) * 2.0)
        return np.cos(np.exp(first)), later * later

    compiled = compile(f)
    for x in (M, N):
        assert_same(compiled(x), bare(f(Node(x))))


# Refusals.

INTERIOR = Node(X) * 2.0

REFUSED: dict[str, tuple[Any, str]] = {
    "if": (lambda x: x if x[0] > 0 else -x, "np.where"),
    "while": (lambda x: 1 if x.sum() else 0, "np.where"),
    "float": (lambda x: float(x[0]), "np.where"),
    "math": (lambda x: math.sin(x[0]), "np.where"),
    "value": (lambda x: x.value, "return the value"),
    "item": (lambda x: x[0].item(), "return the value"),
    "tolist": (lambda x: x.tolist(), "return the value"),
    "format": (lambda x: f"{x}", "return the value"),
    "int of a mask": (lambda x: int(np.argmax(x)), "return the value"),
    "tolist of a mask": (lambda x: (x > 0).tolist(), "return the value"),
    "format of a mask": (lambda x: f"{x > 0}", "return the value"),
    "range": (lambda x: range(np.argmax(x)), "must be fixed"),
    "asarray": (lambda x: np.asarray(x > 0), "return the value"),
    "a mask as index": (lambda x: x[x > 0], "np.where"),
    "nonzero": (lambda x: np.nonzero(x), "fixed shapes"),
    "the method nonzero": (lambda x: x.nonzero(), "fixed shapes"),
    "nonzero of a mask": (lambda x: np.nonzero(x > 0), "fixed shapes"),
    "flatnonzero": (lambda x: np.flatnonzero(x), "fixed shapes"),
    "where of one": (lambda x: np.where(x > 0), "fixed shapes"),
    "unique": (lambda x: np.unique(x), "fixed shapes"),
    "compress": (lambda x: np.compress(x > 0, x), "fixed shapes"),
    "repeat": (lambda x: np.repeat(x, (x > 0) + 1), "fixed shapes"),
    "delete": (lambda x: np.delete(x, np.argmax(x)), "fixed shapes"),
    "a parameter of a special function": (lambda x: special.jv(x[0], x[1]), "parameter"),
    "interior": (lambda x: x * INTERIOR, "detach"),
    "backward": (lambda x: x.sum().backward(), "value_and_grad"),
    "signals": (lambda x: autograd.signals(x.sum()), "value_and_grad"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    f, instead = REFUSED[name]
    with pytest.raises(TypeError, match=instead):
        compile(f)(X)


def test_only_functions_are_compiled() -> None:
    with pytest.raises(TypeError, match="takes a function"):
        compile(3.0)  # type: ignore[arg-type]


def test_errors_of_numpy_are_numpys() -> None:
    compiled = compile(np.linalg.inv)
    compiled(M)
    with pytest.raises(np.linalg.LinAlgError):
        compiled(np.zeros((3, 3)))
    assert_same(compiled(M), np.linalg.inv(M))


def test_inside_detect_anomaly_and_inside_a_trace_the_function_runs_itself() -> None:
    compiled = compile(lambda x: np.log(x))
    assert compiled(1.0) == 0.0
    with detect_anomaly(), pytest.raises(FloatingPointError, match="log"):
        compiled(Node(-1.0))
    outer = compile(lambda x: compiled(x) * 2.0)
    for x in (math.e, 1.0, 7.5, math.e):
        assert outer(x) == 2.0 * math.log(x)
    assert len(outer.sources) == len(compiled.sources) == 1


INSIDE = {
    "a number": lambda c: lambda x: c(x) * 2.0,
    "twice": lambda c: lambda x: c(c(x)),
    "with what is computed": lambda c: lambda x: c(x * x - 1.0) + x,
    "in a term with its argument": lambda c: lambda x: x / c(x) - c(2.0 * x),
    "compiled itself": lambda c: c,
    "in a gradient": lambda c: grad(lambda x: np.sum(c(x) * x)),
    "in a value and gradient": lambda c: value_and_grad(lambda x: np.sum(c(c(x)))),
}


@pytest.mark.parametrize("name", INSIDE)
@pytest.mark.parametrize("points", [(0.5, -1.5, 2.0), (X, Z, -X), (M, N, M - N)])
@pytest.mark.parametrize("known", [False, True])
def test_inside_a_trace_it_depends_on_the_argument(name: str, points: Any, known: bool) -> None:
    """Whether it has a program for such arguments already or not."""

    def f(x: Any) -> Any:
        return np.sin(x) * x + 0.5

    inner = compile(f)
    if known:
        inner(points[0])
    outer = compile(INSIDE[name](inner))
    for point in (*points, points[0]):
        assert_same(outer(point), bare(INSIDE[name](f)(point)))
    assert len(outer.sources) == 1
