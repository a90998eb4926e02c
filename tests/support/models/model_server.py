"""A model's HTTP API that answers what it is told and remembers what it was asked; no socket is opened."""

import json
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx2

EVENT_STREAM = "text/event-stream"


class Body(httpx2.AsyncByteStream):
    """
    A response's body, piece by piece.

    Attributes:
        closed: The client has let go of it, before or after its end.
        sent: How many pieces were taken.
    """

    def __init__(self, pieces: Iterable[bytes | Exception]) -> None:
        self._pieces = tuple(pieces)
        self.closed = False
        self.sent = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the pieces; raise where one is an exception."""
        for piece in self._pieces:
            self.sent += 1
            if isinstance(piece, Exception):
                raise piece
            yield piece

    async def aclose(self) -> None:
        """Note that the client is done with it."""
        self.closed = True


@dataclass
class ModelServer:
    """
    The fake server.

    Attributes:
        reply: Makes the response to a request, or raises what the network would.
        requests: Every request that it got.
    """

    reply: Callable[[httpx2.Request], httpx2.Response]
    requests: list[httpx2.Request] = field(default_factory=list)

    def client(self) -> httpx2.AsyncClient:
        """Return a client that is connected to nothing but this."""
        return httpx2.AsyncClient(transport=httpx2.MockTransport(self._handle))

    @property
    def asked(self) -> dict[str, Any]:
        """The JSON body of the only request."""
        (request,) = self.requests
        body: dict[str, Any] = json.loads(request.content)
        return body

    def _handle(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        return self.reply(request)


def streams(*pieces: bytes | Exception, content_type: str = EVENT_STREAM) -> tuple[ModelServer, Body]:
    """Return a server that answers with this stream, and the stream's body."""
    body = Body(pieces)
    headers = {"content-type": content_type}
    return ModelServer(lambda request: httpx2.Response(200, headers=headers, stream=body)), body


def refuses(
    status: int, body: object = None, *, headers: dict[str, str] | None = None, html: bool = False
) -> ModelServer:
    """Return a server that answers with this status and JSON body, or with a page."""
    content = "<html>nothing here</html>" if html else json.dumps(body)
    kind = {"content-type": "text/html" if html else "application/json"}
    return ModelServer(lambda request: httpx2.Response(status, headers=kind | (headers or {}), text=content))


def fails(error: Exception) -> ModelServer:
    """Return a server that can't be reached, for this reason."""

    def reply(request: httpx2.Request) -> httpx2.Response:
        raise error

    return ModelServer(reply)


def event(data: object, name: str | None = None) -> bytes:
    """Return one server-sent event; `data` as JSON unless it is text."""
    text = data if isinstance(data, str) else json.dumps(data)
    return (f"event: {name}\n" if name else "").encode() + f"data: {text}\n\n".encode()


def typed(**data: Any) -> bytes:
    """Return one server-sent event of a wire that names its events by their type (Anthropic, Responses)."""
    return event(data, data["type"])
