"""`python -m benchmarks [row ...] [--rounds N] [--check] [--list]`."""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Sequence

from benchmarks.timing import restart_in_environment

LEAST_ROUNDS = 7
COLUMNS = "<<>>>>^", (18, 17, 8, 8, 8, 8, 3)
RULE = [
    "-" * (size - 1) + ":" if align == ">" else "-" * size
    for align, size in zip(*COLUMNS, strict=True)
]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; with `--check`, 1 when a row falls short of its limit, else 0."""
    from benchmarks.rows import LIMITS, ROWS  # imports NumPy, so only after the restart

    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="row", help="rows to measure (default: all)")
    parser.add_argument("--rounds", type=int, default=15, help="rounds per row (default: 15)")
    parser.add_argument("--check", action="store_true", help="exit 1 where a limit is not kept")
    parser.add_argument("--list", action="store_true", help="say what the rows are and stop")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.rows if name not in ROWS]
    if unknown:
        parser.error(f"no row {', '.join(unknown)}; the rows are {', '.join(ROWS)}")
    if options.rounds < LEAST_ROUNDS:
        parser.error(f"a median needs at least {LEAST_ROUNDS} rounds")
    names = options.rows or list(ROWS)

    if options.list:
        for name in names:
            beside = f"; hand: {ROWS[name].beside}" if ROWS[name].beside else ""
            print(f"{name:<20} {ROWS[name].about}{beside}")
        return 0

    print(f"{machine()}; medians of {options.rounds} rounds, one thread.\n")
    print(line("row", "by hand", "time", "engine", "ratio", "limit", "ok"))
    print(line(*RULE))
    short = []
    for name in names:
        row, limit = ROWS[name], LIMITS.get(name)
        measured = row.measure(options.rounds)
        ok = limit is None or limit.admits(measured.figure)
        figure = f"{measured.figure:.2f} {measured.unit}"
        ratio = figure if measured.unit == "×" else ""
        bound = f"{limit} {measured.unit}" if limit else ""
        verdict = "" if limit is None else "yes" if ok else "NO"
        cells = name, row.beside, measured.hand, measured.engine, ratio, bound, verdict
        print(line(*cells), flush=True)
        if not ok:
            short.append(f"{name} falls short: {figure}, limit {bound}")
    if options.check:
        for complaint in short:
            print(complaint, file=sys.stderr)
        return int(bool(short))
    return 0


def line(*cells: str) -> str:
    """One line of the Markdown table, padded so that it can be read unrendered."""
    padded = (f"{cell:{align}{size}}" for cell, align, size in zip(cells, *COLUMNS, strict=True))
    return f"| {' | '.join(padded)} |"


def machine() -> str:
    """What the figures depend on."""
    import numpy as np

    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{python}, NumPy {np.__version__}, {platform.system()} {platform.machine()}"


if __name__ == "__main__":
    restart_in_environment()
    sys.exit(main())
