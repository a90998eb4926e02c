"""An agent over each of the three wires: a scheduler asks, two tools of two other servers are wanted, it answers."""

from pathlib import Path

import pytest

from tests.support.desks import accept, approve, backend, call, eventually, reviews, server_settings
from tests.support.models.aimock import Aimock
from tests.support.paths import errand_server
from tuui_sampling.backend import Backend
from tuui_sampling.config.settings import ModelSettings
from tuui_sampling.sampling.decision import Settle
from tuui_sampling.sampling.inquiry import Reply, ToolCall
from tuui_sampling.sampling.phase import Gate, Phase

WORKER = ModelSettings("worker", "agent", "mock", instructions="You run errands.", servers=("videos", "mail"))


async def decided(opened: Backend, number: int, reply: Reply) -> None:
    """Wait for the call of this number, and decide about it."""
    await eventually(lambda: len(opened.desk.inquiries) == number, f"call {number} is wanted")
    inquiry = list(opened.desk.inquiries.values())[-1]
    assert isinstance(inquiry.asked, ToolCall)
    await eventually(lambda: opened.desk.settle(inquiry.id, Gate.REQUEST, Settle(reply)), "it is decided")


@pytest.mark.parametrize("wire", ["anthropic", "openai", "openai-compatible"])
async def test_one_call_is_edited_one_is_refused_and_the_scheduler_gets_the_answer(
    wire: str, aimock: Aimock, tmp_path: Path
) -> None:
    base_url = aimock.base_url.removesuffix("/v1") if wire == "anthropic" else aimock.base_url
    model = ModelSettings("mock", wire, "mock-1", base_url=base_url, api_key_env="OPENAI_API_KEY")
    servers = [
        server_settings("scheduler", errand_server("report")),
        server_settings("videos", errand_server("check_videos")),
        server_settings("mail", errand_server("send_email")),
    ]
    report = tmp_path / "report.txt"
    async with backend(tmp_path, *servers, model=model, agents=(WORKER,)) as opened:
        await call(opened, "scheduler", "report", prompt="Check the new videos and send me a mail.", path=str(report))
        (review,) = await reviews(opened, 1)
        approval = approve(review, "worker", recipient=opened.models.recipient)
        assert opened.desk.settle(review.id, Gate.REQUEST, approval)
        await decided(opened, 1, Reply("accept", {"channel": "Harbour TV"}))
        await decided(opened, 2, Reply("decline", text="Not at night."))
        await eventually(lambda: review.phase is Phase.RESPONSE, "the agent has answered")
        assert opened.desk.settle(review.id, Gate.RESPONSE, accept(review))
        await eventually(lambda: report.exists() and report.read_text(), "the scheduler's own record")
    assert report.read_text() == "There is one, and no mail was sent: not at night."
    messages = aimock.asked()["messages"]
    assert messages[0]["content"] == "You run errands."
    results = [message["content"] for message in messages if message["role"] == "tool"]
    assert results[0] == "new on Harbour TV: The Sea", "the model sees what was made of its call"
    assert "Not at night." in results[1]
