"""A supervisor with real servers, and a desk of the test's own that answers what they ask."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.support.desks import eventually
from tests.support.full_request import params
from tests.support.limits import LIMIT
from tests.support.paths import ROOT, SERVERS, ServerCommand
from tests.support.warm_start import warm
from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.sampling.errors import Refusal
from tuui_sampling.sampling.inquiry import InquiryOutcome, Reply
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.sampling.phase import Gate, Phase
from tuui_sampling.sampling.request import Json, JsonObject, SamplingRequest, TextBlock
from tuui_sampling.sampling.response import Response
from tuui_sampling.sampling.review import Outcome
from tuui_sampling.servers.inbound.desk import ComeThrough, Deliver, DeliverAnswer, Receipt
from tuui_sampling.servers.state.server import Server, ServerState, ToolResult
from tuui_sampling.servers.supervisor import Supervisor

PUPPET = ServerCommand(sys.executable, (str(SERVERS / "puppet_server.py"),))
MODERN_ONLY = ServerCommand(sys.executable, (str(SERVERS / "modern_only_server.py"),))


@dataclass
class Asked:
    """
    One request that came.

    Attributes:
        withdrawn: Why it was withdrawn, in words; None as long as it was not.
        receipt: What became of the answer, once that is known.
    """

    request: SamplingRequest
    origin: Origin
    answer: "asyncio.Future[Outcome]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    withdrawn: str | None = None
    receipt: Receipt | None = None

    @property
    def prompt(self) -> str:
        """The text of the last message."""
        block = self.request.messages[-1].blocks[-1]
        assert isinstance(block, TextBlock)
        return block.text

    def deliver(self, text: str) -> None:
        """Answer with text."""
        self.answer.set_result(Outcome(Phase.DELIVERED, response=Response((TextBlock(text),), "test-model", "endTurn")))

    def reject(self) -> None:
        """Answer as a person who rejects."""
        self.answer.set_result(Outcome(Phase.REJECTED, gate=Gate.REQUEST, reason="a secret reason"))


class Clerk:
    """
    Stands in for the desk: keeps what was asked until the test answers it.

    Attributes:
        asked: Every request, in order.
        turned_away: What was refused on arrival, as it told the record.
        taken_back: What was withdrawn while it was read: the method, the beginning, and why.
        breaks: Raise this instead of waiting for an answer.
        filled_in: What forms are accepted with; without it nobody answers them.
    """

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.taken_back: list[tuple[str, str, str]] = []
        self.turned_away: list[tuple[str, Json, Origin, Refusal, int]] = []
        self.breaks: Exception | None = None
        self.filled_in: JsonObject | None = None

    async def ask(
        self,
        request: SamplingRequest,
        origin: Origin,
        why_withdrawn: Callable[[], str],
        come_through: ComeThrough,
        deliver: Deliver,
    ) -> Outcome:
        """Wait for the test's answer, and have it delivered."""
        await come_through(lambda: None)
        one = Asked(request, origin)
        self.asked.append(one)
        if self.breaks is not None:
            raise self.breaks
        try:
            outcome = await one.answer
            if outcome.response is not None:
                one.receipt = await deliver(outcome)
            return outcome
        except asyncio.CancelledError:
            one.withdrawn = why_withdrawn()
            raise

    async def inquire(
        self,
        asked: object,
        origin: Origin,
        why_withdrawn: Callable[[], str],
        come_through: ComeThrough,
        deliver: DeliverAnswer,
    ) -> InquiryOutcome:
        """Accept a form where there is something to fill in; what else is asked has tests of its own."""
        await come_through(lambda: None)
        if self.filled_in is not None:
            outcome = InquiryOutcome(Phase.DELIVERED, Reply("accept", self.filled_in))
            receipt = await deliver(outcome)
            assert not receipt.problem, receipt
            return outcome
        return InquiryOutcome(Phase.FAILED, reason="nobody is asked")

    def turn_away(self, method: str, params: Json, origin: Origin, refusal: Refusal, count: int) -> None:
        """Keep what was refused."""
        self.turned_away.append((method, params, origin, refusal, count))

    def take_back(self, method: str, origin: Origin, why: str) -> None:
        """Keep what was withdrawn while it was read."""
        self.taken_back.append((method, origin.raw, why))

    def page_completed(self, server: str, elicitation_id: str) -> None:
        """Take no notice."""

    async def next(self, number: int = 0) -> Asked:
        """Wait for the request of this number, counted from 0."""
        await eventually(lambda: len(self.asked) > number, f"request {number}")
        return self.asked[number]


@dataclass
class Stage:
    """
    Servers under supervision.

    Attributes:
        states: Every state that a server went through, in order, each once in a row.
    """

    supervisor: Supervisor
    clerk: Clerk
    states: dict[str, list[ServerState]]

    @property
    def server(self) -> Server:
        """The first server."""
        return next(iter(self.supervisor.servers.values()))

    async def ready(self, name: str | None = None) -> Server:
        """Start a server and wait until it is ready."""
        name = name or self.server.name
        self.supervisor.start(name)
        server = await self.supervisor.settled(name)
        assert server.state is ServerState.READY, f"{server.state}: {server.reason}; {texts(server)}"
        return server

    async def until(self, state: ServerState) -> Server:
        """Wait until the first server is in a state."""
        await eventually(lambda: self.server.state is state, f"{state}")
        return self.server

    def call(self, tool: str, **arguments: Any) -> "asyncio.Task[ToolResult]":
        """Call a tool of the first server, without waiting for it."""
        return asyncio.create_task(self.supervisor.call_tool(self.server.name, tool, arguments))

    async def say(self, *before: str, after: tuple[str, ...] = ()) -> ToolResult:
        """Have the puppet write lines."""
        return await self.call("say", before=list(before), after=list(after))

    async def heard(self) -> list[dict[str, Any]]:
        """Return every message but requests that the puppet got, without the handshake's."""
        lines = json.loads((await self.call("heard")).text)
        messages = [json.loads(line) for line in lines]
        return [message for message in messages if message.get("method") != "notifications/initialized"]

    async def replies(self, count: int) -> dict[Any, dict[str, Any]]:
        """Wait until the puppet has got so many replies, and return them by id; a second for one id is an error."""
        for _ in range(1000):
            got = [message for message in await self.heard() if "method" not in message]
            if len(got) >= count:
                assert len(got) == count, got
                assert len({message["id"] for message in got}) == count, got
                return {message["id"]: message for message in got}
            await asyncio.sleep(0.005)
        raise AssertionError(f"{count} replies never came")


@asynccontextmanager
async def stage(
    *servers: ServerSettings | ServerCommand,
    restart: bool = False,
    environ: Mapping[str, str] | None = None,
    offers_context: bool = False,
) -> AsyncIterator[Stage]:
    """Supervise servers, none of them started; all of them are gone with the block."""
    settings = [
        one if isinstance(one, ServerSettings) else ServerSettings("one", one.command, one.args, cwd=ROOT)
        for one in (warm(one) if isinstance(one, ServerCommand) else one for one in servers)
    ]
    clerk = Clerk()
    environ = os.environ if environ is None else environ
    supervisor = Supervisor(settings, environ, clerk, restart=restart, offers_context=offers_context)
    states: dict[str, list[ServerState]] = {one.name: [] for one in settings}

    def changed(server: Server) -> None:
        if not states[server.name] or states[server.name][-1] is not server.state:
            states[server.name].append(server.state)

    supervisor.subscribe(changed)
    try:
        async with asyncio.timeout(LIMIT):
            yield Stage(supervisor, clerk, states)
    finally:
        async with asyncio.timeout(LIMIT):
            await supervisor.aclose()
    assert supervisor.process_groups() == ()


def texts(server: Server, source: str | None = None) -> list[str]:
    """Return the lines of a server's log."""
    return [line.text for line in server.log if source in (None, line.source)]


def sampling(identifier: Any, prompt: str = "hello", **changes: Any) -> str:
    """Return a request as a line; `params` replaces all of its parameters."""
    content = {"role": "user", "content": {"type": "text", "text": prompt}}
    whole = changes.pop("params", params(messages=[content], **changes))
    return json.dumps({"jsonrpc": "2.0", "id": identifier, "method": "sampling/createMessage", "params": whole})


def cancelled(identifier: Any) -> str:
    """Return the notification that takes a request back."""
    parameters = {"requestId": identifier}
    return json.dumps({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": parameters})


def error_of(reply: dict[str, Any]) -> tuple[int, str]:
    """Return an error reply's code and message; besides it holds at most the field that was refused."""
    assert set(reply["error"]) <= {"code", "message", "data"}
    assert set(reply["error"].get("data") or {}) <= {"field", "problem"}
    return reply["error"]["code"], reply["error"]["message"]
