"""Recording and scopes: one setting per thread and task."""

import asyncio
import gc
import math
import threading
import weakref

import numpy as np
import pytest

from autograd import Node, current_scope, detect_anomaly, no_grad, scope


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


def test_the_current_scope_is_that_of_a_node_made_now():
    assert current_scope() == ""
    with scope("a"), no_grad(), scope("b"), detect_anomaly():
        assert current_scope() == Node(1.0).scope == "a.b"
        before = Node(1.0)
        current_scope()
        assert Node(1.0)._number == before._number + 1  # it makes no Node
    assert current_scope() == ""


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


def gradients(quiet, count, results):
    """Gradients whose values are known, with no_grad open between forward and backward or not."""
    for i in range(count):
        x = Node(float(i))
        y = x * x * x + np.sin(x)
        if quiet:
            with no_grad():
                assert not (x * 2.0).requires_grad
                y.backward()
        else:
            y.backward()
        right = math.isclose(x.grad, 3.0 * i * i + math.cos(i), rel_tol=1e-12)
        results.append(right and (x * 2.0).requires_grad)


def test_gradients_in_many_threads_are_right():
    results = []
    threads = [
        threading.Thread(target=gradients, args=(i % 2 == 0, 200, results)) for i in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 1600 and all(results)


def test_gradients_in_many_tasks_are_right():
    async def one(quiet, results):
        for _ in range(25):
            gradients(quiet, 8, results)
            if quiet:
                with no_grad():
                    await asyncio.sleep(0)
                    assert not (Node(1.0) * 2.0).requires_grad
            else:
                await asyncio.sleep(0)
                assert (Node(1.0) * 2.0).requires_grad

    async def all_of_them(results):
        await asyncio.gather(*(one(i % 2 == 0, results) for i in range(8)))

    results = []
    asyncio.run(all_of_them(results))
    assert len(results) == 1600 and all(results)


def records():
    return (Node(1.0) * 2.0).requires_grad


def test_no_grad_decorates_generator_functions():
    @no_grad()
    def steps(first):
        try:
            given = yield records(), first
            yield records(), given
        except KeyError:
            yield records(), "caught"
        finally:
            seen.append(records())
        return "end"

    seen = []

    def outer():
        seen.append((yield from steps("a")))

    reader = outer()
    assert next(reader) == (False, "a") and records()
    assert reader.send("b") == (False, "b") and records()
    assert reader.throw(KeyError) == (False, "caught") and records()
    assert next(reader, "over") == "over" and records()
    assert seen == [False, "end"]
    reader = steps("a")
    next(reader)
    reader.close()
    assert seen[-1] is False and len(seen) == 3 and records()


@pytest.mark.parametrize("end", ["close", "throw", "leave"])
def test_a_decorated_generator_leaves_nothing_behind(end):
    class Held:
        pass

    held = []

    @no_grad()
    def steps():
        mine = Held()
        held.append(weakref.ref(mine))
        yield mine is None
        yield mine is None

    gc.disable()
    try:
        generator = steps()
        next(generator)
        if end == "close":
            generator.close()
        elif end == "throw":
            with pytest.raises(KeyError):
                generator.throw(KeyError())
        del generator
        assert held[0]() is None
    finally:
        gc.enable()


def test_no_grad_decorates_coroutine_functions():
    @no_grad()
    async def quiet():
        await asyncio.sleep(0)
        return records()

    assert asyncio.run(quiet()) is False and records()
    with pytest.raises(TypeError, match="asynchronous generator"):

        @no_grad()
        async def steps():
            yield 1


def test_generators_that_hold_no_grad_open_end_in_any_order():
    def held():
        with no_grad():
            yield records()

    for order in ((0, 1), (1, 0)):
        readers = [held(), held()]
        assert [next(reader) for reader in readers] == [False, False]
        assert not records()  # while they wait, it holds for their reader, too
        readers[order[0]].close()
        assert not records()
        readers[order[1]].close()
        assert records()


def test_settings_left_out_of_order_keep_the_others():
    first, second = scope("a"), scope("b")
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert Node(1.0).scope == "b"
    second.__exit__(None, None, None)
    assert Node(1.0).scope == ""
