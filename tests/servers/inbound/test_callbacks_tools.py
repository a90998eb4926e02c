"""Sampling with tools in the modern era; `test_callbacks.py` and `scenes/hostile` have the legacy one."""

import json
import sys
from dataclasses import replace

import pytest

from tests.support.paths import ROOT, SERVERS
from tests.support.supervised import PUPPET, stage, texts
from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.sampling.errors import CallRefused

ROUNDS = ServerSettings("one", sys.executable, (str(SERVERS / "rounds_server.py"),), cwd=ROOT, protocol="modern")


async def test_the_capability_is_declared() -> None:
    async with stage(ROUNDS) as scene:
        await scene.ready()
        told = json.loads((await scene.call("told")).text)
        assert told["io.modelcontextprotocol/clientCapabilities"]["sampling"] == {"tools": {}}


async def test_a_tool_result_without_its_call_is_refused_before_anybody_is_asked() -> None:
    async with stage(ROUNDS) as scene:
        server = await scene.ready()
        with pytest.raises(CallRefused, match=r"-32602: Invalid sampling parameters at messages\[0\].content"):
            await scene.call("unbalanced")
        assert scene.clerk.asked == []
        assert any("a tool result without its tool use" in line for line in texts(server, "event"))
        (counted,) = server.invalid
        assert counted.startswith("sampling/createMessage: messages[0].content: ")


async def test_a_call_has_as_many_rounds_as_are_set_whatever_a_tool_loop_may_have() -> None:
    async with stage(replace(ROUNDS, max_rounds=11, max_tool_turns=1_000)) as scene:
        await scene.ready()
        calling = scene.call("endless")
        for number in range(11):
            (await scene.clerk.next(number)).deliver("x")
        with pytest.raises(CallRefused, match="it was stopped after 11 rounds"):
            await calling


NESTED = {"at": {"x": 1, "of": None}, "points": [{"x": 1}, {"x": 2.5}], "mixed": [1, "a"], "flat": "a", "none": None}


async def test_an_answer_of_nested_values_goes_as_it_is_in_both_eras() -> None:
    async with stage(ROUNDS) as scene:
        await scene.ready()
        scene.clerk.filled_in = NESTED
        calling = scene.call("form")
        (await scene.clerk.next()).deliver("x")
        answers = json.loads((await calling).text)["inputResponses"]
        assert answers["a"] == {"action": "accept", "content": NESTED}
        assert answers["b"]["content"] == {"type": "text", "text": "x"}
    async with stage(PUPPET) as scene:
        await scene.ready()
        scene.clerk.filled_in = NESTED
        form = {"message": "Where?", "requestedSchema": {"type": "object", "properties": {}}}
        await scene.say(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "elicitation/create", "params": form}))
        assert (await scene.replies(1))[1]["result"] == {"action": "accept", "content": NESTED}
