"""What functions of `nn` are given: Nodes, arrays, numbers and nested lists of these."""

from typing import Any

import numpy as np

from autograd import Node, array


def operand(x: Any) -> Any:
    """A Node as it is, anything else as an array; TypeError for masked arrays.

    >>> operand([Node(1.0), 2.0]).shape
    (2,)
    """
    if type(x) is Node or type(x) is np.ndarray:
        return x
    if isinstance(x, np.ma.MaskedArray):
        raise TypeError(
            "a masked array would lose its mask here; leave the masked elements out, such as by "
            "x.compressed(), or weigh them: losses of reduction='none', times ~mask"
        )
    x = array(x)
    return x if isinstance(x, Node) else np.asarray(x)


def shape_of(x: Any) -> tuple[int, ...]:
    """The shape of an operand.

    >>> shape_of(np.ones((2, 3)))
    (2, 3)
    """
    return x.shape  # type: ignore[no-any-return]


def axis_of(axis: int, ndim: int) -> int:
    """An axis counted from the front; NumPy's AxisError where there is none such.

    >>> axis_of(-1, 3)
    2
    """
    return np.lib.array_utils.normalize_axis_index(axis, ndim)
