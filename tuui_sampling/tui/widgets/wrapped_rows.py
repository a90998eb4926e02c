"""
Long text → rows of a given width, a piece at a time, so that a viewer of megabytes can paint at once.

The text is taken in pieces: a line, or a part of one that is very long. A piece is revealed and wrapped when the
index comes by, and revealed again when one of its rows is drawn; only where rows begin is remembered.
"""

import re
import unicodedata
from array import array
from bisect import bisect_right, insort
from dataclasses import dataclass

from rich.cells import split_graphemes

from ...sampling.hidden_characters import JOINER
from ...sampling.visible import Revealed, reveal, visible

PIECE = 16_384
"""Characters of one line that are revealed and wrapped together."""

_KEPT_PIECES = 64
_ONE_CELL_EACH = re.compile("[ -~¡-¬®-˿Ͱ-ͷ΄-ϿЀ-҂Ҋ-ԯ–-‧‹-⁞␀-␦⟪⟫]*")
"""Text of scripts whose every character is one cell wide: it is wrapped without measuring."""


@dataclass(frozen=True)
class Row:
    """
    One row of the wrapped text.

    Attributes:
        piece: What its piece is shown as.
        start: Where the row starts in `piece.text`; `end` is where it ends.
    """

    piece: Revealed
    start: int
    end: int


class Rows:
    """
    The rows of a text at one width. `count` grows as `index` goes on, until `is_complete`.

    Offsets are indices into the text as it came.
    """

    def __init__(self, text: str, width: int) -> None:
        """Index nothing yet. A width below 2 cells counts as 2, so that wide characters fit."""
        self._text = text
        self._width = max(2, width)
        self._indexed = 0
        self.is_complete = False
        self._starts = array("Q")  # offset of each piece
        self._ends = array("Q")  # and of its end, without the newline
        self._first_rows = array("Q")  # the row that each piece begins with
        self._offsets = array("Q")  # where each row begins in its piece as it is shown
        self._recent: dict[int, Revealed] = {}

    @property
    def count(self) -> int:
        """How many rows are known."""
        return len(self._offsets)

    def index(self, characters: int) -> None:
        """Go on by about so many characters of the text."""
        self.index_to(self._indexed + characters)

    def index_to(self, offset: int) -> None:
        """Go on until the row that holds `offset` is known."""
        while not self.is_complete and self._indexed <= offset:
            start = self._indexed
            end, self._indexed, self.is_complete = self._next_piece(start)
            self._starts.append(start)
            self._ends.append(end)
            self._first_rows.append(self.count)
            self._offsets.extend(row_starts(_shown(self._text[start:end]).text, self._width))

    def row(self, number: int) -> Row:
        """Return a known row."""
        piece = bisect_right(self._first_rows, number) - 1
        revealed = self._revealed(piece)
        last = number + 1 == self.count or self._offsets[number + 1] == 0
        return Row(revealed, self._offsets[number], len(revealed.text) if last else self._offsets[number + 1])

    def offset(self, number: int) -> int:
        """Return where a row begins in the text; rows after the known ones begin where the index stands."""
        if number >= self.count:
            return len(self._text) if self.is_complete else self._indexed
        piece = bisect_right(self._first_rows, number) - 1
        start, length = self._starts[piece], self._ends[piece] - self._starts[piece]
        shown = self._offsets[number]
        if shown == 0:
            return start
        # Marks are longer than what they stand for; where rows begin is good enough in proportion.
        return start + min(length, shown * length // len(self._revealed(piece).text))

    def row_of(self, offset: int) -> int:
        """Return the row that holds an offset of the text, going on with the index as far as needed."""
        self.index_to(offset)
        piece = bisect_right(self._starts, offset) - 1
        start = self._starts[piece]
        shown = len(_shown(self._text[start : min(offset, self._ends[piece])]).text)
        first = self._first_rows[piece]
        last = self._first_rows[piece + 1] if piece + 1 < len(self._first_rows) else self.count
        return bisect_right(self._offsets, shown, first, last) - 1

    def _next_piece(self, start: int) -> tuple[int, int, bool]:
        """Return the end of the piece at `start`, where the next one starts, and whether there is none."""
        text, limit = self._text, start + PIECE
        if (newline := text.find("\n", start, limit + 2)) >= 0:
            return newline, newline + 1, False
        if limit >= len(text):
            return len(text), len(text), True
        space = text.rfind(" ", limit - PIECE // 16, limit)
        cut = space + 1 if space >= 0 else _before_a_base(text, limit)
        return cut, cut, False

    def _revealed(self, piece: int) -> Revealed:
        """Return a piece as it is shown; the last few are kept."""
        if (known := self._recent.get(piece)) is None:
            known = _shown(self._text[self._starts[piece] : self._ends[piece]])
            if len(self._recent) >= _KEPT_PIECES:
                del self._recent[next(iter(self._recent))]
            self._recent[piece] = known
        return known


class Coverage:
    """Which stretches of a text have been on the screen."""

    def __init__(self) -> None:
        """Nothing has."""
        self._stretches: list[tuple[int, int]] = []

    def add(self, start: int, end: int) -> None:
        """Count a stretch; stretches that touch become one."""
        apart = []
        for low, high in self._stretches:
            if high < start or low > end:
                apart.append((low, high))
            else:
                start, end = min(start, low), max(end, high)
        self._stretches = apart
        insort(self._stretches, (start, end))

    def fraction(self, length: int) -> float:
        """Return how much of a text of that length has been covered, 0 to 1; all of an empty one has."""
        return sum(end - start for start, end in self._stretches) / length if length else 1.0


def row_starts(shown: str, width: int) -> list[int]:
    """Return where the rows of one line begin, wrapped between words where possible; `width` is in cells."""
    if _ONE_CELL_EACH.fullmatch(shown) is None:
        return _measured_row_starts(shown, width)
    starts, start = [0], 0
    while len(shown) - start > width:
        space = shown.rfind(" ", start + 1, start + width + 1)
        start = space + 1 if space >= 0 else start + width
        if start < len(shown):
            starts.append(start)
    return starts


def _measured_row_starts(shown: str, width: int) -> list[int]:
    """Do the same for text whose characters differ in width."""
    starts = [0]
    used = after_space = used_at_space = 0
    for start, end, cells in split_graphemes(shown)[0]:
        if used + cells > width and start > starts[-1]:
            if after_space > starts[-1]:
                starts.append(after_space)
                used -= used_at_space
            else:
                starts.append(start)
                used = 0
        used += cells
        if shown[start] == " ":
            after_space, used_at_space = end, used
    return starts


def _shown(piece: str) -> Revealed:
    """Return what to draw for a piece; tabs become spaces, since a terminal's own tab stops are not ours."""
    piece = piece.replace("\t", "    ")
    return Revealed(piece) if visible(piece) is piece else reveal(piece)


def _before_a_base(text: str, position: int) -> int:
    """Return the first position from there on where no combined character is cut, if there is one near."""
    for near in range(position, min(position + 64, len(text))):
        if JOINER not in text[near - 1 : near + 1] and not unicodedata.category(text[near]).startswith("M"):
            return near
    return position
