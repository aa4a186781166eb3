"""Letters: the shipped fonts, machines without fonts, and letters that no font has."""

import warnings
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

import viz
from autograd import Node
from viz import engine, typeface
from viz.engine import Engine, Job
from viz.typeface import FACE, not_shipped, warn_unseen

DRAWN = "0123456789.−+e∞∂×÷·—…↗⏎━▶◀╍|≤#ΣΠσ⊗²αβγδθλμ’“”áéßñ→"


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setattr(typeface, "_warned", set())


def picture(name):
    return viz.draw(Node(0.5, name=name) * 2.0, title=name)


def test_the_fonts_and_their_licence_are_package_data():
    folder = resources.files("viz").joinpath("fonts")
    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"):
        assert folder.joinpath(name).read_bytes()[:4] == b"\x00\x01\x00\x00"
    licence = folder.joinpath("LICENSE_DEJAVU").read_text(encoding="utf-8")
    assert "Permission is hereby granted, free of charge" in licence


def test_the_shipped_font_covers_what_pictures_say():
    assert not_shipped(DRAWN) == ""
    assert not_shipped("w 한국어 日本 x") == "".join(sorted("한국어日本"))


def test_every_letter_of_all_labels_is_shipped(pictures):
    for name in pictures.NAMES:
        assert not_shipped(pictures.golden_text(name)) == ""


def test_without_fonts_letters_are_drawn_all_the_same(monkeypatch, no_fonts, png):
    expected = [picture(name).to_png() for name in "bd"]
    for key, value in no_fonts.items():
        monkeypatch.setenv(key, value)
    found = [picture(name).to_png() for name in "bd"]
    assert found == expected
    assert found[0] != found[1]
    assert picture("b").to_pdf() != picture("d").to_pdf()
    assert FACE.replace(" ", "").encode() in picture("b").to_pdf()


def test_without_fonts_and_without_ours_letters_are_all_alike(monkeypatch, no_fonts):
    """The test above can fail: with no font at all, b and d are the same empty box."""
    empty = Path(no_fonts["FONTCONFIG_FILE"]).read_text(encoding="utf-8")
    monkeypatch.setattr(engine, "configuration", lambda *_: empty)
    jobs = [
        Job(f'digraph {{ n [label="{c}" fontname="{FACE}" width=1 fixedsize=true] }}', "dot", "png")
        for c in "bd"
    ]
    one, two = Engine("b", 20.0).run(jobs)
    assert one == two


def test_glyphs_of_a_title_are_distinct_shapes(monkeypatch, no_fonts, png):
    for key, value in no_fonts.items():
        monkeypatch.setenv(key, value)
    letters = "ABCDEFGH"
    sources = [
        f'digraph {{ n [label="{c}" fontname="{FACE}" fontsize=40 width=1 fixedsize=true] }}'
        for c in letters
    ]
    answers = Engine(letters, 20.0).run([Job(source, "dot", "png") for source in sources])
    shapes = {png.pixels(answer).tobytes() for answer in answers}
    assert len(shapes) == len(letters)


def test_unseen_letters_are_named_once_with_what_to_install(monkeypatch, no_fonts):
    for key, value in no_fonts.items():
        monkeypatch.setenv(key, value)
    with pytest.warns(UserWarning, match="letters 국한.*Noto Sans CJK.*fonts-noto-cjk") as caught:
        picture("한국").to_png()
    assert len(caught) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        picture("한국").to_pdf()


def test_svg_is_not_affected_by_missing_letters(monkeypatch, no_fonts):
    for key, value in no_fonts.items():
        monkeypatch.setenv(key, value)
    assert "한국" in picture("한국").to_svg()


def test_letters_of_the_machines_fonts_need_no_warning(monkeypatch, tmp_path, no_fonts):
    """A font of the machine that has the letter: here our own bold face, found by its settings."""
    fonts = resources.files("viz").joinpath("fonts")
    config = tmp_path / "machine.conf"
    config.write_text(
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n'
        f"<fontconfig><dir>{fonts}</dir><cachedir>{tmp_path}</cachedir></fontconfig>"
    )
    monkeypatch.setenv("FONTCONFIG_FILE", str(config))
    monkeypatch.setattr(engine, "not_shipped", lambda words: "α한")
    with pytest.warns(UserWarning, match="letters 한:"):
        picture("α").to_png()


@pytest.mark.parametrize(
    ("letter", "font"),
    [
        ("日", "Noto Sans CJK"),
        ("か", "Noto Sans CJK"),
        ("अ", "Noto Sans Devanagari"),
        ("🙂", "Noto Emoji"),
    ],
)
def test_each_script_has_its_font(letter, font):
    with pytest.warns(UserWarning, match=font):
        warn_unseen(letter)


def test_the_bold_face_is_bold(png):
    def ink(markup):
        source = f'digraph {{ n [shape=plain label=<{markup}> fontname="{FACE}" fontsize=40] }}'
        (answer,) = Engine("W", 20.0).run([Job(source, "dot", "png")])
        return int((255 - png.pixels(answer)[..., :3].astype(int)).sum())

    assert ink("<B>W</B>") > 1.2 * ink("W")


def test_pixels_reads_png(png):
    (answer,) = Engine("", 20.0).run([Job('digraph { bgcolor="#FF0000" }', "dot", "png")])
    image = png.pixels(answer)
    assert np.all(image[..., 0] == 255)
    assert np.all(image[..., 1:3] == 0)
