"""Pages that are written by a command say what the command says."""

import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "ops.md"


def test_the_table_of_ops_is_up_to_date():
    command = [sys.executable, "-W", "error", "-m", "autograd.ops"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert shown == PAGE.read_text(encoding="utf-8")
