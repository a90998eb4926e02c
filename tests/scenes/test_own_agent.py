"""An Agent of the OpenAI Agents SDK in a file of its own, five lines of TOML: a scheduler asks, and it answers."""

import json
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.desks import accept, approve, backend, call, eventually, reviews, server_settings
from tests.support.models.agent_code import TASK_EXECUTOR, of_the_sdk, what_leaves
from tests.support.models.aimock import Aimock
from tests.support.models.engine import Engine
from tests.support.paths import errand_server
from tuui_sampling.backend import Backend
from tuui_sampling.config.load import parse
from tuui_sampling.config.settings import ModelSettings
from tuui_sampling.sampling.decision import Settle
from tuui_sampling.sampling.inquiry import Reply, ToolCall
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.sampling.review import Review

FIVE_LINES = """
[models.worker]
provider = "agent"
agent = "{module}:task_executor"
model = "mock"
max_steps = 5
"""


def worker(module: str) -> ModelSettings:
    """Return the agent as the configuration has it."""
    mock = '[models.mock]\nprovider = "demo"\n'
    return parse(mock + FIVE_LINES.format(module=module), {}, Path("config.toml")).models["worker"]


async def begun(opened: Backend, prompt: str, path: Path) -> Review:
    """Have the scheduler ask later, by itself, and approve that its request goes to the agent."""
    await call(opened, "scheduler", "report", prompt=prompt, path=str(path))
    (review,) = await reviews(opened, 1)
    assert review.origin.unsolicited
    assert opened.desk.settle(review.id, Gate.REQUEST, approve(review, "worker", recipient=opened.models.recipient))
    return review


async def decided(opened: Backend, number: int, reply: Reply) -> ToolCall:
    """Decide about the call of this number."""
    await eventually(lambda: len(opened.desk.inquiries) == number, f"call {number} is wanted")
    inquiry = list(opened.desk.inquiries.values())[-1]
    assert isinstance(inquiry.asked, ToolCall)
    await eventually(lambda: opened.desk.settle(inquiry.id, Gate.REQUEST, Settle(reply)), "it is decided")
    return inquiry.asked


def asked_in_all(aimock: Aimock) -> int:
    """Return how often the model has been asked."""
    with urllib.request.urlopen(aimock.base_url.removesuffix("/v1") + "/__aimock/journal", timeout=10) as answer:
        entries = json.load(answer)
    return len(entries if isinstance(entries, list) else entries["entries"])


async def test_a_scheduler_is_answered_and_only_what_was_approved_leaves(
    aimock: Aimock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One call is edited, one refused with a reason; the SDK's own client and its traces would go to OpenAI."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-not-a-real-key")
    agent = worker(of_the_sdk(tmp_path, monkeypatch, TASK_EXECUTOR))
    agents = pytest.importorskip("agents")
    agents.set_tracing_disabled(False)
    model = ModelSettings("mock", "openai-compatible", "mock-1", base_url=aimock.base_url, api_key_env="OPENAI_API_KEY")
    scheduler, report = server_settings("scheduler", errand_server("report")), tmp_path / "report.txt"
    before = asked_in_all(aimock)
    async with backend(tmp_path, scheduler, model=model, agents=(agent,)) as opened:
        with what_leaves() as left:
            review = await begun(opened, "Check the new films and send me a mail.", report)
            asked = await decided(opened, 1, Reply("accept", {"channel": "Harbour TV"}))
            assert (asked.server, asked.tool) == ("worker", "check_videos")
            await decided(opened, 2, Reply("decline", text="Not at night."))
            await eventually(lambda: review.phase is Phase.RESPONSE, "the agent has answered")
            agents.flush_traces()
        assert review.candidate is not None and review.candidate.error is None
        assert opened.desk.settle(review.id, Gate.RESPONSE, accept(review))
        await eventually(lambda: report.exists() and report.read_text(), "the scheduler's own record")
    assert report.read_text() == "There is one, and no mail was sent: not at night."
    port = urlsplit(aimock.base_url).port
    assert {address[1] if event == "socket.connect" else address for event, address in left} <= {port, "127.0.0.1"}
    assert asked_in_all(aimock) - before == 3, "one request of the model for each step, and no other"
    messages = aimock.asked()["messages"]
    assert messages[0]["content"] == "You run errands."
    results = [message["content"] for message in messages if message["role"] == "tool"]
    assert "new on Harbour TV: The Sea" in results[0] and "Not at night." in results[1]


@pytest.mark.parametrize("wire", ["anthropic", "openai", "openai-compatible"])
async def test_a_real_engine_takes_its_bodies(
    wire: str, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the random model says, its server has read instructions, tools and messages without a complaint."""
    agent = worker(of_the_sdk(tmp_path, monkeypatch, TASK_EXECUTOR))
    base_url = engine.base_url.removesuffix("/v1") if wire == "anthropic" else engine.base_url
    model = ModelSettings("mock", wire, engine.model, base_url=base_url, api_key_env="OPENAI_API_KEY")
    scheduler = server_settings("scheduler", errand_server("report"))
    async with backend(tmp_path, scheduler, model=model, agents=(agent,)) as opened:
        review = await begun(opened, "Hello", tmp_path / "report.txt")
        await eventually(lambda: review.phase is Phase.RESPONSE, "the agent has answered")
        candidate = review.candidate
        assert candidate is not None and candidate.error is None and candidate.response is not None
        assert candidate.response.text and candidate.response.model == engine.model
        assert candidate.usage is not None and candidate.usage.output_tokens > 0
