"""The tables of the comparisons leave no function out; neither library is needed here."""

import autograd
from autograd.custom import CUSTOM
from autograd.dispatch import BY_FUNCTION
from autograd.op import REGISTRY

from .oracle import (
    NOT_IN_JAX,
    NOT_IN_TORCH,
    NOWHERE,
    SUBJECTS,
    WITHOUT_DERIVATIVE,
    drawn_calls,
    name_of,
)


def test_every_function_with_a_derivative_has_calls():
    assert not [name for name in SUBJECTS if not drawn_calls(name)]
    assert len(SUBJECTS) > 250


def test_every_op_takes_part():
    seen = set()
    for name, (function, _) in SUBJECTS.items():
        for call in drawn_calls(name):
            y = call.of(function, [autograd.Node(x) for x in call.operands()])
            for part in y if isinstance(y, (tuple, list)) else [y]:
                if isinstance(part, autograd.Node):
                    seen |= {n.op.name for n in autograd.topological_order(part) if n.op}
    ops = {name for name, op in REGISTRY.items() if op.rules and name not in CUSTOM}
    assert not ops - seen


def test_functions_without_derivative_are_none_that_have_one():
    names = {name_of(function) for function in BY_FUNCTION}
    assert names >= WITHOUT_DERIVATIVE.keys()
    assert not SUBJECTS.keys() & WITHOUT_DERIVATIVE.keys()


def test_every_function_is_compared_with_one_library_at_least():
    assert NOT_IN_TORCH.keys() & NOT_IN_JAX.keys() == NOWHERE.keys()
    assert SUBJECTS.keys() >= NOT_IN_TORCH.keys() | NOT_IN_JAX.keys()
