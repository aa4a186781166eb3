"""Losses of numbers and distributions: how far predictions are from targets; and what all share.

`reduction` is "mean", "sum" or "none": one number, or one per prediction. Operands are Nodes,
arrays, numbers or nested lists of these; signals pass to every real operand, targets too. Shapes
must agree: nothing is broadcast, so ValueError says where they differ; it is also raised for a
plain target with NaN, and for a mean of no losses.
"""

import math
from typing import Any, NoReturn

import numpy as np
from numpy import ndarray

from autograd import Node, mean_squared_error
from autograd.node import raw
from nn.activations import logsigmoid
from nn.operands import is_data, operand, signs, target_of, variances

_mean_squares = mean_squared_error.call
REDUCTIONS = ("mean", "sum", "none")


# Distances.


def mse_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """The squared differences.

    >>> mse_loss(Node([1.0, 3.0]), [1.0, 1.0]).value
    2.0
    """
    if reduction == "mean" and type(input) is Node:
        x, y = raw(input), raw(target)
        if type(x) is type(y) is ndarray and x.shape == y.shape and x.dtype is y.dtype and x.size:
            loss = _mean_squares(input, target)
            if raw(loss) == raw(loss) or type(target) is Node:  # NaN in data is refused below
                return loss
    input, target = pair(input, target)
    return reduced(np.square(input - target), reduction)


def l1_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """The absolute differences, with derivative 0 where there is none.

    >>> l1_loss(Node([1.0, 3.0]), [1.0, 1.0]).value
    1.0
    """
    input, target = pair(input, target)
    return reduced(np.abs(input - target), reduction)


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
    input, target = pair(input, target)
    return reduced(_huber(input - target, delta), reduction)


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
    input, target = pair(input, target)
    return reduced(_huber(input - target, beta) / beta, reduction)


def _huber(gap: Any, delta: float) -> Any:
    near = np.clip(gap, -delta, delta)
    return near * (gap - 0.5 * near)


# Probabilities.


def kl_div(input: Any, target: Any, reduction: str = "mean", log_target: bool = False) -> Any:
    """target · (log target − input), the Kullback–Leibler divergence; `input` is log-probabilities.

    `log_target` tells that the target holds log-probabilities too. The divergence of a batch of
    distributions is reduction="batchmean": the sum over the number of samples.

    >>> kl_div(Node([-1.0, -1.0]), [0.0, 1.0], "sum").value
    1.0
    """
    input, target = pair(input, target)
    if log_target:
        logs, target_logs = (np.where(np.equal(target, -math.inf), 0.0, x) for x in (input, target))
        losses = np.exp(target) * (target_logs - logs)
    else:
        known = np.where(target > 0.0, target, 1.0)
        losses = target * np.log(known) - times_log(target, input)
    if reduction != "batchmean":
        return reduced(losses, reduction)
    if not losses.size:
        return reduced(losses, "mean")
    return losses.sum() / (losses.shape or (1,))[0]


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
    input, target = pair(input, target)
    var = operand(var)
    shape = input.shape
    if var.shape == shape[:-1] and var.shape:
        var = var.reshape((*shape[:-1], 1))
    if var.shape not in (shape, (*shape[:-1], 1), ()):
        raise ValueError(
            f"the predictions have shape {shape} but the variances {var.shape}; give one for "
            "each prediction, or one for each row"
        )
    var = variances(var) if is_data(var) else var
    var = var + np.maximum(eps - (var.detach() if isinstance(var, Node) else var), 0.0)
    losses = 0.5 * (np.log(var) + np.square(input - target) / var)
    return reduced(losses + 0.5 * math.log(2.0 * math.pi) if full else losses, reduction)


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
    input, target = pair(input, target)
    rate, log_rate = (np.exp(input), input) if log_input else (input, np.log(input + eps))
    losses = rate - target * log_rate
    if full:
        large = np.where(target > 1.0, target, 1.0)
        term = large * np.log(large) - large + 0.5 * np.log(2.0 * math.pi * large)
        losses = losses + np.where(target > 1.0, term, 0.0)
    return reduced(losses, reduction)


def times_log(target: Any, logs: Any) -> Any:
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
    input, target = pair(input, target)
    target = signs(target) if is_data(target) else target
    losses = np.where(target > 0.0, input, np.clip(margin - input, 0.0, None))
    return reduced(losses, reduction)


def margin_ranking_loss(
    input1: Any, input2: Any, target: Any, margin: float = 0.0, reduction: str = "mean"
) -> Any:
    """How far input1 is from being above input2 by `margin`, or below where the target is −1.

    >>> margin_ranking_loss(Node([1.0]), [3.0], [1]).value
    2.0
    """
    input1, input2 = pair(input1, input2)
    input1, target = pair(input1, target)
    target = signs(target) if is_data(target) else target
    losses = np.clip(margin - target * (input1 - input2), 0.0, None)
    return reduced(losses, reduction)


def soft_margin_loss(input: Any, target: Any, reduction: str = "mean") -> Any:
    """log(1 + exp(−target · input)) for targets 1 and −1.

    >>> soft_margin_loss(Node([-1e4]), [1]).value
    10000.0
    """
    input, target = pair(input, target)
    return reduced(-logsigmoid(target * input), reduction)


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
    input1, input2 = pair(input1, input2)
    squares = [np.square(x).sum(axis=axis) + 1e-12 for x in (input1, input2)]
    cosine = (input1 * input2).sum(axis=axis) / np.sqrt(squares[0] * squares[1])
    cosine, target = pair(cosine, target)
    target = signs(target) if is_data(target) else target
    losses = np.where(target > 0.0, 1.0 - cosine, np.clip(cosine - margin, 0.0, None))
    return reduced(losses, reduction)


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
    anchor, positive = pair(anchor, positive)
    anchor, negative = pair(anchor, negative)
    near = pairwise_distance(anchor, positive, p, eps, axis)
    far = pairwise_distance(anchor, negative, p, eps, axis)
    if swap:
        far = np.minimum(far, pairwise_distance(positive, negative, p, eps, axis))
    return reduced(np.clip(near - far + margin, 0.0, None), reduction)


def cosine_similarity(
    x1: Any, x2: Any, axis: int = -1, eps: float = 1e-8, keepdims: bool = False
) -> Any:
    """The cosine of the angle between vectors along `axis`; lengths count as at least `eps`.

    >>> cosine_similarity(Node([3.0, 4.0]), [3.0, 4.0]).value
    1.0
    """
    x1, x2 = pair(x1, x2)
    lengths = [
        np.sqrt(np.maximum(np.square(x).sum(axis=axis, keepdims=keepdims), eps * eps))
        for x in (x1, x2)
    ]
    return (x1 * x2).sum(axis=axis, keepdims=keepdims) / (lengths[0] * lengths[1])


def pairwise_distance(
    x1: Any, x2: Any, p: float = 2.0, eps: float = 1e-6, axis: int = -1, keepdims: bool = False
) -> Any:
    """The p-norm of x1 − x2 + eps along `axis`; for p = 0 the number of those that are not 0.

    >>> round(pairwise_distance(Node([3.0, 4.0]), [0.0, 0.0]).value, 4)
    5.0
    """
    x1, x2 = pair(x1, x2)
    size = np.abs(x1 - x2 + eps)
    if p in (0.0, math.inf, -math.inf):
        return np.linalg.vector_norm(size, ord=p, axis=axis, keepdims=keepdims)
    total = (size**p).sum(axis=axis, keepdims=keepdims)
    flat = np.equal(total, 0.0)
    return np.where(flat, 0.0, np.where(flat, 1.0, total) ** (1.0 / p))


# What all have in common.


def pair(input: Any, target: Any) -> tuple[Any, Any]:
    """Two operands of one shape."""
    input, target = operand(input), target_of(target)
    left, right = input.shape, target.shape
    if left != right:
        remedy = "give one target for each prediction"
        if math.prod(left) == math.prod(right):
            remedy = f"write target.reshape({(-1, *left[1:]) if left else ()})"
        raise ValueError(
            f"the predictions have shape {left} but the target {right}: broadcasting would compare "
            f"what does not belong together; {remedy}"
        )
    return real(input, target), real(target, input)


def real(x: Any, other: Any) -> Any:
    """Plain integers and bools in the type of what they are compared with."""
    if isinstance(x, Node) or x.dtype.kind not in "biu":
        return x
    return x.astype(other.dtype if other.dtype.kind == "f" else np.float64)


def weighted(losses: Any, weight: Any) -> Any:
    """The losses times weights that broadcast over them."""
    if weight is None:
        return losses
    weight, shape = operand(weight), losses.shape
    try:
        fits = np.broadcast_shapes(shape, weight.shape) == shape
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(
            f"weights of shape {weight.shape} do not broadcast over losses of shape {shape}; "
            "give one for each loss, or for each column"
        )
    return losses * weight


def reduced(losses: Any, reduction: str, weights: Any = None) -> Any:
    """The mean, the sum, or the losses themselves; the mean in units of `weights`, if any."""
    if not isinstance(reduction, str) or reduction not in REDUCTIONS:
        raise ValueError(
            f"the reduction {reduction!r} is unknown: losses are averaged, added or left as they "
            f"are; write one of {', '.join(REDUCTIONS)}"
        )
    if reduction == "none" or (weights is None and not losses.shape):
        return losses
    total = losses.sum() if weights is not None or reduction == "sum" else None
    if reduction == "sum":
        return total
    left_out = isinstance(weights, (np.ndarray, np.generic)) and not np.any(weights)
    if left_out or not losses.size:
        no_losses()
    return losses.mean() if total is None else total / weights.sum()


def no_losses() -> NoReturn:
    """Raise for a mean of nothing."""
    raise ValueError(
        "there are no losses to take the mean of, since the arrays are empty or all samples "
        "are left out; give at least one sample, or write reduction='sum'"
    )
