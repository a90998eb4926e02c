"""Remembers where every row of a document begins, and which of them have been seen: a few bytes for each row."""

from array import array
from bisect import bisect_left, bisect_right
from typing import NamedTuple

FOLD = 2**32 - 1
"""Stands for the passage of the one row that a folded part has."""

ROOM = 2**31
"""Stands for the start of the rows that are kept free below a passage: beyond every text's end."""


class Place(NamedTuple):
    """
    Where a row begins; places are ordered as rows are.

    Attributes:
        part: The part's number.
        passage: The passage's number in it.
        start: Where the row's piece begins in the passage's text.
        offset: Where the row begins in the piece as it is shown.
    """

    part: int
    passage: int = 0
    start: int = 0
    offset: int = 0


class RowTable:
    """
    The rows that are known, in order.

    Attributes:
        unseen: How many of them have not been seen.
    """

    def __init__(self) -> None:
        """Hold no rows."""
        self._parts = array("I")
        self._passages = array("I")
        self._starts = array("I")
        self._offsets = array("I")
        self._seen = bytearray()
        self.unseen = 0

    def __len__(self) -> int:
        return len(self._seen)

    def append(self, place: Place, *, seen: bool) -> None:
        """Add a row at the end."""
        self._parts.append(place.part)
        self._passages.append(place.passage)
        self._starts.append(place.start)
        self._offsets.append(place.offset)
        self._seen.append(seen)
        self.unseen += not seen

    def place(self, row: int) -> Place:
        """Return where a row begins."""
        return Place(self._parts[row], self._passages[row], self._starts[row], self._offsets[row])

    def is_seen(self, row: int) -> bool:
        """Whether a row has been seen."""
        return bool(self._seen[row])

    def see(self, row: int) -> bool:
        """Note that a row has been seen; False when it had been before."""
        if self._seen[row]:
            return False
        self._seen[row] = 1
        self.unseen -= 1
        return True

    def next_unseen(self, row: int) -> int:
        """Return the first row from there on that has not been seen; -1 when there is none."""
        return self._seen.find(0, row)

    def unseen_between(self, first: int, last: int) -> int:
        """Return how many rows from `first` up to (not with) `last` have not been seen."""
        return self._seen.count(0, first, last)

    def part(self, row: int) -> int:
        """Return the part that a row is of."""
        return self._parts[row]

    def of_part(self, part: int) -> tuple[int, int]:
        """Return the first row of a part, and the first after it."""
        first = bisect_left(self._parts, part)
        return first, bisect_right(self._parts, part, first)

    def row_of(self, place: Place) -> int:
        """Return the last row that begins at a place or before it, within the place's part where that has rows."""
        low, high = self.of_part(place.part)
        if low == high:
            return max(0, low - 1)
        first = low
        for known, wanted in ((self._passages, place.passage), (self._starts, place.start)):
            low, high = bisect_left(known, wanted, low, high), bisect_right(known, wanted, low, high)
            if low == high:  # nothing begins exactly there
                return max(first, low - 1)
        return max(low, bisect_right(self._offsets, place.offset, low, high) - 1)

    def replace(self, first: int, last: int, other: "RowTable") -> None:
        """Put other rows in the place of those from `first` up to (not with) `last`."""
        self.unseen += other.unseen - self.unseen_between(first, last)
        self._parts[first:last] = other._parts
        self._passages[first:last] = other._passages
        self._starts[first:last] = other._starts
        self._offsets[first:last] = other._offsets
        self._seen[first:last] = other._seen

    def cut(self, first: int) -> None:
        """Forget the rows from there on."""
        self.replace(first, len(self), RowTable())
