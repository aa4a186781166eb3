"""Functions to functions: `grad` and `value_and_grad`, with JAX's names and argument order."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from autograd.node import Node, as_node, leaf, raw, retired
from autograd.ops.arithmetic import identity
from autograd.state import recording, taped_scope
from autograd.sweep import pull, seed_of, topological_order
from autograd.trees import leaves_of, map_leaves
from autograd.values import constant, fit, read_only


def value_and_grad(
    f: Callable[..., Any], argnums: int | Sequence[int] = 0, has_aux: bool = False
) -> Callable[..., Any]:
    """The function that returns `f`'s value and its gradient, as `(value, gradient)`.

    `f` returns one number, or with `has_aux` a pair of one number and anything else, which comes
    back as `((value, aux), gradient)`. `argnums` chooses the argument, or several in a tuple;
    each may be an array or nested dicts, lists and tuples of arrays, and its gradient has the
    same form. Values and gradients are plain floats and arrays; they are Nodes exactly when a
    Node that requires a gradient takes part, so that transforms nest.

    >>> value_and_grad(lambda x: x * x)(3.0)
    (9.0, 6.0)
    """
    chosen = (argnums,) if isinstance(argnums, int) else tuple(argnums)

    @wraps(f)
    def transformed(*args: Any, **kwargs: Any) -> Any:
        for i in chosen:
            if not -len(args) <= i < len(args):
                raise TypeError(
                    f"argnums={argnums} but {len(args)} positional arguments came: the arguments "
                    "to differentiate by are given by position"
                )
        outer = taped_scope() is not None
        inputs = list(args)
        with recording():
            for i in chosen:
                inputs[i] = map_leaves(_input, args[i])
            result = f(*inputs, **kwargs)
            out, aux = _unpack(result, has_aux)
            mine = [x for i in chosen for x in leaves_of(inputs[i])]
            linked = outer and _linked([out, *leaves_of(aux)], mine)
            found = _signals(out, linked)
            gradients = tuple(
                map_leaves(lambda x: _gradient(x, found, linked), inputs[i]) for i in chosen
            )
            for x in mine:
                if x.op is None:  # what an outer transform meets of it is a constant
                    x._pull = retired
        value = out if linked else _plain(out)
        aux = aux if linked else map_leaves(_plain, aux)
        gradient = gradients[0] if isinstance(argnums, int) else gradients
        return ((value, aux) if has_aux else value), gradient

    return transformed


def grad(
    f: Callable[..., Any], argnums: int | Sequence[int] = 0, has_aux: bool = False
) -> Callable[..., Any]:
    """The function that returns the gradient of `f`; with `has_aux`, `(gradient, aux)`.

    Arguments as in `value_and_grad`. Nests to any order.

    >>> grad(grad(lambda x: x * x * x))(2.0)
    12.0
    """
    both = value_and_grad(f, argnums, has_aux)

    @wraps(f)
    def transformed(*args: Any, **kwargs: Any) -> Any:
        value, gradient = both(*args, **kwargs)
        return (gradient, value[1]) if has_aux else gradient

    return transformed


def _input(x: Any) -> Node:
    """A Node of this transform's own: a signal that arrives at it is the gradient."""
    x = as_node(x)
    if type(x) is Node:
        return identity(x) if x.requires_grad else leaf(x._value, live=True)
    return leaf(constant(x), live=True)


def _unpack(result: Any, has_aux: bool) -> tuple[Any, Any]:
    out, aux = result, None
    if has_aux:
        if not isinstance(result, tuple) or len(result) != 2:
            raise TypeError("with has_aux=True the function returns a pair (value, aux)")
        out, aux = result
    out = as_node(out)
    if type(out) is not Node:
        out = constant(out)
    shape = getattr(raw(out), "shape", ())
    if shape:
        raise TypeError(
            f"grad needs a function with one number as its value, but it has shape {shape}; "
            "reduce it, such as with .sum() or .mean()"
        )
    return out, aux


def _linked(results: list[Any], mine: list[Node]) -> bool:
    """Whether a Node that is not this transform's own, and requires a gradient, takes part."""
    if any(x.op is not None for x in mine):
        return True
    own = set(mine)
    return any(
        x.op is None and x.requires_grad and x not in own
        for out in map(as_node, results)
        if type(out) is Node
        for x in topological_order(out)
    )


def _signals(out: Any, linked: bool) -> dict[Node, Any]:
    if type(out) is not Node or not out.requires_grad:
        return {}
    seed = seed_of(out, None)
    return pull(out, leaf(seed, live=False), record=True) if linked else pull(out, seed)


def _gradient(x: Node, found: dict[Node, Any], linked: bool) -> Any:
    if x in found:
        return found[x] if linked else read_only(found[x])
    zero = fit(0.0, x._value)
    return leaf(zero, live=False) if linked else read_only(zero)


def _plain(x: Any) -> Any:
    x = as_node(x)
    return x.value if type(x) is Node else x
