"""A graph of scalar and tensor Nodes that records NumPy operations and differentiates them."""

from autograd import methods as _methods
from autograd.anomaly import detect_anomaly
from autograd.buffer import Buffer, buffer, empty_like, full, zeros
from autograd.compiler import compile
from autograd.custom import checkpoint, custom_op
from autograd.jacobians import hessian, hvp, jacobian
from autograd.node import Node
from autograd.op import REGISTRY
from autograd.ops.elementary import erf, erfc
from autograd.ops.functions import relu, sigmoid, softplus
from autograd.ops.network import linear, mean_squared_error
from autograd.ops.reduce import log_softmax, logsumexp, softmax
from autograd.ops.shape import array
from autograd.state import current_scope, no_grad, scope
from autograd.sweep import edge_signals, local_derivatives, signals, topological_order
from autograd.transforms import grad, jvp, value_and_grad, vjp

del _methods

__all__ = [
    "REGISTRY",
    "Buffer",
    "Node",
    "array",
    "buffer",
    "checkpoint",
    "compile",
    "current_scope",
    "custom_op",
    "detect_anomaly",
    "edge_signals",
    "empty_like",
    "erf",
    "erfc",
    "full",
    "grad",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "linear",
    "local_derivatives",
    "log_softmax",
    "logsumexp",
    "mean_squared_error",
    "no_grad",
    "relu",
    "scope",
    "sigmoid",
    "signals",
    "softmax",
    "softplus",
    "topological_order",
    "value_and_grad",
    "vjp",
    "zeros",
]  # fmt: skip
