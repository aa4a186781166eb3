"""Compiled: the callable that `compile` gives, with a program for each signature."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from types import MethodType, NoneType
from typing import Any

import numpy as np

from autograd.compiler.arguments import Unpacking, number, signature, unpacking
from autograd.compiler.passes import Program
from autograd.compiler.plain import Plain
from autograd.compiler.source import written
from autograd.compiler.steps import owned
from autograd.compiler.trace import Trace
from autograd.node import Node, as_node
from autograd.pulls import Again
from autograd.state import TRANSFORMED, current_anomaly, current_trace, recorded_scope
from autograd.trees import map_leaves
from autograd.values import ERRSTATE, SILENT, quiet


class Compiled:
    """A function as programs of straight-line source, one for each signature of its arguments."""

    def __init__(self, f: Callable[..., Any], reuse_buffers: bool) -> None:
        if not callable(f):
            raise TypeError(f"compile takes a function, but got {type(f).__name__}")
        update_wrapper(self, f, updated=())
        self._f = f
        self._reuse = reuse_buffers
        self._ways: dict[Any, Way] = {}
        self._last: Way | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if TRANSFORMED.get() or (
            recorded_scope() is None and (current_trace() or current_anomaly())
        ):
            return self._f(*args, **kwargs)  # whoever is interested in its inside sees it
        last = self._last
        if last is not None:
            out = last.call(args, kwargs)
            if out is not NotImplemented:
                return out
        return self._other(args, kwargs)

    def _other(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """A call of another signature than the last, or of the first."""
        leaves: list[Any] = []
        key = signature((args, kwargs), leaves)
        way = self._ways.get(key)
        if way is None:
            way = self._ways[key] = Way(self._f, args, kwargs, len(leaves), self._reuse)
        self._last = way
        return way.run(leaves)

    @property
    def source(self) -> str:
        """The source of the program that was called last; RuntimeError before the first call."""
        if self._last is None:
            raise RuntimeError(
                "nothing is compiled yet: shapes and dtypes come from the arguments of the first "
                "call; call the function once"
            )
        return self._last.source

    @property
    def sources(self) -> list[str]:
        """The sources of all programs, in the order of the first calls."""
        return [way.source for way in self._ways.values()]

    def __get__(self, owner: Any, kind: Any = None) -> Any:
        return self if owner is None else MethodType(self, owner)  # decorates a method

    def __reduce__(self) -> Any:
        return type(self), (self._f, self._reuse)  # programs are made anew

    def __repr__(self) -> str:
        return f"<compiled {getattr(self._f, '__name__', self._f)}>"


class Way:
    """The program for one signature: `run` is a function of the numbers, `call` of arguments.

    For arguments of another signature `call` gives NotImplemented.
    """

    @quiet
    def __init__(
        self, f: Callable[..., Any], args: Any, kwargs: Any, count: int, reuse: bool
    ) -> None:
        trace = Trace()

        def given(x: Any) -> Any:
            value = number(x)
            return x if value is None else trace.input(value)

        traced, named = map_leaves(given, (args, kwargs))
        with trace.switch():
            out = f(*traced, **named)
        results = map_leaves(lambda x: _result(trace, x), out)
        trace.close()
        self._trace, self._results = trace, results
        self.source, make = written(Program(trace, results, careful=False), reuse)
        self._careful: Any = None
        names = {"make": make, "waiting": [], "carefully": self._carefully}
        self.run, self.call = running(*unpacking(args, kwargs, count), names)

    def _carefully(self, leaves: Any) -> Any:
        """The result in IEEE arithmetic of floats, with zero signals that stay zero."""
        if self._careful is None:
            program = Program(self._trace, self._results, careful=True)
            _, self._careful = written(program, False)
        return self._careful()(*leaves)


RUN = """
    outside = enter(SILENT)
    try:
        program = waiting.pop()
    except IndexError:
        program = make()
    try:
        return program({terms})
    except (ArithmeticError, ValueError, Again):
        return carefully({leaves})
    finally:
        waiting.append(program)
        leave(outside)
"""
"""A run under NumPy's `errstate(all="ignore")`, with buffers of its own: those of a run that is
over, or new ones."""

Run = Callable[[Any], Any]
Call = Callable[[tuple[Any, ...], dict[str, Any]], Any]


def running(text: Unpacking, terms: str, leaves: str, names: dict[str, Any]) -> tuple[Run, Call]:
    """The functions `run` and `call` of a `Way`; `names` are those in `RUN` that are its own."""
    body = "\n".join(
        ["def run(leaves):", RUN.format(terms="*leaves", leaves="leaves"),
         "def call(args, kwargs):", "    try:", *(f"    {line}" for line in text.lines),
         "    except ValueError: return NotImplemented", RUN.format(terms=terms, leaves=leaves)]
    )  # fmt: skip
    fixed = {"Again": Again, "enter": ERRSTATE.set, "leave": ERRSTATE.reset, "SILENT": SILENT}
    known = text.known | fixed | names
    exec(compile(body, "<autograd.compile arguments>", "exec"), known)
    return known["run"], known["call"]


def _result(trace: Trace, x: Any) -> Any:
    """The Var of a result; what follows from no input as it is."""
    if type(x) is Plain:
        return x._var
    x = as_node(x)
    if type(x) is Node:
        return trace.ref(x)
    if not isinstance(x, (int, float, np.generic, np.ndarray, str, NoneType)):
        raise TypeError(
            f"a compiled function returned a {type(x).__name__}, and a program can only return "
            "numbers, arrays, strings, None, and dicts, lists and tuples of them; return what is "
            "in it"
        )
    return owned(x)
