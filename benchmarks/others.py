"""Other engines as contestants: each is imported only where it is asked for.

Each is used as its users write it, in float64 and on one thread; parameters, inputs and targets
are made once, outside the clock.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np

from benchmarks.problems import (
    BETAS,
    BIAS,
    EPS,
    LR,
    MILLION,
    WEIGHT,
    Answer,
    Contestant,
    Problem,
    Stepper,
    pairs,
    per_neuron,
    turned,
)


class Peer(NamedTuple):
    """Its title in the table, its contestant, and which way of the engine is measured beside it."""

    title: str
    contestant: Callable[[Problem], Contestant]
    beside: str | None = None


def torch_network(task: Problem) -> tuple[list[Any], Callable[[], Any]]:
    """PyTorch, eager, in the functions of `torch.nn.functional`: parameters, and what sweeps."""
    import torch
    from torch.nn.functional import linear, mse_loss

    torch.set_num_threads(1)
    parameters = [torch.tensor(array, requires_grad=True) for array in task.rows]
    *hidden, last = pairs(parameters)
    x, y = torch.tensor(task.x), torch.tensor(task.y)

    def sweep() -> Any:
        h = x
        for W, b in hidden:
            h = torch.tanh(linear(h, W, b))
        loss = mse_loss(linear(h, *last), y)
        loss.backward()
        return loss

    return parameters, sweep


def pytorch(task: Problem) -> Contestant:
    """PyTorch's loss and gradients."""
    parameters, sweep = torch_network(task)

    def run() -> None:
        sweep()
        for parameter in parameters:
            parameter.grad = None

    def answer() -> Answer:
        loss = sweep()
        gradients = [parameter.grad.numpy().copy() for parameter in parameters]
        for parameter in parameters:
            parameter.grad = None
        return loss.item(), turned(gradients)

    return Contestant(run, answer)


def torch_training(task: Problem) -> Stepper:
    """PyTorch with its Adam as it comes."""
    import torch

    parameters, sweep = torch_network(task)
    optimizer = torch.optim.Adam(parameters, lr=LR, betas=BETAS, eps=EPS)

    def step() -> None:
        optimizer.zero_grad()
        sweep()
        optimizer.step()

    return Stepper(step, lambda: turned(p.detach().numpy() for p in parameters))


def mean_squared_error(layers: Sequence[Any], x: Any, y: Any, tanh: Callable[[Any], Any]) -> Any:
    """The loss, in operators."""
    *hidden, (W_last, b_last) = layers
    for W, b in hidden:
        x = tanh(x @ W + b)
    return ((x @ W_last + b_last - y) ** 2).mean()


def jax_jit(task: Problem) -> Contestant:
    """JAX, compiled by `jax.jit`, until the results are there."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    parameters = [jnp.asarray(array) for array in task.parameters]
    x, y = jnp.asarray(task.x), jnp.asarray(task.y)
    step = jax.jit(jax.value_and_grad(lambda p, x, y: mean_squared_error(pairs(p), x, y, jnp.tanh)))

    def run() -> Any:
        return jax.block_until_ready(step(parameters, x, y))

    def answer() -> Answer:
        loss, gradients = run()
        return float(loss), [np.asarray(g) for g in gradients]

    return Contestant(run, answer)


def jax_training(task: Problem) -> Stepper:
    """JAX, with gradients and Adam compiled into one step."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    x, y = jnp.asarray(task.x), jnp.asarray(task.y)
    beta1, beta2 = BETAS

    def changed(p: Any, m: Any, v: Any, g: Any, t: Any) -> tuple[Any, Any, Any]:
        m, v = beta1 * m + (1.0 - beta1) * g, beta2 * v + (1.0 - beta2) * g * g
        root = jnp.sqrt(v / (1.0 - beta2**t)) + EPS
        return p - LR * (m / (1.0 - beta1**t)) / root, m, v

    @jax.jit
    def step(state: Any, t: Any, x: Any, y: Any) -> Any:
        gradients = jax.grad(lambda p: mean_squared_error(pairs(p), x, y, jnp.tanh))(state[0])
        parts = [changed(*part, t) for part in zip(*state, gradients, strict=True)]
        return tuple(map(list, zip(*parts, strict=True))), t + 1.0

    parameters = [jnp.asarray(array) for array in task.parameters]
    zeros = [jnp.zeros_like(p) for p in parameters]
    state, t = (parameters, zeros, zeros), jnp.asarray(1.0)

    def run() -> None:
        nonlocal state, t
        state, t = jax.block_until_ready(step(state, t, x, y))

    return Stepper(run, lambda: [np.asarray(p) for p in state[0]])


def mygrad(task: Problem) -> Contestant:
    """mygrad, eager."""
    import mygrad as mg

    parameters = [mg.tensor(array) for array in task.parameters]
    layers = pairs(parameters)

    def sweep() -> Any:
        loss = mean_squared_error(layers, task.x, task.y, mg.tanh)
        loss.backward()
        return loss

    def run() -> None:
        sweep()
        for parameter in parameters:
            parameter.null_grad()

    def answer() -> Answer:
        loss = sweep()
        gradients = [parameter.grad.copy() for parameter in parameters]
        for parameter in parameters:
            parameter.null_grad()
        return float(loss), gradients

    return Contestant(run, answer)


def other_autograd(task: Problem) -> Contestant:
    """The other library named `autograd`, eager."""
    import autograd.numpy as anp
    from autograd import value_and_grad

    layers, x, y = task.layers, task.x, task.y

    def loss(layers: Sequence[Any]) -> Any:
        *hidden, (W_last, b_last) = layers
        h = x
        for W, b in hidden:
            h = anp.tanh(anp.dot(h, W) + b)
        return anp.mean((anp.dot(h, W_last) + b_last - y) ** 2)

    step = value_and_grad(loss)

    def answer() -> Answer:
        value, gradients = step(layers)
        return float(value), [array for layer in gradients for array in layer]

    return Contestant(lambda: step(layers), answer)


def micrograd(task: Problem) -> Contestant:
    """micrograd, with the tanh that its lecture adds."""
    from micrograd.engine import Value

    def tanh(x: Any) -> Any:
        y = math.tanh(x.data)
        out = Value(y, (x,), "tanh")

        def push() -> None:
            x.grad += (1 - y * y) * out.grad

        out._backward = push
        return out

    return per_neuron(task, Value, tanh, attrgetter("data"), 0)


PEERS = {
    "torch": Peer("PyTorch", pytorch, "eager"),
    "jax": Peer("jax.jit", jax_jit, "compiled"),
    "mygrad": Peer("mygrad", mygrad),
    "autograd": Peer("autograd", other_autograd),
}


TRAINERS = {"torch": torch_training, "jax": jax_training}
"""Those among them that train."""


def torch_million() -> dict[str, float]:
    """Seconds that PyTorch takes to build, sweep and free a chain of a million operations."""
    import torch

    torch.set_num_threads(1)

    def run(length: int) -> None:
        y, w, b = (
            torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (1.0, WEIGHT, BIAS)
        )
        for _ in range(length // 2):
            y = y * w + b
        y.backward()

    run(1000)
    start = time.perf_counter()
    run(MILLION)
    return {"time": time.perf_counter() - start}
