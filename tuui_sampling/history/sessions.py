"""Tells whether the program of a session still runs: it holds a lock on a small file beside the record."""

import contextlib
import fcntl
import os
from pathlib import Path

from ..config.private_files import open_private

SUFFIX = "-session-"
"""Between the record's name and the session's."""


class Session:
    """This program's own session; its file is removed at the end."""

    def __init__(self, record: Path, name: str) -> None:
        """
        Hold the lock from now on, and remove what programs that were killed have left.

        Raises:
            OSError: The file can't be made.
        """
        self._record = record
        self.name = name
        self._path = _path(record, name)
        self._file = _locked(self._path)
        self._clean()

    def lives(self, name: str) -> bool:
        """Whether the program of a session still runs; what a dead one has left is removed."""
        if name == self.name:
            return True
        path = _path(self._record, name)
        try:
            file = os.open(path, os.O_RDWR)
        except OSError:
            return False
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        else:
            path.unlink(missing_ok=True)
            return False
        finally:
            os.close(file)

    def _clean(self) -> None:
        """Ask after every session that has a file: one that has claimed nothing is asked after by nobody else."""
        beginning = f"{self._record.name}{SUFFIX}"
        with os.scandir(self._record.parent) as files:
            names = [file.name.removeprefix(beginning) for file in files if file.name.startswith(beginning)]
        for name in names:
            self.lives(name)

    def close(self) -> None:
        """End the session."""
        self._path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            os.close(self._file)


def _locked(path: Path) -> int:
    """Make a file and lock it; made anew where another program has taken it for a dead one's before it was locked."""
    while True:
        file = open_private(path, os.O_RDWR)
        fcntl.flock(file, fcntl.LOCK_EX)  # others hold it for no longer than it takes to remove it
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file), path.stat()):
                return file
        os.close(file)


def _path(record: Path, name: str) -> Path:
    return record.with_name(f"{record.name}{SUFFIX}{name}")
