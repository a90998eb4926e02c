"""The ends of a review: each is recorded, and becomes the outcome that the server's answer is made from."""

from typing import TYPE_CHECKING

from ..history.ledger import Kind
from ..sampling.decision import Answer, Gate
from ..sampling.request import Json
from ..sampling.response import HUMAN_MODEL
from ..sampling.returnable import why_not_returnable
from ..sampling.review import Candidate, Outcome, Phase, Review
from ..sampling.wire import response_result
from .record_rows import spent

if TYPE_CHECKING:
    from .desk import Desk


def delivered(desk: "Desk", review: Review, answer: Answer) -> Outcome:
    """Return a response to the server."""
    response = answer.response
    origin = source(review, answer)
    changed = origin is None or response != origin.response
    result = response_result(response, with_tools=review.asked.wants_tools)
    if changed:
        desk.note(review, Kind.RESPONSE_CHANGED, {"candidate": answer.candidate, "result": result})
    sent = origin.request if origin is not None else review.outbound  # the newest approval may be another's
    edited = changed or sent != review.asked
    row: dict[str, Json] = {"result": result, "edited": edited, "model": response.model} | spent(review)
    if origin is not None and origin.earlier:
        row["earlier"] = origin.earlier
    desk.note(review, Kind.DELIVERED, row)
    desk.loops.delivered(review, response)
    return desk.end(
        review,
        Outcome(
            Phase.DELIVERED,
            response=response,
            edited=edited,
            usage=review.usage,
            model=response.model,
            cost=review.cost,
        ),
    )


def source(review: Review, answer: Answer) -> Candidate | None:
    """Return the candidate that an answer came from; None when a person wrote it from nothing."""
    return next((one for one in review.candidates if one.number == answer.candidate), None)


def rejected(desk: "Desk", review: Review, gate: Gate, reason: str) -> Outcome:
    """Refuse; the reason stays here."""
    desk.note(review, Kind.REJECTED, {"gate": gate, "reason": reason} | spent(review))
    return desk.end(review, _unanswered(review, Phase.REJECTED, reason, gate))


def withdrawn(desk: "Desk", review: Review, reason: str) -> None:
    """Nobody waits for an answer any more."""
    desk.note(review, Kind.WITHDRAWN, {"reason": reason} | spent(review))
    desk.end(review, _unanswered(review, Phase.WITHDRAWN, reason))


def failed(desk: "Desk", review: Review) -> Outcome:
    """There is no answer that could pass by itself, and nobody is asked."""
    candidate = asked_model(review)
    response = candidate.response if candidate is not None else None
    if review.notices:
        reason = review.notices[0]
    elif candidate is not None and candidate.error is not None:
        reason = candidate.error.message
    elif review.selection is None:
        reason = "No model is configured."
    elif response is not None and response.model == HUMAN_MODEL:
        reason = "A person was to write the answer, and nobody was asked."
    elif response is not None and (problem := why_not_returnable(response, review.asked.tool_names)):
        reason = f"The model's answer could not be returned: {problem}."
    else:
        reason = "The model gave no answer."
    return _failed_because(desk, review, reason)


def broken(desk: "Desk", review: Review) -> None:
    """End a review that a bug of ours left open."""
    _failed_because(desk, review, "Something in this program broke.")


def asked_model(review: Review) -> Candidate | None:
    """Return the newest candidate that a model was asked for; an earlier answer is none."""
    return next((one for one in reversed(review.candidates) if not one.earlier), None)


def _failed_because(desk: "Desk", review: Review, reason: str) -> Outcome:
    desk.note(review, Kind.FAILED, {"reason": reason} | spent(review))
    return desk.end(review, _unanswered(review, Phase.FAILED, reason))


def _unanswered(review: Review, phase: Phase, reason: str, gate: Gate | None = None) -> Outcome:
    candidate = asked_model(review)
    return Outcome(
        phase,
        gate=gate,
        reason=reason,
        edited=review.outbound != review.asked,
        usage=review.usage,
        model=candidate.model if candidate is not None else None,
        cost=review.cost,
    )
