"""One measurement beside another engine, in a process of the interpreter that has that engine.

It prints one line of JSON: {"figures": {name: rounds}}, or {"trouble": why there are none}.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import others
from benchmarks.problems import (
    SCALAR_SIZES,
    TENSOR_NETWORKS,
    Contestant,
    check_agreement,
    check_steps,
    hand_written_numpy,
    problem,
)
from benchmarks.timing import ROOT, SAMPLE_SECONDS, Race, Rounds, race

TOLERANCE = 1e-8
"""Within which another engine gives the same loss and gradients; else its time does not count."""


def report(measure: Callable[..., Any], *arguments: Any) -> None:
    """Print what `measure` finds, or why it finds nothing."""
    try:
        print(json.dumps({"figures": measure(*arguments)}))
    except Exception as error:
        print(json.dumps({"trouble": f"{type(error).__name__}: {error}"}))


def tensors(peer: str, row: str, rounds: int) -> Rounds:
    """A peer on one of `TENSOR_NETWORKS`, beside NumPy and, where it can be, the engine."""
    import autograd

    if (peer == "autograd") == Path(autograd.__file__).is_relative_to(ROOT):
        raise ImportError(f"autograd is {autograd.__file__}, which is not the one to measure")
    title, contestant, beside = others.PEERS[peer]
    task = problem(*TENSOR_NETWORKS[row])
    contestants = {"NumPy": hand_written_numpy(task), title: contestant(task)}
    if beside is not None:
        from benchmarks.networks import tensor_contestants

        contestants[beside] = tensor_contestants(row)[beside]
    return beside_numpy(raced(contestants, rounds, SAMPLE_SECONDS), title, beside)


def training(peer: str, row: str, rounds: int) -> Rounds:
    """A peer training one of `TENSOR_NETWORKS`, beside NumPy and the engine."""
    from benchmarks.steps import training_contestants

    title, _, beside = others.PEERS[peer]
    assert beside is not None
    steppers = training_contestants(row)
    trainer = others.TRAINERS[peer](problem(*TENSOR_NETWORKS[row]))
    steppers = {"NumPy": steppers["NumPy"], title: trainer, beside: steppers[beside]}
    check_steps(steppers)
    times = race({name: stepper.run for name, stepper in steppers.items()}, rounds)
    return beside_numpy(times, title, beside)


def beside_numpy(times: Race, title: str, beside: str | None) -> Rounds:
    """A peer's time as a multiple of NumPy's, and the engine's as a multiple of the peer's."""
    figures = {title: times.ratios(title, "NumPy")}
    if beside is not None:
        figures[f"{beside} ÷ {title}"] = times.ratios(beside, title)
    return figures


def scalars(rounds: int, seconds: float) -> Rounds:
    """micrograd on the per-neuron network, beside the engine."""
    from benchmarks.networks import compiled_scalars, eager_scalars

    task = problem(1, SCALAR_SIZES)
    contestants = {
        "micrograd": others.micrograd(task),
        "eager": eager_scalars(task),
        "compiled": compiled_scalars(task),
    }
    times = raced(contestants, rounds, seconds)
    return {
        f"micrograd ÷ {name}": times.ratios("micrograd", name) for name in ("eager", "compiled")
    }


def raced(contestants: dict[str, Contestant], rounds: int, seconds: float) -> Race:
    """A race of those that agree."""
    check_agreement(contestants, TOLERANCE)
    return race({name: contestant.run for name, contestant in contestants.items()}, rounds, seconds)
