"""Products of vectors and matrices under NumPy's other names, written in those of `linalg`."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.node import Node, raw
from autograd.op import overrides
from autograd.ops.linalg import dot, matmul, tensordot
from autograd.ops.shape import dims, expand_dims, ravel, reshape


@overrides(np.inner)
def inner(a: Any, b: Any, /) -> Any:
    """The sums of products over the last axes of both."""
    if not dims(a) or not dims(b):
        return dot(a, b)
    return tensordot(a, b, axes=((-1,), (-1,)))


@overrides(np.vdot)
def vdot(a: Any, b: Any, /) -> Any:
    """The sum of the products of all elements."""
    return dot(ravel(a), ravel(b))


@overrides(np.kron)
def kron(a: Any, b: Any) -> Any:
    """The Kronecker product: blocks of `b`, each scaled by an element of `a`.

    >>> kron(Node([1.0, 2.0]), [1.0, 1.0]).tolist()
    [1.0, 1.0, 2.0, 2.0]
    """
    ndim = max(len(dims(a)), len(dims(b)))
    rows, columns = ((1,) * (ndim - len(dims(x))) + dims(x) for x in (a, b))
    a = reshape(a, tuple(k for n in rows for k in (n, 1)))
    b = reshape(b, tuple(k for n in columns for k in (1, n)))
    return reshape(a * b, tuple(m * n for m, n in zip(rows, columns, strict=True)))


@overrides(np.cross)
def cross(
    a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None
) -> Any:
    """The vector perpendicular to two vectors of length 3, along an axis.

    >>> cross(Node([1.0, 0.0, 0.0]), [0.0, 1.0, 0.0]).tolist()
    [0.0, 0.0, 1.0]
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = (x if type(x) is Node else np.asarray(x) for x in (a, b))
    a, b = np.moveaxis(a, axisa, -1), np.moveaxis(b, axisb, -1)
    if {dims(a)[-1], dims(b)[-1]} - {2, 3}:
        np.cross(raw(a), raw(b))  # NumPy's own error
    if dims(a)[-1] != 3 or dims(b)[-1] != 3:
        raise TypeError(
            "np.cross of Nodes takes vectors of length 3: those of length 2 are deprecated in "
            "NumPy; write a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]"
        )
    a0, a1, a2 = (a[..., i] for i in range(3))
    b0, b1, b2 = (b[..., i] for i in range(3))
    c = np.stack([a1 * b2 - a2 * b1, a2 * b0 - a0 * b2, a0 * b1 - a1 * b0], axis=-1)
    return np.moveaxis(c, -1, axisc)


@overrides(np.vecdot)
def vecdot(a: Any, b: Any, /) -> Any:
    """The sum of products over the last axis, for all vectors of two stacks."""
    _enough_axes(np.vecdot, a, b)
    return matmul(expand_dims(a, -2), expand_dims(b, -1))[..., 0, 0]


@overrides(np.matvec)
def matvec(a: Any, b: Any, /) -> Any:
    """The products of matrices and vectors of two stacks."""
    _enough_axes(np.matvec, a, b)
    return matmul(a, expand_dims(b, -1))[..., 0]


@overrides(np.vecmat)
def vecmat(a: Any, b: Any, /) -> Any:
    """The products of vectors and matrices of two stacks."""
    _enough_axes(np.vecmat, a, b)
    return matmul(expand_dims(a, -2), b)[..., 0, :]


def _enough_axes(ufunc: np.ufunc, a: Any, b: Any) -> None:
    """NumPy's own error where an operand has fewer axes than vectors or matrices do."""
    assert ufunc.signature is not None
    for x, axes in zip((a, b), ufunc.signature.split("->")[0].split("),"), strict=True):
        if len(dims(x)) <= axes.count(","):
            ufunc(raw(a), raw(b))
