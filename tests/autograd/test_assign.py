"""Assignment: the op, `node.at[index]`, Buffers, and arrays from nested lists of Nodes."""

import copy
import functools
import operator
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import autograd
from autograd import Buffer, Node, no_grad, scope, signals
from autograd.node import as_node
from autograd.ops.assign import assign

from .test_shape import DATA, INDICES

close = np.testing.assert_allclose
equal = np.testing.assert_array_equal


def assigned(x, v, index):
    """What NumPy makes of `x[index] = v`."""
    out = np.array(x, float)
    out[index] = v
    return out


def slope(f, xs, vs, h=1e-5):
    """The derivative of f(*xs) along vs by central differences."""
    ahead, back = ([x + t * v for x, v in zip(xs, vs, strict=True)] for t in (h, -h))
    return (f(*ahead) - f(*back)) / (2.0 * h)


def checked(f, *xs, second=True):
    """`f`, of arrays to one number: its gradient, also under `grad`, and second derivative."""
    rng = np.random.default_rng(len(xs))
    xs = [np.asarray(x, float) for x in xs]
    vs = [rng.normal(size=x.shape) for x in xs]
    us = [rng.normal(size=x.shape) for x in xs]
    every = tuple(range(len(xs)))

    def number(*xs):
        return float(as_node(f(*map(Node, xs))).value)

    def along(*xs):
        found = autograd.grad(lambda *xs: as_node(f(*xs)), every)(*xs)
        return functools.reduce(
            operator.add, (np.sum(g * v) for g, v in zip(found, vs, strict=True))
        )

    nodes = [Node(x) for x in xs]
    as_node(f(*nodes)).backward()
    swept = sum(np.sum((0.0 if x.grad is None else x.grad) * v)
                for x, v in zip(nodes, vs, strict=True))  # fmt: skip
    expected = slope(number, xs, vs)
    close(swept, expected, rtol=1e-6, atol=1e-7)
    close(along(*xs), expected, rtol=1e-6, atol=1e-7)
    if second:
        hessian = autograd.grad(along, every)(*xs)
        got = sum(np.sum(h * u) for h, u in zip(hessian, us, strict=True))
        close(got, slope(along, xs, us), rtol=1e-5, atol=1e-6)


# The op.


@st.composite
def assignments(draw):
    """An array, an index of any kind, and values that fit there."""
    shape = draw(hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=4))
    index = draw(
        st.one_of(
            hnp.basic_indices(shape, allow_newaxis=True),
            hnp.integer_array_indices(shape, result_shape=hnp.array_shapes(max_dims=2, max_side=4)),
            hnp.arrays(bool, shape),
            hnp.arrays(bool, shape[:1]),
            st.tuples(hnp.arrays(np.intp, 3, elements=st.integers(0, shape[0] - 1)), st.just(...)),
        )
    )
    x = draw(hnp.arrays(float, shape, elements=st.floats(-3, 3)))
    place = x[index].shape
    kept = draw(st.integers(0, len(place)))
    own = tuple(1 if draw(st.booleans()) else n for n in place[kept:])
    v = draw(hnp.arrays(float, own, elements=st.floats(-3, 3)))
    return x, v, index


@given(assignments())
def test_drawn_assignments(case):
    x, v, index = case
    a, b = Node(x), Node(v)
    y = assign(a, b, index)
    equal(y.value, assigned(x, v, index))
    w = np.random.default_rng(0).normal(size=x.shape)
    gx, gv = signals(y, [a, b], w)
    n = np.arange(x.size).reshape(x.shape)
    m = np.arange(v.size).reshape(v.shape) + x.size
    source = assigned(n, m, index).astype(int).ravel()  # which element each place shows
    both = np.bincount(source, w.ravel(), x.size + v.size)
    close(gx, both[: x.size].reshape(x.shape), atol=1e-14)
    close(gv, both[x.size :].reshape(v.shape), atol=1e-14)
    checked(lambda x, v: np.sum(w * assign(x * x, np.sin(v), index) ** 2), x, v)


@given(assignments(), st.data())
def test_drawn_buffers(case, data):
    """Several assignments, one of them of numbers, make the array that NumPy makes."""
    x, v, index = case
    other = data.draw(hnp.basic_indices(x.shape))
    order = data.draw(st.permutations([(index, 0), (other, 1), (index, 2)]))

    def filled(b, x, v):
        for place, which in order:
            b[place] = (v, 0.5, 2.0 * v)[which]
        return b

    b = filled(autograd.buffer(x), Node(x), Node(v))
    equal(b.value, filled(x.copy(), x, v))
    w = np.random.default_rng(1).normal(size=x.shape)

    def total(x, v):
        return np.sum(w * filled(autograd.buffer(x * x), x, np.sin(v)) ** 2) + 0.0 * np.sum(x)

    checked(total, x, v)


@pytest.mark.parametrize("kind", INDICES)
def test_every_kind_of_index(kind):
    index = INDICES[kind]
    place = DATA[index]
    for v in (-1.0, -place, -place[:1] if place.ndim else -place, np.negative(place)[None]):
        try:
            expected = assigned(DATA, v, index)
        except (TypeError, ValueError) as numpys:  # leading axes of length 1 do not fit everywhere
            with pytest.raises(type(numpys)):
                assign(DATA, Node(v), index)
            continue
        equal(assign(Node(DATA), v, index).value, expected)
        equal(assign(DATA, Node(v), index).value, expected)
        equal(Node(DATA).at[index].set(v).value, expected)
        equal(assign(DATA, v, index), expected)
        b = autograd.buffer(DATA)
        b[index] = v
        equal(b.value, expected)
        b[index] = Node(v) * 2.0
        equal(b.value, assigned(DATA, v * 2.0, index))


def test_the_last_of_several_stays_and_alone_gets_the_signal():
    v = Node([1.0, 2.0, 3.0])
    y = assign(np.zeros(3), v, [0, 2, 0])
    assert y.value.tolist() == [3.0, 0.0, 2.0]
    y.backward([10.0, 20.0, 30.0])
    assert v.grad.tolist() == [0.0, 30.0, 10.0]


def test_dtypes_are_those_of_the_array():
    for kind in (np.float32, np.float16):
        x, v = Node(np.ones(3, kind)), Node(2.0)
        y = assign(x, v, 1)
        assert y.dtype == kind
        y.backward(np.ones(3, kind))
        assert x.grad.dtype == kind and type(v.grad) is float
        assert x.at[[0, 0]].add(v).dtype == x.at[0].multiply(v).dtype == kind
        b = autograd.zeros(3, dtype=kind)
        b[0], b[1:] = v, np.array([1.0, 2.0])
        b += v
        b *= np.ones(3)
        assert b.dtype == b.node.dtype == (b * 2.0).dtype == kind
    assert type(assign(2.0, Node(3.0), ()).value) is float
    assert assign(Node(np.float32(2)), 3, ...).dtype == np.float32


# node.at


X = np.array([[1.5, -2.0, 0.5], [3.0, 4.0, -1.0]])
WORDS = {
    "set": (lambda p, v: p.set(v), lambda x, v: v + 0.0 * x),
    "add": (lambda p, v: p.add(v), lambda x, v: x + v),
    "multiply": (lambda p, v: p.multiply(v), lambda x, v: x * v),
    "divide": (lambda p, v: p.divide(v), lambda x, v: x / v),
    "power": (lambda p, v: p.power(v), lambda x, v: x**v),
    "min": (lambda p, v: p.min(v), np.minimum),
    "max": (lambda p, v: p.max(v), np.maximum),
    "apply": (lambda p, v: p.apply(lambda x: np.sin(x) * v), lambda x, v: np.sin(x) * v),
}
PLACES = [0, (slice(None), 1), ..., X > 2.0, ([0, 1], [2, 0]), slice(0, 0)]


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("index", PLACES, ids=str)
def test_at(word, index):
    ours, theirs = WORDS[word]
    x = np.abs(X) if word == "power" else X
    node = Node(x)
    for v in (1.2, Node(1.2), autograd.full((), 1.2)):
        y = ours(node.at[index], v)
        close(y.value, assigned(x, theirs(x[index], 1.2), index))
        assert ours(Node(x, requires_grad=False).at[index], 1.2).requires_grad is False
    equal(node.at[index].get().value, x[index])
    equal(node.value, x)
    checked(lambda x, v: np.sum(X * ours(x.at[index], v) ** 2), x, 1.2)


def test_at_with_repeated_places():
    x, v = Node([1.0, 2.0]), Node([10.0, 20.0, 30.0])
    y = x.at[[0, 1, 0]].add(v)
    assert y.value.tolist() == [41.0, 22.0]
    assert x.at[[0, 0]].add(1.0).value.tolist() == [3.0, 2.0]
    assert x.at[[0, 0]].add([1.0, v[0]]).value.tolist() == [12.0, 2.0]
    checked(lambda x, v: np.sum(x.at[[0, 1, 0]].add(v * v) ** 2), x.value, v.value)
    for word in ("multiply", "divide", "power", "min", "max"):
        with pytest.raises(ValueError, match="names a place twice"):
            getattr(x.at[[0, 0]], word)(2.0)
    with pytest.raises(ValueError, match="without repeats"):
        x.at[[0, 0]].apply(np.sin)
    with pytest.raises(ValueError):
        x.at[[0, 0]].add(v)


# Buffers.


def test_earlier_uses_keep_the_earlier_value():
    a, b = Node(3.0), autograd.zeros(2)
    zero = b.node
    b[0] = a
    first, total = b.node, b.sum()
    b[0] = 2.0 * a
    b[1] = 7.0
    second = b * 1.0
    b *= a
    assert zero.value.tolist() == [0.0, 0.0]
    assert first.value.tolist() == [3.0, 0.0]
    assert second.value.tolist() == [6.0, 7.0]
    assert b.value.tolist() == [18.0, 21.0]
    total.backward()
    assert a.grad == 1.0
    a.zero_grad()
    second.backward([1.0, 1.0])
    assert a.grad == 2.0
    a.zero_grad()
    b.backward([1.0, 1.0])
    assert a.grad == 2.0 * 2.0 * 3.0 + 7.0


def test_a_constant_until_a_node_comes():
    b = autograd.zeros((2, 2))
    b[0] = [1.0, 2.0]
    b += 1.0
    assert not b.requires_grad and b.op is None
    kept = b.node
    b[1, 1] = Node(5.0)
    assert b.requires_grad and not kept.requires_grad
    assert kept.value.tolist() == [[2.0, 3.0], [1.0, 1.0]]
    assert b.value.tolist() == [[2.0, 3.0], [1.0, 5.0]]
    b[...] = 0.0
    assert not b.requires_grad
    b[0, 0] = Node(5.0)
    b[:] = [[1, 2], [3, 4]]
    assert not b.requires_grad and b.tolist() == [[1.0, 2.0], [3.0, 4.0]]


def test_assignments_before_a_look_make_one_array():
    parts = [Node(float(i)) for i in range(9)]
    b = autograd.zeros((3, 3))
    for i, part in enumerate(parts):
        b[divmod(i, 3)] = part
    b[0, 0] = 10.0
    b[2, 2] = parts[0]
    assert [n.op.name for n in autograd.topological_order(b.node) if n.op] == ["stack", "assign"]
    b.backward(np.arange(1.0, 10.0).reshape(3, 3))
    assert [p.grad for p in parts] == [9.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 0.0]


def test_a_whole_assignment_forgets_what_was_there():
    x = Node([1.0, 2.0, 3.0])
    for index in (..., slice(None), ()):
        b = autograd.zeros((2, 3), dtype=np.float32)
        b[0, 0] = x[1]
        b[index] = x[None]
        ops = [n.op.name for n in autograd.topological_order(b.node) if n.op]
        assert ops == ["getitem", "astype", "broadcast_to"] and b.node.dtype == np.float32
        equal(b.value, np.broadcast_to(x.value, (2, 3)))
        with pytest.raises(ValueError):
            b[index] = x[:2]
        equal(b.value, np.broadcast_to(x.value, (2, 3)))


def test_many_assignments_take_little_memory():
    b, w = autograd.zeros(20_000), Node(2.0)
    for i in range(0, 20_000, 10):
        b[i] = w
    nodes = autograd.topological_order((b * b).sum())
    assert sum(n.size for n in nodes if n.op) < 100_000


def test_self_assignment():
    a = Node([1.0, 2.0, 3.0])
    b = autograd.buffer(a)
    b[1:] = b[:-1]
    assert b.value.tolist() == [1.0, 1.0, 2.0]
    b[...] = b[::-1]
    b[b > 1.5] = b[0] * b[1]
    assert b.value.tolist() == [2.0, 1.0, 1.0]
    b.backward([1.0, 10.0, 100.0])
    assert a.grad.tolist() == [112.0, 1.0, 0.0]
    b[:] = b
    assert b.value.tolist() == [2.0, 1.0, 1.0]


OPERATORS = [
    operator.add, operator.sub, operator.mul, operator.truediv, operator.pow,
    operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne,
]  # fmt: skip
IN_PLACE = {
    operator.add: operator.iadd, operator.sub: operator.isub, operator.mul: operator.imul,
    operator.truediv: operator.itruediv, operator.pow: operator.ipow,
}  # fmt: skip


@pytest.mark.parametrize("f", OPERATORS, ids=lambda f: f.__name__)
def test_operators(f):
    x, y = np.array([1.0, 2.0, 3.0]), np.array([2.0, 0.5, 3.0])
    for live in (True, False):
        others = [y, Node(y), autograd.buffer(y), 2.0, np.float64(2.0), np.array(2.0), y.tolist()]
        for other in others:
            if isinstance(other, list) and f not in IN_PLACE:
                continue  # a comparison of a Node with a list is the Node's affair
            plain = np.asarray(getattr(other, "value", other))
            for left, right in ((True, False), (False, True)):
                b = autograd.buffer(Node(x) if live else x)
                got, expected = (f(b, other), f(x, plain)) if left else (f(other, b), f(plain, x))
                assert not isinstance(got, Buffer) and left != right
                if f in IN_PLACE:
                    assert type(got) is Node
                    assert got.requires_grad == (live or getattr(other, "requires_grad", False))
                equal(getattr(got, "value", got), expected)
            if f in IN_PLACE:
                handle, before = b, b.node
                b = IN_PLACE[f](b, other)
                assert b is handle
                close(b.value, f(x, plain))
                equal(before.value, x)
    m = np.arange(4.0).reshape(2, 2)
    for c in (autograd.buffer(m), autograd.buffer(Node(m))):
        for other in (m, Node(m), autograd.buffer(m)):
            equal((c @ other).value, m @ m)
            equal((other @ c).value, m @ m)
        c @= m
        equal(c.value, m @ m)


FUNCTIONS = [
    lambda b, n: np.sin(b), lambda b, n: np.add(b, n), lambda b, n: np.add(n, b),
    lambda b, n: np.maximum(1.5, b), lambda b, n: np.sum(b, axis=0), lambda b, n: np.stack([b, n]),
    lambda b, n: np.stack([n, b]), lambda b, n: np.concatenate([n, b, b], axis=None),
    lambda b, n: np.concatenate([np.ones((1, 2)), b, n]), lambda b, n: np.where(b > 1.0, b, n),
    lambda b, n: np.where(n > 1.0, n, b), lambda b, n: np.einsum("ij,jk->ik", n, b),
    lambda b, n: np.dot(b, n), lambda b, n: n @ b, lambda b, n: np.reshape(b, -1),
    lambda b, n: np.multiply.__call__(n, b), lambda b, n: -b + abs(b) + (+b),
    lambda b, n: b.sum(axis=1), lambda b, n: b.T, lambda b, n: b.mean(), lambda b, n: b[0],
    lambda b, n: b[:, None, 1], lambda b, n: b[b > 1.0], lambda b, n: b.reshape(4),
    lambda b, n: autograd.array([b, n]), lambda b, n: autograd.array([[b[0, 0], 1.0], b[1]]),
    lambda b, n: sum(row[0] for row in b), lambda b, n: b.copy() * b,
    lambda b, n: np.select([n.value > 1.0], [n], b), lambda b, n: np.full_like(n, b),
    lambda b, n: np.insert(n, 1, b, axis=0), lambda b, n: np.trapezoid(n, b),
    lambda b, n: np.linalg.multi_dot([n, b, n]), lambda b, n: np.linspace(n, b, 3),
    lambda b, n: b.at[0].set(n[1]), lambda b, n: np.copy(b), lambda b, n: np.clip(b, 0.5, 2.5),
]  # fmt: skip


@pytest.mark.parametrize("f", FUNCTIONS)
def test_functions_take_it_for_its_node(f):
    a = np.array([[1.2, 2.0], [3.0, 0.6]])

    def filled(x):
        b = autograd.zeros((2, 2))
        b[0], b[1] = x[0], x[1]
        return b

    n = Node(a)
    got, expected = f(filled(n), n), f(Node(a), Node(a))
    assert type(got) is Node and got.requires_grad
    equal(got.value, expected.value)
    checked(lambda x: np.sum(f(filled(np.sin(x)), x) ** 2), a, second=False)


@pytest.mark.parametrize(
    "f",
    [autograd.softmax, autograd.relu, autograd.sigmoid, autograd.logsumexp, autograd.softplus,
     autograd.log_softmax],
)  # fmt: skip
def test_the_engines_own_functions(f):
    x = Node([1.0, -2.0, 0.5])
    b = autograd.zeros(3)
    b[:] = x[::-1]
    equal(f(b).value, f(x[::-1]).value)
    np.sum(f(b) * np.arange(3.0)).backward()
    [g] = signals(np.sum(f(x[::-1]) * np.arange(3.0)), [x])
    close(x.grad, g)
    assert not f(autograd.zeros(3)).requires_grad


def test_attributes_and_protocols():
    x = Node([1.0, 2.0], name="x")
    b = autograd.zeros(2)
    b[0] = x[1]
    assert (b.shape, b.ndim, b.size, b.dtype, len(b)) == ((2,), 1, 2, np.float64, 2)
    assert b.tolist() == [2.0, 0.0] and b.op.name == "assign" and b.node is b.node is as_node(b)
    assert repr(b) == "Buffer([2., 0.], op=assign)"
    assert f"{autograd.full((), 2.5):.2f}" == "2.50"
    assert bool(autograd.full((), 1.0)) and [v.item() for v in b] == [2.0, 0.0]
    assert np.shape(b) == (2,) and np.zeros_like(b).tolist() == [0.0, 0.0]
    assert np.argmax(b) == 0 and np.isnan(b).tolist() == [False, False]
    assert (b == 2.0).tolist() == [True, False]
    (b * b).sum().backward()
    assert b.grad.tolist() == [4.0, 0.0] and x.grad.tolist() == [0.0, 4.0]
    with pytest.raises(TypeError):
        hash(b)
    with pytest.raises(AttributeError):
        b.nonsense  # noqa: B018
    with pytest.raises(AttributeError):
        b.shape = (1, 2)


def test_sweeps_start_from_its_node():
    x, b = Node([1.0, 2.0]), autograd.zeros(2)
    b[0] = x[1]
    c = b * b
    b.fill(x[0])
    [gx, gb] = signals(b, [x, b], seed=[1.0, 10.0])
    assert gx.tolist() == [11.0, 0.0] and gb.tolist() == [1.0, 10.0]
    assert set(signals(b, seed=[1.0, 1.0])) == set(autograd.topological_order(b))
    assert len(list(autograd.edge_signals(b, seed=[1.0, 1.0]))) == 2
    c.backward([1.0, 1.0])
    assert x.grad.tolist() == [0.0, 4.0]
    x.zero_grad()
    b.backward([1.0, 1.0])
    assert x.grad.tolist() == [2.0, 0.0]


def test_copies_are_their_own():
    b = autograd.full(2, 1.0)
    copies = [b.copy(), copy.copy(b), copy.deepcopy(b), pickle.loads(pickle.dumps(b))]
    copies += [autograd.buffer(b)]
    for c in copies:
        assert type(c) is Buffer
        c[0] = 5.0
    assert b.tolist() == [1.0, 1.0]
    b[0] = x = Node(2.0)
    u, c = pickle.loads(pickle.dumps((x, b)))
    assert c.tolist() == b.tolist() and signals(c.sum(), [u]) == [1.0]
    array = np.ones(2)
    c = autograd.buffer(array)
    c[0] = 3.0
    array[1] = 4.0
    assert array.tolist() == [1.0, 4.0] and c.tolist() == [3.0, 1.0]


def test_constructors():
    assert autograd.zeros(3).tolist() == [0.0, 0.0, 0.0]
    assert autograd.zeros((2, 0), dtype=np.float32).dtype == np.float32
    assert autograd.zeros(()).value == 0.0
    assert autograd.full((2, 2), [1, 2]).tolist() == [[1.0, 2.0], [1.0, 2.0]]
    assert autograd.full(2, np.float32(3)).dtype == np.float32
    assert autograd.full(np.int64(2), fill_value=3, dtype=np.float32).dtype == np.float32
    x = Node(3.0)
    autograd.full((2, 2), x).sum().backward()
    assert x.grad == 4.0
    for like in (np.ones((2, 3), np.float32), Node(np.ones((2, 3), np.float32))):
        b = autograd.empty_like(like)
        assert (b.shape, b.dtype) == ((2, 3), np.float32)
        assert autograd.empty_like(b, dtype=float, shape=(4,)).shape == (4,)
    assert autograd.empty_like(np.arange(3)).dtype == np.float64
    assert autograd.buffer([[x, 1], [2, 3]]).tolist() == [[3.0, 1.0], [2.0, 3.0]]
    for make in (lambda: autograd.zeros(2, int), lambda: autograd.full(2, 1.0, dtype=complex)):
        with pytest.raises(TypeError, match="Buffer cannot hold"):
            make()
    with pytest.raises(ValueError):
        autograd.full((2,), np.ones(3))


def test_ufuncs_at():
    x, b = Node([1.0, 2.0, 3.0]), autograd.full(2, 1.0)
    np.add.at(b, [0, 0, 1], x)
    np.negative.at(b, [1])
    np.multiply.at(b, 0, x[0])
    assert b.tolist() == [4.0, -4.0]
    b.backward([1.0, 10.0])
    assert x.grad.tolist() == [5.0, 1.0, -10.0]
    with pytest.raises(ValueError, match="twice"):
        np.multiply.at(b, [0, 0], 2.0)


def test_no_grad_and_scopes():
    w, b = Node(2.0), autograd.zeros(2)
    with no_grad():
        b[0] = w
        assert not b.requires_grad
    b[1] = w
    b[0] = 1.0
    with no_grad():
        assert b.requires_grad  # what was assigned outside is looked at only now
        assert not (b * 2.0).requires_grad
    b[0] = w
    with no_grad():
        b[1] = 1.0
    assert not b.requires_grad and b.tolist() == [2.0, 1.0]
    with scope("layer"):
        b[0] = w
        with scope("inner"):
            b[1] = w
    outer = b.node.operands[0]
    assert (b.node.scope, outer.scope) == ("layer.inner", "layer")


def test_an_updated_parameter_is_noticed():
    w, b = Node(2.0), autograd.zeros(2)
    b[0] = w
    w.value = 3.0
    with pytest.raises(RuntimeError, match="updated after"):
        b.sum()


def test_0d_and_empty_buffers():
    x, b = Node(2.0), autograd.zeros(())
    b[()] = x
    b[...] = b * x
    b[False] = 7.0
    b[True] = [b * x]
    b += 1.0
    assert b.value == 9.0
    b.backward()
    assert x.grad == 12.0
    e = autograd.zeros((0, 2))
    e[...] = x
    e[:, 0] = e[:, 1]
    assert e.shape == (0, 2)
    np.sum(e).backward()
    assert x.grad == 12.0


# Realistic use: filled piece by piece, against the functional form.


def recurrence(w, u, c):
    """h[t] = tanh(w · h[t−1] + u[t]), filled step by step into what `c` makes."""
    h = c(u.shape)
    h[0] = np.tanh(u[0])
    for t in range(1, len(u)):
        h[t] = np.tanh(w @ h[t - 1] + u[t])
    return h


def test_cumulative_recurrence():
    rng = np.random.default_rng(3)
    w, u = rng.normal(size=(3, 3)), rng.normal(size=(6, 3))

    def functional(w, u):
        steps = [np.tanh(u[0])]
        for t in range(1, len(u)):
            steps.append(np.tanh(w @ steps[-1] + u[t]))
        return np.sum(np.stack(steps) ** 2)

    def filled(w, u):
        return np.sum(recurrence(w, u, autograd.zeros) ** 2)

    equal(recurrence(Node(w), Node(u), autograd.zeros).value, recurrence(w, u, np.zeros))
    for order in (autograd.grad, lambda f, n: autograd.grad(
        lambda *a: sum(np.sum(g * g) for g in autograd.grad(f, n)(*a)), n)):  # fmt: skip
        for ours, theirs in zip(
            order(filled, (0, 1))(w, u), order(functional, (0, 1))(w, u), strict=True
        ):
            close(ours, theirs, rtol=1e-10, atol=1e-12)
    checked(filled, w, u)


def test_matrix_from_parameters():
    def camera(p):
        m = autograd.zeros((3, 3))
        m[0, 0], m[1, 1], m[2, 2] = p[0], p[0], 1.0
        m[:2, 2] = p[1:3]
        m[0, 1] -= p[3]
        m[m == 0.0] += 0.1 * p[4]
        return m

    def functional(p):
        e = 0.1 * p[4]
        m = autograd.array([[p[0], -p[3], p[1]], [e, p[0], p[2]], [e, e, 1.0]])
        return np.sum(np.sin(m) @ m)

    p = np.array([1.0, 0.5, -0.3, 0.2, 2.0])
    f = lambda p: np.sum(np.sin(camera(p)) @ camera(p))  # noqa: E731
    close(autograd.grad(f)(p), autograd.grad(functional)(p), rtol=1e-12)
    checked(f, p)


# Arrays from nested lists.


def test_array():
    a, v = Node(2.0), Node([1.0, 3.0])
    b = autograd.zeros(2)
    b[1] = a
    y = autograd.array([[v, b], [np.ones(2), (a, 4)]])
    assert y.tolist() == [[[1.0, 3.0], [0.0, 2.0]], [[1.0, 1.0], [2.0, 4.0]]]
    y.backward(np.arange(8.0).reshape(2, 2, 2))
    assert a.grad == 9.0 and v.grad.tolist() == [0.0, 1.0]
    assert autograd.array([[[[[[a]]]]]]).shape == (1,) * 6
    assert autograd.array(a) is a and autograd.array(b) is b.node
    small = Node(np.float32(2))
    assert autograd.array([[small, np.float32(1)], [small, small]]).dtype == np.float32
    assert autograd.array([small, 1.0]).dtype == np.float64
    assert autograd.array([Node(np.zeros(0)), []]).shape == (2, 0)
    for plain in ([], [[], []], 3, 2.5, [1, 2], np.ones(2), (1.0, 2.0), [True, False]):
        ours, numpys = autograd.array(plain), np.array(plain)
        assert type(ours) is np.ndarray and ours.dtype == numpys.dtype
        equal(ours, numpys)
    for ragged in ([a, [a]], [[a], [a, a]], [v, [1.0]], [[v], [a]]):
        with pytest.raises(ValueError, match="inhomogeneous"):
            autograd.array(ragged)
    with pytest.raises(ValueError, match="inhomogeneous"):
        autograd.array([[1.0], [1.0, 2.0]])
    with pytest.raises(TypeError):
        autograd.array([a, "b"])


# Errors.


B, N, S = autograd.zeros(2), Node([1.0, 2.0]), Node(2.0)


@pytest.mark.parametrize("write", [
    lambda a: operator.setitem(a, 0, S), lambda a: np.fill_diagonal(a, S),
    lambda a: operator.setitem(a, 0, autograd.full(2, 1.0)),
])  # fmt: skip
def test_writing_into_an_ndarray_names_the_buffer(write):
    with pytest.raises((TypeError, ValueError)) as error:
        write(np.zeros((2, 2)))
    chain = [error.value, error.value.__cause__, error.value.__context__]
    assert any("autograd.zeros(" in str(e) for e in chain)


@pytest.mark.parametrize(
    ("index", "v"),
    [(7, 1.0), ((0, 0), 1.0), ("a", 1.0), (1.5, 1.0), (slice(None), [1.0, 2.0, 3.0]), (0, [1, 2]),
     ([True, False, True], 1.0), ([5], 1.0), ([0, 1], [[1.0], [2.0], [3.0]]), (..., [[1.0], 2.0])],
)  # fmt: skip
def test_wrong_assignments_raise_numpys_error(index, v):
    for start in (np.zeros(2), Node(np.zeros(2))):
        b = autograd.buffer(start)
        with pytest.raises((IndexError, TypeError, ValueError)) as numpys:
            np.zeros(2)[index] = v
        for new in (v, Node(v)) if v != [[1.0], 2.0] else (v,):
            with pytest.raises(type(numpys.value)) as ours:
                b[index] = new
            [note] = ours.value.__notes__
            assert note.startswith("while assigning ")
            assert note.endswith(" into a Buffer of shape [2]")
            assert b.tolist() == [0.0, 0.0]
            with pytest.raises(type(numpys.value)):
                b.node.at[index].set(new)
    c = autograd.zeros(2)
    with pytest.raises(ValueError):
        c += np.ones((2, 2))
