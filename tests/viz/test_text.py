"""Numbers and words as they stand in a picture."""

import math

import pytest

from viz.text import markup, number, printable, shape_text, shorten, tooltip, width


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (0.46211715726, "0.4621"),
        (-0.46211715726, "−0.4621"),
        (12345.678, "1.235e4"),
        (1234.5, "1234"),
        (1e-5, "1e−5"),
        (-2.5e-310, "−2.5e−310"),
        (1e300, "1e300"),
        (3.0, "3"),
        (0.0, "0"),
        (-0.0, "0"),
        (math.nan, "NaN"),
        (math.inf, "+∞"),
        (-math.inf, "−∞"),
        (None, "—"),
    ],
)
def test_numbers_have_four_digits_and_marks(x, text):
    assert number(x) == text


def test_shapes():
    assert [shape_text(s) for s in [(), (3,), (16, 4), (0,)]] == ["scalar", "3", "16×4", "0"]


def test_printable_keeps_letters_and_replaces_what_cannot_be_drawn():
    assert printable("한국 ∂/∂w") == "한국 ∂/∂w"
    assert printable("a\nb\tc\x00d\ud800e\ufffe") == "a⏎b c\ufffdd\ufffde\ufffd"


def test_shorten_keeps_both_ends_and_counts_wide_letters_twice():
    assert shorten("short") == "short"
    long = "begin" + "x" * 200 + "end"
    assert shorten(long, 24).startswith("begin")
    assert shorten(long, 24).endswith("end")
    assert "…" in shorten(long, 24)
    assert width(shorten(long, 24)) == 24
    assert width(shorten("가" * 50, 24)) <= 24
    assert shorten("가" * 12, 24) == "가" * 12


def test_markup_escapes_what_graphviz_reads():
    assert markup("<b>&\"'{|}") == "&lt;b&gt;&amp;&quot;&#x27;{|}"
    assert markup("\\N") == "\\\\N"
    assert markup("two\nlines") == "two⏎lines"


def test_tooltips_keep_lines_and_length():
    assert tooltip("a\nb" + "x" * 300) == "a\nb" + "x" * 300
    assert tooltip("a\x07") == "a\ufffd"
