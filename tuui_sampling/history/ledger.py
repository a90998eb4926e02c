"""
The ledger: an append-only record, in SQLite, of every request and what became of it.

Nothing here blocks the event loop for longer than about a millisecond. A thread writes all but what is short and
waited for (`writer.py`); reading has connections of its own, so that a long search never delays an approval.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from ..sampling.errors import LedgerError
from . import figures, judgements, rows
from .counting import Counting
from .database import open_writer, reader
from .entry import Entry, Kind, Late, Mask, RuleUse, SpentBy, Summary, unmasked
from .figures import Figures, Risks
from .journal import Journal
from .judgements import Bounds, KeptFacts
from .no_writer import NoWriter
from .soundness import Soundness
from .uses import Claim, Used
from .waiting import Waiting
from .writer import Job, Writer

__all__ = ["Entry", "Kind", "Late", "Ledger", "RuleUse", "Summary"]

Found = TypeVar("Found")

OnFailure = Callable[[LedgerError], None]


class Ledger:
    """
    One record file, opened by `Ledger.open`. Several programs may have the same one open.

    Everything is to be called on the event loop that opened it.
    """

    def __init__(
        self, path: Path, writer: Writer | NoWriter, on_failure: OnFailure | None, mask: Mask = unmasked
    ) -> None:
        self.path, self._mask = path, mask
        self._writer, self._on_failure = writer, on_failure
        self._loop = asyncio.get_running_loop()
        self._journal: Journal | None = None
        self._waiting = Waiting(writer, self._loop)
        self._soundness = Soundness(path)
        self.counting = Counting(path, writer)

    @classmethod
    async def open(cls, path: Path, *, on_failure: OnFailure | None = None, mask: Mask = unmasked) -> "Ledger":
        """
        Open the record, making it (mode 0600, its folder 0700) where there is none.

        Args:
            path: The file; its `-wal` and `-shm` lie beside it.
            on_failure: Called on the event loop for each entry that can't be written and that nobody waits for, and
                once when the file turns out to be gone.
            mask: Takes from it what must not be kept; called by whoever writes it.

        Raises:
            LedgerError: It can't be used: no permission, damaged, locked, or written by a newer version.
        """
        connection = await asyncio.to_thread(open_writer, path)
        ledger = cls(path, NoWriter(LedgerError("")), on_failure, mask)
        ledger._writer = Writer(connection, path, ledger._note_done, mask)
        ledger._waiting = Waiting(ledger._writer, ledger._loop)
        ledger.counting = Counting(path, ledger._writer)
        ledger._journal = Journal(path)
        return ledger

    @classmethod
    def unwritable(cls, path: Path, reason: LedgerError, *, on_failure: OnFailure | None = None) -> "Ledger":
        """
        Return a ledger for a record that `open` refused: it can be read where the file allows it, and never written.

        So the program still runs: what needs a durable row fails with the reason, and rejecting works.
        """
        return cls(path, NoWriter(reason), on_failure)

    @property
    def grown(self) -> int:
        """How many entries this program has written: whoever shows the record reads it anew when this has changed."""
        return self._writer.settled

    def note(self, entry: Entry) -> None:
        """
        Write the entry soon, after all that came before it, and return at once.

        What can't be written for now, since the file is locked, full or gone, is written as soon as it can be. The
        first failure goes to `on_failure`, and so does that something is given up.
        """
        self._waiting.add(Job(entry, self._note_done, is_awaited=False))

    def keep(self, entry: Entry) -> None:
        """
        Have what is about to be returned to a server outlive this program, however that ends.

        It is not an entry of the record, unless the program ends before `note_end` has told how that went.
        """
        if self._journal is not None:
            with suppress(OSError):  # the disk is full: whoever approves anything hears of that
                self._journal.answer(entry.masked(self._mask))

    def note_end(self, entry: Entry) -> None:
        """Write the entry as `note` does: it tells whether a server has taken what `keep` was given before."""
        journal = self._journal
        if journal is None:
            self.note(entry)
            return
        with suppress(OSError):
            journal.end(entry.review, entry.kind)

        def done(error: LedgerError | None) -> None:
            if error is None:
                journal.forget(entry.review)
            self._note_done(error)

        self._waiting.add(Job(entry, done, is_awaited=False))

    async def commit(self, entry: Entry | None, claims: tuple[Claim, ...] = ()) -> Used | None:
        """
        Write the entry after all that came before it of its review, and return once it is on the disk.

        Reviews are written as they came. How others went on waits for company, but not for long, and not where
        something is claimed: a limit is held against all that is known. A caller may be cancelled; it is written.

        Args:
            entry: None to make claims alone, if any, after all that came before.
            claims: What is claimed of limits with it, once `counting` has begun: all of it is written, or nothing, and
                the limit that kept it from being written is returned.

        Raises:
            LedgerError: It was not written.
        """
        if entry is not None and not claims and self._waiting.is_written_at_once(entry):
            return None
        future: asyncio.Future[None] = self._loop.create_future()
        job = Job(entry, lambda error: self._call(self._committed, future, error), claims=claims)
        self._waiting.hand_over(job)
        await future
        return job.reached

    async def search(self, text: str = "", *, limit: int = 200, before: int | None = None) -> list[Summary]:
        """
        Return reviews, the newest first.

        Args:
            text: Every word must occur, in whatever case, in the server's, tool's or model's name, in the texts of
                the request or the responses, or in how it ended and why; or be "edited", of what was.
            limit: The most to return.
            before: Only reviews older than the one whose `Summary.row` this is.

        Raises:
            LedgerError: The record can't be read.
        """
        return await self._read(rows.search, text, limit, before)

    async def entries(self, review: str) -> list[Entry]:
        """
        Return all that happened to one review, in order; nothing when the record does not know it.

        Raises:
            LedgerError: The record can't be read.
        """
        return await self._read(rows.entries, review)

    async def answer(self, server: str, digest: str) -> Entry | None:
        """
        Return the `delivered` entry of the newest review in which this server asked the same; None without one.

        Args:
            digest: Of what was asked, as its `received` entry has it.

        Raises:
            LedgerError: The record can't be read.
        """
        return await self._read(rows.answer, server, digest)

    async def spent(self, since: datetime, by: SpentBy = "server") -> dict[str, Decimal]:
        """
        Return US dollars that calls have cost, summed up; those of unknown price count nothing.

        Args:
            since: With its zone.
            by: What the keys are: servers' configured names, models as their providers name them (and `BROKEN_OFF`),
                or days of the local time, such as "2026-07-28".

        Raises:
            LedgerError: The record can't be read.
        """
        return await self._read(rows.spent, since, by)

    async def begin_anew(self) -> str:
        """
        Begin a new record where the old one is gone or damaged; what could not be written goes into the new one.

        Returns:
            Where the old file was put, as far as there was one; an empty string else.

        Raises:
            LedgerError: There is nothing wrong with the record, or no new one can be made.
        """
        aside = await asyncio.to_thread(self._writer.begin_anew)
        self._soundness.forget()
        return aside

    async def sound(self) -> None:
        """
        Return if the newest entries of the file are what was written; it is looked at once.

        Raises:
            LedgerError: One was changed or taken out, or the record can't be read.
        """
        try:
            await self._soundness.hold()
        except LedgerError:
            self._writer.is_doubted = True
            raise

    async def standing(self, server: str) -> tuple[int, int]:
        """
        Return how many requests of a server were delivered, and how many were rejected.

        Raises:
            LedgerError: The record can't be read.
        """
        return await self._read(judgements.standing, server)

    async def rule_use(self, rule: str) -> RuleUse:
        """
        Return how much a rule has been used.

        Raises:
            LedgerError: The record can't be read.
        """
        return await self._read(judgements.rule_use, rule)

    async def named(self, typed: str) -> list[tuple[str, str]]:
        """Return the reviews that what was typed may mean, each with its key and who asked; raises a `LedgerError`."""
        return await self._read(judgements.named, typed)

    async def facts(self, since: datetime, bounds: Bounds) -> list[KeptFacts]:
        """
        Return what rules were held against since then, the oldest first; of what is alike for them, one with a count.

        Raises:
            LedgerError: The record can't be read.
        """
        return await self._read(judgements.facts, since, bounds)

    async def figures(self, since: datetime) -> tuple[dict[str, Figures], dict[str, Risks]]:
        """Return what the person decided, and how risky what was asked was, by server; raises a `LedgerError`."""
        return await self._read(figures.figures, since), await self._read(figures.risks, since)

    async def newest(self) -> datetime | None:
        """Return the time of the newest entry; None of an empty record. Raises a `LedgerError`."""
        return await self._read(judgements.newest)

    async def aclose(self) -> None:
        """Write what is queued and close the file. May be called again."""
        self._waiting.close()
        await asyncio.to_thread(self._writer.close)
        self.counting.close()
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    async def _read(self, what: Callable[..., Found], *given: object) -> Found:
        """Read in a thread, through a connection of its own."""

        def run() -> Found:
            with reader(self.path) as connection:
                return what(connection, *given)

        return await asyncio.to_thread(run)

    def _note_done(self, error: LedgerError | None) -> None:
        """Hear from the writer's thread; the event loop is only woken where there is something to tell."""
        if error is not None:
            self._call(self._noted, error)

    def _call(self, function: Callable[..., None], *args: object) -> None:
        """Call on the event loop, from the writer's thread."""
        # A closed loop: the program is on its way out, and nobody is left to be told.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(function, *args)

    def _noted(self, error: LedgerError | None) -> None:
        if error is not None and self._on_failure is not None:
            self._on_failure(error)

    def _committed(self, future: "asyncio.Future[None]", error: LedgerError | None) -> None:
        if future.cancelled():
            self._noted(error)
        elif error is not None:
            future.set_exception(error)
        else:
            future.set_result(None)
