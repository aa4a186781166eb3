"""The tables in Markdown, that can be read unrendered, and the machine they hold for."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.limits import Limit

NUMBER = 7
"""The letters of a figure."""

SECONDS = {"time", "NumPy", "straight-line floats"}
BEGIN, END = "<!-- begin: python -m {} -->", "<!-- end -->"


def written(column: str, figure: float) -> str:
    """A figure as its column shows it: seconds, bytes, or a ratio."""
    if column in SECONDS:
        return seconds(figure)
    if column == "memory":
        return f"{figure:.0f} B"
    return f"{figure:.2f}" if figure < 10.0 else f"{figure:#.3g}".rstrip(".")


def seconds(time: float) -> str:
    """A duration at three significant digits, in the unit that suits it."""
    units = {"s": 1.0, "ms": 1e-3, "µs": 1e-6, "ns": 1e-9}
    name = next((name for name, size in units.items() if time >= 0.9995 * size), "ns")
    return f"{time / units[name]:#.3g} {name}".replace(". ", " ")


def limits_in_words(limits: Mapping[str, Limit]) -> str:
    """All limits of a row."""
    return ", ".join(
        f"{name} {limit.sign} {written(name, limit.bound)}" for name, limit in limits.items()
    )


class Layout:
    """A Markdown table that can be printed row by row: the widths follow from what is known."""

    def __init__(self, columns: Sequence[str], limits: Mapping[str, Mapping[str, Limit]]) -> None:
        self.columns = columns
        self.limits = limits
        names = max(map(len, ("row", *limits)))
        words = max(len(text) for text in ("limits", *map(limits_in_words, limits.values())))
        self.sizes = [names, *(max(NUMBER, len(column)) for column in columns), words, 2]

    def head(self) -> list[str]:
        """The headings, and the rule below them."""
        words = ["-" * size for size in self.sizes]
        rule = [words[0], *(f"{dashes[:-1]}:" for dashes in words[1:-2]), *words[-2:]]
        return [self.line(["row", *self.columns, "limits", "ok"]), self.line(rule)]

    def row(self, name: str, figures: Mapping[str, float], short: Sequence[str]) -> str:
        """A row, with the figures that are there and those that fall short."""
        shown = [written(c, figures[c]) if c in figures else "" for c in self.columns]
        limits = self.limits[name]
        verdict = f"NO: {', '.join(short)}" if short else "yes" if limits else ""
        return self.line([name, *shown, limits_in_words(limits), verdict])

    def line(self, cells: Sequence[str]) -> str:
        """Cells padded; numbers stand to the right."""
        last = len(cells) - 2
        padded = [
            cell.rjust(size) if 0 < i < last else cell.ljust(size)
            for i, (cell, size) in enumerate(zip(cells, self.sizes, strict=True))
        ]
        return f"| {' | '.join(padded)} |"


def machine() -> str:
    """What the figures depend on."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return (
        f"{processor()}, {os.cpu_count()} cores; {platform.system()} {platform.machine()}, "
        f"{python}, NumPy {np.__version__}, {blas['name']} {blas['version']}"
    )


def processor() -> str:
    """The name of the processor, where the system tells it."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "an unknown processor"


def load() -> str:
    """What else the machine has done in the last minutes, where the system tells it."""
    if not hasattr(os, "getloadavg"):
        return "unknown"
    return "{:.1f} of 1, {:.1f} of 5, {:.1f} of 15 minutes".format(*os.getloadavg())


def saved(page: str, command: str, report: str) -> str:
    """The page with the report in place of what stands between the two marks of a command.

    Raises ValueError for a page without the marks.
    """
    mark = BEGIN.format(command)
    before, begin, rest = page.partition(mark)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"no place for the report; write {mark} and {END} on lines of their own")
    return f"{before}{mark}\n\n{report.strip()}\n\n{END}{after}"
