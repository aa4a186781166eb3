"""fit(compile=True) gives the weights, the numbers and the errors of the eager run."""

import random

import numpy as np
import pytest

import autograd
from autograd import Node, detect_anomaly
from nn import MLP, Linear, Module, ScalarMLP, Sequential, accuracy, fit, optim
from nn import functional as F
from nn.init import generator


def rng():
    return np.random.default_rng(0)


X = rng().normal(size=(23, 3))
Y = np.sin(X @ [[1.0], [-2.0], [0.5]])
SIGNS = np.where(Y > 0.0, 1, -1)
CLASSES = rng().integers(0, 4, 23)


def net(outputs=1):
    return MLP([3, 5, outputs], activation="tanh", rng=rng())


def sgd(params):
    return optim.SGD(params, lr=0.1)


def weights_of(p):
    return np.array(p.value)


def run(make, compile, *, x=X, y=Y, loss=F.mse_loss, optimizer=sgd, params=None, **options):
    """The weights after training, and the history."""
    model = make()
    trained = model.parameters() if params is None else params(model)
    options = {"rng": rng(), "epochs": 3, "batch_size": 5, "progress": False, **options}
    history = fit(model, x, y, loss=loss, optimizer=optimizer(trained), compile=compile, **options)
    assert all(p.grad is None for p in trained)
    return [*map(weights_of, trained)], history


def assert_same_training(make, tolerance=1e-10, **options):
    (eager, expected), (compiled, history) = (run(make, c, **options) for c in (False, True))
    start = make()
    before = start.parameters() if "params" not in options else options["params"](start)
    assert not all(map(np.array_equal, eager, map(weights_of, before)))
    for a, b in zip(compiled, eager, strict=True):
        assert a.dtype == b.dtype and a.shape == b.shape
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)
    for name, numbers in vars(expected).items():
        np.testing.assert_allclose(vars(history)[name], numbers, rtol=tolerance, atol=tolerance)
    return history


OPTIMIZERS = {
    "SGD": sgd,
    "momentum": lambda p: optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=0.01),
    "Nesterov": lambda p: optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True),
    "Adam": lambda p: optim.Adam(p, lr=0.05, weight_decay=0.01),
}


def test_every_optimizer_is_tried():
    known = {c.__name__ for c in vars(optim).values()
             if isinstance(c, type) and issubclass(c, optim.Optimizer)}  # fmt: skip
    tried = {type(make([Node(1.0)])).__name__ for make in OPTIMIZERS.values()}
    assert tried == known - {"Optimizer"}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers(name):
    assert_same_training(net, optimizer=OPTIMIZERS[name], epochs=10)


def probability(loss, **options):
    return lambda output, y: loss(F.sigmoid(output), y, **options)


LOSSES = {
    "mse_loss": (F.mse_loss, Y),
    "l1_loss": (F.l1_loss, Y),
    "huber_loss": (F.huber_loss, Y),
    "smooth_l1_loss": (F.smooth_l1_loss, Y),
    "binary_cross_entropy": (probability(F.binary_cross_entropy), (SIGNS + 1) // 2),
    "binary_cross_entropy_with_logits": (F.binary_cross_entropy_with_logits, SIGNS > 0),
    "multilabel_soft_margin_loss": (F.multilabel_soft_margin_loss, SIGNS > 0),
    "soft_margin_loss": (F.soft_margin_loss, SIGNS),
    "hinge_embedding_loss": (F.hinge_embedding_loss, SIGNS),
    "poisson_nll_loss": (F.poisson_nll_loss, CLASSES[:, None]),
    "margin_ranking_loss": (lambda a, b: F.margin_ranking_loss(a, 0.5 * a**2, b), SIGNS),
    "kl_div": (lambda a, b: F.kl_div(F.log_softmax(a), b), np.eye(4)[CLASSES]),
    "gaussian_nll_loss": (
        lambda a, b: F.gaussian_nll_loss(a[:, :1], b, np.exp(a[:, 1:2])), Y,
    ),
    "cosine_embedding_loss": (
        lambda a, b: F.cosine_embedding_loss(a, a**2, b), SIGNS[:, 0].astype(float),
    ),
    "triplet_margin_loss": (lambda a, b: F.triplet_margin_loss(a, b, a**2), np.tile(Y, 4)),
    "cross_entropy": (F.cross_entropy, CLASSES),
    "cross_entropy of rows": (F.cross_entropy, np.eye(4)[CLASSES]),
    "cross_entropy of whole rows": (F.cross_entropy, np.eye(4, dtype=int)[CLASSES]),
    "cross_entropy, weighted and smoothed": (
        lambda a, b: F.cross_entropy(a, b, weight=[1, 2, 3, 4], label_smoothing=0.1), CLASSES,
    ),
    "cross_entropy without a class": (
        lambda a, b: F.cross_entropy(a, b, ignore_index=2), CLASSES,
    ),
    "nll_loss": (lambda a, b: F.nll_loss(F.log_softmax(a), b), CLASSES),
    "multi_margin_loss": (F.multi_margin_loss, CLASSES),
}  # fmt: skip


def outputs_for(name, y):
    one = {"binary", "huber", "smooth", "mse", "l1", "poisson", "multilabel", "soft", "hinge",
           "margin"}  # fmt: skip
    return 1 if name.split("_")[0] in one else 4


def test_every_loss_is_tried():
    losses = {name for name in F.__all__ if "loss" in name or name in ("kl_div", "cross_entropy")}
    assert {name.split()[0].strip(",") for name in LOSSES} >= losses | {"binary_cross_entropy"}


@pytest.mark.parametrize("name", LOSSES)
def test_losses(name):
    loss, y = LOSSES[name]
    assert_same_training(lambda: net(outputs_for(name, y)), loss=loss, y=y)


class Tied(Module):
    """An autoencoder with one matrix both ways, a frozen scale and a parameter without a use."""

    def __init__(self):
        self.first = Linear(3, 2, rng=rng())
        self.again = self.first
        self.scale = Node([1.0, 2.0, 3.0], requires_grad=False)
        self.shift = Node(0.5)
        self.idle = Node(np.ones(2))

    def forward(self, x):
        return np.tanh(self.first(x)) @ self.again.weight * self.scale + self.shift


def test_tied_frozen_scalar_and_unused_parameters():
    def adam(params):
        return optim.Adam(params, lr=0.05, weight_decay=0.1)

    assert_same_training(Tied, y=X, optimizer=adam)
    weights, _ = run(Tied, True, y=X, optimizer=adam)
    assert np.array_equal(weights[-1], np.ones(2))  # no decay either, as for `grad` None


def test_parameters_that_the_optimizer_does_not_have_stay():
    def some(model):
        return model.parameters()[:2]

    assert_same_training(net, params=some)
    model = net()
    fit(model, X, Y, loss=F.mse_loss, optimizer=sgd(some(model)), epochs=1, compile=True,
        progress=False)  # fmt: skip
    for p, q in zip(model.parameters()[2:], net().parameters()[2:], strict=True):
        assert np.array_equal(p.value, q.value) and p.grad is None


class Single(Module):
    """A network in float32, with a scalar."""

    def __init__(self):
        self.weight = Node(rng().normal(size=(3, 1)).astype(np.float32))
        self.shift = Node(np.float32(0.25))

    def forward(self, x):
        return np.tanh(x @ self.weight) + self.shift


def test_single_precision_stays():
    x, y = X.astype(np.float32), Y.astype(np.float32)
    assert_same_training(Single, 1e-5, x=x, y=y, optimizer=OPTIMIZERS["Adam"])
    assert_same_training(Single, 1e-5, x=x, y=Y, optimizer=OPTIMIZERS["Adam"])
    weights, _ = run(Single, True, x=x, y=y)
    assert {w.dtype for w in weights} == {np.dtype(np.float32)}


def test_functions_are_models():
    def pair():
        w, b = Node(np.ones((3, 1))), Node(0.0)
        model = lambda x: np.tanh(x @ w) + b  # noqa: E731
        model.parameters = lambda: [w, b]
        return model

    assert_same_training(pair)


def test_networks_of_neurons():
    assert_same_training(lambda: ScalarMLP([3, 2, 1], rng=rng()), y=Y[:, 0])


class Embedding(Module):
    """Rows of a matrix by integers."""

    def __init__(self):
        self.table = Node(rng().normal(size=(6, 4)))

    def forward(self, x):
        return self.table[x].sum(axis=1)


def test_integers_are_inputs():
    words = rng().integers(0, 6, (23, 2))
    assert_same_training(Embedding, x=words, y=CLASSES, loss=F.cross_entropy)
    assert_same_training(lambda: net(4), x=words[:, [0, 1, 0]], y=CLASSES, loss=F.cross_entropy)
    assert_same_training(net, x=X > 0.0)


def test_metric_and_validation():
    history = assert_same_training(
        lambda: net(4), y=CLASSES, loss=F.cross_entropy, metric=accuracy, batch_size=8,
        validation=(X[::2], CLASSES[::2]),
    )  # fmt: skip
    assert len(history.metric) == len(history.validation_metric) == 3
    seen = []

    def metric(output, y):
        seen.append(output)
        return float(output.value.sum()) + F.l1_loss(output, y).value

    assert_same_training(net, metric=metric, validation=(X, Y))
    assert all(type(output) is Node for output in seen)
    assert not any(output.requires_grad for output in seen[len(seen) // 2 :])


def test_several_outputs_and_inputs_of_one_sample():
    class Two(Module):
        def __init__(self):
            self.a, self.b = Linear(3, 1, rng=rng()), Linear(3, 1, rng=rng())

        def forward(self, x):
            return {"mean": self.a(x), "spread": self.b(x)}

    def loss(output, y):
        return F.gaussian_nll_loss(output["mean"], y, np.exp(output["spread"]))

    assert_same_training(Two, loss=loss, metric=lambda out, y: out["mean"].value.mean())
    assert_same_training(net, batch_size=1, x=X[:3], y=Y[:3])


def test_one_program_for_each_length_and_mode():
    runs = []

    class Watched(Linear):
        def forward(self, x):
            runs.append((self.training, x.shape[0]))
            return super().forward(x) * (1.0 if self.training else 0.5)

    def make():
        return Watched(3, 1, rng=rng())

    model = make()
    history = fit(
        model, X, Y, loss=F.mse_loss, optimizer=sgd(model.parameters()), epochs=4, batch_size=5,
        validation=(X, Y), rng=rng(), progress=False, compile=True,
    )  # fmt: skip
    assert runs == [(True, 5), (True, 3), (False, 5), (False, 3)]
    assert model.training
    assert history.validation_loss[-1] == pytest.approx(
        F.mse_loss(0.5 * (X @ model.weight.value.T + model.bias.value), Y), rel=1e-12
    )
    assert_same_training(make, validation=(X, Y))


# What is refused.


def assert_refused(kind, match, make=net, **options):
    """The error, which comes before any parameter changes."""
    made = []

    def kept():
        made.append(make())
        return made[0]

    with pytest.raises(kind, match=match) as caught:
        run(kept, True, **options)
    for p, q in zip(made[0].parameters(), make().parameters(), strict=True):
        assert np.array_equal(p.value, q.value) and p.grad is None
    return caught.value


class Dropout(Module):
    """Zeros for a share of the inputs in training."""

    def __init__(self, source):
        self.source = source

    def forward(self, x):
        if not self.training:
            return x
        numbers = np.array(self.source(x.size)).reshape(x.shape)
        return x * (numbers < 0.5) * 2.0


SOURCES = {
    "a generator": generator(rng()).random,
    "an older generator": np.random.RandomState(0).random_sample,
    "the global generator": lambda n: np.random.random(n),
    "Python's": lambda n: [random.random() for _ in range(n)],
}


@pytest.mark.parametrize("name", SOURCES)
def test_random_numbers_are_refused(name):
    def make():
        random.seed(0)
        return Sequential(Linear(3, 4, rng=rng()), Dropout(SOURCES[name]), Linear(4, 1, rng=rng()))

    error = assert_refused(TypeError, "draw random numbers", make)
    assert "compile=False" in str(error)
    weights, _ = run(make, False)
    assert all(np.isfinite(w).all() for w in weights)


def test_dropout_that_is_switched_off_is_compiled():
    class Off(Dropout):
        def train(self, mode=True):
            return super().train(False)

        training = property(lambda self: False, lambda self, mode: None)

    assert_same_training(
        lambda: Sequential(Linear(3, 4, rng=rng()), Off(rng().random), Linear(4, 1, rng=rng()))
    )


def test_modules_that_change_are_refused():
    class Counting(Linear):
        calls = 0

        def forward(self, x):
            self.calls = self.calls + 1
            return super().forward(x)

    error = assert_refused(
        TypeError, "Counting sets its attribute calls", lambda: Counting(3, 1, rng=rng())
    )
    assert "outside of forward" in str(error)


def test_branches_on_values_are_refused():
    class Branching(Linear):
        def forward(self, x):
            y = super().forward(x)
            return y if y.sum() > 0.0 else -y

    error = assert_refused(TypeError, "np.where", lambda: Branching(3, 1, rng=rng()))
    assert "compile=False" in error.__notes__[0]


def test_losses_that_cannot_be_minimised_are_refused():
    assert_refused(
        TypeError, "reduction='mean'", loss=lambda a, b: F.mse_loss(a, b, reduction="none")
    )
    assert_refused(
        TypeError, "depends on no parameter", loss=lambda a, b: F.mse_loss(a.detach(), b)
    )
    assert_refused(TypeError, "return the value", loss=lambda a, b: F.mse_loss(a.value, b))
    assert_refused(ValueError, "predictions have shape", y=Y[:, 0])


def test_a_loss_that_is_not_finite_stops_before_parameters_change():
    x, y = X.copy(), Y.copy()
    x[20], y[20] = np.nan, np.nan
    options = {"batch_size": 23}
    assert_refused(FloatingPointError, "the loss is nan in epoch 1 of 3, so", x=x, **options)
    assert_refused(ValueError, "the target has NaN", y=y, **options)
    late = np.array([0, 1, 2, 3] * 5 + [0, 1, 7])
    assert_refused(
        ValueError,
        "class 7 does not exist",
        lambda: net(4),
        y=late,
        loss=F.cross_entropy,
        **options,
    )
    assert_refused(
        ValueError,
        "no losses to take the mean of",
        lambda: net(4),
        y=np.full(23, -100),
        loss=F.cross_entropy,
        **options,
    )
    assert_refused(ValueError, "other numbers than 1", y=Y, loss=F.hinge_embedding_loss, **options)


def test_a_loss_that_overflows_later_stops_as_eager():
    states = []
    for compile in (False, True):
        model = Linear(3, 1, rng=rng())
        with (
            np.errstate(all="ignore"),
            pytest.raises(FloatingPointError, match="the loss is inf in epoch") as caught,
        ):
            fit(
                model, 1e3 * X, Y, loss=F.mse_loss, optimizer=sgd(model.parameters()), epochs=100,
                batch_size=5, rng=rng(), progress=False, compile=compile,
            )  # fmt: skip
        states.append((str(caught.value), *map(weights_of, model.parameters())))
    (first, *eager), (second, *compiled) = states
    assert first == second
    for a, b in zip(compiled, eager, strict=True):
        assert np.isfinite(a).all() and np.allclose(a, b, rtol=1e-10, atol=0.0)


def test_inside_detect_anomaly_the_first_fault_is_named():
    x = X.copy()
    x[3] = np.nan
    model = net()
    with detect_anomaly(), pytest.raises(FloatingPointError, match="linear"):
        fit(model, x, Y, loss=F.mse_loss, optimizer=sgd(model.parameters()), epochs=1,
            progress=False, compile=True)  # fmt: skip
    with detect_anomaly():
        assert_same_training(net)


def test_gradients_of_a_step_are_seen_and_kept():
    kept = []

    class Clipping(optim.SGD):
        def step(self):
            for p in self.params:
                kept.append((p.grad, np.array(p.grad)))
                p.grad = np.clip(p.grad, -0.01, 0.01)
            super().step()

    assert_same_training(net, optimizer=lambda params: Clipping(params, lr=0.1))
    assert all(np.array_equal(now, then) for now, then in kept)


def test_gradients_from_before_do_not_count():
    results = []
    for compile in (False, True):
        model = net()
        F.mse_loss(model(X), Y).backward()
        fit(model, X, Y, loss=F.mse_loss, optimizer=sgd(model.parameters()), epochs=1, rng=rng(),
            progress=False, compile=compile)  # fmt: skip
        results.append(weights_of(model.parameters()[0]))
    np.testing.assert_allclose(*results, rtol=1e-10)


def test_a_buffer_in_the_model():
    class Filling(Linear):
        def forward(self, x):
            b = autograd.zeros((len(x), 1))
            b[:, 0] = super().forward(x)[:, 0] * 2.0
            return b * 1.0

    assert_same_training(lambda: Filling(3, 1, rng=rng()))
