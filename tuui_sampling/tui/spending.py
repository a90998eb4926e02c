"""What calls have cost today: what the record says of the time before this session, and all since."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from ..sampling.review import Item, Review


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
