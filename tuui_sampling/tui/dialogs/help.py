"""Shows every key and what it does, made from the tables of commands."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
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

    def __init__(
        self, tables: Sequence[tuple[str, Table]], shown: Sequence[str], keys_of: Callable[[str], str]
    ) -> None:
        """
        Show the commands of some places.

        Args:
            tables: A title and a table for each place.
            shown: What is said of each thing that the screen shows, with the keys that work in it.
            keys_of: Returns all keys of a command, as they are shown.
        """
        super().__init__()
        self._tables = tables
        self._shown = shown
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
            if self._shown:
                yield Static("What is shown", classes="title")
            for words in self._shown:
                yield Static(words, markup=False, classes="how")
            yield Static("esc closes · under [interface.keys] each dim id can be given another key", markup=False)

    def action_close(self) -> None:
        """Go back."""
        self.dismiss()


def said_of_what_is_shown(screen: Screen[Any]) -> list[str]:
    """Return the `HELP` of a screen, and of each widget that can be seen on it, once."""
    shown = (screen, *(widget for widget in screen.query("*") if widget.region))
    return list(dict.fromkeys(one.HELP for one in shown if one.HELP))
