"""The tables, their limits and the command line."""

import math
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from benchmarks import __main__, limits, report, rows
from benchmarks.limits import LIMITS, Limit
from benchmarks.rows import TABLES, Table

CHECKOUT = Path(__file__).resolve().parents[2]
NOWHERE = SimpleNamespace(tensors=print, training=print, scalars=print, million=print)


def test_limits_name_existing_rows():
    assert set(LIMITS) <= {name for table in rows.tables(NOWHERE) for name in table.rows}


def test_limits():
    assert Limit(1.5).admits(1.5)
    assert not Limit(1.5).admits(1.6)
    assert Limit(3.5, least=True).admits(3.5)
    assert not Limit(3.5, least=True).admits(3.4)
    assert not Limit(1.5).admits(math.nan)
    assert not Limit(1.5, least=True).admits(math.nan)


def test_seconds():
    times = (12.345, 1.0, 0.99999, 0.0999, 123e-6, 1.234e-9, 1e-10)
    written = ["12.3 s", "1.00 s", "1.00 s", "99.9 ms", "123 µs", "1.23 ns", "0.100 ns"]
    assert [report.seconds(time) for time in times] == written


def test_figures_are_written_as_their_columns_ask():
    assert report.written("time", 0.5) == report.written("NumPy", 0.5) == "500 ms"
    assert report.written("memory", 159.2) == "159 B"
    assert [report.written("eager", x) for x in (0.5, 9.99, 12.34, 123.4)] == [
        "0.50",
        "9.99",
        "12.3",
        "123",
    ]


@pytest.fixture
def two_rows(monkeypatch):
    """A table of two rows that take no time; the times that each was measured."""
    measured = []

    def row(name, figures):
        def measure(count):
            measured.append(name)
            return {"time": [1.0] * count, **{k: [v] * count for k, v in figures.items()}}

        return measure

    table = Table(
        "Two",
        "Of no use.",
        ("time", "eager", "absent"),
        {"quick": row("quick", {"eager": 1.2}), "slow": row("slow", {"eager": 2.0, "b ÷ a": 1.0})},
    )
    monkeypatch.setattr(rows, "TABLES", (table,))
    bounds = {
        "quick": {"eager": Limit(1.5)},
        "slow": {"eager": Limit(1.9), "b ÷ a": Limit(1.0), "c ÷ a": Limit(9.0)},
    }
    monkeypatch.setattr(limits, "LIMITS", bounds)
    return measured


def test_check_names_the_rows_that_fall_short(two_rows, capsys):
    assert __main__.main([]) == 0
    assert capsys.readouterr().err == ""
    assert two_rows == ["quick", "slow"]
    assert __main__.main(["--check"]) == 1
    output = capsys.readouterr()
    assert output.err == (
        "slow falls short: eager is 2.00, limit ≤ 1.90\n"
        "slow falls short: c ÷ a is nan, limit ≤ 9.00\n"
    )
    shown = [[cell.strip() for cell in line.split("|")] for line in output.out.splitlines()[-4:-2]]
    assert [(cells[1], cells[3], cells[-2]) for cells in shown] == [
        ("quick", "1.20", "yes"),
        ("slow", "2.00", "NO: eager, c ÷ a"),
    ]
    assert __main__.main(["quick", "--check"]) == 0


def test_what_falls_short_is_measured_again(two_rows):
    __main__.main(["--check"])
    assert two_rows == ["quick", "slow", "slow", "slow"]


def test_a_figure_is_the_median_of_all_rounds():
    parts = [{"eager": [3.0, 3.0, 1.0]}, {"eager": [1.0, 1.0, 1.0]}, {"eager": [1.0, 3.0, 9.0]}]
    runs = iter(parts)
    found = __main__.Run(3, 2).figures(lambda rounds: next(runs), {"eager": Limit(2.0)})
    assert found == {"eager": 1.0}  # the second time was enough
    assert list(runs) == parts[2:]
    runs = iter(parts)
    found = __main__.Run(3, 2).figures(lambda rounds: next(runs), {"eager": Limit(0.5)})
    assert found == {"eager": 1.0}
    assert list(runs) == []


@pytest.mark.usefixtures("two_rows")
def test_the_tables_are_markdown(capsys):
    __main__.main(["quick"])
    head, rule, row = capsys.readouterr().out.splitlines()[-5:-2]
    assert head.count("|") == rule.count("|") == row.count("|") == 7
    assert len(head) == len(rule)
    assert rule.replace("-", "").replace(" ", "") == "||:|:|:|||"


@pytest.mark.usefixtures("two_rows")
def test_a_report_is_saved_between_its_marks(tmp_path, capsys):
    page = tmp_path / "page.md"
    begin = report.BEGIN.format("benchmarks")
    page.write_text(f"before\n{begin}\nold\n{report.END}\nafter\n", encoding="utf-8")
    __main__.main(["quick", "--save", str(page)])
    text = page.read_text(encoding="utf-8")
    printed = capsys.readouterr().out.strip()
    assert text == f"before\n{begin}\n\n{printed}\n\n{report.END}\nafter\n"
    assert report.machine() in printed
    assert printed.splitlines()[-1].startswith("Load average at the end")


@pytest.mark.parametrize("command", ["benchmarks", "benchmarks.profile"])
def test_the_page_has_places_for_both_reports(command):
    page = (CHECKOUT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert "new figures" in report.saved(page, command, "new figures")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["fast"], "no row fast; the rows are 4x2-4-1, "),
        (["--rounds", "6"], "at least 7 rounds"),
        (["peers-scalar"], "no row peers-scalar"),
        (["--peers", "nowhere"], "python -m benchmarks.peers --build nowhere"),
        (["--save", "nowhere.md"], "nowhere.md"),
        (["--save", __file__], "no place for the report"),
    ],
)
def test_bad_arguments(arguments, complaint, capsys):
    with pytest.raises(SystemExit, match="2"):
        __main__.main(arguments)
    assert complaint in capsys.readouterr().err


def measured(name):
    (row,) = [table.rows[name] for table in TABLES if name in table.rows]
    return row(3)


@pytest.mark.usefixtures("short_samples")
@pytest.mark.parametrize(
    "name", ["4x2-4-1", "train-4x2-4-1", "node-forward", "growth-1000", "adam-50-layers"]
)
def test_rows_have_the_figures_of_their_columns(name):
    (table,) = [table for table in TABLES if name in table.rows]
    figures = measured(name)
    wanted = {"time", "÷ by hand"} if table.title == "The rest" else set(table.columns)
    assert set(figures) == wanted | set(LIMITS.get(name, ()))
    assert all(value > 0 for values in figures.values() for value in values)


@pytest.mark.usefixtures("few_objects")
def test_scalars_have_the_figures_of_their_columns(monkeypatch):
    monkeypatch.setattr(rows, "STEADY_SECONDS", 0.01)
    (table,) = [table for table in TABLES if "scalar" in table.rows]
    assert set(rows.scalars(3)) == {*table.columns, *LIMITS["scalar"]}


def test_runs_as_a_module():
    output = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--list"],
        cwd=CHECKOUT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert all(name in output for table in TABLES for name in table.rows)
