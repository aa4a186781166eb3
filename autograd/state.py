"""What every op asks once: are ops recorded, and under which scope."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class State:
    """One setting of the recorder; immutable by convention, replaced as a whole."""

    __slots__ = ("recording", "scope")

    def __init__(self, recording: bool = True, scope: str = "") -> None:
        self.recording = recording
        self.scope = scope


STATE: ContextVar[State] = ContextVar("autograd_state", default=State())  # noqa: B039
current = STATE.get


@contextmanager
def _switched(state: State) -> Iterator[None]:
    token = STATE.set(state)
    try:
        yield
    finally:
        STATE.reset(token)


@contextmanager
def no_grad() -> Iterator[None]:
    """Inside, ops give constants: nothing is recorded and nothing requires a gradient.

    Holds for the current thread or task alone; works as a decorator, too.

    >>> with no_grad():
    ...     (Node(2.0) * 3.0).requires_grad
    False
    """
    with _switched(State(False, current().scope)):
        yield


@contextmanager
def recording() -> Iterator[None]:
    """Inside, ops are recorded even where `no_grad` holds outside: for the transforms' graphs."""
    with _switched(State(True, current().scope)):
        yield


@contextmanager
def scope(name: str) -> Iterator[None]:
    """Mark the Nodes made inside as belonging to `name`; nested scopes join with a dot.

    >>> with scope("layers"), scope("0"):
    ...     Node(1.0).scope
    'layers.0'
    """
    if not isinstance(name, str) or not name:
        raise TypeError(
            f"a scope is named by a non-empty string, not {name!r}; write scope('layers.0')"
        )
    now = current()
    joined = f"{now.scope}.{name}" if now.scope else name
    with _switched(State(now.recording, joined)):
        yield
