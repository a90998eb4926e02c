"""What a server wrote beside the protocol, followed while it is on the screen."""

from collections import deque
from dataclasses import dataclass
from itertools import islice

from rich.cells import cell_len, chop_cells
from rich.segment import Segment
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.widgets import Input, Static

from ....sampling.visible import visible
from ....servers.state.log import LogLine, ServerLog
from ...widgets.line_input import LineInput

INTERVAL = 0.1
"""Seconds between two looks at the log."""

MOST_ROWS = 6_000
"""Rows on the screen's paper; the oldest go first, and the foot says so."""

LINE_LIMIT = 8_192
"""Characters of one line that are shown; the log cuts lines at about the same length."""

STAMP = len("00:00:00 stderr ")


@dataclass(frozen=True)
class _Row:
    """A row of the screen: the stamp is empty on the rows that go on with a line."""

    stamp: str
    text: str
    event: bool


class LogRows(ScrollView, can_focus=True):
    """The lines of a log, wrapped; they scroll along while the end is in view."""

    COMPONENT_CLASSES = {"log-rows--stamp", "log-rows--event", "log-rows--found"}  # noqa: RUF012 - Textual's own declaration
    DEFAULT_CSS = """
    LogRows {
        height: 1fr; padding-left: 1; overflow-x: hidden; overflow-y: scroll;
        & .log-rows--stamp { color: $text-muted; }
        & .log-rows--event { text-style: bold; }
        & .log-rows--found { text-style: bold reverse; }
    }
    """
    HELP = "The server's log. Arrows and page keys scroll; at the end it follows."

    def __init__(self) -> None:
        """Make an empty one."""
        super().__init__()
        self._rows: deque[_Row] = deque()
        self._found: tuple[_Row, ...] = ()

    @property
    def text(self) -> str:
        """Everything that is shown, for copying and for tests."""
        return "\n".join(f"{row.stamp:<{STAMP}}{row.text}" for row in self._rows)

    @property
    def width(self) -> int:
        """Cells for the text of a row; 0 before the first layout."""
        return max(0, self.scrollable_content_region.width - STAMP)

    def clear(self) -> None:
        """Show nothing."""
        self._rows.clear()
        self._found = ()
        self.virtual_size = Size(self.size.width, 0)
        self.scroll_to(y=0, animate=False)
        self.refresh()

    def add(self, lines: list[LogLine]) -> bool:
        """Append lines; returns whether older rows had to go."""
        at_end = self.is_vertical_scroll_end
        for one in lines:
            self._rows.extend(_rows_of(one, max(self.width, 16)))
        gone = max(0, len(self._rows) - MOST_ROWS)
        for _ in range(gone):
            self._rows.popleft()
        self.virtual_size = Size(self.size.width, len(self._rows))
        if at_end:
            self.scroll_end(animate=False, immediate=True)
        elif gone:
            self.scroll_to(y=max(0, self.scroll_offset.y - gone), animate=False)
        self.refresh()
        return gone > 0

    def find(self, text: str) -> bool:
        """
        Mark the next line that holds a text, whatever its case, and bring it into view; after the last the first.

        Returns:
            Whether there is one. An empty text ends the search.
        """
        wanted = text.casefold()
        lines = _lines(self._rows) if wanted else []
        found = [rows for rows in lines if wanted in "".join(row.text for _, row in rows).casefold()]
        marked = next((number for number, row in enumerate(self._rows) if self._found and row is self._found[0]), -1)
        rows = next((rows for rows in found if rows[0][0] > marked), found[0] if found else [])
        self._found = tuple(row for _, row in rows)
        if rows:
            self.scroll_to(y=max(0, rows[0][0] - self.size.height // 3), animate=False, immediate=True)
        self.refresh()
        return bool(rows)

    def render_line(self, y: int) -> Strip:
        """Draw one row."""
        number = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        if number >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        row = self._rows[number]
        stamp = self.get_component_rich_style("log-rows--stamp")
        text = self.get_component_rich_style("log-rows--event") if row.event else self.rich_style
        if any(row is found for found in self._found):
            text = self.get_component_rich_style("log-rows--found")
        strip = Strip([Segment(f"{row.stamp:<{STAMP}}", stamp), Segment(row.text, text)])
        selection = self.text_selection
        if selection is not None and (span := selection.get_span(number)) is not None:
            strip = self._selected(strip, *span)
        return strip.extend_cell_length(width, self.rich_style).crop(0, width).apply_offsets(0, number)

    def _selected(self, strip: Strip, start: int, end: int) -> Strip:
        """Draw the selected part as selected; positions are cells, which for wide characters is near enough."""
        style = self.screen.get_component_rich_style("screen--selection")
        end = strip.cell_length if end == -1 else end
        before, inside, after = strip.crop(0, start), strip.crop(start, end), strip.crop(end)
        return Strip.join([before, inside.apply_style(style), after])

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return what is selected."""
        return selection.extract(self.text), "\n"


class LogView(Vertical):
    """
    Follows one log at a time.

    It looks ten times a second, and only while it is on the screen. What a flood pushed out of the ring in between was
    never on the screen; the foot counts it.

    Attributes:
        following: Whether to look; False while another screen is shown.
    """

    DEFAULT_CSS = """
    LogView {
        height: 1fr;
        #log-line { height: 1; padding: 0 1; background: $boost; }
        #log-search { width: 28; }
        #log-foot {
            width: 1fr; padding-left: 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis;
        }
    }
    """

    following: reactive[bool] = reactive(True)

    def __init__(self, search_key: str, next_key: str) -> None:
        """
        Follow nothing yet.

        Args:
            search_key: The key that leads to the search, as shown; `next_key` finds the next.
        """
        super().__init__(id="log-view")
        self._keys = search_key, next_key
        self._lost = False
        self._log: ServerLog | None = None
        self._revision = 0
        self._width = 0
        self._cut = False

    def compose(self) -> ComposeResult:
        """Lay out the rows and the foot."""
        yield LogRows()
        with Horizontal(id="log-line"):
            yield LineInput(
                placeholder=f"{self._keys[0]} search, {self._keys[1]} the next", compact=True, id="log-search"
            )
            yield Static("", id="log-foot", markup=False)

    def on_mount(self) -> None:
        """Look from time to time."""
        self._timer = self.set_interval(INTERVAL, self._look)

    def show(self, log: ServerLog | None) -> None:
        """Follow another log."""
        if log is not self._log:
            self._log = log
            self._start_over()
            self._look()

    def focus_search(self) -> None:
        """Put the cursor into the search."""
        self.query_one("#log-search", Input).focus()

    def find_next(self) -> None:
        """Bring the next line that holds what was searched for into view."""
        text = self.query_one("#log-search", Input).value
        self._lost = not self.query_one(LogRows).find(visible(text, multiline=False)) and text != ""
        if self._log is not None:
            self.query_one("#log-foot", Static).update(self._foot(self._log))

    @on(Input.Submitted, "#log-search")
    def _search(self, message: Input.Submitted) -> None:
        message.stop()
        self.query_one(LogRows).focus()
        self.find_next()

    def on_show(self) -> None:
        """Catch up."""
        self._look()

    def on_resize(self, event: events.Resize) -> None:
        """Wrap anew at another width."""
        self._look()

    def watch_following(self) -> None:
        """Catch up when the screen is back."""
        if self.is_mounted:
            self._look()

    def _start_over(self) -> None:
        self._revision, self._cut = 0, False
        self.query_one(LogRows).clear()

    def _look(self) -> None:
        """Show what is new, if the view can be seen."""
        rows = self.query_one(LogRows)
        if not self.following or self._log is None or not rows.width or not self.region:
            return
        if rows.width != self._width:
            self._width = rows.width
            self._start_over()
        new = self._log.revision - self._revision
        if new:
            self._revision += new
            lines = list(islice(self._log, max(0, len(self._log) - new), None))
            self._cut = rows.add(lines) or self._cut
        self.query_one("#log-foot", Static).update(self._foot(self._log))

    def _foot(self, log: ServerLog) -> str:
        if not log.revision:
            return "It has written nothing so far."
        parts = ["1 line so far" if log.revision == 1 else f"{log.revision:,} lines so far"]
        if log.dropped:
            parts.append(f"{log.dropped:,} were dropped")
        if self._cut:
            parts.append(f"the last {MOST_ROWS:,} rows are shown")
        if self._lost:
            parts.insert(0, "not found")
        return " · ".join(parts)


def _lines(rows: deque[_Row]) -> list[list[tuple[int, _Row]]]:
    """Return the numbered rows, line by line."""
    lines: list[list[tuple[int, _Row]]] = []
    for number, row in enumerate(rows):
        if row.stamp or not lines:
            lines.append([])
        lines[-1].append((number, row))
    return lines


def _rows_of(logged: LogLine, width: int) -> list[_Row]:
    """Return the rows of one line, wrapped at the cell: a log's columns are worth more than whole words."""
    text = visible(logged.text.expandtabs(4), multiline=False, limit=LINE_LIMIT)
    if text.isascii():
        parts = [text[start : start + width] for start in range(0, len(text), width)]
    else:
        parts = [text] if cell_len(text) <= width else chop_cells(text, width)
    stamp = f"{logged.at:%H:%M:%S} {logged.source:<6} "
    event = logged.source == "event"
    return [_Row("" if index else stamp, part, event) for index, part in enumerate(parts or [""])]
