"""A server over HTTP that sends more than it may: it is stopped while it is still sending, and in the usual words."""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from tests.support.supervised import stage
from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.servers.state.server import ServerState

MIB = 1 << 20
PIECE = MIB // 16
MAX_PIECES = 1024
"""No flood is endless: a client that has no limit shall fail here, and not eat all memory."""
TOO_LONG = "it sent a message of more than 1 MiB"

JSON = "application/json"
EVENTS = "text/event-stream"


def hello(identifier: object, instructions: str) -> bytes:
    """Return an answer to the handshake."""
    info = {"name": "flood", "version": "1"}
    result = {"protocolVersion": "2025-11-25", "capabilities": {}, "serverInfo": info, "instructions": instructions}
    return json.dumps({"jsonrpc": "2.0", "id": identifier, "result": result}).encode()


class Flood:
    """
    A server without an SDK; each of its answers ends with its connection.

    Attributes:
        flooded: What is answered at length: a `POST`, or the `GET` that listens.
        kind: The content type of that; with `+gzip`, compressed.
        instructions: What the handshake tells.
        sent: Bytes of the long answer so far, as they are on the wire.
    """

    def __init__(self, flooded: str, kind: str, status: str, instructions: str) -> None:
        self.flooded, self.kind, self.status, self.instructions = flooded, kind, status, instructions
        self.sent = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        with suppress(OSError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            fields = dict(line.split(": ", 1) for line in head.lower().split("\r\n")[1:] if line)
            body = await reader.readexactly(int(fields.get("content-length", 0)))
            method = head.partition(" ")[0]
            if method == self.flooded:
                await self._flood(writer)
            elif method == "POST" and b'"initialize"' in body:
                answer = hello(json.loads(body)["id"], self.instructions)
                self._head(writer, "200 OK", JSON, "Mcp-Session-Id: one\r\n")
                writer.write(answer)
            else:
                self._head(writer, "202 Accepted" if method == "POST" else "405 Method Not Allowed", JSON)
            await writer.drain()
        writer.close()

    def _head(self, writer: asyncio.StreamWriter, status: str, kind: str, more: str = "") -> None:
        writer.write(f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{more}Connection: close\r\n\r\n".encode())

    async def _flood(self, writer: asyncio.StreamWriter) -> None:
        kind, _, coding = self.kind.partition("+")
        self._head(writer, self.status, kind, "Content-Encoding: gzip\r\n" if coding else "")
        writer.write(b"data: " if kind == EVENTS else b"")
        squeeze = zlib.compressobj(wbits=zlib.MAX_WBITS | 16) if coding else None
        for _ in range(MAX_PIECES):
            piece = b" " * PIECE
            if squeeze is not None:
                piece = squeeze.compress(piece) + squeeze.flush(zlib.Z_SYNC_FLUSH)
            writer.write(piece)
            await writer.drain()
            self.sent += len(piece)
            await asyncio.sleep(0)  # what is small never waits to be drained


@asynccontextmanager
async def flooding(
    flooded: str, kind: str = JSON, status: str = "200 OK", instructions: str = ""
) -> AsyncIterator[tuple[Flood, ServerSettings]]:
    """Have a server, and the settings that call it."""
    flood = Flood(flooded, kind, status, instructions)
    listener = await asyncio.start_server(flood.serve, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    yield flood, ServerSettings("one", url=f"http://127.0.0.1:{port}/mcp", max_message_mb=1)
    listener.close()


@pytest.mark.parametrize(
    ("kind", "status"),
    [(JSON, "200 OK"), (f"{JSON}+gzip", "200 OK"), (EVENTS, "200 OK"), (JSON, "400 Bad Request")],
    ids=["a body", "a compressed body", "a stream of events", "the body of an error"],
)
async def test_an_answer_without_an_end_is_not_read_to_its_end(kind: str, status: str) -> None:
    async with flooding("POST", kind, status) as (flood, settings), stage(settings) as scene:
        scene.supervisor.start("one")
        assert (await scene.until(ServerState.FAILED)).reason == TOO_LONG
        assert flood.sent < 16 * MIB, "more than what lay in the pipes between us"


async def test_what_is_pushed_without_an_end_is_not_read_to_its_end() -> None:
    async with flooding("GET", EVENTS, instructions="hello") as (_, settings), stage(settings) as scene:
        scene.supervisor.start("one")
        assert (await scene.until(ServerState.FAILED)).reason == TOO_LONG


async def test_a_long_message_below_the_limit_is_taken() -> None:
    long = "x" * (MIB - 1024)
    async with flooding("", instructions=long) as (_, settings), stage(settings) as scene:
        assert (await scene.ready()).instructions == long
