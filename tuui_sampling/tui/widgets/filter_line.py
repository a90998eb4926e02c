"""A line that says what a list is to show; it takes room only while somebody types in it."""

from dataclasses import dataclass

from textual.binding import Binding
from textual.message import Message

from .line_input import LineInput


class FilterLine(LineInput):
    """What the list is to show; Enter keeps it, Esc takes it back."""

    DEFAULT_CSS = "FilterLine { display: none; height: 1; border: none; padding: 0 1; background: $boost; }"
    BINDINGS = [Binding("escape", "take_back", "show all", show=True)]  # noqa: RUF012 - Textual's own declaration

    @dataclass
    class Left(Message):
        """The person is done with it."""

    def __init__(self, words: str) -> None:
        """
        Filter by nothing.

        Args:
            words: What it may hold.
        """
        super().__init__(placeholder=words, compact=True)
        self.can_focus = False  # as long as it is not shown

    def open(self) -> None:
        """Ask."""
        self.can_focus = self.display = True
        self.focus()

    def action_take_back(self) -> None:
        """Show everything."""
        self.end()
        self.post_message(self.Left())

    def on_input_submitted(self, message: LineInput.Submitted) -> None:
        """Keep it."""
        message.stop()
        self.post_message(self.Left())

    def on_blur(self) -> None:
        """Keep it, and take no room."""
        self.can_focus = self.display = False
