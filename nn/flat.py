"""Parameters that an optimizer changes together, as one vector."""

from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from operator import is_
from typing import Any

import numpy as np

from autograd import Node
from autograd.node import renew, values_of
from autograd.values import plain

Vector = np.ndarray[Any, np.dtype[Any]]


class Block:
    """Parameters of one dtype that have had a gradient in the same steps so far.

    `steps` counts these, `state` holds what a rule keeps from step to step: vectors with one
    element for each element of the parameters, in their order.
    """

    def __init__(self, params: Sequence[Node], steps: int = 0) -> None:
        self.params = list(params)
        self.shapes = [p.shape for p in params]
        ends = accumulate((p.size for p in params), initial=0)
        self.places = [slice(*pair) for pair in pairwise(ends)]
        self.dtype = self.params[0].dtype
        self.arrays = all(self.shapes)
        self.scalars = not any(self.shapes)
        self.steps = steps
        self.state: dict[str, Vector] = {}
        self._handed: list[Any] = []
        self._vector = np.empty(0)
        self._scratch: dict[str, Vector] = {}

    def vector(self) -> Vector:
        """The values of all parameters; those that somebody else has set are seen."""
        values = values_of(self.params)
        if len(values) != len(self._handed) or not all(map(is_, values, self._handed)):
            self._vector, self._handed = self.joined(values), values
        return self._vector

    def joined(self, values: Sequence[Any]) -> Vector:
        """Values or gradients of all parameters as a vector."""
        if self.arrays:
            return np.concatenate([v.ravel() for v in values])
        if self.scalars:
            return np.array(values, self.dtype)
        return np.concatenate([np.ravel(v) for v in values], dtype=self.dtype)

    def hand_out(self, vector: Vector) -> None:
        """Give the parameters their parts of `vector`, which nobody may write to any more."""
        vector.flags.writeable = False
        if self.scalars:
            values = list(map(plain, vector))
        else:
            parts = zip(self.places, self.shapes, strict=True)
            values = [vector[place].reshape(shape) for place, shape in parts]
            if not self.arrays:
                values = [v if v.ndim else plain(v) for v in values]
        self._vector, self._handed = vector, values
        renew(self.params, values)

    def kept(self, name: str) -> Vector:
        """The vector `name` of the state; zeros at first."""
        if name not in self.state:
            self.state[name] = np.zeros(self.places[-1].stop, self.dtype)
        return self.state[name]

    def scratch(self, name: str) -> Vector:
        """Memory for a vector that is forgotten after the step."""
        if name not in self._scratch:
            self._scratch[name] = np.empty(self.places[-1].stop, self.dtype)
        return self._scratch[name]

    def parted(self, chosen: Sequence[bool]) -> tuple["Block", "Block"]:
        """The parameters that are chosen and those that are not, each with its state."""
        return self._part(chosen), self._part([not c for c in chosen])

    def _part(self, chosen: Sequence[bool]) -> "Block":
        where = [i for i, c in enumerate(chosen) if c]
        part = Block([self.params[i] for i in where], self.steps)
        for name, vector in self.state.items():
            part.state[name] = np.concatenate([vector[self.places[i]] for i in where])
        return part


def blocks_of(params: Iterable[Node]) -> list[Block]:
    """One block for each dtype among the parameters."""
    by_dtype: dict[Any, list[Node]] = {}
    for p in params:
        by_dtype.setdefault(p.dtype, []).append(p)
    return [Block(group) for group in by_dtype.values()]
