"""Linear algebra: the laws on functions composed of NumPy's, singular points, ties and messages."""

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

import autograd
from autograd import REGISTRY, Node, no_grad, signals
from autograd.dispatch import BY_FUNCTION
from autograd.dispatch import REFUSED as OUT_OF_SCOPE

from .draw import Case, fill
from .test_laws import (
    all_sweeps_agree,
    each_position_alone,
    memory_layout_does_not_matter,
    operands_are_kept,
    second_derivative,
    signal_is_the_derivative,
    small_floats_stay_small,
    transposes,
    zero_seed_gives_zeros,
)

la = np.linalg
LAWS = [
    signal_is_the_derivative,
    transposes,
    all_sweeps_agree,
    each_position_alone,
    second_derivative,
    small_floats_stay_small,
    memory_layout_does_not_matter,
    zero_seed_gives_zeros,
    operands_are_kept,
]


class Composed:
    """A function written in NumPy: of arrays it is NumPy's own, of Nodes it is ours."""

    kind = "general"
    domain = None
    selects = False

    def __init__(self, name: str, forward: Any, arity: int) -> None:
        self.name, self.forward, self.arity = name, forward, arity
        self.rules = (len,) * arity

    def __call__(self, *xs: Any) -> Any:
        return self.forward(*xs)


def T(a: Any) -> Any:
    return np.swapaxes(a, -1, -2)


def near(x: Any, scale: float = 0.1) -> Any:
    """A matrix of full rank with distinct singular values, 1, 3.5, 6 and so on, give or take."""
    base = np.eye(*x.shape[-2:]) * (1.0 + 2.5 * np.arange(x.shape[-1]))
    return scale * x + base.astype(x.dtype)


def sym(x: Any, scale: float = 0.1, shift: float = 0.0) -> Any:
    """A symmetric matrix of distinct eigenvalues, positive without a shift."""
    a = near(x, scale) + (shift * np.eye(x.shape[-1])).astype(x.dtype)
    return 0.5 * (a + T(a))


def flat(*parts: Any) -> Any:
    return np.concatenate([np.ravel(part) for part in parts])


def squares(*parts: Any) -> Any:
    """Free of the signs of vectors."""
    return flat(*(part * part for part in parts))


def spectrum(w: Any, v: Any) -> Any:
    return flat(w, v * v, (v * (w * w)[..., None, :]) @ T(v))


def singular(u: Any, s: Any, vh: Any) -> Any:
    k = s.shape[-1]
    first, last = u[..., :k], vh[..., :k, :]
    rest = u[..., k:], T(vh[..., k:, :])
    spaces = [q @ T(q) for q in rest]
    return flat(s, first * first, last * last, first @ (s[..., None] * last), *spaces)


def complete(q: Any, r: Any) -> Any:
    k = min(r.shape[-2:])
    return flat(r, q[..., :k], q[..., k:] @ T(q[..., k:]))


def deficient(x: Any) -> Any:
    """A matrix of less than full rank."""
    a = near(x)
    return a @ T(a) if x.shape[-2] > x.shape[-1] else T(a) @ a


SQUARE: list[Any] = [((3, 3),), ((2, 2, 2),), ((1, 1),), ((0, 0),), ((2, 0, 0),), ((0, 2, 2),)]
FULL: list[Any] = SQUARE[:3]
TALL: list[Any] = [((3, 2),), ((2, 3, 1),)]
WIDE: list[Any] = [((2, 3),), ((2, 1, 3),)]
ANY: list[Any] = FULL + TALL + WIDE
SYSTEMS: list[Any] = [
    ((3, 3), (3,)), ((3, 3), (3, 2)), ((2, 3, 3), (3,)), ((2, 1, 2, 2), (3, 2, 1)),
    ((2, 2), (3, 2, 2)), ((0, 0), (0, 2)), ((2, 2), (2, 0)), ((1, 1), (1,)),
]  # fmt: skip
VECTORS: list[Any] = [((3,),), ((2, 3),), ((2, 3, 2),), ((1,),)]
ORDERS = [None, 2, 1, 0, 3, 0.5, -1, -2.5, np.inf, -np.inf]
MATRIX_ORDERS = [None, "fro", "f", "nuc", 2, -2, 1, -1, np.inf, -np.inf]


def least(a: Any, b: Any) -> Any:
    x, sums, rank, s = la.lstsq(a, b, 1e-4)
    assert type(rank) is int or isinstance(rank, np.integer)
    return flat(x, sums, s)


def of_tensor(f: Any, *shape: int) -> Any:
    return lambda x, *rest: f(np.reshape(near(x), shape), *rest)


TABLE: dict[str, tuple[Any, list[Any]]] = {
    "inv": (lambda x: la.inv(near(x)), SQUARE),
    "solve": (lambda x, b: la.solve(near(x), b), SYSTEMS),
    "det": (lambda x: la.det(near(x)), SQUARE),
    "slogdet": (lambda x: np.prod(np.stack(la.slogdet(-near(x))), axis=0), SQUARE),
    "slogdet, sign alone": (lambda x: la.slogdet(near(x)).sign, FULL),
    "tensorinv": (of_tensor(la.tensorinv, 2, 3, 6), [((6, 6),)]),
    "tensorinv 1": (of_tensor(lambda a: la.tensorinv(a, ind=1), 4, 2, 2), [((4, 4),)]),
    "tensorsolve": (of_tensor(la.tensorsolve, 2, 2, 4), [((4, 4), (2, 2))]),
    "tensorsolve axes": (
        of_tensor(lambda a, b: la.tensorsolve(a, b, axes=(0,)), 4, 2, 2), [((4, 4), (2, 2))]
    ),
    "pinv": (lambda x: la.pinv(near(x)), [*ANY, ((0, 0),), ((0, 2),), ((2, 3, 0),)]),
    "pinv deficient": (lambda x: la.pinv(deficient(x), 1e-4), TALL + WIDE),
    "pinv rtol": (lambda x: la.pinv(near(x), rtol=None), TALL),
    "pinv hermitian": (lambda x: la.pinv(sym(x), hermitian=True), FULL),
    "pinv hermitian deficient": (
        lambda x: la.pinv(deficient(x), hermitian=True, rtol=1e-4), TALL
    ),
    "lstsq": (lambda x, b: least(near(x), b), [
        ((4, 2), (4,)), ((4, 2), (4, 3)), ((3, 3), (3, 2)), ((2, 4), (2,)), ((2, 3), (2, 2)),
        ((0, 2), (0, 1)), ((2, 0), (2,)), ((3, 2), (3, 0)),
    ]),
    "lstsq deficient": (lambda x, b: least(deficient(x), b), [((3, 2), (3,)), ((2, 3), (3, 2))]),
    "cholesky": (lambda x: la.cholesky(sym(x)), SQUARE),
    "cholesky upper": (lambda x: la.cholesky(sym(x), upper=True), FULL),
    "qr": (lambda x: flat(*la.qr(near(x))), [*ANY, ((0, 2),), ((2, 0),)]),
    "qr, r of two": (lambda x: la.qr(near(x))[1], ANY),
    "qr, q of two": (lambda x: la.qr(near(x)).Q, ANY),
    "qr complete": (lambda x: complete(*la.qr(near(x), mode="complete")), ANY),
    "qr, complete q": (lambda x: squares(la.qr(near(x), "complete")[0][..., :1]), TALL),
    "qr r": (lambda x: la.qr(near(x), "r"), ANY),
    "eigh": (lambda x: spectrum(*la.eigh(sym(x))), SQUARE),
    "eigh U": (lambda x: spectrum(*la.eigh(sym(x), "U")), FULL),
    "eigh, values alone": (lambda x: la.eigh(sym(x)).eigenvalues, FULL),
    "eigh, vectors alone": (lambda x: squares(la.eigh(sym(x))[1]), FULL),
    "eigvalsh": (lambda x: la.eigvalsh(sym(x), UPLO="U"), SQUARE),
    "svd": (lambda x: singular(*la.svd(near(x))), [*ANY, ((0, 2),), ((2, 0),)]),
    "svd reduced": (lambda x: singular(*la.svd(near(x), full_matrices=False)), ANY),
    "svd, left alone": (lambda x: squares(la.svd(near(x), False).U), ANY),
    "svd, right alone": (lambda x: squares(la.svd(near(x), full_matrices=False)[2]), ANY),
    "svd, values alone": (lambda x: la.svd(near(x))[1], ANY),
    "svd without vectors": (lambda x: la.svd(near(x), True, False), ANY),
    "svd hermitian": (
        lambda x: singular(*la.svd(sym(x, 0.02, -4.2), hermitian=True)), SQUARE
    ),
    "svd hermitian, values": (
        lambda x: la.svd(sym(x, 0.02, -4.2), hermitian=True, compute_uv=False), FULL
    ),
    "svdvals": (lambda x: la.svdvals(near(x)), [*ANY, ((0, 2),)]),
    "multi_dot 2": (lambda a, b: la.multi_dot([a, b]), [((2, 3), (3, 2)), ((3,), (3,))]),
    "multi_dot 3": (lambda *xs: la.multi_dot(xs), [
        ((2, 3), (3, 1), (1, 4)), ((3,), (3, 2), (2,)), ((2, 3), (3, 2), (2,)),
        ((3,), (3, 2), (2, 1)),
    ]),
    "multi_dot 4": (lambda *xs: la.multi_dot(xs), [((2, 3), (3, 1), (1, 4), (4, 2))]),
    "matmul": (la.matmul, [((2, 3), (3, 2)), ((2, 2, 3), (3,))]),
    "outer": (la.outer, [((2,), (3,))]),
    "tensordot": (lambda a, b: la.tensordot(a, b, axes=1), [((2, 3), (3, 2))]),
    "vecdot": (la.vecdot, [((3,), (3,)), ((2, 3), (3,)), ((0,), (0,))]),
    "vecdot axis": (lambda a, b: la.vecdot(a, b, axis=-2), [((2, 3, 2), (3, 2))]),
    "np.vecdot axis": (lambda a, b: np.vecdot(a, b, axis=-2), [((2, 3, 2), (3, 2))]),
    "matrix_transpose": (la.matrix_transpose, [((2, 3),), ((2, 3, 1),)]),
}  # fmt: skip
TABLE |= {
    f"matrix_power {n}": (lambda x, n=n: la.matrix_power(near(x), n), [((2, 2),), ((2, 3, 3),)])
    for n in (-3, -1, 0, 1, 2, 3, 6)
}
TABLE |= {
    f"norm {ord}, axis {axis}, keepdims {keepdims}": (
        lambda x, ord=ord, axis=axis, keepdims=keepdims: la.norm(x, ord, axis, keepdims),
        shapes,
    )
    for keepdims in (False, True)
    for ord, axis, shapes in [
        *((ord, None, [((3,),), ((1,),)]) for ord in ORDERS),
        *((ord, -1, VECTORS) for ord in ORDERS),
        *((ord, None, [((2, 3),)]) for ord in MATRIX_ORDERS),
        *((ord, (2, 0), [((3, 2, 2),)]) for ord in MATRIX_ORDERS),
        (None, None, [((),), ((2, 3, 2),), ((0,),), ((2, 0),)]),
        (None, 0, [((0, 2),), ((2, 0),)]),
        ("fro", (0, 1), [((0, 2),)]),
        *((ord, (0, 1), [((0, 2),), ((2, 0),)]) for ord in ("nuc", 2, np.inf)),
        (1, (0, 1), [((2, 0),)]),
        (np.inf, None, [((0,),)]),
    ]
}
TABLE |= {
    f"vector_norm {ord}": (
        lambda x, ord=ord: flat(
            la.vector_norm(x, ord=ord),
            la.vector_norm(x, ord=ord, axis=(0, 2), keepdims=True),
            la.vector_norm(x, axis=1, ord=ord),
            la.vector_norm(x, keepdims=True, ord=ord),
        ),
        [((2, 3, 2),)],
    )
    for ord in ORDERS[1:]
}
TABLE |= {
    f"matrix_norm {ord}": (
        lambda x, ord=ord: flat(
            la.matrix_norm(near(x), ord=ord), la.matrix_norm(near(x), ord=ord, keepdims=True)
        ),
        [((2, 3),), ((2, 3, 2),)],
    )
    for ord in MATRIX_ORDERS[1:]
}
TABLE |= {
    f"cond {p}": (lambda x, p=p: la.cond(near(x), p), FULL[:2] + (TALL if p in (None, 2) else []))
    for p in (None, 2, -2, 1, -1, np.inf, -np.inf, "fro", "nuc")
}
MAIN: dict[str, tuple[Any, list[Any]]] = {
    "cross": (lambda a, b: la.cross(a, b, axis=0), [((3,), (3,)), ((3, 2), (3, 2))]),
    "diagonal": (lambda a: la.diagonal(a, offset=1), [((2, 3),), ((2, 3, 3),)]),
    "trace": (lambda a: la.trace(a, offset=-1), [((2, 3),), ((2, 3, 3),)]),
}
TABLE |= {name: row for name, row in MAIN.items() if getattr(np, name) in BY_FUNCTION}
CASES = [
    pytest.param(name, shapes, id=f"{name} of {' and '.join(map(str, shapes))}")
    for name, (_, settings) in TABLE.items()
    for shapes in settings
]


def case_of(name: str, shapes: Any) -> Case:
    op: Any = Composed(name, TABLE[name][0], len(shapes))
    return fill(op, shapes, {}, 5)


@pytest.mark.parametrize(("name", "shapes"), CASES)
def test_value_is_numpys(name: str, shapes: Any) -> None:
    case = case_of(name, shapes)
    expected = np.asarray(case.op(*map(np.asarray, case.xs)))
    found = case.op(*map(Node, case.xs))
    assert found.shape == expected.shape
    assert found.dtype == expected.dtype
    assert_allclose(found.value, expected, rtol=1e-11, atol=1e-12)
    if expected.size and "sign" not in name and "power 0" not in name:
        assert found.requires_grad
    with no_grad():
        assert_allclose(case.op(*map(Node, case.xs)).value, found.value, rtol=0)


@pytest.mark.parametrize(("name", "shapes"), CASES)
def test_laws(name: str, shapes: Any) -> None:
    for check_law in LAWS:
        try:
            check_law(case_of(name, shapes))
        except Exception as error:
            error.add_note(check_law.__name__)
            raise


def test_every_op_without_laws_of_its_own_is_in_the_table() -> None:
    seen = set()
    for name, (f, settings) in TABLE.items():
        xs = map(Node, case_of(name, settings[0]).xs)
        seen |= {node.op.name for node in autograd.topological_order(f(*xs)) if node.op}
    assert {name for name, op in REGISTRY.items() if op.cases == "composed"} <= seen


def test_every_function_of_numpys_linalg_has_an_answer() -> None:
    functions = {name for name in la.__all__ if name not in ("LinAlgError", "linalg")}
    assert not {
        name for name in functions if getattr(la, name) not in {*BY_FUNCTION, *OUT_OF_SCOPE}
    }


def slope(f: Any, x: Any, seed: Any = None) -> Any:
    """The gradient at one point, by the fast sweep, which must agree with the pure one."""
    node = Node(x)
    y = f(node)
    y.backward(seed)
    np.testing.assert_array_equal(signals(y, [node], seed=seed)[0], node.grad)
    return node.grad


# Singular matrices.

RANKS = {
    "one less": np.arange(1.0, 10.0).reshape(3, 3),
    "two less": np.outer([1.0, 2.0, -1.0], [3.0, 0.5, 2.0]),
    "zero": np.zeros((3, 3)),
    "a projection": np.diag([1.0, 1.0, 0.0, 0.0]),
    "one zero": np.zeros((1, 1)),
    "nearly": np.array([[1.0, 1.0], [1.0, 1.0 + 1e-13]]),
    "a stack": np.stack([np.ones((3, 3)), np.eye(3), np.arange(9.0).reshape(3, 3)]),
    "large": 1e100 * np.diag([1.0, 2.0, 0.0]),
}


def minors(a: Any) -> Any:
    """Cofactors by their definition."""
    n = a.shape[-1]
    rows = [[i for i in range(n) if i != k] for k in range(n)]
    return np.stack(
        [
            np.stack(
                [(-1) ** (i + j) * la.det(a[..., rows[i], :][..., rows[j]]) for j in range(n)], -1
            )
            for i in range(n)
        ],
        -2,
    )


@pytest.mark.parametrize("name", RANKS)
def test_det_of_singular_matrices_has_cofactors_as_its_derivative(name: str) -> None:
    a = RANKS[name]
    expected = minors(a)
    found = slope(la.det, a, np.ones(a.shape[:-2]) if a.ndim > 2 else None)
    assert_allclose(found, expected, rtol=1e-9, atol=1e-13 * np.abs(a).max() ** (a.shape[-1] - 1))


@pytest.mark.parametrize("name", [name for name in RANKS if name != "large"])
def test_det_of_singular_matrices_has_a_second_derivative(name: str) -> None:
    case = Case(REGISTRY["det"], [RANKS[name]])
    for check_law in (signal_is_the_derivative, transposes, all_sweeps_agree, second_derivative):
        check_law(case)


def test_det_of_a_singular_matrix_has_a_third_derivative() -> None:
    a, b = RANKS["one less"], np.array([[1.0, 2.0, 0.5], [0.0, 1.0, -1.0], [2.0, 0.0, 3.0]])
    third = autograd.grad(autograd.grad(autograd.grad(lambda t: la.det(a + t * b))))
    assert_allclose(third(0.0), 6.0 * la.det(b), rtol=1e-9)


def test_cofactors_of_nan_are_nan_and_leave_their_neighbours() -> None:
    a = np.stack([np.full((2, 2), np.nan), np.ones((2, 2))])
    with np.errstate(invalid="ignore"):
        found = slope(la.det, a, np.ones(2))
    assert np.isnan(found[0]).all()
    assert_allclose(found[1], [[1.0, -1.0], [-1.0, 1.0]], rtol=1e-12)


def test_second_derivatives_of_det_are_nan_where_a_matrix_is_infinite() -> None:
    a = np.stack([np.diag([np.inf, 1.0, 2.0]) - 1.0, np.ones((3, 3)), np.full((3, 3), -np.inf)])
    a[0, 1, 2] = np.nan
    with np.errstate(invalid="ignore"):
        found = autograd.hvp(lambda a: la.det(a).sum(), a, np.ones_like(a))
    assert np.isnan(found[[0, 2]]).all()
    assert_allclose(found[1], np.zeros((3, 3)), atol=1e-12)


def test_slogdet_of_a_singular_matrix_has_no_derivative_but_keeps_zeros() -> None:
    a = np.stack([np.ones((2, 2)), np.diag([1.0, 4.0])])
    both = slope(lambda x: la.slogdet(x).logabsdet, a, np.ones(2))
    assert np.isnan(both[0]).all()
    assert_allclose(both[1], np.diag([1.0, 0.25]))
    assert_allclose(slope(lambda x: la.slogdet(x)[1], a, np.array([0.0, 1.0]))[0], np.zeros((2, 2)))
    assert_allclose(slope(lambda x: la.slogdet(x)[1][1], a)[0], np.zeros((2, 2)))


def test_cond_of_a_singular_matrix_is_infinite_with_derivative_zero() -> None:
    a = np.stack([np.zeros((2, 2)), np.diag([1.0, 2.0])])
    for p in (None, 1, "fro"):
        assert la.cond(Node(a), p).value[0] == np.inf
        found = slope(lambda x, p=p: la.cond(x, p), a, np.ones(2))
        assert_allclose(found[0], np.zeros((2, 2)))
        assert found[1].any()


def test_qr_of_a_singular_matrix_has_no_derivative() -> None:
    assert np.isnan(slope(lambda x: la.qr(x).R.sum(), np.diag([1.0, 0.0]))).any()


# Kinks.


@pytest.mark.parametrize("ord", ORDERS)
def test_norms_of_zero_vectors_have_derivative_zero(ord: Any) -> None:
    with np.errstate(all="ignore"):  # NumPy divides by zero for negative orders
        assert_allclose(slope(lambda x: la.norm(x, ord), np.zeros(3)), np.zeros(3))
        rows = np.array([[0.0, 0.0], [3.0, 4.0]])
        found = slope(lambda x: la.norm(x, ord, axis=1), rows, np.ones(2))
    assert_allclose(found[0], [0.0, 0.0])
    assert_allclose(found[1], slope(lambda x: la.norm(x, ord), rows[1]))


@pytest.mark.parametrize("ord", MATRIX_ORDERS)
def test_norms_of_zero_matrices_have_derivative_zero(ord: Any) -> None:
    assert_allclose(slope(lambda x: la.norm(x, ord), np.zeros((2, 3))), np.zeros((2, 3)))


def test_the_second_derivative_of_a_norm_at_zero_is_finite() -> None:
    for ord in (None, 3, 4):
        curve = autograd.grad(autograd.grad(lambda t, ord=ord: la.norm(t * np.ones(2), ord)))
        assert curve(0.0) == 0.0


def test_ties_share_the_signal_evenly() -> None:
    assert_allclose(slope(lambda x: la.norm(x, np.inf), [1.0, -1.0, 0.0]), [0.5, -0.5, 0.0])
    assert_allclose(slope(lambda x: la.norm(x, -np.inf), [1.0, -1.0, 2.0]), [0.5, -0.5, 0.0])
    for ord in (2, -2, 1, -1, np.inf, -np.inf):
        assert_allclose(
            slope(lambda x, ord=ord: la.norm(x, ord), np.eye(2)), 0.5 * np.eye(2), atol=1e-15
        )


def test_components_that_are_zero_have_derivative_zero() -> None:
    for ord in (0.5, 1, 1.5, 3):
        assert slope(lambda x, ord=ord: la.norm(x, ord), [2.0, 0.0])[1] == 0.0


# Equal eigenvalues and singular values.


def test_equal_eigenvalues_have_a_finite_derivative() -> None:
    for f in (la.eigvalsh, lambda x: la.eigh(x)[0]):
        assert_allclose(slope(lambda x, f=f: (f(x) ** 3).sum(), 2.0 * np.eye(3)), 12.0 * np.eye(3))


def test_equal_singular_values_have_a_finite_derivative() -> None:
    for f in (la.svdvals, lambda x: la.svd(x).S, lambda x: la.norm(x, "nuc")):
        assert_allclose(slope(lambda x, f=f: f(x).sum(), np.eye(3)), np.eye(3), atol=1e-14)


def test_vectors_of_equal_values_have_no_derivative() -> None:
    w = np.array([[1.0, 2.0], [3.0, 5.0]])
    assert not np.isfinite(slope(lambda x: (la.eigh(x)[1] * w).sum(), np.eye(2))).all()
    assert not np.isfinite(slope(lambda x: (la.svd(x)[0] * w).sum(), np.eye(2))).all()


def test_functions_of_symmetric_matrices_read_a_triangle_and_have_symmetric_gradients() -> None:
    lower, upper = np.array([[2.0, 9.0], [0.5, 1.0]]), np.array([[2.0, 0.5], [9.0, 1.0]])
    whole = np.array([[2.0, 0.5], [0.5, 1.0]])
    for f, a in [
        (lambda x: la.eigvalsh(x)[0], lower),
        (lambda x: la.eigvalsh(x, "U")[0], upper),
        (lambda x: la.eigh(x, UPLO="L")[1][0, 0] ** 2, lower),
        (lambda x: la.eigh(x, UPLO="U")[1][0, 0] ** 2, upper),
        (lambda x: la.cholesky(x)[1, 0], lower),
        (lambda x: la.cholesky(x, upper=True)[0, 1], upper),
    ]:
        found = slope(f, a)
        assert_allclose(found, found.T, rtol=1e-14)
        assert_allclose(found, slope(f, whole), rtol=1e-12)
        assert_allclose(f(a), f(whole), rtol=1e-12)


# Several outputs.


def test_results_are_numpys_named_tuples() -> None:
    a = np.array([[2.0, 0.5], [0.5, 1.0]])
    for f in (la.eigh, la.svd, la.qr, la.slogdet):
        ours, numpys = f(Node(a)), f(a)
        assert type(ours) is type(numpys)
        assert ours._fields == numpys._fields
        for part, expected in zip(ours, numpys, strict=True):
            assert isinstance(part, Node)
            assert_allclose(part.value, expected, rtol=0)
    assert isinstance(la.qr(Node(a), "r"), Node)
    assert type(la.lstsq(Node(a), a[0])) is tuple


def test_outputs_share_one_hidden_node() -> None:
    a = Node([[2.0, 0.5], [0.5, 1.0]])
    w, v = la.eigh(a)
    [hidden] = set(w.operands + v.operands)
    assert hidden.op is REGISTRY["eigh"]
    assert hidden.shape == ((2,), (2, 2))
    assert (hidden.size, hidden.dtype, len(hidden)) == (6, np.float64, 2)
    assert "op=eigh" in repr(hidden)
    assert not any(part.flags.writeable for part in hidden.value)
    (w * w).sum().backward()
    assert type(hidden.grad) is type(hidden.value)
    assert_allclose(hidden.grad[0], 2.0 * w.value)
    assert hidden.grad[1] is None
    assert_allclose(a.grad, 2.0 * a.value, rtol=1e-12)
    ((w * w).sum() + (v * v).sum()).backward()
    assert_allclose(hidden.grad[1], 2.0 * v.value)
    assert_allclose(a.grad, 4.0 * a.value, rtol=1e-12, atol=1e-12)
    found = signals((w * w).sum() + w.sum() + w[0])
    assert_allclose(found[hidden][0], 2.0 * w.value + 1.0 + np.array([1.0, 0.0]))


def test_an_output_of_a_constant_is_a_constant() -> None:
    frozen = Node(np.eye(2), requires_grad=False)
    with no_grad():
        parts = [*la.eigh(Node(np.eye(2))), *la.svd(frozen)]
    assert not any(part.requires_grad for part in parts + list(la.eigh(frozen)))


def test_a_hidden_node_is_no_root() -> None:
    w, _ = la.eigh(Node(np.eye(2)))
    with pytest.raises(ValueError, match="shape"):
        w.operands[0].backward()


def test_zero_signals_pass_a_derivative_that_is_not_finite() -> None:
    w = np.array([[1.0, 2.0], [3.0, 5.0]])
    f = lambda x: 0.0 * (la.eigh(x)[1] * w).sum() + x.sum()  # noqa: E731
    assert_allclose(slope(f, np.eye(2)), np.ones((2, 2)))


def test_zero_signals_pass_one_singular_matrix_of_a_stack() -> None:
    stack = np.stack([np.zeros((3, 2)), np.array([[1.0, 2.0], [0.5, 3.0], [1.0, -1.0]])])
    square = np.stack([np.eye(2), np.array([[2.0, 0.5], [0.5, 1.0]])])
    w = np.array([1.0, 2.0, 5.0])
    for f, a in [
        (lambda x: (la.eigh(x)[1][1] ** 2 * w[:2]).sum(), square),
        (lambda x: (la.svd(x)[0][1] ** 2 * w).sum(), stack),
        (lambda x: (la.svd(x)[2][1] ** 2 * w).sum(), stack.swapaxes(1, 2)),
        (lambda x: la.qr(x).R[1].sum(), stack),
    ]:
        found = slope(f, a)
        assert not found[0].any()
        assert np.isfinite(found).all()
        assert found[1].any()


def test_signals_that_vanish_at_a_point_have_derivatives() -> None:
    a = np.array([[2.0, 0.5], [0.5, 1.0]])

    def first(t: Any) -> Any:
        return autograd.grad(lambda x: t * (la.eigh(x)[1][0] ** 2 * [1.0, 2.0]).sum())(a)

    found = autograd.grad(lambda t: first(t).sum())(0.0)
    assert_allclose(found, np.sum(first(1.0)), rtol=1e-12)


# Plain results, constants and messages.


def test_ranks_are_plain_numbers() -> None:
    a = np.diag([1.0, 1e-9, 0.0])
    assert la.matrix_rank(Node(a)) == 2
    assert la.matrix_rank(Node(a), tol=1e-3) == 1
    assert la.matrix_rank(Node(a), rtol=1e-3, hermitian=True) == 1
    assert la.lstsq(Node(a), np.ones(3))[2] == 2
    assert la.lstsq(Node(a), np.ones(3), rcond=-1)[2] == 2
    assert_allclose(la.matrix_rank(Node(np.stack([a, np.eye(3)]))), [2, 3])


def test_raw_operands_give_numpys_results() -> None:
    a = np.array([[2.0, 0.5], [0.5, 1.0]])
    for f, args in [
        *((f, (a,)) for f in (la.inv, la.det, la.slogdet, la.pinv, la.cholesky, la.qr, la.eigh)),
        *((f, (a,)) for f in (la.eigvalsh, la.svd, la.svdvals, la.norm, la.cond, la.vector_norm)),
        *((f, (a,)) for f in (la.matrix_norm, la.matrix_rank, la.matrix_transpose)),
        (la.solve, (a, a)), (la.lstsq, (a, a[0])), (la.matrix_power, (a, 3)),
        (la.multi_dot, ([a, a, a],)), (la.tensorinv, (a, 1)), (la.tensorsolve, (a, a[0])),
        (la.matmul, (a, a)), (la.outer, (a[0], a[1])), (la.tensordot, (a, a)),
        (la.vecdot, (a, a)), (la.norm, (a, 1)), (la.svd, (a, True, True, True)),
    ]:  # fmt: skip
        ours, numpys = BY_FUNCTION[f](*args), f(*args)
        assert type(ours) is type(numpys) or isinstance(ours, float)
        both = (r if isinstance(r, tuple) else (r,) for r in (ours, numpys))
        for x, y in zip(*both, strict=True):
            assert not isinstance(x, Node)
            assert_allclose(x, y, rtol=1e-13, atol=1e-15)


def test_lists_are_operands_too() -> None:
    a, rows, row = Node([[2.0, 0.5], [0.5, 1.0]]), [[2, 1], [1, 3]], [1, 2]
    for f in (
        lambda a, b, c: la.solve(a, c),
        lambda a, b, c: la.solve(b, a),
        lambda a, b, c: la.lstsq(a, c)[0],
        lambda a, b, c: la.lstsq(b, a[0])[0],
        lambda a, b, c: la.tensorsolve(a, c),
        lambda a, b, c: la.multi_dot([c, a, b]),
        lambda a, b, c: la.outer(a[0], c),
        lambda a, b, c: la.vecdot(c, a),
        lambda a, b, c: la.matmul(b, a),
    ):
        assert_allclose(f(a, rows, row).value, f(a.value, rows, row), rtol=1e-13)


A = Node([[2.0, 0.5], [0.5, 1.0]])
REFUSED: list[Any] = [
    lambda a: la.inv(a[:1]), lambda a: la.inv(0.0 * a), lambda a: la.inv(a[0]),
    lambda a: la.det(a[0, 0]), lambda a: la.det(a[:1]), lambda a: la.slogdet(a[:1]),
    lambda a: la.solve(0.0 * a, a), lambda a: la.solve(a, a[0, 0]), lambda a: la.solve(a, a[:1]),
    lambda a: la.cholesky(-a), lambda a: la.qr(a, "x"), lambda a: la.qr(a[0]),
    lambda a: la.eigh(a, "X"), lambda a: la.eigvalsh(a[:1]), lambda a: la.svd(a[0]),
    lambda a: la.lstsq(a, a[:1]), lambda a: la.lstsq(a, a[None]),
    lambda a: la.pinv(a, 1e-3, rtol=1e-3), lambda a: la.pinv(a[0]),
    lambda a: la.tensorinv(a, 0), lambda a: la.tensorinv(a), lambda a: la.tensorsolve(a, a[:1]),
    lambda a: la.tensorsolve(a, a, axes=(-1,)), lambda a: la.matrix_power(a, 1.5),
    lambda a: la.matrix_power(a[:1], 2), lambda a: la.matrix_power(0.0 * a, -1),
    lambda a: la.multi_dot([a]), lambda a: la.multi_dot([a, a[None], a]),
    lambda a: la.multi_dot([a, a, a[:1]]),
    lambda a: la.norm(a, "abc"), lambda a: la.norm(a[0], "fro"), lambda a: la.norm(a, 5),
    lambda a: la.norm(a, axis=(0, 0)), lambda a: la.norm(a, axis=3),
    lambda a: la.norm(a, 1, axis=(0, 3)), lambda a: la.norm(a[None], 1),
    lambda a: la.norm(a, axis=[0, 1]), lambda a: la.norm(a[:0], -np.inf),
    lambda a: la.norm(a[:0], -2), lambda a: la.norm(a, axis=(0, 1, 0)),
    lambda a: la.norm(a[0, 0], 2),
    lambda a: la.vector_norm(a, ord="fro"), lambda a: la.matrix_norm(a, ord=0),
    lambda a: la.matrix_norm(a[0]), lambda a: la.cond(a[:0]), lambda a: la.cond(a[:1], 1),
    lambda a: la.outer(a, a), lambda a: la.vecdot(a, a[:, :1]), lambda a: la.vecdot(a[0, 0], 1.0),
    lambda a: la.cross(a, a), lambda a: la.matrix_transpose(a[0]), lambda a: la.matmul(a, a[:1]),
]  # fmt: skip


def refusal(call: Any, a: Any) -> Any:
    try:
        call(a)
    except Exception as error:
        return type(error)
    return None


@pytest.mark.parametrize("call", REFUSED)
def test_invalid_arguments_give_numpys_own_errors(call: Any) -> None:
    expected = refusal(call, A.value)
    assert expected is not None
    assert refusal(call, A) is expected


def test_half_floats_are_refused_as_numpy_does_but_for_norms() -> None:
    a = Node(np.eye(2, dtype=np.float16))
    for f in (la.inv, la.det, la.cholesky, la.eigh, la.svd, la.qr, la.slogdet):
        with pytest.raises(TypeError, match="float16 is unsupported in linalg"):
            f(a)
    norm = la.norm(a)
    norm.backward()
    assert norm.dtype == a.grad.dtype == np.float16


@pytest.mark.parametrize("order", [None, 0, 1, 2, 3, np.inf, -np.inf])
def test_norms_of_numbers_are_numpys(order):
    for keepdims in (False, True):
        options = {"ord": 2 if order is None else order, "keepdims": keepdims}
        expected = np.linalg.vector_norm(-3.0, **options)
        got = np.linalg.vector_norm(Node(-3.0), **options)
        assert got.shape == np.shape(expected)
        assert got.value == expected
    with pytest.raises(np.exceptions.AxisError):
        np.linalg.norm(Node(3.0), order, axis=0)
