"""The process that outlives us for a moment: what it ends, what it leaves alone, and when it goes."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from tests.support.desks import eventually, is_alive
from tests.support.limits import LIMIT
from tests.support.paths import ROOT, ServerCommand, raw_server
from tests.support.supervised import PUPPET, stage
from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.servers.transport import guardian as module
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


def escaping(pids: Path) -> ServerCommand:
    """
    Return a server with three helpers, each in a session of its own, whose ids it writes.

    The first is its child, the second was left by its parent, and the third has cleared its environment.
    """
    server = raw_server("plain")
    script = (
        f"(setsid sleep 600 & echo $! >> {pids}); setsid sleep 600 & echo $! >> {pids}; "
        f'env -i setsid sleep 600 & echo $! >> {pids}; exec "$@"'
    )
    return ServerCommand("sh", ("-c", script, "sh", *server.argv))


def helpers_of(pids: Path) -> list[int]:
    """Return the ids of the helpers."""
    return [int(line) for line in pids.read_text().split()]


@pytest.mark.hostile(60, 62)
@pytest.mark.parametrize("how", ["killed", "closed", "stopped", "restarted"])
async def test_what_has_left_its_group_is_ended_too(tmp_path: Path, how: str) -> None:
    pids = tmp_path / "pids"
    if how in ("killed", "closed"):
        with supervising("wait" if how == "killed" else "close", escaping(pids)) as (program, _):
            helpers = helpers_of(pids)
            assert len(helpers) == 3
            assert all(map(is_alive, helpers))
            if how == "killed":
                program.kill()
                helpers.pop()  # its server ends with its input, and may be gone before anybody looks whose child it was
            else:
                program.communicate("now\n", timeout=LIMIT)
            await eventually(lambda: not any(map(is_alive, helpers)), "the helpers' end")
        return
    async with stage(escaping(pids)) as scene:
        await scene.ready()
        helpers = helpers_of(pids)
        assert all(map(is_alive, helpers))
        if how == "stopped":
            await scene.supervisor.stop("one")
        else:
            await scene.supervisor.restart("one")
        assert not any(map(is_alive, helpers))


async def test_nothing_of_another_server_is_ended(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    settings = [
        ServerSettings(name, command.command, command.args)
        for name, command in (("one", escaping(first)), ("two", escaping(second)))
    ]
    async with stage(*settings) as scene:
        await scene.ready("one")
        await scene.ready("two")
        await scene.supervisor.stop("one")
        assert not any(map(is_alive, helpers_of(first)))
        assert all(map(is_alive, helpers_of(second)))


async def test_one_that_dies_is_replaced_though_no_server_starts_or_ends() -> None:
    guardian = Guardian()
    with process(SLEEPER) as group:
        guardian.start()
        guardian.began(group, "mark")
        for _ in range(3):
            dead = guardian.pid
            assert dead is not None
            os.kill(dead, signal.SIGKILL)
            await eventually(lambda: guardian.pid not in (None, dead), "another one")  # noqa: B023
        await guardian.aclose()
        await eventually(lambda: not is_alive(group))


async def test_one_that_dies_again_and_again_is_replaced_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SHORT_LIFE", 0.05)
    monkeypatch.setattr(module, "DESCENDANTS", Path(os.devnull))
    monkeypatch.setattr(module, "SCRIPT", "pass")  # it dies at once
    starts: list[float] = []
    start = module.Guardian._start

    def noted(self: Guardian) -> None:
        starts.append(asyncio.get_running_loop().time())
        start(self)

    monkeypatch.setattr(module.Guardian, "_start", noted)
    guardian = Guardian()
    guardian.start()
    await eventually(lambda: len(starts) > 5)
    assert max(later - earlier for earlier, later in pairwise(starts)) >= 0.05
    await guardian.aclose()


async def test_killed_after_its_guardian_was_killed_a_program_leaves_nothing() -> None:
    with supervising("wait", raw_server("ignore-eof"), PUPPET) as (program, (guardian, *groups)):
        os.kill(guardian, signal.SIGKILL)
        await eventually(lambda: len(children_of(program.pid) - {guardian, *groups}) == 1, "another guardian")
        program.kill()
        await eventually(lambda: not any(map(is_alive, groups)), "the servers' end")


def children_of(pid: int) -> set[int]:
    """Return the processes that a process has started."""
    return {int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


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
        guardian.began(group, "mark")
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
        guardian.began(reused, "mark")
        guardian.ended(reused)
        guardian.began(ours, "mark")
        await guardian.aclose()
        assert not is_alive(ours)
        assert is_alive(reused)


async def test_one_that_was_killed_or_stopped_is_replaced_and_told_everything() -> None:
    guardian = Guardian()
    with process(SLEEPER) as early, process(SLEEPER) as late:
        guardian.start()
        guardian.began(early, "mark")
        first = guardian.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        await eventually(lambda: not is_alive(first))
        guardian.began(late, "mark")
        assert guardian.pid not in (None, first)
        await guardian.aclose()
        assert not is_alive(early)
        assert not is_alive(late)


async def test_one_that_does_not_listen_is_waited_for_no_longer_than_it_may_take(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
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
    guardian.began(1, "mark")
    guardian.ended(1)
    await guardian.aclose()


async def test_no_server_holds_our_end_of_the_pipe() -> None:
    """Else the guardian would not hear of our end before the server's."""
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        guardian = scene.supervisor.guardian.pid
        pipe = Path(f"/proc/{guardian}/fd/0").readlink()
        assert pipe not in [one.readlink() for one in Path(f"/proc/{server.pid}/fd").iterdir()]


async def test_a_line_that_comes_in_two_pieces_is_one() -> None:
    guardian = Guardian()
    with process(SLEEPER) as ours:
        guardian.start()
        line = f"+{ours} mark\n".encode()
        for piece in (line[:2], line[2:-3], line[-3:]):
            os.write(guardian._pipe, piece)
            await asyncio.sleep(0.2)  # so that it reads them one by one
        await guardian.aclose()
        assert not is_alive(ours)


async def test_the_group_of_a_server_that_has_ended_is_forgotten() -> None:
    """Its number may be another's by then."""
    async with stage(PUPPET) as scene:
        await scene.ready()
        assert len(scene.supervisor.guardian._groups) == 1
        await scene.supervisor.stop("one")
        assert scene.supervisor.guardian._groups == {}
