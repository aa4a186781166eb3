"""Lesson 3: property-test an op of your own in five lines, and find the bug that one point hides.

    python examples/property_tests.py [FOLDER]

softsign(x) = x / (1 + |x|) is stated as an op twice: once with a rule that forgets the bars, once
with the right one. The wrong rule is right for every positive number, so a test at a point that
somebody chose passes. `autograd.testing` draws the points: shapes from 0-d to empty, numbers of
both signs. Then it compares reverse and forward mode, first and second order, with differences.
"""

import sys
from pathlib import Path

import numpy as np
from hypothesis import given, settings

import viz
from autograd import Node, custom_op
from autograd.testing import check_grads, strategies


def softsign(x):
    """x / (1 + |x|), of numbers or of arrays."""
    return x / (1.0 + np.abs(x))


planted = custom_op(softsign, lambda d, y, x: d / (1.0 + x) ** 2, name="planted")
mended = custom_op(softsign, lambda d, y, x: d / (1.0 + np.abs(x)) ** 2, name="mended")


def verdict(op) -> str:
    """What a property test says of an op of one operand."""

    @settings(derandomize=True, database=None, deadline=None)
    @given(strategies.arrays())
    def test_my_op(x):
        check_grads(op, (x,))

    try:
        test_my_op()
    except AssertionError as error:
        return str(error)
    return "no difference in any array that was drawn"


def main(folder: Path) -> None:
    """Print the verdicts and save the picture of the mended op in `folder`."""
    check_grads(planted, (0.5,))
    print("planted, tested at 0.5 alone: no difference")
    print(f"planted, property-tested: {verdict(planted)}")
    print(f"mended, property-tested: {verdict(mended)}")
    y = np.sum(mended(Node([-2.0, 0.5], name="x")))
    folder.mkdir(parents=True, exist_ok=True)
    path = viz.draw(y, title="The mended op").save(folder / "property_tests.svg")
    print(f"The picture: {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
