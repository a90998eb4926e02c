"""
The story of one inquiry (an elicitation, or a request for roots), top to bottom: a human, record, return.

How it arrives is `arrival.py`.
"""

import asyncio
from collections.abc import Callable

from ..history.ledger import Kind
from ..sampling.decision import Settle
from ..sampling.inquiry import Inquiry, InquiryOutcome, Reply, UrlElicitation, answered, is_edited, reply_json
from ..sampling.phase import Phase
from ..servers.inbound.desk import DeliverAnswer
from .docket import Docket
from .judging import judge_inquiry, look_ahead


async def inquire(
    docket: Docket, inquiry: Inquiry, why_withdrawn: Callable[[], str], send: DeliverAnswer
) -> InquiryOutcome:
    """Lead one inquiry that has arrived to its end."""
    try:
        reply = await judge_inquiry(docket, inquiry)
        if reply is None:
            reply = await _of_the_person(docket, inquiry)
        kind = Kind(answered(inquiry.asked, reply))
        result = None if kind is Kind.REFUSED else reply_json(inquiry.asked, reply)
        edited = is_edited(inquiry.asked, reply)
        docket.record.note(inquiry, kind, {"result": result, "action": reply.action, "edited": edited})
        return await _deliver(docket, inquiry, InquiryOutcome(Phase.DELIVERED, reply), send)
    except asyncio.CancelledError:
        if inquiry.phase is Phase.SENDING:
            _undelivered(docket, inquiry, why_withdrawn())
        elif inquiry.phase.is_open:
            reason = why_withdrawn()
            docket.record.note(inquiry, Kind.WITHDRAWN, {"reason": reason})
            _end(docket, inquiry, InquiryOutcome(Phase.WITHDRAWN, reason=reason))
        raise


async def _of_the_person(docket: Docket, inquiry: Inquiry) -> Reply:
    """Wait for a reply that no rule denies: what is denied becomes a notice on the inquiry, which stays open."""
    while True:
        decision = await docket.enter(inquiry, Phase.REQUEST)
        assert isinstance(decision, Settle)  # the desk lets nothing else through
        if not (denied := (await look_ahead(docket, inquiry, decision)).denied):
            inquiry.notices = ()
            return decision.reply
        inquiry.notices = (f"Nothing was sent: {denied}.",)


async def _deliver(docket: Docket, inquiry: Inquiry, outcome: InquiryOutcome, send: DeliverAnswer) -> InquiryOutcome:
    """Return an answer to the server, and return how that ended."""
    while True:
        inquiry.answer = outcome
        docket.send(inquiry)
        receipt = await send(outcome)
        if not receipt.problem:
            return _end(docket, inquiry, outcome)
        ended = _undelivered(docket, inquiry, receipt.problem)
        if not receipt.again or not await docket.sent_again(inquiry):
            return ended


def _undelivered(docket: Docket, inquiry: Inquiry, reason: str) -> InquiryOutcome:
    docket.record.note(inquiry, Kind.UNDELIVERED, {"reason": reason})
    reply = inquiry.answer.reply if inquiry.answer else None
    return _end(docket, inquiry, InquiryOutcome(Phase.UNDELIVERED, reply, reason))


def _end(docket: Docket, inquiry: Inquiry, outcome: InquiryOutcome) -> InquiryOutcome:
    inquiry.answer = outcome
    docket.close(inquiry, outcome.phase)
    return outcome


def complete_page(docket: Docket, server: str, elicitation_id: str) -> None:
    """Note that a server says that what was to be done on a page is done."""
    for inquiry in docket.inquiries.values():
        page = inquiry.asked if isinstance(inquiry.asked, UrlElicitation) else None
        named = page is not None and page.elicitation_id == elicitation_id
        if named and inquiry.origin.server == server and not inquiry.completed:
            inquiry.completed = True
            docket.changed(inquiry)
