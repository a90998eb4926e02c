"""Counts the steps of one answer of an agent, holds them to its limits, and has its calls of tools decided."""

from collections.abc import AsyncGenerator, Collection, Iterable
from contextlib import aclosing
from dataclasses import replace
from decimal import Decimal

from ...config.settings import ModelSettings
from ...providers.provider import Event, Finished, UsageUpdate
from ...sampling.errors import LedgerError, ModelError, ModelErrorKind
from ...sampling.inquiry import NO_OBJECT, Called, ToolCall
from ...sampling.request import JsonObject, SamplingRequest, ToolUseBlock
from ...sampling.response import Response, Usage, total_usage
from ...sampling.review import AgentStep, Candidate, Review
from ..docket import Docket
from ..limiting import LimitReached
from .tools import Function


class Steps:
    """
    One answer of an agent on its way.

    Attributes:
        offered: The tools of its servers, by the names that its model knows them by. What the server that asked has
            named is that server's, whatever it is called.
        used: The tokens of all its steps.
    """

    def __init__(self, docket: Docket, review: Review, candidate: Candidate, settings: ModelSettings) -> None:
        self._docket = docket
        self._review = review
        self._candidate = candidate
        self._settings = settings
        self._number = 0
        self._said = ""  # and is not among the steps yet
        self._turn = ""
        self.used: Usage | None = None
        names = candidate.request.tool_names
        offered = docket.tools.offered(settings) if docket.tools is not None else {}
        self.offered = {name: tool for name, tool in offered.items() if name not in names}

    def left_running(self) -> None:
        """Note that the code of the agent goes on though it was ended."""
        self._candidate.left_running = True
        self._docket.changed(self._review)

    def wants_the_servers_own(self, response: Response) -> bool:
        """Whether a model has called a tool of the server that asked: that is for the server to do."""
        own = self._candidate.request.tool_names
        return any(use.name in own for use in response.tool_uses)

    async def ask(self, request: SamplingRequest) -> AsyncGenerator[Event, None]:
        """
        Yield what its model says, the whole response last.

        Raises:
            ModelError: The model failed, or a limit is reached.
        """
        if self._number >= self._settings.max_steps:
            raise ModelError(
                ModelErrorKind.CUT_OFF,
                f"The agent came to no answer within {self._settings.max_steps} steps (max_steps).",
                hint="Raise max_steps, narrow its tools, or answer in its place.",
            )
        self._number += 1
        self._hold_to_budget(request)
        self._begin()
        before, place = self.used, (self._candidate.number, self._number)
        response: Response | None = None
        async with aclosing(_counted(self._docket, self._review, place, self._settings.model, request)) as events:
            async for event in events:
                match event:
                    case Finished(response):
                        self.used = total_usage((before, response.usage))
                    case UsageUpdate(usage):
                        yield UsageUpdate(total_usage((before, usage)) or usage)
                    case _:
                        yield event
        assert response is not None  # a stream that ends without it has raised
        if self.used is not None:
            yield UsageUpdate(self.used)
        self._said = self._turn = response.text
        yield Finished(response)

    def _hold_to_budget(self, request: SamplingRequest) -> None:
        """Refuse a step that may cost more than is left."""
        models, settings = self._docket.models, self._settings
        if settings.max_cost is None:
            return
        spent = models.cost(settings.model, self.used, None) if self.used is not None else Decimal()
        step = models.estimate(settings.model, request).worst
        if spent is None or step is None or spent + step > settings.max_cost:
            spent_words = "an unknown amount" if spent is None else f"${spent:.4f}"
            step_words = "an unknown amount" if step is None else f"${step:.4f}"
            raise ModelError(
                ModelErrorKind.NO_BUDGET,
                f"The agent was ended by its limit of ${settings.max_cost:f} (max_cost): {spent_words} "
                f"{'is' if spent is None else 'are'} spent, and its next step may cost {step_words}.",
                hint="Raise max_cost, or ask for fewer tokens.",
            )

    async def call(self, name: str, use: ToolUseBlock | JsonObject) -> Called:
        """
        Return what it gets for a call of a server's tool.

        Raises:
            ModelError: The person has stopped it instead.
        """
        offered = self.offered[name]
        arguments, broken = (use.input, use.broken_input) if isinstance(use, ToolUseBlock) else (use, None)
        asked = self._asked(offered.server, offered.tool.name, arguments)
        described = offered.tool.description or ""
        asked = replace(
            asked, schema=offered.tool.input_schema, description=described, annotations=offered.tool.annotations
        )
        return await self._decided(asked, None, broken)

    async def run(
        self, name: str, arguments: JsonObject, description: str, schema: JsonObject, function: Function
    ) -> Called:
        """
        Return what it gets for a call of a function of its own code, which goes under the name of the agent.

        Raises:
            ModelError: The person has stopped it instead.
        """
        asked = replace(self._asked(self._settings.name, name, arguments), schema=schema, description=description)
        return await self._decided(asked, function, None)

    def _asked(self, server: str, tool: str, arguments: JsonObject) -> ToolCall:
        wanted = ToolCall(server, tool, arguments, self._review.id, self._number, self._settings.max_steps)
        return replace(wanted, agent=self._settings.name, asker=self._review.origin.server, said=self._turn)

    async def _decided(self, asked: ToolCall, function: Function | None, broken: str | None) -> Called:
        step = AgentStep(server=asked.server, tool=asked.tool, arguments=asked.arguments)
        self._begin(step)
        if broken is not None:
            step.verdict = "not called: its arguments are not a JSON object"
            called = Called.of(NO_OBJECT, is_error=True)
        else:
            assert self._docket.tools is not None
            called = await self._docket.tools.call(self._review, asked, step, function)
        self._docket.changed(self._review)
        if called.stopped:
            words = f"You stopped the agent at its call of {asked.server} › {asked.tool}."
            raise ModelError(ModelErrorKind.CUT_OFF, words)
        return called

    def _begin(self, *steps: AgentStep) -> None:
        """Keep a step; what its model has said so far is one before it, and no longer the answer."""
        said = (AgentStep(self._said),) if self._said else ()
        self._said = ""
        self._candidate.steps += (*said, *steps)
        self._candidate.parts.clear()
        self._candidate.tool_uses.clear()
        self._docket.changed(self._review)

    def answer(self, response: Response, own: Collection[str]) -> Response:
        """Return what the server gets: an agent's calls of its own tools, of these names, are none of its business."""
        blocks = tuple(one for one in response.blocks if not (isinstance(one, ToolUseBlock) and one.name in own))
        left = len(response.blocks) - len(blocks)
        were = "was" if left == 1 else "were"
        remark = f"{left} call{'s'[: left != 1]} of the agent's own tools in the same turn {were} not made."
        return replace(
            response, blocks=blocks, usage=self.used, remarks=(*response.remarks, *((remark,) if left else ()))
        )


async def _counted(
    docket: Docket, review: Review, step: tuple[int, int], model: str, request: SamplingRequest
) -> AsyncGenerator[Event, None]:
    """
    Yield what an agent's model says, counted for the limits of that model; cut short, the claim stands.

    Args:
        step: The number of the candidate, and that of the step.

    Raises:
        ModelError: It failed, or has reached a limit.
    """
    limits, place = docket.limits, (*step, model)
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


def told(
    request: SamplingRequest, instructions: str, theirs: Iterable[JsonObject], ours: Iterable[JsonObject]
) -> SamplingRequest:
    """Return what an agent's model is asked: its instructions come first, its tools after the server's."""
    prompt = "\n\n".join(part for part in (instructions, request.system_prompt) if part) or None
    return replace(request, system_prompt=prompt, tools=(*theirs, *ours) or None)
