"""Raw values: what a Node may hold, how operands become values, how results are normalised.

A value is a Python float (any 0-d float64), a NumPy scalar (0-d float32 or float16) or an ndarray
of one of these three dtypes with at least one dimension; or, for the results of an op with several
outputs, the `Parts` that hold one such value each.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextvars import copy_context
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar

import numpy as np
from numpy import ndarray

Array = np.ndarray[Any, np.dtype[Any]]
Value = Any  # float | np.float32 | np.float16 | Array: a union would make every rule a cast

DTYPES = (np.dtype(np.float64), np.dtype(np.float32), np.dtype(np.float16))
DOUBLE, SINGLE, HALF = DTYPES
_total: Any = np.add.reduce
ARRAY_LIKE = (int, float, complex, np.generic, np.ndarray, list, tuple)


class Parts(tuple[Any, ...]):
    """The outputs of an op that has several, or the signals to them: None where none has come."""

    __slots__ = ()

    def __add__(self, other: Any) -> Parts:
        return Parts(
            q if p is None else p if q is None else p + q for p, q in zip(self, other, strict=True)
        )

    @property
    def shape(self) -> tuple[Any, ...]:
        """The shape of each."""
        return tuple(map(shape_of, self))

    @property
    def size(self) -> int:
        """How many numbers they hold together."""
        return sum(map(math.prod, self.shape))

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of all."""
        return dtype_of(self[0])


def constant(x: object, beside: Any = 0.0) -> Value:
    """The value of a raw operand: reals only, copied unless nobody can change it any more.

    Bools and integers become floats; arrays of them as wide as NumPy makes them `beside` another
    value: float32 times a mask is float32.
    """
    if type(x) is float:
        return x
    if type(x) is ndarray and x.ndim:
        dtype = x.dtype
        if dtype is DOUBLE or dtype is SINGLE or dtype is HALF:  # NumPy's own objects for them
            flags = x.flags
            return x if not flags.writeable and (flags.owndata or frozen(x)) else x.copy()
    if isinstance(x, int):  # bool is an int
        return _integer(x)
    if isinstance(x, np.ma.MaskedArray):
        raise TypeError(
            "a masked array would lose its mask here; write np.where(mask, 0.0, array.data) instead"
        )
    if isinstance(x, np.matrix):
        raise TypeError(
            "an np.matrix would lose its own meaning of * and ** here, which Nodes apply element "
            "by element; write np.asarray(matrix), and @ for products of matrices"
        )
    if not isinstance(x, ARRAY_LIKE):
        if hasattr(type(x), "__node__"):
            raise TypeError(
                "a Buffer stands for a Node, which would drop out of the graph here and lose its "
                "gradient in silence; write b.value for the bare numbers, or b.node for the Node"
            )
        raise TypeError(
            f"expected a number, an array or nested lists of numbers, but got {type(x).__name__}: "
            "derivatives exist for real numbers only; pass a float or an array of floats"
        )
    array: Array = np.asarray(x)
    if not any(array.dtype is dtype for dtype in DTYPES):
        array = _real(array, beside)
    if array.ndim == 0:
        return plain(array[()])
    return array.copy() if isinstance(x, ndarray) and np.may_share_memory(array, x) else array


def _integer(x: int) -> float:
    try:
        return float(x)
    except OverflowError:
        raise ValueError(
            f"an integer of {x.bit_length()} bits does not fit a float64; write float('inf') "
            "or scale the number"
        ) from None


def _real(array: Array, beside: Any) -> Array:
    kind = array.dtype.kind
    if kind in "biu":
        return array.astype(np.result_type(array.dtype, dtype_of(beside)))
    if kind == "f" and array.dtype.newbyteorder("=") in DTYPES:
        return array.astype(DTYPES[DTYPES.index(array.dtype.newbyteorder("="))])
    if kind == "c":
        raise TypeError(
            "complex values are out of scope: derivatives here are of real functions; "
            "write the real and imaginary parts as two arrays"
        )
    if kind == "f":
        raise TypeError(
            f"an array of dtype {array.dtype} has more digits than are kept here: a Node holds "
            "float64, float32 or float16; round it yourself, by array.astype(np.float64)"
        )
    raise TypeError(
        f"an array of dtype {array.dtype} holds no real numbers that can be differentiated; "
        "convert it with array.astype(np.float64), or, for a list that holds Nodes, "
        "write autograd.array([...])"
    )


def frozen(array: Array) -> bool:
    """Whether nobody can write to the memory of `array` through it or through its bases."""
    base: Any = array
    while isinstance(base, ndarray):
        if base.flags.writeable:
            return False
        base = base.base
    return base is None or isinstance(base, bytes)


def plain(v: Any) -> Value:
    """The result of a forward function, as a value."""
    if type(v) is ndarray:
        if v.ndim:
            return v
        v = v[()]
    if isinstance(v, float):  # np.float64 is a float
        return float(v)
    if isinstance(v, np.floating):
        return v
    if type(v) is Parts:
        return Parts(map(plain, v))
    if isinstance(v, (complex, np.complexfloating)) or np.iscomplexobj(v):
        raise TypeError(
            "a result is complex: derivatives here are of real functions only; give the op "
            "operands with real results, or its real and imaginary parts as two results"
        )
    return constant(v)


def read_only(v: Value) -> Value:
    """`v`, as it is handed to users: an array that cannot be written to."""
    if type(v) is ndarray and v.flags.writeable:
        v.flags.writeable = False
        base = v.base
        while isinstance(base, ndarray):
            base.flags.writeable = False
            base = base.base
    elif type(v) is Parts:
        for part in v:
            read_only(part)
    return v


def shape_of(v: Value) -> tuple[int, ...]:
    """The shape of a value; () for scalars, a tuple of shapes for parts."""
    return v.shape if type(v) is ndarray or type(v) is Parts else ()


def dtype_of(v: Value) -> np.dtype[Any]:
    """The dtype of a value; float64 for Python floats."""
    return DTYPES[0] if type(v) is float else v.dtype


def filled(shape: tuple[int, ...], number: Any, dtype: np.dtype[Any]) -> Value:
    """An array of one number, or the number itself where `shape` is ()."""
    if not shape:
        return float(number) if dtype is DTYPES[0] else dtype.type(number)
    out: Array = np.empty(shape, dtype)
    out.fill(number)
    return out


def fit(g: Value, like: Value) -> Value:
    """A signal for `like`: summed over the axes that broadcasting added, in the dtype of `like`."""
    if type(g) is ndarray and type(like) is ndarray and g.ndim == 2 and like.ndim == 1:
        rows, columns = g.shape
        dtype = g.dtype
        if columns == len(like) and rows <= MANY and dtype is like.dtype and dtype is not HALF:
            return _ones(rows, dtype).dot(g)
    if type(like) is not ndarray:
        if type(like) is Parts:
            each = g if type(g) is Parts else (g,) * len(like)
            return Parts(p if p is None else fit(p, v) for p, v in zip(each, like, strict=True))
        if type(g) is ndarray:
            g = _summed(g, None)
        return float(g) if type(like) is float else like.dtype.type(g)
    if type(g) is not ndarray:
        return filled(like.shape, g, like.dtype)
    shape = like.shape
    added = g.ndim - len(shape)
    if added > 0:
        g = _summed(g, tuple(range(added)))
    if g.shape != shape:
        stretched = tuple(i for i, n in enumerate(shape) if n == 1 and g.shape[i] != 1)
        if stretched:
            g = _summed(g, stretched, keepdims=True)
        if g.shape != shape:
            g = np.broadcast_to(g, shape)
    return g if g.dtype is like.dtype else g.astype(like.dtype)


def _summed(g: Array, axes: Any, keepdims: bool = False) -> Any:
    """The sum over axes; in single width where `g` has half, whose sums of ones end at 2048."""
    return _total(g, axes, np.float32 if g.dtype is HALF else None, None, keepdims)


MANY = 4096
"""Up to so many rows a product with ones sums them, in less than half the time of a reduction."""


@lru_cache(64)
def _ones(n: int, dtype: np.dtype[Any]) -> Array:
    return np.ones(n, dtype)


def has_nan(g: Value) -> bool:
    """Whether any element is NaN.

    The least element is NaN where any is; a sum of squares, faster for many, keeps NaN, too.
    """
    if type(g) is ndarray:
        size = g.size
        if size > MANY and g.dtype is not HALF:
            flat = g if g.ndim == 1 else g.ravel("K")
            g = flat.dot(flat)
        else:
            g = g.item(g.argmin()) if size else 0.0
    elif type(g) is Parts:
        return any(part is not None and has_nan(part) for part in g)
    return bool(g != g)


class _Errstate:
    """What stands for NumPy's variable where that is not known."""

    @staticmethod
    def set(silent: None) -> np.errstate:
        entered = np.errstate(all="ignore")
        entered.__enter__()
        return entered

    @staticmethod
    def reset(entered: np.errstate) -> None:
        entered.__exit__(None, None, None)


def _silence() -> Any:
    """The context variable in which NumPy keeps `errstate`, and its value where all is ignored."""
    with np.errstate(all="ignore"):
        found = [item for item in copy_context().items() if item[0].name == "numpy.ufunc.extobj"]
    return found[0] if found else (_Errstate, None)


ERRSTATE, SILENT = _silence()
"""To enter `np.errstate` takes as long as several operations on small arrays; to set this, less."""

P = ParamSpec("P")
R = TypeVar("R")


def quiet(f: Callable[P, R]) -> Callable[P, R]:
    """`f` under `np.errstate(all="ignore")`."""

    @wraps(f)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        outside = ERRSTATE.set(SILENT)
        try:
            return f(*args, **kwargs)
        finally:
            ERRSTATE.reset(outside)

    return wrapped
