"""The diagram: what `draw` returns, and how it becomes SVG, PNG, PDF or DOT."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import networkx as nx

from autograd import Node
from viz.compose import compose
from viz.dot import free, pinned
from viz.engine import Engine, Job
from viz.graph import build
from viz.layout import arrange
from viz.places import Places
from viz.scene import Options
from viz.svg import finish

TIME_LIMIT = 30.0  # seconds
DPI, LEAST_DPI = 192, 24
MOST_PIXELS = 10e6  # of the whole picture
LONGEST_SIDE = 32_000  # pixels; the renderer cannot do more than 32 767


class Diagram:
    """A picture of a computational graph; it is laid out when it is first needed.

    `graph` is the networkx graph it shows, `time_limit` the seconds a layout may take.

    >>> from autograd import Node
    >>> draw(Node(3.0, name="x") * 2.0).to_svg()[:5]
    '<?xml'
    """

    def __init__(self, graph: nx.MultiDiGraph, options: Options) -> None:
        """A diagram of a graph made by `to_networkx`; `draw` is the usual way to get one."""
        self.graph = graph
        self.time_limit = TIME_LIMIT
        self._scene = compose(graph, options)

    def to_dot(self) -> str:
        """The picture as DOT text, without places; needs no layout engine.

        >>> from autograd import Node
        >>> draw(Node(3.0)).to_dot().splitlines()[0]
        'digraph backprop {'
        """
        return free(self._scene)

    def to_svg(self) -> str:
        """The picture as SVG text. Raises TimeoutError and RuntimeError as the layout does.

        >>> from autograd import Node
        >>> "</svg>" in draw(Node(3.0)).to_svg()
        True
        """
        return finish(self._render("svg").decode("utf-8"), self._scene)

    def to_png(self) -> bytes:
        """The picture as the bytes of a PNG file, at 192 dpi where the size allows.

        >>> from autograd import Node
        >>> draw(Node(3.0)).to_png()[1:4]
        b'PNG'
        """
        width, height = (1 + side / 72 for side in self._places.page.size())
        fitting = min((MOST_PIXELS / (width * height)) ** 0.5, LONGEST_SIDE / max(width, height))
        return self._render("png", max(LEAST_DPI, min(DPI, int(fitting))))

    def to_pdf(self) -> bytes:
        """The picture as the bytes of a PDF file.

        >>> from autograd import Node
        >>> draw(Node(3.0)).to_pdf()[:4]
        b'%PDF'
        """
        return self._render("pdf")

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture in the format of the extension (svg, png, pdf, dot); return the path.

        The file appears whole or not at all. Raises ValueError for another extension.

        >>> import tempfile
        >>> from autograd import Node
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     draw(Node(3.0)).save(folder + "/graph.svg").name
        'graph.svg'
        """
        path = Path(path)
        writers: dict[str, Callable[[], str | bytes]] = {
            ".svg": self.to_svg,
            ".png": self.to_png,
            ".pdf": self.to_pdf,
            ".dot": self.to_dot,
        }
        if path.suffix.lower() not in writers:
            raise ValueError(
                f"the extension {path.suffix!r} of {path.name!r} names no known format. "
                f"Write a name that ends in {', '.join(writers)}"
            )
        data = writers[path.suffix.lower()]()
        _write_whole(path, data.encode("utf-8") if isinstance(data, str) else data)
        return path

    def _repr_svg_(self) -> str:
        """The picture in a notebook."""
        return self.to_svg()

    @cached_property
    def _engine_words(self) -> str:
        return self._scene.words()

    @cached_property
    def _places(self) -> Places:
        return arrange(self._scene, self._engine())

    def _engine(self) -> Engine:
        return Engine(self._engine_words, self.time_limit)

    def _render(self, kind: str, dpi: int | None = None) -> bytes:
        source = pinned(self._scene, self._places, dpi)
        (answer,) = self._engine().run([Job(source, "nop2", kind)])
        return answer


def draw(
    root: Node | nx.MultiDiGraph,
    *,
    seed: Any = None,
    values: bool = True,
    signals: bool = True,
    direction: str | None = None,
    title: str | None = None,
    theme: str = "light",
) -> Diagram:
    """A diagram of the graph under a root, or of a graph of `to_networkx`, edited or not.

    Each box shows the forward value and the backward signal, `autograd.signals(root, seed=seed)`;
    nothing is written back. `direction` is 'LR', 'TB' or None (left to right for scalar graphs of
    up to 60 nodes), `theme` 'light' or 'dark'. Raises what `to_networkx` raises, ValueError for a
    direction or theme that is not there, and TypeError for a title that is no text.

    >>> from autograd import Node
    >>> diagram = draw(Node(3.0, name="x") * 2.0, title="twice x")
    >>> len(diagram.graph)
    3
    """
    options = Options(values, signals, direction, title, theme)
    if isinstance(root, nx.MultiDiGraph):
        if seed is not None:
            raise ValueError(
                "a seed was given with a finished graph, whose signals are there already. "
                "Write viz.to_networkx(root, seed) and draw that"
            )
        return Diagram(root, options)
    return Diagram(build(root, seed, with_signals=signals), options)


def _write_whole(path: Path, data: bytes) -> None:
    """Write beside the file and then rename, so that nobody meets half a file.

    An OSError names the file itself, not the one beside it.
    """
    part = path.with_name(f".{path.name[:40]}.{os.getpid()}.part")
    try:
        try:
            part.write_bytes(data)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        if error.errno is None:
            raise
        raise type(error)(error.errno, error.strerror, str(path)) from None
