"""Rows of alike scopes, such as neurons: their order, and wires that one can follow."""

import itertools
import math

import numpy as np
import pytest

import autograd
import viz
from autograd import Node
from viz import lanes
from viz.engine import Engine
from viz.layout import arrange
from viz.rows import rows


def layer_of_neurons(neurons, inputs=2, needed=False):
    """The sum of some neurons' outputs, each in a scope of its own."""
    rng = np.random.default_rng(0)
    xs = [Node(1.0 + i, name=f"x{i}", requires_grad=needed) for i in range(inputs)]
    outputs = []
    for k in range(neurons):
        with autograd.scope(f"net.neurons.{k}"):
            ws = [Node(rng.normal(), name=f"net.neurons.{k}.w{i}") for i in range(inputs)]
            outputs.append(np.tanh(sum(w * x for w, x in zip(ws, xs, strict=True))))
    return sum(outputs)


def places_of(diagram):
    scene = diagram._scene
    return scene, arrange(scene, Engine(scene.words(), 60.0))


def fed(scene):
    """The arrows from outside into the neurons."""
    scope = {box.key: box.scope for box in scene.boxes}
    return [a for a in scene.arrows if not scope[a.tail] and scope[a.head]]


CASES = [(4, "LR"), (3, "TB")]


@pytest.mark.parametrize(("neurons", "direction"), CASES)
def test_neurons_and_inputs_stand_in_their_order(neurons, direction):
    scene, places = places_of(viz.draw(layer_of_neurons(neurons), direction=direction))
    (row,) = rows(scene)
    assert len(row.last) == neurons
    assert len(row.feeders) == 2
    for keys in (row.last, row.feeders):
        centres = [places.boxes[key].centre() for key in keys]
        at = [-y if direction == "LR" else x for x, y in centres]
        assert at == sorted(at)
    assert len(places.frames) == neurons + 1


@pytest.mark.parametrize(("neurons", "direction"), CASES)
def test_each_wire_keeps_clear_of_boxes_and_of_other_wires(neurons, direction):
    scene, places = places_of(viz.draw(layer_of_neurons(neurons), direction=direction))
    wires = {a.key: lanes.along(places.routes[a.key], 24) for a in fed(scene)}
    assert len(wires) == 2 * neurons
    joined = {a.key: (a.tail, a.head) for a in scene.arrows}
    for key, points in wires.items():
        others = [box for name, box in places.boxes.items() if name not in joined[key]]
        assert not any(box.holds(p, 2.0) for box in others for p in points)
    first = min if direction == "LR" else max
    axis = 0 if direction == "LR" else 1
    start = first(places.boxes[a.head].centre()[axis] for a in fed(scene))
    for one, other in itertools.combinations(wires.values(), 2):
        late = [[p for p in ps if (p[axis] > start) == (axis == 0)] for ps in (one, other)]
        assert all(math.dist(p, q) > 3.0 for p in late[0] for q in late[1])


def test_scopes_that_feed_each_other_are_no_row():
    x = Node(1.0, name="x")
    for k in range(3):
        with autograd.scope(f"layers.{k}"):
            x = np.tanh(x * Node(0.5, name=f"layers.{k}.w"))
    assert rows(viz.draw(x)._scene) == []


def test_where_the_engine_cannot_keep_rows_the_picture_is_drawn_without(monkeypatch):
    run = Engine.run

    def failing(self, jobs):
        if any("rank=same" in job.source for job in jobs):
            raise RuntimeError("no rows")
        return run(self, jobs)

    monkeypatch.setattr(Engine, "run", failing)
    _, places = places_of(viz.draw(layer_of_neurons(2)))
    assert len(places.frames) == 3


def test_inputs_with_signals_are_drawn_in_rows_too():
    scene, places = places_of(viz.draw(layer_of_neurons(3, needed=True)))
    assert all(a.back for a in fed(scene))
    assert set(places.routes) == {a.key for a in scene.arrows}
