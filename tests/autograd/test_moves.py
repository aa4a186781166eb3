"""Functions that are written in ops: value, signals of both orders, dtype and errors of each."""

import warnings

import numpy as np
import pytest

from autograd import Node, signals
from autograd.sweep import pull

close = np.testing.assert_allclose
RNG = np.random.default_rng(5)
windows = np.lib.stride_tricks.sliding_window_view


def normal(*shape):
    return RNG.normal(size=shape)


A, B, C = normal(2, 3), normal(2, 3), normal(3, 4)
V, W, D, S, E = normal(4), normal(3), normal(2, 3, 4), normal(), normal(0, 3)
KNOTS, UNEVEN = np.array([-1.0, 0.2, 0.9, 2.0]), np.array([0.0, 0.4, 1.0, 1.3])
PLACES = np.array([[0, 2, 2]])
PADS = [
    {"mode": mode, **given}
    for mode, kwargs in {
        "constant": [{}, {"constant_values": 2.0}, {"constant_values": ((1, 2), (3.0, 4.0))}],
        "edge": [{}],
        "reflect": [{}, {"reflect_type": "odd"}],
        "symmetric": [{}, {"reflect_type": "odd"}],
        "wrap": [{}],
        "linear_ramp": [{}, {"end_values": ((1, 2), (3.0, -1.0))}],
        "maximum": [{}, {"stat_length": 1}, {"stat_length": ((1, 2), (2, 9))}],
        "minimum": [{}, {"stat_length": 2}],
        "mean": [{}, {"stat_length": ((1, 2), (2, 3))}],
        "median": [{}, {"stat_length": 2}],
    }.items()
    for given in kwargs
]

# (function of the arrays, the arrays that become Nodes)
CASES = {
    "append": [
        (lambda a, b: np.append(a, b), A, V), (lambda a, b: np.append(a, b, axis=0), A, B),
        (lambda a, b: np.append(a, b, 1), A, B), (lambda a, b: np.append(a, b), V, S),
        (lambda a, b: np.append(a, b), V, W),
    ],
    "split": [
        (lambda a: np.split(a, 2), V), (lambda a: np.split(a, [1, 3]), V),
        (lambda a: np.split(a, [3, 1, 9], axis=0), V), (lambda a: np.split(a, 3, axis=-1), A),
        (lambda a: np.array_split(a, 3), V), (lambda a: np.array_split(a, 2, axis=1), A),
        (lambda a: np.array_split(a, 9), V), (lambda a: np.hsplit(a, 2), V),
        (lambda a: np.hsplit(a, [1]), A), (lambda a: np.vsplit(a, 2), A),
        (lambda a: np.dsplit(a, 2), D), (lambda a: np.split(a, 3, 1), E),
        (lambda a: np.unstack(a), A), (lambda a: np.unstack(a, axis=-1), D),
    ],
    "atleast": [
        (lambda a: np.atleast_1d(a), S), (lambda a, b: np.atleast_1d(a, b), S, A),
        (lambda a, b: np.atleast_2d(a, b), S, V), (lambda a: np.atleast_2d(a), A),
        (lambda a, b, c: np.atleast_3d(a, b, c), S, V, A), (lambda a: np.atleast_3d(a), D),
    ],
    "join": [
        (lambda a, b: np.hstack([a, b]), A, B), (lambda a, b: np.hstack([a, b]), V, S),
        (lambda a, b: np.vstack([a, b]), A, W), (lambda a, b: np.vstack((a, b)), S, S),
        (lambda a, b: np.dstack([a, b]), A, B), (lambda a, b: np.dstack([a, b]), V, V),
        (lambda a, b: np.column_stack([a, b]), V, C.T),
        (lambda a, b: np.column_stack((a, b)), V, V),
        (lambda a: np.vstack(a), A), (lambda a: np.hstack([a, [1.0, 2.0]]), V),
        (lambda a, b: np.concat([a, b], axis=1), A, B), (lambda a: np.hstack([a, E]), E),
        (lambda a, b: np.block([[a, b], [b, a]]), A, B), (lambda a, s: np.block([a, s, 1.0]), V, S),
        (lambda a, b: np.block([[a], [b]]), A, B), (lambda a: np.block(a), A),
        (lambda a, b, c: np.block([[a, b], [c]]), A, B, normal(1, 6)),
    ],
    "delete": [
        (lambda a: np.delete(a, 1), A), (lambda a: np.delete(a, [0, -1], axis=1), A),
        (lambda a: np.delete(a, slice(None, None, 2), 0), V),
        (lambda a: np.delete(a, np.array([True, False, False, True])), V),
    ],
    "insert": [
        (lambda a, b: np.insert(a, 1, b), V, S), (lambda a, b: np.insert(a, [1, 3], b), V, V[:2]),
        (lambda a, b: np.insert(a, 1, b, axis=1), A, normal(2)),
        (lambda a, b: np.insert(a, [1, 1], b, axis=1), A, normal(2, 1)),
        (lambda a: np.insert(a, 2, 7), V), (lambda b: np.insert(V, 0, b), S),
        (lambda a, b: np.insert(a, slice(0, 2), b, axis=0), A, W),
    ],
    "diagonals": [
        (lambda a: np.diag(a), V), (lambda a: np.diag(a, 2), V), (lambda a: np.diag(a, k=-1), V),
        (lambda a: np.diag(a), C), (lambda a: np.diag(a, 1), C), (lambda a: np.diag(a, -5), C),
        (lambda a: np.diagflat(a, 1), A), (lambda a: np.diagflat(a), S),
        (lambda a: np.diagonal(a), C), (lambda a: np.diagonal(a, 1, 2, 0), D),
        (lambda a: np.diagonal(a, offset=-1, axis1=1, axis2=2), D), (lambda a: np.trace(a), C),
        (lambda a: np.trace(a, 1, 0, 2), D), (lambda a: np.trace(a, 9), C),
        (lambda a: a.trace(), C), (lambda a: a.diagonal(1), C),
        (lambda a: np.tril(a), C), (lambda a: np.triu(a, 1), C), (lambda a: np.tril(a, -1), D),
        (lambda a: np.triu(a), V), (lambda a: np.diag(a), normal(0)),
    ],
    "flip": [
        (lambda a: np.flip(a), D), (lambda a: np.flip(a, 1), D), (lambda a: np.flip(a, (0, -1)), D),
        (lambda a: np.flip(a), S), (lambda a: np.fliplr(a), A), (lambda a: np.flipud(a), A),
        (lambda a: np.flip(a, 0), E), *[(lambda a, k=k: np.rot90(a, k), A) for k in range(-1, 5)],
        (lambda a: np.rot90(a, axes=(2, 0)), D), (lambda a: np.rot90(a, 3, (1, 2)), D),
    ],
    "axes": [
        (lambda a: np.moveaxis(a, 0, -1), D), (lambda a: np.moveaxis(a, [0, 1], [2, 0]), D),
        (lambda a: np.moveaxis(a=a, source=0, destination=0), D),
        (lambda a: np.rollaxis(a, 2), D), (lambda a: np.rollaxis(a, 0, 3), D),
        (lambda a: np.matrix_transpose(a), D), (lambda a: a.mT, D),
        (lambda a: np.permute_dims(a, (1, 0)), A), (lambda a: np.moveaxis(a, (), ()), S),
        (lambda a: np.matrix_transpose(a), E),
    ],
    "repeat": [
        (lambda a: np.repeat(a, 2), A), (lambda a: np.repeat(a, [2, 0, 1], axis=1), A),
        (lambda a: np.repeat(a, 0), A), (lambda a: np.repeat(a, 3), S),
        (lambda a: a.repeat(2, 0), A),
        (lambda a: np.tile(a, 2), A), (lambda a: np.tile(a, (2, 1, 2)), A),
        (lambda a: np.tile(a, (2, 2)), S), (lambda a: np.tile(a, 0), V),
        (lambda a: np.resize(a, (3, 3)), V), (lambda a: np.resize(a, 2), A),
        (lambda a: np.resize(a, 2), E), (lambda a: np.roll(a, 1), A),
        (lambda a: np.roll(a, (1, -1), (0, 1)), A), (lambda a: np.roll(a, -2, axis=1), A),
        (lambda a: np.roll(a, 3), S), (lambda a: np.roll(a, 3), E),
        (lambda a: windows(a, 2), V), (lambda a: windows(a, (2, 2)), C),
        (lambda a: windows(a, 2, axis=-1), A),
    ],
    "pad": [
        *[(lambda a, k=k: np.pad(a, ((1, 2), (2, 1)), **k), A) for k in PADS],
        *[(lambda a, k=k: np.pad(a, 5, **k), V) for k in PADS if "((" not in str(k)],
        (lambda a: np.pad(a, (0, 3)), V), (lambda a: np.pad(a, {-1: (1, 2)}), A),
        (lambda a: np.pad(a, {0: 1}, mode="mean"), A), (lambda a: np.pad(a, 0, "edge"), S),
        (lambda a: np.pad(a, 0), S), (lambda a: np.pad(a, 1), E),
    ],
    "order": [
        (lambda a: np.sort(a), C), (lambda a: np.sort(a, axis=0), C),
        (lambda a: np.sort(a, None), C),
        (lambda a: np.sort(a, 1, stable=True), D), (lambda a: np.sort(a, kind="heapsort"), V),
        (lambda a: np.sort(a, axis=None), S), (lambda a: np.sort(a), E),
        (lambda a: np.partition(a, 1), C), (lambda a: np.partition(a, [0, 2], axis=0), C),
        (lambda a: np.partition(a, 4, None), C),
        (lambda a: np.unique(a), np.array([2.0, 1.0, 3.0])),
        (lambda a: np.unique(a, return_index=True)[0], A),
        (lambda a: np.unique(a, axis=0), A),
    ],
    "take": [
        (lambda a: np.take(a, 2), A), (lambda a: np.take(a, [[0, 5], [5, 1]]), A),
        (lambda a: np.take(a, [-1, 0], axis=1), A), (lambda a: np.take(a, -1, 0), A),
        (lambda a: np.take(a, [7, -9], mode="wrap"), A),
        (lambda a: a.take([9, -9], 1, mode="clip"), A),
        (lambda a: np.take(a, 0), S), (lambda a: np.take(a, []), E),
        (lambda a: np.take_along_axis(a, PLACES, axis=1), A),
        (lambda a: np.take_along_axis(a, np.array([1, 1]), None), A),
        (lambda a: np.take_along_axis(a, PLACES, 0)[:1], normal(3, 3)),
        (lambda a: np.compress([True, False, True], a), A),
        (lambda a: np.compress([False, True], a, axis=1), A),
        (lambda a: a.compress([False, True], 0), A), (lambda a: np.extract(A > 0, a), A),
    ],
    "choice": [
        (lambda a, b: np.choose([1, 0, 1], [a, b]), W, normal(3)),
        (lambda a, b: np.choose([[1, 0, 2]], [a, b, 0.5], mode="wrap"), A, S),
        (lambda a, b: np.select([A > 0, B > 0], [a, b]), A, B),
        (lambda a, b, s: np.select([A > 0, B > 1], [a, b], default=s), W, A, S),
        (lambda a, b: np.where(A > 0, a, b), A, S),
    ],
    "shapes": [
        (lambda a, b: np.broadcast_arrays(a, b), V, normal(3, 1)),
        (lambda a: np.broadcast_arrays(a, np.ones((2, 1))), W),
        (lambda a: np.broadcast_arrays(a, [1.0, 2.0, 3.0]), W),
        (lambda a: np.atleast_1d(a, [1.0, 2.0, 3.0]), W),
        (lambda a, b: np.meshgrid(a, b), V, W),
        (lambda a, b: np.meshgrid(a, b, indexing="ij"), V, W),
        (lambda a, b: np.meshgrid(a, b, sparse=True), V, W),
        (lambda a: np.meshgrid(a, [1.0, 2.0]), S),
        (lambda b: np.full_like(Node(A), b) if isinstance(b, Node) else np.full_like(A, b), W),
    ],
    "running": [
        (lambda a: np.cumprod(a), A), (lambda a: np.cumprod(a, axis=0), D),
        (lambda a: a.cumprod(-1), A), (lambda a: np.cumprod(a), S),
        (lambda a: np.cumprod(a), np.array([2.0, 0.0, 3.0, 0.0, 1.5])),
        (lambda a: np.cumprod(a), np.array([0.0, 2.0, -1.0])),
        (lambda a: np.cumulative_sum(a), V), (lambda a: np.cumulative_prod(a, axis=1), A),
        (lambda a: np.cumulative_prod(a, axis=-1, include_initial=True), A),
        (lambda a: np.cumulative_sum(a, include_initial=True), S),
    ],
    "differences": [
        (lambda a: np.diff(a), A), (lambda a: np.diff(a, 2, 0), C), (lambda a: np.diff(a, 0), A),
        (lambda a: np.diff(a, 9), V), (lambda a, p: np.diff(a, prepend=p), A, S),
        (lambda a, p: np.diff(a, axis=0, prepend=0.5, append=p), A, B), (lambda a: np.diff(a), E.T),
        (lambda a: np.ediff1d(a), A), (lambda a, b, c: np.ediff1d(a, b, c), A, V, S),
        (lambda a: np.ediff1d(a, to_begin=[1, 2]), V), (lambda a: np.ediff1d(a), S),
        (lambda a: np.trapezoid(a), A), (lambda a: np.trapezoid(a, dx=0.5, axis=0), C),
        (lambda a, x: np.trapezoid(a, x), C, V), (lambda a, x: np.trapezoid(a, x, axis=0), C, W),
        (lambda a, x: np.trapezoid(a, x), C, normal(3, 4)), (lambda x: np.trapezoid(V, x), V),
        (lambda a, h: np.trapezoid(a, dx=h), V, S),
    ],
    "gradient": [
        (lambda a: np.gradient(a), V), (lambda a: np.gradient(a), D[:, :, :2]),
        (lambda a: np.gradient(a, edge_order=2), V), (lambda a: np.gradient(a, 0.5), C),
        (lambda a: np.gradient(a, 0.5, 2, edge_order=2), C), (lambda a: np.gradient(a, axis=1), C),
        (lambda a: np.gradient(a, UNEVEN), V), (lambda a: np.gradient(a, UNEVEN, edge_order=2), V),
        (lambda a: np.gradient(a, 2.0, UNEVEN, edge_order=2), C),
        (lambda a: np.gradient(a, UNEVEN, axis=-1), C), (lambda a: np.gradient(a, axis=(1, 0)), C),
        (lambda a: np.gradient(a, [0, 1, 2, 3]), V), (lambda a, h: np.gradient(a, h), V, S),
        (lambda a, x: np.gradient(a, x), V, KNOTS), (lambda x: np.gradient(V, x), KNOTS),
        (lambda a, x: np.gradient(a, x, edge_order=2), V, np.arange(4.0)),
        (lambda a: np.gradient(a), V[:2]), (lambda a, x: np.gradient(a, x), V[:2], V[:2]),
    ],
    "convolutions": [
        *[(lambda a, b, f=f, m=m: f(a, b, m), normal(n), normal(k))
          for f in (np.convolve, np.correlate) for m in ("full", "same", "valid")
          for n, k in [(4, 3), (3, 4), (4, 2), (2, 5), (3, 3), (1, 2), (5, 4)]],
        (lambda a, b: np.convolve(a, b), V, W), (lambda a, b: np.correlate(a, b), V, W),
        (lambda a: np.convolve(a, [1.0, 2.0], mode="same"), V),
        (lambda b: np.correlate(V, b, mode="same"), W), (lambda a, b: np.convolve(a, b), V, S),
    ],
    "interp": [
        (lambda x, p, f: np.interp(x, p, f), np.array([[-0.9, 0.1], [1.7, 0.5]]), KNOTS, V),
        (lambda x, p, f: np.interp(x, p, f), np.array([-3.0, 5.0, 0.0]), KNOTS, V),
        (lambda x, f: np.interp(x, KNOTS, f, left=-7.0, right=9.0), np.array([-3.0, 5.0, 0.0]), V),
        (lambda x, f: np.interp(x, KNOTS, f, 1.0), S, V), (lambda f: np.interp(0.3, KNOTS, f), V),
        (lambda x, f: np.interp(x, [0.5], f), np.array([0.1, 0.7]), np.array([3.0])),
        (lambda x, p, f: np.interp(x, p, f, period=1.5),
         np.array([-0.9, 0.1, 4.0]), np.array([1.1, 0.2, 2.4]), W),
        (lambda x, f: np.interp(x, KNOTS, f), normal(0), V),
    ],
    "samples": [
        (lambda a, b: np.linspace(a, b, 5), S, normal()), (lambda a: np.linspace(a, 2, 4), S),
        (lambda a, b: np.linspace(a, b, 3), A, W), (lambda b: np.linspace(0.0, b, 3, axis=-1), W),
        (lambda a, b: np.linspace(a, b, 4, False), W, S), (lambda a: np.linspace(a, 1.0, 1), S),
        (lambda a: np.linspace(a, 1.0, 0), S), (lambda a: np.linspace(a, 1.0, 5, retstep=True), S),
        (lambda p, x: np.polyval(p, x), V, A), (lambda p, x: np.polyval(p, x), W, S),
        (lambda p: np.polyval(p, A.astype(p.dtype)), V), (lambda x: np.vander(x), W),
        (lambda x: np.vander(x, 2, increasing=True), W), (lambda x: np.vander(x, 0), W),
        (lambda x: np.vander(x, N=5), np.array([0.0, 2.0])),
    ],
    "products": [
        (lambda a, b: np.inner(a, b), A, B), (lambda a, b: np.inner(a, b), D, V),
        (lambda a, b: np.inner(a, b), S, A), (lambda a, b: np.inner(a, b), V, V),
        (lambda a, b: np.vdot(a, b), A, B), (lambda a, b: np.vdot(a, b), S, S),
        (lambda a, b: np.kron(a, b), A, C), (lambda a, b: np.kron(a, b), V, A),
        (lambda a, b: np.kron(a, b), S, A), (lambda a, b: np.kron(a, b), D, V),
        (lambda a, b: np.kron(a, b), S, S), (lambda a, b: np.kron(a, b), E, A),
        (lambda a, b: np.cross(a, b), W, normal(3)), (lambda a, b: np.cross(a, b), A, B),
        (lambda a, b: np.cross(a, b), A, W), (lambda a, b: np.cross(a, b, axis=0), C, normal(3, 4)),
        (lambda a, b: np.cross(a, b, 0, 1, 0), C, normal(4, 3)),
        (lambda a, b: np.vecdot(a, b), A, B), (lambda a, b: np.vecdot(a, b), D, V),
        (lambda a, b: np.matvec(a, b), C, V), (lambda a, b: np.matvec(a, b), D, normal(2, 4)),
        (lambda a, b: np.vecmat(a, b), W, C), (lambda a, b: np.vecmat(a, b), normal(2, 3), D),
        (lambda a, b: np.einsum("ij,ik", a, b, optimize=True, out=None, dtype=None), A, B),
    ],
}  # fmt: skip
TABLE = [
    pytest.param(f, xs, id=f"{name}-{i}")
    for name, cases in CASES.items()
    for i, (f, *xs) in enumerate(cases)
]


def plain(x):
    return x if np.shape(x) else float(x)


def parts(y):
    return list(y) if isinstance(y, (list, tuple)) else [y]


def signals_of(f, xs, ws):
    ns = [Node(plain(x)) for x in xs]
    found = [np.zeros(n.shape) for n in ns]
    for y, w in zip(parts(f(*ns)), ws, strict=True):
        if isinstance(y, Node):
            found = [a + b for a, b in zip(found, signals(y, ns, seed=w), strict=True)]
    return found


def inner(us, vs):
    return sum(float(np.sum(u * v)) for u, v in zip(us, vs, strict=True))


def slope(f, xs, vs, h=1e-5):
    def at(t):
        return f([plain(x + t * v) for x, v in zip(xs, vs, strict=True)])

    return (8.0 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12.0 * h)


@pytest.mark.parametrize(("f", "xs"), TABLE)
def test_value_and_signals_of_both_orders(f, xs):
    ns = [Node(plain(x)) for x in xs]
    result, expected = f(*ns), f(*xs)
    assert type(result) is type(expected) or isinstance(result, Node)
    ys, values = parts(result), parts(expected)
    assert any(isinstance(y, Node) for y in ys)
    for y, value in zip(ys, values, strict=True):
        assert np.shape(y) == np.shape(value)
        assert y.dtype == value.dtype
        close(y.value if isinstance(y, Node) else y, value, rtol=1e-12, atol=1e-14)
    rng = np.random.default_rng(1)
    ws = [rng.normal(size=np.shape(v)) for v in values]
    vs = [rng.normal(size=np.shape(x)) for x in xs]
    found = signals_of(f, xs, ws)
    close(inner(found, vs), slope(lambda xs: inner(ws, parts(f(*xs))), xs, vs), 1e-6, 1e-7)
    for y, w in zip(ys, ws, strict=True):
        if isinstance(y, Node):
            y.backward(w)
    for n, g in zip(ns, found, strict=True):
        close(np.zeros(n.shape) if n.grad is None else n.grad, g, rtol=1e-12, atol=1e-13)

    ns = [Node(plain(x)) for x in xs]
    total = Node(0.0)
    for y, w in zip(parts(f(*ns)), ws, strict=True):
        if isinstance(y, Node):
            signal = pull(y, Node(plain(w), requires_grad=False), record=True)
            for n, v in zip(ns, vs, strict=True):
                if n in signal:
                    total = total + np.sum(signal[n] * v)
    second = signals(total, ns)
    expected = slope(lambda xs: inner(vs, signals_of(f, xs, ws)), xs, vs)
    close(inner(second, vs), expected, 1e-5, 1e-6)


@pytest.mark.parametrize(("f", "xs"), TABLE)
def test_single_precision(f, xs):
    small = [np.asarray(x, np.float32)[()] for x in xs]
    ns = [Node(x) for x in small]
    for y, value in zip(parts(f(*ns)), parts(f(*small)), strict=True):
        if isinstance(y, Node):
            assert y.dtype == value.dtype
            close(y.value, value, rtol=1e-4, atol=1e-4)
            for n, g in zip(ns, signals(y, ns, seed=np.ones(y.shape)), strict=True):
                assert g.dtype == np.float32
                assert np.shape(g) == n.shape


@pytest.mark.parametrize(("f", "xs"), TABLE)
def test_memory_layout_does_not_matter(f, xs):
    value = [np.asarray(getattr(y, "value", y)) for y in parts(f(*[Node(plain(x)) for x in xs]))]
    turned = [Node(x.T).T if np.ndim(x) else Node(plain(x)) for x in xs]
    for y, v in zip(parts(f(*turned)), value, strict=True):
        np.testing.assert_allclose(getattr(y, "value", y), v, rtol=1e-13, atol=1e-15)


def gradient_of(f, x):
    n = Node(x)
    y = f(n)
    return signals(y, [n], seed=np.arange(1.0, y.size + 1).reshape(y.shape))[0].tolist()


def test_ties_keep_their_order():
    x = [2.0, 1.0, 2.0, 1.0]
    assert gradient_of(np.sort, x) == [3.0, 1.0, 4.0, 2.0]
    assert gradient_of(lambda a: np.partition(a, 3), x) == [3.0, 1.0, 4.0, 2.0]
    assert gradient_of(np.unique, x) == [2.0, 1.0, 0.0, 0.0]


def test_unique_returns_what_numpy_does():
    x = np.array([[2.0, 1.0], [2.0, 1.0], [0.0, 1.0]])
    for axis in (None, 0, 1):
        found = np.unique(Node(x), True, True, True, axis)
        for a, b in zip(found, np.unique(x, True, True, True, axis), strict=True):
            np.testing.assert_array_equal(getattr(a, "value", a), b)


def test_partition_is_numpys():
    x = RNG.normal(size=(3, 200))
    for kth in (0, 7, 199, [3, 100]):
        np.testing.assert_array_equal(np.partition(Node(x), kth).value, np.partition(x, kth))


def test_order_of_nan():
    x = np.array([np.nan, 2.0, np.nan, 1.0])
    np.testing.assert_array_equal(np.sort(Node(x)).value, np.sort(x))
    assert gradient_of(np.sort, x) == [3.0, 2.0, 4.0, 1.0]


def test_not_chosen_elements_get_no_signal():
    x = Node([-1.0, 0.0, 4.0])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        y = np.select([x.value > 0], [np.sqrt(x)], 0.0)
    assert signals(y, [x], np.ones(3))[0].tolist() == [0.0, 0.0, 0.25]


def test_running_product_of_zeros_is_exact():
    assert gradient_of(np.cumprod, [0.0, 2.0, 0.0, 5.0]) == [5.0, 0.0, 0.0, 0.0]
    assert gradient_of(np.cumprod, [2.0, 0.0, 3.0]) == [1.0, 22.0, 0.0]


def test_interp_at_a_knot_has_the_slope_to_the_right():
    def at(x):
        return gradient_of(lambda x: np.interp(x, [0.0, 1.0, 2.0], [0.0, 1.0, 5.0]), x)

    assert at([0.0, 1.0, 2.0, -1.0, 3.0]) == [1.0, 8.0, 12.0, 0.0, 0.0]


def test_unpacking():
    x = Node([1.0, 2.0, 3.0, 4.0])
    a, b = np.split(x, 2)
    assert (a * b).value.tolist() == [3.0, 8.0]
    assert signals((a * b).sum(), [x])[0].tolist() == [3.0, 4.0, 1.0, 2.0]


def test_plain_results():
    x = Node([3.0, 0.0, 1.0])
    for ours, numpys in [
        (np.where(x), np.where(x.value)), (x.nonzero(), x.value.nonzero()),
        (np.ix_(x, x), np.ix_(x.value, x.value)),
        ([x.argsort(), x.argmin(), np.argpartition(x, 1)], [[1, 2, 0], 1, [1, 2, 0]]),
    ]:  # fmt: skip
        for a, b in zip(ours, numpys, strict=True):
            assert not isinstance(a, Node)
            np.testing.assert_array_equal(a, b)
    assert np.einsum_path("i,i", x, x)[0] == np.einsum_path("i,i", x.value, x.value)[0]
    assert isinstance(np.full_like(x, 2.0), np.ndarray)


NUMPYS_ERRORS = [
    lambda a: np.take(a, 9), lambda a: np.take(a, 0, axis=5), lambda a: np.take(a, 0, mode="no"),
    lambda a: np.split(a, 4, axis=1), lambda a: np.split(a, 2, axis=7), lambda a: np.dsplit(a, 2),
    lambda a: np.hsplit(np.sum(a), 2), lambda a: np.flip(a, 3), lambda a: np.fliplr(a[0]),
    lambda a: np.rot90(a, axes=(0, 0)), lambda a: np.moveaxis(a, 0, 5), lambda a: np.rollaxis(a, 4),
    lambda a: np.matrix_transpose(a[0]), lambda a: np.diagonal(a[0]), lambda a: np.sort(a, 4),
    lambda a: np.sort(a, kind="no"), lambda a: np.partition(a, 9), lambda a: np.repeat(a, -1),
    lambda a: np.delete(a, 99), lambda a: np.insert(a, 99, 1.0), lambda a: np.pad(a, -1),
    lambda a: np.pad(a, 1, "no"), lambda a: np.pad(a, 1, "edge", end_values=3),
    lambda a: np.pad(a, 1, "maximum", stat_length=0), lambda a: np.resize(a, -1),
    lambda a: np.choose([5], [a, a]), lambda a: np.select([a > 0], [a, a]),
    lambda a: np.select([], []) if not isinstance(a, Node) else np.select([], [a]),
    lambda a: np.block([a, (a, a)]), lambda a: np.block([[], a]), lambda a: np.hstack([a, a[0]]),
    lambda a: np.broadcast_arrays(a, np.ones(7)), lambda a: np.meshgrid(a[0], indexing="no"),
    lambda a: np.cumprod(a, 4), lambda a: np.cumulative_sum(a), lambda a: np.diff(a, -1),
    lambda a: np.diff(np.sum(a)), lambda a: np.diff(a, axis=3), lambda a: np.gradient(a, 1, 2, 3),
    lambda a: np.gradient(a, axis=5), lambda a: np.gradient(a[:1], edge_order=2),
    lambda a: np.convolve(a, [1.0]), lambda a: np.convolve(a[0], []),
    lambda a: np.convolve(a[0], [1.0], "no"), lambda a: np.correlate(np.sum(a), [1.0]),
    lambda a: np.interp(a, [1.0], a[0]), lambda a: np.linspace(a, 2.0, -1),
    lambda a: np.inner(a, np.ones(5)), lambda a: np.vdot(a, [1.0]), lambda a: np.vander(a),
    lambda a: np.cross(a[:, :1], a[:, :1]), lambda a: np.vecdot(a, np.sum(a)),
    lambda a: np.matvec(a[0], a[0]), lambda a: np.unstack(np.sum(a)), lambda a: np.diag(np.sum(a)),
    lambda a: np.trapezoid(a, [1.0, 2.0, 3.0, 4.0]), lambda a: np.where(a, a),
    lambda a: windows(a, 9),
    lambda a: np.take_along_axis(a, np.array([0]), 1), lambda a: np.unique(a, axis=5),
]  # fmt: skip


@pytest.mark.parametrize("act", NUMPYS_ERRORS)
def test_errors_are_numpys(act):
    with pytest.raises((ValueError, TypeError, IndexError)) as numpys:
        act(np.ones((2, 3)))
    with pytest.raises(numpys.type):
        act(Node(np.ones((2, 3))))


ORDERED = [
    lambda a: np.copy(a, order="F"),
    lambda a: a.copy("C"),
    lambda a: np.ravel(a, "C"),
    lambda a: np.ravel(a, order="F"),
    lambda a: a.ravel("F"),
    lambda a: a.flatten("F"),
    lambda a: np.reshape(a, (3, 2), order="C"),
    lambda a: np.reshape(a, (-1, 2), order="F"),
    lambda a: np.reshape(a, 6, order="F"),
    lambda a: np.reshape(a, shape=(3, 2)),
    lambda a: a.reshape(3, 2, order="F"),
    lambda a: a.reshape(6, order="C"),
]


@pytest.mark.parametrize("f", ORDERED)
def test_order_of_elements(f):
    x = np.arange(6.0).reshape(2, 3)
    node = Node(x)
    y = f(node)
    np.testing.assert_array_equal(y.value, f(x))
    weights = np.arange(6.0).reshape(y.shape) + 1.0
    y.backward(weights)
    places = f(np.arange(6).reshape(2, 3))
    np.testing.assert_array_equal(node.grad.ravel()[places], weights)


@pytest.mark.parametrize("f", [np.ravel, lambda a, order: np.reshape(a, 6, order=order)])
def test_the_order_in_memory_is_refused(f):
    with pytest.raises(TypeError, match=r"as they lie in memory.*write order='C'"):
        f(Node(np.ones((2, 3))), order="K")
