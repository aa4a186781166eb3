"""Padding, in all of NumPy's modes."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.node import raw
from autograd.op import opaque, overrides
from autograd.ops import arithmetic
from autograd.ops.moves import gather, numbers, numbers_only, part, sort
from autograd.ops.shape import broadcast_to, concatenate, dims, scatter
from autograd.values import dtype_of

_numpy: Any = np  # for arguments that its annotations do not foresee


def _pairs(given: Any, ndim: int) -> list[list[Any]]:
    """Two numbers for each axis, from what `np.pad` accepts."""
    if isinstance(given, dict):
        rows = [given.get(i, given.get(i - ndim, 0)) for i in range(ndim)]
        return [np.broadcast_to(np.asarray(row), 2).tolist() for row in rows]
    return np.broadcast_to(np.asarray(given), (ndim, 2)).tolist()  # type: ignore[no-any-return]


def _ramp(edge: Any, end: float, n: int, axis: int, back: bool) -> Any:
    """Values from `end` towards `edge`, which is not reached."""
    t = np.arange(n) / max(n, 1)
    lengths = [1] * len(dims(edge))
    lengths[axis] = n
    t = (t[::-1] if back else t).reshape(lengths).astype(dtype_of(raw(edge)))
    return end + (edge - end) * t


@opaque
def _middle(x: Any, axis: int, keepdims: bool) -> Any:
    """The median, by sorting."""
    s, n = sort(x, axis), dims(x)[axis]
    a, b = (part(s, axis, i, i + 1) for i in ((n - 1) // 2, n // 2))
    last = part(s, axis, n - 1, n)  # where NaN is sorted to
    return arithmetic.where(np.isnan(raw(last)), last, 0.5 * (a + b))


_STATISTICS: dict[str, Any] = {
    "maximum": np.max,
    "minimum": np.min,
    "mean": np.mean,
    "median": _middle,
}


@overrides(np.pad)
def pad(array: Any, pad_width: Any, mode: Any = "constant", **kwargs: Any) -> Any:
    """`array` with values added at its ends, in every mode of NumPy's that has a name.

    >>> from autograd import Node
    >>> pad(Node([1.0, 2.0]), (1, 2), "reflect").tolist()
    [2.0, 1.0, 2.0, 1.0, 2.0]
    """
    numbers_only("pad", pad_width, *kwargs.values())
    if callable(mode):
        raise TypeError(
            "np.pad of a Node with a function as mode: it would write into an array in place; "
            "join the parts with np.concatenate"
        )
    ndim = len(dims(array))
    if mode in ("edge", "reflect", "symmetric", "wrap") and kwargs.get("reflect_type") != "odd":
        return gather(array, np.pad(numbers(array), pad_width, mode, **kwargs))
    value = np.pad(raw(array), pad_width, mode, **kwargs)  # NumPy's own errors
    widths = _pairs(pad_width, ndim)
    if mode in ("constant", "empty"):
        inside = tuple(slice(w, w + n) for (w, _), n in zip(widths, dims(array), strict=True))
        middle = scatter(array, inside, value.shape)
        if mode == "empty" or not np.any(kwargs.get("constant_values", 0)):
            return middle
        return middle + np.pad(np.zeros(dims(array), value.dtype), pad_width, mode, **kwargs)
    if mode == "reflect" or mode == "symmetric":
        return _odd(array, pad_width, mode)
    ends = _pairs(kwargs.get("end_values", 0), ndim)
    lengths = _pairs(kwargs.get("stat_length"), ndim)
    for axis, (before, after) in enumerate(widths):
        array = _extended(array, axis, (before, after), mode, ends[axis], lengths[axis])
    return array


def _odd(array: Any, pad_width: Any, mode: str) -> Any:
    """Padding by the reflection 2·edge − x, one axis after the other."""
    ndim = len(dims(array))
    for axis, (before, after) in enumerate(_pairs(pad_width, ndim)):
        most = dims(array)[axis] - (mode == "reflect")
        while before or after:
            pair = min(before, most or before), min(after, most or after)
            widths = [pair if i == axis else (0, 0) for i in range(ndim)]
            even = gather(array, _numpy.pad(numbers(array), widths, mode if most else "edge"))
            left = 2.0 * part(array, axis, 0, 1) - part(even, axis, 0, pair[0])
            stop = dims(even)[axis]
            right = 2.0 * part(array, axis, -1, None) - part(even, axis, stop - pair[1], stop)
            array = concatenate([left, array, right], axis=axis)
            before, after = before - pair[0], after - pair[1]
    return array


def _extended(
    x: Any, axis: int, widths: tuple[int, int], mode: str, ends: list[Any], lengths: list[Any]
) -> Any:
    """`x` with statistics of its ends, or ramps, added along one axis."""
    n = dims(x)[axis]
    parts = [x]
    for back, (width, end, length) in enumerate(zip(widths, ends, lengths, strict=True)):
        size = 1 if mode == "linear_ramp" else n if length is None else min(length, n)
        chunk = part(x, axis, n - size, n) if back else part(x, axis, 0, size)
        if mode == "linear_ramp":
            extra = _ramp(chunk, end, width, axis, bool(back))
        else:
            statistic = _STATISTICS[mode](chunk, axis=axis, keepdims=True)
            spread = list(dims(x))
            spread[axis] = width
            extra = broadcast_to(statistic, tuple(spread))
        parts.insert(0 if not back else len(parts), extra)
    return concatenate(parts, axis=axis)
