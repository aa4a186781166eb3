"""The steps of `fit`: the loss of a batch and the change that it leads to, eager or compiled."""

import gc
import math
import pickle
import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd import Node, compile, no_grad
from autograd.node import leaf, put_gradients, raw
from autograd.state import current_trace, recording
from autograd.sweep import pull
from autograd.trees import map_leaves
from autograd.values import fit
from nn.module import Module
from nn.optim import Optimizer

Array = np.ndarray[Any, np.dtype[Any]]
Loss = Callable[[Any, Any], Any]


class Trainer:
    """The parts of one `fit`, and where it is, for messages."""

    def __init__(
        self,
        model: Callable[[Any], Any],
        loss: Loss,
        metric: Loss | None,
        optimizer: Optimizer,
    ) -> None:
        self.model = model
        self.loss = loss
        self.metric = metric
        self.optimizer = optimizer
        self.place = ""

    def epoch(self, batches: Iterable[tuple[Array, Array]], bar: Any) -> list[float]:
        """Make a step for each batch; the means of loss and metric."""
        _switch(self.model, True)
        measured = []
        for x, y in batches:
            measured.append((len(x), self.step(x, y)))
            if bar is not None:
                bar.update()
        return _means(measured)

    def validate(self, batches: Iterable[tuple[Array, Array]]) -> list[float]:
        """The means of loss and metric with the model as it is."""
        _switch(self.model, False)
        self.place += ", in validation"
        with no_grad():
            return _means([(len(x), self.look(x, y)) for x, y in batches])

    def step(self, x: Array, y: Array) -> list[float]:
        """Change the parameters by the gradient of a batch; what was measured before."""
        self.optimizer.zero_grad()
        root, numbers = self.measure(x, y)
        _checked_root(root).backward()
        self.optimizer.step()
        return numbers

    def look(self, x: Array, y: Array) -> list[float]:
        """What `step` measures, and nothing else."""
        return self.measure(x, y)[1]

    def measure(self, x: Array, y: Array) -> tuple[Any, list[float]]:
        """The loss of a batch, as it is and as a float, with the metric if there is one."""
        output = self.model(x)
        root = self.loss(output, y)
        return root, self.numbers(root, output, y)

    def numbers(self, root: Any, output: Any, y: Array) -> list[float]:
        """The loss as a float, with the metric if there is one."""
        number = _float(root, "loss")
        if not math.isfinite(number):
            raise FloatingPointError(
                f"the loss is {number} in {self.place}, so its gradient would spoil all "
                "parameters; lower the learning rate, or scale the data to about ±1"
            )
        if self.metric is None:
            return [number]
        return [number, _float(self.metric(output, y), "metric")]


class CompiledTrainer(Trainer):
    """The same through one program for each length of a batch, and one more to look."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self._step = compile(self._gradients)
        self._look = compile(self._outputs)

    def step(self, x: Array, y: Array) -> list[float]:
        """Change the parameters by the gradient of a batch; what was measured before."""
        root, output, gradients = self._run(self._step, x, y)
        numbers = self._numbers(root, output, x, y)
        put_gradients(self.optimizer.params, map(raw, gradients))
        self.optimizer.step()
        return numbers

    def look(self, x: Array, y: Array) -> list[float]:
        """What `step` measures, and nothing else."""
        root, output = self._run(self._look, x, y)
        return self._numbers(root, output, x, y)

    def _run(self, program: Callable[..., Any], x: Array, y: Array) -> Any:
        try:
            return program(x, y)
        except TypeError as error:
            error.add_note(
                "fit compiles model and loss: write compile=False to run them as they are"
            )
            raise

    def _numbers(self, root: Any, output: Any, x: Array, y: Array) -> list[float]:
        """As `numbers`; where the loss is not finite with the errors of eager losses for it."""
        if not math.isfinite(_float(root, "loss")):
            self.measure(x, y)
        return self.numbers(root, map_leaves(_constant, output), y)

    def _outputs(self, x: Any, y: Any) -> tuple[Any, Any]:
        """The loss, and what the metric is of."""
        with _same_each_time(self.model, self.loss):
            output = self.model(x)
            root = self.loss(output, y)
        _one_number(root, "loss")
        return root, None if self.metric is None else output

    def _gradients(self, x: Any, y: Any) -> tuple[Any, Any, list[Any]]:
        """The same with the gradients of the parameters, None for those that take no part."""
        with recording():
            root, output = self._outputs(x, y)
            seed = leaf(fit(1.0, raw(_checked_root(root))), live=False)
            signals = pull(root, seed, record=True)
        return root, output, [signals.get(p) for p in self.optimizer.params]


@contextmanager
def _same_each_time(model: Any, loss: Any) -> Iterator[None]:
    """Raise for what a traced function does besides, and a program would not do again."""
    if current_trace() is None:
        yield
        return
    generators = [x for x in gc.get_objects() if type(x) in GENERATORS]
    modules = [m for f in (model, loss) if isinstance(f, Module) for _, m in f.named_modules()]
    states, attributes = list(map(pickle.dumps, generators)), [dict(vars(m)) for m in modules]
    yield
    if states != list(map(pickle.dumps, generators)):
        raise TypeError(
            "model or loss draw random numbers, but a compiled step would use those of the first "
            "one again and again; draw them before and give them as a part of x, or write "
            "compile=False"
        )
    for module, before in zip(modules, attributes, strict=True):
        for name, now in vars(module).items():
            if name not in OF_MODULES and before.get(name, module) is not now:
                raise TypeError(
                    f"{type(module).__name__} sets its attribute {name} when it is called, but a "
                    "compiled step would do so once and not again; set it outside of forward, or "
                    "write compile=False"
                )


GENERATORS = {np.random.Generator, np.random.RandomState, random.Random}
OF_MODULES = set(Module.__annotations__)
"""The attributes that modules themselves set in a call."""


def _checked_root(root: Any) -> Node:
    if not isinstance(root, Node) or not root.requires_grad:
        raise TypeError(
            f"the loss is {type(root).__name__} and depends on no parameter, so nothing "
            "can be learned from it; stay with Nodes: no .value in model and loss"
        )
    return root


def _one_number(x: Any, what: str) -> Any:
    """The value of `x`, which is to be one number."""
    x = raw(x)
    if np.size(x) != 1 or getattr(x, "dtype", np.asarray(x).dtype).kind not in "fiub":
        raise TypeError(
            f"the {what} gives {type(x).__name__} of shape {np.shape(x)}, not one number; "
            "write reduction='mean'"
        )
    return x


def _float(x: Any, what: str) -> float:
    x = raw(x)
    return x if type(x) is float else float(np.reshape(_one_number(x, what), ()))


def _constant(x: Any) -> Any:
    """A result of a program as a metric gets it."""
    return leaf(x, live=False) if isinstance(x, (float, np.floating, np.ndarray)) else x


def _means(measured: list[tuple[int, list[float]]]) -> list[float]:
    """The means over samples of numbers that are means over batches."""
    total = sum(size for size, _ in measured)
    columns = zip(*(numbers for _, numbers in measured), strict=True)
    sizes = [size for size, _ in measured]
    return [
        sum(n * each for n, each in zip(sizes, column, strict=True)) / total for column in columns
    ]


def _switch(model: Any, training: bool) -> None:
    if isinstance(model, Module):
        model.train(training)
