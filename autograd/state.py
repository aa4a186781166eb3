"""What every op asks once: under which scope it runs, and whether ops are recorded there."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Silent(str):
    """A scope in which nothing is recorded."""

    __slots__ = ()


SCOPE: ContextVar[str] = ContextVar("autograd_scope", default="")
"""The current scope of this thread or task; ops are recorded where it is a plain str."""

current = SCOPE.get


@contextmanager
def _switched(scope: str) -> Iterator[None]:
    token = SCOPE.set(scope)
    try:
        yield
    finally:
        SCOPE.reset(token)


@contextmanager
def no_grad() -> Iterator[None]:
    """Inside, ops give constants: nothing is recorded and nothing requires a gradient.

    Holds for the current thread or task alone; works as a decorator, too.

    >>> from autograd import Node
    >>> with no_grad():
    ...     (Node(2.0) * 3.0).requires_grad
    False
    """
    with _switched(Silent(current())):
        yield


@contextmanager
def recording() -> Iterator[None]:
    """Inside, ops are recorded even where `no_grad` holds outside: for the transforms' graphs."""
    with _switched(str(current())):
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
    now = current()
    with _switched(type(now)(f"{now}.{name}" if now else name)):
        yield
