"""The methods of Node, as ndarrays have them, whose name or call differs from the op's."""

from typing import Any

from autograd.backward import backward
from autograd.node import Node
from autograd.ops.arithmetic import clip, identity
from autograd.ops.assign import At
from autograd.ops.predicates import all_, any_, argmax
from autograd.ops.shape import getitem, ravel, reshape, transpose


def _one_or_many(numbers: tuple[Any, ...]) -> Any:
    return numbers[0] if len(numbers) == 1 and not isinstance(numbers[0], int) else numbers


def _reshape(node: Node, *shape: Any) -> Node:
    return reshape(node, shape=_one_or_many(shape))  # type: ignore[no-any-return]


def _transpose(node: Node, *axes: Any) -> Node:
    return transpose(node, axes=_one_or_many(axes) or None)  # type: ignore[no-any-return]


def _clip(node: Node, min: Any = None, max: Any = None) -> Node:
    return clip(node, min, max)  # type: ignore[no-any-return]


METHODS: dict[str, Any] = {
    "T": property(transpose.call),
    "__getitem__": getitem,
    "all": all_.call,
    "any": any_.call,
    "argmax": argmax.call,
    "at": property(At),
    "backward": backward,
    "clip": _clip,
    "copy": identity.call,
    "flatten": ravel.call,
    "reshape": _reshape,
    "transpose": _transpose,
}
for _name, _method in METHODS.items():
    setattr(Node, _name, _method)
