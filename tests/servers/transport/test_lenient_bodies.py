"""What the SDK reads of an answer over HTTP, whatever its envelope: as tables of bodies and streams."""

import gzip
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from tests.support.supervised import stage, texts
from tests.support.web import Exchange, web
from tuui_sampling.sampling.errors import CallRefused
from tuui_sampling.servers.transport.lenient_bodies import REQUEST_ID, LenientBodies
from tuui_sampling.servers.transport.unreadable import Reading

GOOD = {"jsonrpc": "2.0", "id": 7, "result": {"text": "grün 😀"}}
NOTE = {"jsonrpc": "2.0", "method": "notifications/message", "params": {}}
ASK = {"jsonrpc": "2.0", "id": "s", "method": "ping"}


class Body(httpx2.AsyncByteStream):
    """A body in pieces."""

    def __init__(self, raw: bytes, piece: int) -> None:
        """Send so many bytes at once."""
        self._raw, self._piece = raw, piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self._raw), self._piece):
            yield self._raw[start : start + self._piece]


class Inner(httpx2.AsyncBaseTransport):
    """Answers every request with one body."""

    def __init__(self, raw: bytes, kind: str, piece: int, status: int = 200) -> None:
        """Answer so."""
        self._raw, self._kind, self._piece, self._status = raw, kind, piece, status

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer a request."""
        return httpx2.Response(self._status, headers={"content-type": self._kind}, stream=Body(self._raw, self._piece))


async def read(
    raw: bytes, kind: str, *, asked: int | None = 7, piece: int = 1000, status: int = 200
) -> tuple[httpx2.Response, list[Reading]]:
    """Return what the SDK reads of a body, and what came beside it."""
    strays: list[Reading] = []

    async def stray(one: Reading) -> None:
        strays.append(one)

    transport = LenientBodies(Inner(raw, kind, piece, status), stray, lambda request, asked: None)
    async with httpx2.AsyncClient(transport=transport) as client:
        request = client.build_request("POST", "http://one/", extensions={REQUEST_ID: asked})
        response = await client.send(request)
    return response, strays


def dumps(value: object) -> bytes:
    """Return JSON with its letters as they are."""
    return json.dumps(value, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("raw", "kind", "expected", "beside"),
    [
        (dumps(GOOD), "application/json", GOOD["result"], 0),
        (b"\xef\xbb\xbf" + dumps(GOOD), "application/json; charset=utf-8", GOOD["result"], 0),
        (b"\r\n " + dumps(GOOD) + b"\r\n", "text/plain", GOOD["result"], 0),
        (dumps(GOOD), "", GOOD["result"], 0),
        (dumps(GOOD | {"id": 7.0}), "application/json", GOOD["result"], 0),
        (dumps({"result": {"a": 1}, "id": 7}), "application/json", {"a": 1}, 0),
        (dumps([NOTE, GOOD, ASK]), "application/json", GOOD["result"], 2),
        (dumps({"id": 7, "error": "down"}), "application/json", 'down (error is "text": expected an object)', 0),
        (dumps({"jsonrpc": "2.0", "id": None, "error": {"code": 5, "message": "down"}}), "application/json", "down", 0),
        (b"", "application/json", "it answered with nothing", 0),
        (b"<html>", "text/html; charset=utf-8", "it answered with a page (text/html) instead of a message", 0),
        (b"{not json", "application/json", "it answered with what is not a JSON-RPC message: {not json", 0),
        (b"[]", "application/json", "it answered with what is not a JSON-RPC message: []", 0),
        (b"[" * 5000, "application/json", "it answered with what is not a JSON-RPC message: [[[", 0),
        (dumps(NOTE), "application/json", "it answered with what is not a JSON-RPC message: {", 1),
        (b'{"id": 7, "result": "\\ud800"}', "application/json", "the answer is not a valid JSON-RPC message", 0),
    ],
)
@pytest.mark.parametrize("piece", [1, 1000])
async def test_an_answer_in_json(raw: bytes, kind: str, expected: Any, beside: int, piece: int) -> None:
    response, strays = await read(raw, kind, piece=piece)
    answer = response.json()
    assert (answer["jsonrpc"], answer["id"], len(strays)) == ("2.0", 7, beside)
    assert response.headers["content-type"] == "application/json"
    if isinstance(expected, str):
        assert answer["error"]["message"].startswith(expected)
    else:
        assert answer["result"] == expected


def event(value: object, *lines: str) -> bytes:
    """Return one event of a stream."""
    return "\n".join((*lines, f"data: {dumps(value).decode()}", "", "")).encode()


@pytest.mark.parametrize(
    ("raw", "shown", "beside"),
    [
        (event(GOOD), ["result"], 0),
        (event(NOTE) + event(GOOD), ["method", "result"], 0),
        (b": hello\n\n: ping\n\n" + event(GOOD), ["result"], 0),
        (b"event: ping\ndata: 1\n\n" + event(GOOD, "event: message"), ["result"], 0),
        (event(GOOD, "event: response"), ["result"], 0),
        (event(GOOD).replace(b"\n", b"\r\n"), ["result"], 0),
        (event(GOOD).replace(b"\n", b"\r"), ["result"], 0),
        (b"\xef\xbb\xbf" + event(GOOD), ["result"], 0),
        (event(GOOD).rstrip(b"\n"), ["result"], 0),
        (event(NOTE) + event(GOOD).rstrip(b"\n"), ["method", "result"], 0),
        (b"data:" + b"\ndata: ".join(json.dumps(GOOD, indent=1).encode().split(b"\n")) + b"\n\n", ["result"], 0),
        (event([NOTE, GOOD]), ["method", "result"], 0),
        (event({"id": 7, "error": "down"}), ["error"], 0),
        (b"data: {half\n\n" + event(GOOD), ["result"], 1),
        (b'data: {"jsonrpc": "2.0", "id": 5, "method": 5}\n\n' + event(GOOD), ["result"], 1),
        (b"", [], 0),
        (event(NOTE), ["method"], 0),
    ],
)
@pytest.mark.parametrize("piece", [1, 2, 1000])
async def test_an_answer_in_a_stream(raw: bytes, shown: list[str], beside: int, piece: int) -> None:
    response, strays = await read(raw, "text/event-stream; charset=utf-8", piece=piece)
    messages: list[Any] = [one.json() async for one in httpx2.EventSource(response) if one.data]
    assert [next(what for what in ("method", "result", "error") if what in one) for one in messages] == shown
    assert len(strays) == beside
    assert all(one["result"] == GOOD["result"] for one in messages if "result" in one)


async def test_ids_and_pauses_of_a_stream_are_kept() -> None:
    raw = b"id: a\nretry: 10\ndata:\n\n" + event(NOTE, "id: b") + event(GOOD)
    response, _ = await read(raw, "text/event-stream")
    assert [(one.id, one.retry, bool(one.data)) async for one in httpx2.EventSource(response)] == [
        ("a", 10, False),
        ("b", None, True),
        ("b", None, True),
    ]


async def test_what_answers_no_request_is_left_as_it_is() -> None:
    for status, kind, asked in ((202, "application/json", 7), (200, "text/html", None), (404, "text/html", 7)):
        response, strays = await read(b"<p>", kind, asked=asked, status=status)
        assert (response.content, response.headers["content-type"], strays) == (b"<p>", kind, [])


CALLS: dict[str, tuple[int, str, bytes, str]] = {
    "text": (200, "application/json", b'{"id": ID, "error": "down"}', "the server answered an error: down"),
    "code": (200, "application/json", b'{"id": ID, "error": {"code": "E", "message": "down"}}', "an error: down"),
    "none": (200, "application/json", b'{"id": ID, "error": {"code": 5}}', 'error 5: {"code": 5}'),
    "event": (200, "text/event-stream", b'data: {"id": ID, "error": "down"}\n\n', "an error: down"),
    "500": (500, "application/json", b'{"error": "down"}', "HTTP 500 Internal Server Error; it says: down"),
    "fastapi": (422, "application/json", b'{"detail": [{"loc": ["body", "a"], "msg": "bad"}]}', "it says: body.a: bad"),
    "plain": (503, "text/plain", b"\n going down \nfor an hour", "HTTP 503 Service Unavailable; it says: going down"),
    "page": (503, "text/html", b"<h1>Sorry</h1>", "HTTP 503 Service Unavailable"),
    "often": (429, "text/html", b"<h1>Sorry</h1>", "HTTP 429 Too Many Requests: it was asked too often"),
}


async def test_the_words_of_what_refuses_a_call_are_kept() -> None:
    async def refuse(one: Exchange) -> bool:
        if one.what != "tools/call":
            return False
        status, kind, body, _ = CALLS[one.message["params"]["arguments"]["case"]]
        body = body.replace(b"ID", json.dumps(one.message["id"]).encode())
        more = ("Content-Encoding: gzip",) if status == 200 else ()
        body = gzip.compress(body) if more else body
        await one.head(status, kind, *more, size=len(body))
        one.writer.write(body)
        return True

    async with web(refuse) as here, stage(here.settings()) as scene:
        await scene.ready()
        for case, (_, _, _, words) in CALLS.items():
            with pytest.raises(CallRefused) as refused:
                await scene.call("quick", case=case)
            assert words in refused.value.message, case


async def test_what_is_pushed_in_a_batch_is_answered_one_by_one() -> None:
    async with web() as here, stage(here.settings()) as scene:
        server = await scene.ready()
        await here.until("GET")
        await here.streams[-1].event([ASK, "odd", {"jsonrpc": "2.0", "id": "t", "method": 5}], "other")
        await here.until("answer", 2)
        replies = {one["id"]: one for one in here.answers}
        assert replies["s"]["result"] == {}
        assert replies["t"]["error"]["message"] == "Not a valid JSON-RPC request"
        assert 'it sent what is not a JSON-RPC message: "odd"' in texts(server, "event")
