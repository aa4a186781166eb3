"""First values of parameters, drawn from an explicit random generator."""

import math
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def generator(rng: np.random.Generator | None) -> np.random.Generator:
    """`rng` itself, or for None a new generator that is seeded by the operating system.

    Raises TypeError for anything else, integers included: two layers built with the same seed
    would start with the same weights.

    >>> rng = np.random.default_rng(0)
    >>> generator(rng) is rng
    True
    """
    if rng is None:
        return np.random.default_rng()
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"rng is {type(rng).__name__}, but one generator is needed that all layers draw from "
            "in turn; write rng = np.random.default_rng(0) and pass rng=rng"
        )
    return rng


def kaiming_uniform(
    shape: tuple[int, ...], fan_in: int, rng: np.random.Generator | None = None
) -> Array:
    """Numbers drawn evenly from ±1/√fan_in, in an array of the given shape.

    It is the bound √6 / √((1 + a²) · fan_in) of He et al., "Delving deep into rectifiers" (2015),
    eq. 10 with the uniform distribution, at a = √5: what PyTorch's Linear starts with, for the
    weight and for the bias. ValueError if `fan_in` is less than 1.

    >>> abs(kaiming_uniform((3, 4), 4)).max() <= 0.5
    np.True_
    """
    if fan_in < 1:
        raise ValueError(f"fan_in is {fan_in}: a layer has inputs; give at least 1")
    bound = 1.0 / math.sqrt(fan_in)
    return generator(rng).uniform(-bound, bound, size=shape)
