"""Agents that are code of the user's own: what they get, what is decided about, and what ends them."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.support.desks import Office, approve, eventually, office
from tests.support.models.agent_code import TASK_EXECUTOR, of_the_sdk, what_leaves, written
from tests.support.models.scripted_models import ScriptedProvider, answer, for_ever, tool_call
from tuui_sampling.config.settings import ModelSettings
from tuui_sampling.desk.agents import code
from tuui_sampling.desk.agents.calls import AgentTools
from tuui_sampling.desk.invocations import Runs
from tuui_sampling.providers.agent_code.code_loop import Running
from tuui_sampling.providers.provider import Finished
from tuui_sampling.sampling.decision import Settle, Stop
from tuui_sampling.sampling.errors import ModelError, ModelErrorKind
from tuui_sampling.sampling.inquiry import Reply, ToolCall
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.sampling.request import JsonObject, ToolResultBlock, ToolUseBlock
from tuui_sampling.sampling.response import Response, Usage
from tuui_sampling.sampling.review import Candidate, Review, Selection
from tuui_sampling.servers.supervisor import Supervisor

WEATHER: list[JsonObject] = [{"name": "weather", "inputSchema": {"type": "object"}}]


@dataclass
class Place:
    """A desk with an agent's code, and no servers."""

    office: Office
    provider: ScriptedProvider

    async def begun(self, **changes: Any) -> Review:
        """Let a request arrive and have the agent answer it."""
        self.office.ask("Check the new videos.", **changes)
        review = await self.office.at(Phase.REQUEST)
        self.office.settle(review, approve(review, recipient=self.office.desk.models.recipient))
        return review

    async def decided(self, number: int, reply: Reply | None) -> ToolCall:
        """Decide about the call of this number; None calls it as it is."""
        desk = self.office.desk
        await eventually(lambda: len(desk.inquiries) >= number, f"call {number} is wanted")
        inquiry = list(desk.inquiries.values())[number - 1]
        assert isinstance(inquiry.asked, ToolCall)
        settled = Settle(reply or Reply("accept", inquiry.asked.arguments))
        await eventually(lambda: desk.settle(inquiry.id, Gate.REQUEST, settled), "a decision counts")
        return inquiry.asked

    async def ended(self) -> Candidate:
        """Return what became of it."""
        review = await self.office.at(Phase.RESPONSE)
        assert review.candidate is not None
        return review.candidate

    def results(self, number: int) -> list[str]:
        """Return the tool results that the model got with its call of this number."""
        blocks = self.provider.asked[number].messages[-1].blocks
        return [block.content[0]["text"] for block in blocks if isinstance(block, ToolResultBlock)]


@asynccontextmanager
async def agency(
    folder: Path, provider: ScriptedProvider, agent: str, max_steps: int = 4, max_cost: Decimal | None = None
) -> AsyncIterator[Place]:
    steps = 100 if max_cost is not None else max_steps
    worker = ModelSettings("worker", "agent", "scripted", agent=agent, max_steps=steps, max_cost=max_cost)
    selection = Selection("worker", "the agent")
    async with office(folder, provider, configured={"worker": worker}, selection=selection) as place:
        runs = Runs(Supervisor((), {}, place.desk))
        place.desk.tools = AgentTools(place.desk, runs)
        yield Place(place, provider)


def steps(candidate: Candidate) -> list[tuple[str, str, str]]:
    return [(step.tool, step.verdict, step.text) for step in candidate.steps if step.tool]


async def test_each_call_of_an_agent_of_the_sdk_is_decided_and_nothing_leaves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One call is edited, one refused; its traces, which the SDK would send to OpenAI, are never made."""
    agents = pytest.importorskip("agents")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-not-a-real-key")
    agents.set_tracing_disabled(False)
    agent = f"{of_the_sdk(tmp_path, monkeypatch, TASK_EXECUTOR)}:task_executor"
    calls = tool_call("check_videos", channel="Sea"), tool_call("send_email", "t2", to="Ada", text="The Sea")
    provider = ScriptedProvider(*calls, answer("No mail at night."))
    with what_leaves() as left:
        async with agency(tmp_path, provider, agent) as place:
            await place.begun(systemPrompt="You are a clerk.", temperature=0.5)
            asked = await place.decided(1, Reply("accept", {"channel": "Harbour TV"}))
            assert (asked.server, asked.tool, asked.description) == (
                "worker",
                "check_videos",
                "List the new videos of a channel.",
            )
            assert (asked.review, asked.step, asked.max_steps, asked.schema["required"]) == (1, 1, 4, ["channel"])
            await place.decided(2, Reply("decline", text="Not at night."))
            candidate = await place.ended()
        agents.flush_traces()
    assert left == [], "the model is no network here, and there is no other"
    assert candidate.error is None and candidate.response is not None
    assert (candidate.response.text, candidate.response.model) == ("No mail at night.", "scripted-1")
    assert candidate.usage == Usage(9, 6), "all three calls of its model are counted"
    assert steps(candidate) == [
        ("check_videos", "called", "new on Harbour TV: The Sea"),
        ("send_email", "refused", "Not at night."),
    ]
    first, *_ = provider.asked
    assert (first.system_prompt, first.temperature) == ("You run errands.\n\nYou are a clerk.", 0.5)
    assert [tool["name"] for tool in first.tools or ()] == ["check_videos", "send_email"]
    assert [place.results(number) for number in (1, 2)] == [["new on Harbour TV: The Sea"], ["ERROR: Not at night."]]


WITHIN = (
    TASK_EXECUTOR
    + """
mailer = Agent(name="mailer", instructions="You mail.", tools=[send_email])
boss = Agent(name="boss", instructions="You lead.", tools=[mailer.as_tool("mailer_tool", "Mails.")])
desk = Agent(name="desk", instructions="You hand over.", handoffs=[mailer])
"""
)


@pytest.mark.parametrize(
    ("name", "first", "decisions"),
    [
        ("boss", tool_call("mailer_tool", input="mail Ada"), ["mailer_tool", "send_email"]),
        ("desk", tool_call("transfer_to_mailer"), ["send_email"]),
    ],
)
async def test_calls_of_agents_within_agents_are_decided_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, first: tuple[object, ...], decisions: list[str]
) -> None:
    module = of_the_sdk(tmp_path, monkeypatch, WITHIN)
    provider = ScriptedProvider(first, tool_call("send_email", "t2", to="Ada", text="hi"), answer("done"))  # type: ignore[arg-type]
    async with agency(tmp_path, provider, f"{module}:{name}", 9) as place:
        await place.begun()
        assert [(await place.decided(number, None)).tool for number in range(1, len(decisions) + 1)] == decisions
        candidate = await place.ended()
    assert candidate.error is None and candidate.response is not None
    assert candidate.response.text == "done"
    assert "sent to Ada: hi" in str(steps(candidate))


PLAIN = """
from tuui_sampling.providers.agent_code.request import AgentRequest

async def answer(request: AgentRequest) -> str:
    first = await request.ask(f"Say in one word: {request.text}")
    again = await request.openai_client.chat.completions.create(
        model=request.model, messages=[{"role": "user", "content": "again"}], stream=True
    )
    return first.text + "".join([chunk.choices[0].delta.content or "" async for chunk in again if chunk.choices])

async def broken(request):
    raise LookupError("no such thing")

async def number(request):
    return 3

async def stubborn(request):
    while True:
        try:
            await request.ask("on and on")
        except Exception:
            pass

async def forgiving(request):
    try:
        return (await request.ask("x")).text
    except Exception:
        return "I do not know."

async def failing(request):
    return (await request.ask("x")).text

no_agent = 3
"""


async def test_a_plain_function_asks_its_model_in_two_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = ScriptedProvider(answer("yes"), answer(" indeed"))
    async with agency(tmp_path, provider, f"{written(tmp_path, monkeypatch, PLAIN)}:answer") as place:
        await place.begun()
        candidate = await place.ended()
    assert candidate.response is not None and candidate.response.text == "yes indeed"
    assert [step.text for step in candidate.steps] == ["yes"]
    assert [str(request.blocks[0]).count("Say in one word: Check") for request in provider.asked] == [1, 0]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("broken", "failed (LookupError: no such thing)"),
        ("number", "answered with int, not with a text"),
        ("no_agent", "is neither an Agent of the OpenAI Agents SDK nor an async function"),
        ("missing", "can't be loaded (AttributeError"),
        ("stubborn", "within 4 steps (max_steps)"),
        ("failing", "Busy."),
    ],
)
async def test_whatever_its_code_does_ends_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, problem: str
) -> None:
    script = (ModelError(ModelErrorKind.BAD_REQUEST, "Busy."),) if name == "failing" else answer("so")
    provider = ScriptedProvider(script)
    async with agency(tmp_path, provider, f"{written(tmp_path, monkeypatch, PLAIN)}:{name}") as place:
        await place.begun()
        candidate = await place.ended()
    assert candidate.error is not None and problem in candidate.error.message
    assert len(provider.asked) <= 4


async def test_its_limit_of_money_ends_its_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = f"{written(tmp_path, monkeypatch, PLAIN)}:stubborn"
    async with agency(tmp_path, ScriptedProvider(answer("so")), agent, max_cost=Decimal("0.30")) as place:
        models = place.office.desk.models
        priced = replace(models.settings("scripted"), input_price=Decimal(1000), output_price=Decimal(1000))
        models._settings.models["scripted"] = priced  # type: ignore[index]
        await place.begun(maxTokens=100)
        candidate = await place.ended()
    assert candidate.error is not None and "its limit of $0.30 (max_cost)" in candidate.error.message
    assert 0 < len(place.provider.asked) < 100
    assert candidate.cost is not None and candidate.cost <= Decimal("0.30")


async def test_its_code_may_make_do_without_its_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = ScriptedProvider((ModelError(ModelErrorKind.BAD_REQUEST, "Busy."),))
    async with agency(tmp_path, provider, f"{written(tmp_path, monkeypatch, PLAIN)}:forgiving") as place:
        await place.begun()
        candidate = await place.ended()
    assert candidate.response is not None and candidate.response.text == "I do not know."


async def test_a_tool_of_the_server_s_own_is_returned_and_the_code_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uses = (ToolUseBlock("t1", "check_videos", {"channel": "x"}), ToolUseBlock("t2", "weather", {}))
    provider = ScriptedProvider((Finished(Response(uses, "scripted-1", "toolUse", Usage(3, 2))),))
    agent = f"{of_the_sdk(tmp_path, monkeypatch, TASK_EXECUTOR)}:task_executor"
    async with agency(tmp_path, provider, agent) as place:
        await place.begun(tools=WEATHER)
        candidate = await place.ended()
        assert not place.office.desk.inquiries
    assert [tool["name"] for tool in provider.asked[0].tools or ()] == ["weather", "check_videos", "send_email"]
    assert candidate.response is not None
    assert [use.name for use in candidate.response.tool_uses] == ["weather"]
    assert "1 call of the agent's own tools in the same turn was not made." in candidate.response.remarks


SLOW = """
import asyncio
from agents import Agent, function_tool

began = asyncio.Event()

@function_tool
async def slow() -> str:
    began.set()
    await asyncio.Event().wait()
    return "never"

worker = Agent(name="worker", tools=[slow])
"""


@pytest.mark.parametrize("called", [False, True])
async def test_stopping_it_says_of_each_call_whether_it_was_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, called: bool
) -> None:
    module = of_the_sdk(tmp_path, monkeypatch, SLOW)
    provider = ScriptedProvider(tool_call("slow"), (for_ever,))
    async with agency(tmp_path, provider, f"{module}:worker") as place:
        review = await place.begun()
        if called:
            await place.decided(1, None)
            await eventually(lambda: review.candidate is not None and review.candidate.steps[-1].verdict == "calling")
        await eventually(lambda: len(place.office.desk.inquiries) == 1)
        assert place.office.desk.settle(review.id, Gate.RESPONSE, Stop())
        candidate = await place.ended()
    assert candidate.stopped
    verdict = candidate.steps[-1].verdict
    assert verdict.startswith("the agent was ended while it ran" if called else "not called")


DEAF = """
import asyncio, threading

begun, release, kept = threading.Event(), threading.Event(), []

async def swallows(request):
    begun.set()
    while not release.is_set():
        try:
            await request.ask("on and on")
        except BaseException:
            pass
    return "at last"

async def blocks(request):
    begun.set()
    release.wait()
    return "at last"

async def waits_for_a_thread(request):
    await asyncio.to_thread(blocked)
    return "never"

def blocked():
    begun.set()
    release.wait()

async def spawns(request):
    kept.append(asyncio.create_task(request.ask("by the way")))
    begun.set()
    while not release.is_set():
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            pass
"""


@pytest.mark.parametrize("name", ["swallows", "blocks", "waits_for_a_thread", "spawns"])
async def test_code_that_does_not_end_is_stopped_at_once_and_reaches_nothing_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(code, "MAX_CLEAN_UP", 0)
    module = written(tmp_path, monkeypatch, DEAF)
    provider = ScriptedProvider((for_ever,))
    async with agency(tmp_path, provider, f"{module}:{name}") as place:
        review = await place.begun()
        await eventually(
            lambda: (begun := getattr(sys.modules.get(module), "begun", None)) and begun.is_set(), "it runs"
        )
        if name in ("swallows", "spawns"):
            await eventually(lambda: len(provider.asked) == 1, "its model is asked")
        assert place.office.desk.settle(review.id, Gate.RESPONSE, Stop())
        candidate = await place.ended()
        if name != "waits_for_a_thread":  # its coroutine ends, the thread alone is left
            await eventually(lambda: candidate.left_running, "it is told")
        assert candidate.stopped and provider.closed == len(provider.asked) <= 1
        assert await Running(prompt()).answer == "here", "other code is not kept waiting"
    sys.modules[module].release.set()


async def prompt() -> str:
    """Be code that answers at once."""
    return "here"


async def test_what_was_approved_is_the_code_as_it_was_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module, provider = written(tmp_path, monkeypatch, PLAIN), ScriptedProvider(answer("so"))
    async with agency(tmp_path, provider, f"{module}:forgiving") as place:
        desk = place.office.desk
        place.office.ask("Check the new videos.")
        review = await place.office.at(Phase.REQUEST)
        before = approve(review, recipient=desk.models.recipient)
        with (tmp_path / f"{module}.py").open("a") as file:
            file.write("\n# changed\n")
        place.office.settle(review, before)
        await eventually(lambda: review.notices)
        assert "the way it goes, is not the one that was shown" in review.notices[0] and provider.asked == []
        place.office.settle(review, approve(review, recipient=desk.models.recipient))
        assert (await place.ended()).error is None
