"""
Returns a response to its server: kept before it leaves, and delivered only once the server has taken it.

What the server has not taken ends as undelivered, with the reason. The response is kept; where the connection still
stands it can be sent again, which is why the coroutine of such a review lives on until the server's request is over.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from ..history.ledger import Kind
from ..policy.redaction.placeholders import placeholders_in, put_back, put_back_by_itself
from ..sampling.decision import Answer
from ..sampling.phase import Phase
from ..sampling.request import Json
from ..sampling.review import Candidate, Outcome, Review
from ..sampling.wire import response_result
from ..servers.inbound.desk import Deliver, Receipt
from .docket import Docket
from .record_rows import spent


async def taken(outcome: object) -> Receipt:
    """Stand for a server that takes everything, where there is none."""
    return Receipt()


async def deliver(
    docket: Docket, review: Review, answer: Answer, send: Deliver, why_withdrawn: Callable[[], str]
) -> Outcome:
    """
    Return a response to the server, and return how that ended.

    Cancelling it once the response was on its way leaves the review undelivered, for `why_withdrawn`.
    """
    outcome, row = _kept(docket, review, answer)
    while True:
        docket.send(review)
        try:
            receipt = await send(outcome)
        except asyncio.CancelledError:
            _undelivered(docket, review, outcome, row, why_withdrawn())
            raise
        if not receipt.problem:
            docket.record.note_end(review, Kind.DELIVERED, row)
            docket.loops.delivered(review, answer.response)
            return docket.end(review, outcome)
        _undelivered(docket, review, outcome, row, receipt.problem)
        if not receipt.again or not await docket.sent_again(review):
            assert review.outcome
            return review.outcome


def source(review: Review, answer: Answer) -> Candidate | None:
    """Return the candidate that an answer came from; None when a person wrote it from nothing."""
    return next((one for one in review.candidates if one.number == answer.candidate), None)


def _kept(docket: Docket, review: Review, answer: Answer) -> tuple[Outcome, dict[str, Json]]:
    """Return what is to be returned as an outcome and as a row, which outlives this program from now on."""
    response = answer.response
    origin = source(review, answer)
    changed = origin is None or response != origin.response
    result = response_result(response, with_tools=review.asked.wants_tools)
    if changed:
        docket.record.note(review, Kind.RESPONSE_CHANGED, {"candidate": answer.candidate, "result": result})
    sent = origin.request if origin is not None else review.outbound  # the newest approval may be another's
    edited = changed or sent != review.asked
    usage, cost = review.usage, review.cost
    row: dict[str, Json] = {"result": result, "edited": edited, "model": response.model} | spent(usage, cost)
    if origin is not None and origin.earlier:
        row["earlier"] = origin.earlier
    chosen = put_back_by_itself(review.asked, review.redacted) if answer.put_back is None else answer.put_back
    if held := placeholders_in(response, review.redacted):
        row["put_back"] = [one for one in held if one in chosen]
    docket.record.keep(review, row)
    outcome = Outcome(
        Phase.DELIVERED,
        response=put_back(response, review.redacted, chosen),
        edited=edited,
        usage=usage,
        model=response.model,
        cost=cost,
    )
    return outcome, row


def _undelivered(docket: Docket, review: Review, outcome: Outcome, row: dict[str, Json], reason: str) -> None:
    docket.record.note_end(review, Kind.UNDELIVERED, row | {"reason": reason})
    docket.end(review, replace(outcome, phase=Phase.UNDELIVERED, reason=reason))
