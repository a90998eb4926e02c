"""What is written to a server that reads nothing is bounded."""

import os
import sys

import pytest
from mcp_types import ErrorData, JSONRPCMessage, JSONRPCResponse

from tests.support.desks import eventually
from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.servers.state.log import ServerLog
from tuui_sampling.servers.state.trace import Trace
from tuui_sampling.servers.transport import stdio
from tuui_sampling.servers.transport.base import Taps
from tuui_sampling.servers.transport.guardian import Guardian
from tuui_sampling.servers.transport.stdio import StdioTransport
from tuui_sampling.servers.transport.trace_tap import TraceTap

pytestmark = pytest.mark.process

ASKS_AND_NEVER_READS = """
import sys, time
for number in range(100_000):
    print('{"jsonrpc": "2.0", "id": %d, "method": 5}' % number)
print("all of it was read", file=sys.stderr, flush=True)
time.sleep(600)
"""


async def test_who_reads_no_refusal_is_read_from_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stdio, "MAX_UNREAD", 64 * 1024)
    settings = ServerSettings("flood", sys.executable, ("-c", ASKS_AND_NEVER_READS))
    log = ServerLog()
    transport = StdioTransport(settings, os.environ, log, Taps([TraceTap(Trace())]), Guardian())
    async with transport:
        child = transport._child
        assert child is not None
        refusals = child.stdin.transport

        def is_left_alone() -> bool:
            return refusals.get_write_buffer_size() > stdio.MAX_UNREAD and child.stdout._paused  # type: ignore[attr-defined]

        await eventually(lambda: is_left_alone() or any("all of it" in line.text for line in log))
        assert is_left_alone()
        assert refusals.get_write_buffer_size() < 2 * stdio.MAX_UNREAD


async def test_an_answer_is_on_its_way_before_it_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []

    class Looking:
        def came(self, message: JSONRPCMessage, raw: bytes) -> ErrorData | None:
            return None

        def sent(self, message: JSONRPCMessage, raw: bytes, *, past_session: bool) -> None:
            order.append("looked at")

    settings = ServerSettings("reader", sys.executable, ("-c", "import sys; sys.stdin.read()"))
    transport = StdioTransport(settings, os.environ, ServerLog(), Looking(), Guardian())
    async with transport:
        child = transport._child
        assert child is not None
        write = child.stdin.write

        def writing(data: bytes) -> None:
            order.append("written")
            write(data)

        monkeypatch.setattr(child.stdin, "write", writing)
        assert await transport.deliver(JSONRPCResponse(jsonrpc="2.0", id=1, result={})) == ""
    assert order == ["written", "looked at"]
