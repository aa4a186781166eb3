"""What happens when NumPy meets a Node in one of its own functions."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

BY_FUNCTION: dict[Any, Callable[..., Any]] = {}
"""What answers for each of NumPy's functions; filled by `op`."""

BY_NAME: dict[str, Callable[[], Callable[..., Any]]] = {}
"""What binds the ops that stand for SciPy's ufuncs, by name; filled by `ops.special`."""

REFUSED: dict[Any, str] = {}
"""What is said of functions that are out of scope; filled by `ops.refused`."""


KEYWORDS = {
    "out": "it would write into memory that the graph has seen; use the result, such as "
    "array = np.sum(node), or array = array + node where array += node stood",
    "where": "the elements left out would have no value; write np.where(mask, result, other)",
    "dtype": "the dtype follows from the operands; write node.astype(dtype) first",
    "casting": "the dtype follows from the operands; write node.astype(dtype) first",
}
"""Why a ufunc of a Node takes no such keyword, and what to write instead."""

METHODS = {
    "reduce": "np.sum(node), np.prod(node), np.max(node) or np.min(node)",
    "accumulate": "np.cumsum(node) or np.cumprod(node)",
    "reduceat": "np.sum(node[i:j]) for each part",
    "outer": "an outer product by broadcasting, such as node[:, None] * node",
    "at": "node.at[index].add(v), or fill a Buffer, b = autograd.zeros(shape), by b[index] = v",
}
"""What to write instead of a ufunc's method."""


def function_for(func: Any) -> Callable[..., Any]:
    """The op that stands for NumPy's `func`; TypeError where there is none."""
    try:
        return BY_FUNCTION[func]
    except KeyError:
        pass
    if func in REFUSED:
        raise TypeError(REFUSED[func])
    name = getattr(func, "__name__", str(func))
    full = f"scipy.special.{name}" if scipys(func) else f"np.{name}"
    if scipys(func) and name in BY_NAME:
        return BY_NAME[name]()
    from difflib import get_close_matches  # seldom needed, and slow to import

    near = get_close_matches(name, {f.__name__ for f in BY_FUNCTION}, 3, 0.8)
    hint = f" (near in name: {', '.join(near)})" if near else ""
    raise TypeError(
        f"{full} has no derivative here, so a Node cannot pass through it{hint}; "
        f"write it with functions that have one, or {full}(node.value) for the bare number"
    )


def scipys(func: Any) -> bool:
    """Whether it is one of the ufuncs of scipy.special, which its user has imported."""
    modules = (sys.modules.get(f"scipy.special{part}") for part in ("", "._ufuncs"))
    return any(getattr(module, func.__name__, None) is func for module in modules)


def unusual(ufunc: Any, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A ufunc's method, or a ufunc with keywords: most raise and say what to write instead."""
    name = ufunc.__name__
    if method != "__call__":
        raise TypeError(
            f"np.{name}.{method} has no derivative here: ufunc methods are not recorded; "
            f"write {METHODS[method]}"
        )
    if ufunc is np.vecdot and kwargs.keys() == {"axis"}:
        return function_for(np.linalg.vecdot)(*inputs, **kwargs)
    if kwargs.get("where") is True:
        del kwargs["where"]
    for word in kwargs:
        why = KEYWORDS.get(word, f"it would not be recorded; write np.{name}(node) without it")
        raise TypeError(f"np.{name} of a Node with {word}=: {why}")
    return function_for(ufunc)(*inputs)
