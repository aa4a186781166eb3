"""All contestants of the optimizer's rows take the same steps."""

import numpy as np
import pytest

from benchmarks.problems import TENSOR_NETWORKS, Stepper, check_steps
from benchmarks.steps import adam_contestants, training_contestants


def test_adam_contestants_agree():
    contestants = adam_contestants("32x2-16-16-1")
    check_steps(contestants, steps=5)
    nodes, arrays = (contestants[name].parameters() for name in ("Adam", "by hand"))
    assert len(nodes) == len(arrays) == 6
    for node, array in zip(nodes, arrays, strict=True):
        np.testing.assert_allclose(node, array, rtol=1e-12)


@pytest.mark.parametrize("name", TENSOR_NETWORKS)
def test_training_contestants_agree(name):
    contestants = training_contestants(name)
    assert list(contestants) == ["NumPy", "eager", "compiled"]
    before = contestants["NumPy"].parameters()
    check_steps(contestants)
    after = contestants["NumPy"].parameters()
    assert max(np.abs(a - b).max() for a, b in zip(after, before, strict=True)) > 1e-3


@pytest.mark.parametrize("growth", [1.0, 1.0 + 1e-6])
def test_a_step_that_differs_is_found(growth):
    def stepper(factor):
        array = np.ones(2)

        def run():
            array[:] *= factor

        return Stepper(run, lambda: [array])

    steppers = {"a": stepper(2.0), "b": stepper(2.0 * growth)}
    if growth == 1.0:
        check_steps(steppers)
    else:
        with pytest.raises(AssertionError, match="parameter 0 of b is off"):
            check_steps(steppers)
