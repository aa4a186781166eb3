"""Products of vectors, matrices and tensors."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy import ndarray

from autograd.node import Node, raw
from autograd.op import multilinear, overrides
from autograd.ops.shape import expand_dims, refuse, reshape, swapaxes, transpose
from autograd.values import Value, constant, shape_of


def _ndim(x: Any) -> int:
    return len(shape_of(raw(x)))


def _matmul(a: Value, b: Value, /) -> Any:
    if type(a) is ndarray and type(b) is ndarray and a.ndim == 2 and b.ndim == 2:
        try:
            return a.dot(b)  # the same product as matmul's at half the overhead
        except ValueError:
            pass  # whose error is matmul's, too
    return np.matmul(a, b)


def _matmul_left(d: Any, z: Any, a: Any, b: Any) -> Any:
    if type(d) is ndarray and d.ndim == 2 and type(b) is ndarray and b.ndim == 2:
        return d.dot(b.T)
    if _ndim(b) == 1:
        return d * b if _ndim(a) == 1 else expand_dims(d, -1) * b
    if _ndim(a) == 1:
        return (b @ expand_dims(d, -1))[..., 0]
    return d @ swapaxes(b, -1, -2)


def _matmul_right(d: Any, z: Any, a: Any, b: Any) -> Any:
    if type(d) is ndarray and d.ndim == 2 and type(a) is ndarray and a.ndim == 2:
        return a.T.dot(d)
    if _ndim(a) == 1:
        return d * a if _ndim(b) == 1 else expand_dims(a, -1) * expand_dims(d, -2)
    if _ndim(b) == 1:
        return (swapaxes(a, -1, -2) @ expand_dims(d, -1))[..., 0]
    return swapaxes(a, -1, -2) @ d


matmul = multilinear(
    _matmul, _matmul_left, _matmul_right,
    overrides=[np.matmul], operator="matmul", symbol="@", latex=r"{0} \, {1}",
    cases=[(shapes, {}) for shapes in [
        ((2, 3), (3, 4)), ((3,), (3,)), ((3,), (3, 2)), ((2, 3), (3,)), ((4, 2, 3), (3, 2)),
        ((2, 3), (4, 3, 2)), ((2, 1, 2, 3), (3, 3, 2)), ((3,), (2, 3, 2)), ((2, 2, 3), (3,)),
        ((0, 3), (3, 2)), ((2, 0), (0, 2)),
    ]],
)  # fmt: skip


def _dot(a: Value, b: Value, /) -> Any:
    return np.dot(a, b)


def _dot_left(d: Any, z: Any, a: Any, b: Any) -> Any:
    if not _ndim(a) or not _ndim(b):
        return d * b
    if _ndim(a) <= 2 and _ndim(b) <= 2:
        return _matmul_left(d, z, a, b)
    return _tensordot_left(d, z, a, b, _dot_axes(a, b))


def _dot_right(d: Any, z: Any, a: Any, b: Any) -> Any:
    if not _ndim(a) or not _ndim(b):
        return d * a
    if _ndim(a) <= 2 and _ndim(b) <= 2:
        return _matmul_right(d, z, a, b)
    return _tensordot_right(d, z, a, b, _dot_axes(a, b))


def _dot_axes(a: Any, b: Any) -> tuple[list[int], list[int]]:
    return [_ndim(a) - 1], [max(_ndim(b) - 2, 0)]


def _outer(a: Value, b: Value, /) -> Any:
    return np.outer(a, b)


def _tensordot(a: Value, b: Value, /, axes: Any = 2) -> Any:
    return np.tensordot(a, b, axes)


def _axes_of(a: Any, b: Any, axes: Any) -> tuple[list[int], list[int]]:
    """The summed axes of each operand, in pairs."""
    if isinstance(axes, int):
        return list(range(_ndim(a) - axes, _ndim(a))), list(range(axes))
    left, right = (np.atleast_1d(x).tolist() for x in axes)
    return [i % _ndim(a) for i in left], [i % _ndim(b) for i in right]


def _tensordot_left(d: Any, z: Any, a: Any, b: Any, axes: Any) -> Any:
    left, right = _axes_of(a, b, axes)
    free_a = [i for i in range(_ndim(a)) if i not in left]
    free_b = [i for i in range(_ndim(b)) if i not in right]
    g = np.tensordot(d, b, (list(range(len(free_a), _ndim(d))), free_b))
    order = free_a + [left[right.index(i)] for i in sorted(right)]
    return transpose(g, np.argsort(order).tolist()) if order else g


def _tensordot_right(d: Any, z: Any, a: Any, b: Any, axes: Any) -> Any:
    left, right = _axes_of(a, b, axes)
    free_a = [i for i in range(_ndim(a)) if i not in left]
    free_b = [i for i in range(_ndim(b)) if i not in right]
    g = np.tensordot(a, d, (free_a, list(range(len(free_a)))))
    order = [right[left.index(i)] for i in sorted(left)] + free_b
    return transpose(g, np.argsort(order).tolist()) if order else g


dot = multilinear(
    _dot, _dot_left, _dot_right,
    overrides=[np.dot], method=True, symbol="·", latex=r"{0} \cdot {1}",
    cases=[(shapes, {}) for shapes in [
        ((2, 3), (3, 4)), ((3,), (3,)), ((), (2, 3)), ((2,), ()), ((), ()), ((2, 3), (3,)),
        ((2, 3), (4, 3, 2)), ((2, 2, 3), (3,)), ((3,), (2, 3, 2)),
    ]],
)  # fmt: skip
outer = multilinear(
    _outer,
    lambda d, z, a, b: reshape(d @ reshape(b, (-1,)), shape_of(raw(a))),
    lambda d, z, a, b: reshape(reshape(a, (-1,)) @ d, shape_of(raw(b))),
    overrides=[np.outer], symbol="⊗", latex=r"{0} \otimes {1}",
    cases=[(((3,), (2,)), {}), (((2, 2), (3,)), {}), (((), (2,)), {})],
)  # fmt: skip
tensordot = multilinear(
    _tensordot, _tensordot_left, _tensordot_right, overrides=[np.tensordot],
    cases=[(((2, 3, 4), (3, 4, 2)), {}), (((2, 3), (3, 2)), {"axes": 1}),
           (((2,), (3,)), {"axes": 0}),
           (((2, 3, 4), (4, 2, 5)), {"axes": ([0, 2], [1, 0])}),
           (((2, 3, 4), (2, 5, 3)), {"axes": ((1, 0), (-1, 0))})],
)  # fmt: skip


def _einsum(*xs: Value, subscripts: str) -> Any:
    return np.einsum(subscripts, *xs)


def _einsum_rule(d: Any, y: Any, *xs: Any, subscripts: str) -> Callable[[int], Any]:
    return lambda i: _einsum_part(i, d, *xs, subscripts=subscripts)


def _einsum_part(i: int, d: Any, *xs: Any, subscripts: str) -> Any:
    """einsum of the signal and the other operands into the subscripts of operand i.

    A letter repeated in operand i becomes two, joined by an identity matrix; a letter that occurs
    nowhere else is filled by ones.
    """
    inputs, output = subscripts.split("->")
    terms = inputs.split(",")
    mine, factors = terms[i], [d] + [x for j, x in enumerate(xs) if j != i]
    letters = [output] + [t for j, t in enumerate(terms) if j != i]
    spare = [c for c in _LETTERS if c not in subscripts]
    wanted, lengths = "", shape_of(raw(xs[i]))
    for c, n in zip(mine, lengths, strict=True):
        new = spare.pop() if c in wanted else c
        if new != c:
            factors.append(np.eye(n))
            letters.append(c + new)
        elif not any(c in t for t in letters):
            factors.append(np.ones(n))
            letters.append(c)
        wanted += new
    return np.einsum(",".join(letters) + "->" + wanted, *factors)


_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_contract = multilinear(
    _einsum, _einsum_rule, name="einsum",
    cases=[(shapes, {"subscripts": s}) for s, shapes in [
        ("ij,jk->ik", ((2, 3), (3, 2))), ("i,i->", ((3,), (3,))), ("ii->i", ((3, 3),)),
        ("ij->", ((2, 3),)), ("iij,j->i", ((2, 2, 3), (3,))), ("ij->ji", ((2, 3),)),
        ("ij,ik,jk->", ((2, 3), (2, 2), (3, 2))), ("bij,bjk->bik", ((2, 2, 3), (2, 3, 2))),
        ("ij,j->i", ((2, 1), (3,))),
    ]],
)  # fmt: skip


@overrides(np.einsum)
def einsum(
    subscripts: str, *operands: Any, out: Any = None, optimize: Any = None, dtype: Any = None,
    order: str = "K", casting: str = "safe",
) -> Any:  # fmt: skip
    """NumPy's einsum with a string of subscripts; ellipses and implicit outputs included."""
    refuse("einsum", out=out, dtype=dtype, casting=casting)
    if not isinstance(subscripts, str):
        raise TypeError(
            "einsum takes its subscripts as a string where Nodes take part: the form with lists "
            "of axes is not recorded; write np.einsum('ij,jk->ik', a, b)"
        )
    return _contract(*operands, subscripts=_explicit(subscripts, operands))


@overrides(np.einsum_path)
def einsum_path(*operands: Any, **kwargs: Any) -> Any:
    """The cheapest order of contraction that NumPy finds: plain."""
    return np.einsum_path(*map(raw, operands), **kwargs)


def _explicit(subscripts: str, operands: tuple[Any, ...]) -> str:
    """The subscripts with ellipses spelled out and the output named."""
    text = subscripts.replace(" ", "")
    inputs, arrow, output = text.partition("->")
    terms = inputs.split(",")
    if len(terms) != len(operands):
        raise ValueError(f"einsum {subscripts!r} names {len(terms)} operands, not {len(operands)}")
    spare = [c for c in reversed(_LETTERS) if c not in text]
    extra = [_ndim(x) - len(t.replace("...", "")) for t, x in zip(terms, operands, strict=True)]
    longest = max((e for t, e in zip(terms, extra, strict=True) if "..." in t), default=0)
    rest = "".join(spare[:longest])
    named = [
        t.replace("...", rest[longest - e :] if e > 0 else "")
        for t, e in zip(terms, extra, strict=True)
    ]
    if not arrow:
        joined = "".join(terms).replace("...", "")
        output = "..." + "".join(sorted(c for c in set(joined) if joined.count(c) == 1))
    return ",".join(named) + "->" + output.replace("...", rest)


# NumPy's linalg names.

overrides(np.linalg.matmul)(matmul.call)


def operands(*xs: Any) -> tuple[Any, ...]:
    """Nodes as they are, anything else as a value, so that each has a shape."""
    return tuple(x if type(x) is Node else constant(x) for x in xs)


@overrides(np.linalg.outer)
def _linalg_outer(x1: Any, x2: Any, /) -> Any:
    x1, x2 = operands(x1, x2)
    if _ndim(x1) != 1 or _ndim(x2) != 1:
        raise ValueError(
            "Input arrays must be one-dimensional, but they are "
            f"x1.ndim={_ndim(x1)} and x2.ndim={_ndim(x2)}."
        )
    return outer(x1, x2)


@overrides(np.linalg.tensordot)
def _linalg_tensordot(x1: Any, x2: Any, /, *, axes: Any = 2) -> Any:
    return tensordot(x1, x2, axes)


@overrides(np.linalg.cross)
def _linalg_cross(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    x1, x2 = operands(x1, x2)
    if shape_of(raw(x1))[axis] != 3 or shape_of(raw(x2))[axis] != 3:
        np.linalg.cross(raw(x1), raw(x2), axis=axis)  # raises
    return np.cross(x1, x2, axis=axis)


@overrides(np.linalg.diagonal)
def _linalg_diagonal(x: Any, /, *, offset: int = 0) -> Any:
    return np.diagonal(x, offset, -2, -1)


@overrides(np.linalg.trace)
def _linalg_trace(x: Any, /, *, offset: int = 0, dtype: Any = None) -> Any:
    if dtype is not None:
        raise TypeError(
            "np.linalg.trace of a Node with dtype=: the dtype follows from the operand; "
            "write np.linalg.trace(node.astype(dtype))"
        )
    return np.trace(x, offset, -2, -1)


@overrides(np.linalg.vecdot)
def vecdot(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    """The sums of products along an axis, which the operands have in common."""
    x1, x2 = operands(x1, x2)
    lengths = [shape_of(raw(x))[axis : axis + 1 or None] for x in (x1, x2)]
    if not all(lengths) or lengths[0] != lengths[1]:
        numpys: Any = np.linalg.vecdot
        numpys(raw(x1), raw(x2), axis=axis)  # raises
    first, second = (transpose(x, _last(axis, _ndim(x))) for x in (x1, x2))
    return np.sum(first * second, axis=-1)


def _last(axis: int, ndim: int) -> list[int]:
    """All axes with that one last."""
    order = list(range(ndim))
    order.append(order.pop(axis))
    return order


@overrides(np.linalg.matrix_transpose)
def matrix_transpose(x: Any, /) -> Any:
    """The last two axes exchanged; ValueError where there are fewer.

    >>> import autograd
    >>> np.linalg.matrix_transpose(autograd.Node([[1.0, 2.0]])).shape
    (2, 1)
    """
    return x.swapaxes(-1, -2) if _ndim(x) > 1 else np.linalg.matrix_transpose(raw(x))


@overrides(np.linalg.matrix_power)
def matrix_power(a: Any, n: int) -> Any:
    """The product of `n` factors `a`; of the inverse where `n` is negative.

    >>> import autograd
    >>> np.linalg.matrix_power(autograd.Node([[2.0]]), 3).value
    array([[8.]])
    """
    n = operator.index(n)
    unit = np.linalg.matrix_power(raw(a), 0)
    if n == 0:
        everywhere: Any = np.where
        return everywhere(True, unit, a)
    square, power = a if n > 0 else np.linalg.inv(a), None
    n = abs(n)
    while True:
        if n % 2:
            power = square if power is None else power @ square
        n //= 2
        if not n:
            return power
        square = square @ square


@overrides(np.linalg.multi_dot)
def multi_dot(arrays: Any, *, out: Any = None) -> Any:
    """The product of several matrices in the order of least work; the ends may be vectors.

    >>> import autograd
    >>> np.linalg.multi_dot([autograd.Node([1.0, 2.0]), np.eye(2), np.ones((2, 1))]).value
    array([3.])
    """
    if out is not None:
        raise TypeError(
            "np.linalg.multi_dot of a Node with out=: it would write into memory that the graph "
            "has seen; use the result"
        )
    arrays = operands(*arrays)
    if len(arrays) == 2:
        return dot(*arrays)
    inner = all(_ndim(x) == 2 for x in arrays[1:-1])
    if len(arrays) < 2 or not inner or any(_ndim(x) not in (1, 2) for x in arrays):
        np.linalg.multi_dot([raw(x) for x in arrays])  # raises
    first, last = (shape_of(raw(x)) for x in (arrays[0], arrays[-1]))
    lengths = [first[0] if len(first) == 2 else 1, *(shape_of(raw(x))[0] for x in arrays[1:])]
    lengths.append(last[1] if len(last) == 2 else 1)

    return _product(arrays, _splits(lengths), 0, len(arrays) - 1)


def _splits(lengths: list[int]) -> dict[tuple[int, int], int]:
    """Where to split each product from i to j for the least work (Cormen et al., "Introduction to
    Algorithms", matrix-chain multiplication)."""
    work = {(i, i): 0 for i in range(len(lengths) - 1)}
    splits = {}
    for span in range(1, len(lengths) - 1):
        for i in range(len(lengths) - 1 - span):
            j = i + span
            work[i, j], splits[i, j] = min(
                (work[i, k] + work[k + 1, j] + lengths[i] * lengths[k + 1] * lengths[j + 1], k)
                for k in range(i, j)
            )
    return splits


def _product(arrays: Any, splits: dict[tuple[int, int], int], i: int, j: int) -> Any:
    if i == j:
        return arrays[i]
    k = splits[i, j]
    return _product(arrays, splits, i, k) @ _product(arrays, splits, k + 1, j)
