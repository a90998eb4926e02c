"""One inquiry: a title, the question with what it can be answered with, and the messages."""

import asyncio
from collections.abc import Callable

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from ....frontend.document.inquiry import said
from ....frontend.document.meter import unseen_words
from ....frontend.document.passage import Style, text_parts
from ....frontend.queue.deadlines import presumed, time_left
from ....frontend.review.inquiry_answer import Unready, inquiry_proposal, raw_text, state_word
from ....frontend.review.proposal import Proposal, Tab
from ....policy.survey import in_inquiry
from ....sampling.derived.beside import SHORT
from ....sampling.inquiry import FormElicitation, Inquiry, Malformed, RootsRequest, ToolCall, UrlElicitation
from ....sampling.phase import Phase
from ....sampling.request import Json, JsonObject
from ...document.painted import is_painted
from ...document.pane import DocumentPane
from ...widgets.field_row import on_typed
from ...widgets.nested_rows import ListRow
from ...widgets.panes import PaneFrame
from ...widgets.plain import Plain
from ...widgets.view_tabs import ViewTabs
from .inquiry_body import Body
from .inquiry_controls import PageBody, body_of
from .origin_line import cause_line
from .panel_messages import PanelEdited, PanelShown
from .panel_title import PanelTitle, Words
from .redacting import Extent, Redactable, note_under_cursor
from .review_words import waits_because
from .tool_call_body import ToolCallBody

KEPT = 30
"""Questions that keep what was typed into them while another is shown; beyond that, those that nobody touched go."""

QUESTIONS = {
    FormElicitation: "it asks for these values; nothing is sent before you accept",
    UrlElicitation: "it asks you to visit this page",
    RootsRequest: "it asks for roots: the folders that it may work on; untick what it need not know",
    ToolCall: "the agent waits for your decision; nothing is called before",
    Malformed: "what it sent, as text: nothing of it goes to a model, and it can only be refused",
}


SAYS = {ToolCall: "who asks", Malformed: "it breaks the specification here"}
"""What stands above the words of a question, where they are not the server's."""

SEEN = 0.995
"""The share that counts as all: the last row of a text may be half a row."""


class InquiryView(VerticalScroll):
    """A question, from where it comes to what it can be answered with."""

    DEFAULT_CLASSES = "inquiry-view"

    class Ready(Message):
        """All of it is there."""

    def __init__(self, inquiry: Inquiry, key_of: Callable[[str], str]) -> None:
        """Show a question."""
        super().__init__(can_focus=True)
        self.inquiry = inquiry
        self.body: Body = body_of(inquiry, key_of)
        self._is_long = len(inquiry.origin.raw) > SHORT
        found = () if self._is_long else in_inquiry(inquiry)
        self.message = DocumentPane(said(inquiry, found), classes="inquiry-message")
        self.is_ready = False
        self.seen = 0.0

    def compose(self) -> ComposeResult:
        """Lay out the cause, the server's words and the answer."""
        asked = self.inquiry.asked
        if not isinstance(asked, ToolCall):  # its words say whose it is
            yield Plain(cause_line(self.inquiry), classes="inquiry-cause")
        if not isinstance(asked, RootsRequest):
            yield Plain(SAYS.get(type(asked), "the server says"), classes="label")
            yield self.message
        yield Plain(QUESTIONS[type(asked)], classes="label inquiry-asks")
        yield self.body

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Show it on the view alone: no style within depends on that, and a form has hundreds of widgets."""
        self.app.stylesheet.update_nodes([self])
        for one in self.walk_children(Widget):
            one.notify_style_update()  # what is behind it has another colour

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Note what has come into view."""
        super().watch_scroll_y(old_value, new_value)
        self.measure()

    def measure(self) -> None:
        """Add what is in view now to what has been seen."""
        height = self.virtual_size.height
        if height and self.size.height:
            self.seen = max(self.seen, min(1.0, (self.scroll_offset.y + self.size.height) / height))

    def on_mount(self) -> None:
        """Say when it has been laid out: only then do the controls hold their defaults."""
        self.call_after_refresh(self._laid_out)
        if self._is_long:
            self._search()

    @work
    async def _search(self) -> None:
        """Tell what is found in a long question, once it has been searched beside the event loop."""
        found = await asyncio.to_thread(in_inquiry, self.inquiry)
        self.message.view.become(said(self.inquiry, found))

    def _laid_out(self) -> None:
        self.is_ready = True
        self.post_message(self.Ready())


class InquiryPanel(Vertical):
    """Shows one inquiry; what was done to the others is kept until they are forgotten."""

    def __init__(self, *, id: str, key_of: Callable[[str], str]) -> None:
        """
        Show no inquiry yet.

        Args:
            key_of: Returns the key of a command, as it is shown.
        """
        super().__init__(id=id)
        self._key_of = key_of
        self._views: dict[int, InquiryView] = {}
        self._view: InquiryView | None = None
        self._offer = ""

    def compose(self) -> ComposeResult:
        """Lay out the title and the tabs."""
        yield PanelTitle(id="inquiry-title")
        tabs = (("request", "Question"), ("raw", "Raw"))
        with PaneFrame():
            yield Plain("", id="inquiry-notices", classes="notice")
            yield ViewTabs([(tab, label, self._key_of(f"show-{tab}")) for tab, label in tabs])
            with ContentSwitcher(initial="inquiry-request"):
                yield Vertical(id="inquiry-request")
                yield DocumentPane(id="inquiry-raw")

    # --- which inquiry ---

    def show(self, inquiry: Inquiry) -> None:
        """Show an inquiry, or bring what is shown of it up to date."""
        view = self._views.get(inquiry.id)
        if view is None:
            view = self._views[inquiry.id] = InquiryView(inquiry, self._key_of)
            self.query_one("#inquiry-request").mount(view)
        if view is not self._view:
            for other in self._views.values():
                other.display = other is view
            self._view = view
            self.tab = "request"
        # Where the cursor is, it stays: what is typed on must not become commands because the question has ended.
        view.body.disabled = inquiry.gate is None and not view.body.has_focus_within
        self._show_title(inquiry)
        self._show_notices()
        self.sync()

    def tick(self) -> None:
        """Bring up to date what changes with time alone."""
        if self._view is not None and time_left(self._view.inquiry):
            self._show_title(self._view.inquiry)

    def clear(self) -> None:
        """Show no inquiry; nothing that was typed is lost by that."""
        self._view = None

    def forget(self, known: set[int]) -> None:
        """Drop what was done to inquiries that are gone; and, of many, those that nobody touched."""
        too_many = len(self._views) - KEPT
        for number, view in tuple(self._views.items()):
            untouched = view is not self._view and not view.body.is_edited
            if number not in known or (too_many > 0 and untouched):
                too_many -= 1
                del self._views[number]
                view.remove()

    def is_edited(self, inquiry: int) -> bool:
        """Whether the person has changed something of an inquiry."""
        return inquiry in self._views and self._views[inquiry].body.is_edited

    def held(self, inquiry: int) -> dict[str, Json] | None:
        """Return what the person has filled in; None where they have changed nothing."""
        return self._views[inquiry].body.held if self.is_edited(inquiry) else None

    def restore(self, inquiry: int, held: JsonObject) -> bool:
        """Fill in what was kept; returns whether that changed anything."""
        body = self._views[inquiry].body
        before = body.held
        body.hold(held)
        return body.held != before

    def offer(self, words: str) -> None:
        """Say that a draft is kept."""
        self._offer = words
        self._show_notices()

    def _show_notices(self) -> None:
        """Say that a draft is kept, what could not be done, and why it waits."""
        words = [self._offer] if self._offer else []
        if self._view is not None and (inquiry := self._view.inquiry).phase.is_open:
            words += [f"⚑ {notice}" for notice in inquiry.notices] + waits_because(inquiry)
        notices = self.query_one("#inquiry-notices", Plain)
        notices.update("\n".join(words))
        notices.display = bool(words)

    # --- what is shown of it ---

    @property
    def tab(self) -> Tab:
        """The tab that is shown: "request" for the question, or "raw"."""
        return "raw" if self.query_one(ViewTabs).current == "raw" else "request"

    @tab.setter
    def tab(self, tab: Tab) -> None:
        if tab != self.tab and tab in ("request", "raw"):
            self.query_one(ViewTabs).current = tab
            self.query_one(ContentSwitcher).current = f"inquiry-{tab}"
            self.query_one(ViewTabs).leave_hidden(self.query_one(f"#inquiry-{tab}"))
            self.sync()
            self.post_message(PanelShown())

    def sync(self) -> None:
        """Bring the messages up to date, where they are what is shown."""
        if self._view is not None and self.tab == "raw":
            raw = raw_text(self._view.inquiry, self._view.body.answer())
            self.query_one("#inquiry-raw", DocumentPane).view.become(text_parts(raw, Style.JSON))

    def _show_title(self, inquiry: Inquiry) -> None:
        turn, brief = f"your turn: {inquiry.kind}", "your turn"
        if not inquiry.phase.is_open:
            turn = brief = state_word(inquiry)
        elif inquiry.phase is Phase.SENDING:
            turn, brief = f"{state_word(inquiry)}: it goes with the call", state_word(inquiry)
        done = " · the server says that it is done" if inquiry.completed else ""
        brief += " · done, it says" if inquiry.completed else ""
        self.query_one(PanelTitle).show(inquiry, Words(turn + done, brief))
        self.query_one(ViewTabs).show_subject(presumed(inquiry))

    # --- the answer ---

    def proposal(self, inquiry: Inquiry) -> Proposal:
        """Return what approving would do now."""
        view = self._view
        if view is None or view.inquiry is not inquiry or not view.is_ready:
            return inquiry_proposal(inquiry, Unready("It is not on the screen yet."), in_view=True)
        return inquiry_proposal(inquiry, view.body.answer(), in_view=self.tab == "request")

    def show_what_waits(self) -> None:
        """Show the question."""
        self.tab = "request"

    @property
    def is_painted(self) -> bool:
        """Whether what is shown of it is on the screen."""
        view = self._view
        return view is not None and view.is_ready and is_painted(self.query_one(ContentSwitcher))

    @property
    def page(self) -> PageBody | None:
        """The page that is shown, where that is what is asked."""
        body = self._view.body if self._view is not None else None
        return body if isinstance(body, PageBody) else None

    @property
    def reason(self) -> str:
        """What the person has written for an agent; empty where no agent asks."""
        body = self._view.body if self._view is not None else None
        return body.reason if isinstance(body, ToolCallBody) else ""

    def show_problems(self) -> None:
        """Show beside the fields what is wrong with them, and put the cursor into the first."""
        if self._view is not None and self.tab == "request":
            self._view.body.show_problems()

    @property
    def unseen(self) -> str:
        """What of the question has not been on the screen, in words; empty when everything has."""
        if self._view is None:
            return "nothing has been shown"
        self._view.measure()
        unseen = unseen_words(self._view.message.view.document) if self._view.message.is_attached else ""
        if unseen or self._view.seen >= SEEN:
            return unseen or self._view.body.unseen
        return f"only {self._view.seen:.0%} of the question has been on the screen"

    @property
    def scrollable(self) -> Widget | None:
        """What scrolls in the tab that is shown."""
        return self._view if self.tab == "request" else self.query_one("#inquiry-raw", DocumentPane).view

    def focus_text(self) -> None:
        """Put the cursor where the answer is given; where nothing is to be filled in, the question scrolls."""
        self.tab = "request"
        if self._view is not None:
            (self._view.body.first() or self._view).focus()

    def revert(self, focused: Widget | None) -> bool:
        """Put back what the focused field began with; False when there is none."""
        return self._view is not None and self._view.body.revert(focused)

    @property
    def redactable(self) -> Redactable:
        """What values can be redacted in."""
        return self

    def redact(self, extent: Extent) -> bool:
        """Replace what was found in what a call carries by placeholders; with the cursor in a note, what it is of."""
        if self._view is None or self._view.inquiry.gate is None or self.tab != "request":
            return False
        return self._view.body.redact(extent, note_under_cursor(self._view.message))

    def put_back(self) -> bool:
        """Put back what was replaced last."""
        return self._view is not None and self._view.inquiry.gate is not None and self._view.body.put_back()

    # --- messages ---

    @on_typed
    @on(ListRow.Changed)
    def _edited(self, message: Message) -> None:
        message.stop()
        if self._view is not None and self._view.is_ready:
            self.sync()
            self.post_message(PanelEdited(self._view.inquiry.id))

    @on(InquiryView.Ready)
    def _ready(self, message: InquiryView.Ready) -> None:
        message.stop()
        self.post_message(PanelShown())

    @on(ViewTabs.Chosen)
    def _tab_chosen(self, message: ViewTabs.Chosen) -> None:
        message.stop()
        self.tab = "raw" if message.view == "raw" else "request"
