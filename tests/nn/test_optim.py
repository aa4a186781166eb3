"""Optimizers: step by step against plain NumPy transcriptions of PyTorch's formulas."""

import pickle

import numpy as np
import pytest

from autograd import Node
from nn import MLP, functional, optim

STEPS = 12


def gradients():
    return np.random.default_rng(1).normal(size=(STEPS, 3, 2))


def sgd_by_hand(p, lr, momentum=0.0, nesterov=False, weight_decay=0.0):
    """torch.optim.SGD as its documentation states it, dampening 0."""
    b = None
    for t, g in enumerate(gradients(), 1):
        if weight_decay != 0:
            g = g + weight_decay * p
        if momentum != 0:
            b = momentum * b + g if t > 1 else g
            g = g + momentum * b if nesterov else b
        p = p - lr * g
        yield p


def adam_by_hand(p, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
    """torch.optim.Adam as its documentation states it."""
    m, v = np.zeros_like(p), np.zeros_like(p)
    for t, g in enumerate(gradients(), 1):
        if weight_decay != 0:
            g = g + weight_decay * p
        m = betas[0] * m + (1 - betas[0]) * g
        v = betas[1] * v + (1 - betas[1]) * g**2
        m_hat, v_hat = m / (1 - betas[0] ** t), v / (1 - betas[1] ** t)
        p = p - lr * m_hat / (np.sqrt(v_hat) + eps)
        yield p


CASES = [
    (optim.SGD, sgd_by_hand, {"lr": 0.1}),
    (optim.SGD, sgd_by_hand, {"lr": 0.1, "weight_decay": 0.3}),
    (optim.SGD, sgd_by_hand, {"lr": 0.1, "momentum": 0.9}),
    (optim.SGD, sgd_by_hand, {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.3}),
    (optim.Adam, adam_by_hand, {}),
    (optim.Adam, adam_by_hand, {"lr": 0.1, "betas": (0.5, 0.9), "eps": 1e-3, "weight_decay": 0.3}),
]


@pytest.mark.parametrize(("kind", "by_hand", "options"), CASES)
def test_array_parameters_follow_the_formulas(kind, by_hand, options):
    start = np.random.default_rng(0).normal(size=(3, 2))
    p = Node(start)
    optimizer = kind([p], **options)
    for g, expected in zip(gradients(), by_hand(start, **options), strict=True):
        p.grad = g
        optimizer.step()
        assert np.allclose(p.value, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("kind", "by_hand", "options"), CASES)
def test_scalar_parameters_follow_the_formulas(kind, by_hand, options):
    start = np.full((3, 2), 0.7)
    p = Node(0.7)
    optimizer = kind([p], **options)
    for g, expected in zip(gradients(), by_hand(start, **options), strict=True):
        p.grad = g[1, 1]
        optimizer.step()
        assert type(p.value) is float
        assert abs(p.value - expected[1, 1]) <= 1e-12


@pytest.mark.parametrize("kind", [optim.SGD, optim.Adam])
def test_parameters_without_gradient_are_left_alone(kind):
    p, idle = Node([1.0, 2.0]), Node([3.0])
    optimizer = kind([idle, p], lr=0.1, weight_decay=0.5)
    handed_out = p.value
    p.grad = [1.0, 1.0]
    optimizer.step()
    assert idle.value.tolist() == [3.0]
    assert handed_out.tolist() == [1.0, 2.0] and (p.value < handed_out).all()
    optimizer.zero_grad()
    assert p.grad is None
    after = p.value
    optimizer.step()
    assert p.value is after or (p.value == after).all()


@pytest.mark.parametrize("kind", [optim.SGD, optim.Adam])
def test_float32_stays_float32(kind):
    p = Node(np.ones(3, np.float32))
    p.grad = np.ones(3, np.float32)
    kind([p], lr=0.1, weight_decay=0.1).step()
    assert p.dtype == np.float32


@pytest.mark.parametrize("kind", [optim.SGD, optim.Adam])
def test_wrong_arguments_are_refused(kind):
    net, w = MLP([2, 1]), Node(1.0)
    with pytest.raises(TypeError, match=r"write model\.parameters\(\)"):
        kind(net)
    with pytest.raises(TypeError, match=r"write \[node\]"):
        kind(w)
    with pytest.raises(TypeError, match="takes Nodes, not tuple"):
        kind(net.named_parameters())
    with pytest.raises(ValueError, match="no parameters"):
        kind([])
    with pytest.raises(ValueError, match="listed twice"):
        kind([w, w])
    for wrong in (w * 2.0, Node(1.0, requires_grad=False)):
        with pytest.raises(ValueError, match="leaves that require a gradient"):
            kind([wrong])
    for options in ({"lr": -0.1}, {"lr": float("nan")}, {"weight_decay": -1.0}):
        with pytest.raises(ValueError, match="cannot be negative"):
            kind([w], **options)


def test_options_of_one_kind_are_checked():
    w = Node(1.0)
    with pytest.raises(ValueError, match=r"momentum=0\.9"):
        optim.SGD([w], nesterov=True)
    with pytest.raises(ValueError, match=r"lies in \[0, 1\)"):
        optim.Adam([w], betas=(0.9, 1.0))
    w.grad = 1.0
    with pytest.raises(TypeError, match="has no rule"):
        optim.Optimizer([w], 0.1, 0.0).step()


def test_a_graph_from_before_a_step_is_refused():
    net = MLP([2, 1], rng=np.random.default_rng(0))
    optimizer = optim.SGD(net.parameters(), lr=0.1)
    loss = functional.mse_loss(net(np.ones((3, 2))), np.ones((3, 1)))
    loss.backward()
    optimizer.step()
    with pytest.raises(RuntimeError, match="was updated after this graph"):
        loss.backward()


@pytest.mark.parametrize("kind", [optim.SGD, optim.Adam])
def test_parameters_step_together_as_they_would_alone(kind):
    rng = np.random.default_rng(0)
    shapes = [(3, 2), (), (4,), (0, 2), (1,)]
    dtypes = [np.float64, np.float64, np.float32, np.float64, np.float32]
    start = [rng.normal(size=s).astype(d) for s, d in zip(shapes, dtypes, strict=True)]
    together, alone = [Node(x) for x in start], [Node(x) for x in start]
    options = {"lr": 0.1, "weight_decay": 0.2} | ({"momentum": 0.9} if kind is optim.SGD else {})
    optimizers = [kind(together, **options), *(kind([p], **options) for p in alone)]
    for step in range(10):
        seen = [p.value for p in together]
        before = [np.array(v) for v in seen]
        for p, q in zip(together, alone, strict=True):
            g = None if rng.random() < 0.3 else rng.normal(size=p.shape)
            p.grad, q.grad = g, g
        if step == 5:
            together[0].value = alone[0].value = np.ones((3, 2))
        for optimizer in optimizers:
            optimizer.step()
        for p, q, v, old in zip(together, alone, seen, before, strict=True):
            assert type(p.value) is type(q.value) and p.dtype == q.dtype
            np.testing.assert_array_equal(p.value, q.value)
            np.testing.assert_array_equal(v, old)  # what was handed out keeps its numbers


@pytest.mark.parametrize("kind", [optim.SGD, optim.Adam])
def test_copies_of_an_optimizer_go_on_where_it_was(kind):
    params = [Node([1.0, 2.0]), Node(3.0)]
    optimizer = kind(params, lr=0.1)
    for p in params:
        p.grad = p.value
    optimizer.step()
    others, twin = pickle.loads(pickle.dumps((params, optimizer)))
    for one, group in ((optimizer, params), (twin, others)):
        for p in group:
            p.grad = p.value
        one.step()
    for p, q in zip(params, others, strict=True):
        np.testing.assert_array_equal(p.value, q.value)
