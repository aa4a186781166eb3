"""Operands for an op, drawn from what its statement says: `domain` or `cases`."""

import math
import warnings
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from autograd.dispatch import BY_FUNCTION
from autograd.op import Op
from autograd.testing.strategies import spread

ELEMENTWISE = {
    1: [[()], [(3,)], [(1,)], [(2, 3)], [(0,)], [(1, 1)], [(2, 0)], [(2, 1, 3)]],
    2: [[(), ()], [(3,), (3,)], [(2, 3), (3,)], [(2, 1), (1, 3)], [(), (3,)], [(2, 2), ()],
        [(1,), (3,)], [(0,), (1,)], [(2, 3), (1, 1)], [(), (1,)],
        [(0, 2), (2,)], [(3,), (2, 1, 1)]],
    3: [[(), (), ()], [(3,), (3,), (3,)], [(2, 3), (3,), ()], [(2, 1), (1, 3), (3,)],
        [(), (3,), ()], [(3,), (), ()], [(0,), (), (1,)], [(1,), (2, 1), (2,)]],
}  # fmt: skip
REDUCE = [(), (1,), (3,), (5,), (0,), (2, 3), (3, 1), (0, 2), (2, 2, 3), (2, 0, 3), (1, 3, 2)]


@dataclass
class Case:
    """An op with operands that it can be applied to."""

    op: Op
    xs: list[Any]
    statics: dict[str, Any] = field(default_factory=dict)
    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(0))

    def __repr__(self) -> str:
        return f"Case({self.op.name}, {self.xs}, {self.statics})"

    def cast(self, dtype: Any) -> "Case":
        """The same with the differentiable operands in another dtype."""
        xs = [x if bools(x) else np.asarray(x, dtype)[()] for x in self.xs]
        return Case(self.op, xs, self.statics, self.rng)

    def normal(self, shape: tuple[int, ...]) -> Any:
        """Weights for a result of that shape."""
        return plain(self.rng.normal(size=shape))


def bools(x: Any) -> bool:
    """Whether an operand is a mask, to which no signal goes."""
    return np.asarray(x).dtype == bool


def plain(x: Any) -> Any:
    """0-d values as scalars, 0-d float64 as floats."""
    x = np.asarray(x)
    return x if x.ndim else x[()].item() if x.dtype == np.float64 else x[()]


def reference(op: Op) -> Any:
    """NumPy's own function where there is one, the op's forward otherwise."""
    for function, ours in BY_FUNCTION.items():
        if ours is op.call and function not in (np.float_power, np.astype):
            return function
    return op.forward


def differentiable(op: Op) -> bool:
    return op.kind != "predicate"


def fill(op: Op, shapes: Any, statics: dict[str, Any], seed: int) -> Case:
    """Draw operands of these shapes."""
    rng = np.random.default_rng(seed)
    intervals = op.domain or ((-3.0, 3.0),) * len(shapes)
    masks = [rule is None for rule in op.rules] if op.arity is not None else [False] * len(shapes)
    xs = []
    for shape, interval, mask in zip(shapes, intervals, masks, strict=True):
        x = rng.random(shape) < 0.5 if mask else plain(spread(rng, shape, interval))
        for bound in statics.values():  # such as clip's: a kink, which no difference may cross
            if isinstance(bound, float):
                x = plain(np.where(np.abs(x - bound) < 0.01, bound + 0.02, x))
        xs.append(x)
    return Case(op, xs, statics, rng)


def axes(op: Op, ndim: int) -> list[Any]:
    """The axes that the op can be applied along, for operands of `ndim` dimensions."""
    some: list[Any] = [] if op.defaults["axis"] is not None else [None]
    some += [-1] if op.defaults["axis"] is not None and not ndim else range(-ndim, ndim)
    if op.cases == "reduce" and ndim:
        some += [(), (-1,), tuple(range(ndim))]
        if ndim > 1:
            some += [(0, -1), (1, 0)]
    return some


def settings_of(op: Op) -> list[tuple[Any, dict[str, Any]]]:
    """All (operand shapes, statics) that the op is tested with."""
    if op.cases is None:
        if op.domain is None:
            raise AssertionError(f"{op.name} says neither domain= nor cases=: nothing to draw from")
        return [(shapes, {}) for shapes in ELEMENTWISE[len(op.rules)]]
    if isinstance(op.cases, str):
        assert op.cases in ("reduce", "axis"), f"{op.name}: unknown cases={op.cases!r}"
        found = []
        for shape in REDUCE:
            for i, axis in enumerate(axes(op, len(shape))):
                statics = {"axis": axis}
                if "keepdims" in op.defaults:
                    statics["keepdims"] = bool((i + len(shape)) % 2)
                if meaningful(op, fill(op, [shape], statics, 0)):
                    found.append(([shape], statics))
                elif math.prod(shape):
                    raise AssertionError(f"{op.name} refuses {shape} with {statics}")
        return found
    return [(shapes, statics) for shapes, statics in op.cases]


def meaningful(op: Op, case: Case) -> bool:
    """Whether NumPy has a finite answer without a complaint."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return bool(np.isfinite(op.forward(*case.xs, **case.statics)).all())
    except (ValueError, RuntimeWarning):
        return False


def corners(op: Op) -> list[Case]:
    """Every shape and every combination of statics, once."""
    return [
        fill(op, shapes, statics, 7 * i + 1) for i, (shapes, statics) in enumerate(settings_of(op))
    ]


@st.composite
def drawn(draw: Any, op: Op) -> Case:
    """Any of the settings, with free lengths for elementwise ops and reductions."""
    shapes, statics = draw(st.sampled_from(settings_of(op)))
    statics = dict(statics)
    if op.cases is None:
        lengths = draw(st.permutations([1, 2, 3, 4])), draw(st.integers(0, 4))
        full = tuple(lengths[0])[: lengths[1] % 4]
        shapes = [draw(st.sampled_from(_broadcasting(full))) for _ in op.rules]
    elif isinstance(op.cases, str):
        shape = tuple(draw(st.lists(st.integers(0, 4), max_size=3)))
        shapes = [shape]
        statics["axis"] = draw(st.sampled_from(axes(op, len(shape))))
        if "keepdims" in statics:
            statics["keepdims"] = draw(st.booleans())
    case = fill(op, shapes, statics, draw(st.integers(0, 2**32 - 1)))
    if isinstance(op.cases, str):
        assume(meaningful(op, case))
    return case


def _broadcasting(full: tuple[int, ...]) -> list[tuple[int, ...]]:
    ones = [tuple(1 if (i + k) % 2 else n for i, n in enumerate(full)) for k in range(2)]
    return [full, full, *ones, full[1:], ()]


def variants(a: Any) -> list[Any]:
    """The same array with other strides, in other memory, and read-only."""
    a = np.asarray(a)
    wide = np.full((*a.shape[:-1], 2 * a.shape[-1]), np.nan, a.dtype)
    wide[..., ::2] = a
    flipped = a[..., ::-1].copy()
    frozen = a.copy()
    frozen.flags.writeable = False
    return [np.asfortranarray(a), wide[..., ::2], flipped[..., ::-1], frozen]
