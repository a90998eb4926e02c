"""An offer's description, its form and its runs; where none is chosen, what can be done next with a server."""

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button, Input

from ....frontend.presentation.format import clock_time
from ....frontend.presentation.primitives import Offer, OfferWords, offers_of, subscribed_uris, words_of
from ....sampling.request import JsonObject
from ....servers.state.primitives import ResourceTemplate
from ....servers.state.server import Server, ServerState
from ...delay import Delay
from ...widgets.field_row import on_typed
from ...widgets.nested_rows import ListRow
from ...widgets.plain import Plain, StatusLine
from ..form_drafts import FormDrafts
from .invocation_view import RunList
from .primitive_form import OfferForm
from .tree_labels import Place

KEPT_FORMS = 30
"""Forms that keep what was typed into them while another tool is shown; the one used longest ago goes first."""

WRITTEN_AFTER = 0.4
"""Seconds after a key until what is typed is written down, with what follows."""

LONG_DESCRIPTION = 500
"""Characters of a description that may be more than its room shows at once."""

NO_SERVERS = (
    "Add one to the configuration; it is started once the file is written:\n\n"
    '[servers.everything]\ncommand = "npx"\nargs = ["-y", "@modelcontextprotocol/server-everything"]'
)


class OfferView(VerticalScroll):
    """The right side's first view."""

    DEFAULT_CSS = """
    OfferView {
        height: 1fr; padding: 0 1;
        Plain { height: auto; }
        #offer-title { text-style: bold; }
        #offer-description-room { height: auto; max-height: 10; margin-bottom: 1; }
        #offer-forms { height: auto; }
        #offer-actions { height: auto; margin-bottom: 1; }
        #call { width: auto; min-width: 12; height: 1; border: none; margin-right: 2; }
        #offer-note { width: 1fr; }
        SchemaForm > Plain { margin-bottom: 1; }
        Input { background: $boost; padding: 0 1; }
        Input:focus { background: $surface-lighten-2; }
    }
    """
    HELP = "Fill in the form, then call. Down in a field shows what it may be completed to."

    class CallWanted(Message):
        """The person clicked the button."""

    def __init__(self, call_key: str, drafts: FormDrafts, fill_in_key: str) -> None:
        """
        Show nothing yet.

        Args:
            call_key: The key that does what the button says.
            drafts: Keeps what is typed.
            fill_in_key: The key that fills it in again.
        """
        super().__init__(id="offer-view")
        self._call_key = call_key
        self._forms: dict[Place, tuple[JsonObject, OfferForm]] = {}
        self._texts: dict[str, str] = {}
        self._place: Place | None = None
        self._followed_to: float | None = None
        self._drafts = drafts
        self._fill_in_key = fill_in_key
        self._edited: set[Place] = set()
        self._left: Widget | None = None

    def compose(self) -> ComposeResult:
        """Lay out title, form, button and runs."""
        yield Plain("", multiline=False, limit=300, id="offer-title")
        yield Plain("", multiline=False, limit=500, id="offer-hints", classes="muted")
        with VerticalScroll(id="offer-description-room"):
            yield Plain("", id="offer-description")
        yield StatusLine("", limit=1_000, id="offer-problem", classes="problem")
        yield Vertical(id="offer-forms")
        with Horizontal(id="offer-actions"):
            button = Button("", id="call", compact=True)
            button.can_focus = False  # a bare enter must not call anything
            yield button
            yield StatusLine("", id="offer-note", classes="notice")
        yield RunList()

    @property
    def form(self) -> OfferForm | None:
        """The form that is shown."""
        known = self._forms.get(self._place) if self._place else None
        return known[1] if known else None

    @property
    def runs(self) -> RunList:
        """The runs that are shown."""
        return self.query_one(RunList)

    def show_offer(self, server: Server, offer: Offer) -> None:
        """Show an offer, with the form as it was left."""
        words = words_of(offer)
        self._show_form(Place(server.name, words.name, words.kind), words, completes=server.offered.completes)
        self._show_texts(words.title, words.hints, _described(words))
        self.query_one("#offer-actions").display = True
        ready = server.state is ServerState.READY
        button = self.query_one("#call", Button)
        button.disabled = not ready or bool(words.problem)
        label = f"{words.verb}  {self._call_key}"
        if button.label != label:
            button.label = label
        note = offer_note(server, offer) if ready else f"{server.name} is {server.state}."
        self._set("#offer-note", " · ".join(filter(None, (note, self._draft_words()))))
        self._set("#offer-problem", f"It can't be used: {words.problem}." if words.problem else "")

    def show_server(self, server: Server, key_of: Callable[[str], str]) -> None:
        """
        Say what can be done with a server.

        Args:
            key_of: Returns the key of a command, as it is shown.
        """
        self._hide_forms()
        self._place = None
        self._set("#offer-problem", "")
        self._show_texts("", "", what_to_do(server, key_of))
        self.query_one("#offer-actions").display = False

    def show_nothing(self) -> None:
        """Say what to do when no server is configured."""
        self._set("#offer-problem", "")
        self._show_texts("No server is configured.", "", NO_SERVERS)
        self.query_one("#offer-actions").display = False

    def focus_form(self) -> None:
        """Put the cursor into the first field; where there is none, the view scrolls by keyboard."""
        first = next((widget for widget in self.form.query("*") if widget.focusable), None) if self.form else None
        (first or self).focus()

    def follow_runs(self) -> None:
        """
        Bring the newest run into view, and keep it there as it grows, until the person scrolls.

        In a narrow terminal the form makes room for that, so the focus goes along: nothing is typed into what can't be
        seen. `go_back` leads to where it was.
        """
        self._followed_to = None
        focused = self.screen.focused
        if self.screen.has_class("-narrow") and focused is not None and self.form in focused.ancestors:
            self._left = focused
            self.runs.call_after_refresh(self.runs.focus_newest)
        self.call_after_refresh(self._scroll_to_runs)

    @property
    def way_back(self) -> str:
        """From the runs to the form, if the focus has come from there."""
        focused, form = self.screen.focused, self.form
        has_left = self._left is not None and form is not None and form in self._left.ancestors
        return "form" if has_left and focused is not None and self.runs in focused.ancestors else ""

    def go_back(self) -> None:
        """Put the focus back into the field that it has come from."""
        if self._left is not None:
            self._followed_to = None
            self._left.focus()
            if isinstance(self._left, Input):  # not all of it selected, as at the first visit: a key would replace it
                self._left.call_after_refresh(self._left.action_end)

    def on_run_list_resized(self) -> None:
        """Follow the runs, unless the person has scrolled since."""
        if self._followed_to is not None:
            # What shrinks for a moment takes the end along, which is not the person's doing.
            if self.scroll_y == self._followed_to or self.is_vertical_scroll_end:
                self.call_after_refresh(self._scroll_to_runs)
            else:
                self._followed_to = None

    def _scroll_to_runs(self) -> None:
        self.scroll_to_widget(self.runs, top=True, animate=False, immediate=True)
        self._followed_to = self.scroll_y

    def on_button_pressed(self, message: Button.Pressed) -> None:
        """Ask for the call."""
        message.stop()
        self.post_message(self.CallWanted())

    def _show_form(self, place: Place, words: OfferWords, *, completes: bool) -> None:
        schema, form = self._forms.pop(place, (None, None))
        if form is None or schema != words.schema:
            if form is not None:
                form.remove()
            form = OfferForm(words.schema, words.kind, words.name, empty=words.empty)
            self.query_one("#offer-forms").mount(form)
            self._drafts.look(place, words.schema)
        form.completes = completes
        self._forms[place] = (words.schema, form)  # the last one in the order is the one used last
        if place != self._place:
            self._place = place
            self._hide_forms()
            self._followed_to = None
            self.scroll_home(animate=False)
        form.display = True
        if len(self._forms) > KEPT_FORMS:
            oldest = next(iter(self._forms))
            self._forms.pop(oldest)[1].remove()

    # --- what is typed and not used yet ---

    @on_typed
    @on(ListRow.Changed)
    def _typed(self) -> None:
        if self._place is not None:
            if not self._edited:
                Delay(self, WRITTEN_AFTER, self._write)
            self._edited.add(self._place)

    def on_unmount(self) -> None:
        """Write down what is not written yet."""
        self._write()

    def _write(self) -> None:
        edited, self._edited = self._edited, set()
        for place in edited.intersection(self._forms):
            self._drafts.write(place, *self._forms[place])

    def _draft_words(self) -> str:
        draft = self._drafts.offered(self._place)
        fills_in = f"outside the form {self._fill_in_key} fills it in"  # within, it is a letter
        return f"↺ typed before ({draft.words}): {fills_in}" if draft else ""

    @property
    def has_draft(self) -> bool:
        """Whether something is kept that the form does not hold."""
        return self._drafts.offered(self._place) is not None

    def fill_in(self) -> None:
        """Fill the form in with what is kept."""
        if self._place is not None and self.form is not None:
            self._drafts.fill_in(self._place, self.form)

    def forget_draft(self) -> None:
        """Keep nothing of the form: what it holds is used."""
        if self._place is not None and self._place in self._forms:
            self._edited.discard(self._place)
            self._drafts.forget(self._place, self._forms[self._place][0])

    def _hide_forms(self) -> None:
        for _, form in self._forms.values():
            form.display = False

    def _show_texts(self, title: str, hints: str, description: str) -> None:
        self._set("#offer-title", title)
        self._set("#offer-hints", hints)
        self._set("#offer-description", description)
        room = self.query_one("#offer-description-room")
        room.display = bool(description)
        room.can_focus = len(description) > LONG_DESCRIPTION  # it may need scrolling; else it is not a stop for tab

    def _set(self, selector: str, text: str) -> None:
        """Show a text, unless it is shown already: a busy server changes thirty times a second."""
        if self._texts.get(selector) != text:
            self._texts[selector] = text
            widget = self.query_one(selector, Plain)
            widget.display = bool(text)
            widget.update(text)


def _described(words: OfferWords) -> str:
    """Return a description, with what else does not fit the specification below it."""
    odd = "; ".join(words.remarks)
    return "\n\n".join(part for part in (words.description, odd and f"Breaks the specification: {odd}.") if part)


def offer_note(server: Server, offer: Offer) -> str:
    """Return what is known of a resource beyond its listing: whether it is subscribed to, and has changed."""
    subscribed = subscribed_uris(offer, server.subscribed, {one.uri for one in server.offered.resources})
    which = f" ({', '.join(subscribed)})" if isinstance(offer, ResourceTemplate) else ""
    changed = max((server.updated[uri] for uri in subscribed if uri in server.updated), default=None)
    if changed is not None:
        return f"it has changed at {clock_time(changed)}: read it again{which}"
    return f"subscribed: the server tells when it changes{which}" if subscribed else ""


def what_to_do(server: Server, key_of: Callable[[str], str]) -> str:
    """Return what can be done next with a server."""
    why = "; ".join(filter(None, (server.reason, server.hint)))
    why = f"{why[:1].upper()}{why[1:]}.\n" if why else ""
    start, log = key_of("start-server"), key_of("show-log")
    again = "" if (server.next_settings or server.settings).problems else f", {start} starts it again"
    words = {
        ServerState.READY: "Choose what it offers with the arrow keys; enter goes into its form.",
        ServerState.STARTING: "It is starting.",
        ServerState.RESTARTING: f"{why}{start} starts it now.",
        ServerState.STOPPING: "It is stopping.",
        ServerState.FAILED: f"{why}{log} shows its log{again}.",
        ServerState.STOPPED: f"It is stopped. {start} starts it.",
    }
    if server.state is ServerState.READY and not any(offers_of(server).values()):
        return "It is up, and offers nothing."
    return words[server.state].strip()
