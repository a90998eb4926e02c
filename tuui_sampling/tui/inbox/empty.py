"""Paints the Inbox as it is while nothing waits, before the program behind the screen is there."""

from collections.abc import Callable, Mapping

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widgets import Static

from ...frontend.remembered import Remembered
from ..commands import CommandSet
from ..everywhere import Everywhere
from ..widgets.footer import FooterKey, KeyFooter, footer_keys
from ..widgets.header import Frame
from ..widgets.panes import PaneFrame, PaneTitle

WIDTH = "queue-width"
"""The name by which the list's width is remembered."""

WIDTHS = (24, 120)
"""Cells of the list at least and at most."""

USUAL, WIDER, LARGE = 35, 49, 160
"""Cells of the list as long as nobody has chosen; the second, from so many columns of the terminal on."""

REQUESTS = "Requests · {of}"
"""The list's title."""

EMPTY = (
    "No request is waiting.\n\nCall a tool in Servers ({servers}), or leave this open: a request appears here as "
    "soon as a server asks. Without you only what Policy ({policy}) allows is answered."
)
"""What stands there while nothing waits, with the keys of two screens."""


def list_width(remembered: Remembered, columns: int) -> int:
    """
    Return the cells of the list: what the person has chosen, if anything.

    Args:
        columns: Of the terminal.
    """
    return remembered.number(WIDTH, *WIDTHS) or (USUAL if columns < LARGE else WIDER)


class EmptyInbox(Screen[None]):
    """
    What is painted first. The Inbox takes its place and looks the same.

    It needs no backend and imports nothing that it does not show: so the first paint waits for nothing. What is typed
    meanwhile is held back by the app.
    """

    AUTO_FOCUS = ""  # None would be the app's own: the first widget that can have it, shown or not

    def __init__(
        self,
        keys: Mapping[str, str],
        commands: CommandSet[Everywhere],
        remembered: Remembered,
        servers: int,
        painted: Callable[[], object],
    ) -> None:
        """
        Show that nothing waits.

        Args:
            keys: The keys that lead to each mode, as they are shown.
            commands: Those that work on every screen.
            remembered: What the person has chosen about the screen.
            servers: How many there are; none is up yet.
            painted: Called once it is on the terminal.
        """
        super().__init__(classes="-empty")
        self._keys = keys
        self._commands = commands
        self._remembered = remembered
        self._servers = servers
        self._painted = painted

    def compose(self) -> ComposeResult:
        """Put what every screen has around an empty queue, and say that nothing waits."""
        yield Frame("inbox", self._keys)
        with Horizontal(id="inbox"):
            with Vertical(id="list"):
                yield PaneTitle(REQUESTS.format(of="0 wait"), classes="-focused")  # as the queue will be
                yield PaneFrame(Static(id="nothing"), classes="-focused")
            with Vertical(id="right"):
                yield Static(EMPTY.format_map(self._keys), id="empty", markup=False)
        yield KeyFooter(self._footer_keys)

    def _footer_keys(self) -> list[FooterKey]:
        return footer_keys(self.active_bindings.values(), (self._commands,), narrow=self.has_class("-narrow"))

    def on_mount(self) -> None:
        """Count, and tell when it is painted."""
        self.query_one("#list").styles.width = list_width(self._remembered, self.app.size.width)
        self.query_one(Frame).servers = (0, self._servers)
        self.call_after_refresh(self._painted)
