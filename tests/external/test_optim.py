"""Optimizers against PyTorch's, step by step, with gradients that are missing now and then."""

import numpy as np
import pytest

from autograd import Node
from nn import optim

torch = pytest.importorskip("torch")

SHAPES = [(3, 2), (), (4,), (0, 2), (1,)]
OPTIONS = [
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.1, "weight_decay": 0.3}),
    ("SGD", {"lr": 0.1, "momentum": 0.9}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.3}),
    ("Adam", {"lr": 0.1}),
    ("Adam", {"lr": 0.01, "betas": (0.5, 0.9), "eps": 1e-3, "weight_decay": 0.3}),
]


@pytest.mark.parametrize("missing", [0.0, 0.3])
@pytest.mark.parametrize(("name", "options"), OPTIONS)
def test_every_step_is_pytorchs(name, options, missing):
    rng = np.random.default_rng(0)
    start = [rng.normal(size=shape) for shape in SHAPES]
    ours = [Node(x) for x in start]
    theirs = [torch.tensor(x, requires_grad=True) for x in start]
    optimizers = (
        getattr(optim, name)(ours, **options),
        getattr(torch.optim, name)(theirs, **options),
    )
    for step in range(12):
        for node, tensor in zip(ours, theirs, strict=True):
            g = rng.normal(size=node.shape)
            gone = rng.random() < missing
            node.grad, tensor.grad = (None, None) if gone else (g, torch.tensor(g))
        if step == 6:
            ours[0].value = start[0]
            theirs[0].data = torch.tensor(start[0])
        for optimizer in optimizers:
            optimizer.step()
        for node, tensor in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(
                node.value, tensor.detach().numpy(), rtol=1e-12, atol=1e-12, err_msg=f"step {step}"
            )
