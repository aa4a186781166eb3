"""Settings for all tests, in which hypothesis draws the same examples in every run of the CI."""

import os
import sys

import pytest
from hypothesis import HealthCheck, settings

QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture]

settings.register_profile("default", deadline=None, max_examples=10, suppress_health_check=QUIET)
settings.register_profile(
    "ci",
    derandomize=True,
    deadline=None,
    max_examples=10,
    suppress_health_check=QUIET,
    database=None,
)
settings.register_profile("wide", deadline=None, max_examples=500, suppress_health_check=QUIET)
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "default")
)


def calls(f):
    """How many calls of functions, Python's and C's, `f` makes."""
    count = 0

    def seen(frame, event, argument):
        nonlocal count
        count += event in ("call", "c_call")

    outside = sys.getprofile()
    sys.setprofile(seen)
    try:
        f()
    finally:
        sys.setprofile(outside)
    return count


@pytest.fixture
def check_linear():
    """A check that `work(4n)` makes at most some five times the calls of `work(n)`."""

    def check(work):
        work(2)  # what is made once
        few, many = (calls(lambda n=n: work(n)) for n in (100, 400))
        assert many < 5 * few, (few, many)

    return check
