"""Lays out the rows of a document: those that are in view before the paint, the rest in slices between other events."""

from collections.abc import Callable

from textual.geometry import Size
from textual.scroll_view import ScrollView

from ...frontend.document.document import Document
from ..delay import Delay

FIRST_SLICE = 0.03
"""Seconds of laying out before the first paint; the rest follows in slices between other events."""

NEXT_SLICE = 0.001
"""Seconds between two slices, for other events."""


class Growing:
    """
    Lays out what a widget shows.

    Attributes:
        columns: The width at which rows are laid out; 0 while none are.
    """

    def __init__(
        self,
        widget: ScrollView,
        document: Callable[[], Document],
        grown: Callable[[int], object],
        done: Callable[[], object],
    ) -> None:
        """
        Lay out nothing yet.

        Args:
            document: Returns what the widget shows.
            grown: Is called when there are more rows, with the first that there was not before.
            done: Is called when all that follows the first slice is laid out.
        """
        self._widget = widget
        self._document = document
        self._grown = grown
        self._done = done
        self._painted_at: Size | None = None
        self._told = 0
        self.columns = 0

    def begin(self, columns: int) -> None:
        """Lay out the rows that are in view first, at a width."""
        self.columns = columns
        if columns:
            self._document().resize(columns)
            self._document().grow(FIRST_SLICE, rows=self._widget.size.height + 1)
            self._told = self._document().count

    def begin_in_paint(self, columns: int) -> None:
        """
        Do the same while the widget is painted: what is asked to be painted meanwhile would be forgotten.

        The rest follows a moment later: what has come during the paint would wait for that, too.
        """
        self._painted_at = self._widget.size
        self.begin(columns)
        Delay(self._widget, NEXT_SLICE, self.go_on)

    def was_painted_at(self, size: Size) -> bool:
        """Whether what is shown was laid out while it was painted at that size, which an event tells of only now."""
        before, self._painted_at = self._painted_at, None
        return size == before

    def go_on(self) -> None:
        """Tell that there are more rows, and lay out the rest in slices."""
        self._tell()
        if not self._document().is_complete:
            self._widget.call_later(self._slice, self._document())

    def _tell(self) -> None:
        first, self._told = self._told, self._document().count
        self._grown(first)

    def _slice(self, document: Document) -> None:
        """Lay out another slice, unless something else is shown by now."""
        widget = self._widget
        if document is not self._document() or not widget.is_attached or not self.columns:
            return
        document.grow()
        if document.is_complete or document.count >= self._told * 5 // 4:
            self._tell()
        if document.is_complete:
            self._done()
        else:
            Delay(widget, NEXT_SLICE, lambda: self._slice(document))

    def to(self, part: int) -> None:
        """Lay out everything down to the end of a part, however long that takes: the person waits for it."""
        document = self._document()
        while self.columns and not document.is_known(part) and not document.is_complete:
            document.grow(FIRST_SLICE)
