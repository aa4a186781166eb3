"""The numbers in the picture are right: central differences, the chain rule, sums at fan-out."""

import math
import re

import numpy as np
import pytest

import autograd
import viz
from autograd import Node
from viz.compose import THICKEST
from viz.text import number

STEP = 1e-6
UNARY = [np.tanh, np.sin, np.cos, np.exp, autograd.sigmoid, autograd.softplus, np.square]
BINARY = [np.add, np.subtract, np.multiply, lambda x, y: x / (1.0 + y * y)]


def random_graph(seed, bumped=None, by=0.0):
    """A root, and the Nodes in order of making; `by` is added to one of them as a constant."""
    rng = np.random.default_rng(seed)
    made = []

    def keep(node):
        made.append(node)
        if len(made) - 1 == bumped:
            return node + by
        return node

    pool = [keep(Node(float(x), name=f"x{i}")) for i, x in enumerate(rng.uniform(-1, 1, 3))]
    for _ in range(12):
        if rng.random() < 0.4:
            found = UNARY[rng.integers(len(UNARY))](pool[rng.integers(len(pool))])
        else:
            a, b = rng.integers(len(pool), size=2)
            found = BINARY[rng.integers(len(BINARY))](pool[a], pool[b])
        pool.append(keep(np.tanh(found)))
    return sum(pool[4:], pool[3] * pool[0]), made


def drawn_signals(svg):
    """The signals in the tooltips of a picture, with all their digits, by id."""
    found = re.findall(r"\(#(\d+)\)\nvalue \S+\nsignal ([^\s<]+)", svg)
    return {int(i): float(signal) for i, signal in found if signal not in ("none",)}


@pytest.mark.parametrize("seed", range(20))
def test_drawn_signals_are_central_differences(seed):
    root, made = random_graph(seed)
    index = {node: i for i, node in enumerate(autograd.topological_order(root))}
    diagram = viz.draw(root)
    drawn = drawn_signals(diagram.to_svg())
    checked = 0
    for k, node in enumerate(made):
        if node not in index:
            continue
        up, down = (random_graph(seed, k, by)[0].value for by in (STEP, -STEP))
        difference = (up - down) / (2 * STEP)
        assert drawn[index[node]] == pytest.approx(difference, rel=1e-6, abs=1e-6)
        text = number(diagram.graph.nodes[index[node]]["signal"])
        assert f">{text}<" in diagram.to_dot()
        checked += 1
    assert checked >= 5


def layers():
    rng = np.random.default_rng(1)
    x = Node(rng.normal(size=(4, 3)))
    hidden = np.tanh(x @ Node(rng.normal(size=(3, 5))) + Node(rng.normal(size=5)))
    logits = hidden @ Node(rng.normal(size=(5, 2)))
    return np.mean(np.square(logits - logits[:, :1] * hidden[:, 1:3]))


@pytest.mark.parametrize("make", [*[lambda s=s: random_graph(s)[0] for s in range(5)], layers])
def test_contributions_sum_to_the_signal(make):
    graph = viz.to_networkx(make())
    summed = 0
    for node, attributes in graph.nodes(data=True):
        parts = [e["contribution"] for *_, e in graph.out_edges(node, data=True)]
        if attributes["signal"] is None or not parts:
            continue
        assert all(np.shape(part) == attributes["shape"] for part in parts)
        np.testing.assert_allclose(sum(parts), attributes["signal"], rtol=1e-9, atol=1e-12)
        summed += 1
    assert summed >= 4


@pytest.mark.parametrize("seed", range(5))
def test_each_contribution_is_signal_times_local_derivative(seed):
    graph = viz.to_networkx(random_graph(seed)[0])
    for _, consumer, edge in graph.edges(data=True):
        if edge["contribution"] is not None:
            product = graph.nodes[consumer]["signal"] * edge["local"]
            assert edge["contribution"] == pytest.approx(product, rel=1e-9, abs=1e-12)


def test_tensor_edges_have_no_local_derivative():
    graph = viz.to_networkx(layers())
    assert all(
        edge["local"] is None
        for tail, _, edge in graph.edges(data=True)
        if graph.nodes[tail]["shape"]
    )


def test_the_chain_rule_is_printed_with_its_numbers():
    x = Node(3.0, name="x")
    y = x * 2.0 + np.square(x)
    tip = re.search(r"<title>x \(#0\)\n(.*?)</title>", viz.draw(y).to_svg(), re.DOTALL)
    assert tip is not None
    assert tip.group(1).splitlines() == [
        "value 3.0",
        "signal 8.0",
        "= from #1: 2 = 1 × 2",
        "+ from #2: 6 = 1 × 6",
    ]


def test_infinite_and_missing_signals_reach_the_picture():
    x = Node(0.0, name="x")
    svg = viz.draw(1.0 / x + np.log(x)).to_svg()
    assert "NaN" in svg or "∞" in svg
    assert math.isinf(viz.to_networkx(1.0 / x).nodes[0]["signal"])


def scale_note(root):
    """What the legend says of the scale of signals."""
    legend = viz.draw(root)._scene.legend
    return legend[legend.index("∂") :].partition("</TD>")[0]


def test_the_seed_alone_does_not_make_signals_pale():
    x = Node(np.linspace(-1.0, 1.0, 24).reshape(8, 3), name="x")
    assert "logarithmic" in scale_note(np.mean(x * 2.0))
    assert "linear" in scale_note(np.sum(x * 2.0))


def test_a_few_large_entries_do_not_hide_the_others():
    x = Node(np.array([1.0] + [1e-3] * 20), name="x")
    assert "logarithmic" in scale_note(np.sum(x * x))


def test_infinite_contributions_have_the_thickest_arrow():
    x, zero = Node(2.0, name="x"), Node(0.0, name="zero")
    assert [arrow.width for arrow in viz.draw(x / zero)._scene.arrows] == [THICKEST, THICKEST]
