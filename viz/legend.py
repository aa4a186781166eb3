"""The legend: what the colours, numbers, marks, arrows and frames of this picture mean."""

from __future__ import annotations

import math
from dataclasses import dataclass

from viz.cells import Look, fill_of, font
from viz.palette import Scale, Theme, ink_on
from viz.text import number

SIZE = 8


@dataclass(frozen=True)
class Facts:
    """What occurs in a picture, so that its legend says no more than it needs.

    >>> Facts(root="L").tensors
    False
    """

    root: str
    tensors: bool = False
    reduced: bool = False
    backward: bool = False
    factors: bool = False
    ordered: bool = False
    linked: bool = False
    labelled: bool = True
    kinds: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()
    widest: float = 0.0
    infinite: bool = False


def legend(facts: Facts, look: Look) -> str:
    """The legend as an HTML-like label.

    >>> from viz.palette import THEMES, fit
    >>> look = Look(THEMES["light"], fit([2.5], THEMES["light"].value), None, "LR", True)
    >>> "2.5" in legend(Facts(root="L"), look)
    True
    """
    rows = []
    if look.value:
        rows.append(_scale_row("value", "computed forward", look.value, look, facts))
    if look.signal:
        rows.append(_scale_row("signal", f"∂{facts.root}/∂node", look.signal, look, facts))
    rows.append(_text_row("arrows", _arrows(facts, look), look))
    rows.append(_text_row("boxes", [_plain(_boxes(facts), look)], look))
    marks = _marks(facts)
    if marks:
        rows.append(_text_row("marks", [_plain(marks, look)], look))
    return (
        f'<TABLE BORDER="1" STYLE="ROUNDED" COLOR="{look.theme.missing}" '
        f'BGCOLOR="{look.theme.background}" CELLBORDER="0" CELLSPACING="1" CELLPADDING="2">'
        f"{''.join(rows)}</TABLE>"
    )


def _scale_row(caption: str, meaning: str, scale: Scale, look: Look, facts: Facts) -> str:
    ticks = [*scale.ticks(), *([math.inf] if facts.infinite else [])]
    swatches = "".join(_swatch(x, scale, look.theme) for x in ticks)
    bare = 'BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="2"'
    table = f"<TABLE {bare}><TR>{swatches}</TR></TABLE>"
    if scale.epsilon is None:
        note = f"linear, max |·| = {number(scale.peak)}"
    else:
        note = f"logarithmic, ε = {number(scale.epsilon)}, max |·| = {number(scale.peak)}"
    words = _plain(meaning, look) + '<BR ALIGN="LEFT"/>' + _plain(note, look)
    return (
        f'<TR>{_name(caption, look)}<TD ALIGN="LEFT">{table}</TD>'
        f'<TD ALIGN="LEFT" BALIGN="LEFT">{words}</TD></TR>'
    )


def _swatch(x: float, scale: Scale, theme: Theme) -> str:
    fill = fill_of(x, scale, theme)
    text = "±∞" if math.isinf(x) else number(x)
    return f'<TD WIDTH="30" BGCOLOR="{fill}">{font(text, 7, ink_on(fill))}</TD>'


def _text_row(caption: str, lines: list[str], look: Look) -> str:
    text = '<BR ALIGN="LEFT"/>'.join(lines)
    return f'<TR>{_name(caption, look)}<TD COLSPAN="2" ALIGN="LEFT" BALIGN="LEFT">{text}</TD></TR>'


def _name(caption: str, look: Look) -> str:
    return f'<TD ALIGN="RIGHT">{font(caption, SIZE, look.theme.ink, bold=True)}</TD>'


def _plain(text: str, look: Look) -> str:
    return font(text, SIZE, look.theme.ink)


def _arrows(facts: Facts, look: Look) -> list[str]:
    lines = [
        font("⟶", SIZE + 2, look.theme.forward, bold=True)
        + _plain(" forward: the operand’s value enters the operation", look)
    ]
    if facts.backward:
        meaning = " backward: contribution to the operand’s signal"
        meaning += " = signal × local derivative" if facts.factors else ""
        meaning += " (of a tensor: its peak, the entry of largest size)" if facts.tensors else ""
        sum_up = "a node’s signal is the sum of the contributions that reach it"
        widths = f"thicker = larger, up to {number(facts.widest)}" if facts.widest else ""
        hover = "" if facts.labelled else "the numbers are in the arrows’ tooltips"
        lines.append(font("◀╍╍", SIZE, look.theme.backward) + _plain(meaning, look))
        lines.append(_plain("; ".join(part for part in (sum_up, widths, hover) if part), look))
    return lines


def _boxes(facts: Facts) -> str:
    frames = {
        "leaf": "thick frame: input or parameter",
        "op": "rounded: operation",
        "constant": "dashed: constant",
    }
    parts = [text for kind, text in frames.items() if kind in facts.kinds]
    parts.append("#n: order of computation")
    if facts.ordered:
        parts.append("1, 2 …: operand order")
    if facts.linked:
        parts.append("↗ link to the box of that number")
    return " · ".join(parts)


def _marks(facts: Facts) -> str:
    meanings = {
        "—": "— no signal",
        "0": "0 exactly zero",
        "NaN": "NaN not a number",
        "∞": "±∞ infinite",
    }
    parts = [text for mark, text in meanings.items() if mark in facts.marks]
    if facts.tensors:
        parts.append("in heatmaps: · zero, N not a number, ∞ infinite")
    if facts.reduced:
        parts.append("blocks show their peak")
    return " · ".join(parts)
