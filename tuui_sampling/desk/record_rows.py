"""What the record says of each step of a review; `history/entry.py` is the manual of these rows."""

import hmac
from decimal import Decimal

from ..policy.fields import request_texts
from ..policy.redaction.placeholders import known_in
from ..policy.verdict import AS_USUAL, Treatment
from ..sampling.decision import Approve
from ..sampling.derived.digests import asked_digest
from ..sampling.derived.written import written_params
from ..sampling.origin import Loop, OfCall
from ..sampling.request import Json, SamplingRequest
from ..sampling.response import Usage, cost_json
from ..sampling.review import AgentStep, Candidate, Review, unread_of
from ..sampling.wire import response_result, usage_json
from .docket import Docket


def asked(review: Review, treatment: Treatment = AS_USUAL) -> dict[str, Json]:
    """Return what is told of a request besides what it asks (`asked_texts`): the tool loop that it belongs to."""
    row = treated(treatment)
    row |= {"loop": loop_json(review.loop)} if review.loop else {}
    return row | ({"of_call": call_json(review.of_call)} if review.of_call else {})


def asked_texts(request: SamplingRequest) -> dict[str, Json]:
    """Return what a server asked, and its digest. Takes a while for a long request."""
    digest = asked_digest(request)  # first: the parameters that it needs are gone then
    return {"params": written_params(request), "digest": digest}


def treated(treatment: Treatment) -> dict[str, Json]:
    """Return what rules want of something that has come, besides what becomes of it; nothing where none does."""
    if not treatment.rules:
        return {}
    said: dict[str, Json] = {"rules": list(treatment.rules), "priority": treatment.priority}
    said |= {"redact": sorted(treatment.redact), "record": "texts" if treatment.keeps_texts else "digests"}
    return {"treated": said}


def call_json(place: OfCall) -> dict[str, int]:
    """Return a request's place among those of its call with the names of the record and of `call --json`."""
    several = {"calls": place.calls} if place.calls > 1 else {}
    return {"number": place.number, "most": place.most} | several


def loop_json(loop: Loop) -> dict[str, int]:
    """Return a turn of a tool loop with the names of the record and of `call --json`."""
    return {"first": loop.first, "turn": loop.turn, "most": loop.most}


def approved(docket: Docket, review: Review, approval: Approve) -> dict[str, Json]:
    """Return what was approved: the models and their hosts, and the request where it is not the one that was asked."""
    changed = approval.request != review.asked
    row: dict[str, Json] = {
        "model": approval.model,
        "host": docket.models.place(approval.model),
        "digest": approval.digest,
        "changed": changed,
    }
    if approval.others:
        row["others"] = [{"model": model, "host": docket.models.place(model)} for model in approval.others]
    if approval.attached:
        row["attached"] = list(approval.attached)
    values = {**review.redacted, **approval.redacted}
    if values and (replaced := known_in([text for _, text in request_texts(approval.request)], values)):
        row["redacted"] = {placeholder: value_digest(review.key, value) for placeholder, value in replaced.items()}
    return row | {"params": written_params(approval.request)} if changed else row


def value_digest(key: str, value: str) -> str:
    """Return what the record has in the place of a value that was replaced: who knows the value can find it again."""
    return hmac.new(key.encode(), value.encode("utf-8", "surrogatepass"), "sha256").hexdigest()


def sent(candidate: Candidate) -> dict[str, Json]:
    """Return the call of a model, the first or a retry."""
    row: dict[str, Json] = {
        "model": candidate.model,
        "candidate": candidate.number,
        "attempt": len(candidate.retries) + 1,
    }
    return row | {"reason": candidate.retries[-1].reason} if candidate.retries else row


def answered(candidate: Candidate) -> dict[str, Json]:
    """Return what a model answered, or how it failed."""
    response = candidate.response
    row: dict[str, Json] = {
        "candidate": candidate.number,
        "model": response.model if response else candidate.model,
        "result": response_result(response, with_tools=True) if response else None,
        "usage": usage_json(candidate.usage),
        "cost": cost_json(candidate.cost),
        "error": candidate.error.message if candidate.error else None,
        "stopped": candidate.stopped,
    }
    if candidate.steps:
        row["steps"] = [step_json(step) for step in candidate.steps]
    if response is not None and response.remarks:
        row["remarks"] = list(response.remarks)
    if unread := unread_of(response, candidate.error):
        row["unread"] = list(unread)
    tool_uses = response.tool_uses if response else ()
    broken = {one.id: one.broken_input for one in tool_uses if one.broken_input is not None}
    return row | {"broken_input": broken} if broken else row


def step_json(step: AgentStep) -> dict[str, Json]:
    """Return what an agent said, or what it called and what became of that, as the record and `call --json` have it."""
    if not step.tool:
        return {"text": step.text}
    call: dict[str, Json] = {"server": step.server, "tool": step.tool, "arguments": step.arguments}
    return call | {"verdict": step.verdict, "text": step.text}


def spent(usage: Usage | None, cost: Decimal | None) -> dict[str, Json]:
    """Return what all candidates of a review used and cost."""
    return {"usage": usage_json(usage), "cost": cost_json(cost)}
