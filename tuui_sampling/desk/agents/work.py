"""
Leads an agent from a request to its answer: its model is asked, the tools that it wants are called, it is asked again.

Every call of a tool is decided by a person or by a rule (`calls.py`). What the server gets is the last answer
alone. Tools that the request has brought are its server's: a call of one of them is returned to it, never made here.
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import replace
from decimal import Decimal

from ...config.settings import ModelSettings
from ...providers.provider import Event, Finished, UsageUpdate
from ...sampling.errors import LedgerError, ModelError, ModelErrorKind
from ...sampling.inquiry import ToolCall
from ...sampling.request import Json, Message, SamplingRequest, ToolResultBlock, ToolUseBlock
from ...sampling.response import Response, Usage, total_usage
from ...sampling.review import AgentStep, Candidate, Review
from ..docket import Docket
from ..limiting import LimitReached
from .tools import Called, Offered

MAX_DEPTH = 2
"""Agents within each other: a tool that an agent has called may ask for an answer of an agent."""

REFUSED = "The user refused this call."
"""What an agent is told where the person gave no reason."""

NO_OBJECT = "The arguments are not a JSON object."


async def work(
    docket: Docket, review: Review, candidate: Candidate, settings: ModelSettings
) -> AsyncGenerator[Event, None]:
    """
    Yield what an agent does, as a model does it; its steps are kept in the candidate.

    Raises:
        ModelError: It came to no answer: its model failed, a limit was reached, or the person stopped it.
    """
    offered = docket.tools.offered(settings) if docket.tools is not None else {}
    request = _with_tools(candidate.request, settings, offered)
    used: Usage | None = None
    for number in range(1, settings.max_steps + 1):
        _hold_to_budget(docket, settings, request, used)
        response: Response | None = None
        async with aclosing(_counted(docket, review, candidate, number, settings.model, request)) as events:
            async for event in events:
                match event:
                    case Finished(response):
                        used = total_usage((used, response.usage))
                    case UsageUpdate(usage):
                        yield UsageUpdate(total_usage((used, usage)) or usage)
                    case _:
                        yield event
        assert response is not None  # a stream that ends without it has raised
        if used is not None:
            yield UsageUpdate(used)
        if not response.tool_uses or any(use.name not in offered for use in response.tool_uses):
            yield Finished(_answer(response, offered, used))
            return
        _begin_step(docket, review, candidate, AgentStep(response.text))
        results = [
            await _result(docket, review, candidate, _asked(review, settings, offered[use.name], use, number), use)
            for use in response.tool_uses
        ]
        turns = (Message("assistant", response.blocks, single=False), Message("user", tuple(results), single=False))
        request = replace(request, messages=(*request.messages, *turns))
    raise ModelError(
        ModelErrorKind.CUT_OFF,
        f"The agent came to no answer within {settings.max_steps} steps (max_steps).",
        hint="Raise max_steps, narrow its tools, or answer in its place.",
    )


async def _counted(
    docket: Docket, review: Review, candidate: Candidate, step: int, model: str, request: SamplingRequest
) -> AsyncGenerator[Event, None]:
    """
    Yield what an agent's model says, counted for the limits of that model; cut short, the claim stands.

    Raises:
        ModelError: It failed, or has reached a limit.
    """
    limits, place = docket.limits, (candidate.number, step, model)
    try:
        reached = await limits.claim_step(review, *place, request)
    except LedgerError as error:
        raise ModelError(ModelErrorKind.CONFIGURATION, error.message, hint=error.hint) from None
    if reached is not None:
        raise LimitReached(reached)
    usage: Usage | None = None
    try:
        async with aclosing(docket.models.stream(model, request)) as events:
            async for event in events:
                match event:
                    case Finished(response):
                        usage = response.usage or usage
                    case UsageUpdate(usage):
                        pass
                yield event
    except ModelError:
        await limits.settle_step(review, *place, usage)
        raise
    if usage is not None:
        await limits.settle_step(review, *place, usage)


def _with_tools(request: SamplingRequest, settings: ModelSettings, offered: Mapping[str, Offered]) -> SamplingRequest:
    """Return a request with an agent's instructions before the server's, and its tools after the server's."""
    own = request.tools or ()
    names = request.tool_names
    ours = tuple(_listed(name, one) for name, one in offered.items() if name not in names)
    prompts = (settings.instructions, request.system_prompt)
    prompt = "\n\n".join(part for part in prompts if part) or None
    return replace(request, system_prompt=prompt, tools=(*own, *ours) or None)


def _listed(name: str, offered: Offered) -> dict[str, Json]:
    tool = offered.tool
    listed: dict[str, Json] = {"name": name, "inputSchema": tool.input_schema}
    return listed | ({"description": tool.description} if tool.description else {})


def _answer(response: Response, offered: Mapping[str, Offered], used: Usage | None) -> Response:
    """Return what the server gets: an agent's own calls are none of its business."""
    blocks = tuple(one for one in response.blocks if not (isinstance(one, ToolUseBlock) and one.name in offered))
    left = len(response.blocks) - len(blocks)
    remark = f"{left} call{'s'[: left != 1]} of the agent's own tools in the same turn {'was' if left == 1 else 'were'}"
    remarks = (*response.remarks, *((f"{remark} not made.",) if left else ()))
    return replace(response, blocks=blocks, usage=used, remarks=remarks)


def _hold_to_budget(docket: Docket, settings: ModelSettings, request: SamplingRequest, used: Usage | None) -> None:
    """Refuse a step that may cost more than is left."""
    if settings.max_cost is None:
        return
    spent = docket.models.cost(settings.model, used, None) if used is not None else Decimal()
    step = docket.models.estimate(settings.model, request).worst
    if spent is None or step is None or spent + step > settings.max_cost:
        spent_words = "an unknown amount" if spent is None else f"${spent:.4f}"
        step_words = "an unknown amount" if step is None else f"${step:.4f}"
        raise ModelError(
            ModelErrorKind.NO_BUDGET,
            f"The agent was ended by its limit of ${settings.max_cost:f} (max_cost): {spent_words} "
            f"{'is' if spent is None else 'are'} spent, and its next step may cost {step_words}.",
            hint="Raise max_cost, or ask for fewer tokens.",
        )


def _asked(review: Review, settings: ModelSettings, offered: Offered, use: ToolUseBlock, number: int) -> ToolCall:
    tool = offered.tool
    return ToolCall(
        offered.server,
        tool.name,
        use.input,
        review.id,
        number,
        settings.max_steps,
        schema=tool.input_schema,
        description=tool.description or "",
        annotations=tool.annotations,
    )


async def _result(
    docket: Docket, review: Review, candidate: Candidate, asked: ToolCall, use: ToolUseBlock
) -> ToolResultBlock:
    """Return what a model gets for a call that it wanted."""
    step = AgentStep(server=asked.server, tool=asked.tool, arguments=use.input)
    _begin_step(docket, review, candidate, step)
    if use.broken_input is not None:
        step.verdict, called = "not called: its arguments are not a JSON object", Called.of(NO_OBJECT, is_error=True)
    else:
        assert docket.tools is not None
        called = await docket.tools.call(review, asked, step)
    docket.changed(review)
    if called.stopped:
        raise ModelError(ModelErrorKind.CUT_OFF, f"You stopped the agent at its call of {asked.server} › {asked.tool}.")
    return ToolResultBlock(use.id, called.content, called.is_error, called.structured_content)


def _begin_step(docket: Docket, review: Review, candidate: Candidate, step: AgentStep) -> None:
    """Keep a step; what has arrived so far belongs to it, and no longer to the answer."""
    if step.text or step.tool:
        candidate.steps.append(step)
    candidate.parts.clear()
    candidate.tool_uses.clear()
    docket.changed(review)
