"""Values, signals and tangents of every function against JAX's, and second derivatives."""

from functools import reduce

import numpy as np
import pytest

import autograd

from .oracle import NOT_IN_JAX, NOT_IN_TORCH, SUBJECTS, comparisons, drawn_calls, results

jax = pytest.importorskip("jax")
jax.config.update("jax_enable_x64", True)
jax.config.update("jax_disable_most_optimizations", True)  # each program runs once
jnp, nn, special = jax.numpy, jax.nn, jax.scipy.special


def derivative(f, order):
    for _ in range(order):
        f = jax.grad(f)
    return jnp.vectorize(f)


EXCEPTIONS = {
    "assign": lambda x, v, index: x.at[index].set(v),
    "bincount": lambda x, w, minlength=0: jnp.bincount(x, w, length=max(minlength, x.max() + 1)),
    "choose": lambda a, choices, mode="clip": jnp.choose(a, choices, mode=mode),
    "cofactor": lambda x: jnp.linalg.det(x)[..., None, None] * jnp.linalg.inv(x).mT,
    "compress": lambda c, x, axis=None: jnp.compress(c, x, axis, size=int(c.sum())),
    "erf": special.erf,
    "erfc": special.erfc,
    "identity": lambda x: x * 1.0,
    "linear": lambda x, w, b: x @ w.T + b,
    "mean_squared_error": lambda x, y: jnp.mean((x - y) ** 2),
    "extract": lambda c, x: jnp.extract(c, x, size=int(c.sum())),
    "fix": jnp.trunc,
    "fraction": lambda x: jnp.modf(x)[0],
    "getitem": lambda x, index: x[index],
    "i0_derivative": lambda x, order: derivative(special.i1, order - 1)(x),
    "log_softmax": nn.log_softmax,
    "logsumexp": nn.logsumexp,
    "norm": jnp.linalg.vector_norm,
    "relu": nn.relu,
    "scatter": lambda x, index, shape: jnp.zeros(shape).at[index].add(x),
    "sigmoid": nn.sigmoid,
    "sinc_derivative": lambda x, order: derivative(jnp.sinc, order)(x),
    "softmax": nn.softmax,
    "softplus": nn.softplus,
    "special.betaincc": lambda a, b, x: 1.0 - special.betainc(a, b, x),
    "special.cosm1": lambda x: jnp.cos(x) - 1.0,
    "special.erfcinv": lambda x: special.erfinv(1.0 - x),
    "special.expm1": jnp.expm1,
    "special.exprel": lambda x: jnp.expm1(x) / x,
    "special.j0": lambda x: special.bessel_jn(x, v=0, n_iter=50)[0],
    "special.j1": lambda x: special.bessel_jn(x, v=1, n_iter=50)[1],
    "special.jv": lambda v, x: special.bessel_jn(x, v=int(v), n_iter=50)[int(v)],
    "special.log1p": jnp.log1p,
    "special.log_expit": nn.log_sigmoid,
    "special.loggamma": special.gammaln,
    "special.psi": special.digamma,
    "special.rgamma": lambda x: 1.0 / special.gamma(x),
    "unique": lambda x: jnp.unique(x, size=x.size),
}
"""Where the counterpart is not the function of the same name in jax.numpy."""


METHODS = ("linear", "lower", "higher", "midpoint", "nearest")


def other_method(c):
    return c.kwargs.get("method", "linear") not in METHODS


def no_axis(c):
    return not c.operands()[0].ndim


LEFT_OUT = {
    "convolve": ("vectors only", lambda c: not all(x.ndim for x in c.operands())),
    "gradient": ("no edge_order", lambda c: "edge_order" in c.kwargs),
    "linalg.lstsq": ("sums of wide systems", lambda c: np.less(*c.operands()[0].shape)),
    "log_softmax": ("no axis", no_axis),
    "logsumexp": ("no axis", no_axis),
    "nanpercentile": ("other methods", other_method),
    "nanquantile": ("other methods", other_method),
    "percentile": ("other methods", other_method),
    "quantile": ("other methods", other_method),
    "softmax": ("no axis", no_axis),
    "special.jv": ("whole orders only", lambda c: c.args[0] % 1.0),
    "std": ("NaN where it is 0", lambda c: np.any(c.of(np.std, c.operands()) == 0.0)),
}
"""Calls that JAX does not take, or answers by another convention."""

MOST, ALONE = 2, 3  # calls of a function, and of one that only JAX has: compiling takes long


def counterpart(name):
    """JAX's function; None where it has none."""
    if name in EXCEPTIONS:
        return EXCEPTIONS[name]
    home, _, last = f"numpy.{name}".replace("numpy.special", "scipy.special").rpartition(".")
    return getattr(reduce(getattr, home.split("."), jax), last, None)


def static(x):
    """Weights in float16 as float64, in which ours are computed."""
    return x.astype(float) if isinstance(x, np.ndarray) and x.dtype == np.float16 else x


@pytest.mark.parametrize("name", [name for name in SUBJECTS if name not in NOT_IN_JAX])
def test_values_signals_and_tangents(name):
    _, left_out = LEFT_OUT.get(name, ("", None))
    most = ALONE if name in NOT_IN_TORCH else MOST
    f, cases = counterpart(name), comparisons(name, left_out, most)

    @jax.jit
    def answers(given):
        found = []
        for case, (xs, ws, vs) in zip(cases, given, strict=True):
            ys, push = jax.linearize(
                lambda *xs, call=case.call: results(name, call.of(f, xs, static)), *xs
            )
            found.append((ys, jax.linear_transpose(push, *xs)(ws), push(*vs)))
        return found

    found = answers([(case.xs, case.ws, case.vs) for case in cases])
    for case, (values, signals, tangents) in zip(cases, found, strict=True):
        case.assert_values_and_signals(values, signals)
        case.assert_tangents(tangents)


def test_every_function_has_a_counterpart_or_a_reason():
    assert {name for name in SUBJECTS if counterpart(name) is None} == NOT_IN_JAX.keys()
    assert EXCEPTIONS.keys() <= SUBJECTS.keys()


@pytest.mark.parametrize("name", LEFT_OUT)
def test_calls_that_are_left_out_exist(name):
    assert any(LEFT_OUT[name][1](c) for c in drawn_calls(name))


PROGRAMS = {
    "arithmetic": lambda np, x: np.sum(x * x / (1.0 + x**3)),
    "exponentials": lambda np, x: np.sum(np.exp(x) * np.log1p(x) - np.expm1(-x)),
    "trigonometry": lambda np, x: np.sum(np.sin(x) * np.cos(x) + np.tan(x) * np.arctan(x)),
    "hyperbolic": lambda np, x: np.sum(np.sinh(x) / np.cosh(x) + np.tanh(x)),
    "reductions": lambda np, x: np.std(x) + np.var(x, axis=0).sum() * np.mean(x) + np.prod(x),
    "extremes": lambda np, x: np.max(x) * np.min(x) + np.sum(np.maximum(x, 0.7)),
    "shapes": lambda np, x: np.sum(np.cumsum(x.T, axis=1)[::-1, 1:] * x.reshape(3, 2)[:, 1:]),
    "products": lambda np, x: np.sum(np.einsum("ij,kj->ik", x, x) @ x) + np.sum(np.outer(x, x)),
    "branches": lambda np, x: np.sum(np.where(x > 0.7, np.sqrt(x), x**2)),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_gradients_of_programs_and_their_gradients(name):
    f = PROGRAMS[name]
    rng = np.random.default_rng(0)
    x, v = rng.uniform(0.3, 1.4, (2, 3)), rng.normal(size=(2, 3))
    ours, theirs = autograd.grad(lambda x: f(np, x)), jax.jit(jax.grad(lambda x: f(jnp, x)))
    np.testing.assert_allclose(ours(x), theirs(x), rtol=1e-10)
    np.testing.assert_allclose(
        autograd.grad(lambda x: np.sum(ours(x) * v))(x),
        jax.jit(jax.grad(lambda x: jnp.sum(theirs(x) * v)))(x),
        rtol=1e-9, atol=1e-11,
    )  # fmt: skip
