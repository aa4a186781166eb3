"""Trace: what a function computes, noted step by step while it runs once on example values."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from autograd.compiler.guards import silent, unmasked
from autograd.compiler.hidden import rule, through
from autograd.compiler.picks import assigned, changed, picked
from autograd.compiler.plain import BY_VALUE, Plain, concrete
from autograd.compiler.repeats import Repeats, Signal
from autograd.compiler.steps import Step, Var, mapped, owned, real, refuse, shape_depends, variables
from autograd.node import BLANKS, NUMBERS, Node, as_node, leaf
from autograd.record import settled
from autograd.state import Switch, taped_scope
from autograd.values import Parts, constant, dtype_of, plain

if TYPE_CHECKING:
    from autograd.op import Op


class Trace:
    """The steps of one run, and which Node or plain value each of them gave."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.inputs: list[Var] = []
        self.hidden: list[Var] = []
        self.backward = False
        self.group: object = None
        self._vars: dict[Node, Var] = {}
        self._start = next(NUMBERS)
        self._repeats = Repeats(self)

    def close(self) -> None:
        """Let go of the Nodes; the steps stay."""
        self._vars.clear()
        self._repeats = Repeats(self)
        for step in self.steps:
            step.made = None

    def switch(self) -> Switch:
        """Inside it, ops are noted here; what is not part of a transform is not recorded."""
        return Switch(name="", recorded=False, trace=self)

    def input(self, x: Any) -> Any:
        """What stands for the argument `x`: a Node for floats, a Plain for other numbers."""
        var = Var(x)
        self.inputs.append(var)
        if isinstance(x, float) or (isinstance(x, (np.ndarray, np.floating)) and _real(x)):
            node = leaf(x, live=False)
            self._vars[node] = var
            return node
        return Plain(self, var)

    # What ops ask.

    def note(self, value: Any, x: Any, y: Any, pull: Any, live: Any) -> Node:
        """The Node for an op that has just given `value`: interior where it is recorded."""
        op, scope = pull.op, taped_scope()
        operands, statics = ((x, y)[: op.arity], {}) if op.compact else (x, y)
        node: Node = next(BLANKS)
        node._number = next(NUMBERS)
        node._value = value
        node._scope = scope or ""
        node._grad = node._x = node._y = node._pull = None
        if live is not None and scope is not None:
            node._pull, node._x, node._y = pull, x, y
        known, ref = self._vars, self.ref
        terms = tuple([known[x] if type(x) is Node and x in known else ref(x) for x in operands])
        step = self.step(op, terms, statics, value)
        step.made = node, operands, statics, pull, live
        self._vars[node] = step.out
        return node

    def step(self, op: Op, terms: tuple[Any, ...], statics: dict[str, Any], value: Any) -> Step:
        """The step for an op of Vars and constants."""
        step = Step(op, op.forward, terms, statics, value, self.backward)
        step.group = self.group
        self.steps.append(step)
        return step

    def handle(self, var: Var) -> Node:
        """A constant Node that stands for the Var."""
        node = leaf(var.value, live=False)
        self._vars[node] = var
        return node

    def plainly(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """A function with results of any type, of which no signal goes back."""
        operands, statics = owned(self.refs(args)), owned(self.refs(kwargs))
        if function in BY_VALUE and variables((operands, statics)):
            self.refuse_shape(function.__name__)
        values, named = concrete(args), concrete(kwargs)
        with np.errstate(invalid="ignore"):
            value = function(*values, **named)
        if not variables((operands, statics)):
            return value
        step = Step(None, function, operands, statics, value, self.backward)
        self.steps.append(step)
        return self._handles(step.out)

    def apply(self, op: Op, operands: tuple[Any, ...], statics: dict[str, Any]) -> Node:
        """The Node for an op of Nodes and plain values, which it takes as they are."""
        operands = tuple(map(settled, operands))
        value = plain(op.forward(*concrete(operands), **statics))
        live = any(type(x) is Node and x._pull is not None for x in operands)
        return self.note(value, operands, statics, op.pull, True if live else None)

    def hide(self, f: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        """A call of `f`, which reads values, as one step."""
        return through(self, f, args, kwargs)

    def signal(self, op: Op, i: int, d: Any, y: Any, xs: Any, statics: dict[str, Any]) -> Any:
        """The signal that a rule gives which reads values, as one step."""
        return rule(self, op, i, d, y, xs, statics)

    def repeated(
        self, op: Op, d: Any, y: Any, xs: Any, statics: dict[str, Any], signal: Signal
    ) -> Signal:
        """The parts of a signal, which `signal` gives for each operand, as steps."""
        return self._repeats.signal(op, [d, y, *xs], statics, signal)

    def computed(self, x: Any) -> bool:
        """Whether a step or an input gives `x`."""
        return type(x) is Plain or (type(x) is Node and x in self._vars)

    def term(self, x: Any) -> Any:
        """The Var of a Node of the trace, a constant as it is; None for anything else."""
        if type(x) is Node:
            return self._vars.get(x)
        return None if type(x) is Plain else x

    def computes(self, args: Any, kwargs: Any) -> bool:
        """Whether a plain value of the program is among arguments."""
        found: list[Any] = []
        mapped(lambda x: found.append(x) if type(x) is Plain else None, (args, kwargs))
        return bool(found)

    def refuse_backward(self) -> NoReturn:
        """Raise where the function sweeps by itself."""
        raise TypeError(
            "backward() and signals() store or hand out numbers, which a program computes anew in "
            "each call; compile a transform instead: compile(value_and_grad(f)), or call grad or "
            "vjp inside the function"
        )

    def refuse_shape(self, name: str) -> NoReturn:
        """Raise where the shape of a function's result would depend on values."""
        shape_depends(f"np.{name}")

    def pick(self, x: Any, index: Any) -> Any:
        """`x[index]` where a plain value is part of the index; else NotImplemented."""
        return picked(self, x, index)

    def assign(self, x: Any, v: Any, index: Any) -> Any:
        """`x` with `v` at the index, where a plain value is part of it; else NotImplemented."""
        return assigned(self, x, v, index)

    def change(self, x: Any, index: Any, f: Callable[[Any, Any], Any], v: Any) -> Any:
        """`x` with `f(x[index], v)` at the index, of which a plain value is part."""
        return changed(self, x, index, f, v)

    def _handles(self, var: Var) -> Any:
        if not isinstance(var.value, (tuple, list)):
            return Plain(self, var)
        kind = type(var.value)
        fields = [self.plainly(_field, Plain(self, var), i) for i in range(len(var.value))]
        return kind(*fields) if hasattr(kind, "_fields") else kind(fields)

    def alias(self, node: Node, of: Node) -> None:
        """Let `node`, made anew, stand for the same value as `of`."""
        var = self.ref(of)
        if isinstance(var, Var):
            self._vars[node] = var

    def masked(self, g: Any, d: Any) -> Any:
        """`sweep.masked`, as a step."""
        if type(g) is not Node or g is d or type(as_node(d)) is not Node:
            return g
        return unmasked(g, g, d)

    def unless_silent(self, g: Any, d: Any) -> Any:
        """`sweep.unless_silent`, as a step."""
        parts = [p for p in (d if type(d) is Parts else (d,)) if p is not None]
        return silent(g, g, *parts) if type(g) is Node and parts and g is not d else g

    def as_real(self, plain: Plain, beside: Any = 0.0) -> Node:
        """The constant Node that an op takes for bools and integers, `beside` another value."""
        value = constant(plain._var.value, beside)
        dtype = dtype_of(value)
        if dtype not in plain._nodes:
            step = Step(None, real, (plain._var,), {"dtype": dtype}, value, self.backward)
            self.steps.append(step)
            node = plain._nodes[dtype] = leaf(value, live=False)
            self._vars[node] = step.out
        return plain._nodes[dtype]

    # What stands for operands.

    def ref(self, x: Any) -> Any:
        """The Var of a Node or of a plain value; anything else as it is."""
        if type(x) is Plain:
            return x._var
        x = as_node(x)
        if type(x) is not Node:
            return x
        if x in self._vars:
            return self._vars[x]
        if x._number > self._start:
            return x._value
        if x.op is not None:
            raise TypeError(
                f"the compiled function captures an interior Node (made by {x.op.name}): its graph "
                "was recorded before and would not be run again; compute it inside the function, "
                "or capture node.detach() for a constant"
            )
        var = self._vars[x] = Var(x._value, node=x)
        self.hidden.append(var)
        return var

    def refs(self, tree: Any) -> Any:
        """The tree with Vars in place of Nodes and plain values."""
        return mapped(self.ref, tree)

    def refuse(self, x: Any, what: str) -> None:
        """Raise where the function reads a value that another call would change."""
        if isinstance(self.ref(x), Var):
            refuse(what)


def _field(values: Any, i: int) -> Any:
    return values[i]


def _real(x: Any) -> bool:
    return bool(x.dtype.kind == "f")
