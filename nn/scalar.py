"""Networks of single neurons, whose every weight is a Node: for diagrams that show each number."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from autograd import Node
from nn.functional import Activation, activation_named
from nn.init import generator, kaiming_uniform
from nn.layers import checked_sizes, name_of
from nn.module import Module


class Neuron(Module):
    """activation(w0·x0 + w1·x1 + … + b): scalar Nodes `w0`, `w1`, … and `b` for numbers x.

    `activation` is a name, a function, or None for none. The parameters start evenly spread over
    ±1/√inputs, drawn from `rng`. Raises ValueError for another count of inputs.

    >>> Neuron(2, "tanh")([1.0, -1.0]).shape
    ()
    """

    def __init__(
        self,
        inputs: int,
        activation: str | Activation | None = None,
        rng: np.random.Generator | None = None,
    ) -> None:
        checked_sizes((inputs, 1))
        self.activation = activation_named(activation)
        *weights, bias = kaiming_uniform((inputs + 1,), inputs, rng).tolist()
        self.weights = [Node(w, name=f"w{i}") for i, w in enumerate(weights)]
        self.bias = Node(bias, name="b")

    def forward(self, x: Sequence[Any]) -> Any:
        """The neuron's output, a scalar Node."""
        if len(x) != len(self.weights):
            raise ValueError(
                f"the neuron has {len(self.weights)} weights but got {len(x)} inputs; give it one "
                "number or Node for each weight"
            )
        terms = [w * each for w, each in zip(self.weights, x, strict=True)]
        total = terms[0]
        for term in terms[1:]:
            total = total + term
        return self.activation(total + self.bias)

    def extra_repr(self) -> str:
        """The count of inputs and the activation."""
        return f"inputs={len(self.weights)}, activation={name_of(self.activation)}"


class ScalarLayer(Module):
    """Neurons that get the same inputs; gives a list of their outputs.

    >>> len(ScalarLayer(2, 4, "tanh")([1.0, -1.0]))
    4
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        activation: str | Activation | None = None,
        rng: np.random.Generator | None = None,
    ) -> None:
        rng = generator(rng)
        self.neurons = [Neuron(inputs, activation, rng) for _ in range(outputs)]

    def forward(self, x: Sequence[Any]) -> list[Any]:
        """The outputs of all neurons."""
        return [neuron(x) for neuron in self.neurons]


class ScalarMLP(Module):
    """An MLP of neurons: the same function as `MLP`, with every weight and every sum a Node.

    Takes a list of numbers or Nodes, one for each input, and gives a scalar Node, or a list of
    them if there are several outputs. For a batch, an array or a list of such lists, it gives a
    list with what it gives for each row. Numbers become constants named x0, x1, …. Its neurons
    are in the scopes `layers.0.neurons.0` and so on.

    Raises ValueError for fewer than two sizes, sizes below 1 and another count of inputs.

    >>> ScalarMLP([2, 4, 1])([1.0, -1.0]).shape
    ()
    """

    def __init__(
        self,
        sizes: Sequence[int],
        activation: str | Activation | None = "tanh",
        rng: np.random.Generator | None = None,
    ) -> None:
        self.sizes = checked_sizes(sizes)
        rng = generator(rng)
        activation_named(activation)
        self.layers = [
            ScalarLayer(inputs, outputs, activation if i < len(self.sizes) - 2 else None, rng)
            for i, (inputs, outputs) in enumerate(pairwise(self.sizes))
        ]

    def forward(self, x: Any) -> Any:
        """The output Node or the list of output Nodes; for a batch a list of these."""
        row = list(x)
        if any(_is_row(each) for each in row):
            return [self.forward(each) for each in row]
        if len(row) != self.sizes[0]:
            raise ValueError(
                f"the network takes {self.sizes[0]} inputs but got {len(row)}; give a list of "
                f"{self.sizes[0]} numbers, or a batch of shape (samples, {self.sizes[0]})"
            )
        outputs: list[Any] = [
            each if isinstance(each, Node) else Node(each, name=f"x{i}", requires_grad=False)
            for i, each in enumerate(row)
        ]
        for layer in self.layers:
            outputs = layer(outputs)
        return outputs[0] if len(outputs) == 1 else outputs

    def extra_repr(self) -> str:
        """The sizes."""
        return str(self.sizes)


def _is_row(x: Any) -> bool:
    return isinstance(x, (list, tuple)) or len(getattr(x, "shape", ())) > 0
