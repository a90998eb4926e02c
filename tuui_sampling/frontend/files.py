"""Write what came from a server to a file that the person named: readable by its owner only, never over another."""

import os
from pathlib import Path

from ..config.private_files import open_private, write_private


class CannotSave(Exception):
    """
    It could not be written.

    Attributes:
        reason: Why, in words.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def destination(typed: str) -> Path:
    """
    Return the file that a person meant; `~` is the home folder, and what is relative starts at the current folder.

    Raises:
        CannotSave: That is not a file.
    """
    try:
        path = Path(typed.strip()).expanduser().absolute()
    except (RuntimeError, ValueError) as error:
        raise CannotSave("that is not a path") from error
    if not typed.strip() or "\0" in typed or typed.rstrip().endswith(os.sep) or path.is_dir():
        raise CannotSave("name a file, not a folder")
    return path


def save(path: Path, data: bytes, *, replace: bool = False) -> None:
    """
    Write a file with mode 0600.

    Args:
        replace: Put it in the place of one that exists; else that is refused.

    Raises:
        FileExistsError: There is one, and it must not be replaced.
        CannotSave: It could not be written.
    """
    try:
        (write_private if replace else _create)(path, data)
    except FileExistsError:
        raise
    except FileNotFoundError as error:
        raise CannotSave("its folder does not exist") from error
    except OSError as error:
        raise CannotSave(error.strerror or type(error).__name__) from error


def _create(path: Path, data: bytes) -> None:
    """Write a new file; nothing is left of it where that fails."""
    descriptor = open_private(path, os.O_EXCL | os.O_WRONLY)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
    except OSError:
        path.unlink()
        raise
