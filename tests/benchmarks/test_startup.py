"""What is paid once is measured."""

from statistics import median

from benchmarks import startup


def test_import_is_measured_above_numpy():
    times = startup.import_times(processes=1)
    assert times["numpy"][0] > 0
    assert times["time"][0] > 0


def test_a_first_call_takes_longer_than_the_second():
    whole, traced = (f("4x2-4-1", 5)["time"] for f in (startup.first_calls, startup.tracing_times))
    assert len(whole) == len(traced) == 5
    assert median(whole) > 0 and median(traced) > 0
