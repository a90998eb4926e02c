"""A real server that runs a tool loop of three turns through us, in both eras, one argument edited on the way."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.desks import accept, answer_by_model, approve, backend, call, eventually, reviews, server_settings
from tests.support.paths import demo_server
from tuui_sampling.config.settings import Protocol
from tuui_sampling.policy.verdict import Verdict
from tuui_sampling.sampling.errors import CallRefused
from tuui_sampling.sampling.origin import Loop
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.sampling.request import ToolResultBlock

ERAS = pytest.mark.parametrize("protocol", ["legacy", "modern"])


@ERAS
async def test_the_server_runs_what_the_person_made_of_the_call(protocol: Protocol, tmp_path: Path) -> None:
    async with backend(tmp_path, server_settings("demo", demo_server(), protocol=protocol)) as opened:
        calling = call(opened, "demo", "plan_trip", city="Lisbon", days=2)
        (first,) = await reviews(opened, 1)
        assert opened.desk.settle(first.id, Gate.REQUEST, approve(first))
        await eventually(lambda: first.phase is Phase.RESPONSE)
        wanted = accept(first)
        (tool_use,) = wanted.response.tool_uses
        assert (tool_use.name, tool_use.input) == ("find_sights", {"city": "Lisbon", "most": 1})
        edited = replace(tool_use, input={"city": "Porto", "most": 2})
        blocks = tuple(edited if block is tool_use else block for block in wanted.response.blocks)
        answer = replace(wanted, response=replace(wanted.response, blocks=blocks))
        assert opened.desk.settle(first.id, Gate.RESPONSE, answer)
        (second,) = await reviews(opened, 1)
        (result,) = second.asked.messages[-1].blocks
        assert isinstance(result, ToolResultBlock)
        assert result.content[0]["text"] == "Sights of Porto: the old harbour, the botanical garden."
        await answer_by_model(opened, second)
        (third,) = await reviews(opened, 1)
        await answer_by_model(opened, third)
        assert [one.loop for one in (first, second, third)] == [Loop(1, turn, 10) for turn in (1, 2, 3)]
        text = (await calling).text
        assert "called find_sights with {'city': 'Porto', 'most': 2}" in text
        assert "called get_weather with {'city': 'Lisbon', 'day': 1}" in text
        assert "turns: 3" in text


LIMIT_WORDS = "rate limit: a tool loop may have at most 2 requests here; try again in a new one"


@ERAS
async def test_the_limit_ends_the_call(protocol: Protocol, tmp_path: Path) -> None:
    demo = server_settings("demo", demo_server(), protocol=protocol, max_tool_turns=2)
    async with backend(tmp_path, demo, verdict=Verdict.PASS) as opened:
        calling = call(opened, "demo", "plan_trip")
        await eventually(lambda: len(opened.desk.reviews) == 3 and opened.desk.reviews[3].outcome)
        assert [one.phase for one in opened.desk.reviews.values()] == [Phase.DELIVERED, Phase.DELIVERED, Phase.REJECTED]
        if protocol == "legacy":
            assert (await calling).text == f"sampling failed: -32005 {LIMIT_WORDS}"
        else:
            with pytest.raises(CallRefused, match=LIMIT_WORDS):
                await calling
