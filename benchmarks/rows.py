"""The tables: what each row measures, and in which columns it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from benchmarks import chains, networks, startup, steps
from benchmarks.peers import Environment
from benchmarks.problems import TENSOR_NETWORKS, check_agreement, check_steps
from benchmarks.timing import STEADY_SECONDS, Rounds, in_processes, race

DEEP = "50-layers-32x16"
MEASURED_IN = 3
"""Processes, where one would not stand for all."""


@dataclass(frozen=True)
class Table:
    """Rows with the same columns; `measure` of a row gives figures for a number of rounds."""

    title: str
    about: str
    columns: tuple[str, ...]
    rows: dict[str, Callable[[int], Rounds]]


def forward_backward(name: str, rounds: int) -> Rounds:
    """All ways to compute loss and gradients of a network, as multiples of NumPy's time."""
    contestants = networks.tensor_contestants(name)
    check_agreement(contestants)
    times = race({side: contestant.run for side, contestant in contestants.items()}, rounds)
    return {**times.beside("NumPy"), "copies ÷ compiled": times.ratios("copies", "compiled")}


def training(name: str, rounds: int) -> Rounds:
    """Forward, backward and a step of Adam."""
    steppers = steps.training_contestants(name)
    check_steps(steppers)
    return race({side: stepper.run for side, stepper in steppers.items()}, rounds).beside("NumPy")


def adam(name: str, rounds: int) -> Rounds:
    """A step of Adam, and how many times as long as one by hand it takes."""
    steppers = steps.adam_contestants(name)
    check_steps(steppers)
    times = race({side: stepper.run for side, stepper in steppers.items()}, rounds)
    return {"time": times.seconds["Adam"], "÷ by hand": times.ratios("Adam", "by hand")}


def scalars(rounds: int) -> dict[str, float]:
    """The per-neuron network in this process: medians."""
    contestants = networks.scalar_contestants()
    check_agreement(contestants)
    runs = {side: contestant.run for side, contestant in contestants.items() if side != "NumPy"}
    times = race(runs, rounds, STEADY_SECONDS)
    straight, micrograd = "straight-line floats", "micrograd style"
    figures = {name: times.ratio(name, straight) for name in runs if name != straight}
    for name in ("eager", "compiled"):
        figures[f"{micrograd} ÷ {name}"] = times.ratio(micrograd, name)
    return {straight: times.time(straight), **figures}


def node(
    hand: Callable[[int], Callable[[], object]],
    engine: Callable[[int], Callable[[], object]],
    rounds: int,
) -> Rounds:
    """Times per node of a short chain."""
    times = race({"hand": hand(chains.SHORT), "engine": engine(chains.SHORT)}, rounds)
    each = [seconds / chains.SHORT for seconds in times.seconds["engine"]]
    return {"time": each, "÷ by hand": times.ratios("engine", "hand")}


def over_processes(call: str, processes: int = MEASURED_IN) -> Callable[[int], Rounds]:
    """A measurement in fresh processes; `call` may name the rounds that each of them has."""

    def measure(rounds: int) -> Rounds:
        return in_processes(call.format(rounds=max(3, rounds // processes)), processes)

    return measure


TABLES = (
    Table(
        "Forward and backward",
        "NumPy: the time by hand. All else: multiples of that. `operators` is eager in "
        "`@ + − **` instead of the functions of `nn`, `compiled` reuses its buffers, `copies` does "
        "not.",
        ("NumPy", "eager", "operators", "compiled", "copies"),
        {name: partial(forward_backward, name) for name in TENSOR_NETWORKS},
    ),
    Table(
        "Training step: forward, backward, Adam",
        "The same networks, with Adam on one vector by hand, and `nn.optim.Adam`.",
        ("NumPy", "eager", "compiled"),
        {f"train-{name}": partial(training, name) for name in TENSOR_NETWORKS},
    ),
    Table(
        "Per-neuron network 2-16-16-1 on one sample, forward and backward",
        "Straight-line floats: the time of Python floats, a line for each operation. All else: "
        "multiples of that; `a line a neuron` has an expression for each neuron instead.",
        ("straight-line floats", "a line a neuron", "eager", "compiled", "micrograd style"),
        {"scalar": over_processes("rows.scalars({rounds})")},
    ),
    Table(
        "Chains of scalar operations, forward and backward",
        "A node's time and memory in a chain of so many, and as multiples of those in a chain of "
        "1000.",
        ("time", "memory", "time ÷ short", "memory ÷ short"),
        {
            f"growth-{n}": over_processes(f"chains.growth({n})", 1)
            for n in (1_000, 10_000, 100_000, 1_000_000)
        },
    ),
    Table(
        "The rest",
        "`million`: a chain of so many operations, built, swept and freed; memory a node at the "
        "peak of the process. `node`: of a chain of 1000, forward, and with backward. `adam`: a "
        "step. `first-call`: the first call of a compiled function, beyond the second. `trace`: "
        "the same without Python's own compiling of the source: to trace and to generate it. "
        "`import`: of `autograd`, NumPy being there.",
        ("time", "memory", "÷ by hand"),
        {
            "million": over_processes("chains.million()"),
            "node-forward": partial(node, chains.float_forward, chains.engine_forward),
            "node-both": partial(node, chains.float_both, chains.engine_both),
            "adam-50-layers": partial(adam, DEEP),
            "first-call-50-layers": partial(startup.first_calls, DEEP),
            "trace-50-layers": partial(startup.tracing_times, DEEP),
            "import": lambda rounds: startup.import_times(),
        },
    ),
)


def tables(environment: Environment | None) -> tuple[Table, ...]:
    """All tables; those of other engines where there is an environment that has them."""
    return TABLES if environment is None else (*TABLES, *beside_others(environment))


def beside_others(environment: Environment) -> tuple[Table, ...]:
    """The tables of other engines."""
    return (
        Table(
            "Beside other engines: tensors, forward and backward",
            "Multiples of the time of NumPy by hand, measured in the same process; `autograd` is "
            "the other library of that name.",
            ("PyTorch", "jax.jit", "mygrad", "autograd", "compiled ÷ jax.jit", "eager ÷ PyTorch"),
            {f"peers-{name}": partial(environment.tensors, name) for name in TENSOR_NETWORKS},
        ),
        Table(
            "Beside other engines: training step",
            "The same, with the engines' Adam; in JAX it is part of what is compiled.",
            ("PyTorch", "jax.jit", "compiled ÷ jax.jit", "eager ÷ PyTorch"),
            {
                f"peers-train-{name}": partial(environment.training, name)
                for name in TENSOR_NETWORKS
            },
        ),
        Table(
            "Beside other engines: scalars",
            "How many times as long the others take.",
            ("micrograd ÷ eager", "micrograd ÷ compiled", "PyTorch ÷ eager"),
            {"peers-scalar": environment.scalars, "peers-million": environment.million},
        ),
    )
