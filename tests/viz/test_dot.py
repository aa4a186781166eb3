"""The DOT text: golden files, escaping, structure, and the same bytes every time."""

import html
import re

import networkx as nx
import numpy as np
import pytest

import viz
from autograd import Node

GRAPHS = ["neuron", "order", "strange", "layer", "hub", "neuron_dark"]


@pytest.mark.parametrize("name", GRAPHS)
def test_golden(pictures, name):
    expected = (pictures.GOLDEN / f"{name}.dot").read_text(encoding="utf-8")
    assert pictures.golden_text(name) == expected


def test_every_picture_has_its_golden_file(pictures):
    assert sorted(pictures.NAMES) == sorted(GRAPHS)
    assert sorted(path.stem for path in pictures.GOLDEN.glob("*.dot")) == sorted(GRAPHS)


def edges(dot):
    """Tail, head and attributes of each edge; a statement may have several lines."""
    return re.findall(r"^\t+(\S+) -> (\S+) \[(.*?)\]$", dot, re.MULTILINE | re.DOTALL)


def test_forward_is_solid_blue_and_backward_dashed_red(pictures):
    drawn = edges(pictures.golden_text("neuron"))
    forward = [e for e in drawn if 'color="#0B5FA5"' in e[2]]
    backward = [e for e in drawn if 'color="#C1272D"' in e[2]]
    assert len(forward) == len(backward) == 6
    assert len(drawn) == 12
    assert all("style=dashed" in e[2] and "constraint=false" in e[2] for e in backward)
    assert not any("style" in e[2] for e in forward)
    assert sorted(e[:2] for e in forward) == sorted(e[1::-1] for e in backward)


def test_backward_arrows_carry_their_contribution(pictures):
    graph = viz.to_networkx(pictures.neuron())
    labels = re.findall(r"-> .*?<B>(.*?)</B>", pictures.golden_text("neuron"))
    expected = [edge["contribution"] for *_, edge in graph.edges(data=True)]
    assert sorted(float(text.replace("−", "-")) for text in labels) == sorted(expected)


def test_operands_have_numbered_entrances_only_where_order_matters(pictures):
    dot = pictures.golden_text("order")
    assert dot.count('PORT="i0"') == dot.count('PORT="i1"') == 3
    assert re.search(r"n0:e -> n2:i0:w", dot)
    assert re.search(r"n1:e -> n2:i1:w", dot)
    assert re.search(r"n1:e -> n3:i0:w", dot)
    assert "operand order" in dot
    assert "PORT" not in pictures.golden_text("neuron")


def test_entrances_follow_the_positions_in_an_edited_graph_too():
    graph = viz.to_networkx(Node(3.0) - Node(1.0))
    edge = graph.edges[0, 2, 0]
    graph.remove_edge(0, 2, 0)
    graph.add_edge(0, 2, 0, **edge)
    dot = viz.draw(graph).to_dot()
    assert re.search(r"n0:e -> n2:i0:w", dot)
    assert re.search(r"n1:e -> n2:i1:w", dot)


def test_both_cells_are_captioned_and_coloured(pictures):
    dot = pictures.golden_text("neuron")
    assert dot.count(">value</FONT>") == dot.count(">signal</FONT>") == 6
    assert 'BGCOLOR="#2D004B"' in dot  # the largest value
    assert 'BGCOLOR="#276419"' in dot  # the largest signal


def test_strange_numbers_have_marks(pictures):
    dot = pictures.golden_text("strange")
    for mark in (">NaN<", ">+∞<", ">—<", ">0<"):
        assert mark in dot
    for meaning in ("no signal", "exactly zero", "not a number", "infinite"):
        assert meaning in dot


def test_the_legend_has_numbers(pictures):
    dot = pictures.golden_text("neuron")
    legend = dot[dot.index("\tlegend") :]
    assert "linear, max |·| = 1" in legend
    assert "∂root/∂node" in legend
    assert "forward" in legend
    assert "backward" in legend
    assert "thicker = larger, up to 0.5" in legend
    spread = viz.draw(Node(1e-6, name="a") * Node(3.0)).to_dot()
    assert "logarithmic, ε = 1e−7, max |·| = 3" in spread


def test_parameters_are_grouped_by_scope(pictures):
    dot = pictures.golden_text("layer")
    cluster = dot[dot.index('subgraph "cluster_layers.0"') : dot.index("\t}")]
    assert "<B>weight</B>" in cluster
    assert "<B>bias</B>" in cluster
    assert "<B>X</B>" not in cluster


def test_a_dotted_name_groups_where_there_is_no_scope():
    w = Node(1.0, name="encoder.weight")
    v = Node(2.0, name="decoder.weight")
    dot = viz.draw(w * v).to_dot()
    assert 'subgraph "cluster_encoder"' in dot or "subgraph cluster_encoder" in dot
    assert "<B>weight</B>" in dot


def test_scopes_nest():
    graph = nx.MultiDiGraph()
    graph.add_node(0, label="a", value=1.0, scope="net.a")
    graph.add_node(1, label="b", value=1.0, scope="net.b.c")
    graph.add_node(2, label="d", value=1.0, scope="net.b.d")
    dot = viz.draw(graph).to_dot()
    depth = [line.count("\t") for line in dot.splitlines() if "subgraph" in line]
    assert sorted(depth) == [1, 2, 2, 3, 3]


HOSTILE = [
    'quote"s',
    "<b>bold</b>",
    "{a|b}",
    "two\nlines",
    "한국어",
    "\\N \\G \\l",
    "&amp;",
    "]]><!--",
    "tab\tand\x00nul",
    "\ud800",
    "x" * 200,
    "-->",
    "\u202eleft",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_drawn_as_text(name):
    root = Node(2.0, name=name) * Node(3.0, name="plain")
    diagram = viz.draw(root, title=name)
    svg = diagram.to_svg()
    text = re.sub(r"<title>.*?</title>", "", svg, flags=re.DOTALL)
    shown = "".join(re.findall(r"<text[^>]*>(.*?)</text>", text))
    expected = viz.to_networkx(root).nodes[0]["label"]
    if len(name) < 24:
        assert html.unescape(shown).replace("\xa0", " ").count(expected) >= 2
    else:
        assert "…" in shown
    assert "plain" in shown


def test_long_names_are_whole_in_the_tooltip():
    name = "n" + "x" * 198 + "m"
    svg = viz.draw(Node(2.0, name=name) * 3.0).to_svg()
    assert f"<title>{name} (#0)" in svg
    assert name not in re.sub(r"<title>.*?</title>", "", svg, flags=re.DOTALL)


def test_dot_and_svg_are_the_same_in_every_process(python):
    code = (
        "import hashlib, numpy as np, viz, autograd\n"
        "from autograd import Node\n"
        "with autograd.scope('a'):\n"
        "    w = Node(np.arange(6.0).reshape(2, 3), name='w')\n"
        "x = Node(np.ones((4, 2)), name='x')\n"
        "d = viz.draw(np.sum(np.tanh(x @ w)) * w[0, 1])\n"
        "text = d.to_dot() + d.to_svg()\n"
        "print(hashlib.sha256(text.encode()).hexdigest())\n"
    )
    outputs = [python(code, PYTHONHASHSEED=seed) for seed in ("0", "1", "12345")]
    assert all(done.returncode == 0 for done in outputs), outputs[0].stderr
    assert len({done.stdout for done in outputs}) == 1


def test_the_same_diagram_twice_is_the_same_text(pictures):
    first, second = (viz.draw(pictures.layer()) for _ in range(2))
    assert first.to_dot() == second.to_dot()
    assert first.to_svg() == second.to_svg()
    assert first.to_png() == second.to_png()


def test_tensors_show_shape_heatmap_and_statistics():
    x = Node(np.linspace(-1, 1, 80).reshape(20, 4), name="X")
    dot = viz.draw(np.sum(x)).to_dot()
    assert "20×4" in dot
    assert "7×4 blocks of 20×4" in dot
    assert dot.count('FIXEDSIZE="TRUE" WIDTH="8" HEIGHT="8"') >= 56
    assert "min −1<BR/>mean" in dot
    assert "max 1" in dot
    assert "blocks show their peak" in dot


def test_small_tensors_show_their_numbers():
    dot = viz.draw(np.sum(Node([[1.5, -2.5], [0.0, 4.0]], name="m"))).to_dot()
    for text in (">1.5<", ">−2.5<", ">4<"):
        assert text in dot
    assert "blocks" not in dot


def test_strange_entries_of_a_heatmap_have_marks():
    array = np.ones((5, 5))
    array[0, :3] = [np.nan, np.inf, 0.0]
    dot = viz.draw(np.sum(Node(array))).to_dot()
    for mark in (">N</FONT>", ">∞</FONT>", ">·</FONT>"):
        assert mark in dot
    assert "NaN 1" in dot
    assert "+∞ 1" in dot


def test_direction_follows_the_kind_of_graph():
    scalar = Node(1.0) * 2.0
    assert "rankdir=LR" in viz.draw(scalar).to_dot()
    assert "rankdir=TB" in viz.draw(scalar, direction="TB").to_dot()
    assert "rankdir=TB" in viz.draw(np.sum(Node([1.0, 2.0]))).to_dot()
    chain = Node(1.0)
    for _ in range(59):
        chain = np.tanh(chain)
    assert "rankdir=LR" in viz.draw(chain).to_dot()
    assert "rankdir=TB" in viz.draw(np.tanh(chain)).to_dot()
