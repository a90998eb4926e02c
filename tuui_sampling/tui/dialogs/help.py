"""Every key and what it does, made from the table of commands."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from ..commands import COMMANDS, Command

TITLES = {
    "inbox": "Inbox",
    "servers": "Servers",
    "history": "History",
    "everywhere": "Everywhere",
}

HOW_IT_WORKS = (
    "A server's request waits until you decide. First gate: you see the request, edit what you like, and approve it; "
    "only then is the model called. Second gate: you see the response, edit what you like, and approve it; only then "
    "does the server get it. An approval counts for what has been on the screen for half a second, and for that only. "
    "Nothing is ever approved because time went by."
)


class HelpScreen(ModalScreen[None]):
    """The help, with the commands of the current screen first."""

    BINDINGS: ClassVar = [Binding("escape,q,question_mark", "close", "close")]

    def __init__(self, mode: str) -> None:
        super().__init__()
        self._mode = mode

    def compose(self) -> ComposeResult:
        """List the commands by where they work."""
        with VerticalScroll(classes="dialog help"):
            yield Static(HOW_IT_WORKS, markup=False, classes="how")
            for scope in (self._mode, "everywhere"):
                yield Static(TITLES[scope], classes="title")
                for command in COMMANDS:
                    if command.scope == scope:
                        with Horizontal(classes="row"):
                            yield Static(self._key(command), markup=False, classes="key")
                            yield Static(Content.from_markup("$help [dim]$id[/]", help=command.help, id=command.id))
            yield Static("esc closes · under [interface.keys] each dim id can be given another key", markup=False)

    def _key(self, command: Command) -> str:
        key: str = self.app.keys_of(command.id)  # type: ignore[attr-defined]
        return key

    def action_close(self) -> None:
        """Go back."""
        self.dismiss()
