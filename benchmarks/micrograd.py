"""A scalar engine of the well-known teaching design, to compare with: closures, sets, recursion.

Every operation leaves behind a closure that adds to its parents' gradients; parents are kept as a
set; the order of the backward pass is found by a recursive search. Written anew from that
description, with the costs the design has and none beside.
"""

from __future__ import annotations

import math
from collections.abc import Callable


class Value:
    """A number that knows which numbers it was made from."""

    def __init__(self, data: float, parents: tuple[Value, ...] = (), op: str = "") -> None:
        self.data = data
        self.grad = 0.0
        self.parents = set(parents)
        self.op = op
        self.push: Callable[[], None] = lambda: None

    def __repr__(self) -> str:
        return f"Value({self.data}, grad={self.grad})"

    def __add__(self, other: Value | float) -> Value:
        other = other if isinstance(other, Value) else Value(other)
        result = Value(self.data + other.data, (self, other), "+")

        def push() -> None:
            self.grad += result.grad
            other.grad += result.grad

        result.push = push
        return result

    def __mul__(self, other: Value | float) -> Value:
        other = other if isinstance(other, Value) else Value(other)
        result = Value(self.data * other.data, (self, other), "*")

        def push() -> None:
            self.grad += other.data * result.grad
            other.grad += self.data * result.grad

        result.push = push
        return result

    def __pow__(self, exponent: float) -> Value:
        result = Value(self.data**exponent, (self,), f"**{exponent}")

        def push() -> None:
            self.grad += exponent * self.data ** (exponent - 1) * result.grad

        result.push = push
        return result

    def tanh(self) -> Value:
        """Hyperbolic tangent."""
        y = math.tanh(self.data)
        result = Value(y, (self,), "tanh")

        def push() -> None:
            self.grad += (1 - y * y) * result.grad

        result.push = push
        return result

    def exp(self) -> Value:
        """The exponential."""
        result = Value(math.exp(self.data), (self,), "exp")

        def push() -> None:
            self.grad += result.data * result.grad

        result.push = push
        return result

    def relu(self) -> Value:
        """The positive part."""
        result = Value(self.data if self.data > 0 else 0.0, (self,), "relu")

        def push() -> None:
            self.grad += (result.data > 0) * result.grad

        result.push = push
        return result

    def __neg__(self) -> Value:
        return self * -1

    def __sub__(self, other: Value | float) -> Value:
        return self + (-other)

    def __truediv__(self, other: Value | float) -> Value:
        return self * other**-1

    def __radd__(self, other: float) -> Value:
        return self + other

    def __rmul__(self, other: float) -> Value:
        return self * other

    def __rsub__(self, other: float) -> Value:
        return other + (-self)

    def __rtruediv__(self, other: float) -> Value:
        return other * self**-1

    def backward(self) -> None:
        """Add to the gradient of every number this one depends on."""
        order: list[Value] = []
        seen: set[Value] = set()

        def visit(value: Value) -> None:
            if value not in seen:
                seen.add(value)
                for parent in value.parents:
                    visit(parent)
                order.append(value)

        visit(self)
        self.grad = 1.0
        for value in reversed(order):
            value.push()
