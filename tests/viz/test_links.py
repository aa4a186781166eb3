"""Hubs and long edges become link chips; gates keep scopes one after the other."""

import networkx as nx
import pytest

import viz
from autograd import Node
from viz.compose import compose
from viz.gates import gates
from viz.links import LONG_EDGES, MOST_USES, linked_edges, ranks
from viz.palette import theme_named
from viz.scene import Arrow, Box, Options, Scene


def star(uses):
    return nx.MultiDiGraph([("hub", i) for i in range(uses)])


def test_leaves_are_linked_from_the_ninth_use_on():
    assert linked_edges(star(MOST_USES)) == set()
    assert len(linked_edges(star(MOST_USES + 1))) == MOST_USES + 1


def test_an_op_with_long_edges_is_linked_until_the_rest_is_short_enough():
    chain = [(i, i + 1) for i in range(200)]
    graph = nx.MultiDiGraph([("leaf", 0), *chain, *[(0, i) for i in range(2, 200)]])
    linked = linked_edges(graph)
    assert linked
    assert all(tail == 0 for tail, _, _ in linked)
    edges = [edge for edge in graph.edges(keys=True) if edge not in linked]
    rank = ranks(graph, edges)
    assert sum(rank[b] - rank[a] - 1 for a, b, _ in edges) <= LONG_EDGES


def test_ranks_put_leaves_beside_their_first_use_and_survive_cycles():
    edges = [(0, 1, 0), (1, 2, 0), (3, 2, 0)]
    assert ranks(nx.MultiDiGraph(edges), edges) == {0: 0, 1: 1, 2: 2, 3: 1}
    loop = [(0, 1, 0), (1, 0, 0)]
    assert set(ranks(nx.MultiDiGraph(loop), loop)) == {0, 1}


def test_a_long_chain_needs_no_recursion():
    edges = [(i, i + 1, 0) for i in range(20_000)]
    assert ranks(nx.MultiDiGraph(edges), edges)[20_000] == 20_000


def hub(uses):
    w = Node(0.5, name="w")
    total = w * 1.0
    for i in range(1, uses):
        total = total + w * float(i)
    return total


def test_the_picture_marks_links_and_keeps_every_contribution():
    graph = viz.to_networkx(hub(12))
    scene = compose(graph, Options())
    chips = [box for box in scene.boxes if "_" in box.key]
    assert len(chips) == 12
    assert all("↗ w" in box.html for box in chips)
    master = next(box for box in scene.boxes if box.key == "n0")
    assert "↗ 12×" in master.html
    assert "link to the box" in scene.legend
    texts = sum(1 for arrow in scene.arrows if arrow.tail in {box.key for box in chips})
    assert texts == 12
    assert all(arrow.back for arrow in scene.arrows if "_" in arrow.tail)


def test_a_picture_without_hubs_says_nothing_of_links():
    assert "↗" not in viz.draw(hub(3)).to_dot()


def scene_of(arrows, scopes):
    boxes = tuple(Box(key, "", "", scope) for key, scope in scopes.items())
    drawn = tuple(Arrow(f"e{i}", a, b, None, None, 1.0, "", "") for i, (a, b) in enumerate(arrows))
    return Scene(boxes, drawn, "", "", "LR", theme_named("light"), None)


def test_gates_stand_between_scopes_in_sequence():
    scopes = {"x": (), "w": ("a",), "h": ("a",), "v": ("b",), "y": ("b",), "loss": ()}
    arrows = [("x", "h"), ("w", "h"), ("h", "y"), ("v", "y"), ("y", "loss")]
    found = gates(scene_of(arrows, scopes))
    assert (["h"], ["v"]) in [(gate.tails, gate.heads) for gate in found]
    assert (["y"], ["loss"]) in [(gate.tails, gate.heads) for gate in found]


@pytest.mark.parametrize("back", [("y", "h"), ("v", "w")])
def test_scopes_that_feed_each_other_have_no_gates(back):
    scopes = {"w": ("a",), "h": ("a",), "v": ("b",), "y": ("b",)}
    assert gates(scene_of([("h", "y"), back], scopes)) == []


def test_anonymous_constants_have_no_number():
    x, two = Node(1.0, name="x"), Node(2.0, name="two", requires_grad=False)
    dot = viz.draw(x * two + 7.0).to_dot()
    assert "#4" not in dot
    assert "#1" in dot
    assert "constant is operand 2 of #3" in dot
