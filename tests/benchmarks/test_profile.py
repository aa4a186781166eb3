"""The profile finds the line that costs most, and leaves the functions as they were."""

import gc

import pytest

from benchmarks import profile, report


def slow_in_the_middle(n):
    """Its second line costs most."""
    total = 0
    for i in range(n):
        total += sum(range(5_000))
        total -= i
    if total < 0:
        total = 0
    if n: total = inner(total)  # fmt: skip # noqa: E701
    return total


def inner(x):
    return x + 1


@pytest.fixture
def these_files_are_the_engine(monkeypatch):
    monkeypatch.setattr(profile, "folders", lambda: (__file__,))


def test_the_expensive_line_comes_first(these_files_are_the_engine):
    code = slow_in_the_middle.__code__
    lines = profile.lines_of(lambda: slow_in_the_middle(3), runs=20)
    assert slow_in_the_middle.__code__ is code
    first, *rest = lines
    assert first.text == "total += sum(range(5_000))"
    assert first.place == f"test_profile.py:{code.co_firstlineno + 4}"
    assert first.times == 3
    assert first.cost > 10 * sum(line.cost for line in rest)
    texts = {line.text: line.times for line in rest}
    assert texts["return x + 1"] == 1
    assert [text.startswith("if n:") for text in texts].count(True) == 1
    assert len(texts) == len(rest)
    assert sum(line.text == "total = 0" for line in lines) == 1  # the one that is passed
    assert '"""Its second line costs most."""' not in texts


def test_the_report_names_shares(these_files_are_the_engine, monkeypatch):
    monkeypatch.setattr(profile, "RUNS", 20)
    lines = list(profile.shown("row", lambda: slow_in_the_middle(1)))
    assert gc.isenabled()
    assert lines[0] == "### row"
    (first, *_) = [line for line in lines if line.startswith("| 9")]
    assert first.endswith("| `total += sum(range(5_000))` |")
    assert lines[-2].startswith("By file: test_profile.py 100%")


def test_written_functions_are_shown(monkeypatch):
    monkeypatch.setattr("builtins.compile", compile)  # is put back afterwards
    profile.watch_written_functions()
    names = {}
    for name in "fg":  # two texts of one name
        text = f"def {name}(x):\n    {name}_of = x\n    return {name}_of\n"
        exec(compile(text, "<made>", "exec"), names)
    lines = profile.lines_of(lambda: names["g"](names["f"](1)), runs=20)
    shown = {(line.place, line.text) for line in lines}
    assert shown == {
        ("<made>:2", "f_of = x"),
        ("<made>:3", "return f_of"),
        ("<made>:2", "g_of = x"),
        ("<made>:3", "return g_of"),
    }


def test_the_command_prints_and_saves(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(profile, "RUNS", 20)
    page = tmp_path / "page.md"
    page.write_text(
        f"{report.BEGIN.format('benchmarks.profile')}\n{report.END}\n", encoding="utf-8"
    )
    assert profile.main(["4x2-4-1", "--save", str(page)]) == 0
    assert "### 4x2-4-1" in capsys.readouterr().out
    assert "| share |" in page.read_text(encoding="utf-8")
    with pytest.raises(SystemExit, match="2"):
        profile.main(["fast"])
    assert "no row fast; the rows are scalar, 4x2-4-1" in capsys.readouterr().err
