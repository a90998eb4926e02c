"""The whole thread, from a server's request to an approved answer, on real servers, real models and a real record."""

import asyncio
import os
import random
import signal
from itertools import chain
from pathlib import Path

import pytest

from tests.support.desks import (
    accept,
    answer_by_model,
    approve,
    backend,
    call,
    eventually,
    kinds,
    open_reviews,
    prompt_of,
    reviews,
    server_settings,
)
from tests.support.models.engine import Engine
from tests.support.paths import ServerCommand, demo_server, legacy_sdk_server, modern_sdk_server
from tests.support.supervised import MODERN_ONLY, PUPPET, cancelled, sampling
from tuui_sampling.backend import Backend
from tuui_sampling.config.settings import ModelSettings
from tuui_sampling.policy.verdict import Verdict
from tuui_sampling.sampling.decision import Reject
from tuui_sampling.sampling.errors import CallRefused, ServerError
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.sampling.review import Review
from tuui_sampling.servers.state.server import ServerState, ToolResult

REFUSED = "User rejected sampling request"


@pytest.fixture(params=["mcp 2", "mcp 1", "npm"])
def scene(request: pytest.FixtureRequest) -> tuple[ServerCommand, str, dict[str, object]]:
    """Return a server on each line of the Python SDK and npm's, with a tool that asks and its arguments."""
    if request.param == "npm":
        command: ServerCommand = request.getfixturevalue("server_everything")
        return command, "trigger-sampling-request", {"prompt": "hello", "maxTokens": 20}
    if request.param == "mcp 1":
        command = legacy_sdk_server(request.getfixturevalue("legacy_python"))
    else:
        command = modern_sdk_server()
    return command, "ask", {"prompt": "hello", "max_tokens": 20}


async def ask(opened: Backend, tool: str, arguments: dict[str, object]) -> tuple[asyncio.Task[ToolResult], Review]:
    """Call the tool of the only server, once it is listed, and wait for its request."""
    (server,) = opened.supervisor.servers.values()
    await eventually(lambda: server.tool(tool), f"{tool} is listed")
    calling = call(opened, server.name, tool, **arguments)
    (review,) = await reviews(opened, 1)
    assert "hello" in prompt_of(review)
    assert review.asked.max_tokens == 20
    assert (review.origin.tool, review.origin.presumed) == (tool, True)
    return calling, review


async def test_approved_and_edited(scene: tuple[ServerCommand, str, dict[str, object]], tmp_path: Path) -> None:
    command, tool, arguments = scene
    async with backend(tmp_path, server_settings("one", command)) as opened:
        calling, review = await ask(opened, tool, arguments)
        await answer_by_model(opened, review, "edited by a human")
        result = await calling
        assert not result.is_error
        assert "edited by a human" in result.text
        await eventually(lambda: review.phase is Phase.DELIVERED)
        await opened.ledger.aclose()
        rows = await opened.ledger.entries(review.key)
        assert kinds(rows) == ["received", "approved", "sent", "response", "response changed", "delivered"]
        assert rows[-1].data["result"]["content"]["text"] == "edited by a human"


@pytest.mark.parametrize("gate", list(Gate))
async def test_rejected(gate: Gate, scene: tuple[ServerCommand, str, dict[str, object]], tmp_path: Path) -> None:
    command, tool, arguments = scene
    async with backend(tmp_path, server_settings("one", command)) as opened:
        calling, review = await ask(opened, tool, arguments)
        if gate is Gate.RESPONSE:
            assert opened.desk.settle(review.id, Gate.REQUEST, approve(review))
            await reviews(opened, 1, Phase.RESPONSE)
        assert opened.desk.settle(review.id, gate, Reject("for a reason of mine"))
        result = await calling
        assert result.is_error
        assert "-1" in result.text
        assert REFUSED in result.text
        assert "reason of mine" not in result.text


async def test_npm_server_everything_on_a_real_engine(
    server_everything: ServerCommand, engine: Engine, tmp_path: Path
) -> None:
    local = ModelSettings(
        "local", "openai-compatible", model=engine.model, base_url=engine.base_url, api_key_env="OPENAI_API_KEY"
    )
    arguments: dict[str, object] = {"prompt": "hello", "maxTokens": 20}
    async with backend(tmp_path, server_settings("everything", server_everything), model=local) as opened:
        calling, review = await ask(opened, "trigger-sampling-request", arguments)
        assert opened.desk.settle(review.id, Gate.REQUEST, approve(review, recipient=opened.models.recipient))
        await reviews(opened, 1, Phase.RESPONSE)
        candidate = review.candidate
        assert candidate is not None
        assert candidate.error is None
        assert candidate.response is not None
        assert candidate.response.text
        assert candidate.response.model == engine.model
        assert review.usage is not None
        assert review.usage.output_tokens == 20
        assert opened.desk.settle(review.id, Gate.RESPONSE, accept(review))
        result = await calling
        assert not result.is_error
        assert engine.model in result.text


async def test_the_modern_era(tmp_path: Path) -> None:
    async with backend(tmp_path, server_settings("one", MODERN_ONLY)) as opened:
        calling = call(opened, "one", "ask_resolved", prompt="hello")
        (review,) = await reviews(opened, 1)
        assert review.origin.modern
        await answer_by_model(opened, review, "edited by a human")
        assert (await calling).text == "edited by a human"
        calling = call(opened, "one", "ask_resolved", prompt="again")
        (review,) = await reviews(opened, 1)
        assert opened.desk.settle(review.id, Gate.REQUEST, Reject())
        with pytest.raises(CallRefused, match=f"-1: {REFUSED}"):
            await calling


# --- many, and one that dies ---


async def test_ten_at_once_on_three_servers_and_one_is_killed(legacy_python: Path, tmp_path: Path) -> None:
    modern, legacy = modern_sdk_server(), legacy_sdk_server(legacy_python)
    counts = {"a": 4, "b": 3, "c": 3}
    prompts = {name: [f"{name} asks {number}" for number in range(count)] for name, count in counts.items()}
    servers = [server_settings("a", modern), server_settings("b", legacy), server_settings("c", modern)]
    async with backend(tmp_path, *servers) as opened:
        calls = {name: call(opened, name, "ask_many", prompts=texts) for name, texts in prompts.items()}
        waiting = await reviews(opened, 10)
        assert sorted(prompt_of(review) for review in waiting) == sorted(chain(*prompts.values()))
        assert all(prompt_of(review).startswith(review.origin.server) for review in waiting)
        random.Random(3).shuffle(waiting)
        doomed = [review for review in waiting if review.origin.server == "c"]
        # in the middle: of each server one is answered, one has a response, and the others wait
        for name in prompts:
            answered, halfway = [review for review in waiting if review.origin.server == name][:2]
            await answer_by_model(opened, answered, f"re: {prompt_of(answered)}")
            assert opened.desk.settle(halfway.id, Gate.REQUEST, approve(halfway))
        await reviews(opened, 3, Phase.RESPONSE)
        pid = opened.supervisor.servers["c"].pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(ServerError, match="SIGKILL"):
            await calls["c"]
        await eventually(lambda: all(not review.phase.is_open for review in doomed))
        ends = [(review.phase, review.outcome.reason) for review in doomed if review.outcome]
        assert ends == [(Phase.DELIVERED, ""), *[(Phase.WITHDRAWN, "it was ended by SIGKILL")] * 2]
        assert len(open_reviews(opened.desk)) == 5
        for review in open_reviews(opened.desk):
            if review.phase is Phase.REQUEST:
                await answer_by_model(opened, review, f"re: {prompt_of(review)}")
            else:
                edited = accept(review).response.with_text(f"re: {prompt_of(review)}")
                assert opened.desk.settle(review.id, Gate.RESPONSE, type(accept(review))(edited, 1))
        for name in ("a", "b"):
            result = await calls[name]
            assert result.text.splitlines() == [f"re: {prompt}" for prompt in prompts[name]]
        assert opened.supervisor.servers["a"].state is opened.supervisor.servers["b"].state is ServerState.READY
        await opened.ledger.aclose()
        outcomes = [str(summary.outcome) for summary in await opened.ledger.search()]
        assert sorted(outcomes) == ["delivered"] * 8 + ["withdrawn"] * 2


async def test_five_hundred_in_flight(tmp_path: Path) -> None:
    prompts = [f"number {number}." for number in range(500)]
    async with backend(
        tmp_path, server_settings("one", modern_sdk_server(), max_pending=500, max_requests_per_call=500)
    ) as opened:
        calling = call(opened, "one", "ask_many", prompts=prompts)
        waiting = await reviews(opened, 500)
        random.Random(5).shuffle(waiting)
        for review in waiting:
            assert opened.desk.settle(review.id, Gate.REQUEST, approve(review))
        await reviews(opened, 500, Phase.RESPONSE)
        for review in reversed(waiting):
            assert opened.desk.settle(review.id, Gate.RESPONSE, accept(review))
        result = await calling
        answers = [str(block["text"]) for block in result.content]
        assert len(answers) == 500
        assert all(f"“{prompt}”" in text for prompt, text in zip(prompts, answers, strict=True))


# --- what nobody asked for, and what is taken back ---


async def test_what_nobody_asked_for_is_rejected_where_all_else_passes(tmp_path: Path) -> None:
    async with backend(tmp_path, server_settings("one", PUPPET), verdict=Verdict.PASS) as opened:
        await call(opened, "one", "say", before=[sampling(1, "now")], after=[sampling(2, "later")])
        await reviews(opened, 1, Phase.DELIVERED)
        (review,) = await reviews(opened, 1, Phase.REJECTED)
        assert prompt_of(review) == "later"
        assert review.origin.unsolicited


async def test_a_cancelled_request_is_recorded_as_withdrawn(tmp_path: Path) -> None:
    async with backend(tmp_path, server_settings("one", PUPPET)) as opened:
        await call(opened, "one", "say", before=[sampling(1)])
        (review,) = await reviews(opened, 1)
        assert opened.desk.settle(review.id, Gate.REQUEST, approve(review))
        await reviews(opened, 1, Phase.RESPONSE)
        await call(opened, "one", "say", before=[cancelled(1)])
        await reviews(opened, 1, Phase.WITHDRAWN)
        assert not opened.desk.settle(review.id, Gate.RESPONSE, accept(review))
        heard = (await call(opened, "one", "heard")).text
        assert '\\"id\\":1' not in heard.replace(" ", ""), "nothing was sent for it"
        await opened.ledger.aclose()
        rows = await opened.ledger.entries(review.key)
        assert rows[-1].data["reason"] == "the server cancelled it"


async def test_leaving_withdraws_what_waits(tmp_path: Path) -> None:
    async with backend(tmp_path, server_settings("one", demo_server())) as opened:
        run = opened.runs.start("one", "ask_twice", {})
        waiting = await reviews(opened, 2)
        assert all(run.caused(review) for review in waiting)
    assert [review.phase for review in waiting] == [Phase.WITHDRAWN] * 2
    assert run.ended is not None
