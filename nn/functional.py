"""Activations, losses and layers as plain functions, with PyTorch's names and NumPy's axes."""

from autograd import log_softmax, logsumexp, relu, sigmoid, softmax
from nn.activations import (
    ACTIVATIONS,
    Activation,
    activation_named,
    celu,
    elu,
    gelu,
    glu,
    hardshrink,
    hardsigmoid,
    hardswish,
    hardtanh,
    identity,
    leaky_relu,
    logsigmoid,
    mish,
    prelu,
    relu6,
    selu,
    silu,
    softmin,
    softplus,
    softshrink,
    softsign,
    tanh,
    tanhshrink,
    threshold,
)  # fmt: skip
from nn.classification import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    multi_margin_loss,
    multilabel_soft_margin_loss,
    nll_loss,
)  # fmt: skip
from nn.losses import (
    cosine_embedding_loss,
    cosine_similarity,
    gaussian_nll_loss,
    hinge_embedding_loss,
    huber_loss,
    kl_div,
    l1_loss,
    margin_ranking_loss,
    mse_loss,
    pairwise_distance,
    poisson_nll_loss,
    smooth_l1_loss,
    soft_margin_loss,
    triplet_margin_loss,
)  # fmt: skip
from nn.products import conv2d, linear

__all__ = [
    "ACTIVATIONS", "Activation", "activation_named", "binary_cross_entropy",
    "binary_cross_entropy_with_logits", "celu", "conv2d", "cosine_embedding_loss",
    "cosine_similarity", "cross_entropy", "elu", "gaussian_nll_loss", "gelu", "glu", "hardshrink",
    "hardsigmoid", "hardswish", "hardtanh", "hinge_embedding_loss", "huber_loss", "identity",
    "kl_div", "l1_loss", "leaky_relu", "linear", "log_softmax", "logsigmoid", "logsumexp",
    "margin_ranking_loss", "mish", "mse_loss", "multi_margin_loss", "multilabel_soft_margin_loss",
    "nll_loss", "pairwise_distance", "poisson_nll_loss", "prelu", "relu", "relu6", "selu",
    "sigmoid", "silu", "smooth_l1_loss", "soft_margin_loss", "softmax", "softmin", "softplus",
    "softshrink", "softsign", "tanh", "tanhshrink", "threshold", "triplet_margin_loss",
]  # fmt: skip
