"""The child process: limits, interruption, silence, and machines that lack things."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pygraphviz
import pytest

import viz
from autograd import Node
from viz import engine
from viz.engine import Engine, Job

DRAW = (
    "import sys, numpy as np, viz\n"
    "from autograd import Node\n"
    "diagram = viz.draw(np.tanh(Node(0.5, name='w') * Node(1.0, name='x')), title='Title')\n"
    "for kind in ('svg', 'png', 'pdf', 'dot'):\n"
    "    diagram.save(sys.argv[1] + '.' + kind if len(sys.argv) > 1 else 'graph.' + kind)\n"
)
FOLDER = str(Path(pygraphviz.__file__).parents[1])
KINDS = ("svg", "png", "pdf", "dot")


def slow():
    """A layout that takes minutes: a hub with an edge to every link of a chain."""
    chain = "".join(f"c{i} -> c{i + 1}; hub -> c{i};" for i in range(400))
    return f"digraph {{ {chain} }}"


@pytest.fixture
def children(monkeypatch):
    """All processes that are started."""
    started = []

    class Recorded(subprocess.Popen):
        def __init__(self, *arguments, **settings):
            super().__init__(*arguments, **settings)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Recorded)
    return started


def test_a_slow_layout_is_stopped_at_its_limit(children):
    start = time.monotonic()
    with pytest.raises(TimeoutError) as caught:
        Engine("", 1.0).run([Job(slow(), "dot", "svg")])
    assert time.monotonic() - start < 5
    assert len(children) == 1
    assert children[0].poll() is not None
    for words in ("1 seconds", "viz.draw(node)", "subgraph", ".dot", "time_limit = 10"):
        assert words in str(caught.value)


def test_the_limit_of_a_diagram_can_be_changed():
    diagram = viz.draw(Node(1.0) * 2.0)
    diagram.time_limit = 0.0
    with pytest.raises(TimeoutError):
        diagram.to_svg()
    diagram.time_limit = 60.0
    assert "<svg" in diagram.to_svg()


def test_all_runs_of_one_engine_share_the_limit():
    late = Engine("", 30.0, started=time.monotonic() - 31)
    with pytest.raises(TimeoutError):
        late.run([Job("digraph { a }", "dot", "svg")])


def test_the_worker_ends_by_itself_when_its_parent_is_gone():
    source = Path(engine.__file__).with_name("_worker.py").read_text(encoding="utf-8")
    request = {
        "folder": FOLDER,
        "seconds": 1.0,
        "letters": "",
        "jobs": [[slow(), "dot", "svg"]],
    }
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-I", "-c", source],
        input=json.dumps(request).encode(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert time.monotonic() - start < 10


def alive(group):
    """Whether a process of the group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.skipif(os.name != "posix", reason="signals and process groups are POSIX")
def test_ctrl_c_stops_at_once_and_leaves_no_process(tmp_path):
    code = (
        "from viz.engine import Engine, Job\n"
        "print('started', flush=True)\n"
        f"Engine('', 300.0).run([Job({slow()!r}, 'dot', 'svg')])\n"
    )
    folder = str(Path(viz.__file__).parents[1])
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": folder},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"started\n"
    time.sleep(1.5)
    assert process.poll() is None
    os.kill(process.pid, signal.SIGINT)  # to the parent alone, as not every terminal does
    _, errors = process.communicate(timeout=10)
    assert process.returncode != 0
    assert errors.strip().endswith(b"KeyboardInterrupt")
    deadline = time.monotonic() + 10.0  # a killed child is there until init has reaped it
    while alive(process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(process.pid)


def test_a_hub_with_hundreds_of_consumers_is_quick():
    w = Node(0.5, name="w")
    y = Node(1.0, name="x")
    for _ in range(250):
        y = np.tanh(y * w)
    diagram = viz.draw(y)
    assert diagram.to_svg().count("↗ w") == 250


def test_an_op_with_hundreds_of_consumers_is_laid_out_within_the_limit():
    h = Node(0.5, name="h") * 2.0
    y = Node(1.0, name="x")
    for _ in range(250):
        y = np.tanh(y * h)
    assert "<svg" in viz.draw(y).to_svg()


def test_a_thousand_boxes_are_laid_out_within_the_limit():
    y = Node(1.0, name="x")
    for _ in range(1000):
        y = np.tanh(y)
    svg = viz.draw(y).to_svg()
    assert svg.count('class="node"') == 1002


def test_without_dot_on_the_path_and_silently(python, tmp_path):
    done = python(DRAW, PATH="/nonexistent")
    assert done.returncode == 0, done.stderr
    assert done.stderr == b""
    assert done.stdout == b""
    assert all((tmp_path / f"graph.{kind}").stat().st_size > 500 for kind in KINDS)


def test_fontconfig_warnings_do_not_reach_the_user(python, tmp_path):
    broken = tmp_path / "broken.conf"
    broken.write_text("<fontconfig><nonsense/></fontconfig>")
    korean = DRAW.replace("name='w'", "name='w'").replace("'Title'", "'Title ∂'")
    for settings in ({"FONTCONFIG_FILE": str(broken)}, {"FONTCONFIG_FILE": "/nonexistent"}):
        done = python(korean, **settings)
        assert (done.returncode, done.stderr) == (0, b"")


def test_the_renderer_itself_would_be_heard():
    """The test above can fail: without our settings, fontconfig does complain on standard error."""
    with engine._fonts(wide=False) as settings:
        heard = {}
        for file in (settings["FONTCONFIG_FILE"], "/nonexistent"):
            source = Path(engine.__file__).with_name("_worker.py").read_text(encoding="utf-8")
            job = ['digraph { a [label="b"] }', "dot", "png"]
            request = {"folder": FOLDER, "seconds": 30.0, "letters": "", "jobs": [job]}
            done = engine._call(
                [sys.executable, "-I", "-c", source],
                json.dumps(request).encode(),
                30.0,
                settings | {"FONTCONFIG_FILE": file},
            )
            heard[file] = done.stderr
    assert b"ontconfig" in heard["/nonexistent"]


def test_a_script_without_a_main_guard_among_odd_files(python, tmp_path):
    odd = tmp_path / "odd"
    odd.mkdir()
    for name in ("json", "base64", "pygraphviz", "ctypes", "site", "encodings"):
        (odd / f"{name}.py").write_text("raise SystemExit('an odd file was imported')")
    counted = DRAW + "print('once')\n"
    done = python(counted, cwd=odd)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [b"once"]
    assert all((odd / f"graph.{kind}").exists() for kind in KINDS)


def test_packages_that_only_the_parent_finds(python, tmp_path):
    """The worker gets the place of pygraphviz from its parent, not from the environment."""
    code = f"import sys; sys.path.append({FOLDER!r})\n" + DRAW
    done = python(code, PYTHONSAFEPATH="1")
    assert done.returncode == 0, done.stderr


@pytest.fixture
def no_wheel(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)


def test_where_nothing_is_installed_the_error_says_what_to_do(no_wheel, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    diagram = viz.draw(Node(1.0) * 2.0)
    with pytest.raises(RuntimeError, match=r"no layout engine.*only \.dot.*pip install"):
        diagram.to_svg()
    assert diagram.to_dot().startswith("digraph")


@pytest.mark.skipif(os.name != "posix", reason="the stand-in is a shell script")
def test_a_dot_on_the_path_is_used_where_the_wheel_is_missing(no_wheel, monkeypatch, tmp_path):
    stand_in = tmp_path / "dot"
    stand_in.write_text('#!/bin/sh\nread line\necho "$@" "$line" "$FONTCONFIG_FILE"\n')
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    jobs = [Job("digraph { a }\n", "dot", "json0"), Job("digraph { b }\n", "nop2", "svg")]
    one, two = Engine("", 20.0).run(jobs)
    assert one.startswith(b"-Kdot -Tjson0 digraph { a } ")
    assert two.startswith(b"-Kneato -n2 -Tsvg digraph { b } ")
    assert b"fonts.conf" in one


@pytest.mark.skipif(os.name != "posix", reason="the stand-in is a shell script")
def test_a_worker_that_cannot_import_the_wheel_gives_way_to_dot(monkeypatch, tmp_path):
    package = tmp_path / "site" / "pygraphviz"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise ImportError('no shared library')")

    class Spec:
        origin = str(package / "__init__.py")

    monkeypatch.setattr("importlib.util.find_spec", lambda name: Spec)
    monkeypatch.setattr(engine.sys, "executable", str(_blank_python(tmp_path)))
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(RuntimeError, match="no layout engine"):
        Engine("", 20.0).run([Job("digraph { a }", "dot", "svg")])


def _blank_python(folder: Path) -> Path:
    """A command like this interpreter, but without its installed packages."""
    script = folder / "python"
    script.write_text(f'#!/bin/sh\nshift\nexec "{sys.executable}" -I -S "$@"\n')
    script.chmod(0o755)
    return script


def test_a_failing_engine_gives_its_reason():
    with pytest.raises(RuntimeError, match=r"the layout engine failed: .*Save as \.dot"):
        Engine("", 20.0).run([Job("digraph { a [", "dot", "svg")])
    with pytest.raises(RuntimeError, match="the layout engine nothing failed"):
        Engine("", 20.0).run([Job("digraph { a }", "nothing", "svg")])


def test_drawing_is_quick_enough_to_play_with():
    root = np.tanh(Node(0.5) * Node(1.0) + Node(2.0))
    times = []
    for _ in range(5):
        start = time.perf_counter()
        viz.draw(root).to_svg()
        times.append(time.perf_counter() - start)
    assert min(times) < 1.0
