"""What is paid once: the import of the engine, and the first call of a compiled function."""

from __future__ import annotations

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


def tracing_times(name: str, rounds: int) -> Rounds:
    """Seconds that the first call of a compiled function takes beyond the second."""
    task = problem(*TENSOR_NETWORKS[name])
    times = []
    for _ in range(rounds + 1):
        step = compile(value_and_grad(of_list), reuse_buffers=True)
        start = time.perf_counter()
        step(task.rows, task.x, task.y)
        first = time.perf_counter()
        step(task.rows, task.x, task.y)
        times.append(2.0 * first - start - time.perf_counter())
    return {"time": times[1:]}  # the first one of all imports the compiler
