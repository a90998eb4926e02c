"""Names what the groups of commands do with the Inbox's screen, so that none of them has to know it."""

from typing import Protocol

from textual.widget import Widget

WIDE = 100
"""Columns from which the queue is shown beside the review; the same figure as in the app's breakpoints."""


class InboxView(Protocol):
    """The screen around what is selected."""

    @property
    def is_current(self) -> bool:
        """Whether nothing else is shown over it."""

    @property
    def is_wide(self) -> bool:
        """Whether the queue is shown beside the review."""

    @property
    def focused(self) -> Widget | None:
        """What has the focus."""

    def select(self, review: int) -> None:
        """Show a review, because the person asked for it."""

    def show_item(self) -> None:
        """Show the selected review or inquiry as it is now."""

    def show_effect(self) -> None:
        """Show what a decision would do now, or how it ended."""

    def show_queue(self) -> None:
        """Show the queue as it is now, with the selected row in view."""

    def home(self) -> Widget | None:
        """Return where the focus goes when it leaves everything else."""

    def set_focus(self, widget: Widget | None) -> None:
        """Give the focus to a widget."""
