"""Tool loops: which requests are turns of one, how many there may be, and what can't be returned in one."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.desks import ORIGIN, Office, accept, approve, eventually, kinds, office, request
from tests.support.full_request import user
from tests.support.models.scripted_models import ScriptedProvider, answer, tool_call
from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.desk import tool_loops
from tuui_sampling.desk.tool_loops import Loops
from tuui_sampling.policy.verdict import Verdict
from tuui_sampling.providers.provider import Finished
from tuui_sampling.sampling.decision import Answer, Reject, Reopen
from tuui_sampling.sampling.origin import Loop, Origin
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.sampling.request import SamplingRequest, TextBlock, ToolUseBlock
from tuui_sampling.sampling.response import Response
from tuui_sampling.sampling.wire import parse_request

TOOLS = [{"name": "add", "inputSchema": {"type": "object"}}, {"name": "delete", "inputSchema": {"type": "object"}}]


def turn(*ids: str, **changes: Any) -> dict[str, Any]:
    """Return the messages of a request that brings the results of these tool uses."""
    messages: list[dict[str, Any]] = [user("add them")]
    for one in ids:
        call = {"type": "tool_use", "id": one, "name": "add", "input": {}}
        messages += [{"role": "assistant", "content": [call]}]
        messages += [{"role": "user", "content": [{"type": "tool_result", "toolUseId": one, "content": []}]}]
    return {"messages": messages, "tools": TOOLS} | changes


def asked(*ids: str, **changes: Any) -> SamplingRequest:
    """Return the same as a request."""
    return parse_request({"maxTokens": 100} | turn(*ids, **changes))


class Returned:
    """The little of a review that the loops look at."""

    def __init__(self, loop: Loop | None, server: str) -> None:
        self.loop = loop
        self.origin = Origin(server, "2025-11-25")


def returned(known: Loops, loop: Loop | None, *ids: str, server: str = "one") -> None:
    """Have tool uses been returned."""
    response = Response(tuple(ToolUseBlock(one, "add", {}) for one in ids), "m", "toolUse")
    known.delivered(Returned(loop, server), response)  # type: ignore[arg-type]


def test_results_of_what_we_returned_belong_to_that_loop() -> None:
    known = Loops(lambda server: 10)
    first = known.join(1, "one", asked())
    assert first == Loop(1, 1, 10)
    returned(known, first, "a", "b")
    second = known.join(2, "one", asked("b"))
    assert second == Loop(1, 2, 10)
    returned(known, second, "c")
    assert known.join(3, "one", asked("b", "c")) == Loop(1, 3, 10)
    assert known.join(4, "one", asked("c", tools=None)) == Loop(1, 4, 10), "the last turn may offer no tools"


def test_what_belongs_to_no_loop_of_ours() -> None:
    known = Loops(lambda server: 10)
    returned(known, known.join(1, "one", asked()), "a")
    assert known.join(2, "two", asked("a")) == Loop(2, 1, 10), "another server's"
    assert known.join(3, "one", asked("z")) == Loop(3, 1, 10), "nothing that we returned"
    assert known.join(4, "one", request("hello")) is None, "no tools at all"
    assert known.join(5, "one", asked("z", tools=None)) is None


@pytest.mark.parametrize(("ids", "first"), [(("a", "b"), 2), (("b", "a"), 1), (("a", "b", "z"), 2), (("b", "z"), 2)])
def test_the_newest_tool_use_says_which_loop_it_is(ids: tuple[str, ...], first: int) -> None:
    known = Loops(lambda server: 10)
    for number, one in enumerate(("a", "b"), start=1):
        returned(known, known.join(number, "one", asked()), one)
    assert known.join(3, "one", asked(*ids)) == Loop(first, 2, 10)


def test_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tool_loops, "MAX_LOOPS", 3)
    monkeypatch.setattr(tool_loops, "MAX_TOOL_USES", 5)
    known = Loops(lambda server: 10)
    for number in range(1, 20):
        returned(known, known.join(number, "one", asked()), f"a{number}", f"b{number}")
    assert (len(known._turns), len(known._loop_of)) == (3, 5)
    assert known.join(20, "one", asked("a1")) == Loop(20, 1, 10)
    assert known.join(21, "one", asked("a19")) == Loop(19, 2, 10)


# --- on the desk ---


async def deliver(place: Office, number: int) -> None:
    """Pass both gates of a review."""
    review = await place.at(Phase.REQUEST, number)
    place.settle(review, approve(review))
    await place.at(Phase.RESPONSE, number)
    place.settle(review, accept(review))


async def test_a_loop_of_three_turns_with_one_argument_edited(tmp_path: Path) -> None:
    model = ScriptedProvider(tool_call("add", "t1", a=1), tool_call("add", "t2", a=2), answer("three"))
    async with office(tmp_path, model) as place:
        asking = place.ask(**turn())
        review = await place.at(Phase.REQUEST)
        assert review.loop == Loop(1, 1, 10)
        place.settle(review, approve(review))
        await place.at(Phase.RESPONSE)
        (partial,) = review.candidates[0].tool_uses.values()
        assert (partial.name, "".join(partial.arguments)) == ("add", '{"a": 1}')
        edited = Response((ToolUseBlock("t1", "add", {"a": 40}),), "scripted-1", "toolUse")
        place.settle(review, Answer(edited, 1))
        outcome = await asking
        assert (outcome.response, outcome.edited) == (edited, True)
        for number, ids in ((2, ("t1",)), (3, ("t1", "t2"))):
            asking = place.ask(**turn(*ids))
            await deliver(place, number)
            await asking
            assert place.desk.reviews[number].loop == Loop(1, number, 10)
        rows = await place.rows(place.desk.reviews[3])
    assert rows[0].data["loop"] == {"first": 1, "turn": 3, "most": 10}


@pytest.mark.parametrize("verdict", [Verdict.ASK, Verdict.PASS])
async def test_a_loop_without_end_is_stopped_at_the_limit(verdict: Verdict, tmp_path: Path) -> None:
    calls = [tool_call("add", f"t{number}") for number in range(1, 10)]
    model = ScriptedProvider(*calls)
    servers = {ORIGIN.server: ServerSettings(ORIGIN.server, max_tool_turns=4)}
    async with office(tmp_path, model, verdict=verdict, servers=servers) as place:
        ids: list[str] = []
        for number in range(1, 5):
            asking = place.ask(**turn(*ids))
            if verdict is Verdict.ASK:
                await deliver(place, number)
            assert (await asking).phase is Phase.DELIVERED
            ids.append(f"t{number}")
        outcome = await place.ask(**turn(*ids))
        again = await place.ask(**turn("t1"))
        assert (outcome.phase, outcome.gate) == (Phase.REJECTED, Gate.REQUEST)
        assert outcome.reason == again.reason == 'rate limit: at most 4 requests of a tool loop of the server "notes"'
        assert outcome.error is not None
        assert outcome.error.message.startswith("rate limit: a tool loop may have at most 4 requests here")
        review = place.desk.reviews[5]
        assert (review.loop, review.outcome) == (Loop(1, 5, 4), outcome)
        assert len(model.asked) == 4
        rows = await place.rows(review)
    assert kinds(rows) == ["received", "rejected"]
    assert rows[-1].data["reason"] == outcome.reason


BROKEN = ToolUseBlock("t1", "add", {}, broken_input='{"a": 1')
UNLISTED = ToolUseBlock("t1", "format_disk", {})


@pytest.mark.hostile(70)
@pytest.mark.parametrize(
    ("block", "words"), [(BROKEN, "not a JSON object"), (UNLISTED, 'no tool "format_disk"')], ids=["broken", "unlisted"]
)
async def test_what_can_not_be_returned_is_refused_and_stays_open(
    block: ToolUseBlock, words: str, tmp_path: Path
) -> None:
    response = Response((TextBlock("I try."), block), "m", "toolUse")
    async with office(tmp_path, ScriptedProvider((Finished(response),))) as place:
        asking = place.ask(**turn())
        review = await place.at(Phase.REQUEST)
        place.settle(review, approve(review))
        await place.at(Phase.RESPONSE)
        place.settle(review, accept(review))
        await eventually(lambda: review.notices, "it is refused")
        assert words in review.notices[0]
        assert review.phase is Phase.RESPONSE
        place.settle(review, Answer(Response((ToolUseBlock("t1", "add", {"a": "no number"}),), "m", "toolUse"), 1))
        assert (await asking).phase is Phase.DELIVERED
        rows = await place.rows(review)
    (row,) = [row.data for row in rows if row.kind.value == "response"]
    assert row.get("broken_input") == ({"t1": '{"a": 1'} if block is BROKEN else None)


@pytest.mark.hostile(70)
@pytest.mark.parametrize(
    ("block", "words"), [(BROKEN, "not a JSON object"), (UNLISTED, 'no tool "format_disk"')], ids=["broken", "unlisted"]
)
async def test_what_can_not_be_returned_does_not_pass_by_itself(
    block: ToolUseBlock, words: str, tmp_path: Path
) -> None:
    model = ScriptedProvider((Finished(Response((block,), "m", "toolUse")),))
    async with office(tmp_path, model, verdict=Verdict.PASS) as place:
        outcome = await place.ask(**turn())
        assert (outcome.phase, outcome.response) == (Phase.FAILED, None)
        assert words in outcome.reason


async def test_a_tool_that_the_person_took_out_of_the_request_can_not_be_called(tmp_path: Path) -> None:
    async with office(tmp_path, ScriptedProvider(tool_call("delete"))) as place:
        asking = place.ask(**turn())
        review = await place.at(Phase.REQUEST)
        place.settle(review, approve(review, asked=asked(tools=TOOLS[:1])))
        await place.at(Phase.RESPONSE)
        place.settle(review, accept(review))
        await eventually(lambda: review.notices, "it is refused")
        assert 'no tool "delete"' in review.notices[0]
        place.settle(review, Reject())
        await asking


@pytest.mark.parametrize("approvals", [(TOOLS, TOOLS[:1]), (TOOLS[:1], TOOLS)], ids=["taken out later", "put in later"])
async def test_each_response_is_held_to_the_tools_that_its_own_request_had(
    approvals: tuple[list[dict[str, Any]], ...], tmp_path: Path
) -> None:
    model = ScriptedProvider(tool_call("delete"), answer("nothing to do"))
    async with office(tmp_path, model) as place:
        asking = place.ask(**turn())
        review = await place.at(Phase.REQUEST)
        place.settle(review, approve(review, asked=asked(tools=approvals[0])))
        await place.candidate(review, 1)
        place.settle(review, Reopen())
        await place.at(Phase.REQUEST)
        place.settle(review, approve(review, asked=asked(tools=approvals[1])))
        await place.candidate(review, 2)
        first = review.candidates[0]
        assert first.response is not None
        place.settle(review, Answer(first.response, first.number))
        if approvals[0] is TOOLS:
            await eventually(asking.done, "it is returned")
            assert asking.result().phase is Phase.DELIVERED
        else:
            await eventually(lambda: review.notices, "it is refused")
            assert 'no tool "delete"' in review.notices[0]
            place.settle(review, Reject())
            await asking
