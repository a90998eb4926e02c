"""
Calls a server over HTTP, as a transport for the MCP SDK.

https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#streamable-http. Requests go by the SDK's own
`streamable_http_client`: it reads their answers from JSON or a stream of events, resumes those with `Last-Event-ID`,
follows redirects within the server's origin only, and writes the headers of both eras. Everything else is sent here, in
a POST of its own that waits for no other, because the SDK sends one such message after the other and does not say what
became of it: answers to what the server asks, and notifications. The stream on which the server pushes is
`push_stream.py`, for the SDK stops listening without a word.

Around both, this transport lets the taps see every message, has no timeout where a server waits for a human, and says
in words which status a request got, that the session is gone, that nobody is there any more. A server that knows only
the older HTTP+SSE transport is spoken to in that, as
https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#backwards-compatibility describes.

A message is seen as the SDK parsed it, not byte for byte. Where a request can't be answered any more the SDK makes up
an error; the taps see that, too.
"""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from types import TracebackType

import anyio
import anyio.abc
import httpx2
from mcp.client.auth import OAuthFlowError
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.message import MessageMetadata, SessionMessage
from mcp_types import (
    JSONRPCError,
    JSONRPCMessage,
    JSONRPCRequest,
    RequestId,
)
from pydantic_core import PydanticSerializationError

from ...config.network import DIRECT, Network
from ...config.settings import ServerSettings
from ...sampling.errors import ServerError
from ..auth.oauth import permanent_failure
from ..state.log import ServerLog
from ..state.server import NotListening
from .base import OnTaken, Outgoing, ReadStream, Reply, Streams, Tap, WriteStream, on_taken, too_long
from .http_client import HttpCall, HttpCaller
from .http_errors import Refusal, words_for
from .http_messages import (
    encodable,
    explained,
    is_initialized,
    is_modern_cancel,
    raw_of,
    refuses_as_older,
    stamp,
    unanswered,
)
from .older_stream import OlderStream
from .push_stream import PushStream
from .unreadable import Reading, read_beside

LEAVE_SECONDS = 2.0
"""Seconds that saying goodbye to a session may take."""

STREAM_SECONDS = 2.0
"""Seconds that the first request of a session waits for the stream on which the server pushes."""

MAX_REFUSALS = 8
"""Refusals that are on their way at once to a server that asks more than it may."""

LOST_SESSION = "it no longer knows our session"
LOST = "the connection was lost"
NO_MESSAGE = "it sent what is not a JSON-RPC message"

HANDSHAKE = ("initialize", "server/discover")


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
        self,
        settings: ServerSettings,
        log: ServerLog,
        tap: Tap,
        authorization: httpx2.Auth | None = None,
        heard: Callable[[NotListening | None], None] = lambda _: None,
        network: Network = DIRECT,
    ) -> None:
        """
        Know where to call; nothing is called yet.

        Args:
            authorization: Signs in where a server asks for it.
            heard: Told when nobody listens to what the server pushes, and when somebody does again.
        """
        self._settings = settings
        self._log = log
        self._tap = tap
        self._heard = heard
        self._most = settings.max_message_mb << 20
        self._caller = HttpCaller(self, self._most, settings.headers, authorization, network)
        self._older = OlderStream(self._caller, settings.url or "", self._most, self._pushed, self.hang_up)
        self._first: SessionMessage | None = None
        self._talking: asyncio.Task[None] | None = None
        self._tasks: anyio.abc.TaskGroup | None = None
        self._outgoing = Outgoing(self._send)
        self._open = asyncio.Event()
        self._out: WriteStream[SessionMessage] | None = None
        self._failure: Exception | None = None
        self._trouble = ""
        self._stream_due = False
        self._stream_asked = asyncio.Event()
        self._listens = False
        self._refusals = anyio.Semaphore(MAX_REFUSALS)
        self._refused: dict[RequestId, Refusal] = {}
        self._on_taken: dict[RequestId, OnTaken] = {}
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
        return self._from_server, self._outgoing

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """
        End the session, in at most `LEAVE_SECONDS`.

        Raises:
            ServerError: The sign-in failed, which a new start would not correct.
        """
        self.hang_up("")
        # In a task of its own: whoever cancels us must not stop the clean-up half-way.
        await asyncio.shield(asyncio.create_task(self._shut_down(), name=f"{self._settings.name} shutdown"))
        assert self._talking
        failure = None if self._talking.cancelled() else self._talking.exception()
        if permanent := permanent_failure(self._failure or failure):
            raise permanent

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
        if self.closed.is_set():
            return self.reason or LOST
        problem = await self._post(reply, past_session=False)
        return self.reason if problem and self.reason else problem

    # --- what comes ---

    async def _talk(self) -> None:
        async with (
            self._caller,
            streamable_http_client(
                self._settings.url or "", http_client=self._caller, max_sse_event_size=self._most
            ) as (incoming, self._out),
            anyio.create_task_group() as self._tasks,
        ):
            self._tasks.start_soon(self._read, incoming)
            if self._settings.transport == "sse" and (reason := await self._become_older()):
                self.hang_up(reason)
            self._open.set()
            await self.closed.wait()
            self._tasks.cancel_scope.cancel()

    async def _read(self, incoming: ReadStream[SessionMessage | Exception]) -> None:
        async for item in incoming:
            if isinstance(item, Exception):
                self._log.add("event", NO_MESSAGE)
            elif not await self._goes_on_as_older(item.message):
                await self._receive(explained(self._caller.noted(item.message), self._refused), metadata=item.metadata)
        self.hang_up(self._trouble or LOST)

    async def _pushed(self, data: str) -> None:
        for read in await read_beside(data.encode("utf-8", "replace")):
            await self.call_brought(read)

    async def call_brought(self, read: Reading) -> None:
        """Take what came beside an answer; of what is not a message, answer what can be answered."""
        if not read.fits:
            self._log.add("event", f"{NO_MESSAGE}: {read.raw[:200].decode('utf-8', 'replace')}")
        if read.message is not None:
            await self._receive(read.message, read.raw)
        elif read.refusal is not None:
            self._turn_away(read.refusal)

    async def _receive(self, message: JSONRPCMessage, raw: bytes = b"", metadata: MessageMetadata = None) -> None:
        if error := self._tap.came(message, raw or raw_of(message)):
            self._turn_away(JSONRPCError(jsonrpc="2.0", id=message.id, error=error))  # type: ignore[union-attr]  # only requests are answered
            return
        with contextlib.suppress(anyio.ClosedResourceError, anyio.BrokenResourceError):
            await self._to_session.send(SessionMessage(message, metadata))

    def _turn_away(self, answer: JSONRPCError) -> None:
        assert self._tasks
        self._tasks.start_soon(self._refuse, answer)

    async def _refuse(self, answer: JSONRPCError) -> None:
        async with self._refusals:
            await self._post(answer, past_session=True)

    # --- what goes ---

    async def _send(self, item: SessionMessage) -> None:
        """
        Send a message of the session's, in the context of whoever sends it, which the SDK looks at.

        Raises:
            anyio.ClosedResourceError, anyio.BrokenResourceError: The conversation is over.
        """
        if self._out is None or self.closed.is_set():
            raise anyio.ClosedResourceError
        message = item.message
        if isinstance(message, JSONRPCRequest):
            await self._request(item)
        elif is_modern_cancel(message, self._caller.version):  # there it is the end of the request's own stream
            self._tap.sent(message, raw_of(message), past_session=False)
            await self._pass_on(item)
        else:
            await self._post(message, past_session=False, stamped=stamp(item))
            if is_initialized(message) and not self._older.endpoint:
                self._begin_to_listen()

    async def _request(self, item: SessionMessage) -> None:
        message = item.message
        assert isinstance(message, JSONRPCRequest)
        if message.method == "initialize":
            self._first = item
        if tell := on_taken.get():
            self._on_taken[message.id] = tell
        if self._older.endpoint:
            if problem := await self._post(message, past_session=False):
                await self._receive(unanswered(message.id, problem))
            return
        if self._stream_due:
            with contextlib.suppress(TimeoutError):  # what is pushed before somebody listens is lost
                await asyncio.wait_for(self._stream_asked.wait(), STREAM_SECONDS)
        self._tap.sent(message, raw_of(message), past_session=False)
        await self._pass_on(item)

    async def _pass_on(self, item: SessionMessage) -> None:
        assert self._out
        try:
            await self._out.send(item)
        except (anyio.ClosedResourceError, anyio.BrokenResourceError):  # the SDK has given up, unnoticed so far
            self.hang_up(self._trouble or LOST)
            raise

    async def _post(
        self, message: JSONRPCMessage, *, past_session: bool, stamped: Mapping[str, str] | None = None
    ) -> str:
        """Send a message in a POST of its own, and return why it was not accepted; an empty string when it was."""
        try:
            raw = raw_of(message)
        except (PydanticSerializationError, UnicodeEncodeError):  # a lone surrogate in an answer
            message = encodable(message)
            raw = raw_of(message)
        self._tap.sent(message, raw, past_session=past_session)
        try:
            return await self._caller.accepted(self._post_to, raw, stamped or {})
        except (OAuthFlowError, ServerError) as error:
            self._failure = error
            self._hang_up_for(error)
            return self.reason

    def _begin_to_listen(self) -> None:
        assert self._tasks
        self._stream_due = True
        self._tasks.start_soon(PushStream(self._caller, self._post_to, self._most, self._pushed, self._heard).keep)

    # --- the older transport ---

    async def _become_older(self) -> str:
        """Change to the older transport, and return why that is not possible; an empty string when it is."""
        assert self._tasks
        return await self._older.open(self._tasks, f"{self._settings.name} stream")

    @property
    def _post_to(self) -> str:
        return self._older.endpoint or self._settings.url or ""

    async def _goes_on_as_older(self, message: JSONRPCMessage) -> bool:
        """Change to the older transport where our first message was refused as such a server refuses it."""
        first = self._first.message if self._first else None
        if self._settings.transport != "auto" or not isinstance(first, JSONRPCRequest):
            return False
        if not refuses_as_older(message, first.id, self._refused):
            return False
        if await self._become_older():
            return False
        self._log.add("event", "it speaks the older HTTP+SSE transport")
        if problem := await self._post(first, past_session=False):
            await self._receive(unanswered(first.id, problem))
        return True

    # --- how each call went ---

    def call_failed(self, call: HttpCall, error: httpx2.TransportError) -> None:
        """Note that a call did not get through. Where nobody is there to be listened to, the conversation is over."""
        self._trouble = words_for(error)
        self._tell(call, self._trouble)
        if call.listens:
            self._stream_asked.set()
            if isinstance(error, httpx2.ConnectError):
                self.hang_up(self._trouble)

    def call_flooded(self) -> None:
        """End the conversation: a server that sends too long a message is not listened to any more."""
        self.hang_up(too_long(self._settings))

    def call_answered(self, call: HttpCall, refusal: Refusal, *, unknown_session: bool) -> None:
        """Note how a call was answered."""
        lost = (unknown_session or call.loses_session(refusal.status)) and (self._listens or not call.listens)
        self._tell(call, "" if refusal.status < 300 else LOST_SESSION if lost else refusal.words)
        if call.listens:
            self._stream_asked.set()
        if refusal.status < 400:
            self._listens |= call.listens
        elif lost:  # a server that has no stream may answer 404 to that, too
            self.hang_up(LOST_SESSION)
        elif call.method in HANDSHAKE and (
            refusal.status >= 500 or refusal.status == 429
        ):  # it may be different in a while
            self.hang_up(refusal.words)
        elif call.id is not None:
            self._refused[call.id] = refusal
        elif not call.listens:
            self._log.add("event", f"it refused a message of ours: {refusal.words}")

    def _tell(self, call: HttpCall, problem: str) -> None:
        """Tell whom it matters to whether a request was taken."""
        if call.id is not None and (tell := self._on_taken.pop(call.id, None)):
            tell(problem)

    # --- the end ---

    def _ended(self, talking: asyncio.Task[None]) -> None:
        if talking.cancelled() or (error := talking.exception()) is None:
            self.hang_up(LOST)
        else:
            self._hang_up_for(error)

    def _hang_up_for(self, error: BaseException) -> None:
        permanent = permanent_failure(error)
        self.hang_up(permanent.message if permanent else words_for(error))

    async def _shut_down(self) -> None:
        assert self._talking
        await asyncio.wait((self._talking,), timeout=LEAVE_SECONDS)
        self._talking.cancel()
        await asyncio.wait((self._talking,))
        self._from_server.close()
