"""The child process: what it inherits, what it writes beside the protocol, and that nothing of it is left."""

import asyncio
import json
import os
import sys
import time
from pathlib import Path

import pytest

from tests.support.desks import eventually, is_alive
from tests.support.paths import ROOT, raw_server
from tests.support.supervised import PUPPET, sampling, stage, texts
from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.sampling.errors import ServerError
from tuui_sampling.servers.state.log import CAPACITY, LINE_COST
from tuui_sampling.servers.state.server import ServerState

MAX_SECONDS = 6.0
"""So long may the worst of servers take to be ended."""


async def test_59_a_server_that_ignores_everything_is_killed_in_time() -> None:
    async with stage(raw_server("ignore-eof")) as scene:
        server = await scene.ready()
        group = server.pid
        assert group is not None
        assert is_alive(group)
        began = time.monotonic()
        await scene.supervisor.aclose()
        assert time.monotonic() - began <= MAX_SECONDS
        assert not is_alive(group)
        assert server.state is ServerState.STOPPED
        assert server.exit_code == -9


async def test_59_several_that_ignore_everything_are_ended_side_by_side() -> None:
    command = raw_server("ignore-eof")
    servers = [ServerSettings(name, command.command, command.args, cwd=ROOT) for name in ("a", "b", "c")]
    async with stage(*servers) as scene:
        for one in servers:
            await scene.ready(one.name)
        groups = scene.supervisor.process_groups()
        assert len(groups) == 3
        began = time.monotonic()
        await scene.supervisor.aclose()
        assert time.monotonic() - began <= MAX_SECONDS
        assert not any(map(is_alive, groups))


@pytest.mark.parametrize("how", ["stop", "exit", "kill"])
async def test_60_a_grandchild_does_not_outlive_its_server(how: str, tmp_path: Path) -> None:
    pid_file = tmp_path / "pids"
    async with stage(raw_server("grandchild", "--pid-file", str(pid_file))) as scene:
        server = await scene.ready()
        own, grandchild = map(int, pid_file.read_text().split())
        assert server.pid == own == os.getpgid(grandchild)
        if how == "stop":
            await scene.supervisor.stop("one")
        elif how == "exit":
            with pytest.raises(ServerError):
                await scene.call("die_pending", prompt="x")
        else:
            os.kill(own, 9)
        await eventually(lambda: not server.is_running)
        assert not is_alive(own)


async def test_a_child_that_is_being_started_is_known_to_whoever_has_to_end_it() -> None:
    async with stage(raw_server("slow-start", "--delay", "600")) as scene:
        scene.supervisor.start("one")
        await eventually(scene.supervisor.process_groups)
        (group,) = scene.supervisor.process_groups()
        assert is_alive(group)
        os.killpg(group, 9)
        await scene.until(ServerState.FAILED)
        assert scene.supervisor.process_groups() == ()


# --- the environment ---


async def test_65_the_environment_is_an_allow_list() -> None:
    environ = dict(os.environ) | {
        "OPENAI_API_KEY": "sk-1",
        "ANTHROPIC_API_KEY": "sk-2",
        "HTTPS_PROXY": "http://proxy",
        "LANG": "de_DE.UTF-8",
        "WANTED": "yes",
    }
    settings = ServerSettings(
        "one",
        PUPPET.command,
        PUPPET.args,
        cwd=ROOT,
        env={"EXTRA": "given", "PATH": "/given"},
        inherit_env=("WANTED", "NOT_SET_ANYWHERE"),
    )
    async with stage(settings, environ=environ) as scene:
        await scene.ready()
        seen = json.loads((await scene.call("tell")).text)
    assert not {"OPENAI_API_KEY", "ANTHROPIC_API_KEY", "HTTPS_PROXY", "LANG", "NOT_SET_ANYWHERE"} & set(seen)
    assert (seen["WANTED"], seen["EXTRA"], seen["PATH"]) == ("yes", "given", "/given")
    assert seen["HOME"] == os.environ["HOME"]


async def test_the_working_folder(tmp_path: Path) -> None:
    settings = ServerSettings("one", PUPPET.command, PUPPET.args, cwd=tmp_path)
    async with stage(settings) as scene:
        server = await scene.ready()
        assert Path(f"/proc/{server.pid}/cwd").resolve() == tmp_path.resolve()


# --- standard error ---


async def test_standard_error_goes_to_the_log_and_never_to_ours(capfd: pytest.CaptureFixture[str]) -> None:
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        await scene.call("tell", stderr="one\r\n\x1b[31mtwo\n\nunfinished")
        await eventually(lambda: len(texts(server, "stderr")) >= 3)
        await scene.supervisor.stop("one")
        assert texts(server, "stderr") == ["one", "\x1b[31mtwo", "", "unfinished"]
    assert capfd.readouterr() == ("", "")


async def test_64_a_flood_on_standard_error_is_bounded_and_hinders_nobody() -> None:
    async with stage(raw_server("stderr-flood", "--bytes", "4000000")) as scene:
        server = await scene.ready()
        calling = scene.call("ask", prompt="hello")
        (await scene.clerk.next()).deliver("x")
        assert not (await calling).is_error
        await eventually(lambda: server.log.revision > 40_000)
        assert sum(len(line.text) + LINE_COST for line in server.log) <= CAPACITY
        assert server.log.dropped > 30_000


async def test_a_server_that_does_not_read_hinders_nobody_and_can_be_stopped() -> None:
    deaf = ServerSettings("deaf", PUPPET.command, PUPPET.args, cwd=ROOT)
    other = ServerSettings("other", PUPPET.command, PUPPET.args, cwd=ROOT)
    async with stage(deaf, other) as scene:
        await scene.ready("deaf")
        await scene.ready("other")
        assert scene.server.pid is not None
        os.kill(scene.server.pid, 19)  # SIGSTOP: it neither reads nor writes
        stuck = [scene.call("say", before=["x" * 100_000]) for _ in range(5)]
        result = await scene.supervisor.call_tool("other", "heard", {})
        assert json.loads(result.text) is not None
        began = time.monotonic()
        await scene.supervisor.aclose()
        assert time.monotonic() - began <= MAX_SECONDS
        for failed in await asyncio.gather(*stuck, return_exceptions=True):
            assert isinstance(failed, ServerError)


async def test_a_large_message_goes_both_ways() -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        await scene.say(sampling(1, "x" * 4_000_000))
        asked = await scene.clerk.next()
        assert len(asked.prompt) == 4_000_000
        asked.deliver("y" * 4_000_000)
        reply = (await scene.replies(1))[1]
        assert len(reply["result"]["content"]["text"]) == 4_000_000


async def test_a_server_that_ignores_the_end_of_its_input_is_asked_kindly_before_it_is_killed(tmp_path: Path) -> None:
    mark = tmp_path / "asked"
    program = (
        "import pathlib, signal, sys, time\n"
        f"signal.signal(15, lambda *_: (pathlib.Path({str(mark)!r}).touch(), sys.exit(0)))\n"
        "print('here', flush=True)\ntime.sleep(600)"
    )
    async with stage(ServerSettings("one", sys.executable, ("-c", program))) as scene:
        scene.supervisor.start("one")
        await eventually(lambda: texts(scene.server, "stdout"), "a sign of life")
        await scene.supervisor.stop("one")
    assert mark.exists()
