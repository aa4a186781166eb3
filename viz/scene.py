"""What a picture shows before it has a place: boxes and arrows, and the options they follow."""

from __future__ import annotations

from dataclasses import dataclass

from viz.palette import Theme, theme_named


@dataclass(frozen=True)
class Box:
    """One box: its name in DOT, its label, its tooltip and the scope it is grouped by.

    >>> Box("n0", "<B>x</B>", "x", ("layers", "0")).scope[-1]
    '0'
    """

    key: str
    html: str
    tip: str
    scope: tuple[str, ...]


@dataclass(frozen=True)
class Arrow:
    """One use of an operand; `back` is what flows back in lines of text, None where nothing does.

    >>> Arrow("e0", "n0", "n1", None, ("0.5",), 1.0, "", "").back
    ('0.5',)
    """

    key: str
    tail: str
    head: str
    port: str | None
    back: tuple[str, ...] | None
    width: float
    tip: str
    back_tip: str


@dataclass(frozen=True)
class Scene:
    """The parts of one picture; `room` is the rows and columns kept free for an arrow's text.

    >>> Scene((), (), "", "", "LR", theme_named("light"), None).direction
    'LR'
    """

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    legend: str
    title: str
    direction: str
    theme: Theme
    room: tuple[int, int] | None

    def words(self) -> str:
        """All text that is drawn, markup included."""
        return "".join([*(box.html for box in self.boxes), self.legend, self.title])


@dataclass(frozen=True)
class Options:
    """How a picture is to be drawn; checked when made.

    >>> Options(direction="LR").theme
    'light'
    """

    values: bool = True
    signals: bool = True
    direction: str | None = None
    title: str | None = None
    theme: str = "light"

    def __post_init__(self) -> None:
        """Raise ValueError for a direction or theme that is not there, TypeError for a title."""
        theme_named(self.theme)
        if not isinstance(self.title, str | None):
            kind = type(self.title).__name__
            raise TypeError(f"a title is a text or None, not {kind}. Write title=str(...)")
        if self.direction not in (None, "LR", "TB"):
            raise ValueError(
                f"there is no direction {self.direction!r}. Write direction='LR' (left to right), "
                "'TB' (top to bottom) or None (chosen by the graph)"
            )
