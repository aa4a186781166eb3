"""What one node costs: chains of scalar operations, from a thousand to a million."""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Callable
from itertools import repeat
from pathlib import Path
from statistics import median

from autograd import Node
from benchmarks.problems import BIAS, MILLION, WEIGHT

SHORT = 1_000
LEAST = 100_000
"""The nodes of a sample, or more."""

SAMPLES = 3


def engine_chain(length: int) -> Node:
    """The last of `length` nodes of the recurrence y ← y·w + b, two nodes a turn."""
    y, w, b = Node(1.0), Node(WEIGHT), Node(BIAS)
    for _ in range(length // 2):
        y = y * w + b
    return y


def engine_forward(length: int) -> Callable[[], float]:
    """Build the chain and drop it."""
    return lambda: engine_chain(length).value


def engine_both(length: int) -> Callable[[], object]:
    """Build the chain, sweep back and drop it."""
    return lambda: engine_chain(length).backward()


def float_forward(length: int) -> Callable[[], float]:
    """The chain in plain Python floats."""

    def run() -> float:
        y, w, b = 1.0, WEIGHT, BIAS
        for _ in range(length // 2):
            y = y * w + b
        return y

    return run


def float_both(length: int) -> Callable[[], tuple[float, float, float]]:
    """The chain and its three derivatives (start, w, b) in plain Python floats."""

    def run() -> tuple[float, float, float]:
        y, w, b = 1.0, WEIGHT, BIAS
        ys = []
        for _ in range(length // 2):
            ys.append(y)
            y = y * w + b
        d, dw, db = 1.0, 0.0, 0.0
        for y in reversed(ys):
            db += d
            dw += d * y
            d *= w
        return d, dw, db

    return run


def million() -> dict[str, float]:
    """Seconds to build, sweep and free a million nodes, and the bytes of one at the peak.

    For a process whose memory nothing else has touched; the recursion limit leaves no room to
    recurse over the graph.
    """
    engine_chain(SHORT).backward()
    sys.setrecursionlimit(200)
    memory, start = peak_memory(), time.perf_counter()
    y = engine_chain(MILLION)
    y.backward()
    swept, used = time.perf_counter(), peak_memory() - memory
    free_from = time.perf_counter()
    del y
    total = swept - start + time.perf_counter() - free_from
    return {"time": total, "memory": used / MILLION}


def peak_memory() -> int:
    """The largest resident size of this process so far, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux's getrusage also counts what the parent process held
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    import resource  # Unix only

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def growth(
    length: int, chain: Callable[[int], Callable[[], object]] = engine_both
) -> dict[str, float]:
    """A node's time and memory in a chain of `length`, and as multiples of those in a short one.

    `chain` gives what is run. Times alternate; memory is what Python has asked for at the peak.
    """
    sizes = (length, SHORT)
    runs = {size: chain(size) for size in sizes}
    times: dict[int, list[float]] = {size: [] for size in sizes}
    for run in runs.values():
        run()
    for _ in range(SAMPLES):
        for size, run in runs.items():
            repeats = max(length, LEAST) // size
            start = time.perf_counter()
            for _ in repeat(None, repeats):
                run()
            times[size].append((time.perf_counter() - start) / repeats / size)
    of_time = {size: median(samples) for size, samples in times.items()}
    of_memory = {size: traced_peak(run) / size for size, run in runs.items()}
    return {
        "time": of_time[length],
        "memory": of_memory[length],
        "time ÷ short": of_time[length] / of_time[SHORT],
        "memory ÷ short": of_memory[length] / of_memory[SHORT],
    }


def traced_peak(run: Callable[[], object]) -> int:
    """The bytes that a run has asked Python's allocator for, at the most at once."""
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
