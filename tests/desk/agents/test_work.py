"""An agent from the request to its answer: what its model gets, what it is told of tools, and how it ends."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.support.desks import Office, accept, approve, office
from tests.support.models.scripted_models import ScriptedProvider, answer, tool_call
from tuui_sampling.config.settings import ModelSettings
from tuui_sampling.desk.agents.tools import Function, Offered
from tuui_sampling.desk.agents.work import MAX_DEPTH
from tuui_sampling.providers.provider import Finished
from tuui_sampling.sampling.errors import ModelErrorKind
from tuui_sampling.sampling.inquiry import NO_OBJECT, Called, ToolCall
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.sampling.request import JsonObject, ToolResultBlock, ToolUseBlock
from tuui_sampling.sampling.response import Response, Usage
from tuui_sampling.sampling.review import AgentStep, Candidate, Review, Selection
from tuui_sampling.servers.state.server import Tool

WORKER = ModelSettings("worker", "agent", "scripted", instructions="Be brief.", servers=("mail",), max_steps=3)

SEND = Tool("send", None, "Send a mail.", {"type": "object", "properties": {"to": {"type": "string"}}})


@dataclass
class Mail:
    """
    The tools of one server, without a server.

    Attributes:
        asked: The calls that were wanted.
        answers: What comes of each, in order; the last again and again.
    """

    answers: tuple[Called, ...] = (Called(({"type": "text", "text": "sent"},)),)
    asked: list[ToolCall] = field(default_factory=list)
    asking: Review | None = None

    def offered(self, settings: ModelSettings) -> Mapping[str, Offered]:
        return {"mail__send": Offered("mail", SEND)} if "mail" in settings.servers else {}

    async def call(self, review: Review, asked: ToolCall, step: AgentStep, function: Function | None = None) -> Called:
        self.asked.append(asked)
        step.verdict = "called"
        return self.answers[min(len(self.asked), len(self.answers)) - 1]

    def cause(self, origin: Origin) -> Review | None:
        return self.asking


@asynccontextmanager
async def agency(
    folder: Path, provider: ScriptedProvider, mail: Mail | None = None, agent: ModelSettings = WORKER
) -> AsyncIterator[Office]:
    async with office(
        folder, provider, configured={"worker": agent}, selection=Selection("worker", "the agent")
    ) as place:
        place.desk.tools = mail or Mail()
        yield place


async def worked(place: Office, **changes: Any) -> tuple[Review, Candidate]:
    """Have the agent answer one request, and return it at the second gate."""
    place.ask(**changes)
    review = await place.at(Phase.REQUEST)
    recipient = place.desk.models.recipient("worker")
    place.settle(review, replace(approve(review), digest=approve(review, recipient).digest))
    await place.at(Phase.RESPONSE)
    assert review.candidate is not None
    return review, review.candidate


def results(provider: ScriptedProvider, number: int) -> list[ToolResultBlock]:
    """Return the tool results in the last message that the model got with its call of this number."""
    return [block for block in provider.asked[number].messages[-1].blocks if isinstance(block, ToolResultBlock)]


async def test_it_asks_calls_and_answers_and_the_server_gets_the_last_answer_alone(tmp_path: Path) -> None:
    provider, mail = ScriptedProvider(tool_call("mail__send", to="Ada"), answer("It is sent.")), Mail()
    async with agency(tmp_path, provider, mail) as place:
        waiting = place.ask(systemPrompt="You are a clerk.")
        review = await place.at(Phase.REQUEST)
        recipient = place.desk.models.recipient("worker")
        assert len(recipient) > 64, "an approval covers how the agent is configured"
        place.settle(review, replace(approve(review), digest=approve(review, recipient).digest))
        await place.at(Phase.RESPONSE)
        place.settle(review, accept(review))
        outcome = await waiting
    assert outcome.phase is Phase.DELIVERED and outcome.response is not None
    assert (outcome.response.text, len(outcome.response.blocks)) == ("It is sent.", 1)
    assert outcome.usage == Usage(6, 4), "both calls of its model are counted"
    first, second = provider.asked
    assert first.system_prompt == "Be brief.\n\nYou are a clerk."
    assert [tool["name"] for tool in first.tools or ()] == ["mail__send"]
    assert [block.content for block in results(provider, 1)] == [({"type": "text", "text": "sent"},)]
    assert second.messages[: len(first.messages)] == first.messages
    (call,) = mail.asked
    assert (call.server, call.tool, call.arguments, call.step, call.max_steps) == ("mail", "send", {"to": "Ada"}, 1, 3)
    assert review.candidate is not None
    assert [(step.tool, step.verdict) for step in review.candidate.steps] == [("send", "called")]


@pytest.mark.parametrize(
    ("called", "is_error", "words"),
    [
        (Called(({"type": "text", "text": "no such address"},), is_error=True), True, "no such address"),
        (Called(({"type": "text", "text": "not to her"},), is_error=True), True, "not to her"),
        (Called(({"type": "text", "text": "pretend"},)), False, "pretend"),
    ],
)
async def test_what_became_of_a_call_is_what_its_model_reads(
    tmp_path: Path, called: Called, is_error: bool, words: str
) -> None:
    provider = ScriptedProvider(tool_call("mail__send", to="Ada"), answer("done"))
    async with agency(tmp_path, provider, Mail((called,))) as place:
        _, candidate = await worked(place)
    (block,) = results(provider, 1)
    assert (block.is_error, block.content[0]["text"]) == (is_error, words)
    assert candidate.is_whole


async def test_it_is_stopped_at_a_call(tmp_path: Path) -> None:
    provider = ScriptedProvider(tool_call("mail__send", to="Ada"))
    async with agency(tmp_path, provider, Mail((Called(stopped=True),))) as place:
        _, candidate = await worked(place)
    assert (
        candidate.error is not None and candidate.error.message == "You stopped the agent at its call of mail › send."
    )
    assert len(provider.asked) == 1


async def test_calling_for_ever_ends_at_the_limit_of_steps(tmp_path: Path) -> None:
    provider = ScriptedProvider(tool_call("mail__send", to="Ada"))
    async with agency(tmp_path, provider) as place:
        _, candidate = await worked(place)
    assert len(provider.asked) == 3
    assert candidate.error is not None and "within 3 steps" in candidate.error.message
    assert candidate.usage == Usage(9, 6), "what it has used is counted all the same"


async def test_a_step_that_may_cost_more_than_is_left_is_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = replace(WORKER, max_cost=Decimal("0.10"))
    provider = ScriptedProvider(tool_call("mail__send", to="Ada"))
    async with agency(tmp_path, provider, agent=agent) as place:
        models = place.desk.models
        priced = replace(models.settings("scripted"), input_price=Decimal(1000), output_price=Decimal(1000))
        models._settings.models["scripted"] = priced  # type: ignore[index]
        _, candidate = await worked(place, maxTokens=20)
    assert candidate.error is not None and candidate.error.kind is ModelErrorKind.NO_BUDGET
    assert "its limit of $0.10 (max_cost)" in candidate.error.message
    assert 0 < len(provider.asked) < 3
    assert candidate.cost is not None and candidate.cost <= Decimal("0.10")


async def test_arguments_that_are_no_object_are_told_its_model_and_nobody_is_asked(tmp_path: Path) -> None:
    block = ToolUseBlock("t1", "mail__send", {}, broken_input="{to")
    broken = (Finished(Response((block,), "scripted-1", "toolUse", Usage(3, 2))),)
    provider, mail = ScriptedProvider(broken, answer("sorry")), Mail()
    async with agency(tmp_path, provider, mail) as place:
        await worked(place)
    assert mail.asked == []
    assert results(provider, 1)[0].content[0]["text"] == NO_OBJECT


TOOLS: list[JsonObject] = [{"name": "weather", "inputSchema": {"type": "object"}}]


async def test_a_tool_of_the_server_s_own_is_returned_and_never_called(tmp_path: Path) -> None:
    uses = (ToolUseBlock("t1", "mail__send", {"to": "Ada"}), ToolUseBlock("t2", "weather", {}))
    both = (Finished(Response(uses, "scripted-1", "toolUse", Usage(3, 2))),)
    provider, mail = ScriptedProvider(both), Mail()
    async with agency(tmp_path, provider, mail) as place:
        _, candidate = await worked(place, tools=TOOLS)
    assert [tool["name"] for tool in provider.asked[0].tools or ()] == ["weather", "mail__send"]
    assert mail.asked == []
    assert candidate.response is not None
    assert [use.name for use in candidate.response.tool_uses] == ["weather"]
    assert "1 call of the agent's own tools in the same turn was not made." in candidate.response.remarks


async def test_agents_within_agents_end_at_a_depth(tmp_path: Path) -> None:
    provider, mail = ScriptedProvider(answer("a")), Mail()
    async with agency(tmp_path, provider, mail) as place:
        place.ask()
        review = await place.at(Phase.REQUEST)
        mail.asking = review
        for depth in range(1, MAX_DEPTH + 1):
            place.ask()
            child = await place.at(Phase.REQUEST, depth + 1)
            assert (child.cause, child.depth) == (mail.asking, depth)
            mail.asking = child
        outcome = await place.ask()
        assert outcome.phase is Phase.REJECTED and "no deeper than" in outcome.reason
