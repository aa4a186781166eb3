"""Activations and losses as plain functions, with PyTorch's names and NumPy's axes."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import Node, array, log_softmax, logsumexp, relu, sigmoid, softmax, softplus
from autograd.ops.functions import tanh

Activation = Callable[[Any], Any]

ACTIVATIONS: dict[str, Activation] = {
    "relu": relu,
    "sigmoid": sigmoid,
    "softmax": softmax,
    "softplus": softplus,
    "tanh": tanh,
}
"""The activations that can be chosen by name."""

REDUCTIONS = ("mean", "sum", "none")


def identity(x: Any) -> Any:
    """`x` as it is: the activation of layers that have none.

    >>> identity(2.0)
    2.0
    """
    return x


def activation_named(activation: str | Activation | None) -> Activation:
    """The function of that name; functions stay as they are, None gives `identity`.

    Raises ValueError for a name that is not known, TypeError for what cannot be called.

    >>> activation_named("relu")(-1.0)
    0.0
    """
    if activation is None:
        return identity
    if isinstance(activation, str):
        if activation not in ACTIVATIONS:
            raise ValueError(
                f"no activation is named {activation!r}; "
                f"write one of {', '.join(ACTIVATIONS)}, or pass a function such as np.sin"
            )
        return ACTIVATIONS[activation]
    if not callable(activation):
        raise TypeError(
            f"an activation is a name or a function, not {type(activation).__name__}; "
            "write activation='tanh' or activation=np.tanh"
        )
    return activation


def linear(x: Any, weight: Any, bias: Any = None) -> Any:
    """x Wᵀ + b for `x` of shape (..., in), `weight` (out, in) and `bias` (out,): shape (..., out).

    >>> linear(np.ones((5, 2)), np.ones((3, 2)), np.ones(3)).shape
    (5, 3)
    """
    product = x @ weight.T
    return product if bias is None else product + bias


def mse_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """The squared differences of two arrays of one shape: their mean, their sum, or each.

    Both may be Nodes, arrays, numbers or nested lists of these. Raises ValueError where the shapes
    differ (nothing is broadcast), where the target has NaN, and for a mean of no elements.

    >>> mse_loss(Node([1.0, 3.0]), [1.0, 1.0]).value
    2.0
    """
    input, target = _operand(input), _target(target)
    if _shape(input) != _shape(target):
        raise _shapes_differ(_shape(input), _shape(target))
    return _reduced(np.square(input - target), reduction)


def cross_entropy(input: Any, target: Any, reduction: str = "mean") -> Any:
    """−log softmax(logits) at the right class: the mean over samples, the sum, or one for each.

    `input` holds logits of shape (..., classes). `target` holds class numbers, integers of shape
    (...), or the probability of each class, such as one-hot rows, of shape (..., classes); these
    are taken as they are and not made to sum to 1. Finite logits of any size give finite losses.
    See Bishop, "Pattern recognition and machine learning" (2006), eq. 4.108.

    Raises ValueError where shapes do not fit, a class does not exist or the target has NaN;
    TypeError for class numbers that are no integers.

    >>> round(cross_entropy(Node([[0.0, 0.0]]), [1]).value, 4)
    0.6931
    """
    input, target = _operand(input), _target(target)
    shape = _shape(input)
    if not shape or not shape[-1]:
        raise ValueError(
            f"the logits have shape {shape}, so there are no classes to choose from; "
            "give an array of shape (samples, classes)"
        )
    if _shape(target) == shape:
        if not isinstance(target, Node) and target.dtype.kind != "f":
            target = target.astype(np.float64)
        return _reduced(-(target * log_softmax(input)).sum(axis=-1), reduction)
    if _shape(target) != shape[:-1]:
        raise ValueError(
            f"the logits have shape {shape} but the target {_shape(target)}: the last axis of the "
            f"logits counts classes; give class numbers of shape {shape[:-1]}, or the probability "
            f"of each class in shape {shape}"
        )
    return _reduced(-log_softmax(input)[_right_class(target, shape[-1])], reduction)


def _right_class(target: Any, classes: int) -> tuple[Any, ...]:
    """The index of the right class of each sample; `target` was given as class numbers."""
    if isinstance(target, Node) or target.dtype.kind not in "iu":
        raise TypeError(
            f"class numbers are integers, not {target.dtype}: write target.astype(int), "
            "or give the probability of each class in the shape of the logits"
        )
    wrong = (target < 0) | (target >= classes)
    if wrong.any():
        raise ValueError(
            f"class {target[wrong].flat[0]} does not exist: the logits have {classes} classes, "
            f"numbered 0 to {classes - 1}; number the classes from 0, or give the network's last "
            "layer one output for each"
        )
    return (*np.indices(target.shape, sparse=True), target)


def _operand(x: Any) -> Any:
    """A Node as it is, anything else as an array."""
    x = array(x)
    return x if isinstance(x, Node) else np.asarray(x)


def _target(x: Any) -> Any:
    """As `_operand`; ValueError for NaN in data."""
    x = _operand(x)
    if not isinstance(x, Node) and x.dtype.kind == "f" and np.isnan(x).any():
        raise ValueError(
            "the target has NaN, so the loss would be NaN; leave out the samples whose target is "
            "missing: keep = ~np.isnan(y)"
        )
    return x


def _shape(x: Any) -> tuple[int, ...]:
    return x.shape  # type: ignore[no-any-return]


def _shapes_differ(left: tuple[int, ...], right: tuple[int, ...]) -> ValueError:
    same_size = np.prod(left, dtype=int) == np.prod(right, dtype=int)
    remedy = f"write target.reshape({left})" if same_size else "give one target for each prediction"
    return ValueError(
        f"the predictions have shape {left} but the target {right}: broadcasting would compare "
        f"what does not belong together; {remedy}"
    )


def _reduced(losses: Any, reduction: str) -> Any:
    """The mean, the sum, or the losses themselves; a single loss is all three."""
    if reduction not in REDUCTIONS:
        raise ValueError(f"the reduction is {reduction!r}; write one of {', '.join(REDUCTIONS)}")
    if reduction == "none" or not _is_many(losses):
        return losses
    if reduction == "sum":
        return losses.sum()
    if not losses.size:
        raise ValueError(
            "there are no losses to take the mean of, since the arrays are empty; "
            "give at least one sample, or write reduction='sum'"
        )
    return losses.mean()


def _is_many(x: Any) -> bool:
    return bool(getattr(x, "shape", ()))


__all__ = [
    "ACTIVATIONS", "activation_named", "cross_entropy", "identity", "linear", "log_softmax",
    "logsumexp", "mse_loss", "relu", "sigmoid", "softmax", "softplus", "tanh",
]  # fmt: skip
