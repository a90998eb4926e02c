"""Writes what a server asked, and what became of it, as `call --json` prints it."""

from ...desk.handle import asked_model
from ...desk.record_rows import call_json, loop_json, step_json
from ...sampling.inquiry import Inquiry, answered
from ...sampling.item import Item
from ...sampling.request import Json
from ...sampling.response import cost_json
from ...sampling.review import Candidate, Review, Selection
from ...sampling.wire import usage_json


def review_json(review: Review) -> Json:
    """Return one sampling request: how it ended, which model was chosen and why, and every answer to it."""
    outcome, asked = review.outcome, asked_model(review)
    response = outcome.response if outcome else None
    return {
        "id": review.key,
        "outcome": review.phase,
        "gate": outcome.gate if outcome else None,
        "rules": rules_json(review),
        "reason": outcome.reason if outcome else "",
        "model": outcome.model if outcome else None,
        "model_asked": asked.model if asked else None,
        "choice": _choice_json(review.selection),
        "loop": loop_json(review.loop) if review.loop else None,
        "of_call": call_json(review.of_call) if review.of_call else None,
        "called_by_agent_of": review.cause.key if review.cause else None,
        "stop_reason": response.stop_reason if response else None,
        "edited": outcome.edited if outcome else False,
        "usage": usage_json(outcome.usage) if outcome else None,
        "cost": cost_json(outcome.cost) if outcome else None,
        "candidates": [_candidate_json(candidate) for candidate in review.candidates],
    }


def rules_json(item: Item) -> dict[str, Json]:
    """Return the names of the rules that have decided, by gate."""
    return {gate.value: decided.rule for gate, decided in item.decided.items()}


def _choice_json(selection: Selection | None) -> Json:
    """Return the model that was proposed, and why; the person may have asked another."""
    if selection is None:
        return None
    ranking: list[Json] = [
        {
            "model": ranked.model,
            "reasons": list(ranked.reasons),
            "excluded": ranked.excluded,
            "forbidden": ranked.forbidden,
        }
        for ranked in selection.ranking
    ]
    return {"model": selection.model, "reason": selection.reason, "ranking": ranking}


def _candidate_json(candidate: Candidate) -> Json:
    return {
        "number": candidate.number,
        "model_asked": candidate.model,
        "model": candidate.response.model if candidate.response else None,
        "stop_reason": candidate.response.stop_reason if candidate.response else None,
        "error": candidate.error.message if candidate.error else None,
        "remarks": list(candidate.response.remarks) if candidate.response else [],
        "partial": candidate.response is not None and not candidate.is_whole,
        "text": candidate.response.text if candidate.response else None,
        "unread": list(candidate.response.unread) if candidate.response else [],
        "stopped": candidate.stopped,
        "retries": [{"attempt": retry.attempt, "reason": retry.reason} for retry in candidate.retries],
        "usage": usage_json(candidate.usage),
        "cost": cost_json(candidate.cost),
        "earlier": candidate.earlier or None,
        "steps": [step_json(step) for step in candidate.steps],
    }


def inquiry_outcome(inquiry: Inquiry) -> str:
    """Return how a question was answered, or how far it is."""
    reply = inquiry.answer.reply if inquiry.answer else None
    return answered(inquiry.asked, reply) if reply else inquiry.phase


def inquiry_json(inquiry: Inquiry) -> Json:
    """Return one elicitation, request for roots or call of an agent: what it was, and how it was answered."""
    return {
        "id": inquiry.key,
        "kind": inquiry.kind,
        "server": inquiry.origin.server,
        "outcome": inquiry_outcome(inquiry),
        "rules": rules_json(inquiry),
        "reason": inquiry.answer.reason if inquiry.answer else "",
    }
