"""Activations and losses: closed forms, central differences, stability and refused arguments."""

import math

import numpy as np
import pytest
from scipy.special import ndtr

from autograd import Node, compile, signals
from nn import functional as F

SHAPES = [(3,), (4, 3), (2, 4, 3)]


def rng():
    return np.random.default_rng(0)


def central(f, x, step=1e-6):
    result = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += step
        down[index] -= step
        result[index] = (f(up) - f(down)) / (2.0 * step)
    return result


def close(a, b, tolerance=1e-12):
    return np.allclose(a, b, rtol=tolerance, atol=tolerance)


def number(x):
    return x.value if isinstance(x, Node) else x


@pytest.mark.parametrize("shape", [(), *SHAPES])
def test_mse_loss_in_its_three_reductions(shape):
    x, y = rng().normal(size=(2, *shape))
    squares = (x - y) ** 2
    assert close(F.mse_loss(Node(x), y).value, squares.mean())
    assert close(F.mse_loss(Node(x), Node(y), reduction="sum").value, squares.sum())
    assert close(F.mse_loss(Node(x), y, reduction="none").value, squares)
    assert close(number(F.mse_loss(x, y)), squares.mean())


def test_mse_loss_passes_signals_to_both_sides():
    x, y = Node([1.0, 2.0]), Node([0.0, 4.0])
    F.mse_loss(x, y).backward()
    assert x.grad.tolist() == [1.0, -2.0] and y.grad.tolist() == [-1.0, 2.0]


def test_mse_loss_takes_lists_of_nodes():
    a, b = Node(1.0), Node(2.0)
    F.mse_loss([a, b], [0, 0], reduction="sum").backward()
    assert (a.grad, b.grad) == (2.0, 4.0)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_cross_entropy_is_its_formula_for_both_forms_of_target(shape, reduction):
    x = rng().normal(size=shape)
    classes = rng().integers(0, 3, size=shape[:-1])
    one_hot = np.eye(3)[classes]
    each = -np.log((np.exp(x) * one_hot).sum(-1) / np.exp(x).sum(-1))
    expected = {"mean": each.mean(), "sum": each.sum(), "none": each}[reduction]
    for target in (classes, classes.tolist(), one_hot, one_hot.astype(int), one_hot.astype(bool)):
        assert close(F.cross_entropy(Node(x), target, reduction).value, expected)


@pytest.mark.parametrize("shape", SHAPES)
def test_cross_entropy_against_central_differences(shape):
    x = rng().normal(size=shape)
    classes = rng().integers(0, 3, size=shape[:-1])
    soft = rng().dirichlet(np.ones(3), size=shape[:-1])
    for target in (classes, soft):
        node = Node(x)
        F.cross_entropy(node, target).backward()
        wanted = central(lambda x, t=target: number(F.cross_entropy(x, t)), x)
        assert close(node.grad, wanted, 1e-8)
    node = Node(soft)
    F.cross_entropy(x, node).backward()
    assert close(node.grad, central(lambda t: number(F.cross_entropy(x, t)), soft), 1e-8)


def test_cross_entropy_is_stable_for_large_logits():
    node = Node([[1e4, -1e4, 0.0], [1e4, -1e4, 0.0]])
    loss = F.cross_entropy(node, [0, 1], reduction="none")
    assert loss.value.tolist() == [0.0, 2e4]
    loss.backward(np.ones(2))
    assert node.grad.tolist() == [[0.0, 0.0, 0.0], [1.0, -1.0, 0.0]]
    one_hot = F.cross_entropy(Node([[1e4, -1e4]]), [[0.0, 1.0]])
    assert one_hot.value == 2e4


def test_float32_stays_float32():
    x = Node(rng().normal(size=(4, 3)).astype(np.float32))
    assert F.cross_entropy(x, [0, 1, 2, 0]).dtype == np.float32
    assert F.mse_loss(x, np.zeros((4, 3), np.float32)).dtype == np.float32


def test_shapes_are_never_broadcast():
    with pytest.raises(ValueError, match=r"write target\.reshape\(\(-1, 1\)\)"):
        F.mse_loss(Node(np.ones((4, 1))), np.ones(4))
    with pytest.raises(ValueError, match="one target for each prediction"):
        F.mse_loss(Node(np.ones(4)), 1.0)
    with pytest.raises(ValueError, match=r"class numbers of shape \(4,\)"):
        F.cross_entropy(Node(np.ones((4, 3))), [[0], [1], [2], [0]])
    with pytest.raises(ValueError, match="no classes"):
        F.cross_entropy(Node(1.0), 0)


def test_targets_that_make_no_sense_are_refused():
    logits = Node(np.ones((2, 3)))
    for target in ([0, 3], [-1, 0]):
        with pytest.raises(ValueError, match="does not exist: the logits have 3 classes"):
            F.cross_entropy(logits, target)
    for target in ([0.0, 1.0], [True, False], Node([0.0, 1.0])):
        with pytest.raises(TypeError, match="class numbers are integers"):
            F.cross_entropy(logits, target)
    for loss, wrong in ((F.cross_entropy, [[np.nan] * 3] * 2), (F.mse_loss, [[np.nan] * 3] * 2)):
        with pytest.raises(ValueError, match="target has NaN"):
            loss(logits, wrong)
    with pytest.raises(ValueError, match="one of mean, sum, none"):
        F.mse_loss(logits, np.ones((2, 3)), reduction="avg")
    with pytest.raises(ValueError, match="no losses"):
        F.mse_loss(Node(np.ones(0)), np.ones(0))
    assert F.mse_loss(Node(np.ones(0)), np.ones(0), reduction="sum").value == 0.0


def test_activations_work_on_nodes_and_arrays():
    x = rng().normal(size=(4, 3))
    x = np.concatenate([x, x[:, :1]], axis=1)
    for name, activation in F.ACTIVATIONS.items():
        assert (activation(Node(x)).value == number(activation(x))).all(), name
    assert F.activation_named(None)(x) is x
    assert close(F.linear(Node(x), np.eye(4), np.ones(4)).value, x + 1.0)


def phi(x):
    return np.array([0.5 * math.erfc(-v / math.sqrt(2.0)) for v in x.flat]).reshape(x.shape)


def logistic(x):
    return 1.0 / (1.0 + np.exp(-x))


FORMULAS = {
    "relu": lambda x: np.maximum(x, 0.0),
    "leaky_relu": lambda x: np.maximum(x, 0.01 * x),
    "elu": lambda x: np.where(x > 0.0, x, np.exp(x) - 1.0),
    "celu": lambda x: np.where(x > 0.0, x, np.exp(x) - 1.0),
    "selu": lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(x)),
    "gelu": lambda x: x * phi(x),
    "silu": lambda x: x * logistic(x),
    "mish": lambda x: x * np.tanh(np.log1p(np.exp(x))),
    "softplus": lambda x: np.log1p(np.exp(x)),
    "softsign": lambda x: x / (1.0 + np.abs(x)),
    "logsigmoid": lambda x: np.log(logistic(x)),
    "hardtanh": lambda x: np.clip(x, -1.0, 1.0),
    "relu6": lambda x: np.clip(x, 0.0, 6.0),
    "hardsigmoid": lambda x: np.clip(x / 6.0 + 0.5, 0.0, 1.0),
    "hardswish": lambda x: x * np.clip(x / 6.0 + 0.5, 0.0, 1.0),
    "hardshrink": lambda x: np.where(np.abs(x) > 0.5, x, 0.0),
    "softshrink": lambda x: np.sign(x) * np.maximum(np.abs(x) - 0.5, 0.0),
    "tanhshrink": lambda x: x - np.tanh(x),
    "sigmoid": logistic,
    "tanh": np.tanh,
    "softmax": lambda x: np.exp(x) / np.exp(x).sum(-1, keepdims=True),
    "softmin": lambda x: np.exp(-x) / np.exp(-x).sum(-1, keepdims=True),
    "log_softmax": lambda x: x - np.log(np.exp(x).sum(-1, keepdims=True)),
    "glu": lambda x: x[..., :2] * logistic(x[..., 2:]),
}


def swept(f, arrays, w):
    nodes = [Node(x) for x in arrays]
    y = f(*nodes)
    y.backward(w)
    return y, nodes


def agrees_with_differences(f, arrays):
    """Signals of f against differences, and float32 operands give float32."""
    w = rng().normal(size=np.shape(number(f(*arrays))))
    y, nodes = swept(f, arrays, w)
    assert close(number(f(*arrays)), y.value)
    for i, x in enumerate(arrays):

        def along(z, i=i):
            return np.sum(w * number(f(*arrays[:i], z, *arrays[i + 1 :])))

        assert close(nodes[i].grad, central(along, x), 1e-7)
    small, nodes = swept(f, [x.astype(np.float32) for x in arrays], w.astype(np.float32))
    assert small.dtype == np.float32 and all(x.grad.dtype == np.float32 for x in nodes)
    assert close(small.value, y.value, 1e-4)


def test_every_named_activation_has_a_formula():
    assert FORMULAS.keys() == F.ACTIVATIONS.keys()


@pytest.mark.parametrize("name", FORMULAS)
def test_activations_are_their_formulas(name):
    x = 2.5 * rng().normal(size=(5, 4))
    f = getattr(F, name)
    assert close(f(Node(x)).value, FORMULAS[name](x))
    agrees_with_differences(f, [x])


@pytest.mark.parametrize("name", FORMULAS)
def test_activations_of_large_numbers_are_finite(name):
    x = Node([1e4, -1e4, 0.0, 5.0])
    y = F.ACTIVATIONS[name](x)
    y.backward(np.ones(y.shape))
    assert np.isfinite(y.value).all() and np.isfinite(x.grad).all()


TAILS = {
    "gelu": lambda x: (x * ndtr(x), ndtr(x) + x * np.exp(-0.5 * x * x) / np.sqrt(2.0 * np.pi)),
    "silu": lambda x: (x * np.exp(x), (1.0 + x) * np.exp(x)),
    "mish": lambda x: (x * np.exp(x), (1.0 + x) * np.exp(x)),
    "elu": lambda x: (-np.ones_like(x), np.exp(x)),
    "sigmoid": lambda x: (np.exp(x), np.exp(x)),
    "softplus": lambda x: (np.exp(x), np.exp(x)),
}
"""What activations and their derivatives come close to where x is far below 0."""


@pytest.mark.parametrize("name", TAILS)
def test_activations_keep_their_digits_far_below_zero(name):
    for dtype, low, high, tolerance in [(np.float64, 37, 31, 1e-12), (np.float32, 13, 9, 2e-3)]:
        x = Node(-np.linspace(low, high, 5, dtype=dtype))
        y = F.ACTIVATIONS[name](x)
        y.sum().backward()
        for ours, wanted in zip((y.value, x.grad), TAILS[name](x.value), strict=True):
            np.testing.assert_allclose(ours, wanted, rtol=tolerance)


@pytest.mark.parametrize("approximate", ["none", "tanh"])
def test_gelu_keeps_its_digits_below_zero(approximate):
    x = -np.linspace(0.5, 9.0, 20)
    u = np.sqrt(2.0 / np.pi) * (x + 0.044715 * x**3)
    wanted = x * ndtr(x) if approximate == "none" else x / (1.0 + np.exp(-2.0 * u))
    np.testing.assert_allclose(F.gelu(Node(x), approximate).value, wanted, rtol=1e-13)
    small = F.gelu(Node(x.astype(np.float32)), approximate).value
    np.testing.assert_allclose(small, wanted, rtol=1e-4)
    far = Node([-1e2, -1e10, -1e100])
    y = F.gelu(far, approximate)
    y.sum().backward()
    assert y.tolist() == far.grad.tolist() == [0.0, 0.0, 0.0]


def test_arguments_of_activations():
    x = Node([-2.0, -0.1, 0.0, 3.0])
    for f, wanted in [
        (lambda x: F.leaky_relu(x, 0.5), [-1.0, -0.05, 0.0, 3.0]),
        (lambda x: F.prelu(x, Node([0.5])), [-1.0, -0.05, 0.0, 3.0]),
        (lambda x: F.elu(x, 2.0), [2 * np.expm1(-2.0), 2 * np.expm1(-0.1), 0.0, 3.0]),
        (lambda x: F.celu(x, 2.0), [2 * np.expm1(-1.0), 2 * np.expm1(-0.05), 0.0, 3.0]),
        (lambda x: F.softplus(x, 2.0, 5.0), [*np.log1p(np.exp([-4.0, -0.2, 0.0])) / 2, 3.0]),
        (lambda x: F.hardtanh(x, -0.5, 2.0), [-0.5, -0.1, 0.0, 2.0]),
        (lambda x: F.threshold(x, -0.5, 7.0), [7.0, -0.1, 0.0, 3.0]),
        (lambda x: F.gelu(x, "tanh"), 0.5 * x.value * (1.0 + np.tanh(
            np.sqrt(2.0 / np.pi) * (x.value + 0.044715 * x.value**3)))),
    ]:  # fmt: skip
        assert close(f(x).value, wanted)
    assert F.glu(np.ones((4, 3)), axis=0).shape == (2, 3)
    assert close(
        F.softmin(Node(np.eye(3)), axis=0).value, F.softmax(Node(-np.eye(3)), axis=0).value
    )
    with pytest.raises(ValueError, match="'none' or 'tanh'"):
        F.gelu(x, "erf")
    with pytest.raises(ValueError, match="even length"):
        F.glu(np.ones(3))


A, B = (np.random.default_rng(i).normal(size=(4, 3)) for i in (1, 2))
P = np.random.default_rng(3).dirichlet(np.ones(3), 4)
Q = np.random.default_rng(4).dirichlet(np.ones(3), 4)
SIGNS = np.where(A > 0.3, 1.0, -1.0)
COSTS = np.array([0.5, 2.0, 1.0])
CLASSES = np.array([0, 2, 1, 2])
LOG_A = A - np.log(np.exp(A).sum(-1, keepdims=True))
PICKED = LOG_A[np.arange(4), CLASSES]
T = np.eye(3)[CLASSES]
LOSSES = {  # the function, the real operands, the losses without reduction
    "mse": (F.mse_loss, [A, B], (A - B) ** 2),
    "l1": (F.l1_loss, [A, B], np.abs(A - B)),
    "huber": (lambda x, y, r: F.huber_loss(x, y, r, 0.7), [A, B],
              np.where(abs(A - B) < 0.7, (A - B) ** 2 / 2, 0.7 * (abs(A - B) - 0.35))),
    "smooth l1": (lambda x, y, r: F.smooth_l1_loss(x, y, r, 0.7), [A, B],
                  np.where(abs(A - B) < 0.7, (A - B) ** 2 / 1.4, abs(A - B) - 0.35)),
    "cross entropy": (lambda x, r: F.cross_entropy(x, CLASSES, r), [A], -PICKED),
    "soft cross entropy": (F.cross_entropy, [A, P], -(P * LOG_A).sum(-1)),
    "weighed soft": (lambda x, t, w, r: F.cross_entropy(x, t, r, weight=w), [A, P, COSTS],
                     -(COSTS * P * LOG_A).sum(-1)),
    "smoothed": (lambda x, r: F.cross_entropy(x, CLASSES, r, label_smoothing=0.3), [A],
                 -0.7 * PICKED - 0.3 * LOG_A.mean(-1)),
    "smoothed soft": (lambda x, t, r: F.cross_entropy(x, t, r, label_smoothing=0.3), [A, P],
                      -((0.7 * P + 0.1) * LOG_A).sum(-1)),
    "other axis": (lambda x, r: F.cross_entropy(x.T, CLASSES, r, axis=0), [A], -PICKED),
    "nll": (lambda x, r: F.nll_loss(x, CLASSES, r), [LOG_A], -PICKED),
    "multi margin": (lambda x, r: F.multi_margin_loss(x, CLASSES, r, p=2, margin=0.5), [A],
                     ((1 - T) * np.maximum(0.5 - (A * T).sum(-1)[:, None] + A, 0) ** 2).mean(-1)),
    "bce": (F.binary_cross_entropy, [Q, P], -P * np.log(Q) - (1 - P) * np.log(1 - Q)),
    "bce with weight": (lambda x, t, w, r: F.binary_cross_entropy(x, t, r, weight=w), [Q, P, COSTS],
                        COSTS * (-P * np.log(Q) - (1 - P) * np.log(1 - Q))),
    "logits": (lambda x, t, w, v, r: F.binary_cross_entropy_with_logits(
                   x, t, r, weight=w, pos_weight=v), [A, P, COSTS, COSTS[::-1].copy()],
               COSTS * (P * COSTS[::-1] * np.log1p(np.exp(-A)) + (1 - P) * np.log1p(np.exp(A)))),
    "multilabel": (lambda x, t, r: F.multilabel_soft_margin_loss(x, t, r), [A, P],
                   (P * np.log1p(np.exp(-A)) + (1 - P) * np.log1p(np.exp(A))).mean(-1)),
    "kl": (F.kl_div, [LOG_A, P], P * (np.log(P) - LOG_A)),
    "kl of logs": (lambda x, t, r: F.kl_div(x, t, r, log_target=True), [LOG_A, np.log(P)],
                   P * (np.log(P) - LOG_A)),
    "gaussian": (lambda x, t, v, r: F.gaussian_nll_loss(x, t, v, full=True, reduction=r), [A, B, Q],
                 0.5 * (np.log(2.0 * np.pi * Q) + (A - B) ** 2 / Q)),
    "gaussian of rows": (lambda x, t, v, r: F.gaussian_nll_loss(x, t, v, reduction=r),
                         [A, B, Q[:, 0]],
                         0.5 * (np.log(Q[:, :1]) + (A - B) ** 2 / Q[:, :1])),
    "poisson": (lambda x, t, r: F.poisson_nll_loss(x, t, reduction=r), [A, P], np.exp(A) - P * A),
    "poisson of rates": (lambda x, t, r: F.poisson_nll_loss(
                             x, t, log_input=False, full=True, reduction=r), [Q, 1.5 + P],
                         Q - (1.5 + P) * np.log(Q + 1e-8) + (1.5 + P) * np.log(1.5 + P) - (1.5 + P)
                         + 0.5 * np.log(2.0 * np.pi * (1.5 + P))),
    "hinge": (lambda x, r: F.hinge_embedding_loss(x, SIGNS, 0.6, r), [B],
              np.where(SIGNS > 0, B, np.maximum(0.6 - B, 0.0))),
    "ranking": (lambda x, y, r: F.margin_ranking_loss(x, y, SIGNS.astype(int), 0.2, r), [A, B],
                np.maximum(0.2 - SIGNS * (A - B), 0.0)),
    "soft margin": (F.soft_margin_loss, [A, SIGNS], np.log1p(np.exp(-SIGNS * A))),
    "cosine": (lambda x, y, r: F.cosine_embedding_loss(x, y, SIGNS[:, 0], 0.1, r), [A, B],
               np.where(SIGNS[:, 0] > 0, 1.0 - (c := (A * B).sum(-1) / np.sqrt(
                   (A**2).sum(-1) * (B**2).sum(-1))), np.maximum(c - 0.1, 0.0))),
    "triplet": (lambda x, y, z, r: F.triplet_margin_loss(x, y, z, 2.0, eps=0.0, reduction=r),
                [A, B, P], np.maximum(np.sqrt(((A - B) ** 2).sum(-1))
                                      - np.sqrt(((A - P) ** 2).sum(-1)) + 2.0, 0.0)),
}  # fmt: skip


@pytest.mark.parametrize("what", LOSSES)
def test_losses_are_their_formulas(what):
    f, arrays, each = LOSSES[what]
    for reduction, wanted in (("none", each), ("sum", each.sum()), ("mean", each.mean())):
        assert close(f(*map(Node, arrays), reduction).value, wanted, 1e-11)
        agrees_with_differences(lambda *xs, r=reduction: f(*xs, r), arrays)
    single = [Node(x, requires_grad=i == len(arrays) - 1) for i, x in enumerate(arrays)]
    f(*single, "mean").backward()
    assert np.isfinite(single[-1].grad).all()


def test_weights_and_left_out_samples_of_classes():
    each = -COSTS[CLASSES] * PICKED
    assert close(F.cross_entropy(Node(A), CLASSES, "none", weight=COSTS).value, each)
    mean = each.sum() / COSTS[CLASSES].sum()
    assert close(F.cross_entropy(Node(A), CLASSES, weight=COSTS).value, mean)
    assert close(F.nll_loss(Node(LOG_A), CLASSES, weight=Node(COSTS)).value, mean)
    target = np.array([0, -100, 1, -100])
    for loss, x in ((F.cross_entropy, A), (F.nll_loss, LOG_A)):
        node = Node(x)
        y = loss(node, target)
        y.backward()
        assert close(y.value, -PICKED[[0, 2]].mean())
        assert not node.grad[[1, 3]].any() and node.grad[[0, 2]].any()
        assert close(loss(Node(x), target, "none").value, np.where(target < 0, 0.0, -PICKED))
        assert close(loss(Node(x), CLASSES, ignore_index=2).value, -PICKED[[0, 2]].mean())
        with pytest.raises(ValueError, match="all samples are left out"):
            loss(Node(x), np.full(4, -100))
        with pytest.raises(ValueError, match="all samples are left out"):
            loss(Node(x[0]), np.array(-100))
        assert close(loss(Node(x[0]), np.array(0), weight=COSTS).value, -PICKED[0])
    weights = Node(COSTS)
    F.cross_entropy(A, target, weight=weights).backward()
    f = lambda w: F.cross_entropy(A, target, weight=w)  # noqa: E731
    assert close(weights.grad, central(lambda w: number(f(w)), COSTS), 1e-8)


def test_impossible_classes_add_nothing():
    x = Node([[-np.inf, 0.0, 0.0], [-np.inf, 1.0, -np.inf]])
    loss = F.cross_entropy(x, [[0.0, 0.5, 0.5], [0.0, 1.0, 0.0]], "none")
    assert close(loss.value, [math.log(2.0), 0.0])
    loss.backward(np.ones(2))
    assert x.grad.tolist() == [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    x = Node([[-np.inf, 0.0, 0.0]])
    F.cross_entropy(x, [1]).backward()
    assert x.grad.tolist() == [[0.0, -0.5, 0.5]]
    assert F.cross_entropy(Node([[-np.inf, 0.0]]), [0], "sum").value == np.inf
    assert F.kl_div(Node([-np.inf, 0.0]), [0.0, 1.0], "sum").value == 0.0
    for impossible in (-np.inf, -2.0):
        x = Node([impossible, 0.0])
        y = F.kl_div(x, [-np.inf, 0.0], "sum", log_target=True)
        y.backward()
        assert y.value == 0.0
        assert x.grad.tolist() == [0.0, -1.0]


def test_losses_of_large_logits_are_exact():
    x = Node([1e4, -1e4, 1e4, -1e4, 40.0, -40.0])
    t = np.array([1.0, 1.0, 0.0, 0.0, 1.0, 0.0])
    y = F.binary_cross_entropy_with_logits(x, t, "none")
    assert close(y.value, [0.0, 1e4, 1e4, 0.0, math.exp(-40.0), math.exp(-40.0)], 1e-15)
    y.backward(np.ones(6))
    tiny = math.exp(-40.0)
    assert close(x.grad[:4], [0.0, -1.0, 1.0, 0.0], 1e-15)
    assert np.allclose(x.grad[4:], [-tiny, tiny], rtol=1e-14, atol=0.0)
    assert F.soft_margin_loss(Node([1e4, -1e4]), [1, 1], "none").value.tolist() == [0.0, 1e4]


def test_saturated_probabilities_have_finite_losses_and_signals():
    x = Node([0.0, 1.0, 0.0, 1.0])
    y = F.binary_cross_entropy(x, [0.0, 1.0, 1.0, 0.0], "none")
    y.backward(np.ones(4))
    assert y.value.tolist() == [0.0, 0.0, 100.0, 100.0]
    assert x.grad.tolist() == [1.0, -1.0, 0.0, 0.0]


def test_kinks_of_losses():
    x = Node([0.0, 2.0, -2.0])
    for f, wanted in [
        (lambda x: F.l1_loss(x, [0.0] * 3, "sum"), [0.0, 1.0, -1.0]),
        (lambda x: F.huber_loss(x, [0.0] * 3, "sum", delta=2.0), [0.0, 2.0, -2.0]),
        (lambda x: F.smooth_l1_loss(x, [0.0] * 3, "sum", beta=0.0), [0.0, 1.0, -1.0]),
        (lambda x: F.cosine_similarity(0.0 * x, [1.0, 2.0, 3.0]), [0.0, 0.0, 0.0]),
        (lambda x: F.pairwise_distance(x, [0.0, 2.0, -2.0], eps=0.0), [0.0, 0.0, 0.0]),
        (lambda x: F.pairwise_distance(x, [0.0] * 3, p=math.inf, eps=0.0), [0.0, 0.5, -0.5]),
    ]:
        [found] = signals(f(x), [x])
        assert close(found, wanted, 1e-15)


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("axis", [0, -1])
@pytest.mark.parametrize("p", [0.0, 0.5, 1.0, 3.0, math.inf, -math.inf, -1.0])
def test_pairwise_distance_is_the_norm_of_the_difference(p, axis, keepdims):
    x, y = rng().normal(size=(2, 4, 3))
    y[1, 2] = x[1, 2]
    y[0, 0] += 1.0 - 1e-6
    with np.errstate(divide="ignore"):
        wanted = np.linalg.vector_norm(x - y, ord=p, axis=axis, keepdims=keepdims)
        found = F.pairwise_distance(Node(x), y, p, 0.0, axis, keepdims)
    assert found.shape == wanted.shape
    assert close(found.value, wanted)
    assert F.triplet_margin_loss(Node(x), y, x, p=0.0, eps=0.0, reduction="sum").value > 0.0


def test_probabilities_outside_0_and_1_are_refused_but_in_programs():
    for wrong in (-1e-9, 1.0 + 1e-9, [0.5, -np.inf], [[2.0], [0.5]], np.float32(2.0)):
        target = np.zeros(np.shape(wrong))
        for given in (wrong, Node(wrong)):
            with pytest.raises(ValueError, match="binary_cross_entropy_with_logits"):
                F.binary_cross_entropy(given, target)
    for right in (0.0, 1.0, [0.5, 1.0]):
        assert np.isfinite(number(F.binary_cross_entropy(Node(right), np.zeros(np.shape(right)))))
    assert np.isnan(F.binary_cross_entropy(Node([np.nan]), [1.0]).value)
    loss = compile(lambda x: F.binary_cross_entropy(x, [1.0, 0.0]))
    with np.errstate(invalid="ignore"):
        assert np.isnan(number(loss(np.array([0.5, 2.0]))))
    x = np.array([0.25, 0.5])
    assert close(number(loss(x)), F.binary_cross_entropy(Node(x), [1.0, 0.0]).value)


def test_a_variance_counts_as_at_least_eps():
    var = Node([0.0, 4.0])
    y = F.gaussian_nll_loss(Node([1.0, 1.0]), [1.0, 3.0], var, eps=1.0, reduction="sum")
    y.backward()
    assert close(y.value, 0.5 * (math.log(4.0) + 1.0)) and close(var.grad, [0.5, 0.0])
    assert close(F.gaussian_nll_loss(Node([1.0, 1.0]), [1.0, 3.0], 4.0, reduction="sum").value,
                 0.5 * (2.0 * math.log(4.0) + 1.0))  # fmt: skip


def test_integer_targets_take_the_type_of_the_predictions():
    x = Node(A.astype(np.float32))
    ones = T.astype(int)
    for loss in (F.mse_loss, F.l1_loss, F.binary_cross_entropy_with_logits, F.cross_entropy):
        for target in (ones, ones.astype(bool), ones.tolist(), T.astype(np.float32)):
            y = loss(x, target)
            assert y.dtype == np.float32
            assert close(y.value, loss(Node(A), T).value, 1e-6)


def test_batchmean_of_kl_div():
    wanted = (P * (np.log(P) - LOG_A)).sum() / 4
    assert close(F.kl_div(Node(LOG_A), P, "batchmean").value, wanted)


def naive_conv2d(x, w, b, stride, padding, dilation, groups):
    x = np.pad(x, [(0, 0), (0, 0), *((n, n) for n in padding)])
    n, _, *size = x.shape
    o, k, *kernel = w.shape
    places = [
        (m - d * (q - 1) - 1) // s + 1
        for m, q, s, d in zip(size, kernel, stride, dilation, strict=True)
    ]
    y = np.zeros((n, o, *places))
    for i, out, row, col in np.ndindex(*y.shape):
        first = out // (o // groups) * k
        patch = x[i, first : first + k, row * stride[0] :, col * stride[1] :]
        patch = patch[:, :: dilation[0], :: dilation[1]][:, : kernel[0], : kernel[1]]
        y[i, out, row, col] = (patch * w[out]).sum() + b[out]
    return y


@pytest.mark.parametrize(
    ("stride", "padding", "dilation", "groups"),
    [((1, 1), (0, 0), (1, 1), 1), ((2, 1), (1, 2), (1, 1), 2), ((1, 3), (2, 0), (2, 1), 1),
     ((2, 2), (1, 1), (1, 2), 4)],
)  # fmt: skip
def test_conv2d_is_its_definition(stride, padding, dilation, groups):
    x, b = rng().normal(size=(2, 4, 6, 5)), rng().normal(size=4)
    w = rng().normal(size=(4, 4 // groups, 3, 2))
    y = F.conv2d(Node(x), w, b, stride, padding, dilation, groups)
    assert close(y.value, naive_conv2d(x, w, b, stride, padding, dilation, groups))
    one = F.conv2d(x[1], Node(w), b, stride, padding, dilation, groups)
    assert close(one.value, y.value[1])
    agrees_with_differences(
        lambda x, w, b: F.conv2d(x, w, b, stride, padding, dilation, groups), [x[:1], w, b]
    )


def test_padding_of_conv2d_by_name():
    x, w = rng().normal(size=(2, 1, 5, 6)), rng().normal(size=(3, 1, 3, 2))
    same = F.conv2d(Node(x), w, padding="same", dilation=(1, 2))
    assert same.shape == (2, 3, 5, 6)
    padded = np.pad(x, [(0, 0), (0, 0), (1, 1), (1, 1)])
    assert close(same.value, F.conv2d(Node(padded), w, dilation=(1, 2)).value)
    assert F.conv2d(Node(x), w, padding="valid").shape == (2, 3, 3, 5)
    assert F.conv2d(Node(x[:0]), w).shape == (0, 3, 3, 5)


IMAGE, KERNEL = np.ones((2, 4, 5, 5)), np.ones((6, 4, 3, 3))
REFUSED = {
    "a mask": (
        lambda: F.mse_loss(Node([1.0, 2.0]), np.ma.array([1.0, 2.0], mask=[0, 1])),
        TypeError,
        "lose its mask",
    ),
    "a mask of predictions": (
        lambda: F.l1_loss(np.ma.array([1.0], mask=[1]), [1.0]),
        TypeError,
        "mask",
    ),
    "shapes": (lambda: F.huber_loss(Node(np.ones((4, 1))), np.ones(4)), ValueError, "broadcasting"),
    "shapes of probabilities": (
        lambda: F.binary_cross_entropy(Node([0.5]), 1.0),
        ValueError,
        "shape",
    ),
    "shapes of logits": (
        lambda: F.binary_cross_entropy_with_logits(Node(np.ones((2, 1))), [1.0, 0.0]),
        ValueError,
        r"reshape\(\(-1, 1\)\)",
    ),
    "targets of kl": (lambda: F.kl_div(Node(A), P[0]), ValueError, "broadcasting"),
    "weights": (
        lambda: F.binary_cross_entropy(Node(Q), P, weight=np.ones(4)),
        ValueError,
        "weights",
    ),
    "wide weights": (
        lambda: F.binary_cross_entropy(Node(Q), P, weight=np.ones((2, 4, 3))),
        ValueError,
        "do not broadcast",
    ),
    "weights of classes": (
        lambda: F.cross_entropy(Node(A), CLASSES, weight=np.ones(4)),
        ValueError,
        "one weight for each class",
    ),
    "weight in place of reduction": (
        lambda: F.cross_entropy(Node(A), CLASSES, COSTS),
        ValueError,
        "the reduction array",
    ),
    "smoothing": (
        lambda: F.cross_entropy(Node(A), CLASSES, label_smoothing=2.0),
        ValueError,
        "between",
    ),
    "axis": (lambda: F.cross_entropy(Node(A), CLASSES, axis=2), np.exceptions.AxisError, "axis 2"),
    "classes along an axis": (
        lambda: F.cross_entropy(Node(A), CLASSES, axis=0),
        ValueError,
        "axis 0",
    ),
    "delta": (lambda: F.huber_loss(Node(A), B, delta=0.0), ValueError, "delta is 0"),
    "beta": (lambda: F.smooth_l1_loss(Node(A), B, beta=-1.0), ValueError, "beta is"),
    "variances": (lambda: F.gaussian_nll_loss(Node(A), B, np.ones(3)), ValueError, "variances"),
    "a negative variance": (lambda: F.gaussian_nll_loss(Node(A), B, -Q), ValueError, "negative"),
    "signs": (lambda: F.hinge_embedding_loss(Node(A), T), ValueError, "1 and −1"),
    "signs of cosines": (
        lambda: F.cosine_embedding_loss(Node(A), B, np.zeros(4)),
        ValueError,
        "−1",
    ),
    "batchmean elsewhere": (
        lambda: F.mse_loss(Node(A), B, "batchmean"),
        ValueError,
        "mean, sum, none",
    ),
    "batchmean of nothing": (lambda: F.kl_div(Node([]), [], "batchmean"), ValueError, "no losses"),
    "shape of images": (
        lambda: F.conv2d(Node(IMAGE[0, 0]), KERNEL),
        ValueError,
        "images have shape",
    ),
    "channels": (lambda: F.conv2d(Node(IMAGE[:, :3]), KERNEL), ValueError, "3 channels"),
    "groups": (lambda: F.conv2d(Node(IMAGE), KERNEL[:5, :2], groups=2), ValueError, "2 groups"),
    "a large kernel": (
        lambda: F.conv2d(Node(IMAGE), KERNEL, dilation=3),
        ValueError,
        "does not fit",
    ),
    "same with strides": (
        lambda: F.conv2d(Node(IMAGE), KERNEL, padding="same", stride=2),
        ValueError,
        "stride 1",
    ),
    "padding": (
        lambda: F.conv2d(Node(IMAGE), KERNEL, padding="full"),
        ValueError,
        "'valid' or 'same'",
    ),
    "stride": (lambda: F.conv2d(Node(IMAGE), KERNEL, stride=0), ValueError, "the stride is 0"),
    "bias": (
        lambda: F.conv2d(Node(IMAGE), KERNEL, np.ones(5)),
        ValueError,
        "one number per output",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refusals(what):
    act, kind, text = REFUSED[what]
    with pytest.raises(kind, match=text):
        act()
