"""Which file something is saved to or read from: a short question that the person asked for."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from ..widgets.line_input import LineInput
from ..widgets.plain import Plain


class AskPath(ModalScreen[str | None]):
    """The path of a file, or None."""

    BINDINGS: ClassVar = [Binding("escape", "cancel", "cancel")]

    def __init__(self, question: str, value: str, problem: str = "", *, does: str = "save") -> None:
        """
        Ask.

        Args:
            value: What stands there to begin with; a harmless name.
            problem: Why the answer before was none.
            does: What Enter does with it.
        """
        super().__init__()
        self._question = question
        self._value = value
        self._problem = problem
        self._does = does

    def compose(self) -> ComposeResult:
        """Show the question and the line."""
        with Vertical(classes="dialog"):
            yield Plain(self._question, limit=500)
            yield LineInput(self._value)
            if self._problem:
                yield Plain(self._problem, classes="problem")
            yield Static(Content.from_markup("[b]enter[/] $does    [b]esc[/] cancel", does=self._does), classes="keys")

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Return the path."""
        self.dismiss(message.value)

    def action_cancel(self) -> None:
        """Return nothing."""
        self.dismiss(None)
