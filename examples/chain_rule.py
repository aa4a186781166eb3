"""Lesson 1: one neuron, its chain rule in numbers, and the same numbers in a picture.

    python examples/chain_rule.py [FOLDER]

The neuron y = tanh(w·x + b) is recorded as a graph. The responsibility signal of a node is
∂y/∂node: nudge the node by a little, and y moves by the signal times as much. The lesson nudges
each input for real and prints both numbers side by side.
"""

import sys
from pathlib import Path

import numpy as np

import autograd
import viz
from autograd import Node

INPUTS = {"w": 0.5, "x": 1.0, "b": -0.2}
NUDGE = 1e-6


def neuron(w, x, b):
    """y = tanh(w·x + b), of numbers or of Nodes."""
    return np.tanh(w * x + b)


def nudged(name: str) -> float:
    """How much y moves per unit when the input `name` is nudged to both sides."""
    up = {**INPUTS, name: INPUTS[name] + NUDGE}
    down = {**INPUTS, name: INPUTS[name] - NUDGE}
    return float((neuron(**up) - neuron(**down)) / (2 * NUDGE))


def main(folder: Path) -> None:
    """Print the table of signals and save the picture in `folder`."""
    nodes = {name: Node(value, name=name) for name, value in INPUTS.items()}
    y = neuron(**nodes)
    signals = autograd.signals(y)
    print(f"y = tanh(w·x + b) = {y:.4f}")
    for name, node in nodes.items():
        print(f"  ∂y/∂{name}: signal {signals[node]:.6f}, by nudging {nudged(name):.6f}")
    folder.mkdir(parents=True, exist_ok=True)
    path = viz.draw(y, title="y = tanh(w·x + b)").save(folder / "chain_rule.svg")
    print(f"The picture: {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
