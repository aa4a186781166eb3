"""What is paid once is measured."""

from benchmarks import startup


def test_import_is_measured_above_numpy():
    times = startup.import_times(processes=1)
    assert times["numpy"][0] > 0
    assert times["time"][0] > 0


def test_a_first_call_takes_longer_than_the_second():
    times = startup.tracing_times("4x2-4-1", 3)["time"]
    assert len(times) == 3
    assert max(times) > 0
