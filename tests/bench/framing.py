"""What a large message costs on its way in, and what the trace costs on each: `python -m tests.bench.framing`."""

import asyncio
import json
import os
import tempfile
import time
from pathlib import Path
from statistics import median

from mcp_types import JSONRPCRequest, JSONRPCResponse, jsonrpc_message_adapter

from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.servers.state.log import ServerLog
from tuui_sampling.servers.state.trace import Trace
from tuui_sampling.servers.transport.base import Taps
from tuui_sampling.servers.transport.guardian import Guardian
from tuui_sampling.servers.transport.stdio import StdioTransport
from tuui_sampling.servers.transport.trace_tap import TraceTap

MEGABYTES = 20


async def large_message(megabytes: int = MEGABYTES) -> tuple[float, float]:
    """Return the seconds from the start of a process to its one message of that size, and those of parsing alone."""
    line = json.dumps(
        {"jsonrpc": "2.0", "method": "notifications/message", "params": {"data": "x" * (megabytes << 20)}}
    )
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.write(line + "\n")
        file.flush()
        settings = ServerSettings("bench", "cat", (file.name,), cwd=Path("/"), max_message_mb=megabytes + 1)
        transport = StdioTransport(settings, os.environ, ServerLog(), Taps([TraceTap(Trace())]), Guardian())
        started = time.perf_counter()
        async with transport as (reading, _):
            await reading.receive()
            taken = time.perf_counter() - started
    started = time.perf_counter()
    jsonrpc_message_adapter.validate_json(line)
    return taken, time.perf_counter() - started


def trace_of_one_round_trip(count: int = 20_000) -> float:
    """Return the seconds that the trace takes for a request and its answer, once its ring is full."""
    tap = TraceTap(Trace())
    request = JSONRPCRequest(jsonrpc="2.0", id=1, method="sampling/createMessage", params={})
    answer = JSONRPCResponse(jsonrpc="2.0", id=1, result={})
    raw = b"x" * 400
    taken = []
    for _ in range(count):
        started = time.perf_counter()
        tap.came(request, raw)
        tap.sent(answer, raw, past_session=False)
        taken.append(time.perf_counter() - started)
    return median(taken[count // 2 :])


def main() -> None:
    """Measure, and print."""
    taken, parsing = asyncio.run(large_message())
    print(f"a message of {MEGABYTES} MB: {taken * 1000:.0f} ms, of which parsing takes {parsing * 1000:.0f} ms")
    print(f"the trace of one round trip: {trace_of_one_round_trip() * 1e6:.1f} µs")


if __name__ == "__main__":
    main()
