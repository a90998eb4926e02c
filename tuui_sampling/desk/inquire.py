"""
The story of one inquiry (an elicitation, or a request for roots), top to bottom: a human, record, return.

How it arrives is `arrival.py`.
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..history.ledger import Kind
from ..sampling.decision import Settle
from ..sampling.inquiry import Inquiry, InquiryOutcome, answered, is_edited, reply_json
from ..sampling.review import Phase

if TYPE_CHECKING:
    from .desk import Desk


async def inquire(desk: "Desk", inquiry: Inquiry, why_withdrawn: Callable[[], str]) -> InquiryOutcome:
    """Lead one inquiry that has arrived to its end."""
    try:
        decision = await desk.enter(inquiry, Phase.REQUEST)
        assert isinstance(decision, Settle)  # the desk lets nothing else through
        reply = decision.reply
        kind = Kind(answered(inquiry.asked, reply))
        result = None if kind is Kind.REFUSED else reply_json(inquiry.asked, reply)
        edited = is_edited(inquiry.asked, reply)
        desk.note(inquiry, kind, {"result": result, "action": reply.action, "edited": edited})
        return _end(desk, inquiry, InquiryOutcome(Phase.DELIVERED, reply))
    except asyncio.CancelledError:
        reason = why_withdrawn()
        desk.note(inquiry, Kind.WITHDRAWN, {"reason": reason})
        _end(desk, inquiry, InquiryOutcome(Phase.WITHDRAWN, reason=reason))
        raise


def _end(desk: "Desk", inquiry: Inquiry, outcome: InquiryOutcome) -> InquiryOutcome:
    inquiry.answer = outcome
    desk.close(inquiry, outcome.phase)
    return outcome
