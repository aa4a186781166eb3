"""What every op asks once: under which scope it runs, and whether ops are recorded there."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator
from contextvars import ContextVar
from functools import wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograd.anomaly import Anomaly
    from autograd.compiler.trace import Trace

HELD: ContextVar[tuple[Switch, ...]] = ContextVar("autograd_held", default=())
"""The switches that hold in this thread or task, outermost first; all below follows from them."""

SCOPE: ContextVar[str] = ContextVar("autograd_scope", default="")
"""The current scope of this thread or task."""

TAPED: ContextVar[str | None] = ContextVar("autograd_taped", default="")
"""The same while ops are recorded, else None."""

RECORDED: ContextVar[str | None] = ContextVar("autograd_recorded", default="")
"""The same while ops are recorded without a check, else None: what every op reads."""

ANOMALY: ContextVar[Anomaly | None] = ContextVar("autograd_anomaly", default=None)
"""What `detect_anomaly` has noted, inside it."""

TRACE: ContextVar[Trace | None] = ContextVar("autograd_trace", default=None)
"""What notes down every op, while `compile` traces a function."""

TRANSFORMED: ContextVar[bool] = ContextVar("autograd_transformed", default=False)
"""Whether a transform runs the function that it differentiates."""

taped_scope = TAPED.get
recorded_scope = RECORDED.get
current_anomaly = ANOMALY.get
current_trace = TRACE.get


def read(node: Any, what: str) -> None:
    """Raise where `compile` traces and would keep what is read of `node` for all calls."""
    trace = current_trace()
    if trace is not None:
        trace.refuse(node, what)


class Switch:
    """A setting that holds in a `with` block, or in each call of the function that it decorates.

    Several may be entered and left in any order, as generators that are read in turn do: what
    holds is always what those that are open say, the latest last. `name` is the scope, `part` is
    joined to it; what is None stays as it is outside.
    """

    __slots__ = ("anomaly", "name", "part", "recorded", "trace")

    def __init__(
        self,
        name: str | None = None,
        part: str | None = None,
        recorded: bool | None = None,
        anomaly: Callable[[], Anomaly] | None = None,
        trace: Trace | None = None,
    ) -> None:
        self.name = name
        self.part = part
        self.recorded = recorded
        self.anomaly = anomaly
        self.trace = trace

    def __enter__(self) -> None:
        _hold((*HELD.get(), self))

    def __exit__(self, *exception: object) -> None:
        held = list(HELD.get())
        for i in reversed(range(len(held))):
            if held[i] is self:
                del held[i]
                return _hold(tuple(held))

    def __call__(self, f: Callable[..., Any]) -> Callable[..., Any]:
        """`f` with the setting in each call, in each step where `f` gives a generator."""
        if inspect.isasyncgenfunction(f):
            raise TypeError(
                f"{f.__name__} is an asynchronous generator function, whose steps cannot be "
                "decorated; write the with statement inside it, around what does not yield"
            )
        if inspect.isgeneratorfunction(f):

            @wraps(f)
            def wrapped(*args: Any, **kwargs: Any) -> Any:
                return (yield from self._steps(f(*args, **kwargs)))

        elif inspect.iscoroutinefunction(f):

            @wraps(f)
            async def wrapped(*args: Any, **kwargs: Any) -> Any:
                with self:
                    return await f(*args, **kwargs)

        else:

            @wraps(f)
            def wrapped(*args: Any, **kwargs: Any) -> Any:
                with self:
                    return f(*args, **kwargs)

        return wrapped

    def _steps(self, generator: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        """What `generator` does, each step of it inside, what its reader does outside."""
        resume: Callable[[Any], Any] = generator.send
        given: Any = None
        while True:
            try:
                with self:
                    out = resume(given)
            except StopIteration as end:
                return end.value
            finally:
                given = None
            try:
                given = yield out
                resume = generator.send
            except BaseException as error:
                resume, given = generator.throw, error


def _hold(held: tuple[Switch, ...]) -> None:
    """Let the switches `held` say what holds."""
    scope, recorded, anomaly, trace = "", True, None, None
    for switch in held:
        if switch.name is not None:
            scope = switch.name
        if switch.part is not None:
            scope = f"{scope}.{switch.part}" if scope else switch.part
        if switch.recorded is not None:
            recorded = switch.recorded
        if switch.anomaly is not None:
            anomaly = current_anomaly() or switch.anomaly()
        if switch.trace is not None:
            trace = switch.trace
    taped = scope if recorded else None
    HELD.set(held)
    SCOPE.set(scope)
    TAPED.set(taped)
    RECORDED.set(taped if anomaly is None and trace is None else None)
    ANOMALY.set(anomaly)
    TRACE.set(trace)


def no_grad() -> Switch:
    """Inside, ops give constants: nothing is recorded and nothing requires a gradient.

    Holds for the current thread or task alone. As a decorator it holds in each call, and in each
    step of a generator. A `with` block around a `yield` is open while the generator waits: it
    then holds for the generator's reader, too, until the generator leaves it or is closed.

    >>> from autograd import Node
    >>> with no_grad():
    ...     (Node(2.0) * 3.0).requires_grad
    False
    """
    return Switch(recorded=False)


def recording() -> Switch:
    """Inside, ops are recorded even where `no_grad` holds outside: for the transforms' graphs."""
    return Switch(recorded=True)


def current_scope() -> str:
    """The dotted name of the scope that Nodes made now belong to; '' outside all scopes.

    >>> with scope("layers"), scope("0"):
    ...     current_scope()
    'layers.0'
    """
    return SCOPE.get()


def scope(name: str) -> Switch:
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
    return Switch(part=str(name))
