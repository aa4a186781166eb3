"""How a signal passes an op to its operands: functions of a Node that a sweep calls.

Those of ops with one or two operands and no statics are written as text, for a kind of values
("float" or "array") and for the operands that require a gradient. A rule made of operators alone
becomes a term in that text; a call for each rule and each arrival would cost as much as the
arithmetic.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from textwrap import indent
from typing import TYPE_CHECKING, Any

from numpy import ndarray

from autograd.node import Node, arrived, raw
from autograd.scalar import UFUNCS, careful, steps_of, term_of, traced
from autograd.sweep import stale
from autograd.values import Value, fit, has_nan

if TYPE_CHECKING:
    from autograd.op import Op

Pull = Callable[..., None]

FURTHEST = 4096
"""How far beyond twice the distance filed so far a sweep files Nodes by number."""


class Again(Exception):
    """The fast sweep met what only the general one can do."""


def arrive(
    x: Node, g: Value, consumer: Node, nodes: list[Node | None], base: int, leaves: list[Node]
) -> None:
    """Add the signal `g` to what has arrived at `x`, an operand of `consumer`, in this sweep."""
    if x._pull is arrived:
        if x._number > consumer._number:
            stale(x)
        if x._grad is None:
            x._grad = g
            leaves.append(x)
        else:
            x._grad = x._grad + g
    else:
        distance = base - x._number
        try:
            if nodes[distance] is None:
                nodes[distance] = x
                x._grad = g
            else:
                x._grad = x._grad + g
        except IndexError:
            extend(nodes, distance, x)
            x._grad = g


def extend(nodes: list[Node | None], distance: int, x: Node) -> None:
    """File `x` beyond the end of the list, unless most of the list would be void then."""
    size = len(nodes)
    if distance > 2 * size + FURTHEST:
        raise Again
    nodes.extend([None] * max(size, distance + 1 - size))
    nodes[distance] = x


ARRIVE = """
if {to}._pull is arrived:
    if {to}._number > node._number: stale({to})
    h = {to}._grad
    if h is None:
        {to}._grad = {g}
        leaves.append({to})
    else: {to}._grad = h + {g}
else:
    i = base - {to}._number
    try:
        if nodes[i] is None:
            nodes[i] = {to}
            {to}._grad = {g}
        else: {to}._grad = {to}._grad + {g}
    except IndexError:
        extend(nodes, i, {to})
        {to}._grad = {g}"""
"""`arrive`, spelled out."""

FLOAT = """
try: g = {term}
except (ArithmeticError, ValueError): g = careful({rule}, node)"""

FIT = """
if type(g) is not ndarray{unlike}: g = fit(g, {value})"""

WHOLE = "\nif type(d) is float and type(z) is ndarray{number}: d = fit(d, z)"
"""The signal of an array as an array, where a full sum or mean passed one number for all."""

UNLIKE = " or type({value}) is not ndarray or g.shape != {value}.shape"
"""Where another operand may have broadcast the result."""

CHECK = {"float": "\nif d != d: raise Again", "array": "\nif has_nan(d): raise Again"}

NAMES: dict[str, Any] = {
    f.__name__: f
    for f in (Again, Node, ndarray, arrived, careful, extend, fit, has_nan, stale)
}  # fmt: skip
NAMES.update({f.__name__: f for f in UFUNCS.values()}, inf=math.inf, nan=math.nan)
NAMES["__name__"] = __name__


def body(op: Op, kind: str, targets: str) -> tuple[str, dict[str, Any]]:
    """The statements that send a node's signal to `targets` (x, y or xy), and their names."""
    assert op.arity is not None
    names: dict[str, Any] = {}
    steps = ""
    any_signal = op.kind == "elementwise" and not op.selects
    if kind == "array" and (op.arity == 2 or not any_signal):
        number = " and type(y) is not float" if any_signal and targets == "x" else ""
        steps += WHOLE.format(number=number)
    if op.selects:
        steps += CHECK[kind]
    operands = "xy"[: op.arity]
    for to, value, rule in zip(operands, "ab", op.rules, strict=False):
        if to not in targets or rule is None:
            continue
        rule_name = f"{op.name.replace('.', '_')}_{to}"
        names[rule_name] = rule
        result = traced(rule, op.arity)
        term, kernels = term_of(result)
        if kind == "array":
            call = f"{rule_name}(d, z, {', '.join('ab'[: op.arity])})"
            if term is None or kernels or op.kind != "elementwise":
                steps += f"\ng = {call}"
            elif (statements := steps_of(result, "dza" if op.arity == 1 else "dz")) is None:
                steps += f"\ng = {term}"
            else:
                steps += f"\nif type(d) is ndarray:\n{indent(statements, '    ')}"
                steps += f"\nelse: g = {call}"
            unlike = UNLIKE.format(value=value) if op.arity == 2 else ""
            steps += FIT.format(value=value, unlike=unlike)
        elif term != "d":
            names.update(kernels)
            steps += FLOAT.format(rule=rule_name, term=term or f"careful({rule_name}, node)")
        steps += ARRIVE.format(to=to, g="d" if kind == "float" and term == "d" else "g")
    text = "d = node._grad"
    if re.search(r"\bz\b", steps):
        text += "\nz = node._value"
    for value, operand in zip("ab", operands, strict=False):
        text += f"\n{operand} = node._{operand}"
        other = operand not in targets
        if other:
            text += f"\nif type({operand}) is Node and {operand}._number > node._number:"
            text += f" stale({operand})"
        if re.search(rf"\b{value}\b", steps):
            text += f"\n{value} = {operand}._value"
            text += f" if type({operand}) is Node else {operand}" if other else ""
    return text + steps, names


def written(text: str, names: dict[str, Any], name: str) -> Any:
    """The function `name` that `text` defines."""
    exec(compile(text, f"<{name}>", "exec"), names)
    return names[name]


def source(op: Op, kind: str, targets: str) -> tuple[str, dict[str, Any]]:
    """The text of the pull for a kind of values and the operands that require a gradient."""
    steps, names = body(op, kind, targets)
    return f"def pull(node, nodes, base, leaves):\n{indent(steps, '    ')}\n", names | NAMES


def compact(op: Op, kind: str, targets: str) -> Pull:
    """The pull of an op of one or two operands without statics."""
    return lazily(op, f"{kind}_{targets}", lambda: source(op, kind, targets))


def fixed(op: Op) -> Pull:
    """The pull of any other op with a fixed number of operands."""
    return lazily(op, "pull", lambda: general_source(op))


INLINED = ("multiply", "add")
"""Where most of a scalar graph's signals pass; their float pulls are part of `float_loop`."""


def loop(nodes: list[Node | None], base: int, leaves: list[Node]) -> None:
    """Send the signals of `nodes`, and of all that join them, to `leaves`."""
    for node in nodes:
        if node is not None:
            node._pull(node, nodes, base, leaves)


def float_loop(ops: Mapping[str, Op]) -> Callable[..., None]:
    """`loop`, faster where most values are floats."""
    names = dict(NAMES)
    branches = ""
    for name in INLINED:
        for targets in ("xy", "x"):
            steps, known = body(ops[name], "float", targets)
            pull = written_into(ops[name], f"float_{targets}", source(ops[name], "float", targets))
            names |= {**known, f"{name}_{targets}_pull": pull}
            branches += f"if pull is {name}_{targets}_pull:\n{indent(steps, '    ')}\nel"
    branches += "se: pull(node, nodes, base, leaves)"
    text = (
        "def run(nodes, base, leaves):\n    for node in nodes:\n        if node is not None:\n"
        f"            pull = node._pull\n{indent(branches, ' ' * 12)}\n"
    )
    return written(text, names, "run")  # type: ignore[no-any-return]


def lazily(op: Op, slot: str, text_of: Callable[[], tuple[str, dict[str, Any]]]) -> Pull:
    """A pull whose text is written when the first signal comes; it lives in a slot of `op`."""

    def first_time(node: Node, *sweep: Any) -> None:
        if getattr(op, slot) is first_time:
            written_into(op, slot, text_of())
        getattr(op, slot)(node, *sweep)

    return known_by(op, first_time)


def written_into(op: Op, slot: str, printed: tuple[str, dict[str, Any]]) -> Pull:
    """The pull that a text and its names define, from now on in the op's slot."""
    pull = known_by(op, written(*printed, "pull"))
    setattr(op, slot, pull)
    return pull


def known_by(op: Op, pull: Any) -> Pull:
    """`pull`, with the op by which a Node finds its own."""
    pull.op = op
    return pull  # type: ignore[no-any-return]


GENERAL = """
def pull(node, nodes, base, leaves):
    d = node._grad
    z = node._value
    if type(d) is float and type(z) is ndarray: d = fit(d, z)"""

OPERAND = """
    if type(x{i}) is Node:
        if x{i}._pull is not None:
            g = {signal}
{arrive}
        elif x{i}._number > node._number: stale(x{i})"""

FITTED = """
            if type(g) is not ndarray or type(a{i}) is not ndarray or g.shape != a{i}.shape:
                {unless}g = fit(g, a{i})"""
UNIFORM = "if type(g) is not float or type(a0) is not ndarray or x0._pull is arrived: "
"""An operand that passes its signal on may get one number for all of its elements."""


def general_source(op: Op) -> tuple[str, dict[str, Any]]:
    """The text of the pull of an op with a fixed number of operands, or with statics."""
    assert op.arity is not None
    places = range(op.arity)
    text = GENERAL
    if op.selects:
        text += indent(CHECK["array"], "    ")
    text += "\n    " + "".join(f"x{i}, " for i in places) + "= node._x"
    for i in places:
        text += f"\n    a{i} = x{i}._value if type(x{i}) is Node else x{i}"
    if op.defaults:
        text += "\n    statics = node._y"
    values = ", ".join(f"a{i}" for i in places) + (", **statics" if op.defaults else "")
    for i, rule in enumerate(op.rules):
        handed_on = rule is not None and term_of(traced(rule, len(op.rules)))[0] == "d"
        call = "0.0" if rule is None else f"rule{i}(d, z, {values})"
        if op.shaped:
            signal = f"fit(d, a{i})" if handed_on else call
        else:
            unless = UNIFORM if op.arity == 1 else ""
            signal = ("d" if handed_on else call) + FITTED.format(i=i, unless=unless)
        arrive = indent(ARRIVE.format(to=f"x{i}", g="g").strip("\n"), " " * 12)
        text += OPERAND.format(i=i, signal=signal, arrive=arrive)
    return text + "\n", NAMES | {f"rule{i}": rule for i, rule in enumerate(op.rules)}


def variadic(op: Op) -> Pull:
    """The pull of an op of any number of operands."""

    def several(node: Node, nodes: Any, base: int, leaves: Any) -> None:
        operands, statics, d, y = node._x, node._y, node._grad, node._value
        if type(d) is float and type(y) is ndarray:
            d = fit(d, y)
        if op.selects and has_nan(d):
            raise Again
        xs = tuple(map(raw, operands))
        part = op.cotangents(d, y, xs, statics)
        for i, x in enumerate(operands):
            if type(x) is Node and x._pull is not None:
                g = fit(part(i), x._value)
                arrive(x, g, node, nodes, base, leaves)
            elif type(x) is Node and x._number > node._number:
                stale(x)

    return known_by(op, several)
