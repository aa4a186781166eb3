"""Runs in a child process: lays out and renders DOT with the engine of the pygraphviz wheel.

Reads one JSON object from standard input: the folder pygraphviz is in, the seconds after which to
give up, the letters to look for in the fonts, and jobs of DOT text, layout engine and format.
Writes one JSON object: the results in base 64 and the letters that no font has. Ends with status 3
where pygraphviz cannot be imported.
"""

from __future__ import annotations

import base64
import ctypes
import faulthandler
import json
import os
import sys
from pathlib import Path
from typing import Any

NO_ENGINE = 3


def main() -> int:
    """Answer the request on standard input."""
    request = json.loads(sys.stdin.buffer.read())
    with open(os.devnull, "w") as nowhere:
        faulthandler.dump_traceback_later(request["seconds"], exit=True, file=nowhere)
        sys.path.append(request["folder"])
        try:
            import pygraphviz
        except ImportError:
            return NO_ENGINE
        results = [draw(pygraphviz, *job) for job in request["jobs"]]
        unseen = without_font(request["letters"], Path(request["folder"]))
        encoded = [base64.b64encode(result).decode() for result in results]
        sys.stdout.write(json.dumps({"results": encoded, "unseen": unseen}))
    return 0


def draw(pygraphviz: Any, source: str, program: str, kind: str) -> bytes:
    """One text, laid out and rendered."""
    library = pygraphviz.graphviz
    graph = pygraphviz.AGraph(string=source)
    context = library.gvContextWithBuiltins()
    if library.gvLayout(context, graph.handle, program.encode()):
        raise RuntimeError(f"the layout engine {program} failed")
    status, data = library.gvRenderData(context, graph.handle, kind.encode())
    if status:
        raise RuntimeError(f"rendering {kind} failed")
    library.gvFreeLayout(context, graph.handle)
    return data if isinstance(data, bytes) else bytes(data, "utf-8")


class FontSet(ctypes.Structure):
    """`FcFontSet` of fontconfig."""

    _fields_ = [
        ("count", ctypes.c_int),
        ("room", ctypes.c_int),
        ("fonts", ctypes.POINTER(ctypes.c_void_p)),
    ]


def without_font(letters: str, folder: Path) -> str:
    """The letters that no font of fontconfig has; none of them where it cannot be asked."""
    places = ("pygraphviz.libs/*fontconfig*", "pygraphviz/.dylibs/*fontconfig*")
    found = [path for place in places for path in sorted(folder.glob(place))]
    if not letters or not found:
        return ""
    library = ctypes.CDLL(str(found[0]))
    charsets = character_sets(library)
    has = library.FcCharSetHasChar
    has.argtypes = [ctypes.c_void_p, ctypes.c_uint32]
    return "".join(c for c in letters if not any(has(each, ord(c)) for each in charsets))


def character_sets(library: Any) -> list[ctypes.c_void_p]:
    """The character sets of all fonts (pointers into fontconfig)."""
    pointer = ctypes.c_void_p
    for name in ("FcInitLoadConfigAndFonts", "FcPatternCreate", "FcObjectSetCreate"):
        getattr(library, name).restype = pointer
    library.FcObjectSetAdd.argtypes = [pointer, ctypes.c_char_p]
    library.FcFontList.argtypes = [pointer, pointer, pointer]
    library.FcFontList.restype = ctypes.POINTER(FontSet)
    get = library.FcPatternGetCharSet
    get.argtypes = [pointer, ctypes.c_char_p, ctypes.c_int, ctypes.POINTER(pointer)]
    objects = library.FcObjectSetCreate()
    library.FcObjectSetAdd(objects, b"charset")
    configuration, pattern = library.FcInitLoadConfigAndFonts(), library.FcPatternCreate()
    listed = library.FcFontList(configuration, pattern, objects).contents
    charsets = []
    for i in range(listed.count):
        charset = pointer()
        if get(listed.fonts[i], b"charset", 0, ctypes.byref(charset)) == 0:
            charsets.append(charset)
    return charsets


if __name__ == "__main__":
    sys.exit(main())
