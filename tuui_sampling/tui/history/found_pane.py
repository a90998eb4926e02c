"""The left side of the History: the reviews that were found, each as two lines."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from textual.app import ComposeResult

from ...frontend.presentation.format import counted
from ...frontend.remembered import Remembered
from ...history.ledger import Summary
from ..widgets.lists import HuedList
from ..widgets.panes import PaneFrame, PaneTitle, SizedPane
from ..widgets.plain import line
from .rows import first_words, summary_row

LINES = 2
"""Lines of one review."""


class FoundList(HuedList):
    """The list of reviews."""

    LINES = LINES


class FoundPane(SizedPane):
    """
    The list, with how many it holds above it.

    Attributes:
        options: The list.
    """

    def __init__(self, remembered: Remembered) -> None:
        """Hold nothing."""
        super().__init__(remembered, "history-width", id="history-found")
        self._title = PaneTitle("Reviews")
        self.options = FoundList(id="history-list")

    def compose(self) -> ComposeResult:
        """Hold the title and the list."""
        yield self._title
        yield PaneFrame(self.options)

    def show(self, summaries: Sequence[Summary], states: Mapping[str, str], selected: str | None, more: str) -> None:
        """
        Show what was found; the cursor stays on its review where that is still among it.

        Args:
            states: What becomes of what has not ended, by the record's keys.
            selected: The key of the review that the cursor was on.
            more: What the title says besides how many there are.
        """
        now, words = datetime.now().astimezone(), first_words(summaries)
        self.options.show(
            (one.review, summary_row(one, now, words[one.review], open_word=states.get(one.review, "")))
            for one in summaries
        )
        keys = [one.review for one in summaries]
        if keys:
            self.options.highlighted = keys.index(selected) if selected in keys else 0
        self._title.say(line(f"{counted(len(keys), 'review').capitalize()}{more}"))
