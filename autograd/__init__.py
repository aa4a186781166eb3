"""A graph of scalar and tensor Nodes that records NumPy operations and differentiates them."""

from autograd import methods as _methods
from autograd.node import Node
from autograd.op import REGISTRY
from autograd.ops.functions import relu, sigmoid, softplus
from autograd.ops.reduce import log_softmax, logsumexp, softmax
from autograd.ops.shape import array
from autograd.state import no_grad, scope
from autograd.sweep import edge_signals, local_derivatives, signals, topological_order

del _methods

__all__ = [
    "REGISTRY", "Node", "array",
    "edge_signals", "local_derivatives", "signals", "topological_order",
    "no_grad", "scope",
    "log_softmax", "logsumexp", "relu", "sigmoid", "softmax", "softplus",
]  # fmt: skip
