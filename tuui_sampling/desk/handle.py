"""
The story of one request, top to bottom: policy, gate 1, the model, gate 2, return.

How it arrives is `arrival.py`, how models write is `generate.py`, and how a response leaves is `deliver.py`.

One coroutine per request is the whole state machine. When the server cancels or dies, `CancelledError` unwinds it and
the review is withdrawn.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from ..config.policy.rules import RuleSettings
from ..history.ledger import Kind
from ..policy.limits import Amount, Limit, Reached, Window
from ..policy.verdict import Judgement, Verdict
from ..sampling.decision import Answer, Approve, Decision, Reject, Reopen, Stop
from ..sampling.derived.digests import outbound_digest
from ..sampling.errors import LedgerError, ModelError, ModelErrorKind
from ..sampling.phase import Gate, Phase
from ..sampling.response import HUMAN_MODEL, callable_tools, why_not_returnable
from ..sampling.review import Candidate, Outcome, Review
from ..sampling.wire_errors import LIMIT_EXCEEDED, WireError
from ..servers.inbound.desk import Deliver
from .agents.work import MAX_DEPTH
from .arrival import told_of_limit
from .assess import obstacle
from .deliver import deliver, source
from .docket import Docket
from .generate import generate
from .judging import judge_request, judge_response, look_ahead
from .limiting import LimitReached
from .previous_answer import earlier_candidate, earlier_offered
from .record_rows import approved, spent
from .together import answer_identical


async def handle(
    docket: Docket,
    review: Review,
    why_withdrawn: Callable[[], str],
    send: Deliver,
    look: Callable[[], Awaitable[None]] | None = None,
) -> Outcome:
    """
    Lead one request that has arrived to its end.

    Args:
        look: Works out what is to be known of it first, where that takes long.
    """
    try:
        if look is not None:
            await look()
        if (reached := await docket.limits.admit(review, review.arrived_at) or _turns(review)) is not None:
            return limited(docket, review, reached)
        if reason := _refusal(review):
            return rejected(docket, review, Gate.REQUEST, reason)
        judgement = await judge_request(docket, review)
        if judgement.verdict is Verdict.REJECT:
            return rejected(docket, review, Gate.REQUEST, judgement.reason)
        answer = await _lead(docket, review, judgement)
        if isinstance(answer, Outcome):
            return answer
        return await deliver(docket, review, answer, send, why_withdrawn)
    except asyncio.CancelledError:
        if review.phase.is_open:  # else the response was on its way, and how that ended is known
            withdrawn(docket, review, why_withdrawn())
        raise
    finally:
        if review.phase.is_open:  # a bug is on its way up: a review that nobody leads must not look open
            broken(docket, review)


async def _lead(docket: Docket, review: Review, judgement: Judgement) -> Outcome | Answer:
    """Go from gate to gate, as it is decided, until there is a response to return or the end."""
    gate = Gate.REQUEST
    interruption: Decision | None = None
    also: tuple[int, ...] = ()
    while True:
        decision = interruption or await _decide(docket, review, gate, judgement, also)
        interruption = None
        match decision:
            case Reject(reason):
                return rejected(docket, review, gate, reason)
            case Answer() as answer:
                if _may_be_returned(docket, review, answer):
                    answer_identical(docket, review, answer)
                    return answer
            case Approve() as approval:
                also = approval.also
                by_rule = gate is Gate.REQUEST and judgement.verdict is Verdict.PASS and gate in review.decided
                problem = await _sending(docket, review, approval, judgement.settings if by_rule else None)
                if isinstance(problem, Reached) and _refuses(docket, problem, by_rule=by_rule):
                    return limited(docket, review, problem)
                if problem is None:
                    gate = Gate.RESPONSE
                    interruption = await generate(docket, review, approval)
            case Reopen():
                gate = Gate.REQUEST
                judgement = Judgement(Verdict.ASK)  # a person has taken it over
            case Stop():
                gate = Gate.RESPONSE
            case None:
                return failed(docket, review)


# --- the gates ---


def _refuses(docket: Docket, reached: Reached, *, by_rule: bool) -> bool:
    """Whether a limit that a call has reached ends the request; a person may do something about it instead."""
    return not docket.judge.asks or (by_rule and reached.limit.scope != "rule")


def _turns(review: Review) -> Reached | None:
    """Return the limit of a tool loop that is reached."""
    loop = review.loop
    if loop is None or loop.turn <= loop.most:
        return None
    limit = Limit(Amount.TOOL_TURNS, Window.NOW, Decimal(loop.most), "server", review.origin.server)
    return Reached(limit, review.arrived_at)


def _refusal(review: Review) -> str:
    """Return why a request is rejected before anybody is asked; an empty string when it is not."""
    if review.depth > MAX_DEPTH:
        return f"agents may call tools within each other no deeper than {MAX_DEPTH} times"
    place = review.of_call
    if place is not None and place.number > place.most:
        which = "the call reached its" if place.calls == 1 else f"the {place.calls} calls under way reached their"
        return f"{which} limit of {place.most} requests (max_requests_per_call)"
    return ""


async def _decide(
    docket: Docket, review: Review, gate: Gate, judgement: Judgement, also: tuple[int, ...]
) -> Decision | None:
    """
    Return the decision at a gate: the human's, or that of a judgement; None when there is none to pass.

    Args:
        also: The identical requests that the person was told the response is for, too.
    """
    if gate is Gate.RESPONSE and docket.judge.has_rules:
        judgement = await _judge_answer(docket, review)
        if judgement.verdict is Verdict.REJECT:
            return Reject(judgement.reason)
    if judgement.verdict is Verdict.PASS:
        decision = await _pass(docket, review, gate, judgement)
        if decision is not None or not docket.judge.asks:
            return replace(decision, also=also) if isinstance(decision, Answer) else decision
        docket.record.write_judged(review)
        review.decided.pop(gate, None)  # it could not pass, so a person decides
    review.why_asked = judgement.why_asked
    if gate is Gate.RESPONSE:
        return await _of_the_person(docket, review, Phase.RESPONSE)
    with earlier_offered(docket, review):
        return await _of_the_person(docket, review, Phase.REQUEST)


async def _of_the_person(docket: Docket, review: Review, phase: Phase) -> Decision:
    """Wait for a decision that no rule denies: one that is denied becomes a notice on the review, which stays open."""
    told: tuple[str, ...] = ()
    while True:
        decision = await docket.enter(review, phase)
        if not (denied := (await look_ahead(docket, review, decision)).denied):
            review.notices = () if review.notices == told else review.notices
            return decision
        done = "sent" if isinstance(decision, Approve) else "returned"
        review.notices = told = (f"Nothing was {done}: {denied}.",)


async def _judge_answer(docket: Docket, review: Review) -> Judgement:
    """Return what the judge says of the newest response; where there is none that is whole, a person looks at it."""
    candidate = review.candidate
    response = candidate.response if candidate is not None and candidate.is_whole else None
    if response is None:
        return Judgement(Verdict.ASK if docket.judge.asks else Verdict.PASS)  # nothing passes, and it fails
    return await judge_response(docket, review, response)


async def _pass(docket: Docket, review: Review, gate: Gate, judgement: Judgement) -> Decision | None:
    rule = judgement.settings
    if gate is Gate.REQUEST and rule is not None and rule.answer_with is not None:
        candidate = await earlier_candidate(docket, review, rule.max_age)
        if candidate is not None and candidate.response is not None:
            await docket.limits.claim_unpaid(review, rule, datetime.now().astimezone())
            review.candidates.append(candidate)
            return Answer(candidate.response, candidate.number)
    if gate is Gate.RESPONSE:
        candidate = review.candidate
        response = candidate.response if candidate is not None and candidate.is_whole else None
        if candidate is None or response is None or response.is_empty:  # so is a person's, whom nobody asked
            return None
        answer = Answer(response, candidate.number)
        return None if _why_not(review, answer) else answer
    if review.selection is None or review.notices:  # a notice: it could not be sent, and trying again changes nothing
        return None
    model = review.selection.model
    return Approve(review.outbound, model, outbound_digest(review.outbound, _recipient(docket, model)))


async def _sending(
    docket: Docket, review: Review, approval: Approve, rule: RuleSettings | None
) -> Reached | LedgerError | str | None:
    """Check an approval and make it durable; what is wrong becomes a notice on the review, which stays open."""
    problem: Reached | LedgerError | str | None = _objection(docket, review, approval) or None
    if problem is None:
        problem = await _committed(docket, review, approval, rule)
    words = problem if isinstance(problem, str) else None
    if isinstance(problem, LedgerError):
        words = f"the approval could not be recorded. {problem.message} {problem.hint}".strip()
    elif isinstance(problem, Reached):
        words = problem.words
    review.notices = (f"Nothing was sent: {words}",) if words else ()
    if problem is None:
        review.outbound = approval.request
        review.redacted = {**review.redacted, **approval.redacted}
    docket.changed(review)
    return problem


async def _committed(
    docket: Docket, review: Review, approval: Approve, rule: RuleSettings | None
) -> Reached | LedgerError | None:
    """Write an approval down, with what it claims of limits."""
    now, limits = datetime.now().astimezone(), docket.limits
    if (reached := limits.objection(review, approval, now)) is not None:
        return reached
    try:
        claims, counted = await limits.claims(review, approval, rule, now)
    except LedgerError as error:
        return error
    ended = await docket.record.commit(review, Kind.APPROVED, approved(docket, review, approval), claims)
    return ended if isinstance(ended, LedgerError) else limits.reached(ended, counted, now)


def _recipient(docket: Docket, model: str) -> str:
    try:
        return docket.models.recipient(model)
    except ModelError:  # it is not configured: that is found out, and told, before the call
        return model


def _objection(docket: Docket, review: Review, approval: Approve) -> str:
    recipients = (_recipient(docket, model) for model in approval.models)
    if outbound_digest(approval.request, *recipients) != approval.digest:
        return "the request, or the way it goes, is not the one that was shown. Look again, and approve anew."
    server = review.origin.server
    problems = {model: obstacle(docket.models, approval.request, model, server) for model in approval.models}
    if not approval.others:
        return problems[approval.model]
    return "; ".join(f"{model}: {problem}" for model, problem in problems.items() if problem)


def _may_be_returned(docket: Docket, review: Review, answer: Answer) -> bool:
    """Check a response; what keeps it from the server becomes a notice on the review, which stays open."""
    problem = _why_not(review, answer)
    if problem:
        review.notices = (f"Nothing was returned: {problem}.",)
        docket.changed(review)
    return not problem


def _why_not(review: Review, answer: Answer) -> str:
    origin = source(review, answer)
    sent = origin.request if origin is not None else review.outbound
    return why_not_returnable(answer.response, callable_tools(review.asked, sent))


def rejected(docket: Docket, review: Review, gate: Gate, reason: str, error: WireError | None = None) -> Outcome:
    """
    Refuse; the reason stays here.

    Args:
        error: What the server gets instead of the constant.
    """
    decided = review.decided.get(gate)
    says_nothing = decided is not None and (decided.is_limit or decided.by_nobody)
    said = {"undecided": True} if says_nothing else {}
    row = {"gate": gate, "reason": reason} | said | spent(review.usage, review.cost)
    docket.record.note(review, Kind.REJECTED, row)
    outcome = replace(_unanswered(review, Phase.REJECTED, reason, gate), error=error)
    return docket.end(review, outcome, is_judged=not says_nothing)


def limited(docket: Docket, review: Review, reached: Reached) -> Outcome:
    """Refuse for a limit; only the first of its time stays to be looked at."""
    if not told_of_limit(docket, review, reached):
        docket.reviews.pop(review.id, None)
    return rejected(docket, review, Gate.REQUEST, reached.words, WireError(LIMIT_EXCEEDED, reached.wire))


def withdrawn(docket: Docket, review: Review, reason: str) -> None:
    """Nobody waits for an answer any more."""
    docket.record.note(review, Kind.WITHDRAWN, {"reason": reason} | spent(review.usage, review.cost))
    docket.end(review, _unanswered(review, Phase.WITHDRAWN, reason))


def failed(docket: Docket, review: Review) -> Outcome:
    """There is no answer that could pass by itself, and nobody is asked."""
    candidate = asked_model(review)
    response = candidate.response if candidate is not None else None
    if candidate is not None and isinstance(candidate.error, LimitReached):
        return limited(docket, review, candidate.error.reached)
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
    elif response is not None and (response.is_partial or response.is_empty):
        reason = f"The model's answer is not returned by itself. {' '.join(response.remarks)}".rstrip()
    else:
        reason = "The model gave no answer."
    return _failed_because(docket, review, reason, _failure(review, candidate))


def _failure(review: Review, candidate: Candidate | None) -> ModelErrorKind | None:
    """Return what kind of failure a server may be told of; what kept us from recording is none of its business."""
    if candidate is not None and candidate.error is not None:
        return candidate.error.kind
    return ModelErrorKind.CONFIGURATION if review.selection is None else None


def broken(docket: Docket, review: Review) -> None:
    """End a review that a bug of ours left open."""
    _failed_because(docket, review, "Something in this program broke.")


def asked_model(review: Review) -> Candidate | None:
    """Return the newest candidate that a model was asked for; an earlier answer is none."""
    return next((one for one in reversed(review.candidates) if not one.earlier), None)


def _failed_because(docket: Docket, review: Review, reason: str, failure: ModelErrorKind | None = None) -> Outcome:
    docket.record.note(review, Kind.FAILED, {"reason": reason} | spent(review.usage, review.cost))
    return docket.end(review, replace(_unanswered(review, Phase.FAILED, reason), failure=failure))


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
