"""An optimizer's step, beside the same step written by hand on one vector."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from autograd import Node
from benchmarks.networks import TENSOR_NETWORKS, problem
from nn.optim import Adam

Step = Callable[[], list[Any]]
LR, BETAS, EPS = 1e-3, (0.9, 0.999), 1e-8


def adam_contestants(name: str) -> dict[str, Step]:
    """Adam on the parameters of a tensor network, whose gradients stay as they are drawn."""
    layers = problem(*TENSOR_NETWORKS[name]).layers
    start = [array for layer in layers for array in layer]
    rng = np.random.default_rng(1)
    gradients = [rng.normal(size=array.shape) for array in start]
    return {
        "engine": adam_of_engine(start, gradients),
        "by hand": adam_by_hand(start, gradients),
    }


def adam_of_engine(start: list[np.ndarray], gradients: list[np.ndarray]) -> Step:
    """`nn.optim.Adam`."""
    params = [Node(array) for array in start]
    optimizer = Adam(params, lr=LR, betas=BETAS, eps=EPS)
    for p, g in zip(params, gradients, strict=True):
        p.grad = g

    def step() -> list[Any]:
        optimizer.step()
        return params

    return step


def adam_by_hand(start: list[np.ndarray], gradients: list[np.ndarray]) -> Step:
    """Gather the gradients, change one vector in place, hand out fresh views of a new one."""
    ends = np.cumsum([0, *(array.size for array in start)]).tolist()
    places = [slice(*pair) for pair in pairwise(ends)]
    parts = [(place, array.shape) for place, array in zip(places, start, strict=True)]
    p = np.concatenate([array.ravel() for array in start])
    m, v, g, change = np.zeros_like(p), np.zeros_like(p), np.empty_like(p), np.empty_like(p)
    beta1, beta2 = BETAS
    t = 0

    def step() -> list[Any]:
        nonlocal p, t
        t += 1
        np.concatenate([array.ravel() for array in gradients], out=g)
        np.multiply(m, beta1, out=m)
        np.multiply(g, 1.0 - beta1, out=change)
        np.add(m, change, out=m)
        np.multiply(g, g, out=change)
        np.multiply(change, 1.0 - beta2, out=change)
        np.multiply(v, beta2, out=v)
        np.add(v, change, out=v)
        np.sqrt(v, out=change)
        np.divide(change, (1.0 - beta2**t) ** 0.5, out=change)
        np.add(change, EPS, out=change)
        np.divide(m, change, out=change)
        np.multiply(change, LR / (1.0 - beta1**t), out=change)
        p = p - change
        return [p[place].reshape(shape) for place, shape in parts]

    return step
