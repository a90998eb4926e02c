"""What the person has done to one review and not decided yet, and what a decision would do now. Pure values."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Literal

from ..sampling.decision import Answer, Approve, Decision, Gate
from ..sampling.note import Note, Severity
from ..sampling.request import SamplingRequest, TextBlock
from ..sampling.response import HUMAN_MODEL, Response
from ..sampling.review import Candidate, Phase, Review
from ..sampling.wire import outbound_digest, response_result
from .draft import LABELS, Draft

Tab = Literal["request", "response", "changes", "raw"]

BY_HAND = 0
"""Stands for the person's own answer where a candidate's number is expected."""


@dataclass
class Edits:
    """
    The edits of one review; they live as long as the review is on the desk.

    Attributes:
        answers: Candidate number → its text as edited; `BY_HAND` → the person's own answer.
        candidate: The candidate that is shown; None means the newest.
        by_hand: The person writes the answer.
    """

    draft: Draft
    answers: dict[int, str] = field(default_factory=dict)
    candidate: int | None = None
    by_hand: bool = False

    def shown_candidate(self, review: Review) -> Candidate | None:
        """Return the candidate that is shown, or None while there is none."""
        chosen = [one for one in review.candidates if one.number == self.candidate]
        return chosen[0] if chosen else review.candidate

    def answer(self, candidate: Candidate) -> Response | None:
        """Return a candidate's response as edited; None when it has none."""
        response = candidate.response
        edited = self.answers.get(candidate.number)
        return response if response is None or edited is None else response.with_text(edited)

    def own_answer(self) -> Response:
        """Return what the person wrote in the model's place."""
        return Response((TextBlock(self.answers.get(BY_HAND, "")),), HUMAN_MODEL, "endTurn")

    def is_edited(self, review: Review) -> bool:
        """Whether what would be sent now differs from what was asked or answered."""
        return bool(self.draft.edits or self.answers) or review.outbound != review.asked


@dataclass(frozen=True)
class Proposal:
    """
    What approving would do now.

    Attributes:
        decision: None when nothing can be approved; `obstacle` then says why.
        effect: In words, for the line above the footer. May hold foreign text.
        digest: Of all that would be sent.
    """

    gate: Gate | None
    decision: Decision | None
    effect: str = ""
    obstacle: str = ""
    digest: str = ""


def proposal(review: Review, edits: Edits, tab: Tab, host: str, notes: tuple[Note, ...]) -> Proposal:
    """
    Return what approving would do, given what is on the screen.

    Args:
        host: Where the draft's model is.
        notes: What the draft's model can't carry of the draft.
    """
    if review.phase is Phase.GENERATING:
        return Proposal(Gate.RESPONSE, None, obstacle="The response is still being written.")
    if not review.phase.is_open:
        return Proposal(None, None, obstacle="This request has ended.")
    if edits.by_hand:
        return _own_answer(review, edits, tab)
    if review.phase is Phase.REQUEST:
        if tab != "request":
            return Proposal(Gate.REQUEST, None, obstacle="Look at the request first (1).")
        return ask_model(review, edits, host, notes)
    if tab != "response":
        return Proposal(Gate.RESPONSE, None, obstacle="Look at the response first (2).")
    return _deliver(edits, edits.shown_candidate(review))


def ask_model(review: Review, edits: Edits, host: str, notes: tuple[Note, ...]) -> Proposal:
    """Return what sending the draft to its model would do; at the second gate that is asking again."""
    gate = review.gate
    model = edits.draft.model
    if model is None:
        return Proposal(gate, None, obstacle="No model is configured: answer by hand, or reject.")
    built = edits.draft.build()
    if not isinstance(built, SamplingRequest):
        return Proposal(
            gate, None, obstacle="; ".join(f"{LABELS.get(one.field, one.field)}: {one.text}" for one in built)
        )
    blocking = [note for note in notes if note.severity is Severity.BLOCK]
    if blocking:
        return Proposal(gate, None, obstacle="; ".join(f"{note.field}: {note.text}" for note in blocking))
    digest = outbound_digest(built, model)
    return Proposal(gate, Approve(built, model, digest), f"sends this request to {model} at {host}", digest=digest)


def _own_answer(review: Review, edits: Edits, tab: Tab) -> Proposal:
    if tab != "response":
        return Proposal(review.gate, None, obstacle="Look at your answer first (2).")
    if not edits.answers.get(BY_HAND):
        return Proposal(review.gate, None, obstacle="Write your answer first.")
    answer = Answer(edits.own_answer())
    return Proposal(review.gate, answer, "returns your own answer to the server", digest=_digest(answer))


def _deliver(edits: Edits, candidate: Candidate | None) -> Proposal:
    response = edits.answer(candidate) if candidate else None
    if candidate is None or response is None:
        return Proposal(Gate.RESPONSE, None, obstacle="There is no response to return.")
    if not response.blocks:
        return Proposal(Gate.RESPONSE, None, obstacle="The response is empty: write it, ask again, or reject.")
    answer = Answer(response, candidate.number)
    partial = "" if candidate.is_whole else "partial "
    return Proposal(Gate.RESPONSE, answer, f"returns this {partial}response to the server", digest=_digest(answer))


def _digest(answer: Answer) -> str:
    result = json.dumps([answer.candidate, response_result(answer.response, with_tools=True)], sort_keys=True)
    return hashlib.sha256(result.encode()).hexdigest()
