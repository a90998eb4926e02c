"""Moves the one cursor of a document: by rows, pages and fields, to changes, notes, and what has not been seen."""

from collections.abc import Callable

from textual.binding import Binding, BindingType
from textual.scroll_view import ScrollView

from ...frontend.document.document import Document
from ...frontend.document.rows import ROOM, Place
from ...frontend.document.search import next_change, next_note
from ...frontend.document.texts import Texts


class Cursor:
    """
    The row that the person is at.

    Attributes:
        wanted: Where it goes as soon as that is laid out.
    """

    def __init__(self, widget: ScrollView, document: Callable[[], Document]) -> None:
        """
        Stand in the first row.

        Args:
            widget: Shows the rows, and scrolls.
            document: Returns what it shows.
        """
        self._widget = widget
        self._document = document
        self._row = 0
        self.wanted: Place | None = None

    def reset(self) -> None:
        """Go to the first row of another document."""
        self._row, self.wanted = 0, None

    @property
    def row(self) -> int:
        """The row that it is in."""
        return min(self._row, max(0, self._document().count - 1))

    @property
    def part(self) -> int | None:
        """The part that it is in, or goes to once it is laid out; None while nothing is shown."""
        if self.wanted is not None:
            return self.wanted.part
        document = self._document()
        return document.part_of(self.row) if document.count else None

    def put(self, row: int) -> None:
        """Put it into a row, which is in view or comes into it by itself."""
        self._row = row
        self._widget.refresh()

    def keep_in_view(self) -> None:
        """Follow the rows that are in view."""
        top = round(self._widget.scroll_y)
        self._row = max(top, min(self._row, top + max(0, self._widget.size.height - 1)))

    def move_to(self, row: int, *, above: int = 0) -> None:
        """Put it into a row, and have that in view, with some rows above it where they are not in view yet."""
        row = max(0, min(row, self._document().count - 1))
        top, height = self._widget.scroll_offset.y, self._widget.size.height
        if row < top + above or row >= top + height:
            top = row - above if row < top or above else row - height + 1
            self._row = row
            self._widget.scroll_to(y=max(0, top), animate=False, force=True, immediate=True)
        self.put(row)

    def show(self, place: Place) -> None:
        """Put it where a place is, as soon as its row is known."""
        document = self._document()
        if document.is_known(place.part):
            row = document.row_at(place.part, place.passage, place.start)
            self.move_to(row, above=self._widget.size.height // 3)
        else:
            self.wanted = place

    def arrive(self) -> None:
        """Go where it was wanted, where that is known by now."""
        if self.wanted is not None and self._document().is_known(self.wanted.part):
            wanted, self.wanted = self.wanted, None
            self.show(wanted)

    # --- ways ---

    def go(self, way: str) -> None:
        """Go one of the ways that keys are bound to."""
        self.wanted = None
        WAYS[way](self)

    def step(self, by: int) -> None:
        """Go up or down by some rows."""
        self.move_to(self.row + by)

    def page(self, by: int) -> None:
        """Go by a page; no row is left out between two pages."""
        height = max(1, self._widget.size.height - 1)
        row = self.row + by * height
        top = self._widget.scroll_offset.y + by * height
        self._widget.scroll_to(y=top, animate=False, force=True, immediate=True)
        self.move_to(row)

    def to_end(self) -> None:
        """Go to the last row: to the last that is known, and on to the very last once that is laid out."""
        document = self._document()
        self.move_to(document.count - 1)
        if not document.is_complete:
            self.wanted = Place(len(document.parts) - 1, ROOM - 1)

    def next_part(self) -> None:
        """Go to the field after this one."""
        document, part = self._document(), self.part
        last = document.rows_of(part)[1] if part is not None else document.count
        if last < document.count:
            self.move_to(last, above=min(2, self._widget.size.height // 3))
        elif part is not None and not document.is_complete:
            self.wanted = Place(part + 1)

    def previous_part(self) -> None:
        """Go to the start of this field; from there, to the one before."""
        document, part = self._document(), self.part
        if part is not None:
            first = document.rows_of(part)[0]
            before = document.rows_of(document.part_of(max(0, first - 1)))[0]
            self.move_to(before if self.row == first else first)

    def next_unseen(self) -> None:
        """Go to the next row that has not been seen."""
        row = self._document().next_unseen(self.row)
        if row is not None:
            self.move_to(row, above=min(1, self._widget.size.height - 1))

    def next_change(self, by: int) -> None:
        """Go to the next place that was changed, or to the one before; round the ends."""
        self._seek(next_change, by)

    def next_note(self, by: int) -> bool:
        """Go to the next note, such as of a secret that was found, or to the one before; whether there is any."""
        return self._seek(next_note, by)

    def _seek(self, seek: Callable[[Texts, Place, int], Place | None], by: int) -> bool:
        """Go there, round the ends; whether there is such a place."""
        document = self._document()
        place = seek(document.texts, document.place(self.row), by) if document.count else None
        if place is not None:
            self.show(place)
        return place is not None


WAYS: dict[str, Callable[[Cursor], object]] = {
    "up": lambda cursor: cursor.step(-1),
    "down": lambda cursor: cursor.step(1),
    "page_up": lambda cursor: cursor.page(-1),
    "page_down": lambda cursor: cursor.page(1),
    "start": lambda cursor: cursor.move_to(0),
    "end": Cursor.to_end,
    "next_part": Cursor.next_part,
    "previous_part": Cursor.previous_part,
    "unseen": Cursor.next_unseen,
    "next_change": lambda cursor: cursor.next_change(1),
    "previous_change": lambda cursor: cursor.next_change(-1),
    "next_note": lambda cursor: cursor.next_note(1),
    "previous_note": lambda cursor: cursor.next_note(-1),
}
"""What a key is bound to → what it does."""

_OF_LISTS = frozenset({"greater_than_sign", "less_than_sign"})
"""Keys of a document that do something else in a list."""

KEYS: list[BindingType] = [
    Binding("up,k", "go('up')", "up", show=False),
    Binding("down,j", "go('down')", "down", show=False),
    Binding("pageup,ctrl+b", "go('page_up')", "page up", show=False),
    Binding("pagedown,space", "go('page_down')", "page down", show=False),
    Binding("home,ctrl+home", "go('start')", "start", show=False),
    Binding("end,ctrl+end", "go('end')", "end", show=False),
    Binding("right_curly_bracket", "go('next_part')", "next field", show=False),
    Binding("left_curly_bracket", "go('previous_part')", "field before", show=False),
    Binding("u", "go('unseen')", "next unseen", show=False),
    Binding("greater_than_sign", "go('next_change')", "next change", show=False),
    Binding("less_than_sign", "go('previous_change')", "change before", show=False),
    Binding("f", "go('next_note')", "next note", show=False),
    Binding("F", "go('previous_note')", "note before", show=False),
    Binding("H", "find_hidden", "next hidden character", show=False),
    Binding("z", "fold", "fold", show=False),
    Binding("y", "copy_part", "copy", show=False),
]
"""The keys of a document."""

READING = tuple(one for one in KEYS if isinstance(one, Binding) and one.key not in _OF_LISTS and "," not in one.key)
"""Those that nothing but a document knows: they mean the document that is shown, wherever the focus is."""

HELP = (
    "Arrows move the cursor; Space and PageUp/Down a page, Home and End to the ends; { and } go from field to "
    "field, < and > from change to change, f and F from note to note (what was found is one), u to the next row that "
    "has not been seen, H to the next hidden character. / searches, n and N go on; while nothing is searched, they do "
    "as f and F do. z folds the field; y copies what is selected with the mouse, else the field."
)
"""What is said of them."""
