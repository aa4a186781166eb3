"""`compile`: a function of arrays, traced once, as straight-line NumPy source."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any


def compile(f: Callable[..., Any] | None = None, *, reuse_buffers: bool = False) -> Any:
    """`f` as straight-line NumPy source, which each call runs without a graph.

    `f` is a function of (trees of) arrays and numbers, or a transform of one, such as
    `compile(value_and_grad(f))`. The first call with arguments of other shapes, dtypes or tree
    structure runs `f` once to trace it; None, bools, strings and other objects among the arguments
    are constants, and other ones trace it anew. The result is what `f` returns in plain floats and
    arrays, equal to that of eager code. `.source` shows the program that ran last.

    A leaf Node that `f` captures is read at each call; an array that it captures is copied when
    traced, and a number that it reads elsewhere stays what it was. What `f` does besides (printing,
    drawing random numbers, changing objects) happens when it is traced and not again. With
    `reuse_buffers` the results are arrays that the next call, of any thread, writes to: they must
    not be kept, nor be given to it. Without `f` it is a decorator: `@compile(reuse_buffers=True)`.
    Transforms of a compiled function run `f` itself. Arguments are Nodes while `f` is traced:
    beside float32 data an np.float64 counts as a Python float, as it does beside a float32 Node.

    Raises TypeError where `f` reads the value of what it computes (`if x > 0`, `float(x)`,
    `x.value`), where a shape depends on values (`x[x > 0]`), or where it captures an interior Node.

    >>> import numpy as np
    >>> from autograd import value_and_grad
    >>> step = compile(value_and_grad(lambda x: np.sum(x * x)))
    >>> step(np.array([1.0, 2.0]))
    (5.0, array([2., 4.]))
    """
    if f is None:
        return partial(compile, reuse_buffers=reuse_buffers)
    compiled = import_module("autograd.compiler.compiled")  # seldom needed, and many lines
    return compiled.Compiled(f, reuse_buffers)
