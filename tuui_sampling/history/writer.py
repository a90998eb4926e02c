"""
Writes the ledger, in a thread of its own.

Whatever is queued when it looks goes into one transaction, so that many who wait for their entry to be durable share
one wait for the disk.
"""

import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

from ..sampling.errors import LedgerError
from . import rows
from .database import is_locked, plain_words
from .entry import Entry
from .schema import transaction

MAX_PER_TRANSACTION = 500
"""About so many entries; more wait for the next one, so that the last of a long queue do not hold up the first."""

Done = Callable[[LedgerError | None], None]
"""Told once, on the writer's thread: None when the entry is durable, else why it is not."""


@dataclass(frozen=True)
class Job:
    """An entry to write, and who is told what became of it."""

    entry: Entry
    done: Done


class Writer:
    """
    Writes entries in the order of `submit`, each with its own fate: one that can't be stored loses no other.

    Args:
        connection: Belongs to the writer from now on; it is closed at the end.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._queue: SimpleQueue[tuple[Job, ...] | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._is_closed = False
        self._batch: deque[Job] = deque()
        # A daemon, so that a program that dies without closing the ledger does not hang on it.
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)
        self._thread.start()

    def submit(self, jobs: Iterable[Job]) -> None:
        """
        Queue entries and return at once. May be called from any thread.

        Raises:
            LedgerError: The ledger is closed.
        """
        with self._lock:
            if self._is_closed:
                raise self._closed()
            self._queue.put(tuple(jobs))

    def close(self) -> None:
        """Write what is queued, then end; blocks until that is done. May be called again."""
        with self._lock:
            if not self._is_closed:
                self._is_closed = True
                self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        try:
            while self._take_batch():
                self._write(tuple(self._batch))
        finally:
            # Reached with jobs left only through a bug: nobody may wait for ever on a thread that is gone.
            with self._lock:
                self._is_closed = True
            while self._batch or self._take_batch():
                self._settle(self._closed())
            self._connection.close()

    def _take_batch(self) -> bool:
        """Wait for entries and take all that are queued behind them; False once the ledger is closed and empty."""
        with self._lock:
            is_ended = self._is_closed and self._queue.empty()
        jobs = None if is_ended else self._queue.get()
        while jobs is not None:
            self._batch += jobs
            if len(self._batch) >= MAX_PER_TRANSACTION:
                break
            try:
                jobs = self._queue.get_nowait()
            except Empty:
                break
        return bool(self._batch)

    def _write(self, batch: Sequence[Job]) -> None:
        error = self._attempt(batch)
        spoilt = error is not None and len(batch) > 1
        for job in batch:
            # One entry may have spoilt it for all: each alone, in the same order. A lock concerns all that are left.
            if spoilt and not is_locked(error):
                error = self._attempt([job])
            self._settle(error)

    def _attempt(self, batch: Sequence[Job]) -> LedgerError | None:
        try:
            with plain_words(self._path, "written"), transaction(self._connection):
                for job in batch:
                    rows.add(self._connection, job.entry)
        except LedgerError as error:
            return error
        return None

    def _settle(self, error: LedgerError | None) -> None:
        """Tell the first of the batch what became of its entry."""
        self._batch.popleft().done(error)

    def _closed(self) -> LedgerError:
        return LedgerError(f"The record {self._path} is closed.", hint="Start the program again.")


class NoWriter:
    """Stands in for a writer whose file could not be opened: every entry is refused with the reason."""

    def __init__(self, reason: LedgerError) -> None:
        self._reason = reason

    def submit(self, jobs: Iterable[Job]) -> None:
        """
        Refuse the entries.

        Raises:
            LedgerError: Always; it says why the record could not be opened.
        """
        raise LedgerError(self._reason.message, hint=self._reason.hint)

    def close(self) -> None:
        """Do nothing: there is no file."""
