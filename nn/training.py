"""fit: the training loop, with mini-batches, validation, a progress bar and a history."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd import Node
from nn.init import generator
from nn.module import Module
from nn.optim import Optimizer
from nn.trainer import Array, CompiledTrainer, Loss, Trainer


@dataclass
class History:
    """What happened in each epoch: lists with one number per epoch.

    `loss` and `metric` are means over the samples, taken while the epoch went on, so each batch
    is measured before the step it leads to; `validation_loss` and `validation_metric` are taken
    after it. Lists of what was not asked for are empty.

    >>> History(loss=[0.5, 0.25]).loss[-1]
    0.25
    """

    loss: list[float] = field(default_factory=list)
    metric: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    validation_metric: list[float] = field(default_factory=list)

    def __repr__(self) -> str:
        lists = {name: numbers for name, numbers in vars(self).items() if numbers}
        texts = [f"{name} {numbers[0]:.4g} → {numbers[-1]:.4g}" for name, numbers in lists.items()]
        return f"History({', '.join([f'{len(self.loss)} epochs', *texts])})"


def accuracy(output: Any, target: Any) -> float:
    """The share of samples whose largest output, along the last axis, is at the right class.

    `output` has shape (..., classes), `target` holds class numbers, shape (...), or one-hot rows.
    ValueError if the shapes do not fit.

    >>> accuracy(Node([[0.1, 0.9], [0.8, 0.2]]), [1, 1])
    0.5
    """
    numbers = output.value if isinstance(output, Node) else np.asarray(output)
    right = np.asarray(target)
    if right.shape == np.shape(numbers):
        right = right.argmax(axis=-1)
    if right.shape != np.shape(numbers)[:-1]:
        raise ValueError(
            f"the outputs have shape {np.shape(numbers)} but the target {right.shape}: the last "
            f"axis of the outputs counts classes; give class numbers of shape "
            f"{np.shape(numbers)[:-1]}"
        )
    return float((np.argmax(numbers, axis=-1) == right).mean())


def fit(
    model: Callable[[Any], Any],
    x: Any,
    y: Any,
    *,
    loss: Loss,
    optimizer: Optimizer,
    epochs: int,
    batch_size: int = 32,
    validation: tuple[Any, Any] | None = None,
    metric: Loss | None = None,
    rng: np.random.Generator | None = None,
    shuffle: bool = True,
    progress: bool = True,
    compile: bool = False,
) -> History:
    """Train `model` so that `loss(model(x), y)` falls, and return the history of it.

    In each epoch the samples, the first axis of `x` and `y`, are shuffled by `rng` (without it
    each run differs), cut into batches of `batch_size`, the last perhaps smaller, and the
    optimizer makes one step for each. `loss` gives one number, a mean over samples; `metric`, if
    there is one, too (such as `accuracy`). `validation` is a pair of arrays like `x` and `y`.
    `progress` shows a bar on standard error. Modules train in train mode, are validated in eval
    mode and are left in the mode they came in; gradients are left None.
    With `compile` a step is one program (`autograd.compile`), traced once for each length of a
    batch: the weights are the same but for rounding, a step of a small network takes half the time.

    Raises ValueError for lengths that differ, empty data and counts below 1; TypeError for data
    that are no arrays and a loss that is no single number, with `compile` also for random draws,
    attributes set in modules and values that decide what is computed (generators made inside,
    arrays changed in place and numbers read elsewhere keep their first values); FloatingPointError
    as soon as a loss is not finite, before it changes any parameter. Ctrl-C leaves the last step's.

    >>> from nn import MLP, functional, optim
    >>> rng = np.random.default_rng(0)
    >>> model, x = MLP([1, 1], rng=rng), np.linspace(-1.0, 1.0, 50)[:, None]
    >>> fit(model, x, 2.0 * x, loss=functional.mse_loss, rng=rng, epochs=50, progress=False,
    ...     optimizer=optim.SGD(model.parameters(), lr=0.3), compile=True).loss[-1] < 1e-6
    True
    """
    x, y = checked_data(x, y, "x and y")
    held_out = None if validation is None else checked_data(*validation, "the validation data")
    epochs, batch_size = _count("epochs", epochs), _count("batch_size", batch_size)
    rng = generator(rng) if shuffle else None
    history = History()
    trainer = (CompiledTrainer if compile else Trainer)(model, loss, metric, optimizer)
    steps = epochs * math.ceil(len(x) / batch_size)
    with _mode_kept(model), _bar(steps, progress) as bar:
        try:
            for epoch in range(1, epochs + 1):
                trainer.place = f"epoch {epoch} of {epochs}"
                means = trainer.epoch(_batches(x, y, batch_size, rng), bar)
                _append(history.loss, history.metric, means)
                if held_out is not None:
                    means = trainer.validate(_batches(*held_out, batch_size))
                    _append(history.validation_loss, history.validation_metric, means)
                _show(bar, f"epoch {epoch}/{epochs}", history)
        finally:
            optimizer.zero_grad()
    return history


def checked_data(x: Any, y: Any, what: str = "x and y") -> tuple[Array, Array]:
    """Inputs and targets as arrays of as many samples; errors as in `fit`.

    >>> [each.shape for each in checked_data([[0.0, 1.0]], [1])]
    [(1, 2), (1,)]
    """
    if isinstance(x, Node) or isinstance(y, Node):
        raise TypeError(f"{what} are data, not Nodes; write node.value")
    x, y = np.asarray(x), np.asarray(y)
    if not x.ndim or not y.ndim:
        raise ValueError(f"{what} need an axis of samples; for a single one write x[None], y[None]")
    if len(x) != len(y):
        raise ValueError(
            f"{what} have {len(x)} and {len(y)} samples: each input needs its target; "
            "give arrays whose first axes have one length"
        )
    if not len(x):
        raise ValueError(f"{what} are empty, so there is nothing to learn; give at least 1 sample")
    return x, y


def _count(name: str, number: int) -> int:
    if not isinstance(number, (int, np.integer)) or isinstance(number, bool) or number < 1:
        raise ValueError(f"{name} is {number!r}, but it counts; write a whole number, at least 1")
    return int(number)


def _batches(
    x: Array, y: Array, size: int, rng: np.random.Generator | None = None
) -> Iterator[tuple[Array, Array]]:
    """Pairs of read-only batches, shuffled by `rng`: what nobody can change is not copied."""
    order = rng.permutation(len(x)) if rng else np.arange(len(x))
    for start in range(0, len(order), size):
        chosen = order[start : start + size]
        pair = x.take(chosen, axis=0), y.take(chosen, axis=0)
        for each in pair:
            each.flags.writeable = False
        yield pair


def _append(losses: list[float], metrics: list[float], means: list[float]) -> None:
    losses.append(means[0])
    metrics.extend(means[1:])


def _show(bar: Any, where: str, history: History) -> None:
    """Tell the bar, if there is one, the last numbers."""
    if bar is None:
        return
    lists = {name: numbers for name, numbers in vars(history).items() if numbers}
    state = ", ".join(f"{name} {numbers[-1]:.4g}" for name, numbers in lists.items())
    bar.set_description_str(where, refresh=False)
    bar.set_postfix_str(state, refresh=False)


@contextmanager
def _mode_kept(model: Any) -> Iterator[None]:
    """Leave every module in the mode that it is in."""
    modules = [m for _, m in model.named_modules()] if isinstance(model, Module) else []
    modes = [module.training for module in modules]
    try:
        yield
    finally:
        for module, mode in zip(modules, modes, strict=True):
            module.training = mode


@contextmanager
def _bar(total: int, progress: bool) -> Iterator[Any]:
    """A progress bar on standard error, or None."""
    if not progress:
        yield None
        return
    from tqdm import tqdm

    with tqdm(total=total, unit="batch") as bar:
        yield bar
