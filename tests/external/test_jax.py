"""Gradients and Hessians against JAX's, where it is installed."""

import numpy as np
import pytest

import autograd

jax = pytest.importorskip("jax")
jax.config.update("jax_enable_x64", True)
jnp = jax.numpy

FUNCTIONS = {
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


@pytest.mark.parametrize("name", FUNCTIONS)
def test_gradient_and_its_gradient(name):
    f = FUNCTIONS[name]
    rng = np.random.default_rng(0)
    x, v = rng.uniform(0.3, 1.4, (2, 3)), rng.normal(size=(2, 3))
    ours, theirs = autograd.grad(lambda x: f(np, x)), jax.grad(lambda x: f(jnp, x))
    np.testing.assert_allclose(ours(x), theirs(x), rtol=1e-10)
    np.testing.assert_allclose(
        autograd.grad(lambda x: np.sum(ours(x) * v))(x),
        jax.grad(lambda x: jnp.sum(theirs(x) * v))(x),
        rtol=1e-9, atol=1e-11,
    )  # fmt: skip
