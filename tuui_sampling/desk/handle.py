"""
The story of one request, top to bottom: policy, gate 1, the model, gate 2, record, return.

How it arrives is `arrival.py`, how models write is `generate.py`, and how it ends is `ends.py`.

One coroutine per request is the whole state machine. When the server cancels or dies, `CancelledError` unwinds it and
the review is withdrawn.
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..history.ledger import Kind
from ..policy.verdict import Verdict
from ..sampling.decision import Answer, Approve, Decision, Gate, Reject, Reopen, Stop
from ..sampling.errors import ModelError
from ..sampling.note import Severity
from ..sampling.response import HUMAN_MODEL
from ..sampling.returnable import callable_tools, why_not_returnable
from ..sampling.review import Outcome, Phase, Review
from ..sampling.wire import outbound_digest
from .ends import broken, delivered, failed, rejected, source, withdrawn
from .generate import generate
from .previous_answer import earlier_offered
from .record_rows import approved

if TYPE_CHECKING:
    from .desk import Desk


async def handle(desk: "Desk", review: Review, why_withdrawn: Callable[[], str]) -> Outcome:
    """Lead one request that has arrived to its end."""
    try:
        verdict = desk.judge(review.asked, review.origin)
        if reason := _refusal(review, verdict):
            return rejected(desk, review, Gate.REQUEST, reason)
        return await _lead(desk, review, verdict)
    except asyncio.CancelledError:
        withdrawn(desk, review, why_withdrawn())
        raise
    finally:
        if review.phase.is_open:  # a bug is on its way up: a review that nobody leads must not look open
            broken(desk, review)


async def _lead(desk: "Desk", review: Review, verdict: Verdict) -> Outcome:
    """Go from gate to gate, as it is decided, until the end."""
    gate = Gate.REQUEST
    interruption: Decision | None = None
    while True:
        decision = interruption or await _decide(desk, review, gate, verdict)
        interruption = None
        match decision:
            case Reject(reason):
                return rejected(desk, review, gate, reason)
            case Answer() as answer:
                if _may_be_returned(desk, review, answer):
                    return delivered(desk, review, answer)
            case Approve() as approval:
                if await _may_be_sent(desk, review, approval):
                    gate = Gate.RESPONSE
                    interruption = await generate(desk, review, approval, verdict)
            case Reopen():
                gate = Gate.REQUEST
            case Stop():
                gate = Gate.RESPONSE
            case None:
                return failed(desk, review)


# --- the gates ---


def _refusal(review: Review, verdict: Verdict) -> str:
    """Return why a request is rejected before anybody is asked; an empty string when it is not."""
    loop = review.loop
    if loop is not None and loop.turn > loop.most:
        return f"the tool loop reached its limit of {loop.most} {'turn' if loop.most == 1 else 'turns'}"
    return "by rule" if verdict is Verdict.REJECT else ""


async def _decide(desk: "Desk", review: Review, gate: Gate, verdict: Verdict) -> Decision | None:
    """Return the decision at a gate: the human's, or that of a verdict that passes; None when there is none to pass."""
    if verdict is Verdict.PASS:
        return _pass(review, gate)
    if gate is Gate.RESPONSE:
        return await desk.enter(review, Phase.RESPONSE)
    with earlier_offered(desk, review):
        return await desk.enter(review, Phase.REQUEST)


def _pass(review: Review, gate: Gate) -> Decision | None:
    if gate is Gate.RESPONSE:
        candidate = review.candidate
        response = candidate.response if candidate is not None and candidate.is_whole else None
        if candidate is None or response is None or not response.blocks:
            return None
        if response.model == HUMAN_MODEL and not response.text:  # nobody is there to write it
            return None
        answer = Answer(response, candidate.number)
        return None if _why_not(review, answer) else answer
    if review.selection is None or review.notices:  # a notice: it could not be sent, and trying again changes nothing
        return None
    model = review.selection.model
    return Approve(review.asked, model, outbound_digest(review.asked, model))


async def _may_be_sent(desk: "Desk", review: Review, approval: Approve) -> bool:
    """Check an approval and make it durable; what is wrong becomes a notice on the review, which stays open."""
    problem = _objection(desk, review, approval)
    if not problem:
        error = await desk.commit(review, Kind.APPROVED, approved(desk, review, approval))
        if error is not None:
            problem = f"the approval could not be recorded. {error.message} {error.hint}".strip()
    review.notices = (f"Nothing was sent: {problem}",) if problem else ()
    if not problem:
        review.outbound = approval.request
    desk.changed(review)
    return not problem


def _objection(desk: "Desk", review: Review, approval: Approve) -> str:
    if outbound_digest(approval.request, *approval.models) != approval.digest:
        return "the request is not the one that was shown. Look again, and approve anew."
    problems = {model: _objection_to(desk, review, approval, model) for model in approval.models}
    if not approval.others:
        return problems[approval.model]
    return "; ".join(f"{model}: {problem}" for model, problem in problems.items() if problem)


def _objection_to(desk: "Desk", review: Review, approval: Approve, model: str) -> str:
    try:
        if forbidden := desk.models.objection(model, review.origin.server):
            return forbidden
        notes = desk.models.notes(model, approval.request)
    except ModelError as error:
        return error.message
    return "; ".join(f"{note.field}: {note.text}" for note in notes if note.severity is Severity.BLOCK)


def _may_be_returned(desk: "Desk", review: Review, answer: Answer) -> bool:
    """Check a response; what keeps it from the server becomes a notice on the review, which stays open."""
    problem = _why_not(review, answer)
    if problem:
        review.notices = (f"Nothing was returned: {problem}.",)
        desk.changed(review)
    return not problem


def _why_not(review: Review, answer: Answer) -> str:
    origin = source(review, answer)
    sent = origin.request if origin is not None else review.outbound
    return why_not_returnable(answer.response, callable_tools(review.asked, sent))
