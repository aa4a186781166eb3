"""Losses of classes: one of several, or yes or no; the conventions are those of `losses`."""

from typing import Any

import numpy as np

from autograd import Node, log_softmax
from autograd import softplus as _softplus
from autograd.node import raw
from autograd.op import reading
from autograd.state import current_trace
from nn.losses import no_losses, pair, real, reduced, times_log, weighted
from nn.operands import axis_of, computed, operand, picked, target_of

# One of several.


def cross_entropy(
    input: Any,
    target: Any,
    reduction: str = "mean",
    *,
    weight: Any = None,
    ignore_index: int = -100,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Any:
    """−log softmax(logits) at the right class.

    `input` holds logits, with classes along `axis`. `target` holds class numbers, integers of the
    shape of `input` without that axis; or the probability of each class, such as one-hot rows, in
    the shape of `input`; these are taken as they are and not made to sum to 1. Finite logits of any
    size give finite losses, and a class of logit −inf and probability 0 adds nothing.
    See Bishop, "Pattern recognition and machine learning" (2006), eq. 4.108.

    `weight` has a number for each class; the mean over class numbers is weighted. Samples of class
    `ignore_index` do not count. `label_smoothing` moves that part of the probability evenly to all
    classes (Szegedy et al., "Rethinking the Inception architecture", 2016).

    Raises ValueError for a class that does not exist, TypeError for class numbers that are no
    integers.

    >>> round(cross_entropy(Node([[0.0, 0.0]]), [1]).value, 4)
    0.6931
    """
    input, target = operand(input), target_of(target)
    axis, weight = _classes(input, weight, axis)
    if not 0.0 <= label_smoothing <= 1.0:
        raise ValueError(f"label_smoothing is {label_smoothing}; write a part between 0 and 1")
    shape = input.shape
    if target.shape != shape:
        return _class_loss(
            log_softmax(input, axis=axis), target, weight, axis, reduction, ignore_index,
            label_smoothing,
        )  # fmt: skip
    target = real(target, input)
    if label_smoothing:
        target = target * (1.0 - label_smoothing) + label_smoothing / shape[axis]
    losses = times_log(target, log_softmax(input, axis=axis))
    if weight is not None:
        losses = losses * weight
    return reduced(-losses.sum(axis=axis), reduction)


def nll_loss(
    input: Any,
    target: Any,
    reduction: str = "mean",
    *,
    weight: Any = None,
    ignore_index: int = -100,
    axis: int = -1,
) -> Any:
    """−log probability of the right class; `input` holds log-probabilities, as `log_softmax` gives.

    The other arguments are those of `cross_entropy`, with class numbers as the target.

    >>> nll_loss(Node([[-1.0, -2.0]]), [1]).value
    2.0
    """
    input, target = operand(input), target_of(target)
    axis, weight = _classes(input, weight, axis)
    return _class_loss(input, target, weight, axis, reduction, ignore_index)


def multi_margin_loss(
    input: Any,
    target: Any,
    reduction: str = "mean",
    *,
    p: int = 1,
    margin: float = 1.0,
    weight: Any = None,
    axis: int = -1,
) -> Any:
    """How far each wrong class comes within `margin` of the right one, to the power p, averaged.

    Crammer and Singer, "On the algorithmic implementation of multiclass kernel-based vector
    machines" (2001).

    >>> multi_margin_loss(Node([[1.0, 0.5]]), [0]).value
    0.25
    """
    input, target = operand(input), target_of(target)
    axis, weight = _classes(input, weight, axis)
    index = _right_class(target, input.shape, axis)
    right = np.expand_dims(picked(input, index), axis)
    wrong = np.expand_dims(target, axis) != np.arange(input.shape[axis]).reshape(
        (-1,) + (1,) * (input.ndim - axis - 1)
    )
    gaps = np.clip(margin - right + input, 0.0, None)
    losses = np.where(wrong, gaps if p == 1 else gaps**p, 0.0).mean(axis=axis)
    each = 1.0 if weight is None else picked(weight.reshape(-1), target)
    return reduced(losses * each, reduction)


def _classes(input: Any, weight: Any, axis: int) -> tuple[int, Any]:
    """The class axis counted from the front, and the classes' weights along it."""
    shape = input.shape
    if not shape or not shape[axis_of(axis, len(shape))]:
        raise ValueError(
            f"the logits have shape {shape}, so there are no classes to choose from; "
            "give an array of shape (samples, classes)"
        )
    axis = axis_of(axis, len(shape))
    if weight is not None:
        weight = operand(weight)
        if weight.shape != (shape[axis],):
            raise ValueError(
                f"the weights have shape {weight.shape} but there are {shape[axis]} classes; "
                "give one weight for each class"
            )
        weight = weight.reshape((-1,) + (1,) * (len(shape) - axis - 1))
    return axis, weight


def _class_loss(
    logs: Any,
    target: Any,
    weight: Any,
    axis: int,
    reduction: str,
    ignore_index: int,
    smoothing: float = 0.0,
) -> Any:
    """−logs at the right classes, weighed, with those of `ignore_index` left out."""
    shape = logs.shape
    index = _right_class(target, shape, axis, ignore_index)
    losses = -picked(logs, index)
    each = None if weight is None else picked(weight.reshape(-1), index[axis])
    if each is not None:
        losses = losses * each
    if smoothing:
        even = -(logs if weight is None else logs * weight).mean(axis=axis)
        losses = (1.0 - smoothing) * losses + smoothing * even
    keep = _kept(target, ignore_index, isinstance(reduction, str) and reduction == "mean")
    if computed(keep) or not keep.all():
        losses = np.where(keep, losses, 0.0)
        each = keep * (1.0 if each is None else each)
    return reduced(losses, reduction, each)


def _right_class(
    target: Any, shape: tuple[int, ...], axis: int, ignore_index: int | None = None
) -> tuple[Any, ...]:
    """The index of the right class of each sample, and 0 where `target` is `ignore_index`."""
    samples = shape[:axis] + shape[axis + 1 :]
    if target.shape != samples:
        where = "last axis" if axis == len(shape) - 1 else f"axis {axis}"
        raise ValueError(
            f"the logits have shape {shape} but the target {target.shape}: the {where} of the "
            f"logits counts classes; give class numbers of shape {samples}, or the probability "
            f"of each class in shape {shape}"
        )
    if isinstance(target, Node) or target.dtype.kind not in "iu":
        raise TypeError(
            f"class numbers are integers, not {target.dtype}: write target.astype(int), "
            "or give the probability of each class in the shape of the logits"
        )
    target = _existing(target, shape[axis], ignore_index)
    index: list[Any] = list(np.indices(samples, sparse=True))
    index.insert(axis, target)
    return tuple(index)


@reading
def _existing(target: Any, classes: int, ignore_index: int | None) -> Any:
    """The class numbers, 0 where they are `ignore_index`; ValueError for others."""
    if ignore_index is not None:
        target = np.where(target == ignore_index, 0, target)
    wrong = (target < 0) | (target >= classes)
    if wrong.any():
        raise ValueError(
            f"class {target[wrong].flat[0]} does not exist: the logits have {classes} classes, "
            f"numbered 0 to {classes - 1}; number the classes from 0, or give the network's last "
            "layer one output for each"
        )
    return target


@reading
def _kept(target: Any, ignore_index: int, needed: bool) -> Any:
    """Where a sample counts; ValueError if some are needed and none does."""
    keep = target != ignore_index
    if needed and not np.any(keep):
        no_losses()
    return keep


# Yes or no.


def binary_cross_entropy(
    input: Any, target: Any, reduction: str = "mean", *, weight: Any = None
) -> Any:
    """−log of the probability of what came true; `input` holds probabilities of 1, between 0 and 1.

    Logarithms are at least −100, with derivative 0 there. `weight` broadcasts over the losses.
    Raises ValueError for probabilities that are none, but not in a compiled program.

    >>> binary_cross_entropy(Node([1.0, 0.0]), [1.0, 1.0]).value
    50.0
    """
    input, target = pair(input, target)
    if current_trace() is None:
        _check_probabilities(raw(input))
    with np.errstate(divide="ignore"):
        true = np.maximum(np.log(input), -100.0)
        false = np.maximum(np.log1p(-input), -100.0)
    losses = -(target * true + (1.0 - target) * false)
    return reduced(weighted(losses, weight), reduction)


def _check_probabilities(values: Any) -> None:
    wrong = (values < 0.0) | (values > 1.0)
    if np.any(wrong):
        raise ValueError(
            f"the predictions hold {np.asarray(values)[wrong].flat[0]}, but a probability lies in "
            "[0, 1]; write binary_cross_entropy_with_logits(input, target) for a network without "
            "sigmoid at its end"
        )


def binary_cross_entropy_with_logits(
    input: Any,
    target: Any,
    reduction: str = "mean",
    *,
    weight: Any = None,
    pos_weight: Any = None,
) -> Any:
    """`binary_cross_entropy` of sigmoid(input), exact for logits of any size.

    `weight` broadcasts over the losses, `pos_weight` weighs the part of target 1.

    >>> binary_cross_entropy_with_logits(Node([1e4, -1e4]), [1.0, 1.0]).value
    5000.0
    """
    input, target = pair(input, target)
    true = weighted(target * _softplus(-input), pos_weight)
    losses = true + (1.0 - target) * _softplus(input)
    return reduced(weighted(losses, weight), reduction)


def multilabel_soft_margin_loss(
    input: Any, target: Any, reduction: str = "mean", *, weight: Any = None, axis: int = -1
) -> Any:
    """`binary_cross_entropy_with_logits`, averaged over the labels along `axis`.

    >>> round(multilabel_soft_margin_loss(Node([[0.0, 0.0]]), [[1.0, 0.0]]).value, 4)
    0.6931
    """
    losses = binary_cross_entropy_with_logits(input, target, "none", weight=weight)
    return reduced(losses.mean(axis=axis), reduction)
