"""
Writes the ledger: in a thread of its own, or at once where somebody waits and both the entry and the wait are short.

Whatever is queued when the thread looks goes into one transaction, so that many who wait for their entry to be durable
share one wait for the disk. Handing an entry to a thread and back takes about as long as a quick disk does.

An entry that can't be written for now (the file is locked, the disk is full, the file is gone) and that nobody waits
for is kept in its order and tried again, before anything that came after it.
"""

import contextlib
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from queue import Empty, SimpleQueue

from ..sampling.derived.beside import rested
from ..sampling.errors import LedgerError
from . import rows, uses
from .database import hurry, is_locked, is_of_the_file, open_writer, plain_words
from .entry import Entry, Mask, unmasked
from .place import Place, put_aside
from .schema import transaction
from .uses import Claim, Lives, Used

MAX_PER_TRANSACTION = 500
"""About so many entries; more wait for the next one, so that the last of a long queue do not hold up the first."""

MAX_KEPT = 10_000
"""Entries that are kept while the file can't be written; of more, the newest are given up."""

TRY_AGAIN = 1.0
"""Seconds between two attempts to write what is kept, and between two looks at the file while nothing is to be done."""

MAX_SIZE_AT_ONCE = 4_096
"""Characters of what entries are about that may be written on the caller's thread: that takes about a millisecond."""

MAX_WAIT_AT_ONCE = 0.002
"""Seconds that the disk may take for it. Where it takes longer, the thread writes for a while."""

PAUSE_AT_ONCE, MAX_PAUSE_AT_ONCE = 10.0, 60.0
"""
For so many times what a slow one took it is not tried again, as a quick disk has slow moments, too; each further slow
one at least doubles that, up to so many seconds.
"""

Done = Callable[[LedgerError | None], None]
"""Told on the thread that wrote, or was to: None when the entry is durable, else why it is not."""


@dataclass
class Job:
    """
    An entry to write, and who is told what became of it.

    Attributes:
        entry: None where only claims are made.
        done: Told once; of what is kept also once that it could not be written for now.
        is_awaited: Somebody waits for it: where it can't be written, it is given up.
        claims: What is claimed of limits with it.
        reached: The limit that kept all of it from being written.
    """

    entry: Entry | None
    done: Done
    is_awaited: bool = True
    claims: tuple[Claim, ...] = ()
    reached: Used | None = None
    is_told: bool = False

    def tell_for_now(self, error: LedgerError) -> None:
        """Tell that it could not be written for now, the first time."""
        if not self.is_told:
            self.is_told = True
            self.done(error)


class Writer:
    """
    Writes entries in the order of `submit`, each with its own fate: one that can't be stored loses no other.

    Args:
        connection: Belongs to the writer from now on; it is closed at the end.
        gone: Told once when the file turns out to be gone.
        mask: Takes from each entry what must not be kept; called on the thread that writes: it searches all texts.

    Attributes:
        settled: How many entries have been written or given up.
        is_doubted: What is in the file is not what was written, so that a new one may be begun.
        lives: Tells which sessions still run; None while nothing is counted.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        path: Path,
        gone: Done = lambda error: None,
        mask: Mask = unmasked,
    ) -> None:
        self.settled = 0
        self.is_doubted = False
        self.lives: Lives | None = None
        self._connection = connection
        self._path = path
        self._gone = gone
        self._mask = mask
        self._place = Place(path)
        self._lost: LedgerError | None = None
        self._kept: deque[Job] = deque()
        self._renewal: _Renewal | None = None
        self._queue: SimpleQueue[tuple[Job, ...] | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._turn = threading.Lock()  # held by whoever writes: the connection, the batch and the place belong to it
        self._queued = 0  # jobs that are submitted and not written yet
        self._is_closed = False
        self._is_hurried = False
        self._slow_until, self._pause = 0.0, 0.0
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
            batch = tuple(jobs)
            self._queued += len(batch)
            self._queue.put(batch)

    def write_at_once(self, jobs: Sequence[Job]) -> bool:
        """
        Write entries on the caller's thread and tell whoever is to be told, before it returns.

        Returns:
            Whether that was done. If not, nothing was written and nobody told, and `submit` is to be used: something
            else comes first, it is too much, the disk was slow, another program writes, or it can't be written.
        """
        started = time.monotonic()
        if started < self._slow_until or sum(job.entry.size for job in jobs if job.entry) > MAX_SIZE_AT_ONCE:
            return False
        if not self._turn.acquire(blocking=False):
            return False
        try:
            if self._queued or self._kept or self._is_closed:
                return False
            self._hurry(True)
            if self._attempt([self._masked(job) for job in jobs]) is not None:
                return False
        finally:
            self._turn.release()
        if (took := time.monotonic() - started) > MAX_WAIT_AT_ONCE:
            self._pause = min(max(took * PAUSE_AT_ONCE, self._pause * 2), MAX_PAUSE_AT_ONCE)
            self._slow_until = started + self._pause
        else:
            self._pause = 0.0
        for job in jobs:
            self.settled += 1
            job.done(None)
        return True

    def begin_anew(self) -> str:
        """
        Begin a new file where the old one is gone; blocks until that is done. Returns where the old one was put.

        Raises:
            LedgerError: The file is not gone, or no new one can be made.
        """
        with self._lock:
            if self._is_closed:
                raise self._closed()
            renewal = self._renewal = _Renewal()
            self._queue.put(())
        renewal.done.wait()
        if renewal.error is not None:
            raise renewal.error
        return renewal.aside

    def close(self) -> None:
        """Write what is queued, then end; blocks until that is done. May be called again."""
        with self._lock:
            if not self._is_closed:
                self._is_closed = True
                self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        try:
            while (jobs := self._next()) is not None:
                with self._turn:
                    taken = self._take(jobs)
                    self._hurry(False)
                    self._renew()
                    self._write()
                    with self._lock:
                        self._queued -= taken
                jobs = ()  # not held while the next are waited for
        finally:
            # Reached with jobs left only through a bug: nobody may wait for ever on a thread that is gone.
            with self._lock:
                self._is_closed = True
            with self._turn:
                while (jobs := self._next()) is not None:
                    self._take(jobs)
                while self._batch:
                    self._settle(self._closed())
                for job in self._kept:
                    job.done(LedgerError(f"An entry is missing in the record {self._path}: it could not be written."))
                self._connection.close()

    def _next(self) -> tuple[Job, ...] | None:
        """Wait for entries, for a while; None once the ledger is closed and empty."""
        with self._lock:
            if self._is_closed and self._queue.empty():
                return None
        try:
            return self._queue.get(timeout=TRY_AGAIN) or ()
        except Empty:
            return ()

    def _take(self, jobs: tuple[Job, ...]) -> int:
        """Take entries and all that are queued behind them; returns how many."""
        if not jobs:
            self._look()
        rested()  # else it paused now and then within a short batch, which somebody waits for
        taken, more = 0, jobs
        with contextlib.suppress(Empty):
            while True:
                taken += len(more)
                self._batch += map(self._masked, more)
                if len(self._batch) >= MAX_PER_TRANSACTION or (behind := self._queue.get_nowait()) is None:
                    break
                more = behind
        return taken

    def _hurry(self, is_hurried: bool) -> None:
        if is_hurried != self._is_hurried:
            hurry(self._connection, is_hurried)
            self._is_hurried = is_hurried

    def _masked(self, job: Job) -> Job:
        if job.entry is not None:
            job.entry = job.entry.masked(self._mask)
        return job

    def _write(self) -> None:
        """Write what is kept and then the batch, all at once where that is possible."""
        self._batch.extendleft(reversed(self._kept))
        self._kept.clear()
        batch = tuple(self._batch)
        if not batch:
            return
        error = self._attempt(batch)
        if error is None:
            self._batch = deque(sorted(batch, key=lambda job: not job.is_awaited))  # whoever waits is told first
        concerns_all = is_locked(error) or (error is not None and error is self._lost)
        spoilt = error is not None and not concerns_all and len(batch) > 1
        for job in batch:
            # One entry may have spoilt it for all: each alone, in the same order. A lock concerns all that are left.
            if spoilt:
                error = self._attempt([job])
            if error is not None and is_of_the_file(error) and not job.is_awaited and len(self._kept) < MAX_KEPT:
                self._kept.append(self._batch.popleft())
                hint = f"{error.hint} What is missing in it is kept in memory, and written once that is possible."
                job.tell_for_now(LedgerError(error.message, hint=hint.strip()))
            else:
                self._settle(error)

    def _attempt(self, batch: Sequence[Job]) -> LedgerError | None:
        try:
            self._look()
            if self._lost is not None:
                return self._lost
            with plain_words(self._path, "written"), transaction(self._connection):
                rows.add(
                    self._connection, [job.entry for job in batch if self._is_within(job) and job.entry is not None]
                )
        except LedgerError as error:
            return error
        self._place.written()
        return None

    def _is_within(self, job: Job) -> bool:
        """Write what a job claims and what it has really used; False where a limit is reached."""
        lives = self.lives
        if lives is None:
            return True
        if job.claims:
            job.reached = uses.claim(self._connection, job.claims, lives)
        elif job.entry is not None:
            uses.follow(self._connection, job.entry)
        return job.reached is None

    def catch_up(self, since: datetime) -> None:
        """Count what nobody has counted since then, through a connection of its own; blocks until that is done."""
        connection = open_writer(self._path)
        try:
            with plain_words(self._path, "written"), transaction(connection):
                uses.catch_up(connection, since)
        finally:
            connection.close()

    def _settle(self, error: LedgerError | None) -> None:
        """Tell the first of the batch what became of its entry."""
        self.settled += 1
        self._batch.popleft().done(error)

    # --- the file ---

    def _look(self) -> None:
        """Look whether the file is still where it was opened, and as long: SQLite writes on into one that is not."""
        if self._lost is None and (problem := self._place.problem()):
            hint = "Nothing is approved until a new record was begun; the command for that, or a new start, begins one."
            self._lost = LedgerError(f"The record {self._path} {problem} while it was in use.", hint=hint)
            self._gone(self._lost)

    def _renew(self) -> None:
        """Begin a new file, where that was asked for."""
        with self._lock:
            renewal, self._renewal = self._renewal, None
        if renewal is None:
            return
        try:
            self._look()
            if self._lost is None and not self.is_doubted:
                raise LedgerError(f"The record {self._path} is in order.", hint="It goes on as it is.")
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()  # first: it writes what it still holds into the old file, and tidies up
            renewal.aside = put_aside(self._path)
            self._connection = open_writer(self._path)
            self._is_hurried = False
            self._place, self._lost, self.is_doubted = Place(self._path), None, False
        except LedgerError as error:
            renewal.error = error
        finally:
            renewal.done.set()

    def _closed(self) -> LedgerError:
        return LedgerError(f"The record {self._path} is closed.", hint="Start the program again.")


class _Renewal:
    """A wish for a new file, and what became of it."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.error: LedgerError | None = None
        self.aside = ""
