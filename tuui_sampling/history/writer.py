"""
The one thread that writes the ledger.

Whatever is queued when it looks goes into one transaction, so that many who wait for their entry to be durable share
one wait for the disk. An entry that nobody waits for waits a moment for company, lest the next one that somebody does
wait for finds the disk busy.
"""

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

from ..sampling.errors import LedgerError
from . import rows
from .database import is_locked, plain_words
from .entry import Entry
from .schema import transaction

MOST_PER_TRANSACTION = 500
"""Entries; more wait for the next one, so that the first of a long queue are not kept waiting by the last."""

LINGER = 0.02
"""Seconds that an entry may lie in memory while nobody waits for it; each transaction costs a wait for the disk."""

Done = Callable[[LedgerError | None], None]
"""Told once, on the writer's thread: None when the entry is durable, else why it is not."""


@dataclass(frozen=True)
class _Job:
    entry: Entry
    done: Done
    urgent: bool


class Writer:
    """
    Writes entries in the order of `submit`, each with its own fate: one that can't be stored loses no other.

    Args:
        connection: Belongs to the writer from now on; it is closed at the end.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._is_closed = False
        self._batch: deque[_Job] = deque()
        # A daemon, so that a program that dies without closing the ledger does not hang on it.
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)
        self._thread.start()

    def submit(self, entry: Entry, done: Done, *, urgent: bool = True) -> None:
        """
        Queue one entry and return at once. May be called from any thread.

        Args:
            urgent: Somebody waits for it.

        Raises:
            LedgerError: The ledger is closed.
        """
        with self._lock:
            if self._is_closed:
                raise self._closed()
            self._queue.put(_Job(entry, done, urgent))

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
        """Wait for an entry and take all that are queued behind it; False once the ledger is closed and empty."""
        with self._lock:
            is_ended = self._is_closed and self._queue.empty()
        job = None if is_ended else self._queue.get()
        give_up = time.monotonic() + LINGER
        while job is not None:
            self._batch.append(job)
            if len(self._batch) >= MOST_PER_TRANSACTION:
                break
            if job.urgent:
                give_up = 0.0
            try:
                job = self._queue.get(timeout=max(0.0, give_up - time.monotonic()))
            except Empty:
                break
        return bool(self._batch)

    def _write(self, batch: Sequence[_Job]) -> None:
        error = self._attempt(batch)
        spoilt = error is not None and len(batch) > 1
        for job in batch:
            # One entry may have spoilt it for all: each alone, in the same order. A lock concerns all that are left.
            if spoilt and not is_locked(error):
                error = self._attempt([job])
            self._settle(error)

    def _attempt(self, batch: Sequence[_Job]) -> LedgerError | None:
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

    def submit(self, entry: Entry, done: Done, *, urgent: bool = True) -> None:
        """
        Refuse the entry.

        Raises:
            LedgerError: Always; it says why the record could not be opened.
        """
        raise LedgerError(self._reason.message, hint=self._reason.hint)

    def close(self) -> None:
        """Do nothing: there is no file."""
