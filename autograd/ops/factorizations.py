"""Factors of matrices, Cholesky, QR, eigenvalues and singular values, for stacks of them too.

Where a factor is not determined by the matrix (vectors of equal eigenvalues or singular values,
the complement in a full or complete factor), signals are right for functions that do not depend on
the choice; vectors of exactly equal values have derivatives that are not finite.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.node import raw
from autograd.op import Op, general, opaque, overrides
from autograd.ops.arithmetic import absolute, where
from autograd.ops.linalg import matrix_transpose as T
from autograd.ops.shape import concatenate, dims, expand_dims
from autograd.values import Parts, Value, dtype_of


def _symmetric(g: Any) -> Any:
    return 0.5 * (g + T(g))


def _lower(x: Any, diagonal: float = 1.0) -> Any:
    """The lower triangle of square `x`, the diagonal times a number."""
    n = dims(x)[-1]
    weights = np.tril(np.ones((n, n)), -1) + diagonal * np.eye(n)
    return x * weights.astype(dtype_of(raw(x)))


def _thin(q: Any, d: Any, k: int) -> tuple[Any, Any]:
    """The first `k` columns of orthogonal `q`, and the signal to them that replaces `d`.

    The other columns are chosen to turn with the first ones and not among themselves.
    """
    if dims(q)[-1] == k:
        return q, d
    first, rest = q[..., :k], q[..., k:]
    if d is None:
        return first, None
    return first, d[..., :k] - rest @ (T(d[..., k:]) @ first)


def _quiet(*signals: Any) -> Any:
    """Which matrices of a stack get no signal other than zero."""
    quiet: Any = True
    for d in signals:
        if d is not None:
            quiet = quiet & np.all(d == 0.0, axis=(-2, -1), keepdims=True)
    return quiet


def _cholesky(a: Value, /, upper: bool = False) -> Any:
    return np.linalg.cholesky(a, upper=upper)


def _cholesky_rule(d: Any, y: Any, a: Any, upper: bool) -> Any:
    """sym(L⁻ᵀ Φ(Lᵀ D) L⁻¹), where Φ keeps the lower triangle and halves the diagonal.

    I. Murray, "Differentiation of the Cholesky decomposition", arXiv:1602.07527, 2016.
    """
    if upper:
        y, d = T(y), T(d)
    inner = _lower(T(y) @ _lower(d), 0.5)
    solve: Any = np.linalg.solve
    return _symmetric(solve(T(y), T(solve(T(y), T(inner)))))


cholesky = general(_cholesky, _cholesky_rule, overrides=[np.linalg.cholesky], cases="composed")


def _qr(a: Value, /, mode: Any = "reduced") -> Parts:
    return Parts(np.linalg.qr(a, mode))


def _qr_rule(d: Any, y: Any, a: Any, mode: str) -> Any:
    """(Q̄ + Q copyltu(M)) R⁻ᵀ with M = R R̄ᵀ − Q̄ᵀ Q, where copyltu mirrors the lower triangle.

    S. Walter and L. Lehmann, "Algorithmic differentiation of linear algebra functions with
    application in optimum experimental design", arXiv:1001.1654, 2010. Of a wide matrix the
    columns beyond the square are Qᵀ times theirs (D. Roberts and L. Roberts, arXiv:2009.10071).
    """
    m, n = dims(a)[-2:]
    k = min(m, n)
    q, dq = _thin(y[0], d[0], k)
    r, dr = y[1][..., :k, :k], None if d[1] is None else d[1][..., :k, :]
    tail = None
    if n > m and dr is not None:
        tail = q @ dr[..., m:]
        extra = a[..., m:] @ T(dr[..., m:])
        dq = extra if dq is None else dq + extra
    inner = 0.0
    if dr is not None:
        inner = r @ _lower(T(dr[..., :k]))
    if dq is not None:
        inner = inner - T(dq) @ q
    g = q @ (_lower(inner) + T(_lower(inner, 0.0)))
    g = _over_transposed(g if dq is None else dq + g, r)
    if n == k:
        return g
    rest = np.zeros((*dims(g)[:-1], n - k), dtype_of(raw(a))) if tail is None else tail
    return concatenate([g, rest], axis=-1)


def _over_transposed(g: Any, r: Any) -> Any:
    """G R⁻ᵀ for triangular R; NaN where R is singular, or 0 where G is 0."""
    zeros = where(np.eye(dims(r)[-1], dtype=bool), r, 1.0) == 0.0
    singular = np.any(zeros, axis=(-2, -1), keepdims=True)
    unit = np.eye(dims(r)[-1], dtype=dtype_of(raw(r)))
    solve: Any = np.linalg.solve
    return T(solve(where(singular, where(_quiet(g), unit, np.nan), r), T(g)))


_qr_parts = general(_qr, _qr_rule, cases="composed", name="qr")
_QRResult: Any = type(np.linalg.qr(np.eye(1)))


@overrides(np.linalg.qr)
def qr(a: Any, mode: Any = "reduced") -> Any:
    """The orthogonal and the triangular factor; with mode="r" the triangular one alone.

    TypeError for mode="raw": Householder reflections have no derivative here.

    >>> import autograd
    >>> np.linalg.qr(autograd.Node([[3.0], [4.0]]), mode="r").value.round(3)
    array([[-5.]])
    """
    if mode == "r":
        return _qr_parts(a)[1]
    if mode not in ("reduced", "complete"):
        np.linalg.qr(np.eye(1), mode)  # raises where it is no mode at all
        raise TypeError(
            f"np.linalg.qr of a Node with mode={mode!r}: reflections have no derivative here; "
            'write mode="reduced", "complete" or "r"'
        )
    return _QRResult(*_qr_parts(a, mode=mode))


# Eigenvalues of symmetric matrices.


def _eigh(a: Value, /, UPLO: Any = "L") -> Parts:
    return Parts(np.linalg.eigh(a, UPLO))


def _eigh_rule(d: Any, y: Any, a: Any, UPLO: str) -> Any:
    """V (diag(w̄) + (Vᵀ V̄) / E) Vᵀ, made symmetric, with E_ij = w_j − w_i (Giles 2008)."""
    w, v = y[0], y[1]
    g = 0.0 if d[0] is None else (v * expand_dims(d[0], -2)) @ T(v)
    if d[1] is not None:
        gaps = expand_dims(w, -2) - expand_dims(w, -1)
        g = g + v @ _off_diagonal(T(v) @ d[1], gaps, _quiet(d[1])) @ T(v)
    return _symmetric(g)


def _off_diagonal(x: Any, gaps: Any, quiet: Any) -> Any:
    """x / gaps, and 0 on the diagonal; 0 / 0 is 0 in quiet matrices."""
    same = np.eye(dims(x)[-1], dtype=bool)
    return where(same, 0.0, x / where(same | (quiet & (gaps == 0.0)), 1.0, gaps))


def _eigvalsh(a: Value, /, UPLO: Any = "L") -> Any:
    return np.linalg.eigvalsh(a, UPLO)


def _eigvalsh_rule(d: Any, y: Any, a: Any, UPLO: str) -> Any:
    v = _eigh_parts(a, UPLO=UPLO)[1]
    return _symmetric((v * expand_dims(d, -2)) @ T(v))


_eigh_parts: Op = general(_eigh, _eigh_rule, cases="composed", name="eigh")
eigvalsh = general(_eigvalsh, _eigvalsh_rule, overrides=[np.linalg.eigvalsh], cases="composed")
_EighResult: Any = type(np.linalg.eigh(np.eye(1)))


@overrides(np.linalg.eigh)
def eigh(a: Any, UPLO: str = "L") -> Any:
    """The eigenvalues, ascending, and the eigenvectors of a symmetric matrix.

    The values are of the triangle that `UPLO` names; the gradient is symmetric.

    >>> import autograd
    >>> np.linalg.eigh(autograd.Node([[2.0, 0.0], [0.0, 1.0]])).eigenvalues.value
    array([1., 2.])
    """
    return _EighResult(*_eigh_parts(a, UPLO=UPLO))


# Singular values.


def _svd(a: Value, /, full_matrices: bool = True) -> Parts:
    return Parts(np.linalg.svd(a, full_matrices))


def _svd_rule(d: Any, y: Any, a: Any, full_matrices: bool) -> Any:
    """J. Townsend, "Differentiating the singular value decomposition", 2016.

    Its terms over s_j² − s_i² are written as one over s_j − s_i and one over s_j + s_i.
    """
    s, k = y[1], dims(y[1])[-1]
    u, du = _thin(y[0], d[0], k)
    v, dv = _thin(T(y[2]), None if d[2] is None else T(d[2]), k)
    g = 0.0 if d[1] is None else (u * expand_dims(d[1], -2)) @ T(v)
    row, column, quiet = expand_dims(s, -2), expand_dims(s, -1), _quiet(du, dv)
    divisor = where(quiet & (row == 0.0), 1.0, row)
    apart, together = 0.0, 0.0
    if du is not None:
        turn = T(u) @ du
        apart = together = turn - T(turn)
        if dims(u)[-2] > k:
            g = g + ((du - u @ turn) / divisor) @ T(v)
    if dv is not None:
        turn = T(v) @ dv
        twist = turn - T(turn)
        apart, together = apart + twist, together - twist
        if dims(v)[-2] > k:
            g = g + u @ T((dv - v @ turn) / divisor)
    if type(apart) is float:
        return g
    inner = _off_diagonal(apart, row - column, quiet)
    inner = inner + _off_diagonal(together, row + column, quiet)
    return g + 0.5 * (u @ inner @ T(v))


svd_parts: Op = general(_svd, _svd_rule, cases="composed", name="svd")
_SVDResult: Any = type(np.linalg.svd(np.eye(1)))


def _svdvals(x: Value, /) -> Any:
    return np.linalg.svd(x, compute_uv=False)


def svdvals_rule(d: Any, y: Any, x: Any) -> Any:
    """U diag(d) Vᵀ; a singular value of 0 has derivative 0, as |x| has."""
    u, _, vh = svd_parts(x, full_matrices=False)
    return (u * expand_dims(where(y == 0.0, 0.0, d), -2)) @ vh


svdvals = general(_svdvals, svdvals_rule, overrides=[np.linalg.svdvals], cases="composed")


@overrides(np.linalg.svd)
def svd(
    a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False
) -> Any:
    """The singular values, descending, and with `compute_uv` the singular vectors, as NumPy's.

    >>> import autograd
    >>> np.linalg.svd(autograd.Node([[3.0, 0.0], [0.0, 4.0]])).S.value
    array([4., 3.])
    """
    if hermitian:
        return _of_symmetric(a, compute_uv)
    return _SVDResult(*svd_parts(a, full_matrices=full_matrices)) if compute_uv else svdvals(a)


@opaque
def _of_symmetric(a: Any, compute_uv: bool) -> Any:
    """The same by the eigenvalues of a symmetric matrix, whose absolute values they are."""
    w, v = _eigh_parts(a) if compute_uv else (eigvalsh(a), None)
    s = absolute(w)
    order = np.argsort(raw(s))[..., ::-1]
    s = _picked(s, order)
    if v is None:
        return s
    rows = _picked(T(v), order)
    negative = np.signbit(_picked(raw(w), order))[..., None]
    return _SVDResult(T(rows), s, where(negative, -rows, rows))


def _picked(x: Any, order: Any) -> Any:
    """Entries, or rows, of each in a stack in the order given for each."""
    stack = np.indices((*order.shape[:-1], 1), sparse=True)[:-1]
    return x[(*stack, order)]
