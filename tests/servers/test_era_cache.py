"""Which commands are modern: kept between runs of the program, and given up when it is no longer so."""

import json
import stat
from collections.abc import Iterator

import pytest

from tests.support.paths import ROOT, ServerCommand, raw_server
from tests.support.supervised import MODERN_ONLY, stage, texts
from tests.support.warm_start import warm
from tuui_sampling.config.settings import Protocol, ServerSettings
from tuui_sampling.servers import era_cache
from tuui_sampling.servers.state.server import ServerState


@pytest.fixture(autouse=True)
def nothing_learned() -> Iterator[None]:
    """Begin and end as a new run of the program does."""
    era_cache._learned.clear()
    yield
    era_cache._learned.clear()


def settings(command: ServerCommand, protocol: Protocol = "auto") -> ServerSettings:
    command = warm(command)
    return ServerSettings("one", command.command, command.args, cwd=ROOT, protocol=protocol)


def remember(*commands: ServerCommand) -> None:
    """Leave what an earlier run of the program would have left."""
    for command in commands:
        era_cache.learn(settings(command))
    era_cache._learned.clear()


async def test_the_next_run_of_the_program_goes_there_at_once() -> None:
    async with stage(settings(MODERN_ONLY)) as scene:
        await scene.ready()
        assert any("only the modern era" in line for line in texts(scene.server, "event"))
    era_cache._learned.clear()
    async with stage(settings(MODERN_ONLY)) as scene:
        server = await scene.ready()
        assert server.modern
        assert texts(server, "event") == []


async def test_the_file_is_private_and_holds_no_argument() -> None:
    remember(ServerCommand("npx", ("--token", "secret-1234")), MODERN_ONLY)
    path = era_cache.era_file()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "secret" not in path.read_text()
    assert len(json.loads(path.read_text())["modern"]) == 2
    assert list(path.parent.iterdir()) == [path], "nothing unfinished is left"


async def test_a_server_that_became_legacy_is_spoken_to_as_such_and_forgotten() -> None:
    command = raw_server()
    remember(command)
    async with stage(settings(command)) as scene:
        server = await scene.ready()
        assert server.protocol_version == "2025-11-25"
    assert not era_cache.is_modern(settings(command))


async def test_a_server_that_ends_at_the_modern_handshake_is_started_again() -> None:
    """As those do that know only the first message of the legacy era."""
    command = raw_server("exit-at-unknown")
    remember(command)
    async with stage(settings(command)) as scene:
        server = await scene.ready()
        assert server.protocol_version == "2025-11-25"
        assert texts(server, "event") == ["it no longer speaks the modern era; starting it again in the legacy one"]
    assert not era_cache.is_modern(settings(command))


async def test_what_was_just_found_out_is_not_doubted() -> None:
    """Else a server that fails in both eras would be started for ever."""
    command = raw_server("modern-only")
    async with stage(settings(command)) as scene:
        scene.supervisor.start("one")
        await scene.until(ServerState.FAILED)
        assert len([line for line in texts(scene.server, "event") if "starting it again" in line]) == 1
        assert era_cache.is_modern(settings(command))


@pytest.mark.parametrize("protocol", ["legacy", "modern"])
async def test_who_pins_the_era_neither_asks_nor_changes_the_memory(protocol: Protocol) -> None:
    command = raw_server()
    remember(command)
    async with stage(settings(command, protocol)) as scene:
        scene.supervisor.start("one")
        server = await scene.supervisor.settled("one")
        assert (server.state is ServerState.READY) is (protocol == "legacy")
    assert era_cache.is_modern(settings(command))


def test_servers_that_are_called_are_told_apart_by_their_addresses() -> None:
    era_cache.learn(ServerSettings("one", url="http://127.0.0.1:1/mcp"))
    assert era_cache.is_modern(ServerSettings("other name", url="http://127.0.0.1:1/mcp"))
    assert not era_cache.is_modern(ServerSettings("one", url="http://127.0.0.1:2/mcp"))


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{", b"\xff\xfe", b'{"modern": 3}', b'{"modern": [1, null]}', b"[" * 9999]
)
def test_a_file_that_cannot_be_read_is_as_good_as_none(content: bytes) -> None:
    path = era_cache.era_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    assert not era_cache.is_modern(settings(MODERN_ONLY))
    era_cache.learn(settings(MODERN_ONLY))
    era_cache._learned.clear()
    assert era_cache.is_modern(settings(MODERN_ONLY)), "and it is corrected"


def test_a_folder_that_cannot_be_written_costs_the_memory_only() -> None:
    path = era_cache.era_file()
    path.parent.parent.mkdir(parents=True, exist_ok=True)
    path.parent.write_text("a file where the folder should be")
    era_cache.learn(settings(MODERN_ONLY))
    assert era_cache.is_modern(settings(MODERN_ONLY)), "for this run"
    era_cache._learned.clear()
    assert not era_cache.is_modern(settings(MODERN_ONLY))


def test_the_oldest_are_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(era_cache, "MAX_SERVERS", 2)
    commands = [ServerCommand("server", (str(number),)) for number in range(3)]
    remember(*commands)
    assert [era_cache.is_modern(settings(command)) for command in commands] == [False, True, True]
