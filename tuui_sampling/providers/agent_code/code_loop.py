"""
Runs agents' code in a thread with an event loop of its own.

So the program goes on whatever that code does: code that blocks does not stop the screen, and code that does not end
when it is told to is left behind, and keeps nobody from quitting.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextvars import copy_context
from typing import Any, TypeVar, TypeVarTuple

from ...sampling.inquiry import Called
from ...sampling.request import JsonObject, SamplingRequest
from ...sampling.response import Response
from .port import Function, Port, Wanted

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class CodeLoop(asyncio.SelectorEventLoop):
    """
    An event loop that the interpreter's end does not wait for.

    Its thread never ends, so what it holds is never destroyed: a coroutine that catches everything would take that for
    one more cancellation, and go on in whatever thread collects garbage.
    """

    def __init__(self) -> None:
        super().__init__()
        self._held: set[asyncio.Task[Any]] = set()
        threading.Thread(target=self.run_forever, name="agents", daemon=True).start()

    def create_task(self, coro: Any, **more: Any) -> "asyncio.Task[Any]":
        """Start a task, and hold it until it is done."""
        task = super().create_task(coro, **more)
        self._held.add(task)
        task.add_done_callback(self._held.discard)
        return task

    def run_in_executor(self, executor: Any, func: Callable[[*Ts], T], *args: *Ts) -> "asyncio.Future[T]":
        """Call a function in a thread; without an executor in a daemon, as all that this loop's thread starts."""
        if executor is not None:
            return super().run_in_executor(executor, func, *args)
        future: Future[T] = Future()

        def call() -> None:
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(func(*args))
                except BaseException as error:  # it is for whoever awaits it
                    future.set_exception(error)

        threading.Thread(target=call, name="a function of an agent", daemon=True).start()
        return asyncio.wrap_future(future, loop=self)


_lock = threading.Lock()
_in_use: list[CodeLoop] = []
"""The loop of all agents' code: what one answer has opened, such as a client, serves the next."""


def _loop() -> CodeLoop:
    with _lock:
        if not _in_use:
            _in_use.append(CodeLoop())
        return _in_use[0]


def _abandon(loop: CodeLoop) -> None:
    """Have what comes next run elsewhere: code that does not end may be blocking this loop."""
    with _lock:
        if loop in _in_use:
            _in_use.remove(loop)


class Running:
    """
    An agent's code on its way.

    Attributes:
        answer: Of the calling loop. Cancelling it tells the code to end, and waits for nothing.
        has_ended: Whether the code has come to its end, or was ended.
    """

    def __init__(self, code: Coroutine[Any, Any, str]) -> None:
        """Start it."""
        self.has_ended = False
        self._loop = _loop()
        self.answer = asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._to_its_end(code), self._loop))
        self.answer.add_done_callback(_retrieved)

    async def _to_its_end(self, code: Coroutine[Any, Any, str]) -> str:
        try:
            return await code
        finally:
            self.has_ended = True

    def leave_behind(self) -> None:
        """Give it up."""
        _abandon(self._loop)


def _retrieved(answer: "asyncio.Future[str]") -> None:
    """Look at how it ended, so that nothing is said of an error that nobody is interested in any more."""
    if not answer.cancelled():
        answer.exception()


class Across:
    """The desk, as code that runs apart reaches it: each call is made in the thread of the desk."""

    def __init__(self, port: Port) -> None:
        """Reach the desk of the running loop."""
        self._port = port
        self._desk = asyncio.get_running_loop()
        self._is_closed = False

    def close(self) -> None:
        """Let nothing more through: whoever asks waits for ever."""
        self._is_closed = True

    async def ask(self, request: SamplingRequest) -> Response:
        """Have the agent's model answer."""
        return await self._made(lambda: self._port.ask(request))

    async def call(self, name: str, arguments: JsonObject) -> Called:
        """Have somebody decide about a call of a server's tool, and make it as decided."""
        return await self._made(lambda: self._port.call(name, arguments))

    async def decide(self, wanted: Wanted, function: Function) -> Called:
        """Have somebody decide about a call of a function of the agent's own, and make it here as decided."""
        here, context = asyncio.get_running_loop(), copy_context()  # the code's own, which tells whose call it is

        async def called(arguments: JsonObject) -> str:
            made = context.run(asyncio.run_coroutine_threadsafe, _awaited(function, arguments), here)
            return await asyncio.wrap_future(made)

        return await self._made(lambda: self._port.decide(wanted, called))

    async def _made(self, make: Callable[[], Coroutine[Any, Any, T]]) -> T:
        if self._is_closed:
            await asyncio.get_running_loop().create_future()
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(make(), self._desk))


async def _awaited(function: Function, arguments: JsonObject) -> str:
    return await function(arguments)
