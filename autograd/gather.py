"""How signals pass an op that picks elements of its operand: added up in place.

To add an array as large as the operand for each use would cost n² for n uses of n elements, such
as those of a loop over a Node.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numpy import ndarray

from autograd.node import Node, arrived
from autograd.pulls import Pull, arrive, known_by
from autograd.sweep import stale
from autograd.values import Array, fit

if TYPE_CHECKING:
    from autograd.op import Op


class Total(ndarray):
    """The memory of a signal that may be added to in place, and the number of its one Node."""

    number: int


def total_for(x: Node) -> Array:
    """Zeros in the shape and dtype of an array Node, to be its signal."""
    memory = Total(x._value.shape, x._value.dtype)
    memory.fill(0.0)
    memory.number = x._number
    return memory.view(ndarray)


def is_total(g: Any, x: Node) -> bool:
    """Whether `g` is of `total_for(x)`, and nobody but the sweep has it."""
    if type(g) is not ndarray or type(g.base) is not Total:
        return False
    return g.base.number == x._number and g.flags.writeable


def picking(op: Op) -> Pull:
    """The pull of an op with `accumulate`."""
    rule, accumulate = op.rules[0], op.accumulate
    assert rule is not None and accumulate is not None

    def pull(node: Node, nodes: list[Node | None], base: int, leaves: list[Node]) -> None:
        (x,), statics, d = node._x, node._y, node._grad
        value = x._value
        if type(value) is not ndarray:
            g = fit(rule(d, node._value, value, **statics), value)
            arrive(x, g, node, nodes, base, leaves)
            return
        if x._number > node._number:
            stale(x)
        at = base - x._number
        come = x._pull is arrived or (at < len(nodes) and nodes[at] is x)
        total = x._grad if come else None
        if not is_total(total, x):
            total = total_for(x)
            arrive(x, total, node, nodes, base, leaves)
            if x._grad is not total:
                total += x._grad
                x._grad = total
        accumulate([(d, statics)], value, total)

    return known_by(op, pull)
