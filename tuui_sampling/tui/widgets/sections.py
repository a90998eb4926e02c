"""
Shows the parts of a form in sections, of which only those near what is in view have their rows.

A form of hundreds of fields has thousands of widgets, all of which would be laid out again for each key. A section
whose rows are not there is as high as they would be, as nearly as that can be told without making them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget

from ...forms.filled import FieldValue

SECTION = 6
"""Fields of a section, unless one part has more."""

WHOLE = 24
"""Fields that are one section: so few cost nothing much."""

BESIDE = 2
"""Sections before and after the one with the cursor that have their rows: Tab goes on into them."""


USUAL_WIDTH = 76
"""Columns of a form, until it has been laid out."""


class Part(Protocol):
    """A part of a form, which holds something whether or not its row is there."""

    @property
    def leaves(self) -> tuple[FieldValue, ...]:
        """Its fields."""


class Row(Widget):
    """What shows a part."""

    def let_go(self) -> None:
        """Leave what is held to the part: the row goes."""

    def row_of(self, value: FieldValue) -> "Row | None":
        """Return the row of a field, made now if it was not there."""
        raise NotImplementedError

    @property
    def inner(self) -> "Sections | None":
        """The parts within, where it shows some."""
        return None


@dataclass(frozen=True)
class Kind:
    """
    How parts are shown.

    Attributes:
        row: Makes the row of one.
        height: About how many lines that takes at a width.
    """

    row: Callable[[Part], Row]
    height: Callable[[Part, int], int]


class Section(Vertical):
    """A few parts, whose rows are there, or not."""

    DEFAULT_CSS: ClassVar[str] = "Section { height: auto; }"

    class Resized(Message):
        """It has become higher or lower."""

    def __init__(self, parts: Sequence[Part], kind: Kind) -> None:
        """Hold parts, without rows."""
        super().__init__()
        self.parts = list(parts)
        self.rows: list[Row] | None = None
        self._kind = kind
        self._is_composed = False
        self._height = 0
        self.estimate(USUAL_WIDTH)  # never none: what is below would be taken for seen

    def compose(self) -> ComposeResult:
        """Lay out the rows that are there already."""
        self._is_composed = True
        yield from self.rows or ()

    def fill(self) -> None:
        """Have the rows there."""
        if self.rows is None:
            self.rows = [self._kind.row(part) for part in self.parts]
            self.styles.height = "auto"
            if self._is_composed:
                self.mount_all(self.rows)

    def empty(self) -> bool:
        """
        Have no rows there, and stay as high as it is; whether that could be done.

        Rows that are not all there yet stay: a `Select` that is taken out before its parts are there ends the program.
        """
        if self.rows is None:
            return True
        if not all(one.is_mounted for one in self.query("*")):
            return False
        self.styles.height = self.outer_size.height
        self._take_out(self.rows)
        self.rows = None
        return True

    def estimate(self, width: int) -> None:
        """Be about as high as the rows would be, where they aren't there."""
        if self.rows is None:
            self.styles.height = sum(self._kind.height(part, width) for part in self.parts)

    def add(self, part: Part) -> Row:
        """Take one more part, and return its row."""
        self.fill()
        assert self.rows is not None
        self.parts.append(part)
        self.rows.append(self._kind.row(part))
        if self._is_composed:
            self.mount(self.rows[-1])
        return self.rows[-1]

    def remove_part(self, part: Part) -> None:
        """Let a part go, and its row."""
        place = self.parts.index(part)
        del self.parts[place]
        if self.rows is not None:
            self._take_out([self.rows.pop(place)])

    def holds(self, value: FieldValue) -> bool:
        """Whether a field is within."""
        return any(value in part.leaves for part in self.parts)

    def row_of(self, value: FieldValue) -> Row | None:
        """Return the row of a field within, made now if it was not there; None where it is elsewhere."""
        if not self.holds(value):
            return None
        self.fill()
        assert self.rows is not None
        return next((row for one in self.rows if (row := one.row_of(value)) is not None), None)

    def let_go(self) -> None:
        """Leave what is held to the parts."""
        for row in self.rows or ():
            row.let_go()

    def on_resize(self, event: events.Resize) -> None:
        """Tell of it."""
        before, self._height = self._height, event.size.height
        if before != self._height:
            self.post_message(self.Resized())

    def _take_out(self, rows: Sequence[Row]) -> None:
        for row in rows:
            row.let_go()
            row.remove()


class Sections(Vertical):
    """Parts below each other, in sections."""

    DEFAULT_CSS: ClassVar[str] = "Sections { height: auto; }"

    def __init__(self, parts: Sequence[Part], kind: Kind) -> None:
        """Show parts; the rows of the first and the last section are there from the beginning."""
        super().__init__()
        self._kind = kind
        self.sections = [Section(some, kind) for some in _divided(parts)]
        for section in self.ends:
            section.fill()

    def compose(self) -> ComposeResult:
        """Lay out the sections."""
        yield from self.sections

    @property
    def ends(self) -> tuple[Section, ...]:
        """The first and the last section, whose rows are always there: Tab comes into them from outside."""
        return (self.sections[0], self.sections[-1]) if self.sections else ()

    @property
    def parts(self) -> list[Part]:
        """All parts."""
        return [part for section in self.sections for part in section.parts]

    def all_within(self) -> "Iterator[Sections]":
        """Return itself, and those within the rows that are there: a query would look at every widget for them."""
        yield self
        for section in self.sections:
            for row in section.rows or ():
                if row.inner is not None:
                    yield from row.inner.all_within()

    def on_resize(self, event: events.Resize) -> None:
        """Tell again how high what is not there would be."""
        for section in self.sections:
            section.estimate(event.size.width)

    def become(self, parts: Sequence[Part]) -> None:
        """Show other parts: those that stay keep their rows, and new ones come last."""
        for section in tuple(self.sections):
            for gone in [part for part in section.parts if part not in parts]:
                section.remove_part(gone)
            if not section.parts:
                self.sections.remove(section)
                if section.is_attached:
                    section.remove()
        known = self.parts
        for part in parts:
            if part not in known:
                self._add(part)

    def _add(self, part: Part) -> None:
        last = self.sections[-1] if self.sections else None
        if last is not None and sum(len(one.leaves) for one in last.parts) + len(part.leaves) <= SECTION:
            last.add(part)
            return
        section = Section([part], self._kind)
        section.fill()
        self.sections.append(section)
        if self.is_attached:
            self.mount(section)

    def row_of(self, value: FieldValue) -> Row | None:
        """Return the row of a field, made now if it was not there; None where it is elsewhere."""
        return next((row for section in self.sections if (row := section.row_of(value)) is not None), None)

    def let_go(self) -> None:
        """Leave what is held to the parts."""
        for section in self.sections:
            section.let_go()


def _divided(parts: Sequence[Part]) -> list[list[Part]]:
    """Return parts in sections."""
    sections: list[list[Part]] = []
    room = 0
    size = WHOLE if sum(len(part.leaves) for part in parts) <= WHOLE else SECTION
    for part in parts:
        fields = len(part.leaves)
        if not sections or fields > room:
            sections.append([])
            room = size
        sections[-1].append(part)
        room -= fields
    return sections
