"""Records what a server asks before anything else, and holds it back until it is admitted."""

import asyncio
from collections.abc import Callable

from ..history.ledger import Kind
from ..sampling.errors import RequestRefused
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
