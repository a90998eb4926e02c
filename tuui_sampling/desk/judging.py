"""
Asks the judge about a request, a response or an inquiry: gathers what it is held against, and records what it said.

What has to be searched is searched once for each request, and off the event loop where it is long.
"""

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from ..forms.check import fits
from ..history.ledger import Kind, Late
from ..policy.facts import Facts
from ..policy.fields import request_texts, response_texts
from ..policy.redaction.placeholders import kinds_of, redact
from ..policy.survey import Destination, counts, in_inquiry, in_request, inquiry_texts, is_long, size_of, was_searched
from ..policy.verdict import AS_USUAL, Judgement, Treatment, Verdict
from ..sampling.checks.url_check import is_here
from ..sampling.decision import Answer, Approve, Decision, Settle
from ..sampling.derived.beside import beside_the_loop
from ..sampling.errors import ModelError
from ..sampling.inquiry import FormElicitation, Inquiry, Reply, RootsRequest, ToolCall
from ..sampling.item import Decided
from ..sampling.origin import Origin
from ..sampling.parameters import with_defaults
from ..sampling.phase import Gate, Phase
from ..sampling.request import Json, SamplingRequest
from ..sampling.response import Response, cost_json
from ..sampling.review import Review, Selection
from .assess import assess
from .docket import Docket
from .leaks import Leaks

_KINDS: Mapping[type, str] = {FormElicitation: "elicitation", RootsRequest: "roots", ToolCall: "tool_call"}
"""What rules call the kinds of inquiries that may be answered by one; a page is for persons."""

Select = Callable[[SamplingRequest, str], Selection | None]
"""The request and the configured name of its server → the model that is proposed."""


async def searched(request: SamplingRequest, leaks: Leaks | None = None, *, size: int = 0) -> None:
    """
    Search a request, if it was not: what is found is kept with it.

    Args:
        size: Of the message, where that is known: many small texts take long, too.
    """
    if leaks is None and (was_searched(request) or not is_long(request)):
        in_request(request)
        return
    await beside_the_loop(size, lambda: size_of(request))
    if leaks is not None:
        await leaks.search(text for _, text in request_texts(request))
    await beside_the_loop(max(size, size_of(request)), lambda: in_request(request))


async def without(
    request: SamplingRequest, origin: Origin, kinds: Collection[str], leaks: Leaks | None = None
) -> tuple[SamplingRequest, Origin, Mapping[str, str]]:
    """Return a request, and the message as it came, without what is found of these kinds; and what was replaced."""
    if not kinds:
        return request, origin, {}
    if leaks is not None:
        await leaks.search(text for _, text in request_texts(request))
    redacted = await asyncio.to_thread(redact, request, kinds)
    if not redacted.values:
        return request, origin, {}
    return redacted.request, replace(origin, raw=""), redacted.values


async def treatment_of(docket: Docket, request: SamplingRequest, origin: Origin, select: Select) -> Treatment:
    """Return how rules want a request treated that has just come."""
    if not docket.judge.treats:
        return AS_USUAL
    selection = await beside_the_loop(len(origin.raw), lambda: select(request, origin.server))
    outbound = with_defaults(request, docket.settings_of(origin.server).sampling)
    await searched(outbound, docket.leaks, size=len(origin.raw))
    facts = _facts(docket, outbound, origin, "request", selection.model if selection is not None else None)
    facts.standing = await docket.record.standing(origin.server)
    return docket.judge.treatment(facts)


@dataclass(frozen=True)
class Ahead:
    """
    What rules make of a decision before it is made, each as a part of a sentence; empty where they say nothing.

    Attributes:
        denied: What keeps it from being sent at all.
        of_response: What becomes of the response without the person.
    """

    denied: str = ""
    of_response: str = ""


async def look_ahead(docket: Docket, item: Review | Inquiry, decision: Decision) -> Ahead:
    """
    Return what rules make of a decision of the person's.

    Rules may have come since the item was judged, and the person may have chosen another model or edited a text. What
    no model has part in, such as an answer by hand, is the person's own affair.
    """
    judge, of_response = docket.judge, ""
    if not judge.decides or not judge.asks:
        return Ahead()
    for facts in _facts_of_decision(docket, item, decision):
        await prepare(docket, facts)
        if denied := judge(facts).why_denied:
            return Ahead(denied)
        if isinstance(item, Review) and isinstance(decision, Approve):
            of_response = of_response or judge.of_response(_of_its_response(docket, item, decision, facts))
    return Ahead("", of_response)


def _facts_of_decision(docket: Docket, item: Review | Inquiry, decision: Decision) -> Iterator[Facts]:
    """Yield what rules are held against: for each model that something goes to, or that it comes from."""
    if isinstance(item, Inquiry):
        says_yes = isinstance(decision, Settle) and decision.reply.action == "accept"
        if says_yes and type(item.asked) in _KINDS:
            yield facts_of_inquiry(docket, item)
    elif isinstance(decision, Approve):
        for model in decision.models:
            yield _with_replaced(item, _facts(docket, decision.request, item.origin, "request", model))
    elif isinstance(decision, Answer):
        candidate = next((one for one in item.candidates if one.number == decision.candidate and not one.earlier), None)
        if candidate is not None and candidate.response is not None:
            facts = _with_replaced(item, _facts(docket, candidate.request, item.origin, "response", candidate.model))
            facts.response = decision.response
            yield facts


def _of_its_response(docket: Docket, review: Review, approval: Approve, asked: Facts) -> Facts:
    """Return what will be held against rules once a model has answered, as far as it is known before."""
    facts = _with_replaced(review, _facts(docket, approval.request, review.origin, "response", asked.model))
    facts.standing = asked.standing
    return facts


async def judge_waiting(docket: Docket) -> None:
    """Say of all that waits for the person what new rules make of it: they decide about nothing that waits already."""
    for item in docket.pending:
        facts = _facts_of_waiting(docket, item)
        if facts is None or not docket.judge.has_rules:
            continue
        phase = item.phase
        await prepare(docket, facts)
        words = _said_anew(await _said(docket, facts))
        if item.phase is phase and words != item.why_asked:
            item.why_asked = words
            docket.changed(item)


def _said_anew(judgement: Judgement) -> str:
    """Return why something waits that these rules did not judge when it came."""
    if judgement.verdict is Verdict.ASK:
        return judgement.why_asked
    does = "denies this" if judgement.verdict is Verdict.REJECT else "lets such things pass"
    who = judgement.rule if judgement.settings is None else f'the rule "{judgement.rule}"'
    return f"rules have changed since it came; {who} {does}"


def _facts_of_waiting(docket: Docket, item: Review | Inquiry) -> Facts | None:
    """Return what rules are held against at the gate where something waits; None where nothing is."""
    if isinstance(item, Inquiry):
        return facts_of_inquiry(docket, item) if item.gate is not None and type(item.asked) in _KINDS else None
    candidate = item.candidate
    if item.phase is Phase.REQUEST:
        return facts_of(docket, item, item.outbound, "request")
    if item.phase is not Phase.RESPONSE or candidate is None or not candidate.is_whole:
        return None
    facts = facts_of(docket, item, item.outbound, "response")
    facts.response = candidate.response
    return facts


async def judge_request(docket: Docket, review: Review) -> Judgement:
    """Return what the judge says of a request at the first gate."""
    facts = facts_of(docket, review, review.outbound, "request")
    return await _judged(docket, review, Gate.REQUEST, facts)


async def judge_response(docket: Docket, review: Review, response: Response) -> Judgement:
    """Return what the judge says of a response at the second gate."""
    facts = facts_of(docket, review, review.outbound, "response")
    facts.response = response
    return await _judged(docket, review, Gate.RESPONSE, facts)


async def treat_inquiry(docket: Docket, inquiry: Inquiry) -> Treatment:
    """Have an inquiry that has just come treated as rules want it, and return that."""
    if not docket.judge.treats or type(inquiry.asked) not in _KINDS:
        return AS_USUAL
    facts = facts_of_inquiry(docket, inquiry)
    facts.standing = await docket.record.standing(inquiry.origin.server)
    treatment = docket.judge.treatment(facts)
    inquiry.priority, inquiry.keeps_texts = treatment.priority, treatment.keeps_texts
    return treatment


async def judge_inquiry(docket: Docket, inquiry: Inquiry) -> Reply | None:
    """Return the reply that a rule gives to an inquiry; None where a person is asked."""
    if not docket.judge.has_rules or type(inquiry.asked) not in _KINDS:
        return None
    facts = facts_of_inquiry(docket, inquiry)
    facts.standing = await docket.record.standing(inquiry.origin.server)
    judgement = await _held(docket, await _said(docket, facts))
    _record(docket, inquiry, Gate.REQUEST, judgement, facts)
    inquiry.why_asked = judgement.why_asked
    reply = None
    if judgement.verdict is Verdict.REJECT:
        reply = Reply("decline")
    elif judgement.verdict is Verdict.PASS:
        reply = await asyncio.to_thread(_reply, inquiry, judgement)  # a form is checked, which may take a while
    if reply is not None:
        inquiry.decided[Gate.REQUEST] = _decided(judgement)
    return reply


def facts_of_inquiry(docket: Docket, inquiry: Inquiry) -> Facts:
    """Return what rules are held against."""
    kind = _KINDS[type(inquiry.asked)]
    return Facts(
        kind,
        "request",
        inquiry.origin,
        None,
        _now(),
        more=in_inquiry(inquiry),
        texts=tuple(text for _, text in inquiry_texts(inquiry)),
        others=tuple(docket.servers),
        is_read_only=isinstance(inquiry.asked, ToolCall) and inquiry.asked.is_read_only,
    )


def facts_of(docket: Docket, review: Review, request: SamplingRequest, stage: str, chosen: str | None = None) -> Facts:
    """
    Return what rules are held against: a request as it would be sent, at one of the two gates.

    Args:
        chosen: The model that a person has chosen in place of the proposed one.
    """
    candidate = review.candidate
    proposed = review.selection.model if review.selection is not None else None
    model = candidate.model if stage == "response" and candidate is not None else chosen or proposed
    return _with_replaced(review, _facts(docket, request, review.origin, stage, model))


def _with_replaced(review: Review, facts: Facts) -> Facts:
    """Return facts that tell what was replaced by placeholders, too."""
    if review.redacted:
        facts.replaced = kinds_of(review.redacted)
    return facts


def _facts(docket: Docket, request: SamplingRequest, origin: Origin, stage: str, model: str | None) -> Facts:
    def destination() -> Destination:
        return _destination(docket, request, model, origin.server)

    others = tuple(docket.servers)
    return Facts("sampling", stage, origin, model, _now(), request=request, destination=destination, others=others)


def _destination(docket: Docket, request: SamplingRequest, model: str | None, server: str) -> Destination:
    if model is None:
        return Destination()
    assessment = assess(docket.models, request, model, server)
    try:
        base = docket.models.settings(model).base_url or ""
    except ModelError:  # it is no longer configured
        return Destination()
    parts = urlsplit(base)
    plain = parts.scheme.lower() == "http" and not is_here(parts.hostname or "")
    return Destination(assessment.host, not plain, assessment.estimate)


async def prepare(docket: Docket, facts: Facts) -> None:
    """Have known what rules are held against, and what takes long of it found out beside the event loop."""
    if facts.request is not None:
        await searched(facts.request, docket.leaks, size=len(facts.origin.raw))
    if facts.response is not None and docket.leaks is not None:
        await docket.leaks.search(text for _, text in response_texts(facts.response))
    if docket.judge.reads_texts and facts.request is not None and is_long(facts.request):
        await beside_the_loop(size_of(facts.request), lambda: facts.disguised)
    facts.standing = await docket.record.standing(facts.origin.server)


async def _judged(docket: Docket, review: Review, gate: Gate, facts: Facts) -> Judgement:
    if not docket.judge.has_rules:
        return docket.judge(facts)
    await prepare(docket, facts)
    judgement = await _held(docket, await _said(docket, facts))
    if judgement.verdict is Verdict.ASK:  # what follows may be a while
        _record(docket, review, gate, judgement, facts)
    else:
        docket.record.judged(review, _row(gate, judgement, facts))
    if judgement.verdict is not Verdict.ASK and (judgement.rule or judgement.reason):
        review.decided[gate] = _decided(judgement)
    return judgement


async def _said(docket: Docket, facts: Facts) -> Judgement:
    """Return what the judge says, but for rules whose budget is used up; where a person is asked, with the reason."""
    judgement = docket.judge(facts)
    spent: list[str] = []
    while await _is_spent(docket, judgement, facts):
        spent.append(judgement.rule)
        judgement = docket.judge(facts, frozenset(spent))
    if judgement.verdict is not Verdict.ASK:
        return judgement
    used_up = f'the budget of the rule "{spent[0]}" is used up' if spent else ""
    return replace(judgement, missed=used_up or docket.judge.why_asked(facts))


def _decided(judgement: Judgement) -> Decided:
    passed, rule = judgement.verdict is Verdict.PASS, judgement.settings
    by_nobody = not passed and (rule is None or rule.effect != "deny")
    return Decided(judgement.rule or judgement.reason, passed, judgement.notify, by_nobody=by_nobody)


async def _held(docket: Docket, judgement: Judgement) -> Judgement:
    """Return what was judged; nothing passes while the record is not what was written."""
    if judgement.verdict is not Verdict.PASS or not (fault := await docket.record.fault()):
        return judgement
    verdict = Verdict.ASK if docket.judge.asks else Verdict.REJECT
    return Judgement(verdict, reason=fault, guards=judgement.guards, tried=judgement.tried)


async def _is_spent(docket: Docket, judgement: Judgement, facts: Facts) -> bool:
    """Whether the budget of the rule that lets something pass is used up."""
    rule = judgement.settings
    if judgement.verdict is not Verdict.PASS or rule is None or facts.stage != "request":
        return False
    return await docket.limits.is_spent(rule, facts.worst, facts.now)


def _record(docket: Docket, item: Review | Inquiry, gate: Gate, judgement: Judgement, facts: Facts) -> None:
    docket.record.note(item, Kind.JUDGED, {}, _row(gate, judgement, facts))


def _row(gate: Gate, judgement: Judgement, facts: Facts) -> Late:
    """Return what makes the row of a judgement, beside the event loop; what the models know is asked here."""
    _ = facts.where
    return lambda: {
        "gate": gate,
        "verdict": judgement.verdict,
        "rule": judgement.rule or None,
        "reason": judgement.reason,
        "guards": list(judgement.guards),
        "tried": list(judgement.tried),
        "facts": facts_json(facts),
    }


def facts_json(facts: Facts) -> dict[str, Json]:
    """Return what rules were held against, without any text: the record keeps it, so that rules can be tried on it."""
    return {
        "kind": facts.kind,
        "stage": facts.stage,
        "tool": facts.origin.tool,
        "model": facts.model,
        "max_tokens": facts.max_tokens,
        "size": facts.size,
        "worst": cost_json(facts.worst),
        "host": facts.where.host,
        "findings": {kind.value: count for kind, count in counts(facts.findings).items()},
        "guards": list(facts.guards),
        "risk": facts.risk.level,
        "risk_reasons": list(facts.risk.reasons),
    }


def _reply(inquiry: Inquiry, judgement: Judgement) -> Reply | None:
    """Return the rule's answer; None where it does not fit what is asked."""
    rule = judgement.settings
    if rule is None:
        return None
    match inquiry.asked:
        case RootsRequest(configured):
            return Reply("accept", roots=configured)
        case ToolCall(arguments=arguments):
            return Reply("accept", arguments)
        case FormElicitation() as form if rule.answer is not None:
            action, content = rule.answer["action"], rule.answer.get("content")
            if action != "accept":
                return Reply(action)
            return Reply("accept", content or {}) if fits(form.schema, content or {}) else None
    return None


def _now() -> datetime:
    return datetime.now().astimezone()
