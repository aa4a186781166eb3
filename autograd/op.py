"""Op: everything known about one operation, said in one statement; and its constructors.

A rule `rule(d, y, *operands, **statics)` gives an operand's signal from the output's signal `d`,
the output `y` and the operands; the one rule of an op of any number of operands gives a function
of the operand's position instead. It runs on raw values in a sweep, on Nodes where derivatives of
derivatives are wanted, and on symbols when `scalar` prints it as plain float arithmetic. So it is
written in operators and in functions that have ops themselves, with Python floats as constants,
and never mentions broadcasting, dtypes or which operand requires a gradient.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from importlib import import_module
from pickle import PicklingError
from types import FunctionType
from typing import Any

import numpy as np

from autograd import calls, operators, pulls
from autograd.dispatch import BY_FUNCTION, BY_NAME
from autograd.gather import picking
from autograd.node import Node
from autograd.state import current_trace
from autograd.values import Value

Rule = Callable[..., Any]
Interval = tuple[float, float]

REGISTRY: dict[str, Op] = {}
"""All ops by name."""


class Op:
    """One operation: how to compute it, how signals pass it, how it is shown and how it is tested.

    - `forward` computes raw values; `scalar` does so for Python floats.
    - `rules` has one rule per operand, None where no signal passes; a variadic op has a single
      one, `rule(d, y, *operands, **statics)`, that gives a function of the operand's position.
    - `arity` counts the operands (None: variadic), `defaults` holds the statics.
    - `kind` is "elementwise", "multilinear", "general" or "predicate".
    - `accumulate(uses, x, total=None)`, of an op that picks elements of its one operand `x`, is
      the sum of the signals of several uses, each given with its statics; raw ones are added to
      the array `total`, where one is given, in place.
    - `selects`: part of a signal may be dropped, so NaN in it must be looked for here.
    - `shaped`: a rule's raw signal has its operand's shape, or is the signal that it got.
    - `opaque`: a rule reads values of Nodes, so that `compile` calls it and cannot look into it.
    - `domain`: an interval per operand from which tests draw; `cases`: shapes and statics to test.
    - `symbol` shows it in diagrams; `latex` is its formula, with a place for each operand.

    The docstring and the signature of `forward` are its own, for `help` and `inspect`.
    """

    __slots__ = (
        "__dict__", "accumulate", "arity", "array_x", "array_xy", "array_y", "call", "cases",
        "coerce", "compact", "defaults", "domain", "float_x", "float_xy", "float_y", "forward",
        "kind", "latex", "name", "opaque", "pull", "rules", "scalar", "selects", "shaped",
        "symbol",
    )  # fmt: skip

    array_x: Any
    array_xy: Any
    array_y: Any
    float_x: Any
    float_xy: Any
    float_y: Any
    pull: Any

    def __init__(
        self,
        name: str,
        kind: str,
        forward: Callable[..., Any],
        *,
        rules: tuple[Rule | None, ...],
        arity: int | None,
        defaults: dict[str, Any] | None = None,
        scalar: Callable[..., Any] | None = None,
        symbol: str | None = None,
        latex: str | None = None,
        domain: tuple[Interval, ...] | None = None,
        cases: Any = None,
        coerce: tuple[Callable[[object], Any], ...] | None = None,
        selects: bool = False,
        shaped: bool = False,
        opaque: bool = False,
        accumulate: Callable[..., Any] | None = None,
    ) -> None:
        self.opaque, self.shaped = opaque, shaped
        self.name, self.kind, self.forward = name, kind, forward
        self.rules, self.arity, self.defaults = rules, arity, defaults or {}
        self.scalar, self.coerce, self.selects = scalar, coerce, selects
        self.symbol, self.latex = symbol, latex
        self.domain, self.cases, self.accumulate = domain, cases, accumulate
        self.compact = self.arity in (1, 2) and not self.defaults and self.coerce is None
        if self.compact and self.rules:
            for form in ("array", "float"):
                for targets in ("x", "y", "xy"):
                    setattr(self, f"{form}_{targets}", pulls.compact(self, form, targets))
        elif self.rules:
            kind_of_pull = (
                pulls.variadic if arity is None else picking if accumulate else pulls.fixed
            )
            self.pull = kind_of_pull(self)
        self.call: Callable[..., Any] = calls.call_for(self)
        self.call.__qualname__ = name  # what Python's own errors say
        if isinstance(forward, FunctionType) and forward.__doc__:
            self.describe(forward.__doc__)

    def describe(self, doc: str) -> None:
        """Let `help` show `doc` below the call, as it does for NumPy's ufuncs."""
        signature = inspect.signature(self.forward)
        bare = [p.replace(annotation=p.empty) for p in signature.parameters.values()]
        self.__signature__ = inspect.Signature(bare)
        self.__doc__ = f"{self.name}{self.__signature__}\n\n{inspect.cleandoc(doc)}"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Apply it to Nodes, which records it, or to raw values, which does not."""
        return self.call(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<op {self.name}>"

    def __copy__(self) -> Op:
        return self

    def __deepcopy__(self, memo: Any) -> Op:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        if REGISTRY.get(self.name) is not self:
            raise PicklingError(
                f"the op {self.name} cannot be pickled: it is not, or no longer, the one that is "
                "found by this name; pickle node.value, or state the op once, in a module"
            )
        stated_in = getattr(next(iter(self.rules), self.forward), "__module__", None)
        return op_named, (self.name, stated_in)

    def cotangent(self, i: int, d: Any, y: Any, xs: Sequence[Any], statics: dict[str, Any]) -> Any:
        """The signal of operand `i` of a fixed number, before broadcasting is undone."""
        rule = self.rules[i]
        return rule(d, y, *xs, **statics) if rule else 0.0

    def cotangents(
        self, d: Any, y: Any, xs: Sequence[Any], statics: dict[str, Any]
    ) -> Callable[[int], Any]:
        """`cotangent` as a function of `i`; a variadic op computes once what its operands share."""
        rule = self.rules[0]
        if self.arity is None and rule is not None:
            return rule(d, y, *xs, **statics)  # type: ignore[no-any-return]
        return lambda i: self.cotangent(i, d, y, xs, statics)


def op_named(name: str, module: str | None = None) -> Op:
    """The op of that name, which `module` states; KeyError where none is registered.

    It imports that module first, and SciPy for an op that stands for one of SciPy's ufuncs.
    """
    if name not in REGISTRY and module:
        import_module(module)
        ufunc = name.removeprefix("special.")
        if ufunc != name and ufunc in BY_NAME:
            import_module("scipy.special")
            BY_NAME[ufunc]()
    if name not in REGISTRY:
        raise KeyError(
            f"no op is named {name!r}: none of the modules imported so far states it; import the "
            "module that states it first"
        )
    return REGISTRY[name]


def _register(op: Op, overrides: Sequence[Any], operator: str | None, method: bool) -> Op:
    if op.name in REGISTRY:
        raise ValueError(
            f"an op named {op.name!r} exists already: pickles and pictures know ops by name; "
            "choose another name"
        )
    REGISTRY[op.name] = op
    for function in overrides:
        BY_FUNCTION[function] = op.call
    if operator:
        _bind(f"__{operator}__", op.call if op.arity == 1 else operators.binary(op))
        if op.arity == 2 and op.rules:
            _bind(f"__r{operator}__", operators.reflected(op))
    if method:
        setattr(Node, op.name, op.call)
    return op


def _bind(name: str, method: Callable[..., Any]) -> None:
    """Make `method` one of Node, under the name that Python's own errors say."""
    method.__qualname__ = f"Node.{name}"
    setattr(Node, name, method)


def elementwise(
    forward: Any,
    *rules: Rule | None,
    name: str | None = None,
    scalar: Callable[..., Value] | None = None,
    domain: Interval | tuple[Interval, ...] = (-3.0, 3.0),
    symbol: str | None = None,
    latex: str | None = None,
    operator: str | None = None,
    method: bool = False,
    selects: bool = False,
    coerce: tuple[Callable[[object], Any], ...] | None = None,
) -> Op:
    """State an op that acts on each element by itself, with one rule per operand.

    `forward` is a ufunc or any function of arrays that broadcasts; `scalar` does the same for
    Python floats (it may raise ArithmeticError or ValueError where NumPy gives inf or nan).
    """
    arity = len(rules)
    op = Op(
        name or forward.__name__, "elementwise", forward, rules=rules, arity=arity,
        scalar=scalar, symbol=symbol, latex=latex, selects=selects, coerce=coerce,
        domain=(domain,) * arity if isinstance(domain[0], (int, float)) else domain,
    )  # fmt: skip
    overrides = [forward] if isinstance(forward, np.ufunc) or forward is np.where else []
    return _register(op, overrides, operator, method)


def piecewise(forward: Any, **facts: Any) -> Op:
    """State an elementwise op of one operand that is constant between its steps: derivative 0."""
    return elementwise(forward, lambda d, y, x: 0.0, selects=True, **facts)


def multilinear(
    forward: Callable[..., Any],
    *rules: Rule,
    overrides: Sequence[Any] = (),
    cases: Any,
    symbol: str | None = None,
    latex: str | None = None,
    operator: str | None = None,
    method: bool = False,
    name: str | None = None,
    accumulate: Callable[..., Any] | None = None,
) -> Op:
    """State an op that is linear in each operand: its tangent is itself, applied to tangents."""
    return _general(
        "multilinear", forward, rules, overrides, cases=cases, symbol=symbol, latex=latex,
        operator=operator, method=method, name=name, accumulate=accumulate,
    )  # fmt: skip


def general(
    forward: Callable[..., Any],
    *rules: Rule,
    overrides: Sequence[Any] = (),
    kind: str = "general",
    **facts: Any,
) -> Op:
    """State any other differentiable op.

    The parameters of `forward` before `/` (or `*xs`) are operands, those after it are static.
    `cases` tells the tests what to draw: "reduce" (axes and keepdims), "axis" (one axis), a list
    of (operand shapes, statics), or "composed" where no interval describes the operands or the
    outputs are several: the laws then run on functions composed of the op.
    """
    return _general(kind, forward, rules, overrides, **facts)


def _parameters(forward: Callable[..., Any]) -> tuple[int | None, dict[str, Any]]:
    """How many operands (None for `*xs`), and the statics; many times as fast as `inspect`."""
    if hasattr(forward, "__signature__"):
        parameters = forward.__signature__.parameters.values()
        operands = [p for p in parameters if p.kind is p.POSITIONAL_ONLY]
        return len(operands), {p.name: p.default for p in parameters if p not in operands}
    code = forward.__code__
    named, keyword_only = code.co_argcount, code.co_kwonlyargcount
    words = code.co_varnames[code.co_posonlyargcount : named + keyword_only]
    given = forward.__defaults__ or ()
    known = dict(zip(code.co_varnames[named - len(given) : named], given, strict=True))
    known.update(forward.__kwdefaults__ or {})
    variadic = code.co_flags & inspect.CO_VARARGS
    return (
        None if variadic else code.co_posonlyargcount,
        {word: known.get(word, inspect.Parameter.empty) for word in words},
    )


def _general(
    kind: str,
    forward: Callable[..., Any],
    rules: tuple[Rule, ...],
    overrides: Sequence[Any],
    *,
    operator: str | None = None,
    method: bool = False,
    name: str | None = None,
    **facts: Any,
) -> Op:
    operands, defaults = _parameters(forward)
    op = Op(
        name or forward.__name__.strip("_"), kind, forward, rules=rules,
        arity=operands, defaults=defaults, **facts,
    )  # fmt: skip
    return _register(op, overrides, operator, method)


def predicate(
    forward: Any, *, operator: str | None = None, arity: int | None = None, cases: Any = None
) -> Op:
    """State a function with bool or int results: no derivative, plain arrays."""
    count = arity or forward.nin
    op = Op(forward.__name__, "predicate", forward, rules=(), arity=count, cases=cases)
    return _register(op, [forward], operator, False)


def opaque(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function written in ops that reads values of Nodes, too: `compile` only calls it."""

    @wraps(f)
    def hidden(*args: Any, **kwargs: Any) -> Any:
        trace = current_trace()
        return f(*args, **kwargs) if trace is None else trace.hide(f, args, kwargs)

    return indexed(hidden)


def indexed(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function that takes indices or conditions, also those that a compiled program computes."""
    f.plain = True  # type: ignore[attr-defined]
    return f


def shaping(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function with numbers that decide the shape: it refuses those that a program computes."""

    @wraps(f)
    def shaped(*args: Any, **kwargs: Any) -> Any:
        trace = current_trace()
        if trace is not None and trace.computes(args, kwargs):
            trace.refuse_shape(f.__name__)
        return f(*args, **kwargs)

    return indexed(shaped)


def reading(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function of data with plain results that reads values: one step of a compiled program."""

    @wraps(f)
    def read(*args: Any, **kwargs: Any) -> Any:
        trace = current_trace()
        return f(*args, **kwargs) if trace is None else trace.plainly(f, *args, **kwargs)

    return read


def overrides(*functions: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a function written in ops answer for NumPy's `functions` where they meet a Node."""

    def bind(ours: Callable[..., Any]) -> Callable[..., Any]:
        own, names = ours.__qualname__, [f.__name__ for f in functions]
        if "<locals>" in own or (own == ours.__name__ and own not in names):
            ours.__qualname__ = f"np.{names[0]}"  # what Python's own errors say
        for function in functions:
            BY_FUNCTION[function] = ours
        return ours

    return bind
