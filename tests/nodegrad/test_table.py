"""The table of nodes: ids as in the picture, operands in order, four significant digits."""

import numpy as np
import pytest

import viz
from autograd import Node
from nodegrad.table import align, number_text, table


def test_a_table_lists_operands_in_order_and_constants_last():
    w, x = Node(0.5, name="w"), Node(3.0, name="x")
    lines = table(viz.to_networkx(2.0 - w / x)).splitlines()
    assert lines[0].split() == ["id", "node", "operands", "shape", "value", "signal"]
    cells = [line.split() for line in lines[1:]]
    assert cells[0][:2] == ["0", "w"] and cells[1][:2] == ["1", "x"]
    assert "0 1 " in lines[3] and "(2) 2 " in lines[4]
    assert cells[4][:3] == ["-", "constant", "-"]
    assert [row[-2] for row in cells] == ["0.5", "3", "0.1667", "1.833", "2"]
    assert [row[-1] for row in cells] == ["-0.3333", "0.05556", "-1", "1", "-"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1 / 3, "0.3333"),
        (-0.0, "0"),
        ([1.0, -0.0], "[1, 0]"),
        (-0.46211715726, "-0.4621"),
        (1e-12, "1e-12"),
        (123456.0, "1.235e+05"),
        (np.inf, "inf"),
        (np.nan, "nan"),
        (np.float32(0.1), "0.1"),
        ([1.0, -0.12345], "[1, -0.1235]"),
        ([[1.0], [2.0]], "[[1], [2]]"),
        ([], "[]"),
        (np.arange(100.0), "min 0 mean 49.5 max 99"),
        (np.array([0.1, 0.2, -0.3, 0.3, -0.2, -0.1 + 1e-17]), "min -0.3 mean 0 max 0.3"),
        (None, "-"),
    ],
)
def test_numbers_have_four_significant_digits(value, text):
    assert number_text(value) == text


def test_columns_stay_aligned_with_wide_letters():
    lines = align([("가중치", "1"), ("w", "2")]).splitlines()
    assert lines == ["가중치  1", "w       2"]
