"""Losses: how far predictions are from targets, as one number or one per prediction.

`reduction` is "mean", "sum" or "none". Operands are Nodes, arrays, numbers or nested lists of
these; signals pass to every real operand, targets too. Shapes must agree: nothing is broadcast,
so ValueError says where they differ; it is also raised for a plain target with NaN, and for a mean
of no losses.
"""

import math
from typing import Any

import numpy as np

from autograd import Node, log_softmax, mean_squared_error
from autograd import softplus as _softplus
from nn.activations import logsigmoid
from nn.operands import axis_of, operand, shape_of

REDUCTIONS = ("mean", "sum", "none")


# Distances.


def mse_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """The squared differences.

    >>> mse_loss(Node([1.0, 3.0]), [1.0, 1.0]).value
    2.0
    """
    if reduction == "mean" and _alike(input, target):
        loss = mean_squared_error(input, target)
        if loss.value == loss.value:
            return loss
    input, target = _pair(input, target)
    return _reduced(np.square(input - target), reduction)


def l1_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """The absolute differences, with derivative 0 where there is none.

    >>> l1_loss(Node([1.0, 3.0]), [1.0, 1.0]).value
    1.0
    """
    input, target = _pair(input, target)
    return _reduced(np.abs(input - target), reduction)


def huber_loss(input: Any, target: Any, reduction: str = "mean", delta: float = 1.0) -> Any:
    """Half the squared difference up to `delta`, and linear with slope `delta` beyond.

    Huber, "Robust estimation of a location parameter" (1964).

    >>> huber_loss(Node([0.5, 3.0]), [0.0, 0.0], reduction="none").value.tolist()
    [0.125, 2.5]
    """
    if not delta > 0.0:
        raise ValueError(
            f"delta is {delta}, but quadratic and linear part meet at a positive one; "
            "write delta=1.0"
        )
    input, target = _pair(input, target)
    return _reduced(_huber(input - target, delta), reduction)


def smooth_l1_loss(input: Any, target: Any, reduction: str = "mean", beta: float = 1.0) -> Any:
    """`huber_loss` with delta = beta, over beta; `l1_loss` where beta is 0.

    >>> smooth_l1_loss(Node([0.5, 3.0]), [0.0, 0.0], "none", beta=0.5).value.tolist()
    [0.25, 2.75]
    """
    if not beta >= 0.0:
        raise ValueError(
            f"beta is {beta}, but quadratic and linear part meet at it; write 0 or a positive "
            "number"
        )
    if beta == 0.0:
        return l1_loss(input, target, reduction)
    input, target = _pair(input, target)
    return _reduced(_huber(input - target, beta) / beta, reduction)


def _huber(gap: Any, delta: float) -> Any:
    near = np.clip(gap, -delta, delta)
    return near * (gap - 0.5 * near)


# Classes.


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
    input, target = operand(input), _target(target)
    axis, weight = _classes(input, weight, axis)
    if not 0.0 <= label_smoothing <= 1.0:
        raise ValueError(f"label_smoothing is {label_smoothing}; write a part between 0 and 1")
    shape = shape_of(input)
    if shape_of(target) != shape:
        return _class_loss(
            log_softmax(input, axis=axis), target, weight, axis, reduction, ignore_index,
            label_smoothing,
        )  # fmt: skip
    target = _real(target, input)
    if label_smoothing:
        target = target * (1.0 - label_smoothing) + label_smoothing / shape[axis]
    losses = _weighed(target, log_softmax(input, axis=axis))
    if weight is not None:
        losses = losses * weight
    return _reduced(-losses.sum(axis=axis), reduction)


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
    input, target = operand(input), _target(target)
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
    input, target = operand(input), _target(target)
    axis, weight = _classes(input, weight, axis)
    index = _right_class(target, shape_of(input), axis)
    kept = np.ones(shape_of(input), bool)
    kept[index] = False
    right = input[index].reshape((*target.shape[:axis], 1, *target.shape[axis:]))
    gaps = np.clip(margin - right + input, 0.0, None)
    losses = np.where(kept, gaps if p == 1 else gaps**p, 0.0).mean(axis=axis)
    return _reduced(losses if weight is None else losses * weight.reshape(-1)[target], reduction)


def _classes(input: Any, weight: Any, axis: int) -> tuple[int, Any]:
    """The class axis counted from the front, and the classes' weights along it."""
    shape = shape_of(input)
    if not shape or not shape[axis_of(axis, len(shape))]:
        raise ValueError(
            f"the logits have shape {shape}, so there are no classes to choose from; "
            "give an array of shape (samples, classes)"
        )
    axis = axis_of(axis, len(shape))
    if weight is not None:
        weight = operand(weight)
        if shape_of(weight) != (shape[axis],):
            raise ValueError(
                f"the weights have shape {shape_of(weight)} but there are {shape[axis]} classes; "
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
    shape = shape_of(logs)
    index = _right_class(target, shape, axis, ignore_index)
    losses = -logs[index]
    each = None if weight is None else weight.reshape(-1)[index[axis]]
    if each is not None:
        losses = losses * each
    if smoothing:
        even = -(logs if weight is None else logs * weight).mean(axis=axis)
        losses = (1.0 - smoothing) * losses + smoothing * even
    keep = target != ignore_index
    if not keep.all():
        losses = np.where(keep, losses, 0.0)
        each = keep * (1.0 if each is None else each)
    return _reduced(losses, reduction, each)


def _right_class(
    target: Any, shape: tuple[int, ...], axis: int, ignore_index: int | None = None
) -> tuple[Any, ...]:
    """The index of the right class of each sample, and 0 where `target` is `ignore_index`."""
    samples = shape[:axis] + shape[axis + 1 :]
    if shape_of(target) != samples:
        where = "last axis" if axis == len(shape) - 1 else f"axis {axis}"
        raise ValueError(
            f"the logits have shape {shape} but the target {shape_of(target)}: the {where} of the "
            f"logits counts classes; give class numbers of shape {samples}, or the probability "
            f"of each class in shape {shape}"
        )
    if isinstance(target, Node) or target.dtype.kind not in "iu":
        raise TypeError(
            f"class numbers are integers, not {target.dtype}: write target.astype(int), "
            "or give the probability of each class in the shape of the logits"
        )
    if ignore_index is not None:
        target = np.where(target == ignore_index, 0, target)
    classes = shape[axis]
    wrong = (target < 0) | (target >= classes)
    if wrong.any():
        raise ValueError(
            f"class {target[wrong].flat[0]} does not exist: the logits have {classes} classes, "
            f"numbered 0 to {classes - 1}; number the classes from 0, or give the network's last "
            "layer one output for each"
        )
    index: list[Any] = list(np.indices(samples, sparse=True))
    index.insert(axis, target)
    return tuple(index)


# Probabilities.


def binary_cross_entropy(
    input: Any, target: Any, reduction: str = "mean", *, weight: Any = None
) -> Any:
    """−log of the probability of what came true; `input` holds probabilities of 1, between 0 and 1.

    Logarithms are at least −100, with derivative 0 there. `weight` broadcasts over the losses.

    >>> binary_cross_entropy(Node([1.0, 0.0]), [1.0, 1.0]).value
    50.0
    """
    input, target = _pair(input, target)
    with np.errstate(divide="ignore"):
        true = np.maximum(np.log(input), -100.0)
        false = np.maximum(np.log1p(-input), -100.0)
    losses = -(target * true + (1.0 - target) * false)
    return _reduced(_with_weight(losses, weight), reduction)


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
    input, target = _pair(input, target)
    true = _with_weight(target * _softplus(-input), pos_weight)
    losses = true + (1.0 - target) * _softplus(input)
    return _reduced(_with_weight(losses, weight), reduction)


def multilabel_soft_margin_loss(
    input: Any, target: Any, reduction: str = "mean", *, weight: Any = None, axis: int = -1
) -> Any:
    """`binary_cross_entropy_with_logits`, averaged over the labels along `axis`.

    >>> round(multilabel_soft_margin_loss(Node([[0.0, 0.0]]), [[1.0, 0.0]]).value, 4)
    0.6931
    """
    losses = binary_cross_entropy_with_logits(input, target, "none", weight=weight)
    return _reduced(losses.mean(axis=axis), reduction)


def kl_div(input: Any, target: Any, reduction: str = "mean", log_target: bool = False) -> Any:
    """target · (log target − input), the Kullback–Leibler divergence; `input` is log-probabilities.

    `log_target` tells that the target holds log-probabilities too. The divergence of a batch of
    distributions is reduction="batchmean": the sum over the number of samples.

    >>> kl_div(Node([-1.0, -1.0]), [0.0, 1.0], "sum").value
    1.0
    """
    input, target = _pair(input, target)
    if log_target:
        losses = np.where(np.equal(target, -math.inf), 0.0, np.exp(target) * (target - input))
    else:
        known = np.where(target > 0.0, target, 1.0)
        losses = target * np.log(known) - _weighed(target, input)
    if reduction != "batchmean":
        return _reduced(losses, reduction)
    if not losses.size:
        return _reduced(losses, "mean")
    return losses.sum() / (shape_of(losses) or (1,))[0]


def gaussian_nll_loss(
    input: Any,
    target: Any,
    var: Any,
    full: bool = False,
    eps: float = 1e-6,
    reduction: str = "mean",
) -> Any:
    """−log density of the target under normal distributions of mean `input` and variance `var`.

    `var` has the shape of `input`, or has 1 or nothing in place of its last axis, or is a number.
    It counts as at least `eps`, which signals ignore. `full` adds the constant ½ log 2π.
    Nix and Weigend, "Estimating the mean and variance of the target probability distribution"
    (1994).

    >>> gaussian_nll_loss(Node([1.0]), [2.0], [1.0]).value
    0.5
    """
    input, target = _pair(input, target)
    var = operand(var)
    shape = shape_of(input)
    if shape_of(var) == shape[:-1] and var.shape:
        var = var.reshape((*shape[:-1], 1))
    if shape_of(var) not in (shape, (*shape[:-1], 1), ()):
        raise ValueError(
            f"the predictions have shape {shape} but the variances {shape_of(var)}; give one for "
            "each prediction, or one for each row"
        )
    if not isinstance(var, Node) and (var < 0.0).any():
        raise ValueError("a variance is negative; let the network give its logarithm and take exp")
    var = var + np.maximum(eps - (var.detach() if isinstance(var, Node) else var), 0.0)
    losses = 0.5 * (np.log(var) + np.square(input - target) / var)
    return _reduced(losses + 0.5 * math.log(2.0 * math.pi) if full else losses, reduction)


def poisson_nll_loss(
    input: Any,
    target: Any,
    log_input: bool = True,
    full: bool = False,
    eps: float = 1e-8,
    reduction: str = "mean",
) -> Any:
    """−log probability of counts under Poisson distributions, whose log-rates are `input`.

    With log_input=False `input` holds the rates, and `eps` keeps their logarithm finite. `full`
    adds Stirling's approximation of log target!, where target > 1.

    >>> poisson_nll_loss(Node([0.0]), [2.0]).value
    1.0
    """
    input, target = _pair(input, target)
    rate, log_rate = (np.exp(input), input) if log_input else (input, np.log(input + eps))
    losses = rate - target * log_rate
    if full:
        large = np.where(target > 1.0, target, 1.0)
        term = large * np.log(large) - large + 0.5 * np.log(2.0 * math.pi * large)
        losses = losses + np.where(target > 1.0, term, 0.0)
    return _reduced(losses, reduction)


def _weighed(target: Any, logs: Any) -> Any:
    """target · logs, and 0 for probability 0 of what is impossible."""
    return target * np.where(np.equal(logs, -math.inf) & np.equal(target, 0.0), 0.0, logs)


# Margins.


def hinge_embedding_loss(
    input: Any, target: Any, margin: float = 1.0, reduction: str = "mean"
) -> Any:
    """The distance `input` where the target is 1, how far it is below `margin` where it is −1.

    >>> hinge_embedding_loss(Node([0.25, 0.25]), [1, -1], reduction="none").value.tolist()
    [0.25, 0.75]
    """
    input, target = _pair(input, target)
    _check_signs(target)
    losses = np.where(target > 0.0, input, np.clip(margin - input, 0.0, None))
    return _reduced(losses, reduction)


def margin_ranking_loss(
    input1: Any, input2: Any, target: Any, margin: float = 0.0, reduction: str = "mean"
) -> Any:
    """How far input1 is from being above input2 by `margin`, or below where the target is −1.

    >>> margin_ranking_loss(Node([1.0]), [3.0], [1]).value
    2.0
    """
    input1, input2 = _pair(input1, input2)
    input1, target = _pair(input1, target)
    losses = np.clip(margin - target * (input1 - input2), 0.0, None)
    return _reduced(losses, reduction)


def soft_margin_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """log(1 + exp(−target · input)) for targets 1 and −1.

    >>> soft_margin_loss(Node([-1e4]), [1]).value
    10000.0
    """
    input, target = _pair(input, target)
    return _reduced(-logsigmoid(target * input), reduction)


def cosine_embedding_loss(
    input1: Any,
    input2: Any,
    target: Any,
    margin: float = 0.0,
    reduction: str = "mean",
    axis: int = -1,
) -> Any:
    """1 − cos of the angle between vectors where the target is 1, its part above `margin` for −1.

    >>> cosine_embedding_loss(Node([[1.0, 0.0]]), [[0.0, 2.0]], [1]).value
    1.0
    """
    input1, input2 = _pair(input1, input2)
    squares = [np.square(x).sum(axis=axis) + 1e-12 for x in (input1, input2)]
    cosine = (input1 * input2).sum(axis=axis) / np.sqrt(squares[0] * squares[1])
    cosine, target = _pair(cosine, target)
    _check_signs(target)
    losses = np.where(target > 0.0, 1.0 - cosine, np.clip(cosine - margin, 0.0, None))
    return _reduced(losses, reduction)


def triplet_margin_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    margin: float = 1.0,
    p: float = 2.0,
    eps: float = 1e-6,
    swap: bool = False,
    reduction: str = "mean",
    axis: int = -1,
) -> Any:
    """How far the anchor is from being nearer to `positive` than to `negative` by `margin`.

    `swap` measures the negative from `positive` where that is nearer (Balntas et al., 2016).

    >>> triplet_margin_loss(Node([[0.0]]), [[1.0]], [[3.0]], margin=4.0).value
    2.0
    """
    anchor, positive = _pair(anchor, positive)
    anchor, negative = _pair(anchor, negative)
    near = pairwise_distance(anchor, positive, p, eps, axis)
    far = pairwise_distance(anchor, negative, p, eps, axis)
    if swap:
        far = np.minimum(far, pairwise_distance(positive, negative, p, eps, axis))
    return _reduced(np.clip(near - far + margin, 0.0, None), reduction)


def cosine_similarity(
    x1: Any, x2: Any, axis: int = -1, eps: float = 1e-8, keepdims: bool = False
) -> Any:
    """The cosine of the angle between vectors along `axis`; lengths count as at least `eps`.

    >>> cosine_similarity(Node([3.0, 4.0]), [3.0, 4.0]).value
    1.0
    """
    x1, x2 = _pair(x1, x2)
    lengths = [
        np.sqrt(np.maximum(np.square(x).sum(axis=axis, keepdims=keepdims), eps * eps))
        for x in (x1, x2)
    ]
    return (x1 * x2).sum(axis=axis, keepdims=keepdims) / (lengths[0] * lengths[1])


def pairwise_distance(
    x1: Any, x2: Any, p: float = 2.0, eps: float = 1e-6, axis: int = -1, keepdims: bool = False
) -> Any:
    """The p-norm of x1 − x2 + eps along `axis`.

    >>> round(pairwise_distance(Node([3.0, 4.0]), [0.0, 0.0]).value, 4)
    5.0
    """
    x1, x2 = _pair(x1, x2)
    size = np.abs(x1 - x2 + eps)
    if p == math.inf:
        return size.max(axis=axis, keepdims=keepdims)
    total = (size**p).sum(axis=axis, keepdims=keepdims)
    flat = np.equal(total, 0.0)
    return np.where(flat, 0.0, np.where(flat, 1.0, total) ** (1.0 / p))


def _check_signs(target: Any) -> None:
    if not isinstance(target, Node) and not np.isin(target, (1, -1)).all():
        raise ValueError("the target has other numbers than 1 and −1; write np.where(same, 1, -1)")


# What all have in common.


def _target(x: Any) -> Any:
    """As `operand`; ValueError for NaN in data."""
    x = operand(x)
    if not isinstance(x, Node) and x.dtype.kind == "f" and np.isnan(x).any():
        raise ValueError(
            "the target has NaN, so the loss would be NaN; leave out the samples whose target is "
            "missing: keep = ~np.isnan(y)"
        )
    return x


def _alike(input: Any, target: Any) -> bool:
    """Whether a Node and an array of data need no conversion to be compared."""
    return (
        type(input) is Node
        and type(target) is np.ndarray
        and target.shape == input.shape
        and target.dtype is input.dtype
        and target.size > 0
    )


def _pair(input: Any, target: Any) -> tuple[Any, Any]:
    """Two operands of one shape."""
    input, target = operand(input), _target(target)
    left, right = shape_of(input), shape_of(target)
    if left != right:
        same_size = math.prod(left) == math.prod(right)
        remedy = (
            f"write target.reshape({left})" if same_size else "give one target for each prediction"
        )
        raise ValueError(
            f"the predictions have shape {left} but the target {right}: broadcasting would compare "
            f"what does not belong together; {remedy}"
        )
    return _real(input, target), _real(target, input)


def _real(x: Any, other: Any) -> Any:
    """Plain integers and bools in the type of what they are compared with."""
    if isinstance(x, Node) or x.dtype.kind not in "biu":
        return x
    return x.astype(other.dtype if other.dtype.kind == "f" else np.float64)


def _with_weight(losses: Any, weight: Any) -> Any:
    """The losses times weights that broadcast over them."""
    if weight is None:
        return losses
    weight, shape = operand(weight), shape_of(losses)
    try:
        fits = np.broadcast_shapes(shape, shape_of(weight)) == shape
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(
            f"weights of shape {shape_of(weight)} do not broadcast over losses of shape {shape}; "
            "give one for each loss, or for each column"
        )
    return losses * weight


def _reduced(losses: Any, reduction: str, weights: Any = None) -> Any:
    """The mean, the sum, or the losses themselves; the mean in units of `weights`, if any."""
    if not isinstance(reduction, str) or reduction not in REDUCTIONS:
        raise ValueError(
            f"the reduction {reduction!r} is unknown: losses are averaged, added or left as they "
            f"are; write one of {', '.join(REDUCTIONS)}"
        )
    if reduction == "none" or (weights is None and not shape_of(losses)):
        return losses
    total = losses.sum() if weights is not None or reduction == "sum" else None
    if reduction == "sum":
        return total
    left_out = weights is not None and not isinstance(weights, Node) and not np.any(weights)
    if left_out or not losses.size:
        raise ValueError(
            "there are no losses to take the mean of, since the arrays are empty or all samples "
            "are left out; give at least one sample, or write reduction='sum'"
        )
    return losses.mean() if total is None else total / weights.sum()
