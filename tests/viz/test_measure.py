"""What of a tensor is shown."""

import math

import numpy as np
import pytest

from viz.measure import as_numbers, magnitude, peak, real, statistics, tile


def test_blocks_keep_the_spike_and_its_sign():
    array = np.full((512, 784), 0.001)
    array[300, 500] = -7.0
    shown = tile(array)
    assert shown.cells.shape == (8, 8)
    assert shown.cells.min() == -7.0
    assert (shown.cells == 0.001).sum() == 63
    assert shown.note == "8×8 blocks of 512×784"


@pytest.mark.parametrize(
    ("shape", "cells", "note"),
    [
        ((3,), (1, 3), ""),
        ((16,), (1, 16), ""),
        ((17,), (1, 9), "9 blocks of 17"),
        ((64,), (1, 16), "16 blocks of 64"),
        ((8, 8), (8, 8), ""),
        ((9, 2), (5, 2), "5×2 blocks of 9×2"),
        ((1, 1), (1, 1), ""),
        ((2, 3, 4), (3, 4), "first slice of 2×3×4"),
        ((0,), (0, 0), "empty"),
        ((3, 0), (0, 0), "empty"),
    ],
)
def test_tiles_fit(shape, cells, note):
    shown = tile(np.ones(shape))
    assert shown.cells.shape == cells
    assert shown.note == note


def test_every_entry_is_in_a_block():
    for rows in range(1, 40):
        array = np.zeros((rows, 3))
        for row in range(rows):
            array[row, 1] = row + 1
        assert tile(array).cells.max() == rows
        assert tile(array[:, 1]).cells.max() == rows


def test_peaks_and_magnitudes():
    assert peak([1.0, -3.0, 2.0]) == -3.0
    assert math.isnan(peak([1.0, math.nan, -math.inf]))
    assert peak([1.0, -math.inf]) == -math.inf
    assert peak(np.empty(0)) == 0.0
    assert magnitude([1.0, -3.0, math.nan, math.inf]) == 3.0
    assert magnitude(math.nan) == 0.0


def test_statistics_are_of_finite_entries_and_count_the_others():
    found = dict(statistics([1.0, 2.0, 6.0, math.nan, math.inf, -math.inf, -math.inf]))
    assert found == {"min": 1.0, "mean": 3.0, "max": 6.0, "NaN": 1.0, "+∞": 1.0, "−∞": 2.0}
    assert dict(statistics([1e308, 1e308]))["mean"] == pytest.approx(1e308)
    assert statistics(np.empty(0)) == []


def test_masks_and_small_tables():
    assert real([True, False]).tolist() == [1.0, 0.0]
    assert as_numbers(np.ones((4, 3)))
    assert as_numbers(np.ones(3))
    assert not as_numbers(np.ones(4))
    assert not as_numbers(np.ones((5, 1)))
    assert not as_numbers(np.ones((1, 1, 1)))
    assert not as_numbers(np.empty((0, 2)))


def test_a_mean_within_rounding_is_zero():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(64, 3))
    centred = x - x.mean(axis=0)
    assert dict(statistics(centred))["mean"] == 0.0
    assert dict(statistics(centred.astype(np.float32)))["mean"] == 0.0
    assert dict(statistics([1e-300, 3e-300]))["mean"] == pytest.approx(2e-300)
    assert dict(statistics([1.0, -1.0, 1e-9]))["mean"] == pytest.approx(1e-9 / 3)
