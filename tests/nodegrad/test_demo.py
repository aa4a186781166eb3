"""The demo, as a user runs it: it learns, draws, says what it drew, and repeats bit for bit."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import nodegrad
from nodegrad import cli, demo

STEMS = ("xor_before", "xor_after", "iris_batch")
PICTURES = {f"{stem}{end}" for stem in STEMS for end in (".svg", ".png")}


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    """The demo in a process of its own whose PATH holds nothing."""
    source = str(Path(nodegrad.__file__).parents[1])
    return subprocess.run(
        [sys.executable, "-m", "nodegrad", "demo", "--out", "new/pictures"],
        cwd=folder,
        env={**os.environ, "PATH": str(folder), "PYTHONPATH": source, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    """The demo's result, its pictures and the seconds it took."""
    folder = tmp_path_factory.mktemp("demo")
    began = time.perf_counter()
    done = run(folder)
    assert done.returncode == 0, done.stderr
    return done, folder / "new" / "pictures", time.perf_counter() - began


def test_the_demo_draws_three_graphs_and_names_them_all(lesson):
    done, folder, seconds = lesson
    assert {path.name for path in folder.iterdir()} == PICTURES
    for path in folder.glob("*.svg"):
        assert f"pictures{os.sep}{path.name}" in done.stdout
        assert path.read_text("utf-8").rstrip().endswith("</svg>")
    for path in folder.glob("*.png"):
        assert path.read_bytes().startswith(b"\x89PNG") and path.stat().st_size > 10_000
    assert seconds < 60


def test_the_per_neuron_graph_shows_every_weight(lesson):
    _, folder, _ = lesson
    svg = (folder / "xor_before.svg").read_text("utf-8")
    for words in ("layers.0.neurons.3", "layers.1.neurons.0", "w0", "tanh", "target", "x1"):
        assert words in svg
    assert svg != (folder / "xor_after.svg").read_text("utf-8")


def test_both_networks_learn(lesson):
    done, _, _ = lesson
    rows = re.findall(r"^  [01] [01] +([01]) +\S+ +(\S+)$", done.stdout, re.MULTILINE)
    assert len(rows) == 4
    assert all(abs(float(target) - float(after)) < 0.01 for target, after in rows)
    share = re.search(r"test accuracy +([\d.]+)% \((\d+) of 45\)", done.stdout)
    assert share is not None
    assert float(share[1]) >= 95.0 and round(100 * int(share[2]) / 45, 1) == float(share[1])


def test_the_progress_bar_is_on_standard_error_and_nothing_else_is(lesson):
    done, _, _ = lesson
    assert "100%" in done.stderr and "100%" not in done.stdout
    assert all("epoch" in line or "0%" in line for line in done.stderr.split("\r") if line.strip())


def test_the_demo_repeats_bit_for_bit(lesson, tmp_path):
    first, folder, _ = lesson
    second = run(tmp_path)
    assert second.returncode == 0, second.stderr
    assert second.stdout == first.stdout
    for path in folder.glob("*.svg"):
        assert (tmp_path / "new" / "pictures" / path.name).read_bytes() == path.read_bytes()


def test_the_accuracy_does_not_hang_on_one_lucky_split():
    shares = []
    for seed in range(1, 7):
        model, parts = demo.learn_flowers(seed, progress=False)
        right = np.argmax(model(parts.x_test).value, axis=1) == parts.y_test
        shares.append(right.mean())
    assert np.mean(shares) > 0.93
    assert min(shares) > 0.85


@pytest.mark.parametrize("out", ["file", "file/below"])
def test_a_place_that_cannot_be_written_is_one_line(tmp_path, monkeypatch, capsys, out):
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("mine")
    assert cli.main(["demo", "--out", out]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert re.fullmatch(r"nodegrad demo: cannot write in .+\n", printed.err)
    assert os.listdir() == ["file"] and Path("file").read_text() == "mine"
