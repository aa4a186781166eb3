"""Neural networks on the engine: modules, layers, losses, optimizers and a training loop."""

from nn import functional, init, optim
from nn.layers import MLP, Dense, Linear, Sequential
from nn.module import Module
from nn.scalar import Neuron, ScalarLayer, ScalarMLP
from nn.training import History, accuracy, fit

__all__ = [
    "MLP", "Dense", "History", "Linear", "Module", "Neuron", "ScalarLayer", "ScalarMLP",
    "Sequential", "accuracy", "fit", "functional", "init", "optim",
]  # fmt: skip
