"""Lists the commands of the History."""

from typing import Protocol

from ..commands import Command


class HistoryView(Protocol):
    """What the commands do with the History's screen."""

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
)  # fmt: skip
