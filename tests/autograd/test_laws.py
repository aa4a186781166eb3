"""The laws that hold for every op, run over the whole registry.

Each law is a function of a case (an op with operands); a case comes from what the op's own
statement says. An op that is added is tested without a line here.
"""

import ast
import itertools
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given

import autograd
from autograd import Node, no_grad, signals
from autograd.dispatch import BY_FUNCTION
from autograd.op import REGISTRY, Op, elementwise, general, multilinear
from autograd.push import push
from autograd.sweep import pull

from .draw import (
    Case,
    bools,
    corners,
    differentiable,
    drawn,
    plain,
    reference,
    variants,
)

NAMES = [name for name, op in REGISTRY.items() if differentiable(op) and op.cases != "composed"]
SPECIAL = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    -8.0,
    1 / 3,
    math.inf,
    -math.inf,
    math.nan,
    1e308,
    -1e308,
    710.0,
]
STEP = 1e-3

close = np.testing.assert_allclose


# Applying an op.


def leaves(case: Case) -> list[Any]:
    """The operands as Nodes, but for masks."""
    return [x if bools(x) else Node(x) for x in case.xs]


def apply(case: Case, xs: list[Any]) -> Any:
    return case.op(*xs, **case.statics)


def forward(case: Case, xs: list[Any]) -> Any:
    return np.asarray(case.op.forward(*xs, **case.statics))


def nodes(xs: list[Any]) -> list[Node]:
    return [x for x in xs if isinstance(x, Node)]


def inner(a: Any, b: Any) -> float:
    return float(np.sum(np.asarray(a) * np.asarray(b)))


def swept(case: Case) -> tuple[list[Node], Node, Any, list[Any]]:
    """Leaves, result, a seed for it, and the signals of the leaves."""
    xs = leaves(case)
    y = apply(case, xs)
    w = case.normal(y.shape)
    return nodes(xs), y, w, signals(y, nodes(xs), seed=w)


def directions(case: Case) -> list[Any]:
    return [np.zeros_like(x) if bools(x) else case.normal(np.shape(x)) for x in case.xs]


def along(f: Any, case: Case, vs: list[Any]) -> Any:
    """The derivative of f(xs) along vs by five-point central differences."""
    length = max([1.0, *(float(np.abs(v).max()) for v in vs if np.size(v))])

    def at(t: float) -> Any:
        moved = [x if bools(x) else plain(x + t * v) for x, v in zip(case.xs, vs, strict=True)]
        return np.asarray(f(moved))

    h = STEP / length
    return (8.0 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12.0 * h)


def recorded(y: Node, xs: list[Node], seed: Node) -> list[Any]:
    """The signals as Nodes; zeros where none arrives."""
    found = pull(y, seed, record=True)
    return [found.get(x, Node(np.zeros(x.shape), requires_grad=False)) for x in xs]


def weighted(vs: list[Any], gs: list[Any]) -> Node:
    """Σ ⟨v, g⟩."""
    total: Any = Node(0.0)
    for v, g in zip(vs, gs, strict=True):
        total = total + np.sum(v * g)
    return total


# The laws.


def value_is_numpys(case: Case) -> None:
    """The value is NumPy's, floats stay Python floats, and raw operands give raw results."""
    y = apply(case, leaves(case))
    expected = np.asarray(reference(case.op)(*map(np.asarray, case.xs), **case.statics))
    assert y.shape == expected.shape
    assert y.dtype == expected.dtype
    if y.shape == ():
        assert type(y.value) is float
        close(y.value, expected, rtol=1e-14)
    else:
        assert type(y.value) is np.ndarray
        np.testing.assert_array_equal(y.value, forward(case, case.xs))
        close(y.value, expected, rtol=1e-14, atol=1e-300)
    bare = apply(case, case.xs)
    assert not isinstance(bare, Node)
    close(bare, y.value, rtol=1e-14)


def signal_is_the_derivative(case: Case) -> None:
    """⟨w, f⟩ changes along v as ⟨signal, v⟩ says."""
    xs, _, w, found = swept(case)
    for g, x in zip(found, xs, strict=True):
        assert np.shape(g) == x.shape
        assert type(g) is type(x.value)
    for _ in range(2):
        vs = directions(case)
        expected = along(lambda xs: inner(w, forward(case, xs)), case, vs)
        live = [v for x, v in zip(case.xs, vs, strict=True) if not bools(x)]
        got = sum(inner(g, v) for g, v in zip(found, live, strict=True))
        close(got, expected, rtol=1e-6, atol=1e-7 * (1.0 + max(map(size, found))))


def size(g: Any) -> float:
    return float(np.abs(g).max()) if np.size(g) else 0.0


def transposes(case: Case) -> None:
    """⟨w, Jv⟩ = ⟨Jᵀw, v⟩, where Jv comes from differentiating the signal by its seed."""
    xs, y, w, found = swept(case)
    vs = directions(case)
    live = [v for x, v in zip(case.xs, vs, strict=True) if not bools(x)]
    seed = Node(np.ones(y.shape) if y.shape else 1.0)
    [tangent] = signals(weighted(live, recorded(y, xs, seed)), [seed])
    assert np.shape(tangent) == y.shape
    right = sum(inner(g, v) for g, v in zip(found, live, strict=True))
    close(inner(w, tangent), right, rtol=1e-10, atol=1e-10 * (1.0 + max(map(size, found))))
    expected = along(lambda xs: forward(case, xs), case, vs)
    close(tangent, expected, rtol=1e-6, atol=1e-7 * (1.0 + size(expected)))


def forward_mode_is_the_transpose(case: Case) -> None:
    """⟨w, Jv⟩ = ⟨Jᵀw, v⟩, where Jv is carried forward, on raw values and on Nodes."""
    xs, y, w, found = swept(case)
    live = [v for x, v in zip(case.xs, directions(case), strict=True) if not bools(x)]
    right = sum(inner(g, v) for g, v in zip(found, live, strict=True))
    limit = 1e-10 * (1.0 + max(map(size, found)))
    tangent = push([y], dict(zip(xs, live, strict=True)))[y]
    assert np.shape(tangent) == y.shape
    close(inner(w, tangent), right, rtol=1e-10, atol=limit)
    ts = [Node(v) for v in live]
    followed = push([y], dict(zip(xs, ts, strict=True)), record=True)[y]
    assert followed.shape == y.shape
    close(followed.value, tangent, rtol=1e-12, atol=1e-12)
    if followed.requires_grad:  # linear in the tangents, so its signals are those of the operands
        back = signals(followed, ts, seed=w)
        close(
            sum(inner(g, v) for g, v in zip(back, live, strict=True)), right, rtol=1e-9, atol=limit
        )


def all_sweeps_agree(case: Case) -> None:
    """Recorded signals, pure signals and backward give the same; sweeping twice adds twice."""
    xs, y, w, found = swept(case)
    for g, r in zip(found, recorded(y, xs, Node(w)), strict=True):
        assert isinstance(r, Node)
        assert r.shape == np.shape(g)
        close(r.value, g, rtol=1e-12, atol=1e-13)
    y.backward(w)
    close(y.grad, w, rtol=0)
    for g, x in zip(found, xs, strict=True):
        assert type(x.grad) is type(x.value)
        assert np.shape(x.grad) == x.shape
        close(x.grad, g, rtol=1e-13, atol=1e-14)
    y.backward(w)
    for g, x in zip(found, xs, strict=True):
        close(x.grad, 2.0 * np.asarray(g), rtol=1e-12, atol=1e-13)


def sums_and_means_agree(case: Case) -> None:
    """Below a full sum or mean, which passes one number for all elements, nothing differs."""
    for dtype in (np.float64, np.float32):
        xs = [x if bools(x) else np.asarray(x, dtype) for x in case.xs]
        if dtype is np.float32 and case.op.kind != "elementwise":
            continue
        for total in (np.sum, np.mean):
            ns = [x if bools(x) else Node(x) for x in xs]
            y = apply(case, ns)
            assert type(y.value) is not np.ndarray or y.ndim, "0-d values are plain numbers"
            if not y.size:
                continue
            root = total(y)
            found = signals(root, [y, *nodes(ns)])
            root.backward()
            for g, x in zip(found, [y, *nodes(ns)], strict=True):
                assert x.grad is not None
                assert np.shape(x.grad) == x.shape
                assert x.grad.dtype == x.dtype if x.shape else type(x.grad) is type(x.value)
                close(x.grad, g, rtol=1e-5 if dtype is np.float32 else 1e-12, atol=1e-13)


def each_position_alone(case: Case) -> None:
    """Where only one operand is a Node, it gets the signal that it gets among Nodes."""
    _, _, w, found = swept(case)
    wanted = iter(found)
    for i, x in enumerate(case.xs):
        if bools(x):
            continue
        node, g = Node(x), next(wanted)
        y = apply(case, [node if j == i else other for j, other in enumerate(case.xs)])
        y.backward(w)
        close(node.grad, g, rtol=1e-12, atol=1e-13)
        frozen = [Node(other, requires_grad=j == i) for j, other in enumerate(case.xs)]
        if any(map(bools, case.xs)):
            continue
        apply(case, frozen).backward(w)
        close(frozen[i].grad, g, rtol=1e-12, atol=1e-13)
        assert all(other.grad is None for j, other in enumerate(frozen) if j != i)


def second_derivative(case: Case) -> None:
    """The derivative of ⟨v, signal⟩ is that of its differences."""
    xs, y, w, _ = swept(case)
    vs = directions(case)
    live = [v for x, v in zip(case.xs, vs, strict=True) if not bools(x)]
    total = weighted(live, recorded(y, xs, Node(w, requires_grad=False)))
    found = signals(total, xs)
    us = directions(case)

    def slope(moved: list[Any]) -> float:
        at = Case(case.op, moved, case.statics)
        ns = leaves(at)
        return sum(
            inner(v, g)
            for v, g in zip(live, signals(apply(at, ns), nodes(ns), seed=w), strict=True)
        )

    expected = along(slope, case, us)
    moving = [u for x, u in zip(case.xs, us, strict=True) if not bools(x)]
    got = sum(inner(g, u) for g, u in zip(found, moving, strict=True))
    close(got, expected, rtol=1e-6, atol=1e-7 * (1.0 + max(map(size, found))))


def third_derivative(case: Case) -> None:
    """The derivative of ⟨u, Hv⟩ is that of its differences, by both modes."""
    us, vs, ts = (directions(case) for _ in range(3))
    live = [i for i, x in enumerate(case.xs) if not bools(x)]
    w = case.normal(np.shape(forward(case, case.xs)))

    def curvature(moved: list[Any]) -> tuple[list[Node], Node]:
        ns = leaves(Case(case.op, moved, case.statics))
        y, xs = apply(case, ns), nodes(ns)
        slope = weighted([vs[i] for i in live], recorded(y, xs, Node(w, requires_grad=False)))
        once = Node(1.0, requires_grad=False)
        return xs, weighted([us[i] for i in live], recorded(slope, xs, once))

    xs, bend = curvature(case.xs)
    found = signals(bend, xs)
    moving = [ts[i] for i in live]
    got = sum(inner(g, t) for g, t in zip(found, moving, strict=True))
    limit = 1.0 + max(map(size, found))
    pushed = push([bend], dict(zip(xs, moving, strict=True))).get(bend, 0.0)
    close(pushed, got, rtol=1e-10, atol=1e-10 * limit)
    expected = along(lambda moved: curvature(moved)[1].value, case, ts)
    close(got, expected, rtol=1e-6, atol=1e-7 * limit)


def has_halves(case: Case) -> bool:
    """Whether there is a float16 of it: NumPy's linear algebra has none, SciPy's ufuncs widen."""
    try:
        forward(case, case.cast(np.float16).xs)
    except TypeError as error:
        assert "float16 is unsupported in linalg" in str(error)
        return False
    return not case.op.name.startswith("special.")


def small_floats_stay_small(case: Case) -> None:
    """float32 and float16 operands give results and signals of their own type."""
    _, y, w, found = swept(case)
    for kind in [np.float32, np.float16] if has_halves(case) else [np.float32]:
        small = case.cast(kind)
        xs = leaves(small)
        z = apply(small, xs)
        if "dtype" not in case.statics:
            assert z.dtype == kind
        tolerance = 2e-3 if kind is np.float32 else 5e-2
        close(z.value, y.value, rtol=tolerance, atol=tolerance * (1.0 + size(y.value)))
        z.backward(np.asarray(w, z.dtype))
        again = signals(z, nodes(xs), seed=w)
        followed = recorded(z, nodes(xs), Node(np.asarray(w, z.dtype)))
        for x, g, s, r in zip(nodes(xs), found, again, followed, strict=True):
            assert x.grad.dtype == s.dtype == r.dtype == kind
            assert type(x.grad) is type(x.value)
            assert np.shape(x.grad) == np.shape(s) == r.shape == x.shape
            close(x.grad, g, rtol=tolerance, atol=tolerance * (1.0 + size(g)))


def memory_layout_does_not_matter(case: Case) -> None:
    """Read-only, strided and Fortran-ordered operands and seeds; none of them is written to."""
    _, y, w, found = swept(case)
    for i, x in enumerate(case.xs):
        if np.ndim(x) == 0 or bools(x):
            continue
        g = found[sum(not bools(other) for other in case.xs[:i])]
        for other in variants(x):
            before = other.copy()
            raw = [other if j == i else z for j, z in enumerate(case.xs)]
            close(apply(case, raw), y.value, rtol=1e-13, atol=1e-14)
            ns = [z if bools(z) or j == i else Node(z) for j, z in enumerate(raw)]
            if nodes(ns):
                close(apply(case, ns).value, y.value, rtol=1e-13, atol=1e-14)
            np.testing.assert_array_equal(other, before)
        for inside in interior(x):
            z = apply(case, [inside if j == i else o for j, o in enumerate(case.xs)])
            close(z.value, y.value, rtol=1e-13, atol=1e-14)
            for seed in variants(w) if z.shape else [w]:
                z.backward(seed)
                close(inside.grad, g, rtol=1e-12, atol=1e-13)
                np.testing.assert_array_equal(inside.value, x)


def interior(x: Any) -> list[Node]:
    """Interior Nodes of value x whose memory is not contiguous."""
    wide = np.repeat(x, 2, axis=-1)
    return [Node(x.T).T, Node(x[..., ::-1])[..., ::-1], Node(wide)[..., ::2]]


def zero_seed_gives_zeros(case: Case) -> None:
    xs, y, _w, _ = swept(case)
    zero = np.zeros(y.shape)
    y.backward(zero)
    pure = signals(y, xs, seed=zero)
    followed = recorded(y, xs, Node(zero))
    for x, g, r in zip(xs, pure, followed, strict=True):
        for signal in (x.grad, g, r.value):
            assert not np.any(signal)


def nan_seed_arrives(case: Case) -> None:
    """NaN in the seed is not lost, unless the op says that it selects."""
    if case.op.selects:
        return
    xs, y, _, found = swept(case)
    poison = plain(np.full(y.shape, np.nan))
    y.backward(poison)
    for x, g, s in zip(xs, found, signals(y, xs, seed=poison), strict=True):
        if np.size(g) and y.size:
            assert np.isnan(x.grad).any()
            np.testing.assert_array_equal(np.isnan(x.grad), np.isnan(s))


def nothing_is_recorded_under_no_grad(case: Case) -> None:
    xs = leaves(case)
    with no_grad():
        y = apply(case, xs)
    assert isinstance(y, Node)
    assert y.op is None
    assert y.operands == ()
    assert not y.requires_grad
    z = apply(case, xs)
    assert z.op is case.op
    assert len(z.operands) == len(xs)
    close(y.value, z.value, rtol=0)
    constants = [x if bools(x) else Node(x, requires_grad=False) for x in case.xs]
    assert not apply(case, constants).requires_grad


def operands_are_kept(case: Case) -> None:
    """Mutating a raw operand later changes nothing; the caller's arrays stay writable."""
    for i, x in enumerate(case.xs):
        if len(case.xs) < 2 or np.ndim(x) == 0:
            continue
        mine = np.array(x)
        ns = [z if bools(z) else Node(z) for z in case.xs]
        ns[i] = mine
        y = apply(case, ns)
        w = case.normal(y.shape)
        before = signals(y, nodes(ns), seed=w)
        mine[...] = 0
        for g, h in zip(before, signals(y, nodes(ns), seed=w), strict=True):
            close(g, h, rtol=0)


LAWS = [
    value_is_numpys,
    signal_is_the_derivative,
    transposes,
    forward_mode_is_the_transpose,
    all_sweeps_agree,
    sums_and_means_agree,
    each_position_alone,
    second_derivative,
    small_floats_stay_small,
    memory_layout_does_not_matter,
    zero_seed_gives_zeros,
    nan_seed_arrives,
    nothing_is_recorded_under_no_grad,
    operands_are_kept,
]


def laws_of(op: Op) -> list[Any]:
    """The laws that an op is to obey: elementwise ones to third order."""
    return [*LAWS, third_derivative] if op.kind == "elementwise" else LAWS


def check_everywhere(law: Any, op: Op) -> None:
    """Every shape and combination of statics once, then drawn ones."""
    for case in corners(op):
        try:
            law(case)
        except Exception as error:
            error.add_note(f"{law.__name__} of {case}")
            raise

    @given(drawn(op))
    def on_drawn(case: Case) -> None:
        law(case)

    on_drawn()


# Laws at special points, for elementwise ops.


def same(a: Any, b: Any, what: str) -> None:
    close(np.reshape(a, ()), np.reshape(b, ()), rtol=1e-12, atol=0, err_msg=what)


def special_operands(op: Op) -> Any:
    masks = [rule is None for rule in op.rules]
    return itertools.product(*([True, False] if mask else SPECIAL for mask in masks))


def floats_equal_arrays(op: Op) -> None:
    """Floats give what arrays of one element give, without a warning, an exception or complex."""
    for point in special_operands(op):
        for seed in (1.0, 0.0, -2.5):
            xs = [Node(x) for x in point]
            y = op(*xs)
            y.backward(seed)
            pure = signals(y, xs, seed=seed)
            with np.errstate(all="ignore"):
                zs = [Node([x]) for x in point]
                array = op(*zs)
                array.backward([seed])
            what = f"{op.name}{point}, seed {seed}"
            assert type(y.value) is float, what
            same(y.value, array.value, what)
            for x, g, z in zip(xs, pure, zs, strict=True):
                if x.grad is None and z.grad is None:
                    continue
                assert type(x.grad) is float, what
                same(x.grad, z.grad, what)
                same(g, z.grad, what)


def zero_survives_singular_points(op: Op) -> None:
    """A zero signal stays zero whatever the derivative, and leaves its neighbours as they are."""
    rows = list(special_operands(op))
    columns = [np.array(c) for c in zip(*rows, strict=True)]
    seed = np.where(np.arange(len(rows)) % 2, 0.0, 1.5)
    with np.errstate(all="ignore"):
        xs = [c if bools(c) else Node(c) for c in columns]
        y = op(*xs)
        live = nodes(xs)
        for zero in (np.zeros(len(rows)), seed):
            for x in live:
                x.zero_grad()
            y.backward(zero)
            pure = signals(y, live, seed=zero)
            followed = recorded(y, live, Node(zero))
            for x, g, r in zip(live, pure, followed, strict=True):
                for signal in (x.grad, g, r.value):
                    assert not np.any(np.where(zero == 0.0, signal, 0.0)), op.name
                np.testing.assert_array_equal(x.grad, g)
                np.testing.assert_array_equal(x.grad, r.value)


def nan_seed_arrives_at_special_points(op: Op) -> None:
    if op.selects:
        return
    for point in special_operands(op):
        xs = [Node(x) for x in point]
        y = op(*xs)
        y.backward(math.nan)
        for x in xs:
            assert math.isnan(x.grad), (op.name, point)
        with np.errstate(all="ignore"):
            zs = [Node([x]) for x in point]
            op(*zs).backward([math.nan])
        for z in zs:
            assert math.isnan(z.grad[0]), (op.name, point)


SPECIAL_LAWS = [
    floats_equal_arrays,
    zero_survives_singular_points,
    nan_seed_arrives_at_special_points,
]


def special(op: Op) -> bool:
    return op.kind == "elementwise" and op.cases is None


# Run over the registry.


@pytest.mark.parametrize(
    ("law", "name"),
    [
        pytest.param(law, name, id=f"{law.__name__}-{name}")
        for name in NAMES
        for law in laws_of(REGISTRY[name])
    ],
)
def test_law(law: Any, name: str) -> None:
    check_everywhere(law, REGISTRY[name])


@pytest.mark.parametrize("name", [name for name in NAMES if special(REGISTRY[name])])
@pytest.mark.parametrize("check_law", SPECIAL_LAWS, ids=lambda law: law.__name__)
def test_special_points(check_law: Any, name: str) -> None:
    check_law(REGISTRY[name])


@pytest.mark.parametrize("name", NAMES)
def test_every_op_says_what_to_test(name: str) -> None:
    op = REGISTRY[name]
    assert op.name == name
    assert op.rules
    assert op.domain is not None or op.cases is not None, "domain= or cases= or both"
    assert corners(op)
    if op.domain is not None:
        assert len(op.domain) == len(op.rules)
    if op.latex is not None:
        assert op.latex.format(*"abc")


def test_an_op_without_metadata_fails() -> None:
    bare = Op("bare", "general", np.sin, rules=(lambda d, y, x: d,), arity=1)
    with pytest.raises(AssertionError, match="neither domain= nor cases="):
        corners(bare)


@pytest.mark.parametrize("state", [elementwise, multilinear, general])
def test_a_misspelt_fact_is_no_fact(state: Any) -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'domian'"):
        state(lambda x, /: x, lambda d, y, x: d, name="misspelt", domian=(0.0, 1.0))
    assert "misspelt" not in REGISTRY


def test_the_laws_find_a_wrong_rule() -> None:
    wrong = Op(
        "wrong",
        "elementwise",
        np.sin,
        rules=(lambda d, y, x: d * x,),
        arity=1,
        domain=((0.3, 3.0),),
    )
    for law in (signal_is_the_derivative, transposes):
        with pytest.raises(AssertionError):
            for case in corners(wrong):
                law(case)


def test_the_third_order_finds_what_the_second_does_not() -> None:
    def op(forward: Any, rule: Any) -> Op:
        return Op("wrong", "elementwise", forward, rules=(rule,), arity=1, domain=((0.3, 3.0),))

    cosine = op(np.cos, lambda d, y, x: -d * np.sin(getattr(x, "value", x)))
    cases = corners(op(np.sin, lambda d, y, x: d * cosine(x)))
    for case in cases:
        second_derivative(case)
    with pytest.raises(AssertionError):
        for case in cases:
            third_derivative(case)


NEW_OPS = {
    "cbrt": lambda: elementwise(np.cbrt, lambda d, y, x: d / (3.0 * y * y), domain=(0.3, 3.0)),
    "arcsinh": lambda: elementwise(np.arcsinh, lambda d, y, x: d / np.sqrt(1.0 + x * x)),
    "hypot": lambda: elementwise(
        np.hypot, lambda d, z, x, y: d * (x / z), lambda d, z, x, y: d * (y / z), domain=(0.5, 3.0)
    ),
}


@pytest.mark.parametrize("name", NEW_OPS)
def test_a_new_op_takes_one_statement(name: str) -> None:
    function = getattr(np, name)
    stated = REGISTRY.pop(name), BY_FUNCTION.pop(function)
    with pytest.raises(TypeError, match="no derivative"):
        function(*[Node(2.0)] * function.nin)
    try:
        op = NEW_OPS[name]()
        for law in laws_of(op):
            check_everywhere(law, op)
        x = Node(2.0)
        y = function(*[x] * function.nin)
        assert y.op is op
        zero_survives_singular_points(op)
    finally:
        REGISTRY[name], BY_FUNCTION[function] = stated


@pytest.mark.parametrize("name", [n for n, op in REGISTRY.items() if not differentiable(op)])
def test_predicates_give_plain_values(name: str) -> None:
    op = REGISTRY[name]
    rng = np.random.default_rng(3)
    plainly = [([shape] * (op.arity or 1), {}) for shape in [(4,), (2, 3)]]
    for shapes, statics in op.cases or plainly:
        xs = [np.round(rng.normal(size=shape)) for shape in shapes]
        expected = op.forward(*xs, **statics)
        found = op(*map(Node, xs), **statics)
        assert not isinstance(found, Node)
        np.testing.assert_array_equal(found, expected)
        np.testing.assert_array_equal(op.forward(*xs, **statics), expected)


def test_the_registry_holds_the_ops_a_network_needs() -> None:
    wanted = [
        "add",
        "subtract",
        "multiply",
        "divide",
        "power",
        "negative",
        "absolute",
        "reciprocal",
        "square",
        "sqrt",
        "exp",
        "expm1",
        "log",
        "log1p",
        "sin",
        "cos",
        "tan",
        "sinh",
        "cosh",
        "tanh",
        "arctan",
        "maximum",
        "minimum",
        "where",
        "clip",
        "sign",
        "sigmoid",
        "relu",
        "softplus",
        "logsumexp",
        "softmax",
        "log_softmax",
        "sum",
        "mean",
        "prod",
        "max",
        "min",
        "var",
        "std",
        "cumsum",
        "reshape",
        "ravel",
        "transpose",
        "swapaxes",
        "expand_dims",
        "squeeze",
        "broadcast_to",
        "getitem",
        "concatenate",
        "stack",
        "matmul",
        "dot",
        "outer",
        "einsum",
        "tensordot",
        "equal",
        "not_equal",
        "less",
        "less_equal",
        "greater",
        "greater_equal",
    ]
    assert set(wanted) <= set(autograd.REGISTRY)


def test_ops_are_stated_once() -> None:
    with pytest.raises(ValueError, match="exists already"):
        elementwise(np.tanh, lambda d, y, x: d * (1.0 - y * y))


def test_functions_are_answered_for_once() -> None:
    named = [
        ast.unparse(function)
        for file in Path(autograd.ops.__file__).parent.glob("*.py")
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("overrides", "predicate")
        for function in call.args
        if isinstance(function, ast.Attribute)
    ]
    assert len(named) > 100
    assert len(set(named)) == len(named), {name for name in named if named.count(name) > 1}
