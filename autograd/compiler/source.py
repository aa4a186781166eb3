"""The text of a program: its buffers, and a function with one commented line per operation."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from itertools import zip_longest
from keyword import iskeyword
from typing import Any

import numpy as np
from numpy import ndarray

from autograd.compiler.buffers import Buffers
from autograd.compiler.checks import text_of_check
from autograd.compiler.floats import ROW, Expression, of_floats, read_once
from autograd.compiler.lines import enter, text_of
from autograd.compiler.passes import Program
from autograd.compiler.steps import Step, Var, printable, variables
from autograd.pulls import Again
from autograd.trees import of_kind
from autograd.values import has_nan

RESERVED = {"bool", "flat", "float", "list", "program", "range", "slice"}
"""What a text says of itself."""


class Text:
    """A program being written: its lines, the names in it, and what they stand for."""

    def __init__(self, program: Program, reuse: bool) -> None:
        self.program = program
        self.careful = program.careful
        self.known: dict[str, Any] = {
            "Again": Again,
            "has_nan": has_nan,
            "is_nan": math.isnan,
            "empty": np.empty,
        }
        self.buffers = Buffers(program)
        self.reuse = reuse
        self.floats = {
            line.out for line in program.lines if type(line.out.value) is not ndarray
            and of_floats(line)
        }  # fmt: skip
        self.once: set[Var] = set()
        if not self.careful:
            parts = variables(program.results)
            kept = [x for x in parts if x is program.results or type(x.value) is np.bool_]
            self.once = read_once(program.lines, self.floats, parts)
            self.once.difference_update(kept, program.checks)
        self.inlined: dict[Var, Expression] = {}
        self.inside: dict[Var, str] = {}
        self._constants: dict[Any, str] = {}
        self._views: list[str] = []
        self._names: dict[Var, str] = {}
        self._values = 0
        for prefix, group in (("x", program.inputs), ("h", program.hidden)):
            for i, var in enumerate(group):
                var.name = f"{prefix}{i}"

    def name(self, what: Any, wish: str) -> str:
        """A name for a function, `wish` where that is free."""
        if self.known.get(wish) is what:
            return wish
        wish = re.sub(r"\W", "_", wish).strip("_") or "f"
        if re.match(r"[a-z]?\d|_", wish) or iskeyword(wish) or wish in RESERVED:
            wish = f"f_{wish}"
        while self.known.setdefault(wish, what) is not what:
            wish += "_"
        return wish

    def fresh(self) -> str:
        """The name of the next value."""
        self._values += 1
        return f"v{self._values - 1}"

    def constant(self, value: Any) -> str:
        """A name for an object that the program holds."""
        simple = isinstance(value, (float, int, np.generic))
        key = (type(value), repr(value)) if simple else id(value)
        if key not in self._constants:
            self._constants[key] = f"c{len(self._constants)}"
            self.known[self._constants[key]] = value
        return self._constants[key]

    def number(self, value: float, dtype: Any) -> str:
        """A name for a number as an array of no dimension."""
        key = (dtype, repr(float(value)))
        if key not in self._constants:
            self._constants[key] = f"c{len(self._constants)}"
            array = self.known[self._constants[key]] = np.array(value, dtype)
            array.flags.writeable = False
        return self._constants[key]

    def ones(self, like: Any) -> str:
        """A name for the vector of ones that sums the rows of a matrix."""
        rows, dtype = len(like), like.dtype
        key = ("ones", rows, dtype)
        if key not in self._constants:
            self._constants[key] = f"c{len(self._constants)}"
            self.known[self._constants[key]] = np.ones(rows, dtype)
        return self._constants[key]

    def term(self, x: Any) -> str:
        """The text of an operand or a static argument."""
        if isinstance(x, Var):
            return self._names.get(x, x.name)
        if type(x) in (int, bool, str, type(None), type(...)):
            return repr(x)
        if type(x) is float and np.isfinite(x):
            return repr(x)
        if isinstance(x, tuple) and type(x) is tuple:
            return f"({', '.join(map(self.term, x))}{',' if len(x) == 1 else ''})"
        if type(x) is list:
            return f"[{', '.join(map(self.term, x))}]"
        if type(x) is slice:
            return f"slice({self.term(x.start)}, {self.term(x.stop)}, {self.term(x.step)})"
        return self.constant(x)

    def whole(self) -> str:
        """All of it."""
        body = self._body()
        arguments = ", ".join(var.name for var in self.program.inputs)
        hidden = [
            f"{var.name} = {self.constant(var.node)}._value  # {_title(var)}"
            for var in self.program.hidden
        ]
        head = [*self._fixed(), *self._arrays(), *self._views, f"def program({arguments}):"]
        return "\n".join([*head, *(f"    {line}" for line in (*hidden, *body))]) + "\n"

    def _fixed(self) -> list[str]:
        """What the constants are, in comments."""
        lines = []
        for name in self._constants.values():
            value = self.known[name]
            if type(value) is ndarray and value.ndim:
                kind = "ones" if (value == 1).all() else value.dtype
                lines.append(f"# {name}: {kind} {list(value.shape)}")
            elif isinstance(value, (float, int, np.generic, ndarray)):
                lines.append(f"# {name} = {value}")
        return lines

    def _arrays(self) -> list[str]:
        """The statements that make the buffers, one for those of one form."""
        alike: dict[Any, list[str]] = {}
        for name, form in self.buffers.all.items():
            alike.setdefault(form, []).append(name)
        lines = []
        for (shape, dtype), names in alike.items():
            made = f"empty({shape}, {dtype.str!r})"
            if len(names) > 1:
                made = f"[{made} for _ in range({len(names)})]"
            lines.append(f"{', '.join(names)} = {made}")
        return lines

    def _body(self) -> list[str]:
        lines: list[str] = []
        backward = False
        for line, following in zip_longest(self.program.lines, self.program.lines[1:]):
            if self.buffers.fixed(line):
                self._names = self.buffers.of
                self._views += text_of(self, line)
                self._names = {}
                continue
            if line.backward != backward:
                backward = line.backward
                lines.append("# backward" if backward else "# forward")
            if following and self._enters(line, following):
                enter(self, line)
            else:
                lines += text_of(self, line)
        for var, wanted in self.program.checks.items():
            lines += text_of_check(var, wanted)
        returned = f"return {self.result(self.program.results)}"
        return [*lines, returned]

    def _enters(self, line: Step, following: Step) -> bool:
        """Whether the term of a line stands in the next one: both of one group, no other reader."""
        out = line.out
        return (
            line.group is not None and line.group is following.group
            and type(out.value) is ndarray and type(following.out.value) is ndarray
            and out in following.reads and out not in self.buffers.several
            and self.buffers.writers.get(out) != "copy" and not self.buffers.fixed(following)
        )  # fmt: skip

    def result(self, tree: Any) -> str:
        """The text of what is returned: the tree, with copies of what the program keeps."""
        if isinstance(tree, dict):
            text = f"{{{self._items(tree.values(), [f'{self.term(k)}: ' for k in tree])}}}"
            if type(tree) is dict:
                return text
            return f"{self.name(of_kind, 'of_kind')}({self.constant(tree)}, {text})"
        if isinstance(tree, (tuple, list)):
            parts = self._items(tree, [""] * len(tree))
            if hasattr(tree, "_fields"):
                return f"{self.name(type(tree), type(tree).__name__)}({parts})"
            return f"[{parts}]" if isinstance(tree, list) else f"({parts})"
        if not isinstance(tree, Var):
            text = self.term(tree)
            return f"{text}.copy()" if isinstance(tree, ndarray) else text
        if isinstance(tree.value, np.float64):
            return f"float({tree.name})"
        if type(tree.value) is np.bool_:
            return f"{self.name(np.bool_, 'bool_')}({tree.name})"
        if type(tree.value) is not ndarray:
            return tree.name
        kept = self.buffers.kept(tree)
        return (
            f"{tree.name}.copy()" if kept and not (self.reuse and kept == "buffer") else tree.name
        )

    def _items(self, trees: Iterable[Any], labels: list[str]) -> str:
        """The text of parts of a result; an expression stands on a row of its own."""
        shown = ""
        for tree, label in zip(trees, labels, strict=True):
            term = self.inlined.pop(tree, None) if isinstance(tree, Var) else None
            if term is None:
                shown += f"{label}{self.result(tree)}, "
            else:
                shown = f"{shown.rstrip()}{ROW}{label}{term.beside(1)},{term.comment()}{ROW}"
        return shown if len(labels) == 1 else shown.removesuffix(", ")


def _title(var: Var) -> str:
    return printable((var.node.name if var.node is not None else None) or "captured")


def written(program: Program, reuse: bool) -> tuple[str, Any]:
    """The source, and the function that makes the program with buffers of its own."""
    text = Text(program, reuse)
    source = text.whole()
    code = compile(source, "<autograd.compile>", "exec")

    def make() -> Any:
        names = dict(text.known)
        exec(code, names)
        return names.pop("program")  # which refers to them

    return source, make
