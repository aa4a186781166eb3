"""Values and signals of every function against PyTorch's, where it is installed."""

import math

import numpy as np
import pytest

from .oracle import NOT_IN_TORCH, SUBJECTS, comparisons, drawn_calls, results

torch = pytest.importorskip("torch")
linalg, special, F = torch.linalg, torch.special, torch.nn.functional


def axes_of(x, axis):
    if axis is None:
        return list(range(x.ndim))
    return [a % x.ndim for a in np.atleast_1d(axis).astype(int)] if x.ndim else []


def reduction(f):
    """NumPy's reduction from one of the last axis."""

    def reduced(x, *args, axis=None, keepdims=False, **kwargs):
        axes = axes_of(x, axis)
        rest = [i for i in range(x.ndim) if i not in axes]
        lengths = [x.shape[i] for i in rest]
        rows = x.permute([*rest, *axes]).reshape(*lengths, math.prod(x.shape[i] for i in axes))
        y = f(rows, *args, **kwargs)
        kept = [1 if i in axes else n for i, n in enumerate(x.shape)]
        return y.reshape(kept) if keepdims else y

    return reduced


def along(f, axis=None):
    """NumPy's function of all elements, or along an axis, from one along `dim`."""
    default = axis

    def applied(x, *args, axis=default, **kwargs):
        if axis is None or not x.ndim:
            return f(x.reshape(-1), *args, dim=-1, **kwargs)
        return f(x, *args, dim=axis, **kwargs)

    return applied


def shaped(f):
    """A function along `dim` that gives the operand's shape back, for several axes at once."""

    def applied(x, axis=-1):
        axes = axes_of(x, axis)
        rest = [i for i in range(x.ndim) if i not in axes]
        moved = x.permute([*rest, *axes])
        y = f(moved.reshape(*moved.shape[: len(rest)], math.prod(moved.shape[len(rest) :])), dim=-1)
        return y.reshape(moved.shape).permute(np.argsort([*rest, *axes]).tolist())

    return applied


def quantile(f, unit=1.0):
    def of(x, q, axis=None, method="linear", keepdims=False):
        q = torch.as_tensor(q, dtype=x.dtype) / unit
        y = [
            reduction(lambda rows, p=p: f(rows, p, dim=-1, interpolation=method))(
                x, axis=axis, keepdims=keepdims
            )
            for p in q.reshape(-1)
        ]
        return torch.stack(y).reshape(q.shape + y[0].shape)

    return of


def without_nan(f, stand_in):
    """A function that takes a number for NaN."""
    return lambda x, **kwargs: f(torch.where(x.isnan(), stand_in, x), **kwargs)


def nanvar(rows, ddof=0):
    there = ~rows.isnan()
    center = rows.nanmean(-1, keepdim=True)
    return torch.where(there, rows - center, 0.0).square().sum(-1) / (there.sum(-1) - ddof)


def trapezoid(y, x=None, dx=1.0, axis=-1):
    if x is None:
        return torch.trapezoid(y, dx=dx, dim=axis)
    return torch.trapezoid(y.movedim(axis, -1), x, dim=-1)


def diff(a, n=1, axis=-1, prepend=None, append=None):
    return torch.diff(a, n, axis, prepend, append)


def norm(x, ord=None, axis=None, keepdims=False):
    return linalg.norm(x, ord, axis, keepdims)


def gradient(f, *spacing, axis=None, edge_order=1):
    dim = tuple(axes_of(f, axis))
    spacing = spacing or (1.0,)
    coordinates = any(torch.is_tensor(s) and s.ndim for s in spacing)
    if coordinates:
        spacing = tuple(
            s if torch.is_tensor(s) else s * torch.arange(float(f.shape[d]), dtype=f.dtype)
            for s, d in zip(spacing, dim, strict=True)
        )
    else:
        spacing = list(spacing) * (len(dim) if len(spacing) == 1 else 1)
    return torch.gradient(f, spacing=spacing, dim=dim, edge_order=edge_order)


def pad(x, widths, mode="constant", constant_values=0.0):
    pairs = np.broadcast_to(np.asarray(widths), (x.ndim, 2))
    return F.pad(x, pairs[::-1].ravel().tolist(), mode, constant_values)


def average(a, axis=None, weights=None, returned=False, keepdims=False):
    w = torch.ones_like(a) if weights is None else weights
    if w.shape != a.shape:
        w = w.reshape([-1 if i in axes_of(a, axis) else 1 for i in range(a.ndim)])
    scale = torch.sum((w + 0.0 * a), tuple(axes_of(a, axis)), keepdims)
    y = torch.sum(a * w, tuple(axes_of(a, axis)), keepdims) / scale
    return (y, scale) if returned else y


def covariance(m, y=None, rowvar=True, bias=False, ddof=None, fweights=None, aweights=None):
    m = m if rowvar else m.mT
    m = m if y is None else torch.cat([m, torch.atleast_2d(y)])
    ddof = (0 if bias else 1) if ddof is None else ddof
    return torch.cov(m, correction=ddof, fweights=fweights, aweights=aweights)


def correlation(x, y=None, rowvar=True):
    x = x if rowvar else x.mT
    return torch.corrcoef(x if y is None else torch.cat([x, torch.atleast_2d(y)]))


def least_squares(a, b):
    x = linalg.lstsq(a, b if b.ndim > 1 else b[:, None]).solution
    tall = a.shape[0] > a.shape[1]
    sums = ((b if b.ndim > 1 else b[:, None]) - a @ x).square().sum(0) if tall else a.new_zeros(0)
    return x if b.ndim > 1 else x[:, 0], sums, 0, linalg.svdvals(a)


def windows(x, lengths):
    for axis, n in enumerate([lengths] if isinstance(lengths, int) else lengths):
        x = x.unfold(axis, n, 1)
    return x


def derivative(f, x, order):
    for _ in range(order):
        f = torch.func.grad(lambda x, f=f: f(x).sum())
    return f(x)


logsumexp = reduction(lambda rows: rows.logsumexp(-1))


def splits(f):
    return lambda x, n, **axis: f(x, n if isinstance(n, int) else tuple(n.tolist()), *axis.values())


def assigned(x, v, index):
    y = x.clone()
    y[index] = v
    return y


def scattered(x, index, shape):
    y, parts = x.new_zeros(shape), index if isinstance(index, tuple) else (index,)
    if any(map(torch.is_tensor, parts)):
        return y.index_put(parts, x, accumulate=True)
    return assigned(y, x, index)


def convolve(a, v, mode="full"):
    long, short = (a, v) if a.shape[0] >= v.shape[0] else (v, a)
    y = F.conv1d(long[None, None], short.flip(0)[None, None], padding=short.shape[0] - 1)[0, 0]
    kept = {"full": y.shape[0], "same": long.shape[0], "valid": long.shape[0] - short.shape[0] + 1}
    start = (y.shape[0] - kept[mode]) // 2
    return y[start : start + kept[mode]]


def take(a, indices, axis=None, mode=None):
    a, axis = (a.reshape(-1), 0) if axis is None else (a, axis)
    indices = torch.as_tensor(indices) % a.shape[axis]
    if not indices.ndim:
        return a.select(axis, int(indices))
    return a.index_select(axis, indices.reshape(-1)).unflatten(axis, indices.shape)


SAME = [
    "absolute", "add", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctan2", "arctanh",
    "ceil", "column_stack", "copysign", "cos", "cosh", "cumprod", "cumsum", "deg2rad", "diag",
    "diagflat", "diagonal", "divide", "dstack", "erf", "erfc", "exp", "exp2", "expm1", "fix",
    "fliplr", "flipud", "float_power", "floor", "fmax", "fmin", "fmod", "hstack", "hypot", "i0",
    "inner", "kron", "linalg.cond", "linalg.det", "linalg.inv", "linalg.matmul",
    "linalg.matrix_power", "linalg.multi_dot", "linalg.slogdet", "linalg.solve",
    "linalg.svdvals", "linalg.tensorinv", "log", "log10", "log1p", "log2", "logaddexp",
    "logaddexp2", "matmul", "maximum", "minimum", "multiply", "negative", "positive", "rad2deg",
    "ravel", "reciprocal", "relu", "remainder", "sigmoid", "sign", "sin", "sinc", "sinh",
    "special.entr", "special.erf", "special.erfc", "special.erfcx", "special.erfinv",
    "special.expit", "special.expm1", "special.gammaln", "special.i0", "special.i0e",
    "special.i1", "special.i1e", "special.log1p", "special.log_ndtr", "special.logit",
    "special.ndtr", "special.ndtri", "special.psi", "special.xlog1py", "special.xlogy",
    "special.zeta", "sqrt", "square", "stack", "subtract", "tan", "tanh", "tril", "triu",
    "trunc", "vstack", "where",
]  # fmt: skip
"""Functions that PyTorch has under the same name, with the same arguments."""


def named(name):
    home, _, last = name.rpartition(".")
    return getattr(getattr(torch, home) if home else torch, last)


TABLE = {name: named(name) for name in SAME} | {
    "amax": reduction(lambda rows: rows.amax(-1)),
    "amin": reduction(lambda rows: rows.amin(-1)),
    "append": lambda a, b, axis=None: (
        torch.cat([a.reshape(-1), b.reshape(-1)]) if axis is None else torch.cat([a, b], axis)
    ),
    "array_split": splits(torch.tensor_split),
    "assign": assigned,
    "astype": lambda x, dtype: x.double(),
    "atleast_1d": torch.atleast_1d,
    "atleast_2d": torch.atleast_2d,
    "atleast_3d": torch.atleast_3d,
    "average": average,
    "bincount": lambda x, w, minlength=0: (
        w.new_zeros(max(int(x.max()) + 1, minlength)).index_add(0, x, w)
    ),
    "broadcast_arrays": torch.broadcast_tensors,
    "broadcast_to": lambda x, shape: torch.broadcast_to(x, shape),
    "clip": torch.clip,
    "cofactor": lambda x: linalg.det(x)[..., None, None] * linalg.inv(x).mT,
    "concatenate": lambda xs, axis=0: (
        torch.cat([x.reshape(-1) for x in xs]) if axis is None else torch.cat(xs, axis)
    ),
    "convolve": convolve,
    "copy": torch.clone,
    "corrcoef": correlation,
    "cov": covariance,
    "cross": lambda a, b, axis=-1: linalg.cross(*torch.broadcast_tensors(a, b), dim=axis),
    "cumprod": along(torch.cumprod),
    "cumsum": along(torch.cumsum),
    "degrees": torch.rad2deg,
    "diff": diff,
    "divmod": lambda x, y: (torch.floor(x / y), torch.remainder(x, y)),
    "dot": lambda a, b: (
        torch.tensordot(a, b, ([-1], [max(b.ndim - 2, 0)])) if a.ndim and b.ndim else a * b
    ),
    "dsplit": splits(torch.dsplit),
    "einsum": torch.einsum,
    "expand_dims": lambda x, axis: x.reshape(np.expand_dims(np.empty(x.shape), axis).shape),
    "extract": lambda c, x: x[c],
    "compress": lambda c, x, axis=None: (
        x.reshape(-1)[: len(c)][c] if axis is None else x.index_select(axis, c.nonzero()[:, 0])
    ),
    "fabs": torch.abs,
    "flip": lambda x, axis=None: torch.flip(x, axes_of(x, axis)),
    "floor_divide": lambda x, y: torch.floor(x / y),
    "fraction": torch.frac,
    "full_like": lambda a, v: v + torch.zeros_like(a),
    "getitem": lambda x, index: x[index],
    "gradient": gradient,
    "hsplit": splits(torch.hsplit),
    "i0_derivative": lambda x, order: derivative(special.i0, x, order),
    "ldexp": lambda x, i: torch.ldexp(x, i.double()),
    "linalg.cholesky": lambda a, upper=False: linalg.cholesky(a, upper=upper),
    "linalg.cross": lambda a, b, axis=-1: linalg.cross(*torch.broadcast_tensors(a, b), dim=axis),
    "linalg.diagonal": linalg.diagonal,
    "linalg.eigh": linalg.eigh,
    "linalg.eigvalsh": linalg.eigvalsh,
    "linalg.lstsq": least_squares,
    "linalg.matrix_norm": lambda x, ord="fro", keepdims=False: linalg.matrix_norm(
        x, ord, keepdim=keepdims
    ),
    "linalg.matrix_transpose": lambda x: x.mT,
    "linalg.norm": norm,
    "linalg.outer": torch.outer,
    "linalg.pinv": linalg.pinv,
    "linalg.qr": lambda a, mode="reduced": (
        linalg.qr(a)[1] if mode == "r" else linalg.qr(a, mode)
    ),
    "linalg.svd": lambda a, full_matrices=True, compute_uv=True: (
        linalg.svd(a, full_matrices) if compute_uv else linalg.svdvals(a)
    ),
    "linalg.tensordot": lambda a, b, axes=2: torch.tensordot(a, b, axes),
    "linalg.tensorsolve": linalg.tensorsolve,
    "linalg.trace": lambda x, offset=0: linalg.diagonal(x, offset=offset).sum(-1),
    "linalg.vecdot": lambda a, b, axis=-1: linalg.vecdot(a, b, dim=axis),
    "linalg.vector_norm": lambda x, ord=2, axis=None, keepdims=False: linalg.vector_norm(
        x, ord, axis, keepdims
    ),
    "log_softmax": shaped(torch.log_softmax),
    "logsumexp": lambda x, axis=-1, **kwargs: logsumexp(x, axis=axis, **kwargs),
    "matrix_transpose": lambda x: x.mT,
    "matvec": lambda a, x: (a @ x[..., None])[..., 0],
    "max": reduction(lambda rows: rows.amax(-1)),
    "mean": reduction(lambda rows: rows.mean(-1)),
    "median": reduction(lambda rows: rows.quantile(0.5, -1)),
    "meshgrid": lambda *xs, indexing="xy", sparse=False: torch.meshgrid(*xs, indexing=indexing),
    "min": reduction(lambda rows: rows.amin(-1)),
    "modf": lambda x: (torch.frac(x), torch.trunc(x)),
    "moveaxis": torch.moveaxis,
    "nan_to_num": torch.nan_to_num,
    "nancumprod": without_nan(along(torch.cumprod), 1.0),
    "nancumsum": without_nan(along(torch.cumsum), 0.0),
    "nanmax": without_nan(reduction(lambda rows: rows.amax(-1)), -math.inf),
    "nanmean": reduction(lambda rows: rows.nanmean(-1)),
    "nanmedian": reduction(lambda rows: rows.nanquantile(0.5, -1)),
    "nanmin": without_nan(reduction(lambda rows: rows.amin(-1)), math.inf),
    "nanpercentile": quantile(torch.nanquantile, 100.0),
    "nanprod": without_nan(reduction(lambda rows: rows.prod(-1)), 1.0),
    "nanquantile": quantile(torch.nanquantile),
    "nanstd": reduction(lambda rows, ddof=0: nanvar(rows, ddof).sqrt()),
    "nansum": reduction(lambda rows: rows.nansum(-1)),
    "nanvar": reduction(nanvar),
    "norm": lambda x, ord=2, axis=None, keepdims=False: linalg.vector_norm(x, ord, axis, keepdims),
    "outer": lambda a, b: torch.outer(a.reshape(-1), b.reshape(-1)),
    "pad": pad,
    "partition": lambda x, kth: torch.sort(x, -1).values,
    "percentile": quantile(torch.quantile, 100.0),
    "power": torch.pow,
    "prod": reduction(lambda rows: rows.prod(-1)),
    "ptp": reduction(lambda rows: rows.amax(-1) - rows.amin(-1)),
    "quantile": quantile(torch.quantile),
    "radians": torch.deg2rad,
    "repeat": along(torch.repeat_interleave),
    "reshape": lambda x, shape: torch.reshape(x, shape),
    "rint": torch.round,
    "roll": lambda x, shift, axis=None: torch.roll(x, shift, axis),
    "rollaxis": lambda x, axis, start=0: x.movedim(axis, start if start <= axis else start - 1),
    "rot90": torch.rot90,
    "round": lambda x, decimals=0: torch.round(x, decimals=decimals),
    "around": lambda x, decimals=0: torch.round(x, decimals=decimals),
    "scatter": scattered,
    "sinc_derivative": lambda x, order: derivative(torch.sinc, x, order),
    "sliding_window_view": windows,
    "softmax": shaped(torch.softmax),
    "softplus": F.softplus,
    "identity": torch.clone,
    "linear": F.linear,
    "mean_squared_error": lambda x, y: torch.mean((x - y) ** 2),
    "sort": along(lambda x, dim: torch.sort(x, dim).values, -1),
    "special.gammainc": lambda a, x: special.gammainc(torch.as_tensor(a), x),
    "special.gammaincc": lambda a, x: special.gammaincc(torch.as_tensor(a), x),
    "special.log_expit": F.logsigmoid,
    "special.loggamma": torch.lgamma,
    "special.betaln": lambda x, y: torch.lgamma(x) + torch.lgamma(y) - torch.lgamma(x + y),
    "split": splits(torch.tensor_split),
    "squeeze": lambda x, axis=None: torch.squeeze(x) if axis is None else torch.squeeze(x, axis),
    "stack": lambda xs, axis=0: torch.stack(xs, axis),
    "std": reduction(lambda rows, ddof=0: rows.std(-1, correction=ddof)),
    "sum": reduction(lambda rows: rows.sum(-1)),
    "swapaxes": lambda x, axis1, axis2: torch.swapaxes(x, axis1, axis2),
    "take": take,
    "take_along_axis": lambda x, indices, axis: (
        torch.take_along_dim(x, indices) if axis is None else torch.take_along_dim(x, indices, axis)
    ),
    "tensordot": lambda a, b, axes=2: torch.tensordot(a, b, axes),
    "tile": lambda x, n: torch.tile(x, tuple(np.atleast_1d(n).tolist())),
    "trace": lambda x, offset=0, axis1=0, axis2=1: torch.diagonal(x, offset, axis1, axis2).sum(-1),
    "transpose": lambda x, axes=None: x.permute(axes or tuple(range(x.ndim))[::-1]),
    "trapezoid": trapezoid,
    "unstack": lambda x, axis=0: torch.unbind(x, axis),
    "var": reduction(lambda rows, ddof=0: rows.var(-1, correction=ddof)),
    "vdot": lambda a, b: torch.dot(a.reshape(-1), b.reshape(-1)),
    "vecdot": linalg.vecdot,
    "vsplit": splits(torch.vsplit),
    "vecmat": lambda x, a: (x[..., None, :] @ a)[..., 0, :],
}  # fmt: skip
"""For each function its counterpart, in NumPy's arguments."""


METHODS = ("linear", "lower", "higher", "midpoint", "nearest")


def other_method(c):
    return c.kwargs.get("method", "linear") not in METHODS


def backwards(c):
    return any(isinstance(v, slice) and (v.step or 1) < 0 for v in c.kwargs.values())


def repeats(c):
    shape = c.operands()[0].shape
    places = np.arange(np.prod(shape, dtype=int)).reshape(shape)[c.kwargs["index"]]
    return np.unique(places).size < places.size


LEFT_OUT = {
    "convolve": ("vectors only", lambda c: not all(x.ndim for x in c.operands())),
    "getitem": ("no negative steps", backwards),
    "assign": (
        "no negative steps; signals to elements that others replace",
        lambda c: backwards(c) or repeats(c),
    ),
    "scatter": ("no negative steps", backwards),
    "gradient": ("spacing a constant", lambda c: not c.operands()[-1].ndim),
    "linalg.cond": ("fails in place", lambda c: c.args[1:] not in ((), (2,), (-2,))),
    "linalg.pinv": ("not symmetrised", lambda c: "hermitian" in c.kwargs),
    "linalg.svd": ("no hermitian", lambda c: "hermitian" in c.kwargs),
    "meshgrid": ("no sparse", lambda c: "sparse" in c.kwargs),
    "nanpercentile": ("other methods", other_method),
    "nanquantile": ("other methods", other_method),
    "pad": ("other modes", lambda c: "mode" in c.kwargs),
    "percentile": ("other methods", other_method),
    "quantile": ("other methods", other_method),
}
"""Calls that PyTorch does not take, or answers by another convention."""


def static(x):
    """Arrays of indices and conditions as tensors."""
    return torch.as_tensor(x) if isinstance(x, (np.ndarray, np.bool_)) else x


@pytest.mark.parametrize("name", [name for name in SUBJECTS if name not in NOT_IN_TORCH])
def test_values_and_signals(name):
    _, left_out = LEFT_OUT.get(name, ("", None))
    for case in comparisons(name, left_out):
        tensors = [torch.tensor(x, requires_grad=True) for x in case.xs]
        ys = results(name, case.call.of(TABLE[name], tensors, static))
        weights = [torch.tensor(w) for w in case.ws]
        linked = [(y, w) for y, w in zip(ys, weights, strict=True) if y.requires_grad]
        signals = torch.autograd.grad(
            [y for y, _ in linked],
            tensors,
            [w for _, w in linked],
            allow_unused=True,
            materialize_grads=True,
        )
        case.assert_values_and_signals(
            [y.detach().numpy() for y in ys], [g.numpy() for g in signals]
        )


def test_every_function_has_a_counterpart_or_a_reason():
    assert TABLE.keys() | NOT_IN_TORCH.keys() == SUBJECTS.keys()
    assert not TABLE.keys() & NOT_IN_TORCH.keys()


@pytest.mark.parametrize("name", LEFT_OUT)
def test_calls_that_are_left_out_exist(name):
    assert any(LEFT_OUT[name][1](c) for c in drawn_calls(name))
