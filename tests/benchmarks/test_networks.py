"""Nobody wins by being wrong: all contestants give the same loss and gradients."""

import numpy as np
import pytest

from benchmarks import networks, problems
from benchmarks.problems import Contestant, Problem, check_agreement
from benchmarks.straight import text

SIZES = {**problems.TENSOR_NETWORKS, "scalar": (1, problems.SCALAR_SIZES)}


@pytest.mark.parametrize("name", problems.TENSOR_NETWORKS)
def test_tensor_contestants_agree(name):
    contestants = networks.tensor_contestants(name)
    assert list(contestants) == ["NumPy", "eager", "operators", "compiled", "copies"]
    check_agreement(contestants)


def test_scalar_contestants_agree():
    contestants = networks.scalar_contestants()
    assert list(contestants) == [
        "straight-line floats",
        "a line a neuron",
        "eager",
        "compiled",
        "micrograd style",
        "NumPy",
    ]
    check_agreement(contestants)


def test_straight_lines_have_no_loops_and_one_operation_each():
    lines = text(problems.SCALAR_SIZES, by_operation=True).splitlines()[3:-1]
    assert all(sum(map(line.count, "*+-(")) <= 1 for line in lines)
    for by_operation in (True, False):
        assert " for " not in text(problems.SCALAR_SIZES, by_operation)


@pytest.mark.parametrize("name", SIZES)
def test_hand_written_gradients_match_differences(name):
    task = problems.problem(*SIZES[name])
    loss, gradients = problems.hand_written_numpy(task).answer()
    flat = task.parameters
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
            return problems.hand_written_numpy(Problem(task.x, task.y, layers)).answer()[0]

        slope = (moved(step) - moved(-step)) / (2 * step)
        scale = max(np.linalg.norm(gradient), 1e-3 * loss)
        assert abs(slope - np.sum(gradient * direction)) < 1e-6 * scale


def test_data_is_read_only():
    task = problems.problem(4, [2, 4, 1])
    assert not task.x.flags.writeable
    assert not task.y.flags.writeable


def test_numbers_of_a_network_are_put_back():
    task = problems.problem(1, problems.SCALAR_SIZES)
    network = problems.neurons(task.layers)
    assert problems.network_of(problems.numbers_of(network)) == network
    for array, its in zip(problems.as_arrays(network), task.parameters, strict=True):
        np.testing.assert_array_equal(array, its)


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
        check_agreement(contestants)


@pytest.mark.parametrize("forgetful_first", [True, False])
def test_gradients_left_behind_are_found(forgetful_first):
    total = np.zeros(2)

    def forgetful():
        total[:] += 1.0
        return 1.0, [total.copy()]

    contestants = {"a": gives(1.0, [1.0, 1.0]), "b": Contestant(lambda: None, forgetful)}
    if forgetful_first:
        contestants = dict(reversed(contestants.items()))
    with pytest.raises(AssertionError, match="gradient 0 of b is off"):
        check_agreement(contestants)


def test_a_tolerance_may_be_wider():
    contestants = {"a": gives(1.0, [1.0, 2.0]), "b": gives(1.0 + 1e-9, [1.0, 2.0 + 1e-9])}
    check_agreement(contestants, 1e-8)
    with pytest.raises(AssertionError, match="loss of b"):
        check_agreement(contestants, 1e-10)
