"""Functions to functions: gradients, products with Jacobians, Jacobians; names and order as JAX's.

A transform makes Nodes of the chosen arguments, runs the function once, and carries signals
(`pull`) or tangents (`push`) through the graph. Values and derivatives come back as plain floats
and arrays; they are Nodes exactly when a Node that requires a gradient takes part, so that
transforms nest in any way and to any order.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, NamedTuple

import numpy as np

from autograd.backward import gathered
from autograd.node import Node, as_node, leaf, raw, retired
from autograd.ops.arithmetic import identity
from autograd.push import push
from autograd.record import alias
from autograd.state import TRANSFORMED, Switch, current_trace, recording, taped_scope
from autograd.sweep import pull_all
from autograd.trees import leaves_along, leaves_of, map_leaves
from autograd.values import Value, constant, fit, read_only, shape_of

Argnums = int | Sequence[int]


class Run(NamedTuple):
    """One run of a function: its Node inputs by tree, what it returned, and how to answer.

    Nodes are `linked` where they are part of an outer graph, which may be if there is an `outer`.
    """

    inputs: tuple[Any, ...]
    out: Any
    aux: Any
    linked: bool
    outer: bool

    def outputs(self) -> list[Any]:
        """The results of the function from left to right, Nodes and constants."""
        return leaves_of(self.out)

    def answer(self, tree: Any) -> Any:
        """What comes back: the tree as it is where Nodes take part, else plain."""
        return tree if self.linked else map_leaves(_plain, tree)

    def signals(self, out: Any, seed: Any) -> dict[Node, Any]:
        """The signals of the inputs that one output depends on, and perhaps of others."""
        private = not self.linked and all(x.op is None for x in leaves_of(self.inputs))
        if private and type(out) is Node and out._pull is not None:
            return gathered(out, raw(seed), leaves_of(self.inputs))
        return self.pulled([out], [seed])

    def pulled(self, outputs: list[Any], given: list[Any]) -> dict[Node, Any]:
        """The same for several outputs, in one sweep; threads may ask at the same time."""
        seeds: dict[Node, Any] = {}
        for out, seed in zip(outputs, given, strict=True):
            if type(out) is Node:
                seed = _given(seed, self.linked)
                seeds[out] = seeds[out] + seed if out in seeds else seed
        return pull_all(seeds, record=self.linked)

    def sweeping(self) -> Switch:
        """Inside, the ops of a sweep are recorded where another transform could meet them."""
        return recording() if self.outer else Switch()

    def gradients(self, found: dict[Node, Any]) -> tuple[Any, ...]:
        """Per argument the tree of its signals, zeros where none arrived."""
        return tuple(
            map_leaves(lambda x: self.answer(found_for(found, x, self.linked)), tree)
            for tree in self.inputs
        )


def run(
    f: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any], chosen: Sequence[int],
    has_aux: bool, others: Any = None,
) -> Run:  # fmt: skip
    """Run `f` on Nodes in place of the chosen arguments; `others` may link the run to a graph."""
    outer = taped_scope() is not None
    given = list(args)
    with recording():
        for i in chosen:
            given[i] = map_leaves(_input, args[i])
        outside = TRANSFORMED.set(True)
        try:
            out, aux = f(*given, **kwargs), None
        finally:
            TRANSFORMED.reset(outside)
        if has_aux:
            if not isinstance(out, tuple) or len(out) != 2:
                why = (
                    f"with has_aux=True f returned a {type(out).__name__}, not a pair (value, aux)"
                )
                raise TypeError(f"{why}: aux is only handed on; write return value, aux")
            out, aux = out
        out = map_leaves(_output, out)
    inputs = tuple(given[i] for i in chosen)
    mine = leaves_of(inputs)
    reached = [*leaves_of(out), *leaves_of(aux), *leaves_of(others)]
    linked = current_trace() is not None or (outer and _linked(reached, mine))
    for x in mine:
        if x.op is None:  # what an outer transform meets of it is a constant
            x._pull = retired
    return Run(inputs, out, aux, linked, outer)


def chosen(argnums: Argnums, args: Sequence[Any]) -> tuple[int, ...]:
    """The positions of the arguments to differentiate by; TypeError for others."""
    places = tuple(argnums) if isinstance(argnums, (tuple, list)) else (argnums,)
    for i in places:
        if isinstance(i, (bool, np.bool_)) or not hasattr(i, "__index__"):
            raise TypeError(
                f"argnums={argnums!r} does not count arguments: they are known by position, not by "
                "name; write argnums=0 or argnums=(0, 1)"
            )
        if not -len(args) <= i < len(args):
            raise TypeError(
                f"argnums={argnums} but {len(args)} positional arguments came: the arguments "
                "to differentiate by are given by position and counted from 0; write f(x, y) with "
                "argnums=0, 1 or (0, 1)"
            )
    return tuple(map(operator.index, places))


def _input(x: Any) -> Node:
    """A Node of this transform's own: a signal that arrives at it is the gradient."""
    x = as_node(x)
    if type(x) is Node:
        return identity(x) if x.requires_grad else alias(x, live=True)
    return leaf(constant(x), live=True)


def _output(x: Any) -> Any:
    x = as_node(x)
    return x if type(x) is Node else constant(x)


def _linked(results: list[Any], mine: list[Node]) -> bool:
    """Whether a Node that is not this transform's own, and requires a gradient, takes part."""
    if any(x.op is not None for x in mine):
        return True
    own = set(mine)
    found = {out for out in map(as_node, results) if type(out) is Node and out._pull is not None}
    pending = list(found)
    for node in pending:
        op = node._pull.op
        if op is None:
            if node.requires_grad and node not in own:
                return True
            continue
        for x in (node._x, node._y) if op.compact else node._x:
            if type(x) is Node and x._pull is not None and x not in found:
                found.add(x)
                pending.append(x)
    return False


def _given(seed: Any, linked: bool) -> Any:
    """A seed or tangent as the sweep wants it: a Node where it is recorded, else a raw value."""
    if not linked:
        return raw(seed)
    return seed if type(seed) is Node else leaf(seed, live=False)


def found_for(found: dict[Node, Any], x: Any, linked: bool) -> Any:
    """What a sweep found for `x`, zeros where it found nothing."""
    if type(x) is Node and x in found:
        return found[x]
    return _given(fit(0.0, raw(x)), linked)


def _plain(x: Any) -> Any:
    x = as_node(x)
    return read_only(raw(x)) if type(x) is Node or isinstance(x, (float, np.ndarray)) else x


def _number(out: Any) -> Any:
    """The one number that a function to be differentiated by `grad` returns."""
    results = leaves_of(out)
    shape = shape_of(raw(out)) if len(results) == 1 and results[0] is out else None
    if shape != ():
        what = f"it has shape {shape}" if shape else f"it returned a {type(out).__name__}"
        raise TypeError(
            f"grad needs a function with one number as its value, but {what}; reduce it, such as "
            "with .sum() or .mean(), or use autograd.jacobian or autograd.vjp"
        )
    return out


def value_and_grad(
    f: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False
) -> Callable[..., Any]:
    """The function that returns `f`'s value and its gradient, as `(value, gradient)`.

    `f` returns one number, or with `has_aux` a pair of one number and anything else, which comes
    back as `((value, aux), gradient)`. `argnums` chooses the argument, or several in a tuple;
    each may be an array or nested dicts, lists and tuples of arrays, and its gradient has the
    same form. TypeError for an argument or a result that is no real number, a result of another
    shape, no pair, or `argnums` that name no argument; RuntimeError where a leaf that `f` has used
    was updated since.

    >>> value_and_grad(lambda x: x * x)(3.0)
    (9.0, 6.0)
    """

    @wraps(f)
    def transformed(*args: Any, **kwargs: Any) -> Any:
        this = run(f, args, kwargs, chosen(argnums, args), has_aux)
        out = _number(this.out)
        with this.sweeping():
            seed = fit(1.0, raw(out))
            gradients = this.gradients(this.signals(out, seed))
        value = this.answer(out)
        gradient = gradients if isinstance(argnums, (tuple, list)) else gradients[0]
        return ((value, this.answer(this.aux)) if has_aux else value), gradient

    return transformed


def grad(f: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The function that returns the gradient of `f`; with `has_aux`, `(gradient, aux)`.

    Arguments and errors as in `value_and_grad`. Nests to any order.

    >>> grad(grad(lambda x: x * x * x))(2.0)
    12.0
    """
    both = value_and_grad(f, argnums, has_aux)

    @wraps(f)
    def transformed(*args: Any, **kwargs: Any) -> Any:
        value, gradient = both(*args, **kwargs)
        return (gradient, value[1]) if has_aux else gradient

    return transformed


def vjp(f: Callable[..., Any], *primals: Any, has_aux: bool = False) -> tuple[Any, ...]:
    """`f`'s value and the function that carries a signal back: `(out, pullback)`.

    `pullback(signal)`, of the form and shape of `out`, returns a tuple with one gradient per
    primal. With `has_aux`, `(out, pullback, aux)`. TypeError for a signal of another form than
    `out`, ValueError for one of another shape; others as in `value_and_grad`.

    >>> out, pullback = vjp(lambda x, y: x * y, 2.0, 3.0)
    >>> out, pullback(1.0)
    (6.0, (3.0, 2.0))
    """
    this = run(f, primals, {}, range(len(primals)), has_aux)

    def pullback(signal: Any) -> tuple[Any, ...]:
        seeds = _matching(signal, this.out, "the signal")
        later = taped_scope() is not None and _linked(seeds, [])
        answering = this._replace(linked=this.linked or later)
        with recording():
            return answering.gradients(answering.pulled(this.outputs(), seeds))

    value = this.answer(this.out)
    return (value, pullback, this.answer(this.aux)) if has_aux else (value, pullback)


def jvp(
    f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any], has_aux: bool = False
) -> tuple[Any, ...]:
    """`f`'s value and its derivative along `tangents`, in forward mode: `(out, tangent)`.

    `primals` and `tangents` are tuples of the same form. With `has_aux`, `(out, tangent, aux)`.
    TypeError for tangents of another form than the primals, ValueError for such of another shape;
    others as in `value_and_grad`.

    >>> jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 0.0))
    (6.0, 3.0)
    """
    if not isinstance(primals, (tuple, list)) or not isinstance(tangents, (tuple, list)):
        raise TypeError(
            "jvp takes its primals and tangents as two tuples, one entry per argument of the "
            "function; write jvp(f, (x,), (v,))"
        )
    this = run(f, primals, {}, range(len(primals)), has_aux, others=tangents)
    moving = _matching(tuple(tangents), this.inputs, "the tangent")
    tangent = pushed(this, dict(zip(leaves_of(this.inputs), moving, strict=True)))
    out = this.answer(this.out)
    return (out, tangent, this.answer(this.aux)) if has_aux else (out, tangent)


def pushed(this: Run, tangents: dict[Node, Any]) -> Any:
    """The tangents of the outputs, in their form."""
    given = {x: _given(t, this.linked) for x, t in tangents.items()}
    with recording():
        found = push([x for x in this.outputs() if type(x) is Node], given, record=this.linked)
        return map_leaves(lambda x: this.answer(found_for(found, x, this.linked)), this.out)


def _matching(given: Any, tree: Any, what: str) -> list[Any]:
    """The leaves of `given`, raw or Nodes, each in the shape and dtype of its place in `tree`."""
    wanted, came = leaves_of(tree), leaves_of(given)
    if len(wanted) != len(came) or map_leaves(lambda _: 0, tree) != map_leaves(lambda _: 0, given):
        where = "in other places" if len(came) == len(wanted) else f"where {len(wanted)} are needed"
        why = f"{what} has another form than what it belongs to: {len(came)} arrays {where}"
        raise TypeError(f"{why}; give one array for each, in the same nesting")
    came = leaves_along(tree, given)
    return [_like(as_node(x), raw(place), what) for x, place in zip(came, wanted, strict=True)]


def _like(x: Any, place: Value, what: str) -> Any:
    x = x if type(x) is Node else constant(x)
    if shape_of(raw(x)) != shape_of(place):
        raise ValueError(
            f"{what} has shape {shape_of(raw(x))} where {shape_of(place)} is needed: one number "
            f"per element; write np.ones({shape_of(place)}) or the like"
        )
    return x if type(x) is Node else fit(x, place)
