"""An HTTP server in a model's place that keeps what it is sent, and refuses it: what a test looks at is the sending."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

REFUSAL = b'{"error": {"message": "recorded"}}'


class Recorder:
    """
    What was sent.

    Attributes:
        bodies: The body of every request.
    """

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Keep one request, and refuse it."""
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            head = await reader.readuntil(b"\r\n\r\n")
            lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            self.bodies.append(await reader.readexactly(int(lengths[0].split(b":")[1])))
            headers = b"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nConnection: close\r\n"
            writer.write(headers + b"Content-Length: %d\r\n\r\n" % len(REFUSAL) + REFUSAL)
            await writer.drain()
        writer.close()


@asynccontextmanager
async def recording() -> AsyncIterator[tuple[Recorder, str]]:
    """Run a recorder, and yield it with the base URL of its API."""
    recorder = Recorder()
    server = await asyncio.start_server(recorder.answer, "127.0.0.1", 0, limit=2**24)
    async with server:
        yield recorder, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
