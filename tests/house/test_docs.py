"""Pages say what the commands and the programs in them say."""

import doctest
import subprocess
import sys
from pathlib import Path

from autograd import REGISTRY
from autograd.custom import CUSTOM

DOCS = Path(__file__).parents[2] / "docs"


def test_the_table_of_ops_is_up_to_date():
    command = [sys.executable, "-W", "error", "-m", "autograd.ops"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert shown == (DOCS / "ops.md").read_text(encoding="utf-8")


def test_the_lesson_on_testing_runs_and_shows_what_comes_out():
    page, before = str(DOCS / "testing.md"), set(CUSTOM)
    done = doctest.testfile(page, module_relative=False, encoding="utf-8")
    for name in CUSTOM - before:
        CUSTOM.remove(name)
        del REGISTRY[name]
    assert done.attempted > 10
    assert done.failed == 0
