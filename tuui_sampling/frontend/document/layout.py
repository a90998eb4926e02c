"""Lays parts out as rows, a piece at a time, so that the event loop is never held for long."""

from collections.abc import Iterator

from .coverage import Coverage
from .passage import MARGIN, Passage, Style
from .rows import FOLD, ROOM, Place, RowTable
from .texts import Texts, show
from .wrapping import Graphemes, hang_of, row_starts

EDGE = 1
"""Cells at the end of a row that are kept free for the mark of a broken word."""

MIN_WIDTH = 8
"""Cells of text that a row has at least, so that every character fits."""


class Layout:
    """
    Lays out parts at one width.

    Attributes:
        width: Cells of text in a row.
        folded: The parts of which one row stands for all.
        hidden: How many rows each of them has.
        room: Below which passage of which part so many rows are kept free.
    """

    def __init__(self, texts: Texts, width: int, graphemes: Graphemes, coverage: Coverage, folded: set[int]) -> None:
        """Lay out rows of `width` cells, margin and edge included."""
        self._texts = texts
        self.width = max(MIN_WIDTH, width - MARGIN - EDGE)
        self._graphemes = graphemes
        self._coverage = coverage
        self.folded = folded
        self.hidden: dict[int, int] = {}
        self.room: tuple[int, int, int] | None = None

    def starts(self, passage: Passage, text: str, piece_start: int, shown: str) -> list[int]:
        """Return where the rows of a piece begin."""
        return row_starts(shown, self.width, self._graphemes, self.hang(passage, text, piece_start))

    def hang(self, passage: Passage, text: str, piece_start: int) -> int:
        """Return by how much the rows of a piece after the first are indented."""
        return hang_of(text, piece_start, self.width) if passage.style is Style.OUTLINE else 0

    def lay(self, number: int, table: RowTable, passage: int = 0, start: int = 0) -> Iterator[None]:
        """Add the rows of a part to a table, from a piece of a passage on."""
        self.hidden.pop(number, None)
        first = len(table)
        passages = self._texts.part(number).passages
        for index in range(passage, len(passages)):
            text = yield from self._texts.write(number, index)
            at: int | None = start if index == passage else 0
            while at is not None:
                after = Place(number, index + 1) if index + 1 < len(passages) else Place(number + 1)
                at = self._lay_piece(Place(number, index, at), after, text, table)
                yield
            if self.room is not None and self.room[:2] == (number, index):
                for row in range(self.room[2]):
                    table.append(Place(number, index, ROOM, row), seen=True)
        if number in self.folded and len(table) > first:
            self.hidden[number] = len(table) - first
            table.cut(first)
            table.append(Place(number, FOLD), seen=True)

    def _lay_piece(self, at: Place, after: Place, text: str, table: RowTable) -> int | None:
        """Add the rows of one piece; `after` is where what follows the passage begins."""
        passage = self._texts.passage(at.part, at.passage)
        piece, revealed = show(text, passage, at.start)
        if piece.next is not None:
            after = Place(at.part, at.passage, piece.next)
        starts = self.starts(passage, text, at.start, revealed.text)
        for row, offset in enumerate(starts):
            place = Place(at.part, at.passage, at.start, offset)
            end = Place(at.part, at.passage, at.start, starts[row + 1]) if row + 1 < len(starts) else after
            table.append(place, seen=not passage.counts or (bool(self._coverage) and self._coverage.holds(place, end)))
        return piece.next
