"""
A child process and its pipes, as a transport for the MCP SDK.

The SDK's own `stdio_client` writes the child's stderr to our terminal, reads in quadratic time, has no cap on a line,
dies of one bad byte, and notices an idle crash never. This one does better on each count, and is otherwise the same:
newline-delimited JSON-RPC (https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#stdio) and the
shutdown order of https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle#shutdown: close stdin,
wait, SIGTERM, wait, SIGKILL; each of them for the whole process group.
"""

import asyncio
import contextlib
import errno
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process, SubprocessStreamProtocol
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import anyio
from mcp.shared.message import SessionMessage
from mcp_types import (
    INVALID_REQUEST,
    PARSE_ERROR,
    ErrorData,
    JSONRPCError,
    JSONRPCMessage,
    JSONRPCResponse,
    jsonrpc_message_adapter,
)
from pydantic_core import PydanticSerializationError

from ..config.settings import ServerSettings
from .ended import describe_exit
from .guardian import Watch
from .log import ServerLog
from .salvage import salvage
from .transport import Streams, Tap, too_long

CHUNK = 64 * 1024

MOST_UNREAD = 4 * 1024 * 1024
"""Bytes of refusals that wait for a server to read them; then it is not read from until it has."""

EOF_GRACE = 2.0
"""Seconds that a child has to exit after its stdin was closed."""
TERM_GRACE = 1.5
"""Seconds that its group has after SIGTERM."""
KILL_GRACE = 0.5
"""Seconds to see the death after SIGKILL."""

EXIT_GRACE = 0.5
"""Seconds between the end of a pipe and the exit that explains it, and the other way around."""

INHERITED = ("HOME", "LOGNAME", "PATH", "SHELL", "TERM", "USER", "TMPDIR")
if sys.platform == "win32":  # what a Windows program can't start without
    INHERITED = ("APPDATA", "HOMEDRIVE", "HOMEPATH", "LOCALAPPDATA", "PATH", "PATHEXT", "PROCESSOR_ARCHITECTURE",
                 "SYSTEMDRIVE", "SYSTEMROOT", "TEMP", "USERNAME", "USERPROFILE")  # fmt: skip


def child_environment(settings: ServerSettings, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the child's whole environment: an allow-list, so that the user's API keys never get there."""
    names = (*INHERITED, *settings.inherit_env)
    inherited = {name: environ[name] for name in names if name in environ}
    return inherited | dict(settings.env)


class _Protocol(SubprocessStreamProtocol):
    """Tells of the child's exit at once; `Process.wait` also waits for the pipes, which a grandchild can hold open."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(limit=CHUNK, loop=loop)
        self.exited = asyncio.Event()

    def process_exited(self) -> None:
        super().process_exited()
        self.exited.set()


class StdioTransport:
    """
    One run of one server's process: an async context manager that yields the SDK's two streams.

    Attributes:
        closed: Set when no more messages will come: end of file, exit, or `hang_up`.
        reason: Why, in words; empty when it was we who were done.
        pid: The child's process id, which is its group's too; None before the start.
        exit_code: Set once the child has exited; negative for a signal.
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
        self._tasks: list[asyncio.Task[None]] = []
        self._process: Process | None = None
        self._protocol: _Protocol | None = None
        self.closed = asyncio.Event()
        self.reason = ""
        self.pid: int | None = None
        self._to_session, self._from_server = anyio.create_memory_object_stream[SessionMessage | Exception](0)
        self._to_server, self._from_session = anyio.create_memory_object_stream[SessionMessage](0)

    @property
    def process_group(self) -> int | None:
        """The child's process group, which has its id; None before the start."""
        return self.pid

    @property
    def exit_code(self) -> int | None:
        """The child's exit code, once it has exited."""
        return self._process.returncode if self._process else None

    async def __aenter__(self) -> Streams:
        """
        Start the process.

        Raises:
            OSError: It can't be started.
        """
        loop = asyncio.get_running_loop()
        try:
            transport, protocol = await loop.subprocess_exec(
                lambda: _Protocol(loop),
                self._settings.command,
                *self._settings.args,
                stdin=PIPE,
                stdout=PIPE,
                stderr=PIPE,
                cwd=self._settings.cwd,
                env=child_environment(self._settings, self._environ),
                start_new_session=True,
            )
        except ValueError as error:  # a NUL in the command, an argument or the environment
            self._close_streams()
            raise OSError(errno.EINVAL, str(error)) from error
        except BaseException:
            self._close_streams()
            raise
        self._protocol = protocol
        self._process = Process(transport, protocol, loop)
        self.pid = self._process.pid
        self._watch.began(self.pid)
        self._tasks = [
            asyncio.create_task(coroutine, name=f"{self._settings.name} {what}")
            for what, coroutine in (
                ("stdout", self._read()),
                ("stdin", self._write()),
                ("stderr", self._read_stderr()),
                ("exit", self._watch_exit()),
            )
        ]
        return self._from_server, self._to_server

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

    async def answer(self, request_id: str | int, error: ErrorData) -> None:
        """Write an error reply past the session, for a message that it never gets to see."""
        with contextlib.suppress(OSError):  # nobody reads it any more; whoever writes next says so
            await self._send(JSONRPCError(jsonrpc="2.0", id=request_id, error=error), past_session=True)

    # --- the pipes ---

    async def _read(self) -> None:
        assert self._process and self._process.stdout
        parts: list[bytes] = []
        size = 0
        while chunk := await self._process.stdout.read(CHUNK):
            *lines, rest = chunk.split(b"\n")
            for line in lines:
                await self._receive(b"".join((*parts, line)))
                parts, size = [], 0
            parts.append(rest)
            size += len(rest)
            if size > self._most:
                self.hang_up(too_long(self._settings))
                return
        await self._pipe_ended("it closed its output")

    async def _receive(self, line: bytes) -> None:
        line = line.strip()
        if not line or self.closed.is_set():
            return
        try:
            message = jsonrpc_message_adapter.validate_json(line.decode("utf-8", "replace"), by_name=False)
        except ValueError:
            await self._refuse(line)
            return
        if error := self._tap.came(message, line):
            await self.answer(message.id, error)  # type: ignore[union-attr,arg-type]  # only requests are answered
            return
        await self._pass_on(message)

    async def _pass_on(self, message: JSONRPCMessage) -> None:
        with contextlib.suppress(anyio.ClosedResourceError, anyio.BrokenResourceError):
            await self._to_session.send(SessionMessage(message))

    async def _refuse(self, line: bytes) -> None:
        """
        Log what is no JSON-RPC message. Where it has an id somebody waits for ever unless they are told.

        A request gets an error from us; an answer to us that can't be read (one with a lone surrogate, say) becomes
        an error for whoever asked.
        """
        self._log.add("stdout", line[:1024].decode("utf-8", "replace"))
        salvaged = salvage(line)
        if salvaged is None:
            return
        if salvaged.is_request:
            await self.answer(salvaged.id, ErrorData(code=INVALID_REQUEST, message="Not a valid JSON-RPC request"))
        else:
            error = ErrorData(code=PARSE_ERROR, message="the answer is no valid JSON-RPC message")
            await self._pass_on(JSONRPCError(jsonrpc="2.0", id=salvaged.id, error=error))

    async def _write(self) -> None:
        # Closing our end of the stream is what keeps the session from waiting for ever to write its last words.
        with self._from_session, contextlib.suppress(OSError):
            async for item in self._from_session:
                await self._send(item.message)
            return
        await self._pipe_ended("it closed its input")

    async def _send(self, message: JSONRPCMessage, *, past_session: bool = False) -> None:
        assert self._process and self._process.stdin
        try:
            data = message.model_dump_json(by_alias=True, exclude_unset=True).encode()
        except (PydanticSerializationError, UnicodeEncodeError):  # a lone surrogate in an answer
            data = _ascii(message)
        self._tap.sent(message, data, past_session=past_session)
        self._process.stdin.write(data + b"\n")
        # A server may ask a thousand times before it reads our thousand refusals: waiting for it here, in the task
        # that reads, would be waiting for each other.
        if not past_session or self._process.stdin.transport.get_write_buffer_size() > MOST_UNREAD:
            await self._process.stdin.drain()

    async def _read_stderr(self) -> None:
        assert self._process and self._process.stderr
        while chunk := await self._process.stderr.read(CHUNK):
            self._log.feed(chunk)
        self._log.finish()

    async def _watch_exit(self) -> None:
        await self._protocol_exited()
        # What it wrote before it died may still lie in the pipe: let the reader come to its end first.
        await asyncio.wait(self._tasks[:1], timeout=EXIT_GRACE)
        await self._pipe_ended("it exited")

    async def _pipe_ended(self, what: str) -> None:
        """Hang up; the reason is the exit, where there was one: a crash closes the pipes before its code is known."""
        await self._exits_within(EXIT_GRACE)
        self.hang_up(what if self.exit_code is None else describe_exit(self.exit_code))

    async def _protocol_exited(self) -> None:
        assert self._protocol
        await self._protocol.exited.wait()

    # --- the end ---

    async def _shut_down(self) -> None:
        assert self._process and self._process.stdin
        self._to_server.close()
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        if not await self._exits_within(EOF_GRACE):
            self._signal_group(signal.SIGTERM)
            if not await self._exits_within(TERM_GRACE):
                self._signal_group(_SIGKILL)
                await self._exits_within(KILL_GRACE)
        await self._end_group()
        self._watch.ended(self._process.pid)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._log.finish()
        self._process._transport.close()  # type: ignore[attr-defined]  # nothing public closes a pipe a survivor holds
        self._close_streams()

    async def _exits_within(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._protocol_exited(), seconds)
        return self.exit_code is not None

    async def _end_group(self) -> None:
        """End what the child left behind in its group, such as the `node` of an `npx`."""
        if not self._signal_group(signal.SIGTERM):
            return
        loop = asyncio.get_running_loop()
        give_up = loop.time() + KILL_GRACE
        while loop.time() < give_up:
            await asyncio.sleep(0.02)
            if not self._signal_group(0):
                return
        self._signal_group(_SIGKILL)

    def _signal_group(self, number: int) -> bool:
        """Send a signal to the child's group and return whether anything is left of it."""
        assert self._process
        if sys.platform == "win32":
            if self.exit_code is None and number:
                self._process.kill()
            return False
        try:
            os.killpg(self._process.pid, number)
        except ProcessLookupError:
            return False
        except PermissionError:  # macOS says so of a group of zombies
            return self.exit_code is None
        return True

    def _close_streams(self) -> None:
        for stream in (self._to_session, self._from_server, self._to_server, self._from_session):
            stream.close()


_SIGKILL = getattr(signal, "SIGKILL", signal.SIGTERM)


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
