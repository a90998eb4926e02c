"""Both eras of the protocol, on servers of both lines of the SDK."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.desks import eventually
from tests.support.paths import ROOT, ServerCommand, modern_sdk_server, raw_server
from tests.support.supervised import MODERN_ONLY, PUPPET, stage, texts
from tests.support.warm_start import warm
from tuui_sampling.config.server_settings import ContextName
from tuui_sampling.config.settings import Protocol, ServerSettings
from tuui_sampling.sampling.errors import CallRefused, ServerError
from tuui_sampling.servers import era_cache
from tuui_sampling.servers.state.server import ServerState


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """Forget which commands are modern."""
    yield
    era_cache._learned.clear()


def speaking(protocol: Protocol, command: ServerCommand) -> ServerSettings:
    """Return a server's settings with that protocol."""
    command = warm(command)
    return ServerSettings("one", command.command, command.args, cwd=ROOT, protocol=protocol)


@pytest.mark.parametrize("protocol", ["auto", "legacy"])
async def test_a_server_of_both_eras_is_spoken_to_in_the_legacy_one(protocol: Protocol) -> None:
    async with stage(speaking(protocol, modern_sdk_server())) as scene:
        server = await scene.ready()
        assert (server.protocol_version, server.modern) == ("2025-11-25", False)
        calling = scene.call("ask", prompt="hello", max_tokens=7)
        asked = await scene.clerk.next()
        assert (asked.prompt, asked.request.max_tokens, asked.origin.modern) == ("hello", 7, False)
        asked.deliver("world")
        assert (await calling).text == "world"


async def test_sampling_inside_of_a_modern_call() -> None:
    async with stage(speaking("modern", modern_sdk_server())) as scene:
        server = await scene.ready()
        assert server.modern
        calling = scene.call("ask_resolved", prompt="hello")
        asked = await scene.clerk.next()
        origin = asked.origin
        assert (origin.modern, origin.tool, origin.presumed, origin.unsolicited) == (True, "ask_resolved", False, False)
        assert '"hello"' in origin.raw
        asked.deliver("world")
        assert (await calling).text == "world"


async def test_each_of_two_modern_calls_knows_its_request() -> None:
    async with stage(speaking("modern", modern_sdk_server())) as scene:
        await scene.ready()
        calls = {prompt: scene.call("ask_resolved", prompt=prompt) for prompt in ("one", "two")}
        for asked in (await scene.clerk.next(1), await scene.clerk.next(0)):
            assert (asked.origin.tool, asked.origin.presumed) == ("ask_resolved", False)
            asked.deliver(f"re: {asked.prompt}")
        assert {prompt: (await calling).text for prompt, calling in calls.items()} == {
            "one": "re: one",
            "two": "re: two",
        }


async def test_a_rejection_in_the_modern_era_ends_the_call() -> None:
    async with stage(speaking("modern", modern_sdk_server())) as scene:
        await scene.ready()
        calling = scene.call("ask_resolved", prompt="hello")
        (await scene.clerk.next()).reject()
        with pytest.raises(CallRefused, match="-1: User rejected sampling request"):
            await calling
        assert scene.server.state is ServerState.READY


async def test_a_cancelled_modern_call_withdraws_its_request() -> None:
    async with stage(speaking("modern", modern_sdk_server())) as scene:
        await scene.ready()
        calling = scene.call("ask_resolved", prompt="hello")
        asked = await scene.clerk.next()
        calling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await calling
        assert asked.withdrawn == "the call that it belonged to ended"


async def test_the_end_of_a_modern_server_withdraws_what_it_asked() -> None:
    """Nothing is on the wire while the human thinks, so nothing but us can end it."""
    async with stage(speaking("modern", modern_sdk_server())) as scene:
        await scene.ready()
        calling = scene.call("ask_resolved", prompt="hello")
        asked = await scene.clerk.next()
        with pytest.raises(ServerError, match="it exited with code 9"):
            await scene.call("die", code=9)
        with pytest.raises(ServerError, match="it exited with code 9"):
            await calling
        assert asked.withdrawn == "it exited with code 9"


async def test_a_stopped_modern_server_withdraws_what_it_asked() -> None:
    async with stage(speaking("modern", modern_sdk_server())) as scene:
        await scene.ready()
        calling = scene.call("ask_resolved", prompt="hello")
        asked = await scene.clerk.next()
        await scene.supervisor.stop("one")
        with pytest.raises(ServerError, match="stopped by hand"):
            await calling
        assert asked.withdrawn == "stopped by hand"


async def test_auto_moves_on_to_the_modern_era_and_remembers() -> None:
    async with stage(speaking("auto", MODERN_ONLY)) as scene:
        server = await scene.ready()
        assert server.modern
        assert any("only the modern era" in line for line in texts(server, "event"))
        calling = scene.call("ask_resolved", prompt="hello")
        (await scene.clerk.next()).deliver("world")
        assert (await calling).text == "world"
        moves = len(texts(server, "event"))
        await scene.supervisor.restart("one")
        await eventually(lambda: server.state is ServerState.READY)
        assert len(texts(server, "event")) == moves, "the second start went there at once"


async def test_auto_moves_on_where_the_legacy_handshake_is_not_known_at_all() -> None:
    command = ServerCommand(MODERN_ONLY.command, (*MODERN_ONLY.args, "-32601"))
    async with stage(speaking("auto", command)) as scene:
        assert (await scene.ready()).modern


@pytest.mark.parametrize("code", [-32022, -32601])
async def test_legacy_alone_does_not_move_on(code: int) -> None:
    command = raw_server("modern-only", "--code", str(code))
    async with stage(speaking("legacy", command), restart=True) as scene:
        scene.supervisor.start("one")
        server = await scene.until(ServerState.FAILED)
        assert server.reason == f"it refused the connection: initialize is not supported ({code})"


async def test_modern_alone_does_not_fall_back() -> None:
    async with stage(speaking("modern", raw_server()), restart=True) as scene:
        scene.supervisor.start("one")
        server = await scene.until(ServerState.FAILED)
        assert server.reason == "it speaks only 2025-11-25"
        assert "protocol" in server.hint
        assert scene.states["one"] == [ServerState.STARTING, ServerState.FAILED]


@pytest.mark.parametrize("has_roots", [True, False])
async def test_roots_are_declared_only_where_there_are_any(tmp_path: Path, has_roots: bool) -> None:
    roots = (tmp_path,) if has_roots else ()
    async with stage(ServerSettings("one", PUPPET.command, PUPPET.args, cwd=ROOT, roots=roots)) as scene:
        server = await scene.ready()
        (first, *_) = server.trace
        assert first.method == "initialize"
        assert ("roots" in json.loads(first.data)["params"]["capabilities"]) is has_roots


@pytest.mark.parametrize(
    ("context", "offers", "declared"), [("ask", True, True), ("never", True, False), ("ask", False, False)]
)
async def test_context_is_declared_only_where_a_person_picks_it(
    context: ContextName, offers: bool, declared: bool
) -> None:
    settings = ServerSettings("one", PUPPET.command, PUPPET.args, cwd=ROOT, context=context)
    async with stage(settings, offers_context=offers) as scene:
        (first, *_) = (await scene.ready()).trace
        sampling = json.loads(first.data)["params"]["capabilities"]["sampling"]
        assert sampling == {"tools": {}} | ({"context": {}} if declared else {})
