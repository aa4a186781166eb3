"""Words and numbers as they stand in a picture: four significant digits, safe, short."""

from __future__ import annotations

import html
import math
import unicodedata

DIGITS = 4
NO_SIGNAL = "—"


def number(x: float | None) -> str:
    """A number at four significant digits; None, NaN and infinities have marks of their own.

    >>> number(-0.46211715), number(1.5e-9), number(float("inf")), number(None)
    ('−0.4621', '1.5e−9', '+∞', '—')
    """
    if x is None:
        return NO_SIGNAL
    x = float(x)
    if math.isnan(x):
        return "NaN"
    if math.isinf(x):
        return "+∞" if x > 0 else "−∞"
    if x == 0:
        return "0"
    mantissa, _, exponent = f"{x:.{DIGITS}g}".partition("e")
    text = f"{mantissa}e{int(exponent)}" if exponent else mantissa
    return text.replace("-", "−")


def shape_text(shape: tuple[int, ...]) -> str:
    """The shape of a tensor with multiplication signs.

    >>> shape_text((16, 4)), shape_text((3,)), shape_text(())
    ('16×4', '3', 'scalar')
    """
    return "×".join(str(length) for length in shape) or "scalar"


def printable(text: str) -> str:
    """The text on one line, with what cannot be drawn replaced by a visible sign.

    >>> printable("two\\nlines")
    'two⏎lines'
    """
    return text if text.isprintable() else "".join(_visible(char) for char in text)


def _visible(char: str) -> str:
    if char in "\n\r\u2028\u2029":
        return "⏎"
    if char == "\t":
        return " "
    return "\ufffd" if _undrawable(char) else char


def _undrawable(char: str) -> bool:
    """Control characters, lone surrogates and the two code points that XML forbids."""
    return unicodedata.category(char) in ("Cc", "Cs") or char in "\ufffe\uffff"


def width(text: str) -> int:
    """Columns of a text in a fixed-width face: East Asian wide letters count two.

    >>> width("abc"), width("한국")
    (3, 4)
    """
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


# Widths in DejaVu Sans as parts of the point size; letters that are not here count 0.65.
ADVANCES = dict.fromkeys("0123456789", 0.637) | dict.fromkeys("−+=×", 0.838)
ADVANCES |= {".": 0.318, "e": 0.616, "∞": 0.834, "N": 0.749, "a": 0.613, "—": 1.0, " ": 0.318}


def points(text: str, size: float) -> float:
    """The width of a number in points, at a point size.

    >>> round(points("−0.5", 10), 2)
    24.3
    """
    return size * sum(ADVANCES.get(char, 0.65) for char in text)


def shorten(text: str, limit: int = 24) -> str:
    """The beginning and the end of a long text around an ellipsis.

    >>> shorten("layers.0.weight"), shorten("x" * 30 + "_end", 12)
    ('layers.0.weight', 'xxxxxxx…_end')
    """
    if width(text) <= limit:
        return text
    room = limit - 1
    tail = _fitting(text[::-1], room // 3 + room % 3 // 2)[::-1]
    return _fitting(text, room - width(tail)) + "…" + tail


def _fitting(text: str, room: int) -> str:
    """The longest beginning of a text that fits in `room` columns."""
    kept: list[str] = []
    for char in text:
        room -= width(char)
        if room < 0:
            break
        kept.append(char)
    return "".join(kept)


def markup(text: str) -> str:
    """The text as it may stand inside an HTML-like label: one line, markup escaped.

    Backslashes are doubled because Graphviz puts a node's name in place of `\\N`, and the like.

    >>> markup('a<b & "c"')
    'a&lt;b &amp; &quot;c&quot;'
    """
    return html.escape(printable(text), quote=True).replace("\\", "\\\\")


def tooltip(text: str) -> str:
    """The text as it may stand in a tooltip: its lines are kept, nothing is shortened.

    >>> tooltip("w\\x00")
    'w\ufffd'
    """
    return "\n".join(printable(line) for line in text.split("\n"))
