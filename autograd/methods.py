"""The methods of Node, as ndarrays have them, whose name or call differs from the op's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from autograd.backward import backward
from autograd.copies import copied, reduced
from autograd.dispatch import BY_FUNCTION, function_for
from autograd.errors import note
from autograd.node import HANDLES, Node
from autograd.ops.arguments import full_copy, full_ravel, full_reshape
from autograd.ops.arithmetic import clip
from autograd.ops.assign import At
from autograd.ops.predicates import all_, any_, argmax, argmin, argsort
from autograd.ops.shape import getitem, transpose
from autograd.ops.steps import ceil, floor, round_, trunc
from autograd.record import detached


def _array_function(
    node: Node, func: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """What NumPy calls for its `func`; an error says what it met, where no op has said so."""
    if len(types) > 1 and not HANDLES.isdisjoint(types):
        return NotImplemented
    ours = function_for(func)
    try:
        return ours(*args, **kwargs)
    except Exception as error:
        if not hasattr(error, "__notes__"):
            note(error, f"{func.__module__.replace('numpy', 'np')}.{func.__name__}", args)
        raise


def _one_or_many(numbers: tuple[Any, ...]) -> Any:
    return numbers[0] if len(numbers) == 1 and not isinstance(numbers[0], int) else numbers


def _reshape(node: Node, *shape: Any, order: Any = "C", copy: Any = None) -> Node:
    return full_reshape(node, _one_or_many(shape), order)  # type: ignore[no-any-return]


def _transpose(node: Node, *axes: Any) -> Node:
    return transpose(node, axes=_one_or_many(axes) or None)  # type: ignore[no-any-return]


def _nearest(node: Node, ndigits: int | None = None) -> Node:
    return round_(node, ndigits or 0)  # type: ignore[no-any-return]


def _divmod(x: Any, y: Any) -> tuple[Any, Any]:
    return x // y, x % y


def _rdivmod(y: Any, x: Any) -> tuple[Any, Any]:
    return x // y, x % y


def _clip(node: Node, min: Any = None, max: Any = None) -> Node:
    return clip(node, min, max)  # type: ignore[no-any-return]


def _compress(node: Node, condition: Any, axis: int | None = None, out: Any = None) -> Node:
    return BY_FUNCTION[np.compress](condition, node, axis, out)  # type: ignore[no-any-return]


MEMORY = "its memory belongs to the graph"
REAL = "it is real already"


def _in_place(name: str, instead: str) -> Callable[..., NoReturn]:
    def refused(node: Node, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(
            f"{name} would change the node in place, but earlier uses of it must keep the "
            f"value they saw; write {instead}"
        )

    refused.__name__ = name
    return refused


def _absent(name: str, why: str, instead: str) -> property:
    def absent(node: Node) -> NoReturn:
        raise AttributeError(f"a Node has no .{name}: {why}; write {instead}")

    return property(absent)


METHODS: dict[str, Any] = {
    "T": property(transpose.call),
    "__array_function__": _array_function,
    "__ceil__": ceil.call,
    "__copy__": copied,
    "__delitem__": _in_place("del node[index]", "np.delete(node, index)"),
    "__divmod__": _divmod,
    "__floor__": floor.call,
    "__getitem__": getitem,
    "__rdivmod__": _rdivmod,
    "__reduce__": reduced,
    "__round__": _nearest,
    "__trunc__": trunc.call,
    "all": all_.call,
    "any": any_.call,
    "argmax": argmax.call,
    "argmin": argmin.call,
    "argsort": argsort.call,
    "at": property(At),
    "backward": backward,
    "clip": _clip,
    "compress": _compress,
    "copy": lambda node, order="C": full_copy(node, order),
    "cumprod": BY_FUNCTION[np.cumprod],
    "detach": detached,
    "diagonal": BY_FUNCTION[np.diagonal],
    "fill": _in_place("node.fill()", "np.full_like(node, number)"),
    "flatten": full_ravel,
    "itemset": _in_place("node.itemset()", "node.at[index].set(new)"),
    "mT": property(BY_FUNCTION[np.matrix_transpose]),
    "nonzero": lambda node: np.nonzero(node),
    "partition": _in_place("node.partition()", "np.partition(node, kth)"),
    "ravel": full_ravel,
    "put": _in_place("node.put()", "node.at[index].set(new)"),
    "repeat": BY_FUNCTION[np.repeat],
    "reshape": _reshape,
    "resize": _in_place("node.resize()", "np.resize(node, shape)"),
    "sort": _in_place("node.sort()", "np.sort(node)"),
    "take": BY_FUNCTION[np.take],
    "trace": BY_FUNCTION[np.trace],
    "round": round_,
    "transpose": _transpose,
    "base": _absent("base", MEMORY, "node.value.base"),
    "conj": _absent("conj", REAL, "node"),
    "data": _absent("data", MEMORY, "node.value, or node.detach() for a constant"),
    "flat": _absent("flat", MEMORY, "node.ravel()"),
    "imag": _absent("imag", REAL, "np.zeros_like(node)"),
    "real": _absent("real", REAL, "node"),
    "strides": _absent("strides", MEMORY, "node.value.strides"),
    "view": _absent("view", MEMORY, "node.astype(dtype), or node.reshape(shape)"),
}
for _name, _method in METHODS.items():
    if getattr(_method, "__module__", None) == __name__:  # what Python's own errors say
        _method.__qualname__ = f"Node.{_name}"
    setattr(Node, _name, _method)
