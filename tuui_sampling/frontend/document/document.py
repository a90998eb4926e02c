"""
Shows parts as one list of wrapped rows, and knows which of them have been seen.

Rows are laid out from the top, as many as are needed at once and the rest in steps (`grow`). What has been seen is
kept by place, so that another width changes nothing about it; a part that has changed is unseen again (`change`).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from time import perf_counter

from ..presentation.json_kinds import Stretch
from .coverage import Coverage
from .layout import Layout
from .passage import MARGINS, NOTED, Outline, Part, Parts, Passage, Style
from .rows import FOLD, ROOM, Place, RowTable
from .texts import Texts
from .wrapping import Graphemes

SLICE = 0.004
"""Seconds of laying out between two other events."""

SHORT = 65_536
"""Characters of a changed part that are laid out at once; a longer one, and all below it, is laid out in steps."""


@dataclass(frozen=True)
class Row:
    """
    One row, as it is drawn.

    Attributes:
        field: Of its part.
        margin: What it begins with, ours: it tells our words from foreign ones.
        text: Revealed; `marked` are the stretches of our marks in it, `found` those of what was searched for, and
            `stressed` those of what differs, and `noted` those of what the notes below it are about; `kinds` say what
            JSON is made of.
        breaks: The word at its end goes on in the next row.
        picture: Names the picture that is drawn over it; `picture_row` is which of its rows this one is.
    """

    place: Place
    field: str
    style: Style
    margin: str
    text: str
    marked: tuple[tuple[int, int], ...] = ()
    found: tuple[tuple[int, int], ...] = ()
    breaks: bool = False
    sent: bool = True
    picture: str = ""
    picture_row: int = 0
    stressed: tuple[tuple[int, int], ...] = ()
    noted: tuple[tuple[int, int], ...] = ()
    kinds: tuple[Stretch, ...] = ()


class Document:
    """The rows of some parts at one width."""

    def __init__(self, parts: Parts, graphemes: Graphemes) -> None:
        """Show parts; `resize` has to be called before there are rows."""
        self._graphemes = graphemes
        self._texts = Texts(parts)
        self._coverage = Coverage()
        self._folded: set[int] = set()
        self._table = RowTable()
        self._layout = self._laid_out(0)
        self._growing: Iterator[None] = iter(())
        self._laid = 0
        self.is_complete = False
        self.searched: re.Pattern[str] | None = None

    # --- laying out ---

    @property
    def parts(self) -> Parts:
        """What is shown."""
        return self._texts.parts

    @property
    def texts(self) -> Texts:
        """The texts of the parts."""
        return self._texts

    @property
    def count(self) -> int:
        """How many rows are known; all of them when `is_complete`."""
        return len(self._table)

    def resize(self, width: int) -> None:
        """Wrap at another width; rows have to be laid out anew."""
        room, self._layout = self._layout.room, self._laid_out(width)
        self._layout.room = room
        self._table = RowTable()
        self._go_on_from(0)

    def grow(self, seconds: float = SLICE, rows: int | None = None) -> None:
        """Lay out more for about so long; and no more than so many rows, where that is given."""
        end = perf_counter() + seconds
        while not self.is_complete and (rows is None or self.count < rows) and perf_counter() < end:
            self.is_complete = next(self._growing, True) is True

    def grow_all(self) -> None:
        """Lay out all there is."""
        for _step in self._growing:
            pass
        self.is_complete = True

    def _laid_out(self, width: int) -> Layout:
        return Layout(self._texts, width, self._graphemes, self._coverage, self._folded)

    def _go_on_from(self, part: int, passage: int = 0, start: int = 0) -> None:
        self._laid = part
        self._growing = self._steps(part, passage, start)
        self.is_complete = False

    def _steps(self, part: int, passage: int, start: int) -> Iterator[None]:
        """Lay out everything from a part on, a piece at a time."""
        while part < len(self.parts):  # there may be more of them by then
            self._laid = part
            yield from self._layout.lay(part, self._table, passage, start)
            passage = start = 0
            self._laid = part = part + 1

    # --- rows ---

    def row(self, number: int) -> Row:
        """Return a known row."""
        place = self._table.place(number)
        part = self._texts.part(place.part)
        if place.passage == FOLD:
            return self._fold_row(place, part)
        if place.start == ROOM:
            return Row(place, part.field, Style.MUTED, "  ", "", sent=part.sent)
        passage = part.passages[place.passage]
        piece, revealed = self._texts.piece(place.part, place.passage, place.start)
        after = self._table.place(number + 1) if number + 1 < self.count else None
        last = after is None or after[:3] != place[:3]
        end = len(revealed.text) if last or after is None else after.offset
        text = revealed.text[place.offset : end]
        margin = MARGINS[passage.style][place.start > 0 or place.offset > 0]
        if place.offset:
            whole = self._texts.text(place.part, place.passage) if passage.style is Style.OUTLINE else ""
            margin += " " * self._layout.hang(passage, whole, place.start)
        return Row(
            place,
            part.field,
            passage.style,
            margin,
            text,
            tuple(_within(revealed.marked, place.offset, end)),
            tuple(_within(self._found_in(revealed.text), place.offset, end)),
            breaks=piece.in_word if last else not text.endswith(" "),
            sent=part.sent,
            picture=passage.picture,
            picture_row=place.start if passage.picture else 0,
            stressed=tuple(_within(self._texts.stressed(*place[:3]), place.offset, end)) if passage.stressed else (),
            noted=tuple(_within(self._texts.noted(*place[:3]), place.offset, end)) if passage.style in NOTED else (),
            kinds=tuple(_kinds_within(self._texts.kinds(*place[:3]), place.offset, end)),
        )

    def place(self, row: int) -> Place:
        """Return where a row begins."""
        return self._table.place(row)

    def row_of(self, place: Place) -> int:
        """Return the row that holds a place, as far as rows are known."""
        return self._table.row_of(place)

    def row_at(self, part: int, passage: int, offset: int) -> int:
        """Return the row that holds a character of a passage's text."""
        row = self._table.row_of(Place(part, passage, offset, 0))
        place = self._table.place(row)
        if (place.part, place.passage) != (part, passage):
            return row
        before = self._texts.shown_before(part, passage, place.start, offset)
        return self._table.row_of(place._replace(offset=len(before)))

    def part_of(self, row: int) -> int:
        """Return the part that a row is of."""
        return self._table.part(row)

    def rows_of(self, part: int) -> tuple[int, int]:
        """Return the first row of a part, and the first after it."""
        return self._table.of_part(part)

    def is_known(self, part: int) -> bool:
        """Whether all rows of a part are known."""
        return self.is_complete or part < self._laid

    def _fold_row(self, place: Place, part: Part) -> Row:
        count = self._layout.hidden.get(place.part, 0)
        words = f"{count:,} row{'s'[: count != 1]} folded, not seen" + (f" · {part.field}" if part.field else "")
        return Row(place, part.field, Style.MUTED, "▸ ", words, sent=part.sent)

    def _found_in(self, text: str) -> Iterable[tuple[int, int]]:
        return (match.span() for match in self.searched.finditer(text)) if self.searched is not None else ()

    # --- what has been seen ---

    def see(self, first: int, last: int) -> bool:
        """Note that the rows from `first` up to (not with) `last` have been seen; whether any had not been before."""
        news = False
        for row in range(first, min(last, self.count if self.is_complete else self.count - 1)):
            place = self._table.place(row)
            if place.passage == FOLD or not self._table.see(row):
                continue
            after = self._table.place(row + 1) if row + 1 < self.count else Place(place.part + 1)
            self._coverage.add(place, after if after.part == place.part else Place(place.part + 1))
            news = True
        return news

    @property
    def unseen(self) -> int:
        """How many rows have not been seen, those that are folded included; of those that are known."""
        return self._table.unseen + sum(self._layout.hidden.values())

    @property
    def is_seen(self) -> bool:
        """Whether every row has been seen."""
        return self.is_complete and self.unseen == 0

    def is_row_seen(self, row: int) -> bool:
        """Whether a row has been seen."""
        return self._table.is_seen(row) and self._table.place(row).passage != FOLD

    def next_unseen(self, row: int) -> int | None:
        """Return the first row from there on that has not been seen, starting over at the top; None without any."""
        found = self._table.next_unseen(row)
        if found < 0:
            found = self._table.next_unseen(0)
        folded = [self.rows_of(part)[0] for part in self._layout.hidden]
        if found < 0:
            return min(folded, default=None)
        return found

    def unseen_parts(self) -> Iterator[tuple[Part, int]]:
        """Yield every part that has rows which have not been seen, and how many; as far as rows are known."""
        row = self._table.next_unseen(0)
        hidden = sorted(self._layout.hidden)
        while row >= 0 or hidden:
            part = self._table.part(row) if row >= 0 else len(self.parts)
            while hidden and hidden[0] < part:
                yield self._texts.part(hidden[0]), self._layout.hidden[hidden.pop(0)]
            if row >= 0:
                end = self.rows_of(part)[1]
                yield self._texts.part(part), self._table.unseen_between(row, end)
                row = self._table.next_unseen(end)

    # --- what the person and the program do ---

    def is_folded(self, part: int) -> bool:
        """Whether one row stands for all of a part."""
        return part in self._folded

    def turn(self, part: int) -> None:
        """Fold a part, or unfold it."""
        self._folded ^= {part}
        self._lay_again(part)

    def make_room(self, part: int, passage: int, rows: int) -> bool:
        """Keep so many rows free below a passage, and nowhere else; returns whether that changed anything."""
        before = self._layout.room
        self._layout.room = room = (part, passage, rows) if rows > 0 else None
        if room != before:
            for number in sorted({one[0] for one in (before, room) if one is not None}):
                self._lay_again(number)
        return room != before

    def change(self, part: int) -> None:
        """Note that a part is new: none of it has been seen."""
        self._texts.forget(part)
        self._coverage.forget(Place(part), Place(part + 1))
        self._lay_again(part)

    def go_on(self) -> None:
        """Note that parts were added at the end."""
        if self.is_complete:
            self._go_on_from(self._laid)

    def become(self, parts: Parts) -> int:
        """
        Show other parts in the place of these: what both have in common stays laid out, and seen.

        Text that grows at its end, as that of a response which is being written, costs no more than what was added.

        Returns:
            The first row that is laid out anew.
        """
        place = self._difference(parts)
        for number in range(place.part + 1, min(len(parts), len(self.parts))):
            if parts[number] != self._texts.part(number):
                self._coverage.forget(Place(number), Place(number + 1))
        self._coverage.forget(place, Place(place.part + 1))
        self._coverage.forget(Place(len(parts)), Place(FOLD))
        self._folded -= {number for number in self._folded if number >= len(parts)}
        if self.count:
            place = min(place, self._last_piece(self.count - 1))
        self._texts.become(parts)
        for number in [number for number in self._layout.hidden if number >= len(parts)]:
            del self._layout.hidden[number]
        row = self._table.row_of(place) if self.count else 0
        if self.count and self._table.place(row) < place:
            row += 1
        self._table.cut(row)
        self._go_on_from(*place[:3])
        return row

    def _difference(self, parts: Parts) -> Place:
        """Return where other parts begin to differ from these, as far back as rows may break otherwise."""
        for number in range(min(len(parts), len(self.parts))):
            old, new = self._texts.part(number), parts[number]
            if old == new:
                continue
            for index, (before, after) in enumerate(zip(old.passages, new.passages, strict=False)):
                if before == after:
                    continue
                if isinstance(before.text, str) and isinstance(after.text, str) and after.text.startswith(before.text):
                    return self._end_of(number, index)
                return Place(number, index)
            return Place(number, min(len(old.passages), len(new.passages)))
        return Place(min(len(parts), len(self.parts)))

    def _end_of(self, part: int, passage: int) -> Place:
        """Return where the last piece of a passage begins, as far as it is laid out."""
        row = self._table.row_of(Place(part, passage, FOLD)) if self.count else 0
        if not self.count or self._table.place(row)[:2] != (part, passage):
            return Place(part, passage)
        return self._last_piece(row)

    def _last_piece(self, row: int) -> Place:
        """Return where a row's piece begins; or, where that begins within a line, the one before, which may go on."""
        place = self._table.place(row)
        if place.passage == FOLD:
            return Place(place.part)
        if self._texts.text(place.part, place.passage)[place.start - 1 : place.start] == "\n":
            return place._replace(offset=0)
        first = self._table.row_of(place._replace(offset=0))
        before = self._table.place(first - 1) if first else place
        return (before if before[:2] == place[:2] else place)._replace(offset=0)

    def _lay_again(self, part: int) -> None:
        """Lay a part out anew."""
        if part > self._laid:
            return
        first, last = self.rows_of(part)
        if part == self._laid or _is_long(self._texts.part(part).passages):
            self._table.cut(first)
            self._go_on_from(part)
            return
        table = RowTable()
        for _step in self._layout.lay(part, table):
            pass
        self._table.replace(first, last, table)


def _within(stretches: Iterable[tuple[int, int]], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the part of each stretch that a row holds, counted from the row's start."""
    for low, high in stretches:
        if low < end and high > start:
            yield max(low, start) - start, min(high, end) - start


def _kinds_within(stretches: Iterable[Stretch], start: int, end: int) -> Iterator[Stretch]:
    """Do the same with stretches of JSON."""
    for low, high, kind in stretches:
        yield from ((*one, kind) for one in _within(((low, high),), start, end))


def _is_long(passages: Iterable[Passage]) -> bool:
    """Whether passages take too long to be laid out at once."""
    return any(isinstance(one.text, Outline) or len(one.text) > SHORT for one in passages)
