"""One review: a title, what must be told, and four tabs: the request, the response, what was changed, the messages."""

from collections.abc import Callable, Sequence
from typing import cast

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from ....desk.assess import Assessment
from ....frontend.document.sides import changes_of, raw_of
from ....frontend.presentation.candidates import MeterOf
from ....frontend.queue.deadlines import explained, presumed, time_left
from ....frontend.review.proposal import Edits, Tab
from ....frontend.review.recipients import notes_on_all
from ....frontend.review.request_draft import FieldProblem
from ....sampling.phase import Phase
from ....sampling.remarks import remarks_on
from ....sampling.review import Candidate, Review
from ...document.editing import OutsideText
from ...document.field_editor import FieldEditor
from ...document.painted import is_painted
from ...document.pane import DocumentPane
from ...widgets.panes import PaneFrame
from ...widgets.plain import Plain
from ...widgets.view_tabs import ViewTabs
from ..side_pane import SidePane
from .both_sides import BothSides
from .found import Searching
from .panel_messages import PanelEdited, PanelShown
from .panel_title import PanelTitle
from .redacting import Redactable
from .request_view import RequestView
from .response_body import ResponseBody
from .response_view import ResponseView
from .review_words import model_line, turn_words, waits_because

TABS: tuple[tuple[Tab, str], ...] = (
    ("request", "Request"),
    ("response", "Response"),
    ("changes", "Changes"),
    ("raw", "Raw"),
)


AT_THE_REQUEST = (Phase.READING, Phase.REQUEST)
"""Phases in which there is nothing but the request to look at."""


def _ended_without_response(review: Review) -> bool:
    """Whether it was refused or withdrawn before any model was asked: an answer of before was only offered."""
    return not review.phase.is_open and all(one.earlier for one in review.candidates) and _given(review) is None


def _given(review: Review) -> object:
    return review.outcome.response if review.outcome is not None else None


class ReviewPanel(Vertical):
    """Shows one review, and receives the person's edits."""

    def __init__(self, *, id: str, key_of: Callable[[str], str], meter_of: MeterOf) -> None:
        """
        Show no review yet.

        Args:
            key_of: Returns the key of a command, as it is shown.
            meter_of: Returns what a response has used.
        """
        super().__init__(id=id)
        self._key_of = key_of
        self._meter_of = meter_of
        self._searching = Searching(self)
        self._request_view: RequestView | None = None
        self._response_view: ResponseView | None = None
        self._review: Review | None = None
        self._edits: Edits | None = None
        self._editable = False
        self._phase: Phase | None = None
        self._candidates = 0
        self._offer = ""

    def compose(self) -> ComposeResult:
        """Lay out the title and the tabs."""
        yield PanelTitle(id="review-title")
        with PaneFrame():
            yield Plain("", id="review-notices", classes="notice")
            yield ViewTabs([(tab, label, self._key_of(f"show-{tab}")) for tab, label in TABS])
            with BothSides(initial="request"):
                yield Vertical(id="request")
                yield Vertical(id="response")
                yield SidePane("changes", changes_of)
                yield SidePane("raw", raw_of)

    # --- which review, and how far it is ---

    def clear(self) -> None:
        """Show no review."""
        self._review = self._edits = self._phase = self._request_view = self._response_view = None
        self.query_one("#request").remove_children()
        self.query_one("#response").remove_children()

    def show(self, review: Review, edits: Edits) -> None:
        """Show a review, or bring what is shown of it up to date."""
        other = review is not self._review
        gate_moved = not other and (review.phase is not self._phase or self._was_answered_at_once(review))
        self._review, self._edits = review, edits
        editable = review.phase in (Phase.REQUEST, Phase.RESPONSE)
        if other:
            self._show_request(review, edits, editable=editable)
        elif editable != self._editable and self._request_view is not None:
            self._request_view.set_editable(editable)
        self._editable = editable
        if (other or gate_moved) and review.phase is Phase.RESPONSE:
            edits.look_at_an_answer(review)
        if other:
            self._show_responses(review, edits)
            only_asked = review.phase in AT_THE_REQUEST or _ended_without_response(review)
            self.tab = "request" if only_asked and not edits.by_hand else "response"
        elif gate_moved and review.phase is not Phase.REQUEST and not _ended_without_response(review):
            # The person's own approval brought it here: what it brought about is what they want to see.
            self.tab = "response"
            if review.phase is Phase.GENERATING:
                edits.ask()
                edits.candidate = next((one.number for one in review.candidates if one.is_streaming), None)
        self._phase, self._candidates = review.phase, len(review.candidates)
        self.sync()

    def _was_answered_at_once(self, review: Review) -> bool:
        """Whether models were asked, and have answered, since it was shown last."""
        return review.phase is Phase.RESPONSE and len(review.candidates) > self._candidates

    def show_anew(self) -> None:
        """Forget what is shown, so that the next `show` shows edits that were not made here."""
        self._review = None
        if self._response_view is not None:
            self._response_view.show_anew()

    def offer(self, words: str) -> None:
        """Say that a draft is kept."""
        if words != self._offer:
            self._offer = words
            self.sync()

    def sync_while_writing(self, review: Review | None) -> bool:
        """Bring only the response up to date if that is all that can have changed; False when it is not."""
        if review is not self._review or review is None or review.phase is not Phase.GENERATING:
            return False
        if self._phase is not Phase.GENERATING:
            return False
        self.sync()
        return True

    def sync(self) -> None:
        """Bring the visible tab up to date."""
        if self._review is None or self._edits is None:
            return
        self._show_title()
        notices = self.query_one("#review-notices", Plain)
        words = [self._offer] if self._offer and self._review.phase.is_undecided else []
        words += [f"⚑ {notice}" for notice in self._review.notices] + waits_because(self._review)
        words += _of_another_request(self._review, self._edits, self._key_of)
        if self._review.phase in AT_THE_REQUEST:
            words += [f"⚑ {remark}" for remark in remarks_on(self._review.asked)]
            words += [f"↺ {one.earlier}: {self._key_of('show-response')} shows it" for one in _earlier(self._review)]
        notices.update("\n".join(words))
        notices.display = bool(words)
        if self._response_view is not None and (self.tab == "response" or self._has_answer):
            self._response_view.show(self._review, self._edits)
            self._response_view.sync()
        self._lay_out()
        for side in self.query(SidePane):
            side.show(self._review, self._edits, is_shown=side.id == self.tab)

    def tick(self) -> None:
        """Bring up to date what changes with time alone."""
        if self._review is not None and self._review.phase is Phase.GENERATING:
            self.sync()
        elif self._review is not None and time_left(self._review):
            self._show_title()

    def _show_request(self, review: Review, edits: Edits, *, editable: bool) -> None:
        """Show another request, in the widget that there is: making one takes longer than all the rest."""
        if self._request_view is None:
            self._request_view = RequestView(review, edits, editable=editable, key_of=self._key_of)
            self.query_one("#request").mount(self._request_view)
        else:
            self._request_view.show(review, edits, editable=editable)

    def _show_responses(self, review: Review, edits: Edits) -> None:
        if self._response_view is None:
            self._response_view = ResponseView(review, edits, self._key_of, self._meter_of)
            self.query_one("#response").mount(self._response_view)
        else:
            self.call_after_refresh(self._response_view.let_go, review, edits)

    @property
    def tab(self) -> Tab:
        """The tab that is shown."""
        return cast(Tab, self.query_one(ViewTabs).current)

    @tab.setter
    def tab(self, tab: Tab) -> None:
        if tab != self.tab:
            self.query_one(ViewTabs).current = tab
            self.query_one(BothSides).current = tab
            self._lay_out()
            if self._request_view is not None and tab != "request":
                self._request_view.pane.close_editor()
            if self._response_view is not None and tab != "response":
                self._response_view.body.pane.close_editor()
            self.query_one(ViewTabs).leave_hidden(self.query_one(f"#{tab}"))
            self.sync()
            self.post_message(PanelShown())

    def show_what_waits(self) -> None:
        """Show the tab that is to be decided about."""
        if self._review is not None and self._review.phase.is_open:
            self.tab = "request" if self._review.phase in AT_THE_REQUEST else "response"

    @property
    def is_painted(self) -> bool:
        """Whether what is shown of it is on the screen."""
        return is_painted(self.query_one(BothSides))

    @property
    def _has_answer(self) -> bool:
        """Whether there is an answer to look at beside the request."""
        review, edits = self._review, self._edits
        by_hand = edits is not None and edits.by_hand
        return by_hand or (review is not None and bool(review.candidates) and review.phase not in AT_THE_REQUEST)

    def _lay_out(self) -> None:
        has_answer, view = self._has_answer, self._response_view
        self.query_one(BothSides).lay_out(has_answer=has_answer, in_columns=view is not None and view.is_in_columns)

    @property
    def unseen(self) -> str:
        """What the tab shows for approval and has not been on the screen, in words; empty when everything has."""
        view = self._request_view if self.tab == "request" else self._response_view
        return view.unseen if view is not None else "nothing has been shown"

    def seen_fields(self, review: Review) -> frozenset[str]:
        """Return the fields of a request that have been seen wholly, as the server sent them; none of another one."""
        view = self._request_view if review is self._review else None
        return view.seen_fields if view is not None else frozenset()

    @property
    def scrollable(self) -> Widget | None:
        """What scrolls in the tab that is shown."""
        match self.tab:
            case "request":
                return self._request_view.view if self._request_view is not None else None
            case "response":
                return self._response_view.scrollable if self._response_view is not None else None
            case "changes" | "raw":
                return self.query_one(f"#{self.tab}", DocumentPane).view

    @property
    def outside_text(self) -> OutsideText | None:
        """The text of the tab that is shown which the person's own editor would edit."""
        if self.tab == "response":
            return self._response_view.body.outside_text if self._response_view is not None else None
        shown = self._request_view if self.tab == "request" else None
        return shown.outside_text if shown is not None else None

    # --- the title ---

    def _show_title(self) -> None:
        review = self._review
        assert review is not None
        title = self.query_one(PanelTitle)
        title.show(review, turn_words(review, self._edits, self._key_of("approve")))
        known = filter(None, (self._meter(review), presumed(review)))
        self.query_one(ViewTabs).show_subject(" · ".join(known))
        title.tooltip = explained(review) or None

    def _meter(self, review: Review) -> str:
        """Return how much of what approving would send has not been seen."""
        if self.tab == "request":
            view = self._request_view if review.phase is Phase.REQUEST else None
            return view.meter if view is not None and view.view.seen.has_rested else ""  # no figure before the paint
        shown = self._response_view if self.tab == "response" and review.gate is not None else None
        return shown.meter if shown is not None else ""

    # --- edits and remarks ---

    @on(RequestView.Changed)
    @on(ResponseView.Changed)
    def _edited(self, message: RequestView.Changed | ResponseView.Changed) -> None:
        message.stop()
        if self._review is not None and message.review == self._review.id:
            self.sync()
        self.post_message(PanelEdited(message.review))

    @on(RequestView.Seen)
    @on(ResponseBody.Seen)
    def _seen(self, message: RequestView.Seen | ResponseBody.Seen) -> None:
        message.stop()
        if self._review is not None:
            self._show_title()

    @on(ViewTabs.Chosen)
    def _tab_chosen(self, message: ViewTabs.Chosen) -> None:
        message.stop()
        self.tab = cast(Tab, message.view)

    @on(RequestView.Ready)
    def _ready(self, message: RequestView.Ready) -> None:
        message.stop()
        self.post_message(PanelShown())

    def remark(self, addressees: Sequence[Assessment], problems: list[FieldProblem]) -> None:
        """Show the models and their hosts, and beside each field what must be known about it."""
        review, edits = self._review, self._edits
        if review is None or edits is None:
            return
        if self._request_view is not None:
            notes = (*notes_on_all(addressees), *self._searching.notes(edits.draft))
            self._request_view.remark(model_line(review, edits, addressees).plain, problems, notes)

    def revert(self, focused: Widget | None) -> bool:
        """Put the original back into the focused field; False when there is none."""
        if self.tab == "request":
            return self._request_view is not None and self._request_view.revert()
        return self._response_view is not None and self._response_view.body.revert()

    def leave_out(self) -> bool:
        """Leave out the block, tool or tool use that the cursor is in, or put it back; False when it is in none."""
        if self.tab == "request":
            return self._request_view is not None and self._request_view.leave_out()
        return self._response_view is not None and self._response_view.body.leave_out()

    @property
    def redactable(self) -> Redactable | None:
        """What values can be redacted in, or put back into: the request or the response that is shown."""
        if self.tab == "request":
            return self._request_view
        body = self._response_view.body if self.tab == "response" and self._response_view is not None else None
        return body if body is not None and body.display else None

    def answer_editor(self) -> FieldEditor | None:
        """Open the editor of the text of the answer that the cursor is in, else of its first text."""
        return self._response_view.body.answer_editor() if self._response_view is not None else None

    def focus_text(self) -> None:
        """Put the cursor into the text under it, else into the first text of the tab that is shown."""
        if self.tab != "response":
            self.tab = "request"
            if self._request_view is not None:
                self._request_view.edit_field()
        elif self._response_view is not None:
            self._response_view.body.edit_field()


def _earlier(review: Review) -> list[Candidate]:
    return [one for one in review.candidates if one.earlier]


def _of_another_request(review: Review, edits: Edits, key_of: Callable[[str], str]) -> list[str]:
    """Return what is to be known of an answer where the request beside it has been changed since."""
    candidate = edits.shown_candidate(review) if review.phase is Phase.RESPONSE and not edits.by_hand else None
    request = edits.draft.build() if candidate is not None and not candidate.earlier else None
    if candidate is None or request is None or isinstance(request, list) or request == candidate.request:
        return []
    again = key_of("regenerate")
    return [f"⚑ The request was changed after this answer to it; {again} asks again, with what is changed"]
