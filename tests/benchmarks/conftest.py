"""These tests belong to a checkout: an installed copy of the packages has no `benchmarks`."""

import gc
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]

if (CHECKOUT / "benchmarks" / "__main__.py").is_file():
    sys.path.append(str(CHECKOUT))  # behind what is installed, so that this is what is measured
else:
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture
def few_objects():
    """A heap of which the garbage collector, called before each sample, sees what is new only."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture
def short_samples(few_objects, monkeypatch):
    """Samples too short for good figures, for tests that ask for no certain ones."""
    from benchmarks import timing, worker

    monkeypatch.setattr(timing.race, "__defaults__", (3, 0.001))
    monkeypatch.setattr(worker, "SAMPLE_SECONDS", 0.001)
