"""What one node costs: chains of scalar operations, and the price of importing the engine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

import autograd
from autograd import Node

WEIGHT, BIAS = 0.999, 0.001
MILLION = 1_000_000


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


class MillionChain(NamedTuple):
    """Seconds to build, to sweep and to free a chain, and the bytes a node takes at the peak."""

    build: float
    sweep: float
    free: float
    bytes_per_node: float


@cache
def million_chain(processes: int = 3) -> MillionChain:
    """Medians over processes of their own, whose memory nothing else has touched."""
    program = "from benchmarks.chains import report_million; report_million()"
    reports = [json.loads(child(program)) for _ in range(processes)]
    return MillionChain(*map(median, zip(*reports, strict=True)))


def report_million() -> None:
    """Print a `MillionChain`; the recursion limit leaves no room to recurse over the graph."""
    engine_chain(1000).backward()
    sys.setrecursionlimit(200)
    memory, start = peak_memory(), time.perf_counter()
    y = engine_chain(MILLION)
    built = time.perf_counter()
    y.backward()
    swept, used = time.perf_counter(), peak_memory() - memory
    free_from = time.perf_counter()
    del y
    freed = time.perf_counter()
    print(json.dumps([built - start, swept - built, freed - free_from, used / MILLION]))


def peak_memory() -> int:
    """The largest resident size of this process so far, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux's getrusage also counts what the parent process held
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    import resource  # Unix only

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def import_times(processes: int = 7) -> tuple[float, float]:
    """Median seconds to import NumPy, and to import `autograd` after it, in fresh processes."""
    program = (
        "import time; start = time.perf_counter(); import numpy; numpy_done = time.perf_counter();"
        "import autograd; done = time.perf_counter(); print(numpy_done - start, done - numpy_done)"
    )
    # As after an installation: compiled files are there, wherever this process may write them.
    with TemporaryDirectory() as folder:
        compiled = {"PYTHONPYCACHEPREFIX": folder, "PYTHONDONTWRITEBYTECODE": ""}
        child(program, compiled)  # writes them
        pairs = [child(program, compiled).split() for _ in range(processes)]
    return median(float(first) for first, _ in pairs), median(float(second) for _, second in pairs)


def child(program: str, environment: Mapping[str, str] | None = None) -> str:
    """What a fresh interpreter prints that finds the same `autograd` and `benchmarks`."""
    folders = [str(Path(file).resolve().parents[1]) for file in (autograd.__file__, __file__)]
    variables = os.environ | {"PYTHONPATH": os.pathsep.join(folders)} | (environment or {})
    command = [sys.executable, "-c", program]
    return subprocess.run(
        command, env=variables, check=True, stdout=subprocess.PIPE, text=True
    ).stdout
