"""
An automatically passed sampling round trip through the whole house, against the SDK's bare client.

It is measured twice: as a tool call that asks once, on a server that is written with the SDK, and alone, without
any server's overhead, by a server that times each answer at its own end of the pipe. Both sides answer at once, with
the same words: no model's work is measured. What rules cost is measured as the difference between two houses in one
run: one where everything passes, and one where the last of thirty rules allows it.
"""

import asyncio
import json
import os
import sqlite3
import tempfile
import time
from contextlib import AsyncExitStack, closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from mcp import Client, stdio_client
from mcp.client.session import ClientRequestContext
from mcp_types import CreateMessageRequestParams, CreateMessageResult, TextContent

from tests.bench.figures import Figure, interleaved_async
from tests.bench.model import ANSWER
from tests.support.bare_client import text_of
from tests.support.paths import PUSHING, ROOT, modern_sdk_server
from tuui_sampling.backend import Backend, open_backend
from tuui_sampling.config.policy.rules import RuleSettings
from tuui_sampling.config.settings import ModelSettings, ServerSettings, Settings
from tuui_sampling.policy.verdict import Always, Judge, Verdict

ASK = {"prompt": "Name a river and a mountain.", "max_tokens": 5}

FREE = Decimal()
MODEL = ModelSettings("bare", "tests.bench.model:AtOnce", input_price=FREE, output_price=FREE)

RULES = (
    *(RuleSettings("deny", f"secrets {n}", findings=("secret",), unless_host=(f"host-{n}",)) for n in range(8)),
    *(RuleSettings("ask", f"dear {n}", cost_above=Decimal(n + 1)) for n in range(6)),
    *(RuleSettings("ask", f"about {n}", prompt=f"*subject {n}*") for n in range(5)),
    *(
        RuleSettings("allow", f"by tool {n}", server="pushing", tool=f"tool-{n}", model="bare", max_tokens=10)
        for n in range(10)
    ),
    RuleSettings(
        "allow", "last", server="pushing", tool="push", model="bare", max_tokens=10, despite=("first request",)
    ),
)
"""Thirty rules as people write them, the last of which allows what is measured."""

PER_ROUND = 20
"""Measurements of one kind before the next kind has its turn."""

ROW = "x" * 400
"""What one commit writes: about as much as the row of an approval."""


async def answer_at_once(context: ClientRequestContext, params: CreateMessageRequestParams) -> CreateMessageResult:
    """Answer as quickly as the SDK allows."""
    return CreateMessageResult(role="assistant", content=TextContent(type="text", text=ANSWER), model="bare")


def round_trip(rounds: int) -> list[Figure]:
    """Measure; `rounds` times `PER_ROUND` round trips of each kind."""
    with tempfile.TemporaryDirectory() as folder:
        call, bare_call, alone, bare_alone, commit, ruled = asyncio.run(_measure(Path(folder), rounds))
    return [
        _figure("tool call that samples once, passed / bare SDK", 1.5, call, bare_call, commit, rounds),
        _figure("the sampling alone, passed / bare SDK", 3.0, alone, bare_alone, commit, rounds),
        _of_rules(alone, ruled, rounds),
    ]


def _figure(name: str, target: float, ours: float, bare: float, commit: float, rounds: int) -> Figure:
    detail = (
        f"(ours {ours * 1000:.2f} - commit {commit * 1000:.2f}) / bare {bare * 1000:.2f} ms; "
        f"medians of {rounds * PER_ROUND}"
    )
    return Figure(name, (ours - commit) / bare, "×", target, detail)


def _of_rules(alone: float, ruled: float, rounds: int) -> Figure:
    detail = f"{ruled * 1000:.2f} with them, {alone * 1000:.2f} ms without; medians of {rounds * PER_ROUND}"
    return Figure(f"the sampling alone, what {len(RULES)} rules add", (ruled - alone) * 1000, "ms", 0.3, detail)


async def _measure(folder: Path, rounds: int) -> list[float]:
    servers = {"sdk": modern_sdk_server(), "pushing": PUSHING}
    settings = Settings(
        servers={name: ServerSettings(name, one.command, one.args, cwd=ROOT) for name, one in servers.items()},
        models={MODEL.name: MODEL},
        default_model=MODEL.name,
    )
    async with AsyncExitStack() as stack:

        async def house(name: str, settings: Settings, judge: Judge | None) -> Backend:
            path = folder / f"{name}.sqlite3"
            opening = open_backend(settings, os.environ, judge=judge, ledger_path=path)
            backend = await stack.enter_async_context(opening)
            backend.supervisor.start_all()
            await backend.supervisor.settled("pushing")
            return backend

        backend = await house("ledger", settings, Always(Verdict.PASS))
        with_rules = await house("rules", replace(settings, rules=RULES), None)
        bare: dict[str, Client] = {}
        for name, server in servers.items():
            await backend.supervisor.settled(name)
            transport = stdio_client(server.parameters)
            client = Client(transport, sampling_callback=answer_at_once, mode="legacy")
            bare[name] = await stack.enter_async_context(client)
        disk = stack.enter_context(closing(_open_database(folder / "plain.sqlite3")))

        async def call() -> float:
            started = time.perf_counter()
            result = await backend.supervisor.call_tool("sdk", "ask", ASK)
            assert not result.is_error, result.text
            return time.perf_counter() - started

        async def bare_call() -> float:
            started = time.perf_counter()
            await bare["sdk"].call_tool("ask", ASK)
            return time.perf_counter() - started

        async def alone() -> float:
            return _seconds((await backend.supervisor.call_tool("pushing", "push", {})).text)

        async def ruled() -> float:
            return _seconds((await with_rules.supervisor.call_tool("pushing", "push", {})).text)

        async def bare_alone() -> float:
            return _seconds(text_of(await bare["pushing"].call_tool("push", {})))

        async def commit() -> float:
            return _commit(disk)

        return await interleaved_async((call, bare_call, alone, bare_alone, commit, ruled), PER_ROUND, rounds)


def _seconds(text: str) -> float:
    seconds: float = json.loads(text)
    return seconds


def _open_database(path: Path) -> sqlite3.Connection:
    """Open a database that is as durable as the record is."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, data TEXT)")
    return connection


def _commit(connection: sqlite3.Connection) -> float:
    started = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO rows (data) VALUES (?)", (ROW,))
    connection.execute("COMMIT")
    return time.perf_counter() - started
