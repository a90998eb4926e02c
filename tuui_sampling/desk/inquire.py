"""The story of one inquiry (an elicitation, or a request for roots), top to bottom: record, a human, record, return."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..history.ledger import Kind
from ..sampling.decision import Settle
from ..sampling.inquiry import Inquiry, InquiryOutcome, RootsRequest, asked_json, reply_json
from ..sampling.review import Phase

if TYPE_CHECKING:
    from .desk import Desk


async def inquire(desk: "Desk", inquiry: Inquiry, why_withdrawn: Callable[[], str]) -> InquiryOutcome:
    """Lead one inquiry from its arrival to its end."""
    try:
        desk.note(
            inquiry,
            Kind.RECEIVED,
            {
                "kind": inquiry.kind,
                "tool": inquiry.origin.tool,
                "protocol_version": inquiry.origin.protocol_version,
                "unsolicited": inquiry.origin.unsolicited,
                "params": asked_json(inquiry.asked),
            },
        )
        decision = await desk.enter(inquiry, Phase.REQUEST)
        assert isinstance(decision, Settle)  # the desk lets nothing else through
        reply = decision.reply
        # A no is an answer, too, but whoever looks through the record looks for what was given away.
        kind = Kind.DELIVERED if reply.action == "accept" else Kind.REJECTED
        refused = isinstance(inquiry.asked, RootsRequest) and reply.action != "accept"
        result = None if refused else reply_json(inquiry.asked, reply)
        desk.note(inquiry, kind, {"result": result, "action": reply.action, "edited": False})
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
