"""Steps of training: Adam alone, and forward, backward and Adam, beside the same by hand."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from autograd import Node, compile, value_and_grad
from benchmarks.networks import of_list, with_functions
from benchmarks.problems import (
    BETAS,
    EPS,
    LR,
    TENSOR_NETWORKS,
    Arrays,
    Problem,
    Stepper,
    gradients_by_hand,
    pairs,
    problem,
    turned,
)
from nn.optim import Adam


class AdamByHand:
    """Adam on one vector, changed with preallocated temporaries; it hands out fresh views."""

    def __init__(self, start: Arrays) -> None:
        ends = np.cumsum([0, *(array.size for array in start)]).tolist()
        places = [slice(*pair) for pair in pairwise(ends)]
        self.parts = [(place, array.shape) for place, array in zip(places, start, strict=True)]
        self.p = np.concatenate([array.ravel() for array in start])
        self.m, self.v = np.zeros_like(self.p), np.zeros_like(self.p)
        self.g, self.change = np.empty_like(self.p), np.empty_like(self.p)
        self.t = 0

    def step(self, gradients: Arrays) -> Arrays:
        """The parameters after a step along these gradients."""
        m, v, g, change = self.m, self.v, self.g, self.change
        beta1, beta2 = BETAS
        self.t += 1
        np.concatenate([array.ravel() for array in gradients], out=g)
        np.multiply(m, beta1, out=m)
        np.multiply(g, 1.0 - beta1, out=change)
        np.add(m, change, out=m)
        np.multiply(g, g, out=change)
        np.multiply(change, 1.0 - beta2, out=change)
        np.multiply(v, beta2, out=v)
        np.add(v, change, out=v)
        np.sqrt(v, out=change)
        np.divide(change, (1.0 - beta2**self.t) ** 0.5, out=change)
        np.add(change, EPS, out=change)
        np.divide(m, change, out=change)
        np.multiply(change, LR / (1.0 - beta1**self.t), out=change)
        self.p = self.p - change
        return [self.p[place].reshape(shape) for place, shape in self.parts]


# Adam alone ---------------------------------------------------------------------------------------


def adam_contestants(name: str) -> dict[str, Stepper]:
    """Adam on the parameters of a tensor network, whose gradients stay as they are drawn."""
    start = problem(*TENSOR_NETWORKS[name]).parameters
    rng = np.random.default_rng(1)
    gradients = [rng.normal(size=array.shape) for array in start]
    optimizer = adam_of_engine([Node(array) for array in start])
    for p, g in zip(optimizer.params, gradients, strict=True):
        p.grad = g
    by_hand, arrays = AdamByHand(start), start

    def step() -> None:
        nonlocal arrays
        arrays = by_hand.step(gradients)

    return {
        "by hand": Stepper(step, lambda: arrays),
        "Adam": Stepper(optimizer.step, lambda: [p.value for p in optimizer.params]),
    }


def adam_of_engine(parameters: list[Node]) -> Adam:
    """`nn.optim.Adam`, told the same numbers."""
    return Adam(parameters, lr=LR, betas=BETAS, eps=EPS)


# Forward, backward and Adam -----------------------------------------------------------------------


def training_contestants(name: str) -> dict[str, Stepper]:
    """Training one of `TENSOR_NETWORKS` on one batch, by hand and in the engine's ways."""
    task = problem(*TENSOR_NETWORKS[name])
    return {
        "NumPy": training_by_hand(task),
        "eager": training(task, eager_gradients),
        "compiled": training(task, compiled_gradients),
    }


def training_by_hand(task: Problem) -> Stepper:
    """Gradients by hand, then Adam by hand."""
    adam, layers = AdamByHand(task.parameters), task.layers

    def step() -> None:
        nonlocal layers
        _, gradients = gradients_by_hand(task.x, task.y, layers)
        arrays = adam.step(gradients[::-1])
        layers = pairs(arrays)

    return Stepper(step, lambda: [array for layer in layers for array in layer])


def training(
    task: Problem, gradients: Callable[[list[Node], Problem], Callable[[], None]]
) -> Stepper:
    """Gradients in one of the engine's ways, then the optimizer's step."""
    parameters = [Node(array) for array in task.rows]
    optimizer, sweep = adam_of_engine(parameters), gradients(parameters, task)

    def step() -> None:
        optimizer.zero_grad()
        sweep()
        optimizer.step()

    return Stepper(step, lambda: turned(p.value for p in parameters))


def eager_gradients(parameters: list[Node], task: Problem) -> Callable[[], None]:
    """A graph, and the sweep over it."""
    layers = pairs(parameters)
    return lambda: with_functions(layers, task.x, task.y).backward()


def compiled_gradients(parameters: list[Node], task: Problem) -> Callable[[], None]:
    """A compiled function of the parameters, whose gradients they are given."""
    step = compile(value_and_grad(of_list), reuse_buffers=True)

    def sweep() -> None:
        _, gradients = step(parameters, task.x, task.y)
        for p, g in zip(parameters, gradients, strict=True):
            p.grad = g

    return sweep
