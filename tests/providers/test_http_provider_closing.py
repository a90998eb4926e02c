"""Closing or cancelling a call closes its connection at once."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from tests.support.limits import LIMIT
from tests.support.models.wires import WIRES, Wire, ask
from tuui_sampling.providers.provider import TextDelta

each_wire = pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)


@dataclass
class SlowServer:
    """A server on a real socket that begins an answer and never ends it; `gone` is set when the client has left."""

    first: bytes
    port: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator["SlowServer", None]:
        """Listen on a free port."""
        async with await asyncio.start_server(self._answer, "127.0.0.1", 0) as server:
            self.port = server.sockets[0].getsockname()[1]
            yield self

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(length)
        self.asked.set()
        if self.first:
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n" + self.first)
            await writer.drain()
        await reader.read()
        self.gone.set()
        writer.close()


@each_wire
async def test_closing_the_iterator_hangs_up(wire: Wire) -> None:
    async with SlowServer(wire.begin + wire.text("first")).running() as server:
        provider = wire.with_client(None, base_url=f"http://127.0.0.1:{server.port}/v1")
        stream = provider.stream(ask())
        async with asyncio.timeout(LIMIT):
            while not isinstance(await anext(stream), TextDelta):
                pass
            assert not server.gone.is_set()
            await stream.aclose()
            await server.gone.wait()
        await provider.aclose()


@each_wire
@pytest.mark.parametrize("begun", [True, False], ids=["while it writes", "before it writes"])
async def test_cancelling_hangs_up(wire: Wire, begun: bool) -> None:
    first = wire.begin + wire.text("first") if begun else b""
    async with SlowServer(first).running() as server:
        provider = wire.with_client(None, base_url=f"http://127.0.0.1:{server.port}/v1")
        texts: asyncio.Queue[str] = asyncio.Queue()

        async def read() -> None:
            async for event in provider.stream(ask()):
                if isinstance(event, TextDelta):
                    texts.put_nowait(event.text)

        task = asyncio.create_task(read())
        async with asyncio.timeout(LIMIT):
            await (texts.get() if begun else server.asked.wait())
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await server.gone.wait()
        await provider.aclose()


@each_wire
async def test_provider_that_was_never_used_can_be_closed(wire: Wire) -> None:
    await wire.with_client(None).aclose()
