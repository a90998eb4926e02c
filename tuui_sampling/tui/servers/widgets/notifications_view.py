"""What a server told without being asked: a list that can be filtered, and below it the chosen one whole."""

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, OptionList, Static

from ....frontend.document.passage import text_parts
from ....servers.state.notifications import Notification
from ....servers.state.server import Server
from ...document.pane import DocumentPane
from ...pointer.painted_options import PaintedOptions
from ...widgets.line_input import LineInput
from ...widgets.plain import line
from .following_view import FollowingView

MAX_ROWS = 500
"""Notifications that are listed, the newest; a filter finds older ones."""

ROW_LENGTH = 120
"""Characters of a notification in its row."""

WORDS = {
    "message": "log",
    "tools/list_changed": "tools/list_changed: its tools changed",
    "prompts/list_changed": "prompts/list_changed: its prompts changed",
    "resources/list_changed": "resources/list_changed: its resources changed",
    "resources/updated": "resources/updated",
}


class NotificationsView(FollowingView):
    """Follows one server's notifications."""

    INTERVAL = 0.25
    DEFAULT_CSS = """
    NotificationsView {
        height: 1fr;
        Input { background: $boost; padding: 0 1; }
        OptionList { height: 2fr; padding: 0; background: transparent; text-wrap: nowrap; text-overflow: ellipsis; }
        OptionList, OptionList:focus { border: none; }
        DocumentPane { height: 1fr; border-top: hkey $panel; }
        #notifications-foot { height: 1; padding: 0 1; color: $text-muted; }
    }
    """
    HELP = "The server's notifications. Type into the first line to filter; below is the chosen one whole."

    def __init__(self) -> None:
        """Follow nothing yet."""
        super().__init__(id="notifications-view")
        self._server: Server | None = None
        self._shown: tuple[str, int, str] | None = None
        self._rows: list[Notification] = []
        self._made: dict[Notification, Content] = {}
        self._read: Notification | None = None

    def compose(self) -> ComposeResult:
        """Lay out filter, list, the chosen one and the foot."""
        yield LineInput(placeholder="filter, such as “error” or a logger's name", compact=True)
        yield PaintedOptions()
        yield DocumentPane()
        yield Static("", id="notifications-foot", markup=False)

    def show(self, server: Server) -> None:
        """Follow a server."""
        if server is not self._server:
            self._server = server
            self.look()

    def focus_rows(self) -> None:
        """Put the cursor into the list."""
        self.query_one(PaintedOptions).focus()

    def focus_filter(self) -> None:
        """Put the cursor into the filter."""
        self.query_one(Input).focus()

    def on_input_changed(self, message: Input.Changed) -> None:
        """Show what matches."""
        message.stop()
        self.look()

    def on_option_list_option_highlighted(self, message: OptionList.OptionHighlighted) -> None:
        """Show the chosen one whole."""
        message.stop()
        self._show_whole()

    def look(self) -> None:
        """Show what is new, if the view can be seen."""
        if not self.following or self._server is None or not self.region:
            return
        wanted = self.query_one(Input).value.strip().casefold()
        state = (self._server.name, self._server.notifications.count, wanted)
        if state == self._shown:
            self._show_foot()
            return
        chosen = self._chosen()
        rows = self.query_one(PaintedOptions)
        at_end = chosen is None or rows.highlighted == len(self._rows) - 1
        same_list = self._shown is not None and (state[0], state[2]) == (self._shown[0], self._shown[2])
        self._shown = state
        self._rows = [one for one in self._server.notifications if wanted in _searched(one)][-MAX_ROWS:]
        made = self._made  # a flood is not a reason to make the same rows again
        self._made = {one: made.get(one) or _row(one) for one in self._rows}
        rows.show((str(one.number), row) for one, row in self._made.items())
        if self._rows:
            numbers = [one.number for one in self._rows]
            keep = same_list and not at_end and chosen is not None and chosen.number in numbers
            rows.highlighted = numbers.index(chosen.number) if keep and chosen is not None else len(self._rows) - 1
        self._show_whole()
        self._show_foot()

    def _chosen(self) -> Notification | None:
        index = self.query_one(OptionList).highlighted
        return self._rows[index] if index is not None and index < len(self._rows) else None

    def _show_whole(self) -> None:
        chosen = self._chosen()
        if chosen is not self._read:
            self._read = chosen
            parts = text_parts("\n".join(_whole(chosen))) if chosen is not None else []
            self.query_one(DocumentPane).view.load(parts)

    def _show_foot(self) -> None:
        if self._server is None:
            return
        ring = self._server.notifications
        shown = f"{len(self._rows):,} of {ring.count:,} shown"
        parts = [shown if ring.count else "No notification so far."]
        if ring.count > len(ring):
            parts.append(f"the oldest {ring.count - len(ring):,} dropped")
        if self._server.offered.logs:
            parts.append(f"log level {self._server.log_level or 'as the server likes'}")
        self.say(self.query_one("#notifications-foot", Static), " · ".join(parts))


def _searched(notification: Notification) -> str:
    """Return what the filter looks at."""
    parts = (notification.method, notification.level or "", notification.logger or "", notification.text)
    return " ".join(parts).casefold()


def _row(notification: Notification) -> Content:
    """Return a notification in one line."""
    words = WORDS.get(notification.method)
    about = notification.level or words
    parts = [Content(f"{notification.at:%H:%M:%S} ")]
    parts.append(Content(f"{about:<9} ") if about else line(notification.method, 60) + Content(" "))
    if notification.logger:
        parts.append(line(notification.logger, 60) + Content(": "))
    parts.append(line(notification.text, ROW_LENGTH))
    return Content("").join(parts)


def _whole(notification: Notification) -> Iterator[str]:
    """Yield the lines of a notification."""
    about = (f"notifications/{notification.method}", notification.level, notification.logger)
    yield f"{notification.at:%Y-%m-%d %H:%M:%S}  {'  '.join(one for one in about if one)}"
    yield notification.text
    if notification.length > len(notification.text):
        yield f"… cut: it had {notification.length:,} characters"
