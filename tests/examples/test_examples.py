"""Every example runs as a user would run it, prints what it promises and saves its picture."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
LESSON = "property_tests.py"
NAMES = sorted(path.name for path in EXAMPLES.glob("*.py"))


def run(name, folder):
    root = str(Path(find_spec("autograd").origin).parents[1])
    return subprocess.run(
        [sys.executable, "-W", "error", str(EXAMPLES / name), str(folder)],
        cwd=folder, env={**os.environ, "PYTHONPATH": root}, text=True, capture_output=True,
    )  # fmt: skip


def test_there_are_examples():
    assert {"chain_rule.py", "line.py", "property_tests.py"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_example_runs_and_saves_its_picture(name, tmp_path):
    done = run(name, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    picture = Path(re.search(r"The picture: (.*)", done.stdout)[1])
    assert (tmp_path / picture).read_text(encoding="utf-8").startswith("<?xml")


def test_signals_equal_nudges(tmp_path):
    rows = re.findall(r"signal (\S+), by nudging (\S+)", run("chain_rule.py", tmp_path).stdout)
    assert len(rows) == 3
    assert all(signal == nudge for signal, nudge in rows)


def test_training_reaches_the_exact_line(tmp_path):
    lines = re.findall(r"y = (.*)·x \+ (.*)", run("line.py", tmp_path).stdout)
    assert len(lines) == 2
    assert lines[0] == lines[1]


def test_property_tests_find_the_planted_bug_and_nothing_else(tmp_path):
    said = dict(re.findall(r"(.+): (no difference|reverse: .*)", run(LESSON, tmp_path).stdout))
    assert said["planted, tested at 0.5 alone"] == said["mended, property-tested"]
    report = said["planted, property-tested"]
    assert float(re.search(r"at (\S+):", report)[1]) < 0.0
    assert report in (EXAMPLES.parent / "docs" / "testing.md").read_text(encoding="utf-8")
