"""The process that outlives us for a moment: what it ends, what it leaves alone, and when it goes."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.desks import eventually, is_alive
from tests.support.limits import LIMIT
from tests.support.paths import ROOT, ServerCommand, raw_server
from tests.support.supervised import PUPPET, stage
from tuui_sampling.servers.transport.guardian import Guardian

pytestmark = pytest.mark.process

SLEEPER = [sys.executable, "-c", "import time; print(flush=True); time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(600)",
]


@contextmanager
def process(argv: list[str]) -> Iterator[int]:
    """Run a process in a group of its own, which has its id; it is gone with the block."""
    with subprocess.Popen(argv, stdout=subprocess.PIPE, start_new_session=True) as running:
        assert running.stdout
        running.stdout.readline()
        try:
            yield running.pid
        finally:
            running.kill()


@contextmanager
def supervising(how: str, *commands: ServerCommand) -> Iterator[tuple["subprocess.Popen[str]", list[int]]]:
    """Run a program that supervises servers, without a terminal; yields it, the guardian's pid, and the groups."""
    script = str(ROOT / "tests" / "support" / "supervising.py")
    argv = [sys.executable, script, how, json.dumps([command.argv for command in commands])]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environ, start_new_session=True
    ) as program:
        try:
            assert program.stdout
            yield program, json.loads(program.stdout.readline())
        finally:
            program.kill()


def memory_of(pid: int) -> int:
    """Return the resident memory of a process in kilobytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


async def test_62_a_killed_program_leaves_no_server_however_stubborn(tmp_path: Path) -> None:
    """The leader of the group, what it started, and what ignores the end of its input and SIGTERM."""
    stubborn, parent = raw_server("ignore-eof"), raw_server("grandchild")
    with supervising("wait", stubborn, parent, PUPPET) as (program, (guardian, *groups)):
        assert len(groups) == 3
        assert all(map(is_alive, (guardian, *groups)))
        program.kill()
        await eventually(lambda: not any(map(is_alive, groups)), "the servers' end")
        await eventually(lambda: not is_alive(guardian), "the guardian's end")


async def test_after_a_clean_end_there_is_no_guardian() -> None:
    with supervising("close", PUPPET) as (program, (guardian, *groups)):
        program.communicate("now\n", timeout=LIMIT)
        assert program.returncode == 0
        assert not any(map(is_alive, (guardian, *groups)))


async def test_it_comes_with_the_first_server_and_goes_with_the_last() -> None:
    async with stage(PUPPET) as scene:
        guardian = scene.supervisor.guardian
        assert guardian.pid is None
        await scene.ready()
        first = guardian.pid
        assert first is not None
        await scene.supervisor.restart("one")
        await scene.supervisor.settled("one")
        assert guardian.pid == first
        await scene.supervisor.aclose()
        assert not is_alive(first)
        assert guardian.pid is None


async def test_no_signal_of_a_terminal_s_ends_it_and_it_is_small() -> None:
    guardian = Guardian()
    with process(SLEEPER) as group:
        guardian.start()
        guardian.began(group)
        assert guardian.pid is not None
        assert os.getsid(guardian.pid) == guardian.pid != os.getsid(0)
        caught = Path(f"/proc/{guardian.pid}/status")
        ignored = sum(1 << number - 1 for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGQUIT))
        await eventually(lambda: int(caught.read_text().split("SigIgn:")[1].split()[0], 16) & ignored == ignored)
        os.killpg(guardian.pid, signal.SIGHUP)
        os.killpg(guardian.pid, signal.SIGTERM)
        assert memory_of(guardian.pid) < 20_000
        assert Path(f"/proc/{guardian.pid}/environ").read_bytes() == b""
        await guardian.aclose()
        await eventually(lambda: not is_alive(group), "it was still listening")


@pytest.mark.parametrize("argv", [SLEEPER, STUBBORN], ids=["kindly", "by force"])
async def test_what_began_is_ended_and_what_ended_is_left_alone(argv: list[str]) -> None:
    guardian = Guardian()
    with process(argv) as ours, process(SLEEPER) as reused:
        guardian.start()
        guardian.began(reused)
        guardian.ended(reused)
        guardian.began(ours)
        await guardian.aclose()
        assert not is_alive(ours)
        assert is_alive(reused)


async def test_one_that_was_killed_or_stopped_is_replaced_and_told_everything() -> None:
    guardian = Guardian()
    with process(SLEEPER) as early, process(SLEEPER) as late:
        guardian.start()
        guardian.began(early)
        first = guardian.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        await eventually(lambda: not is_alive(first))
        guardian.began(late)
        assert guardian.pid not in (None, first)
        await guardian.aclose()
        assert not is_alive(early)
        assert not is_alive(late)


async def test_one_that_does_not_listen_is_waited_for_no_longer_than_it_may_take(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from tuui_sampling.servers.transport import guardian as module

    monkeypatch.setattr(module, "EXIT_SECONDS", 0.01)
    guardian = Guardian()
    guardian.start()
    pid = guardian.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    async with asyncio.timeout(LIMIT):
        await guardian.aclose()
    assert not is_alive(pid)


async def test_where_no_process_can_be_started_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    guardian = Guardian()
    guardian.start()
    assert guardian.pid is None
    guardian.began(1)
    guardian.ended(1)
    await guardian.aclose()


async def test_no_server_holds_our_end_of_the_pipe() -> None:
    """Else the guardian would not hear of our end before the server's."""
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        guardian = scene.supervisor.guardian.pid
        pipe = Path(f"/proc/{guardian}/fd/0").readlink()
        assert pipe not in [one.readlink() for one in Path(f"/proc/{server.pid}/fd").iterdir()]
