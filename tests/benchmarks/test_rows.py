"""The table, its limits and the command line."""

import math
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import __main__, chains, rows
from benchmarks.rows import LIMITS, ROWS, Limit, Measurement, Row, seconds

CHECKOUT = Path(__file__).resolve().parents[2]


def test_limits_name_existing_rows():
    assert set(LIMITS) <= set(ROWS)


def test_limits():
    assert Limit(1.5).admits(1.5)
    assert not Limit(1.5).admits(1.6)
    assert Limit(3.5, least=True).admits(3.5)
    assert not Limit(3.5, least=True).admits(3.4)
    assert not Limit(1.5).admits(math.nan)
    assert [str(Limit(1.5)), str(Limit(3.0, least=True))] == ["≤ 1.5", "≥ 3"]


def test_seconds():
    times = (12.345, 1.0, 0.99999, 0.0999, 123e-6, 1.234e-9, 1e-10)
    written = ["12.3 s", "1.00 s", "1.00 s", "99.9 ms", "123 µs", "1.23 ns", "0.100 ns"]
    assert [seconds(time) for time in times] == written


@pytest.fixture
def two_rows(monkeypatch):
    """A table of two rows that take no time."""

    def row(figure):
        return Row("about", "hand", lambda rounds: Measurement("1 s", "2 s", figure))

    monkeypatch.setattr(rows, "ROWS", {"quick": row(1.2), "slow": row(2.0)})
    monkeypatch.setattr(rows, "LIMITS", {"quick": Limit(1.5), "slow": Limit(1.9)})


@pytest.mark.usefixtures("two_rows")
def test_check_names_the_row_that_falls_short(capsys):
    assert __main__.main([]) == 0
    assert capsys.readouterr().err == ""
    assert __main__.main(["--check"]) == 1
    output = capsys.readouterr()
    assert output.err == "slow falls short: 2.00 ×, limit ≤ 1.9 ×\n"
    assert [line.split("|")[1].strip() for line in output.out.splitlines()[-2:]] == [
        "quick",
        "slow",
    ]
    assert __main__.main(["quick", "--check"]) == 0


@pytest.mark.usefixtures("two_rows")
def test_the_table_is_markdown(capsys):
    __main__.main(["slow"])
    head, rule, row = capsys.readouterr().out.splitlines()[2:]
    assert head.count("|") == rule.count("|") == row.count("|") == 8
    assert len(head) == len(rule) == len(row)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [(["fast"], "no row fast; the rows are scalar, "), (["--rounds", "6"], "at least 7 rounds")],
)
def test_bad_arguments(arguments, complaint, capsys):
    with pytest.raises(SystemExit, match="2"):
        __main__.main(arguments)
    assert complaint in capsys.readouterr().err


@pytest.mark.parametrize("name", ["scalar", "scalar-floats", "4x2-4-1", "node-forward"])
def test_rows_measure(name):
    measured = ROWS[name].measure(7)
    assert measured.figure > 0
    assert measured.unit == "×"


def test_chains_compute_the_same():
    assert chains.engine_forward(100)() == chains.float_forward(100)()
    y, w, b = chains.Node(1.0), chains.Node(chains.WEIGHT), chains.Node(chains.BIAS)
    end = y
    for _ in range(50):
        end = end * w + b
    end.backward()
    assert (y.grad, w.grad, b.grad) == pytest.approx(chains.float_both(100)(), rel=1e-12)


def test_import_is_measured_above_numpy():
    of_numpy, of_engine = chains.import_times(processes=1)
    assert of_numpy > 0
    assert of_engine > 0


def test_a_million_operations():
    chain = chains.million_chain(processes=1)
    assert min(chain) >= 0
    assert chain.bytes_per_node > 50


def test_runs_as_a_module():
    output = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--list"],
        cwd=CHECKOUT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert [line.split()[0] for line in output.splitlines()] == list(ROWS)
