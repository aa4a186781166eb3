"""Buffer: an array to be filled piece by piece with numbers and Nodes."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.errors import describe
from autograd.node import HANDLES, Node, as_node, leaf, raw
from autograd.ops.assign import Place, assign
from autograd.ops.shape import (
    array,
    astype,
    broadcast_to,
    concatenate,
    own_index,
    ravel,
    reshape,
    stack,
)
from autograd.state import Switch, current_trace, taped_scope
from autograd.sweep import stale
from autograd.values import DTYPES, Array, constant, plain, shape_of

Method = Callable[["Buffer", Any], Any]


def _binary(function: Callable[[Any, Any], Any]) -> tuple[Method, Method, Method]:
    """The methods of an operator: with the Buffer first, with it second, and in place."""

    def in_place(self: Buffer, other: Any) -> Buffer:
        self[...] = function(self.node, as_node(other))
        return self

    return (
        lambda self, other: function(self.node, as_node(other)),
        lambda self, other: function(as_node(other), self.node),
        in_place,
    )


def _of_node(function: Callable[..., Any]) -> Callable[..., Any]:
    """The method that asks the Node."""
    return lambda self, *args, **kwargs: function(self.node, *map(as_node, args), **kwargs)


def _nodes(x: Any) -> Any:
    """Arguments of a NumPy function, with Nodes for Buffers, in lists, too."""
    if isinstance(x, dict):
        return {word: _nodes(part) for word, part in x.items()}
    if type(x) in (list, tuple):
        return type(x)(map(_nodes, x))
    return as_node(x)


class Buffer:
    """An array that is assigned into: a handle that stands for a Node.

    `autograd.zeros`, `full`, `empty_like` and `buffer` make one. `b[index] = v` takes numbers,
    arrays and Nodes, as NumPy does; operators, ops and NumPy functions take the Buffer for the
    Node that it stands for at that moment, so earlier uses keep the values they saw. That Node is
    a constant until a Node that requires a gradient is assigned, and after an assignment under
    `no_grad`.

    What it has no method for, such as `b.sum()` or `b.T`, it asks its Node for. Parts of it are
    Nodes and no views: write `b[i, j] = v`, not `b[i][j] = v`.

    Raises NumPy's own errors for indices and shapes that do not fit, TypeError for what is no
    real number.

    >>> a, b = Node(2.0), zeros(3)
    >>> for i in range(3):
    ...     b[i] = a * (b[i - 1] + 1.0)
    >>> b.sum().backward(); a.grad
    23.0
    """

    # _values is up to date, but for places that a compiled program computes. _node is what it
    # stood for before the assignments in _pending, or None where it stands for the constant of its
    # values. Assignments wait until somebody looks, so that n of them make one array and not n.
    __slots__ = ("_node", "_pending", "_scope", "_values")

    _node: Node | None
    _pending: list[tuple[Any, Any, int]]
    _scope: str
    _values: Array

    def __init__(self, start: Any) -> None:
        self._stand_for(start)

    def _stand_for(self, start: Any) -> None:
        self._node = start if type(start) is Node else None
        self._pending = []
        self._scope = ""
        self._values = np.array(raw(start))

    @property
    def node(self) -> Node:
        """The Node that it stands for now."""
        if self._node is None:
            self._node = leaf(plain(self._values.copy()), live=False)
        elif self._pending:
            self._node, self._pending = self._filled(self._node), []
        return self._node

    __node__ = node

    def _filled(self, node: Node) -> Node:
        """`node` after the pending assignments: one, in which the last for each place counts."""
        for _, v, number in self._pending:
            if type(v) is Node and v._number != number:
                stale(v)
        indices = [index for index, _, _ in self._pending]
        values = [v for _, v, _ in self._pending]
        with Switch(self._scope, recorded=True):
            if len(values) == 1:
                return assign(node, values[0], indices[0])  # type: ignore[no-any-return]
            numbers = np.arange(node.size).reshape(node.shape)
            places = [numbers[index] for index in indices]
            shapes = [np.shape(place) for place in places]
            if any(shapes) or any(shape_of(raw(v)) for v in values):
                flat = (ravel(_spread(v, shape)) for v, shape in zip(values, shapes, strict=True))
                together = concatenate(list(flat))
            else:
                together = stack(values)
            chosen = np.concatenate([np.ravel(place) for place in places])
            return assign(node, together, np.unravel_index(chosen, node.shape))  # type: ignore[no-any-return]

    def __setitem__(self, index: Any, v: Any) -> None:
        scope = taped_scope()
        try:
            v = as_node(array(v) if isinstance(v, (list, tuple)) else v)
            trace = current_trace()
            live = type(v) is Node and ((v.requires_grad and scope is not None) or bool(trace))
            v = v if live else constant(raw(v))
            index = own_index(index)
            if trace is not None and trace.computes(index, ()):
                self._node, self._pending = assign(self.node, v, index), []
                return
            before = self._before(live, scope, _whole(index))
            self._values[index] = raw(v)
        except Exception as error:
            error.add_note(
                f"while assigning {describe(v)} into a Buffer of shape {list(self.shape)}"
            )
            raise
        if live and _whole(index):
            v = v if v.dtype == self.dtype else astype(v, self.dtype)
            self._node, self._pending = _spread(v, self.shape), []
        elif before is None:
            self._node, self._pending = None, []
        else:
            self._node = before
            self._pending.append((index, v, getattr(v, "_number", 0)))
            self._scope = scope or ""

    def _before(self, live: bool, scope: str | None, whole: bool) -> Node | None:
        """The Node that an assignment is to change; None where nothing of it stays or counts."""
        if (scope is None and current_trace() is None) or whole:
            return None
        constant = self._node is None or not (self._node.requires_grad or current_trace())
        if not live and not self._pending and constant:
            return None
        wait = self._node is not None and scope == self._scope and self.ndim
        return self._node if wait else self.node

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method == "at" and inputs[0] is self:
            place, others = Place(self.node, inputs[1]), _nodes(inputs[2:])
            adds = ufunc is np.add
            self[...] = place.add(*others) if adds else place.apply(lambda x: ufunc(x, *others))
            return None
        return getattr(ufunc, method)(*_nodes(inputs), **_nodes(kwargs))

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return func(*_nodes(args), **_nodes(kwargs))

    def __getattr__(self, name: str) -> Any:
        if name == "node" or name.startswith("_"):
            raise AttributeError(f"a Buffer has no attribute {name!r}")
        return getattr(self.node, name)

    @property
    def shape(self) -> tuple[int, ...]:
        """As NumPy's: the lengths of the axes."""
        return shape_of(self._values)

    @property
    def ndim(self) -> int:
        """As NumPy's: the number of axes."""
        return self._values.ndim

    @property
    def size(self) -> int:
        """As NumPy's: the number of elements."""
        return self._values.size

    @property
    def dtype(self) -> np.dtype[Any]:
        """As NumPy's: float64, float32 or float16; assignment casts to it."""
        return self._values.dtype

    def copy(self) -> Buffer:
        """A Buffer of its own that stands for the same Node."""
        return Buffer(self.node)

    def fill(self, v: Any) -> None:
        """Assign one number, or a Node of one, to all elements."""
        self[...] = v

    def __reduce__(self) -> Any:
        return Buffer, (self.node,)

    def __repr__(self) -> str:
        return repr(self.node).replace("Node", "Buffer", 1)

    def __getitem__(self, index: Any) -> Any:
        return self.node[index]

    __len__ = _of_node(len)
    __iter__ = _of_node(iter)
    __contains__ = _of_node(operator.contains)
    __format__ = _of_node(format)
    __bool__ = _of_node(bool)
    __float__ = _of_node(float)
    __int__ = _of_node(int)
    __complex__ = _of_node(complex)
    __index__ = _of_node(operator.index)
    __array__ = _of_node(np.asarray)
    __round__ = _of_node(round)
    __floor__ = _of_node(math.floor)
    __ceil__ = _of_node(math.ceil)
    __trunc__ = _of_node(math.trunc)
    __neg__ = _of_node(operator.neg)
    __pos__ = _of_node(operator.pos)
    __abs__ = _of_node(abs)
    __lt__ = _of_node(operator.lt)
    __le__ = _of_node(operator.le)
    __gt__ = _of_node(operator.gt)
    __ge__ = _of_node(operator.ge)
    __eq__ = _of_node(operator.eq)
    __ne__ = _of_node(operator.ne)
    __add__, __radd__, __iadd__ = _binary(operator.add)
    __sub__, __rsub__, __isub__ = _binary(operator.sub)
    __mul__, __rmul__, __imul__ = _binary(operator.mul)
    __truediv__, __rtruediv__, __itruediv__ = _binary(operator.truediv)
    __floordiv__, __rfloordiv__, __ifloordiv__ = _binary(operator.floordiv)
    __mod__, __rmod__, __imod__ = _binary(operator.mod)
    __pow__, __rpow__, __ipow__ = _binary(operator.pow)
    __matmul__, __rmatmul__, __imatmul__ = _binary(operator.matmul)
    __divmod__, __rdivmod__, _ = _binary(divmod)
    del _


HANDLES.add(Buffer)


def _whole(index: Any) -> bool:
    """Whether an index names all elements, in the shape they have."""
    whole_axis = isinstance(index, slice) and index == slice(None)
    return index is ... or whole_axis or (isinstance(index, tuple) and not index)


def _spread(v: Any, shape: tuple[int, ...]) -> Any:
    """`v` broadcast to the places it is assigned to; NumPy drops leading axes of length 1."""
    own = shape_of(raw(v))
    if own == shape:
        return v
    if len(own) > len(shape):
        v = reshape(v, own[len(own) - len(shape) :])
    return broadcast_to(v, shape)


def _dtype(dtype: Any) -> np.dtype[Any]:
    found: np.dtype[Any] = np.dtype(dtype)
    if found not in DTYPES:
        raise TypeError(
            f"a Buffer cannot hold {found}: derivatives need float64, float32 or float16; leave "
            "dtype= out, or write np.zeros for a plain array"
        )
    return found


def buffer(start: Any) -> Buffer:
    """A Buffer that starts as a Node, an array, a number or nested lists of them.

    >>> b = buffer(Node([1.0, 2.0]))
    >>> b[0] *= 10.0
    >>> b
    Buffer([10.,  2.], op=assign)
    """
    start = as_node(array(start) if isinstance(start, (list, tuple)) else start)
    return Buffer(start if type(start) is Node else constant(start))


def zeros(shape: Any, dtype: Any = np.float64) -> Buffer:
    """A Buffer of that shape full of zeros; TypeError for a dtype that is no float.

    >>> zeros((2, 3)).shape
    (2, 3)
    """
    return Buffer(np.zeros(shape, _dtype(dtype)))


def full(shape: Any, fill_value: Any, dtype: Any = None) -> Buffer:
    """A Buffer of that shape, filled with a number, an array or a Node, which is broadcast.

    >>> full(2, Node(3.0)).sum().value
    6.0
    """
    start = broadcast_to(buffer(fill_value).node, shape)
    return Buffer(start if dtype is None else astype(start, _dtype(dtype)))


def empty_like(prototype: Any, dtype: Any = None, *, shape: Any = None) -> Buffer:
    """A Buffer full of zeros, with the shape and dtype of an array, a Node or a Buffer.

    >>> empty_like(Node([1.0, 2.0])).shape
    (2,)
    """
    like = buffer(prototype)
    return zeros(like.shape if shape is None else shape, like.dtype if dtype is None else dtype)
