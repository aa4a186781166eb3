"""Ratios are right, rounds alternate, and the environment is set before NumPy is imported."""

import gc
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.timing import ENVIRONMENT, Race, calibrate, child, in_processes, joined, race

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.mark.usefixtures("few_objects")
def test_ratio_of_known_costs():
    def work(amount):
        return lambda: sum(range(amount))

    times = race({"much": work(30_000), "little": work(10_000)}, rounds=9)
    assert 2.0 < times.ratio("much", "little") < 4.5
    assert times.time("much") > times.time("little") > 0


def test_ratio_is_taken_within_rounds():
    times = Race({"a": [2.0, 200.0, 3.0], "b": [1.0, 100.0, 1.0]})
    assert times.ratio("a", "b") == 2.0
    assert times.time("a") == 3.0


@pytest.mark.usefixtures("few_objects")
def test_every_round_runs_all_and_the_order_alternates():
    log = []

    def contestant(name):
        def run():
            log.append(name)
            time.sleep(0.011)

        return run

    times = race({"a": contestant("a"), "b": contestant("b")}, rounds=3)
    assert "".join(log) == "aabb" + "ab" + "ba" + "ab"
    assert [len(samples) for samples in times.seconds.values()] == [3, 3]


def test_calibration_repeats_what_is_short(monkeypatch):
    now = 0.0

    def run():
        nonlocal now
        now += 0.003

    monkeypatch.setattr(time, "perf_counter", lambda: now)
    assert calibrate(run, 0.010) == 4


def test_the_collector_is_on_while_the_clock_runs():
    enabled = []
    race({"a": lambda: (enabled.append(gc.isenabled()), time.sleep(0.011))}, rounds=1)
    assert all(enabled)


def test_restart_sets_the_environment_and_keeps_the_arguments():
    program = (
        "import os, sys; from benchmarks.timing import ENVIRONMENT, restart_in_environment;"
        "assert 'numpy' not in sys.modules; restart_in_environment();"
        "print(ENVIRONMENT.items() <= os.environ.items(), sys.argv[1:])"
    )
    environment = {name: value for name, value in os.environ.items() if name not in ENVIRONMENT}
    environment["PYTHONPATH"] = str(CHECKOUT)
    output = subprocess.run(
        [sys.executable, "-c", program, "x"],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert output.strip() == "True ['x']"


def test_what_runs_on_one_core_says_so():
    alone = "from benchmarks.timing import room; print(room())"
    program = f"from benchmarks.timing import child, stay_on_one_core; stay_on_one_core(); {alone}"
    expected = "one core" if hasattr(os, "sched_setaffinity") else "one thread"
    assert child(f"{program}; print(child({alone!r}))").split("\n")[:2] == [expected, expected]


def test_figures_stand_beside_a_base():
    times = Race({"base": [1.0, 2.0], "a": [3.0, 8.0]})
    assert times.beside("base") == {"base": [1.0, 2.0], "a": [3.0, 4.0]}


def test_rounds_are_joined():
    parts = [{"a": [1.0]}, {"a": [2.0], "b": [3.0]}]
    assert joined(parts) == {"a": [1.0, 2.0], "b": [3.0]}


def test_each_process_is_a_round():
    figures = in_processes("timing.ROOT and {'process': __import__('os').getpid()}", 2)
    assert len(set(figures["process"])) == 2
    assert os.getpid() not in figures["process"]
