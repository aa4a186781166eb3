"""Modules: names, scopes, state dicts, modes and what they say when something is wrong."""

import copy

import numpy as np
import pytest

import autograd
from autograd import Node, topological_order
from nn import MLP, Linear, Module, Sequential


def rng():
    return np.random.default_rng(0)


class Holder(Module):
    """Parameters in every place where they may be held."""

    def __init__(self):
        self.first = Node(1.0)
        self.pair = (Node([1.0, 2.0], name="left"), Node(3.0))
        self.table = {"a": Node(4.0), "b": [Linear(2, 1, rng=rng())]}
        self.constant = Node(5.0, requires_grad=False)
        self.output = self.first * 2.0
        self.again = self.first
        self.number = 6.0

    def forward(self, x):
        return self.first * x + self.table["b"][0](self.pair[0]).sum()


NAMES = ["first", "pair.0", "pair.1", "table.a", "table.b.0.weight", "table.b.0.bias"]


def test_parameters_come_in_order_of_declaration_each_once():
    holder = Holder()
    assert [name for name, _ in holder.named_parameters()] == NAMES
    assert holder.parameters() == [node for _, node in holder.named_parameters()]
    assert [name for name, _ in holder.named_modules()] == ["", "table.b.0"]


def test_a_cycle_of_modules_is_walked_once():
    inner, outer = Module(), Module()
    inner.w, inner.parent, outer.inner = Node(1.0), outer, inner
    assert [name for name, _ in outer.named_parameters()] == ["inner.w"]
    assert "inner" in repr(outer)


def test_two_parameters_of_one_name_are_an_error():
    module = Module()
    module.table = {1: Node(1.0), "1": Node(2.0)}
    with pytest.raises(ValueError, match=r"two parameters are named 'table\.1'"):
        module.named_parameters()


def test_ops_and_parameters_share_the_scope_of_their_layer():
    net = MLP([2, 3, 1], rng=rng())
    out = net(np.ones((4, 2)))
    scopes = {node.scope for node in topological_order(out)}
    assert scopes == {"layers.0", "layers.1"}
    for name, parameter in net.named_parameters():
        assert name == f"{parameter.scope}.{parameter.name}"


def test_scopes_of_nested_modules():
    holder = Holder()
    outer = Sequential(holder, Sequential(lambda x: x * 2.0))
    out = outer(2.0)
    assert {n.scope for n in topological_order(out)} == {
        "layers.0", "layers.0.table.b.0", "layers.1",
    }  # fmt: skip
    assert holder.first.scope == holder.pair[0].scope == "layers.0"
    assert holder.pair[0].name == "left" and holder.pair[1].name is None
    assert holder.table["b"][0].weight.scope == "layers.0.table.b.0"


def test_a_scope_around_the_call_comes_before_all():
    net = MLP([2, 3, 1], rng=rng())
    net.parameters()
    for name in ("teacher", "student.big"):
        with autograd.scope(name):
            out = net(np.ones(2))
        assert {n.scope for n in topological_order(out)} == {f"{name}.layers.0", f"{name}.layers.1"}
    assert {n.scope for n in topological_order(net(np.ones(2)))} == {"layers.0", "layers.1"}


def test_asking_a_layer_for_its_parameters_leaves_it_in_its_place():
    net = MLP([2, 3, 1], rng=rng())
    net(np.ones(2))
    for layer in net.layers:
        layer.named_parameters()
    assert {n.scope for n in topological_order(net(np.ones(2)))} == {"layers.0", "layers.1"}


def test_a_module_called_before_it_is_placed_gets_its_place():
    layer = Linear(2, 2, rng=rng())
    layer(np.ones(2))
    assert layer.weight.scope == ""
    net = Sequential(layer)
    net(np.ones(2))
    assert layer.weight.scope == "layers.0"
    net.layers.append(Linear(2, 1, rng=rng()))
    net.parameters()
    out = net(np.ones(2))
    assert out.scope == net.layers[1].weight.scope == "layers.1"
    assert layer(np.ones(2)).scope == "layers.0"


def test_state_dict_round_trip():
    net, other = MLP([2, 3, 1], rng=rng()), MLP([2, 3, 1], rng=np.random.default_rng(1))
    state = net.state_dict()
    kept = copy.deepcopy(state)
    assert list(state) == ["layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias"]
    other.load_state_dict(state)
    assert (other(np.ones(2)).value == net(np.ones(2)).value).all()
    for parameter in net.parameters():
        parameter.value = np.zeros(parameter.shape)
    assert all((state[name] == kept[name]).all() for name in state)


def test_a_state_that_overflows_changes_nothing():
    layer = Linear(2, 1, rng=rng())
    layer.bias = Node(np.zeros(1, np.float16))
    before = layer.state_dict()
    with np.errstate(all="raise"), pytest.raises(FloatingPointError):
        layer.load_state_dict({"weight": np.zeros((1, 2)), "bias": [1e9]})
    assert (layer.weight.value == before["weight"]).all()


def test_a_state_that_does_not_fit_changes_nothing():
    net = MLP([2, 3, 1], rng=rng())
    before = net.state_dict()
    state = {**before, "layers.0.weight": np.zeros((3, 2)), "layers.1.bias": np.zeros(7)}
    with pytest.raises(ValueError, match=r"'layers\.1\.bias' has shape \(1,\) .* \(7,\)"):
        net.load_state_dict(state)
    missing = {name: x for name, x in before.items() if name != "layers.1.bias"}
    with pytest.raises(ValueError, match=r"missing layers\.1\.bias; unexpected extra;"):
        net.load_state_dict({**missing, "extra": 1.0})
    for wrong in ("text", None, Node([1.0])):
        with pytest.raises(TypeError, match="numbers"):
            net.load_state_dict({**before, "layers.1.bias": wrong})
    with pytest.raises(TypeError, match="not a dict"):
        net.load_state_dict([1.0])
    zeros = {name: np.zeros_like(x) for name, x in before.items()}
    for wrong in (
        np.zeros(1, np.longdouble),
        np.zeros(1, complex),
        np.ma.masked_array([1.0], [True]),
        autograd.zeros(1),
        [[1.0], [1.0, 2.0]],
        [10**400],
        np.array(["1.0"]),
    ):
        with pytest.raises((TypeError, ValueError), match=r"real numbers at 'layers\.1\.bias': "):
            net.load_state_dict({**zeros, "layers.1.bias": wrong})
    assert all((net.state_dict()[name] == before[name]).all() for name in before)
    net.load_state_dict({"layers.1.bias": np.ones(1), "extra": 1.0}, strict=False)
    assert net.layers[1].bias.value == 1.0


def test_train_eval_and_zero_grad_reach_all_below():
    net = Sequential(MLP([2, 3, 1], rng=rng()))
    assert net.training
    assert net.eval() is net
    assert not any(module.training for _, module in net.named_modules())
    net.train()
    assert all(module.training for _, module in net.named_modules())
    net(np.ones((4, 2))).sum().backward()
    assert all(p.grad is not None for p in net.parameters())
    net.zero_grad()
    assert all(p.grad is None for p in net.parameters())


def test_repr_shows_layers_and_counts():
    assert repr(MLP([2, 3, 1], rng=rng())).splitlines() == [
        "MLP(): 13 parameters",
        "  layers.0: Dense(in_features=2, out_features=3, activation=tanh)",
        "  layers.1: Linear(in_features=3, out_features=1)",
    ]
    assert "first: ()" in repr(Holder())


def test_a_module_without_forward_says_so():
    with pytest.raises(TypeError, match="has no forward"):
        Module()(1.0)


def test_a_call_that_fails_leaves_the_scope_as_it_was():
    net = MLP([2, 3, 1], rng=rng())
    with pytest.raises(ValueError, match="takes"):
        net(np.ones(3))
    assert Node(1.0).scope == ""
