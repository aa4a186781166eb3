"""The engine's contestants: the networks in its words, eager and compiled, and scalars beside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

import numpy as np

from autograd import Node, compile, value_and_grad
from benchmarks.micrograd import Value
from benchmarks.problems import (
    SCALAR_SIZES,
    TENSOR_NETWORKS,
    Answer,
    Contestant,
    Problem,
    as_arrays,
    hand_written_numpy,
    network_of,
    neurons,
    numbers_of,
    pairs,
    per_neuron,
    predict,
    problem,
    turned,
)
from benchmarks.straight import straight_line
from nn.functional import linear, mse_loss, tanh

Loss = Callable[[Sequence[Any], Any, Any], Any]


def with_functions(layers: Sequence[Any], x: Any, y: Any) -> Any:
    """The network in the functions of `nn`; its weights hold one row for each output."""
    *hidden, last = layers
    for W, b in hidden:
        x = tanh(linear(x, W, b))
    return mse_loss(linear(x, *last), y)


def with_operators(layers: Sequence[Any], x: Any, y: Any) -> Any:
    """The same network in NumPy's operators: one Node for each product, sum and square."""
    *hidden, (W_last, b_last) = layers
    for W, b in hidden:
        x = np.tanh(x @ W + b)
    return ((x @ W_last + b_last - y) ** 2).mean()


def of_list(parameters: Sequence[Any], x: Any, y: Any) -> Any:
    """`with_functions` of parameters one after the other."""
    return with_functions(pairs(parameters), x, y)


def tensor_contestants(name: str) -> dict[str, Contestant]:
    """Hand-written NumPy and the engine in its forms on one of `TENSOR_NETWORKS`."""
    task = problem(*TENSOR_NETWORKS[name])
    return {
        "NumPy": hand_written_numpy(task),
        "eager": eager(with_functions, task, task.rows),
        "operators": eager(with_operators, task, task.parameters),
        "compiled": compiled(task, reuse_buffers=True),
        "copies": compiled(task, reuse_buffers=False),
    }


def eager(loss: Loss, task: Problem, arrays: Sequence[np.ndarray]) -> Contestant:
    """A graph of Nodes, swept and dropped."""
    parameters = [Node(array) for array in arrays]
    layers, x, y = pairs(parameters), task.x, task.y

    def run() -> None:
        loss(layers, x, y).backward()
        for parameter in parameters:
            parameter.grad = None

    def answer() -> Answer:
        root = loss(layers, x, y)
        root.backward()
        gradients = [parameter.grad for parameter in parameters]
        for parameter in parameters:
            parameter.grad = None
        return root.value, turned(gradients) if loss is with_functions else gradients

    return Contestant(run, answer)


def compiled(task: Problem, *, reuse_buffers: bool) -> Contestant:
    """Loss and gradients as `compile` writes them, the data being arguments."""
    step = compile(value_and_grad(of_list), reuse_buffers=reuse_buffers)
    parameters, x, y = task.rows, task.x, task.y

    def run() -> Any:
        return step(parameters, x, y)

    def answer() -> Answer:
        loss, gradients = run()
        return loss, turned(gradients)

    return Contestant(run, answer)


# Scalars ------------------------------------------------------------------------------------------


def scalar_contestants() -> dict[str, Contestant]:
    """The per-neuron network on one sample; NumPy takes part only in the check."""
    task = problem(1, SCALAR_SIZES)
    return {
        "straight-line floats": of_floats(task, straight_line(SCALAR_SIZES, by_operation=True)),
        "a line a neuron": of_floats(task, straight_line(SCALAR_SIZES, by_operation=False)),
        "eager": eager_scalars(task),
        "compiled": compiled_scalars(task),
        "micrograd style": per_neuron(task, Value, Value.tanh, attrgetter("data"), 0.0),
        "NumPy": hand_written_numpy(task),
    }


def eager_scalars(task: Problem) -> Contestant:
    """One Node for each number."""
    return per_neuron(task, Node, Node.tanh, attrgetter("value"), None)


def compiled_scalars(task: Problem) -> Contestant:
    """The same network as `compile` writes it."""

    def loss(numbers: list[Any], xs: list[Any], target: Any) -> Any:
        return (predict(network_of(numbers), xs, np.tanh) - target) ** 2

    return of_floats(task, compile(value_and_grad(loss), reuse_buffers=True))


def of_floats(task: Problem, step: Callable[..., Any]) -> Contestant:
    """A function of all parameters, the inputs and the target that gives loss and gradients."""
    numbers = numbers_of(neurons(task.layers))
    xs = task.x[0].tolist()
    (target,) = task.y[0].tolist()

    def run() -> Any:
        return step(numbers, xs, target)

    def answer() -> Answer:
        loss, gradients = run()
        return loss, as_arrays(network_of(gradients))

    return Contestant(run, answer)
