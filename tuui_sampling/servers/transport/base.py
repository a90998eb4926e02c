"""What a connection needs of a transport, whichever it is, and who looks at the messages that pass."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from types import TracebackType
from typing import Protocol

from mcp.client._transport import ReadStream, WriteStream
from mcp.shared.message import SessionMessage
from mcp_types import ErrorData, JSONRPCError, JSONRPCMessage, JSONRPCResponse, RequestId

from ...config.settings import ServerSettings

__all__ = [
    "OnTaken",
    "Outgoing",
    "ReadStream",
    "Reply",
    "Streams",
    "Tap",
    "Taps",
    "Transport",
    "WriteStream",
    "came_with",
    "on_taken",
    "too_long",
]

Reply = JSONRPCResponse | JSONRPCError
"""A message of ours that answers one of the server's."""

Streams = tuple[ReadStream[SessionMessage | Exception], WriteStream[SessionMessage]]
"""What the SDK's client reads from and writes to."""


def too_long(settings: ServerSettings) -> str:
    """Return in words why a server is not listened to any more that sent a message above its limit."""
    return f"it sent a message of more than {settings.max_message_mb} MiB"


class Tap(Protocol):
    """Looks at every message of one connection, in the order of the wire."""

    def came(self, message: JSONRPCMessage, raw: bytes) -> ErrorData | None:
        """
        Look at a message of the server's.

        Returns:
            The answer to it, if it is to go no further: only requests can be answered.
        """
        ...

    def sent(self, message: JSONRPCMessage, raw: bytes, *, past_session: bool) -> None:
        """
        Look at a message of ours, before anything that answers it can be read.

        Args:
            past_session: It is an answer of a tap's, which the session knows nothing of.
        """
        ...


class Taps:
    """Several taps as one; the first that answers a message keeps it from the session, but not from the others."""

    def __init__(self, taps: Sequence[Tap]) -> None:
        self._taps = taps

    def came(self, message: JSONRPCMessage, raw: bytes) -> ErrorData | None:
        """Let all look at a message of the server's, and return the first answer to it."""
        first: ErrorData | None = None
        for tap in self._taps:
            answer = tap.came(message, raw)
            first = first or answer
        return first

    def sent(self, message: JSONRPCMessage, raw: bytes, *, past_session: bool) -> None:
        """Let all look at a message of ours."""
        for tap in self._taps:
            tap.sent(message, raw, past_session=past_session)


OnTaken = Callable[[str], None]
"""Is told why the server has not taken a message; an empty string when it has. The first word counts."""

on_taken: ContextVar[OnTaken | None] = ContextVar("on_taken", default=None)
"""Whom it matters to whether the requests that are sent in this context are taken."""


came_with: ContextVar[RequestId | None] = ContextVar("came_with", default=None)
"""The request of ours whose answer's stream the message that is looked at came on, where a transport tells."""


class Outgoing:
    """
    The session's end for what it sends: each message is sent by whoever sends it, in no queue and no other task.

    Attributes:
        delivered: The ids of requests that were answered past the session, which does not know of it: what it writes
            for them goes nowhere.
    """

    def __init__(self, send: Callable[[SessionMessage], Awaitable[None]]) -> None:
        """
        Send with a function.

        Args:
            send: Raises `anyio.ClosedResourceError` or `BrokenResourceError` once the conversation is over.
        """
        self._send = send
        self.delivered: set[RequestId] = set()

    async def send(self, item: SessionMessage, /) -> None:
        """Send one message."""
        message = item.message
        if isinstance(message, JSONRPCResponse | JSONRPCError) and message.id in self.delivered:
            self.delivered.discard(message.id)
        else:
            await self._send(item)

    async def aclose(self) -> None:
        """Do nothing: the transport is closed by whoever entered it."""

    async def __aenter__(self) -> "Outgoing":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass


class Transport(AbstractAsyncContextManager[Streams], Protocol):
    """
    One conversation with one server; entering it starts it.

    Attributes:
        closed: Set when no more messages will come.
        reason: Why, in words; empty when it was we who were done.
    """

    closed: asyncio.Event
    reason: str

    @property
    def process_group(self) -> int | None:
        """The process group of a child; None before its start, and where there is none."""
        ...

    @property
    def exit_code(self) -> int | None:
        """The exit code of a child that has exited; negative for a signal."""
        ...

    async def deliver(self, reply: Reply) -> str:
        """
        Answer a request of the server's, past the session.

        Returns:
            Why the server has not taken it, in words; empty when it has: its pipe is open and what was written is on
            its way, or it has answered the HTTP request that carries it with a 2xx status.
        """
        ...

    def hang_up(self, reason: str) -> None:
        """End the conversation: the session sees a closed connection. The first reason counts; "" is for none."""
        ...
