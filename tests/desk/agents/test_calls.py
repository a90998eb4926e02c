"""The tools that agents want, on real servers: offered, decided about, called, recorded; and what they ask in turn."""

import asyncio
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from tests.support.desks import accept, approve, backend, call, eventually, kinds, reviews, server_settings
from tests.support.limits import LIMIT
from tests.support.paths import errand_server
from tuui_sampling.backend import Backend
from tuui_sampling.config.policy.rules import RuleSettings
from tuui_sampling.config.settings import ModelSettings, ServerSettings
from tuui_sampling.desk.agents.work import MAX_DEPTH
from tuui_sampling.history.ledger import Entry, Kind
from tuui_sampling.sampling.decision import Reject, Settle, Stop
from tuui_sampling.sampling.inquiry import Inquiry, Reply, ToolCall
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.sampling.review import LOST, AgentStep, Review

pytestmark = pytest.mark.process

WORKER = ModelSettings("worker", "agent", "demo", instructions="Be brief.", servers=("videos", "mail"), max_steps=4)


def scheduler() -> ServerSettings:
    """Return the server whose request the agent answers."""
    return server_settings("scheduler", errand_server("report"))


def videos() -> ServerSettings:
    """Return a server of the agent's."""
    return server_settings("videos", errand_server("check_videos"))


def mail() -> ServerSettings:
    """Return another one."""
    return server_settings("mail", errand_server("send_email"))


async def sent_to_the_agent(opened: Backend, review: Review) -> None:
    digest = approve(review, opened.models.recipient("worker")).digest
    approval = replace(approve(review, "worker"), digest=digest)
    await eventually(lambda: opened.desk.settle(review.id, Gate.REQUEST, approval), "an approval counts")


async def wanted(opened: Backend, count: int = 1) -> tuple[Inquiry, ToolCall]:
    """Wait until so many calls have been wanted in all, and return the newest."""
    await eventually(lambda: len(opened.desk.inquiries) >= count, f"{count} calls wanted")
    inquiry = list(opened.desk.inquiries.values())[-1]
    assert isinstance(inquiry.asked, ToolCall)
    return inquiry, inquiry.asked


async def decided(opened: Backend, inquiry: Inquiry, reply: Reply) -> None:
    """Answer a question as soon as that is possible."""
    await eventually(lambda: opened.desk.settle(inquiry.id, Gate.REQUEST, Settle(reply)), "a decision counts")


async def story(opened: Backend, inquiry: Inquiry, end: Kind) -> list[Entry]:
    """Return what the record says of a call, once it says how that ended."""
    async with asyncio.timeout(LIMIT):
        while not (rows := await opened.ledger.entries(inquiry.key)) or rows[-1].kind is not end:
            await asyncio.sleep(0.01)
    return rows


def calls_of(review: Review) -> list[AgentStep]:
    """Return the calls among an agent's steps."""
    assert review.candidate is not None
    return [step for step in review.candidate.steps if step.tool]


async def test_a_scheduler_is_answered_by_an_agent_with_tools_of_two_other_servers(tmp_path: Path) -> None:
    """One call is edited on the way, one is refused with a reason; the scheduler has the last answer."""
    report = tmp_path / "report.txt"
    async with backend(tmp_path, scheduler(), videos(), mail(), agents=(WORKER,)) as opened:
        await call(opened, "scheduler", "report", prompt="Check the new videos and send me a mail.", path=str(report))
        (review,) = await reviews(opened, 1)
        assert review.origin.unsolicited
        await sent_to_the_agent(opened, review)

        inquiry, asked = await wanted(opened, 1)
        assert (asked.server, asked.tool, asked.review, asked.is_read_only) == ("videos", "check_videos", 1, True)
        edited = Reply("accept", {"channel": "Harbour TV"})
        await decided(opened, inquiry, edited)
        refused, asked = await wanted(opened, 2)
        assert (asked.server, asked.tool, asked.is_read_only) == ("mail", "send_email", False)
        await decided(opened, refused, Reply("decline", text="Not at night."))

        await eventually(lambda: review.phase is Phase.RESPONSE, "the agent has answered")
        candidate = review.candidate
        assert candidate is not None and candidate.is_whole
        assert [(step.tool, step.verdict, step.text) for step in calls_of(review)] == [
            ("check_videos", "called", "new on Harbour TV: The Sea"),
            ("send_email", "refused", "Not at night."),
        ]
        assert opened.desk.settle(review.id, Gate.RESPONSE, accept(review))
        await eventually(report.exists, "the scheduler's own record")
        await eventually(lambda: report.read_text() != "")
        assert "Not at night." in report.read_text(), "the demonstration model quotes what the last tool said"
        told, never = await story(opened, inquiry, Kind.RETURNED), await story(opened, refused, Kind.DECLINED)
    assert kinds(told) == ["received", "called", "returned"]
    assert (told[1].data["edited"], told[2].data["result"][0]["text"]) == (True, "new on Harbour TV: The Sea")
    assert kinds(never) == ["received", "declined"]
    assert never[1].data["result"]["text"] == "Not at night."


async def test_a_tool_that_dies_and_one_that_samples_in_turn(tmp_path: Path) -> None:
    agent = replace(WORKER, servers=("errands",))
    errands = server_settings("errands", errand_server("die", "think"))
    report = tmp_path / "report.txt"
    async with backend(tmp_path, scheduler(), errands, agents=(agent,), restart=True) as opened:
        await call(opened, "scheduler", "report", prompt="Do it.", path=str(report))
        (review,) = await reviews(opened, 1)
        await sent_to_the_agent(opened, review)
        inquiry, asked = await wanted(opened, 1)
        assert asked.tool == "die"
        await decided(opened, inquiry, Reply("accept", asked.arguments))
        await eventually(lambda: inquiry.phase is Phase.UNDELIVERED, "the call has failed")

        inquiry, asked = await wanted(opened, 2)
        assert asked.tool == "think", "it goes on, told that there is no result"
        server = opened.supervisor.servers["errands"]
        await eventually(lambda: server.restarts == 1 and len(opened.runs.tools("errands")) == 2, "it is back")
        await decided(opened, inquiry, Reply("accept", asked.arguments))
        await eventually(lambda: len(opened.desk.reviews) == 2, "the tool asks a model")
        child = opened.desk.reviews[max(opened.desk.reviews)]
        assert (child.cause, child.depth, child.origin.server) == (review, 1, "errands")
        await eventually(lambda: child.phase is Phase.REQUEST)
        assert opened.desk.settle(child.id, Gate.REQUEST, Reject("not now"))
        await eventually(lambda: review.phase is Phase.RESPONSE, "the agent has answered")
        assert review.candidate is not None
        verdicts = [step.verdict for step in calls_of(review)]
        assert (verdicts[0], len(verdicts)) == (LOST, 2), "it was called, so it may be done"
        assert "exited with code 3" in calls_of(review)[0].text


async def test_stopping_it_withdraws_what_it_wants(tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    async with backend(tmp_path, scheduler(), videos(), mail(), agents=(WORKER,)) as opened:
        await call(opened, "scheduler", "report", prompt="Do it.", path=str(report))
        (review,) = await reviews(opened, 1)
        await sent_to_the_agent(opened, review)
        inquiry, _ = await wanted(opened, 1)
        assert opened.desk.settle(review.id, Gate.RESPONSE, Stop())
        await eventually(lambda: inquiry.phase is Phase.WITHDRAWN)
        await eventually(lambda: review.phase is Phase.RESPONSE)
        assert review.candidate is not None and review.candidate.stopped
        rows = await story(opened, inquiry, Kind.WITHDRAWN)
    assert rows[-1].data["reason"] == "the agent has ended"


async def test_what_only_reads_may_pass_by_rule_and_what_a_rule_denies_is_refused(tmp_path: Path) -> None:
    reading = RuleSettings(effect="allow", name="looking", kind="tool_call", server="videos", read_only=True)
    writing = RuleSettings(effect="deny", name="no mail", kind="tool_call", server="mail")
    report = tmp_path / "report.txt"
    async with backend(tmp_path, scheduler(), videos(), mail(), agents=(WORKER,), rules=(reading, writing)) as opened:
        await call(opened, "scheduler", "report", prompt="Do it.", path=str(report))
        (review,) = await reviews(opened, 1)
        await sent_to_the_agent(opened, review)
        await eventually(lambda: review.phase is Phase.RESPONSE, "the agent has answered, and nobody was asked")
        assert review.candidate is not None
        assert [step.verdict for step in calls_of(review)] == ["called", "refused"]
        looked, mailed = opened.desk.inquiries.values()
        stories = await story(opened, looked, Kind.RETURNED), await story(opened, mailed, Kind.DECLINED)
    assert [rows[1].data["rule"] for rows in stories] == ["looking", "no mail"]


async def newest(opened: Backend, number: int) -> Review:
    """Wait for so many requests, and return the last."""
    await eventually(lambda: len(opened.desk.reviews) == number, "the tool asks a model")
    return opened.desk.reviews[max(opened.desk.reviews)]


async def told_together(told: list[int], child: int, cause: int) -> None:
    """Wait until those who show the one that waits have heard of what it waits for."""
    await eventually(lambda: (child, cause) in pairwise(told), f"#{cause} is told of together with #{child}")


async def test_agents_within_agents_end_also_where_it_is_not_known_which_call_asks(tmp_path: Path) -> None:
    """Two calls of one tool are under way at once: a server of the older revisions does not say which of them asks."""
    agent, errands = replace(WORKER, servers=("errands",)), server_settings("errands", errand_server("think"))
    async with backend(tmp_path, scheduler(), errands, agents=(agent,)) as opened:
        told: list[int] = []
        opened.desk.subscribe(lambda item: told.append(item.id))
        await call(opened, "scheduler", "report", prompt="Do it.", path=str(tmp_path / "report.txt"))
        (review,) = await reviews(opened, 1)
        for depth in range(1, MAX_DEPTH + 2):
            await sent_to_the_agent(opened, review)
            inquiry, asked = await wanted(opened, depth)
            await decided(opened, inquiry, Reply("accept", asked.arguments))
            child = await newest(opened, depth + 1)
            assert (child.cause, child.depth) == (review, depth)
            await told_together(told, child.id, review.id)
            review = child
        await eventually(lambda: review.phase is Phase.REJECTED)
        assert review.outcome is not None and "no deeper than" in review.outcome.reason
        assert (review.origin.tool, review.origin.call) == ("think", None)
        assert len(review.origin.among) > 1
