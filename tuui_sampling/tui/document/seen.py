"""
Notes which rows of a document have been seen: painted, in view, at rest for a moment, with nothing over them.

Painted are those that the terminal has taken: one that is late shows other rows still.
"""

from collections.abc import Callable

from textual.widget import Widget

from ..delay import Delay
from ..terminal.state import has_written

AT_REST = 0.05
"""Seconds for which rows have to stay where they are to count as seen: what flies past is not read."""

COVERED = 0.5
"""Seconds after which we look again at rows that something lay over, such as a notice."""

MIN_COLUMNS, MIN_ROWS = 30, 3
"""Cells of a widget below which nothing in it counts as seen, unless there are no more rows."""


class SeenRows:
    """Watches over the rows of a widget that scrolls."""

    def __init__(self, widget: Widget, see: Callable[[int], bool], tell: Callable[[], object]) -> None:
        """
        Watch a widget.

        Args:
            see: Notes that a row has been seen; whether it had not been before.
            tell: Is called when there were such rows, and when rows have come to rest for the first time: a title that
                waits for the paint would wait for ever where none of them is news.
        """
        self._widget = widget
        self._see = see
        self._tell = tell
        self._painted: set[int] = set()
        self._resting: Delay | None = None
        self._again: Delay | None = None
        self.has_rested = False
        """Whether rows have been in view, at rest, ever since this is shown."""

    def painted(self, row: int) -> None:
        """Note that a row was painted where it is now; it counts once it has rested there."""
        if row not in self._painted:
            self._painted.add(row)
            if self._resting is None and self._widget.is_attached:
                self._resting = Delay(self._widget, AT_REST, self.note)

    def moved(self) -> None:
        """Note that rows have moved or changed: they have to be painted, and to rest, before they count."""
        self._painted.clear()
        if self._resting is not None:
            self._resting.stop()
            self._resting = None

    def begin_anew(self) -> None:
        """Note that there is something else to be seen."""
        self.moved()
        self.has_rested = False

    def changed_from(self, row: int) -> None:
        """Note that the rows from there on are others now."""
        self._painted = {one for one in self._painted if one < row}

    @property
    def is_at_rest(self) -> bool:
        """Whether what is in view was painted, and has been there for a moment."""
        return self._resting is None and bool(self._painted)

    def note(self) -> None:
        """Count the rows that are in view."""
        self._resting = None
        widget = self._widget
        if not widget.is_attached or not widget.screen.is_current:
            return
        if not has_written(widget.app):
            self._resting = Delay(widget, AT_REST, self.note)
            return
        news = not self.has_rested
        self.has_rested = True
        if self._is_readable:
            news = self._see_rows() or news
        if news:
            self._tell()

    def _see_rows(self) -> bool:
        """See the rows that are in view with nothing over them; whether any had not been seen before."""
        widget = self._widget
        top = widget.scroll_offset.y
        news = covered = False
        for row in sorted(self._painted):
            if not top <= row < top + widget.size.height:
                continue
            if self._is_uncovered(row - top):
                news = self._see(row) or news
            else:
                covered = True
        if covered and self._again is None:
            self._again = Delay(widget, COVERED, self._look_below)
        return news

    def _look_below(self) -> None:
        self._again = None
        self.look_again()

    def look_again(self) -> None:
        """Count what is at rest in view, though nothing of it was painted anew."""
        if self._resting is None:
            self.note()

    @property
    def _is_readable(self) -> bool:
        """Whether the widget is large enough for somebody to read in it."""
        size, rows = self._widget.size, self._widget.virtual_size.height
        return size.width >= MIN_COLUMNS and size.height >= min(MIN_ROWS, rows)

    def _is_uncovered(self, y: int) -> bool:
        """Whether nothing lies over a row."""
        region, screen = self._widget.region, self._widget.screen
        width = self._widget.scrollable_content_region.width
        for x in (region.x, region.x + width // 2, region.x + width - 1):
            if not screen.region.contains(x, region.y + y):
                return False
            if screen.get_widget_at(x, region.y + y)[0] is not self._widget:
                return False
        return True
