"""Lanes, routes and frames: the geometry of arrows and scopes."""

import math

import pytest

from viz import lanes
from viz.frames import frames
from viz.groups import Group, grouped, innermost
from viz.places import Rectangle
from viz.route import smooth, spread
from viz.scene import Box

LEVEL = [(0.0, 0.0), (30.0, 0.0), (60.0, 0.0), (90.0, 0.0)]
BENT = [(0.0, 0.0), (50.0, 0.0), (50.0, 80.0), (100.0, 80.0)]


def test_pos_is_parsed_with_its_tips():
    curve, start, end = lanes.parse("s,1,2 e,9,8 3,4 5,6 7,8 7,8")
    assert (start, end) == ((1.0, 2.0), (9.0, 8.0))
    assert len(curve) == 4
    whole = lanes.full("s,1,2 e,9,8 3,4 5,6 7,8 7,8")
    assert (whole[0], whole[-1]) == ((1.0, 2.0), (9.0, 8.0))
    assert len(whole) % 3 == 1


@pytest.mark.parametrize("curve", [LEVEL, BENT, LEVEL[::-1], BENT[::-1]])
def test_lanes_run_beside_the_curve(curve):
    left, right = lanes.shifted(curve, 3.0), lanes.shifted(curve, -3.0)
    for i in range(len(curve)):
        assert math.dist(left[i], curve[i]) == pytest.approx(3.0)
        assert math.dist(left[i], right[i]) == pytest.approx(6.0)
    assert lanes.side(curve, lanes.along(left, 8)[4]) == 1.0
    assert lanes.side(curve, lanes.along(right, 8)[4]) == -1.0


def test_the_arrow_head_has_its_length():
    for length in (5.0, 12.0):
        short = lanes.shortened(BENT, length)
        assert math.dist(short[-1], BENT[-1]) == pytest.approx(length, abs=1e-4)
        assert short[0] == BENT[0]


def test_pos_ends_in_the_tip_and_reads_back():
    text = lanes.pos(BENT, 7.0)
    curve, _, end = lanes.parse(text)
    assert end == (100.0, 80.0)
    assert len(curve) % 3 == 1
    assert "-0 " not in lanes.pos([(0.0, 0.0), (0.0, 1.0), (0.0, 2.0), (-0.001, 9.0)], 2.0)


def test_smooth_takes_the_s_curve_only_where_it_is_free():
    crooked = [(0.0, 0.0), (0.0, 60.0), (100.0, -20.0), (200.0, 0.0)]
    free = smooth(crooked, (100.0, 20.0), True, [], [])
    assert (free[0], free[-1]) == (crooked[0], crooked[-1])
    assert free != crooked
    wall = Rectangle(40, -200, 160, 200)
    assert smooth(crooked, (100.0, 20.0), True, [wall], []) == crooked
    joined = [Rectangle(-20, -200, 0, 200)]
    assert smooth(crooked, (100.0, 20.0), True, joined, []) == free


def test_smooth_downwards_is_smooth_sideways_mirrored():
    down = [(-y, -x) for x, y in BENT]
    found = smooth(down, (-40.0, -50.0), False, [], [])
    assert (found[0], found[-1]) == (down[0], down[-1])
    xs, ys = zip(*lanes.along(found, 10), strict=True)
    assert list(ys) == sorted(ys, reverse=True)
    assert min(xs) >= -80.0 - 1e-9
    assert max(xs) <= 1e-9


def test_arrows_into_a_box_end_apart_in_their_order_of_arrival():
    box = Rectangle(100.0, 50.0, 200.0, 110.0)
    high = [(0.0, 200.0), (50.0, 200.0), (50.0, 80.0), (100.0, 80.0)]
    low = [(0.0, 0.0), (50.0, 0.0), (50.0, 80.0), (100.0, 80.0)]
    found = spread({"b": low, "a": high}, box, True)
    assert found["a"][-1][1] > found["b"][-1][1]
    assert found["a"][0] == high[0]
    assert all(50 < curve[-1][1] < 110 for curve in found.values())
    many = spread({str(i): low for i in range(30)}, box, True)
    assert len({curve[-1] for curve in many.values()}) == 30
    assert all(50 < curve[-1][1] < 110 for curve in many.values())


def scoped(key, *scope):
    return Box(key, "", "", scope)


def test_scopes_become_a_tree_without_empty_levels():
    boxes = [scoped("n0", "net", "a"), scoped("n1", "net", "b", "c"), scoped("n2")]
    tree = grouped(boxes)
    (net,) = tree.groups.values()
    assert net.path == "net"
    assert sorted(group.path for group in net.groups.values()) == ["net.a", "net.b.c"]
    assert [box.key for box in tree.boxes] == ["n2"]
    assert sorted(innermost(tree).groups) == ["a", "net.b.c"] or len(innermost(tree).groups) == 2


def test_frames_hold_their_boxes_and_refuse_strangers():
    tree = grouped([scoped("n0", "a"), scoped("n1", "a"), scoped("n2")])
    places = {"n0": Rectangle(0, 0, 10, 10), "n1": Rectangle(50, 0, 60, 10)}
    beside = Rectangle(200, 0, 210, 10)
    between = Rectangle(20, 0, 30, 10)
    found = frames(tree, places | {"n2": beside})
    assert found is not None
    assert found["a"].left < 0
    assert found["a"].right > 60
    assert frames(tree, places | {"n2": between}) is None


def test_overlapping_frames_are_refused():
    tree = grouped([scoped("n0", "a"), scoped("n1", "a"), scoped("n2", "b")])
    places = {"n0": Rectangle(0, 0, 10, 10), "n1": Rectangle(0, 90, 10, 100)}
    assert frames(tree, places | {"n2": Rectangle(0, 40, 10, 50)}) is None
    assert frames(tree, places | {"n2": Rectangle(90, 40, 99, 50)}) is not None
    assert frames(Group(""), {}) == {}
