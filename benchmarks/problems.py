"""What is computed, in NumPy alone: the networks, their gradients by hand, and who agrees.

Every contestant does one forward and one backward pass and leaves no gradient behind; `answer`
makes the same pass and hands out loss and gradients, so that no contestant can be fast by being
wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

Layers = list[tuple[Any, Any]]
Network = list[list[tuple[list[Any], Any]]]
Arrays = list[np.ndarray]
Answer = tuple[float, Arrays]
TOLERANCE = 1e-12
LR, BETAS, EPS = 1e-3, (0.9, 0.999), 1e-8
"""Of Adam."""

STEPS_TOLERANCE = 1e-8
"""Of parameters after some steps: where a gradient is almost zero, Adam makes much of rounding."""


TENSOR_NETWORKS = {
    "4x2-4-1": (4, [2, 4, 1]),
    "32x2-16-16-1": (32, [2, 16, 16, 1]),
    "128x64-128-128-10": (128, [64, 128, 128, 10]),
    "256x784-512-512-10": (256, [784, 512, 512, 10]),
    "50-layers-32x16": (32, [16] * 51),
}
SCALAR_SIZES = [2, 16, 16, 1]
WEIGHT, BIAS = 0.999, 0.001
"""Of the recurrence y ← y·w + b, whose turns make a chain of scalar operations."""

MILLION = 1_000_000


class Contestant(NamedTuple):
    """`run` is timed; `answer` is the loss and the gradients, in the order of the parameters."""

    run: Callable[[], object]
    answer: Callable[[], Answer]


class Stepper(NamedTuple):
    """`run` makes a step; `parameters` are where it has come, weights with a row for each input."""

    run: Callable[[], object]
    parameters: Callable[[], Arrays]


@dataclass(frozen=True)
class Problem:
    """A batch, its targets and, per layer, a weight matrix (inputs, outputs) and a bias."""

    x: np.ndarray
    y: np.ndarray
    layers: Layers

    @property
    def parameters(self) -> Arrays:
        """Weight matrix and bias of each layer, one after the other."""
        return [array for layer in self.layers for array in layer]

    @property
    def rows(self) -> Arrays:
        """The same with one row of the matrix for each output, as `linear` takes them."""
        return turned(self.parameters)


def pairs(parameters: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Weight and bias of each layer."""
    return list(zip(parameters[::2], parameters[1::2], strict=True))


def turned(parameters: Iterable[np.ndarray]) -> Arrays:
    """Matrices transposed, in memory too; vectors as they are."""
    return [np.ascontiguousarray(array.T) for array in parameters]


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


def gradients_by_hand(
    x: np.ndarray, y: np.ndarray, layers: Layers
) -> tuple[np.floating[Any], Arrays]:
    """Loss and gradients, the last parameter's first, as a careful NumPy programmer writes them."""
    *hidden, (W_last, b_last) = layers
    h, inputs = x, []
    for W, b in hidden:
        inputs.append(h)
        h = np.tanh(h @ W + b)
    error = h @ W_last + b_last - y
    loss = (error**2).mean()

    d = 2.0 / error.size * error
    gradients = [d.sum(axis=0), h.T @ d]
    for W, _ in layers[:0:-1]:
        d = d @ W.T * (1.0 - h * h)
        h = inputs.pop()
        gradients += d.sum(axis=0), h.T @ d
    return loss, gradients


def hand_written_numpy(task: Problem) -> Contestant:
    """`gradients_by_hand` of a problem."""

    def run() -> tuple[Any, Arrays]:
        return gradients_by_hand(task.x, task.y, task.layers)

    def answer() -> Answer:
        loss, gradients = run()
        return float(loss), gradients[::-1]

    return Contestant(run, answer)


# Scalars ------------------------------------------------------------------------------------------


def neurons(layers: Layers, number: Callable[[float], Any] = float) -> Network:
    """Per layer and neuron the list of weights and the bias, every one made by `number`."""
    return [
        [
            ([number(w) for w in column], number(bias))
            for column, bias in zip(W.T.tolist(), b.tolist(), strict=True)
        ]
        for W, b in layers
    ]


def numbers_of(network: Network) -> list[Any]:
    """All parameters of a network of neurons: each neuron's weights and then its bias."""
    return [p for layer in network for weights, bias in layer for p in (*weights, bias)]


def network_of(numbers: Iterable[Any], sizes: Sequence[int] = SCALAR_SIZES) -> Network:
    """`numbers_of`, undone."""
    rest = iter(numbers)
    return [
        [([next(rest) for _ in range(inputs)], next(rest)) for _ in range(outputs)]
        for inputs, outputs in pairwise(sizes)
    ]


def as_arrays(network: Network) -> Arrays:
    """Weight matrix and bias of each layer: `neurons`, undone."""
    arrays = []
    for layer in network:
        arrays.append(np.array([weights for weights, _ in layer]).T)
        arrays.append(np.array([bias for _, bias in layer]))
    return arrays


def predict(network: Network, xs: Sequence[Any], tanh: Callable[[Any], Any]) -> Any:
    """The output of a network of any kind of number that has `+` and `*`."""
    *hidden, ((weights, bias),) = network
    for layer in hidden:
        xs = [tanh(weighted_sum(weights, bias, xs)) for weights, bias in layer]
    return weighted_sum(weights, bias, xs)


def weighted_sum(weights: Iterable[Any], bias: Any, xs: Iterable[Any]) -> Any:
    """Bias plus the products of weights and inputs, one neuron's excitation."""
    s = bias
    for w, x in zip(weights, xs, strict=True):
        s = s + w * x
    return s


def per_neuron(
    task: Problem,
    number: Callable[[float], Any],
    tanh: Callable[[Any], Any],
    data: Callable[[Any], float],
    reset: float | None,
) -> Contestant:
    """One node per weight and per operation; `reset` is what an unset gradient is."""
    network = neurons(task.layers, number)
    parameters = numbers_of(network)
    xs = task.x[0].tolist()
    (target,) = task.y[0].tolist()

    def sweep() -> Any:
        loss = (predict(network, xs, tanh) - target) ** 2
        loss.backward()
        return loss

    def run() -> None:
        sweep()
        for parameter in parameters:
            parameter.grad = reset

    def answer() -> Answer:
        loss = sweep()
        gradients = [parameter.grad for parameter in parameters]
        for parameter in parameters:
            parameter.grad = reset
        return data(loss), as_arrays(network_of(gradients))

    return Contestant(run, answer)


# Agreement ----------------------------------------------------------------------------------------


def check_agreement(contestants: Mapping[str, Contestant], tolerance: float = TOLERANCE) -> None:
    """Raise `AssertionError` unless all losses and gradients agree to `tolerance`, twice over.

    Arrays are compared by their largest entry; the second round finds gradients left behind.
    """
    (reference, first), *others = contestants.items()
    loss, gradients = first.answer()
    gradients = [g.copy() for g in gradients]
    for name, contestant in [*others, (reference, first), *others]:
        its_loss, its_gradients = contestant.answer()
        if not abs(its_loss - loss) <= tolerance * abs(loss):
            raise AssertionError(f"loss of {name} is {its_loss}, of {reference} {loss}")
        check_arrays(f"gradient {{}} of {name}", its_gradients, gradients, tolerance)


def check_arrays(what: str, its: Arrays, expected: Arrays, tolerance: float) -> None:
    """Raise `AssertionError` for the first array, number {} of `what`, that is another."""
    for position, (a, b) in enumerate(zip(its, expected, strict=True)):
        if a.shape != b.shape:
            raise AssertionError(f"{what.format(position)} has shape {a.shape}")
        gap = np.abs(a - b).max() / np.abs(b).max()
        if not gap <= tolerance:
            raise AssertionError(f"{what.format(position)} is off by {gap:.1e}")


def check_steps(steppers: Mapping[str, Stepper], steps: int = 3) -> None:
    """Raise `AssertionError` unless all have come to the same parameters after each step."""
    (_, first), *others = steppers.items()
    for _ in range(steps):
        first.run()
        for name, stepper in others:
            stepper.run()
            what = f"parameter {{}} of {name}"
            check_arrays(what, stepper.parameters(), first.parameters(), STEPS_TOLERANCE)
