"""Another engine is measured in its own interpreter, and only where it computes the same."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import autograd
from benchmarks import others, peers, worker
from benchmarks.others import Peer
from benchmarks.problems import Contestant, Stepper, hand_written_numpy
from benchmarks.steps import training_by_hand

CHECKOUT = Path(__file__).resolve().parents[2]
MICROGRAD = """
from benchmarks.micrograd import Value as Ours

class Value(Ours):
    def __init__(self, data, parents=(), op=""):
        super().__init__(data, tuple(parents), op)

    _backward = property(lambda self: self.push, lambda self, f: setattr(self, "push", f))
"""
WRONG = MICROGRAD.replace("super().__init__(data", "super().__init__(1.001 * data")


@pytest.fixture
def environment(tmp_path):
    """A folder like a virtual environment's, whose interpreter is this one and finds `lib`."""
    (tmp_path / "bin").mkdir()
    python = tmp_path / "bin" / "python"
    python.write_text(
        f'#!/bin/sh\nPYTHONPATH="{tmp_path / "lib"}" exec "{sys.executable}" "$@"\n',
        encoding="utf-8",
    )
    python.chmod(0o755)
    return peers.Environment(tmp_path)


def install(environment, package, files):
    folder = Path(environment.python).parents[1] / "lib" / package
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


pytestmark = pytest.mark.skipif(os.name == "nt", reason="the interpreter is a shell script")


def test_a_peer_is_measured_in_its_interpreter(environment, monkeypatch):
    monkeypatch.setattr(peers, "PROCESSES", 1)
    monkeypatch.setattr(peers, "STEADY_SECONDS", 0.01)
    install(environment, "micrograd", {"__init__.py": "", "engine.py": MICROGRAD})
    figures = environment.scalars(3)
    assert environment.troubles == []
    assert list(figures) == ["micrograd ÷ eager", "micrograd ÷ compiled"]
    assert all(len(values) == 1 and values[0] > 1.0 for values in figures.values())


def test_the_time_of_a_wrong_peer_does_not_count(environment, monkeypatch):
    monkeypatch.setattr(peers, "PROCESSES", 1)
    monkeypatch.setattr(peers, "STEADY_SECONDS", 0.01)
    install(environment, "micrograd", {"__init__.py": "", "engine.py": WRONG})
    assert environment.scalars(3) == {}
    (trouble,) = environment.troubles
    assert trouble.startswith("micrograd is not measured: AssertionError: loss of ")


def test_a_peer_that_is_not_there_is_named_once(environment):
    assert environment.ask("worker", "worker.scalars, 3, 0.01", "micrograd") == {}
    assert environment.ask("worker", "worker.scalars, 3, 0.01", "micrograd") == {}
    assert environment.troubles == [
        "micrograd is not measured: ModuleNotFoundError: No module named 'micrograd'"
    ]


def test_a_process_that_dies_is_named(environment):
    install(environment, "micrograd", {"__init__.py": "import os; os._exit(3)"})
    assert environment.ask("worker", "worker.scalars, 3, 0.01", "micrograd") == {}
    assert environment.troubles == ["micrograd is not measured: its process ended with status 3"]


def test_all_peers_stand_in_one_row(environment, monkeypatch):
    def ask(modules, call, peer):
        return {} if peer == "jax" else {f"{peer} {call}": [1.0]}

    monkeypatch.setattr(environment, "ask", ask)
    names = [name for name in others.PEERS if name != "jax"]
    figures = environment.tensors("4x2-4-1", 7)
    assert list(figures) == [f"{n} worker.tensors, {n!r}, '4x2-4-1', 7" for n in names]
    figures = environment.training("4x2-4-1", 7)
    assert list(figures) == ["torch worker.training, 'torch', '4x2-4-1', 7"]


@pytest.mark.parametrize(("answer", "ratios"), [({"time": 6.0}, [3.0] * 3), ({}, [])])
def test_chains_are_compared_in_turn(answer, ratios, environment, monkeypatch):
    monkeypatch.setattr(environment, "ask", lambda *arguments: answer)
    monkeypatch.setattr(peers, "child", lambda program: '{"time": 2.0}')
    assert environment.million(7) == {"PyTorch ÷ eager": ratios}


def test_versions_of_what_is_there(environment):
    assert f"numpy {np.__version__}" in environment.versions()


OTHER = {
    "__init__.py": """
import numpy as np

def value_and_grad(f):
    def both(p):
        from benchmarks.problems import gradients_by_hand
        from benchmarks.problems import TENSOR_NETWORKS, problem
        task = problem(*TENSOR_NETWORKS["4x2-4-1"])
        loss, gradients = gradients_by_hand(task.x, task.y, task.layers)
        gradients = gradients[::-1]
        return loss, list(zip(gradients[::2], gradients[1::2]))
    return both
""",
    "numpy.py": "from numpy import *",
}


def test_the_other_autograd_is_the_one_that_is_imported(environment):
    call = "worker.tensors, 'autograd', '4x2-4-1', 3"
    install(environment, "autograd", OTHER)
    figures = environment.ask("worker", call, "autograd")
    assert environment.troubles == []
    assert list(figures) == ["autograd"]
    assert len(figures["autograd"]) == 3


def test_our_autograd_is_not_taken_for_the_other_one(environment):
    environment.ask("worker", "worker.tensors, 'autograd', '4x2-4-1', 3", "autograd")
    (trouble,) = environment.troubles
    assert "which is not the one to measure" in trouble or "No module named" in trouble


def reported(capsys, call, *arguments):
    worker.report(call, *arguments)
    return json.loads(capsys.readouterr().out)


@pytest.mark.usefixtures("short_samples")
@pytest.mark.parametrize("beside", ["eager", None])
def test_the_worker_reports_rounds(beside, capsys, monkeypatch):
    monkeypatch.setattr(worker, "ROOT", Path(autograd.__file__).parents[1])
    monkeypatch.setitem(others.PEERS, "fake", Peer("Fake", hand_written_numpy, beside))
    figures = reported(capsys, worker.tensors, "fake", "4x2-4-1", 3)["figures"]
    assert list(figures) == ["Fake", *(["eager ÷ Fake"] if beside else [])]
    assert all(len(values) == 3 for values in figures.values())
    assert min(figures["Fake"]) > 0


def test_the_worker_checks_gradients(capsys, monkeypatch):
    def careless(task):
        loss, gradients = hand_written_numpy(task).answer()
        gradients[1] = gradients[1] * (1.0 + 1e-7)
        return Contestant(lambda: None, lambda: (loss, gradients))

    monkeypatch.setattr(worker, "ROOT", Path(autograd.__file__).parents[1])
    monkeypatch.setitem(others.PEERS, "fake", Peer("Fake", careless))
    trouble = reported(capsys, worker.tensors, "fake", "4x2-4-1", 3)["trouble"]
    assert trouble.startswith("AssertionError: gradient 1 of Fake is off")


@pytest.mark.usefixtures("short_samples")
@pytest.mark.parametrize("factor", [1.0, 1.0 + 1e-4])
def test_the_worker_compares_steps(factor, capsys, monkeypatch):
    def trainer(task):
        stepper = training_by_hand(task)
        return Stepper(stepper.run, lambda: [factor * array for array in stepper.parameters()])

    monkeypatch.setitem(others.PEERS, "fake", Peer("Fake", hand_written_numpy, "eager"))
    monkeypatch.setitem(others.TRAINERS, "fake", trainer)
    said = reported(capsys, worker.training, "fake", "4x2-4-1", 3)
    if factor == 1.0:
        assert list(said["figures"]) == ["Fake", "eager ÷ Fake"]
        assert min(said["figures"]["Fake"]) > 0
    else:
        assert said["trouble"].startswith("AssertionError: parameter 0 of Fake is off")


def test_the_builder_says_what_it_cannot_install(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(peers, "PACKAGES", ("no-such-package==0",))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    assert peers.main(["--build", str(tmp_path / "env")]) == 1
    output = capsys.readouterr()
    assert output.err.startswith("no-such-package==0 cannot be installed here: ERROR: ")
    assert (tmp_path / "env").name in output.out


def test_the_command_line_asks_where_to_build():
    command = [sys.executable, "-m", "benchmarks.peers"]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "--build" in done.stderr
