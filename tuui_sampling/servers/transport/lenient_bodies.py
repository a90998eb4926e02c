"""
Makes what comes back from a POST fit before the SDK reads it: one odd message costs that message, and not the call.

The SDK takes an answer whose envelope does not fit, a batch, a byte order mark, a media type that is not JSON's, or an
unreadable message among others, for the failure of the request that they came with. Here such an answer is corrected as
on stdio (`unreadable.py`), and what is not the answer is handed on by itself. An event at the end of a stream counts
without the blank line that should end it.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing

import httpx2
from mcp_types import JSONRPCError, JSONRPCRequest, JSONRPCResponse, RequestId

from .http_messages import raw_of
from .unreadable import BOM, Reading, read_beside, unreadable_answer

REQUEST_ID = "jsonrpc-request"
"""The extension of an HTTP request that holds the id of the JSON-RPC request in it."""

MAX_CORRECTED = 4 * 1024 * 1024
"""Bytes of a message that is looked at twice; longer ones are left to the SDK as they are."""

STREAM = "text/event-stream"
JSON = "application/json"

Stray = Callable[[Reading], Awaitable[None]]
"""Is given what came with an answer and is not it."""

Related = Callable[[RequestId, RequestId], None]
"""Is told the id of a request of the server's, and of the request of ours on whose answer's stream it came."""


def media_type(response: httpx2.Response) -> str:
    """Return what a body is said to be, without its parameters."""
    return str(response.headers.get("content-type", "")).partition(";")[0].strip().lower()


def carries_message(event: httpx2.ServerSentEvent) -> bool:
    """Whether an event of a stream holds a message, whatever it is called."""
    return bool(event.data) and (event.event == "message" or '"jsonrpc"' in event.data)


class LenientBodies(httpx2.AsyncBaseTransport):
    """Hands on the answers of another transport; those to a JSON-RPC request fit what the SDK can read."""

    def __init__(self, inner: httpx2.AsyncBaseTransport, stray: Stray, related: Related) -> None:
        """Correct what another transport receives."""
        self._inner = inner
        self._stray = stray
        self._related = related

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request."""
        response = await self._inner.handle_async_request(request)
        asked: RequestId | None = request.extensions.get(REQUEST_ID)
        kind = media_type(response)
        if kind == STREAM:
            stream: httpx2.AsyncByteStream = _Events(response, request, asked, self._stray, self._related)
        elif asked is not None and 200 <= response.status_code < 300 and response.status_code != 202:
            stream = _Document(response, asked, kind, self._stray)
            kind = JSON
        else:
            return response
        headers = [(name, value) for name, value in response.headers.raw if name.lower() not in _CHANGED]
        headers.append((b"content-type", kind.encode()))
        return httpx2.Response(response.status_code, headers=headers, stream=stream, extensions=response.extensions)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._inner.aclose()


_CHANGED = (b"content-type", b"content-length")


class _Document(httpx2.AsyncByteStream):
    """One answer, with whatever stands beside it."""

    def __init__(self, response: httpx2.Response, asked: RequestId, kind: str, stray: Stray) -> None:
        self._response = response
        self._asked = asked
        self._kind = kind
        self._stray = stray

    async def __aiter__(self) -> AsyncIterator[bytes]:
        raw = b"".join([chunk async for chunk in self._response.aiter_bytes()])
        if len(raw) > MAX_CORRECTED:
            yield raw
            return
        answer: bytes | None = None
        for read in await read_beside(raw):
            found = _answer(read, self._asked) if answer is None else None
            if found is None and read.message is not None:
                await self._stray(read)
            answer = answer or found
        yield answer or raw_of(unreadable_answer(self._asked, f"it answered with {self._instead(raw)}"))

    def _instead(self, raw: bytes) -> str:
        """Return in words what came in place of a message."""
        if not raw.strip():
            return "nothing"
        if self._kind == "text/html":
            return "a page (text/html) instead of a message"
        begin = " ".join(raw[:1000].decode("utf-8", "replace").split())[:200]
        return f"what is not a JSON-RPC message: {begin}"

    async def aclose(self) -> None:
        await self._response.aclose()


class _Events(httpx2.AsyncByteStream):
    """A stream of events; where a request was asked, each message in it fits."""

    def __init__(
        self,
        response: httpx2.Response,
        request: httpx2.Request,
        asked: RequestId | None,
        stray: Stray,
        related: Related,
    ) -> None:
        self._response = response
        self._request = request
        self._asked = asked
        self._stray = stray
        self._related = related

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async with aclosing(_whole_events(self._response)) as chunks:
            if self._asked is None:
                async for chunk in chunks:
                    yield chunk
                return
            whole = httpx2.Response(200, headers={"content-type": STREAM}, content=chunks, request=self._request)
            async for event in httpx2.EventSource(whole, max_event_size=None):
                messages = await self._messages(event, self._asked)
                for data in messages or [""]:
                    yield _told(data, event.id, event.retry)

    async def _messages(self, event: httpx2.ServerSentEvent, asked: RequestId) -> list[str]:
        """Return what of an event the SDK is to see."""
        if not carries_message(event) or len(event.data) > MAX_CORRECTED:
            return [event.data] if event.event == "message" and event.data else []
        shown = []
        for read in await read_beside(event.data.encode("utf-8", "replace")):
            if (answer := _answer(read, asked)) is not None:
                shown.append(answer.decode())
            elif read.message is not None:
                if isinstance(read.message, JSONRPCRequest):
                    self._related(read.message.id, asked)
                shown.append(read.raw.decode("utf-8", "replace"))
            else:
                await self._stray(read)
        return shown

    async def aclose(self) -> None:
        await self._response.aclose()


async def _whole_events(response: httpx2.Response) -> AsyncGenerator[bytes, None]:
    """Yield a stream's bytes without the mark that may begin it, and with an end of its last event."""
    begin = b""
    is_begun = False
    async with aclosing(response.aiter_bytes()) as chunks:
        async for chunk in chunks:
            if is_begun:
                yield chunk
                continue
            begin += chunk
            if len(begin) >= len(BOM) or not BOM.startswith(begin):
                is_begun = True
                yield begin.removeprefix(BOM)
    yield (b"" if is_begun else begin) + b"\n\n"


def _told(data: str, identifier: str, retry: int | None) -> bytes:
    """Return an event as the SDK reads it."""
    lines = [f"id: {identifier}"] if identifier else []
    lines += [f"retry: {retry}"] if retry is not None else []
    lines += [f"data: {line}" for line in data.split("\n")] if data else []
    return "\n".join((*lines, "", "")).encode()


def _answer(read: Reading, asked: RequestId) -> bytes | None:
    """Return the answer to a request as the SDK reads it; None for what is not an answer."""
    if not isinstance(read.message, JSONRPCResponse | JSONRPCError):
        return None
    if read.fits and read.message.id is not None:
        return read.raw
    return raw_of(read.message.model_copy(update={"id": asked}))
