"""What the listener for the browser's return takes, and what it leaves alone."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.support.limits import LIMIT
from tuui_sampling.servers.auth import callback_server
from tuui_sampling.servers.auth.callback_server import Loopback, Returned, free_port, redirect_uri

STATE = "the-state"


@asynccontextmanager
async def listening() -> AsyncIterator[tuple[Loopback, int]]:
    """Listen on a free port."""
    port = free_port()
    listener = Loopback(STATE)
    await listener.listen(port)
    try:
        async with asyncio.timeout(LIMIT):
            yield listener, port
    finally:
        listener.close()


async def visit(port: int, line: str, *, end: bytes = b"\r\n\r\n") -> str:
    """Send a request and return the whole answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(line.encode() + end)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer.decode()


async def test_the_browser_comes_back() -> None:
    async with listening() as (listener, port):
        answer = await visit(port, f"GET /callback?code=c%2F1&state={STATE}&iss=https%3A%2F%2Fa HTTP/1.1\r\nHost: x")
        assert answer.startswith("HTTP/1.1 200 OK\r\n")
        assert "no-store" in answer and "c/1" not in answer and STATE not in answer
        assert await listener.returned == Returned("c/1", STATE, "https://a", "")


async def test_only_the_first_answer_counts() -> None:
    async with listening() as (listener, port):
        await visit(port, f"GET /callback?code=first&state={STATE} HTTP/1.1")
        assert (await visit(port, f"GET /callback?code=second&state={STATE} HTTP/1.1")).startswith("HTTP/1.1 404")
        assert (await listener.returned).code == "first"


@pytest.mark.parametrize(
    "line",
    [
        "GET /favicon.ico HTTP/1.1",
        f"POST /callback?code=c&state={STATE} HTTP/1.1",
        f"GET /callback/?code=c&state={STATE} HTTP/1.1",
        "GET //[ HTTP/1.1",
        "GET",
        "",
        "GET /callback?" + "a=b&" * 100 + " HTTP/1.1",
        "\x16\x03\x01",
    ],
)
async def test_what_is_something_else_is_not_the_answer(line: str) -> None:
    async with listening() as (listener, port):
        assert (await visit(port, line)).startswith("HTTP/1.1 404")
        assert not listener.returned.done()


@pytest.mark.parametrize("query", ["code=c", "code=c&state=x", f"code=c&state={STATE}&state={STATE}", "code=c&state=ü"])
async def test_an_answer_without_our_state_is_told_so_and_the_answer_is_waited_for(query: str) -> None:
    async with listening() as (listener, port):
        for more in ("", "&error=access_denied"):
            assert (await visit(port, f"GET /callback?{query}{more} HTTP/1.1")).startswith("HTTP/1.1 400")
        assert not listener.returned.done()
        assert (await visit(port, f"GET /callback?code=real&state={STATE} HTTP/1.1")).startswith("HTTP/1.1 200")
        assert (await listener.returned).code == "real"


async def test_an_answer_with_two_codes_has_none() -> None:
    async with listening() as (listener, port):
        await visit(port, f"GET /callback?code=a&code=b&state={STATE} HTTP/1.1")
        assert (await listener.returned).code == ""


async def test_a_request_that_never_ends_is_hung_up_on() -> None:
    async with listening() as (listener, port):
        with contextlib.suppress(ConnectionError):  # it does not wait until we have written everything
            assert await visit(port, "a" * callback_server.MAX_REQUEST * 4, end=b"") == ""
        assert not listener.returned.done()


async def test_a_request_that_takes_too_long_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callback_server, "REQUEST_SECONDS", 0.01)
    async with listening() as (listener, port):
        assert await visit(port, "GET /callback", end=b"") == ""
        assert not listener.returned.done()


async def test_it_listens_to_this_computer_only() -> None:
    async with listening() as (listener, _):
        assert listener._server is not None
        assert [one.getsockname()[0] for one in listener._server.sockets] == ["127.0.0.1"]


def test_the_preferred_port_is_taken_when_it_is_free() -> None:
    port = free_port()
    assert free_port(port) == port
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        assert free_port(taken) != taken
    assert free_port(99_999) != 99_999
    assert redirect_uri(7) == "http://127.0.0.1:7/callback"
