"""Settings for all tests: hypothesis draws the same examples in every run of the CI."""

import os

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
