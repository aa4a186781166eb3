"""What the engine costs beside hand-written code and other engines, as ratios of times.

`python -m benchmarks [row ...] [--rounds N] [--check] [--list] [--peers DIR] [--save FILE]`
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.timing import Rounds, joined, restart_in_environment, room, stay_on_one_core

if TYPE_CHECKING:
    from benchmarks.limits import Limit
    from benchmarks.rows import Table

LEAST_ROUNDS = 7
REPEATS = 2
"""How often a row that falls short is measured again; its figures are medians of all rounds."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; with `--check`, 1 when a row falls short of its limits, else 0."""
    from benchmarks import report, rows  # import NumPy, so only after the restart
    from benchmarks.peers import Environment

    parser = parser_of_arguments()
    options = parser.parse_args(arguments)
    if options.rounds < LEAST_ROUNDS:
        parser.error(f"a median needs at least {LEAST_ROUNDS} rounds")
    try:
        environment = Environment(options.peers) if options.peers else None
        page = options.save.read_text(encoding="utf-8") if options.save else None
        if page is not None:
            report.saved(page, "benchmarks", "")  # what cannot be saved need not be measured
    except (OSError, ValueError) as error:
        parser.error(str(error))
    tables = rows.tables(environment)
    known = [name for table in tables for name in table.rows]
    unknown = [name for name in options.rows if name not in known]
    if unknown:
        parser.error(f"no row {', '.join(unknown)}; the rows are {', '.join(known)}")
    if options.list:
        for table in tables:
            print(f"{table.title}: {', '.join(table.rows)}\n    {table.about}")
        return 0

    run = Run(options.rounds, REPEATS if options.check else 0)
    beside = f" Beside {environment.versions()}." if environment else ""
    printed = [f"{report.machine()}; medians of {options.rounds} rounds, {room()}.{beside}"]
    print(printed[0], flush=True)
    for table in tables:
        for line in run.lines(table, [n for n in table.rows if n in (options.rows or known)]):
            print(line, flush=True)
            printed.append(line)
    printed.append(f"\nLoad average at the end, where 1 is this command alone: {report.load()}.")
    print(printed[-1])
    for line in environment.troubles if environment else []:
        print(line, file=sys.stderr)
    if page is not None:
        page = report.saved(page, "benchmarks", "\n".join(printed))
        options.save.write_text(page, encoding="utf-8")
    if options.check:
        for complaint in run.complaints:
            print(complaint, file=sys.stderr)
    return int(options.check and bool(run.complaints))


def parser_of_arguments() -> argparse.ArgumentParser:
    """What the command line may say."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Ratios of times, as Markdown tables."
    )
    parser.add_argument("rows", nargs="*", metavar="row", help="rows to measure (default: all)")
    parser.add_argument("--rounds", type=int, default=15, help="rounds per row (default: 15)")
    parser.add_argument("--check", action="store_true", help="exit 1 where a limit is not kept")
    parser.add_argument("--list", action="store_true", help="say what the rows are and stop")
    parser.add_argument(
        "--peers", type=Path, metavar="DIR", help="what `-m benchmarks.peers --build DIR` has made"
    )
    parser.add_argument("--save", type=Path, metavar="FILE", help="write into a Markdown page, too")
    return parser


class Run:
    """Rows being measured; `complaints` are about those that fall short of their limits."""

    def __init__(self, rounds: int, repeats: int) -> None:
        self.rounds = rounds
        self.repeats = repeats
        self.complaints: list[str] = []

    def lines(self, table: Table, names: Sequence[str]) -> Iterator[str]:
        """Some rows of a table, as Markdown, each as soon as it is there."""
        from benchmarks import limits, report

        if not names:
            return
        layout = report.Layout(table.columns, {n: limits.LIMITS.get(n, {}) for n in names})
        yield from ("", f"### {table.title}", "", table.about, "", *layout.head())
        for name in names:
            found = self.figures(table.rows[name], layout.limits[name])
            short = short_of(layout.limits[name], found)
            for figure in short:
                limit = layout.limits[name][figure]
                its = report.written(figure, found.get(figure, math.nan))
                bound = report.written(figure, limit.bound)
                self.complaints.append(
                    f"{name} falls short: {figure} is {its}, limit {limit.sign} {bound}"
                )
            yield layout.row(name, found, short)

    def figures(
        self, measure: Callable[[int], Rounds], limits: dict[str, Limit]
    ) -> dict[str, float]:
        """The medians of a row, of all rounds where it had to be measured again."""
        parts = [measure(self.rounds)]
        while len(parts) <= self.repeats and short_of(limits, medians(parts)):
            parts.append(measure(self.rounds))
        return medians(parts)


def medians(parts: list[Rounds]) -> dict[str, float]:
    """By figure the median of its rounds in all parts."""
    return {name: median(values) for name, values in joined(parts).items() if values}


def short_of(limits: dict[str, Limit], figures: dict[str, float]) -> list[str]:
    """The figures that do not keep their limits, or are missing."""
    return [name for name, limit in limits.items() if not limit.admits(figures.get(name, math.nan))]


if __name__ == "__main__":
    restart_in_environment()
    stay_on_one_core()
    sys.exit(main())
