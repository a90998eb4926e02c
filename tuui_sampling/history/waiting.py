"""
Keeps entries back until they are written: those that nobody waits for wait for company, and what somebody waits for
takes along what came before it of its review.
"""

import asyncio

from ..sampling.errors import LedgerError
from .entry import Entry, Kind
from .no_writer import NoWriter
from .writer import Job, Writer

LINGER = 0.02
"""
Seconds that an entry which nobody waits for may lie in memory. It waits for company: each transaction costs a wait for
the disk, and each word to the writer's thread takes the processor from the event loop.
"""


class Waiting:
    """What has not been handed to the writer yet; used on the event loop alone."""

    def __init__(self, writer: Writer | NoWriter, loop: asyncio.AbstractEventLoop) -> None:
        """Keep nothing yet."""
        self._writer, self._loop = writer, loop
        self._pending, self._since = list[Job](), 0.0
        self._arrived = set[str]()  # the reviews whose first entry is among them
        self._flushing: asyncio.TimerHandle | None = None
        self._has_written = False

    def add(self, job: Job) -> None:
        """Have an entry written soon, which nobody waits for."""
        if not self._pending:
            self._since = self._loop.time()
        self._pending.append(job)
        if job.entry is not None and job.entry.kind is Kind.RECEIVED:
            self._arrived.add(job.entry.review)
        if self._flushing is None:
            self._flushing = self._loop.call_later(LINGER, self._lingered)

    def hand_over(self, job: Job) -> None:
        """Have an entry written now that somebody waits for, with what came before it; of all where claims are made."""
        # What has waited for long is taken along: else it took a transaction of its own soon.
        takes_all = bool(job.claims) or self._loop.time() >= self._since + LINGER / 2
        due, others = self._parted(None if takes_all or job.entry is None else job.entry.review)
        self._keep(others)
        self._submit([*due, job])

    def is_written_at_once(self, entry: Entry) -> bool:
        """
        Write an entry, and what came before it of its review, without the thread, where that is short.

        That is done once in each turn of the event loop: more that come together share one wait for the disk.
        """
        if self._has_written:
            return False
        due, others = self._parted(entry.review)
        if not self._writer.write_at_once([*due, Job(entry, _tell_nobody)]):
            return False
        self._keep(others)
        self._has_written = True
        self._loop.call_soon(self._next_turn)
        return True

    def close(self) -> None:
        """Hand over all that is left."""
        if self._flushing is not None:
            self._flushing.cancel()
        self._flush()

    def _next_turn(self) -> None:
        self._has_written = False

    def _lingered(self) -> None:
        """Hand over what has waited for so long; what has come since a commit took the rest waits on."""
        self._flushing = None
        if self._pending and (due := self._since + LINGER) > self._loop.time():
            self._flushing = self._loop.call_at(due, self._lingered)
        else:
            self._flush()

    def _flush(self) -> None:
        if jobs := self._pending:
            self._keep([])
            self._submit(jobs)

    def _parted(self, review: str | None) -> tuple[list[Job], list[Job]]:
        """Return what is written before the next entry of a review (None: all), and what waits, each in its order."""
        if review is None:
            return self._pending, []
        due = self._arrived | {review}
        parted: tuple[list[Job], list[Job]] = [], []
        for job in self._pending:
            parted[job.entry is not None and job.entry.review not in due].append(job)
        return parted

    def _keep(self, jobs: list[Job]) -> None:
        """Keep what waits on: nothing of a review that has come meanwhile."""
        self._pending = jobs
        self._arrived.clear()

    def _submit(self, jobs: list[Job]) -> None:
        try:
            self._writer.submit(jobs)
        except LedgerError as error:
            for job in jobs:
                job.done(error)


def _tell_nobody(error: LedgerError | None) -> None:
    """Do nothing: whoever waits for the entry has it written himself."""
