"""Arguments: their signature, and the text that takes them apart where they have a known one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy import ndarray

from autograd.node import Node, as_node, raw
from autograd.values import DTYPES, constant

NATIVE = frozenset(DTYPES)


def number(x: Any) -> Any:
    """The value of an argument that is no constant of the program; else None."""
    x = raw(as_node(x))
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
        return dict, tuple([(key, signature(part, leaves)) for key, part in tree.items()])
    if isinstance(tree, (tuple, list)):
        return type(tree), tuple([signature(part, leaves) for part in tree])
    value = number(tree)
    if value is None:
        return type(tree), tree
    leaves.append(value)
    if isinstance(value, (np.ndarray, np.generic)):
        return value.shape, value.dtype
    return type(value)


class Unpacking:
    """The text of a function that gives the numbers in arguments of one signature, else None."""

    def __init__(self) -> None:
        self.known: dict[str, Any] = {"ndarray": ndarray, "Node": Node}
        self.lines: list[str] = []
        self.leaves: list[str] = []
        self._trees = 0

    def bound(self, value: Any, prefix: str) -> str:
        """A name for an object that the text refers to."""
        for name, other in self.known.items():
            if other is value:
                return name
        name = f"{prefix}{len(self.known)}"
        self.known[name] = value
        return name

    def refuse(self, condition: str) -> None:
        """Another signature, where the condition holds."""
        self.lines.append(f"    if {condition}: return None")

    def take(self, name: str, tree: Any, *, known: bool = False) -> None:
        """Take apart what `name` stands for: the form of `tree`, its own type perhaps `known`.

        A sequence of another length raises ValueError where it is taken apart.
        """
        kind = type(tree)
        if not isinstance(tree, (dict, tuple, list)):
            self._leaf(name, tree, known)
            return
        parts = self._names(tree)
        if kind is dict:
            keys = self.bound(tuple(tree), "k")
            self.refuse(f"type({name}) is not dict or tuple({name}) != {keys}")
        elif not known:
            self.refuse(f"type({name}) is not {self.bound(kind, 't')}")
        if parts:
            values = f"{name}.values()" if kind is dict else name
            self.lines.append(f"    {', '.join(parts)}, = {values}")
        else:
            self.refuse(name)
        children = list(tree.values()) if isinstance(tree, dict) else tree
        alike = kind in (tuple, list) and len(tree) > 2 and len(set(map(type, tree))) == 1
        if alike:
            types = self.bound([type(tree[0])] * len(tree), "t")
            self.refuse(f"list(map(type, {name})) != {types}")
        for part, child in zip(parts, children, strict=True):
            self.take(part, child, known=alike)

    def _names(self, tree: Any) -> list[str]:
        self._trees += len(tree)
        return [f"a{self._trees - len(tree) + i}" for i in range(len(tree))]

    def _leaf(self, name: str, x: Any, known: bool) -> None:
        if type(x) is Node:
            if not known:
                self.refuse(f"type({name}) is not Node")
            known = False
            self.lines.append(f"    {name} = {name}._value")
            x = x._value
        value = number(x)
        if value is None:
            same = self.bound(x, "s")
            self.refuse(f"{name} is not {same}")
            return
        if type(value) is ndarray:
            shape, dtype = self.bound(value.shape, "s"), self.bound(value.dtype, "d")
            self.refuse(
                f"type({name}) is not ndarray or {name}.shape != {shape} "
                f"or {name}.dtype is not {dtype}"
            )
        elif not known:
            self.refuse(f"type({name}) is not {self.bound(type(value), 't')}")
        self.leaves.append(name)


def unpacking(args: Any, kwargs: Any) -> Callable[..., Any]:
    """The function that gives the numbers in arguments like these, and None for others."""
    text = Unpacking()
    text.take("args", args, known=True)
    if kwargs:
        text.take("kwargs", kwargs)
    else:
        text.refuse("kwargs")
    leaves = "".join(f"{name}, " for name in text.leaves)
    lines = [f"    {line}" for line in text.lines]
    body = "\n".join(
        ["def unpack(args, kwargs):", "    try:", *lines, f"        return ({leaves})",
         "    except ValueError: return None"]
    )  # fmt: skip
    exec(compile(body, "<autograd.compile arguments>", "exec"), text.known)
    return text.known["unpack"]  # type: ignore[no-any-return]
