"""Servers that are called over Streamable HTTP: both eras, both lines of the SDK, and everything that can go wrong."""

import asyncio
import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.desks import eventually
from tests.support.http_servers import called
from tests.support.supervised import stage, texts
from tuui_sampling.config.settings import Protocol, ServerSettings
from tuui_sampling.sampling.errors import CallRefused, ServerError
from tuui_sampling.servers import era_cache
from tuui_sampling.servers import supervisor as supervisor_module
from tuui_sampling.servers.state.server import ServerState

SECRET = "tok-0123456789-secret"
PLAIN_ERA = {"legacy": "2025-11-25", "modern": "2026-07-28"}


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """Forget which servers are modern."""
    yield
    era_cache._learned.clear()


@pytest.fixture
def quick_back_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait hardly at all before a new start."""
    monkeypatch.setattr(supervisor_module, "BACK_OFF", (0.01,) * 50)


@pytest.mark.parametrize("era", ["legacy", "modern"])
async def test_a_request_is_answered(era: Protocol) -> None:
    async with called() as far, stage(far.settings(protocol=era)) as scene:
        server = await scene.ready()
        assert server.protocol_version == PLAIN_ERA[era]
        assert (server.pid, server.exit_code, scene.supervisor.process_groups()) == (None, None, ())
        calling = scene.call("ask_resolved", prompt="hello")
        asked = await scene.clerk.next()
        assert (asked.prompt, asked.origin.modern, asked.origin.tool) == ("hello", era == "modern", "ask_resolved")
        assert '"hello"' in asked.origin.raw
        asked.deliver("world")
        assert (await calling).text == "world"


@pytest.mark.parametrize("era", ["legacy", "modern"])
async def test_a_request_is_rejected(era: Protocol) -> None:
    async with called() as far, stage(far.settings(protocol=era)) as scene:
        await scene.ready()
        calling = scene.call("ask_resolved", prompt="hello")
        (await scene.clerk.next()).reject()
        with pytest.raises(CallRefused, match="-1: User rejected sampling request"):
            await calling
        assert scene.server.state is ServerState.READY


async def test_what_is_pushed_comes_on_the_stream_of_its_call_or_on_the_one_that_listens() -> None:
    async with called() as far, stage(far.settings()) as scene:
        await scene.ready()
        pushing = scene.call("ask", prompt="during", max_tokens=7)
        (await scene.clerk.next()).deliver("one")
        assert (await pushing).text == "one"
        await scene.call("late", prompt="after")
        asked = await scene.clerk.next(1)
        assert asked.prompt == "after"
        asked.deliver("two")


async def test_of_two_calls_of_one_tool_it_is_known_which_one_asks() -> None:
    async with called() as far, stage(far.settings()) as scene:
        await scene.ready()
        calling = {prompt: scene.call("ask_resolved", prompt=prompt) for prompt in ("first", "second")}
        await eventually(lambda: len(scene.server.calls) == 2)
        for number in range(2):
            asked = await scene.clerk.next(number)
            origin = asked.origin
            assert origin.call is not None
            assert (origin.tool, origin.presumed, origin.among) == ("ask_resolved", False, ())
            assert scene.server.calls[origin.call].arguments["prompt"] == asked.prompt
            asked.deliver(f"to {asked.prompt}")
            assert (await calling[asked.prompt]).text == f"to {asked.prompt}"


async def test_a_server_of_the_first_line_of_the_sdk(legacy_python: Path) -> None:
    async with called("--line", "legacy", python=legacy_python) as far, stage(far.settings()) as scene:
        await scene.ready()
        calling = scene.call("ask", prompt="hello")
        (await scene.clerk.next()).deliver("world")
        assert (await calling).text == "world"
        calling = scene.call("ask", prompt="hello")
        (await scene.clerk.next(1)).reject()
        assert "-1 User rejected sampling request" in (await calling).text


async def test_auto_moves_on_to_the_modern_era() -> None:
    async with called("--modern-only") as far, stage(far.settings()) as scene:
        assert (await scene.ready()).modern


async def test_a_half_of_a_character_in_an_answer_does_not_end_the_connection() -> None:
    async with called() as far, stage(far.settings()) as scene:
        await scene.ready()
        calling = scene.call("ask", prompt="hello")
        (await scene.clerk.next()).deliver("a\ud800b🙂")
        assert (await calling).text == "a\ufffdb🙂"


async def test_stopping_withdraws_what_waits() -> None:
    async with called() as far, stage(far.settings()) as scene:
        await scene.ready()
        calling = scene.call("ask", prompt="hello")
        asked = await scene.clerk.next()
        await scene.supervisor.stop("one")
        with pytest.raises(ServerError, match="stopped by hand"):
            await calling
        assert asked.withdrawn == "stopped by hand"
        await scene.ready()


async def test_a_cancelled_call_of_the_modern_era_withdraws_its_request() -> None:
    async with called() as far, stage(far.settings(protocol="modern")) as scene:
        await scene.ready()
        calling = scene.call("ask_resolved", prompt="hello")
        asked = await scene.clerk.next()
        calling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await calling
        assert asked.withdrawn is not None


# --- the end of a server ---


async def test_a_server_that_ends_is_noticed_though_nobody_calls(quick_back_off: None) -> None:
    async with called() as far, stage(far.settings(), restart=True) as scene:
        await scene.ready()
        calling = scene.call("ask", prompt="hello")
        asked = await scene.clerk.next()
        await far.end()
        with pytest.raises(ServerError):
            await calling
        await eventually(lambda: asked.withdrawn)
        await scene.until(ServerState.RESTARTING)
        assert scene.server.reason == "nothing listens at its url"
        await far.start_again()
        await scene.until(ServerState.READY)
        assert texts(scene.server, "event")[-1] == "connected again"
        again = scene.call("ask", prompt="again")
        (await scene.clerk.next(1)).deliver("answer")
        assert (await again).text == "answer"


async def test_a_session_that_is_forgotten_is_begun_anew(quick_back_off: None) -> None:
    async with called() as far, stage(far.settings(), restart=True) as scene:
        await scene.ready()
        await far.forget_sessions()
        with pytest.raises(ServerError, match="it no longer knows our session"):
            await scene.call("cancel_now")
        await eventually(lambda: scene.server.state is ServerState.READY and scene.server.restarts)
        assert (await scene.call("cancel_now")).text == "done"


async def test_a_server_without_a_stream_to_listen_to_is_a_server(quick_back_off: None) -> None:
    async with called("--no-stream") as far, stage(far.settings()) as scene:
        await scene.ready()
        calling = scene.call("ask_resolved", prompt="hello")
        (await scene.clerk.next()).deliver("world")
        assert (await calling).text == "world"
        assert scene.server.state is ServerState.READY


async def test_the_end_of_a_modern_server_withdraws_what_it_asked() -> None:
    """Nothing is on the wire while the human thinks: the end shows when the answer is sent, or the next call made."""
    async with called() as far, stage(far.settings(protocol="modern")) as scene:
        await scene.ready()
        calling = scene.call("ask_resolved", prompt="hello")
        asked = await scene.clerk.next()
        await far.end()
        with pytest.raises(ServerError, match="nothing listens at its url"):
            await scene.call("cancel_now")
        with pytest.raises(ServerError, match="nothing listens at its url"):
            await calling
        assert asked.withdrawn == "nothing listens at its url"


# --- what keeps us out ---


def unused_url(scheme: str = "http") -> str:
    """Return an address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"{scheme}://127.0.0.1:{listener.getsockname()[1]}/mcp"


async def test_nobody_listens(quick_back_off: None) -> None:
    async with stage(ServerSettings("one", url=unused_url()), restart=False) as scene:
        scene.supervisor.start("one")
        assert (await scene.until(ServerState.FAILED)).reason == "nothing listens at its url"


async def test_the_name_of_the_host_is_unknown() -> None:
    async with stage(ServerSettings("one", url="http://nobody.invalid/mcp")) as scene:
        scene.supervisor.start("one")
        assert (await scene.until(ServerState.FAILED)).reason == "the name of its host could not be resolved"


async def test_http_where_https_was_meant() -> None:
    async with called() as far:
        settings = ServerSettings("one", url=far.url.replace("http:", "https:"))
        async with stage(settings) as scene:
            scene.supervisor.start("one")
            assert (await scene.until(ServerState.FAILED)).reason.startswith("no secure connection to it")


async def test_a_server_that_never_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/mcp"
        async with stage(ServerSettings("one", url=url, startup_timeout=0.2)) as scene:
            scene.supervisor.start("one")
            reason = (await scene.until(ServerState.FAILED)).reason
            assert reason == "it was not ready within 0.2 s; raise startup_timeout if it needs longer"


@pytest.mark.parametrize("era", ["legacy", "modern", "auto"])
@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (403, "it refused the connection: HTTP 403 Forbidden: this is not allowed to us; it says: a page (-32603)"),
        (404, "it refused the connection: HTTP 404 Not Found: check its url; it says: a page (-32603)"),
        (503, "HTTP 503 Service Unavailable; it says: a page"),
    ],
)
async def test_a_status_is_told_in_words(era: Protocol, status: int, reason: str) -> None:
    async with called("--status", str(status)) as far, stage(far.settings(protocol=era)) as scene:
        scene.supervisor.start("one")
        assert (await scene.until(ServerState.FAILED)).reason == reason


async def test_a_server_that_is_not_up_yet_is_tried_again(quick_back_off: None) -> None:
    async with called("--status", "503") as far, stage(far.settings(), restart=True) as scene:
        scene.supervisor.start("one")
        await scene.until(ServerState.RESTARTING)


async def test_a_redirect_to_elsewhere_is_not_followed() -> None:
    """The headers were meant for the host that was configured."""
    elsewhere = unused_url()
    async with called("--redirect", elsewhere) as far, stage(far.settings({"X-Token": SECRET})) as scene:
        scene.supervisor.start("one")
        assert f"Redirect to {elsewhere} not followed" in (await scene.until(ServerState.FAILED)).reason


# --- headers ---


async def test_headers_are_sent() -> None:
    async with called("--header", "X-Token", SECRET) as far, stage(far.settings({"X-Token": SECRET})) as scene:
        await scene.ready()
        calling = scene.call("ask", prompt="hello")
        (await scene.clerk.next()).deliver("world")
        assert (await calling).text == "world"


@pytest.mark.parametrize("era", ["legacy", "modern"])
async def test_a_secret_of_the_headers_is_nowhere_to_be_seen(era: Protocol, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    settings = {"Authorization": f"Bearer {SECRET}", "X-Other": SECRET}
    async with called("--header", "X-Token", "another") as far, stage(far.settings(settings, protocol=era)) as scene:
        scene.supervisor.start("one")
        server = await scene.until(ServerState.FAILED)
        assert server.reason.startswith("it refused the connection: HTTP 401 Unauthorized")
        assert SECRET not in "".join((server.reason, server.hint, repr(server), *texts(server)))
        assert SECRET not in caplog.text
