"""The calls that the person made (tools, prompts, resources): what was called, how far it is, what came back."""

import asyncio
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count

from ..sampling.errors import ServerError
from ..sampling.item import Item
from ..sampling.request import Json
from ..servers.state.primitives import OfferKind, PromptResult, ResourceContents
from ..servers.state.server import ServerState, Tool, ToolResult, called
from ..servers.supervisor import Supervisor

KEPT = 100
"""Runs that stay to be looked at."""

Result = ToolResult | PromptResult | ResourceContents


@dataclass(frozen=True)
class Progress:
    """
    How far a run is, as the server says; nothing holds it to sense.

    Attributes:
        total: None when nobody knows.
    """

    done: float
    total: float | None
    message: str

    @property
    def fraction(self) -> float | None:
        """How much is done, from 0 to 1; None when it can't be told."""
        if self.total is None or not math.isfinite(self.total) or not math.isfinite(self.done) or self.total <= 0:
            return None
        return min(1.0, max(0.0, self.done / self.total))

    @property
    def words(self) -> str:
        """The same in words."""
        share = f"{self.done:g} of {self.total:g}" if self.total else f"{self.done:g}"
        return f"{share} {self.message}".strip()


@dataclass
class Run:
    """
    One call of a tool, a prompt or a resource.

    Attributes:
        name: The tool's or the prompt's name, or the resource's URI.
        template: The URI template that the URI was made from, if it was.
        listed: The tool as its server listed it at the call.
        started: `time.monotonic()` at the call; `ended` likewise.
        progress: The last progress notification.
        error: What kept us from a result.
        cancelled: The person cancelled it.
        call: Its number, as in `Origin.call`; None before it is sent.
    """

    id: int
    server: str
    name: str
    arguments: Mapping[str, Json]
    kind: OfferKind = OfferKind.TOOL
    template: str | None = None
    listed: Tool | None = None
    started: float = field(default_factory=time.monotonic)
    ended: float | None = None
    progress: Progress | None = None
    result: Result | None = None
    error: ServerError | None = None
    cancelled: bool = False
    call: int | None = None

    @property
    def tool(self) -> str:
        """What was called, as it stands beside the server's name in a request that the call has caused."""
        return called(self.kind, self.name)

    def is_of(self, kind: OfferKind, name: str) -> bool:
        """Whether it was made from that offer; a template's name is its URI template."""
        if kind is OfferKind.TEMPLATE:
            return self.template == name
        return self.kind is kind and self.name == name

    def caused(self, review: Item) -> bool:
        """Whether a review or inquiry came from this run, or may have: of several calls, one is not always known."""
        origin = review.origin
        if origin.call is not None or origin.among:
            return self.call is not None and self.call in (origin.call, *origin.among)
        in_time = self.started <= review.arrived and (self.ended is None or review.arrived <= self.ended)
        return in_time and origin.server == self.server and origin.tool == self.tool


class Runs:
    """
    Starts tool calls and keeps what became of them.

    Attributes:
        runs: By id, oldest first.
    """

    def __init__(self, supervisor: Supervisor) -> None:
        self.runs: dict[int, Run] = {}
        self._supervisor = supervisor
        self._ids = count(1)
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._subscribers: list[Callable[[Run], None]] = []

    def subscribe(self, changed: Callable[[Run], None]) -> Callable[[], None]:
        """Have a function called at each change of a run; returns what ends that."""
        self._subscribers.append(changed)
        return lambda: self._subscribers.remove(changed)

    def start(self, server: str, tool: str, arguments: Mapping[str, Json]) -> Run:
        """Call a tool, without waiting for it."""
        known = self._supervisor.servers.get(server)
        listed = known.tool(tool) if known is not None else None
        return self._start(Run(next(self._ids), server, tool, arguments, listed=listed))

    def tools(self, server: str) -> tuple[Tool, ...]:
        """Return the tools of a server that is up."""
        known = self._supervisor.servers.get(server)
        return tuple(known.tools) if known is not None and known.state is ServerState.READY else ()

    def protocol_version(self, server: str) -> str:
        """Return the revision that was agreed on with a server; empty where there is none."""
        known = self._supervisor.servers.get(server)
        return (known.protocol_version if known is not None else None) or ""

    async def ended(self, run: Run) -> None:
        """Wait until a call has ended; it goes on where the wait is cancelled."""
        task = self._tasks.get(run.id)
        if task is not None:
            await asyncio.wait((task,))

    def get_prompt(self, server: str, prompt: str, arguments: Mapping[str, str]) -> Run:
        """Get a prompt, without waiting for it."""
        return self._start(Run(next(self._ids), server, prompt, arguments, OfferKind.PROMPT))

    def read_resource(self, server: str, uri: str, template: str | None = None) -> Run:
        """Read a resource, without waiting for it; `template` is what its URI was made from."""
        return self._start(Run(next(self._ids), server, uri, {}, OfferKind.RESOURCE, template))

    def cancel(self, run_id: int) -> bool:
        """Cancel a call that is under way; False when it has ended."""
        task = self._tasks.get(run_id)
        return task is not None and task.cancel()

    async def aclose(self) -> None:
        """Cancel every call that is under way."""
        tasks = tuple(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, run: Run) -> Run:
        self.runs[run.id] = run
        ended = [one.id for one in self.runs.values() if one.ended is not None]
        for old in ended[: max(0, len(self.runs) - KEPT)]:
            del self.runs[old]
        task = asyncio.create_task(self._follow(run), name=f"run {run.id}")
        task.add_done_callback(lambda done: self._end(run, done))  # also when it is cancelled before its first step
        self._tasks[run.id] = task
        self._changed(run)
        return run

    async def _follow(self, run: Run) -> None:
        try:
            run.result = await self._result(run)
        except ServerError as error:
            run.error = error

    async def _result(self, run: Run) -> Result:
        def progressed(done: float, total: float | None, message: str | None) -> None:
            run.progress = Progress(done, total, message or "")
            self._changed(run)

        def begun(call: int) -> None:
            run.call = call

        calls = self._supervisor.calls(run.server)
        match run.kind:
            case OfferKind.PROMPT:
                texts = {name: str(value) for name, value in run.arguments.items()}
                return await calls.get_prompt(run.name, texts, progressed, begun)
            case OfferKind.RESOURCE:
                return await calls.read_resource(run.name, progressed, begun)
            case _:
                return await calls.call_tool(run.name, run.arguments, progressed, begun)

    def _end(self, run: Run, task: "asyncio.Task[None]") -> None:
        run.cancelled = task.cancelled()
        run.ended = time.monotonic()
        del self._tasks[run.id]
        self._changed(run)

    def _changed(self, run: Run) -> None:
        for subscriber in tuple(self._subscribers):
            subscriber(run)
