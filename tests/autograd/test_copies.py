"""Copies and pickles of whole graphs: the same values, signals and ties, at any depth."""

import copy
import pickle
import subprocess
import sys
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import autograd
from autograd import REGISTRY, Node, no_grad, scope, signals, topological_order
from autograd.op import elementwise, op_named
from nn import MLP, Module
from nn.functional import mse_loss
from nn.optim import SGD, Adam

from .draw import bools, corners, differentiable

NAMES = [name for name, op in REGISTRY.items() if differentiable(op) and op.cases != "composed"]


def pickled(x: Any) -> Any:
    return pickle.loads(pickle.dumps(x))


def pickled_as_text(x: Any) -> Any:
    return pickle.loads(pickle.dumps(x, protocol=0))


both = pytest.mark.parametrize("twin_of", [pickled, copy.deepcopy])


def assert_same_statics(a: dict[str, Any], b: dict[str, Any]) -> None:
    assert a.keys() == b.keys()
    for word in a:
        assert type(a[word]) is type(b[word])
        assert repr(a[word]) == repr(b[word])


def assert_same_graph(a: Node, b: Node) -> None:
    """Two separate graphs of the same Nodes, each met as often and in the same places."""
    twins = {a: b}
    pending = [a]
    while pending:
        x = pending.pop()
        y = twins[x]
        assert (x.op, x.name, x.scope, x.shape, x.dtype, x.requires_grad) == (
            y.op, y.name, y.scope, y.shape, y.dtype, y.requires_grad
        )  # fmt: skip
        assert_same_values(x.value, y.value)
        assert_same_values(x.grad, y.grad)
        assert_same_statics(x.statics, y.statics)
        for p, q in zip(x.operands, y.operands, strict=True):
            assert type(p) is type(q)
            if type(p) is not Node:
                assert_array_equal(p, q)
            elif p in twins:
                assert twins[p] is q
            else:
                twins[p] = q
                pending.append(p)
    assert len(set(twins) | set(twins.values())) == 2 * len(twins)
    assert set(twins.values()) == set(topological_order(b))
    ours = [x for x in topological_order(a) if x.op is not None]
    assert [twins[x] for x in ours] == [y for y in topological_order(b) if y.op is not None]


def assert_same_values(a: Any, b: Any) -> None:
    assert type(a) is type(b)
    if isinstance(a, tuple):
        for p, q in zip(a, b, strict=True):
            assert_same_values(p, q)
    elif a is not None:
        assert_array_equal(a, b)
        if isinstance(b, np.ndarray):
            assert not b.flags.writeable
            assert b.dtype is a.dtype


@pytest.mark.parametrize("name", NAMES)
def test_every_op(name: str) -> None:
    op = REGISTRY[name]
    for case in corners(op)[::5]:
        for alone in [None, *range(len(case.xs))]:
            if alone is not None and bools(case.xs[alone]):
                continue
            xs = [
                x if bools(x) or alone not in (None, i) else Node(x) for i, x in enumerate(case.xs)
            ]
            y = op(*xs, **case.statics)
            if type(y) is not Node or y.op is None:
                continue
            seed = case.normal(y.shape)
            y.backward(seed)
            for z in (pickled(y), copy.deepcopy(y)):
                assert_same_graph(y, z)
                leaves = [x for x in topological_order(z) if x.op is None]
                found = signals(z, leaves, seed=seed)
                old = [x.grad for x in leaves]
                z.backward(seed)  # the fast sweep, with the pulls that recording chose
                for x, g, before in zip(leaves, found, old, strict=True):
                    assert_same_values(before + g, x.grad)


def parts() -> Node:
    q, r = np.linalg.qr(Node([[1.0, 2.0], [3.0, 5.0]], name="a"))
    return (q * r).sum()


def everything() -> Node:
    """Scopes, names, constants, several dtypes and outputs, and statics of all kinds."""
    with scope("model"), scope("0"):
        w = Node(np.arange(12.0).reshape(3, 4) + 1.0, name="w")
        c = Node(np.float32(2.0), name="c", requires_grad=False)
        h = np.log(w) * c + np.ones(4)
    a = h[1:, ::2].sum(axis=0, keepdims=True) + h[np.array([0, 2]), np.array([1, 1])]
    b = np.where(w.value > 3.0, w, 0.5).astype(np.float16).sum()
    d = h[..., None, 1].T.astype(np.float32).mean()
    s, u = np.linalg.eigh(w @ w.T)
    e = s.sum() + u[0, 0] + np.concatenate([w, h], axis=1).std() + h[h.value > 1.0].max()
    return a.sum() * b + d + e + parts()


@pytest.mark.parametrize("twin_of", [pickled, pickled_as_text, copy.deepcopy])
def test_graphs_of_all_kinds(twin_of: Any) -> None:
    y = everything()
    assert_same_graph(y, twin_of(y))
    y.backward()
    z = twin_of(y)
    assert_same_graph(y, z)
    z.backward()  # a second sweep adds the same again
    twins = {x.name: x for x in topological_order(z) if x.op is None and x.requires_grad}
    for x in topological_order(y):
        if x.op is None and x.requires_grad:
            assert_array_equal(twins[x.name].grad, 2.0 * x.grad)
    assert (z + y).value == 2.0 * y.value  # the two graphs join
    z.zero_grad()
    assert z.grad is None and y.grad == 1.0


@both
def test_identity_is_kept(twin_of: Any) -> None:
    x = Node([1.0, 2.0], name="x")
    h = np.sin(x)
    y = (h * h).sum()
    for order in ([x, h, y], [y, h, x], [h, y, x, h], [y, x, y]):
        twins = twin_of(order)
        for a, b in zip(order, twins, strict=True):
            for c, d in zip(order, twins, strict=True):
                assert (a is c) == (b is d)
        ties = {id(n) for n in topological_order(next(t for t in twins if not t.shape))}
        assert ties >= {id(t) for t in twins}
    loss, first = twin_of([y, y.operands[0]])
    assert loss.operands[0] is first
    a, b = twin_of((y * 2.0, y * 3.0))
    assert a.operands[0] is b.operands[0]


@both
def test_copies_hold_their_own_gradients(twin_of: Any) -> None:
    x = Node(3.0)
    y = x * x
    y.backward()
    u, z = twin_of((x, y))
    z.backward()
    assert (x.grad, u.grad, y.grad, z.grad) == (6.0, 12.0, 1.0, 1.0)
    (y * z).backward()
    assert (y.grad, z.grad) == (9.0, 9.0)


def test_a_shallow_copy_shares_its_operands() -> None:
    x = Node([1.0, 2.0], name="x")
    for y in (x * x, np.sin(x), x[1:], x.sum(axis=0)):
        y.backward(np.ones(y.shape))
        z = copy.copy(y)
        assert z is not y and z.op is y.op and z.operands[0] is x
        assert_same_values(z.grad, y.grad)
        x.zero_grad()
        (y * z).sum().backward()  # the sweep tells them apart
        assert_array_equal(x.grad, 2.0 * signals((y * y.value).sum(), [x])[0])
        z.zero_grad()
        assert y.grad is not None
    y = x * x
    x.value = [3.0, 4.0]
    with pytest.raises(RuntimeError, match="updated after"):
        copy.copy(y)


@both
def test_stale_graphs_stay_stale(twin_of: Any) -> None:
    w, x = Node(2.0, name="w"), Node(3.0, name="x")
    h = x * x
    fresh = np.exp(x) * 2.0
    loss = h * w + fresh
    w.value = 5.0
    later = h * w
    for order in ([loss, later, fresh], [h, loss, later, fresh], [fresh, later, h, loss]):
        twins = dict(zip(map(id, order), twin_of(order), strict=True))
        for sweep in (Node.backward, signals, topological_order):
            with pytest.raises(RuntimeError, match="parameter w was updated after"):
                sweep(twins[id(loss)])
        assert twins[id(loss)].value == loss.value
        for one in (later, fresh):  # what is not stale does not become so beside what is
            assert list(signals(twins[id(one)]).values()) == list(signals(one).values())
        if id(h) in twins:
            assert list(signals(twins[id(h)]).values()) == [1.0, 6.0]
        assert twins[id(fresh)].operands[0].value == fresh.operands[0].value
    end = loss + 1.0
    for order in ([loss, end], [end, loss]):
        a, b = twin_of(order)
        assert a.operands[0] is b or b.operands[0] is a
    chain = [h * 1.0]
    for _ in range(300):
        chain.append(chain[-1] * w)
    w.value = 2.0
    assert len(pickle.dumps(chain)) < 100_000  # each Node once
    twins = twin_of(chain)
    assert all(a is b.operands[0] for a, b in pairwise(twins[1:]))
    with pytest.raises(RuntimeError, match="updated after"):
        twins[-1].backward()
    w.value = 5.0
    later = h * w
    for one in (later, fresh):
        assert list(signals(twin_of(one)).values()) == list(signals(one).values())
    with pytest.raises(RuntimeError, match="updated after"):
        twin_of(twin_of(loss)).backward()
    constant = Node(2.0, name="k", requires_grad=False)
    y = x * constant
    constant.value = 3.0
    with pytest.raises(RuntimeError, match="constant k was updated after"):
        twin_of(y).backward()


@both
@pytest.mark.parametrize("optimizer", [SGD, Adam])
def test_model_loss_and_optimizer_stay_tied(twin_of: Any, optimizer: Any) -> None:
    rng = np.random.default_rng(0)
    model = MLP((3, 4, 2))
    x, target = rng.normal(size=(4, 3)), rng.normal(size=(4, 2))
    opt = optimizer(model.parameters(), lr=0.1)

    def step(model: Module, opt: Any) -> list[Any]:
        opt.zero_grad()
        mse_loss(model(x), target).backward()
        opt.step()
        return [p.value for p in model.parameters()]

    step(model, opt)
    opt.zero_grad()
    loss = mse_loss(model(x), target)
    loss.backward()
    m, once, o = twin_of((model, loss, opt))
    assert_same_graph(loss, once)
    assert all(p is q for p, q in zip(m.parameters(), o.params, strict=True))
    assert {id(p) for p in m.parameters()} <= {id(n) for n in topological_order(once)}
    once.backward()
    for p, q in zip(model.parameters(), m.parameters(), strict=True):
        assert_array_equal(q.grad, 2.0 * p.grad)
    opt.step()
    o.zero_grad()
    once.backward()
    o.step()
    for p, q in zip(model.parameters(), m.parameters(), strict=True):
        assert_array_equal(p.value, q.value)
    m, once, o = twin_of((model, loss, opt))  # after the step
    assert all(p is q for p, q in zip(m.parameters(), o.params, strict=True))
    with pytest.raises(RuntimeError, match="updated after"):
        once.backward()
    for p, q in zip(step(model, opt), step(m, o), strict=True):
        assert_array_equal(p, q)


def test_constants_and_what_transforms_leave() -> None:
    with no_grad():
        c = Node(2.0) * 3.0
    assert not pickled(c).requires_grad
    kept: list[Node] = []
    autograd.grad(lambda x: kept.append(x * x) or x * 1.0)(3.0)
    [y] = kept
    assert list(signals(pickled(y)).values()) == list(signals(y).values()) == [1.0]


def test_values_cannot_be_changed_from_outside() -> None:
    y = Node([1.0, 2.0]) * np.array([3.0, 4.0])
    for z, value in (pickled((y, y.value)), copy.deepcopy((y, y.value))):
        with pytest.raises(ValueError, match="read-only"):
            value[0] = 9.0
        assert z.value.tolist() == [3.0, 8.0]


DEEP = """
import copy, pickle, sys
sys.path[:0] = {path}
import numpy as np
from numpy.testing import assert_array_equal
from autograd import Node, signals, topological_order
{build}
sys.setrecursionlimit(200)
for twin_of in (copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))):
    twin, z = twin_of((x, y))
    z.backward()
    assert twin.grad == {gradient} and x.grad is None, twin.grad
    assert len(topological_order(z)) > 100_000
"""


def check_in_another_process(text: str) -> None:
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr


CHAIN = "x = y = Node(1.0)\nfor _ in range(100_000): y = y * 1.0"
WIDE = "x = Node(1.0)\ny = np.stack([Node(2.0) * x for _ in range(50_000)]).sum()"


@pytest.mark.parametrize(("build", "gradient"), [(CHAIN, 1.0), (WIDE, 100_000.0)])
def test_no_recursion(build: str, gradient: float) -> None:
    check_in_another_process(DEEP.format(path=sys.path, build=build, gradient=gradient))


def test_all_nodes_of_a_chain_in_one_pickle() -> None:
    chain = [Node(1.0)]
    for _ in range(3_000):
        chain.append(-chain[-1])
    for order in (chain, chain[::-1]):
        for twins in (pickled(order), copy.deepcopy(order)):
            assert topological_order(max(twins, key=lambda n: n._number)) == sorted(
                twins, key=lambda n: n._number
            )


def test_another_process_reads_it() -> None:
    special = pytest.importorskip("scipy.special")
    x = Node([0.5, 1.5], name="x")
    y = (special.gammaln(x) * special.jv(1.0, x) + np.linalg.norm(x)).sum()
    y.backward()
    check_in_another_process(
        f"import pickle, sys; sys.path[:0] = {sys.path}\n"
        f"y = pickle.loads({pickle.dumps(y)!r})\n"
        "from autograd import signals, topological_order\n"
        "x = topological_order(y)[0]\n"
        f"assert (y.value, x.name, x.grad.tolist()) == ({y.value!r}, 'x', {x.grad.tolist()!r})\n"
        f"assert signals(y, [x])[0].tolist() == {x.grad.tolist()!r}\n"
    )


def test_an_unknown_op_is_named() -> None:
    op = elementwise(lambda x: +x, lambda d, y, x: d, name="briefly_known")
    data = pickle.dumps(op(Node(2.0)))
    assert pickle.loads(data).op is op
    del REGISTRY["briefly_known"]
    with pytest.raises(KeyError, match=r"briefly_known.*import the module"):
        pickle.loads(data)
    with pytest.raises(KeyError, match=r"special\.nothing"):
        op_named("special.nothing", "autograd.ops.special")
