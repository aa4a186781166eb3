"""The engine stays small enough to read in one sitting, and type checkers read what it has."""

import ast
import re
from pathlib import Path

import autograd
from autograd import Node

ENGINE = Path(autograd.__file__).parent
README = Path(__file__).parents[2] / "README.md"
STATED = re.compile(r"([\d,]+)\s+lines\s+in\s+(\d+)\s+files")

IN_PLACE = {"fill", "itemset", "partition", "put", "resize", "sort"}
ABSENT = {"base", "conj", "data", "flat", "imag", "real", "strides", "view"}
"""What ndarrays have and Nodes refuse, with a reason."""


def members(file: str) -> set[str]:
    """The methods and attributes that the classes of a file of the engine define."""
    tree = ast.parse((ENGINE / file).read_text(encoding="utf-8"))
    body = [x for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for x in node.body]
    return {x.name for x in body if isinstance(x, ast.FunctionDef)} | {
        x.target.id for x in body if isinstance(x, ast.AnnAssign)
    }


def test_the_readme_states_the_size_of_the_engine():
    stated = STATED.findall(README.read_text(encoding="utf-8"))
    assert len(stated) == 2
    for folder, numbers in zip((ENGINE, ENGINE / "compiler"), stated, strict=True):
        about, count = (int(number.replace(",", "")) for number in numbers)
        files = list(folder.glob("*.py"))
        lines = sum(len(file.read_text(encoding="utf-8").splitlines()) for file in files)
        assert count == len(files)
        assert abs(about - lines) < 0.03 * lines, f"{lines} lines in {len(files)} files"


def test_every_folder_of_the_engine_is_counted_or_named():
    folders = {path.parent for path in ENGINE.rglob("*.py")}
    assert folders == {ENGINE, *(ENGINE / name for name in ("compiler", "ops", "testing"))}


def test_type_checkers_read_the_methods_that_a_node_has():
    read = members("signatures.py")
    bound = {name for name in vars(Node) if name not in members("node.py")}
    assert read <= bound
    public = {name for name in bound if not name.startswith("_")}
    assert public - read == IN_PLACE | ABSENT


def test_a_running_node_has_no_base_for_type_checkers():
    assert Node.__mro__ == (Node, object)
    assert not hasattr(Node(1.0), "__dict__")
