"""Which line of the engine costs what: `python -m benchmarks.profile [row ...] [--save FILE]`.

Each function that a run calls is replaced by itself with two readings of the clock before each
line. The time between the two is what a reading costs at that place; the time from the second to
the next reading anywhere, less that, is the line's: medians of many. So the lines of a function
count for themselves, not for those that call it, and the way back from it for its last line. The
sum of all lines stands beside the time of a run without readings.
"""

from __future__ import annotations

import argparse
import ast
import builtins
import gc
import inspect
import linecache
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from statistics import median
from types import CodeType, FunctionType
from typing import Any, NamedTuple

from benchmarks.timing import restart_in_environment, sample, stay_on_one_core

RUNS = 300
WARM = 20
BATCH = 10_000
"""The length of the list of readings after some runs, about."""

OUTSIDE = -1
SHOWN = 24
PACKAGES = ("autograd", "nn", "benchmarks")
WRITTEN = "<"
"""How the names of texts begin that are no files."""


class Line(NamedTuple):
    """A line of source and what it costs in a run: how often it is met, and nanoseconds."""

    file: str
    number: int
    times: float
    cost: float

    @property
    def text(self) -> str:
        """The source."""
        return linecache.getline(self.file, self.number).strip()

    @property
    def place(self) -> str:
        """Where it stands."""
        if self.file.startswith(WRITTEN):
            return f"{self.file.partition('#')[0]}:{self.number}"
        (folder,) = (folder for folder in folders() if self.file.startswith(folder))
        return f"{Path(self.file).relative_to(Path(folder).parent)}:{self.number}"


@cache
def folders() -> tuple[str, ...]:
    """Where `PACKAGES` are."""
    specs = [find_spec(name) for name in PACKAGES]
    return tuple(str(Path(spec.origin).parent) for spec in specs if spec and spec.origin)


def watch_written_functions() -> None:
    """Keep the texts that are compiled from now on, each under a name of its own."""
    original = builtins.compile

    def keeping(source: Any, filename: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(source, str) and str(filename).startswith(WRITTEN):
            filename = f"{filename}#{len(linecache.cache)}"
            lines = source.splitlines(keepends=True)
            linecache.cache[filename] = len(source), None, lines, filename
        return original(source, filename, *args, **kwargs)

    builtins.compile = keeping  # type: ignore[assignment]


def lines_of(run: Callable[[], object], runs: int = RUNS) -> list[Line]:
    """The lines that a run passes, the most expensive one first."""
    run()
    marks: list[int] = []
    places: list[tuple[str, int]] = []
    builtins.__log__, builtins.__clock__ = marks.append, time.perf_counter_ns  # type: ignore[attr-defined]
    functions = functions_called(run)
    originals = [(f, f.__code__) for f in functions]
    try:
        for f, code in originals:
            f.__code__ = with_readings(code, places)
        intervals = intervals_of(run, marks, runs)
    finally:
        for f, code in originals:
            f.__code__ = code
        del builtins.__log__, builtins.__clock__  # type: ignore[attr-defined]
    done = len(intervals.pop(OUTSIDE)[0])
    found: dict[tuple[str, int], Line] = {}
    for number, (readings, costs) in intervals.items():
        place, times = places[number], len(costs) / done
        cost = max(0.0, median(costs) - median(readings)) * times
        other = found.get(place)  # a statement that stands on the line of another
        if other is not None:
            times, cost = max(times, other.times), cost + other.cost
        found[place] = Line(*place, times, cost)
    return sorted(found.values(), key=lambda line: -line.cost)


def intervals_of(
    run: Callable[[], object], marks: list[int], runs: int
) -> dict[int, tuple[list[int], list[int]]]:
    """By the number of a place the nanoseconds of a reading there and those up to the next one.

    Nothing else happens between the runs of a batch, so that they find the processor's caches as
    they left them.
    """
    intervals: dict[int, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for _ in range(WARM):
        marks.clear()
        run()
    per_batch = max(1, BATCH // len(marks))
    for _ in range(0, runs, per_batch):
        marks.clear()
        for _ in range(per_batch):
            run()
            marks += (OUTSIDE, time.perf_counter_ns()) * 2
        marks += (OUTSIDE, time.perf_counter_ns())
        lengths = [end - start for start, end in pairwise(marks[1::2])]
        for number, reading, line in zip(marks[::4], lengths[::2], lengths[1::2], strict=False):
            intervals[number][0].append(reading)
            intervals[number][1].append(line)
    return intervals


def functions_called(run: Callable[[], object]) -> list[FunctionType]:
    """The functions with known source that a run calls, but no generators."""
    codes: set[CodeType] = set()

    def note(frame: Any, event: str, _: Any) -> None:
        if event == "call":
            codes.add(frame.f_code)

    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(None)
    chosen = {
        code
        for code in codes
        if not code.co_flags & inspect.CO_GENERATOR and known(code.co_filename)
    }
    return [x for x in gc.get_objects() if isinstance(x, FunctionType) and x.__code__ in chosen]


def known(file: str) -> bool:
    """Whether it is the engine's, or was written by it, and its source is there."""
    return file.startswith(folders()) or (file.startswith(WRITTEN) and file in linecache.cache)


def with_readings(code: CodeType, places: list[tuple[str, int]]) -> CodeType:
    """The same function, with a reading before each line; `places` gets what the numbers mean."""
    tree = ast.parse("".join(linecache.getlines(code.co_filename)))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == code.co_name:
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            if first == code.co_firstlineno:
                put_readings(node, code.co_filename, places)
    ast.fix_missing_locations(tree)
    return next(
        inner
        for inner in codes_in(compile(tree, code.co_filename, "exec", dont_inherit=True))
        if (inner.co_qualname, inner.co_firstlineno) == (code.co_qualname, code.co_firstlineno)
    )


def put_readings(node: ast.AST, file: str, places: list[tuple[str, int]]) -> None:
    """Put a reading before each statement, at any depth but in functions inside."""
    for name in ("body", "orelse", "finalbody", "handlers"):
        statements = getattr(node, name, None)
        if not isinstance(statements, list):
            continue
        result = []
        for statement in statements:
            if isinstance(statement, ast.stmt) and not documents(statement):
                text = f"__log__({len(places)}); __log__(__clock__());" * 2
                readings = ast.parse(text).body
                for each in readings:
                    ast.copy_location(each, statement)
                    ast.fix_missing_locations(each)
                result += readings
                places.append((file, statement.lineno))
            result.append(statement)
            if not isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
                put_readings(statement, file, places)
        setattr(node, name, result)


def documents(statement: ast.stmt) -> bool:
    """Whether it is a docstring."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def codes_in(code: CodeType) -> Iterator[CodeType]:
    """All code objects inside."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from codes_in(constant)


def shown(row: str, run: Callable[[], object]) -> Iterator[str]:
    """The most expensive lines of a row's run in Markdown."""
    collected = median(sample(run, RUNS) for _ in range(7)) * 1e6
    gc.disable()
    try:
        whole = median(sample(run, RUNS) for _ in range(7)) * 1e6
        found = lines_of(run)
    finally:
        gc.enable()
    total = sum(line.cost for line in found)
    by_file: Counter[str] = Counter()
    for line in found:
        by_file[line.place.rpartition(":")[0]] += line.cost
    yield f"### {row}"
    yield ""
    yield (
        f"A run takes {collected:.1f} µs, {whole:.1f} µs where the garbage collector is off. Its "
        f"lines, one by one, take {total / 1e3:.1f} µs: between two readings the processor cannot "
        "overlap them with their neighbours. The shares are of this sum, the nanoseconds those "
        "shares of a run."
    )
    yield ""
    yield "| share | ns a run | times | where | line |"
    yield "| ----: | -------: | ----: | ----- | ---- |"
    for line in found[:SHOWN]:
        share = line.cost / total
        where, text = (text.replace("|", "\\|") for text in (line.place, line.text))
        yield (
            f"| {share:.1%} | {share * whole * 1e3:.0f} | {line.times:.0f} | `{where}` | `{text}` |"
        )
    yield ""
    parts = (f"{name} {cost / total:.0%}" for name, cost in by_file.most_common(8))
    yield f"By file: {', '.join(parts)}."
    yield ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print, and perhaps save, the profiles of the eager contestants of some rows."""
    from benchmarks import networks, problems, report

    runs = {"scalar": (1, problems.SCALAR_SIZES), **problems.TENSOR_NETWORKS}
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profile")
    parser.add_argument("rows", nargs="*", metavar="row", help=f"of {', '.join(runs)}")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write into a Markdown page, too")
    options = parser.parse_args(arguments)
    rows = options.rows or ["scalar", "4x2-4-1"]
    if unknown := set(rows) - set(runs):
        parser.error(f"no row {', '.join(sorted(unknown))}; the rows are {', '.join(runs)}")
    printed = [f"{report.machine()}.", ""]
    for row in rows:
        task = problems.problem(*runs[row])
        if row == "scalar":
            eager = networks.eager_scalars(task)
        else:
            eager = networks.eager(networks.with_functions, task, task.rows)
        printed += shown(row, eager.run)
    print("\n".join(printed))
    if options.save:
        page = options.save.read_text(encoding="utf-8")
        page = report.saved(page, "benchmarks.profile", "\n".join(printed))
        options.save.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    restart_in_environment()
    stay_on_one_core()
    watch_written_functions()
    sys.exit(main())
