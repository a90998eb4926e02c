"""An HTTP server within the test's own process, which does to each request what the test wants."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from tests.support.desks import eventually
from tests.support.limits import LIMIT
from tuui_sampling.config.settings import ServerSettings

TOOLS = {"tools": [{"name": name, "inputSchema": {"type": "object"}} for name in ("ask", "wait", "quick")]}


@dataclass
class Exchange:
    """
    One HTTP request, and what it is answered with.

    Attributes:
        message: The JSON-RPC message in it; empty for none.
    """

    method: str
    path: str
    headers: dict[str, str]
    message: dict[str, Any]
    writer: asyncio.StreamWriter
    reader: asyncio.StreamReader

    @property
    def what(self) -> str:
        """The method of its message, `answer`, or its own method."""
        if "method" in self.message:
            return str(self.message["method"])
        return "answer" if self.message else self.method

    async def end(self) -> None:
        """Wait until somebody closes the connection."""
        await self.reader.read()

    async def head(self, status: int, kind: str, *more: str, size: int | None = None) -> None:
        """Begin the response."""
        lines = [f"HTTP/1.1 {status} X", f"Content-Type: {kind}", "Connection: close", *more]
        lines += [] if size is None else [f"Content-Length: {size}"]
        self.writer.write("\r\n".join((*lines, "", "")).encode())
        await self.writer.drain()

    async def body(self, status: int, value: object = None, *more: str) -> None:
        """Answer with JSON, or with nothing."""
        data = b"" if value is None else json.dumps(value).encode()
        await self.head(status, "application/json", *more, size=len(data))
        self.writer.write(data)
        await self.writer.drain()

    async def result(self, value: object, *more: str) -> None:
        """Answer a JSON-RPC request."""
        await self.body(200, {"jsonrpc": "2.0", "id": self.message["id"], "result": value}, *more)

    async def event(self, value: object, name: str = "message") -> None:
        """Send one event of a stream that has begun."""
        data = value if isinstance(value, str) else json.dumps(value)
        self.writer.write(f"event: {name}\ndata: {data}\n\n".encode())
        await self.writer.drain()


Rule = Callable[[Exchange], Awaitable[bool]]
"""Answers a request and returns True, or leaves it to what comes after."""


@dataclass
class Web:
    """
    A server that speaks Streamable HTTP, but for what its rules say.

    Attributes:
        rules: Looked at in their order before the server answers by itself.
        seen: What came, in order.
        streams: The open streams on which it can push.
        answers: What its requests were answered with.
        session: The id of the session; None for a server without sessions.
        release: Ends a call of `wait`.
    """

    port: int = 0
    rules: list[Rule] = field(default_factory=list)
    seen: list[Exchange] = field(default_factory=list)
    streams: deque[Exchange] = field(default_factory=deque)
    answers: list[dict[str, Any]] = field(default_factory=list)
    session: str | None = "S"
    release: asyncio.Event = field(default_factory=asyncio.Event)
    _next: int = 0

    @property
    def url(self) -> str:
        """Where to call it."""
        return f"http://127.0.0.1:{self.port}/mcp"

    def settings(self, **more: Any) -> ServerSettings:
        """Return settings that call it."""
        return ServerSettings("one", url=self.url, **({"protocol": "legacy"} | more))

    def count(self, what: str) -> int:
        """Return how often something came."""
        return sum(one.what == what for one in self.seen)

    async def until(self, what: str, times: int = 1) -> None:
        """Wait until something has come so often."""
        await eventually(lambda: self.count(what) >= times, f"{what} × {times}")

    async def push(self, prompt: str = "hello") -> str:
        """Ask on the newest stream, and return the id of the request."""
        await eventually(lambda: self.streams, "a stream")
        self._next += 1
        identifier = f"s{self._next}"
        await self.streams[-1].event(asking(identifier, prompt))
        return identifier

    async def end_streams(self) -> None:
        """End all streams on which it pushes."""
        while self.streams:
            self.streams.popleft().writer.close()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one connection, which holds one request."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            line = (await reader.readline()).decode()
            if line:
                method, path, _ = line.split()
                headers = {}
                while field_ := (await reader.readline()).decode().strip():
                    name, _, value = field_.partition(":")
                    headers[name.lower()] = value.strip()
                content = await reader.readexactly(int(headers.get("content-length", 0)))
                exchange = Exchange(method, path, headers, json.loads(content or b"{}"), writer, reader)
                self.seen.append(exchange)
                for rule in self.rules:
                    if await rule(exchange):
                        break
                else:
                    await self._answer(exchange)
        writer.close()

    async def _answer(self, one: Exchange) -> None:
        if one.method == "GET":
            await one.head(200, "text/event-stream")
            one.writer.write(b": here\n\n")
            self.streams.append(one)
            await one.end()
        elif one.method == "DELETE":
            await one.body(200)
        elif one.what == "answer":
            self.answers.append(one.message)
            await one.body(202)
        elif "id" not in one.message:
            await one.body(202)
        elif one.what == "initialize":
            capabilities = {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}}
            named = () if self.session is None else (f"Mcp-Session-Id: {self.session}",)
            await one.result(capabilities | {"serverInfo": {"name": "web", "version": "1"}}, *named)
        elif one.what == "tools/list":
            await one.result(TOOLS)
        else:
            await self._call(one)

    async def _call(self, one: Exchange) -> None:
        """`ask` asks on the push stream and answers with JSON, headers last; `wait` waits; `quick` does neither."""
        name = one.message["params"]["name"]
        if name == "ask":
            before = len(self.answers)
            await self.push(str(one.message["params"]["arguments"].get("prompt", "hello")))
            await eventually(lambda: len(self.answers) > before or self.release.is_set(), "an answer")
        elif name == "wait":
            await self.release.wait()
        await one.result({"content": [{"type": "text", "text": json.dumps(self.answers)}]})


def asking(identifier: str, prompt: str) -> dict[str, Any]:
    """Return a sampling request."""
    message = {"role": "user", "content": {"type": "text", "text": prompt}}
    params = {"messages": [message], "maxTokens": 100}
    return {"jsonrpc": "2.0", "id": identifier, "method": "sampling/createMessage", "params": params}


def refusing(what: str, *statuses: int, times: int = 10_000) -> Rule:
    """Return a rule that answers something with these statuses, one after the other and then the last of them."""
    left = [times]
    waiting = list(statuses)

    async def rule(one: Exchange) -> bool:
        if one.what != what or not left[0]:
            return False
        left[0] -= 1
        await one.body(waiting.pop(0) if len(waiting) > 1 else waiting[0])
        return True

    return rule


@asynccontextmanager
async def web(*rules: Rule, session: str | None = "S") -> AsyncIterator[Web]:
    """Serve until the end of the block."""
    here = Web(rules=list(rules), session=session)
    tasks: set[asyncio.Task[None]] = set()
    writers: list[asyncio.StreamWriter] = []

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        tasks.add(asyncio.create_task(here.take(reader, writer)))

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    here.port = server.sockets[0].getsockname()[1]
    try:
        async with asyncio.timeout(LIMIT):
            yield here
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for writer in writers:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
