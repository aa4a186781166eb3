"""Stage three, DOT: the text of a scene, free for any layout engine or pinned to its places."""

from __future__ import annotations

from collections.abc import Callable

import graphviz

from viz import lanes
from viz.cells import font
from viz.groups import Group, grouped
from viz.palette import Theme
from viz.places import Places
from viz.scene import Arrow, Scene
from viz.text import markup, shorten
from viz.typeface import FACE

LABEL, FACTORS, TITLE, GROUP = 9, 7, 15, 9  # point sizes
SIDES = {"LR": ("e", "w"), "TB": ("s", "n")}  # where arrows leave and enter
MANY = 300  # boxes above which edges are straight
HUGE = 1000  # boxes above which the layout may be less thorough
Attributes = dict[str, str]


def free(scene: Scene) -> str:
    """The whole picture without places: any version of `dot` draws it.

    >>> from viz.scene import theme_named
    >>> free(Scene((), (), "", "", "LR", theme_named("light"), None)).startswith("digraph")
    True
    """
    canvas = canvas_of(scene)
    if scene.title:
        canvas.attr("graph", label=_title(scene), labelloc="t", labeljust="l")
    tips = {box.key: {"tooltip": graphviz.escape(box.tip)} for box in scene.boxes}
    add_boxes(canvas, grouped(scene.boxes), scene.theme, lambda name: tips.get(name, {}))
    for arrow in scene.arrows:
        canvas.edge(
            *ends(arrow, scene),
            **_forward(arrow, scene),
            edgetooltip=graphviz.escape(arrow.tip),
        )
        if arrow.back is not None:
            canvas.edge(
                *reversed(ends(arrow, scene)),
                **_backward(arrow, scene),
                constraint="false",
                edgetooltip=graphviz.escape(arrow.back_tip),
            )
    if scene.legend:
        canvas.node("legend", id="legend", label=f"<{scene.legend}>")
    return str(canvas.source)


def extras(scene: Scene) -> str:
    """Legend and title alone, to learn their sizes."""
    canvas = canvas_of(scene)
    for name, label in _extras(scene):
        canvas.node(name, label=label)
    return str(canvas.source)


def pinned(scene: Scene, places: Places, dpi: int | None = None) -> str:
    """The whole picture with every place fixed, for the engine `nop2`."""
    canvas = canvas_of(scene)
    if dpi:
        canvas.attr("graph", dpi=str(dpi))

    def place(name: str) -> Attributes:
        if name in places.boxes:
            return {"pos": _point(places.boxes[name].centre())}
        return places.frames.get(name.removeprefix("cluster_"), {})

    add_boxes(canvas, grouped(scene.boxes), scene.theme, place)
    for arrow in scene.arrows:
        _add_lanes(canvas, arrow, scene, places)
    for name, label in _extras(scene):
        point = places.legend if name == "legend" else places.title
        canvas.node(name, id=name, label=label, pos=_point(point or (0.0, 0.0)))
    return str(canvas.source)


def _add_lanes(canvas: graphviz.Digraph, arrow: Arrow, scene: Scene, places: Places) -> None:
    """Forward and backward lane along one route; the backward one on the side of its label."""
    curve = places.routes[arrow.key]
    label = places.texts.get(arrow.key)
    if arrow.back is None:
        canvas.edge(arrow.tail, arrow.head, **_forward(arrow, scene), pos=lanes.pos(curve, 7.0))
        return
    turn = lanes.side(curve, label) if label else 1.0
    gap = lanes.GAP + (arrow.width - 1) / 4
    there = lanes.shifted(curve, -turn * gap)
    back = lanes.shifted(curve, turn * gap)[::-1]
    canvas.edge(arrow.tail, arrow.head, **_forward(arrow, scene), pos=lanes.pos(there, 7.0))
    style = _backward(arrow, scene)
    head = 10 * float(style["arrowsize"])
    if label:
        style |= {"lp": _point(label)}
    else:
        style.pop("label")
    canvas.edge(arrow.head, arrow.tail, **style, pos=lanes.pos(back, head))


def canvas_of(scene: Scene) -> graphviz.Digraph:
    """An empty digraph with the settings that all texts share."""
    theme = scene.theme
    canvas = graphviz.Digraph("backprop")
    settings = {
        "rankdir": scene.direction,
        "bgcolor": theme.background,
        "fontname": FACE,
        "fontcolor": theme.ink,
        "nodesep": "0.2",
        "ranksep": "0.5",
        "outputorder": "nodesfirst",
        "pad": "0.2",
    }
    if len(scene.boxes) > MANY:
        settings["splines"] = "line"
    if len(scene.boxes) > HUGE:
        settings |= {"nslimit": "1", "nslimit1": "1", "mclimit": "0.2"}
    canvas.attr("graph", **settings)
    canvas.attr("node", shape="plain", fontname=FACE, label="")
    canvas.attr("edge", fontname=FACE, fontsize=str(LABEL), label="", arrowsize="0.7")
    return canvas


def _forward(arrow: Arrow, scene: Scene) -> Attributes:
    return {
        "color": scene.theme.forward,
        "penwidth": "1.4",
        "id": f"{arrow.key}f",
    }


def _backward(arrow: Arrow, scene: Scene) -> Attributes:
    first, *rest = arrow.back or ("",)
    lines = [font(markup(first), LABEL, scene.theme.backward, bold=True)]
    lines += [font(markup(line), FACTORS, scene.theme.backward) for line in rest]
    return {
        "color": scene.theme.backward,
        "style": "dashed",
        "penwidth": f"{arrow.width:g}",
        "arrowsize": f"{0.62 + 0.08 * arrow.width:.2f}",
        "label": f"<{'<BR/>'.join(lines)}>",
        "id": f"{arrow.key}b",
    }


def ends(arrow: Arrow, scene: Scene) -> tuple[str, str]:
    """Where an arrow leaves its tail and enters its head, as DOT names the places."""
    leave, enter = SIDES[scene.direction]
    port = f":{arrow.port}" if arrow.port else ""
    return f"{arrow.tail}:{leave}", f"{arrow.head}{port}:{enter}"


def _extras(scene: Scene) -> list[tuple[str, str]]:
    found = [("legend", f"<{scene.legend}>")] if scene.legend else []
    return [*found, ("title", _title(scene))] if scene.title else found


def _title(scene: Scene) -> str:
    text = markup(shorten(scene.title, 100))
    return f"<{font(text, TITLE, scene.theme.ink, bold=True)}>"


def _point(point: lanes.Point) -> str:
    return f"{point[0]:.2f},{point[1]:.2f}"


def add_boxes(
    canvas: graphviz.Digraph,
    group: Group,
    theme: Theme,
    attributes: Callable[[str], Attributes],
) -> None:
    """Write the boxes of a group, and the groups inside it as clusters.

    `attributes` gives what is to be added to a box, by its key, or to a cluster, by its name.
    """
    for inner in group.groups.values():
        name = f"cluster_{inner.path}"
        with canvas.subgraph(name=name) as part:
            part.attr("graph", **_frame(inner.path, theme), **attributes(name))
            add_boxes(part, inner, theme, attributes)
    for box in group.boxes:
        canvas.node(box.key, id=box.key, label=f"<{box.html}>", **attributes(box.key))


def _frame(path: str, theme: Theme) -> Attributes:
    text = font(markup(shorten(path, 40)), GROUP, theme.faint, bold=True)
    return {
        "label": f"<{text}>",
        "labeljust": "l",
        "style": "rounded",
        "color": theme.missing,
        "margin": "10",
    }
