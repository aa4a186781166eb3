"""Inverses, determinants and systems of linear equations, for one matrix or stacks of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.node import raw
from autograd.op import Op, general, opaque, overrides
from autograd.ops.arithmetic import where
from autograd.ops.factorizations import svd_parts, svdvals_rule
from autograd.ops.linalg import matrix_transpose as T
from autograd.ops.linalg import operands
from autograd.ops.reduce import exclusive, sum
from autograd.ops.shape import dims, expand_dims, ravel, reshape, transpose
from autograd.values import Parts, Value, dtype_of

LinAlgError = np.linalg.LinAlgError


def _inv(a: Value, /) -> Any:
    return np.linalg.inv(a)


def _solve(a: Value, b: Value, /) -> Any:
    return np.linalg.solve(a, b)


def _solve_right(d: Any, x: Any, a: Any, b: Any) -> Any:
    if len(dims(b)) == 1:
        return solve(T(a), expand_dims(d, -1))[..., 0]
    return solve(T(a), d)


def _solve_left(d: Any, x: Any, a: Any, b: Any) -> Any:
    g = _solve_right(d, x, a, b)
    if len(dims(b)) == 1:
        return -expand_dims(g, -1) * expand_dims(x, -2)
    return -(g @ T(x))


inv = general(
    _inv, lambda d, y, a: -(T(y) @ d @ T(y)),
    overrides=[np.linalg.inv], cases="composed", latex="{0}^{{-1}}",
)  # fmt: skip
"""The inverse; ∂⟨D, A⁻¹⟩/∂A = −A⁻ᵀ D A⁻ᵀ (Giles, "Collected matrix derivative results", 2008)."""
solve: Op = general(
    _solve, _solve_left, _solve_right,
    overrides=[np.linalg.solve], cases="composed", latex="{0}^{{-1}} {1}",
)  # fmt: skip
"""The x of A x = b; B̄ = A⁻ᵀ D, Ā = −B̄ xᵀ (Giles 2008)."""


# Determinants.


def _safe_inverse(a: Any) -> Any:
    """The inverse; None where half of its digits, for any matrix of a stack, may be wrong."""
    try:
        inverse = np.linalg.inv(a)
    except LinAlgError:
        return None
    with np.errstate(all="ignore"):
        condition = np.linalg.norm(a, axis=(-2, -1)) * np.linalg.norm(inverse, axis=(-2, -1))
    return None if np.any(condition > np.finfo(a.dtype).eps ** -0.5) else inverse


def _det(a: Value, /) -> Any:
    return np.linalg.det(a)


def _cofactor(a: Value, /) -> Any:
    inverse = _safe_inverse(a)
    if inverse is not None:
        with np.errstate(all="ignore"):
            return np.linalg.det(a)[..., None, None] * T(inverse)
    finite = np.isfinite(a).all(axis=(-2, -1), keepdims=True)
    u, s, vh = np.linalg.svd(np.where(finite, a, 0.0))
    found = _handed(u, vh) * ((u * exclusive(s)[..., None, :]) @ vh)
    return np.where(finite, found, np.nan)


def _handed(u: Any, vh: Any) -> Any:
    """The determinant of U Vᵀ, 1 or −1, in the shape of a matrix."""
    return np.sign(np.linalg.det(raw(u)) * np.linalg.det(raw(vh)))[..., None, None]


def _cofactor_rule(d: Any, y: Any, a: Any) -> Any:
    """The second derivative of det along D: by the inverse, else by products of singular values.

    With A = U diag(s) Vᵀ and X = Uᵀ D V it is ± U Z Vᵀ, where Z_ii = Σ_j P_ij X_jj and
    Z_ij = −P_ij X_ji with P_ij the product of all s but the i-th and the j-th. No division: it is
    right for singular matrices of any rank.
    """
    if _safe_inverse(raw(a)) is not None:
        back = T(inv(a))
        return sum(y * d, axis=(-2, -1), keepdims=True) * back - y @ T(d) @ back
    finite = np.isfinite(raw(a)).all(axis=(-2, -1), keepdims=True)
    u, s, vh = svd_parts(where(finite, a, 0.0))
    x = T(u) @ d @ T(vh)
    same = np.eye(dims(a)[-1], dtype=bool)
    p = where(same, 0.0, exclusive(where(same, 1.0, expand_dims(s, -2))))
    diagonal = sum(where(same, x, 0.0), axis=-1, keepdims=True)
    found = _handed(u, vh) * (u @ (where(same, p @ diagonal, 0.0) - p * T(x)) @ vh)
    return where(finite, found, math.nan)


cofactor = general(
    _cofactor, _cofactor_rule, opaque=True, latex=r"\mathrm{{cof}}({0})",
    cases=[(((n, n),), {}) for n in (2, 3)] + [(((2, 3, 3),), {}), (((0, 0),), {})],
)  # fmt: skip
"""The matrix of cofactors, det(A) A⁻ᵀ, of singular matrices too (Stewart, "On the adjugate matrix",
Linear Algebra and its Applications 283, 1998)."""
det = general(
    _det, lambda d, y, a: expand_dims(d, (-2, -1)) * cofactor(a),
    overrides=[np.linalg.det], latex=r"\det {0}",
    cases=[(((n, n),), {}) for n in (0, 1, 2, 3)] + [(((2, 3, 3),), {}), (((0, 2, 2),), {})],
)  # fmt: skip
"""The determinant; its derivative is the matrix of cofactors (Jacobi's formula)."""


def _slogdet(a: Value, /) -> Parts:
    return Parts(np.linalg.slogdet(a))


def _slogdet_rule(d: Any, y: Any, a: Any) -> Any:
    """A⁻ᵀ; for a singular matrix NaN, or 0 where the signal is 0."""
    if d[1] is None:
        return 0.0
    d, sign = (expand_dims(x, (-2, -1)) for x in (d[1], y[0]))
    unit = np.eye(dims(a)[-1], dtype=dtype_of(raw(a)))
    return d * T(inv(where(sign == 0.0, where(d == 0.0, unit, math.nan), a)))


_log_det = general(_slogdet, _slogdet_rule, cases="composed", name="slogdet")
_SlogdetResult: Any = type(np.linalg.slogdet(np.eye(1)))


@overrides(np.linalg.slogdet)
def slogdet(a: Any) -> Any:
    """The sign and the logarithm of the absolute value of a determinant, as NumPy's pair.

    >>> import autograd
    >>> np.linalg.slogdet(autograd.Node([[2.0, 0.0], [0.0, 3.0]])).sign.value
    1.0
    """
    return _SlogdetResult(*_log_det(a))


# Least squares.


def _pinv(a: Value, /, rcond: Any = None, hermitian: bool = False) -> Any:
    return np.linalg.pinv(a, rcond, hermitian)


def _pinv_rule(d: Any, y: Any, a: Any, rcond: Any, hermitian: bool) -> Any:
    """The derivative among matrices of the same rank.

    dA⁺ = −A⁺ dA A⁺ + A⁺ A⁺ᵀ dAᵀ (I − A A⁺) + (I − A⁺ A) dAᵀ A⁺ᵀ A⁺ (Golub and Pereyra, "The
    differentiation of pseudo-inverses and nonlinear least squares problems whose variables
    separate", SIAM Journal on Numerical Analysis 10, 1973).
    """
    t, dt = T(y), T(d)
    left = dt @ (y @ t)
    right = (t @ y) @ dt
    g = left - a @ (y @ left) + right - (right @ y) @ a - t @ d @ t
    return 0.5 * (g + T(g)) if hermitian else g


_pseudo = general(
    _pinv, _pinv_rule, cases="composed", name="pinv", latex="{0}^+",
)  # fmt: skip


@overrides(np.linalg.pinv)
def pinv(a: Any, rcond: Any = None, hermitian: bool = False, *, rtol: Any = np._NoValue) -> Any:
    """The pseudo-inverse; its derivative takes the rank as constant.

    >>> import autograd
    >>> np.linalg.pinv(autograd.Node([[2.0], [0.0]])).value
    array([[0.5, 0. ]])
    """
    if rtol is not np._NoValue:
        if rcond is not None:
            np.linalg.pinv(raw(a), rcond, hermitian, rtol=rtol)  # raises
        rcond = max(dims(a)[-2:]) * np.finfo(dtype_of(raw(a))).eps if rtol is None else rtol
    return _pseudo(a, rcond=rcond, hermitian=hermitian)


def _lstsq(a: Value, b: Value, /, rcond: Any = None) -> Parts:
    return Parts(np.linalg.lstsq(a, b, rcond))


def _residual(d: Any, y: Any, a: Any, b: Any) -> tuple[Any, Any]:
    """b − A x, and its share in the sums of squares: twice itself times their signals."""
    rest = b - a @ y[0]
    if d[1] is None or not raw(d[1]).size:
        return rest, 0.0
    return rest, 2.0 * (rest * d[1])


def _lstsq_left(d: Any, y: Any, a: Any, b: Any, rcond: Any) -> Any:
    x = y[0]
    rest, share = _residual(d, y, a, b)
    g = 0.0 if type(share) is float else -(share @ T(x))
    if d[3] is not None:
        g = g + svdvals_rule(d[3], y[3], a)
    if d[0] is not None:
        p = _pseudo_of(a, rcond)
        u = T(p) @ d[0]
        g = g + rest @ T(p @ u) - u @ T(x) + T(p) @ x @ T(d[0] - T(a) @ u)
    return g


def _lstsq_right(d: Any, y: Any, a: Any, b: Any, rcond: Any) -> Any:
    _, g = _residual(d, y, a, b)
    return g if d[0] is None else g + T(_pseudo_of(a, rcond)) @ d[0]


def _pseudo_of(a: Any, rcond: Any) -> Any:
    """A⁺ of the rank that lstsq finds."""
    eps = float(np.finfo(dtype_of(raw(a))).eps)
    if rcond is None:
        rcond = eps * max(dims(a))
    return _pseudo(a, rcond=eps if rcond < 0 else rcond)


_least = general(_lstsq, _lstsq_left, _lstsq_right, cases="composed", name="lstsq")
"""x = A⁺ b, so that its derivative is that of the pseudo-inverse; the residuals' is theirs at
fixed x, where they are least."""


@overrides(np.linalg.lstsq)
@opaque
def lstsq(a: Any, b: Any, rcond: Any = None) -> tuple[Any, Any, int, Any]:
    """The x that makes ‖b − A x‖ least, the sums of squares, the rank and the singular values.

    As NumPy's: the sums are empty where the rank is below the number of columns or the matrix is
    not tall; the rank is a plain number. The derivative takes the rank as constant.

    >>> import autograd
    >>> np.linalg.lstsq(autograd.Node([[1.0], [1.0]]), np.array([1.0, 3.0]))[0].value
    array([2.])
    """
    a, b = operands(a, b)
    vector = len(dims(b)) == 1
    x, residuals, rank, s = _least(a, expand_dims(b, -1) if vector else b, rcond=rcond)
    return (x[:, 0] if vector else x), residuals, int(raw(rank)), s


# Tensors as matrices.


@overrides(np.linalg.tensorinv)
def tensorinv(a: Any, ind: int = 2) -> Any:
    """The inverse of a tensor whose first `ind` axes are the rows of a square matrix."""
    shape = dims(a)
    if ind <= 0:
        raise ValueError("Invalid ind argument.")
    rows = math.prod(shape[ind:])
    return reshape(inv(reshape(a, (rows, -1))), shape[ind:] + shape[:ind])


@overrides(np.linalg.tensorsolve)
def tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    """The x of a x = b, summed over all axes of x; `axes` of `a` are moved to its end first."""
    a, b = operands(a, b)
    order = list(range(len(dims(a))))
    for k in axes or ():
        order.remove(k)
        order.append(k)
    a = transpose(a, order)
    shape = dims(a)[-(len(order) - len(dims(b))) :]
    n = math.prod(shape)
    if raw(a).size != n**2:
        raise LinAlgError(
            "Input arrays must satisfy the requirement "
            "prod(a.shape[b.ndim:]) == prod(a.shape[:b.ndim])"
        )
    return reshape(solve(reshape(a, (n, n)), ravel(b)), shape)
