"""What the figures of the table have to keep."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    """A bound on a figure, from above unless `least`."""

    bound: float
    least: bool = False

    def admits(self, figure: float) -> bool:
        """Whether the figure keeps the limit; one that is not a number does not."""
        return figure >= self.bound if self.least else figure <= self.bound

    @property
    def sign(self) -> str:
        """≤ or ≥."""
        return "≥" if self.least else "≤"


def at_most(**bounds: float) -> dict[str, Limit]:
    """Limits from above, by the name of the figure."""
    return {name: Limit(bound) for name, bound in bounds.items()}


def network(eager: float, compiled: float, beside_jax: float) -> dict[str, dict[str, Limit]]:
    """The limits of one network, alone and beside the peers."""
    return {
        "": {**at_most(eager=eager, compiled=compiled), "copies ÷ compiled": Limit(1.25)},
        "peers-": {"compiled ÷ jax.jit": Limit(beside_jax)},
    }


NETWORKS = {
    "4x2-4-1": network(1.6, 0.55, 0.5),
    "32x2-16-16-1": network(1.45, 0.6, 0.35),
    "128x64-128-128-10": network(1.12, 0.97, 0.8),
    "256x784-512-512-10": network(1.1, 1.0, 0.9),
    "50-layers-32x16": network(1.5, 0.65, 0.6),
}
LIMITS: dict[str, dict[str, Limit]] = {
    **{prefix + name: found for name, both in NETWORKS.items() for prefix, found in both.items()},
    "scalar": {
        "compiled": Limit(1.1),
        "micrograd style ÷ eager": Limit(4.2, least=True),
        "micrograd style ÷ compiled": Limit(50.0, least=True),
    },
    "peers-scalar": {
        "micrograd ÷ eager": Limit(4.2, least=True),
        "micrograd ÷ compiled": Limit(50.0, least=True),
    },
    "million": at_most(time=2.5, memory=300.0),
    "peers-million": {"PyTorch ÷ eager": Limit(2.0, least=True)},
    "growth-10000": {"time ÷ short": Limit(3.0), "memory ÷ short": Limit(1.25)},
    "growth-100000": {"time ÷ short": Limit(3.0), "memory ÷ short": Limit(1.25)},
    "growth-1000000": {"time ÷ short": Limit(3.0), "memory ÷ short": Limit(1.25)},
    "adam-50-layers": {"÷ by hand": Limit(1.5)},
    "trace-50-layers": at_most(time=0.025),
    "import": at_most(time=0.050),
}
"""By row and figure. Time in seconds, memory in bytes a node, all else is a ratio of times.

Growth: a node's time may rise by what caches and the garbage collector add, not with the length.
"""
