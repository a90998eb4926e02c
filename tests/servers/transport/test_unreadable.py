"""What is read of a line, whatever its envelope, and that the end of the output ends its last line."""

import contextlib
import json
import os
import threading
import tracemalloc
from typing import Any

import pytest
from mcp_types import JSONRPCMessage, JSONRPCRequest, jsonrpc_message_adapter

from tests.servers.test_lenient import odd
from tests.support.desks import eventually
from tests.support.supervised import stage
from tuui_sampling.sampling.derived.beside import SHORT
from tuui_sampling.servers.inbound.callbacks import _Message
from tuui_sampling.servers.inbound.in_flight import Arrival
from tuui_sampling.servers.transport import unreadable
from tuui_sampling.servers.transport.process import CHUNK
from tuui_sampling.servers.transport.stdio import _taken
from tuui_sampling.servers.transport.unreadable import MAX_BATCH, Parse, Reading, read_beside, read_messages

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


@pytest.mark.parametrize(
    ("raw", "methods"),
    [
        (json.dumps(PING), ["ping"]),
        ("\ufeff" + json.dumps(PING), ["ping"]),
        (f"  {json.dumps(PING)}\r", ["ping"]),
        (json.dumps([PING, PING]), ["ping", "ping"]),
        ("\ufeff" + json.dumps([PING, 5, PING]), ["ping", None, "ping"]),
        (json.dumps([[PING]]), [None]),
        ("[]", [None]),
        ("[", [None]),
        ("[" * 3000, [None]),
        (json.dumps([PING] * (MAX_BATCH + 5)), ["ping"] * MAX_BATCH),
        (json.dumps(PING | {"jsonrpc": "1.0"}), [None]),
        ("Content-Length: 5", [None]),
    ],
)
def test_the_messages_in_a_line(raw: str, methods: list[str | None]) -> None:
    assert [getattr(one.message, "method", None) for one in read_messages(raw.encode())] == methods


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"id": 5.0}, 5),
        ({"id": "5"}, "5"),
        ({"id": 1.5}, None),
        ({"id": True}, None),
        ({"id": [5]}, None),
        ({"id": None, "result": {}}, None),
    ],
)
def test_the_id_of_an_odd_answer(change: dict[str, Any], expected: object) -> None:
    (read,) = read_messages(json.dumps({"result": {}} | change).encode())
    assert getattr(read.message, "id", None) == expected


@pytest.mark.parametrize(
    ("message", "whom"),
    [
        ({"id": 5, "method": 5}, 5),
        ({"id": "a", "method": "ping", "params": [1]}, "a"),
        ({"id": 1.5, "method": "ping"}, None),
        ({"id": 5}, None),
    ],
)
def test_whom_to_answer(message: dict[str, Any], whom: object) -> None:
    (read,) = read_messages(json.dumps(message).encode())
    assert (read.message, read.fits, getattr(read.refusal, "id", None)) == (None, False, whom)


@pytest.mark.parametrize(
    "line",
    [
        '\ufeff{"jsonrpc": "2.0", "id": ID, "result": {"content": []}}',
        '[{"jsonrpc": "2.0", "id": ID, "result": {"content": []}}]',
        '{"jsonrpc": "2.0", "id": ID, "result": {"content": []}}\r',
        '\n\nnoise\n{"id": ID, "result": {"content": []}}',
    ],
)
async def test_an_answer_on_stdio_is_read_whatever_is_around_it(line: str) -> None:
    async with stage(odd(**{"line:tools/call": line})) as scene:
        await scene.ready()
        assert (await scene.call("ask")).content == ()


NOISE = "noise\n" * 15_000
"""More than a pipe holds, and less than an argument may be."""
ANSWER = '{"jsonrpc": "2.0", "id": ID, "result": {"content": []}}'


@pytest.mark.parametrize("before", ["", '{"jsonrpc": "2.0", "method": "notifications/x"}\n' * 50, NOISE])
async def test_the_last_line_needs_no_end(before: str) -> None:
    async with stage(odd(**{"last:tools/call": before + ANSWER})) as scene:
        await scene.ready()
        assert (await scene.call("ask")).content == ()


@pytest.mark.parametrize(
    "last", [ANSWER, ANSWER + "\n", '{"jsonrpc": "2.0", "method": "notifications/x"}\n' * 50 + ANSWER]
)
async def test_the_last_line_is_read_where_the_end_of_its_server_is_noticed_in_the_same_moment(last: str) -> None:
    async with stage(odd(**{"last:tools/call": last})) as scene:
        server = await scene.ready()
        call = scene.call("ask")
        await eventually(lambda: any(entry.method == "tools/call" for entry in server.trace))
        assert server.pid
        with contextlib.suppress(ChildProcessError):  # it has been waited for already
            os.waitid(os.P_PID, server.pid, os.WEXITED | os.WNOWAIT)  # nothing is read meanwhile
        assert (await call).content == ()


@pytest.mark.parametrize(
    "text",
    [
        '{"jsonrpc": "2.0", "id": 1.0, "method": "a"}',
        '{"jsonrpc": "2.0", "id": "1", "method": "a", "params": {"x": [1, null, NaN]}}',
        '{"jsonrpc": "2.0", "id": 1, "method": "a", "params": null}',
        '{"jsonrpc": "2.0", "id": 1, "error": {"code": "3", "message": "x"}}',
        '{"jsonrpc": "2.0", "id": 99999999999999999999999, "method": "a"}',
        '{"jsonrpc": "2.0", "id": 1, "result": {"a": 1}, "method": "x"}',
        '{"jsonrpc": "2.0", "method": "a", "method": "b"}',
    ],
)
def test_a_message_is_read_as_the_sdk_would_read_it(text: str) -> None:
    (reading,) = read_messages(text.encode())
    assert repr(reading.message) == repr(jsonrpc_message_adapter.validate_json(text, by_name=False))


def test_a_large_message_is_read_once_and_not_once_for_each_kind_of_message(monkeypatch: pytest.MonkeyPatch) -> None:
    values: list[object] = []

    class Adapter:
        """Takes values only, and no text."""

        def validate_python(self, value: object, **options: Any) -> JSONRPCMessage:
            values.append(value)
            return jsonrpc_message_adapter.validate_python(value, **options)

    monkeypatch.setattr(unreadable, "jsonrpc_message_adapter", Adapter())
    message = {"jsonrpc": "2.0", "id": 1, "method": "a", "params": {"messages": [{"x": "y"}] * 10_000}}
    (reading,) = read_messages(json.dumps(message).encode())
    assert isinstance(reading.message, JSONRPCRequest)
    assert values == [message]


@pytest.mark.parametrize("size", [10, SHORT + 1])
async def test_only_a_long_message_is_read_beside_the_event_loop(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    readers: list[int] = []

    def watched(raw: bytes, parse: Parse) -> list[Reading]:
        readers.append(threading.get_ident())
        return read_messages(raw, parse)

    monkeypatch.setattr(unreadable, "read_messages", watched)
    raw = json.dumps({"jsonrpc": "2.0", "method": "m", "params": {"text": "x" * size}}).encode()
    (one,) = await read_beside(raw)
    assert one.raw == raw
    assert [reader == threading.get_ident() for reader in readers] == [size < SHORT]


def test_a_message_is_taken_once_and_not_kept() -> None:
    arrival = Arrival("sampling/createMessage", {"maxTokens": 1}, '{"a": "ü"}'.encode())
    assert (arrival.take_params(), arrival.take_text()) == ({"maxTokens": 1}, '{"a": "ü"}')
    assert (arrival.params, arrival.raw) == (None, b"")


async def test_the_text_of_a_long_message_is_made_when_what_it_says_has_been_read() -> None:
    raw = b'{"text": "' + b"x" * 2 * SHORT + b'"}'
    arrival = Arrival("sampling/createMessage", {"maxTokens": 1}, raw)
    message = _Message(arrival.method, arrival.take_params(), "", arrival)
    assert await message.read(lambda params: (params, len(arrival.raw))) == ({"maxTokens": 1}, len(raw))
    assert (message.params, arrival.params) == (None, None)
    assert message.raw == message.raw == raw.decode()
    assert arrival.raw == b""


def test_of_a_line_that_came_in_parts_nothing_stays_but_the_line() -> None:
    part, begun = b"x" * CHUNK, bytearray()
    tracemalloc.start()
    try:
        for _ in range(50):
            begun += part
        line = _taken(begun, b"end")
        now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert line == part * 50 + b"end"
    assert _taken(begun, b"another") == b"another"
    assert now < 1.1 * len(line)
    assert peak < 2.5 * len(line)


@pytest.mark.parametrize(
    ("params", "read"),
    [
        (b'{"text": "\xff"}', {"text": "\ufffd"}),
        (b'{"\xffkey": [1]}', {"\ufffdkey": [1]}),
        (b'{"text": "\xed\xa0\x80"}', {"text": "\ufffd" * 3}),  # half a character, as some libraries write it
        (b'{"text": "\xc3\xa9 \xf4\x90\x80\x80"}', {"text": "é " + "\ufffd" * 4}),
    ],
)
def test_what_is_not_utf_8_is_read_with_marks_in_its_place(params: bytes, read: dict[str, Any]) -> None:
    [reading] = read_messages(b'{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": ' + params + b"}")
    assert isinstance(reading.message, JSONRPCRequest)
    assert reading.message.params == read


def test_a_long_message_is_not_copied_to_be_read() -> None:
    raw = json.dumps(PING | {"params": {"text": "x" * 2_000_000}}).encode()
    read_messages(raw)  # what is made once is there then
    tracemalloc.start()
    try:
        read_messages(raw)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1.5 * len(raw), "the text itself, and no more"
