"""Statistics and the full arguments of reductions: values, derivatives, kinks and refusals."""

import functools
import warnings

import numpy as np
import pytest

import autograd
from autograd import Node, signals
from autograd.dispatch import BY_FUNCTION
from autograd.sweep import pull

X = np.random.default_rng(0).permutation(24).reshape(2, 3, 4) / 7.0 - 1.0
M = X[0]
GAPS = np.where(np.arange(12).reshape(3, 4) % 5 == 1, np.nan, M)
MASK = np.arange(12).reshape(3, 4) % 3 > 0
W = np.linspace(0.5, 2.0, 12).reshape(3, 4)
POSITIVE = {"axis": 0, "initial": 0.1, "where": [True, False, True, True], "keepdims": True}
METHODS = [
    "inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf",
    "hazen", "weibull", "linear", "median_unbiased", "normal_unbiased", "lower", "higher",
    "midpoint", "nearest",
]  # fmt: skip


def calls(function, x, *settings):
    return [(function, (x, *args), kwargs) for args, kwargs in settings]


AXES = [((), {}), ((1,), {}), ((), {"axis": (0, -1), "keepdims": True}), ((), {"axis": ()})]
CASES = [
    *(c for f in (np.sum, np.prod) for c in calls(f, M, *AXES, ((0, None, None, True, 1.5), {}),
      ((), POSITIVE), ((), {"where": MASK}), ((), {"where": MASK[:, :1], "axis": -1}))),
    *(c for f in (np.max, np.min, np.amax, np.amin) for c in calls(f, M, *AXES, ((), POSITIVE),
      ((1, None, True, 0.3), {}), ((), {"where": MASK, "initial": 0.0}))),
    *calls(np.mean, M, *AXES, ((0, None, None, True), {"where": MASK}), ((), {"where": MASK})),
    *(c for f in (np.var, np.std) for c in calls(f, M, *AXES, ((0, None, None, 1, True), {}),
      ((), {"where": MASK, "axis": 1, "ddof": 1}), ((), {"correction": 1, "axis": -2}),
      ((), {"mean": np.array([[0.3]]), "correction": 1}),
      ((), {"mean": np.ones((3, 1)), "axis": 1, "where": MASK, "keepdims": True}))),
    *((f, (x,), {"mean": Node(np.full((3, 1), 0.3)), "axis": 1, "where": MASK})
      for f in (np.var, np.std, np.nanvar, np.nanstd) for x in (M, Node(M))),
    *calls(np.cumsum, M, ((), {}), ((-1,), {}), ((), {"axis": 0}), ((1, None, None), {})),
    *(c for f in (np.median, np.nanmedian) for c in calls(f, X, *AXES, ((1, None, False, True), {}),
      ((), {"axis": (-1, 0)}))),
    *(c for f in (np.quantile, np.nanquantile) for m in METHODS
      for c in calls(f, X, ((0.37,), {"method": m}), (([0.0, 0.51, 1.0], 1), {"method": m}),
      (([0.2, 0.9], (0, -1), None, False, m, True), {}))),
    *calls(np.quantile, X, (([[0.2], [0.9]], (0, -1)), {}), (([[0.2, 0.9]],), {"keepdims": True})),
    *(c for f in (np.percentile, np.nanpercentile) for c in calls(f, X, ((37.5,), {"axis": -1}),
      (([10, 90.0],), {"axis": (0, 1), "keepdims": True}))),
    *(c for f in (np.nanmedian, np.nanmean, np.nanvar, np.nanstd, np.nansum, np.nanprod, np.nanmax,
      np.nanmin) for c in calls(f, GAPS, *AXES[:3])),
    *calls(np.nanquantile, GAPS, *(((q, 1), {"method": m}) for q in (0.4, [0.2, 0.7])
      for m in METHODS)),
    *calls(np.nanmean, GAPS, ((0,), {"where": MASK})),
    *(c for f in (np.nanvar, np.nanstd) for c in calls(f, GAPS, ((1, None, None, 1, True), {}),
      ((), {"where": MASK, "axis": 1}), ((), {"mean": np.full((1, 1), 0.2), "correction": 1}))),
    *(c for f in (np.nansum, np.nanprod) for c in calls(f, GAPS, ((), {**POSITIVE}),)),
    *(c for f in (np.nanmax, np.nanmin) for c in calls(f, GAPS, ((), {**POSITIVE}),)),
    *calls(np.nancumsum, GAPS, ((), {}), ((), {"axis": 0}), ((-1,), {})),
    *calls(np.ptp, M, *AXES[:3], ((1, None, True), {})),
    *calls(np.average, M, *AXES[:3], ((), {"weights": W}), ((1, [1, 2, 3, 5]), {}),
      ((), {"axis": 0, "weights": W, "keepdims": True}), ((-1, W), {}), ((0, W[:, 1]), {})),
    (np.average, (X,), {"axis": (2, 0), "weights": W[:2].T}),
    (np.average, (X,), {"axis": (2, 0), "weights": Node(W[:2].T)}),
    (np.average, (M, 1, Node(W)), {}),
    (np.average, (Node(M), 0, Node(W[:, 0])), {}),
    *calls(np.cov, M, ((), {}), ((None, False), {}), ((), {"bias": True}), ((), {"ddof": 2}),
      ((M[1:] ** 2,), {}), ((M[0] ** 3,), {}), ((), {"fweights": [1, 2, 0, 3]}),
      ((), {"aweights": W[0]}), ((), {"fweights": [1, 2, 0, 3], "aweights": Node(W[0])}),
      ((), {"aweights": W[0], "ddof": 0}), ((Node(M**2), False), {"aweights": Node(W[:, 0])})),
    *calls(np.cov, M[0], ((), {}), ((Node(M[1]),), {}), ((M[1], False), {})),
    *calls(np.corrcoef, M, ((), {}), ((None, False), {}), ((Node(M**2),), {})),
    *calls(np.corrcoef, M[0], ((), {}), ((Node(M[1]),), {})),
    (np.bincount, (np.array([0, 3, 3, 1]), Node([0.5, 1.0, 2.0, 4.0])), {"minlength": 6}),
    *((f, (Node(x), *q), {}) for x in (2.5, [2.5], [[2.5]])
      for f, q in ((np.median, ()), (np.quantile, (0.3,)), (np.nanmean, ()), (np.nanvar, ()),
                   (np.nansum, (0,)), (np.nanmax, (0,)), (np.ptp, ()), (np.average, ()),
                   (np.sum, (0,)), (np.max, (-1,)), (np.cumsum, (0,)))
      if not (f is np.cumsum and np.ndim(x) == 0)),
]  # fmt: skip
if np.cumprod in BY_FUNCTION:
    CASES += calls(np.nancumprod, GAPS, ((), {}), ((0,), {}))


def raw(x):
    return x.value if isinstance(x, Node) else x


def split(case):
    """A function of arrays, and the arrays at the places of the first operand and of Nodes."""
    function, args, kwargs = case
    places = [0] if not any(isinstance(a, Node) for a in args[:1]) else []
    places = [] if function is np.bincount else places
    places += [i for i, a in enumerate(args) if isinstance(a, Node)]
    words = [k for k, v in kwargs.items() if isinstance(v, Node)]
    data = [np.asarray(raw(args[i])) for i in places] + [raw(kwargs[k]) for k in words]

    def of(*xs):
        full, named = list(args), dict(kwargs)
        for i, x in zip(places, xs, strict=False):
            full[i] = x
        named.update(zip(words, xs[len(places) :], strict=True))
        return function(*full, **named)

    return of, data


def slope(f, data, vs, step=1e-4):
    def at(t):
        return np.asarray(f(*(x + t * v for x, v in zip(data, vs, strict=True))))

    return (8.0 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12.0 * step)


def of_nodes(f, data):
    xs = [Node(x) for x in data]
    return xs, f(*xs)


def swept(f, data, w):
    xs, y = of_nodes(f, data)
    return signals(y, xs, seed=w)


def inner(ws, gs):
    return sum(float(np.sum(np.asarray(w) * np.asarray(g))) for w, g in zip(ws, gs, strict=True))


def name(case):
    function, args, kwargs = case
    shown = ", ".join([*(str(a) for a in args[1:] if np.ndim(raw(a)) == 0), *map(str, kwargs)])
    return f"{function.__name__}({shown})"


@pytest.mark.parametrize("case", CASES, ids=name)
def test_value_and_two_orders_of_derivatives(case):
    f, data = split(case)
    rng = np.random.default_rng(1)
    xs, y = of_nodes(f, data)
    expected = np.asarray(f(*data))
    assert y.shape == expected.shape
    np.testing.assert_allclose(y.value, expected, rtol=1e-13, atol=1e-14)
    w = rng.normal(size=y.shape)
    vs, us = ([rng.normal(size=x.shape) for x in data] for _ in range(2))
    found = signals(y, xs, seed=w)
    y.backward(w)
    for x, g in zip(xs, found, strict=True):
        np.testing.assert_allclose(x.grad, g, rtol=1e-12, atol=1e-13)
        np.testing.assert_array_equal(np.asarray(g)[np.isnan(x.value)], 0.0)
    vs = [np.where(np.isnan(x), 0.0, v) for x, v in zip(data, vs, strict=True)]
    us = [np.where(np.isnan(x), 0.0, u) for x, u in zip(data, us, strict=True)]
    wanted = inner([w], [slope(f, data, vs)])
    np.testing.assert_allclose(inner(found, vs), wanted, rtol=1e-7, atol=1e-8)
    recorded = pull(y, Node(w, requires_grad=False), record=True)
    total = Node(0.0)
    for x, v in zip(xs, vs, strict=True):
        total = total + np.sum(recorded[x] * v)
    second = signals(total, xs)
    wanted = slope(lambda *zs: inner(swept(f, zs, w), vs), data, us)
    np.testing.assert_allclose(inner(second, us), wanted, rtol=1e-6, atol=1e-7)


WIDE = (np.cov, np.corrcoef, np.bincount)


@pytest.mark.parametrize("case", [c for c in CASES if c[0] not in WIDE], ids=name)
def test_small_floats_give_numpys_dtype_and_signals_of_their_own(case):
    f, data = split(case)
    data = [x.astype(np.float32) for x in data]
    xs, y = of_nodes(f, data)
    expected = np.asarray(f(*data))
    assert y.dtype == expected.dtype
    np.testing.assert_allclose(y.value, expected, rtol=1e-4, atol=1e-5)
    y.backward(np.ones(y.shape))
    assert all(x.grad.dtype == np.float32 for x in xs)


@pytest.mark.parametrize("case", [c for c in CASES if c[0] is not np.bincount][::3], ids=name)
def test_layout_of_memory_does_not_matter(case):
    f, data = split(case)
    y = of_nodes(f, data)[1]
    w = np.random.default_rng(2).normal(size=y.shape)
    wanted = swept(f, data, w)
    layouts = (np.asfortranarray, lambda x: np.repeat(x, 2, axis=-1)[..., ::2])
    for layout in layouts:
        strided = [layout(x) if x.ndim else x for x in data]
        for x in strided:
            x.flags.writeable = False
        for g, h in zip(swept(f, strided, w), wanted, strict=True):
            np.testing.assert_allclose(g, h, rtol=1e-12, atol=1e-13)


def test_several_axes_of_q_come_first():
    """NumPy's nanquantile mixes them up with several axes of the array."""
    q = [[0.2, 0.5, 0.7], [0.1, 0.9, 0.3]]
    for axis in ((0, -1), 1, None):
        for keepdims in (False, True):
            wanted = np.quantile(X, q, axis=axis, keepdims=keepdims)
            w = np.random.default_rng(3).normal(size=wanted.shape)
            x = Node(X)
            kwargs = {"axis": axis, "keepdims": keepdims}
            y = np.nanquantile(x, q, **kwargs)
            np.testing.assert_array_equal(y.value, wanted)
            [g], [h] = (
                signals(f(x, q, **kwargs), [x], seed=w) for f in (np.quantile, np.nanquantile)
            )
            np.testing.assert_array_equal(g, h)


@pytest.mark.parametrize("kind", [np.float16, np.float32])
@pytest.mark.parametrize("function", [np.quantile, np.percentile, np.nanquantile])
def test_the_signal_goes_to_the_element_chosen_in_small_floats_too(kind, function):
    x = Node(np.random.default_rng(0).permutation(1501).astype(kind))
    for q in (0.3, 0.777, np.float64(0.3), 1):
        y = function(x, q, method="lower")
        [g] = signals(y, [x])
        assert g.sum() == 1.0 and x.value[g.argmax()] == y.value


def grad(f, x, seed=None):
    node = Node(x)
    y = f(node)
    y.backward(np.ones(y.shape) if seed is None else seed)
    return np.asarray(node.grad).tolist()


KINKS = {
    "std of a constant": (np.std, [2.0, 2.0, 2.0], [0.0, 0.0, 0.0]),
    "masked std of a constant": (lambda x: np.std(x, where=[1 > 0, 1 > 0, 1 < 0]), [2.0, 2.0, 5.0],
                                 [0.0, 0.0, 0.0]),
    "nanstd of a constant": (np.nanstd, [2.0, np.nan, 2.0], [0.0, 0.0, 0.0]),
    "ties at the median": (np.median, [1.0, 2.0, 2.0, 2.0, 5.0], [0.0, *[1 / 3] * 3, 0.0]),
    "ties at a quantile": (lambda x: np.quantile(x, 0.25), [3.0, 1.0, 1.0], [0.0, 0.5, 0.5]),
    "quantile 1 is the maximum": (lambda x: np.quantile(x, 1.0), [3.0, 1.0, 3.0], [0.5, 0.0, 0.5]),
    "NaN wins the median": (np.median, [1.0, np.nan, 2.0], [0.0, 1.0, 0.0]),
    "NaN has no part": (np.nanmedian, [1.0, np.nan, 2.0], [0.5, 0.0, 0.5]),
    "initial ties": (lambda x: np.max(x, initial=2.0), [2.0, 1.0, 2.0], [1 / 3, 0.0, 1 / 3]),
    "initial wins": (lambda x: np.max(x, initial=3.0), [2.0, 1.0], [0.0, 0.0]),
    "nanmax": (np.nanmax, [1.0, np.nan, 1.0], [0.5, 0.0, 0.5]),
    "ptp of a constant": (np.ptp, [1.0, 1.0], [0.0, 0.0]),
    "logsumexp with inf": (autograd.logsumexp, [np.inf, 2.0], [1.0, 0.0]),
    "logsumexp with inf twice": (autograd.logsumexp, [np.inf, np.inf, 2.0], [0.5, 0.5, 0.0]),
    "logsumexp with -inf": (autograd.logsumexp, [-np.inf, 2.0], [0.0, 1.0]),
    "logsumexp of -inf": (autograd.logsumexp, [-np.inf, -np.inf], [0.0, 0.0]),
    "softmax with -inf": (lambda x: autograd.softmax(x)[1], [-np.inf, 0.0, 0.0],
                          [0.0, 0.25, -0.25]),
    "log_softmax with -inf": (lambda x: autograd.log_softmax(x)[1], [-np.inf, 0.0, 0.0],
                              [0.0, 0.5, -0.5]),
}  # fmt: skip


@pytest.mark.parametrize("what", KINKS)
def test_kinks(what):
    f, x, wanted = KINKS[what]
    np.testing.assert_allclose(grad(f, x), wanted, rtol=1e-14)


def test_the_second_derivative_of_a_constants_std_is_finite():
    x = Node([2.0, 2.0, 2.0])
    for f in (np.std, np.nanstd, functools.partial(np.std, where=[True, True, False])):
        slope_of = pull(f(x), Node(1.0), record=True)[x]
        assert signals(np.sum(slope_of * [1.0, 2.0, 4.0]), [x])[0].tolist() == [0.0, 0.0, 0.0]


def test_masked_attention_has_finite_signals():
    scores = np.random.default_rng(0).normal(size=(3, 3))
    masked = np.where(np.tri(3) > 0, scores, -np.inf)
    for f in (autograd.softmax, lambda x: np.exp(autograd.log_softmax(x))):
        found = grad(f, masked, seed=W[:, :3])
        cut = [grad(f, masked[i, : i + 1], seed=W[i, : i + 1]) for i in range(3)]
        for i in range(3):
            np.testing.assert_allclose(found[i], cut[i] + [0.0] * (2 - i), atol=1e-15)


@pytest.mark.parametrize("f", [autograd.softmax, autograd.log_softmax, autograd.logsumexp])
def test_softmax_and_its_kin_take_any_axes(f):
    for axis in (0, -1, None, ()):
        y = f(Node(2.0), axis=axis)
        assert y.shape == () and y.value in (1.0, 0.0, 2.0)
    with pytest.raises(np.exceptions.AxisError):
        f(Node(2.0), axis=1)
    flat = f(Node(M.ravel()))
    for axis in (None, (0, 1), (-1, 0)):
        y = f(Node(M), axis=axis)
        np.testing.assert_allclose(y.value, flat.value.reshape(y.shape) if y.shape else flat.value)
        w = np.linspace(0.0, 1.0, y.size).reshape(y.shape)
        np.testing.assert_allclose(
            np.ravel(grad(lambda x, a=axis: f(x, axis=a), M, w)),
            grad(f, M.ravel(), w.ravel() if y.shape else w[()]),
            atol=1e-14,
        )


@pytest.mark.parametrize("f", [autograd.softmax, autograd.log_softmax, autograd.logsumexp])
def test_softmax_and_its_kin_take_plain_integers(f):
    np.testing.assert_array_equal(f(np.array([1, 2])), f(np.array([1.0, 2.0])))


EMPTY = [np.zeros(0), np.zeros((2, 0)), np.zeros((0, 3))]
REDUCTIONS = [np.sum, np.prod, np.mean, np.var, np.std, np.median, np.nansum, np.nanmean, np.nanvar,
              np.nanstd, np.nanmedian, np.cumsum]  # fmt: skip


@pytest.mark.parametrize("function", REDUCTIONS)
@pytest.mark.parametrize("axis", [None, 0, -1])
def test_empty_reductions_follow_numpy_and_sweep_in_silence(function, axis):
    for x in EMPTY:
        with warnings.catch_warnings(record=True) as complaints:
            warnings.simplefilter("always")
            wanted = function(x, axis=axis)
        node = Node(x)
        with warnings.catch_warnings(record=True) as ours:
            warnings.simplefilter("always")
            y = function(node, axis=axis)
        assert not ours or complaints
        np.testing.assert_array_equal(y.value, wanted)
        y.backward(np.ones(y.shape))
        assert pull(y, Node(np.ones(y.shape)), record=True)[node].shape == x.shape
        assert node.grad.shape == x.shape


@pytest.mark.filterwarnings("ignore")
def test_slices_without_numbers_are_nan_as_numpys():
    x = np.array([[1.0, np.nan], [np.nan, np.nan]])
    for function in (np.nanmean, np.nanmax, np.nanmin, np.nanvar, np.nanmedian):
        node = Node(x)
        y = function(node, axis=1)
        np.testing.assert_array_equal(y.value, function(x, axis=1))
        y.backward(np.array([1.0, 0.0]))
        assert not np.isnan(node.grad).any() and not node.grad[1].any()
        with pytest.warns(RuntimeWarning):
            function(Node(x), axis=1)
    for mask in ([True, False], [False, False]):
        for ddof in (0, 1):
            for f in (np.var, np.std):
                np.testing.assert_array_equal(
                    f(Node([1.0, 2.0]), where=mask, ddof=ddof).value,
                    f(np.array([1.0, 2.0]), where=mask, ddof=ddof),
                )


def test_average_returns_the_sum_of_weights():
    for kwargs in (
        {},
        {"axis": 1},
        {"axis": 0, "weights": W},
        {"axis": 1, "weights": [1, 2, 3, 4]},
    ):
        ours = np.average(Node(M), returned=True, **kwargs)
        theirs = np.average(M, returned=True, **kwargs)
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(raw(a), b)
            assert np.shape(raw(a)) == np.shape(b)
    weights = Node(W)
    np.average(M, weights=weights, returned=True)[1].backward()
    assert (weights.grad == 1.0).all()


def test_methods_take_what_arrays_take():
    x = Node(M)
    wanted = M.sum(0, None, None, True, 2.0)
    np.testing.assert_allclose(x.sum(0, None, None, True, 2.0).value, wanted, rtol=1e-14)
    for method in ("sum", "prod", "mean", "var", "std"):
        for kwargs in ({"where": MASK}, {"axis": (0, -1), "keepdims": True}, {"axis": -1}):
            ours = getattr(x, method)(**kwargs).value
            np.testing.assert_allclose(ours, getattr(M, method)(**kwargs), rtol=1e-14)
    for method in ("max", "min"):
        kwargs = {"where": MASK, "initial": 0.0, "axis": 1, "keepdims": True}
        np.testing.assert_array_equal(
            getattr(x, method)(**kwargs).value, getattr(M, method)(**kwargs)
        )
    assert x.cumsum(1).value.tolist() == M.cumsum(1).tolist()


def test_counts_are_plain():
    values = Node([0.1, 0.2, 0.7])
    counts, edges = np.histogram(values, bins=2, range=(0.0, 1.0))
    assert counts.tolist() == [2, 1] and edges.tolist() == [0.0, 0.5, 1.0]
    assert np.histogram(values, [0.0, 0.5, 1.0])[0].tolist() == [2, 1]
    assert np.digitize(values, [0.15, 0.5]).tolist() == [0, 1, 2]
    assert type(np.digitize(values, [0.15, 0.5])) is np.ndarray


N = Node(M)
REFUSED = {
    "a mask of numbers": (lambda: np.sum(N, where=W), TypeError, "safe"),
    "a mask too large": (lambda: np.sum(N, where=np.ones((2, 3, 4), bool)), ValueError, "."),
    "two ddofs": (lambda: np.var(N, ddof=1, correction=1), ValueError, "simultaneously"),
    "initial": (lambda: np.sum(N, initial=Node(1.0)), TypeError, "node.value"),
    "max's initial": (lambda: np.max(N, initial=Node(1.0)), TypeError, "plain number"),
    "unknown word": (lambda: np.sum(N, axes=1), TypeError, "axes"),
    "unknown method": (lambda: np.quantile(N, 0.5, method="guess"), ValueError, "."),
    "q outside": (lambda: np.quantile(N, 1.5), ValueError, "range"),
    "axis": (lambda: np.median(N, axis=5), np.exceptions.AxisError, "."),
    "weights need an axis": (lambda: np.average(N, weights=[1.0, 2.0]), TypeError, "Axis"),
    "weights of another shape": (lambda: np.average(N, 1, [1.0, 2.0]), ValueError, "consistent"),
    "weights that vanish": (lambda: np.average(N, 1, [1, -1, 1, -1]), ZeroDivisionError, "zero"),
    "three dimensions": (lambda: np.cov(Node(X)), ValueError, "more than 2"),
    "fweights": (lambda: np.cov(N, fweights=W[0]), TypeError, "integer"),
    "ddof of cov": (lambda: np.cov(N, ddof=0.5), ValueError, "integer"),
    "bincount of reals": (lambda: np.bincount(Node([1.0])), TypeError, "safe"),
    "empty max": (lambda: np.max(Node([])), ValueError, "identity"),
    "empty nanmax": (lambda: np.nanmax(Node([])), ValueError, "identity"),
    "empty quantile": (lambda: np.quantile(Node([]), 0.5), IndexError, "."),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_refusals(what):
    act, kind, text = REFUSED[what]
    with pytest.raises(kind, match=text):
        act()


def test_plain_arrays_stay_plain():
    for f in (autograd.REGISTRY["sum"], autograd.REGISTRY["quantile"]):
        y = f(M, **({"q": 0.5} if f.name == "quantile" else {"where": MASK}))
        assert not isinstance(y, Node)
