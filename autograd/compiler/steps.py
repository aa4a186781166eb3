"""Steps: what a trace notes and a program consists of, and the values that they compute."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from autograd.node import Node
from autograd.trees import of_kind
from autograd.values import Parts, constant

if TYPE_CHECKING:
    from autograd.op import Op


class Var:
    """A value of the program: an input, or the result of a step."""

    __slots__ = ("name", "node", "step", "value")

    def __init__(self, value: Any, step: Step | None = None, node: Node | None = None) -> None:
        self.value = value
        self.step = step
        self.node = node
        self.name = ""


class Step:
    """One operation: an op, or a function of raw values; Vars stand among operands and statics."""

    __slots__ = (
        "backward", "function", "group", "made", "op", "operands", "out", "reads", "statics",
        "traced",
    )  # fmt: skip

    group: object
    """What it is a part of, an op of several operations or a signal's way through one; or None."""

    made: Any
    """The Node that it gave, its operands, its statics, and how signals pass it; or None."""

    reads: list[Var]
    """The Vars that a line of a program needs."""

    traced: tuple[Any, ...]
    """The operands that a line's example value was computed from."""

    def __init__(
        self,
        op: Op | None,
        function: Callable[..., Any],
        operands: tuple[Any, ...],
        statics: dict[str, Any],
        value: Any,
        backward: bool,
        out: Var | None = None,
    ) -> None:
        self.op = op
        self.function = function
        self.operands = self.traced = operands
        self.statics = statics
        self.backward = backward
        self.out = Var(value, self) if out is None else out
        self.made = self.group = None

    def needs(self) -> list[Var]:
        """The Vars that it needs: of an op they are operands and nothing else."""
        if self.op is not None:
            return [x for x in self.operands if type(x) is Var]
        return variables((self.operands, self.statics))


def ufunc_of(step: Step) -> Any:
    """The ufunc that a step calls, with one result; or None."""
    function = step.function
    if isinstance(function, np.ufunc) and function.nout == 1 and function.signature is None:
        return function
    return None


def mapped(f: Callable[[Any], Any], tree: Any) -> Any:
    """`f` of the leaves of what operands and statics are made of."""
    if type(tree) in LEAVES:
        return f(tree)
    if isinstance(tree, (tuple, list)) and type(tree) is not Parts:
        parts = [mapped(f, x) for x in tree]
        return type(tree)(*parts) if hasattr(tree, "_fields") else type(tree)(parts)
    if isinstance(tree, dict):
        return of_kind(tree, {word: mapped(f, x) for word, x in tree.items()})
    if isinstance(tree, slice):
        return slice(*(mapped(f, x) for x in (tree.start, tree.stop, tree.step)))
    return f(tree)


LEAVES = {Var, Node, np.ndarray, float, int, bool, str, type(None)}
"""Types that are no trees, for a quick answer."""


def variables(tree: Any) -> list[Var]:
    """The Vars in a tree, from left to right."""
    found: list[Var] = []
    mapped(lambda x: found.append(x) if isinstance(x, Var) else None, tree)
    return found


def hashable(x: Any) -> Any:
    """What tells constants apart: numbers by value, Vars, arrays and other objects by identity."""
    kind = type(x)
    if kind is float:
        return kind, x.hex()
    if kind is Var:
        return id(x)
    if kind in NAMED or isinstance(x, type):
        return kind, x
    if isinstance(x, (tuple, list)):
        return kind, tuple([hashable(part) for part in x])
    if isinstance(x, dict):
        return tuple([(word, hashable(x[word])) for word in sorted(x)]) if x else ()
    if kind is slice:
        return slice, hashable((x.start, x.stop, x.step))
    if isinstance(x, np.generic):
        return kind, repr(x)
    return id(x)


NAMED = {int, bool, str, type(None)}


def value_of(x: Any) -> Any:
    """The example value of a Var; anything else as it is."""
    return x.value if isinstance(x, Var) else x


def real(x: Any, dtype: Any) -> Any:
    """A bool, an integer or an array of them as a value of that dtype."""
    return x.astype(dtype) if np.ndim(x) else constant(x)


def refuse(what: str) -> NoReturn:
    """Raise the error for a value that leaves the program."""
    raise TypeError(
        f"the compiled function reads {what} of something it computes: the program would keep the "
        "value of the first call; write np.where(condition, x, y) in place of `if` and `while`, "
        "return the value to read it outside, pass what decides as a bool or a string, or let the "
        "function capture an integer such as an axis: functools.partial(f, axis=0)"
    )


def shape_depends(what: str) -> NoReturn:
    """Raise for a result whose shape another call could change."""
    raise TypeError(
        f"the shape of a result depends on the values of {what}, but a program has fixed shapes; "
        "write np.where(mask, x, other), or keep this part outside the compiled function"
    )


def printable(text: str) -> str:
    """A name as part of one line of text."""
    return "".join(c if c.isprintable() else " " for c in text)


def owned(tree: Any) -> Any:
    """The tree with arrays that nobody else can change."""

    def own(x: Any) -> Any:
        if type(x) is not np.ndarray or not x.flags.writeable:
            return x
        x = x.copy()
        x.flags.writeable = False
        return x

    return mapped(own, tree)
