"""Fair times: contestants run in turn, and only ratios taken within one round are trusted."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import repeat
from statistics import median

ENVIRONMENT = {
    # One thread each, or the two sides would be timed on different numbers of cores.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    # The C library keeps freed memory, or the large arrays would time the kernel's page faults.
    "MALLOC_TRIM_THRESHOLD_": "1000000000",
    "MALLOC_MMAP_THRESHOLD_": "1000000000",
}
SAMPLE_SECONDS = 0.010
STEADY_SECONDS = 0.3
"""Samples of designs that leave cyclic garbage last so long that its collection falls in them."""


def restart_in_environment() -> None:
    """Start this program anew under `ENVIRONMENT`, which is read before the first import of NumPy.

    Returns, having done nothing, when the environment already is as wanted.
    """
    if ENVIRONMENT.items() <= os.environ.items():
        return
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], os.environ | ENVIRONMENT)


@dataclass(frozen=True)
class Race:
    """The seconds per run of every contestant, one entry per round."""

    seconds: Mapping[str, list[float]]

    def time(self, name: str) -> float:
        """Median seconds per run."""
        return median(self.seconds[name])

    def ratio(self, numerator: str, denominator: str) -> float:
        """Median over the rounds of the ratio of two times of the same round.

        A slow spell of the machine covers both sides of a round and leaves its ratio alone.
        """
        pairs = zip(self.seconds[numerator], self.seconds[denominator], strict=True)
        return median(above / below for above, below in pairs)


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
