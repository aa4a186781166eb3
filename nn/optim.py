"""Optimizers: they change parameters by their gradients, with PyTorch's formulas."""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import Node
from autograd.node import gradients_of
from nn.flat import Block, blocks_of
from nn.module import Module


class Optimizer:
    """What all optimizers share: the parameters, `zero_grad` and the walk of `step`.

    A parameter whose `grad` is None is left alone. Each step gives parameters new arrays, so those
    handed out before keep their numbers: they are views of one vector, on which the rule works.
    `lr` may be changed between steps. A subclass defines `change`.
    """

    def __init__(self, params: Iterable[Node], lr: float, weight_decay: float) -> None:
        self.params = _checked(params)
        self.lr = not_negative("lr", lr, 0.01)
        self.weight_decay = not_negative("weight_decay", weight_decay, 0.01)
        self.blocks = blocks_of(self.params)

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters: `grad` is None afterwards."""
        for p in self.params:
            p.zero_grad()

    def step(self) -> None:
        """Change every parameter that has a gradient."""
        blocks = []
        for block in self.blocks:
            gradients = gradients_of(block.params)
            there = [g is not None for g in gradients]
            if not all(there):
                if not any(there):
                    blocks.append(block)
                    continue
                block, idle = block.parted(there)
                gradients = [g for g in gradients if g is not None]
                blocks.append(idle)
            blocks.append(block)
            self._step(block, block.joined(gradients))
        self.blocks = blocks

    def _step(self, block: Block, g: Any) -> None:
        old = block.vector()
        if self.weight_decay:
            g += self.weight_decay * old
        block.steps += 1
        block.hand_out(old - self.change(block, g))

    def change(self, block: Block, g: Any) -> Any:
        """What to subtract from the parameters of `block`, as a vector.

        `g` is their gradient with weight decay, as a vector that may be overwritten.
        """
        raise TypeError(
            f"{type(self).__name__} cannot step: it has no rule; write a method "
            "change(self, block, g), or use SGD or Adam"
        )


class SGD(Optimizer):
    """Gradient descent, with momentum and Nesterov's variant of it.

    With g the gradient plus weight_decay · p: b = g in the first step, later b = momentum · b + g;
    p = p − lr · b, or with `nesterov` p − lr · (g + momentum · b). These are PyTorch's formulas,
    after Sutskever et al., "On the importance of initialization and momentum" (2013).

    Raises ValueError for no parameters, negative numbers, and Nesterov without momentum;
    TypeError for what is no list of parameters.

    >>> w = Node(1.0); (w * w).backward(); SGD([w], lr=0.25).step(); w.value
    0.5
    """

    def __init__(
        self,
        params: Iterable[Node],
        lr: float = 1e-3,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, lr, weight_decay)
        self.momentum = not_negative("momentum", momentum, 0.9)
        self.nesterov = nesterov
        if nesterov and not momentum:
            raise ValueError("nesterov looks ahead along the momentum; write momentum=0.9 with it")

    def change(self, block: Block, g: Any) -> Any:
        """lr times the gradient, or times what has gathered of it."""
        if self.momentum:
            b = block.kept("velocity")
            if block.steps > 1:
                b *= self.momentum
                b += g
            else:
                b[:] = g
            if self.nesterov:
                g += np.multiply(b, self.momentum, out=block.scratch("ahead"))
            else:
                return np.multiply(b, self.lr, out=g)
        g *= self.lr
        return g


class Adam(Optimizer):
    """Steps in units of the gradient's recent size: Kingma and Ba, "Adam" (2015), algorithm 1.

    With g the gradient plus weight_decay · p: m = β₁ m + (1 − β₁) g, v = β₂ v + (1 − β₂) g²,
    p = p − lr · (m / (1 − β₁ᵗ)) / (√v / √(1 − β₂ᵗ) + eps), as in PyTorch. t counts the steps in
    which the parameter had a gradient.

    Raises ValueError for no parameters, negative numbers, and betas outside [0, 1); TypeError for
    what is no list of parameters.

    >>> w = Node(1.0); (w * w).backward(); Adam([w], lr=0.5).step(); round(w.value, 6)
    0.5
    """

    def __init__(
        self,
        params: Iterable[Node],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, lr, weight_decay)
        self.betas = betas
        self.eps = not_negative("eps", eps, 1e-8)
        for beta in betas:
            if not 0.0 <= beta < 1.0:
                raise ValueError(f"a beta is {beta!r}, but each lies in [0, 1); write (0.9, 0.999)")

    def change(self, block: Block, g: Any) -> Any:
        """lr times the mean gradient over the root of its mean square, both without bias."""
        (beta1, beta2), t = self.betas, block.steps
        m, v, part = block.kept("mean"), block.kept("square"), block.scratch("part")
        m *= beta1
        m += np.multiply(g, 1.0 - beta1, out=part)
        g *= g
        v *= beta2
        v += np.multiply(g, 1.0 - beta2, out=part)
        root = np.sqrt(v, out=part)
        root /= math.sqrt(1.0 - beta2**t)
        root += self.eps
        change = np.divide(m, root, out=g)
        change *= self.lr / (1.0 - beta1**t)
        return change


def not_negative(name: str, number: float, usual: float) -> float:
    """`number`; ValueError that names a `usual` one if it is negative or NaN.

    >>> not_negative("lr", 0.1, 0.01)
    0.1
    """
    if not number >= 0.0:
        raise ValueError(f"{name} is {number!r}, but it cannot be negative; write {name}={usual}")
    return number


def _checked(params: Iterable[Node]) -> list[Node]:
    if isinstance(params, Module):
        raise TypeError(
            "an optimizer takes parameters, not a module; write model.parameters() in its place"
        )
    if isinstance(params, Node):
        raise TypeError("an optimizer takes a list of parameters; write [node]")
    result = list(params)
    if not result:
        raise ValueError(
            "there are no parameters to optimize: a module finds those that are its attributes "
            "or in lists, tuples and dicts that are; write self.w = Node(value) in its __init__"
        )
    for p in result:
        if not isinstance(p, Node):
            raise TypeError(
                f"an optimizer takes Nodes, not {type(p).__name__}; write model.parameters()"
            )
        if p.op is not None or not p.requires_grad:
            raise ValueError(
                "an optimizer changes leaves that require a gradient, and "
                f"{p!r} is none; write Node(value) for a parameter"
            )
    if len({id(p) for p in result}) < len(result):
        raise ValueError("a parameter is listed twice and would be changed twice; list it once")
    return result
