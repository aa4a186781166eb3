"""Node: one value in the graph, the op that made it, and its place in the order of creation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count, repeat, starmap
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from autograd.dispatch import BY_FUNCTION, function_for, unusual
from autograd.state import SCOPE, current_trace, read
from autograd.values import Parts, Value, constant, dtype_of, filled, fit, read_only, shape_of

if TYPE_CHECKING:
    from autograd.op import Op
    from autograd.signatures import Signatures
else:
    Signatures = object

NUMBERS = count(1)
"""Creation numbers; a Node's operands always have smaller ones than the Node itself."""

HANDLES: set[type] = set()
"""Types that stand for a Node, which their `__node__` gives, and answer for NumPy themselves."""


def arrived(node: Node, *sweep: Any) -> None:
    """The `_pull` of a leaf that requires a gradient: a signal ends here."""


def retired(node: Node, *sweep: Any) -> None:
    """The `_pull` of a leaf that has required a gradient, but no longer does."""


arrived.op = retired.op = None  # type: ignore[attr-defined]


class Node(Signatures):
    """A value that remembers how it was computed.

    `Node(value)` is a leaf: a parameter or an input. Every NumPy function and operator applied to
    it gives a new Node, and `backward()` on the last of them carries the chain rule to all leaves.

    `value` may be a number, an array or nested lists of numbers; arrays are copied, and integers
    become float64, because a derivative needs reals. `requires_grad=False` makes a named constant.

    Raises TypeError for anything that is not real numbers (strings, None, complex, another Node).

    >>> w = Node(3.0, name="w")
    >>> (w * w).backward()
    >>> w.grad
    6.0
    """

    # _pull carries a signal on to the operands and knows its op; a leaf has `arrived` there, a
    # constant None. Interior Nodes of one or two operands without statics hold them in _x and _y,
    # all others a tuple of operands in _x and a dict in _y; _grad is the last sweep's signal. A
    # leaf holds in _x the sum of all sweeps, in _y its name, in _grad what arrives in a sweep.
    __slots__ = ("_grad", "_number", "_pull", "_scope", "_value", "_x", "_y")

    _grad: Value
    _number: int
    _pull: Any
    _scope: str
    _value: Value
    _x: Any
    _y: Any

    def __init__(
        self, value: object, *, name: str | None = None, requires_grad: bool = True
    ) -> None:
        if isinstance(value, Node):
            raise TypeError(
                "Node(node) would cut the graph in silence: the value is a Node already; "
                "use it as it is, or write node.detach() for a constant of the same value"
            )
        if name is not None and not isinstance(name, str):
            raise TypeError(
                f"a Node's name is a string, not {type(name).__name__}: pictures and messages "
                f"print it; write name={str(name)!r}"
            )
        value = constant(value)
        self._value = value.copy() if type(value) is np.ndarray else value
        self._pull = arrived if requires_grad else None
        self._number = next(NUMBERS)
        self._scope = SCOPE.get()
        self._y = name
        self._x = self._grad = None

    def __init_subclass__(cls) -> None:
        raise TypeError(
            "Node is final: the engine tells Nodes from numbers by their exact type; "
            "hold a Node in a class of your own instead"
        )

    # What it is.

    @property
    def value(self) -> Value:
        """The number itself: a float for 0-d float64, else a NumPy scalar or read-only array."""
        trace = current_trace()
        if trace is not None:
            trace.refuse(self, "value")
        return read_only(self._value)

    @value.setter
    def value(self, new: object) -> None:
        if self.op is not None:
            raise AttributeError(
                f"the value of an interior Node ({self.op.name}) follows from its operands and "
                "cannot be set; set the value of a leaf and run forward again"
            )
        if isinstance(new, Node):
            raise TypeError(
                "a leaf takes numbers, not a Node: it would forget how the Node was computed; "
                "write leaf.value = other.value"
            )
        raw = constant(new)
        if shape_of(raw) != shape_of(self._value):
            raise ValueError(
                f"the leaf has shape {self.shape} but the new value has {shape_of(raw)}: a leaf "
                "keeps its shape, as its gradient does; make a new Node for another shape"
            )
        if shape_of(raw):
            self._value = raw.astype(self.dtype, copy=raw is new)
        else:
            self._value = filled((), raw, self.dtype)
        self._number = next(NUMBERS)

    @property
    def grad(self) -> Value:
        """The responsibility signal ∂root/∂node, or None before any sweep reached the Node.

        On a leaf it is the sum over all sweeps since `zero_grad()`, and may be set.
        """
        if self.op is None:
            return read_only(self._x)
        g = getattr(self, "_grad", None)
        if g is not None and type(self._value) is np.ndarray:
            self._grad = g = fit(g, self._value)  # one number for all, or from a wider op
        return read_only(g)

    @grad.setter
    def grad(self, new: object) -> None:
        if self._pull is not arrived and self.op is not None:
            raise AttributeError(
                "the gradient of an interior Node cannot be set: it is the last sweep's signal; "
                "set .grad of a leaf, or give the sweep another seed="
            )
        if new is not None and not self.requires_grad:
            raise AttributeError(
                "a constant has no gradient, for no signal reaches it; write Node(node.value)"
            )
        self._x = None if new is None else self._own(new)

    def _own(self, new: object) -> Value:
        """A gradient of the Node's own shape and dtype from what a user assigns."""
        raw = constant(new)
        if shape_of(raw) != self.shape:
            raise ValueError(
                f"the gradient of a Node of shape {self.shape} cannot have shape {shape_of(raw)}: "
                "it has one number per element; write node.grad = None to reset it"
            )
        return raw.astype(self.dtype) if shape_of(raw) else filled((), raw, self.dtype)

    @property
    def op(self) -> Op | None:
        """The op that made it; None for a leaf."""
        return None if self._pull is None else self._pull.op

    @property
    def operands(self) -> tuple[Any, ...]:
        """What the op was applied to, in order and with repeats: Nodes and raw constants."""
        return tuple(map(read_only, operands_of(self)))

    @property
    def statics(self) -> dict[str, Any]:
        """The op's arguments that are no operands: axis, shape, index and the like."""
        op = self.op
        return {} if op is None or op.compact else dict(self._y)

    @property
    def name(self) -> str | None:
        """The name given at construction."""
        return self._y if self.op is None else None

    @property
    def scope(self) -> str:
        """The dotted scope that was current when it was made; '' outside all scopes."""
        return self._scope

    @property
    def requires_grad(self) -> bool:
        """Whether signals reach it; false for constants."""
        return self._pull is not None and self._pull is not retired

    @property
    def shape(self) -> tuple[int, ...]:
        """As NumPy's: the lengths of the axes."""
        return shape_of(self._value)

    @property
    def ndim(self) -> int:
        """As NumPy's: the number of axes."""
        return len(shape_of(self._value))

    @property
    def size(self) -> int:
        """As NumPy's: the number of elements."""
        return 1 if type(self._value) is float else self._value.size

    @property
    def dtype(self) -> np.dtype[Any]:
        """As NumPy's: float64, float32 or float16."""
        return dtype_of(self._value)

    # Ways out of the graph.

    def item(self) -> float:
        """The one element as a Python float; ValueError if there is not exactly one."""
        read(self, "item()")
        return self._value if type(self._value) is float else float(self._value.item())

    def tolist(self) -> Any:
        """The value as nested lists of Python floats."""
        read(self, "tolist()")
        return self._value if type(self._value) is float else self._value.tolist()

    def zero_grad(self) -> None:
        """Forget the gradient: `grad` is None afterwards."""
        if self.op is None:
            self._x = None
        else:
            self._grad = None

    # What Python asks of numbers and sequences.

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        fields = self._value if type(self._value) is Parts else (self._value,)
        parts = [
            repr(v)
            if type(v) is float
            else np.array2string(np.asarray(v), precision=4, separator=", ", threshold=20)
            for v in fields
        ]
        if self.dtype is not np.dtype(np.float64):
            parts.append(f"dtype={self.dtype}")
        if self.name is not None:
            parts.append(f"name={self.name!r}")
        if self.op is not None:
            parts.append(f"op={self.op.name}")
        elif not self.requires_grad:
            parts.append("requires_grad=False")
        return f"Node({', '.join(parts)})"

    def __format__(self, spec: str) -> str:
        read(self, "a formatted string")
        return format(self._value, spec) if spec else str(self._value)

    def __len__(self) -> int:
        if not self.shape:
            self._no_sequence("len()")
        return len(self._value)

    def __iter__(self) -> Iterator[Node]:
        if not self.shape:
            self._no_sequence("iteration")
        return (self[i] for i in range(len(self._value)))

    def _no_sequence(self, what: str) -> NoReturn:
        raise TypeError(
            f"{what} of a 0-d Node: it is one number, not a sequence; write node.size for the "
            "count of its numbers, or node.reshape(1) for a sequence of one"
        )

    def __bool__(self) -> bool:
        if self.size != 1:
            raise TypeError(
                f"the truth of a Node of shape {self.shape} is ambiguous: it has {self.size} "
                "numbers; write (node > 0).any() or (node > 0).all()"
            )
        read(self, "the truth")
        return bool(self._value)

    def __contains__(self, item: object) -> NoReturn:
        raise TypeError(
            "`in` would compare values and forget the graph; write (node.value == x).any() "
            "for values, or any(item is node for node in nodes) for Nodes"
        )

    def __setitem__(self, index: object, new: object) -> NoReturn:
        raise TypeError(
            "a Node cannot be assigned into: earlier uses must keep the value they saw; write "
            "node.at[index].set(v) or np.where(mask, new, node) for a new Node, or fill a Buffer "
            "piece by piece: b = autograd.zeros(shape) or autograd.buffer(node); b[index] = v"
        )

    def _leaves(self, what: str) -> NoReturn:
        read(self, what)
        raise TypeError(
            f"{what} would drop the Node out of the graph and lose its gradient in silence; write "
            "node.value or node.item() for the bare number; a NumPy function, such as "
            "np.sin(node), to stay in the graph; autograd.array([...]) for a list that holds "
            "Nodes; b = autograd.zeros(shape), a Buffer, or node.at[index].set(v) to assign Nodes"
        )

    def __array__(self, dtype: object = None, copy: object = None) -> NoReturn:
        self._leaves("making an ndarray of it")

    def __float__(self) -> NoReturn:
        self._leaves("float() or a function of `math`")

    def __int__(self) -> NoReturn:
        self._leaves("int()")

    def __index__(self) -> NoReturn:
        self._leaves("using it as an index or a count")

    def __complex__(self) -> NoReturn:
        self._leaves("complex()")

    # What NumPy asks of array-likes.

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method == "__call__" and not kwargs:
            ours = BY_FUNCTION.get(ufunc)
            return ours(*inputs) if ours else function_for(ufunc)(*inputs)
        return unusual(ufunc, method, inputs, kwargs)


BLANKS = starmap(object.__new__, repeat((Node,)))
"""Empty Nodes; `next(BLANKS)` skips the checks of `Node(...)`."""


def leaf(value: Value, *, live: bool) -> Node:
    """A leaf that holds `value` itself, not a copy: for values that the engine owns."""
    node: Node = next(BLANKS)
    node._number = next(NUMBERS)
    node._value = value
    node._pull = arrived if live else None
    node._scope = SCOPE.get()
    node._x = node._y = node._grad = None
    return node


def operands_of(node: Node) -> tuple[Any, ...]:
    """The operands themselves, to be read only."""
    op = node.op
    if op is None:
        return ()
    return (node._x, node._y)[: op.arity] if op.compact else node._x


def values_of(nodes: Iterable[Node]) -> list[Value]:
    """The values themselves, to be read only."""
    return [node._value for node in nodes]


def gradients_of(leaves: Iterable[Node]) -> list[Value | None]:
    """The gradients of leaves themselves, to be read only; None where no sweep has arrived."""
    return [leaf._x for leaf in leaves]


def put_gradients(leaves: Iterable[Node], gradients: Iterable[Value | None]) -> None:
    """Let leaves have these gradients, of their own shapes and dtypes, and no others."""
    for node, gradient in zip(leaves, gradients, strict=True):
        node._x = gradient


def renew(leaves: Iterable[Node], values: Iterable[Value]) -> None:
    """Give leaves new values of their own shapes and dtypes, which nobody will change."""
    for node, value in zip(leaves, values, strict=True):
        node._value = value
        node._number = next(NUMBERS)


def rescope(leaf: Node, scope: str) -> None:
    """Let a leaf belong to another scope than that in which it was made."""
    leaf._scope = scope


def raw(x: Any) -> Any:
    """The value of a Node, or of what stands for one; anything else as it is."""
    if type(x) is Node:
        return x._value
    return x.__node__._value if type(x) in HANDLES else x


def as_node(x: Any) -> Any:
    """The Node that `x` stands for, as a Buffer does; anything else as it is."""
    return x.__node__ if type(x) in HANDLES else x


def computed(x: Any) -> bool:
    """Whether `x` are bools or integers that a program computes in each call, being traced."""
    return hasattr(type(x), "beside")
