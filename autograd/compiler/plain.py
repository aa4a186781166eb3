"""Plain: what stands, while a function is traced, for numbers through which no signal passes."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from autograd.compiler.steps import Var, mapped, refuse, shape_depends
from autograd.dispatch import function_for
from autograd.node import HANDLES, Node, raw

if TYPE_CHECKING:
    from autograd.compiler.trace import Trace


PYTHON: dict[Any, Callable[..., Any]] = {
    np.add: operator.add, np.subtract: operator.sub, np.multiply: operator.mul,
    np.divide: operator.truediv, np.floor_divide: operator.floordiv, np.remainder: operator.mod,
    np.power: operator.pow, np.negative: operator.neg, np.positive: operator.pos,
    np.absolute: operator.abs, np.invert: operator.invert, np.left_shift: operator.lshift,
    np.right_shift: operator.rshift, np.bitwise_and: operator.and_, np.bitwise_or: operator.or_,
    np.bitwise_xor: operator.xor, np.equal: operator.eq, np.not_equal: operator.ne,
    np.less: operator.lt, np.less_equal: operator.le, np.greater: operator.gt,
    np.greater_equal: operator.ge,
}  # fmt: skip
"""What Python's own integers and bools do in place of NumPy's, which are of 64 bits and of one."""


class Plain(NDArrayOperatorsMixin):
    """Bools, integers, or anything else that plain NumPy computes from what is traced.

    NumPy's functions and operators of it are steps of the program; where it meets a Node it is a
    constant. It chooses in `np.where` and indexes, as long as shapes do not depend on it. What
    would need its value, such as `if` or `int()`, raises TypeError.
    """

    __slots__ = ("_nodes", "_trace", "_var")

    def __init__(self, trace: Trace, var: Var) -> None:
        self._trace = trace
        self._var = var
        self._nodes: dict[Any, Node] = {}

    @property
    def __node__(self) -> Node:
        return self._trace.as_real(self)

    def beside(self, other: Node) -> Node:
        """What stands for it where it meets `other`, whose dtype masks and small integers take."""
        return self._trace.as_real(self, other._value)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if _nodes(inputs):
            nodes = [x for x in inputs if type(x) is Node]
            beside = nodes[0] if len(nodes) == 1 and len(inputs) == 2 else None
            if beside is not None:
                inputs = tuple(x.beside(beside) if type(x) is Plain else x for x in inputs)
            return getattr(ufunc, method)(*_as_nodes(inputs), **kwargs)
        if kwargs.get("out") is not None or method == "at":
            raise TypeError(
                f"np.{ufunc.__name__} would write into an array while the function is traced; "
                "use the result instead"
            )
        if method != "__call__":
            ufunc = getattr(ufunc, method)
        elif not kwargs and {type(x) for x in concrete(inputs)} <= {int, bool}:
            ufunc = PYTHON.get(ufunc, ufunc)
        return self._trace.plainly(ufunc, *inputs, **kwargs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if _nodes((args, list(kwargs.values()))):
            ours = function_for(func)
            if not hasattr(ours, "plain"):
                args = _as_nodes(args)
                kwargs = {w: x if w == "where" else _as_nodes(x) for w, x in kwargs.items()}
            return ours(*args, **kwargs)
        if func in SHAPES:
            return func(self._var.value, *args[1:], **kwargs)
        if func is np.where and len(args) == 1:
            shape_depends("np.where of a condition alone")
        return self._trace.plainly(func, *args, **kwargs)

    def __getitem__(self, index: Any) -> Any:
        check_index(index)
        return self._trace.plainly(_getitem, self, index)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"a plain value has no attribute {name!r}")
        found = getattr(_array_like(self._var.value), name)
        if name in ("shape", "ndim", "size", "dtype", "itemsize", "nbytes"):
            return found
        if name in ("item", "tolist", "tobytes", "flat", "data"):
            refuse(f"{name} of a plain value")
        if name == "nonzero":
            shape_depends("nonzero")
        if not callable(found):
            return self._trace.plainly(getattr, self, name)

        def method(*args: Any, **kwargs: Any) -> Any:
            return self._trace.plainly(_method, self, name, *args, **kwargs)

        return method

    def __len__(self) -> int:
        return len(self._var.value)

    def __iter__(self) -> Any:
        return (self[i] for i in range(len(self)))

    def __hash__(self) -> NoReturn:
        refuse("the hash")

    def __repr__(self) -> str:
        return f"Plain({self._var.value!r})"

    def __array__(self, dtype: object = None, copy: object = None) -> NoReturn:
        raise TypeError(
            "a bool or integer that the compiled function computes would become an ndarray of the "
            "first call; to index an array by it, write autograd.Node(array, requires_grad=False)"
            "[i], or pass the array as an argument; return the value to read it outside"
        )

    def __bool__(self) -> NoReturn:
        refuse("the truth")

    def __float__(self) -> NoReturn:
        refuse("float()")

    def __int__(self) -> NoReturn:
        refuse("int()")

    def __index__(self) -> NoReturn:
        refuse("an index or a count, which must be fixed,")

    def __complex__(self) -> NoReturn:
        refuse("complex()")

    def __format__(self, spec: str) -> NoReturn:
        refuse("a formatted string")

    def __setitem__(self, index: object, new: object) -> NoReturn:
        raise TypeError(
            "a plain value cannot be assigned into while the function is traced; write "
            "np.where(mask, new, old)"
        )


SHAPES = {np.shape, np.ndim, np.size, np.result_type, np.zeros_like, np.ones_like, np.empty_like}
"""NumPy's functions that look at shape and dtype alone."""

BY_VALUE = {
    np.nonzero, np.flatnonzero, np.argwhere, np.unique, np.extract, np.compress, np.setdiff1d,
    np.intersect1d, np.union1d, np.trim_zeros,
}  # fmt: skip
"""NumPy's functions with results whose shape depends on values."""


def _getitem(x: Any, index: Any) -> Any:
    return x[index]


def _method(x: Any, name: str, *args: Any, **kwargs: Any) -> Any:
    return getattr(_array_like(x), name)(*args, **kwargs)


def _array_like(x: Any) -> Any:
    """A Python number as an array, whose attributes NumPy's functions of it have."""
    return np.asarray(x) if isinstance(x, (bool, int)) else x


def check_index(index: Any) -> None:
    """Raise where the shape of a part depends on values."""
    for part in index if isinstance(index, tuple) else (index,):
        if isinstance(part, slice) and Plain in map(type, (part.start, part.stop, part.step)):
            shape_depends("the bounds of a slice")
        if type(part) is Plain and part._var.value is not None:
            value = np.asarray(part._var.value)
            if value.dtype == bool:
                shape_depends(
                    "a mask as index, other than in x.at[mask].set(v), .add(v) and the like"
                )


def _nodes(tree: Any) -> bool:
    """Whether a Node, or what stands for one, is among arguments."""
    if isinstance(tree, (tuple, list)):
        return any(map(_nodes, tree))
    return type(tree) is Node or (type(tree) in HANDLES and type(tree) is not Plain)


def _as_nodes(tree: Any) -> Any:
    """Arguments with constant Nodes for plain values."""
    if isinstance(tree, dict):
        return {word: _as_nodes(x) for word, x in tree.items()}
    if isinstance(tree, (tuple, list)):
        return type(tree)(map(_as_nodes, tree))
    return tree.__node__ if type(tree) is Plain else tree


def concrete(tree: Any) -> Any:
    """The tree with the example values in place of Nodes and plain values."""
    return mapped(lambda x: x._var.value if type(x) is Plain else raw(x), tree)


HANDLES.add(Plain)
