"""
The story of one inquiry (an elicitation, or a request for roots), top to bottom: a human, record, return.

How it arrives is `arrival.py`.
"""

import asyncio
from collections.abc import Callable

from ..history.ledger import Kind
from ..sampling.decision import Settle
from ..sampling.inquiry import Inquiry, InquiryOutcome, answered, is_edited, reply_json
from ..sampling.phase import Phase
from .docket import Docket


async def inquire(docket: Docket, inquiry: Inquiry, why_withdrawn: Callable[[], str]) -> InquiryOutcome:
    """Lead one inquiry that has arrived to its end."""
    try:
        decision = await docket.enter(inquiry, Phase.REQUEST)
        assert isinstance(decision, Settle)  # the desk lets nothing else through
        reply = decision.reply
        kind = Kind(answered(inquiry.asked, reply))
        result = None if kind is Kind.REFUSED else reply_json(inquiry.asked, reply)
        edited = is_edited(inquiry.asked, reply)
        docket.note(inquiry, kind, {"result": result, "action": reply.action, "edited": edited})
        return _end(docket, inquiry, InquiryOutcome(Phase.DELIVERED, reply))
    except asyncio.CancelledError:
        reason = why_withdrawn()
        docket.note(inquiry, Kind.WITHDRAWN, {"reason": reason})
        _end(docket, inquiry, InquiryOutcome(Phase.WITHDRAWN, reason=reason))
        raise


def _end(docket: Docket, inquiry: Inquiry, outcome: InquiryOutcome) -> InquiryOutcome:
    inquiry.answer = outcome
    docket.close(inquiry, outcome.phase)
    return outcome
