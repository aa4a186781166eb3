"""`check_grads`: derivatives of a function against central differences and the transpose law."""

import math
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np

import autograd
from autograd.node import Node, as_node, leaf, raw
from autograd.state import no_grad, recording
from autograd.sweep import pull, signals
from autograd.testing.layout import Layout, flat, joined
from autograd.trees import leaves_of, map_leaves
from autograd.values import Array, constant, dtype_of, filled

STEPS = (1e-3, 1e-4, 1e-5, 1e-6)
"""Steps of the differences, relative to max(1, |x|): the next where one settles nothing."""
RTOL, ATOL = 1e-6, 1e-7
TRANSPOSE = 1e-10
SMALL = 400
"""Up to so many elements a Jacobian is compared whole, above them along random directions alone."""
DIRECTIONS = 2
EPS = float(np.finfo(np.float64).eps)

Function = Callable[..., Any]


def check_grads(
    f: Function,
    args: Sequence[Any],
    modes: Sequence[str] = ("reverse", "forward"),
    order: int = 2,
) -> None:
    """Check the derivatives of `f(*args)` up to `order`, in float64.

    `args` is a tuple of arrays or nested dicts, lists and tuples of arrays; `f` gets Nodes in
    their place and returns a Node of any shape, or such a tree of Nodes. Each of the `modes`
    "reverse" and "forward" is compared with five-point central differences, element by element
    where the Jacobian is small, along random directions (always the same ones) otherwise, and
    the two directions of the chain rule with one another: ⟨w, Jv⟩ = ⟨Jᵀw, v⟩ to 1e-10. Order 2 does
    the same to x ↦ ⟨v, J(x)ᵀw⟩ (reverse) and to x ↦ ⟨w, J(x)v⟩ (forward), and so on.

    What the rounding of `f` hides is not judged: beside an offset c in the value, errors up to
    4e-12 · |c| in a derivative pass, which is what the step with the least bound of rounding and
    truncation leaves open; so keep large constants out of `f`.

    Raises AssertionError that names the argument, the element, both numbers and the likely
    reason; at a kink it gives the one-sided derivatives (a kink passes where the derivative is
    their mean, as the central difference is). Raises TypeError for float32 and float16 arguments:
    their rounding hides the differences that count here.

    The five-point formula: Abramowitz and Stegun, Handbook of Mathematical Functions, 25.3.6.

    >>> check_grads(lambda x, p: p["a"] * np.sin(x), (np.ones(2), {"a": 3.0}))
    """
    if not isinstance(args, (tuple, list)):
        raise TypeError(
            f"args is a {type(args).__name__}: it holds all arguments of f, one after another; "
            "write check_grads(f, (x,))"
        )
    unknown = set(modes) - {"reverse", "forward"}
    if unknown or not modes or isinstance(modes, str):
        raise ValueError(
            f"modes={modes!r} is no choice of modes: there are two; write some of "
            '("reverse", "forward")'
        )
    if order < 1:
        raise ValueError(
            f"order={order}: there is nothing to check below the first derivative; write order=1 "
            "or order=2"
        )
    tree = tuple(map_leaves(_bare, arg) for arg in args)
    inputs = Layout(tree, "args")
    for name, x in zip(inputs.names, leaves_of(tree), strict=True):
        if dtype_of(x) != np.float64:
            raise TypeError(
                f"{name} is {dtype_of(x)}: its rounding errors are larger than the errors that a "
                "difference quotient can find; write x.astype(np.float64)"
            )
    _check(f, inputs, tuple(modes), order, "")


def _bare(x: Any) -> Any:
    return constant(raw(as_node(x)))


class _Point:
    """A function at a point: its value, difference quotients and derivatives."""

    def __init__(self, f: Function, inputs: Layout) -> None:
        self.f, self.inputs = f, inputs
        self.x = inputs.vector()
        self.scale = np.maximum(1.0, np.abs(self.x))
        self.outputs = Layout(self.call(self.x), "out")
        if not self.outputs.names:
            raise TypeError(
                "f returned nothing to differentiate: there is no number in its result; end it "
                "with return y"
            )
        self.y = self.outputs.vector()

    def call(self, x: Array) -> Any:
        """The result of `f` at `x`, unrecorded."""
        with no_grad(), np.errstate(all="ignore"):
            args = [leaf(v, live=False) for v in self.inputs.parts(x)]
            return self.f(*self.inputs.like(args))

    def at(self, x: Array) -> Array:
        """The elements of that result."""
        return flat(leaves_of(self.call(x)))

    def unit(self, j: int) -> Array:
        """The direction of element `j`, as long as its scale."""
        v = np.zeros(len(self.x))
        v[j] = self.scale[j]
        return v

    def quotient(self, v: Array, h: float) -> tuple[Array, Array, Array]:
        """The derivative along `v` by a five-point central difference, and bounds of its errors.

        The rounding error follows from the size of the values; the truncation error is less than
        the distance to the three-point difference.
        """
        near, far = h * v, 2.0 * h * v
        a, b, c, d = (self.at(self.x + s) for s in (near, -near, far, -far))
        with np.errstate(all="ignore"):
            size = np.max(np.abs([a, b, c, d]), axis=0)
            found = (8.0 * (a - b) - (c - d)) / (12.0 * h)
            return found, 16.0 * EPS * size / h, np.abs(found - (a - b) / (2.0 * h))

    def sided(self, v: Array, h: float) -> tuple[Array, Array]:
        """The derivatives along `v` from the left and from the right."""
        with np.errstate(all="ignore"):
            left, right = (
                (4.0 * self.at(self.x + s * v) - 3.0 * self.y - self.at(self.x + 2.0 * s * v))
                / (2.0 * s)
                for s in (-h, h)
            )
        return left, right

    def reverse(self, ws: Sequence[Array]) -> list[Array]:
        """Jᵀw for each w."""
        xs, y = self.recorded()
        if y is None:
            return [np.zeros(len(self.x)) for _ in ws]
        with np.errstate(all="ignore"):
            return [flat(signals(y, xs, seed=w)) for w in ws]

    def recorded(self) -> tuple[list[Node], Node | None]:
        """Live arguments and the vector of elements recorded from them, None if it is constant."""
        with recording(), np.errstate(all="ignore"):
            xs = [leaf(v, live=True) for v in self.inputs.parts(self.x)]
            y = joined(self.f(*self.inputs.like(xs)))
        return xs, y if type(y) is Node and y.requires_grad else None

    def forward(self, v: Array) -> Array:
        """Jv."""
        primals = self.inputs.like(self.inputs.parts(self.x))
        tangents = self.inputs.like(self.inputs.parts(v))
        with np.errstate(all="ignore"):
            _, tangent = autograd.jvp(self.f, primals, tangents)
        return flat(leaves_of(tangent))

    def transposed(self, v: Array, w: Array) -> tuple[Array, Array]:
        """Jv by differentiating Jᵀw, recorded at the seed w, by its seed; and that Jᵀw."""
        xs, y = self.recorded()
        if y is None:
            return np.zeros(len(self.y)), np.zeros(len(self.x))
        seed = leaf(w, live=True)
        with recording(), np.errstate(all="ignore"):
            found = pull(y, seed, record=True)
            gs = [found.get(x, leaf(filled(x.shape, 0.0, x.dtype), live=False)) for x in xs]
            total: Any = 0.0
            for g, part in zip(gs, self.inputs.parts(v), strict=True):
                total = total + np.sum(part * g)
            if type(total) is not Node or not total.requires_grad:
                return np.zeros(len(self.y)), flat(gs)
            return flat(signals(total, [seed])), flat(gs)


def _check(f: Function, inputs: Layout, modes: tuple[str, ...], order: int, inner: str) -> None:
    """One order, by all modes, then the next order of each; `inner` names what `f` is made of."""
    p = _Point(f, inputs)
    m, n = len(p.y), len(p.x)
    if not np.isfinite(p.y).all():
        bad = int(np.argmin(np.isfinite(p.y)))
        raise AssertionError(
            f"{p.outputs.element(bad)}{inner} is {p.y[bad]}: there is no derivative to compare"
        )
    if m == 0 or n == 0:
        return
    rng = np.random.default_rng(0)
    count = 1 if inner else DIRECTIONS
    ws = rng.normal(size=(count, m))
    vs = p.scale * np.clip(rng.normal(size=(count, n)), -2.0, 2.0)
    if m * n <= SMALL and not inner:
        _compare_whole(p, modes, inner)
    gs = p.reverse(list(ws))
    for v, w, g in zip(vs, ws, gs, strict=True):
        tangents = {"forward": p.forward(v)} if "forward" in modes else {}
        _compare_along(p, modes, (w, g), (v, tangents), inner)
        if "reverse" in modes:
            tangents["reverse"] = _recorded_tangent(p, v, w, g, inner)
        _transpose_law(tangents, (w, g), v, inner)
    if order > 1:
        w, v = ws[0], vs[0]
        for mode in modes:
            step = _of_reverse(f, inputs, p.outputs, w, v) if mode == "reverse" else None
            step = step or _of_forward(f, inputs, p.outputs, w, v)
            _check(step, inputs, modes, order - 1, f" of the {mode} derivative{inner}")


def _weigh(out: Any, weights: Sequence[Any]) -> Any:
    """Σ ⟨weight, leaf⟩."""
    total: Any = 0.0
    for weight, x in zip(weights, leaves_of(out), strict=True):
        total = total + np.sum(weight * x)
    return total


def _of_reverse(f: Function, inputs: Layout, outputs: Layout, w: Array, v: Array) -> Function:
    """x ↦ ⟨v, J(x)ᵀw⟩."""
    pulled = autograd.grad(
        lambda *xs: _weigh(f(*xs), outputs.parts(w)), argnums=tuple(range(len(inputs.tree)))
    )
    return lambda *xs: _weigh(pulled(*xs), inputs.parts(v))


def _of_forward(f: Function, inputs: Layout, outputs: Layout, w: Array, v: Array) -> Function:
    """x ↦ ⟨w, J(x)v⟩."""
    tangents = inputs.like(inputs.parts(v))
    return lambda *xs: _weigh(autograd.jvp(f, xs, tangents)[1], outputs.parts(w))


Found = tuple[str, Any, Array | None]


def _disagree(p: _Point, v: Array, found: Sequence[Found]) -> tuple[int, Array] | None:
    """The first of what was found that disagrees with the difference quotients, and where.

    Each is (mode, Jv, None) or (mode, ⟨w, Jv⟩, w). A step whose rounding is within the tolerance
    settles what agrees with it; all else is judged by the step with the least bound.
    """
    wrong = [np.ones(np.shape(analytic), bool) for _, analytic, _ in found]
    least = [np.full(np.shape(analytic), np.inf) for _, analytic, _ in found]
    for h in STEPS:
        quotient, rounding, truncation = p.quotient(v, h)
        for k, (_, analytic, w) in enumerate(found):
            with np.errstate(all="ignore"):
                numeric, noise, cut = (
                    (quotient, rounding, truncation)
                    if w is None
                    else (w @ quotient, np.abs(w) @ rounding, np.abs(w) @ truncation)
                )
                size = np.minimum(np.abs(analytic), np.abs(numeric))
                gap, tolerance = np.abs(analytic - numeric), ATOL + RTOL * size
                settled = (noise <= tolerance) & (gap <= tolerance + noise)
                bound = np.where(settled, -1.0, noise + cut)
                better = bound < least[k]
                wrong[k] = np.where(better, ~settled & ~(gap <= tolerance + bound), wrong[k])
                least[k] = np.where(better, bound, least[k])
        if all((bound < 0.0).all() for bound in least):
            return None
    return next(((k, mask) for k, mask in enumerate(wrong) if mask.any()), None)


def _compare_whole(p: _Point, modes: tuple[str, ...], inner: str) -> None:
    """The whole Jacobian, column by column."""
    rows = np.array(p.reverse(list(np.eye(len(p.y))))) if "reverse" in modes else None
    for j in range(len(p.x)):
        unit = p.unit(j)
        found: list[Found] = []
        if rows is not None:
            found.append(("reverse", rows[:, j] * p.scale[j], None))
        if "forward" in modes:
            found.append(("forward", p.forward(unit), None))
        wrong = _disagree(p, unit, found)
        if wrong:
            mode, column, _ = found[wrong[0]]
            i = int(np.argmax(wrong[1]))
            _report(p, mode, i, j, float(column[i]), inner)


def _compare_along(
    p: _Point,
    modes: tuple[str, ...],
    pulled: tuple[Array, Array],
    pushed: tuple[Array, dict[str, Array]],
    inner: str,
) -> None:
    """A random direction; where it disagrees, the elements until one is found that does."""
    (w, g), (v, tangents) = pulled, pushed
    found: list[Found] = [(mode, tangent, None) for mode, tangent in tangents.items()]
    if "reverse" in modes:
        found.append(("reverse", np.asarray(g @ v), w))
    wrong = _disagree(p, v, found)
    if wrong is None:
        return
    mode = found[wrong[0]][0]
    for j in range(len(p.x)):
        unit = p.unit(j)
        if mode == "forward":
            column = p.forward(unit)
        elif _disagree(p, unit, [(mode, np.asarray(g[j] * p.scale[j]), w)]):
            column = np.array([row[j] for row in p.reverse(list(np.eye(len(p.y))))]) * p.scale[j]
        else:
            continue
        miss = _disagree(p, unit, [(mode, column, None)])
        if miss:
            i = int(np.argmax(miss[1]))
            _report(p, mode, i, j, float(column[i]), inner)
    raise AssertionError(
        f"{mode}: the derivative{inner} along a random direction of all {len(p.x)} elements "
        "disagrees with central differences, though no single element's does: a rule may not be "
        "linear in its signal, or a kink is near by"
    )


def _report(p: _Point, mode: str, i: int, j: int, found: float, inner: str) -> NoReturn:
    """Raise what disagrees, and why: element `i` of the result by element `j` of the arguments.

    Raised in one place, so that hypothesis takes a bug for one bug, whatever the shapes.
    """
    unit = p.unit(j)
    analytic = found / p.scale[j]
    tries = ([float(part[i] / p.scale[j]) for part in p.quotient(unit, h)] for h in STEPS)
    bound, numeric = min(
        ((rounding + cut, x) for x, rounding, cut in tries), key=lambda t: (math.isnan(t[0]), t)
    )
    wide, narrow = ([float(s[i] / p.scale[j]) for s in p.sided(unit, h)] for h in (1e-4, 1e-6))
    noise = 8e6 * EPS * abs(float(p.y[i])) / float(p.scale[j])
    raise AssertionError(
        f"{mode}: the derivative of {p.outputs.element(i)}{inner} by {p.inputs.element(j)} is "
        f"{analytic:.9g} (analytic) but {numeric:.9g} (numeric), at {p.x[j]:.9g}: "
        f"{_reason(analytic, numeric, wide, narrow, bound, noise)}"
    )


def _reason(
    analytic: float, numeric: float, wide: list[float], narrow: list[float], bound: float,
    noise: float,
) -> str:  # fmt: skip
    left, right = (s + 0.0 for s in narrow)
    if math.isnan(numeric) or math.isnan(left) or math.isnan(right):
        return "the function is not finite on both sides; move the point into its domain"
    size = 1.0 + abs(left) + abs(right)
    steady = all(abs(a - b) < 0.01 * size for a, b in zip(wide, narrow, strict=True))
    if steady and abs(left - right) > 1e-3 * size + noise:
        return (
            f"the function has a kink there, with the one-sided derivatives {left:.6g} (left) and "
            f"{right:.6g} (right); move the point away from it"
        )
    if bound > 1e-3 * (1.0 + abs(numeric)):
        return (
            f"the difference quotients do not settle (one-sided: {left:.6g} left, {right:.6g} "
            "right); the function jumps there (as a derivative does at a kink), or is noisy"
        )
    if not math.isfinite(analytic):
        return "the rule gives no finite number where the function is smooth"
    if analytic == 0.0:
        return "no signal arrives; the rule drops it, or a value was detached on the way"
    if numeric and abs(analytic / numeric + 1.0) < 1e-6:
        return "the sign is wrong"
    if abs(numeric) > 1e-6:
        return f"it is {analytic / numeric:.6g} times what it should be"
    return "the function does not depend on that element here"


def _recorded_tangent(p: _Point, v: Array, w: Array, g: Array, inner: str) -> Array:
    """Jv by differentiating Jᵀw by w; and Jᵀw is the same recorded as on numbers."""
    tangent, again = p.transposed(v, w)
    off = ~(np.abs(again - g) <= TRANSPOSE * (1.0 + np.abs(g)))
    if off.any():
        j = int(np.argmax(off))
        raise AssertionError(
            f"reverse: the signal{inner} of {p.inputs.element(j)} is {g[j]:.9g} as a number but "
            f"{again[j]:.9g} as a recorded Node: a rule does something else with Nodes"
        )
    return tangent


def _transpose_law(
    tangents: dict[str, Array], pulled: tuple[Array, Array], v: Array, inner: str
) -> None:
    """⟨w, Jv⟩ = ⟨Jᵀw, v⟩ for the tangent of each mode."""
    w, g = pulled
    for mode, tangent in tangents.items():
        a, b = float(w @ tangent), float(g @ v)
        size = 1.0 + float(np.abs(w) @ np.abs(tangent)) + float(np.abs(g) @ np.abs(v))
        if not abs(a - b) <= TRANSPOSE * size:
            raise AssertionError(
                f"{mode}{inner}: ⟨w, Jv⟩ = {a:.12g} but ⟨Jᵀw, v⟩ = {b:.12g} for random v (args) "
                "and w (out): a rule is not linear in its signal, or is not the transpose of its "
                "tangent"
            )
