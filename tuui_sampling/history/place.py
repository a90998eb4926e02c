"""Knows where the ledger's file lies, notices when it is no longer there, and puts a damaged one aside."""

import os
from datetime import datetime
from pathlib import Path

COMPANIONS = ("-wal", "-shm")
"""What SQLite keeps beside the file; without the first, the newest entries are lost."""


class Place:
    """
    The file as it was when it was opened.

    SQLite goes on writing into a file that was moved or deleted, and hears nothing of one that was cut short: what it
    would say was written would be found nowhere.
    """

    def __init__(self, path: Path) -> None:
        """Look at a file that is open."""
        self._path = path
        self._log = path.with_name(path.name + "-wal")
        self._identity = _identity(path)
        self._log_identity = _identity(self._log)
        self._size = 0

    def problem(self) -> str:
        """Return what has become of the file, as the rest of a sentence; an empty string while all is well."""
        try:
            found = os.stat(self._path)
        except OSError:
            return "was moved or deleted"
        if self._identity is not None and (found.st_dev, found.st_ino) != self._identity:
            return "was replaced by another file"
        if found.st_size < self._size:
            return "was cut short"
        self._size = found.st_size
        log = _identity(self._log)
        if self._log_identity is None:
            self._log_identity = log
        elif log != self._log_identity:
            return "lost the file with its newest entries (-wal)"
        return ""


def put_aside(path: Path) -> str:
    """Rename what is left of a file, so that a new one can be made; return its new name, or an empty string."""
    if not path.exists():
        for suffix in COMPANIONS:
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        return ""
    aside = path.with_name(f"{path.name}.damaged-{datetime.now():%Y%m%d-%H%M%S}")
    for suffix in ("", *COMPANIONS):
        old = path.with_name(path.name + suffix)
        if old.exists():
            old.rename(aside.with_name(aside.name + suffix))
    return str(aside)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino
