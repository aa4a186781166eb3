"""Stage one: the networkx graph of a Node."""

import networkx as nx
import numpy as np
import pytest

import autograd
import viz
from autograd import Node

NODE_ATTRIBUTES = {
    "kind", "op", "name", "scope", "value", "signal", "shape", "dtype", "label",
}  # fmt: skip


def test_ids_are_the_topological_order_and_constants_follow():
    x, w = Node(3.0, name="x"), Node(0.5, name="w")
    root = (x * 2.0 + w) - 7.0
    graph = viz.to_networkx(root)
    order = autograd.topological_order(root)
    assert isinstance(graph, nx.MultiDiGraph)
    assert sorted(graph) == list(range(len(order) + 2))
    assert [graph.nodes[i]["value"] for i in range(len(order))] == [n.value for n in order]
    assert [graph.nodes[i]["value"] for i in (5, 6)] == [2.0, 7.0]
    assert graph.graph["root"] == order.index(root)


def test_attributes_are_the_agreed_ones():
    with autograd.scope("layers.0"):
        x = Node(np.ones((2, 3)), name="x")
        y = np.tanh(x)
    graph = viz.to_networkx(y, seed=np.ones((2, 3)))
    assert all(set(attributes) == NODE_ATTRIBUTES for _, attributes in graph.nodes(data=True))
    assert all(set(edge) == {"local", "contribution"} for _, _, edge in graph.edges(data=True))
    leaf, op = graph.nodes[0], graph.nodes[1]
    assert (leaf["kind"], leaf["op"], leaf["name"], leaf["scope"]) == (
        "leaf",
        None,
        "x",
        "layers.0",
    )
    assert (op["kind"], op["op"], op["shape"], op["dtype"]) == ("op", "tanh", (2, 3), "float64")
    assert leaf["label"] == "x"


def test_repeated_operands_are_parallel_edges():
    x = Node(3.0, name="x")
    graph = viz.to_networkx(x * x)
    assert sorted(graph.edges(keys=True)) == [(0, 1, 0), (0, 1, 1)]
    assert [graph.edges[0, 1, k]["contribution"] for k in (0, 1)] == [3.0, 3.0]
    assert graph.nodes[0]["signal"] == 6.0


def test_operand_order_is_the_key():
    a, b = Node(5.0, name="a"), Node(2.0, name="b")
    graph = viz.to_networkx(b - a)
    assert graph.edges[0, 2, 1]["local"] == -1.0
    assert graph.edges[1, 2, 0]["local"] == 1.0


def test_constants_carry_no_signal():
    c = Node(2.0, name="c", requires_grad=False)
    graph = viz.to_networkx(Node(3.0) * c * 4.0)
    kinds = {attributes["label"]: attributes for _, attributes in graph.nodes(data=True)}
    for label in ("c", "constant"):
        assert kinds[label]["kind"] == "constant"
        assert kinds[label]["signal"] is None
    for _, _, edge in [
        e for e in graph.edges(data=True) if graph.nodes[e[0]]["kind"] == "constant"
    ]:
        assert edge["contribution"] is None


def test_raw_array_constants_have_their_shape_and_the_scope_of_their_use():
    with autograd.scope("loss"):
        root = np.sum(Node(np.ones((2, 2))) * np.array([[1.0, 2.0], [3.0, 4.0]]))
    constant = viz.to_networkx(root).nodes[3]
    assert (constant["shape"], constant["scope"], constant["dtype"]) == ((2, 2), "loss", "float64")


def test_labels_say_name_and_op_and_statics():
    x = Node(np.ones((2, 3)), name="two\nlines")
    graph = viz.to_networkx(np.sum(x, axis=0)[1])
    labels = [graph.nodes[i]["label"] for i in range(3)]
    assert labels[0] == "two⏎lines"
    assert labels[1].startswith("Σ sum(axis=0")
    assert "getitem" in labels[2]
    assert "1" in labels[2]


def test_a_seed_is_needed_for_many_numbers_and_scales_all_signals():
    x = Node(np.array([1.0, 2.0]))
    y = x * 3.0
    with pytest.raises(ValueError, match="seed"):
        viz.to_networkx(y)
    graph = viz.to_networkx(y, seed=np.array([1.0, 10.0]))
    assert graph.nodes[0]["signal"].tolist() == [3.0, 30.0]


def test_nothing_is_written_back():
    x = Node(3.0)
    y = x * x
    y.backward()
    viz.to_networkx(y)
    viz.draw(y, seed=5.0)
    assert x.grad == 6.0
    assert y.grad == 1.0


def test_a_parameter_updated_after_the_graph_is_refused():
    w = Node(2.0, name="w")
    y = w * 3.0
    w.value = 5.0
    with pytest.raises(RuntimeError, match="updated after"):
        viz.to_networkx(y)


@pytest.mark.parametrize("wrong", [3.0, None, np.ones(2), nx.Graph(), nx.DiGraph()])
def test_other_roots_are_refused(wrong):
    with pytest.raises(TypeError, match="starts from a Node"):
        viz.draw(wrong)


def test_a_single_leaf_and_a_constant_root():
    graph = viz.to_networkx(Node(3.0, name="x"))
    assert graph.nodes[0]["signal"] == 1.0
    graph = viz.to_networkx(Node(3.0, requires_grad=False))
    assert graph.nodes[0]["kind"] == "constant"


def test_an_op_with_several_outputs_shows_all_its_numbers():
    w, v = np.linalg.eigh(Node([[2.0, 0.0], [0.0, 1.0]], name="a"))
    graph = viz.to_networkx((w * w).sum() + v[0, 1])
    hidden = graph.nodes[1]
    assert hidden["label"] == "eigh(UPLO=L) → 2, 2×2"
    assert hidden["shape"] == (6,)
    np.testing.assert_allclose(hidden["value"], [*w.value, *v.value.ravel()])
    np.testing.assert_allclose(hidden["signal"], [*(2.0 * w.value), 0.0, 1.0, 0.0, 0.0])
    shares = [edge["contribution"] for _, _, edge in graph.out_edges(1, data=True)]
    np.testing.assert_allclose(sum(shares), hidden["signal"])
    assert viz.draw(w.sum()).to_svg()


def test_a_buffer_is_drawn_as_the_node_it_stands_for():
    b = autograd.zeros(2)
    b[0] = Node(2.0, name="x")
    graph = viz.to_networkx(b, seed=[1.0, 3.0])
    (x,) = (i for i in graph if graph.nodes[i]["name"] == "x")
    assert graph.nodes[x]["signal"] == 1.0
    assert len(graph) == len(viz.to_networkx(b.node, seed=[1.0, 3.0]))


def label_of(node):
    graph = viz.to_networkx(node, np.ones(node.shape))
    return graph.nodes[graph.graph["root"]]["label"]


def test_index_arrays_are_labelled_by_their_numbers():
    x = Node(np.arange(24.0).reshape(8, 3))
    rows, columns = np.arange(8), [2, 0, 1, 1, 1, 1, 1, 1]
    assert label_of(x[rows, columns]) == "getitem[[0, 1, …], [2, 0, …]]"
    assert label_of(x[[5], [1]]) != label_of(x[[1], [1]])
    assert label_of(x[[3, 0, 2]]) == "getitem[[3, 0, 2]]"
    assert label_of(np.take(x, [2, 0], axis=1)) == "take(indices=[2, 0], axis=1)"
    assert label_of(x.at[[1, 4], [0, 2]].set(0.0)) == "assign[[1, 4], [0, 2]]"
    assert label_of(x[rows > 5]) == "getitem[mask 8]"
    assert label_of(x[np.arange(4).reshape(2, 2)]) == "getitem[array 2×2]"
