"""The functions that can be called in an expression, taken from the engine's own registry."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

import autograd
from autograd.dispatch import BY_FUNCTION

MATRIX = ("cholesky", "det", "inv", "norm", "solve")  # what is called of NumPy's linalg


@dataclass(frozen=True)
class Function:
    """A function of the engine and which of its arguments are expressions.

    First come `leading` constants (the subscripts of einsum), then `operands` expressions (None:
    all that follow; `listed`: all in one list, as concatenate takes them), then the `statics`.
    A result that depends on no operand differentiably, such as a comparison's, is not `drawn`.
    """

    name: str
    call: Callable[..., Any]
    operands: int | None = None
    statics: tuple[str, ...] = ()
    leading: int = 0
    listed: bool = False
    drawn: bool = True


@cache
def engine_functions() -> dict[str, Function]:
    """The engine's ops by the names users know: NumPy's, or the engine's own.

    >>> {"tanh", "abs", "sum", "einsum", "relu", "logsumexp"} <= set(engine_functions())
    True
    """
    known = {name: value for name, value in vars(np).items() if _answered(value)}
    known |= {name: getattr(np.linalg, name) for name in MATRIX}
    known |= {name: getattr(autograd, name) for name in autograd.__all__}
    return {
        name: _describe(name, call)
        for name, call in known.items()
        if getattr(call, "__name__", name) in autograd.REGISTRY and name[0] != "_"
    }


def _answered(value: object) -> bool:
    """Whether it is a NumPy function that the engine answers for where it meets a Node."""
    return callable(value) and getattr(value, "__hash__", None) is not None and value in BY_FUNCTION


def _describe(name: str, call: Callable[..., Any]) -> Function:
    op = autograd.REGISTRY[getattr(call, "__name__", name)]
    if op.arity is not None:
        return Function(name, call, op.arity, tuple(op.defaults), drawn=bool(op.rules))
    # A variadic op takes what NumPy takes: f([x, y], axis=0), or f("ij,j->i", x, y).
    kinds = [p.kind for p in inspect.signature(BY_FUNCTION[call]).parameters.values()]
    if inspect.Parameter.VAR_POSITIONAL in kinds:
        return Function(name, call, leading=kinds.index(inspect.Parameter.VAR_POSITIONAL))
    return Function(name, call, statics=tuple(op.defaults), listed=True)
