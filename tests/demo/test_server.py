"""What the demonstration server does outside of a tool call: asking later, and ending."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from tests.support.bare_client import Model, connected, text_of
from tests.support.limits import LIMIT
from tests.support.paths import ROOT, demo_server

INITIALIZE = {
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {"sampling": {}},
        "clientInfo": {"name": "test", "version": "1"},
    },
}


async def exchange(client: Client, model: Model) -> None:
    """Call a tool that asks. When its result is here, the server has dealt with whatever was sent before."""
    call = asyncio.create_task(client.call_tool("converse", {}))
    (await model.next()).answer("still here")
    assert "still here" in text_of(await call)


async def test_remind_asks_after_its_call_has_returned(tmp_path: Path) -> None:
    model = Model()
    log = tmp_path / "stderr"
    async with connected(demo_server(), model, stderr=log) as client:
        result = await client.call_tool("remind", {"in_seconds": 1, "prompt": "now?"})
        assert text_of(result) == "I will ask in 1 seconds."
        pending = await model.next()
        assert pending.prompt == "now?"
        pending.answer("yes\x1b[0m")
        await exchange(client, model)
    assert log.read_text() == "reminder: 'yes\\x1b[0m\\n\\n(model: test-model, stop reason: endTurn)'\n"


async def test_a_rejected_reminder_leaves_the_server_well(tmp_path: Path) -> None:
    model = Model()
    log = tmp_path / "stderr"
    async with connected(demo_server(), model, stderr=log) as client:
        await client.call_tool("remind", {"in_seconds": 1})
        (await model.next()).reject()
        await exchange(client, model)
    assert log.read_text() == "reminder: 'sampling failed: -1 User rejected sampling request'\n"


async def test_remind_explains_why_the_modern_era_has_no_reminders() -> None:
    async with connected(demo_server(), Model(), mode="auto") as client:
        result = await client.call_tool("remind", {"in_seconds": 1})
    assert not result.is_error
    assert "does not let a server ask after its tool call has returned" in text_of(result)


class Process:
    """The server, spoken to in lines of JSON."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        assert process.stdin is not None
        assert process.stdout is not None
        self.input, self.output = process.stdin, process.stdout

    async def send(self, message: dict[str, Any]) -> None:
        """Write one message."""
        self.input.write(json.dumps({"jsonrpc": "2.0"} | message).encode() + b"\n")
        await self.input.drain()

    async def receive(self) -> dict[str, Any]:
        """Read one message."""
        message: dict[str, Any] = json.loads(await self.output.readline())
        return message


@asynccontextmanager
async def started() -> AsyncIterator[Process]:
    """Run the server through its handshake; it is killed at the end if it still runs."""
    command = demo_server()
    child = await asyncio.create_subprocess_exec(
        *command.argv,
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    process = Process(child)
    try:
        async with asyncio.timeout(LIMIT):
            await process.send({"id": 1} | INITIALIZE)
            assert (await process.receive())["result"]["serverInfo"]["name"] == "tuui-sampling-demo"
            await process.send({"method": "notifications/initialized"})
            yield process
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()


@pytest.mark.parametrize("tool", ["converse", "ask_twice", "remind"])
async def test_end_of_input_ends_it_without_a_traceback(tool: str) -> None:
    async with started() as server:
        await server.send({"id": 2, "method": "tools/call", "params": {"name": tool, "arguments": {}}})
        await server.receive()  # a request of its own, or the result of `remind`: something is under way now
        _, stderr = await server.process.communicate(b"")
    assert server.process.returncode == 0
    assert stderr == b""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_without_a_traceback(number: signal.Signals) -> None:
    async with started() as server:
        await server.send({"id": 2, "method": "tools/call", "params": {"name": "converse", "arguments": {}}})
        await server.receive()
        server.process.send_signal(number)
        # Its standard input stays open: the signal alone must end it.
        assert await server.process.wait() == -number
        assert server.process.stderr is not None
        assert await server.process.stderr.read() == b""
