"""Functions to functions: gradients, products with Jacobians, Jacobians; names and order as JAX's.

A transform makes Nodes of the chosen arguments, runs the function once, and carries signals
(`pull`) or tangents (`push`) through the graph. Values and derivatives come back as plain floats
and arrays; they are Nodes exactly when a Node that requires a gradient takes part, so that
transforms nest in any way and to any order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, NamedTuple

import numpy as np

from autograd.backward import gathered
from autograd.node import Node, as_node, leaf, raw, retired
from autograd.ops.arithmetic import identity
from autograd.push import push
from autograd.state import recording, taped_scope
from autograd.sweep import pull
from autograd.trees import leaves_along, leaves_of, map_leaves
from autograd.values import Value, constant, filled, fit, read_only, shape_of

Argnums = int | Sequence[int]


class Run(NamedTuple):
    """One run of a function: its Node inputs by tree, what it returned, and how to answer."""

    inputs: tuple[Any, ...]
    out: Any
    aux: Any
    linked: bool

    def outputs(self) -> list[Any]:
        """The results of the function from left to right, Nodes and constants."""
        return leaves_of(self.out)

    def answer(self, tree: Any) -> Any:
        """What comes back: the tree as it is where Nodes take part, else plain."""
        return tree if self.linked else map_leaves(_plain, tree)

    def signals(self, out: Any, seed: Any, *, again: bool = False) -> dict[Node, Any]:
        """The signals of the inputs that one output depends on, and perhaps of others.

        `again` says that another thread may ask at the same time.
        """
        if type(out) is not Node or out._pull is None:
            return {}
        if again or self.linked or any(x.op is not None for x in leaves_of(self.inputs)):
            return pull(out, _given(seed, self.linked), record=self.linked)
        return gathered(out, raw(seed), leaves_of(self.inputs))

    def gradients(self, found: dict[Node, Any]) -> tuple[Any, ...]:
        """Per argument the tree of its signals, zeros where none arrived."""
        return tuple(
            map_leaves(lambda x: self.answer(_found(found, x, self.linked)), tree)
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
        out, aux = f(*given, **kwargs), None
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
    linked = outer and _linked(reached, mine)
    for x in mine:
        if x.op is None:  # what an outer transform meets of it is a constant
            x._pull = retired
    return Run(inputs, out, aux, linked)


def _chosen(argnums: Argnums, args: Sequence[Any]) -> tuple[int, ...]:
    chosen = tuple(argnums) if isinstance(argnums, (tuple, list)) else (argnums,)
    for i in chosen:
        if not isinstance(i, int):
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
    return chosen


def _input(x: Any) -> Node:
    """A Node of this transform's own: a signal that arrives at it is the gradient."""
    x = as_node(x)
    if type(x) is Node:
        return identity(x) if x.requires_grad else leaf(x._value, live=True)
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


def _found(found: dict[Node, Any], x: Any, linked: bool) -> Any:
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
        this = run(f, args, kwargs, _chosen(argnums, args), has_aux)
        out = _number(this.out)
        with recording():
            seed = fit(1.0, raw(out))
            gradients = this.gradients(this.signals(out, seed))
        value = this.answer(out)
        gradient = gradients[0] if isinstance(argnums, int) else gradients
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
        found: dict[Node, Any] = {}
        with recording():
            for out, seed in zip(this.outputs(), seeds, strict=True):
                for x, g in answering.signals(out, seed, again=True).items():
                    found[x] = found[x] + g if x in found else g
            return answering.gradients(found)

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
    tangent = _pushed(this, dict(zip(leaves_of(this.inputs), moving, strict=True)))
    out = this.answer(this.out)
    return (out, tangent, this.answer(this.aux)) if has_aux else (out, tangent)


def _pushed(this: Run, tangents: dict[Node, Any]) -> Any:
    """The tangent of the outputs, in their form."""
    given = {x: _given(t, this.linked) for x, t in tangents.items()}
    with recording():
        found = push([x for x in this.outputs() if type(x) is Node], given, record=this.linked)
        return map_leaves(lambda x: this.answer(_found(found, x, this.linked)), this.out)


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


def jacobian(
    f: Callable[..., Any], argnums: Argnums = 0, mode: str | None = None, has_aux: bool = False
) -> Callable[..., Any]:
    """The function that returns the Jacobian of `f`: ∂out/∂argument, shape out.shape + in.shape.

    `mode` is "reverse" (one sweep per number that `f` returns) or "forward" (one per number of
    the arguments); by default the one with fewer sweeps. Where `f` returns a tree or an argument
    is one, the result nests the argument's form in that of the value. ValueError for another
    `mode`; others as in `value_and_grad`.

    >>> jacobian(lambda x: x * x)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """
    if mode not in (None, "reverse", "forward"):
        why = f"mode={mode!r} is unknown: a Jacobian is computed by its rows or by its columns"
        raise ValueError(f"{why}; write mode='reverse' or mode='forward'")

    @wraps(f)
    def transformed(*args: Any, **kwargs: Any) -> Any:
        this = run(f, args, kwargs, _chosen(argnums, args), has_aux)
        rows = sum(np.size(raw(x)) for x in this.outputs())
        columns = sum(x.size for x in leaves_of(this.inputs))
        forward = mode == "forward" or (mode is None and columns < rows)
        with recording():
            blocks = _by_columns(this) if forward else _by_rows(this)
            whole = iter(blocks)
            one = isinstance(argnums, int)
            result = map_leaves(
                lambda _: map_leaves(
                    lambda _: this.answer(next(whole)), this.inputs[0] if one else this.inputs
                ),
                this.out,
            )
        return (result, this.answer(this.aux)) if has_aux else result

    return transformed


def _by_rows(this: Run) -> list[Any]:
    """For each output and input the block of the Jacobian, a sweep for each element of outputs."""
    blocks = []
    inputs = leaves_of(this.inputs)
    for out in this.outputs():
        rows = [this.signals(out, seed) for seed in _units(raw(out))]
        for x in inputs:
            parts = [_found(row, x, this.linked) for row in rows]
            blocks.append(_block(parts, raw(out), x._value, 0))
    return blocks


def _by_columns(this: Run) -> list[Any]:
    """The same in forward mode, a sweep for each element of inputs."""
    outputs = this.outputs()
    per_input = []
    for x in leaves_of(this.inputs):
        columns = []
        for unit in _units(x._value):
            tangent = _pushed(this, {x: unit})
            columns.append(leaves_of(tangent))
        per_input.append(
            [
                _block([column[k] for column in columns], raw(out), x._value, -1)
                for k, out in enumerate(outputs)
            ]
        )
    return [blocks[k] for k in range(len(outputs)) for blocks in per_input]


def _units(like: Value) -> list[Value]:
    """The unit seeds in the shape of `like`, one per element."""
    shape = shape_of(like)
    if not shape:
        return [fit(1.0, like)]
    size = int(np.prod(shape))
    return list(np.eye(size, dtype=like.dtype).reshape(size, *shape))


def _block(parts: list[Any], out: Value, x: Value, axis: int) -> Any:
    """Rows or columns of a Jacobian joined, in the shape out.shape + x.shape."""
    shape = shape_of(out) + shape_of(x)
    if not parts:
        return filled(shape, 0.0, np.result_type(raw(x)))
    if not shape:
        return parts[0]
    return np.reshape(np.stack(parts, axis=axis), shape)


def hessian(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """The function that returns the matrix of second derivatives of `f`, in.shape + in.shape.

    `f` returns one number. Forward mode over reverse. Errors as in `value_and_grad`.

    >>> hessian(lambda x: (x * x * x).sum())(np.array([1.0, 2.0]))
    array([[ 6.,  0.],
           [ 0., 12.]])
    """
    return jacobian(grad(f, argnums), argnums, mode="forward")


def hvp(f: Callable[..., Any], x: Any, v: Any) -> Any:
    """The product of the Hessian of `f` at `x` with `v`, at the price of a few gradients.

    `x` and `v` are arrays, or trees of arrays of the same form. Forward mode over reverse
    (Pearlmutter 1994, "Fast exact multiplication by the Hessian"). Errors as in `jvp`.

    >>> hvp(lambda x: (x * x * x).sum(), np.array([1.0, 2.0]), np.array([1.0, 0.0]))
    array([6., 0.])
    """
    return jvp(grad(f), (x,), (v,))[1]
