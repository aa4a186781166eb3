"""These tests belong to a checkout: an installed copy of the packages has no `benchmarks`."""

import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]

if (CHECKOUT / "benchmarks" / "__main__.py").is_file():
    sys.path.append(str(CHECKOUT))  # behind what is installed, so that this is what is measured
else:
    collect_ignore_glob = ["test_*.py"]
