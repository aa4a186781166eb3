"""The signals of the ops against PyTorch's, where it is installed."""

import numpy as np
import pytest

import autograd
from autograd import Node

torch = pytest.importorskip("torch")

UNARY = [
    "exp",
    "expm1",
    "log",
    "log1p",
    "sqrt",
    "sin",
    "cos",
    "tan",
    "sinh",
    "cosh",
    "tanh",
    "arctan",
    "square",
    "absolute",
    "reciprocal",
]
CASES = {name: (getattr(np, name), getattr(torch, name), [(2, 3)]) for name in UNARY} | {
    "sigmoid": (autograd.sigmoid, torch.sigmoid, [(2, 3)]),
    "relu": (autograd.relu, torch.relu, [(2, 3)]),
    "softplus": (autograd.softplus, torch.nn.functional.softplus, [(2, 3)]),
    "softmax": (autograd.softmax, lambda x: torch.softmax(x, -1), [(2, 3)]),
    "log_softmax": (autograd.log_softmax, lambda x: torch.log_softmax(x, -1), [(2, 3)]),
    "logsumexp": (autograd.logsumexp, lambda x: torch.logsumexp(x, -1), [(2, 3)]),
    "multiply": (np.multiply, torch.mul, [(2, 3), (3,)]),
    "divide": (np.divide, torch.div, [(2, 1), (1, 3)]),
    "power": (np.power, torch.pow, [(2, 3), (3,)]),
    "maximum": (np.maximum, torch.maximum, [(2, 3), (3,)]),
    "matmul": (np.matmul, torch.matmul, [(4, 2, 3), (3, 2)]),
    "einsum": (lambda a, b: np.einsum("ij,kj->ik", a, b),
               lambda a, b: torch.einsum("ij,kj->ik", a, b),
               [(2, 3), (4, 3)]),
    "prod": (np.prod, torch.prod, [(2, 3)]),
    "std": (lambda x: np.std(x, axis=1), lambda x: torch.std(x, 1, correction=0), [(2, 3)]),
    "var": (np.var, lambda x: torch.var(x, correction=0), [(2, 3)]),
    "cumsum": (lambda x: np.cumsum(x, axis=1), lambda x: torch.cumsum(x, 1), [(2, 3)]),
    "max": (lambda x: np.max(x, axis=1), lambda x: torch.amax(x, 1), [(2, 3)]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_signals(name):
    ours, theirs, shapes = CASES[name]
    rng = np.random.default_rng(0)
    data = [rng.uniform(0.3, 1.4, s) for s in shapes]
    nodes = [Node(d) for d in data]
    tensors = [torch.tensor(d, requires_grad=True) for d in data]
    y, z = ours(*nodes), theirs(*tensors)
    np.testing.assert_allclose(y.value, z.detach().numpy(), rtol=1e-12)
    w = rng.normal(size=y.shape)
    y.backward(w)
    z.backward(torch.tensor(w))
    for node, tensor in zip(nodes, tensors, strict=True):
        np.testing.assert_allclose(node.grad, tensor.grad.numpy(), rtol=1e-10, atol=1e-12)
