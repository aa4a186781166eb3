"""What the tests of the pictures share: helper files beside this one, and fresh interpreters."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import autograd
import viz

HERE = Path(__file__).parent


def load(name: str) -> ModuleType:
    """A helper file beside this one as a module."""
    spec = importlib.util.spec_from_file_location(f"viz_tests_{name}", HERE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def perception() -> ModuleType:
    return load("perception")


@pytest.fixture(scope="session")
def pictures() -> ModuleType:
    return load("pictures")


@pytest.fixture(scope="session")
def png() -> ModuleType:
    return load("png")


def environment(**changes: str) -> dict[str, str]:
    """The environment of a fresh interpreter that finds the packages as this one does."""
    folders = [str(Path(module.__file__).parents[1]) for module in (autograd, viz)]
    path = os.pathsep.join(dict.fromkeys(folders))
    return {**os.environ, "PYTHONPATH": path, **changes}


@pytest.fixture
def python(tmp_path: Path) -> Callable[..., Any]:
    """Runs a program in a fresh interpreter, warnings as errors, from a file in another folder."""

    def run(code: str, cwd: Path | None = None, **changes: str) -> Any:
        script = tmp_path / "script" / "program.py"
        script.parent.mkdir(exist_ok=True)
        script.write_text(code, encoding="utf-8")
        return subprocess.run(
            [sys.executable, "-W", "error", str(script)],
            cwd=cwd or tmp_path,
            env=environment(**changes),
            capture_output=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def no_fonts(tmp_path: Path) -> dict[str, str]:
    """Settings of a machine without any font."""
    folder = tmp_path / "fontless"
    folder.mkdir()
    file = folder / "fonts.conf"
    file.write_text(
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n'
        f"<fontconfig><cachedir>{folder}</cachedir></fontconfig>\n",
        encoding="utf-8",
    )
    return {"FONTCONFIG_FILE": str(file), "FONTCONFIG_PATH": str(folder)}
