"""One node as an HTML-like label: operand ports, header, value cell and signal cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from viz.cells import CAPTION, CELL_WIDTH, SMALL, Look, Size, cell, cell_width, font
from viz.text import markup, shape_text, shorten

UNORDERED = frozenset(
    {"add", "multiply", "maximum", "minimum", "logical_and", "logical_or", "equal", "not_equal"}
)
LABEL_LIMIT = 30
HEADER = 11  # points
SPACING = 3


def box(attributes: Mapping[str, Any], tag: str, ports: int, look: Look) -> str:
    """The label of a node: `tag` is its id as text, `ports` how many entrances it has."""
    kind = attributes.get("kind", "op")
    cells = _cells(attributes, look)
    body = [f'<TR><TD COLSPAN="2" CELLPADDING="1">{_header(attributes, tag, look)}</TD></TR>']
    if cells:
        body.append(f"<TR>{cells}</TR>")
    style = {"leaf": 'BORDER="2"', "constant": 'BORDER="1" STYLE="ROUNDED,DASHED"'}
    frame = style.get(kind, 'BORDER="1" STYLE="ROUNDED"')
    inner = _with_ports(body, ports, look) if ports else "".join(body)
    colours = f'COLOR="{look.theme.border}" BGCOLOR="{look.theme.panel}"'
    spaces = f'CELLBORDER="0" CELLSPACING="{SPACING}" CELLPADDING="0"'
    return f"<TABLE {frame} {colours} {spaces}>{inner}</TABLE>"


def chip(attributes: Mapping[str, Any], tag: str, look: Look) -> str:
    """The small link box that stands for a node drawn elsewhere."""
    name = markup(shorten(_lines(attributes)[0], 14))
    text = f"↗ {name} {font(tag, CAPTION, look.theme.faint)}"
    colours = f'COLOR="{look.theme.border}" BGCOLOR="{look.theme.background}"'
    return (
        f'<TABLE BORDER="1" STYLE="ROUNDED,DOTTED" {colours} CELLBORDER="0" CELLPADDING="2">'
        f"<TR><TD>{font(text, SMALL, look.theme.ink)}</TD></TR></TABLE>"
    )


def _lines(attributes: Mapping[str, Any]) -> list[str]:
    return str(attributes.get("label") or attributes.get("kind") or "node").split("\n")


def ordered(attributes: Mapping[str, Any]) -> bool:
    """Whether exchanging the operands of a node changes it.

    >>> ordered({"op": "subtract"}), ordered({"op": "add"})
    (True, False)
    """
    return attributes.get("op") not in UNORDERED


def _header(attributes: Mapping[str, Any], tag: str, look: Look) -> str:
    """Name in bold, then op and shape, and the id at the right."""
    theme = look.theme
    first, *rest = _lines(attributes)
    parts = [font(markup(shorten(first, LABEL_LIMIT)), HEADER, theme.ink, bold=True)]
    parts += [font(markup(shorten(line, LABEL_LIMIT)), SMALL, theme.faint) for line in rest]
    shape = tuple(attributes.get("shape") or ())
    if shape:
        parts.append(font(shape_text(shape), SMALL, theme.faint))
    parts += [font(tag, CAPTION, theme.faint)] if tag else []
    return font("&#160;&#160;", SMALL, theme.faint).join(parts)


def _cells(attributes: Mapping[str, Any], look: Look) -> str:
    shown = [
        (caption, attributes.get(caption), scale)
        for caption, scale in (("value", look.value), ("signal", look.signal))
        if scale is not None
    ]
    sizes = _sizes(attributes, look)
    if len(shown) == 1:  # as wide as both, so that boxes stay where they are
        whole = Size(sizes["value"].width + sizes["signal"].width + SPACING, span=2)
        sizes = dict.fromkeys(sizes, whole)
    return "".join(cell(caption, x, scale, look, sizes[caption]) for caption, x, scale in shown)


def _sizes(attributes: Mapping[str, Any], look: Look) -> dict[str, Size]:
    wide = cell_width(tuple(attributes.get("shape") or ()), look.heatmaps)
    constant = attributes.get("kind") == "constant"
    return {"value": Size(wide), "signal": Size(CELL_WIDTH if constant else wide)}


def _with_ports(body: list[str], ports: int, look: Look) -> str:
    """Numbered entrances on the side that the operands come from."""
    entrances = [
        f'<TD PORT="i{i}" CELLPADDING="1">'
        f"{font(str(i + 1), CAPTION, look.theme.ink, bold=True)}</TD>"
        for i in range(ports)
    ]
    table = '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">'
    if look.direction == "LR":
        stack = f"{table}{''.join(f'<TR>{each}</TR>' for each in entrances)}</TABLE>"
        first = f'<TR><TD ROWSPAN="{len(body)}">{stack}</TD>'
        return first + "".join(body).removeprefix("<TR>")
    apart = '<TD WIDTH="24"></TD>'
    row = f"{table}<TR>{apart.join(entrances)}</TR></TABLE>"
    return f'<TR><TD COLSPAN="2">{row}</TD></TR>' + "".join(body)
