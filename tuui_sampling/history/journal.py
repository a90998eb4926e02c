"""
Keeps what is about to be returned to a server until the ledger has it, so that no end of the program can lose it.

The ledger writes in a thread and in company; a program that is killed within those milliseconds would have answered a
server without a trace. So an answer is first appended to a small file of this program's own beside the record: a write
that waits for no disk and no thread, and outlives the program (not the system). What such a file of a program that is
no more holds is put into the record by the next one that opens it. A lock on the file tells that its program lives.
"""

import contextlib
import fcntl
import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from ..config.private_files import open_private
from . import rows
from .entry import Entry, Kind
from .schema import transaction

SUFFIX = "-answers-"
"""Between the record's name and that of the program's run."""

_JSON = json.JSONEncoder(default=dict, separators=(",", ":"))

HAS_END = "SELECT 1 FROM events WHERE review = ? AND kind IN ('answered', 'delivered', 'undelivered', 'withdrawn')"


class Journal:
    """
    One program's file, made for the first answer; everything but `forget` is called on the event loop.

    Attributes:
        path: The file; it is removed at the end.
    """

    def __init__(self, record: Path) -> None:
        """Make no file yet."""
        self.path = record.with_name(f"{record.name}{SUFFIX}{uuid4().hex[:12]}")
        self._file: int | None = None
        self._lock = threading.Lock()
        self._held: set[str] = set()

    def answer(self, entry: Entry) -> None:
        """
        Note what is about to be returned.

        Raises:
            OSError: It can't be written.
        """
        with self._lock:
            if self._file is None:
                self._file = open_private(self.path, os.O_EXCL | os.O_RDWR | os.O_APPEND)
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._held.add(entry.review)
            self._write(_line(entry))

    def end(self, review: str, kind: Kind) -> None:
        """Note whether it was taken."""
        with self._lock:
            if review in self._held and self._file is not None:
                self._write({"review": review, "kind": kind.value, "at": _now()})

    def forget(self, review: str) -> None:
        """Forget what the record has by now. May be called from any thread."""
        with self._lock:
            self._held.discard(review)
            if not self._held and self._file is not None:
                with contextlib.suppress(OSError):
                    os.ftruncate(self._file, 0)

    def close(self) -> None:
        """Remove the file, unless the record still lacks something of it."""
        if self._file is None:
            return
        if not self._held:
            self.path.unlink(missing_ok=True)
        os.close(self._file)
        self._file = None

    def _write(self, value: dict[str, Any]) -> None:
        assert self._file is not None
        os.write(self._file, _JSON.encode(value).encode() + b"\n")


def take_over(record: Path, connection: sqlite3.Connection) -> None:
    """
    Put what programs that are no more have left behind into the record.

    Raises:
        OSError, sqlite3.Error: The record can't be written.
    """
    for path in record.parent.glob(f"{record.name}{SUFFIX}*"):
        with contextlib.suppress(FileNotFoundError), open(path, "rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                continue  # its program lives
            with transaction(connection):
                for entry in _left(file.read()):
                    if connection.execute(HAS_END, (entry.review,)).fetchone() is None:
                        rows.add(connection, [entry])
            path.unlink(missing_ok=True)


def _left(content: bytes) -> Iterator[Entry]:
    """Yield what a file holds, each with the last word on it; a line that was broken off is none."""
    answers: dict[str, Entry] = {}
    for line in content.splitlines():
        with contextlib.suppress(ValueError, KeyError, TypeError):
            value = json.loads(line)
            at, kind = datetime.fromisoformat(value["at"]), Kind(value["kind"])
            if "data" in value:
                answers[value["review"]] = Entry(
                    value["review"], kind, value["server"], at, value["data"], value["number"]
                )
            elif (before := answers.get(value["review"])) is not None:
                answers[before.review] = Entry(before.review, kind, before.server, at, before.data, before.number)
    yield from answers.values()


def _line(entry: Entry) -> dict[str, Any]:
    return {
        "review": entry.review,
        "kind": entry.kind.value,
        "server": entry.server,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "data": entry.data,
        "number": entry.number,
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
