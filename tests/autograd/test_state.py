"""Recording and scopes: one setting per thread and task."""

import asyncio
import threading

import pytest

from autograd import Node, no_grad, scope


def test_no_grad_nests_and_ends_with_exceptions():
    x = Node(2.0)
    with no_grad():
        with no_grad():
            assert not (x * x).requires_grad
        assert not (x * x).requires_grad
    assert (x * x).requires_grad
    with pytest.raises(ZeroDivisionError), no_grad():
        raise ZeroDivisionError
    assert (x * x).requires_grad


def test_no_grad_decorates():
    @no_grad()
    def double(x):
        return x * 2.0

    for _ in range(2):
        assert not double(Node(1.0)).requires_grad
    assert (Node(1.0) * 2.0).requires_grad


def test_scopes_join_with_dots():
    assert Node(1.0).scope == ""
    with scope("layers"):
        x = Node(1.0)
        with scope("0"):
            y = x * x
            z = y.detach()
        w = y + 1.0
    assert (x.scope, y.scope, z.scope, w.scope) == ("layers", "layers.0", "layers.0", "layers")
    assert (y * 2.0).scope == ""


def test_scope_and_no_grad_do_not_disturb_one_another():
    with scope("a"), no_grad(), scope("b"):
        y = Node(1.0) * 2.0
        assert y.scope == "a.b" and not y.requires_grad
    with no_grad(), scope("c"):
        assert not (Node(1.0) * 2.0).requires_grad


@pytest.mark.parametrize("name", ["", None, 3, b"x"])
def test_scope_names_are_strings(name):
    with pytest.raises(TypeError, match="non-empty string"), scope(name):
        pass


def test_threads_do_not_see_one_anothers_settings():
    inside, looked = threading.Event(), threading.Event()
    found = []

    def other():
        inside.wait(5)
        y = Node(1.0) * 2.0
        found.append((y.requires_grad, y.scope))
        looked.set()

    thread = threading.Thread(target=other)
    thread.start()
    with scope("here"), no_grad():
        inside.set()
        assert looked.wait(5)
    thread.join()
    assert found == [(True, "")]


def test_tasks_do_not_see_one_anothers_settings():
    async def quiet():
        with no_grad():
            await asyncio.sleep(0.001)
            return (Node(1.0) * 2.0).requires_grad

    async def loud():
        await asyncio.sleep(0)
        return (Node(1.0) * 2.0).requires_grad

    async def both():
        return await asyncio.gather(quiet(), loud())

    assert asyncio.run(both()) == [False, True]
