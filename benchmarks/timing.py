"""Fair times: contestants run in turn, and only ratios taken within one round are trusted."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
"""The folder that holds `benchmarks`."""

ENVIRONMENT = {
    # One thread each, or the two sides would be timed on different numbers of cores.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    # The C library keeps freed memory, or the large arrays would time the kernel's page faults.
    "MALLOC_TRIM_THRESHOLD_": "1000000000",
    "MALLOC_MMAP_THRESHOLD_": "1000000000",
}
SAMPLE_SECONDS = 0.010
STEADY_SECONDS = 0.3
"""Samples of designs that leave cyclic garbage last so long that its collection falls in them."""

Rounds = dict[str, list[float]]
"""By the name of a figure its value in each round: the figure is their median."""


def restart_in_environment() -> None:
    """Start this program anew under `ENVIRONMENT`, which is read before the first import of NumPy.

    Returns, having done nothing, when the environment already is as wanted.
    """
    if ENVIRONMENT.items() <= os.environ.items():
        return
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], os.environ | ENVIRONMENT)


def stay_on_one_core() -> None:
    """Run on one core from now on, all children too, where the system can be told so.

    XLA uses several cores in spite of its flags. The last core has fewer interrupts to serve.
    """
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, [max(os.sched_getaffinity(0))])


def room() -> str:
    """On what the program runs: "one core", or only "one thread"."""
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else ()
    return "one core" if len(cores) == 1 else "one thread"


@dataclass(frozen=True)
class Race:
    """The seconds per run of every contestant, one entry per round."""

    seconds: Mapping[str, list[float]]

    def time(self, name: str) -> float:
        """Median seconds per run."""
        return median(self.seconds[name])

    def ratios(self, numerator: str, denominator: str) -> list[float]:
        """The ratio of two times of the same round, for each round.

        A slow spell of the machine covers both sides of a round and leaves its ratio alone.
        """
        pairs = zip(self.seconds[numerator], self.seconds[denominator], strict=True)
        return [above / below for above, below in pairs]

    def ratio(self, numerator: str, denominator: str) -> float:
        """The median of these."""
        return median(self.ratios(numerator, denominator))

    def beside(self, base: str) -> Rounds:
        """The seconds of `base`, and the ratio to it of everybody else."""
        others = {name: self.ratios(name, base) for name in self.seconds if name != base}
        return {base: list(self.seconds[base]), **others}


def race(
    contestants: Mapping[str, Callable[[], object]],
    rounds: int = 15,
    seconds_each: float = SAMPLE_SECONDS,
) -> Race:
    """Time every contestant once per round, the order reversed from each round to the next."""
    runs = {name: calibrate(run, seconds_each) for name, run in contestants.items()}
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    order = list(contestants)
    for _ in range(rounds):
        for name in order:
            seconds[name].append(sample(contestants[name], runs[name]))
        order.reverse()
    return Race(seconds)


def calibrate(run: Callable[[], object], seconds: float) -> int:
    """The number of runs, a power of two, that makes a sample last so long or longer."""
    run()
    runs = 1
    while runs * sample(run, runs) < seconds:
        runs *= 2
    return runs


def sample(run: Callable[[], object], runs: int) -> float:
    """Mean seconds per run.

    Earlier garbage is removed first, outside the clock. The collector stays on, at its default
    settings, during the runs: what it costs to free cyclic garbage is part of the price of making
    it.
    """
    gc.collect()
    start = time.perf_counter()
    for _ in repeat(None, runs):
        run()
    return (time.perf_counter() - start) / runs


def joined(parts: list[Rounds]) -> Rounds:
    """The rounds of all parts, one after the other."""
    names = dict.fromkeys(name for part in parts for name in part)
    return {name: [x for part in parts for x in part.get(name, [])] for name in names}


def child(program: str, environment: Mapping[str, str] | None = None, python: str = "") -> str:
    """What a fresh interpreter prints that finds the same packages as this one."""
    import autograd  # only where children measure the engine, which needs NumPy

    folders = [str(Path(autograd.__file__).resolve().parents[1]), str(ROOT)]
    variables = os.environ | {"PYTHONPATH": os.pathsep.join(folders)} | (environment or {})
    command = [python or sys.executable, "-c", program]
    return subprocess.run(
        command, env=variables, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def in_processes(call: str, processes: int = 3) -> Rounds:
    """What `call`, an expression in the modules of `benchmarks`, gives in fresh processes.

    It gives one number for each figure; each process is one round.
    """
    module = call.partition(".")[0]
    program = f"import json; from benchmarks import {module}; print(json.dumps({call}))"
    reports: list[dict[str, Any]] = [json.loads(child(program)) for _ in range(processes)]
    return {name: [report[name] for report in reports] for name in reports[0]}
