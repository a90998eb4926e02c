"""Knows where the ledger's file lies, notices when it is no longer there, and puts a damaged one aside."""

import os
import sqlite3
from contextlib import closing, suppress
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
        self._name, self._log = str(path), f"{path}-wal"  # looked at each time that something is written
        self._identity = _identity(_status(self._name))
        self._log_identity = _identity(_status(self._log))
        self._size = 0
        self._log_size = 0

    def problem(self) -> str:
        """Return what has become of the file, as the rest of a sentence; an empty string while all is well."""
        found = _status(self._name)
        if found is None:
            return "was moved or deleted"
        if self._identity is not None and _identity(found) != self._identity:
            return "was replaced by another file"
        if found.st_size < self._size:
            return "was cut short"
        self._size = found.st_size
        log = _status(self._log)
        identity = _identity(log)
        if self._log_identity is None:
            self._log_identity = identity
        elif identity != self._log_identity:
            return "lost the file with its newest entries (-wal)"
        if log is not None and self._is_log_cut(log.st_size):
            return "lost its newest entries: their file (-wal) was cut short"
        return ""

    def written(self) -> None:
        """Note how long the file with the newest entries is, once something was written."""
        with suppress(OSError):
            self._log_size = os.stat(self._log).st_size

    def _is_log_cut(self, size: int) -> bool:
        """
        Whether the newest entries can no longer be read, looked at where their file has become shorter.

        Another program may shorten it rightly, once what it holds stands in the record itself.

        Args:
            size: Its length now.
        """
        before, self._log_size = self._log_size, size
        return size < before and not _is_readable(self._path)


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


def _is_readable(path: Path) -> bool:
    """Whether a new connection finds entries; a lock that another program holds is not a reason to say otherwise."""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=1.0)) as reader:
            reader.execute("SELECT max(id) FROM events").fetchone()
    except sqlite3.OperationalError as error:
        return error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    except sqlite3.DatabaseError:
        return False
    return True


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except OSError:
        return None


def _identity(found: os.stat_result | None) -> tuple[int, int] | None:
    return (found.st_dev, found.st_ino) if found is not None else None
