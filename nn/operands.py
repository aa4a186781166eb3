"""What functions of `nn` are given: Nodes, arrays, numbers and nested lists of these."""

from typing import Any

import numpy as np

from autograd import Node, array
from autograd.op import reading
from autograd.ops.shape import getitem
from autograd.state import current_trace


def operand(x: Any) -> Any:
    """A Node as it is, anything else as an array; TypeError for masked arrays.

    >>> operand([Node(1.0), 2.0]).shape
    (2,)
    """
    if type(x) is Node or type(x) is np.ndarray:
        return x
    if computed(x) and not _holds_node(x):
        return x if hasattr(x, "shape") and x.shape else _as_array(x)
    if isinstance(x, np.ma.MaskedArray):
        raise TypeError(
            "a masked array would lose its mask here; leave the masked elements out, such as by "
            "x.compressed(), or weigh them: losses of reduction='none', times ~mask"
        )
    x = array(x)
    return x if isinstance(x, Node) else np.asarray(x)


_as_array = reading(np.asarray)


def _holds_node(x: Any) -> bool:
    return any(map(_holds_node, x)) if isinstance(x, (list, tuple)) else type(x) is Node


def computed(x: Any) -> bool:
    """Whether bools or integers that a program computes in each call are (in) `x`.

    >>> computed(np.ones(2) > 0.0)
    False
    """
    trace = current_trace()
    return trace is not None and trace.computes((x,), {})


def picked(x: Any, index: Any) -> Any:
    """`x[index]`, where a program may compute the index.

    >>> picked(np.array([1.0, 2.0]), 1).item()
    2.0
    """
    return getitem(x, index) if computed(index) else x[index]


def is_data(x: Any) -> bool:
    """Whether `x` is data, whose values may be looked at by functions that are `reading`.

    >>> is_data(np.ones(2)), is_data(Node(1.0))
    (True, False)
    """
    if current_trace() is None:
        return not isinstance(x, Node)
    return not (isinstance(x, Node) and x.requires_grad)


def axis_of(axis: int, ndim: int) -> int:
    """An axis counted from the front; NumPy's AxisError where there is none such.

    >>> axis_of(-1, 3)
    2
    """
    return np.lib.array_utils.normalize_axis_index(axis, ndim)


def target_of(x: Any) -> Any:
    """As `operand`; ValueError for NaN in data."""
    x = operand(x)
    if isinstance(x, np.ndarray) and x.dtype.kind == "f" and np.isnan(x).any():
        raise ValueError(
            "the target has NaN, so the loss would be NaN; leave out the samples whose target is "
            "missing: keep = ~np.isnan(y)"
        )
    return x


@reading
def variances(var: Any) -> Any:
    """Data that are variances; ValueError for negative ones.

    >>> variances(np.array([2.0])).item()
    2.0
    """
    if (var < 0.0).any():
        raise ValueError("a variance is negative; let the network give its logarithm and take exp")
    return var


@reading
def signs(target: Any) -> Any:
    """Data that are 1 and −1; ValueError for other numbers.

    >>> signs(np.array([-1.0])).item()
    -1.0
    """
    if not np.isin(target, (1, -1)).all():
        raise ValueError("the target has other numbers than 1 and −1; write np.where(same, 1, -1)")
    return target
