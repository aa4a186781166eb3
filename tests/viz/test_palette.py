"""Colours: contrast, sight, and the two scales."""

import math

import numpy as np
import pytest

from viz.palette import FLOOR, THEMES, Scale, blend, fit, ink_on, theme_named

SIGHTS = ("normal", "protan", "deutan", "tritan")
SCALES = [(theme, kind) for theme in THEMES for kind in ("value", "signal")]


def colours(theme, kind):
    return getattr(THEMES[theme], kind)


def test_ciede2000_agrees_with_the_published_pairs(perception):
    pairs = [  # Sharma, Wu, Dalal 2005, table 1, rows 1, 17, 25, 34
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ]
    for one, other, published in pairs:
        assert perception.ciede2000(np.array(one), np.array(other)) == pytest.approx(
            published, abs=5e-5
        )


@pytest.mark.parametrize(("theme", "kind"), SCALES)
@pytest.mark.parametrize("sight", SIGHTS)
def test_signs_differ_in_every_sight(perception, theme, kind, sight):
    for t in (0.25, 0.5, 1.0):
        ends = blend(colours(theme, kind), -t), blend(colours(theme, kind), t)
        assert perception.difference(*ends, sight) >= 15


@pytest.mark.parametrize(("theme", "kind"), SCALES)
@pytest.mark.parametrize("sight", SIGHTS)
def test_the_weakest_number_differs_from_zero(perception, theme, kind, sight):
    zero = blend(colours(theme, kind), 0.0)
    for t in np.linspace(FLOOR, 1, 60):
        for sign in (1, -1):
            assert perception.difference(blend(colours(theme, kind), sign * t), zero, sight) >= 3


def test_red_and_green_scales_would_fail(perception):
    """The test above can fail: it refuses ColorBrewer's RdYlGn, as it should."""
    red_green = ("#A50026", "#F46D43", "#FFFFBF", "#66BD63", "#006837")
    worst = min(
        perception.difference(blend(red_green, -t), blend(red_green, t), sight)
        for t in (0.25, 0.5, 1.0)
        for sight in SIGHTS
    )
    assert worst < 15


@pytest.mark.parametrize(("theme", "kind"), SCALES)
def test_text_on_every_fill_is_legible(perception, theme, kind):
    for t in np.linspace(-1, 1, 401):
        fill = blend(colours(theme, kind), t)
        assert perception.contrast(fill, ink_on(fill)) >= 4.5


@pytest.mark.parametrize("name", THEMES)
def test_other_text_and_arrows_are_legible(perception, name):
    theme = THEMES[name]
    for text in (theme.ink, theme.faint, theme.forward, theme.backward):
        assert perception.contrast(text, theme.background) >= 4.5
    for text in (theme.ink, theme.faint):
        assert perception.contrast(text, theme.panel) >= 4.5
    assert perception.contrast(theme.missing, ink_on(theme.missing)) >= 4.5
    for sight in SIGHTS:
        assert perception.difference(theme.forward, theme.backward, sight) >= 30


def test_arrows_of_the_light_theme_are_the_agreed_ones():
    assert (THEMES["light"].forward, THEMES["light"].backward) == ("#0B5FA5", "#C1272D")
    assert (THEMES["dark"].forward, THEMES["dark"].backward) == ("#4393C3", "#D6604D")


def test_small_spreads_are_linear_and_large_ones_logarithmic():
    assert fit([1.0, 20.0], ()).epsilon is None
    scale = fit([1e-3, 2.0], ())
    assert scale.epsilon == pytest.approx(1e-4)
    expected = 0.15 + 0.85 * math.log1p(0.1 / 1e-4) / math.log1p(2.0 / 1e-4)
    assert scale.place(0.1) == pytest.approx(expected)
    assert scale.place(-0.1) == pytest.approx(-expected)
    assert fit([1e-30, 1.0], ()).epsilon == pytest.approx(1e-12)


def test_only_zero_is_at_zero_and_infinities_are_at_the_ends():
    scale = fit([1e-300, 1.0], ())
    assert scale.place(0.0) == 0.0
    assert scale.place(5e-324) >= FLOOR
    assert scale.place(-1.0) == -1.0
    assert (scale.place(math.inf), scale.place(-math.inf)) == (1.0, -1.0)


@pytest.mark.parametrize("numbers", [[], [0.0], [math.nan, math.inf], [5e-324], [1e308, 1e-308]])
def test_degenerate_data_have_a_scale(numbers):
    scale = fit(numbers, THEMES["light"].value)
    for x in (0.0, 1.0, -5e-324, 1e308):
        assert -1 <= scale.place(x) <= 1
        assert scale.colour(x).startswith("#")
    assert 0.0 in scale.ticks()


def test_vanishing_signals_keep_distinct_colours(perception):
    """26 magnitudes over nine decades: each differs from zero and from its neighbours."""
    magnitudes = np.geomspace(2.3e-9, 2.85, 26)
    scale = fit(magnitudes, THEMES["light"].value)
    fills = [scale.colour(x) for x in magnitudes]
    zero = scale.colour(0.0)
    assert len(set(fills)) == 26
    assert all(perception.difference(fill, zero, sight) >= 3 for fill in fills for sight in SIGHTS)


def test_ticks_are_symmetric_and_end_at_the_peak():
    for scale in (Scale(2.5, None, ()), Scale(2.5, 1e-9, ())):
        ticks = scale.ticks()
        assert ticks == sorted(ticks)
        assert ticks == [-x for x in reversed(ticks)]
        assert ticks[-1] == 2.5
        assert len(ticks) <= 9
    assert {0.1, 1.0} & set(Scale(2.5, 1e-3, ()).ticks())


def test_unknown_themes_are_named():
    with pytest.raises(ValueError, match=r"there is no theme 'jet'.*'light', 'dark'"):
        theme_named("jet")
