"""The diagram: formats, files, options, and places that stay."""

import os
import re
import struct
import xml.etree.ElementTree as ET
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

import autograd
import viz
from autograd import Node
from viz.scene import Options

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def root():
    return np.tanh(Node(0.5, name="w") * Node(1.0, name="x") + Node(-0.2, name="b"))


@pytest.mark.parametrize(
    ("name", "start"),
    [("a.svg", b"<?xml"), ("a.png", b"\x89PNG"), ("a.pdf", b"%PDF"), ("a.dot", b"digraph")],
)
def test_save_goes_by_the_extension_and_returns_the_path(root, tmp_path, name, start):
    for path in (tmp_path / name, str(tmp_path / name.upper())):
        saved = viz.draw(root).save(path)
        assert saved == Path(path)
        assert saved.read_bytes().startswith(start)
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("name", ["graph", "graph.gif", "graph.svg.txt", ".svg"])
def test_other_extensions_are_refused_and_leave_no_file(root, tmp_path, name):
    with pytest.raises(ValueError, match=r"names no known format.*\.svg, \.png, \.pdf, \.dot"):
        viz.draw(root).save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_save_keeps_the_old_file(root, tmp_path, monkeypatch):
    path = tmp_path / "graph.dot"
    path.write_text("old")

    def broken(*arguments):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", broken)
    with pytest.raises(OSError, match="disk full"):
        viz.draw(root).save(path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_of_the_place_names_the_file_itself(root, tmp_path):
    for path in (tmp_path / "none" / "a.dot", tmp_path / ("a" * 300 + ".dot")):
        with pytest.raises(OSError, match=r"No such file|too long") as caught:
            viz.draw(root).save(path)
        assert caught.value.filename == str(path)
    longest = tmp_path / ("a" * 250 + ".dot")
    assert viz.draw(root).save(longest).exists()
    assert os.listdir(tmp_path) == [longest.name]


def test_a_timed_out_save_leaves_no_file(root, tmp_path):
    diagram = viz.draw(root)
    diagram.time_limit = 0.0
    with pytest.raises(TimeoutError):
        diagram.save(tmp_path / "graph.svg")
    assert list(tmp_path.iterdir()) == []


def test_svg_is_wellformed_with_a_view_box_and_an_opaque_background(root):
    tree = ET.fromstring(viz.draw(root, title="A & B").to_svg())
    assert tree.get("viewBox")
    assert tree.get("role") == "graphics-document"
    assert "sans-serif" in (tree.get("font-family") or "")
    graph = tree.find(f"{SVG}g")
    assert graph is not None
    title, background = graph.find(f"{SVG}title"), graph.find(f"{SVG}polygon")
    assert title is not None
    assert title.text == "A & B"
    assert background is not None
    assert background.get("fill", "").lower() == "#ffffff"


def test_everything_is_inside_the_page(root):
    for picture in (viz.draw(root, title="T" * 90), viz.draw(root, direction="TB")):
        tree = ET.fromstring(picture.to_svg())
        left, top, width, height = (float(x) for x in tree.get("viewBox", "").split())
        graph = tree.find(f"{SVG}g")
        assert graph is not None
        shift = re.search(r"translate\((\S+) (\S+)\)", graph.get("transform", ""))
        assert shift is not None
        dx, dy = (float(x) for x in shift.groups())
        seen = 0
        for shape in graph.iter(f"{SVG}polygon"):
            for point in shape.get("points", "").split():
                x, y = (float(part) for part in point.split(","))
                assert left - 1 <= x + dx <= left + width + 1
                assert top - 1 <= y + dy <= top + height + 1
                seen += 1
        assert seen > 20


def test_every_node_and_arrow_has_a_tooltip(root):
    tree = ET.fromstring(viz.draw(root).to_svg())
    groups = [g for g in tree.iter(f"{SVG}g") if g.get("class") in ("node", "edge")]
    titles = {g.get("id"): g.find(f"{SVG}title") for g in groups}
    untitled = [key for key, title in titles.items() if title is None]
    assert len(groups) == 6 + 10 + 1
    assert [key.partition("-")[2] for key in untitled] == ["legend"]
    assert not any("%3" in (title.text or "") for title in titles.values() if title is not None)


def test_ids_of_two_pictures_do_not_clash(root):
    texts = [viz.draw(root).to_svg(), viz.draw(root, theme="dark").to_svg()]
    one, two = (set(re.findall(r' id="([^"]+)"', text)) for text in texts)
    assert one
    assert not one & two


def undated(pdf):
    """A PDF without the second of its making."""
    return re.sub(rb"/CreationDate \(D:\d+Z\)", b"", pdf)


def test_all_formats_are_the_same_twice(root):
    one, two = viz.draw(root), viz.draw(root)
    assert one.to_svg() == two.to_svg()
    assert one.to_png() == two.to_png()
    assert undated(one.to_pdf()) == undated(two.to_pdf())


def test_notebooks_show_the_svg(root):
    diagram = viz.draw(root)
    assert diagram._repr_svg_() == diagram.to_svg()


def places(svg):
    """The bounds of each node on the page, by its id in the drawing."""
    tree = ET.fromstring(svg)
    found = {}
    shift = re.search(r"translate\((\S+) (\S+)\)", tree.find(f"{SVG}g").get("transform"))
    dx, dy = (float(x) for x in shift.groups())
    for group in tree.iter(f"{SVG}g"):
        if group.get("class") == "node":
            xs, ys = [], []
            for shape in (*group.iter(f"{SVG}polygon"), *group.iter(f"{SVG}path")):
                numbers = re.findall(
                    r"(-?[\d.]+),(-?[\d.]+)", shape.get("points") or shape.get("d")
                )
                xs += [float(x) + dx for x, _ in numbers]
                ys += [float(y) + dy for _, y in numbers]
            key = (group.get("id") or "").partition("-")[2]
            found[key] = tuple(round(x, 1) for x in (min(xs), max(xs), min(ys), max(ys)))
    del found["legend"]
    return found


def tensors():
    with autograd.scope("layers.0"):
        w = Node(np.arange(32.0).reshape(4, 8) / 10, name="W")
        y = np.tanh(Node(np.ones((3, 4)), name="X", requires_grad=False) @ w)
    return np.sum(y * y)


@pytest.mark.parametrize("make", [lambda: np.tanh(Node(0.5) * Node(2.0)), tensors])
def test_forward_only_and_both_have_the_same_places(make):
    root = make()
    both, forward = viz.draw(root).to_svg(), viz.draw(root, signals=False).to_svg()
    assert places(both) == places(forward)
    assert "#c1272d" in both.lower()
    assert "#c1272d" not in forward.lower()
    assert ">signal<" not in forward


def test_places_stay_while_numbers_change():
    def picture(w):
        return viz.draw(np.tanh(Node(w, name="w") * 2.0) - Node(w * 1e-9, name="b")).to_svg()

    first = places(picture(0.5))
    assert places(picture(-1.234567e-12)) == first
    assert places(picture(-123456.789)) == first


def test_values_and_signals_can_be_left_out(root):
    dot = viz.draw(root, values=False).to_dot()
    assert ">value</FONT>" not in dot
    assert ">signal</FONT>" in dot
    bare = viz.draw(root, values=False, signals=False)
    assert ">signal</FONT>" not in bare.to_dot()
    assert "tanh" in bare.to_svg()


def test_signals_left_out_need_no_seed():
    root = Node([1.0, 2.0]) * 3.0
    with pytest.raises(ValueError, match="seed"):
        viz.draw(root)
    assert "multiply" in viz.draw(root, signals=False).to_dot()
    assert viz.draw(root, seed=[1.0, 1.0]).graph.nodes[0]["signal"].tolist() == [3.0, 3.0]


def test_edited_graphs_are_drawn_as_they_are():
    x = Node(3.0, name="x")
    graph = viz.to_networkx(x * x + 1.0)
    graph.nodes[0]["label"] = "renamed"
    graph.remove_node(2)
    graph.add_node("mine", label="extra")
    graph.add_edge("mine", 1, key="new")
    diagram = viz.draw(graph)
    assert diagram.graph is graph
    svg = diagram.to_svg()
    for word in ("renamed", "extra"):
        assert f">{word}<" in svg
    assert ">add" not in svg
    part = viz.draw(viz.to_networkx(x * x + 1.0).subgraph([0, 1]))
    assert "multiply" in part.to_svg()


def test_a_graph_without_any_attribute_is_drawn():
    assert "<svg" in viz.draw(nx.MultiDiGraph([(0, 1), (1, 2)])).to_svg()
    assert "<svg" in viz.draw(nx.MultiDiGraph([(0, 1), (1, 0), (1, 1)])).to_svg()
    assert "<svg" in viz.draw(nx.MultiDiGraph()).to_svg()


def test_wrong_options_are_named(root):
    with pytest.raises(ValueError, match=r"direction 'up'.*'LR'.*'TB'"):
        viz.draw(root, direction="up")
    with pytest.raises(ValueError, match="no theme 'jet'"):
        viz.draw(root, theme="jet")
    with pytest.raises(TypeError, match="a title is a text or None, not int"):
        viz.draw(root, title=3)
    with pytest.raises(ValueError, match="seed was given with a finished graph"):
        viz.draw(viz.to_networkx(root), seed=1.0)
    assert Options().direction is None


def test_png_has_a_readable_resolution_that_large_pictures_give_up(root):
    def size(data):
        return struct.unpack(">II", data[16:24])

    width, _ = size(viz.draw(root).to_png())
    points = float(re.search(r'width="([\d.]+)pt"', viz.draw(root).to_svg()).group(1))
    assert width / points == pytest.approx(192 / 72, rel=0.02)
    chain = Node(0.5)
    for _ in range(150):
        chain = np.tanh(chain)
    width, height = size(viz.draw(chain).to_png())
    assert max(width, height) <= 32_767
    assert width * height <= 12e6


def test_dark_theme_colours_the_page_and_the_arrows(root):
    svg = viz.draw(root, theme="dark").to_svg().lower()
    for colour in ("#111827", "#4393c3", "#d6604d"):
        assert colour in svg
    for colour in ("#0b5fa5", "#c1272d"):
        assert colour not in svg


def overlaps(svg):
    """Pairs of boxes that overlap."""
    found = list(places(svg).items())
    return [
        (a, b)
        for i, (a, (l1, r1, b1, t1)) in enumerate(found)
        for b, (l2, r2, b2, t2) in found[:i]
        if l1 < r2 and l2 < r1 and b1 < t2 and b2 < t1
    ]


def network(inputs, hidden):
    rng = np.random.default_rng(3)
    xs = [Node(float(x), name=f"x{i}", requires_grad=False) for i, x in enumerate(inputs)]
    for layer, count in enumerate((hidden, 1)):
        outputs = []
        for j in range(count):
            with autograd.scope(f"layers.{layer}.neurons.{j}"):
                total = Node(float(rng.normal()), name="b")
                for i, x in enumerate(xs):
                    total = total + Node(float(rng.normal()), name=f"w{i}") * x
                outputs.append(np.tanh(total))
        xs = outputs
    error = xs[0] - 1.0
    return error * error


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_a_network_of_neurons_keeps_boxes_apart_and_layers_framed(direction):
    svg = viz.draw(network([0.5, -1.0], 4), direction=direction).to_svg()
    assert overlaps(svg) == []
    tree = ET.fromstring(svg)
    frames = {}
    shift = re.search(r"translate\((\S+) (\S+)\)", tree.find(f"{SVG}g").get("transform"))
    dx, dy = (float(x) for x in shift.groups())
    for group in tree.iter(f"{SVG}g"):
        if group.get("class") == "cluster":
            title, path = group.find(f"{SVG}title"), group.find(f"{SVG}path")
            numbers = re.findall(r"(-?[\d.]+),(-?[\d.]+)", path.get("d"))
            xs, ys = ([float(n[axis]) + (dx, dy)[axis] for n in numbers] for axis in (0, 1))
            frames[title.text] = (min(xs), max(xs), min(ys), max(ys))
    neurons = [name for name in frames if re.fullmatch(r"layers\.0\.neurons\.\d", name)]
    assert len(neurons) == 4
    graph = viz.draw(network([0.5, -1.0], 4)).graph
    for key, (left, right, bottom, top) in places(svg).items():
        scope = graph.nodes[int(key[1:])]["scope"]
        for name, (l2, r2, b2, t2) in frames.items():
            inside = l2 <= left and right <= r2 and b2 <= bottom and top <= t2
            assert inside == (scope == name or scope.startswith(name + "."))
