"""Where pictures go: what is wrong with a file or a directory is said in one line."""

from pathlib import Path

import pytest

from nodegrad.output import UserError, make_directory, save


class Picture:
    """A stand-in for a diagram whose saving fails in a given way."""

    def __init__(self, trouble=None):
        self.trouble = trouble

    def save(self, path: Path) -> None:
        if self.trouble:
            raise self.trouble
        path.write_text("picture")


def test_a_picture_is_saved(tmp_path):
    save(Picture(), tmp_path / "a.svg")
    assert (tmp_path / "a.svg").read_text() == "picture"


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (OSError(28, "No space left on device"), "a.svg: No space left on device"),
        (TimeoutError("the layout took more than 30 s"), "^the layout took more than 30 s$"),
        (ValueError("no known format"), "^no known format$"),
        (RuntimeError("no layout engine"), "^no layout engine$"),
    ],
)
def test_a_failure_is_said_in_words(tmp_path, trouble, words):
    with pytest.raises(UserError, match=words):
        save(Picture(trouble), tmp_path / "a.svg")


def test_a_target_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(UserError, match="it is a directory"):
        save(Picture(), tmp_path)
    with pytest.raises(UserError, match="there is no directory"):
        save(Picture(), tmp_path / "none" / "a.svg")
    with pytest.raises(UserError, match="name too long"):
        save(Picture(), tmp_path / ("a" * 300 + ".svg"))


def test_a_directory_is_made_and_left_empty(tmp_path):
    make_directory(tmp_path / "a" / "b")
    make_directory(tmp_path / "a" / "b")
    assert list((tmp_path / "a" / "b").iterdir()) == []


def test_a_file_in_the_place_of_a_directory_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="it is a file, not a directory"):
        make_directory(tmp_path / "file")
    with pytest.raises(UserError, match="cannot write in"):
        make_directory(tmp_path / "file" / "below")
