"""The protocol trace of one server, followed while it is on the screen; below, the message under the cursor."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Static

from ....frontend.document.passage import Style, text_parts
from ....frontend.presentation.format import counted, octets, reindented
from ....servers.state.trace import MessageKind, Trace, TracedMessage
from ...document.pane import DocumentPane
from ...widgets.line_input import LineInput
from ...widgets.plain import Plain
from .following_view import FollowingView
from .trace_rows import TraceRows

NOTHING = "Nothing has passed yet: start the server, or call a tool."


class TraceView(FollowingView):
    """Follows one trace at a time."""

    INTERVAL = 0.1
    DEFAULT_CSS = """
    TraceView {
        height: 1fr;
        #trace-line { height: 1; padding: 0 1; background: $boost; }
        #trace-filter { width: 28; }
        #trace-foot {
            width: 1fr; padding-left: 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis;
        }
        #trace-facts { height: auto; max-height: 2; padding: 0 1; }
        #trace-text { height: 1fr; }
    }
    """

    def __init__(self, filter_key: str) -> None:
        """
        Follow nothing yet.

        Args:
            filter_key: The key that leads to the filter, as shown.
        """
        super().__init__(id="trace-view")
        self._filter_key = filter_key
        self._trace: Trace | None = None
        self._revision = -1
        self._last = 0
        self._shown: tuple[TracedMessage | None, float | None] = (None, None)

    def compose(self) -> ComposeResult:
        """Lay out the list, the filter and the message."""
        yield TraceRows()
        with Horizontal(id="trace-line"):
            yield LineInput(placeholder=f"{self._filter_key} filter: all words", compact=True, id="trace-filter")
            yield Static("", id="trace-foot", markup=False)
        yield Plain("", id="trace-facts")
        yield DocumentPane(text_parts(_text_of(None)), id="trace-text")

    def on_mount(self) -> None:
        """Read no message yet."""
        self._show_message(None)

    @property
    def selected(self) -> TracedMessage | None:
        """The message under the cursor, while it is kept."""
        return self._trace.get(self.query_one(TraceRows).selected) if self._trace is not None else None

    def show(self, trace: Trace) -> None:
        """Follow another trace."""
        if trace is not self._trace:
            self._trace = trace
            self._start_over()

    def select(self, number: int) -> None:
        """Put the cursor on a message, because the person asked for it; a filter that hides it is taken away."""
        if self._trace is None or (message := self._trace.get(number)) is None:
            return
        field = self.query_one("#trace-filter", Input)
        if not message.holds(field.value):
            with field.prevent(Input.Changed):
                field.value = ""
            self._start_over()
        self.look(unseen=True)
        self.query_one(TraceRows).selected = number

    def clear(self) -> None:
        """Forget every message."""
        if self._trace is not None:
            self._trace.clear()
            self._start_over()
            self.look(unseen=True)

    def focus_rows(self) -> None:
        """Put the cursor into the list of messages."""
        self.query_one(TraceRows).focus()

    def focus_filter(self) -> None:
        """Put the cursor into the filter."""
        self.query_one("#trace-filter", Input).focus()

    def find_next(self) -> None:
        """Bring the next occurrence of the filter's first word in the shown message into view."""
        words = self.query_one("#trace-filter", Input).value.split()
        self.query_one(DocumentPane).search_for(words[0] if words else "")

    def on_show(self) -> None:
        """Catch up at once, though the place on the screen may not be known yet."""
        self.look(unseen=True)

    @on(Input.Changed, "#trace-filter")
    def _filtered(self, message: Input.Changed) -> None:
        message.stop()
        selected = self.selected
        self._start_over()
        self.look(unseen=True)
        if selected is not None and selected.holds(message.value):
            self.query_one(TraceRows).selected = selected.number

    @on(Input.Submitted, "#trace-filter")
    def _filter_done(self, message: Input.Submitted) -> None:
        message.stop()
        self.query_one(TraceRows).focus()

    @on(TraceRows.Selected)
    def _selected_another(self, message: TraceRows.Selected) -> None:
        self._show_message(self.selected)

    @on(TraceRows.Opened)
    def _opened(self) -> None:
        self.query_one(DocumentPane).view.focus()

    def _start_over(self) -> None:
        self._revision, self._last = -1, 0
        self.query_one(TraceRows).clear()
        self.query_one("#trace-foot", Static).update("")  # what is true of it is known with the next look

    def look(self, *, unseen: bool = False) -> None:
        """Show what is new, if the view can be seen or somebody needs it now."""
        trace = self._trace
        if trace is None or not self.following or not (unseen or self.region):
            return
        rows = self.query_one(TraceRows)
        if trace.revision != self._revision:
            self._revision = trace.revision
            new = trace.since(self._last)
            words = self.query_one("#trace-filter", Input).value
            oldest = next(iter(trace)).number if len(trace) else self._last + 1
            self._last = new[-1].number if new else self._last
            rows.update_rows(oldest, [message for message in new if message.holds(words)])
            self.query_one("#trace-foot", Static).update(_foot(trace, len(rows.messages), words))
        message = self.selected  # None also when the ring has dropped it while it is read: then it stays
        if message is not None and (message, message.latency) != self._shown:
            self._show_message(message)

    def _show_message(self, message: TracedMessage | None) -> None:
        if message is not self._shown[0]:
            self.query_one(DocumentPane).view.load(text_parts(_text_of(message), Style.JSON))
        self._shown = (message, message.latency if message else None)
        facts = self.query_one("#trace-facts", Plain)
        facts.display = message is not None
        if message is not None:
            facts.update(facts_of(message))


def facts_of(message: TracedMessage) -> str:
    """Return in words what the list has no room for."""
    parts = [f"message {message.number}"]
    if message.other is not None:
        word = "its answer is" if message.kind is MessageKind.REQUEST else "it answers"
        parts.append(f"{word} message {message.other}")
    elif message.kind is MessageKind.REQUEST:
        parts.append(f"no answer: {message.unanswered}" if message.unanswered else "not answered so far")
    elif message.kind is not MessageKind.NOTIFICATION:
        parts.append("what it answers is not known any more")
    if not message.is_whole:
        parts.append(f"only the first {octets(len(message.data))} of {octets(message.size)} were kept")
    return " · ".join(parts)


def _text_of(message: TracedMessage | None) -> str:
    if message is None:
        return "Move onto a message to read it."
    return reindented(message.text) if message.is_whole else message.text


def _foot(trace: Trace, listed: int, words: str) -> str:
    if not trace.revision:
        return NOTHING
    count = counted(len(trace), "message")
    parts = [f"{listed:,} of {count}" if words.strip() else count]
    if trace.dropped:
        parts.append(f"{counted(trace.dropped, 'older one')} dropped")
    return " · ".join(parts)
