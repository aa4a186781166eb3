"""Costs: the graph of a Node and its picture grow with the edges, however many meet at a node."""

import pytest

import autograd
import viz
from autograd import Node


def operands(n):
    """One op of n operands."""
    return autograd.array([Node(float(i)) for i in range(n)])


def uses(n):
    """One leaf of n uses, in ops of their own and in one."""
    x = Node(2.0)
    return autograd.array([x * float(i) for i in range(n)]).sum() + autograd.array([x] * n).sum()


@pytest.mark.parametrize("many", [operands, uses])
@pytest.mark.parametrize("draw", [False, True])
def test_operands_and_uses_of_one_node_cost_one_visit_each(many, draw, check_linear):
    graphs = {n: many(n).sum() for n in (2, 100, 400)}
    if draw:
        graphs = {n: viz.to_networkx(root) for n, root in graphs.items()}
    work = viz.draw if draw else viz.to_networkx
    check_linear(lambda n: work(graphs[n]))
