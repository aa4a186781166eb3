"""Arguments: their signature, and the text that takes them apart where they have a known one."""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np
from numpy import ndarray

from autograd.node import Node, as_node
from autograd.values import DTYPES, constant

NATIVE = frozenset(DTYPES)

INTERIOR = (
    "a compiled function got a Node that was computed from others: it gives plain numbers, through "
    "which no signal would pass back to them; call the function itself, compile one that computes "
    "the Node, too, or pass node.detach()"
)


def number(x: Any) -> Any:
    """The value of an argument that is no constant of the program; else None."""
    x = as_node(x)
    if type(x) is Node:
        if x.op is not None and x.requires_grad:
            raise TypeError(INTERIOR)
        x = x._value
    if isinstance(x, (bool, np.bool_)) or x is None:
        return None
    if isinstance(x, (np.ndarray, np.generic)):
        if x.dtype.kind == "f":
            return x if type(x) is ndarray and x.ndim and x.dtype in NATIVE else constant(x)
        kinds = "biu" if isinstance(x, np.ndarray) else "iu"
        return x if x.dtype.kind in kinds else constant(x)
    return x if isinstance(x, (float, int)) else None


def signature(tree: Any, leaves: list[Any]) -> Any:
    """What two calls must have in common to run the same program; `leaves` gets the numbers."""
    if isinstance(tree, dict):
        return type(tree), tuple([(key, signature(part, leaves)) for key, part in tree.items()])
    if isinstance(tree, (tuple, list)):
        return type(tree), tuple([signature(part, leaves) for part in tree])
    if isinstance(tree, slice):
        return slice, (tree.start, tree.stop, tree.step)
    value = number(tree)
    if value is None:
        if getattr(tree, "__hash__", None) is None:
            raise TypeError(
                f"a compiled function got a {type(tree).__name__}, for which no program can be "
                "kept, since it may change and has no hash; pass numbers, arrays and trees of "
                "them, or let the function capture it"
            )
        return type(tree), tree
    leaves.append(value)
    if isinstance(value, (np.ndarray, np.generic)):
        return value.shape, value.dtype
    return type(value)


FEW = 16
"""Up to so many numbers are looked at one by one, each in a line of text; more of them at once."""


class Unpacking:
    """The text that finds the numbers in arguments of one signature, and refuses others."""

    def __init__(self, many: bool) -> None:
        self.known: dict[str, Any] = {"ndarray": ndarray, "Node": Node, "flat": chain.from_iterable}
        self.lines: list[str] = []
        self.terms: list[str] = []
        self.leaves: list[Any] = []
        self._many = many
        self._names = 0

    def bound(self, value: Any, prefix: str) -> str:
        """A name for an object that the text refers to."""
        for name, other in self.known.items():
            if other is value:
                return name
        name = f"{prefix}{len(self.known)}"
        self.known[name] = value
        return name

    def fresh(self) -> str:
        """A name of the text's own."""
        self._names += 1
        return f"a{self._names - 1}"

    def refuse(self, condition: str) -> None:
        """Another signature, where the condition holds."""
        self.lines.append(f"    if {condition}: return NotImplemented")

    def take(self, name: str, tree: Any) -> None:
        """Take apart what `name` stands for: the form of `tree`."""
        kind = type(tree)
        if not _tree(tree):
            self._leaf(name, tree)
        elif isinstance(tree, dict):
            same = f"tuple({name}) != {self.bound(tuple(tree), 'k')}"
            self.refuse(f"type({name}) is not {self.bound(kind, 't')} or {same}")
            self.parts(f"{name}.values()", list(tree.values()))
        else:
            self.refuse(f"type({name}) is not {self.bound(kind, 't')}")
            self.parts(name, list(tree))

    def parts(self, name: str, parts: list[Any]) -> None:
        """Take apart the values that `name` gives; ValueError where they are more or less."""
        if not parts:
            self.refuse(f"len({name})")
            return
        if self._many:
            if all(not _tree(x) and number(x) is not None for x in parts):
                self.refuse(f"len({name}) != {len(parts)}")
                self.terms.append(f"*{name}")
                self.leaves += parts
                return
            if set(map(type, parts)) in ({list}, {tuple}):
                inner = self.fresh()
                for f in (type, len):
                    alike = self.bound(list(map(f, parts)), "s")
                    self.refuse(f"list(map({f.__name__}, {name})) != {alike}")
                self.lines.append(f"    {inner} = list(flat({name}))")
                self.parts(inner, list(chain.from_iterable(parts)))
                return
        names = [self.fresh() for _ in parts]
        self.lines.append(f"    {', '.join(names)}, = {name}")
        for part, x in zip(names, parts, strict=True):
            self.take(part, x)

    def _leaf(self, name: str, x: Any) -> None:
        if number(x) is None:
            self.refuse(f"{name} is not {self.bound(x, 's')}")
            return
        self.terms.append(name)
        self.leaves.append(x)
        if self._many:
            return
        if type(x) is Node:
            pull = self.bound(x._pull, "p")
            self.refuse(f"type({name}) is not Node or {name}._pull is not {pull}")
            self.lines.append(f"    {name} = {name}._value")
            x = x._value
        x = number(x)
        if type(x) is ndarray:
            shape, dtype = self.bound(x.shape, "s"), self.bound(x.dtype, "d")
            self.refuse(
                f"type({name}) is not ndarray or {name}.shape != {shape} "
                f"or {name}.dtype is not {dtype}"
            )
        else:
            self.refuse(f"type({name}) is not {self.bound(type(x), 't')}")

    def gather(self) -> None:
        """Take all numbers into `leaves`, and look at them at once."""
        self.lines.append(f"    leaves = ({', '.join(self.terms)},)")
        values = list(map(number, self.leaves))
        kinds = list(map(type, values))
        if Node in map(type, self.leaves):
            ends = self.bound({x._pull for x in self.leaves if type(x) is Node}, "p")
            self.refuse(f"any(type(x) is Node and x._pull not in {ends} for x in leaves)")
            self.lines.append("    leaves = [x._value if type(x) is Node else x for x in leaves]")
        self.refuse(f"list(map(type, leaves)) != {self.bound(kinds, 't')}")
        places = [i for i, kind in enumerate(kinds) if kind is ndarray]
        if places:
            arrays = [values[i] for i in places]
            shapes = self.bound([x.shape for x in arrays], "s")
            dtypes = self.bound([x.dtype for x in arrays], "d")
            given = "leaves"
            if len(places) < len(values):
                given = f"[leaves[i] for i in {self.bound(places, 'p')}]"
            self.lines.append(f"    for x, shape, dtype in zip({given}, {shapes}, {dtypes}):")
            self.lines.append("        if x.shape != shape or x.dtype is not dtype:")
            self.lines.append("            return NotImplemented")


def _tree(x: Any) -> bool:
    return isinstance(x, (dict, tuple, list))


def unpacking(args: Any, kwargs: Any, count: int) -> tuple[Unpacking, str, str]:
    """The text that takes apart arguments like these, which hold `count` numbers.

    With it come two terms for the numbers: as arguments of a call, and as one sequence.
    """
    text = Unpacking(count > FEW)
    text.parts("args", list(args))
    if kwargs:
        text.take("kwargs", kwargs)
    else:
        text.refuse("kwargs")
    if count > FEW:
        text.gather()
        return text, "*leaves", "leaves"
    terms = "".join(f"{x}, " for x in text.terms)
    return text, terms, f"({terms})"
