"""fit: what it learns, what it records, that it repeats itself and leaves nothing behind."""

import gc
from itertools import chain

import numpy as np
import pytest

from autograd import Node
from nn import MLP, Linear, Module, ScalarMLP, accuracy, fit, optim
from nn import functional as F

XOR_X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR_Y = np.array([[0.0], [1.0], [1.0], [0.0]])


def rng():
    return np.random.default_rng(0)


def train(net, x, y, *, lr=0.05, loss=F.mse_loss, **options):
    optimizer = optim.Adam(net.parameters(), lr=lr)
    options = {"rng": rng(), "epochs": 3, "progress": False, **options}
    return fit(net, x, y, loss=loss, optimizer=optimizer, **options)


def line(n=50):
    x = rng().normal(size=(n, 3))
    return x, x @ [[1.0], [-2.0], [0.5]] + 0.1 * rng().normal(size=(n, 1)) + 3.0


def test_xor_is_learned():
    net = MLP([2, 8, 1], rng=rng())
    history = train(net, XOR_X, XOR_Y, epochs=300)
    assert len(history.loss) == 300 and history.loss[-1] < 1e-3 < history.loss[0]
    assert (np.abs(net(XOR_X).value - XOR_Y) < 0.1).all()
    assert "300 epochs, loss" in repr(history)


def test_xor_is_learned_neuron_by_neuron():
    net = ScalarMLP([2, 4, 1], rng=rng())
    history = train(net, XOR_X, XOR_Y[:, 0], epochs=300)
    assert history.loss[-1] < 1e-2


def test_linear_regression_reaches_the_closed_form():
    x, y = line()
    net = Linear(3, 1, rng=rng())
    optimizer = optim.SGD(net.parameters(), lr=0.2)
    options = {"epochs": 400, "batch_size": 50, "progress": False}
    fit(net, x, y, loss=F.mse_loss, optimizer=optimizer, rng=rng(), **options)
    solution, *_ = np.linalg.lstsq(np.c_[x, np.ones(50)], y, rcond=None)
    found = np.r_[net.weight.value[0], net.bias.value]
    assert np.allclose(found, solution[:, 0], rtol=0, atol=1e-10)


def test_classes_are_learned_with_metric_and_validation():
    x = rng().normal(size=(90, 2)) + np.repeat([[0, 4], [4, 0], [-4, -4]], 30, axis=0)
    y = np.repeat([0, 1, 2], 30)
    net = MLP([2, 8, 3], rng=rng())
    history = train(
        net, x, y, loss=F.cross_entropy, epochs=20, metric=accuracy, validation=(x[::3], y[::3])
    )
    assert history.metric[-1] > 0.95 and history.validation_metric[-1] > 0.95
    assert len(history.validation_loss) == len(history.validation_metric) == 20
    assert history.validation_loss[-1] == F.cross_entropy(net(x[::3]), y[::3]).value


@pytest.mark.parametrize("make", [lambda: MLP([3, 4, 1], rng=rng())])
def test_the_same_generator_repeats_a_run_bit_for_bit(make):
    x, y = line()
    runs = [(net := make(), train(net, x, y)) for _ in range(2)]
    (first, one), (second, two) = runs
    assert one == two
    for name, value in first.state_dict().items():
        assert value.tobytes() == second.state_dict()[name].tobytes()
    other = train(make(), x, y, rng=np.random.default_rng(1))
    assert other.loss != one.loss


def test_every_sample_comes_once_per_epoch_in_read_only_batches():
    seen = []

    def model(batch):
        assert not batch.flags.writeable and batch.base is None
        seen.append(batch[:, 0].tolist())
        return batch * w

    w = Node(0.0)
    x = np.arange(7.0)[:, None]
    optimizer = optim.SGD([w], lr=0.0)
    history = fit(
        model, x, x, loss=F.mse_loss, optimizer=optimizer, epochs=2, batch_size=3, rng=rng(),
        progress=False,
    )  # fmt: skip
    assert [len(batch) for batch in seen] == [3, 3, 1] * 2
    epochs = [[*chain(*seen[:3])], [*chain(*seen[3:])]]
    assert all(sorted(epoch) == list(range(7)) for epoch in epochs) and epochs[0] != epochs[1]
    assert np.allclose(history.loss, (x**2).mean(), rtol=1e-15)
    assert x.flags.writeable and w.grad is None
    seen.clear()
    options = {"epochs": 1, "batch_size": 3, "shuffle": False, "progress": False}
    fit(model, x, x, loss=F.mse_loss, optimizer=optimizer, **options)
    assert seen == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0], [6.0]]


def test_modes_during_and_after():
    modes = []

    class Watched(Module):
        def __init__(self):
            self.w = Node(1.0)

        def forward(self, x):
            modes.append(self.training)
            return self.w * x

    net, x = Watched().eval(), np.ones((2, 1))
    train(net, x, x, epochs=1, validation=(x, x))
    assert modes == [True, False] and net.training is False


def test_three_hundred_steps_leave_no_objects_behind():
    x, y = line(30)
    net = MLP([3, 4, 1], rng=rng())
    train(net, x, y, epochs=2, batch_size=10)
    gc.collect()
    gc.disable()
    try:
        before = len(gc.get_objects())
        history = train(net, x, y, epochs=100, batch_size=10)
        after = len(gc.get_objects())
        garbage = gc.collect()
    finally:
        gc.enable()
    assert len(history.loss) == 100
    assert after - before < 20 and garbage == 0


def test_wrong_data_are_refused():
    net, (x, y) = MLP([3, 1], rng=rng()), line()
    with pytest.raises(ValueError, match="50 and 49 samples"):
        train(net, x, y[1:])
    with pytest.raises(ValueError, match="x and y are empty"):
        train(net, x[:0], y[:0])
    with pytest.raises(ValueError, match="validation data have 50 and 1"):
        train(net, x, y, validation=(x, y[:1]))
    with pytest.raises(TypeError, match=r"node\.value"):
        train(net, Node(x), y)
    with pytest.raises(ValueError, match="axis of samples"):
        train(net, 1.0, 1.0)
    for options in ({"epochs": 0}, {"batch_size": 0}, {"batch_size": 1.5}, {"epochs": True}):
        with pytest.raises(ValueError, match="whole number"):
            train(net, x, y, **options)
    with pytest.raises(TypeError, match="default_rng"):
        train(net, x, y, rng=3)


def test_losses_that_cannot_be_minimised_are_refused():
    net, (x, y) = MLP([3, 1], rng=rng()), line()
    with pytest.raises(TypeError, match="reduction='mean'"):
        train(net, x, y, loss=lambda a, b: F.mse_loss(a, b, reduction="none"))
    with pytest.raises(TypeError, match="depends on no parameter"):
        train(net, x, y, loss=lambda a, b: F.mse_loss(a.value, b))
    with pytest.raises(ValueError, match="predictions have shape"):
        train(net, x, y[:, 0])


def test_a_loss_that_is_not_finite_stops_before_parameters_change():
    net, (x, y) = MLP([3, 1], rng=rng()), line()
    x[20] = np.nan
    with pytest.raises(FloatingPointError, match="the loss is nan in epoch 1 of 3, so"):
        train(net, x, y)
    assert all(np.isfinite(p.value).all() and p.grad is None for p in net.parameters())


@pytest.mark.parametrize("compile", [False, True])
def test_a_loss_that_is_not_finite_in_validation_says_so(compile):
    net, (x, y) = MLP([3, 1], rng=rng()), line()
    with pytest.raises(FloatingPointError, match="the loss is nan in epoch 1 of 3, in validation,"):
        train(net, x, y, validation=(x * np.nan, y), compile=compile)


def test_nothing_is_recorded_in_validation():
    net, (x, y) = MLP([3, 1], rng=rng()), line()
    recorded = []

    def loss(output, target):
        recorded.append(output.requires_grad)
        return F.mse_loss(output, target)

    train(net, x, y, loss=loss, epochs=2, batch_size=50, validation=(x, y))
    assert recorded == [True, False, True, False]


def test_ctrl_c_passes_through_and_training_can_go_on():
    net, (x, y) = MLP([3, 1], rng=rng()), line()
    calls = []

    def loss(a, b):
        calls.append(1)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return F.mse_loss(a, b)

    net.eval()
    with pytest.raises(KeyboardInterrupt):
        train(net, x, y, loss=loss)
    assert net.training is False and all(p.grad is None for p in net.parameters())
    assert len(train(net, x, y).loss) == 3


def test_the_progress_bar_is_on_standard_error(capsys):
    net, (x, y) = MLP([3, 1], rng=rng()), line()
    train(net, x, y, progress=True)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "epoch 3/3" in shown.err and "6/6" in shown.err and "loss" in shown.err


def test_accuracy_counts_right_classes():
    scores = [[0.1, 0.9], [0.8, 0.2]]
    assert accuracy(np.array(scores), [[0, 1], [0, 1]]) == 0.5
    assert accuracy(Node(scores), [1, 0]) == 1.0
    with pytest.raises(ValueError, match="class numbers"):
        accuracy(Node(scores), [1])
