"""The typeface of all pictures: shipped fonts, what they cover, and how the renderer finds them."""

from __future__ import annotations

import os
import struct
import sys
import unicodedata
import warnings
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from xml.sax.saxutils import escape

FACE = "DejaVu Sans"
# DejaVu Sans is among the widest faces, so text measured with it fits where another is used.
STACK = (
    "DejaVu Sans, Verdana, Segoe UI, Helvetica Neue, Arial, Noto Sans, Noto Sans CJK KR, sans-serif"
)
INVISIBLE = ("Cc", "Cf", "Cs", "Mn", "Zl", "Zp", "Zs")
SYSTEM_FONTS = {
    "darwin": ("/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts"),
    "win32": ("WINDOWSFONTDIR", "WINDOWSUSERFONTDIR"),
}
EAST_ASIAN = ("CJK", "HANGUL", "HIRAGANA", "KATAKANA", "BOPOMOFO")
_warned: set[str] = set()


def not_shipped(text: str) -> str:
    """The letters of a text that the shipped fonts lack, each once, in order of their numbers.

    >>> not_shipped("∂L/∂w × ∞"), not_shipped("가나가")
    ('', '가나')
    """
    return "".join(sorted(char for char in set(text) if not _shipped(char)))


def _shipped(char: str) -> bool:
    if char < "\x7f" or unicodedata.category(char) in INVISIBLE:
        return True
    return any(first <= ord(char) <= last for first, last in _ranges())


@cache
def _ranges() -> list[tuple[int, int]]:
    """The code points of the regular face: format 12 of its `cmap` table (OpenType 1.9)."""
    data = resources.files("viz").joinpath("fonts", "DejaVuSans.ttf").read_bytes()
    tables = {data[i : i + 4]: i for i in range(12, 12 + 16 * _uint(data, 4, "H"), 16)}
    cmap = _uint(data, tables[b"cmap"] + 8, "I")
    for i in range(_uint(data, cmap + 2, "H")):
        at = cmap + _uint(data, cmap + 8 + 8 * i, "I")
        if _uint(data, at, "H") == 12:
            groups = data[at + 16 : at + 16 + 12 * _uint(data, at + 12, "I")]
            return [(first, last) for first, last, _ in struct.iter_unpack(">III", groups)]
    raise RuntimeError("the shipped font has no format 12 character map")


def _uint(data: bytes, at: int, size: str) -> int:
    (found,) = struct.unpack_from(">" + size, data, at)
    return int(found)


def configuration(fonts: Path, cache_to: Path, environment: Mapping[str, str], wide: bool) -> str:
    """A fontconfig file that names the shipped fonts, and if `wide` the machine's fonts too.

    The shipped fonts alone make a picture the same on every machine, and need no search of the
    machine's fonts; these are only asked where the shipped ones lack a letter.
    """
    lines = [f"<dir>{escape(str(fonts))}</dir>"]
    if wide:
        lines += _machine_fonts(environment)
    lines.append(f"<cachedir>{escape(str(cache_to))}</cachedir>")
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n'
        f"<fontconfig>{''.join(lines)}</fontconfig>\n"
    )


def _machine_fonts(environment: Mapping[str, str]) -> list[str]:
    """The user's own fontconfig settings, else those and the folders of the system."""
    own = environment.get("FONTCONFIG_FILE")
    folder = environment.get("FONTCONFIG_PATH")
    if own or folder:
        files = [own or os.path.join(folder or "", "fonts.conf")]
        folders: Iterable[str] = ()
    else:
        files = ["/etc/fonts/fonts.conf"]
        folders = map(os.path.expanduser, SYSTEM_FONTS.get(sys.platform, ()))
    includes = [f'<include ignore_missing="yes">{escape(file)}</include>' for file in files]
    return includes + [f"<dir>{escape(folder)}</dir>" for folder in folders]


def warn_unseen(letters: str) -> None:
    """Warn once that no font has these letters and name a font that does.

    PNG and PDF show boxes in their place; SVG is drawn by the viewer with its own fonts.
    """
    fresh = "".join(char for char in letters if char not in _warned)
    if not fresh:
        return
    _warned.update(fresh)
    scripts = dict.fromkeys(_font_for(char) for char in fresh)
    shown = fresh if len(fresh) <= 12 else fresh[:12] + "…"
    warnings.warn(
        f"no installed font has the letters {shown}: PNG and PDF show boxes in their place. "
        f"Install {' and '.join(scripts)}, or save as .svg, which is not affected",
        UserWarning,
        stacklevel=2,
    )


def _font_for(char: str) -> str:
    script = unicodedata.name(char, "UNKNOWN").split()[0]
    if script in EAST_ASIAN:
        return "the font Noto Sans CJK (on Debian and Ubuntu: apt install fonts-noto-cjk)"
    if unicodedata.category(char) == "So":
        return "the font Noto Emoji or Symbola (on Debian and Ubuntu: apt install fonts-symbola)"
    name = script.capitalize()
    return f"the font Noto Sans {name} (on Debian and Ubuntu: apt install fonts-noto-core)"
