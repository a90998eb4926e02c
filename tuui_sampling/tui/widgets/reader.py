"""A read-only viewer for foreign text of any length, which knows how much of it has been looked at."""

import re
from typing import ClassVar

from textual import events
from textual.content import Content, Span
from textual.geometry import Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ...sampling.visible import unescape_edited, visible
from .plain import MARK_STYLE
from .wrapped_rows import Coverage, Row, Rows

FIRST_SLICE = 131_072
"""Characters that are wrapped before the first paint; the rest follows in slices between other events."""

_FOUND_STYLE = "bold underline reverse"


class Reader(ScrollView, can_focus=True):
    """
    Foreign text, revealed and wrapped, painted row by row.

    Attributes:
        seen: How much of the text has been on the screen, from 0 to 1.
    """

    DEFAULT_CSS: ClassVar[str] = """
    Reader {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: scroll;
    }
    """

    seen: reactive[float] = reactive(0.0)

    def __init__(
        self,
        text: str = "",
        *,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
        disabled: bool = False,
    ) -> None:
        """Show `text`, raw as it came."""
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self._text = text
        self._rows = Rows(text, 0)
        self._columns = 0
        self._coverage = Coverage()
        self._painted: set[int] = set()
        self._found_end = 0
        self._found_shown: re.Pattern[str] | None = None
        self._ending = False

    @property
    def text(self) -> str:
        """The text, as it came."""
        return self._text

    def load(self, text: str) -> None:
        """Show another text, from its start; nothing of it has been seen."""
        self._text = text
        self._coverage = Coverage()
        self._painted.clear()
        self._found_end, self._found_shown, self._ending = 0, None, False
        self.seen = 0.0
        self.scroll_to(y=0, animate=False)
        self._wrap()

    def find(self, text: str) -> bool:
        """
        Bring the next occurrence into view, whatever its case; after the last comes the first again.

        A hidden character is found by its mark, such as `⟪U+202E⟫`. An empty text ends the search.

        Returns:
            Whether it occurs at all.
        """
        if not text:
            self._found_shown = None
            self.refresh()
            return False
        wanted = re.compile(re.escape(unescape_edited(text)), re.IGNORECASE)
        match = wanted.search(self._text, self._found_end) or wanted.search(self._text)
        self._found_shown = re.compile(re.escape(visible(text)), re.IGNORECASE) if match else None
        if match:
            self._found_end = match.end()
            self._show_offset(match.start(), above=self.size.height // 3)
        self.refresh()
        return match is not None

    def action_scroll_end(self) -> None:
        """Go to the end, as soon as all of the text is wrapped."""
        self._ending = not self._rows.is_complete
        self.scroll_end(animate=False)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Forget that the end was wanted when somebody scrolls up."""
        super().watch_scroll_y(old_value, new_value)
        if new_value < old_value:
            self._ending = False

    def _on_resize(self, event: events.Resize) -> None:
        if self.scrollable_content_region.width != self._columns:
            top = self._rows.offset(self.scroll_offset.y) if self._rows.count else 0
            self._wrap()
            if top:
                self._show_offset(top)

    def _wrap(self) -> None:
        """Wrap anew: the start at once, the rest in slices."""
        self._columns = self.scrollable_content_region.width
        if not self._columns:
            return
        self._rows = Rows(self._text, self._columns)
        self._rows.index(FIRST_SLICE)
        self._update_height()
        self._go_on(self._rows)

    def _go_on(self, rows: Rows) -> None:
        """Wrap another slice, unless the text or the width has changed since."""
        if rows is not self._rows or not self.is_attached:
            return
        if rows.is_complete:
            self._update_height()
            if self._ending:
                self._ending = False
                self.call_after_refresh(self.scroll_end, animate=False)
            return
        rows.index(FIRST_SLICE // 2)
        if rows.count >= self.virtual_size.height * 3 // 2:
            self._update_height()
        self.call_later(self._go_on, rows)

    def _update_height(self) -> None:
        """Tell the scroll bar how many rows there are."""
        self.virtual_size = Size(self._columns, self._rows.count)
        self.refresh()

    def _show_offset(self, offset: int, *, above: int = 0) -> None:
        """Scroll to the row that holds an offset of the text, with some rows above it."""
        row = self._rows.row_of(offset)
        self._update_height()
        self.scroll_to(y=max(0, row - above), animate=False, force=True)

    def render_line(self, y: int) -> Strip:
        """Draw one row, and count it as seen."""
        number = self.scroll_offset.y + y
        if number >= self._rows.count:
            return Strip.blank(self._columns, self.rich_style)
        if not self._painted:
            self.call_later(self._count_painted)
        self._painted.add(number)
        content = self._content(self._rows.row(number))
        strip = Strip(content.render_segments(self.visual_style))
        return strip.adjust_cell_length(self._columns, self.rich_style)

    def _content(self, row: Row) -> Content:
        """Return a row with our marks and what was searched for in their styles."""
        piece = row.piece
        stretches = [(start, end, MARK_STYLE) for start, end in piece.marked]
        if self._found_shown is not None:
            stretches += [(*match.span(), _FOUND_STYLE) for match in self._found_shown.finditer(piece.text)]
        spans = [
            Span(max(start, row.start) - row.start, min(end, row.end) - row.start, style)
            for start, end, style in stretches
            if start < row.end and end > row.start
        ]
        return Content(piece.text[row.start : row.end], spans=spans)

    def _count_painted(self) -> None:
        """Add the rows that were painted since the last time to what has been seen."""
        for number in self._painted:
            self._coverage.add(self._rows.offset(number), self._rows.offset(number + 1))
        self._painted.clear()
        self.seen = self._coverage.fraction(len(self._text))
