"""What is compared with other libraries: calls of every function that has a derivative."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy.special

import autograd
from autograd.custom import CUSTOM
from autograd.dispatch import BY_FUNCTION, BY_NAME
from autograd.op import REGISTRY, Op
from autograd.testing.strategies import spread

from ..autograd.draw import bools, corners

for _bind in BY_NAME.values():  # scipy.special's ufuncs, which join when they are first met
    _bind()


# Calls: arguments of which the float64 arrays, in lists too, are the operands.


@dataclass(frozen=True)
class Drawn:
    """An operand to be drawn between bounds, no two elements near to one another."""

    shape: tuple[int, ...]
    low: float = -3.0
    high: float = 3.0
    then: Callable[[Any], Any] = lambda x: x

    def array(self, rng: np.random.Generator) -> Any:
        return np.asarray(self.then(np.asarray(spread(rng, self.shape, (self.low, self.high)))))


@dataclass(frozen=True)
class Call:
    args: tuple[Any, ...]
    kwargs: dict[str, Any] = field(default_factory=dict)

    def drawn(self, seed: int) -> "Call":
        """With arrays in place of what is to be drawn."""
        rng = np.random.default_rng(seed)

        def fill(x: Any) -> Any:
            return x.array(rng) if isinstance(x, Drawn) else x

        return Call(mapped(fill, self.args), mapped(fill, self.kwargs))

    def operands(self) -> list[Any]:
        found: list[Any] = []
        mapped(lambda x: found.append(x) if is_operand(x) else None, [self.args, self.kwargs])
        return found

    def of(self, f: Any, xs: Any, static: Callable[[Any], Any] = lambda x: x) -> Any:
        """`f` of these operands instead, and of the other arguments as `static` gives them."""
        rest = iter(xs)

        def fill(x: Any) -> Any:
            return next(rest) if is_operand(x) else static(x)

        args = mapped(fill, self.args)
        return f(*args, **mapped(fill, self.kwargs))


def mapped(f: Callable[[Any], Any], tree: Any) -> Any:
    if type(tree) in (list, tuple):
        return type(tree)(mapped(f, x) for x in tree)
    if type(tree) is dict:
        return {word: mapped(f, x) for word, x in tree.items()}
    return f(tree)


def is_operand(x: Any) -> bool:
    return isinstance(x, np.ndarray) and x.dtype == np.float64


def call(*args: Any, **kwargs: Any) -> Call:
    return Call(args, kwargs)


def calls_of(op: Op) -> list[Call]:
    """What the op's own statement says that it is tested with, in NumPy's arguments."""
    if op.kind == "predicate" or op.cases == "composed":
        return []
    found = []
    for case in corners(op):
        xs = [x if bools(x) else np.asarray(x, np.float64) for x in case.xs]
        statics = dict(case.statics)
        if op.name in ("concatenate", "stack"):
            found.append(Call((xs,), statics))
        elif op.name == "einsum":
            found.append(Call((statics["subscripts"], *xs)))
        elif op.name == "ldexp":
            found.append(Call((*xs, np.array(statics["i"]))))
        elif op.name.startswith("special."):
            found.append(Call((*statics.values(), *xs)))
        elif op.name == "astype":
            found.append(Call((*xs, *statics.values())))
        else:
            found.append(Call(tuple(xs), statics))
    return found


# Functions that are not ops themselves, with calls that show their arguments.


def A(*shape: int, low: float = -3.0, high: float = 3.0) -> Drawn:
    return Drawn(shape, low, high)


def P(*shape: int) -> Drawn:
    return Drawn(shape, 0.5, 3.0)


def near(*shape: int) -> Drawn:
    """Matrices of full rank whose singular values are distinct."""
    steps = np.eye(*shape[-2:]) * (1.0 + 2.5 * np.arange(shape[-1]))
    return Drawn(shape, -0.3, 0.3, lambda x: x + steps)


def regular(*shape: int) -> Drawn:
    """Tensors whose last axis counts the columns of a matrix of full rank."""
    return Drawn(shape, -0.3, 0.3, lambda x: x + np.eye(shape[-1]).reshape(shape))


def sym(*shape: int) -> Drawn:
    """Symmetric matrices of distinct positive eigenvalues."""
    half = near(*shape)
    return Drawn(shape, -0.3, 0.3, lambda x: half.then(x) + np.swapaxes(half.then(x), -1, -2))


def holes(*shape: int) -> Drawn:
    """With NaN at some places."""
    return Drawn(shape, -3.0, 3.0, lambda x: np.where(np.indices(shape).sum(0) % 3 == 1, np.nan, x))


def rising(n: int) -> Drawn:
    """Coordinates in ascending order."""
    return Drawn((n,), -3.0, 3.0, np.sort)


def ints(*values: int) -> Any:
    return np.array(values)


MASK = np.array([[True, False, True], [False, False, True]])
ROWS = np.array([True, False, True])
REDUCED = [call(A(2, 3)), call(A(2, 3, 2), axis=(0, -1)), call(A(3, 4), axis=0, keepdims=True)]
NAN_REDUCED = [call(holes(2, 3)), call(holes(3, 4), axis=0, keepdims=True), call(A(2, 4), axis=-1)]
SPLITS = [call(A(2, 6), 3), call(A(7), ints(2, 5))]
ORDERS = [2, 1, 3.5, -1.5, np.inf, -np.inf]
MATRIX_ORDERS = ["fro", "nuc", 2, -2, 1, -1, np.inf, -np.inf]
EXAMPLES: dict[str, list[Call]] = {
    "append": [call(A(2, 3), A(2)), call(A(2, 3), A(1, 3), axis=0)],
    "around": [call(A(2, 3, low=1.01, high=1.04), 1)],
    "array_split": [call(A(7, 2), 3), call(A(2, 5), 2, axis=1)],
    "atleast_1d": [call(A()), call(A(2, 2)), call(A(), A(3))],
    "atleast_2d": [call(A()), call(A(3))],
    "atleast_3d": [call(A(3)), call(A(2, 3))],
    "average": [
        call(A(2, 3)), call(A(2, 3), weights=P(2, 3)), call(A(2, 3), axis=1, weights=P(3)),
        call(A(2, 3), axis=0, weights=P(2), keepdims=True, returned=True),
    ],
    "bincount": [call(ints(0, 2, 2, 1), A(4)), call(ints(1, 1), A(2), minlength=4)],
    "block": [call([[A(2, 2), A(2, 1)], [A(1, 3)]]), call([A(2), A(3)])],
    "broadcast_arrays": [call(A(3), A(2, 1))],
    "choose": [call(ints(1, 0, 1), [A(3), A(3)]), call(ints(0, 5), [A(2), A(2)], mode="clip")],
    "column_stack": [call([A(3), A(3, 2)])],
    "compress": [call(ROWS, A(3)), call(ROWS, A(2, 3), axis=1), call(ROWS, A(2, 3))],
    "concatenate": [call([A(2, 3), A(2)], axis=None)],
    "convolve": [call(A(4), A(3), mode=m) for m in ("same", "valid")],
    "copy": [call(A(2, 3)), call(A())],
    "corrcoef": [call(A(3, 5)), call(A(2, 5), A(5)), call(A(5, 2), rowvar=False)],
    "correlate": [call(A(4), A(3), mode=m) for m in ("valid", "same", "full")]
    + [call(A(2), A(5), mode=m) for m in ("valid", "same", "full")],
    "cov": [
        call(A(3, 5)), call(A(2, 5), A(5), bias=True), call(A(5, 2), rowvar=False, ddof=0),
        call(A(2, 4), fweights=ints(1, 2, 1, 3), aweights=P(4)),
    ],
    "cross": [call(A(3), A(3)), call(A(2, 3), A(3)), call(A(3, 2), A(3, 2), axis=0)],
    "cumulative_prod": [call(A(4)), call(A(2, 3), axis=1, include_initial=True)],
    "cumulative_sum": [call(A(4)), call(A(2, 3), axis=0, include_initial=True)],
    "delete": [call(A(5), ints(1, 3)), call(A(2, 3), 1, axis=1), call(A(2, 3), 2)],
    "diag": [call(A(3)), call(A(3), -1), call(A(3, 4), 1)],
    "diagflat": [call(A(2, 2)), call(A(3), 2)],
    "diagonal": [call(A(3, 4), 1), call(A(2, 3, 4), -1, 0, 2)],
    "diff": [
        call(A(4)), call(A(3, 4), n=2, axis=0), call(A(2, 3), prepend=A(2, 1), append=A(2, 2)),
    ],
    "divmod": [call(A(2, 3, low=2.1, high=2.9), A(3, low=1.0, high=1.04))],
    "dsplit": [call(A(2, 2, 4), 2), call(A(1, 2, 4), ints(1, 3))],
    "dstack": [call([A(3), A(3)]), call([A(2, 3), A(2, 3)])],
    "ediff1d": [call(A(2, 3)), call(A(4), to_end=A(2), to_begin=A())],
    "einsum": [
        call("...ij,...jk", A(2, 2, 3), A(3, 2)), call("ij,jk", A(2, 3), A(3, 2)),
        call("ii", A(3, 3)),
    ],
    "extract": [call(MASK, A(2, 3))],
    "fix": [call(A(2, 3, low=1.1, high=1.9)), call(A(low=-1.9, high=-1.1))],
    "flip": [call(A(2, 3)), call(A(2, 3, 2), axis=(0, -1))],
    "fliplr": [call(A(2, 3))],
    "flipud": [call(A(2, 3))],
    "float_power": [call(P(2, 3), A(3)), call(P(3), 2.0)],
    "full_like": [call(A(2, 3), A(3)), call(A(2, 3), A())],
    "gradient": [
        call(A(5)), call(A(3, 4)), call(A(3, 4), 0.5, axis=1), call(A(5), rising(5)),
        call(A(3, 4), 2.0, rising(4)), call(A(5), A(low=1.0, high=2.0)),
        call(A(3, 4), 0.5, 2.0, edge_order=2), call(A(4), rising(4), edge_order=2),
    ],
    "hsplit": [call(A(4), 2), call(A(2, 4), ints(1, 3))],
    "hstack": [call([A(2), A(3)]), call([A(2, 1), A(2, 3)])],
    "inner": [call(A(3), A(3)), call(A(2, 3), A(4, 3)), call(A(), A(2, 2))],
    "insert": [
        call(A(4), ints(1, 3), A(2)), call(A(2, 3), 1, A(2), axis=1), call(A(2, 3), 2, A()),
    ],
    "interp": [
        call(A(2, 3, low=-2.5, high=2.5), rising(5), A(5)),
        call(A(4, low=-5.0, high=5.0), rising(5), A(5), left=A(), right=A()),
        call(A(4, low=0.1, high=6.0), Drawn((3,), 0.2, 1.4, np.sort), A(3), period=1.5),
    ],
    "kron": [call(A(2, 2), A(1, 3)), call(A(3), A(2, 2))],
    "linalg.cholesky": [call(sym(3, 3)), call(sym(2, 2, 2)), call(sym(3, 3), upper=True)],
    "linalg.cond": [call(near(3, 3)), *(call(near(3, 3), p) for p in MATRIX_ORDERS)],
    "linalg.cross": [call(A(2, 3), A(3)), call(A(3, 2), A(3, 2), axis=0)],
    "linalg.diagonal": [call(A(2, 3, 4)), call(A(3, 3), offset=-1)],
    "linalg.eigh": [call(sym(3, 3)), call(sym(2, 2, 2)), call(sym(3, 3), UPLO="U")],
    "linalg.eigvalsh": [call(sym(3, 3)), call(sym(2, 2, 2), UPLO="U")],
    "linalg.inv": [call(near(3, 3)), call(near(2, 2, 2))],
    "linalg.lstsq": [call(near(4, 2), A(4)), call(near(4, 3), A(4, 2)), call(near(2, 4), A(2))],
    "linalg.matrix_norm": [
        *(call(near(2, 3), ord=p) for p in MATRIX_ORDERS), call(near(2, 3, 2), keepdims=True),
    ],
    "linalg.matrix_power": [call(near(3, 3), n) for n in (3, -2, 6, 1)],
    "linalg.matrix_transpose": [call(A(2, 3)), call(A(2, 1, 3))],
    "linalg.multi_dot": [
        call([A(2, 3), A(3, 1), A(1, 4)]), call([A(3), A(3, 2), A(2)]),
        call([A(2, 3), A(3, 4), A(4, 1), A(1, 2)]), call([A(2, 3), A(3, 2)]),
    ],
    "linalg.norm": [
        call(A(3)), call(A(2, 3)), call(A(2, 3), axis=1, keepdims=True),
        *(call(A(4), p) for p in ORDERS), *(call(near(2, 3), p) for p in MATRIX_ORDERS),
        call(near(3, 2, 2), "nuc", axis=(2, 0)), call(A(2, 3), 1, axis=0),
    ],
    "linalg.outer": [call(A(2), A(3))],
    "linalg.pinv": [
        call(near(3, 3)), call(near(2, 4, 2)), call(near(2, 3)), call(sym(3, 3), hermitian=True),
    ],
    "linalg.qr": [
        call(near(3, 3)), call(near(4, 2)), call(near(2, 3, 2)), call(near(2, 4)),
        call(near(3, 3), mode="r"),
    ],
    "linalg.slogdet": [call(near(3, 3)), call(near(2, 2, 2))],
    "linalg.solve": [
        call(near(3, 3), A(3)), call(near(3, 3), A(3, 2)), call(near(2, 2, 2), A(2, 2, 1)),
    ],
    "linalg.svd": [
        call(near(3, 3)), call(near(4, 2), full_matrices=False), call(near(2, 4), False),
        call(near(2, 3, 2), full_matrices=False), call(near(3, 3), compute_uv=False),
        call(near(4, 2)), call(sym(3, 3), hermitian=True),
    ],
    "linalg.svdvals": [call(near(3, 3)), call(near(2, 2, 4))],
    "linalg.tensordot": [call(A(2, 3), A(3, 2), axes=1), call(A(2, 3, 4), A(3, 4, 2))],
    "linalg.tensorinv": [call(regular(2, 3, 6))],
    "linalg.tensorsolve": [call(regular(2, 2, 4), A(2, 2))],
    "linalg.trace": [call(A(2, 3, 3)), call(A(3, 4), offset=1)],
    "linalg.vecdot": [call(A(2, 3), A(3)), call(A(3, 2), A(3, 2), axis=0)],
    "linalg.vector_norm": [
        call(A(2, 3)), call(A(2, 3, 2), axis=(0, 2), keepdims=True),
        *(call(A(2, 4), axis=1, ord=p) for p in ORDERS),
    ],
    "linspace": [
        call(A(), A(), 5), call(A(2), 2.0, 4, axis=-1), call(A(2), A(2), 4, endpoint=False),
    ],
    "matrix_transpose": [call(A(2, 3))],
    "matvec": [call(A(2, 3), A(3)), call(A(2, 2, 3), A(2, 3))],
    "meshgrid": [call(A(2), A(3)), call(A(2), A(3), indexing="ij", sparse=True)],
    "modf": [call(A(2, 3, low=1.1, high=1.9))],
    "moveaxis": [call(A(2, 3, 4), 0, -1), call(A(2, 3, 4), [0, 1], [2, 0])],
    "nan_to_num": [call(holes(2, 3)), call(holes(2, 3), nan=1.5)],
    "nancumprod": [call(holes(4)), call(holes(2, 3), axis=1)],
    "nancumsum": [call(holes(4)), call(holes(2, 3), axis=1)],
    "nanmax": NAN_REDUCED,
    "nanmean": NAN_REDUCED,
    "nanmedian": NAN_REDUCED,
    "nanmin": NAN_REDUCED,
    "nanpercentile": [call(holes(2, 4), 30.0), call(holes(5, 2), 70.0, axis=0, keepdims=True)],
    "nanprod": NAN_REDUCED,
    "nanquantile": [call(holes(2, 4), 0.3), call(holes(5, 2), 0.7, axis=0, keepdims=True)],
    "nanstd": [*NAN_REDUCED, call(holes(2, 4), ddof=1)],
    "nansum": NAN_REDUCED,
    "nanvar": [*NAN_REDUCED, call(holes(2, 4), ddof=1)],
    "pad": [
        call(A(2, 3), ((1, 2), (0, 1))), call(A(3), 2, constant_values=1.5),
        *(call(A(3, 4), ((1, 2), (2, 1)), mode=m) for m in (
            "edge", "reflect", "symmetric", "wrap", "linear_ramp", "maximum", "mean", "median",
            "minimum")),
        call(A(4), 2, mode="reflect", reflect_type="odd"),
    ],
    "partition": [call(A(5), 1), call(A(2, 4), 1)],
    "polyval": [call(A(4), A(2, 3)), call(A(3), A())],
    "ptp": REDUCED,
    "repeat": [call(A(2, 3), 2), call(A(2, 3), ints(1, 0, 2), axis=1)],
    "resize": [call(A(2, 3), (2, 5)), call(A(5), (3,))],
    "roll": [call(A(2, 3), 2), call(A(2, 3), -1, axis=1), call(A(2, 3), (1, 2), axis=(0, 1))],
    "rollaxis": [call(A(2, 3, 4), 2), call(A(2, 3, 4), 0, 2)],
    "rot90": [call(A(2, 3), k) for k in (1, 2, 3)],
    "round": [call(A(2, 3, low=0.6, high=1.4))],
    "select": [call([MASK, ~MASK], [A(2, 3), A(2, 3)]), call([MASK], [A(2, 3)], default=A())],
    "sliding_window_view": [call(A(5), 3), call(A(3, 4), (2, 2))],
    "sort": [call(A(5)), call(A(3, 2), axis=0), call(A(2, 3), axis=None)],
    "split": [*SPLITS, call(A(2, 6), 2, axis=1)][1:],
    "squeeze": [call(A(1, 3, 1), axis=(0, 2))],
    "std": [call(A(2, 4), ddof=1)],
    "take": [call(A(2, 3), ints(-1, 0), axis=1), call(A(2, 3), ints(7, -9), mode="wrap")],
    "take_along_axis": [
        call(A(2, 3), np.array([[2, 0], [1, 1]]), axis=1), call(A(2, 3), ints(4, 4, 0), axis=None),
    ],
    "tile": [call(A(2, 3), 2), call(A(2), (2, 3))],
    "trace": [call(A(3, 4)), call(A(2, 3, 3), 1, 1, 2)],
    "trapezoid": [
        call(A(2, 4)), call(A(2, 4), dx=0.5, axis=0), call(A(2, 4), A(4)),
        call(A(3, 2), A(3), axis=0),
    ],
    "tril": [call(A(3, 4)), call(A(2, 3, 3), -1)],
    "triu": [call(A(3, 4)), call(A(2, 3, 3), 1)],
    "unique": [call(A(5)), call(A(2, 3))],
    "unstack": [call(A(2, 3)), call(A(2, 3), axis=1)],
    "vander": [call(A(3)), call(A(3), 4, increasing=True)],
    "var": [call(A(2, 4), ddof=1)],
    "vdot": [call(A(3), A(3)), call(A(2, 3), A(2, 3))],
    "vecdot": [call(A(2, 3), A(2, 3)), call(A(2, 2, 3), A(3))],
    "vecmat": [call(A(2), A(2, 3)), call(A(2, 3), A(2, 3, 2))],
    "vsplit": [call(A(4, 2), 2), call(A(5, 2), ints(1, 3))],
    "vstack": [call([A(3), A(3)]), call([A(2, 3), A(1, 3)])],
    "where": [call(MASK, A(2, 3), A(3))],
}  # fmt: skip


def reasons(table: dict[str, str]) -> dict[str, str]:
    """By function, from reasons with the names they hold for."""
    return {name: reason for reason, names in table.items() for name in names.split()}


WITHOUT_DERIVATIVE = reasons({
    "integers": "digitize ix_ ndim shape size",
    "counts": "histogram",
    "a plan": "einsum_path",
    "a dtype": "result_type",
    "a constant": "ones_like zeros_like",
})  # fmt: skip
"""Functions written in ops through which no signal passes, and what they give."""


# Subjects: every function with a derivative, by its name in NumPy without "np.".


def name_of(function: Any) -> str:
    """NumPy's name for it; SciPy's begin with "special."."""
    name = function.__name__
    if getattr(np, name, None) is function:
        return name
    if getattr(np.linalg, name, None) is function:
        return f"linalg.{name}"
    return f"special.{name.strip('_')}" if hasattr(scipy.special._ufuncs, name) else name


def subjects() -> dict[str, tuple[Any, list[Call]]]:
    """By name: the function, to be called with Nodes, and its calls."""
    own = {name: op for name, op in REGISTRY.items() if name not in CUSTOM}
    by_call = {op.call: op for op in own.values()}
    found = {}
    for function, ours in BY_FUNCTION.items():
        name, op = name_of(function), by_call.get(ours)
        if (op is None or op.kind != "predicate") and name not in WITHOUT_DERIVATIVE:
            found[name] = function, calls_of(op) if op else []
    reached = set(BY_FUNCTION.values())
    for name, op in own.items():
        if op.call not in reached and calls_of(op):
            found.setdefault(name, (op, []))[1].extend(calls_of(op))
    for name, calls in EXAMPLES.items():
        found[name][1].extend(calls)
    return {name: found[name] for name in sorted(found)}


SUBJECTS = subjects()


NOWHERE = reasons({
    "no such function": "special.iv special.ive special.kv special.yv",
    "no derivative": "special.k0 special.k1 special.y0 special.y1",
})  # fmt: skip
"""Functions that neither library can be asked about, and why."""

NOT_IN_TORCH = NOWHERE | reasons({
    "no such function": """
        block cbrt choose correlate cumulative_prod cumulative_sum delete ediff1d insert interp
        polyval resize select special.beta special.betainc special.betaincc special.cosm1
        special.dawsn special.erfcinv special.exprel special.gamma special.hyp1f1 special.jv
        special.kl_div special.rel_entr special.rgamma
    """,
    "no derivative": "heaviside linspace special.j0 special.j1 unique",
    "fails in place": "vander",
})  # fmt: skip
NOT_IN_JAX = NOWHERE | reasons({"no such function": "sliding_window_view"})


# What is compared: values, signals of all operands, and tangents.


def spectrum(w: Any, v: Any) -> list[Any]:
    return [w, v * v, (v * (w * w)[..., None, :]) @ v.swapaxes(-1, -2)]


def singular(*parts: Any) -> list[Any]:
    if len(parts) == 1:
        return list(parts)
    u, s, vh = parts
    k = s.shape[-1]
    u, vh = u[..., :k], vh[..., :k, :]
    return [s, u * u, vh * vh, (u * (s * s)[..., None, :]) @ vh]


INVARIANT: dict[str, Callable[..., list[Any]]] = {
    "linalg.eigh": spectrum,
    "linalg.qr": lambda *parts: [x * x for x in parts],
    "linalg.svd": singular,
    "linalg.lstsq": lambda x, sums, rank, s: [x, sums, s],
    "partition": lambda y: [y[..., 1]],
}
"""What of a function's results does not depend on signs or the order of others."""


def results(name: str, y: Any) -> list[Any]:
    """The function's results that can be compared, as a list."""
    parts = list(y) if isinstance(y, (tuple, list)) else [y]
    return INVARIANT[name](*parts) if name in INVARIANT else parts


@dataclass
class Comparison:
    """A call with arrays, weights for its results, directions for its operands, and our answer."""

    call: Call
    xs: list[Any]
    ws: list[Any]
    vs: list[Any]
    values: list[Any]
    signals: tuple[Any, ...]
    tangents: list[Any]

    def assert_values_and_signals(self, values: Any, signals: Any) -> None:
        self._assert_equal("value", self.values, values)
        self._assert_equal("signal", self.signals, signals)

    def assert_tangents(self, tangents: Any) -> None:
        self._assert_equal("tangent", self.tangents, tangents)

    def _assert_equal(self, what: str, ours: Any, theirs: Any) -> None:
        for i, (x, y) in enumerate(zip(ours, theirs, strict=True)):
            assert np.shape(x) == np.shape(y)
            scale = np.nanmax(np.abs(y), initial=0.0)
            np.testing.assert_allclose(
                x, y, rtol=1e-9, atol=1e-11 * scale, err_msg=f"{what} {i} of {self.call}"
            )


def drawn_calls(name: str) -> list[Call]:
    """The subject's calls with arrays, none of them empty."""
    seed = zlib.crc32(name.encode())
    calls = [c.drawn(seed + i) for i, c in enumerate(SUBJECTS[name][1])]
    return [c for c in calls if all(map(np.size, c.operands()))]


def comparisons(name: str, left_out: Any = None, most: int | None = None) -> list[Comparison]:
    """The subject's calls but those `left_out`; at most so many, spread out."""
    calls = [c for c in drawn_calls(name) if not (left_out and left_out(c))]
    assert calls, f"nothing to compare for {name}"
    count = min(most or len(calls), len(calls))
    return [_answered(name, calls[(i + 1) * len(calls) // count - 1]) for i in range(count)]


def _answered(name: str, c: Call) -> Comparison:
    xs, rng = c.operands(), np.random.default_rng(1)

    def f(*xs: Any) -> list[Any]:
        return results(name, c.of(SUBJECTS[name][0], xs))

    ys, pullback = autograd.vjp(f, *xs)
    ws = [np.asarray(rng.normal(size=np.shape(y))) for y in ys]
    vs = [np.asarray(rng.normal(size=x.shape)) for x in xs]
    tangents = autograd.jvp(f, tuple(xs), tuple(vs))[1]
    return Comparison(c, xs, ws, vs, ys, pullback(ws), tangents)
