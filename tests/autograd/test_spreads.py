"""Compiled functions in which rows, columns and single numbers meet small matrices."""

import gc
from typing import Any

import numpy as np
import pytest

from autograd import Node, compile, custom_op, grad, value_and_grad
from autograd.compiler.spreads import SMALL
from nn.functional import mse_loss
from tests.autograd.test_compiled import assert_same

M = np.linspace(-2.0, 3.0, 12).reshape(4, 3)
ROW, COLUMN = np.array([0.5, -1.0, 2.0]), np.array([[1.0], [-2.0], [0.0], [3.0]])
MET: dict[str, Any] = {
    "a row": lambda x: (x + ROW) * np.tanh(x),
    "a column": lambda x: (x - COLUMN) * x,
    "both": lambda x: ROW * COLUMN + x,
    "one of both, twice": lambda x: np.maximum(x + ROW, ROW) / (3.0 + COLUMN * COLUMN),
    "what is computed": lambda x: x - np.max(x, axis=1, keepdims=True) + np.sum(x, axis=0),
    "its own group": lambda x: x / np.sqrt(np.sum(x * x, axis=1, keepdims=True) + 1.0),
    "the operand itself": lambda x: x[0] * x + x[:, :1] * x,
    "one number": lambda x: x * x[:1, :1] + np.sum(x).reshape(1),
    "more axes": lambda x: (x.reshape(2, 2, 3) * ROW + COLUMN.reshape(2, 2, 1)).sum(0),
    "a view": lambda x: (x.T + COLUMN.ravel()) * x.T,
    "a result": lambda x: (x + ROW, np.broadcast_to(ROW * x[0, 0], (4, 3))),
    "a mask": lambda x: np.where(x > ROW, x, ROW) * COLUMN,
}


@pytest.mark.parametrize("name", MET)
@pytest.mark.parametrize("reuse", [False, True])
def test_what_meets_a_matrix(name: str, reuse: bool) -> None:
    f = MET[name]

    def total(x: Any) -> Any:
        found = f(x)
        return sum(np.sum(np.sin(part)) for part in (found if type(found) is tuple else (found,)))

    for function in (f, value_and_grad(total), grad(lambda x: np.sum(grad(total)(x) ** 2))):
        compiled = compile(function, reuse_buffers=reuse)
        for x in (M, M[::-1] * 1.5, M.astype(np.float32), np.where(M > 1.0, np.nan, M)):
            assert_same(compiled(x), _values(function(Node(x) if function is f else x)))


def _values(x: Any) -> Any:
    return tuple(map(_values, x)) if type(x) is tuple else x.value if type(x) is Node else x


def test_where_rows_are_written_out() -> None:
    add = compile(lambda x, row: x + row)
    add(np.ones((4, 3)), ROW)
    assert "[...] = x1  # broadcast_to [4, 3]" in add.source
    add(np.ones((SMALL, 3)), ROW)
    assert "[...]" not in add.source
    add(np.ones((1, 3)), ROW)
    assert "[...]" not in add.source


@pytest.mark.parametrize("f", [np.fmax, np.fmin, np.maximum, np.minimum])
def test_zeros_of_both_signs_keep_theirs(f: Any) -> None:
    a, b = np.array([[0.0, -0.0, 0.0, -0.0]]), np.array([[0.0], [-0.0]])
    compiled = compile(lambda x, y: 1.0 / f(x, y))
    for x, y in ((a, b), (b, a), (a, -b), (-b, a)):
        with np.errstate(divide="ignore"):
            assert_same(compiled(x, y), (1.0 / f(Node(x), y)).value)


def test_a_row_is_written_out_once() -> None:
    twice = compile(lambda x, row: np.sin(x + row) * np.cos(x * row))
    twice(M, ROW)
    assert twice.source.count("[...] =") == 1
    row = ROW.copy()
    row.flags.writeable = False
    of_constants = compile(lambda x: np.sin(x + row) * np.cos(x + row))
    of_constants(M)
    assert of_constants.source.count("add(") == 1


def test_an_op_of_a_user_is_known_by_itself() -> None:
    fill = custom_op(lambda x: np.where(np.isnan(x), 7.0, x), lambda d, y, x: d, name="spread")

    def f(x: Any) -> Any:
        return fill(grad(lambda x: np.sum(np.where(x > 0.0, np.sqrt(x), 0.0)))(x))

    x = np.array([0.0, -1.0, 4.0])
    with np.errstate(invalid="ignore"):
        assert_same(compile(f)(x), f(Node(x)).value)


def test_what_is_infinite_in_half_width_is_no_moderate_factor() -> None:
    big = custom_op(lambda x: x * 1e5, lambda d, y, x: d * 1e5, name="big")
    slope = grad(lambda x: np.sum(np.where(x > 0.0, big(x), 0.0)))
    x = np.array([-1.0, 0.0], np.float16)
    with np.errstate(over="ignore", invalid="ignore"):
        assert_same(compile(slope)(x), slope(x))


def test_careful_programs_leave_no_garbage() -> None:
    slope = compile(grad(lambda x: np.sum(np.sqrt(x) * 0.0)))
    x = np.zeros(4)
    slope(x)
    gc.collect()
    for _ in range(5):
        slope(x)
    assert gc.collect() == 0


def test_constants_that_are_nan_are_alike() -> None:
    f = compile(lambda x: np.sin(x * np.nan) + np.sin(x * np.nan))
    f(M)
    assert f.source.count("sin(") == 1


def test_mean_squares_of_a_target_that_is_a_node() -> None:
    x, y = Node(M), Node(M[::-1])
    loss = mse_loss(x, y)
    loss.backward()
    np.testing.assert_allclose(x.grad, (M - M[::-1]) / 6.0)
    np.testing.assert_allclose(y.grad, -x.grad)
    assert loss.op is not None and loss.op.name == "mean_squared_error"
    assert mse_loss(x, x).value == 0.0
    assert np.isnan(mse_loss(x, Node(np.where(M > 1.0, np.nan, M))).value)
    with pytest.raises(ValueError, match="NaN"):
        mse_loss(x, np.where(M > 1.0, np.nan, M))
