"""Floods of requests, and long lives: what one server does costs neither the others nor the memory."""

import asyncio
import gc
import os
import sys
from pathlib import Path

import pytest

from tests.servers.test_supervisor import FAILED, RESTARTING, STARTING
from tests.support.desks import JudgedBy, call, eventually, server_settings
from tests.support.paths import ROOT
from tests.support.supervised import PUPPET, cancelled, error_of, sampling, stage, texts
from tuui_sampling.backend import open_backend
from tuui_sampling.config.settings import ModelSettings, ServerSettings, Settings
from tuui_sampling.policy.verdict import Verdict
from tuui_sampling.servers import supervisor as supervisor_module

FLOOD = 20_000
MAX_MEMORY = 50 * 1024 * 1024
"""Bytes that a flood may cost, on top of what the program and these tests need without it."""


def resident() -> int:
    """Return the bytes of memory that this process has."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


# --- 55 ---


async def test_55_of_twenty_thousand_requests_twenty_wait_and_the_others_are_refused() -> None:
    """The server writes all of them before it reads a single answer."""
    other = ServerSettings("other", PUPPET.command, PUPPET.args, cwd=ROOT)
    flooding = ServerSettings("one", PUPPET.command, PUPPET.args, cwd=ROOT)
    async with stage(flooding, other) as scene:
        server = await scene.ready("one")
        await scene.ready("other")
        before = resident()
        await scene.say(after=tuple(sampling(number, "x" * 100) for number in range(FLOOD)))
        answered_meanwhile = 0
        while server.refused < FLOOD - 20:
            await scene.supervisor.call_tool("other", "tell", {})
            answered_meanwhile += 1
        assert answered_meanwhile > 1, "nobody else had to wait for the flood's end"
        assert resident() - before < MAX_MEMORY
        assert len(scene.clerk.asked) == 20
        heard = await scene.heard()
        refused = [message for message in heard if "error" in message]
        assert len(heard) == len(refused) == FLOOD - 20
        ((code, words),) = {error_of(message) for message in refused}
        assert code == -32005
        assert "rate limit" in words
        assert len(texts(server, "event")) == 5, "the 1st, 10th, 100th, 1,000th and 10,000th refusal in a row"
        scene.clerk.asked[7].deliver("still answered")
        await eventually(lambda: server.trace.since(0)[-1].kind == "response")


async def test_55_a_flood_that_is_taken_back_at_once_makes_no_more_of_them() -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        lines = [line for number in range(200) for line in (sampling(number), cancelled(number))]
        await scene.say(*lines)
        await eventually(lambda: scene.server.refused == 180)
        assert len(scene.clerk.asked) <= 20


# --- 58 ---


async def test_58_the_waits_before_new_starts_double_with_jitter_and_then_it_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert tuple(2.0**number for number in range(5)) == supervisor_module.BACK_OFF
    monkeypatch.setattr(supervisor_module, "BACK_OFF", tuple(0.001 * wait for wait in supervisor_module.BACK_OFF))
    jitters: list[tuple[float, float]] = []

    def uniform(least: float, most: float) -> float:
        jitters.append((least, most))
        return 1.0

    monkeypatch.setattr("tuui_sampling.servers.supervisor.random.uniform", uniform)
    async with stage(ServerSettings("one", "false"), restart=True) as scene:
        scene.supervisor.start("one")
        server = await scene.until(FAILED)
        assert scene.states["one"] == [STARTING, *[RESTARTING, STARTING] * 5, FAILED]
    assert jitters == [(0.8, 1.2)] * 5
    assert server.reason == "it exited with code 1"


# --- days of running ---


REQUESTS = 4_000
FILLED = 2_000
"""So many fill every ring."""
ROUND = 20


def usage() -> tuple[int, int, int]:
    """Return how many pieces of memory Python has, and how many tasks and open files there are."""
    gc.collect()
    return sys.getallocatedblocks(), len(asyncio.all_tasks()), len(os.listdir("/proc/self/fd"))


async def test_days_of_running_cost_no_memory_no_tasks_and_no_handles(tmp_path: Path) -> None:
    """Thousands of requests that nobody called for, in order, through a real connection, desk and record."""
    decided = 0

    def judge() -> Verdict:
        nonlocal decided
        decided += 1
        return Verdict.PASS if decided % 50 == 0 else Verdict.REJECT

    settings = Settings(
        {"one": server_settings("one", PUPPET)}, {"demo": ModelSettings("demo", "demo")}, default_model="demo"
    )
    async with open_backend(
        settings, os.environ, judge=JudgedBy(judge), restart=False, ledger_path=tmp_path / "record", demo_delay=0
    ) as opened:
        opened.supervisor.start("one")
        server = await opened.supervisor.settled("one")

        async def run(requests: int) -> None:
            for start in range(decided, decided + requests, ROUND):
                lines = [sampling(number, f"prompt {number}") for number in range(start, start + ROUND)]
                await call(opened, "one", "say", after=lines)
                expected = start + ROUND
                await eventually(lambda: decided == expected and not opened.desk.pending)  # noqa: B023

        await run(FILLED)
        pieces, tasks, handles = usage()
        await run(REQUESTS - FILLED)
        pieces_after, tasks_after, handles_after = usage()
        assert decided == REQUESTS
        assert pieces_after - pieces < 1.5 * (REQUESTS - FILLED), "a number for each may stay, anything else is a leak"
        assert tasks_after <= tasks
        assert handles_after <= handles
        assert len(opened.desk.reviews) <= 201
        assert server.refused == 0
