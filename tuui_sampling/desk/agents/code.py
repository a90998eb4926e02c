"""
Leads an agent that is code of the user's own: the code runs in a thread apart, and what it wants comes here.

It has no other way to a model or to a server's tool than the request that it is given. Whatever ends it (a limit, the
person, a call of a tool that is for the server that asked) ends what is done for it here, at once and without asking
the code: that is told to end too, and nobody waits until it does.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing, contextmanager
from typing import NoReturn

from ...config.settings import ModelSettings
from ...providers.agent_code.code_loop import Across, Running
from ...providers.agent_code.port import Function as CodeFunction
from ...providers.agent_code.port import Wanted
from ...providers.agent_code.request import AgentRequest
from ...providers.agent_code.run import run
from ...providers.provider import Event, Finished
from ...sampling.errors import ModelError, ModelErrorKind
from ...sampling.inquiry import Called
from ...sampling.request import JsonObject, SamplingRequest, TextBlock
from ...sampling.response import Response
from .steps import Steps, told

MAX_CLEAN_UP = 1.0
"""Seconds that ended code may take to clean up after itself, until it is said that it has not ended."""


async def work_by_code(steps: Steps, asked: SamplingRequest, settings: ModelSettings) -> AsyncGenerator[Event, None]:
    """
    Yield what an agent's code has its model say, and its answer last.

    Raises:
        ModelError: It came to no answer.
    """
    assert settings.agent is not None
    port = CodePort(steps, asked, settings.instructions)
    tools = {name: (one.tool.description or "", one.tool.input_schema) for name, one in steps.offered.items()}
    way = Across(port)
    code = Running(run(settings.agent, AgentRequest(asked, settings.model, tools, way, settings.servers)))
    code.answer.add_done_callback(lambda _: port.events.put_nowait(None))
    try:
        while (event := await port.events.get()) is not None:
            yield event
            port.events.task_done()
        text = "" if port.response is not None else await _answer_of(code.answer, port)
    finally:
        way.close()
        await port.end()
        code.answer.cancel()
        asyncio.get_running_loop().call_later(MAX_CLEAN_UP, _look_after, code, steps.left_running)
    if port.response is not None:
        yield Finished(steps.answer(port.response, port.own))
    else:
        model = port.model or settings.agent
        yield Finished(Response((TextBlock(text),), model, "endTurn", steps.used))


def _look_after(code: Running, left_running: Callable[[], None]) -> None:
    """Say of code that has not ended that it has not; no other code waits for it."""
    if not code.has_ended:
        code.leave_behind()
        left_running()


async def _answer_of(answer: "asyncio.Future[str]", port: "CodePort") -> str:
    """Return the code's answer; where a limit or its model's failure kept it from one, that is the reason."""
    if port.ended is not None:
        raise port.ended
    try:
        return await answer
    except ModelError as error:
        if error.kind is ModelErrorKind.BAD_REQUEST and port.failure is not None:
            raise port.failure from error
        raise


async def _called(function: CodeFunction, arguments: JsonObject) -> Called:
    """Call a function of the code's, and return what came of it, also where it failed."""
    task = asyncio.ensure_future(function(arguments))
    try:
        await asyncio.wait((task,))
    finally:
        task.cancel()
    if task.cancelled():
        return Called.of("The function was cancelled.", is_error=True)
    error = task.exception()
    return Called.of(task.result()) if error is None else Called.of(f"{type(error).__name__}: {error}", is_error=True)


class CodePort:
    """
    What an agent's code reaches the desk by.

    Attributes:
        events: What its model says; None once there is nothing more to come.
        response: What goes to the server instead of its answer: a call of that server's own tools.
        ended: Why it may not go on.
        failure: How its model failed last.
        model: Who answered last.
        own: The tools that it offered its model last.
    """

    def __init__(self, steps: Steps, asked: SamplingRequest, instructions: str) -> None:
        self._steps = steps
        self._instructions = instructions
        self._asked = asked
        self._asking = asyncio.Lock()
        self._under_way: set[asyncio.Task[object]] = set()
        self._closed = False
        self.events: asyncio.Queue[Event | None] = asyncio.Queue()
        self.response: Response | None = None
        self.ended: ModelError | None = None
        self.failure: ModelError | None = None
        self.model = ""
        self.own: frozenset[str] = frozenset()

    async def end(self) -> None:
        """Have nothing more done for the code, and end what is under way: its steps say how far it has come."""
        self._closed = True
        if under_way := tuple(self._under_way):
            for task in under_way:
                task.cancel()
            await asyncio.wait(under_way)

    @contextmanager
    def _noted(self) -> Iterator[None]:
        """Know of a call until it has come to its end."""
        task = asyncio.current_task()
        assert task is not None
        if self._closed:
            raise asyncio.CancelledError
        self._under_way.add(task)
        try:
            yield
        finally:
            self._under_way.discard(task)

    async def ask(self, request: SamplingRequest) -> Response:
        """Have its model answer, told what the configuration says, with the tools of the server that asked besides."""
        with self._noted():
            async with self._asking:
                await self._only_while_open()
                response = await self._answered(self._completed(request))
            if self._steps.wants_the_servers_own(response):
                self.response = response
                await self._end_of_it()
            return response

    def _completed(self, request: SamplingRequest) -> SamplingRequest:
        names = self._asked.tool_names
        self.own = request.tool_names - names
        ours = (tool for tool in request.tools or () if tool.get("name") not in names)
        return told(request, self._instructions, self._asked.tools or (), ours)

    async def _answered(self, request: SamplingRequest) -> Response:
        response: Response | None = None
        try:
            async with aclosing(self._steps.ask(request)) as events:
                async for event in events:
                    if isinstance(event, Finished):
                        response = event.response
                    else:
                        self.events.put_nowait(event)
        except ModelError as error:
            self.failure = error
            if error.kind in (ModelErrorKind.NO_BUDGET, ModelErrorKind.CUT_OFF):
                await self._stop(error)
            raise
        assert response is not None
        self.model = response.model
        await self.events.join()  # so that what it says now is not taken for what it says next
        return response

    async def call(self, name: str, arguments: JsonObject) -> Called:
        """Have somebody decide about a call of a server's tool, and make it as decided."""
        with self._noted():
            await self._only_while_open()
            try:
                return await self._steps.call(name, arguments)
            except ModelError as error:
                await self._stop(error)

    async def decide(self, wanted: Wanted, function: CodeFunction) -> Called:
        """Have somebody decide about a call of a function of its own, and make it as decided."""
        with self._noted():
            await self._only_while_open()
            try:
                return await self._steps.run(
                    wanted.name, wanted.arguments, wanted.description, wanted.schema, lambda one: _called(function, one)
                )
            except ModelError as error:
                await self._stop(error)

    async def _only_while_open(self) -> None:
        if self.ended is not None or self.response is not None:
            await self._end_of_it()

    async def _stop(self, reason: ModelError) -> NoReturn:
        self.ended = self.ended or reason
        await self._end_of_it()

    async def _end_of_it(self) -> NoReturn:
        """Wait to be cancelled: what ends an agent is not left to its code."""
        self.events.put_nowait(None)
        await asyncio.get_running_loop().create_future()
        raise AssertionError("nothing resolves it")
