"""Node: construction, attributes, what it refuses and what it says then."""

import copy

import numpy as np
import pytest

import autograd
from autograd import Node, no_grad


class TestConstruction:
    @pytest.mark.parametrize("value", [3, True, np.int8(3), 3.0, np.float64(3.0), np.array(3.0)])
    def test_numbers_become_floats(self, value):
        node = Node(value)
        assert type(node.value) is float
        assert node.value == float(value)
        assert (node.shape, node.ndim, node.size, node.dtype) == ((), 0, 1, np.float64)

    @pytest.mark.parametrize(
        "value", [[1, 2], (1, 2), [True, False], np.arange(2), np.array([1, 2], np.uint8), [[1.5]]]
    )
    def test_lists_and_integer_arrays_become_float64(self, value):
        node = Node(value)
        assert node.dtype == np.float64
        np.testing.assert_array_equal(node.value, value)

    @pytest.mark.parametrize("dtype", [np.float32, np.float16])
    def test_small_floats_keep_their_type(self, dtype):
        assert Node(np.ones(2, dtype)).dtype == dtype
        assert type(Node(dtype(1.0)).value) is dtype
        assert type(Node(np.array(1.0, dtype)).value) is dtype

    def test_arrays_of_other_byte_order_are_converted(self):
        node = Node(np.arange(3, dtype=">f8"))
        assert node.dtype == np.dtype(np.float64)
        assert node.value.dtype.isnative

    @pytest.mark.parametrize(
        "value",
        ["3", b"3", None, 1j, np.array([1j]), np.array([None]), np.array(["a"]), {1.0}, {"a": 1.0},
         object(), [None], ["1"], [1j], np.datetime64("2020"), np.ma.array([1.0], mask=[True])],
        ids=lambda value: type(value).__name__,
    )  # fmt: skip
    def test_what_is_not_real_numbers_raises(self, value):
        with pytest.raises(TypeError):
            Node(value)

    def test_ragged_lists_raise(self):
        with pytest.raises((TypeError, ValueError)):
            Node([[1.0], [1.0, 2.0]])

    def test_arrays_are_copied(self):
        array = np.ones(3)
        node = Node(array)
        array[0] = 5.0
        assert node.value.tolist() == [1.0, 1.0, 1.0]
        assert array.flags.writeable

    def test_names_are_strings(self):
        assert Node(1.0, name="w").name == "w"
        assert Node(1.0).name is None

    def test_has_slots_only(self):
        assert not hasattr(Node(1.0), "__dict__")
        with pytest.raises(AttributeError):
            Node(1.0).colour = "red"

    def test_hash_is_identity(self):
        x, y = Node(1.0), Node(1.0)
        assert len({x, y, x}) == 2
        assert {x: 1}[x] == 1

    @pytest.mark.parametrize("name", ["name", "scope", "requires_grad", "op", "operands", "shape"])
    def test_read_only_attributes(self, name):
        with pytest.raises(AttributeError):
            setattr(Node(1.0), name, None)


class TestValue:
    def test_is_handed_out_read_only(self):
        x = Node(np.ones(3))
        for node in (x, x * 2.0, np.sum(np.ones((2, 3)) * x, axis=0), x.reshape(3, 1), x.T, +x):
            with pytest.raises(ValueError, match="read-only"):
                node.value[0] = 2.0
        x.sum().backward()
        with pytest.raises(ValueError, match="read-only"):
            x.grad[0] = 2.0

    def test_can_be_set_on_a_leaf(self):
        x = Node([1.0, 2.0])
        old = x.value
        x.value = [3, 4]
        assert x.value.tolist() == [3.0, 4.0]
        assert old.tolist() == [1.0, 2.0]

    def test_is_copied_when_set(self):
        x, new = Node([1.0, 2.0]), np.array([3.0, 4.0])
        x.value = new
        new[0] = 9.0
        assert x.value.tolist() == [3.0, 4.0]
        assert new.flags.writeable

    def test_keeps_dtype_and_shape(self):
        x = Node(np.ones(2, np.float32))
        x.value = np.array([1.5, 2.5])
        assert x.dtype == np.float32
        with pytest.raises(ValueError, match=r"shape \(2,\).*\(3,\).*new Node"):
            x.value = np.ones(3)
        with pytest.raises(ValueError, match="shape"):
            x.value = 1.0
        assert x.value.tolist() == [1.5, 2.5]

    def test_takes_numbers_only(self):
        x = Node(1.0)
        with pytest.raises(TypeError, match=r"other\.value"):
            x.value = Node(2.0)
        with pytest.raises(TypeError):
            x.value = "2"
        assert x.value == 1.0

    def test_of_an_interior_node_cannot_be_set(self):
        y = Node(1.0) * 2.0
        with pytest.raises(AttributeError, match=r"multiply.*leaf"):
            y.value = 3.0

    def test_update_between_forward_and_sweep_raises(self):
        for make in (lambda w: w * 2.0, lambda w: w * w, lambda w: np.exp(w), lambda w: np.sum(w),
                     lambda w: np.stack([w, w])[0], lambda w: 3.0 / w):  # fmt: skip
            for value in (2.0, np.array([2.0]), np.float32(2.0)):
                w = Node(value, name="w")
                y = make(w)
                y.backward()
                w.value = w.value * 3.0
                before = w.grad
                for sweep in (y.backward, lambda y=y: autograd.signals(y),
                              lambda y=y: autograd.topological_order(y)):  # fmt: skip
                    with pytest.raises(
                        RuntimeError, match=r"parameter w.* was updated after this graph"
                    ):
                        sweep()
                np.testing.assert_array_equal(w.grad, before)
                make(w).backward()

    def test_update_error_reads_well(self):
        w = Node(2.0, name="w")
        y = w * 2.0
        w.value = 3.0
        with pytest.raises(RuntimeError) as error:
            y.backward()
        assert "parameter w" in str(error.value)
        assert "was updated after this graph was recorded" in str(error.value)
        assert "run forward again" in str(error.value)


class TestGrad:
    def test_accumulates_on_leaves(self):
        x = Node(3.0)
        y = x * x * x
        y.backward()
        y.backward()
        assert x.grad == 54.0
        assert y.grad == 1.0

    def test_of_interior_nodes_is_the_last_sweeps(self):
        x = Node(3.0)
        u = x * x
        y = u * 2.0
        y.backward()
        y.backward(3.0)
        assert u.grad == 6.0
        assert x.grad == 12.0 + 36.0

    def test_is_none_before_and_after_reset(self):
        x = Node([1.0, 2.0])
        y = (x * x).sum()
        assert x.grad is None and y.grad is None
        y.backward()
        x.zero_grad()
        assert x.grad is None
        y.backward()
        x.grad = None
        assert x.grad is None

    def test_can_be_set_on_a_leaf(self):
        x = Node(np.ones(2, np.float32))
        x.grad = [1, 2]
        assert x.grad.dtype == np.float32
        np.sum(x).backward()
        assert x.grad.tolist() == [2.0, 3.0]
        with pytest.raises(ValueError, match="shape"):
            x.grad = 1.0
        with pytest.raises(AttributeError, match=r"last sweep.*set .grad of a leaf"):
            (x * 2.0).grad = [1, 2]

    def test_setter_copies(self):
        x, mine = Node([1.0, 2.0]), np.array([1.0, 1.0])
        x.grad = mine
        mine[0] = 7.0
        assert x.grad.tolist() == [1.0, 1.0]

    def test_of_a_constant_stays_none(self):
        c, x = Node(2.0, requires_grad=False), Node(3.0)
        y = c * x
        y.backward()
        assert c.grad is None and x.grad == 2.0
        assert c not in autograd.signals(y)
        assert y.operands == (c, x)

    def test_earlier_arrays_keep_their_numbers(self):
        x = Node([1.0, 2.0])
        y = (x * x).sum()
        y.backward()
        first = x.grad
        y.backward()
        assert first.tolist() == [2.0, 4.0]
        assert x.grad.tolist() == [4.0, 8.0]

    def test_does_not_share_memory_with_the_seed(self):
        x, seed = Node([1.0, 2.0]), np.array([1.0, 1.0])
        y = x + 0.0
        y.backward(seed)
        seed[0] = 9.0
        assert x.grad.tolist() == [1.0, 1.0]
        y.backward([1.0, 1.0])
        assert x.grad.tolist() == [2.0, 2.0]

    def test_of_two_leaves_is_not_shared(self):
        x, y = Node([1.0, 2.0]), Node([3.0, 4.0])
        z = x + y
        z.backward([1.0, 1.0])
        (x * 3.0).sum().backward()
        assert x.grad.tolist() == [4.0, 4.0]
        assert y.grad.tolist() == [1.0, 1.0]


class TestOperands:
    def test_order_and_repeats_are_kept(self):
        x = Node(2.0)
        assert [n is x for n in (x * x).operands] == [True, True]
        assert (x - 1.0).operands == (x, 1.0)
        assert (1.0 - x).operands == (1.0, x)
        assert Node(1.0).operands == ()
        assert (x * 3).operands[1] == 3.0

    def test_raw_arrays_are_copied(self):
        x, data = Node(np.ones(3)), np.arange(3.0)
        for y in (x * data, data * x, np.add(data, x)):
            [shown] = [z for z in y.operands if z is not x]
            assert not np.shares_memory(shown, data)
        y = np.sum(x * data)
        data[:] = 100.0
        y.backward()
        assert x.grad.tolist() == [0.0, 1.0, 2.0]
        assert data.flags.writeable

    def test_read_only_arrays_are_not(self):
        x, data = Node(np.ones(3)), np.arange(3.0)
        data.flags.writeable = False
        for y in (x * data, np.multiply(x, data), x.dot(data)):
            assert np.shares_memory(y.operands[1], data)

    def test_a_read_only_view_of_a_writable_base_is_copied(self):
        x, base = Node(np.ones(3)), np.arange(6.0)
        view = base[:3]
        view.flags.writeable = False
        y = x * view
        assert not np.shares_memory(y.operands[1], base)
        broadcast = np.broadcast_to(base[:3], (2, 3))
        assert not np.shares_memory((x * broadcast).operands[1], base)

    def test_indices_and_masks_are_copied(self):
        x, mask, where = Node(np.arange(3.0)), np.array([True, False, True]), np.array([0, 1])
        y, z, c = x[mask], x[where], np.where(mask, x, 0.0)
        mask[:], where[:] = False, 2
        y.sum().backward()
        z.sum().backward()
        c.sum().backward()
        assert x.grad.tolist() == [3.0, 1.0, 2.0]

    def test_are_handed_out_read_only(self):
        y = Node(np.ones(2)) * np.ones(2)
        with pytest.raises(ValueError, match="read-only"):
            y.operands[1][0] = 3.0

    def test_statics(self):
        x = Node(np.ones((2, 3)))
        assert np.sum(x, axis=1).statics == {"axis": 1, "keepdims": False}
        assert x.statics == {} and (x * x).statics == {}
        y = x.sum(axis=0)
        y.statics["axis"] = 1
        assert y.statics["axis"] == 0


class TestPythonAsks:
    def test_repr(self):
        assert repr(Node(1.5)) == "Node(1.5)"
        assert repr(Node(1.5, name="w")) == "Node(1.5, name='w')"
        assert repr(Node(1.5) * 2.0) == "Node(3.0, op=multiply)"
        assert "requires_grad=False" in repr(Node(1.5, requires_grad=False))
        assert "float32" in repr(Node(np.ones(2, np.float32)))
        assert len(repr(Node(np.ones((1000, 1000))))) < 400
        assert "Node(" in repr(Node(np.zeros((0, 2))))

    def test_format(self):
        assert f"{Node(1.23456):.3f}" == "1.235"
        assert f"{Node(1.5)}" == "1.5"
        assert f"{Node(np.float32(1.5)):.2f}" == "1.50"
        assert f"{Node([1.0, 2.0])}" == "[1. 2.]"

    def test_len_and_iteration(self):
        x = Node(np.arange(6.0).reshape(3, 2))
        assert len(x) == 3
        rows = list(x)
        assert [r.value.tolist() for r in rows] == [[0, 1], [2, 3], [4, 5]]
        a, b = Node([1.0, 2.0])
        (a * b).backward()
        assert list(Node(np.zeros(0))) == []

    def test_bool(self):
        assert Node(1.0) and not Node(0.0)
        assert Node([[2.0]])
        assert bool(Node(1.0) > 0.5) is True
        assert type(Node(1.0) > 0.5) is type(np.isnan(Node(1.0))) is np.bool_
        assert not ~(Node(1.0) > 0.5) and not ~np.isfinite(Node([1.0]))[0]

    def test_comparisons_give_plain_arrays(self):
        x = Node([1.0, 2.0])
        for result in (x > 1, x == [1.0, 2.0], x != x, x >= 1, x < Node([3.0, 0.0])):
            assert type(result) is np.ndarray and result.dtype == bool

    def test_ways_out(self):
        x = Node([[1.0, 2.0]])
        assert x.tolist() == [[1.0, 2.0]]
        assert Node([2.0]).item() == 2.0
        assert type(Node(np.float32(2.0)).item()) is float
        assert Node(2.0).tolist() == 2.0
        d = (x * x).detach()
        assert not d.requires_grad and d.op is None and d.value.tolist() == [[1.0, 4.0]]
        with pytest.raises(ValueError):
            x.item()

    def test_iadd_rebinds(self):
        x = Node(1.0)
        y = x
        y += 2.0
        assert x.value == 1.0 and y.value == 3.0 and y.op.name == "add"

    def test_numpy_answers_about_the_shape(self):
        x = Node(np.ones((2, 3)))
        assert (np.shape(x), np.ndim(x), np.size(x)) == ((2, 3), 2, 6)

    def test_methods_are_numpys(self):
        data = np.array([[3.0, 1.0], [2.0, 5.0]])
        x = Node(data)
        for name in ("sum", "mean", "prod", "max", "min", "var", "std", "cumsum", "ravel",
                     "flatten",
                     "transpose", "squeeze", "copy", "argmax", "all", "any"):  # fmt: skip
            found = getattr(x, name)()
            np.testing.assert_allclose(getattr(found, "value", found), getattr(data, name)())
        for name in ("exp", "log", "sqrt", "tanh"):
            np.testing.assert_array_equal(getattr(x, name)().value, getattr(np, name)(data))
        np.testing.assert_array_equal(x.relu().value, data)
        np.testing.assert_allclose(x.sigmoid().value, 1 / (1 + np.exp(-data)))
        assert x.reshape(4).shape == x.reshape((4,)).shape == x.reshape(-1).shape == (4,)
        assert x.reshape(4, 1).shape == x.reshape([4, 1]).shape == (4, 1)
        assert x.T.value.tolist() == data.T.tolist()
        y = Node(np.ones((2, 3, 4)))
        assert y.transpose(1, 0, 2).shape == y.transpose((1, 0, 2)).shape == (3, 2, 4)
        assert y.transpose().shape == (4, 3, 2)
        assert y.swapaxes(0, 2).shape == (4, 3, 2)
        assert x.clip(2.0, 3.0).value.tolist() == [[3.0, 2.0], [2.0, 3.0]]
        assert x.clip(min=2.0).value.tolist() == [[3.0, 2.0], [2.0, 5.0]]
        assert x.astype(np.float32).dtype == np.float32
        assert x.dot(data).value.tolist() == data.dot(data).tolist()

    def test_deepcopy_does_not_change_the_original(self):
        x = Node([1.0, 2.0], name="x")
        y = copy.deepcopy(x)
        y.value = [5.0, 6.0]
        assert x.value.tolist() == [1.0, 2.0]


def test_the_gradient_of_a_constant_stays_none():
    with no_grad():
        unrecorded = Node(2.0) * 3.0
    for constant in (Node([1.0, 2.0], requires_grad=False), Node(2.0).detach(), unrecorded):
        with pytest.raises(AttributeError, match="a constant has no gradient"):
            constant.grad = np.ones(constant.shape)
        constant.grad = None
        assert constant.grad is None


def test_constants_under_no_grad_are_leaves():
    x = Node(2.0)
    with no_grad():
        for y in (x * 2.0, 2.0 / x, x**2, -x, np.stack([x, x]), x * x, np.maximum(1.0, x)):
            assert not y.requires_grad and y.op is None
        assert Node(1.0).requires_grad


def test_other_types_get_their_turn():
    class Money:
        def __radd__(self, other):
            return "money"

    assert Node(1.0) + Money() == "money"
    with pytest.raises(TypeError):
        Node(1.0) + object()
