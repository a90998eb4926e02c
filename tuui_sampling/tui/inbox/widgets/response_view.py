"""The second gate's view: which responses there are, how the one that is shown came to be, and the response itself."""

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from ....frontend.presentation.candidates import MeterOf, label
from ....frontend.review.proposal import BY_HAND, Edits
from ....sampling.phase import Phase
from ....sampling.review import Candidate, Review
from ...widgets.foreign_text_editor import TextBlockEditor
from ...widgets.plain import Plain
from ..state_line import state_line
from .candidate_columns import CandidateColumns
from .response_blocks import AnswerPart, ToolUsePart
from .response_body import AnswerBody

WIDE = 120
"""Columns of the terminal from which responses that are written at once stand side by side by themselves."""


SEEN = 0.995
"""The share that counts as all: the last row of a text may be half a row."""


class ResponseView(Vertical):
    """What the models (and the person) answered to one review."""

    DEFAULT_CLASSES = "response-view"

    @dataclass
    class Changed(Message):
        """The person edited the answer; the edits have it already."""

        review: int

    @dataclass
    class Keys:
        """Keys as they are shown, which the view names."""

        stop: str
        stop_all: str
        leave_out: str

    def __init__(self, review: Review, edits: Edits, keys: Keys, meter_of: MeterOf) -> None:
        """
        Show the responses of a review.

        Args:
            edits: Holds the edits of each response, and receives them.
            meter_of: Returns what a response has used.
        """
        super().__init__()
        self._review = review
        self._edits = edits
        self._keys = keys
        self._meter_of = meter_of
        self._shown: tuple[object, ...] | None = None
        self._candidates = Plain("", id="candidates")
        self._state = Plain("", id="response-state")
        self._error = Plain("", id="response-error", classes="problem")
        self._remarks = Plain("", id="response-remarks", classes="remarks")
        self._body = AnswerBody(edits, keys.leave_out)
        self._columns = CandidateColumns(edits, meter_of)

    def compose(self) -> ComposeResult:
        """Lay out the line of candidates, the state, and the room for the text."""
        yield self._candidates
        yield self._state
        yield self._error
        yield self._remarks
        yield self._body
        yield self._columns

    def on_mount(self) -> None:
        """Show what there is."""
        self.sync()

    def on_resize(self) -> None:
        """Stand side by side, or no longer."""
        self.sync()

    def sync(self) -> None:
        """Bring the view up to the review's and the edits' present state. Does nothing before it is mounted."""
        if not self._columns.is_mounted:
            return
        candidate = None if self._edits.by_hand else self._edits.shown_candidate(self._review)
        side_by_side = self._side_by_side()
        self._body.display = not side_by_side
        self._columns.display = bool(side_by_side)
        self._show_candidates(candidate)
        self._show_state(candidate)
        if side_by_side:
            self._columns.show(side_by_side, candidate)
        else:
            self._show_one(candidate)

    def _side_by_side(self) -> list[Candidate]:
        """Return the responses that stand side by side; none when only one is shown."""
        candidates = self._review.candidates
        if self._edits.by_hand:
            return []
        if self._edits.comparing:
            return candidates if len(candidates) > 1 else []
        if self._review.phase is not Phase.GENERATING or self.app.size.width < WIDE:
            return []
        at_once = written_at_once(candidates)
        return at_once if len(at_once) > 1 else []

    def _show_one(self, candidate: Candidate | None) -> None:
        open_ = self._review.phase in (Phase.REQUEST, Phase.RESPONSE)
        number = BY_HAND if self._edits.by_hand else candidate.number if candidate else None
        streaming = candidate is not None and candidate.is_streaming
        kind = (number, streaming, open_)
        if kind == self._shown:
            if streaming and candidate is not None:
                self._body.follow(candidate)
            return
        self._shown = kind
        if self._edits.by_hand:
            self._body.show_own(editable=open_)
        elif candidate is None:
            self._body.show_nothing(_nothing_yet(self._review))
        elif streaming:
            self._body.show_stream(candidate)
        else:
            self._body.show_answer(candidate, editable=open_)

    # --- what happens ---

    @on(AnswerPart.Edited)
    def _answer_edited(self, message: AnswerPart.Edited) -> None:
        message.stop()
        self.post_message(self.Changed(self._review.id))

    def first_editor(self) -> TextBlockEditor | None:
        """Return the first thing that can be edited, once there is one."""
        return self._body.first_editor() if self._body.display else None

    def text_editor(self, focused: Widget | None) -> TextBlockEditor | None:
        """Return the text of the answer that has the focus, else the first."""
        return self._body.text_editor(focused) if self._body.display else None

    def revert(self, focused: Widget | None) -> bool:
        """Put the original back into the editor that has the focus; False when none has."""
        part = self._body.part_with(focused)
        return part is not None and focused is not None and part.revert(focused)

    def leave_out(self, focused: Widget | None) -> bool:
        """Leave out the tool use that has the focus, or put it back; False when none has."""
        part = self._body.part_with(focused)
        if not isinstance(part, ToolUsePart):
            return False
        part.turn()
        return True

    @property
    def scrollable(self) -> Widget | None:
        """What the arrows scroll."""
        shown = self._edits.shown_candidate(self._review)
        if self._columns.display:
            return self._columns.scroller(shown.number) if shown is not None else None
        return self._body

    @property
    def unseen(self) -> str:
        """What of the answer that is shown has not been on the screen, in words; empty when everything has."""
        seen = self._body.seen if self._body.display else 0.0
        return "" if seen >= SEEN else f"only {seen:.0%} of the response has been on the screen"

    # --- the lines above ---

    def _show_candidates(self, shown: Candidate | None) -> None:
        parts = [
            Content.from_markup(
                f"[@click=screen.show_candidate({one.number})]{'[reverse]' if one is shown else ''} $label [/]",
                label=label(one, self._meter_of(one)),
            )
            for one in self._review.candidates
        ]
        if self._edits.by_hand:
            parts.append(Content.from_markup("[reverse] by hand [/]"))
        self._candidates.update(in_lines(parts, self.size.width - 2))
        self._candidates.display = (
            len(parts) > 1 and not self._columns.display
        )  # the columns have headings of their own

    def _show_state(self, candidate: Candidate | None) -> None:
        self._state.display = candidate is not None
        self._error.display = candidate is not None and candidate.error is not None
        remarks = candidate.response.remarks if candidate is not None and candidate.response is not None else ()
        self._remarks.update("\n".join(f"⚑ {remark}" for remark in remarks))
        self._remarks.display = bool(remarks)
        if candidate is None:
            return
        edited = self._edits.of(candidate.number).is_edited
        self._state.update(state_line(candidate, self._meter_of(candidate), edited=edited, stop_keys=self._stop_keys()))
        if candidate.error is not None:
            self._error.update(f"✗ {candidate.error.message}\n{candidate.error.hint}".rstrip())

    def _stop_keys(self) -> str:
        streaming = sum(one.is_streaming for one in self._review.candidates)
        one = f"{self._keys.stop} stops it"
        return one if streaming < 2 else f"{one}, {self._keys.stop_all} all {streaming}"


def in_lines(parts: list[Content], width: int) -> Content:
    """Return headings one beside the other, as many in a line as have room there whole."""
    lines: list[list[Content]] = []
    for part in parts:
        used = sum(one.cell_length + 1 for one in lines[-1]) if lines else width
        if used + part.cell_length > width:
            lines.append([])
        lines[-1].append(part)
    return Content("\n").join(Content(" ").join(line) for line in lines)


def written_at_once(candidates: list[Candidate]) -> list[Candidate]:
    """Return the responses that are written now, and those that have ended since the first of these began."""
    writing = [one for one in candidates if one.is_streaming]
    if not writing:
        return []
    since = min(one.started for one in writing)
    return [one for one in candidates if one.elapsed is None or one.started + one.elapsed > since]


def _nothing_yet(review: Review) -> str:
    if review.phase.is_open:
        return "No response yet. Approve the request, or answer by hand."
    return "This request ended without a response."
