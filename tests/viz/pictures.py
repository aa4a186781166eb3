"""Small graphs for the tests; run as a program, it writes the golden DOT files anew.

Their numbers are exact in binary, so that every machine prints the same digits.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np

import autograd
import viz
from autograd import Node

GOLDEN = Path(__file__).with_name("golden")


def neuron() -> Node:
    """The square of w·x + b."""
    w, x, b = Node(0.5, name="w"), Node(1.0, name="x"), Node(-0.25, name="b")
    error = w * x + b
    return error * error


def order() -> Node:
    """(a - b) / (b - a): operands that must not change places."""
    a, b = Node(5.0, name="a"), Node(1.0, name="b")
    return (a - b) / (b - a)


def strange() -> Node:
    """Infinite, missing and zero numbers, a named and a raw constant."""
    x, zero = Node(math.inf, name="x"), Node(0.0, name="zero")
    c = Node(math.nan, name="c", requires_grad=False)
    return x + zero * 3.0 + c


def layer() -> Node:
    """A tensor layer in scopes: relu(X·W + b), summed."""
    x = Node(np.arange(-6.0, 6.0).reshape(6, 2) / 4, name="X", requires_grad=False)
    with autograd.scope("layers.0"):
        w = Node(np.array([[1.0, -0.5, 0.25], [0.0, 2.0, -1.0]]), name="layers.0.weight")
        b = Node(np.array([0.5, 0.0, -0.5]), name="layers.0.bias")
        y = autograd.relu(x @ w + b)
    return np.sum(y)


def hub() -> Node:
    """One leaf with nine consumers, more than are connected to its box."""
    w = Node(0.5, name="w")
    total = w * 1.0
    for i in range(1, 9):
        total = total + w * float(i)
    return total


PICTURES: dict[str, Callable[[], Node]] = {
    each.__name__: each for each in (neuron, order, strange, layer, hub)
}


def golden_text(name: str) -> str:
    """The DOT text of a picture by name; 'dark' variants end in '_dark'."""
    theme = "dark" if name.endswith("_dark") else "light"
    root = PICTURES[name.removesuffix("_dark")]()
    return viz.draw(root, title=f"The picture “{name}”", theme=theme).to_dot()


NAMES = [*PICTURES, "neuron_dark"]

if __name__ == "__main__":
    for name in NAMES:
        (GOLDEN / f"{name}.dot").write_text(golden_text(name), encoding="utf-8", newline="\n")
