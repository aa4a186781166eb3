"""What users add to the engine: ops of their own, and functions recomputed in the sweep."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from autograd.dispatch import BY_FUNCTION
from autograd.node import NUMBERS, Node, as_node, leaf, raw
from autograd.op import REGISTRY, Interval, Op, Rule
from autograd.ops.arithmetic import identity
from autograd.record import new
from autograd.scalar import Symbol
from autograd.state import current_trace, recording, taped_scope
from autograd.sweep import pull, topological_order
from autograd.trees import leaves_of, map_leaves
from autograd.values import DTYPES, Value, constant, has_nan, shape_of

CUSTOM: set[str] = set()
"""The names of the ops that users have made; they may be made anew."""

KINDS = ("elementwise", "multilinear", "general")
NUDGE = 1e-3
"""How far operands are moved, relative to 1 and to themselves, to see whether a rule depends."""


def custom_op(
    forward: Callable[..., Any],
    *rules: Rule | None,
    name: str | None = None,
    kind: str = "elementwise",
    latex: str | None = None,
    symbol: str | None = None,
    domain: Interval | tuple[Interval, ...] = (-3.0, 3.0),
) -> Op:
    """An op of your own, in the form in which the engine states its own ones.

    `forward` computes the value from floats and arrays; its first parameters are the operands,
    one for each rule, and the rest are static. `rule(d, y, *operands, **statics)` gives the signal
    of its operand from the signal `d` and the value `y`, written in operators and in NumPy
    functions, so that the same text runs on arrays and on Nodes; None where no signal passes.
    `kind` is "elementwise" (broadcasting is undone for you), "multilinear" (linear in each
    operand) or "general" (a signal has the shape of its operand). The op works in both modes and
    at any order, has a label in pictures, and can be tested by `autograd.testing.check_grads`.

    ValueError for a name that an op of the engine has. A rule that returns another shape, or that
    hides a graph (numbers saved by `forward`, say, where a second derivative is wanted), raises
    when it is used.

    >>> cube = custom_op(lambda x: x**3, lambda d, y, x: d * (3.0 * x * x), name="cube")
    >>> x = Node(2.0)
    >>> cube(x).backward()
    >>> x.grad
    12.0
    """
    name = name or forward.__name__
    statics = _statics_of(name, kind, rules, forward)
    checked = [rule and _checked(rule, i, name, kind, forward) for i, rule in enumerate(rules)]
    bounds = (domain,) * len(rules) if isinstance(domain[0], (int, float)) else domain
    op = Op(
        name, kind, _real(forward), rules=tuple(checked), arity=len(rules), defaults=statics,
        latex=latex, symbol=symbol, domain=bounds, selects=True,
    )  # fmt: skip
    before = REGISTRY.get(name)
    CUSTOM.add(name)
    REGISTRY[name] = op
    if isinstance(forward, np.ufunc):
        answers = BY_FUNCTION.get(forward)
        if answers is None or (before and answers is before.call):
            BY_FUNCTION[forward] = op.call
    return op


def _statics_of(
    name: str, kind: str, rules: Sequence[Rule | None], forward: Callable[..., Any]
) -> dict[str, Any]:
    """The static arguments of a sound statement; TypeError and ValueError for any other."""
    if kind not in KINDS:
        raise ValueError(
            f"kind={kind!r} is unknown: it says which shape a rule's signal has; write one of "
            f"{', '.join(map(repr, KINDS))}"
        )
    if not rules or all(rule is None for rule in rules):
        raise TypeError(
            f"the op {name!r} has no rule, so no signal could pass it; give one rule per operand, "
            "such as lambda d, y, x: d * 2.0"
        )
    if not name.isidentifier():
        raise ValueError(
            f"an op cannot be named {name!r}: pictures, messages and pickles know it by a word; "
            "give it one: name='my_op'"
        )
    if name in REGISTRY and name not in CUSTOM:
        raise ValueError(
            f"an op named {name!r} exists already: pickles and pictures know ops by name; choose "
            "another name"
        )
    statics = {} if isinstance(forward, np.ufunc) else _statics(forward, len(rules))
    given = ["d", "z" if "y" in statics else "y", *(f"x{i}" for i in range(len(rules)))]
    for i, rule in enumerate(rules):
        if rule is not None:
            _require_parameters(f"the rule for operand {i} of {name}", rule, given, statics)
    return statics


def _require_parameters(who: str, rule: Any, given: Sequence[str], statics: dict[str, Any]) -> None:
    """TypeError where `rule` cannot be called as it will be."""
    try:
        inspect.signature(rule).bind(*given, **statics)
    except TypeError as error:
        raise TypeError(
            f"{who} cannot be called as the sweep does ({error}): it gets the signal, the value, "
            f"each operand and the statics by name; write lambda {', '.join([*given, *statics])}: "
            "..., and give one rule for each operand: forward's further parameters are statics"
        ) from None
    except ValueError:  # a function written in C, which does not say what it takes
        pass


def _real(forward: Callable[..., Any]) -> Callable[..., Any]:
    """`forward`, which cannot write to its operands and whose results are copied.

    Integers and bools become floats; anything but real numbers raises.
    """
    if isinstance(forward, np.ufunc):
        return forward

    @wraps(forward)
    def real(*values: Any, **statics: Any) -> Any:
        y = forward(*map(_guarded, values), **statics)
        if type(y) is np.ndarray and y.ndim and y.dtype in DTYPES:
            return y.copy()  # memory of its own, whatever `forward` does with its result
        if type(y) is float or (isinstance(y, (np.ndarray, np.generic)) and y.dtype in DTYPES):
            return y
        return constant(y)

    return real


def _guarded(x: Any) -> Any:
    """What a user's function gets of a value: a view to be read; a program may own the memory."""
    if type(x) is not np.ndarray:
        return x
    view = x.view()
    view.flags.writeable = False
    return view


def _statics(forward: Callable[..., Any], operands: int) -> dict[str, Any]:
    parameters = list(inspect.signature(forward).parameters.values())
    return {p.name: p.default for p in parameters[operands:]}


def _checked(rule: Rule, i: int, name: str, kind: str, forward: Callable[..., Any]) -> Rule:
    """`rule`, with its result looked at."""
    who = f"the rule for operand {i} of {name}"
    sound: set[int] = set()

    def checked(d: Any, y: Any, *xs: Any, **statics: Any) -> Any:
        if type(d) is Symbol:
            raise TypeError("a rule whose results are looked at is called, not printed")
        g = rule(*map(_guarded, (d, y, *xs)), **statics)
        value = raw(g)
        if type(g) is np.ndarray and g.flags.writeable:
            g = value = g.copy()  # memory of its own, whatever the rule does with it later
        if not isinstance(value, (float, int, np.generic, np.ndarray)) or np.iscomplexobj(value):
            complex_ = "complex " if np.iscomplexobj(value) else ""
            raise TypeError(
                f"{who} returned a {complex_}{type(value).__name__}: a signal is a real number or "
                "an array of them; return the signal of that operand alone"
            )
        nothing = kind == "elementwise" and type(value) is float and value == 0.0
        if not nothing:
            _require_shape(who, np.shape(value), raw(y if kind == "elementwise" else xs[i]), kind)
        if type(d) is Node and type(g) is not Node and np.any(value):
            raise TypeError(
                f"{who} returned bare numbers where a Node is wanted: it hides its graph, and a "
                "derivative of it would be wrong; write it in operators and NumPy functions of "
                "d, y and the operands"
            )
        if type(y) is Node and type(g) is Node and taped_scope() is not None:
            graph = set(topological_order(g))
            for k, x in enumerate(xs):
                known = k in sound or type(x) is not Node or x in graph or y in graph
                if not known:
                    _require_constant(who, rule, forward, k, d, xs, statics)
                    sound.add(k)
        return g

    return checked


def _require_shape(who: str, shape: tuple[int, ...], like: Value, kind: str) -> None:
    wanted = shape_of(like)
    if shape != wanted:
        raise ValueError(
            f"{who} returned shape {shape} where {wanted} is needed: a signal has the shape of "
            f"{'the result' if kind == 'elementwise' else 'its operand'}; "
            "sum or reshape it in the rule"
        )


def _require_constant(
    who: str, rule: Rule, forward: Callable[..., Any], k: int, d: Any, xs: Sequence[Any],
    statics: dict[str, Any],
) -> None:  # fmt: skip
    """TypeError where the rule's result changes with operand k, though nothing recorded says so."""

    def at(*values: Any) -> Any:
        return np.asarray(rule(raw(d), forward(*values, **statics), *values, **statics))

    values = [raw(x) for x in xs]
    moved = list(values)
    moved[k] = values[k] * (1.0 + NUDGE) + NUDGE
    before, after = at(*values), at(*moved)
    forward(*values, **statics)
    if has_nan(before) or np.allclose(before, after, rtol=1e-9, atol=1e-12):
        return
    raise TypeError(
        f"{who} hides its graph: its result depends on operand {k}, but through numbers that no "
        "recorded op connects with it (saved by forward, or taken out by .value), so the second "
        "derivative would be wrong; compute them in the rule from d, y and the operands"
    )


def checkpoint(f: Callable[..., Any]) -> Callable[..., Any]:
    """`f`, whose inner values are not kept: the backward sweep computes them again.

    Trades time (one more forward run) for memory. `f` takes any arguments, returns one Node, and
    may use parameters that it does not get as arguments; run twice, it must give the same value
    (Griewank and Walther 2008, "Evaluating Derivatives", chapter 12). RuntimeError where it does
    not, TypeError where it returns anything else.

    >>> x = Node(2.0)
    >>> checkpoint(lambda x: x * x * x)(x).backward()
    >>> x.grad
    12.0
    """

    @wraps(f)
    def checkpointed(*args: Any, **kwargs: Any) -> Any:
        if taped_scope() is None or current_trace() is not None:
            return f(*args, **kwargs)
        call = (args, kwargs)
        nodes = [x for x in map(as_node, leaves_of(call)) if type(x) is Node]
        inputs = [x for x in dict.fromkeys(nodes) if x.requires_grad]
        start = next(NUMBERS)
        out = _run(f, call, inputs, [leaf(x._value, live=True) for x in inputs])
        if isinstance(out, (float, np.generic, np.ndarray)):  # no Node took part
            return out
        if type(out) is not Node:
            raise TypeError(
                f"checkpoint is for functions that return one Node, not a {type(out).__name__}; "
                "return one, such as np.stack of several"
            )
        if not out.requires_grad:
            return out
        captured = _older(out, start)

        def rule(d: Any, y: Any, *xs: Any) -> Callable[[int], Any]:
            recorded = type(y) is Node
            given = xs[: len(inputs)]
            mine = [identity(x) if recorded else leaf(x, live=True) for x in given]
            with recording():
                again = _run(f, call, inputs, mine)
                _require_same(again, raw(y))
                seed = d if type(d) is Node or not recorded else leaf(d, live=False)
                found = pull(again, seed, record=type(seed) is Node)
            places = [*mine, *captured]
            return lambda i: found.get(places[i], 0.0)

        op = Op("checkpoint", "general", f, rules=(rule,), arity=None)
        return new(out._value, (*inputs, *captured), {}, op.pull, True)

    return checkpointed


def _run(f: Callable[..., Any], call: Any, inputs: list[Node], mine: list[Node]) -> Any:
    """`f` with the Nodes of `mine` in place of `inputs`."""
    instead = dict(zip(inputs, mine, strict=True))

    def swapped(x: Any) -> Any:
        x = as_node(x)
        return instead.get(x, x) if type(x) is Node else x

    args, kwargs = map_leaves(swapped, call)
    return as_node(f(*args, **kwargs))


def _older(out: Node, start: int) -> list[Node]:
    """The Nodes made before the number `start` that `out` was computed from directly."""
    found: dict[Node, None] = {}
    pending, seen = [out], {out}
    while pending:
        for x in pending.pop().operands:
            if type(x) is Node and x.requires_grad and x not in seen:
                seen.add(x)
                if x._number < start:
                    found[x] = None
                else:
                    pending.append(x)
    return list(found)


def _require_same(again: Any, value: Value) -> None:
    if not np.array_equal(raw(again), value, equal_nan=True):
        raise RuntimeError(
            "a checkpointed function gave another value when it was run again, so its signals "
            "would be those of another graph; make it depend on its arguments alone, or give it "
            "a random generator made anew inside"
        )
