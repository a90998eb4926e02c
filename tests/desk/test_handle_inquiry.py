"""The story of one inquiry: what is returned, what the record says of it, and when it ended."""

import asyncio
import time
from pathlib import Path

import pytest

from tests.support.desks import ORIGIN, WITHDRAWN, Office, eventually, kinds, office
from tests.support.models.scripted_models import ScriptedProvider
from tuui_sampling.sampling.decision import Settle
from tuui_sampling.sampling.inquiry import (
    Asked,
    FormElicitation,
    Inquiry,
    InquiryOutcome,
    Reply,
    Root,
    RootsRequest,
    UrlElicitation,
)
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.sampling.phase import Gate, Phase

SHARED = (Root("file:///work", "work"),)
FORM = FormElicitation("Which colour?", {"type": "object", "properties": {"colour": {"type": "string"}}})
PAGE = UrlElicitation("Sign in", "https://example.com/", "page-1")


def ask(place: Office, asked: Asked, origin: Origin = ORIGIN) -> asyncio.Task[InquiryOutcome]:
    """Let an inquiry arrive."""
    return asyncio.create_task(place.desk.inquire(asked, origin, lambda: WITHDRAWN))


async def arrived(place: Office, number: int = 1) -> Inquiry:
    """Wait for an inquiry."""
    await eventually(lambda: number in place.desk.inquiries and place.desk.inquiries[number].phase is Phase.REQUEST)
    return place.desk.inquiries[number]


@pytest.mark.parametrize(
    ("asked", "reply", "kind", "result"),
    [
        (RootsRequest(SHARED), Reply("accept", roots=SHARED), "shared", {"roots": [SHARED[0].uri]}),
        (RootsRequest(SHARED), Reply("decline", roots=SHARED), "refused", None),
        (RootsRequest(SHARED), Reply("cancel"), "refused", None),
        (FORM, Reply("accept", {"colour": "red"}), "accepted", {"action": "accept", "content": {"colour": "red"}}),
        (FORM, Reply("decline"), "declined", {"action": "decline"}),
        (FORM, Reply("cancel"), "cancelled", {"action": "cancel"}),
        (PAGE, Reply("accept"), "accepted", {"action": "accept"}),
    ],
)
async def test_the_record_holds_what_was_returned_and_nothing_else(
    asked: Asked, reply: Reply, kind: str, result: object, tmp_path: Path
) -> None:
    async with office(tmp_path, ScriptedProvider()) as place:
        asking = ask(place, asked)
        inquiry = await arrived(place)
        assert place.desk.settle(inquiry.id, Gate.REQUEST, Settle(reply))
        assert (await asking).reply == reply
        await place.ledger.aclose()
        rows = await place.ledger.entries(inquiry.key)
    assert kinds(rows)[-1] == kind
    told = rows[-1].data["result"]
    if isinstance(told, dict) and "roots" in told:
        told = {"roots": [one["uri"] for one in told["roots"]]}
    assert told == result


async def test_an_end_has_its_time(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider()) as place:
        asking = ask(place, FORM)
        inquiry = await arrived(place)
        assert inquiry.ended is None
        before = time.monotonic()
        place.desk.settle(inquiry.id, Gate.REQUEST, Settle(Reply("decline")))
        await asking
        assert inquiry.ended is not None
        assert before <= inquiry.ended <= time.monotonic()


async def test_a_server_completes_its_own_page_only(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider()) as place:
        asking = [ask(place, PAGE, Origin(name, "2025-11-25")) for name in ("one", "two")]
        ours, theirs = await arrived(place, 1), await arrived(place, 2)
        place.desk.page_completed("two", "page-1")
        assert (ours.completed, theirs.completed) == (False, True)
        place.desk.page_completed("one", "page-2")
        assert not ours.completed, "another page of the same server"
        place.desk.page_completed("one", "page-1")
        assert ours.completed
        for inquiry in (ours, theirs):
            place.desk.settle(inquiry.id, Gate.REQUEST, Settle(Reply("cancel")))
        await asyncio.gather(*asking)
