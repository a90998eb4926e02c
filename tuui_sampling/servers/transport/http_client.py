"""The HTTP requests of the SDK's transport: how long each may take, how much may come of it, and how each went."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import httpx2
from mcp.client.streamable_http import MCP_SESSION_ID
from mcp.shared._httpx_utils import stream_within_origin
from mcp.shared.inbound import MCP_PROTOCOL_VERSION_HEADER
from mcp_types import JSONRPCMessage, JSONRPCRequest, RequestId

from ...config.network import Network
from .base import came_with
from .http_errors import Refusal, words_for, words_in, words_in_success
from .http_messages import HEADERS
from .lenient_bodies import REQUEST_ID, LenientBodies, media_type
from .routed import RoutedTransport
from .size_limit import SizeLimit
from .unreadable import Reading

CALL_SECONDS = 30.0
"""Seconds to connect, to write, and until an answer to what is not a request."""

MAX_REFUSAL = 64 * 1024
"""Bytes of a refusal that are looked at."""


@dataclass(frozen=True)
class HttpCall:
    """
    What one HTTP request of the SDK's is for.

    Attributes:
        id: Of the JSON-RPC request in it; None when it holds none.
        method: Of the message in it.
        listens: It opens the stream on which the server pushes, or resumes one.
        in_session: It names a session.
    """

    id: RequestId | None
    method: str | None
    listens: bool
    in_session: bool

    @classmethod
    def of(cls, request: httpx2.Request) -> "HttpCall":
        """Return what a request is for, whose content has been read."""
        message: Any = json.loads(request.content) if request.method == "POST" else {}
        method = message.get("method")
        identifier = message.get("id") if method else None
        return cls(identifier, method, request.method == "GET", MCP_SESSION_ID in request.headers)

    def loses_session(self, status: int) -> bool:
        """
        Whether a server that answers with this status no longer knows the session.

        https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#session-management says 404; some say
        400: what else is wrong with what they have taken before?
        """
        return self.in_session and (status in (404, 410) or (status == 400 and self.listens))


class CallObserver(Protocol):
    """Whom it matters to how a call went."""

    def call_failed(self, call: HttpCall, error: httpx2.TransportError) -> None:
        """It did not get through."""
        ...

    def call_answered(self, call: HttpCall, refusal: Refusal, *, unknown_session: bool) -> None:
        """
        It got an answer, whose body is still to come, or was refused.

        Args:
            unknown_session: It was refused with a word about its session, by one of the servers that do not answer
                404 to a session which they do not know.
        """
        ...

    async def call_brought(self, read: Reading) -> None:
        """Something else came with its answer."""
        ...

    def call_flooded(self) -> None:
        """A message in its answer was longer than any may be; no more of it is read."""
        ...


class HttpCaller(httpx2.AsyncClient):
    """
    Calls for the SDK and the transport, and tells how it went. The calls of a sign-in happen inside of `send`.

    Attributes:
        session_id: What the server has named the session, when it was begun.
        version: The negotiated revision, once a message has named it.
    """

    def __init__(
        self, told: CallObserver, most: int, headers: Mapping[str, str], auth: httpx2.Auth | None, network: Network
    ) -> None:
        """
        Get ready to call.

        Args:
            most: Bytes of one message in an answer.
            network: How hosts are reached.
            headers: Sent with every call of the SDK's, and never with those of a sign-in.
        """
        self._related: dict[RequestId, RequestId] = {}
        hooks = {"request": [_limit_time]}
        # As many as there are messages: an answer must not wait for a connection until another call has ended.
        limits = httpx2.Limits(max_connections=None, max_keepalive_connections=20)
        super().__init__(
            headers=dict(headers),
            auth=auth,
            timeout=CALL_SECONDS,
            event_hooks=hooks,
            transport=LenientBodies(
                SizeLimit(RoutedTransport(network, limits), most, told.call_flooded),
                told.call_brought,
                self._related.__setitem__,
            ),
            trust_env=False,
        )
        self.session_id: str | None = None
        self.version: str | None = None
        self._told = told

    @property
    def session_headers(self) -> dict[str, str]:
        """What each message of a session carries."""
        named = {MCP_SESSION_ID: self.session_id, MCP_PROTOCOL_VERSION_HEADER: self.version}
        return {name: value for name, value in named.items() if value is not None}

    def noted(self, message: JSONRPCMessage) -> JSONRPCMessage:
        """Return a message, and note in `came_with` on the stream of which answer it came."""
        came_with.set(self._related.pop(message.id, None) if isinstance(message, JSONRPCRequest) else None)
        return message

    async def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        """Send one request."""
        await request.aread()  # a redirected one has not been read yet
        call = HttpCall.of(request)
        self.version = request.headers.get(MCP_PROTOCOL_VERSION_HEADER, self.version)
        request.extensions[REQUEST_ID] = call.id
        if call.listens or call.id is not None:  # its answer may wait for a human
            request.extensions["timeout"] = httpx2.Timeout(CALL_SECONDS, read=None).as_dict()
        try:
            response = await super().send(request, **options)
        except httpx2.TransportError as error:
            self._told.call_failed(call, error)
            raise
        if call.method == "initialize":
            self.session_id = response.headers.get(MCP_SESSION_ID, self.session_id)
        status = response.status_code
        body = await _short_body(response) if status >= 400 else b""
        refusal = Refusal(status, words_in(body, media_type(response)))
        unknown = call.in_session and status == 400 and b"session" in body.lower()
        self._told.call_answered(call, refusal, unknown_session=unknown)
        return response

    async def accepted(self, url: str, raw: bytes, stamped: Mapping[str, str]) -> str:
        """
        Post a message that has no answer of its own.

        Args:
            stamped: Headers beside those of every message.

        Returns:
            Why it was not accepted; an empty string when it was.
        """
        headers = HEADERS | self.session_headers | dict(stamped)
        try:
            async with stream_within_origin(self, "POST", url, content=raw, headers=headers) as response:
                if response.headers.get("content-length") == "0":  # read to its end, the connection can be used again
                    await response.aread()
                kind, body = media_type(response), await _short_body(response)
                if response.is_success:
                    return words_in_success(response.status_code, body, kind)
                return Refusal(response.status_code, words_in(body, kind)).words
        except (httpx2.TransportError, httpx2.StreamError) as error:
            return words_for(error)


async def _short_body(response: httpx2.Response) -> bytes:
    """Return the body of what ought to have none, where it says that it is short."""
    size = response.headers.get("content-length", "")
    return await response.aread() if size.isdecimal() and int(size) <= MAX_REFUSAL else b""


async def _limit_time(request: httpx2.Request) -> None:
    """Limit the time of what a sign-in calls, which comes without any limit."""
    request.extensions.setdefault("timeout", httpx2.Timeout(CALL_SECONDS).as_dict())
