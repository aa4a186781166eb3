"""Stage three, SVG: tooltips, typefaces and names on top of what the engine rendered."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Mapping

from viz.scene import Scene
from viz.typeface import FACE, STACK

GROUP = re.compile(r'<g id="(\w+)" class="(node|edge)">\n<title>.*?</title>', re.DOTALL)
CLUSTER = re.compile(r'(<g id="\w+" class="cluster">\n<title>)cluster_(.*?)</title>', re.DOTALL)
COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)


def finish(text: str, scene: Scene) -> str:
    """The SVG of a scene: no comments, full tooltips, a font stack, ids of its own.

    The ids begin with a digest of the picture, so that two pictures share a page.
    """
    tips = tooltips(scene)

    def retitled(found: re.Match[str]) -> str:
        key, kind = found.groups()
        tip = html.escape(tips.get(key, ""), quote=False)
        title = f"\n<title>{tip}</title>" if tip else ""
        return f'<g id="{key}" class="{kind}">{title}'

    text = COMMENT.sub("", text)
    text = GROUP.sub(retitled, text)
    text = CLUSTER.sub(r"\1\2</title>", text)
    name = html.escape(scene.title or "Computational graph with values and signals", quote=False)
    text = re.sub(r"<title>backprop</title>", lambda _: f"<title>{name}</title>", text, count=1)
    text = text.replace(f' font-family="{FACE}"', "")
    text = text.replace("<svg ", f'<svg role="graphics-document" font-family="{STACK}" ', 1)
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return re.sub(r' id="(\w+)"', rf' id="g{digest}-\1"', text)


def tooltips(scene: Scene) -> Mapping[str, str]:
    """The tooltip of each element by its id in the drawing.

    >>> from viz.scene import Box, theme_named
    >>> tooltips(Scene((Box("n0", "", "x", ()),), (), "", "", "LR", theme_named("light"), None))
    {'n0': 'x'}
    """
    tips = {box.key: box.tip for box in scene.boxes}
    tips |= {f"{arrow.key}f": arrow.tip for arrow in scene.arrows}
    return tips | {f"{arrow.key}b": arrow.back_tip for arrow in scene.arrows}
