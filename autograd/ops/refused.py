"""Functions that are out of scope, with what to write instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.dispatch import REFUSED

_COMPLEX = "complex results are out of scope, because derivatives here are of real functions"
_WRITES = "it would write it into an array, which forgets the graph"
_PLAIN = "np.{0}(node.value) for the bare numbers"

TABLE: list[tuple[Sequence[Any], str, str, str]] = [
    ([np.real, np.real_if_close, np.conjugate], "", _COMPLEX,
     "leave it out: a Node is real already"),
    ([np.imag], "", _COMPLEX, "write np.zeros_like(node): the imaginary part is 0 everywhere"),
    ([np.angle], "", _COMPLEX, "write np.where(node < 0, np.pi, 0.0)"),
    ([np.sort_complex], "", _COMPLEX, "write np.sort(node), or " + _PLAIN),
    ([np.roots], "", _COMPLEX, "write Newton's method on the polynomial, or " + _PLAIN),
    ([np.linalg.eig, np.linalg.eigvals], "linalg.", _COMPLEX,
     "write np.linalg.eigh or eigvalsh where the matrix is symmetric, or " + _PLAIN),
    ([getattr(np.emath, f) for f in np.emath.__all__], "emath.", _COMPLEX,
     "write the function of that name in np itself, nan where the result is not real, or "
     "np.log(x) / np.log(n) for logn"),
    ([getattr(np.fft, f) for f in np.fft.__all__ if "shift" not in f and "freq" not in f],
     "fft.", _COMPLEX, "write a product with a matrix of cosines or sines, or " + _PLAIN),
    ([np.fft.fftshift, np.fft.ifftshift], "fft.",
     "it belongs to np.fft, whose complex results are out of scope",
     "write np.roll(node, n // 2) for a shift by half the length, or " + _PLAIN),
    ([np.copyto, np.fill_diagonal, np.place, np.put, np.put_along_axis, np.putmask], "", _WRITES,
     "write node.at[index].set(v), or fill a Buffer, b = autograd.zeros(shape), by b[index] = v"),
    ([np.frexp], "", "mantissa and exponent jump at every power of two",
     "write node / 2.0**k with a k of your own, or " + _PLAIN),
    ([np.nextafter, np.spacing], "", "it is about the grid of floats, which has no derivative",
     "write np.{0} of node.value for the bare numbers"),
]  # fmt: skip
"""Functions, the prefix of their names, why they are refused, and what to write instead."""

for _functions, _prefix, _why, _instead in TABLE:
    for _f in _functions:
        _name = _prefix + _f.__name__
        REFUSED[_f] = f"np.{_name} of a Node: {_why}; {_instead.format(_name)}"
