"""Shows every key and what it does, made from the tables of commands."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from ..commands import Table

HOW_IT_WORKS = (
    "A server's request waits until you decide. First gate: you see the request, edit what you like, and approve it; "
    "only then is the model called. Second gate: you see the response, edit what you like, and approve it; only then "
    "does the server get it. An approval counts for what has been on the screen for half a second, and for that only. "
    "Nothing is ever approved because time went by."
)


class HelpScreen(ModalScreen[None]):
    """The help, with the commands of the current screen first."""

    BINDINGS: ClassVar = [Binding("escape,q,question_mark", "close", "close")]

    def __init__(self, tables: Sequence[tuple[str, Table]], keys_of: Callable[[str], str]) -> None:
        """
        Show the commands of some places.

        Args:
            tables: A title and a table for each place.
            keys_of: Returns all keys of a command, as they are shown.
        """
        super().__init__()
        self._tables = tables
        self._keys_of = keys_of

    def compose(self) -> ComposeResult:
        """List the commands by where they work."""
        with VerticalScroll(classes="dialog help"):
            yield Static(HOW_IT_WORKS, markup=False, classes="how")
            for title, table in self._tables:
                yield Static(title, classes="title")
                for command in table:
                    with Horizontal(classes="row"):
                        yield Static(self._keys_of(command.id), markup=False, classes="key")
                        yield Static(Content.from_markup("$help [dim]$id[/]", help=command.help, id=command.id))
            yield Static("esc closes · under [interface.keys] each dim id can be given another key", markup=False)

    def action_close(self) -> None:
        """Go back."""
        self.dismiss()
