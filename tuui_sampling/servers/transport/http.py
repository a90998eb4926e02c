"""
A server that is called over Streamable HTTP, as a transport for the MCP SDK.

https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#streamable-http. The wire is the SDK's own
`streamable_http_client`: it opens the stream on which a server pushes, reconnects it with `Last-Event-ID`, follows
redirects within the server's origin only, and writes the headers of both eras. Around it, this transport lets the taps
see every message, has no timeout where a server waits for a human, and says in words what the SDK keeps for itself:
which status a request got, that the session is gone, that nobody is there any more.

A message is seen as the SDK parsed it, not byte for byte. Where a request can't be answered any more the SDK makes up
an error; the taps see that, too.
"""

import asyncio
import contextlib
import json
from types import TracebackType

import anyio
import httpx2
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.message import SessionMessage
from mcp_types import (
    INTERNAL_ERROR,
    METHOD_NOT_FOUND,
    ErrorData,
    JSONRPCError,
    JSONRPCMessage,
    JSONRPCRequest,
    RequestId,
    jsonrpc_message_adapter,
)
from pydantic_core import PydanticSerializationError

from ...config.settings import ServerSettings
from ..auth.oauth import permanent_failure
from ..state.log import ServerLog
from .base import ReadStream, Streams, Tap, WriteStream, too_long
from .http_client import HttpCall, HttpCaller
from .http_errors import words_for, words_for_status

LEAVE_SECONDS = 2.0
"""Seconds that saying goodbye to a session may take."""

STREAM_SECONDS = 2.0
"""Seconds that the first request of a session waits for the stream on which the server pushes."""

LOST_SESSION = "it no longer knows our session"

HANDSHAKE = ("initialize", "server/discover")

MADE_UP = ("Server returned an error response", "Not Found", "Session terminated")
"""What the SDK says in place of a status without a JSON-RPC error in its body."""


class HttpTransport:
    """
    One conversation with one server that runs elsewhere: an async context manager that yields the SDK's two streams.

    Attributes:
        closed: Set when no more messages will come.
        reason: Why, in words; empty when it was we who were done.
    """

    process_group: int | None = None
    """There is no process."""
    exit_code: int | None = None

    def __init__(
        self, settings: ServerSettings, log: ServerLog, tap: Tap, authorization: httpx2.Auth | None = None
    ) -> None:
        """
        Know where to call; nothing is called yet.

        Args:
            authorization: Signs in where a server asks for it.
        """
        self._settings = settings
        self._log = log
        self._tap = tap
        self._authorization = authorization
        self._talking: asyncio.Task[None] | None = None
        self._open = asyncio.Event()
        self._out: WriteStream[SessionMessage] | None = None
        self._trouble = ""
        self._stream_due = False
        self._stream_asked = asyncio.Event()
        self._listens = False
        self._refused: dict[RequestId, str] = {}
        self._to_session, self._from_server = anyio.create_memory_object_stream[SessionMessage | Exception](0)
        self.closed = asyncio.Event()
        self.reason = ""

    async def __aenter__(self) -> Streams:
        """Get ready to call; whether anybody is there shows when the first message is sent."""
        self._talking = asyncio.create_task(self._talk(), name=f"{self._settings.name} http")
        self._talking.add_done_callback(self._ended)
        opened = asyncio.create_task(self._open.wait())
        await asyncio.wait((self._talking, opened), return_when=asyncio.FIRST_COMPLETED)
        opened.cancel()
        return self._from_server, _Outgoing(self)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """
        End the session, in at most `LEAVE_SECONDS`.

        Raises:
            ServerError: The sign-in failed, which a new start would not mend.
        """
        self.hang_up("")
        # In a task of its own: whoever cancels us must not stop the clean-up half-way.
        await asyncio.shield(asyncio.create_task(self._shut_down(), name=f"{self._settings.name} shutdown"))
        assert self._talking
        failure = None if self._talking.cancelled() else self._talking.exception()
        if permanent := permanent_failure(failure):
            raise permanent

    def hang_up(self, reason: str) -> None:
        """End the conversation: the session sees a closed connection. The first reason counts; "" is for none."""
        if not self.closed.is_set():
            self.reason = reason
            self.closed.set()
            self._to_session.close()

    # --- the messages ---

    async def _talk(self) -> None:
        settings = self._settings
        most = settings.max_message_mb << 20
        async with (
            HttpCaller(self, most, headers=settings.headers, auth=self._authorization) as caller,
            streamable_http_client(settings.url or "", http_client=caller, max_sse_event_size=most) as (
                incoming,
                self._out,
            ),
            anyio.create_task_group() as reading,
        ):
            reading.start_soon(self._read, incoming)
            self._open.set()
            await self.closed.wait()
            reading.cancel_scope.cancel()

    async def _read(self, incoming: ReadStream[SessionMessage | Exception]) -> None:
        async for item in incoming:
            if isinstance(item, Exception):
                self._log.add("event", "it sent what is no JSON-RPC message")
                continue
            message = self._explained(item.message)
            if error := self._tap.came(message, _raw(message)):
                answer = JSONRPCError(jsonrpc="2.0", id=message.id, error=error)  # type: ignore[union-attr]  # only requests are answered
                await self._send(SessionMessage(answer), past_session=True)
                continue
            with contextlib.suppress(anyio.ClosedResourceError, anyio.BrokenResourceError):
                await self._to_session.send(SessionMessage(message, item.metadata))
        self.hang_up(self._trouble or "the connection was lost")

    async def _send(self, item: SessionMessage, *, past_session: bool = False) -> None:
        """
        Send a message in the context of whoever sends it, which the SDK looks at.

        Raises:
            anyio.ClosedResourceError, anyio.BrokenResourceError: The conversation is over.
        """
        if self._out is None or self.closed.is_set():
            raise anyio.ClosedResourceError
        try:
            raw = _raw(item.message)
        except (PydanticSerializationError, UnicodeEncodeError):  # a lone surrogate in an answer
            item = SessionMessage(_encodable(item.message), item.metadata)
            raw = _raw(item.message)
        if self._stream_due and isinstance(item.message, JSONRPCRequest):
            with contextlib.suppress(TimeoutError):  # what is pushed before somebody listens is lost
                await asyncio.wait_for(self._stream_asked.wait(), STREAM_SECONDS)
        self._tap.sent(item.message, raw, past_session=past_session)
        try:
            await self._out.send(item)
        except (
            anyio.ClosedResourceError,
            anyio.BrokenResourceError,
        ):  # the SDK has given up, unnoticed so far
            self.hang_up(self._trouble or "the connection was lost")
            raise

    def _explained(self, message: JSONRPCMessage) -> JSONRPCMessage:
        """Return a message; where the SDK made an error up for a status, with the status in it."""
        if not isinstance(message, JSONRPCError) or message.id is None:
            return message
        words = self._refused.pop(message.id, None)
        if words is None or message.error.message not in MADE_UP:
            return message
        # A page that is not there is no server that lacks the method, which would be one of the other era.
        code = INTERNAL_ERROR if message.error.code == METHOD_NOT_FOUND else message.error.code
        return JSONRPCError(jsonrpc="2.0", id=message.id, error=ErrorData(code=code, message=words))

    # --- how each call went ---

    def call_failed(self, call: HttpCall, error: httpx2.TransportError) -> None:
        """Note that a call did not get through. The SDK gives up listening in silence: then we would wait for ever."""
        self._trouble = words_for(error)
        if call.listens:
            self.hang_up(self._trouble)

    def call_flooded(self) -> None:
        """End the conversation: a server that sends too long a message is not listened to any more."""
        self.hang_up(too_long(self._settings))

    def call_answered(self, call: HttpCall, status: int, *, session: bool) -> None:
        """Note the status that a call got."""
        self._stream_due |= session and call.method == "initialize"
        if call.listens:
            self._stream_asked.set()
        if status < 400:
            self._listens |= call.listens
            return
        words = words_for_status(status)
        # https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#session-management; a server that
        # has no stream to listen to may answer 404 to that, too.
        if status == 404 and call.in_session and (self._listens or not call.listens):
            self.hang_up(LOST_SESSION)
        elif call.method in HANDSHAKE and (status >= 500 or status == 429):  # it may be different in a while
            self.hang_up(words)
        elif call.id is not None:
            self._refused[call.id] = words
        elif not call.listens:
            self._log.add("event", f"it refused a message of ours: {words}")

    # --- the end ---

    def _ended(self, talking: asyncio.Task[None]) -> None:
        error = None if talking.cancelled() else talking.exception()
        if error is None:
            self.hang_up("the connection was lost")
            return
        permanent = permanent_failure(error)
        self.hang_up(permanent.message if permanent else words_for(error))

    async def _shut_down(self) -> None:
        assert self._talking
        await asyncio.wait((self._talking,), timeout=LEAVE_SECONDS)
        self._talking.cancel()
        await asyncio.wait((self._talking,))
        self._from_server.close()


class _Outgoing:
    """The session's end for what it sends."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    async def send(self, item: SessionMessage, /) -> None:
        await self._transport._send(item)

    async def aclose(self) -> None:
        """Nothing to do: the transport closes the SDK's stream."""

    async def __aenter__(self) -> "_Outgoing":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass


def _raw(message: JSONRPCMessage) -> bytes:
    return message.model_dump_json(by_alias=True, exclude_unset=True).encode()


def _encodable(message: JSONRPCMessage) -> JSONRPCMessage:
    """Return a message with U+FFFD for each half of a character, which no encoding can carry."""
    text = json.dumps(message.model_dump(by_alias=True, exclude_unset=True), ensure_ascii=False)
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return jsonrpc_message_adapter.validate_json(whole, by_name=False)
