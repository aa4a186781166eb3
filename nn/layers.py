"""Layers of tensors: Linear, Sequential and MLP."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from autograd import Node, array
from nn.functional import Activation, activation_named, identity, linear
from nn.init import generator, kaiming_uniform
from nn.module import Module


class Linear(Module):
    """y = x Wᵀ + b, with `weight` of shape (out_features, in_features) and `bias` (out_features,).

    Takes inputs of shape (..., in_features), gives (..., out_features). Both parameters start
    evenly spread over ±1/√in_features, drawn from `rng`; without `rng` each run differs.

    Raises ValueError for sizes below 1 and for inputs with another last axis.

    >>> Linear(2, 3, rng=np.random.default_rng(0))(np.ones((5, 2))).shape
    (5, 3)
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        rng: np.random.Generator | None = None,
    ) -> None:
        self.in_features, self.out_features = checked_sizes((in_features, out_features))
        rng = generator(rng)
        weight = kaiming_uniform((out_features, in_features), in_features, rng)
        self.weight = Node(weight, name="weight")
        self.bias: Node | None = None
        if bias:
            self.bias = Node(kaiming_uniform((out_features,), in_features, rng), name="bias")

    def forward(self, x: Any) -> Any:
        """x Wᵀ + b."""
        x = array(x)
        shape = x.shape if isinstance(x, Node) else np.shape(x)
        if shape[-1:] != (self.in_features,):
            remedy = f"build the layer for {shape[-1] if shape else 1} features"
            if len(shape) < 2:  # of a table, rows would be mixed
                remedy = f"write x.reshape(-1, {self.in_features}), or {remedy}"
            raise ValueError(
                f"the input has shape {shape} but {type(self).__name__} takes "
                f"(..., {self.in_features}): its last axis counts the features; {remedy}"
            )
        return linear(x, self.weight, self.bias)

    def extra_repr(self) -> str:
        """The sizes."""
        bias = "" if self.bias is not None else ", bias=False"
        return f"in_features={self.in_features}, out_features={self.out_features}{bias}"


class Dense(Linear):
    """A Linear layer and the activation of its outputs: what an MLP's hidden layers are.

    >>> Dense(2, 3, "relu")(np.ones(2)).shape
    (3,)
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        activation: str | Activation | None = "tanh",
        bias: bool = True,
        rng: np.random.Generator | None = None,
    ) -> None:
        self.activation = activation_named(activation)
        super().__init__(in_features, out_features, bias, rng)

    def forward(self, x: Any) -> Any:
        """activation(x Wᵀ + b)."""
        return self.activation(super().forward(x))

    def extra_repr(self) -> str:
        """The sizes and the activation."""
        return f"{super().extra_repr()}, activation={name_of(self.activation)}"


class Sequential(Module):
    """Modules and functions, each applied to the output of the one before.

    Its parameters are named `layers.0.weight` and so on. Raises TypeError for what is no function.

    >>> Sequential(Linear(2, 3), np.tanh, Linear(3, 1))(np.ones((5, 2))).shape
    (5, 1)
    """

    def __init__(self, *layers: Callable[..., Any]) -> None:
        for layer in layers:
            if not callable(layer):
                raise TypeError(
                    f"Sequential takes modules and functions, not {type(layer).__name__}; "
                    "write Sequential(Linear(2, 3), np.tanh), with no list around them"
                )
        self.layers = list(layers)

    def forward(self, x: Any) -> Any:
        """The output of the last layer."""
        for layer in self.layers:
            x = layer(x)
        return x

    def __len__(self) -> int:
        return len(self.layers)

    def __iter__(self) -> Iterator[Callable[..., Any]]:
        return iter(self.layers)

    def __getitem__(self, index: int) -> Callable[..., Any]:
        return self.layers[index]


class MLP(Sequential):
    """A multilayer perceptron: Linear layers with an activation after each but the last.

    `sizes` counts the inputs, the units of each hidden layer and the outputs; `activation` is a
    name in `functional.ACTIVATIONS` (relu, tanh, …) or a function. Parameters are named
    `layers.0.weight`, `layers.0.bias`, `layers.1.weight`; `rng` draws them layer by layer.

    Raises ValueError for fewer than two sizes, sizes below 1 and unknown names.

    >>> MLP([2, 8, 1], activation="relu")(np.ones((5, 2))).shape
    (5, 1)
    """

    def __init__(
        self,
        sizes: Sequence[int],
        activation: str | Activation | None = "tanh",
        rng: np.random.Generator | None = None,
    ) -> None:
        sizes = checked_sizes(sizes)
        rng = generator(rng)
        *hidden, last = pairwise(sizes)
        layers = [Dense(inputs, outputs, activation, rng=rng) for inputs, outputs in hidden]
        activation_named(activation)  # a wrong name is an error even where no layer uses it
        super().__init__(*layers, Linear(*last, rng=rng))


def checked_sizes(sizes: Sequence[int]) -> list[int]:
    """The sizes of layers as a list; ValueError unless there are two or more, all positive.

    >>> checked_sizes((2, 8, 1))
    [2, 8, 1]
    """
    if isinstance(sizes, (int, str)) or len(sizes) < 2:
        raise ValueError(
            f"the sizes are {sizes!r}, but a network has inputs and outputs; write [2, 8, 1] for "
            "2 inputs, 8 hidden units and 1 output"
        )
    for size in sizes:
        if not isinstance(size, (int, np.integer)) or isinstance(size, bool) or size < 1:
            raise ValueError(
                f"a layer has a whole number of units, at least 1, not {size!r}; write sizes such "
                "as Linear(2, 3) or MLP([2, 8, 1])"
            )
    return [int(size) for size in sizes]


def name_of(activation: Activation) -> str:
    """What to call an activation in a text.

    >>> name_of(np.sin)
    'sin'
    """
    if activation is identity:
        return "none"
    found = getattr(activation, "__name__", None) or getattr(activation, "name", None)
    return str(found or activation)
