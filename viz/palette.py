"""Colours: themes, the two diverging scales, and the text colour that can be read on them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

FLOOR = 0.15  # the strength of the weakest number that is not zero
SPREAD = 30.0  # above this ratio of largest to smallest magnitude the scale is logarithmic
RANGE = 1e-12  # the smallest ε as a part of the largest magnitude


@dataclass(frozen=True)
class Theme:
    """The colours of one style; `value` and `signal` run from negative over zero to positive.

    >>> THEMES["light"].forward, THEMES["light"].backward
    ('#0B5FA5', '#C1272D')
    """

    name: str
    background: str
    panel: str
    ink: str
    faint: str
    border: str
    forward: str
    backward: str
    missing: str
    infinite: str
    value: tuple[str, ...]
    signal: tuple[str, ...]


def _anchors(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# ColorBrewer's PuOr, and its PiYG with the two palest colours a little stronger, so that every eye
# tells them from zero. The dark scales keep the hues and run from dark at zero to light ends.
THEMES = {
    "light": Theme(
        name="light",
        background="#FFFFFF",
        panel="#F3F4F6",
        ink="#111827",
        faint="#5B6472",
        border="#6B7280",
        forward="#0B5FA5",
        backward="#C1272D",
        missing="#D1D5DB",
        infinite="#FFE94A",
        value=_anchors(
            "#7F3B08 #B35806 #E08214 #FDB863 #FEE0B6 #F7F7F7 "
            "#D8DAEB #B2ABD2 #8073AC #542788 #2D004B"
        ),
        signal=_anchors(
            "#8E0152 #C51B7D #DE77AE #F1B6DA #FCDAEC #F7F7F7 "
            "#E1F3C8 #B8E186 #7FBC41 #4D9221 #276419"
        ),
    ),
    "dark": Theme(
        name="dark",
        background="#111827",
        panel="#1B2433",
        ink="#F3F4F6",
        faint="#A3ACBA",
        border="#7C8798",
        forward="#4393C3",
        backward="#D6604D",
        missing="#4B5563",
        infinite="#FFE94A",
        value=_anchors(
            "#FFE2B8 #FDB863 #E08214 #B35806 #6E3A0C #262B36 "
            "#3E3470 #5B4A9E #8073C4 #A99FE6 #CFC8FA"
        ),
        signal=_anchors(
            "#FFD3EA #F59BCB #DE5FA3 #B02A78 #6B1A4C #262B36 "
            "#2C4A24 #3F7426 #5FA034 #93CB5C #CDF0A6"
        ),
    ),
}


def theme_named(name: str) -> Theme:
    """The theme of that name.

    Raises ValueError for a name that is not there.

    >>> theme_named("dark").background
    '#111827'
    """
    if name not in THEMES:
        known = ", ".join(repr(each) for each in THEMES)
        raise ValueError(f"there is no theme {name!r}; the themes are {known}. Write theme='light'")
    return THEMES[name]


@dataclass(frozen=True)
class Scale:
    """From a number to its place t in [-1, 1] and its colour; symmetric about zero.

    Where magnitudes spread the place is sign(x)·(0.15 + 0.85·log1p(|x|/ε)/log1p(m/ε)), else
    sign(x)·(0.15 + 0.85·|x|/m), with m the largest magnitude; only an exact zero is at 0.

    >>> scale = Scale(peak=2.0, epsilon=None, colours=("#000000", "#808080", "#FFFFFF"))
    >>> scale.place(2.0), scale.place(-1.0), scale.place(0.0), scale.colour(2.0)
    (1.0, -0.575, 0.0, '#FFFFFF')
    """

    peak: float
    epsilon: float | None
    colours: tuple[str, ...]

    def strength(self, magnitude: float) -> float:
        """The place of a magnitude between the floor and 1; 0 for an exact zero."""
        if magnitude == 0 or self.peak == 0:
            return 0.0
        magnitude = min(magnitude, self.peak)
        if self.epsilon is None:
            part = magnitude / self.peak
        else:
            part = math.log1p(magnitude / self.epsilon) / math.log1p(self.peak / self.epsilon)
        return FLOOR + (1 - FLOOR) * part

    def place(self, x: float) -> float:
        """The place of a number in [-1, 1]; infinities are at the ends."""
        return math.copysign(1.0 if math.isinf(x) else self.strength(abs(x)), x) if x else 0.0

    def colour(self, x: float) -> str:
        """The fill of a number that is not NaN."""
        return blend(self.colours, self.place(x))

    def ticks(self) -> list[float]:
        """Numbers for the legend: zero, the largest magnitude, and decades or halves between."""
        if self.peak == 0:
            return [0.0]
        if self.epsilon is None:
            upper = [self.peak / 2, self.peak]
        else:
            upper = [*_decades(self.epsilon, self.peak), self.peak]
        return [-x for x in reversed(upper)] + [0.0] + upper


def _decades(epsilon: float, peak: float, most: int = 3) -> list[float]:
    """Up to `most` evenly spaced powers of ten from about ε to about the peak."""
    low, high = math.ceil(math.log10(epsilon)), math.floor(math.log10(peak / 1.5))
    step = max(1, math.ceil((high - low + 1) / most))
    powers = range(high, low - 1, -step)
    return [float(f"1e{power}") for power in reversed(powers)]


def fit(magnitudes: Iterable[float], colours: tuple[str, ...], seed: float = 0.0) -> Scale:
    """The scale for the magnitudes of one picture; zeros, infinities and NaN do not count.

    `seed` is a magnitude beside them that was given, not computed: it is on the scale, which is
    logarithmic, too, where it alone would push all others into the palest half.

    >>> fit([0.0, 1.0, 2.0], ()).epsilon, fit([1e-3, 2.0], ()).epsilon
    (None, 0.0001)
    >>> fit([0.1, 0.3], (), seed=1.0).epsilon, fit([0.1, 0.3], (), seed=0.5).epsilon
    (0.01, None)
    """
    finite = [x for x in magnitudes if 0 < x < math.inf]
    given = [seed] if 0 < seed < math.inf else []
    if not finite + given:
        return Scale(0.0, None, colours)
    low, peak = min(finite or given), max(finite + given)
    epsilon = max(low / 10, RANGE * peak)
    pale = bool(finite) and max(finite) < seed / 2
    spread = (pale or low < peak / SPREAD) and epsilon > 0
    return Scale(peak, epsilon if spread else None, colours)


def blend(colours: tuple[str, ...], place: float) -> str:
    """The colour at a place in [-1, 1] of evenly spaced colours.

    >>> blend(("#000000", "#202020", "#FFFFFF"), -0.5)
    '#101010'
    """
    at = (place + 1) / 2 * (len(colours) - 1)
    left = min(int(at), len(colours) - 2)
    pairs = zip(_rgb(colours[left]), _rgb(colours[left + 1]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * (at - left)):02X}" for a, b in pairs)


def ink_on(fill: str) -> str:
    """Black or white, whichever is read more easily on a fill; at least 4.5:1 on any.

    >>> ink_on("#FFFFFF"), ink_on("#2D004B")
    ('#000000', '#FFFFFF')
    """
    return "#000000" if luminance(fill) > 0.179 else "#FFFFFF"


def luminance(colour: str) -> float:
    """The relative luminance of WCAG 2, from 0 to 1.

    >>> luminance("#FFFFFF")
    1.0
    """
    red, green, blue = (_linear(part / 255) for part in _rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
