"""Every state that a server can be in, how it gets there, and the words for it."""

import asyncio
import signal
from pathlib import Path

import pytest

from tests.support.desks import eventually
from tests.support.paths import ROOT, ServerCommand, raw_server
from tests.support.supervised import PUPPET, sampling, stage, texts
from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.sampling.errors import ServerError
from tuui_sampling.servers import supervisor as supervisor_module
from tuui_sampling.servers.state.server import Server, ServerState

STOPPED, STARTING, READY = ServerState.STOPPED, ServerState.STARTING, ServerState.READY
RESTARTING, STOPPING, FAILED = ServerState.RESTARTING, ServerState.STOPPING, ServerState.FAILED


@pytest.fixture
def quick_back_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait hardly at all before a new start."""
    monkeypatch.setattr(supervisor_module, "BACK_OFF", (0.001, 0.002, 0.003))


@pytest.fixture
def endless_back_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for ever before a new start, so that only a hand can end it."""
    monkeypatch.setattr(supervisor_module, "BACK_OFF", (1e6,))


# --- by hand ---


async def test_start_and_stop() -> None:
    async with stage(PUPPET) as scene:
        assert scene.server.state is STOPPED
        server = await scene.ready()
        assert server.pid is not None
        assert scene.supervisor.process_groups() == (server.pid,)
        assert (server.title, server.version) == ("The puppet", "1")
        assert (server.protocol_version, server.modern) == ("2025-11-25", False)
        assert server.instructions == "Pull the strings."
        assert server.exit_code is None
        await scene.supervisor.stop("one")
        assert server.state is STOPPED
        assert scene.supervisor.process_groups() == ()
        assert (server.tools, server.reason, server.hint) == ((), "", "")
        assert server.exit_code == 0
        assert scene.states["one"] == [STARTING, READY, STOPPING, STOPPED]


async def test_the_time_of_a_state_is_the_time_of_entering_it() -> None:
    async with stage(PUPPET) as scene:
        scene.supervisor.start("one")
        starting = scene.server.since
        await scene.ready()
        assert scene.server.since > starting


async def test_restart_makes_a_new_process() -> None:
    async with stage(PUPPET) as scene:
        first = (await scene.ready()).pid
        await scene.supervisor.restart("one")
        second = (await scene.supervisor.settled("one")).pid
        assert second is not None
        assert first != second
        assert scene.states["one"] == [STARTING, READY, STOPPING, STOPPED, STARTING, READY]


async def test_starting_twice_is_starting_once_and_stopping_twice_likewise() -> None:
    async with stage(PUPPET) as scene:
        pid = (await scene.ready()).pid
        scene.supervisor.start("one")
        assert (scene.server.state, scene.server.pid) == (READY, pid)
        await asyncio.gather(scene.supervisor.stop("one"), scene.supervisor.stop("one"))
        await scene.supervisor.stop("one")
        assert scene.server.state is STOPPED


async def test_stopping_while_it_starts() -> None:
    async with stage(raw_server("slow-start", "--delay", "600")) as scene:
        scene.supervisor.start("one")
        await eventually(scene.supervisor.process_groups)
        await scene.supervisor.stop("one")
        assert scene.server.state is STOPPED
        assert scene.states["one"] == [STARTING, STOPPING, STOPPED]
        assert scene.supervisor.process_groups() == ()


async def test_stopping_at_once() -> None:
    async with stage(PUPPET) as scene:
        scene.supervisor.start("one")
        await scene.supervisor.stop("one")
        assert scene.states["one"] == [STARTING, STOPPING, STOPPED]


async def test_stopping_in_the_moment_in_which_it_becomes_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of tools is there, and nobody has looked at it yet: the stop counts, and nothing starts again."""
    from tuui_sampling.servers.primitives.lists import Lists

    async with stage(PUPPET, restart=True) as scene:
        stopping: list[asyncio.Task[None]] = []
        list_tools = Lists.list_tools

        async def stopped_meanwhile(lists: Lists, client: object) -> None:
            await list_tools(lists, client)  # type: ignore[arg-type]
            stopping.append(asyncio.create_task(scene.supervisor.stop("one")))
            await asyncio.sleep(0)

        monkeypatch.setattr(Lists, "list_tools", stopped_meanwhile)
        scene.supervisor.start("one")
        await eventually(lambda: stopping)
        await stopping[0]
        assert scene.server.state is STOPPED
        assert scene.states["one"] == [STARTING, STOPPING, STOPPED]


async def test_57_all_that_are_enabled_start_side_by_side_and_one_that_fails_harms_none() -> None:
    def settings(name: str, command: ServerCommand, **more: bool) -> ServerSettings:
        return ServerSettings(name, command.command, command.args, cwd=ROOT, enabled=more.get("enabled", True))

    servers = [
        settings("a", PUPPET),
        settings("missing", ServerCommand("/nowhere/at-all", ())),
        settings("off", PUPPET, enabled=False),
        settings("b", PUPPET),
    ]
    async with stage(*servers) as scene:
        scene.supervisor.start_all()
        settled = [await scene.supervisor.settled(name) for name in ("a", "missing", "off", "b")]
        assert [server.state for server in settled] == [READY, FAILED, STOPPED, READY]
        assert len(scene.supervisor.process_groups()) == 2


async def test_a_server_that_nobody_configured() -> None:
    async with stage(PUPPET) as scene:
        with pytest.raises(ServerError, match="no server is named two") as raised:
            scene.supervisor.start("two")
        assert raised.value.hint == "configured: one"


# --- what can't be started ---


@pytest.mark.parametrize(
    ("command", "hint"),
    [
        ("no-such-command-anywhere", "check `command` in the configuration, and PATH"),
        ("/no/such/path", "check `command` in the configuration, and PATH"),
        ("npx", "install Node.js, which brings npx"),
        ("uvx", "install uv, which brings uvx"),
    ],
)
async def test_57_a_missing_command(command: str, hint: str, tmp_path: Path) -> None:
    async with stage(ServerSettings("one", command), environ={"PATH": str(tmp_path)}, restart=True) as scene:
        scene.supervisor.start("one")
        server = await scene.until(FAILED)
        assert server.reason == f"the command {command} was not found"
        assert server.hint == hint
        assert scene.states["one"] == [STARTING, FAILED]


async def test_57_a_command_that_may_not_be_executed(tmp_path: Path) -> None:
    script = tmp_path / "server"
    script.write_text("#!/bin/sh\n")
    async with stage(ServerSettings("one", str(script))) as scene:
        scene.supervisor.start("one")
        server = await scene.until(FAILED)
        assert server.reason == f"the command {script} may not be executed"
        assert "executable" in server.hint


@pytest.mark.parametrize(("make", "problem"), [(None, "does not exist"), (Path.touch, "is not a folder")])
async def test_57_a_bad_folder(make: object, problem: str, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    if callable(make):
        make(folder)
    async with stage(ServerSettings("one", PUPPET.command, PUPPET.args, cwd=folder)) as scene:
        scene.supervisor.start("one")
        server = await scene.until(FAILED)
        assert server.reason == f"its folder {folder} {problem}"
        assert "cwd" in server.hint


async def test_a_command_that_is_no_program_and_an_argument_with_a_nul(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_bytes(b"\x7fELF nonsense")
    program.chmod(0o755)
    nul = ServerSettings("nul", PUPPET.command, ("a\0b",))
    async with stage(ServerSettings("one", str(program)), nul, restart=True) as scene:
        scene.supervisor.start_all()
        for name in ("one", "nul"):
            server = await scene.supervisor.settled(name)
            assert server.state is FAILED
            assert server.reason.startswith("it could not be started: ")


async def test_a_server_that_failed_can_be_started_and_stopped_again(tmp_path: Path) -> None:
    link = tmp_path / "late"
    async with stage(ServerSettings("one", str(link), PUPPET.args, cwd=ROOT)) as scene:
        scene.supervisor.start("one")
        await scene.until(FAILED)
        link.write_text(f'#!/bin/sh\nexec "{PUPPET.command}" "$@"\n')
        link.chmod(0o755)
        server = await scene.ready()
        await scene.supervisor.stop("one")
        link.unlink()
        scene.supervisor.start("one")
        await scene.until(FAILED)
        await scene.supervisor.stop("one")
        assert server.state is STOPPED


# --- what ends by itself ---


@pytest.mark.usefixtures("quick_back_off")
async def test_58_a_crash_at_the_start_is_tried_again_and_then_given_up(capfd: pytest.CaptureFixture[str]) -> None:
    async with stage(raw_server("crash-at-start"), restart=True) as scene:
        scene.supervisor.start("one")
        server = await scene.until(FAILED)
        assert scene.states["one"] == [STARTING, *[RESTARTING, STARTING] * 3, FAILED]
        assert server.reason == "it exited with code 3"
        assert server.hint == "its log says more"
        assert (server.exit_code, server.restarts) == (3, 3)
        assert texts(server, "stderr") == ["raw server: the licence file is missing"] * 4
        assert server.log.last("event") == "it exited with code 3"
    assert capfd.readouterr() == ("", "")


async def test_without_restarts_the_first_end_is_the_last() -> None:
    async with stage(raw_server("crash-at-start")) as scene:
        scene.supervisor.start("one")
        await scene.until(FAILED)
        assert scene.states["one"] == [STARTING, FAILED]


@pytest.mark.usefixtures("endless_back_off")
async def test_starting_by_hand_cuts_the_wait_short_and_stopping_ends_it() -> None:
    async with stage(PUPPET, restart=True) as scene:
        await scene.ready()
        with pytest.raises(ServerError, match="it exited with code 9"):
            await scene.call("exit", code=9)
        server = await scene.until(RESTARTING)
        assert server.hint.endswith("(1 of 1)")
        scene.supervisor.start("one")
        await scene.until(READY)
        with pytest.raises(ServerError):
            await scene.call("exit", code=9)
        await eventually(lambda: server.state is not READY)
        assert server.state is FAILED, "the limit counts both"
        await scene.ready()
        assert server.restarts == 0, "by hand is a new beginning"
        with pytest.raises(ServerError):
            await scene.call("exit", code=9)
        await scene.until(RESTARTING)
        await scene.supervisor.stop("one")
        assert server.state is STOPPED


@pytest.mark.usefixtures("quick_back_off")
async def test_being_ready_for_long_makes_up_for_earlier_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor_module, "STEADY", 0.0)
    async with stage(PUPPET, restart=True) as scene:
        for _ in range(5):
            await scene.ready()
            with pytest.raises(ServerError):
                await scene.call("exit", code=1)
            await eventually(lambda: scene.server.state is not READY)
            assert scene.server.restarts <= 1


@pytest.mark.usefixtures("quick_back_off")
async def test_starting_slowly_makes_up_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor_module, "STEADY", 0.0)
    async with stage(raw_server("crash-at-start"), restart=True) as scene:
        scene.supervisor.start("one")
        await scene.until(FAILED)


@pytest.mark.parametrize(
    ("how", "words", "code"),
    [
        ({"code": 0}, "it exited with code 0", 0),
        ({"code": 7}, "it exited with code 7", 7),
        ({"signal": signal.SIGKILL}, "it was ended by SIGKILL", -9),
        ({"signal": signal.SIGSEGV}, "it was ended by SIGSEGV", -11),
    ],
)
async def test_the_end_in_words(how: dict[str, int], words: str, code: int) -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        with pytest.raises(ServerError, match=words):
            await scene.call("exit", **how)
        server = await scene.until(FAILED)
        assert (server.reason, server.exit_code) == (words, code)


async def test_a_crash_while_idle_is_noticed() -> None:
    async with stage(PUPPET) as scene:
        server = await scene.ready()
        assert server.pid is not None
        import os

        os.kill(server.pid, signal.SIGKILL)
        await scene.until(FAILED)
        assert server.reason == "it was ended by SIGKILL"


@pytest.mark.parametrize(("tool", "words"), [("mute", "it closed its output"), ("deaf", "it closed its input")])
async def test_a_server_that_closes_a_pipe_and_lives_on(tool: str, words: str) -> None:
    """The words say what it did, and not what we did to it then."""
    async with stage(PUPPET) as scene:
        await scene.ready()
        calling = scene.call(tool)
        if tool == "deaf":  # nothing tells, until somebody writes
            await eventually(lambda: scene.server.calls)
            again = asyncio.create_task(write_until_it_fails(scene.server, scene.supervisor))
            await again
        with pytest.raises(ServerError, match=words):
            await calling
        server = await scene.until(FAILED)
        assert server.reason == words


async def write_until_it_fails(server: Server, supervisor: supervisor_module.Supervisor) -> None:
    """Call tools, each given up at once, until one of them finds the connection gone."""
    while True:
        try:
            async with asyncio.timeout(0.05):
                await supervisor.call_tool(server.name, "wait", {})
        except TimeoutError:
            continue
        except ServerError:
            return


async def test_a_slow_start_ends_at_its_own_timeout() -> None:
    command = raw_server("slow-start", "--delay", "600")
    slow = ServerSettings("one", command.command, command.args, cwd=ROOT, startup_timeout=0.3)
    async with stage(slow) as scene:
        scene.supervisor.start("one")
        server = await scene.until(FAILED)
        assert server.reason == "it was not ready within 0.3 s; raise startup_timeout if it needs longer"
        assert scene.states["one"] == [STARTING, FAILED]
        assert scene.supervisor.process_groups() == ()


async def test_the_startup_timeout_ends_with_the_start() -> None:
    settings = ServerSettings("one", PUPPET.command, PUPPET.args, cwd=ROOT, startup_timeout=2.0)
    async with stage(settings) as scene:
        await scene.ready()
        handles = [handle for handle in asyncio.get_running_loop()._scheduled if not handle.cancelled()]  # type: ignore[attr-defined]
        assert not [handle for handle in handles if "_too_slow" in repr(handle)]


async def test_a_refused_handshake_is_permanent() -> None:
    """A server may use the code that the SDK has for a lost connection; it is its own refusal all the same."""
    for code in (-32000, -32603):
        async with stage(raw_server("modern-only", "--code", str(code)), restart=True) as scene:
            scene.supervisor.start("one")
            server = await scene.until(FAILED)
            assert server.reason == f"it refused the connection: initialize is not supported ({code})"
            assert scene.states["one"] == [STARTING, FAILED]


async def test_nothing_is_left_over_when_everything_is_closed() -> None:
    async with stage(PUPPET) as scene:
        await scene.ready()
        await scene.say(sampling("a"))
        asked = await scene.clerk.next()
        waiting = scene.call("wait")
        await eventually(lambda: len(scene.server.calls) == 1)
        await scene.supervisor.aclose()
        assert asked.withdrawn == "this program ended"
        with pytest.raises(ServerError, match="this program ended"):
            await waiting
        ours = {task.get_name() for task in asyncio.all_tasks() if task is not asyncio.current_task()}
        assert not [name for name in ours if name.startswith(("one ", "keep "))]


async def test_a_server_that_ends_is_not_started_again_before_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor_module, "BACK_OFF", (600.0,) * 5)
    async with stage(ServerSettings("one", "false"), restart=True) as scene:
        scene.supervisor.start("one")
        server = await scene.until(ServerState.RESTARTING)
        await asyncio.sleep(0.3)  # long enough for a start that should not be
        assert (server.state, server.restarts) == (ServerState.RESTARTING, 1)
        scene.supervisor.start("one")  # by hand: now
        await eventually(lambda: server.restarts == 2)
