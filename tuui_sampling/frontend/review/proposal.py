"""What the person has done to one review and not decided yet, and what a decision would do now. Pure values."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from ...desk.assess import Assessment
from ...forms.arguments import check_for
from ...forms.check import SchemaCheck
from ...policy.redaction.placeholders import put_back_by_itself
from ...sampling.decision import Answer, Approve, Decision
from ...sampling.derived.digests import outbound_digest
from ...sampling.phase import Gate, Phase
from ...sampling.request import SamplingRequest, TextBlock
from ...sampling.response import HUMAN_MODEL, Response, why_not_returnable
from ...sampling.review import Candidate, Review
from ...sampling.wire import response_result
from .availability import stands
from .conversations import Known
from .found import is_searched
from .recipients import sending
from .redacting import chosen_in, put_back_words, replaced_by
from .request_draft import Draft
from .request_fields import LABELS
from .response_edits import AnswerEdits

Tab = Literal["request", "response", "changes", "raw"]

BY_HAND = 0
"""Stands for the person's own answer where a candidate's number is expected."""

UNWRITTEN = Response((TextBlock(""),), HUMAN_MODEL, "endTurn")
"""The person's own answer before they have written it."""


SEARCHING = "Still being searched for secrets and the like: it can be sent in a moment."


@dataclass
class Edits:
    """
    The edits of one review; they live as long as the review is on the desk.

    Attributes:
        others: More models that the draft is sent to at once.
        answers: Candidate number → what was changed in it; `BY_HAND` → the person's own answer.
        candidate: The candidate that is shown; None means the newest.
        by_hand: The person writes the answer.
        together: It was sent for all that are identical to it.
        comparing: The candidates stand side by side.
        known: What of the conversation was seen in an earlier request.
        put_back: Placeholder → whether its value is put back into the response that is returned.
        undo: Field of the draft → what can be undone in its editor.
        answer_undo: The same for the fields of each answer, by the candidate's number.
    """

    draft: Draft
    others: tuple[str, ...] = ()
    answers: dict[int, AnswerEdits] = field(default_factory=dict)
    candidate: int | None = None
    by_hand: bool = False
    together: bool = False
    comparing: bool = False
    known: Known | None = None
    put_back: dict[str, bool] = field(default_factory=dict)
    undo: dict[str, object] = field(default_factory=dict, repr=False, compare=False)
    answer_undo: dict[int, dict[str, object]] = field(default_factory=dict, repr=False, compare=False)
    _checks: dict[str, SchemaCheck | None] = field(default_factory=dict, repr=False, compare=False)

    @property
    def models(self) -> tuple[str, ...]:
        """Every model that the draft would be sent to."""
        model = self.draft.model
        return () if model is None else (model, *(other for other in self.others if other != model))

    def shown_candidate(self, review: Review) -> Candidate | None:
        """Return the candidate that is shown, or None while there is none."""
        chosen = [one for one in review.candidates if one.number == self.candidate]
        return chosen[0] if chosen else review.candidate

    def ask(self) -> None:
        """Show what the models write now, in the place of what was chosen among what they wrote before."""
        self.candidate, self.by_hand, self.comparing = None, False, False

    def look_at_an_answer(self, review: Review) -> None:
        """
        Show the first answer that came, where the response that would be shown has failed.

        An answer of the record is none: whoever asked a model is told first that it failed.
        """
        shown = self.shown_candidate(review)
        asked = [one for one in review.candidates if not one.earlier]
        answers = [one for one in asked if one.response is not None and not one.response.is_empty]
        if shown is not None and shown.response is None and answers:
            self.candidate = min(answers, key=lambda one: one.started + (one.elapsed or 0)).number

    def of(self, number: int) -> AnswerEdits:
        """Return the edits of one candidate, or of the person's own answer."""
        return self.answers.setdefault(number, AnswerEdits())

    def answer(self, candidate: Candidate) -> Response | None:
        """Return a candidate's response as edited; None when it has none."""
        return self.of(candidate.number).apply(candidate.response) if candidate.response is not None else None

    def own_answer(self) -> Response:
        """Return what the person wrote in the model's place."""
        return self.of(BY_HAND).apply(UNWRITTEN)

    @property
    def unsent(self) -> str:
        """What of the person's own a refusal leaves unsent, as the subject of a sentence; empty where nothing is."""
        if any(one.is_edited for one in self.answers.values()):
            return "What you wrote"
        return "What you edited" if self.draft.is_edited else ""

    def is_edited(self, review: Review) -> bool:
        """Whether what would be sent now differs from what was asked or answered."""
        return bool(self.unsent) or review.outbound != review.asked

    def tools(self, candidate: Candidate) -> frozenset[str]:
        """Return the tools that a response may use, by name: the server listed them, and the model was told."""
        return self.draft.asked.tool_names & candidate.request.tool_names

    def check(self, tool: str) -> SchemaCheck | None:
        """Return what holds arguments against a tool's schema; None when the server has listed no such tool."""
        if tool not in self._checks:
            self._checks[tool] = check_for(self.draft.asked.tools, tool)
        return self._checks[tool]


@dataclass(frozen=True)
class Proposal:
    """
    What approving would do now.

    Attributes:
        decision: None when nothing can be approved; `obstacle` then says why.
        effect: In words, for the line above the footer. May hold foreign text.
        digest: Of all that would be sent.
        way: The id of the command that takes the obstacle away; empty where that is not one.
        warnings: What is told at the first approval, the second being the one that counts. May hold foreign text.
    """

    gate: Gate | None
    decision: Decision | None
    effect: str = ""
    obstacle: str = ""
    digest: str = ""
    warnings: tuple[str, ...] = ()
    way: str = ""

    def with_key(self, key_of: Callable[[str], str]) -> "Proposal":
        """Return it with the key of the command that takes the obstacle away."""
        if not self.way:
            return self
        return replace(self, obstacle=f"{self.obstacle.removesuffix('.')} ({key_of(self.way)}).", way="")


def proposal(review: Review, edits: Edits, tab: Tab, addressees: Sequence[Assessment]) -> Proposal:
    """
    Return what approving would do, given what is on the screen.

    Args:
        addressees: The models of the edits, as far as they are known.
    """
    if review.phase is Phase.GENERATING:
        return Proposal(Gate.RESPONSE, None, obstacle=stands(review))
    if review.phase in (Phase.READING, Phase.SENDING, Phase.UNDELIVERED) or not review.phase.is_open:
        return Proposal(None, None, obstacle=stands(review))
    if edits.by_hand:
        return _own_answer(review, edits, tab)
    if edits.comparing and tab == "response":
        return Proposal(review.gate, None, obstacle="Show the selected one alone first.", way="compare")
    if review.phase is Phase.REQUEST:
        candidate = edits.shown_candidate(review)
        if tab == "response" and candidate is not None and candidate.response is not None:
            return _deliver(review, edits, candidate)
        if tab != "request":
            return Proposal(Gate.REQUEST, None, obstacle="Look at the request first.", way="show-request")
        return ask_models(review, edits, addressees)
    if tab != "response":
        return Proposal(Gate.RESPONSE, None, obstacle="Look at the response first.", way="show-response")
    if has_failed(review, edits):
        return ask_models(review, edits, addressees)
    return _deliver(review, edits, edits.shown_candidate(review))


def has_failed(review: Review, edits: Edits) -> bool:
    """Whether the response that is shown has failed, so that only asking again goes on from it."""
    shown = edits.shown_candidate(review)
    is_over = review.phase is Phase.RESPONSE and not edits.by_hand
    return is_over and shown is not None and shown.error is not None and shown.response is None


def ask_models(review: Review, edits: Edits, addressees: Sequence[Assessment]) -> Proposal:
    """Return what sending the draft to its models would do; at the second gate that is asking again."""
    gate = review.gate
    if not edits.models:
        return Proposal(gate, None, obstacle="No model is configured: answer by hand, or reject.")
    built = edits.draft.build()
    if not isinstance(built, SamplingRequest):
        return Proposal(
            gate, None, obstacle="; ".join(f"{LABELS.get(one.field, one.field)}: {one.text}" for one in built)
        )
    if not is_searched(built):
        return Proposal(gate, None, obstacle=SEARCHING)
    blocked = [one for one in addressees if one.obstacle]
    if blocked:
        several = len(addressees) > 1
        words = (f"{one.model}: {one.obstacle}" if several else one.obstacle for one in blocked)
        return Proposal(gate, None, obstacle="; ".join(words))
    digest = outbound_digest(built, *(one.recipient or one.model for one in addressees))
    decision = Approve(built, edits.models[0], digest, edits.models[1:], edits.draft.sources, replaced_by(edits.draft))
    return Proposal(gate, decision, sending(addressees), digest=digest)


def _own_answer(review: Review, edits: Edits, tab: Tab) -> Proposal:
    if tab != "response":
        return Proposal(review.gate, None, obstacle="Look at your answer first.", way="show-response")
    own = edits.own_answer()
    if not own.text:
        return Proposal(review.gate, None, obstacle="Write your answer first.")
    answer = Answer(own, put_back=chosen_in(own, review.redacted, edits.put_back, _by_itself(review)))
    effect = "returns your own answer to the server" + put_back_words(own, review.redacted, answer.put_back)
    return Proposal(review.gate, answer, effect, digest=_digest(answer))


def _deliver(review: Review, edits: Edits, candidate: Candidate | None) -> Proposal:
    gate = Gate.REQUEST if review.phase is Phase.REQUEST else Gate.RESPONSE
    response = edits.answer(candidate) if candidate else None
    if candidate is None or response is None:
        return Proposal(gate, None, obstacle="There is no response to return.")
    if not response.blocks:
        return Proposal(gate, None, obstacle="The response is empty: write it, ask again, or reject.")
    if obstacle := why_not_returnable(response, edits.tools(candidate)):
        return Proposal(gate, None, obstacle=f"This can't be returned: {obstacle}")
    chosen = chosen_in(response, review.redacted, edits.put_back, _by_itself(review))
    answer = Answer(response, candidate.number, put_back=chosen)
    effect = _returning(gate, candidate, response) + put_back_words(response, review.redacted, answer.put_back)
    return Proposal(gate, answer, effect, digest=_digest(answer), warnings=_warnings(edits, response))


def _by_itself(review: Review) -> frozenset[str]:
    return put_back_by_itself(review.asked, review.redacted)


def _returning(gate: Gate, candidate: Candidate, response: Response) -> str:
    how = "empty " if response.is_empty else ""
    if candidate.earlier:
        return f"returns this {how}earlier response to the server; no model is asked"
    how += "" if candidate.is_whole else "partial "
    return f"returns this {how}response to the server" + ("; no model is asked" if gate is Gate.REQUEST else "")


def _warnings(edits: Edits, response: Response) -> tuple[str, ...]:
    """Return that there is no answer in it, and where the arguments of tool uses break the tools' schemas."""
    checks = ((call, edits.check(call.name)) for call in response.tool_uses)
    empty = ("The answer is empty",) if response.is_empty else ()
    return empty + tuple(
        f"{call.name}: {problem}"
        for call, check in checks
        if check is not None
        for problem in check.problems(call.input)
    )


def _digest(answer: Answer) -> str:
    result = json.dumps(
        [answer.candidate, response_result(answer.response, with_tools=True), sorted(answer.put_back or ())],
        sort_keys=True,
    )
    return hashlib.sha256(result.encode()).hexdigest()
