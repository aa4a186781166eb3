"""The per-neuron network and its gradients in Python floats as one writes them, loops unrolled."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any


def straight_line(sizes: Sequence[int], *, by_operation: bool) -> Callable[..., Any]:
    """A function of all parameters, the inputs and the target: loss and list of gradients.

    Its lines hold one operation each, or one expression for each neuron, signal and gradient.
    """
    names: dict[str, Any] = {"tanh": math.tanh}
    exec(compile(text(sizes, by_operation), "<straight line>", "exec"), names)
    return names["run"]  # type: ignore[no-any-return]


def text(sizes: Sequence[int], by_operation: bool) -> str:
    """Its source."""
    shapes = list(enumerate(pairwise(sizes)))
    last = len(shapes) - 1
    numbers = [
        name
        for k, (n, m) in shapes
        for j in range(m)
        for name in (*(f"w{k}_{j}_{i}" for i in range(n)), f"b{k}_{j}")
    ]
    lines = [
        f"{', '.join(numbers)}, = numbers",
        f"{', '.join(f'h0_{i}' for i in range(sizes[0]))}, = xs",
    ]
    emit = by_operations if by_operation else by_expressions
    for k, (n, m) in shapes:
        for j in range(m):
            terms = [f"b{k}_{j}", *(f"w{k}_{j}_{i} * h{k}_{i}" for i in range(n))]
            lines += emit(f"h{k + 1}_{j}", terms, "{} - target" if k == last else "tanh({})")
    lines.append(f"loss = h{last + 1}_0 * h{last + 1}_0")
    lines.append(f"d{last}_0 = 2.0 * h{last + 1}_0")
    for k, (n, m) in reversed(shapes[1:]):
        for i in range(n):
            h, terms = f"h{k}_{i}", [f"d{k}_{j} * w{k}_{j}_{i}" for j in range(m)]
            if by_operation:
                lines += [f"s = {h} * {h}", "s = 1.0 - s"]
            around = "{} * s" if by_operation else f"({{}}) * (1.0 - {h} * {h})"
            lines += emit(f"d{k - 1}_{i}", terms, around)
    gradients = [
        term
        for k, (n, m) in shapes
        for j in range(m)
        for term in (*(f"d{k}_{j} * h{k}_{i}" for i in range(n)), f"d{k}_{j}")
    ]
    if by_operation:
        lines += [f"g{i} = {term}" for i, term in enumerate(gradients)]
        gradients = [f"g{i}" for i in range(len(gradients))]
    lines.append(f"return loss, [{', '.join(gradients)}]")
    return "\n    ".join(["def run(numbers, xs, target):", *lines])


def by_expressions(name: str, terms: Sequence[str], around: str) -> Iterator[str]:
    """A sum of terms, and what is done with it, as one line."""
    yield f"{name} = {around.format(' + '.join(terms))}"


def by_operations(name: str, terms: Sequence[str], around: str) -> Iterator[str]:
    """The same with a line for each operation."""
    yield f"t = {terms[0]}"
    for term in terms[1:]:
        yield f"u = {term}"
        yield "t = t + u"
    yield f"{name} = {around.format('t')}"
