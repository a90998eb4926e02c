"""
The story of one request, top to bottom: policy, gate 1, the model, gate 2, record, return.

How it arrives is `arrival.py`.

One coroutine per request is the whole state machine. When the server cancels or dies, `CancelledError` unwinds it and
the review is withdrawn.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import aclosing
from typing import TYPE_CHECKING

from ..history.ledger import Kind
from ..policy.verdict import Verdict
from ..providers.provider import Finished, TextDelta, ThinkingDelta, UsageUpdate
from ..sampling.decision import Answer, Approve, Decision, Gate, Reject, Reopen, Stop
from ..sampling.errors import ModelError, ModelErrorKind
from ..sampling.note import Severity
from ..sampling.request import Json, TextBlock
from ..sampling.response import HUMAN_MODEL, Response
from ..sampling.review import Candidate, Outcome, Phase, Review
from ..sampling.wire import outbound_digest, request_params, response_result, usage_json

if TYPE_CHECKING:
    from .desk import Desk


async def handle(desk: "Desk", review: Review, why_withdrawn: Callable[[], str]) -> Outcome:
    """Lead one request that has arrived to its end."""
    try:
        verdict = desk.judge(review.asked, review.origin)
        if verdict is Verdict.REJECT:
            return _rejected(desk, review, Gate.REQUEST, "by rule")
        gate = Gate.REQUEST
        interruption: Decision | None = None
        while True:
            decision = interruption or await _decide(desk, review, gate, verdict)
            interruption = None
            match decision:
                case Reject(reason):
                    return _rejected(desk, review, gate, reason)
                case Answer() as answer:
                    return _delivered(desk, review, answer)
                case Approve() as approval:
                    if await _may_be_sent(desk, review, approval):
                        gate = Gate.RESPONSE
                        interruption = await _generate(desk, review, approval, verdict)
                case Reopen():
                    gate = Gate.REQUEST
                case Stop():
                    gate = Gate.RESPONSE
                case None:
                    return _failed(desk, review)
    except asyncio.CancelledError:
        _withdrawn(desk, review, why_withdrawn())
        raise
    finally:
        if review.phase.is_open:  # a bug is on its way up: a review that nobody leads must not look open
            _broken(desk, review)


# --- the gates ---


async def _decide(desk: "Desk", review: Review, gate: Gate, verdict: Verdict) -> Decision | None:
    """Return the decision at a gate: the human's, or that of a verdict that passes; None when there is none to pass."""
    if verdict is Verdict.PASS:
        return _pass(review, gate)
    return await desk.enter(review, Phase.REQUEST if gate is Gate.REQUEST else Phase.RESPONSE)


def _pass(review: Review, gate: Gate) -> Decision | None:
    if gate is Gate.RESPONSE:
        candidate = review.candidate
        response = candidate.response if candidate is not None and candidate.is_whole else None
        if candidate is None or response is None or not response.blocks:
            return None
        if response.model == HUMAN_MODEL and not response.text:  # nobody is there to write it
            return None
        return Answer(response, candidate.number)
    if review.selection is None or review.notices:  # a notice: it could not be sent, and trying again changes nothing
        return None
    model = review.selection.model
    return Approve(review.asked, model, outbound_digest(review.asked, model))


async def _may_be_sent(desk: "Desk", review: Review, approval: Approve) -> bool:
    """Check an approval and make it durable; what is wrong becomes a notice on the review, which stays open."""
    problem = _objection(desk, approval)
    if not problem:
        error = await desk.commit(review, Kind.APPROVED, _approved(desk, review, approval))
        if error is not None:
            problem = f"Nothing was sent: the approval could not be recorded. {error.message} {error.hint}".strip()
    review.notices = (problem,) if problem else ()
    if not problem:
        review.outbound = approval.request
    desk.changed(review)
    return not problem


def _objection(desk: "Desk", approval: Approve) -> str:
    if outbound_digest(approval.request, approval.model) != approval.digest:
        return "Nothing was sent: the request is not the one that was shown. Look again, and approve anew."
    try:
        notes = desk.models.notes(approval.model, approval.request)
    except ModelError as error:
        return f"Nothing was sent: {error.message}"
    blocked = [f"{note.field}: {note.text}" for note in notes if note.severity is Severity.BLOCK]
    return f"Nothing was sent: {'; '.join(blocked)}" if blocked else ""


# --- the model ---


async def _generate(desk: "Desk", review: Review, approval: Approve, verdict: Verdict) -> Decision | None:
    """Have a model write a response, and return what the person decided while it was written, if anything."""
    candidate = Candidate(len(review.candidates) + 1, approval.model, approval.request, time.monotonic())
    review.candidates.append(candidate)
    desk.note(review, Kind.SENT, {"model": approval.model, "candidate": candidate.number})
    interrupted = desk.enter(review, Phase.GENERATING)
    if verdict is Verdict.PASS:  # nobody interrupts: no task of its own is needed
        await _stream(desk, review, candidate)
    else:
        writing = asyncio.create_task(_stream(desk, review, candidate), name=f"review {review.id}")
        try:
            await asyncio.wait((writing, interrupted), return_when=asyncio.FIRST_COMPLETED)
            candidate.stopped = not writing.done()
        finally:
            writing.cancel()
            await asyncio.wait((writing,))
            _finish(candidate)
    desk.note(review, Kind.RESPONSE, _response(candidate))
    desk.changed(review)
    return interrupted.result() if interrupted.done() else None


async def _stream(desk: "Desk", review: Review, candidate: Candidate) -> None:
    """Fold a model's events into a candidate. Every failure ends up in the candidate, in words."""
    try:
        async with aclosing(desk.models.stream(candidate.model, candidate.request)) as stream:
            async for event in stream:
                match event:
                    case TextDelta(text):
                        candidate.parts.append(text)
                    case ThinkingDelta(text):
                        candidate.thinking.append(text)
                    case UsageUpdate(usage):
                        candidate.usage = usage
                    case Finished(response):
                        candidate.response = response
                        candidate.usage = response.usage or candidate.usage
                desk.changed(review)
    except ModelError as error:
        candidate.error = error
    except asyncio.CancelledError:
        raise
    except Exception as error:  # a provider's SDK is foreign code: its failure must leave the review open
        candidate.error = ModelError(
            ModelErrorKind.BAD_REQUEST,
            f"The call failed in a way that is not known ({type(error).__name__}).",
            hint="Try again, or choose another model.",
        )
    finally:
        _finish(candidate)


def _finish(candidate: Candidate) -> None:
    """Close a candidate; what arrived of an unfinished response is kept, marked as partial."""
    if candidate.elapsed is None:
        candidate.elapsed = time.monotonic() - candidate.started
    if candidate.response is None and candidate.text:
        candidate.response = Response((TextBlock(candidate.text),), candidate.model, None, candidate.usage)


# --- the ends ---


def _delivered(desk: "Desk", review: Review, answer: Answer) -> Outcome:
    response = answer.response
    origin = next((one for one in review.candidates if one.number == answer.candidate), None)
    changed = origin is None or response != origin.response
    result = response_result(response, with_tools=review.asked.wants_tools)
    if changed:
        desk.note(review, Kind.RESPONSE_CHANGED, {"candidate": answer.candidate, "result": result})
    sent = origin.request if origin is not None else review.outbound  # the newest approval may be another's
    edited = changed or sent != review.asked
    desk.note(
        review,
        Kind.DELIVERED,
        {"result": result, "edited": edited, "usage": _usage(review), "model": response.model},
    )
    return desk.end(
        review,
        Outcome(Phase.DELIVERED, response=response, edited=edited, usage=review.usage, model=response.model),
    )


def _rejected(desk: "Desk", review: Review, gate: Gate, reason: str) -> Outcome:
    desk.note(review, Kind.REJECTED, {"gate": gate, "reason": reason, "usage": _usage(review)})
    return desk.end(review, _unanswered(review, Phase.REJECTED, reason, gate))


def _withdrawn(desk: "Desk", review: Review, reason: str) -> None:
    desk.note(review, Kind.WITHDRAWN, {"reason": reason, "usage": _usage(review)})
    desk.end(review, _unanswered(review, Phase.WITHDRAWN, reason))


def _failed(desk: "Desk", review: Review) -> Outcome:
    candidate = review.candidate
    if review.notices:
        reason = review.notices[0]
    elif candidate is not None and candidate.error is not None:
        reason = candidate.error.message
    elif review.selection is None:
        reason = "No model is configured."
    elif candidate is not None and candidate.response is not None and candidate.response.model == HUMAN_MODEL:
        reason = "A person was to write the answer, and nobody was asked."
    else:
        reason = "The model gave no answer."
    return _failed_because(desk, review, reason)


def _broken(desk: "Desk", review: Review) -> None:
    _failed_because(desk, review, "Something in this program broke.")


def _failed_because(desk: "Desk", review: Review, reason: str) -> Outcome:
    desk.note(review, Kind.FAILED, {"reason": reason, "usage": _usage(review)})
    return desk.end(review, _unanswered(review, Phase.FAILED, reason))


def _unanswered(review: Review, phase: Phase, reason: str, gate: Gate | None = None) -> Outcome:
    model = review.candidate.model if review.candidate else None
    return Outcome(
        phase,
        gate=gate,
        reason=reason,
        edited=review.outbound != review.asked,
        usage=review.usage,
        model=model,
    )


# --- the rows of the record ---


def _approved(desk: "Desk", review: Review, approval: Approve) -> dict[str, Json]:
    changed = approval.request != review.asked
    data: dict[str, Json] = {
        "model": approval.model,
        "host": desk.models.host(approval.model),
        "digest": approval.digest,
        "changed": changed,
    }
    return data | {"params": request_params(approval.request)} if changed else data


def _response(candidate: Candidate) -> dict[str, Json]:
    response = candidate.response
    return {
        "candidate": candidate.number,
        "model": response.model if response else candidate.model,
        "result": response_result(response, with_tools=True) if response else None,
        "usage": usage_json(candidate.usage),
        "error": candidate.error.message if candidate.error else None,
        "stopped": candidate.stopped,
    }


def _usage(review: Review) -> dict[str, int] | None:
    return usage_json(review.usage)
