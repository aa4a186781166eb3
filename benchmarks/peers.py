"""The environment of other engines: how it is built, and measurements in it.

`python -m benchmarks.peers --build DIR` makes it; `python -m benchmarks --peers DIR` uses it. It
has an interpreter of its own, because another library is called `autograd`, too.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.others import PEERS, TRAINERS
from benchmarks.timing import ENVIRONMENT, ROOT, STEADY_SECONDS, Rounds, child

PACKAGES = ("numpy", "torch==2.13.0", "jax", "mygrad", "autograd", "micrograd")
PROCESSES = 3
VERSIONS = (
    "import json, importlib.metadata as m; "
    "print(json.dumps({d.name.lower(): d.version for d in m.distributions()}))"
)


class Environment:
    """A virtual environment with other engines; `troubles` says which could not be measured."""

    def __init__(self, folder: Path) -> None:
        places = (folder / "bin" / "python", folder / "Scripts" / "python.exe")
        found = [place for place in places if place.exists()]
        if not found:
            raise FileNotFoundError(
                f"no interpreter in {folder}; write python -m benchmarks.peers --build {folder}"
            )
        self.python = str(found[0].absolute())
        self.troubles: list[str] = []

    def versions(self) -> str:
        """The packages that are there, with their versions."""
        there = json.loads(self.output(VERSIONS))
        names = [package.partition("==")[0] for package in PACKAGES]
        return ", ".join(f"{name} {there[name]}" for name in names if name in there)

    def tensors(self, row: str, rounds: int) -> Rounds:
        """All peers on a tensor network, one after the other, each beside NumPy."""
        return self.all_of(PEERS, "worker.tensors", row, rounds)

    def training(self, row: str, rounds: int) -> Rounds:
        """Those that have an optimizer, training it."""
        return self.all_of(TRAINERS, "worker.training", row, rounds)

    def all_of(self, names: Iterable[str], measure: str, row: str, rounds: int) -> Rounds:
        """The figures of several peers."""
        figures: Rounds = {}
        for peer in names:
            figures |= self.ask("worker", f"{measure}, {peer!r}, {row!r}, {rounds}", peer)
        return figures

    def scalars(self, rounds: int) -> Rounds:
        """micrograd beside the engine: the median of each process is a round."""
        call = f"worker.scalars, {max(3, rounds // PROCESSES)}, {STEADY_SECONDS}"
        found = [self.ask("worker", call, "micrograd") for _ in range(PROCESSES)]
        return {name: [median(part[name]) for part in found if part] for name in found[0]}

    def million(self, rounds: int) -> Rounds:
        """PyTorch's chain of a million operations, in turn with the engine's."""
        ratios = []
        program = "import json; from benchmarks import chains; print(json.dumps(chains.million()))"
        for _ in range(PROCESSES):
            figures = self.ask("others, worker", "others.torch_million", "torch")
            if figures:
                ratios.append(figures["time"] / json.loads(child(program))["time"])
        return {"PyTorch ÷ eager": ratios}

    def ask(self, modules: str, call: str, peer: str) -> Any:
        """What a worker reports of a measurement; nothing, and a note, where it has trouble."""
        # The checkout has an `autograd`, which must come last where the other one is measured.
        place = "sys.path.append" if peer == "autograd" else "sys.path.insert"
        where = f"{str(ROOT)!r}" if peer == "autograd" else f"0, {str(ROOT)!r}"
        program = f"import sys; {place}({where}); from benchmarks import {modules}; "
        try:
            said = json.loads(self.output(f"{program}worker.report({call})").splitlines()[-1])
        except subprocess.CalledProcessError as error:
            said = {"trouble": f"its process ended with status {error.returncode}"}
        if "trouble" in said:
            self.note(f"{peer} is not measured: {said['trouble']}")
        return said.get("figures", {})

    def note(self, trouble: str) -> None:
        """Remember a trouble once."""
        if trouble not in self.troubles:
            self.troubles.append(trouble)

    def output(self, program: str) -> str:
        """What the environment's interpreter prints; it finds there what is installed there."""
        variables = {**os.environ, **ENVIRONMENT, "JAX_PLATFORMS": "cpu"}
        variables.pop("PYTHONPATH", None)
        command = [self.python, "-P", "-c", program]
        return subprocess.run(
            command, env=variables, check=True, stdout=subprocess.PIPE, text=True
        ).stdout


def build(folder: Path) -> int:
    """Make the environment, and say what cannot be installed; 1 where nothing can."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    environment = Environment(folder)
    pip = [environment.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    missing = []
    for package in PACKAGES:
        done = subprocess.run([*pip, package], stderr=subprocess.PIPE, text=True)
        if done.returncode:
            missing.append(package)
            reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            print(f"{package} cannot be installed here: {reason}", file=sys.stderr)
    print(f"{folder}: {environment.versions()}")
    return int(len(missing) == len(PACKAGES))


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("--build", type=Path, metavar="DIR", required=True)
    return build(parser.parse_args(arguments).build)


if __name__ == "__main__":
    sys.exit(main())
