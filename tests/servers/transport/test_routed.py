"""The environment's proxies and certificates, for servers that are called: who is reached how, and who is blamed."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from tuui_sampling.config.network import Network, Route
from tuui_sampling.servers.transport.http_errors import words_for
from tuui_sampling.servers.transport.routed import RoutedTransport

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok"


@asynccontextmanager
async def listening() -> AsyncIterator[tuple[int, list[bytes]]]:
    """Listen on a free port, and tell the first line of each request."""
    seen: list[bytes] = []

    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append((await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[0])
        writer.write(ANSWER)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(reply, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1], seen


async def get(url: str, environ: dict[str, str]) -> str:
    """Return the body of an answer."""
    transport = RoutedTransport(Network(environ), httpx2.Limits())
    async with httpx2.AsyncClient(transport=transport, trust_env=False) as client:
        return (await client.get(url)).text


async def problem(url: str, environ: dict[str, str]) -> str:
    """Return the words for what keeps a call from getting through."""
    with pytest.raises(httpx2.TransportError) as caught:
        await get(url, environ)
    return words_for(caught.value)


async def test_a_host_is_called_through_its_proxy() -> None:
    async with listening() as (port, seen):
        assert await get("http://tools.example/mcp", {"HTTP_PROXY": f"http://127.0.0.1:{port}"}) == "ok"
    assert seen == [b"GET http://tools.example/mcp HTTP/1.1"]


async def test_what_does_not_concern_a_host_is_not_in_its_way(monkeypatch: pytest.MonkeyPatch) -> None:
    environ = {
        "ALL_PROXY": "socks://127.0.0.1:1080",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "NO_PROXY": "127.0.0.1",
        "SSL_CERT_FILE": "/nonexistent.pem",
    }
    for name, value in environ.items():  # the HTTP library would read them by itself
        monkeypatch.setenv(name, value)
    async with listening() as (port, seen):
        assert await get(f"http://127.0.0.1:{port}/mcp", environ) == "ok"
    assert seen == [b"GET /mcp HTTP/1.1"]


async def test_a_dead_proxy_is_blamed() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but not listening
        proxy = f"127.0.0.1:{taken.getsockname()[1]}"
        words = await problem("https://tools.example/mcp", {"HTTPS_PROXY": f"http://me:hunter2@{proxy}"})
    assert words == f"the proxy {proxy} (HTTPS_PROXY) could not be reached"


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"ALL_PROXY": "socks://127.0.0.1:1"}, "ALL_PROXY begins with socks://"),
        ({"HTTPS_PROXY": "http://"}, "HTTPS_PROXY is not the address of a proxy"),
        ({"SSL_CERT_FILE": "/nonexistent.pem"}, "SSL_CERT_FILE names /nonexistent.pem, which is not there"),
    ],
)
async def test_a_broken_variable_is_named(environ: dict[str, str], words: str) -> None:
    assert words in await problem("https://tools.example/mcp", environ)


class Untrusted(RoutedTransport):
    """Reaches hosts whose certificates nobody knows."""

    def _transport(self, route: Route) -> httpx2.AsyncBaseTransport:  # type: ignore[override]
        def fail(request: httpx2.Request) -> httpx2.Response:
            raise httpx2.ConnectError("verify failed") from ssl.SSLCertVerificationError("self-signed certificate")

        return httpx2.MockTransport(fail)


async def test_certificates_that_do_not_fit_are_blamed_by_their_variable(tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.touch()
    for environ, words in (
        ({"SSL_CERT_FILE": str(bundle)}, "its certificate is not among those of SSL_CERT_FILE"),
        ({"SSL_CERT_DIR": str(tmp_path)}, "its certificate is not among those of SSL_CERT_DIR"),
        ({"REQUESTS_CA_BUNDLE": str(bundle)}, "its certificate could not be verified"),
        ({}, "its certificate could not be verified"),
    ):
        transport = Untrusted(Network(environ), httpx2.Limits())
        async with httpx2.AsyncClient(transport=transport, trust_env=False) as client:
            with pytest.raises(httpx2.TransportError) as caught:
                await client.get("https://tools.example/mcp")
        assert words_for(caught.value) == words
