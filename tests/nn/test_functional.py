"""Losses: closed forms, central differences, stability and refused arguments."""

import numpy as np
import pytest

from autograd import Node
from nn import functional as F

SHAPES = [(3,), (4, 3), (2, 4, 3)]


def rng():
    return np.random.default_rng(0)


def central(f, x, step=1e-6):
    result = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += step
        down[index] -= step
        result[index] = (f(up) - f(down)) / (2.0 * step)
    return result


def close(a, b, tolerance=1e-12):
    return np.allclose(a, b, rtol=tolerance, atol=tolerance)


def number(x):
    return x.value if isinstance(x, Node) else x


@pytest.mark.parametrize("shape", [(), *SHAPES])
def test_mse_loss_in_its_three_reductions(shape):
    x, y = rng().normal(size=(2, *shape))
    squares = (x - y) ** 2
    assert close(F.mse_loss(Node(x), y).value, squares.mean())
    assert close(F.mse_loss(Node(x), Node(y), reduction="sum").value, squares.sum())
    assert close(F.mse_loss(Node(x), y, reduction="none").value, squares)
    assert close(number(F.mse_loss(x, y)), squares.mean())


def test_mse_loss_passes_signals_to_both_sides():
    x, y = Node([1.0, 2.0]), Node([0.0, 4.0])
    F.mse_loss(x, y).backward()
    assert x.grad.tolist() == [1.0, -2.0] and y.grad.tolist() == [-1.0, 2.0]


def test_mse_loss_takes_lists_of_nodes():
    a, b = Node(1.0), Node(2.0)
    F.mse_loss([a, b], [0, 0], reduction="sum").backward()
    assert (a.grad, b.grad) == (2.0, 4.0)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_cross_entropy_is_its_formula_for_both_forms_of_target(shape, reduction):
    x = rng().normal(size=shape)
    classes = rng().integers(0, 3, size=shape[:-1])
    one_hot = np.eye(3)[classes]
    each = -np.log((np.exp(x) * one_hot).sum(-1) / np.exp(x).sum(-1))
    expected = {"mean": each.mean(), "sum": each.sum(), "none": each}[reduction]
    for target in (classes, classes.tolist(), one_hot, one_hot.astype(int), one_hot.astype(bool)):
        assert close(F.cross_entropy(Node(x), target, reduction).value, expected)


@pytest.mark.parametrize("shape", SHAPES)
def test_cross_entropy_against_central_differences(shape):
    x = rng().normal(size=shape)
    classes = rng().integers(0, 3, size=shape[:-1])
    soft = rng().dirichlet(np.ones(3), size=shape[:-1])
    for target in (classes, soft):
        node = Node(x)
        F.cross_entropy(node, target).backward()
        wanted = central(lambda x, t=target: number(F.cross_entropy(x, t)), x)
        assert close(node.grad, wanted, 1e-8)
    node = Node(soft)
    F.cross_entropy(x, node).backward()
    assert close(node.grad, central(lambda t: number(F.cross_entropy(x, t)), soft), 1e-8)


def test_cross_entropy_is_stable_for_large_logits():
    node = Node([[1e4, -1e4, 0.0], [1e4, -1e4, 0.0]])
    loss = F.cross_entropy(node, [0, 1], reduction="none")
    assert loss.value.tolist() == [0.0, 2e4]
    loss.backward(np.ones(2))
    assert node.grad.tolist() == [[0.0, 0.0, 0.0], [1.0, -1.0, 0.0]]
    one_hot = F.cross_entropy(Node([[1e4, -1e4]]), [[0.0, 1.0]])
    assert one_hot.value == 2e4


def test_float32_stays_float32():
    x = Node(rng().normal(size=(4, 3)).astype(np.float32))
    assert F.cross_entropy(x, [0, 1, 2, 0]).dtype == np.float32
    assert F.mse_loss(x, np.zeros((4, 3), np.float32)).dtype == np.float32


def test_shapes_are_never_broadcast():
    with pytest.raises(ValueError, match=r"write target\.reshape\(\(4, 1\)\)"):
        F.mse_loss(Node(np.ones((4, 1))), np.ones(4))
    with pytest.raises(ValueError, match="one target for each prediction"):
        F.mse_loss(Node(np.ones(4)), 1.0)
    with pytest.raises(ValueError, match=r"class numbers of shape \(4,\)"):
        F.cross_entropy(Node(np.ones((4, 3))), [[0], [1], [2], [0]])
    with pytest.raises(ValueError, match="no classes"):
        F.cross_entropy(Node(1.0), 0)


def test_targets_that_make_no_sense_are_refused():
    logits = Node(np.ones((2, 3)))
    for target in ([0, 3], [-1, 0]):
        with pytest.raises(ValueError, match="does not exist: the logits have 3 classes"):
            F.cross_entropy(logits, target)
    for target in ([0.0, 1.0], [True, False], Node([0.0, 1.0])):
        with pytest.raises(TypeError, match="class numbers are integers"):
            F.cross_entropy(logits, target)
    for loss, wrong in ((F.cross_entropy, [[np.nan] * 3] * 2), (F.mse_loss, [[np.nan] * 3] * 2)):
        with pytest.raises(ValueError, match="target has NaN"):
            loss(logits, wrong)
    with pytest.raises(ValueError, match="one of mean, sum, none"):
        F.mse_loss(logits, np.ones((2, 3)), reduction="avg")
    with pytest.raises(ValueError, match="no losses"):
        F.mse_loss(Node(np.ones(0)), np.ones(0))
    assert F.mse_loss(Node(np.ones(0)), np.ones(0), reduction="sum").value == 0.0


def test_activations_work_on_nodes_and_arrays():
    x = rng().normal(size=(4, 3))
    for name, activation in F.ACTIVATIONS.items():
        assert (activation(Node(x)).value == number(activation(x))).all(), name
    assert F.activation_named(None)(x) is x
    assert close(F.linear(Node(x), np.eye(3), np.ones(3)).value, x + 1.0)
