"""Records what a server asks before anything else, and holds it back until it is admitted."""

import asyncio
from collections.abc import Callable

from ..history.ledger import Kind
from ..sampling.errors import Refusal, RequestRefused
from ..sampling.inquiry import Inquiry, kind_of_message
from ..sampling.item import Item
from ..sampling.origin import Origin
from ..sampling.request import Json
from ..servers.inbound.desk import ComeThrough
from .docket import Docket


async def at_once(held: Callable[[], None]) -> None:
    """Hold nothing back."""


async def arrive(
    docket: Docket, item: Item, asked: dict[str, Json], come_through: ComeThrough, why_withdrawn: Callable[[], str]
) -> None:
    """
    Record what was asked, and return once it may lie on the desk; what ends before that is in the record, too.

    Raises:
        RequestRefused: It may not.
    """
    docket.record.note(item, Kind.RECEIVED, received(item.origin) | asked)

    def held() -> None:
        docket.held.add(item.key)
        docket.record.note(item, Kind.HELD, {})

    try:
        await come_through(held)
        if isinstance(item, Inquiry) and (reached := await docket.limits.admit(item, item.arrived_at)) is not None:
            raise RequestRefused(Refusal.LIMIT, reached.wire)
        if item.key in docket.held:
            docket.record.note(item, Kind.LET_IN, {})
    except RequestRefused as error:
        docket.record.note(item, Kind.REFUSED, refused(error.refusal))
        raise
    except asyncio.CancelledError:
        docket.record.note(item, Kind.WITHDRAWN, {"reason": why_withdrawn()})
        raise
    finally:
        docket.held.discard(item.key)


def note_unread(docket: Docket, item: Item, method: str, params: Json) -> None:
    """Record a message that nobody has read; `params` are None where they are too long to keep."""
    kind = kind_of_message(method, params)
    what = received(item.origin) | ({"kind": kind} if kind else {})
    docket.record.note(item, Kind.RECEIVED, what | ({"raw": item.origin.raw} if params is None else {"params": params}))


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
