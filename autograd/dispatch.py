"""What happens when NumPy meets a Node in one of its own functions."""

from collections.abc import Callable
from typing import Any

BY_FUNCTION: dict[Any, Callable[..., Any]] = {}
"""What answers for each of NumPy's functions; filled by `op`."""


def function_for(func: Any) -> Callable[..., Any]:
    """The op that stands for NumPy's `func`; TypeError where there is none."""
    try:
        return BY_FUNCTION[func]
    except KeyError:
        name = getattr(func, "__name__", str(func))
        known = sorted({f.__name__ for f in BY_FUNCTION})
        near = [k for k in known if k[:3] == name[:3]][:3]
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
    for word in ("out", "where"):
        if word in kwargs and kwargs.pop(word) is not True:
            raise TypeError(
                f"np.{name} with {word}= would write into memory that the graph has seen; "
                "use the result (for arrays: array = array + node), and np.where for masks"
            )
    return function_for(ufunc)(*inputs, **kwargs)
