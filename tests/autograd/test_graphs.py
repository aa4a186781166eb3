"""Random programs of ops: reverse = forward = central differences, also at second order."""

from hypothesis import given, settings

from autograd.testing import check_grads, strategies
from autograd.testing.strategies import Graph

PROGRAMS = 120


@settings(max_examples=PROGRAMS)
@given(strategies.graphs(max_ops=40))
def test_derivatives_of_random_programs(graph: Graph) -> None:
    check_grads(graph, graph.args)
