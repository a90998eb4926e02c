"""The second gate's view: which responses there are, how the one that is shown came to be, and the response itself."""

from collections.abc import Callable
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from ....frontend.presentation.candidates import MeterOf, label
from ....frontend.review.proposal import Edits
from ....sampling.phase import Phase
from ....sampling.review import Candidate, Review
from ...pointer.painted_links import PaintedLinks
from ...widgets.plain import Plain
from ..state_line import state_line
from .candidate_columns import CandidateColumns
from .response_body import ResponseBody

WIDE = 120
"""Columns of the terminal from which responses that are written at once stand side by side by themselves."""


UNKNOWN_WIDTH = 1_000
"""Cells, until it is laid out."""


class ResponseView(Vertical):
    """What the models (and the person) answered to one review."""

    DEFAULT_CLASSES = "response-view"

    @dataclass
    class Changed(Message):
        """The person edited the answer; the edits have it already."""

        review: int

    def __init__(self, review: Review, edits: Edits, key_of: Callable[[str], str], meter_of: MeterOf) -> None:
        """
        Show the responses of a review.

        Args:
            edits: Holds the edits of each response, and receives them.
            key_of: Returns the key of a command as it is shown.
            meter_of: Returns what a response has used.
        """
        super().__init__()
        self._review = review
        self._edits = edits
        self._key_of = key_of
        self._meter_of = meter_of
        self._candidates = PaintedLinks("", id="candidates")
        self._state = Plain("", id="response-state")
        self._error = Plain("", id="response-error", classes="problem")
        self._remarks = Plain("", id="response-remarks", classes="remarks")
        self.body = ResponseBody(review, edits, key_of)
        self._columns = CandidateColumns(edits, meter_of)
        self._is_blank = True

    @property
    def is_in_columns(self) -> bool:
        """Whether several stand side by side."""
        return bool(self._columns.display)

    def show(self, review: Review, edits: Edits) -> None:
        """Show the responses of another review in the place of these."""
        if self._review is not review or self._edits is not edits:
            self._review = review
            self._edits = edits
            self.show_anew()

    def show_anew(self) -> None:
        """Forget what is shown of the responses, so that edits which were not made here are shown."""
        self._is_blank = True
        self.body.show(self._review, self._edits)
        self._columns.clear(self._edits)

    def let_go(self, review: Review, edits: Edits) -> None:
        """Hold no responses of another review than that one."""
        if not self._is_blank:
            self.show(review, edits)

    def compose(self) -> ComposeResult:
        """Lay out the line of candidates, the state, and the room for the text."""
        yield self._candidates
        yield self._state
        yield self._error
        yield self._remarks
        yield self.body
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
        self._is_blank = False
        candidate = None if self._edits.by_hand else self._edits.shown_candidate(self._review)
        side_by_side = self._side_by_side()
        self.body.display = not side_by_side
        self._columns.display = bool(side_by_side)
        self._show_candidates(candidate)
        self._show_state(candidate)
        if side_by_side:
            self._columns.show(side_by_side, candidate)
        else:
            self.body.sync(candidate)

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

    @on(ResponseBody.Changed)
    def _answer_edited(self, message: ResponseBody.Changed) -> None:
        message.stop()
        self.post_message(self.Changed(self._review.id))

    @property
    def scrollable(self) -> Widget | None:
        """What the arrows scroll."""
        shown = self._edits.shown_candidate(self._review)
        if self._columns.display:
            return self._columns.scroller(shown.number) if shown is not None else None
        return self.body.pane.view

    @property
    def unseen(self) -> str:
        """What of the answer that is shown has not been on the screen, in words; empty when everything has."""
        return self.body.unseen if self.body.display else "no response has been shown alone"

    @property
    def meter(self) -> str:
        """How much has not been seen, in a few words; empty while no answer is shown."""
        return self.body.meter if self.body.display else ""

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
        self._candidates.update(self._with_keys(in_lines(parts, self.size.width - 2)))
        self._candidates.display = (
            len(parts) > 1 and not self._columns.display
        )  # the columns have headings of their own

    def _with_keys(self, names: Content) -> Content:
        """Return the names of the responses, with the keys from one to the other unless the footer has them."""
        before, after, beside = map(self._key_of, ("previous-candidate", "next-candidate", "compare"))
        room = self.size.width - 2 - Content(names.plain.rpartition("\n")[2]).cell_length
        choices = (f"  {before} {after} others · {beside} side by side", f"  {before} {after} others")
        is_narrow = self.app.size.width < WIDE
        keys = next((keys for keys in choices if is_narrow and Content(keys).cell_length <= room), "")
        return names + Content.styled(keys, "dim") if keys else names

    def _show_state(self, candidate: Candidate | None) -> None:
        self._state.display = candidate is not None
        self._error.display = candidate is not None and candidate.error is not None
        remarks = candidate.response.remarks if candidate is not None and candidate.response is not None else ()
        self._remarks.update("\n".join(f"⚑ {remark}" for remark in remarks))
        self._remarks.display = bool(remarks)
        if candidate is None:
            return
        edited = self._edits.of(candidate.number).is_edited
        meter, width = self._meter_of(candidate), (self.size.width or UNKNOWN_WIDTH) - 2
        self._state.update(state_line(candidate, meter, edited=edited, stop_keys=self._stop_keys(), width=width))
        if candidate.error is not None:
            self._error.update(f"✗ {candidate.error.message}\n{candidate.error.hint}".rstrip())

    def _stop_keys(self) -> str:
        streaming = sum(one.is_streaming for one in self._review.candidates)
        one = f"{self._key_of('stop')} stops it"
        return one if streaming < 2 else f"{one}, {self._key_of('stop-all')} all {streaming}"


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
