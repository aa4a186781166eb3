"""What of a value is shown: its numbers, its block-reduced picture and its statistics."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCKS = 8  # a heatmap has at most 8×8 cells
STRIP = 16  # a vector at most 16
NUMBERS = (4, 3)  # a matrix of at most 4 rows and 3 columns is shown as its numbers


@dataclass(frozen=True)
class Tile:
    """A matrix of the cells to paint; `note` says what was left out, "" if nothing was.

    >>> tile([[1.0, -2.0]]).cells.shape, tile(np.ones((20, 4))).note
    ((1, 2), '7×4 blocks of 20×4')
    """

    cells: NDArray[np.float64]
    note: str


def real(value: Any) -> NDArray[np.float64]:
    """The value as float64 (masks as 0 and 1).

    >>> real([True, False])
    array([1., 0.])
    """
    return np.asarray(value, dtype=np.float64)


def tile(value: Any) -> Tile:
    """The cells of a tensor: all of them, or the peak of each block where there are too many.

    More than two axes: the first slice along the leading ones.
    """
    array = real(value)
    shape, note = array.shape, ""
    if array.size == 0:
        return Tile(np.empty((0, 0)), "empty")
    if array.ndim > 2:
        note = f"first slice of {'×'.join(map(str, shape))}"
        array = array.reshape(-1, *shape[-2:])[0]
    matrix = array.reshape(1, -1) if array.ndim < 2 else array
    limits = (1, STRIP) if array.ndim < 2 else (BLOCKS, BLOCKS)
    cells = _blocks(matrix, limits)
    if cells.shape != matrix.shape:
        size = "×".join(map(str, array.shape))
        count = "×".join(map(str, cells.shape if array.ndim > 1 else cells.shape[1:]))
        note = f"{count} blocks of {size}"
    return Tile(cells, note)


def _blocks(matrix: NDArray[np.float64], limits: tuple[int, int]) -> NDArray[np.float64]:
    """The peak of each block of equal size (the last one may be smaller)."""
    rows, columns = (
        math.ceil(size / math.ceil(size / most))
        for size, most in zip(matrix.shape, limits, strict=True)
    )
    if (rows, columns) == matrix.shape:
        return matrix
    row_parts = _parts(matrix.shape[0], limits[0])
    column_parts = _parts(matrix.shape[1], limits[1])
    return np.array([[peak(matrix[r, c]) for c in column_parts] for r in row_parts])


def _parts(size: int, most: int) -> list[slice]:
    step = math.ceil(size / most)
    return [slice(start, start + step) for start in range(0, size, step)]


def peak(value: Any) -> float:
    """The entry of largest size, with its sign; NaN if there is one, 0 if there is no entry.

    >>> peak([1.0, -3.0, 2.0])
    -3.0
    """
    array = real(value).ravel()
    if array.size == 0:
        return 0.0
    return float(array[np.argmax(np.abs(array))])  # NumPy takes NaN for the largest


def magnitude(value: Any) -> float:
    """The largest finite size of an entry; 0 if there is none."""
    sizes = np.abs(real(value))
    sizes = sizes[np.isfinite(sizes)]
    return float(sizes.max()) if sizes.size else 0.0


def typical(value: Any) -> float:
    """The median finite size of the entries that are not zero; 0 if there is none.

    >>> typical([0.0, -1.0, 2.0, 300.0])
    2.0
    """
    sizes = np.abs(real(value))
    sizes = sizes[np.isfinite(sizes) & (sizes > 0)]
    return float(np.median(sizes)) if sizes.size else 0.0


def statistics(value: Any) -> list[tuple[str, float]]:
    """Minimum, mean and maximum of the finite entries, and how many are not finite.

    A mean that is no more than the rounding of its sum is 0.

    >>> statistics([1.0, 2.0, float("nan")])
    [('min', 1.0), ('mean', 1.5), ('max', 2.0), ('NaN', 1.0)]
    """
    array = real(value).ravel()
    finite = array[np.isfinite(array)]
    found: list[tuple[str, float]] = []
    if finite.size:
        scale = max(float(np.abs(finite).max()), 1.0)  # keeps the sum of huge entries finite
        mean = float((finite / scale).mean() * scale)
        kind = np.asarray(value).dtype
        eps = np.finfo(kind if kind.kind == "f" else np.float64).eps
        if abs(mean) <= array.size * eps * np.abs(finite).max():
            mean = 0.0
        found = [("min", float(finite.min())), ("mean", mean), ("max", float(finite.max()))]
    counts = (("NaN", np.isnan(array)), ("+∞", np.isposinf(array)), ("−∞", np.isneginf(array)))
    return found + [(name, float(where.sum())) for name, where in counts if where.any()]


def as_numbers(value: Any) -> bool:
    """Whether the tensor is so small that its numbers are shown.

    >>> as_numbers([[1.0, 2.0]]), as_numbers(np.zeros((5, 2)))
    (True, False)
    """
    array = real(value)
    rows, columns = array.shape if array.ndim == 2 else (1, array.size)
    return array.ndim <= 2 and 0 < rows <= NUMBERS[0] and 0 < columns <= NUMBERS[1]
