"""Values and signals of `nn.functional` against PyTorch's, where it is installed."""

import numpy as np
import pytest

from autograd import Node
from nn import functional as F

torch = pytest.importorskip("torch")

G = torch.nn.functional
POINTS = np.array([-1e4, -50.0, -7.0, -3.0, -1.0, -0.5, -1e-9, 0.0, 0.3, 0.5, 1.0, 3.0, 6.0, 1e4])
ACTIVATIONS = [
    ("relu", {}), ("leaky_relu", {}), ("leaky_relu", {"negative_slope": 0.2}), ("elu", {}),
    ("elu", {"alpha": 0.7}), ("celu", {"alpha": 0.7}), ("selu", {}), ("gelu", {}),
    ("gelu", {"approximate": "tanh"}), ("silu", {}), ("mish", {}), ("softplus", {}),
    ("softplus", {"beta": 2.0, "threshold": 5.0}), ("softsign", {}), ("logsigmoid", {}),
    ("hardtanh", {}), ("hardtanh", {"min_val": -0.5, "max_val": 3.0}), ("relu6", {}),
    ("hardsigmoid", {}), ("hardswish", {}), ("hardshrink", {}), ("softshrink", {"lambd": 0.3}),
    ("tanhshrink", {}), ("threshold", {"threshold": 0.3, "value": 2.0}), ("sigmoid", {}),
    ("tanh", {}), ("softmax", {"axis": -1}), ("softmax", {"axis": 0}), ("log_softmax", {"axis": 1}),
    ("softmin", {"axis": 0}), ("glu", {"axis": 1}),
]  # fmt: skip


def uniform(low, high, *shape):
    return np.random.default_rng(len(shape)).uniform(low, high, shape)


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


LOGITS = 3.0 * normal(4, 3)
EXTREME = np.array([[1e4, -1e4, 0.0], [0.0, 5.0, 1e4], [-1e4, -1e4, 1e4], [1.0, 2.0, 3.0]])
CLASSES = np.array([0, 2, 1, 2])
SOME = np.array([0, -100, 1, 2])
SIGNS = np.array([[1.0, -1.0, 1.0], [-1.0, -1.0, 1.0], [1.0, 1.0, -1.0], [1.0, -1.0, -1.0]])
PROBABILITIES = np.random.default_rng(5).dirichlet(np.ones(3), 4)
ONE_HOT = np.eye(3)[CLASSES]
COSTS = np.array([0.5, 2.0, 1.0])
NEAR = LOGITS + normal(4, 3, seed=2)
LOSSES = [
    *((name, [LOGITS, NEAR], {}) for name in ("mse_loss", "l1_loss", "huber_loss",
                                              "smooth_l1_loss", "soft_margin_loss")),
    ("l1_loss", [LOGITS, np.where(ONE_HOT > 0, LOGITS, 0.0)], {}),
    ("huber_loss", [LOGITS, LOGITS + np.array([0.5, -0.5, 3.0])], {"delta": 0.5}),
    ("smooth_l1_loss", [LOGITS, NEAR], {"beta": 0.3}),
    ("smooth_l1_loss", [LOGITS, NEAR], {"beta": 0.0}),
    ("cross_entropy", [LOGITS, CLASSES], {}),
    ("cross_entropy", [EXTREME, CLASSES], {}),
    ("cross_entropy", [LOGITS[0], np.array(1)], {}),
    ("cross_entropy", [LOGITS, CLASSES], {"weight": COSTS, "label_smoothing": 0.2}),
    ("cross_entropy", [LOGITS, SOME], {}),
    ("cross_entropy", [LOGITS, SOME], {"weight": COSTS, "label_smoothing": 0.2}),
    ("cross_entropy", [LOGITS, CLASSES], {"ignore_index": 2}),
    ("cross_entropy", [normal(2, 3, 4), np.array([[0, 1, 2, 2], [1, 1, -100, 0]])],
     {"axis": 1, "weight": COSTS, "label_smoothing": 0.1}),
    ("cross_entropy", [LOGITS, PROBABILITIES], {}),
    ("cross_entropy", [EXTREME, PROBABILITIES], {}),
    ("cross_entropy", [LOGITS, PROBABILITIES], {"weight": COSTS, "label_smoothing": 0.3}),
    ("cross_entropy", [normal(2, 3, 4), uniform(0, 1, 2, 3, 4)], {"axis": 1, "weight": COSTS}),
    ("nll_loss", [LOGITS, SOME], {}),
    ("nll_loss", [LOGITS, SOME], {"weight": COSTS}),
    ("nll_loss", [normal(2, 3, 4), np.array([[0, 1, 2, 2], [1, 1, 0, 0]])], {"axis": 1}),
    ("multi_margin_loss", [LOGITS, CLASSES], {}),
    ("multi_margin_loss", [LOGITS, CLASSES], {"p": 2, "margin": 0.5, "weight": COSTS}),
    ("binary_cross_entropy", [uniform(0.01, 0.99, 4, 3), PROBABILITIES], {}),
    ("binary_cross_entropy", [uniform(0.01, 0.99, 4, 3), ONE_HOT], {"weight": COSTS}),
    ("binary_cross_entropy_with_logits", [LOGITS, PROBABILITIES], {}),
    ("binary_cross_entropy_with_logits", [EXTREME, ONE_HOT], {}),
    ("binary_cross_entropy_with_logits", [LOGITS, ONE_HOT],
     {"weight": COSTS, "pos_weight": COSTS[::-1].copy()}),
    ("multilabel_soft_margin_loss", [LOGITS, ONE_HOT], {"weight": COSTS}),
    ("kl_div", [np.log(PROBABILITIES), PROBABILITIES[::-1].copy()], {}),
    ("kl_div", [np.log(PROBABILITIES), np.log(PROBABILITIES[::-1])], {"log_target": True}),
    ("kl_div", [np.log(PROBABILITIES), PROBABILITIES[::-1].copy()], {"reduction": "batchmean"}),
    ("gaussian_nll_loss", [LOGITS, NEAR, uniform(0.5, 2.0, 4, 3)], {"full": True}),
    ("gaussian_nll_loss", [LOGITS, NEAR, uniform(0.5, 2.0, 4, 1)], {}),
    ("gaussian_nll_loss", [LOGITS, NEAR, uniform(0.5, 2.0, 4)], {"eps": 1.0}),
    ("poisson_nll_loss", [LOGITS, uniform(0.0, 5.0, 4, 3)], {"full": True}),
    ("poisson_nll_loss", [uniform(0.1, 3.0, 4, 3), uniform(0.0, 5.0, 4, 3)], {"log_input": False}),
    ("hinge_embedding_loss", [LOGITS, SIGNS], {"margin": 0.8}),
    ("hinge_embedding_loss", [np.ones((4, 3)), SIGNS], {}),
    ("margin_ranking_loss", [LOGITS, NEAR, SIGNS], {"margin": 0.2}),
    ("margin_ranking_loss", [LOGITS, LOGITS, SIGNS], {}),
    ("cosine_embedding_loss", [LOGITS, NEAR, SIGNS[:, 0]], {"margin": 0.1}),
    ("triplet_margin_loss", [LOGITS, NEAR, NEAR[::-1].copy()], {}),
    ("triplet_margin_loss", [LOGITS, NEAR, NEAR[::-1].copy()],
     {"p": 3.0, "margin": 4.0, "swap": True}),
]  # fmt: skip
OTHERS = [
    ("linear", [normal(5, 3), normal(2, 3), normal(2)], {}),
    ("linear", [normal(2, 5, 3), normal(2, 3)], {}),
    ("prelu", [LOGITS, np.array([0.25])], {}),
    ("cosine_similarity", [LOGITS, NEAR], {"axis": 0}),
    ("cosine_similarity", [LOGITS, 0.0 * NEAR], {"axis": 1}),
    ("pairwise_distance", [LOGITS, NEAR], {"keepdim": True}),
    *(("conv2d", [normal(2, 4, 7, 6), normal(6, 4, 3, 2), normal(6)], kwargs) for kwargs in (
        {}, {"stride": 2}, {"stride": (1, 3), "padding": (2, 1)}, {"dilation": (2, 1)},
        {"padding": "same"}, {"padding": "valid", "dilation": 2},
        {"stride": 2, "padding": 3, "dilation": (1, 2)})),
    ("conv2d", [normal(2, 4, 7, 6), normal(6, 2, 3, 3)], {"groups": 2, "padding": 1}),
    ("conv2d", [normal(4, 7, 6), normal(8, 1, 3, 3), normal(8)], {"groups": 4}),
    ("conv2d", [normal(4, 7, 6), normal(8, 4, 7, 6)], {}),
    ("conv2d", [normal(0, 4, 7, 6), normal(8, 4, 1, 1), normal(8)], {}),
]  # fmt: skip


def assert_agrees(name, data, kwargs, dtype=np.float64):
    data = [x.astype(dtype) if x.dtype.kind == "f" else x for x in data]
    real = [x.dtype.kind == "f" for x in data]
    if name in ("soft_margin_loss", "hinge_embedding_loss", "cosine_embedding_loss"):
        real[-1] = False
    nodes = [Node(x) if r else x for x, r in zip(data, real, strict=True)]
    tensors = [torch.tensor(x, requires_grad=r) for x, r in zip(data, real, strict=True)]
    theirs = {
        "dim" if word == "axis" else word: torch.tensor(v) if isinstance(v, np.ndarray) else v
        for word, v in kwargs.items()
    }
    if "entropy" in name or name in ("nll_loss", "multi_margin_loss"):
        theirs.pop("dim", None)
    ours = {"keepdims" if word == "keepdim" else word: v for word, v in kwargs.items()}
    y = getattr(F, name)(*nodes, **ours)
    z = getattr(G, name)(*tensors, **theirs) if hasattr(G, name) else getattr(torch, name)(*tensors)
    tolerance = 1e-10 if dtype == np.float64 else 2e-5
    if name in ("celu", "hardsigmoid"):  # PyTorch computes them with float32 constants
        tolerance = max(tolerance, 1e-7)
    assert y.dtype == dtype and y.shape == tuple(z.shape)
    np.testing.assert_allclose(y.value, z.detach().numpy(), rtol=tolerance, atol=tolerance)
    w = normal(*y.shape, seed=3) if y.shape else np.array(1.5)
    y.backward(w.astype(dtype))
    z.backward(torch.tensor(w.astype(dtype)))
    for node, tensor in zip(nodes, tensors, strict=True):
        if isinstance(node, Node):
            assert node.grad.dtype == dtype
            wanted = tensor.grad.numpy()
            np.testing.assert_allclose(node.grad, wanted, rtol=10 * tolerance, atol=tolerance)


def names(cases):
    return [f"{name}-{'-'.join(map(str, kwargs))}{i}" for i, (name, *_, kwargs) in enumerate(cases)]


@pytest.mark.parametrize(("name", "kwargs"), ACTIVATIONS, ids=names(ACTIVATIONS))
def test_activations(name, kwargs):
    assert_agrees(name, [np.stack([POINTS, POINTS[::-1]])], kwargs)
    assert_agrees(name, [np.stack([POINTS, POINTS[::-1]])], kwargs, np.float32)


@pytest.mark.filterwarnings("ignore:reduction. 'mean' divides")
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize(("name", "data", "kwargs"), LOSSES, ids=names(LOSSES))
def test_losses(name, data, kwargs, reduction):
    assert_agrees(name, data, {"reduction": reduction, **kwargs})


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@pytest.mark.parametrize(("name", "data", "kwargs"), OTHERS, ids=names(OTHERS))
def test_other_functions(name, data, kwargs):
    assert_agrees(name, data, kwargs)
    assert_agrees(name, data, kwargs, np.float32)
