"""Linear maps of images and rows: `linear` and `conv2d`."""

from typing import Any

import numpy as np

import autograd
from nn.operands import operand

_linear = autograd.linear.call


def linear(x: Any, weight: Any, bias: Any = None) -> Any:
    """x Wᵀ + b for `x` of shape (..., in), `weight` (out, in) and `bias` (out,): shape (..., out).

    >>> linear(np.ones((5, 2)), np.ones((3, 2)), np.ones(3)).shape
    (5, 3)
    """
    return operand(x) @ operand(weight).T if bias is None else _linear(x, weight, bias)


def conv2d(
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] | str = 0,
    dilation: int | tuple[int, int] = 1,
    groups: int = 1,
) -> Any:
    """Slide `weight` over images: the sum of products at each place (a cross-correlation).

    `x` has shape (samples, channels, height, width), or (channels, height, width) for one image;
    `weight` (outputs, channels / groups, kernel height, kernel width), `bias` (outputs,). `padding`
    counts zeros on each side, or is "valid" (none) or "same" (as many as keep the size, at stride
    1). Gives (samples, outputs, height, width), or this without samples.

    Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016).
    Raises ValueError where shapes do not fit.

    >>> conv2d(np.ones((1, 5, 5)), np.ones((2, 1, 3, 3)), padding=1).shape
    (2, 5, 5)
    """
    x, weight = operand(x), operand(weight)
    steps, gaps = _pair(stride, "stride"), _pair(dilation, "dilation")
    _check(x.shape, weight.shape, None if bias is None else np.shape(bias), groups)
    if x.ndim == 3:
        return conv2d(x[None], weight, bias, stride, padding, dilation, groups)[0]
    outputs, channels, *kernel = weight.shape
    for axis, (before, after) in enumerate(_margins(padding, kernel, steps, gaps), 2):
        x = _padded(x, axis, before, after)
    samples, _, *size = x.shape
    places = [
        (n - gap * (k - 1) - 1) // step + 1
        for n, k, step, gap in zip(size, kernel, steps, gaps, strict=True)
    ]
    if min(places) < 1:
        raise ValueError(
            f"a kernel of {tuple(kernel)} does not fit into an image of {tuple(size)}, padding "
            "included; make the image larger, or the kernel or its dilation smaller"
        )
    patches = np.stack(
        [
            x[(..., *(slice(i * gap, i * gap + step * (n - 1) + 1, step)
                      for i, n, step, gap in zip(at, places, steps, gaps, strict=True)))]
            for at in np.ndindex(*kernel)
        ],
        axis=2,
    )  # fmt: skip
    rows = channels * int(np.prod(kernel))
    patches = patches.reshape(samples, groups, rows, places[0] * places[1])
    product = weight.reshape(groups, outputs // groups, rows) @ patches
    product = product.reshape(samples, outputs, *places)
    return product if bias is None else product + operand(bias).reshape(outputs, 1, 1)


def _pair(n: Any, what: str) -> tuple[int, int]:
    pair = tuple(n) if isinstance(n, (tuple, list)) else (n, n)
    if len(pair) != 2 or not all(isinstance(i, (int, np.integer)) for i in pair) or min(pair) < 1:
        raise ValueError(f"the {what} is {n!r}; write a positive integer, or a pair of them")
    return int(pair[0]), int(pair[1])


def _check(x: Any, weight: Any, bias: Any, groups: int) -> None:
    if len(x) not in (3, 4) or len(weight) != 4:
        raise ValueError(
            f"the images have shape {x} and the weight {weight}; write images as (samples, "
            "channels, height, width) and the weight as (outputs, channels, height, width)"
        )
    if x[-3] != weight[1] * groups or weight[0] % groups:
        raise ValueError(
            f"images of {x[-3]} channels and a weight of shape {weight} do not fit in {groups} "
            "groups; the weight's second axis counts channels / groups, its first is a multiple "
            "of groups"
        )
    if bias is not None and bias != weight[:1]:
        raise ValueError(f"the bias has shape {bias}; write one number per output, {weight[:1]}")


def _margins(padding: Any, kernel: Any, steps: Any, gaps: Any) -> list[tuple[int, int]]:
    """How many zeros come before and after, along height and width."""
    if padding == "valid":
        return [(0, 0), (0, 0)]
    if padding == "same":
        if steps != (1, 1):
            raise ValueError("padding='same' keeps the size at stride 1 only; give it in numbers")
        extra = [gap * (k - 1) for k, gap in zip(kernel, gaps, strict=True)]
        return [(n // 2, n - n // 2) for n in extra]
    pair = tuple(padding) if isinstance(padding, (tuple, list)) else (padding, padding)
    if len(pair) != 2 or not all(isinstance(n, (int, np.integer)) and n >= 0 for n in pair):
        raise ValueError(
            f"the padding is {padding!r}; write a count, a pair of counts, 'valid' or 'same'"
        )
    return [(int(n), int(n)) for n in pair]


def _padded(x: Any, axis: int, before: int, after: int) -> Any:
    def zeros(n: int) -> Any:
        return np.zeros((*x.shape[:axis], n, *x.shape[axis + 1 :]), x.dtype)

    parts = [zeros(before)] * (before > 0) + [x] + [zeros(after)] * (after > 0)
    return np.concatenate(parts, axis=axis) if len(parts) > 1 else x
