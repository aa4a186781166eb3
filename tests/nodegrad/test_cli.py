"""The command line: what it prints, its exit status, one line per trouble and no stray file."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import nodegrad
from nodegrad import cli, draw

NEURON = ["tanh(w*x + b)", "--set", "w=0.5", "--set", "x=1", "--set", "b=-0.2"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(nodegrad.__file__).parents[1])}
SQUARE = ["--set", "x=3"]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Run in an empty directory, so that any file that is written is seen."""
    monkeypatch.chdir(tmp_path)


def run(*arguments, **keywords):
    """The command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "nodegrad", *arguments],
        capture_output=True,
        encoding="utf-8",
        env={**ENVIRONMENT, "PYTHONUTF8": "1", **keywords.pop("env", {})},
        timeout=120,
        **keywords,
    )


def refused(capsys, *arguments):
    """The one line that the command writes when it refuses its arguments."""
    try:
        status = cli.main(arguments)
    except SystemExit as stop:
        status = stop.code
    out, err = capsys.readouterr()
    assert status == 2, (out, err)
    assert out == ""
    assert err.endswith("\n") and err.count("\n") == 1, err
    assert "Traceback" not in err
    assert os.listdir() == []
    return err


def test_a_neuron_is_drawn_and_its_table_printed(tmp_path):
    done = run("draw", *NEURON, "-o", "graph.svg")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["id", "node", "operands", "shape", "value", "signal"]
    assert lines[-1] == "graph.svg"
    rows = {line.split()[1]: line.split() for line in lines[1:-1]}
    assert rows["w"][-2:] == ["0.5", "0.9151"]
    assert rows["x"][-2:] == ["1", "0.4576"]
    assert rows["b"][-2:] == ["-0.2", "0.9151"]
    assert lines[-2].split()[-2:] == ["0.2913", "1"]
    svg = (tmp_path / "graph.svg").read_text()
    assert svg.rstrip().endswith("</svg>")
    assert "0.2913" in svg and "tanh(w*x + b)" in svg


@pytest.mark.parametrize(
    ("suffix", "magic"), [("svg", b"<"), ("png", b"\x89PNG"), ("pdf", b"%PDF"), ("dot", b"digraph")]
)
def test_the_extension_names_the_format(tmp_path, capsys, suffix, magic):
    assert cli.main(["draw", *NEURON, "-o", f"g.{suffix}"]) == 0
    assert (tmp_path / f"g.{suffix}").read_bytes().lstrip().startswith(magic)
    assert capsys.readouterr().err == ""
    assert os.listdir() == [f"g.{suffix}"]


def test_without_an_output_there_is_the_table_and_how_to_save(capsys):
    assert cli.main(["draw", *NEURON]) == 0
    assert "add -o graph.svg" in capsys.readouterr().out.splitlines()[-1]
    assert os.listdir() == []


def test_numbers_alone_are_the_leaves(capsys):
    assert cli.main(["draw", "2*3 + 1"]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()[1:-1]]
    assert [row[-2] for row in rows] == ["2", "3", "6", "1", "7"]
    assert [row[-1] for row in rows] == ["3", "2", "1", "1", "1"]


def test_an_expression_may_begin_with_a_minus_and_have_lists_and_unicode_names(capsys):
    expression = "-sum(W @ 입력) * é"
    values = ["--set", "W=[[1, 2], [3, 4]]", "--set", "입력=[0.5, -1]", "--set", "é=1/3"]
    assert cli.main(["draw", expression.replace(" ", ""), *values]) == 0
    assert "입력" in (out := capsys.readouterr().out)
    assert re.search(r"é +- +scalar +0\.3333 +4\b", out)


def test_a_letter_that_no_font_has_is_a_warning_in_one_line(tmp_path):
    done = run("draw", "\U00012000*2", "--set", "\U00012000=1", "-o", "cuneiform.png")
    assert done.returncode == 0 and (tmp_path / "cuneiform.png").exists()
    assert re.fullmatch(r"nodegrad: .*\U00012000.*\n", done.stderr)


def test_ieee_754_values_are_drawn_without_a_warning(capsys):
    assert cli.main(["draw", "log(x) + 1/x + 9**9**9", "--set", "x=0", "-o", "g.svg"]) == 0
    out, err = capsys.readouterr()
    assert "nan" in out and err == ""


EXPRESSIONS = [
    "__import__('os').system('touch hacked')",
    "(lambda: open('hacked', 'w'))()",
    "().__class__.__mro__[1].__subclasses__()",
    "[open('hacked', 'w') for i in x]",
    "exec('1')",
    "x.__class__",
    "x if x else 1",
    "f'{x}'",
    "x := 3",
    "x; x",
    "import os",
    "tanh(x",
    "x +",
    "",
    "   ",
    "x # comment",
    "1e999 * x",
    "x << 2",
    "x ** (1j)",
    "tahn(x)",
    "exp + x",
    "x @ x",
    "x[0]",
    "y + x",
    "(" * 10_000 + "x" + ")" * 10_000,
    "x" + " + 1" * 25_000,
    "-" * 20_000 + "x",
]


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=[e[:20] for e in EXPRESSIONS])
def test_a_bad_expression_is_refused_in_one_line_with_its_column(capsys, expression):
    err = refused(capsys, "draw", expression, *SQUARE, "-o", "graph.svg")
    assert re.match(r"nodegrad draw: column \d+: ", err)


@pytest.mark.parametrize("expression", EXPRESSIONS[:12], ids=[e[:20] for e in EXPRESSIONS[:12]])
def test_a_bad_expression_is_refused_by_the_real_command(tmp_path, expression):
    done = run("draw", expression, *SQUARE, "-o", "graph.svg")
    assert done.returncode == 2
    assert done.stdout == ""
    assert re.fullmatch(r"nodegrad draw: column \d+: .+\n", done.stderr)
    assert os.listdir(tmp_path) == []


def test_bytes_that_are_no_text_are_refused(tmp_path):
    done = run("draw", b"x + \xff".decode("utf-8", "surrogateescape"), *SQUARE)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "nodegrad draw: column 5: '\\udcff' is not allowed\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["x", "--set", "x"], "--set x: write NAME=VALUE"),
        (["x", "--set", "=3"], "write NAME=VALUE"),
        (["x", "--set", "2x=3"], "write NAME=VALUE"),
        (["x", "--set", "x="], "in the value, column 1: the expression is empty"),
        (["x", "--set", "x=y"], "in the value, column 1: write a number or a list"),
        (["x", "--set", "x='a'"], "in the value, column 1: \"'a'\" is not a real number"),
        (["x", "--set", "x=[[1],[2,3]]"], "different lengths"),
        (["x", "--set", "x=__import__('os')"], "'__import__' cannot be called"),
        (["x", "--set", "x=1", "--set", "x=2"], "'x' is set twice; leave one of them out"),
        (["x", "--set", "x=1", "--set", "xx=2"], "has no 'xx'; it has x; leave this out"),
        (["x", "--set", "x=1", "--set", "exp=2"], "'exp' is a function"),
        (["x", "--set", "x=1", "--set", "pi=2"], "'pi' is a number"),
        (["2*3", "--set", "x=1"], "the expression has no 'x'; it has no names"),
        (["5"], "5 has no name and no operation, so there is nothing to differentiate; write"),
        (["-5"], "nothing to differentiate"),
        (["[1, 2]"], "nothing to differentiate"),
        (["pi", "--set", "x=1"], "the expression has no 'x'"),
        (["width*x", "--set", "x=1", "--set", "widht=2"], "'width' has no value"),
        (["x @ x", "--set", "x=1", "--set", "y=2"], "column 1: @"),
        (["x +", "--set", "y=2"], "column 4: something is missing"),
        (["x*2", "--set", "x=[1, 2]"], "sum(...) or mean(...)"),
        (["x > 2", "--set", "x=1"], "does not depend differentiably on any name, so there is"),
        (["x > 2", "--set", "x=1"], "write for example w*x + b, with --set w=0.5"),
        (["x*2", "--set", "x=1", "-o", "graph.xyz"], "graph.xyz"),
        (["x*2", "--set", "x=1", "-o", "graph"], "graph"),
        (["x*2", "--set", "x=1", "-o", "none/graph.svg"], "there is no directory none"),
        (["x*2", "--set", "x=1", "-o", "."], "it is a directory"),
        (["x*2", "--set", "x=1", "-o", ""], "it is a directory"),
        (["x", "x", "--set", "x=1"], "unrecognized arguments: x"),
        (["x", "--fast"], "unrecognized arguments: --fast"),
        ([], "required: EXPRESSION"),
    ],
)
def test_other_troubles_of_draw_are_one_line_too(capsys, arguments, words):
    err = refused(capsys, "draw", *arguments)
    assert err.startswith("nodegrad")
    assert words in err
    assert ".svg." not in err and str(os.getpid()) not in err


def test_no_command_and_a_wrong_command_are_one_line(capsys):
    assert "COMMAND" in refused(capsys)
    assert "invalid choice: 'drow'" in refused(capsys, "drow")


def test_the_version_is_printed_without_loading_the_engine():
    code = (
        "import sys; from nodegrad.cli import main\n"
        "try: main(['--version'])\n"
        "finally: assert not {'numpy', 'autograd', 'networkx'} & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=ENVIRONMENT
    )
    assert (done.returncode, done.stdout) == (0, f"nodegrad {nodegrad.__version__}\n")


def test_help_names_the_functions(capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(["draw", "--help"])
    assert stop.value.code == 0
    text = capsys.readouterr().out
    assert "tanh" in text and "logsumexp" in text


def test_an_interrupt_ends_with_status_130_and_one_line(monkeypatch, capsys):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(draw, "draw", interrupt)
    assert cli.main(["draw", "x"]) == 130
    assert capsys.readouterr().err == "nodegrad: interrupted\n"


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_ctrl_c_in_the_demo_leaves_no_half_written_file(tmp_path):
    demo = subprocess.Popen(
        [sys.executable, "-m", "nodegrad", "demo", "--out", "pictures"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    )
    while not (tmp_path / "pictures").exists():
        assert demo.poll() is None
        time.sleep(0.01)
    demo.send_signal(signal.SIGINT)
    _, err = demo.communicate(timeout=60)
    assert demo.returncode == 130
    assert err.splitlines()[-1] == "nodegrad: interrupted" and "Traceback" not in err
    assert not list((tmp_path / "pictures").glob(".*"))


def test_a_reader_that_stops_reading_is_no_trouble():
    command = [sys.executable, "-m", "nodegrad", "draw", "2*3"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT
    ) as done:
        done.stdout.close()
        assert done.stderr.read() == b""


def test_a_terminal_without_the_letters_gets_escapes():
    ascii_only = {"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    done = run("draw", "é*2", "--set", "é=1", env=ascii_only)
    assert done.returncode == 0, done.stderr
    assert "\\xe9" in done.stdout


def test_a_file_name_that_is_too_long_is_one_line(capsys):
    line = refused(capsys, "draw", "x*2", "--set", "x=1", "-o", "a" * 300 + ".svg")
    assert "name too long" in line


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a full device")
def test_output_that_cannot_be_written_is_one_line():
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "nodegrad", "draw", "x*2", "--set", "x=1"],
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env=ENVIRONMENT,
            timeout=120,
        )
    assert done.returncode == 2
    assert done.stderr == "nodegrad draw: cannot write the output: No space left on device\n"


def test_the_help_lists_what_can_be_drawn():
    words = cli.functions_help().split()
    assert {"inf", "nan", "pi", "tanh", "sum", "norm", "det", "inv"} <= set(words)
    assert not {"allclose", "argsort", "isnan"} & set(words)
