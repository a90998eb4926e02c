"""
The pipes of a child process, as a transport for the MCP SDK.

The SDK's own `stdio_client` writes the child's stderr to our terminal, reads in quadratic time, has no cap on a line,
dies of one bad byte, and notices an idle crash never. This one does better on each count, and is otherwise the same:
newline-delimited JSON-RPC (https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#stdio). The child
itself, its start and its end, is in `child.py`.
"""

import asyncio
import contextlib
import json
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import anyio
from mcp.shared.message import SessionMessage
from mcp_types import (
    JSONRPCError,
    JSONRPCMessage,
    JSONRPCResponse,
)
from pydantic_core import PydanticSerializationError

from ...config.settings import ServerSettings
from ..state.log import ServerLog
from .base import Outgoing, Reply, Streams, Tap, on_taken, too_long
from .exit_reasons import describe_exit
from .guardian import Watch
from .many_texts import with_many_texts
from .process import CHUNK, Child
from .unreadable import read_beside

MAX_UNREAD = 4 * 1024 * 1024
"""Bytes of refusals that wait for a server to read them; then it is not read from until it has."""

DEAF = "it closed its input"

EXIT_GRACE = 0.5
"""Seconds between the end of a pipe and the exit that explains it, and the other way around."""

MAX_GRACES = 10
"""How often so long for what was written before an exit, as long as more of it is read."""


class StdioTransport:
    """
    One run of one server's process: an async context manager that yields the SDK's two streams.

    Attributes:
        closed: Set when no more messages will come: end of file, exit, or `hang_up`.
        reason: Why, in words; empty when it was we who were done.
    """

    def __init__(
        self,
        settings: ServerSettings,
        environ: Mapping[str, str],
        log: ServerLog,
        tap: Tap,
        watch: Watch,
    ) -> None:
        self._settings = settings
        self._watch = watch
        self._most = settings.max_message_mb << 20
        self._environ = environ
        self._log = log
        self._tap = tap
        self._outgoing = Outgoing(self._send)
        self._tasks: list[asyncio.Task[None]] = []
        self._child: Child | None = None
        self.closed = asyncio.Event()
        self.reason = ""
        self._to_session, self._from_server = anyio.create_memory_object_stream[SessionMessage | Exception](0)
        self._output_ended = asyncio.Event()
        self._chunks_come = self._chunks_done = 0

    @property
    def process_group(self) -> int | None:
        """The child's process group; None before the start."""
        return self._child.pid if self._child else None

    @property
    def exit_code(self) -> int | None:
        """The child's exit code, once it has exited."""
        return self._child.exit_code if self._child else None

    async def __aenter__(self) -> Streams:
        """
        Start the process.

        Raises:
            OSError: It can't be started.
        """
        try:
            self._child = await Child.start(self._settings, self._environ)
        except BaseException:
            self._close_streams()
            raise
        self._watch.began(self._child.pid, self._child.mark)
        self._tasks = [
            asyncio.create_task(coroutine, name=f"{self._settings.name} {what}")
            for what, coroutine in (
                ("stdout", self._read()),
                ("stdin", self._watch_stdin()),
                ("stderr", self._read_stderr()),
                ("exit", self._watch_exit()),
            )
        ]
        return self._from_server, self._outgoing

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process, its whole group, and the pipes. Takes at most about four seconds."""
        self.hang_up("")
        # In a task of its own: whoever cancels us must not stop the clean-up half-way.
        await asyncio.shield(asyncio.create_task(self._shut_down(), name=f"{self._settings.name} shutdown"))

    def hang_up(self, reason: str) -> None:
        """End the conversation: the session sees a closed connection. The first reason counts; "" is for none."""
        if not self.closed.is_set():
            self.reason = reason
            self.closed.set()
            self._to_session.close()

    async def deliver(self, reply: Reply) -> str:
        """Answer a request of the server's, past the session; says why the server has not taken it, if so."""
        if reply.id is not None:
            self._outgoing.delivered.add(reply.id)
        try:
            if not self._is_deaf:
                await self._write(reply, past_session=False)
                return ""
        except OSError:
            pass
        await self._pipe_ended(DEAF)
        return self.reason or DEAF

    @property
    def _is_deaf(self) -> bool:
        """Whether nobody reads what is written."""
        return self.closed.is_set() or self._child is None or self._child.stdin.is_closing()

    async def _write_past_session(self, answer: JSONRPCError) -> None:
        """Answer a message that the session never gets to see."""
        with contextlib.suppress(OSError):  # nobody reads it any more; whoever writes next says so
            await self._write(answer, past_session=True)

    # --- the pipes ---

    async def _read(self) -> None:
        assert self._child
        begun = bytearray()
        while chunk := await self._child.stdout.read(CHUNK):
            self._chunks_come += 1
            *lines, rest = chunk.split(b"\n")
            for line in lines:
                await self._receive(_taken(begun, line))  # a long message is not kept here while it is read
            begun += rest
            if len(begun) > self._most:
                self.hang_up(too_long(self._settings))
                return
            self._chunks_done += 1
        self._chunks_come += 1
        await self._receive(_taken(begun, b""))  # the last line may have no end
        self._output_ended.set()
        await self._pipe_ended("it closed its output")

    async def _receive(self, line: bytes) -> None:
        if not line.strip():
            return
        for read in await read_beside(line, with_many_texts):
            if self.closed.is_set():
                return
            if not read.fits:
                self._log.add("stdout", read.raw[:1024].decode("utf-8", "replace"))
            if read.refusal is not None:  # whoever asked waits for ever unless they are told
                await self._write_past_session(read.refusal)
            elif read.message is None:
                continue
            elif error := self._tap.came(read.message, read.raw):
                answer = JSONRPCError(jsonrpc="2.0", id=read.message.id, error=error)  # type: ignore[union-attr]  # only requests are answered
                await self._write_past_session(answer)
            else:
                await self._pass_on(read.message)

    async def _pass_on(self, message: JSONRPCMessage) -> None:
        item = SessionMessage(message)
        with contextlib.suppress(anyio.ClosedResourceError, anyio.BrokenResourceError):
            try:
                self._to_session.send_nowait(item)  # the session waits for it, as a rule
            except anyio.WouldBlock:
                await self._to_session.send(item)

    async def _watch_stdin(self) -> None:
        """Notice that nobody reads what is written, though nothing is: the server could not be answered any more."""
        assert self._child
        await self._child.deaf()
        await self._pipe_ended(DEAF)

    async def _send(self, item: SessionMessage) -> None:
        """
        Write a message of the session's.

        Raises:
            anyio.BrokenResourceError: Nobody reads it.
        """
        try:
            if not self._is_deaf:
                await self._write(item.message, past_session=False)
                if tell := on_taken.get():
                    tell("")
                return
        except OSError:
            pass
        await self._pipe_ended(DEAF)  # whoever is told that nobody is there may ask why
        raise anyio.BrokenResourceError

    async def _write(self, message: JSONRPCMessage, *, past_session: bool) -> None:
        """Write a message; raises an `OSError` where nobody reads it."""
        assert self._child
        try:
            data = message.model_dump_json(by_alias=True, exclude_unset=True).encode()
        except (PydanticSerializationError, UnicodeEncodeError):  # a lone surrogate in an answer
            data = _ascii(message)
        self._child.stdin.write(data + b"\n")
        self._tap.sent(message, data, past_session=past_session)  # after it: the server need not wait for that
        # A server may ask a thousand times before it reads our thousand refusals: waiting for it here, in the task
        # that reads, would be waiting for each other.
        if not past_session or self._child.stdin.transport.get_write_buffer_size() > MAX_UNREAD:
            await self._child.stdin.drain()

    async def _read_stderr(self) -> None:
        assert self._child
        while chunk := await self._child.stderr.read(CHUNK):
            self._log.feed(chunk)
        self._log.finish()

    async def _watch_exit(self) -> None:
        assert self._child
        await self._child.exited()
        await self._pipe_ended("it exited")

    async def _pipe_ended(self, what: str) -> None:
        """Hang up; the reason is the exit, where there was one: a crash closes the pipes before its code is known."""
        assert self._child
        if await self._child.exits_within(EXIT_GRACE):
            await self._all_is_read()
        self.hang_up(what if self.exit_code is None else describe_exit(self.exit_code))

    async def _all_is_read(self) -> None:
        """
        Let the reader come to the end of what was written before the exit: an answer may be the last of it.

        What it has left behind may hold the pipe open, or even write to it: then it is enough that nothing comes, and
        nothing that has come is still being read.
        """
        for _ in range(MAX_GRACES):
            before = self._chunks_come
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._output_ended.wait(), EXIT_GRACE)
            if self._output_ended.is_set() or self._chunks_done == self._chunks_come == before:
                return

    # --- the end ---

    async def _shut_down(self) -> None:
        assert self._child
        await self._child.end()
        self._watch.ended(self._child.pid)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._log.finish()
        self._child.close_pipes()
        self._close_streams()

    def _close_streams(self) -> None:
        self._to_session.close()
        self._from_server.close()


def _taken(begun: bytearray, rest: bytes) -> bytes:
    """Return a line of which something may have come before; of that nothing stays."""
    if not begun:
        return rest
    begun += rest
    line = bytes(begun)
    begun.clear()
    return line


def _ascii(message: JSONRPCMessage) -> bytes:
    """Return a message with everything beyond ASCII escaped, which every JSON reader takes."""
    value: dict[str, Any] = {"jsonrpc": "2.0"}
    if isinstance(message, JSONRPCResponse | JSONRPCError):
        value["id"] = message.id
    if isinstance(message, JSONRPCResponse):
        value["result"] = message.result
    elif isinstance(message, JSONRPCError):
        value["error"] = message.error.model_dump(by_alias=True, exclude_none=True)
    else:
        value |= message.model_dump(by_alias=True, exclude_unset=True)
    return json.dumps(value).encode()
