"""What every op asks once: under which scope it runs, and whether ops are recorded there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

SCOPE: ContextVar[str] = ContextVar("autograd_scope", default="")
"""The current scope of this thread or task."""

RECORDED: ContextVar[str | None] = ContextVar("autograd_recorded", default="")
"""The same while ops are recorded, else None: what every op reads."""

current_scope = SCOPE.get
recorded_scope = RECORDED.get


@contextmanager
def switched(name: str, recorded: bool) -> Iterator[None]:
    """Inside, the scope is `name`, whatever it is outside, and ops are recorded or not."""
    outer, tape = SCOPE.set(name), RECORDED.set(name if recorded else None)
    try:
        yield
    finally:
        RECORDED.reset(tape)
        SCOPE.reset(outer)


@contextmanager
def no_grad() -> Iterator[None]:
    """Inside, ops give constants: nothing is recorded and nothing requires a gradient.

    Holds for the current thread or task alone; works as a decorator, too.

    >>> from autograd import Node
    >>> with no_grad():
    ...     (Node(2.0) * 3.0).requires_grad
    False
    """
    with switched(current_scope(), recorded=False):
        yield


@contextmanager
def recording() -> Iterator[None]:
    """Inside, ops are recorded even where `no_grad` holds outside: for the transforms' graphs."""
    with switched(current_scope(), recorded=True):
        yield


@contextmanager
def scope(name: str) -> Iterator[None]:
    """Mark the Nodes made inside as belonging to `name`; nested scopes join with a dot.

    >>> from autograd import Node
    >>> with scope("layers"), scope("0"):
    ...     Node(1.0).scope
    'layers.0'
    """
    if not isinstance(name, str) or not name:
        raise TypeError(
            f"a scope is named by a non-empty string, not {name!r}; write scope('layers.0')"
        )
    outer = current_scope()
    with switched(f"{outer}.{name}" if outer else str(name), recorded_scope() is not None):
        yield
