"""
Leads an agent from a request to its answer: its model is asked, the tools that it wants are called, it is asked again.

Every call of a tool is decided by a person or by a rule (`calls.py`). What the server gets is the last answer
alone. Tools that the request has brought are its server's: a call of one of them is returned to it, never made here.
An agent that is code of the user's own does its work in `code.py`.
"""

from collections.abc import AsyncGenerator
from dataclasses import replace

from ...config.settings import ModelSettings
from ...providers.provider import Event, Finished
from ...sampling.request import Json, Message, SamplingRequest, ToolResultBlock, ToolUseBlock
from ...sampling.response import Response
from ...sampling.review import Candidate, Review
from ..docket import Docket
from .code import work_by_code
from .steps import Steps, told
from .tools import Offered

MAX_DEPTH = 2
"""Agents within each other: a tool that an agent has called may ask for an answer of an agent."""


def work(docket: Docket, review: Review, candidate: Candidate, settings: ModelSettings) -> AsyncGenerator[Event, None]:
    """
    Yield what an agent does, as a model does it; its steps are kept in the candidate.

    Raises:
        ModelError: It came to no answer: its model failed, a limit was reached, or the person stopped it.
    """
    steps = Steps(docket, review, candidate, settings)
    if settings.agent is not None:
        return work_by_code(steps, candidate.request, settings)
    return _loop(steps, candidate.request, settings)


async def _loop(steps: Steps, asked: SamplingRequest, settings: ModelSettings) -> AsyncGenerator[Event, None]:
    tools = [_listed(name, one) for name, one in steps.offered.items()]
    request = told(asked, settings.instructions, asked.tools or (), tools)
    while True:
        response: Response | None = None
        async for event in steps.ask(request):
            if isinstance(event, Finished):
                response = event.response
            else:
                yield event
        assert response is not None
        if not response.tool_uses or any(use.name not in steps.offered for use in response.tool_uses):
            yield Finished(steps.answer(response, steps.offered))
            return
        results = [await _result(steps, use) for use in response.tool_uses]
        turns = (Message("assistant", response.blocks, single=False), Message("user", tuple(results), single=False))
        request = replace(request, messages=(*request.messages, *turns))


async def _result(steps: Steps, use: ToolUseBlock) -> ToolResultBlock:
    """Return what a model gets for a call that it wanted."""
    called = await steps.call(use.name, use)
    return ToolResultBlock(use.id, called.content, called.is_error, called.structured_content)


def _listed(name: str, offered: Offered) -> dict[str, Json]:
    """Return a tool as a request lists it."""
    tool = offered.tool
    return {"name": name, "inputSchema": tool.input_schema} | (
        {"description": tool.description} if tool.description else {}
    )
