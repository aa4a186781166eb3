"""Nobody wins by being wrong: all contestants give the same loss and gradients."""

import numpy as np
import pytest

from benchmarks import networks
from benchmarks.networks import Contestant, Problem

SIZES = {**networks.TENSOR_NETWORKS, "scalar": (1, networks.SCALAR_SIZES)}


@pytest.mark.parametrize("name", networks.TENSOR_NETWORKS)
def test_tensor_contestants_agree(name):
    networks.check_agreement(networks.tensor_contestants(name))


def test_scalar_contestants_agree():
    contestants = networks.scalar_contestants()
    assert list(contestants) == ["engine", "micrograd style", "plain floats", "numpy"]
    networks.check_agreement(contestants)


@pytest.mark.parametrize("name", SIZES)
def test_hand_written_gradients_match_differences(name):
    task = networks.problem(*SIZES[name])
    loss, gradients = networks.hand_written_numpy(task).answer()
    flat = [array for layer in task.layers for array in layer]
    rng = np.random.default_rng(1)
    step = 1e-5
    for position, (array, gradient) in enumerate(zip(flat, gradients, strict=True)):
        direction = rng.normal(size=array.shape)
        direction /= np.linalg.norm(direction)

        def moved(by, position=position, direction=direction):
            arrays = [
                array + by * direction if index == position else array
                for index, array in enumerate(flat)
            ]
            layers = list(zip(arrays[::2], arrays[1::2], strict=True))
            return networks.hand_written_numpy(Problem(task.x, task.y, layers)).answer()[0]

        slope = (moved(step) - moved(-step)) / (2 * step)
        scale = max(np.linalg.norm(gradient), 1e-3 * loss)
        assert abs(slope - np.sum(gradient * direction)) < 1e-6 * scale


def test_data_is_read_only():
    task = networks.problem(4, [2, 4, 1])
    assert not task.x.flags.writeable
    assert not task.y.flags.writeable


def gives(loss, gradient):
    return Contestant(lambda: None, lambda: (loss, [np.array(gradient)]))


@pytest.mark.parametrize(
    ("loss", "gradient", "complaint"),
    [
        (1.0 + 1e-9, [1.0, 2.0], "loss of b"),
        (float("nan"), [1.0, 2.0], "loss of b"),
        (1.0, [1.0, 2.0 + 1e-9], "gradient 0 of b is off"),
        (1.0, [1.0, float("nan")], "gradient 0 of b is off"),
        (1.0, [[1.0, 2.0]], "gradient 0 of b has shape"),
    ],
)
def test_disagreement_is_found(loss, gradient, complaint):
    contestants = {"a": gives(1.0, [1.0, 2.0]), "b": gives(loss, gradient)}
    with pytest.raises(AssertionError, match=complaint):
        networks.check_agreement(contestants)


def test_gradients_left_behind_are_found():
    total = np.zeros(2)

    def forgetful():
        total[:] += 1.0
        return 1.0, [total.copy()]

    contestants = {"a": gives(1.0, [1.0, 1.0]), "b": Contestant(lambda: None, forgetful)}
    with pytest.raises(AssertionError, match="gradient 0 of b is off"):
        networks.check_agreement(contestants)
