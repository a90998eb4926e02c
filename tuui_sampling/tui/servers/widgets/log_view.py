"""What a server wrote beside the protocol, followed while it is on the screen."""

from itertools import islice

from textual.app import ComposeResult
from textual.widgets import Static

from ....frontend.document.passage import Part, Passage, Style
from ....servers.state.log import LogLine, ServerLog
from ...document.pane import DocumentPane
from .following_view import FollowingView

MAX_LINES = 6_000
"""Lines that are shown at most; where there are more, the older half goes, and the foot says so."""


class LogView(FollowingView):
    """
    Follows one log at a time.

    What a flood pushed out of the ring between two looks was never on the screen; the foot counts it.
    """

    INTERVAL = 0.1
    DEFAULT_CSS = """
    LogView {
        height: 1fr;
        #log-foot {
            height: 1; padding: 0 1; background: $boost; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis;
        }
    }
    """

    def __init__(self, search_key: str, next_key: str) -> None:
        """
        Follow nothing yet.

        Args:
            search_key: The key that leads to the search, as shown; `next_key` finds the next.
        """
        super().__init__(id="log-view")
        self._keys = search_key, next_key
        self._log: ServerLog | None = None
        self._revision = 0
        self._cut = False
        self._parts: list[Part] = []
        self.pane = DocumentPane(self._parts)

    def compose(self) -> ComposeResult:
        """Lay out the rows and the foot."""
        yield self.pane
        yield Static("", id="log-foot", markup=False)

    def show(self, log: ServerLog | None) -> None:
        """Follow another log."""
        if log is not self._log:
            self._log = log
            self._revision, self._cut = 0, False
            self._begin([])
            self.look()

    def _begin(self, parts: list[Part], gone: int = 0) -> None:
        """Show other lines; whoever has scrolled up to read stays at their line, if it is still there."""
        self._parts, view = parts, self.pane.view
        reading = None if not gone or view.is_at_end else view.cursor.part
        view.load(parts)
        view.at_end = reading is None
        if reading is not None:
            view.show_part(max(0, reading - gone))

    def look(self) -> None:
        """Show what is new, if the view can be seen."""
        if not self.following or self._log is None or not self.region:
            return
        new = self._log.revision - self._revision
        if new:
            self._revision += new
            added = [_part(line) for line in islice(self._log, max(0, len(self._log) - new), None)]
            if len(self._parts) + len(added) > MAX_LINES:
                self._cut = True
                kept = [*self._parts, *added][-MAX_LINES // 2 :]
                self._begin(kept, len(self._parts) + len(added) - len(kept))
            else:
                self._parts += added
                self.pane.view.grow()
        self.say(self.query_one("#log-foot", Static), self._foot(self._log))

    def _foot(self, log: ServerLog) -> str:
        if not log.revision:
            return "It has written nothing so far."
        parts = ["1 line so far" if log.revision == 1 else f"{log.revision:,} lines so far"]
        if log.dropped:
            parts.append(f"{log.dropped:,} dropped")
        if self._cut:
            parts.append(f"the last {len(self._parts):,} lines are shown")
        parts.append(f"{self._keys[0]} searches, {self._keys[1]} finds the next")
        return " · ".join(parts)


def _part(line: LogLine) -> Part:
    """Return one line; our own remarks look otherwise."""
    style = Style.EVENT if line.source == "event" else Style.LOG
    return Part("", (Passage(f"{line.at:%H:%M:%S} {line.source:<6} {line.text}", style),))
