"""Lists the commands of the History."""

from typing import Protocol

from ..commands import Command
from ..widgets.panes import SizedPane


class HistoryView(Protocol):
    """
    What the commands do with the History's screen.

    Attributes:
        found: Its list.
    """

    found: SizedPane

    def go_to_search(self) -> None:
        """Go to the search."""

    def load_more(self) -> None:
        """Load older reviews, and what is new."""

    def show_costs(self) -> None:
        """Show what calls have cost."""

    def begin_new_record(self) -> None:
        """Begin a new record where the old one is gone."""


_Command = Command[HistoryView]

COMMANDS: tuple[Command[HistoryView], ...] = (
    _Command("search", "slash", "search", "Put the cursor into the search.", "history", lambda its: its.go_to_search()),
    _Command("load-more", "f5", "more", "Load older reviews, and what is new.", "history", lambda its: its.load_more()),
    _Command("show-costs", "c", "costs", "Show what calls have cost, by server, by model and by day.", "history", lambda its: its.show_costs()),
    _Command("new-record", "N", "new record", "Begin a new record where the old one was moved, deleted, cut short or changed.", "history", lambda its: its.begin_new_record(), shown=False),
    _Command("narrow-history", "less_than_sign", "narrower list", "Make the list of reviews narrower; that is remembered.", "history", lambda its: its.found.widen(-4), lambda its: its.found.why_no_width(), shown=False),
    _Command("widen-history", "greater_than_sign", "wider list", "Make the list of reviews wider; that is remembered.", "history", lambda its: its.found.widen(4), lambda its: its.found.why_no_width(), shown=False),
)  # fmt: skip
