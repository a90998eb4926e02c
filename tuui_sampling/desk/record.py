"""Writes the record's rows of what is on the desk, and reads from it what decisions are held against."""

from collections.abc import Sequence
from datetime import UTC, datetime

from ..history.entry import JUDGED
from ..history.ledger import Entry, Kind, Late, Ledger
from ..history.uses import Claim, Used
from ..policy.risk import Standing
from ..sampling.errors import LedgerError
from ..sampling.item import Item
from ..sampling.phase import Phase
from ..sampling.request import Json
from .withheld import without_texts


class Record:
    """The rows that a desk writes, and what it reads."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._standings: dict[str, Standing] = {}
        self._judged: dict[str, Late] = {}

    def note(self, item: Item, kind: Kind, data: dict[str, Json], late: Late | None = None) -> None:
        """
        Have a row written soon, in order.

        Args:
            late: Returns more of the data, beside the event loop.
        """
        self._ledger.note(self._entry(item, kind, data, self._with_judged(item, late)))

    def judged(self, item: Item, data: Late) -> None:
        """Have a judgement written with the row that follows: rows of their own cost as much as the judging does."""
        self._judged[item.key] = data

    def write_judged(self, item: Item) -> None:
        """Have it written in a row of its own where no other follows at once."""
        if (judged := self._judged.pop(item.key, None)) is not None:
            self.note(item, Kind.JUDGED, {}, judged)

    def keep(self, item: Item, data: dict[str, Json]) -> None:
        """Have what is about to be returned outlive this program, however that ends."""
        self._ledger.keep(self._entry(item, Kind.ANSWERED, data))

    def note_end(self, item: Item, kind: Kind, data: dict[str, Json]) -> None:
        """Have a row written soon that tells whether the server has taken what was kept."""
        self._ledger.note_end(self._entry(item, kind, data, self._with_judged(item)))

    async def commit(
        self, item: Item, kind: Kind, data: dict[str, Json], claims: Sequence[Claim] = ()
    ) -> LedgerError | Used | None:
        """
        Write a row and return once it is durable, or what kept it from being so.

        Args:
            claims: What of limits is claimed with it.
        """
        judged = self._judged.get(item.key)
        kept: LedgerError | Used | None
        try:
            kept = await self._ledger.commit(self._entry(item, kind, data, self._with_judged(item)), tuple(claims))
        except LedgerError as error:
            kept = error
        if kept is not None and judged is not None:  # it goes with the next row
            self._judged[item.key] = judged
        return kept

    async def earlier_answer(self, server: str, digest: str) -> Entry | None:
        """
        Return how this server was answered when it last asked the same; None when it never was.

        Raises:
            LedgerError: The record can't be read.
        """
        return await self._ledger.answer(server, digest)

    async def standing(self, server: str) -> Standing:
        """Return what became of a server's requests; a record that can't be read knows of none."""
        if server not in self._standings:
            try:
                self._standings[server] = Standing(*await self._ledger.standing(server))
            except LedgerError:
                return Standing()
        return self._standings[server]

    def ended(self, server: str, phase: Phase) -> None:
        """Note how a request of a server's ended, where its standing is known."""
        if (known := self._standings.get(server)) is not None:
            delivered, rejected = phase is Phase.DELIVERED, phase is Phase.REJECTED
            self._standings[server] = Standing(known.delivered + delivered, known.rejected + rejected)

    async def fault(self) -> str:
        """Return what is wrong with the record, so that nothing may pass by it; an empty string when all is well."""
        try:
            await self._ledger.sound()
        except LedgerError as error:
            return error.message
        return ""

    def _with_judged(self, item: Item, late: Late | None = None) -> Late | None:
        """Return the rest of a row, with what was judged before."""
        judged = self._judged.pop(item.key, None)
        if judged is None:
            return late
        return lambda: {JUDGED: judged(), **(late() if late is not None else {})}

    def _entry(self, item: Item, kind: Kind, data: dict[str, Json], late: Late | None = None) -> Entry:
        return Entry(
            review=item.key,
            number=item.id,
            kind=kind,
            server=item.origin.server,
            at=datetime.now(UTC),
            data=data if item.keeps_texts else without_texts(data),
            late=late if late is None or item.keeps_texts else lambda: without_texts(late()),
            size=len(item.origin.raw),
        )
