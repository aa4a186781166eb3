"""The networks that are timed, each written once for the engine and once by hand.

Every contestant does one forward and one backward pass and leaves no gradient behind; `answer`
makes the same pass and hands out loss and gradients, so that no contestant can be fast by being
wrong.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from autograd import Node
from benchmarks.micrograd import Value
from nn.functional import linear, mse_loss

Layers = list[tuple[Any, Any]]
Network = list[list[tuple[list[Any], Any]]]
Answer = tuple[float, list[np.ndarray]]
TOLERANCE = 1e-12

TENSOR_NETWORKS = {
    "4x2-4-1": (4, [2, 4, 1]),
    "32x2-16-16-1": (32, [2, 16, 16, 1]),
    "128x64-128-128-10": (128, [64, 128, 128, 10]),
    "256x784-512-512-10": (256, [784, 512, 512, 10]),
    "50-layers-32x16": (32, [16] * 51),
}
SCALAR_SIZES = [2, 16, 16, 1]


class Contestant(NamedTuple):
    """`run` is timed; `answer` is the loss and the gradients, in the order of the parameters."""

    run: Callable[[], object]
    answer: Callable[[], Answer]


@dataclass(frozen=True)
class Problem:
    """A batch, its targets and, per layer, a weight matrix (inputs, outputs) and a bias."""

    x: np.ndarray
    y: np.ndarray
    layers: Layers


def problem(batch: int, sizes: Sequence[int], seed: int = 0) -> Problem:
    """Draw a problem; its arrays are read-only, as the batches of `nn.fit` are."""
    rng = np.random.default_rng(seed)

    def draw(*shape: int, scale: float = 1.0) -> np.ndarray:
        array = scale * rng.normal(size=shape)
        array.flags.writeable = False
        return array

    layers = [
        (draw(inputs, outputs, scale=inputs**-0.5), draw(outputs, scale=0.1))
        for inputs, outputs in pairwise(sizes)
    ]
    return Problem(draw(batch, sizes[0]), draw(batch, sizes[-1]), layers)


# Tensors ------------------------------------------------------------------------------------------


def tensor_contestants(name: str) -> dict[str, Contestant]:
    """The engine and hand-written NumPy on one of `TENSOR_NETWORKS`."""
    task = problem(*TENSOR_NETWORKS[name])
    return {
        "engine": engine_functions(task),
        "operators": engine_operators(task),
        "numpy": hand_written_numpy(task),
    }


def engine_functions(task: Problem) -> Contestant:
    """The network in the functions of `nn`: `linear`, `tanh` and `mse_loss`."""
    x, y = task.x, task.y
    layers = [(Node(W.T), Node(b)) for W, b in task.layers]
    *hidden, last = layers

    def loss() -> Node:
        h = x
        for W, b in hidden:
            h = linear(h, W, b).tanh()
        return mse_loss(linear(h, *last), y)

    return contestant(loss, layers, transposed=True)


def engine_operators(task: Problem) -> Contestant:
    """The same network in NumPy's operators: one Node for each product, sum and square."""
    x, y = task.x, task.y
    layers = [(Node(W), Node(b)) for W, b in task.layers]
    *hidden, (W_last, b_last) = layers

    def loss() -> Node:
        h = x
        for W, b in hidden:
            h = (h @ W + b).tanh()
        return ((h @ W_last + b_last - y) ** 2).mean()

    return contestant(loss, layers)


def contestant(
    forward: Callable[[], Node], layers: Sequence[tuple[Node, Node]], *, transposed: bool = False
) -> Contestant:
    """A network of the engine; its weights may hold one row for each output."""
    parameters = [parameter for layer in layers for parameter in layer]

    def run() -> None:
        forward().backward()
        for parameter in parameters:
            parameter.grad = None

    def answer() -> Answer:
        loss = forward()
        loss.backward()
        gradients = [parameter.grad for parameter in parameters]
        for parameter in parameters:
            parameter.grad = None
        return loss.value, [g.T if transposed else g for g in gradients]

    return Contestant(run, answer)


def hand_written_numpy(task: Problem) -> Contestant:
    """Loss and gradients as a careful NumPy programmer writes them."""
    x, y = task.x, task.y
    *hidden, (W_last, b_last) = task.layers
    weights_above = [W for W, _ in task.layers[:0:-1]]

    def run() -> tuple[float, list[np.ndarray]]:
        h, inputs = x, []
        for W, b in hidden:
            inputs.append(h)
            h = np.tanh(h @ W + b)
        error = h @ W_last + b_last - y
        loss = (error**2).mean()

        d = 2.0 / error.size * error
        gradients = [d.sum(axis=0), h.T @ d]
        for W in weights_above:
            d = d @ W.T * (1.0 - h * h)
            h = inputs.pop()
            gradients += d.sum(axis=0), h.T @ d
        return loss, gradients

    def answer() -> Answer:
        loss, gradients = run()
        return float(loss), gradients[::-1]

    return Contestant(run, answer)


# Scalars ------------------------------------------------------------------------------------------


def scalar_contestants() -> dict[str, Contestant]:
    """The per-neuron network on one sample; NumPy takes part only in `check_agreement`."""
    task = problem(1, SCALAR_SIZES)
    return {
        "engine": per_neuron(task, Node, reset=None),
        "micrograd style": per_neuron(task, Value, reset=0.0),
        "plain floats": plain_floats(task),
        "numpy": hand_written_numpy(task),
    }


def neurons(layers: Layers, number: Callable[[float], Any] = float) -> Network:
    """Per layer and neuron the list of weights and the bias, every one made by `number`."""
    return [
        [
            ([number(w) for w in column], number(bias))
            for column, bias in zip(W.T.tolist(), b.tolist(), strict=True)
        ]
        for W, b in layers
    ]


def predict(network: Network, xs: Sequence[Any]) -> list[Any]:
    """The outputs of a network of any kind of number that has `+`, `*` and `tanh`."""
    *hidden, last = network
    for layer in hidden:
        xs = [weighted_sum(weights, bias, xs).tanh() for weights, bias in layer]
    return [weighted_sum(weights, bias, xs) for weights, bias in last]


def weighted_sum(weights: Iterable[Any], bias: Any, xs: Iterable[Any]) -> Any:
    """Bias plus the products of weights and inputs, one neuron's excitation."""
    s = bias
    for w, x in zip(weights, xs, strict=True):
        s = s + w * x
    return s


def per_neuron(task: Problem, number: Callable[[float], Any], reset: float | None) -> Contestant:
    """One node per weight and per operation; `reset` is what an unset gradient is."""
    network = neurons(task.layers, number)
    parameters = [p for layer in network for weights, bias in layer for p in (*weights, bias)]
    xs = task.x[0].tolist()
    (target,) = task.y[0].tolist()

    def sweep() -> Any:
        (output,) = predict(network, xs)
        loss = (output - target) ** 2
        loss.backward()
        return loss

    def run() -> None:
        sweep()
        for parameter in parameters:
            parameter.grad = reset

    def answer() -> Answer:
        loss = sweep()
        gradients = [[([w.grad for w in ws], b.grad) for ws, b in layer] for layer in network]
        for parameter in parameters:
            parameter.grad = reset
        return loss.data if isinstance(loss, Value) else loss.value, as_arrays(gradients)

    return Contestant(run, answer)


def plain_floats(task: Problem) -> Contestant:
    """The same arithmetic in Python floats, with the backward pass written by hand."""
    network = neurons(task.layers)
    xs = task.x[0].tolist()
    (target,) = task.y[0].tolist()

    def run() -> tuple[float, Network]:
        inputs = [xs]
        for layer in network[:-1]:
            h = inputs[-1]
            inputs.append([math.tanh(weighted_sum(weights, bias, h)) for weights, bias in layer])
        ((weights, bias),) = network[-1]
        error = weighted_sum(weights, bias, inputs[-1]) - target
        loss = error**2

        gradients = []
        signals = [2.0 * error]
        for depth in range(len(network) - 1, -1, -1):
            h = inputs[depth]
            gradients.append([([d * x for x in h], d) for d in signals])
            if depth > 0:
                sums = [0.0] * len(h)
                for d, (weights, _) in zip(signals, network[depth], strict=True):
                    sums = [s + d * w for s, w in zip(sums, weights, strict=True)]
                signals = [s * (1.0 - y * y) for s, y in zip(sums, h, strict=True)]
        return loss, gradients[::-1]

    def answer() -> Answer:
        loss, gradients = run()
        return loss, as_arrays(gradients)

    return Contestant(run, answer)


def as_arrays(network: Network) -> list[np.ndarray]:
    """Weight matrix and bias of each layer: `neurons`, undone."""
    arrays = []
    for layer in network:
        arrays.append(np.array([weights for weights, _ in layer]).T)
        arrays.append(np.array([bias for _, bias in layer]))
    return arrays


# Agreement ----------------------------------------------------------------------------------------


def check_agreement(contestants: Mapping[str, Contestant]) -> None:
    """Raise `AssertionError` unless all losses and gradients agree to `TOLERANCE`, twice over.

    Arrays are compared by their largest entry; the second round finds gradients left behind.
    """
    (reference, first), *others = contestants.items()
    loss, gradients = first.answer()
    for name, contestant in [*others, (reference, first), *others]:
        its_loss, its_gradients = contestant.answer()
        if not abs(its_loss - loss) <= TOLERANCE * abs(loss):
            raise AssertionError(f"loss of {name} is {its_loss}, of {reference} {loss}")
        for position, (its, expected) in enumerate(zip(its_gradients, gradients, strict=True)):
            if its.shape != expected.shape:
                raise AssertionError(f"gradient {position} of {name} has shape {its.shape}")
            gap = np.abs(its - expected).max() / np.abs(expected).max()
            if not gap <= TOLERANCE:
                raise AssertionError(f"gradient {position} of {name} is off by {gap:.1e}")
