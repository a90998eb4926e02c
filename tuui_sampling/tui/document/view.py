"""Paints a document row by row: one cursor, one selection, one scroll bar, and it knows which rows have been seen."""

from typing import ClassVar

from rich.cells import split_graphemes
from textual import events
from textual.geometry import Offset, Region, Size
from textual.reactive import Reactive
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from ...frontend.document.document import Document
from ...frontend.document.passage import Part, Parts
from ...frontend.document.rows import Place
from ...frontend.document.search import Found
from .cursor import HELP, KEYS, Cursor
from .growing import FIRST_SLICE, Growing
from .messages import RowOpened, RowsSeen, SearchEnded
from .rows import COMPONENTS, CSS, RowPainter, field_text, text_between
from .search import Searching
from .seen import SeenRows

QUIET = "scrollbar-background: $background; scrollbar-background-hover: $background;"
"""How a bar looks where nothing scrolls: like what is beside it."""


class DocumentView(ScrollView, can_focus=True):
    """
    A document.

    Attributes:
        document: Its rows.
        painter: Draws them.
        at_end: Follow the end while text is added; whoever scrolls up stops it.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {*COMPONENTS}
    DEFAULT_CSS: ClassVar[str] = (
        "DocumentView { height: 1fr; overflow-x: hidden; overflow-y: scroll; " + CSS + QUIET + "}"
    )
    BINDINGS: ClassVar = KEYS
    HELP = HELP

    virtual_size = Reactive(Size(0, 0), repaint=False)  # Textual's own lays out the screen anew whenever rows are added

    def __init__(
        self, parts: Parts | None = None, *, name: str | None = None, id: str | None = None, classes: str | None = None
    ) -> None:
        """Show parts; none when left out."""
        super().__init__(name=name, id=id, classes=classes)
        self.at_end = False
        self.painter = RowPainter(self)
        self.seen = SeenRows(self, self._see, lambda: self.post_message(RowsSeen(self)))
        self._growing = Growing(self, lambda: self.document, self._update_height, self._all_laid_out)
        self.cursor = Cursor(self, lambda: self.document)
        self._searching = Searching(self, self.cursor, self._search_ended)
        self.document = Document(parts if parts is not None else list[Part](), split_graphemes)

    # --- what is shown ---

    def load(self, parts: Parts) -> None:
        """Show other parts, from the top, with the next paint; nothing of them has been seen."""
        self.seen.begin_anew()
        self._growing.columns = 0
        self.show(Document(parts, split_graphemes))

    def change(self, *parts: int) -> None:
        """Show parts anew, which have changed: none of them has been seen."""
        top, cursor = self._place(self.scroll_offset.y), self._place(self.cursor.row)
        for part in parts:
            self.document.change(part)
        if self._growing.columns:
            in_view = max(self.scroll_offset.y + self.size.height, self.cursor.row) + 1
            self._changed(top, cursor, in_view + self.size.height)  # what has changed may take more rows now
        self.post_message(RowsSeen(self))

    @property
    def is_at_end(self) -> bool:
        """Whether the end is in view, or will be once all is laid out."""
        return self.at_end or self.scroll_offset.y >= self.max_scroll_y

    def become(self, parts: Parts, *, follow: bool = False) -> None:
        """
        Show other parts in the place of these: what both have in common stays where it is, and seen.

        Args:
            follow: Stay at the end, where that is in view: the parts are being written. What fitted, and comes all at
                once to more than that, is shown from its start.
        """
        at_end, before, height = follow and self.is_at_end, self.document.count, self.size.height
        self.seen.changed_from(self.document.become(parts))
        self.at_end = at_end and bool(self._growing.columns)
        if self._growing.columns:
            self.document.grow(FIRST_SLICE, rows=max(self.scroll_offset.y, before) + height + 1)
            if before <= height < self.document.count and self.document.count - before > height // 2:
                self.at_end = False
            self._growing.go_on()
            self.refresh()
        self.post_message(RowsSeen(self))

    def grow(self) -> None:
        """Show parts that were added at the end, and stay there, where that is in view."""
        self.at_end = self.is_at_end
        self.document.go_on()
        if self._growing.columns:
            self.document.grow(FIRST_SLICE / 3)
            self._growing.go_on()
            self.refresh()

    def make_room(self, part: int, passage: int, rows: int) -> None:
        """Keep rows free below a passage for the editor that lies over it; none any more, where that is 0."""
        if self.document.make_room(part, passage, rows):
            self._growing.go_on()
            self.repaint()

    def show(self, document: Document) -> None:
        """Show another document, from the top; what has been seen of it stays seen."""
        self.document = document
        self.cursor.reset()
        self._searching.forget()
        self.painter.pictures.clear()
        self.at_end = False
        self.scroll_to(y=0, animate=False)
        if self.is_attached and self in self.screen.selections:
            self.screen.clear_selection()  # it was of the rows of another document
        if self._growing.columns:
            self._wrap()
        else:
            self.repaint()

    def _changed(self, top: Place | None, cursor: Place | None, rows: int | None = None) -> None:
        """Lay out what is to be shown, at once no more than so many rows, and stay where we were."""
        if top is not None:
            while not self.document.is_known(top.part) and not self.document.is_complete:
                self.document.grow(FIRST_SLICE, rows=rows)
                if self.document.count > self.scroll_offset.y + self.size.height:
                    break
        wanted = self.cursor.wanted
        self._growing.go_on()
        if self.cursor.wanted is wanted:  # otherwise it has just gone where it was wanted
            if cursor is not None and self.document.count:
                self.cursor.put(self.document.row_of(cursor))
            if top is not None and self.document.count:
                self.scroll_to(y=self.document.row_of(top), animate=False, force=True)
        self.repaint()

    def _place(self, row: int) -> Place | None:
        return self.document.place(row) if row < self.document.count else None

    def _on_resize(self, event: events.Resize) -> None:
        if not self._growing.was_painted_at(event.size):
            self._fit()

    def watch_virtual_size(self) -> None:
        """Tell the scroll bar; only where the height follows the rows, the screen is laid out anew."""
        if self.styles.auto_dimensions:
            self.refresh(layout=True)
        self.vertical_scrollbar.window_virtual_size = self.virtual_size.height
        self.scroll_y = self.validate_scroll_y(self.scroll_y)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw rows; they are laid out here where nothing is yet, and a width that no event has told of is noticed."""
        width = self.scrollable_content_region.width
        if not self._growing.columns and width:
            self._growing.begin_in_paint(width)
        elif width != self._growing.columns:
            self.call_later(self._fit)
        self.painter.begin()
        rows = map(self.document.row, range(self.scroll_offset.y + crop.y, self.document.count))
        return self.painter.with_sequences(super().render_lines(crop), rows, self._growing.columns)

    def _fit(self) -> None:
        """Lay out at the width that there is now."""
        if self.scrollable_content_region.width != self._growing.columns:
            top, cursor, wanted = self._place(self.scroll_offset.y), self._place(self.cursor.row), self.cursor.wanted
            self._wrap()
            if top is not None and self.scroll_offset.y and self.cursor.wanted is wanted:
                self._changed(top, cursor)
        self.repaint()

    def _wrap(self) -> None:
        """Lay out anew: the start at once, the rest in slices."""
        self._growing.begin(self.scrollable_content_region.width)
        if self._growing.columns:
            self._growing.go_on()
            self.repaint()

    def _all_laid_out(self) -> None:
        self.seen.look_again()  # until now the last row could not count: it might have gone on
        self.post_message(RowsSeen(self))

    def lay_out_to(self, part: int) -> None:
        """Lay out everything down to the end of a part, however long that takes: the person waits for it."""
        if not self._growing.columns:
            self._wrap()
        self._growing.to(part)
        self.virtual_size = Size(self._growing.columns, self.document.count)

    def _update_height(self, first: int) -> None:
        """Tell the scroll bar that there are rows from there on, and go to the one that was wanted once it is known."""
        self.virtual_size = Size(self._growing.columns, self.document.count)
        self.cursor.arrive()
        if self.at_end:
            self.scroll_end(animate=False)
        if first <= self.scroll_offset.y + self.size.height and first < self.document.count:
            self.refresh()

    # --- drawing ---

    def repaint(self) -> None:
        """Draw anew; what is drawn has to rest before it counts as seen."""
        self.seen.moved()
        self.refresh()

    def notify_style_update(self) -> None:
        """Forget the styles of another theme."""
        super().notify_style_update()
        self.painter.forget_styles()

    def render_line(self, y: int) -> Strip:
        """Draw one row."""
        number = self.scroll_offset.y + y
        if number >= self.document.count:
            return Strip.blank(self._growing.columns, self.painter.plain)
        self.seen.painted(number)
        has_cursor = number == self.cursor.row and self.has_focus
        return self.painter.strip(number, self.document.row(number), self._growing.columns, has_cursor=has_cursor)

    def _see(self, row: int) -> bool:
        return row < self.document.count and self.document.see(row, row + 1)

    @property
    def is_at_rest(self) -> bool:
        """Whether what is in view was painted, and has been there for a moment."""
        return self.seen.is_at_rest or bool(self._growing.columns and not self.document.count)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Keep the cursor in view; what comes into view has to rest there before it counts as seen."""
        super().watch_scroll_y(old_value, new_value)
        if new_value < old_value:
            self.at_end = False
        self.cursor.keep_in_view()
        self.repaint()

    # --- moving about ---

    def action_go(self, way: str) -> None:
        """Move the cursor one of the ways of `WAYS`; at the end, stay there until all is laid out."""
        self.at_end = way == "end" and not self.document.is_complete
        self.cursor.go(way)

    def show_part(self, part: int) -> None:
        """Put the cursor into the first row of a part, as soon as that is known."""
        self.cursor.show(Place(part))

    def action_fold(self) -> None:
        """Fold the field that the cursor is in, or unfold it."""
        part = self.cursor.part
        if part is not None:
            self.document.turn(part)
            self._growing.go_on()
            self.cursor.move_to(self.document.rows_of(part)[0])
            self.repaint()
            self.post_message(RowsSeen(self))

    def watch_has_focus(self, has_focus: bool) -> None:
        """Draw the cursor, or none."""
        super().watch_has_focus(has_focus)
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse is; twice edits the field, or unfolds it."""
        row = self.scroll_offset.y + event.y
        if row >= self.document.count:
            return
        self.cursor.put(row)
        part = self.document.part_of(row)
        if self.document.is_folded(part):
            self.action_fold()
        elif event.chain == 2:
            self.post_message(RowOpened(self))

    # --- searching and copying ---

    def find(self, text: str, *, backwards: bool = False) -> None:
        """Look for a text, on from the last one found or from the cursor; `SearchEnded` tells how it ends."""
        self._searching.begin(self.document, text, backwards=backwards)
        self.refresh()

    def action_find_hidden(self) -> None:
        """Go to the next hidden character."""
        self._searching.begin_hidden(self.document)

    def _search_ended(self, found: Found | None) -> None:
        if found is not None:
            document = self.document
            if document.is_folded(found.part):
                document.turn(found.part)
                self._growing.go_on()
            self.cursor.show(Place(found.part, found.passage, found.start))
        self.post_message(SearchEnded(self, found is not None, self._searching.sought))

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return the selected text, without the margins."""
        last = Offset(self._growing.columns, self.document.count - 1)
        return text_between(self.document, selection.start or Offset(0, 0), selection.end or last), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Draw the selection."""
        self.refresh()

    def action_copy_part(self) -> None:
        """Copy what is selected, else the field under the cursor; never nothing: that would clear the clipboard."""
        text, part = self.screen.get_selected_text(), self.cursor.part
        if not text and part is not None:
            text = field_text(self.document, part, self._growing.columns)
        if text:
            self.app.copy_to_clipboard(text)
            self.notify(f"Sent to the terminal (OSC 52), which may copy it: {len(text):,} characters.", markup=False)
