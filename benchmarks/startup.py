"""What is paid once: the import of the engine, and the first call of a compiled function."""

from __future__ import annotations

import builtins
import gc
import time
from tempfile import TemporaryDirectory

from autograd import compile, value_and_grad
from benchmarks.networks import of_list
from benchmarks.problems import TENSOR_NETWORKS, problem
from benchmarks.timing import Rounds, child

IMPORTS = (
    "import time; start = time.perf_counter(); import numpy; numpy_done = time.perf_counter();"
    "import autograd; done = time.perf_counter(); print(numpy_done - start, done - numpy_done)"
)


def import_times(processes: int = 7) -> Rounds:
    """Seconds to import NumPy, and to import `autograd` after it, in fresh processes."""
    # As after an installation: compiled files are there, wherever this process may write them.
    with TemporaryDirectory() as folder:
        compiled = {"PYTHONPYCACHEPREFIX": folder, "PYTHONDONTWRITEBYTECODE": ""}
        child(IMPORTS, compiled)  # writes them
        pairs = [child(IMPORTS, compiled).split() for _ in range(processes)]
    of_numpy, of_engine = ([float(x) for x in times] for times in zip(*pairs, strict=True))
    return {"numpy": of_numpy, "time": of_engine}


def first_calls(name: str, rounds: int) -> Rounds:
    """Seconds that the first call of a compiled function takes beyond the second."""
    return {"time": [whole for whole, _ in _calls(name, rounds)]}


def tracing_times(name: str, rounds: int) -> Rounds:
    """The same without the time in which Python compiles the source: to trace and to generate."""
    return {"time": [whole - python for whole, python in _calls(name, rounds)]}


def _calls(name: str, rounds: int) -> list[tuple[float, float]]:
    """The seconds of first calls, and those that Python takes to compile their source."""
    task = problem(*TENSOR_NETWORKS[name])
    times = []
    for _ in range(rounds + 1):
        step = compile(value_and_grad(of_list), reuse_buffers=True)
        gc.collect()  # earlier garbage, as everywhere
        start = time.perf_counter()
        step(task.rows, task.x, task.y)
        first = time.perf_counter()
        step(task.rows, task.x, task.y)
        second = time.perf_counter()
        builtins.compile(step.source, "<source>", "exec")
        times.append((2.0 * first - start - second, time.perf_counter() - second))
    return times[1:]  # the first one of all imports the compiler
