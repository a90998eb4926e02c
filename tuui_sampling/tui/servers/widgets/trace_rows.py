"""The messages of a trace as a list with a cursor."""

import time
from collections import deque
from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ....frontend.presentation.format import octets
from ....servers.state.trace import Direction, MessageKind, TracedMessage
from ...pointer.painted_rows import PaintedRows, pressed_at
from ...widgets.lists import ROW_KEYS
from ...widgets.plain import line

ARROWS = {Direction.CAME: "←", Direction.SENT: "→"}

ID_COLUMN, METHOD_COLUMN = 9, 21
"""Where an id begins after what a message is, and where its method does; its size ends before that."""


class TraceRows(ScrollView, can_focus=True):
    """
    The messages, one a line, oldest first.

    Attributes:
        selected: The number of the message under the cursor; None follows the end, and is what it starts with.
    """

    ALLOW_SELECT = False
    BINDINGS = [  # noqa: RUF012 - Textual's own declaration
        *ROW_KEYS,
        Binding("enter", "open", "read", show=False),
    ]
    COMPONENT_CLASSES = {"trace-rows--selected", "trace-rows--other", "trace-rows--stamp"}  # noqa: RUF012
    DEFAULT_CSS = """
    TraceRows {
        height: 1fr; padding-left: 1; overflow-x: hidden; overflow-y: scroll;
        & .trace-rows--stamp { color: $text-muted; }
        & .trace-rows--other { text-style: bold underline; }
        & .trace-rows--selected { background: $block-cursor-blurred-background; text-style: bold; }
        &:focus .trace-rows--selected { background: $block-cursor-background; color: $block-cursor-foreground; }
    }
    """
    HELP = "Every message, oldest first. Arrows move; enter goes into the message; the other side of it is underlined."

    selected: reactive[int | None] = reactive(None)

    @dataclass
    class Selected(Message):
        """The cursor is on another message."""

        number: int | None

    class Opened(Message):
        """The person wants to read the message under the cursor."""

    def __init__(self) -> None:
        """Make an empty list."""
        super().__init__()
        self._messages: deque[TracedMessage] = deque()
        self._other: int | None = None
        self._painted: PaintedRows[int] = PaintedRows()

    @property
    def messages(self) -> deque[TracedMessage]:
        """What is listed."""
        return self._messages

    def update_rows(self, gone_before: int, new: list[TracedMessage]) -> None:
        """Drop what is older than that number, and append; what is in view stays there."""
        gone = 0
        while self._messages and self._messages[0].number < gone_before:
            self._messages.popleft()
            gone += 1
        self._messages.extend(new)
        self.virtual_size = Size(self.size.width, len(self._messages))
        if self.selected is None:
            self.scroll_end(animate=False, immediate=True)
        elif gone:
            self.scroll_to(y=max(0, self.scroll_offset.y - gone), animate=False)
        self.refresh()

    def clear(self) -> None:
        """List nothing, and follow again."""
        self._messages.clear()
        self.selected = None
        self.virtual_size = Size(self.size.width, 0)
        self.refresh()

    def watch_selected(self) -> None:
        """Bring the cursor into view."""
        index = self._index()
        if index is not None:
            self.scroll_to_region(Region(0, index, 1, 1), animate=False, force=True)
            self._other = self._messages[index].other
        else:
            self._other = None
        self.refresh()
        self.post_message(self.Selected(self.selected))

    def _index(self) -> int | None:
        return next((index for index, one in enumerate(self._messages) if one.number == self.selected), None)

    def action_move(self, by: int) -> None:
        """Move the cursor; from following the end, it starts there."""
        if not self._messages:
            return
        index = self._index()
        last = len(self._messages) - 1
        at = (last + 1 if by < 0 else last - by) if index is None else index
        self.selected = self._messages[min(max(at + by, 0), last)].number

    def action_open(self) -> None:
        """Go into the message."""
        if self.selected is None:
            self.action_move(1)
        self.post_message(self.Opened())

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Note what the mouse was pressed on: messages come while it is."""
        self._painted.press(event.y, pressed_at(self, event))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the row that was clicked, as it was painted then."""
        row = event.y + self.scroll_offset.y
        meant = self._painted.meant(self._messages[row].number if 0 <= row < len(self._messages) else None)
        if meant is not None and any(one.number == meant for one in self._messages):
            self.selected = meant

    def render_line(self, y: int) -> Strip:
        """Draw one row."""
        number = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        self._painted.painted(y, self._messages[number].number if number < len(self._messages) else None)
        if number >= len(self._messages):
            return Strip.blank(width, self.rich_style)
        message = self._messages[number]
        style = self.rich_style + self._style(message)
        content = row_of(message).truncate(width, ellipsis=True)
        segments = [
            Segment(segment.text, (segment.style or Style()) + style)
            for segment in content.render_segments(self.visual_style)
        ]
        return Strip(segments).adjust_cell_length(width, style)

    def _style(self, message: TracedMessage) -> Style:
        if message.number == self.selected:
            return self.get_component_rich_style("trace-rows--selected")
        if self._other is not None and message.number == self._other:
            return self.get_component_rich_style("trace-rows--other")
        return Style()


def row_of(message: TracedMessage) -> Content:
    """Return a message in one line: when, which way, what with its id, how large, its method, how long it took."""
    stamp = f"{time.strftime('%H:%M:%S', time.localtime(message.at))}.{int(message.at * 1000) % 1000:03}"
    kind = Content(str(message.kind)) if message.kind is not MessageKind.ERROR else Content("error").stylize("bold")
    if message.id is not None:
        kind = _padded(kind, ID_COLUMN) + Content("#") + line(str(message.id), 24)
    size = octets(message.size)
    kind = _padded(kind, METHOD_COLUMN - len(size) - 1) + Content(f"{size} ")
    parts = [line(message.method, 60).stylize("bold")] if message.method is not None else []
    if message.latency is not None:
        parts.append(Content(taken(message.latency)))
    elif message.kind is MessageKind.REQUEST:
        parts.append(Content(message.unanswered or "no answer yet"))
    return Content.assemble((stamp, "dim"), f" {ARROWS[message.direction]} ", kind) + Content("  ").join(parts)


def _padded(content: Content, cells: int) -> Content:
    return content + Content(" " * max(cells - content.cell_length, 1))


def taken(seconds: float) -> str:
    """Return how long an answer took, in the unit that people compare."""
    if seconds < 1:
        return f"{seconds * 1000:.1f} ms" if seconds < 0.1 else f"{seconds * 1000:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
