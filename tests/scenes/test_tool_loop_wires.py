"""Tool loops of a raw server through us, over each of the three wires to a model's API."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.desks import accept, answer_by_model, approve, backend, call, eventually, reviews, server_settings
from tests.support.models.aimock import Aimock
from tests.support.paths import SERVERS, ServerCommand
from tuui_sampling.config.settings import ModelSettings
from tuui_sampling.policy.verdict import Verdict
from tuui_sampling.sampling.origin import Loop
from tuui_sampling.sampling.phase import Gate, Phase

LOOPS = ServerCommand(sys.executable, (str(SERVERS / "loop_server.py"),))


@pytest.fixture(params=["anthropic", "openai", "openai-compatible"])
def model(request: pytest.FixtureRequest, aimock: Aimock) -> ModelSettings:
    """Return a model on each wire."""
    base_url = aimock.base_url.removesuffix("/v1") if request.param == "anthropic" else aimock.base_url
    return ModelSettings("mock", request.param, "mock-1", base_url=base_url, api_key_env="OPENAI_API_KEY")


async def test_three_turns_with_one_argument_edited(model: ModelSettings, aimock: Aimock, tmp_path: Path) -> None:
    async with backend(tmp_path, server_settings("loops", LOOPS), model=model) as opened:
        calling = call(opened, "loops", "loop", prompt="three turns")
        (first,) = await reviews(opened, 1)
        assert opened.desk.settle(first.id, Gate.REQUEST, approve(first, recipient=opened.models.recipient))
        await eventually(lambda: first.phase is Phase.RESPONSE)
        wanted = accept(first)
        (tool_use,) = wanted.response.tool_uses
        assert (tool_use.name, tool_use.input) == ("weather", {"city": "Köln"})
        edited = replace(wanted.response, blocks=(replace(tool_use, input={"city": "Aachen"}),))
        assert opened.desk.settle(first.id, Gate.RESPONSE, replace(wanted, response=edited))
        for number in (2, 3):
            (review,) = await reviews(opened, 1)
            assert review.loop == Loop(1, number, 10)
            await answer_by_model(opened, review)
        told = json.loads((await calling).text)
    assert told["text"] == "Wet in both, after three turns."
    assert told["called"] == [{"name": "weather", "input": {"city": city}} for city in ("Aachen", "Bonn")]
    messages = aimock.asked()["messages"]
    results = [message["content"] for message in messages if message["role"] == "tool"]
    assert results == ["wet in Aachen", "wet in Bonn"], "the model, too, sees what was made of its call"


async def test_a_loop_without_end_is_stopped_at_the_limit(model: ModelSettings, tmp_path: Path) -> None:
    loops = server_settings("loops", LOOPS, max_tool_turns=4)
    async with backend(tmp_path, loops, model=model, verdict=Verdict.PASS) as opened:
        told = json.loads((await call(opened, "loops", "loop", prompt="for ever")).text)
        last = opened.desk.reviews[5]
    words = "rate limit: a tool loop may have at most 4 requests here; try again in a new one"
    assert told["error"] == {"code": -32005, "message": words}
    assert len(told["called"]) == 4
    assert last.outcome is not None
    assert (last.phase, last.outcome.reason) == (
        Phase.REJECTED,
        f'rate limit: at most 4 requests of a tool loop of the server "{last.origin.server}"',
    )
