"""Searches a document in slices between other events."""

import re
from collections.abc import Callable, Iterator

from textual.widget import Widget

from ...frontend.document.document import Document
from ...frontend.document.search import Found, search
from ...sampling.hidden_characters import hidden_pattern
from ...sampling.visible import unescape_edited, visible
from ..delay import Delay
from .cursor import Cursor
from .growing import NEXT_SLICE

STEPS = 50
"""Passages, or windows of a long one, that are looked through between two other events."""

NOWHERE = Found(-1, 0, 0, 0)


class Searching:
    """
    The one search of a document, which goes on from where it last found something, or the cursor was moved since.

    Attributes:
        sought: What is looked for, in words.
    """

    def __init__(self, widget: Widget, cursor: Cursor, done: Callable[[Found | None], None]) -> None:
        """
        Search for a widget.

        Args:
            cursor: The one of the document.
            done: Is called with what was found, or None.
        """
        self._widget = widget
        self._cursor = cursor
        self._done = done
        self._steps: Iterator[Found | None] | None = None
        self._last = Found(0, 0, 0, 0)
        self.sought = ""

    def forget(self) -> None:
        """Note that another document is shown."""
        self._steps, self._last = None, Found(0, 0, 0, 0)

    def begin(self, document: Document, text: str, *, backwards: bool) -> None:
        """Look for a text, whatever its case, a hidden character by its mark; an empty text ends the search."""
        document.searched = re.compile(re.escape(visible(text)), re.IGNORECASE) if text else None
        self._steps = None
        if text:
            self.sought = f"“{visible(text, limit=60)}”"
            self._begin(document, re.compile(re.escape(unescape_edited(text)), re.IGNORECASE), backwards=backwards)

    def begin_hidden(self, document: Document) -> None:
        """Look for the next hidden character."""
        self.sought = "A hidden character"
        self._begin(document, hidden_pattern(), backwards=False)

    def _begin(self, document: Document, wanted: re.Pattern[str], *, backwards: bool) -> None:
        if len(document.parts):
            self._steps = search(document.texts, wanted, self._start(document), backwards=backwards)
            self._go_on(self._steps)

    def _start(self, document: Document) -> Found:
        """Return what the search is to go on from."""
        last, row = self._last, self._cursor.row
        is_there = not document.count or row == document.row_at(last.part, last.passage, last.start)
        if is_there or self._cursor.wanted is not None:
            return last
        place = document.place(row)
        return Found(place.part, place.passage, place.start, place.start)

    def _go_on(self, steps: Iterator[Found | None]) -> None:
        """Look through some more, unless another search has begun."""
        if steps is not self._steps:
            return
        for _step in range(STEPS):
            found = next(steps, NOWHERE)
            if found is not None:
                self._steps = None
                self._last = self._last if found is NOWHERE else found
                self._done(None if found is NOWHERE else found)
                return
        Delay(self._widget, NEXT_SLICE, lambda: self._go_on(steps))
