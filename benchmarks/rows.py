"""The rows of the table and the limits they have to keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from benchmarks import chains, networks, steps
from benchmarks.timing import STEADY_SECONDS, race

CHAIN = 1000


@dataclass(frozen=True)
class Limit:
    """A bound on a row's figure, from above unless `least`."""

    bound: float
    least: bool = False

    def admits(self, figure: float) -> bool:
        """Whether the figure keeps the limit; one that is not a number does not."""
        return figure >= self.bound if self.least else figure <= self.bound

    def __str__(self) -> str:
        return f"{'≥' if self.least else '≤'} {self.bound:g}"


LIMITS = {
    "scalar": Limit(3.5, least=True),
    "4x2-4-1": Limit(1.80),
    "32x2-16-16-1": Limit(1.60),
    "128x64-128-128-10": Limit(1.15),
    "256x784-512-512-10": Limit(1.15),
    "50-layers-32x16": Limit(1.60),
    "adam-50-layers": Limit(1.50),
    "million-time": Limit(2.5),
    "million-memory": Limit(300.0),
    "import": Limit(50.0),
}


@dataclass(frozen=True)
class Measurement:
    """What the hand-written side and the engine took, and the figure a limit is set on."""

    hand: str
    engine: str
    figure: float
    unit: str = "×"


@dataclass(frozen=True)
class Row:
    """A line of the table: what is measured, beside what, and how for a number of rounds."""

    about: str
    beside: str
    measure: Callable[[int], Measurement]


def seconds(time: float) -> str:
    """A duration at three significant digits, in the unit that suits it."""
    units = {"s": 1.0, "ms": 1e-3, "µs": 1e-6, "ns": 1e-9}
    name = next((name for name, size in units.items() if time >= 0.9995 * size), "ns")
    return f"{time / units[name]:#.3g} {name}".replace(". ", " ")


def measure_tensors(name: str, way: str, rounds: int) -> Measurement:
    """How many times as long as NumPy the engine takes, written in one `way` or the other."""
    contestants = networks.tensor_contestants(name)
    networks.check_agreement(contestants)
    times = race({side: contestants[side].run for side in (way, "numpy")}, rounds)
    return Measurement(
        seconds(times.time("numpy")), seconds(times.time(way)), times.ratio(way, "numpy")
    )


def measure_adam(name: str, rounds: int) -> Measurement:
    """How many times as long as a step by hand the optimizer's step takes."""
    times = race(steps.adam_contestants(name), rounds)
    return Measurement(
        seconds(times.time("by hand")),
        seconds(times.time("engine")),
        times.ratio("engine", "by hand"),
    )


def measure_scalars(against: str, engine_above: bool, rounds: int) -> Measurement:
    """The ratio of the two times, the engine's above or below the line."""
    contestants = networks.scalar_contestants()
    networks.check_agreement(contestants)
    pair = ["engine", against] if engine_above else [against, "engine"]
    times = race({name: contestants[name].run for name in pair}, rounds, STEADY_SECONDS)
    return Measurement(
        seconds(times.time(against)), seconds(times.time("engine")), times.ratio(*pair)
    )


def measure_chain(
    hand: Callable[[int], Callable[[], object]],
    engine: Callable[[int], Callable[[], object]],
    rounds: int,
) -> Measurement:
    """Times per node."""
    times = race({"hand": hand(CHAIN), "engine": engine(CHAIN)}, rounds)
    return Measurement(
        seconds(times.time("hand") / CHAIN),
        seconds(times.time("engine") / CHAIN),
        times.ratio("engine", "hand"),
    )


def measure_million_time(rounds: int) -> Measurement:
    """Building, sweeping and freeing."""
    chain = chains.million_chain()
    total = chain.build + chain.sweep + chain.free
    return Measurement("", seconds(total), total, "s")


def measure_million_memory(rounds: int) -> Measurement:
    """Bytes per node, at the peak of the sweep."""
    figure = chains.million_chain().bytes_per_node
    return Measurement("", f"{figure:.0f} B", figure, "B")


def measure_import(rounds: int) -> Measurement:
    """Milliseconds that `import autograd` adds to `import numpy`."""
    of_numpy, of_engine = chains.import_times()
    return Measurement(seconds(of_numpy), seconds(of_engine), of_engine * 1000, "ms")


ROWS = {
    "scalar": Row(
        "per-neuron 2-16-16-1 on one sample; the ratio says how many times faster the engine is",
        "micrograd style",
        partial(measure_scalars, "micrograd style", False),
    ),
    "scalar-floats": Row(
        "the same network", "plain floats", partial(measure_scalars, "plain floats", True)
    ),
    **{
        name: Row(
            "tanh network, mean squared error, in the functions of nn",
            "NumPy",
            partial(measure_tensors, name, "engine"),
        )
        for name in networks.TENSOR_NETWORKS
    },
    "4x2-4-1-operators": Row(
        "the same in @, +, − and **", "NumPy", partial(measure_tensors, "4x2-4-1", "operators")
    ),
    "adam-50-layers": Row(
        "a step of Adam on the parameters of 50 layers of 16",
        "NumPy, one vector",
        partial(measure_adam, "50-layers-32x16"),
    ),
    "node-forward": Row(
        "a node of a scalar chain, built and freed",
        "plain floats",
        partial(measure_chain, chains.float_forward, chains.engine_forward),
    ),
    "node-both": Row(
        "a node of a scalar chain, forward and backward",
        "plain floats",
        partial(measure_chain, chains.float_both, chains.engine_both),
    ),
    "million-time": Row(
        "a chain of 1,000,000 operations: build, backward, free", "", measure_million_time
    ),
    "million-memory": Row(
        "bytes per node of that chain at the peak of backward", "", measure_million_memory
    ),
    "import": Row("import autograd, NumPy being there", "import numpy", measure_import),
}
