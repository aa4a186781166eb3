"""Functions with bool or int results: no derivative passes them, and they give plain arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.node import raw
from autograd.op import overrides, predicate

equal = predicate(np.equal, operator="eq")
not_equal = predicate(np.not_equal, operator="ne")
less = predicate(np.less, operator="lt")
less_equal = predicate(np.less_equal, operator="le")
greater = predicate(np.greater, operator="gt")
greater_equal = predicate(np.greater_equal, operator="ge")
isnan = predicate(np.isnan)
isinf = predicate(np.isinf)
isfinite = predicate(np.isfinite)
signbit = predicate(np.signbit)
isposinf = predicate(np.isposinf, arity=1)
isneginf = predicate(np.isneginf, arity=1)
iscomplex = predicate(np.iscomplex, arity=1)
isreal = predicate(np.isreal, arity=1)
iscomplexobj = predicate(np.iscomplexobj, arity=1)
isrealobj = predicate(np.isrealobj, arity=1)
logical_and = predicate(np.logical_and)
logical_or = predicate(np.logical_or)
logical_xor = predicate(np.logical_xor)
logical_not = predicate(np.logical_not)
count_nonzero = predicate(np.count_nonzero, arity=1)
nonzero = predicate(np.nonzero, arity=1)
flatnonzero = predicate(np.flatnonzero, arity=1)
argwhere = predicate(np.argwhere, arity=1)
argpartition = predicate(
    np.argpartition, arity=1, cases=[(((4,),), {"kth": 2}), (((2, 3),), {"kth": 1, "axis": 0})]
)
searchsorted = predicate(
    np.searchsorted, arity=2, cases=[(((4,), (3,)), {}), (((4,), ()), {"side": "right"})]
)
digitize = predicate(np.digitize, arity=2, cases=[(((4,), (1,)), {}), (((), (1,)), {})])
argmax = predicate(np.argmax, arity=1)
argmin = predicate(np.argmin, arity=1)
argsort = predicate(np.argsort, arity=1)
any_ = predicate(np.any, arity=1)
all_ = predicate(np.all, arity=1)
allclose = predicate(np.allclose, arity=2)
isclose = predicate(np.isclose, arity=2)
array_equal = predicate(np.array_equal, arity=2)


@overrides(np.shape)
def shape(node: object) -> tuple[int, ...]:
    """The shape of a Node's value."""
    return np.shape(raw(node))


@overrides(np.ndim)
def ndim(node: object) -> int:
    """The number of axes of a Node's value."""
    return np.ndim(raw(node))


@overrides(np.size)
def size(node: object, axis: int | None = None) -> int:
    """The number of elements of a Node's value."""
    return np.size(raw(node), axis)


@overrides(np.result_type)
def result_type(*nodes: object) -> Any:
    """The dtype that the operands' values promote to."""
    return np.result_type(*map(raw, nodes))


@overrides(np.zeros_like)
def zeros_like(node: object, *args: Any, **kwargs: Any) -> Any:
    """Plain zeros in the shape and dtype of a Node's value."""
    return np.zeros_like(raw(node), *args, **kwargs)


@overrides(np.ones_like)
def ones_like(node: object, *args: Any, **kwargs: Any) -> Any:
    """Plain ones in the shape and dtype of a Node's value."""
    return np.ones_like(raw(node), *args, **kwargs)
