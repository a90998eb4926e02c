"""What calls have cost, as a table: by server, by model, and by day. No widget, no file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from ...history.ledger import Ledger
from ...sampling.item import Item
from ...sampling.review import Review
from .format import dollars

SPANS = (("today", 0), ("7 days", 6), ("30 days", 29))
"""What the columns are called, and how many whole days before today each goes back."""

DAYS_SHOWN = 14


@dataclass(frozen=True)
class Costs:
    """
    What was spent, in US dollars; calls of unknown price count nothing.

    Attributes:
        servers: For each of `SPANS`, by server.
        models: For each of `SPANS`, by model.
        days: By day of the local time, for the longest span.
    """

    servers: Sequence[Mapping[str, Decimal]]
    models: Sequence[Mapping[str, Decimal]]
    days: Mapping[str, Decimal]


async def read_costs(ledger: Ledger, now: datetime) -> Costs:
    """
    Sum up what the record says.

    Args:
        now: With its zone; spans begin at its midnights.

    Raises:
        LedgerError: The record can't be read.
    """
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    begins = [midnight - timedelta(days=days) for _label, days in SPANS]
    return Costs(
        [await ledger.spent(begin, "server") for begin in begins],
        [await ledger.spent(begin, "model") for begin in begins],
        await ledger.spent(begins[-1], "day"),
    )


def amount_words(amount: Decimal | None) -> str:
    return dollars(amount) if amount else "–"


class Spending:
    """
    A sum that grows as prices come to be known, and starts anew at midnight.

    Attributes:
        total: US dollars; calls of unknown price count nothing.
    """

    def __init__(self, today: Callable[[], date] = date.today) -> None:
        """Begin with nothing."""
        self.total = Decimal()
        self._today = today
        self._day = today()
        self._counted: dict[tuple[str, int], Decimal] = {}

    @property
    def since(self) -> datetime:
        """The midnight from which on it counts."""
        return datetime.combine(self._day, datetime.min.time()).astimezone()

    def begin(self, before: Decimal) -> None:
        """Add what was spent today before this session."""
        self.total += before

    def note(self, item: Item) -> None:
        """Count what is new of a review's costs."""
        if not isinstance(item, Review):
            return
        if self._day != self._today():
            self._day, self.total = self._today(), Decimal()
        for candidate in item.candidates:
            if candidate.cost is not None and not candidate.earlier:
                key = (item.key, candidate.number)
                self.total += candidate.cost - self._counted.get(key, Decimal())
                self._counted[key] = candidate.cost
