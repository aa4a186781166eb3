"""What becomes of raw values: conversion, normal form, and signals cut to shape."""

import operator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Node
from autograd.values import (
    _Errstate,
    constant,
    dtype_of,
    filled,
    fit,
    frozen,
    has_nan,
    plain,
    shape_of,
)


def test_constants_are_in_normal_form():
    assert type(constant(np.float64(2.0))) is float
    assert type(constant(2)) is float
    assert type(constant(np.bool_(True))) is float
    assert type(constant(np.float32(2.0))) is np.float32
    assert type(constant(np.array(2.0))) is float
    assert constant([1, 2]).dtype == np.float64


def test_frozen_looks_at_all_bases():
    base = np.arange(4.0)
    view = base[1:]
    view.flags.writeable = False
    assert not frozen(view)
    base.flags.writeable = False
    assert frozen(view)
    assert frozen(np.frombuffer(b"12345678"))
    assert not frozen(np.frombuffer(bytearray(b"12345678")))


def test_a_read_only_view_of_foreign_memory_is_copied():
    memory = bytearray(16)
    view = np.frombuffer(memory)
    view.flags.writeable = False
    assert not np.shares_memory(constant(view), view)


def test_plain():
    assert type(plain(np.array(1.0))) is float
    assert type(plain(np.float32(1.0))) is np.float32
    array = np.ones(2)
    assert plain(array) is array
    with pytest.raises(TypeError, match="complex"):
        plain(1j)


def test_shapes_and_dtypes():
    assert shape_of(1.0) == shape_of(np.float32(1.0)) == ()
    assert shape_of(np.ones((2, 0))) == (2, 0)
    assert dtype_of(1.0) == np.float64
    assert type(filled((), 2, np.dtype(np.float64))) is float
    assert filled((2,), 2, np.dtype(np.float16)).tolist() == [2.0, 2.0]


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_has_nan(dtype):
    big = np.finfo(dtype).max
    with np.errstate(all="ignore"):
        assert not has_nan(np.full((2, 3), big, dtype))
        assert not has_nan(np.array([np.inf, -np.inf, big], dtype))
        assert has_nan(np.array([[np.inf, np.nan]], dtype))
        assert has_nan(np.array([[1.0, np.nan], [0.0, 0.0]], dtype).T)
    assert not has_nan(np.zeros((0, 3), dtype))
    assert has_nan(dtype("nan")) and not has_nan(dtype("inf"))


@given(st.lists(st.integers(0, 3), max_size=3), st.data())
def test_fit_is_the_transpose_of_broadcasting(shape, data):
    smaller = [data.draw(st.sampled_from([n, 1])) for n in shape][data.draw(st.integers(0, 3)) :]
    rng = np.random.default_rng(0)
    g = plain(rng.normal(size=shape))
    like = plain(rng.normal(size=smaller))
    found = fit(g, like)
    assert shape_of(found) == tuple(smaller) and dtype_of(found) == np.float64
    # <g, broadcast(x)> = <fit(g), x>
    np.testing.assert_allclose(
        np.sum(g * np.broadcast_to(like, shape)), np.sum(np.asarray(found) * like), atol=1e-12
    )
    small = fit(g, np.asarray(like, np.float32)[()])
    assert dtype_of(small) == np.float32


WIDTHS = [np.float16, np.float32, np.float64]
MASKS = [np.bool_, np.int8, np.uint8, np.int16, np.uint16, np.int32, np.int64, np.uint64]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", MASKS)
@pytest.mark.parametrize("op", [operator.mul, operator.add, operator.pow, operator.matmul])
def test_integers_and_bools_widen_floats_as_in_numpy(op, kind, width):
    x, mask = np.ones(3, width), np.array([1, 0, 1], kind)
    node = Node(x)
    for pair, expected in (((node, mask), op(x, mask)), ((mask, node), op(mask, x))):
        y = op(*pair)
        assert y.dtype == expected.dtype
        np.testing.assert_array_equal(y.value, expected)
    assert (Node(2.0) * mask).dtype == np.float64
    assert Node(mask).dtype == np.float64


@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_a_matrix_is_refused():
    m = np.matrix([[1.0, 2.0]])
    for wrong in (lambda: Node(m), lambda: Node(2.0) * m, lambda: m * Node(2.0)):
        with pytest.raises(TypeError, match=r"lose its own meaning of \*.*write np.asarray"):
            wrong()


def test_numpy_is_silent_also_where_its_variable_is_not_known():
    entered = _Errstate.set(None)
    assert np.isnan(np.log(-np.ones(1)))
    _Errstate.reset(entered)
    with pytest.warns(RuntimeWarning, match="invalid value"):
        np.log(-np.ones(1))
