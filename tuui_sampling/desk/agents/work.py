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
from ...sampling.request import Message, SamplingRequest, ToolResultBlock, ToolUseBlock
from ...sampling.response import Response
from ...sampling.review import Candidate, Review
from ..docket import Docket
from .code import work_by_code
from .steps import Steps, listed

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
    request = _with_tools(asked, settings, steps)
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


def _with_tools(request: SamplingRequest, settings: ModelSettings, steps: Steps) -> SamplingRequest:
    """Return a request with an agent's instructions before the server's, and its tools after the server's."""
    ours = tuple(listed(name, one) for name, one in steps.offered.items())
    prompts = (settings.instructions, request.system_prompt)
    prompt = "\n\n".join(part for part in prompts if part) or None
    return replace(request, system_prompt=prompt, tools=(*(request.tools or ()), *ours) or None)


async def _result(steps: Steps, use: ToolUseBlock) -> ToolResultBlock:
    """Return what a model gets for a call that it wanted."""
    called = await steps.call(use.name, use)
    return ToolResultBlock(use.id, called.content, called.is_error, called.structured_content)
