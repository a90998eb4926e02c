"""What the environment does to a call: which way it goes, what is told of it, and who is blamed when it fails."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.support.models.wires import CHAT, KEY, VARIABLE, WIRES, Wire, ask, collect
from tuui_sampling.config.network import Network
from tuui_sampling.config.settings import ModelSettings, Settings
from tuui_sampling.providers.credentials import Credential
from tuui_sampling.providers.models import Models
from tuui_sampling.providers.provider import Finished
from tuui_sampling.sampling.errors import ModelError, ModelErrorKind
from tuui_sampling.sampling.note import Severity

each_wire = pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)


@asynccontextmanager
async def listening(answer: bytes) -> AsyncIterator[tuple[int, list[bytes]]]:
    """Listen on a free port, answer each request with these bytes, and tell the first line of each."""
    seen: list[bytes] = []

    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        seen.append(head.split(b"\r\n")[0])
        length = sum(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(length)
        writer.write(answer)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(reply, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1], seen


def stream_of(wire: Wire) -> bytes:
    """Return a whole HTTP answer."""
    body = b"".join(wire.answer("Hello"))
    return b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n" + body


def provider(wire: Wire, base_url: str, environ: dict[str, str]) -> Any:
    """Return a provider that makes a client of its own, in this environment."""
    settings = ModelSettings("mine", wire.name, model="m", base_url=base_url)
    return wire.provider(settings, Credential(VARIABLE, {VARIABLE: KEY}), network=Network(environ))


@each_wire
async def test_a_proxy_gets_the_request_and_is_named(wire: Wire) -> None:
    async with listening(stream_of(wire)) as (port, seen):
        one = provider(wire, "http://models.example/v1", {"HTTP_PROXY": f"http://127.0.0.1:{port}"})
        assert one.route.words == f"via proxy 127.0.0.1:{port} (HTTP_PROXY)"
        last = (await collect(one, ask()))[-1]
    assert isinstance(last, Finished)
    assert seen[0].startswith(b"POST http://models.example/v1/")


@each_wire
async def test_what_does_not_concern_a_host_is_not_in_its_way(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    environ = {
        "ALL_PROXY": "socks://127.0.0.1:1080",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "NO_PROXY": "localhost,127.0.0.1",
        "SSL_CERT_FILE": "/nonexistent.pem",
    }
    for name, value in environ.items():  # the HTTP library would read them by itself
        monkeypatch.setenv(name, value)
    async with listening(stream_of(wire)) as (port, _):
        one = provider(wire, f"http://127.0.0.1:{port}/v1", environ)
        assert one.route.words == ""
        assert isinstance((await collect(one, ask()))[-1], Finished)


@each_wire
async def test_a_dead_proxy_is_blamed_and_not_the_host_behind_it(wire: Wire) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but not listening
        port = taken.getsockname()[1]
        one = provider(wire, "https://models.example/v1", {"HTTPS_PROXY": f"127.0.0.1:{port}"})
        with pytest.raises(ModelError) as caught:
            await collect(one, ask())
    assert caught.value.kind is ModelErrorKind.NETWORK
    assert caught.value.message == f"Nothing listens at the proxy 127.0.0.1:{port}."
    assert "HTTPS_PROXY" in caught.value.hint and "models.example in NO_PROXY" in caught.value.hint


async def test_a_proxy_whose_name_is_unknown_is_blamed() -> None:
    one = provider(CHAT, "http://models.example/v1", {"ALL_PROXY": "http://no-such-proxy.invalid:3128"})
    with pytest.raises(ModelError, match=r"name of the proxy no-such-proxy\.invalid:3128"):
        await collect(one, ask())


async def test_a_proxy_that_refuses_is_quoted() -> None:
    async with listening(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n") as (port, _):
        one = provider(CHAT, "https://models.example/v1", {"HTTPS_PROXY": f"http://me:hunter2@127.0.0.1:{port}"})
        with pytest.raises(ModelError) as caught:
            await collect(one, ask())
    assert "did not let us through to models.example" in caught.value.message
    assert "407" in caught.value.message
    assert "hunter2" not in f"{caught.value.message}{caught.value.hint}"


BROKEN = [
    ({"HTTPS_PROXY": "socks://127.0.0.1:1"}, "HTTPS_PROXY"),
    ({"ALL_PROXY": "http://"}, "ALL_PROXY"),
    ({"SSL_CERT_FILE": "/nonexistent.pem"}, "SSL_CERT_FILE"),
    ({"SSL_CERT_DIR": "/nonexistent"}, "SSL_CERT_DIR"),
]


@pytest.mark.parametrize(("environ", "variable"), BROKEN)
async def test_a_broken_variable_blocks_before_approval_and_is_named(environ: dict[str, str], variable: str) -> None:
    mine = ModelSettings("mine", "openai-compatible", model="m", base_url="https://models.example/v1")
    models = Models(Settings(models={"mine": mine}), environ)
    (note, *_) = models.notes("mine", ask())
    assert (note.field, note.severity) == ("model", Severity.BLOCK)
    assert variable in note.text
    with pytest.raises(ModelError, match=variable):
        await collect(models.get("mine"), ask())


async def test_certificates_that_are_none_are_named(tmp_path: Any) -> None:
    bundle = tmp_path / "bundle.pem"
    bundle.write_text("no certificate")
    one = provider(CHAT, "https://models.example/v1", {"SSL_CERT_FILE": str(bundle)})
    with pytest.raises(ModelError, match="certificates that SSL_CERT_FILE names"):
        await collect(one, ask())


def test_the_route_is_where_a_person_approves_and_part_of_it() -> None:
    mine = ModelSettings("mine", "openai-compatible", model="m", base_url="http://models.example/v1")
    settings = Settings(models={"mine": mine})
    direct = Models(settings, {})
    routed = Models(settings, {"HTTP_PROXY": "http://127.0.0.1:3128"})
    assert direct.place("mine") == "models.example"
    assert routed.place("mine") == "models.example, via proxy 127.0.0.1:3128 (HTTP_PROXY)"
    assert routed.recipient("mine") == f"{direct.recipient('mine')}, via proxy 127.0.0.1:3128 (HTTP_PROXY)"
