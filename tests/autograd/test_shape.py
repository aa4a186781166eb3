"""Indexing of every kind that NumPy has, and the ops that join and bend arrays."""

import time

import numpy as np
import pytest

import autograd
from autograd import Node, signals

DATA = np.arange(24.0).reshape(2, 3, 4)
INDICES = {
    "integer": 1,
    "negative": -1,
    "numpy integer": np.int64(1),
    "integers": (1, 2, 3),
    "slice": slice(1, 3),
    "steps": (slice(None), slice(None, None, 2)),
    "backwards": (slice(None), slice(None, None, -1), slice(3, 0, -2)),
    "empty slice": slice(5, 9),
    "ellipsis": (..., 1),
    "only ellipsis": ...,
    "nothing": (),
    "newaxis": (None, 0, None, ..., None),
    "list": [1, 0, 1],
    "empty list": [],
    "array": np.array([1, 1, 0]),
    "negative array": np.array([-1, 0]),
    "array of unsigned": np.array([1, 0], np.uint8),
    "2-d array": np.array([[0, 1], [1, 1]]),
    "arrays": (np.array([0, 1, 1]), np.array([2, 2, 0])),
    "broadcast arrays": (np.array([[0], [1]]), np.array([2, 0])),
    "arrays apart": (np.array([0, 1]), slice(None), np.array([3, 3])),
    "array, slice": (slice(None), [2, 2], slice(0, 2)),
    "array, newaxis": (np.array([0, 0]), None, slice(1)),
    "integer and array": (1, np.array([0, 0, 2])),
    "mask": DATA % 3 == 0,
    "mask of rows": np.array([True, False]),
    "list of bools": [False, True],
    "mask and slice": (slice(None), np.array([True, False, True]), slice(2)),
    "mask and array": (np.array([True, True]), np.array([0, 2])),
    "two masks": (np.array([True, True]), np.array([True, False, True])),
    "empty mask": np.zeros((2, 3, 4), bool),
    "true": True,
    "false": False,
    "ix_": np.ix_([0, 1], [2, 0], [1, 1]),
}


def dense(index):
    """The matrix of `x → x[index]`, built column by column."""
    return np.stack([np.ravel(e.reshape(DATA.shape)[index]) for e in np.eye(DATA.size)], axis=1)


@pytest.mark.parametrize("kind", INDICES)
def test_indexing(kind):
    index = INDICES[kind]
    x = Node(DATA)
    y = x[index]
    np.testing.assert_array_equal(y.value, DATA[index])
    assert y.shape == DATA[index].shape
    w = np.random.default_rng(0).normal(size=y.shape)
    y.backward(w)
    np.testing.assert_allclose(x.grad.ravel(), dense(index).T @ np.ravel(w))
    np.testing.assert_array_equal(signals(y, [x], w)[0], x.grad)


@pytest.mark.parametrize("kind", INDICES)
def test_second_derivative_of_indexing(kind):
    x = Node(DATA)
    gradient = autograd.grad(lambda x: np.sum(x[INDICES[kind]] ** 2))
    [h] = signals(np.sum(gradient(x) * DATA), [x])
    np.testing.assert_allclose(
        h.ravel(), 2.0 * dense(INDICES[kind]).T @ dense(INDICES[kind]) @ DATA.ravel()
    )


@pytest.mark.parametrize("index", [(0, 0, 0, 0), "a", 1.5, (None, 1.0), 7, slice("a", "b")])
def test_wrong_indices_raise_numpys_error(index):
    with pytest.raises((IndexError, TypeError, ValueError)) as ours:
        Node(DATA)[index]
    with pytest.raises(type(ours.value)):
        DATA[index]


def test_indexing_a_scalar():
    x = Node(2.0)
    assert x[()].value == 2.0
    x[None].sum().backward()
    assert x.grad == 1.0
    x[...].backward()
    assert x.grad == 2.0
    with pytest.raises(IndexError):
        x[0]


def test_elements_of_arrays_are_floats():
    x = Node(DATA)
    assert type(x[0, 0, 0].value) is float
    small = Node(DATA.astype(np.float32))
    assert type(small[0, 0, 0].value) is np.float32


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -3, None])
def test_concatenate(axis):
    parts = [DATA, DATA[::-1] * 2.0]
    xs = [Node(p) for p in parts]
    for operands in (xs, [xs[0], parts[1]], (parts[0], xs[1])):
        y = np.concatenate(operands, axis=axis)
        np.testing.assert_array_equal(y.value, np.concatenate(parts, axis=axis))
        w = np.arange(float(y.size)).reshape(y.shape)
        live = [x for x in operands if isinstance(x, Node)]
        found = dict(zip(live, signals(y, live, w), strict=True))
        place = np.split(w, 2, axis=0 if axis is None else axis)
        for x, g in zip(operands, place, strict=True):
            if isinstance(x, Node):
                np.testing.assert_array_equal(found[x], g.reshape(DATA.shape))


@pytest.mark.parametrize("axis", [0, 1, 3, -1, -2])
def test_stack(axis):
    a, b = Node(DATA), Node(DATA * 2.0)
    y = np.stack([a, b, a], axis=axis)
    np.testing.assert_array_equal(y.value, np.stack([DATA, DATA * 2, DATA], axis=axis))
    w = np.arange(float(y.size)).reshape(y.shape)
    y.backward(w)
    first, second, third = np.moveaxis(w, axis, 0)
    np.testing.assert_array_equal(a.grad, first + third)
    np.testing.assert_array_equal(b.grad, second)


def test_array_of_nested_nodes():
    a, b = Node(2.0), Node([1.0, 3.0])
    y = autograd.array([[a, 0.0], [b[0], a * a]])
    assert y.value.tolist() == [[2.0, 0.0], [1.0, 4.0]]
    y.backward([[1.0, 5.0], [10.0, 100.0]])
    assert a.grad == 401.0 and b.grad.tolist() == [10.0, 0.0]
    assert isinstance(autograd.array([[1.0, 2.0]]), np.ndarray)
    assert autograd.array([b, [0, 1]]).value.tolist() == [[1.0, 3.0], [0.0, 1.0]]
    assert autograd.array(b) is b
    with pytest.raises(ValueError):
        autograd.array([[a], [a, a]])


EINSUM = [
    ("ij,jk", [(2, 3), (3, 4)]), ("ij,jk->ki", [(2, 3), (3, 4)]), ("ii", [(3, 3)]),
    ("i,j", [(2,), (3,)]),
    ("...ij,...jk->...ik", [(2, 2, 3), (3, 4)]), ("...i->...", [(2, 3)]),
    ("i...,i...", [(2, 3), (2, 3)]),
    ("ij,ij->", [(2, 3), (2, 3)]), ("i,i,i->i", [(3,), (3,), (3,)]), ("iij->j", [(2, 2, 3)]),
    ("ij , jk -> ik", [(2, 3), (3, 4)]), ("a,b,c->abc", [(2,), (3,), (2,)]), ("ij->", [(0, 3)]),
    ("bi,ij,bj->b", [(4, 2), (2, 3), (4, 3)]), ("ba", [(2, 3)]), ("aabb->ab", [(2, 2, 3, 3)]),
]  # fmt: skip


@pytest.mark.parametrize(("subscripts", "shapes"), EINSUM)
def test_einsum(subscripts, shapes):
    rng = np.random.default_rng(1)
    data = [rng.normal(size=s) for s in shapes]
    xs = [Node(d) for d in data]
    y = np.einsum(subscripts, *xs)
    np.testing.assert_allclose(y.value, np.einsum(subscripts, *data))
    w = rng.normal(size=y.shape)
    y.backward(w)
    for i, x in enumerate(xs):
        v = rng.normal(size=x.shape)
        moved = np.einsum(subscripts, *data[:i], v, *data[i + 1 :])
        np.testing.assert_allclose(np.sum(w * moved), np.sum(x.grad * v), atol=1e-12)


def test_einsum_refuses_what_it_cannot_read():
    x = Node(np.ones((2, 2)))
    with pytest.raises(TypeError, match="subscripts as a string"):
        np.einsum(x, [0, 1], [1, 0])
    with pytest.raises(ValueError):
        np.einsum("ij,jk->ik", x)
    with pytest.raises(ValueError):
        np.einsum("ijk->i", x)


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (lambda x: np.reshape(x, (4, 6)), DATA.reshape(4, 6)),
        (lambda x: np.ravel(x), DATA.ravel()),
        (lambda x: np.transpose(x), DATA.T),
        (lambda x: np.transpose(x, (2, 0, 1)), DATA.transpose(2, 0, 1)),
        (lambda x: np.permute_dims(x, (2, 0, 1)), DATA.transpose(2, 0, 1)),
        (lambda x: np.swapaxes(x, 0, 1), DATA.swapaxes(0, 1)),
        (lambda x: np.expand_dims(x, (0, 2)), np.expand_dims(DATA, (0, 2))),
        (lambda x: np.squeeze(x[:1]), DATA[0]),
        (lambda x: np.broadcast_to(x, (5, 2, 3, 4)), np.broadcast_to(DATA, (5, 2, 3, 4))),
        (lambda x: np.copy(x), DATA),
    ],
)
def test_numpys_names(act, expected):
    x = Node(DATA)
    y = act(x)
    np.testing.assert_array_equal(y.value, expected)
    y.backward(np.ones(y.shape))
    assert x.grad.shape == DATA.shape
    assert x.grad.sum() == y.size


@pytest.mark.parametrize("join", [np.stack, np.concatenate])
@pytest.mark.parametrize("sweep", [lambda y, w: y.backward(w), lambda y, w: signals(y, seed=w)])
def test_joining_many_operands_takes_linear_time(join, sweep):
    xs = [Node(np.full(1, i)) for i in range(20_000)]
    y = join(xs)
    w = np.arange(20_000.0).reshape(y.shape)

    def seconds():
        start = time.perf_counter()
        sweep(y, w)
        return time.perf_counter() - start

    assert min(seconds() for _ in range(3)) < 1.0
    assert signals(y, [xs[7]], w)[0] == [7.0]
