"""What happens when NumPy meets a Node in one of its own functions."""

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

BY_FUNCTION: dict[Any, Callable[..., Any]] = {}
"""What answers for each of NumPy's functions; filled by `op`."""


KEYWORDS = {
    "out": "it would write into memory that the graph has seen; use the result, such as "
    "array = array + node",
    "where": "the elements left out would have no value; write np.where(mask, result, other)",
    "dtype": "the dtype follows from the operands; write node.astype(dtype) first",
}
"""Why a ufunc of a Node takes no such keyword, and what to write instead."""


def function_for(func: Any) -> Callable[..., Any]:
    """The op that stands for NumPy's `func`; TypeError where there is none."""
    try:
        return BY_FUNCTION[func]
    except KeyError:
        name = getattr(func, "__name__", str(func))
        near = get_close_matches(name, {f.__name__ for f in BY_FUNCTION}, 3, 0.8)
        hint = f" (near in name: {', '.join(near)})" if near else ""
        raise TypeError(
            f"np.{name} has no derivative here, so a Node cannot pass through it{hint}; "
            f"write it with functions that have one, or np.{name}(node.value) for the bare number"
        ) from None


def unusual(ufunc: Any, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A ufunc's method, or a ufunc with keywords: most raise and say what to write instead."""
    name = ufunc.__name__
    if method != "__call__":
        raise TypeError(
            f"np.{name}.{method} has no derivative here: ufunc methods are not recorded; "
            "write np.sum, np.prod, np.cumsum, np.max, ... or an outer product by broadcasting"
        )
    if kwargs.get("where") is True:
        del kwargs["where"]
    for word in kwargs:
        raise TypeError(f"np.{name} of a Node with {word}=: {KEYWORDS.get(word, 'leave it out')}")
    return function_for(ufunc)(*inputs)
