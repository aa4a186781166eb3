"""The ufuncs of scipy.special on Nodes: the laws of all ops, SciPy's values, kinks, refusals."""

import math
import subprocess
import sys
import textwrap

import numpy as np
import pytest
import scipy.special
from numpy.testing import assert_allclose

from autograd import REGISTRY, Node, erf, grad, signals
from autograd.dispatch import BY_NAME

from .draw import corners
from .test_laws import SPECIAL_LAWS, laws_of, small_floats_stay_small, special

INF = math.inf


def scipy_keeps_float32(case):
    """Some of SciPy's ufuncs give float64 for float32 next to a Python float."""
    small = case.cast(np.float32)
    return np.asarray(case.op.forward(*small.xs, **case.statics)).dtype == np.float32


def op_of(name):
    BY_NAME[name]()
    return REGISTRY[f"special.{name.strip('_')}"]


@pytest.mark.parametrize("name", BY_NAME)
def test_laws(name):
    op = op_of(name)
    cases = corners(op)
    for check_law in laws_of(op):
        for case in cases:
            if check_law is not small_floats_stay_small or scipy_keeps_float32(case):
                check_law(case)
    for check_law in SPECIAL_LAWS if special(op) else []:
        check_law(op)


WANTED = [
    "erf", "erfc", "erfinv", "erfcinv", "expit", "logit", "log_expit", "gamma", "gammaln",
    "loggamma", "digamma", "psi", "rgamma", "xlogy", "xlog1py", "entr", "log_ndtr", "ndtr",
    "ndtri", "i0", "i0e", "i1", "i1e", "iv", "j0", "j1", "y0", "y1", "jv", "beta", "betaln",
    "betainc", "gammainc", "gammaincc", "exprel", "cosm1", "kl_div", "rel_entr", "erfcx", "dawsn",
    "zeta",
]  # fmt: skip


@pytest.mark.parametrize("name", WANTED)
def test_values_are_scipys_and_floats_stay_floats(name):
    f = getattr(scipy.special, name)
    count = 2 if name == "zeta" else f.nin
    point = [2.0, 3.0, 0.4][-count:]
    if name == "zeta":
        point = [2.0, 0.4]
    static = 0 if name in STATICS_FREE else count - 1
    wrapped = [Node(v) if i >= static else v for i, v in enumerate(point)]
    y = f(*wrapped)
    assert type(y) is Node and type(y.value) is float
    assert y.value == f(*point)
    y.backward()
    assert all(type(x.grad) is float for x in wrapped if isinstance(x, Node))
    row = [np.float32(v) for v in point[:static]]
    row += [Node(np.full(3, v, np.float32)) for v in point[static:]]
    z = f(*row)
    assert z.dtype == np.float32
    z.backward(np.ones(3))
    assert all(x.grad.dtype == np.float32 for x in row if isinstance(x, Node))


STATICS_FREE = {
    name for name in WANTED if name not in ["iv", "jv", "betainc", "gammainc", "gammaincc", "zeta"]
}

LARGE = np.array([12.0, 14.9, 15.1, 200.0, 1e4, 1e8, 1e150])


@pytest.mark.parametrize("as_array", [True, False])
def test_error_functions_keep_the_digits_of_their_slopes_at_large_numbers(as_array):
    """Their integrals without cancellation (DLMF 7.7.1, 7.7.5 and its Hilbert transform)."""
    t, w = np.polynomial.hermite.hermgauss(60)
    s, v = np.polynomial.laguerre.laggauss(60)
    x = LARGE[:, None]
    bell = v * np.exp(-((s / (2.0 * x)) ** 2))
    slopes = {
        "dawsn": [-(w / x / (1.0 - t / x) ** 2 / x).sum(1) / math.sqrt(4.0 * math.pi),
                  (w / x / x / (1.0 - t / x) ** 3 / x).sum(1) / math.sqrt(math.pi)],
        "erfcx": [-(s * bell / x / x).sum(1) / math.sqrt(math.pi),
                  (s * s * bell / x / x / x).sum(1) / math.sqrt(math.pi)],
    }  # fmt: skip
    for name, (first, second) in slopes.items():
        function = getattr(scipy.special, name)
        f = grad(lambda x, function=function: function(x).sum())
        g = grad(lambda x, f=f: f(x).sum())
        for derivative, wanted, tolerance in [(f, first, 1e-12), (g, second, 2e-10)]:
            ours = derivative(LARGE) if as_array else [derivative(float(x)) for x in LARGE]
            assert_allclose(ours, wanted, rtol=tolerance)
    assert_allclose(grad(scipy.special.dawsn)(-1e8), -5e-17, rtol=1e-12)
    assert grad(scipy.special.dawsn)(INF) == grad(scipy.special.erfcx)(INF) == 0.0


@pytest.mark.parametrize("x", [3.0, 150.0, 199.0, 200.5, 1e3, 1e6, 1e12, 1e300])
@pytest.mark.parametrize("n", [1, 2, 7])
def test_beta_functions_keep_the_digits_of_their_slopes_at_large_numbers(x, n):
    """ψ(x + n) − ψ(x) is a sum of fractions (DLMF 5.5.2), and so is its derivative."""
    a, b = Node(x), Node(float(n))
    scipy.special.betaln(a, b).backward()
    steps = x + np.arange(n)
    assert_allclose(a.grad, -np.sum(1.0 / steps), rtol=3e-13)
    a, b = Node([x, x]), Node([float(n)])
    scipy.special.betaln(b, a).sum().backward()
    assert_allclose(a.grad, -np.sum(1.0 / steps), rtol=3e-13)
    second = grad(grad(lambda x: scipy.special.betaln(x, float(n))))(x)
    assert_allclose(second, np.sum(1.0 / steps / steps), rtol=1e-10)
    if x < 1e6:
        slope = grad(scipy.special.beta)(x, float(n))
        assert_allclose(slope / scipy.special.beta(x, n), -np.sum(1.0 / steps), rtol=3e-13)


KINKS = [
    ("rgamma", [0.0], [1.0]),
    ("rgamma", [-3.0], [-6.0]),
    ("xlogy", [0.0, 0.0], [0.0, 0.0]),
    ("xlogy", [0.0, 2.0], [math.log(2.0), 0.0]),
    ("xlogy", [2.0, 4.0], [math.log(4.0), 0.5]),
    ("xlog1py", [0.0, -1.0], [0.0, 0.0]),
    ("entr", [0.0], [INF]),
    ("rel_entr", [0.0, 0.0], [-INF, 0.0]),
    ("kl_div", [1.0, 1.0], [0.0, 0.0]),
    ("expit", [40.0], [4.248354255291589e-18]),
    ("logit", [0.0], [INF]),
    ("log_ndtr", [-1e6], [1e6 + 1e-6]),
    ("erfinv", [1.0], [INF]),
    ("exprel", [0.0], [0.5]),
    ("i0", [0.0], [0.0]),
    ("i0e", [0.0], [0.0]),
    ("psi", [1.0], [math.pi**2 / 6.0]),
]


@pytest.mark.parametrize("name, point, expected", KINKS)
def test_kinks_and_far_ends(name, point, expected):
    f = getattr(scipy.special, name)
    for wrap in (float, lambda v: np.array([v])):
        xs = [Node(wrap(v)) for v in point]
        f(*xs).backward(None if wrap is float else [1.0])
        for x, g in zip(xs, expected, strict=True):
            assert_allclose(np.reshape(x.grad, ()), g, rtol=1e-13)


def test_the_mixed_derivative_of_xlogy_at_zero():
    x, y = Node(0.0), Node(2.0)
    inner = grad(lambda y: scipy.special.xlogy(x, y))(y)
    assert signals(inner, [x, y]) == [0.5, 0.0]


def test_parameters_take_arrays_and_constants():
    orders = [0.0, 1.0, 2.5]
    x = Node(1.5)
    y = scipy.special.jv(orders, x)
    np.testing.assert_array_equal(y.value, scipy.special.jv(orders, 1.5))
    y.backward(np.ones(3))
    assert_allclose(x.grad, scipy.special.jvp(orders, 1.5).sum(), rtol=1e-13)
    a = Node(2.0, requires_grad=False)
    assert scipy.special.gammainc(a, Node(1.0)).value == scipy.special.gammainc(2.0, 1.0)
    assert scipy.special.zeta(2.0, Node(3.0)).value == scipy.special.zeta(2.0, 3.0)
    assert_allclose(grad(scipy.special.digamma)(3.0), scipy.special.polygamma(1, 3.0), rtol=1e-14)


def test_names_of_other_ufuncs_are_not_mistaken_for_scipys():
    mine = np.frompyfunc(lambda x: x, 1, 1)
    with pytest.raises(TypeError, match="has no derivative"):
        mine(Node(1.0))
    assert erf(Node(0.5)).op is REGISTRY["erf"]
    assert scipy.special.erf(Node(0.5)).op is REGISTRY["special.erf"]


def test_the_engine_does_not_import_scipy_and_binds_when_asked():
    code = """
        import sys
        import autograd
        x = autograd.Node(0.5)
        autograd.erf(x).backward()
        assert not any(name.startswith("scipy") for name in sys.modules)
        assert "special.erf" not in autograd.REGISTRY
        import scipy.special
        y = scipy.special.erf(x)
        y.backward()
        assert "special.erf" in autograd.REGISTRY and "special.psi" not in autograd.REGISTRY
        scipy.special.gamma(x).backward()
        assert "special.psi" in autograd.REGISTRY
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
