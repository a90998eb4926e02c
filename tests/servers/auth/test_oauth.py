"""Signing in: a real authorization server, a browser that is played, and what is kept."""

import asyncio
import json
import logging
import stat
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.desks import eventually
from tests.support.http_servers import Called, called
from tests.support.limits import LIMIT
from tests.support.supervised import Clerk, texts
from tuui_sampling.config.paths import state_dir
from tuui_sampling.config.settings import ServerSettings
from tuui_sampling.servers.auth import oauth
from tuui_sampling.servers.state.server import Server, ServerState
from tuui_sampling.servers.supervisor import Supervisor


class Browser:
    """
    Plays the person at the browser.

    Attributes:
        pages: What was to be opened, in order.
        others: Addresses that are visited before the one that the authorization server sends the browser back to, made
            of that one.
        opens: Follow the pages; otherwise they are left alone.
    """

    def __init__(self, *, opens: bool = True, others: Sequence[Callable[[str], str]] = ()) -> None:
        self.pages: list[str] = []
        self.texts: list[str] = []
        self._opens = opens
        self._others = others
        self._visits: set[asyncio.Task[None]] = set()

    def __call__(self, server: Server, page: str) -> None:
        """Be told of a page."""
        assert server.sign_in_page is None, "the person is told first"
        self.pages.append(page)
        if self._opens:
            visit = asyncio.create_task(self._visit(page))
            self._visits.add(visit)

    async def _visit(self, page: str) -> None:
        back = await asyncio.to_thread(_redirected_from, page)
        for address in (*(other(back) for other in self._others), back):
            self.texts.append(await asyncio.to_thread(_get, address))

    async def done(self) -> None:
        """Wait until every page has been visited."""
        await asyncio.wait_for(asyncio.gather(*self._visits), LIMIT)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def _redirected_from(url: str) -> str:
    try:
        urllib.request.build_opener(_Stay).open(url, timeout=LIMIT)
    except urllib.error.HTTPError as error:
        with error:
            return error.headers["Location"]
    raise AssertionError("no redirect")


def _get(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=LIMIT) as answer:
            text: bytes = answer.read()
    except urllib.error.HTTPError as error:
        with error:
            text = error.read()
    return text.decode()


@asynccontextmanager
async def signing_in(far: Called | ServerSettings, browser: Browser | None) -> AsyncIterator[tuple[Supervisor, Server]]:
    """Start a server, and wait until it is ready, has failed, or waits for a sign-in."""
    settings = far if isinstance(far, ServerSettings) else far.settings()
    supervisor = Supervisor([settings], {}, Clerk(), restart=False, open_page=browser)
    server = supervisor.servers["one"]
    supervisor.start("one")
    try:
        async with asyncio.timeout(LIMIT):
            await eventually(
                lambda: server.sign_in_page or server.state in (ServerState.READY, ServerState.FAILED), "the start"
            )
            if browser is not None and browser._opens:
                await supervisor.settled("one")
            yield supervisor, server
    finally:
        await supervisor.aclose()
    if browser is not None:
        await browser.done()


def kept_files() -> list[Path]:
    """Return the files in which sign-ins are kept."""
    return list((state_dir() / "sign-ins").glob("*"))


async def test_signing_in_once_is_enough() -> None:
    async with called("--oauth") as far:
        first, second = Browser(), Browser()
        async with signing_in(far, first) as (supervisor, server):
            assert server.state is ServerState.READY, server.reason
            assert server.sign_in_page is None
            assert (await supervisor.call_tool("one", "whisper", {})).text == "a secret"
        assert len(first.pages) == 1
        assert "You can close this page" in first.texts[0]
        async with signing_in(far, second) as (supervisor, server):
            assert (await supervisor.call_tool("one", "whisper", {})).text == "a secret"
        assert second.pages == []


async def test_what_is_kept_can_be_read_by_nobody_else(caplog: pytest.LogCaptureFixture) -> None:
    async with called("--oauth") as far, signing_in(far, Browser()) as (_, server):
        (file,) = kept_files()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        token = json.loads(file.read_text())["tokens"]["access_token"]
        assert token not in "".join((repr(server), *texts(server)))


async def test_a_token_that_has_expired_is_refreshed_after_a_restart_without_asking() -> None:
    async with called("--oauth") as far:
        async with signing_in(far, Browser()):
            pass
        (file,) = kept_files()
        kept = json.loads(file.read_text())
        file.write_text(json.dumps(kept | {"expires_at": 1.0}))
        browser = Browser()
        async with signing_in(far, browser) as (supervisor, _):
            assert (await supervisor.call_tool("one", "whisper", {})).text == "a secret"
        assert browser.pages == []
        new = json.loads(file.read_text())
        assert new["tokens"]["access_token"] != kept["tokens"]["access_token"]
        assert new["expires_at"] > kept["expires_at"] - 1


async def test_a_sign_in_that_is_no_longer_good_is_asked_for_again_in_the_middle() -> None:
    async with called("--oauth") as far:
        browser = Browser()
        async with signing_in(far, browser) as (supervisor, server):
            await supervisor.call_tool("one", "sign_out", {})
            assert (await supervisor.call_tool("one", "whisper", {})).text == "a secret"
            assert server.state is ServerState.READY
        assert len(browser.pages) == 2


@pytest.mark.parametrize("content", ["", "{", '{"tokens": 7}', "[" * 100_000, '{"client": {"redirect_uris": ["x"]}}'])
async def test_a_file_that_can_not_be_understood_is_none(content: str) -> None:
    async with called("--oauth") as far:
        async with signing_in(far, Browser()):
            pass
        (file,) = kept_files()
        file.write_text(content)
        browser = Browser()
        async with signing_in(far, browser) as (_, server):
            assert server.state is ServerState.READY, server.reason
        assert len(browser.pages) == 1


async def test_a_port_that_was_taken_meanwhile() -> None:
    """The authorization server sends the browser back to the port that was registered, and to no other."""
    async with called("--oauth") as far:
        async with signing_in(far, Browser()):
            pass
        (file,) = kept_files()
        kept = json.loads(file.read_text())
        uri = urlsplit(kept["client"]["redirect_uris"][0])
        file.write_text(json.dumps(kept | {"tokens": None}))
        taken = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", uri.port)
        async with taken, signing_in(far, Browser()) as (_, server):
            assert server.state is ServerState.READY, server.reason
        assert urlsplit(json.loads(file.read_text())["client"]["redirect_uris"][0]).port != uri.port


# --- what goes wrong ---


async def test_a_sign_in_that_is_refused() -> None:
    async with called("--oauth", "refuse=people") as far:
        browser = Browser()
        async with signing_in(far, browser) as (_, server):
            assert server.state is ServerState.FAILED
            assert server.reason == "the sign-in was refused: access_denied"
            assert server.hint
        assert "Nobody was signed in" in browser.texts[0]
        assert "access_denied" not in browser.texts[0]


async def test_an_answer_to_another_sign_in_keeps_nobody_from_signing_in() -> None:
    async with called("--oauth") as far:
        others = [lambda url: url.replace("state=", "state=x"), lambda url: url.partition("?")[0] + "?error=no"]
        browser = Browser(others=others)
        async with signing_in(far, browser) as (_, server):
            assert server.state is ServerState.READY
        assert ["does not belong" in text for text in browser.texts] == [True, True, False]


async def test_a_client_that_is_not_wanted() -> None:
    async with called("--oauth", "refuse=clients") as far, signing_in(far, Browser()) as (_, server):
        assert server.reason == "it wants a sign-in, and this program could not be registered for one"
        assert "headers" in server.hint


async def test_nobody_is_there_to_sign_in() -> None:
    async with called("--oauth") as far, signing_in(far, None) as (_, server):
        assert server.state is ServerState.FAILED
        assert server.reason == "it wants a sign-in, and nobody is there to do it"


async def test_nobody_signs_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oauth, "SIGN_IN_SECONDS", 0.05)
    async with called("--oauth") as far, signing_in(far, Browser(opens=False)) as (supervisor, server):
        await supervisor.settled("one")
        assert server.state is ServerState.FAILED
        assert server.reason.startswith("nobody signed in within")
        assert server.sign_in_page is None


async def test_a_person_may_take_longer_than_a_server_may_take_to_start() -> None:
    async with called("--oauth") as far:
        browser = Browser(opens=False)
        async with signing_in(far.settings(startup_timeout=3.0), browser) as (supervisor, server):
            await asyncio.sleep(0)
            connection = supervisor._connections["one"]
            assert connection._timer is not None and connection._timer.cancelled()
            await browser._visit(browser.pages[0])
            await supervisor.settled("one")
            assert server.state is ServerState.READY


async def test_stopping_while_it_waits_for_the_person_ends_the_listening() -> None:
    async with called("--oauth") as far:
        browser = Browser(opens=False)
        async with signing_in(far, browser) as (supervisor, server):
            assert server.sign_in_page == browser.pages[0]
            back = urlsplit(parse_qs(urlsplit(browser.pages[0]).query)["redirect_uri"][0])
            assert back.hostname == "127.0.0.1"
            _, visitor = await asyncio.open_connection("127.0.0.1", back.port)
            await supervisor.stop("one")
            visitor.close()
            assert server.state is ServerState.STOPPED
            assert not server.sign_in_page
            with pytest.raises(ConnectionRefusedError):
                await asyncio.open_connection("127.0.0.1", back.port)


async def test_a_header_of_our_own_is_the_answer(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    browser = Browser()
    async with called("--oauth") as far:
        settings = far.settings({"authorization": "Bearer wrong-token-0123"})
        async with signing_in(settings, browser) as (_, server):
            assert server.reason.startswith("it refused the connection")
    assert browser.pages == []
    assert "wrong-token" not in server.reason + caplog.text
