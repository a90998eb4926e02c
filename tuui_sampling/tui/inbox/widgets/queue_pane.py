"""The left side of the Inbox: the queue, and which of what is on the desk is in it."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Vertical

from ....desk.desk import Desk
from ....frontend.queue.duplicates import Alike
from ....frontend.queue.order import in_order
from ....frontend.review.reviewing import Reviewing
from .queue import Queue

ENDED_SHOWN = 30
"""Ended reviews that stay in the queue, below the open ones."""


class QueuePane(Vertical):
    """
    The requests of a desk as a list.

    Attributes:
        queue: The list.
    """

    DEFAULT_CSS = "QueuePane { width: auto; height: 1fr; }"

    def __init__(
        self,
        desk: Desk,
        reviewing: Reviewing,
        alike: Alike,
        *,
        edited: Callable[[int], bool],
        key_of: Callable[[str], str],
    ) -> None:
        """
        List nothing yet.

        Args:
            edited: Whether the person has changed something of a request.
            key_of: Returns the key of a command as it is shown.
        """
        super().__init__()
        self._desk = desk
        self._reviewing = reviewing
        self._alike = alike
        self._edited = edited
        self.queue = Queue(
            edited=edited,
            worst=reviewing.worst,
            unfold_key=key_of("unfold-alike"),
            pause_key=key_of("pause-its-server"),
        )

    def compose(self) -> ComposeResult:
        """Hold the list."""
        yield self.queue

    def on_mount(self) -> None:
        """Let the ages tick."""
        self.set_interval(1.0, self._tick)

    def _tick(self) -> None:
        if self.screen.is_current:
            self.queue.refresh()

    def show(self) -> int | None:
        """Show the rows as they are now; returns what is to be shown since nothing is yet: the first arrival."""
        rows, alike = self._alike.fold(in_order(self._desk.items, ENDED_SHOWN), self._reviewing.selected, self._edited)
        self.queue.show(rows, alike)
        self.screen.set_class(not self.queue.ids, "-empty")
        is_first = self._reviewing.selected is None and bool(rows) and rows[0].phase.is_open
        return rows[0].id if is_first else None

    def show_selected(self) -> None:
        """Bring the selected row into view, once it is laid out."""
        self.queue.call_after_refresh(self.queue.watch_selected)
