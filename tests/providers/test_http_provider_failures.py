"""Every way in which a call can fail, on each wire: the kind, the words, and that no key is among them."""

import asyncio
import json
import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx2
import pytest

from tests.support.models.model_server import ModelServer, event, fails, refuses, streams, typed
from tests.support.models.wires import CHAT, KEY, MESSAGES, RESPONSES, VARIABLE, WIRES, Wire, ask, collect
from tuui_sampling.providers.provider import TextDelta
from tuui_sampling.sampling.errors import ModelError, ModelErrorKind

PASSWORD = "hunter2hunter2"

each_wire = pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)


async def failure(wire: Wire, server: ModelServer, **settings: Any) -> ModelError:
    """Return the error of a call, which was made once and holds no secret."""
    provider = wire.make(server, **settings)
    with pytest.raises(ModelError) as caught:
        await collect(provider, ask())
    assert len(server.requests) <= 1, "a failed call was made again"
    shown = f"{caught.value.message} {caught.value.hint} {caught.value}"
    assert KEY not in shown
    assert PASSWORD not in shown
    assert len(shown) < 1500
    return caught.value


def error_body(message: str = "provider's words", **more: object) -> dict[str, object]:
    return {"type": "error", "error": {"message": message, **more}}


@pytest.mark.hostile(66, 67)
@each_wire
@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (400, error_body(), ModelErrorKind.BAD_REQUEST, "refused the request (400). It says: provider's words"),
        (400, error_body("maximum context length is 8192"), ModelErrorKind.TOO_LONG, "too long"),
        (400, error_body("prompt is too long: 9 > 8"), ModelErrorKind.TOO_LONG, "too long"),
        (
            400,
            error_body("Model Not Exist"),
            ModelErrorKind.UNKNOWN_MODEL,
            'does not know the model "some-model" (400)',
        ),
        (400, error_body("Your credit balance is too low to access"), ModelErrorKind.NO_BUDGET, "no budget left"),
        (400, error_body(code="content_filter"), ModelErrorKind.BAD_REQUEST, "The content filter of models.example"),
        (401, error_body(), ModelErrorKind.AUTHENTICATION, f"did not accept the key in {VARIABLE} (401)"),
        (402, error_body(), ModelErrorKind.NO_BUDGET, "no budget left"),
        (403, error_body(), ModelErrorKind.AUTHENTICATION, "does not allow this (403). It says: provider's words"),
        (403, error_body("Invalid API key"), ModelErrorKind.AUTHENTICATION, f"did not accept the key in {VARIABLE}"),
        (404, error_body("The model `m` does not exist"), ModelErrorKind.UNKNOWN_MODEL, 'does not know the model "'),
        (404, error_body(code="model_not_found"), ModelErrorKind.UNKNOWN_MODEL, "It says: provider's words"),
        (404, {"error": "deployment m is gone"}, ModelErrorKind.UNKNOWN_MODEL, "It says: deployment m is gone"),
        (404, error_body(), ModelErrorKind.CONFIGURATION, "at this address (404). It says: provider's words"),
        (404, {"error": "no such thing"}, ModelErrorKind.CONFIGURATION, "It says: no such thing"),
        (404, {"detail": "Not Found"}, ModelErrorKind.CONFIGURATION, "at this address (404). It says: Not Found"),
        (405, None, ModelErrorKind.CONFIGURATION, "has no model's interface"),
        (408, error_body(), ModelErrorKind.TIMEOUT, "did not answer"),
        (413, None, ModelErrorKind.TOO_LONG, "too long"),
        (422, {"detail": [{"loc": 1}]}, ModelErrorKind.BAD_REQUEST, "refused the request (422)."),
        (429, error_body(), ModelErrorKind.RATE_LIMITED, "limits how often it answers (429)"),
        (429, error_body(code="insufficient_quota"), ModelErrorKind.NO_BUDGET, "no budget left"),
        (500, error_body(), ModelErrorKind.OVERLOADED, "could not answer (500)"),
        (503, "text", ModelErrorKind.OVERLOADED, "could not answer (503)"),
        (529, error_body(), ModelErrorKind.OVERLOADED, "could not answer (529)"),
    ],
)
async def test_status(wire: Wire, status: int, body: object, kind: ModelErrorKind, words: str) -> None:
    error = await failure(wire, refuses(status, body))
    assert error.kind is kind
    assert words in error.message
    assert error.hint


@each_wire
@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_redirects_are_not_followed(wire: Wire, status: int) -> None:
    server = refuses(status, {}, headers={"location": f"https://elsewhere.example/?key={KEY}"})
    error = await failure(wire, server)
    assert error.kind is ModelErrorKind.CONFIGURATION
    assert "another address" in error.message
    assert "elsewhere" not in error.message


@each_wire
async def test_redirects_are_not_followed_by_a_client_of_our_own(wire: Wire) -> None:
    calls: list[bytes] = []

    async def redirect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        calls.append(await reader.readuntil(b"\r\n"))
        writer.write(b"HTTP/1.1 307 Away\r\nlocation: /elsewhere\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(redirect, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        provider = wire.with_client(None, base_url=f"http://127.0.0.1:{port}/v1")
        with pytest.raises(ModelError, match="another address"):
            await collect(provider, ask())
    assert len(calls) == 1


@each_wire
@pytest.mark.parametrize("status", [404, 502])
async def test_page_in_place_of_an_error_is_not_quoted(wire: Wire, status: int) -> None:
    error = await failure(wire, refuses(status, html=True))
    assert "html" not in error.message


@pytest.mark.hostile(67)
@each_wire
@pytest.mark.parametrize(
    ("value", "expected"), [("12", 12.0), ("0.5", 0.5), ("-3", 0.0), ("nan", None), ("soon", None), (None, None)]
)
async def test_retry_after_in_seconds(wire: Wire, value: str | None, expected: float | None) -> None:
    headers = {} if value is None else {"retry-after": value}
    assert (await failure(wire, refuses(429, error_body(), headers=headers))).retry_after == expected


async def test_retry_after_in_milliseconds() -> None:
    headers = {"retry-after": "60", "retry-after-ms": "1500"}
    assert (await failure(CHAT, refuses(429, error_body(), headers=headers))).retry_after == 1.5


async def test_retry_after_as_a_date() -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    headers = {"retry-after": format_datetime(later, usegmt=True)}
    error = await failure(CHAT, refuses(503, error_body(), headers=headers))
    assert error.retry_after is not None
    assert 1800 < error.retry_after <= 3600


@pytest.mark.hostile(66, 73)
@each_wire
@pytest.mark.parametrize("status", [400, 401, 404, 429, 500])
async def test_keys_in_the_providers_words_are_removed(wire: Wire, status: int) -> None:
    message = f"the key {KEY} and sk-proj-ab**********yz and Bearer abc123 at {PASSWORD}" + " long" * 200
    error = await failure(
        wire, refuses(status, error_body(message)), base_url=f"https://me:{PASSWORD}@models.example/v1"
    )
    assert "sk-proj" not in error.message
    assert "abc123" not in error.message
    assert "models.example" in error.message


async def test_words_that_are_not_text_are_not_quoted() -> None:
    error = await failure(CHAT, refuses(400, error_body([1, {"n": 2}])))  # type: ignore[arg-type]
    assert error.message.endswith("(400).")
    error = await failure(CHAT, refuses(400, error_body("half \ud800 character")))
    assert "half \ufffd character" in error.message


async def test_server_without_key_that_wants_one() -> None:
    error = await failure(CHAT, refuses(401, error_body()), variable=None)
    assert error.kind is ModelErrorKind.AUTHENTICATION
    assert "wants a key" in error.message
    assert "api_key_env" in error.hint


def _refused_connection() -> httpx2.ConnectError:
    """Return the error as the HTTP library makes it for a name with two addresses."""
    error = httpx2.ConnectError("All connection attempts failed")
    attempts = [ConnectionRefusedError(111, "refused"), ConnectionRefusedError(111, "refused")]
    error.__cause__ = OSError("All connection attempts failed")
    error.__cause__.__cause__ = ExceptionGroup("multiple connection attempts failed", attempts)
    return error


def caused_by(error: Exception, cause: Exception) -> Callable[[], Exception]:
    def make() -> Exception:
        error.__cause__ = cause
        return error

    return make


@pytest.mark.hostile(68)
@each_wire
@pytest.mark.parametrize(
    ("make", "kind", "words"),
    [
        (_refused_connection, ModelErrorKind.NETWORK, "Nothing listens at models.example"),
        (
            caused_by(httpx2.ConnectError("x"), socket.gaierror(-2, "unknown")),
            ModelErrorKind.NETWORK,
            "could not be resolved",
        ),
        (
            caused_by(httpx2.ConnectError("x"), ssl.SSLCertVerificationError("self-signed")),
            ModelErrorKind.NETWORK,
            "certificate",
        ),
        (
            caused_by(httpx2.ConnectError("x"), ssl.SSLError("wrong version number")),
            ModelErrorKind.NETWORK,
            "No secure connection",
        ),
        (lambda: httpx2.ProxyError("x"), ModelErrorKind.NETWORK, "proxy"),
        (lambda: httpx2.RemoteProtocolError("x"), ModelErrorKind.NETWORK, "not HTTP"),
        (
            lambda: httpx2.RemoteProtocolError("Server disconnected without sending a response."),
            ModelErrorKind.NETWORK,
            "hung up without an answer",
        ),
        (lambda: httpx2.ReadError("x"), ModelErrorKind.NETWORK, "connection to models.example failed"),
        (lambda: httpx2.ConnectTimeout("x"), ModelErrorKind.TIMEOUT, "did not answer: nothing came for 5 s"),
        (lambda: httpx2.ReadTimeout("x"), ModelErrorKind.TIMEOUT, "did not answer"),
    ],
)
async def test_network(wire: Wire, make: Callable[[], Exception], kind: ModelErrorKind, words: str) -> None:
    error = await failure(wire, fails(make()))
    assert error.kind is kind
    assert words in error.message


@each_wire
async def test_a_server_that_hangs_up_is_told_from_one_that_speaks_no_http(wire: Wire) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(ModelError, match="hung up"):
            await collect(wire.with_client(None, base_url=f"http://127.0.0.1:{port}/v1"), ask())


@pytest.mark.hostile(68)
@each_wire
async def test_nothing_listens(wire: Wire) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but not listening
        port = taken.getsockname()[1]
        provider = wire.with_client(None, base_url=f"http://127.0.0.1:{port}/v1")
        with pytest.raises(ModelError) as caught:
            await collect(provider, ask())
    assert caught.value.kind is ModelErrorKind.NETWORK
    assert f"Nothing listens at 127.0.0.1:{port}" in caught.value.message


@pytest.mark.hostile(68)
@each_wire
async def test_name_that_does_not_exist(wire: Wire) -> None:
    provider = wire.with_client(None, base_url="http://no-such-host.invalid/v1")
    with pytest.raises(ModelError) as caught:
        await collect(provider, ask())
    assert caught.value.kind is ModelErrorKind.NETWORK


@each_wire
@pytest.mark.parametrize("base_url", ["models.example/v1", "ftp://models.example", "http://", "http://[::1"])
async def test_address_that_is_none(wire: Wire, base_url: str) -> None:
    server, _ = streams(*wire.answer("ok"))
    error = await failure(wire, server, base_url=base_url)
    assert error.kind is ModelErrorKind.CONFIGURATION
    assert "base_url" in error.message
    assert not server.requests


async def test_compatible_server_without_an_address() -> None:
    server, _ = streams(*CHAT.answer("ok"))
    error = await failure(CHAT, server, base_url=None)
    assert error.kind is ModelErrorKind.CONFIGURATION
    assert "The base_url of the model mine is missing" in error.message


@each_wire
@pytest.mark.parametrize("environ", [{}, {VARIABLE: "  "}, {VARIABLE: "kéy"}, {VARIABLE: "two\nlines"}])
async def test_key_that_is_missing_or_none(wire: Wire, environ: dict[str, str]) -> None:
    server, _ = streams(*wire.answer("ok"))
    error = await failure(wire, server, environ=environ)
    assert error.kind is ModelErrorKind.CONFIGURATION
    assert VARIABLE in error.message
    assert "lines" not in error.message
    assert not server.requests


@each_wire
async def test_page_in_place_of_a_stream(wire: Wire) -> None:
    server, body = streams(b"<html><body>Welcome</body></html>", content_type="text/html; charset=utf-8")
    error = await failure(wire, server)
    assert error.kind is ModelErrorKind.CONFIGURATION
    assert "answered with text/html" in error.message
    assert body.closed


@each_wire
async def test_json_in_place_of_a_stream(wire: Wire) -> None:
    server, _ = streams(json.dumps({"hello": 1}).encode(), content_type="application/json")
    error = await failure(wire, server)
    assert error.kind is ModelErrorKind.CONFIGURATION
    assert "application/json" in error.message


@each_wire
async def test_empty_stream(wire: Wire) -> None:
    error = await failure(wire, streams()[0])
    assert error.kind is ModelErrorKind.CUT_OFF
    assert "without a word" in error.message


@pytest.mark.hostile(69)
@each_wire
@pytest.mark.parametrize(
    ("break_off", "kind"),
    [
        (None, ModelErrorKind.CUT_OFF),
        (httpx2.ReadError("gone"), ModelErrorKind.CUT_OFF),
        (httpx2.RemoteProtocolError("incomplete"), ModelErrorKind.CUT_OFF),
        (httpx2.ReadTimeout("slow"), ModelErrorKind.TIMEOUT),
        (b"event: message_delta\ndata: {broken\n\n", ModelErrorKind.CUT_OFF),
        (b"event: x\ndata: \xff\xfe\n\n", ModelErrorKind.CUT_OFF),
    ],
)
async def test_cut_stream(wire: Wire, break_off: bytes | Exception | None, kind: ModelErrorKind) -> None:
    pieces: list[bytes | Exception] = [wire.begin, wire.text("so far"), wire.text(" E")]
    if break_off is not None:
        pieces.append(break_off)
    server, body = streams(*pieces)
    provider = wire.make(server)
    seen: list[str] = []
    with pytest.raises(ModelError) as caught:
        async for piece in provider.stream(ask(stop_sequences=("END",))):
            if isinstance(piece, TextDelta):
                seen.append(piece.text)
    await provider.aclose()
    assert caught.value.kind is kind
    assert "".join(seen) == "so far E", "what arrived is kept, the begin of a stop sequence too"
    assert body.closed


async def test_done_with_nothing_before_it_is_cut_off() -> None:
    server, _ = streams(CHAT.begin, CHAT.done)
    assert (await failure(CHAT, server)).kind is ModelErrorKind.CUT_OFF


@each_wire
async def test_connection_that_breaks_after_the_stop_reason_does_no_harm(wire: Wire) -> None:
    server, _ = streams(wire.begin, wire.text("whole"), wire.end, httpx2.ReadError("gone"))
    provider = wire.make(server)
    events = await collect(provider, ask())
    assert TextDelta("whole") in events


def in_band_event(wire: Wire, **error: object) -> bytes:
    if wire is MESSAGES:
        return typed(type="error", error=error)
    if wire is RESPONSES:
        return typed(type="response.failed", response={"status": "failed", "error": error})
    return event({"error": error})


@each_wire
@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"type": "overloaded_error", "message": "Overloaded"}, ModelErrorKind.OVERLOADED),
        ({"type": "api_error", "message": "oops"}, ModelErrorKind.OVERLOADED),
        ({"code": "server_error", "message": "oops"}, ModelErrorKind.OVERLOADED),
        ({"type": "rate_limit_error", "message": "slow down"}, ModelErrorKind.RATE_LIMITED),
        ({"code": "rate_limit_exceeded", "message": "slow down"}, ModelErrorKind.RATE_LIMITED),
        ({"type": "authentication_error", "message": f"not {KEY}"}, ModelErrorKind.AUTHENTICATION),
        ({"type": "invalid_request_error", "message": f"not {KEY}"}, ModelErrorKind.BAD_REQUEST),
        ({"code": "something_new", "message": "oops"}, ModelErrorKind.OVERLOADED),
    ],
)
async def test_error_inside_the_stream(wire: Wire, error: dict[str, object], kind: ModelErrorKind) -> None:
    server, body = streams(wire.begin, wire.text("so far"), in_band_event(wire, **error))
    found = await failure(wire, server)
    assert found.kind is kind
    assert "(200)" not in found.message
    assert body.closed


@pytest.mark.parametrize(("code", "kind"), [(429, ModelErrorKind.RATE_LIMITED), (502, ModelErrorKind.OVERLOADED)])
async def test_error_inside_the_stream_by_number(code: int, kind: ModelErrorKind) -> None:
    server, _ = streams(CHAT.begin, event({"error": {"code": code, "message": "upstream"}}))
    assert (await failure(CHAT, server)).kind is kind


async def test_error_event_of_responses() -> None:
    server, _ = streams(typed(type="error", code="rate_limit_exceeded", message="slow down", param=None))
    error = await failure(RESPONSES, server)
    assert error.kind is ModelErrorKind.RATE_LIMITED
    assert "slow down" in error.message
