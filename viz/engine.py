"""Graphviz in a child process that is stopped at a time limit and on Ctrl-C."""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from viz.typeface import configuration, not_shipped, warn_unseen

NO_ENGINE = 3  # the worker's exit status where pygraphviz cannot be imported
PAINTED = ("png", "pdf")  # formats in which letters need a font here and now
TOO_LONG = (
    "the layout of the picture took more than {seconds:g} seconds and was stopped: the graph has "
    "too many boxes or too long edges. Draw a part: viz.draw(node) of an inner node, or viz.draw("
    "graph.subgraph(…)) of graph = viz.to_networkx(root); or save as .dot, which needs no layout; "
    "or allow more time: diagram.time_limit = {more:g}"
)
NOTHING_THERE = (
    "no layout engine was found: the package pygraphviz does not work here and there is no program "
    "'dot' on PATH, so only .dot can be written. Install one: pip install 'pygraphviz>=2.0.4'"
)


class Job(NamedTuple):
    """DOT text, the layout engine to use, and the format of the answer.

    >>> Job("digraph {}", "dot", "svg").kind
    'svg'
    """

    source: str
    program: str
    kind: str


@dataclass(frozen=True)
class Engine:
    """Runs jobs for a picture that shows certain words, all within the seconds from its making.

    >>> Engine("a", 20.0).run([Job("digraph { a }", "dot", "plain")])[0].split()[4]
    b'node'
    """

    words: str
    seconds: float
    started: float = field(default_factory=time.monotonic)

    def run(self, jobs: Sequence[Job]) -> list[bytes]:
        """The answers to all jobs.

        Raises TimeoutError at the time limit and RuntimeError where there is no engine or it fails;
        leaves no process behind, however it ends.
        """
        lacking = not_shipped(self.words)
        deadline = self.started + self.seconds
        with _fonts(wide=bool(lacking)) as environment:
            try:
                found = _by_wheel(jobs, lacking, deadline, environment)
                return found if found is not None else _by_program(jobs, deadline, environment)
            except subprocess.TimeoutExpired:
                text = TOO_LONG.format(seconds=self.seconds, more=10 * self.seconds)
                raise TimeoutError(text) from None


@contextmanager
def _fonts(wide: bool) -> Iterator[dict[str, str]]:
    """The environment in which the renderer finds the shipped fonts."""
    shipped = resources.as_file(resources.files("viz").joinpath("fonts"))
    with shipped as fonts, tempfile.TemporaryDirectory(prefix="fonts") as folder:
        file = Path(folder, "fonts.conf")
        text = configuration(fonts, Path(folder, "cache"), os.environ, wide)
        file.write_text(text, encoding="utf-8")
        settings = {"FONTCONFIG_FILE": str(file), "PANGOCAIRO_BACKEND": "fc"}
        yield {"SOURCE_DATE_EPOCH": "0"} | dict(os.environ) | settings


def _by_wheel(
    jobs: Sequence[Job], lacking: str, deadline: float, environment: dict[str, str]
) -> list[bytes] | None:
    """The answers of the engine in the pygraphviz wheel; None where it is missing."""
    spec = importlib.util.find_spec("pygraphviz")
    if spec is None or not spec.origin or not sys.executable:
        return None
    left = deadline - time.monotonic()
    painted = any(job.kind in PAINTED for job in jobs)
    request = {
        "folder": str(Path(spec.origin).parents[1]),
        "seconds": left + 5,  # the worker also ends by itself, should this process be killed
        "letters": lacking if painted else "",
        "jobs": jobs,
    }
    source = resources.files("viz").joinpath("_worker.py").read_text(encoding="utf-8")
    command = [sys.executable, "-I", "-c", source]
    done = _call(command, json.dumps(request).encode(), left, environment)
    if done.returncode == NO_ENGINE:
        return None
    answer = json.loads(_output(done))
    warn_unseen(answer["unseen"])
    return [base64.b64decode(result) for result in answer["results"]]


def _by_program(jobs: Sequence[Job], deadline: float, environment: dict[str, str]) -> list[bytes]:
    """The answers of a `dot` installed on the machine."""
    program = shutil.which("dot")
    if program is None:
        raise RuntimeError(NOTHING_THERE)
    answers = []
    for job in jobs:
        engine = ["-Kneato", "-n2"] if job.program == "nop2" else [f"-K{job.program}"]
        left = deadline - time.monotonic()
        command = [program, *engine, f"-T{job.kind}"]
        answers.append(_output(_call(command, job.source.encode(), left, environment)))
    return answers


def _call(
    command: list[str], text: bytes, seconds: float, environment: dict[str, str]
) -> subprocess.CompletedProcess[bytes]:
    """Run a command; it is killed when time is up and on any exception, Ctrl-C included."""
    return subprocess.run(
        command,
        input=text,
        capture_output=True,
        timeout=max(seconds, 0.0),
        env=environment,
        check=False,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _output(done: subprocess.CompletedProcess[bytes]) -> bytes:
    """What a command wrote; RuntimeError with its last words where it failed."""
    if done.returncode == 0:
        return done.stdout
    lines = done.stderr.decode(errors="replace").splitlines()
    said = [line for line in lines if line.strip() and "ontconfig" not in line]
    reason = said[-1] if said else f"exit status {done.returncode}"
    if reason.startswith("OSError: [Errno "):
        number, _, words = reason.removeprefix("OSError: [Errno ").partition("] ")
        raise OSError(int(number), f"the layout engine could not write: {words}")
    raise RuntimeError(
        f"the layout engine failed: {reason}. Save as .dot, which needs no layout, or draw a part "
        "of the graph"
    )
