"""Where pictures go: every trouble with a file or a directory is one clear line."""

import os
from pathlib import Path
from typing import Protocol


class UserError(Exception):
    """Something the user can put right, said in one line; the command ends with status 2."""


class Savable(Protocol):
    """What has a picture to save, such as `viz.Diagram`."""

    def save(self, path: Path) -> object:
        """Write the picture, whole or not at all."""


def save(diagram: Savable, path: Path) -> None:
    """Save a picture; raise UserError where the format, the place or the layout is the trouble."""
    try:
        if path.is_dir():
            raise UserError(
                f"cannot write {path}: it is a directory; name a file such as graph.svg"
            )
        if not path.parent.is_dir():
            raise UserError(f"cannot write {path}: there is no directory {path.parent}")
        diagram.save(path)
    except OSError as error:  # a TimeoutError of the layout is one that says all in its own words
        words = f"cannot write {path}: {error.strerror}" if error.strerror else str(error)
        raise UserError(words) from error
    except (ValueError, RuntimeError) as error:
        raise UserError(str(error)) from error


def make_directory(path: Path) -> None:
    """Make a directory, unless it is there, and check that files can be written in it."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe = path / f".probe.{os.getpid()}"
        probe.touch()
        probe.unlink()
    except FileExistsError:
        raise UserError(f"cannot write in {path}: it is a file, not a directory") from None
    except OSError as error:
        raise UserError(f"cannot write in {path}: {error.strerror or error}") from error
