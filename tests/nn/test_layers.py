"""Layers: shapes, first values, and agreement of tensor and scalar networks."""

import numpy as np
import pytest

from autograd import Node, topological_order
from nn import MLP, Dense, Linear, Neuron, ScalarMLP, Sequential, init


def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("shape", [(2,), (5, 2), (3, 5, 2), (0, 2)])
def test_linear_is_x_times_w_transposed_plus_b(shape):
    layer = Linear(2, 3, rng=rng())
    x = rng().normal(size=shape)
    assert layer.weight.shape == (3, 2) and layer.bias.shape == (3,)
    out = layer(x)
    assert out.shape == (*shape[:-1], 3)
    assert np.allclose(out.value, x @ layer.weight.value.T + layer.bias.value, rtol=0, atol=1e-15)


def test_linear_takes_nodes_lists_and_lists_of_nodes():
    layer = Linear(2, 3, rng=rng())
    expected = layer(np.array([1.0, 2.0])).value
    for x in ([1, 2], [Node(1.0), 2.0], Node([1.0, 2.0])):
        assert (layer(x).value == expected).all()


def test_linear_without_bias():
    layer = Linear(2, 3, bias=False, rng=rng())
    assert [name for name, _ in layer.named_parameters()] == ["weight"]
    assert (layer(np.zeros(2)).value == 0.0).all()
    assert "bias=False" in repr(layer)


def test_first_values_are_spread_evenly_within_their_bound():
    layer = Linear(100, 200, rng=rng())
    for parameter in layer.parameters():
        assert np.abs(parameter.value).max() <= 0.1
    assert abs(layer.weight.value.std() - 0.1 / 3**0.5) < 1e-3


def test_the_same_generator_gives_the_same_network_bit_for_bit():
    first, second = (MLP([3, 5, 2], rng=rng()).state_dict() for _ in range(2))
    assert all(first[name].tobytes() == second[name].tobytes() for name in first)
    a, b = MLP([3, 3]).state_dict(), MLP([3, 3]).state_dict()
    assert (a["layers.0.weight"] != b["layers.0.weight"]).any()


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match=r"shape \(4, 3\) but Linear takes \(\.\.\., 2\)"):
        Linear(2, 3)(np.ones((4, 3)))
    with pytest.raises(ValueError, match=r"shape \(\)"):
        Linear(1, 3)(1.0)
    for sizes in ([2], 3, [2, 0], [2, 1.5], [2, True], "12"):
        with pytest.raises(ValueError, match=r"units|inputs and outputs"):
            MLP(sizes)
    with pytest.raises(TypeError, match="default_rng"):
        Linear(2, 3, rng=0)
    with pytest.raises(ValueError, match="one of relu, sigmoid"):
        MLP([2, 1], activation="thanh")
    with pytest.raises(TypeError, match="activation is a name or a function"):
        Dense(2, 1, activation=3)
    with pytest.raises(TypeError, match="no list around"):
        Sequential([Linear(2, 1)])
    with pytest.raises(ValueError, match="fan_in"):
        init.kaiming_uniform((1, 0), 0)


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "softplus", "tanh", np.sin, None])
def test_mlp_has_no_activation_after_the_last_layer(activation):
    net = MLP([2, 4, 1], activation=activation, rng=rng())
    x = rng().normal(size=(3, 2))
    hidden = net[0](x).value
    assert (net(x).value == hidden @ net[1].weight.value.T + net[1].bias.value).all()
    assert len(net) == 2 and list(net) == net.layers


def test_scalar_mlp_computes_what_the_mlp_does():
    tensor, scalar = MLP([2, 4, 3, 2], rng=rng()), ScalarMLP([2, 4, 3, 2], rng=rng())
    for dense, layer in zip(tensor.layers, scalar.layers, strict=True):
        for i, neuron in enumerate(layer.neurons):
            neuron.bias.value = dense.bias.value[i]
            for j, weight in enumerate(neuron.weights):
                weight.value = dense.weight.value[i, j]
    x = rng().normal(size=(3, 2))
    rows = scalar(x)
    assert np.allclose([[n.value for n in row] for row in rows], tensor(x).value, atol=1e-14)


def test_scalar_mlp_names_scopes_and_inputs():
    net = ScalarMLP([2, 4, 1], rng=rng())
    out = net([0.5, -1.0])
    assert isinstance(out, Node) and out.shape == ()
    nodes = topological_order(out)
    inputs = [n for n in nodes if n.name in ("x0", "x1")]
    assert [(n.value, n.scope, n.requires_grad) for n in inputs] == [
        (0.5, "", False), (-1.0, "", False),
    ]  # fmt: skip
    neuron = net.layers[0].neurons[1]
    assert [p.name for p in neuron.parameters()] == ["w0", "w1", "b"]
    assert {p.scope for p in neuron.parameters()} == {"layers.0.neurons.1"}
    assert out.scope == "layers.1.neurons.0"
    assert len(net.parameters()) == 17
    assert "layers.0.neurons.1.weights.0" in net.state_dict()


def test_scalar_mlp_takes_nodes_and_refuses_other_counts():
    net = ScalarMLP([2, 3, 2], rng=rng())
    x = Node(1.0)
    first, _ = net([x, 2])
    first.backward()
    assert x.grad != 0.0
    with pytest.raises(ValueError, match="takes 2 inputs but got 3"):
        net([1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="2 weights but got 1"):
        Neuron(2, rng=rng())([1.0])
    with pytest.raises(ValueError, match="units"):
        Neuron(0)


def test_neuron_is_its_formula():
    neuron = Neuron(2, "tanh", rng=rng())
    w0, w1 = (w.value for w in neuron.weights)
    expected = np.tanh(w0 * 2.0 + w1 * -1.0 + neuron.bias.value)
    assert abs(neuron([2.0, -1.0]).value - expected) < 1e-15
