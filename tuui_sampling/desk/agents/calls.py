"""Calls the tools that agents want, each after somebody has decided about it, and knows whose agent called what."""

import asyncio
import json
from collections.abc import Mapping

from ...config.settings import ModelSettings
from ...history.ledger import Kind
from ...policy.globs import glob
from ...sampling.errors import CallRefused, ConnectionLost, ServerError
from ...sampling.inquiry import Called, InquiryOutcome, ToolCall
from ...sampling.origin import Origin
from ...sampling.phase import Phase
from ...sampling.request import Json, JsonObject
from ...sampling.review import CALLED, CALLING, CUT_SHORT, FAILED_CALL, LOST, NOT_CALLED, AgentStep, Review
from ...servers.inbound.desk import Receipt
from ...servers.state.server import ToolResult
from ..arrival import at_once
from ..desk import Desk
from ..invocations import Run, Runs
from .tools import Function, Offered

REFUSED = "The user refused this call."
"""What an agent is told where the person gave no reason."""


class AgentTools:
    """The tools of the configured servers, as agents see them."""

    def __init__(self, desk: Desk, runs: Runs) -> None:
        self._desk = desk
        self._runs = runs
        self._active: dict[int, tuple[Run, Review]] = {}

    def offered(self, settings: ModelSettings) -> Mapping[str, Offered]:
        """
        Return the tools of an agent's servers that are up, as far as it may want them.

        Their names are `server__tool`, which every provider takes as they are; the configuration writes `server.tool`.
        """
        found: dict[str, Offered] = {}
        for server in settings.servers:
            for tool in self._runs.tools(server):
                named = f"{server}.{tool.name}"
                if not tool.problem and (not settings.tools or any(glob(one, named) for one in settings.tools)):
                    found[f"{server}__{tool.name}"] = Offered(server, tool)
        return found

    def cause(self, origin: Origin) -> Review | None:
        """
        Return the review whose agent has called the tool that a request comes from.

        Where several calls may be it, it is the one with the most agents above it: how deep they are is limited.
        """
        if origin.unsolicited:
            return None
        may_be = (
            review
            for run, review in self._active.values()
            if run.server == origin.server and origin.tool in (None, run.tool)
        )
        return max(may_be, key=lambda review: review.depth, default=None)

    async def call(self, review: Review, asked: ToolCall, step: AgentStep, function: Function | None = None) -> Called:
        """
        Have a person or a rule decide about a call, make it as decided, and return what the agent gets.

        Args:
            function: Makes the call, where the tool is none of a server's.
        """
        result: Called | None = None
        lost = False

        async def make(outcome: InquiryOutcome) -> Receipt:
            nonlocal result, lost
            reply = outcome.reply
            if reply is None or reply.action != "accept":
                return Receipt()
            step.arguments, step.verdict = reply.content, CALLING
            self._desk.changed(review)
            arguments = reply.content or {}
            made = await (self._run(review, asked, arguments) if function is None else function(arguments))
            if isinstance(made, ServerError):
                lost = isinstance(made, ConnectionLost)
                return Receipt("; ".join(filter(None, (made.message, made.hint))))
            result = made
            self._record(asked, result)
            return Receipt()

        raw = json.dumps({"name": asked.tool, "arguments": dict(asked.arguments)}, ensure_ascii=False)
        origin = Origin(asked.server, self._runs.protocol_version(asked.server), tool=asked.tool, raw=raw)
        try:
            outcome = await self._desk.inquire(asked, origin, lambda: "the agent has ended", at_once, make)
        except asyncio.CancelledError:
            step.verdict = CUT_SHORT if step.verdict == CALLING else NOT_CALLED
            raise
        return _lost(outcome, step) if lost else _called(outcome, result, step)

    async def _run(self, review: Review, asked: ToolCall, arguments: JsonObject) -> Called | ServerError:
        """Return the result of a call of a server's tool, also where that is an error, or why there is none."""
        run = self._runs.start(asked.server, asked.tool, arguments)
        self._active[run.id] = (run, review)
        try:
            await self._runs.ended(run)
        finally:
            del self._active[run.id]
            self._runs.cancel(run.id)
        if isinstance(run.error, CallRefused):
            return Called.of(run.error.message, is_error=True)
        if not isinstance(run.result, ToolResult):
            return run.error or ConnectionLost("the call was cancelled")
        blocks = tuple(block for block in run.result.content if isinstance(block, Mapping))
        return Called(blocks, run.result.is_error, run.result.structured_content)

    def _record(self, asked: ToolCall, result: Called) -> None:
        row: dict[str, Json] = {"result": list(result.content), "is_error": result.is_error}
        for inquiry in self._desk.inquiries.values():
            if inquiry.asked is asked:
                self._desk.record.note(inquiry, Kind.RETURNED, row)


def _lost(outcome: InquiryOutcome, step: AgentStep) -> Called:
    """Return what the agent gets of a call that was made, and that nobody knows the end of."""
    step.text, step.verdict = outcome.reason, LOST
    words = f"The tool was called, and there is no result: {outcome.reason}. It may be done all the same."
    return Called.of(words, is_error=True)


def _called(outcome: InquiryOutcome, result: Called | None, step: AgentStep) -> Called:
    """Return what the agent gets, and note it in its step."""
    reply = outcome.reply
    if result is not None:
        step.text, step.verdict = result.text, FAILED_CALL if result.is_error else CALLED
        return result
    if reply is None or outcome.phase is Phase.UNDELIVERED:
        step.text, step.verdict = outcome.reason, "could not be called"
        return Called.of(f"The tool could not be called: {outcome.reason}", is_error=True)
    if reply.action == "cancel":
        step.verdict = "refused, and the agent was stopped"
        return Called(stopped=True)
    if reply.action == "answer":
        step.text, step.verdict = reply.text, "not called: you answered in its place"
        return Called.of(reply.text)
    step.text, step.verdict = reply.text or REFUSED, "refused"
    return Called.of(reply.text or REFUSED, is_error=True)
