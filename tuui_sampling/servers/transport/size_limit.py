"""
Limits each message that comes over HTTP while its body is read: the whole of it, or each line of a stream of events.

The SDK limits only events, and keeps it to itself that one was too long.
"""

import contextlib
from collections.abc import AsyncIterator, Callable

import httpx2

DECODED = (b"content-encoding", b"content-length")
"""Headers that are true of a body only as long as it is compressed."""


class SizeLimit(httpx2.AsyncBaseTransport):
    """Hands on the answers of another transport, decompressed and limited."""

    def __init__(self, inner: httpx2.AsyncBaseTransport, most: int, flooded: Callable[[], None]) -> None:
        """
        Limit what another transport receives.

        Args:
            most: Bytes of one message, after it was decompressed.
            flooded: Told when there are more; no more of them is read.
        """
        self._inner = inner
        self._most = most
        self._flooded = flooded

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request."""
        response = await self._inner.handle_async_request(request)
        headers = response.headers.raw
        if "content-encoding" in response.headers:
            headers = [(name, value) for name, value in headers if name.lower() not in DECODED]
        stream = _Limited(response, self._most, self._flooded)
        return httpx2.Response(response.status_code, headers=headers, stream=stream, extensions=response.extensions)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._inner.aclose()


class _Limited(httpx2.AsyncByteStream):
    """The body of a response, decompressed."""

    def __init__(self, response: httpx2.Response, most: int, flooded: Callable[[], None]) -> None:
        self._response = response
        self._most = most
        self._flooded = flooded
        self._is_stream = response.headers.get("content-type", "").lower().startswith("text/event-stream")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async with contextlib.aclosing(self._response.aiter_bytes()) as chunks:
            async for chunk in chunks:
                first, *rest = chunk.split(b"\n") if self._is_stream else [chunk]
                if max(size + len(first), *map(len, rest), 0) > self._most:
                    self._flooded()
                    raise httpx2.StreamError("a message is too long")
                size = len(rest[-1]) if rest else size + len(first)
                yield chunk

    async def aclose(self) -> None:
        await self._response.aclose()
