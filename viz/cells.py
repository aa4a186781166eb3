"""The captioned cells of a box: a number, a small table, a heatmap or statistics on its colour."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from viz.measure import as_numbers, real, statistics, tile
from viz.palette import Scale, Theme, ink_on
from viz.text import NO_SIGNAL, number, points

CAPTION, NUMBER, SMALL, MARK = 7, 10, 8, 6  # point sizes
CELL_WIDTH, CELL_HEIGHT = 52, 28  # of a scalar, whatever the number
ENTRY_WIDTH = 46  # of a number in a small table
STATISTICS_WIDTH = 76  # wide enough for "mean −1.235e−10"
Cells = NDArray[np.float64]
HEAT = 8  # side of a heatmap cell
STRIP = (5, 12)  # width and height of a cell of a vector


@dataclass(frozen=True)
class Look:
    """What all boxes of a picture share; a scale is None where that cell is not drawn.

    >>> from viz.palette import THEMES, fit
    >>> Look(THEMES["light"], fit([1.0], ("#000000", "#FFFFFF")), None, "LR", True).direction
    'LR'
    """

    theme: Theme
    value: Scale | None
    signal: Scale | None
    direction: str
    heatmaps: bool


class Size(NamedTuple):
    """The width of a cell in points, and the columns of the box it takes.

    >>> Size(52).span
    1
    """

    width: float
    span: int = 1


def cell_width(shape: tuple[int, ...], heatmaps: bool) -> float:
    """The width of the cell of a value; it follows from the shape, whatever the numbers.

    >>> cell_width((), True), cell_width((3, 2), True), cell_width((50, 80), True)
    (52, 102.0, 78.0)
    """
    if not shape:
        return CELL_WIDTH
    shown = tile(np.broadcast_to(0.0, shape))
    if not heatmaps:
        return STATISTICS_WIDTH
    columns = shown.cells.shape[1]
    if as_numbers(np.broadcast_to(0.0, shape)):
        return float(max(CELL_WIDTH, (ENTRY_WIDTH + 3) * columns + 4))
    note = points(shown.note, MARK) + 8
    wide = STRIP[0] if len(shown.cells) == 1 else HEAT
    return float(max(STATISTICS_WIDTH, round(note), wide * columns + 6))


def cell(caption: str, value: Any, scale: Scale, look: Look, size: Size) -> str:
    """One cell with its caption: the value of any shape, or the mark of no signal."""
    if value is None:
        return _td(size, look.theme.background, _plain(caption, NO_SIGNAL, look.theme.faint))
    if real(value).ndim == 0:
        fill = fill_of(float(value), scale, look.theme)
        return _td(size, fill, _plain(caption, number(float(value)), ink_on(fill)))
    return _td(size, look.theme.background, _tensor(caption, value, scale, look))


def fill_of(x: float, scale: Scale, theme: Theme) -> str:
    """The fill of any number; NaN has the grey of what is missing, infinities their own."""
    if math.isinf(x):
        return theme.infinite
    return theme.missing if math.isnan(x) else scale.colour(x)


def font(text: str, size: float, colour: str, bold: bool = False) -> str:
    """Text of an HTML-like label; the text is markup already.

    >>> font("x", 8, "#000000")
    '<FONT POINT-SIZE="8" COLOR="#000000">x</FONT>'
    """
    inner = f"<B>{text}</B>" if bold else text
    return f'<FONT POINT-SIZE="{size}" COLOR="{colour}">{inner}</FONT>'


def _td(size: Size, fill: str, inner: str) -> str:
    return (
        f'<TD COLSPAN="{size.span}" WIDTH="{size.width:g}" HEIGHT="{CELL_HEIGHT}" '
        f'CELLPADDING="2" BORDER="0" BGCOLOR="{fill}">{inner}</TD>'
    )


def _plain(caption: str, text: str, ink: str) -> str:
    """Caption over number; long numbers are smaller, so that all boxes have one size."""
    return font(caption, CAPTION, ink) + "<BR/>" + _fitted(text, CELL_WIDTH - 4, NUMBER, ink)


def _fitted(text: str, room: float, size: float, ink: str) -> str:
    """Text at a size, or at the size at which it fits."""
    fitting = math.floor(10 * room / points(text, 1)) / 10
    return font(text, min(size, fitting), ink)


def _tensor(caption: str, value: Any, scale: Scale, look: Look) -> str:
    """Caption over numbers, or over heatmap and statistics."""
    rows = [_row(font(caption, CAPTION, look.theme.faint))]
    shown = tile(value)
    if look.heatmaps and as_numbers(value):
        rows.append(_row(_numbers(shown.cells, scale, look.theme)))
        return _table(rows)
    if look.heatmaps and shown.cells.size:
        rows.append(_row(_heatmap(shown.cells, scale, look.theme)))
    if shown.note and (look.heatmaps or not shown.cells.size):
        rows.append(_row(font(shown.note, MARK, look.theme.faint)))
    lines = "<BR/>".join(f"{name} {number(x)}" for name, x in statistics(value))
    rows += [_row(font(lines, CAPTION, look.theme.ink))] if lines else []
    return _table(rows)


def _table(rows: list[str]) -> str:
    bare = 'BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1"'
    return f"<TABLE {bare}>{''.join(rows)}</TABLE>"


def _row(inner: str) -> str:
    return f"<TR><TD>{inner}</TD></TR>"


def _numbers(cells: Cells, scale: Scale, theme: Theme) -> str:
    """A table of numbers, each on its colour."""
    rows = []
    for row in cells:
        fills = [fill_of(float(x), scale, theme) for x in row]
        rows += ["<TR>"]
        rows += [
            f'<TD WIDTH="{ENTRY_WIDTH}" HEIGHT="13" BGCOLOR="{fill}">'
            f"{_fitted(number(float(x)), ENTRY_WIDTH - 2, SMALL, ink_on(fill))}</TD>"
            for x, fill in zip(row, fills, strict=True)
        ]
        rows += ["</TR>"]
    bare = 'BORDER="0" CELLBORDER="0" CELLSPACING="1" CELLPADDING="1"'
    return f"<TABLE {bare}>{''.join(rows)}</TABLE>"


def _heatmap(cells: Cells, scale: Scale, theme: Theme) -> str:
    """A grid of coloured squares, or of bars for a vector."""
    wide, high = STRIP if len(cells) == 1 else (HEAT, HEAT)
    size = f'FIXEDSIZE="TRUE" WIDTH="{wide}" HEIGHT="{high}"'
    rows = ("".join(_heat_cell(float(x), scale, theme, size) for x in row) for row in cells)
    body = "".join(f"<TR>{row}</TR>" for row in rows)
    whole = f'FIXEDSIZE="TRUE" WIDTH="{wide * cells.shape[1]}" HEIGHT="{high * len(cells)}"'
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" {whole}>{body}</TABLE>'


def _heat_cell(x: float, scale: Scale, theme: Theme, size: str) -> str:
    """A coloured square; zero, NaN and the infinities carry a mark besides."""
    fill = fill_of(x, scale, theme)
    mark = "N" if math.isnan(x) else "∞" if math.isinf(x) else "" if x else "·"
    inner = font(mark, MARK, ink_on(fill)) if mark else ""
    return f'<TD {size} CELLPADDING="0" BGCOLOR="{fill}">{inner}</TD>'
