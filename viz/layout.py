"""The layout: asks the engine for the places of a scene and puts legend and title around it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from viz import lanes
from viz.dot import MANY, extras
from viz.engine import Engine, Job
from viz.fan import fans
from viz.frames import attributes, frames
from viz.groups import grouped
from viz.lanes import Point
from viz.places import Places, Rectangle
from viz.route import smooth, spread
from viz.rows import rows
from viz.scene import Scene
from viz.skeleton import skeleton, text_size

MARGIN = 16.0
USUAL_TEXT = 50  # points; arrows keep this far from each other’s texts


def arrange(scene: Scene, engine: Engine) -> Places:
    """The places of everything in a scene.

    Boxes are first placed freely, which lets inputs stand amid the weights they meet, but scopes
    that are alike in rows. Where frames do not fit around the scopes, these are placed one after
    the other, and where that does not help, the engine keeps them apart. Raises TimeoutError
    and RuntimeError as `Engine.run` does.
    """
    tree = grouped(scene.boxes)
    main, beside = _ask(engine, skeleton(scene, "free"), extras(scene))
    rectangles = frames(tree, _boxes(main))
    in_rows = _in_rows(scene, engine) if len(scene.boxes) <= MANY and rows(scene) else None
    if in_rows and (framed := frames(tree, _boxes(in_rows))) is not None:
        main, rectangles = in_rows, framed
    for how in ("gated", "inner"):
        if rectangles is None:
            (main,) = _ask(engine, skeleton(scene, how))
            rectangles = frames(tree, _boxes(main))
    if rectangles is None:
        (main,) = _ask(engine, skeleton(scene, "framed"))
        rectangles = _clusters(main)
    boxes = _boxes(main)
    routes, texts = _edges(main, scene, boxes)
    points = [point for curve in routes.values() for point in lanes.along(curve, 8)]
    drawn = {path: attributes(path, each, points) for path, each in rectangles.items()}
    sizes = {name: box.size() for name, box in _boxes(beside).items()}
    page = _rectangle(main.get("bb", "0,0,0,0"))
    for each in rectangles.values():
        page = page.around(each)
    return Places(boxes, routes, texts, drawn, *_around(page, sizes))


def _in_rows(scene: Scene, engine: Engine) -> dict[str, Any] | None:
    """A layout in which alike scopes keep their order; None where the engine cannot do it."""
    try:
        (first,) = _ask(engine, skeleton(scene, "rows"))
        (main,) = _ask(engine, skeleton(scene, "rows", _boxes(first)))
    except RuntimeError:  # some versions of dot fail where ranks are kept together
        return None
    return main


def _ask(engine: Engine, *sources: str) -> list[dict[str, Any]]:
    return [json.loads(text) for text in engine.run([Job(s, "dot", "json0") for s in sources])]


def _boxes(main: dict[str, Any]) -> dict[str, Rectangle]:
    found = {}
    for each in main.get("objects", ()):
        if "pos" in each and not each["name"].startswith("gate"):
            size = (72 * float(each["width"]), 72 * float(each["height"]))
            found[each["name"]] = _centred(_point(each["pos"]), size)
    return found


def _clusters(main: dict[str, Any]) -> dict[str, Rectangle]:
    return {
        each["name"].removeprefix("cluster_"): _rectangle(each["bb"])
        for each in main.get("objects", ())
        if "bb" in each
    }


def _edges(
    main: dict[str, Any], scene: Scene, boxes: dict[str, Rectangle]
) -> tuple[dict[str, lanes.Curve], dict[str, Point]]:
    """The routes of all arrows, smoothed where one can read them, and their texts' middles."""
    edges = [each for each in main.get("edges", ()) if "id" in each]
    routes = {each["id"]: lanes.full(each["pos"]) for each in edges}
    texts = {each["id"]: _point(each["lp"]) for each in edges if "lp" in each}
    sideways = scene.direction == "LR"
    width, height = text_size(*scene.room) if scene.room else (0, 0)
    size = (min(width, USUAL_TEXT), height)
    speaking = [arrow.key for arrow in scene.arrows if arrow.back is not None]
    written = [_centred(texts[key], size) for key in speaking if key in texts]
    fanned = fans(scene, boxes, routes, written)
    routes |= fanned
    for keys, box in _shared(scene, boxes, entering=False):
        turned = spread({key: routes[key][::-1] for key in keys}, box, sideways)
        routes |= {key: curve[::-1] for key, curve in turned.items()}
    for keys, box in _shared(scene, boxes, entering=True):
        routes |= spread({key: routes[key] for key in keys}, box, sideways)
    if scene.room is not None and len(boxes) <= MANY:
        around = list(boxes.values())
        for key, point in texts.items():
            if key not in fanned:
                routes[key] = smooth(routes[key], point, sideways, around, written)
    return routes, texts


def _shared(
    scene: Scene, boxes: dict[str, Rectangle], entering: bool
) -> Iterator[tuple[list[str], Rectangle]]:
    """The arrows that leave each box, or that enter it where it has no entrances for them."""
    ends: dict[str, list[str]] = {}
    for arrow in scene.arrows:
        if arrow.port is None or not entering:
            ends.setdefault(arrow.head if entering else arrow.tail, []).append(arrow.key)
    return ((keys, boxes[box]) for box, keys in ends.items() if len(keys) > 1)


def _around(page: Rectangle, sizes: dict[str, Point]) -> tuple[Point, Point | None, Rectangle]:
    """The middles of legend (below, where it takes no width) and title, and the whole page."""
    left, bottom, right, top = page.left, page.bottom, page.right, page.top
    width, height = sizes.get("legend", (0.0, 0.0))
    legend = (left + width / 2, bottom - MARGIN - height / 2)
    right, bottom = max(right, left + width), bottom - MARGIN - height
    if "title" not in sizes:
        return legend, None, Rectangle(left, bottom, right, top)
    width, height = sizes["title"]
    title = (left + width / 2, top + MARGIN / 2 + height / 2)
    top += MARGIN / 2 + height
    return legend, title, Rectangle(left, bottom, max(right, left + width), top)


def _centred(point: Point, size: Point) -> Rectangle:
    (x, y), (width, height) = point, size
    return Rectangle(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _point(text: str) -> Point:
    x, y = text.split(",")
    return float(x), float(y)


def _rectangle(text: str) -> Rectangle:
    left, bottom, right, top = (float(x) for x in text.split(","))
    return Rectangle(left, bottom, right, top)
