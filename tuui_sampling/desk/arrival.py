"""Looks at what a server asks, records it before anything else, and holds it back until it is admitted."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime

from ..history.ledger import Kind, Late
from ..policy.limits import Reached
from ..policy.survey import size_of
from ..sampling.derived.beside import ONE_AT_A_TIME, beside_the_loop
from ..sampling.derived.digests import asked_digest, outbound_digest
from ..sampling.errors import Refusal, RequestRefused
from ..sampling.inquiry import Inquiry, InquiryOutcome, kind_of_message
from ..sampling.item import Decided, Item
from ..sampling.origin import Origin
from ..sampling.phase import Gate, Phase
from ..sampling.request import Json, SamplingRequest
from ..sampling.review import Review, Selection
from ..servers.inbound.desk import ComeThrough
from .assess import assess
from .docket import Docket


async def at_once(held: Callable[[], None]) -> None:
    """Hold nothing back."""


async def arrive(
    docket: Docket,
    item: Item,
    asked: dict[str, Json],
    come_through: ComeThrough,
    why_withdrawn: Callable[[], str],
    late: Late | None = None,
) -> None:
    """
    Record what was asked, and return once it may lie on the desk; what ends before that is in the record, too.

    Args:
        late: Returns what takes a while to work out of what was asked; called beside the event loop.

    Raises:
        RequestRefused: It may not.
    """
    docket.record.note(item, Kind.RECEIVED, received(item.origin) | asked, late)

    def held() -> None:
        docket.held.add(item.key)
        docket.record.note(item, Kind.HELD, {})

    try:
        await come_through(held)
        if isinstance(item, Inquiry) and (reached := await docket.limits.admit(item, item.arrived_at)) is not None:
            _refused_by_limit(docket, item, reached)
            raise RequestRefused(Refusal.LIMIT, reached.wire)
        if item.key in docket.held:
            docket.record.note(item, Kind.LET_IN, {})
    except RequestRefused as error:
        by_limit = item.decided.get(Gate.REQUEST)
        docket.record.note(item, Kind.REFUSED, refused(by_limit.rule if by_limit is not None else error.refusal))
        raise
    except asyncio.CancelledError:
        docket.record.note(item, Kind.WITHDRAWN, {"reason": why_withdrawn()})
        raise
    finally:
        docket.held.discard(item.key)


def told_of_limit(docket: Docket, item: Item, reached: Reached) -> bool:
    """Note that a limit refuses something, and return whether that is news; else the first of its time counts it."""
    first = docket.limits.first(reached, item)
    item.decided[Gate.REQUEST] = Decided(reached.words, passed=False, notify=first is item, is_limit=True)
    if first is item:
        return True
    first.followers += 1
    docket.changed(first)
    return False


def _refused_by_limit(docket: Docket, inquiry: Inquiry, reached: Reached) -> None:
    """Leave the first that a limit refuses in its time on the desk, to be looked at."""
    if told_of_limit(docket, inquiry, reached):
        inquiry.answer = InquiryOutcome(Phase.REJECTED, reason=reached.words)
        docket.inquiries[inquiry.id] = inquiry
        docket.close(inquiry, Phase.REJECTED)


async def look_at(
    docket: Docket, select: Callable[[SamplingRequest, str], Selection | None], review: Review, size: int
) -> None:
    """
    Work out what must be known of a long request, which is on the screen meanwhile, with all that showing it asks for.

    That is done in a thread; what is found is kept with the request.

    Args:
        size: Of the message.
    """
    docket.changed(review)
    models, request, server = docket.models, review.asked, review.origin.server
    version = models.version

    def look() -> tuple[Selection | None, str]:
        with ONE_AT_A_TIME:
            selection = select(request, server)
            size_of(request)
            if selection is not None:
                outbound_digest(request, assess(models, request, selection.model, server).recipient)
            return selection, asked_digest(request)

    review.selection, review.digest = await beside_the_loop(size, look)
    if models.version != version:  # configured anew meanwhile, when this was on no list yet
        review.selection = select(request, server)


def note_unread(
    docket: Docket, number: int, origin: Origin, method: str, params: Json, end: Kind, reason: dict[str, Json]
) -> None:
    """Record a message that nobody has read, and how it ended; without `params` its beginning."""
    key, now = f"{docket.session}-{number}", datetime.now().astimezone()
    item = Item(id=number, key=key, origin=origin, arrived=time.monotonic(), arrived_at=now)
    kind = kind_of_message(method, params)
    what = received(item.origin) | ({"kind": kind} if kind else {})
    docket.record.note(item, Kind.RECEIVED, what | ({"raw": item.origin.raw} if params is None else {"params": params}))
    docket.record.note(item, end, reason)


def received(origin: Origin) -> dict[str, Json]:
    """Return what the record says of where something came from."""
    return {
        "tool": origin.tool,
        "protocol_version": origin.protocol_version,
        "unsolicited": origin.unsolicited,
    }


def refused(reason: str, count: int = 1) -> dict[str, Json]:
    """Return what the record says of a refusal on arrival."""
    return {"reason": str(reason), "count": count}
