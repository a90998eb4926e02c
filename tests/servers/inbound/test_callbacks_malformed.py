"""A malformed request that is let in: a person looks at it, and says how it is refused."""

import json
from pathlib import Path
from typing import Any

from tests.support.desks import backend, call, eventually, recorded, server_settings
from tests.support.full_request import params, user
from tests.support.supervised import PUPPET, sampling
from tuui_sampling.backend import Backend
from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.sampling.decision import Approve, Settle
from tuui_sampling.sampling.inquiry import Inquiry, Malformed, Reply
from tuui_sampling.sampling.phase import Gate, Phase


def elicitation(**members: Any) -> str:
    """Return a line that asks for values."""
    return json.dumps({"jsonrpc": "2.0", "id": "e", "method": "elicitation/create", "params": members})


def bad(**changes: Any) -> str:
    """Return a sampling request with changed parameters."""
    return sampling("s", params=params(**changes))


SYSTEM = {"role": "system", "content": {"type": "text", "text": "x"}}
VIDEO, BROKEN = {"type": "video", "data": "eA=="}, {"type": "image", "data": "!", "mimeType": "a/b"}
ORPHAN = {"type": "tool_result", "toolUseId": "t", "content": []}

MALFORMED: dict[str, tuple[str, str, str]] = {
    "a role": (bad(messages=[SYSTEM]), "messages[0].role", "system"),
    "no message": (bad(messages=[]), "messages", "the list is empty"),
    "tokens": (bad(maxTokens="many"), "maxTokens", "'many'"),
    "a block": (bad(messages=[user(VIDEO)]), "messages[0].content.type", "video"),
    "base64": (bad(messages=[user(BROKEN)]), "messages[0].content.data", "base64"),
    "tools": (bad(tools={"f": {}}), "tools", "an object"),
    "a result of nothing": (bad(messages=[user([ORPHAN])]), "messages[0]", "tool"),
    "no parameters": (sampling("s", params={}), "messages", "nothing"),
    "a form": (elicitation(message=5, requestedSchema={}), "message", "5"),
    "a page": (elicitation(mode="url", message="go"), "url", "nothing"),
}


def settings(**more: Any) -> ServerSettings:
    """Return the server whose malformed requests are let in."""
    return server_settings("one", PUPPET, let_in_malformed=True, **more)


async def heard(house: Backend) -> list[dict[str, Any]]:
    """Return the messages that the server got, besides its handshake."""
    lines = json.loads((await call(house, "one", "heard")).text)
    return [message for line in lines if "method" not in (message := json.loads(line))]


async def shown(house: Backend, number: int) -> Inquiry:
    """Wait until the question of this number waits."""
    await eventually(lambda: number in house.desk.inquiries, f"#{number}")
    inquiry = house.desk.inquiries[number]
    await eventually(lambda: inquiry.phase is Phase.REQUEST)
    return inquiry


async def test_each_kind_is_shown_with_its_place_and_value_and_refused_in_both_ways(tmp_path: Path) -> None:
    async with backend(tmp_path, settings()) as house:
        server = house.supervisor.servers["one"]
        asked = [(case, action) for case in MALFORMED for action in ("decline", "cancel")]
        for number, (case, action) in enumerate(asked, start=1):
            line, place, value = MALFORMED[case]
            await call(house, "one", "say", before=[line])
            inquiry = await shown(house, number)
            assert isinstance(inquiry.asked, Malformed)
            assert inquiry.asked.place.startswith(place), case
            assert value in inquiry.asked.message, case
            assert inquiry.asked.params == json.loads(line)["params"], "nothing of it is left out"
            assert house.desk.settle(number, Gate.REQUEST, Settle(Reply(action)))  # type: ignore[arg-type]
            await eventually(lambda one=inquiry: one.phase is Phase.DELIVERED)  # type: ignore[misc]
        answers = await heard(house)
        assert len(answers) == len(asked)
        for (case, action), answer in zip(asked, answers, strict=True):
            is_form = "elicitation" in MALFORMED[case][0]
            if action == "decline" and is_form:
                assert answer["result"] == {"action": "decline"}
            elif action == "decline":
                assert answer["error"] == {"code": -1, "message": "User rejected sampling request"}
            else:
                assert (answer["error"]["code"], answer["error"]["data"]["field"]) == (
                    -32602,
                    house.desk.inquiries[asked.index((case, action)) + 1].asked.place,  # type: ignore[union-attr]
                )
        assert len(server.invalid) == len(MALFORMED), "only those that were refused as invalid"
        assert house.desk.reviews == {}


async def test_nothing_but_a_refusal_can_be_decided_and_it_counts_as_one_that_waits(tmp_path: Path) -> None:
    async with backend(tmp_path, settings(max_pending=1)) as house:
        lines = [bad(messages=[]), sampling("t", "a good one")]
        await call(house, "one", "say", before=lines)
        await eventually(lambda: house.desk.inquiries)
        (number,) = house.desk.inquiries
        inquiry = await shown(house, number)
        assert not house.desk.settle(number, Gate.REQUEST, Approve(None, "demo", ""))  # type: ignore[arg-type]
        await eventually(lambda: house.supervisor.servers["one"].refused == 1)
        assert house.desk.settle(number, Gate.REQUEST, Settle(Reply("decline")))
        await eventually(lambda: inquiry.phase is Phase.DELIVERED)
        await eventually(lambda: recorded(tmp_path / "record.sqlite3", "rejected"))
        entries = await house.ledger.entries(inquiry.key)
    assert [entry.kind.value for entry in entries] == ["received", "rejected"]
    assert entries[0].data["kind"] == "malformed request"


async def test_by_hand_it_holds_until_the_program_ends_and_without_it_nobody_is_asked(tmp_path: Path) -> None:
    async with backend(tmp_path, server_settings("one", PUPPET)) as house:
        for number, let_in in enumerate((False, True, False)):
            house.supervisor.let_in_malformed("one", let_in)
            await call(house, "one", "say", before=[bad(messages=[])])
            if let_in:
                await shown(house, 1)
                assert house.desk.settle(1, Gate.REQUEST, Settle(Reply("decline")))
            await eventually(lambda count=number: len(house.supervisor.servers["one"].invalid) == (count + 2) // 2)  # type: ignore[misc]
        assert len(house.desk.inquiries) == 1
        assert sorted([one["error"]["code"] for one in await heard(house)]) == [-32602, -32602, -1]
