"""However the events of a stream are framed, the same answer is read; what is not UTF-8 is told."""

import json
from collections.abc import Callable

import pytest

from tests.support.models.model_server import event, streams, typed
from tests.support.models.wires import CHAT, KEY, MESSAGES, RESPONSES, WIRES, Wire, ask, collect, respond
from tuui_sampling.sampling.errors import ModelError, ModelErrorKind

each_wire = pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)

FRAMINGS: dict[str, Callable[[bytes], bytes]] = {
    "no space behind data:": lambda stream: stream.replace(b"data: ", b"data:"),
    "capitals": lambda stream: stream.replace(b"data: ", b"Data: ").replace(b"event: ", b"EVENT: "),
    "CRLF": lambda stream: stream.replace(b"\n", b"\r\n"),
    "CR": lambda stream: stream.replace(b"\n", b"\r"),
    "comments": lambda stream: stream.replace(b"\n\n", b"\n\n: still here\n\n: and here\n"),
    "an event on several lines": lambda stream: stream.replace(b', "', b',\ndata: "'),
    "no empty line between events": lambda stream: stream.replace(b"\n\n", b"\n"),
    "nor names": lambda stream: b"".join(line + b"\n" for line in stream.splitlines() if line.startswith(b"data: ")),
    "objects without data:": lambda stream: b"\n".join(
        line[6:] for line in stream.splitlines() if line.startswith(b"data: {")
    ),
    "words that keep it open": lambda stream: stream.replace(
        b"\n\n", b"\n\nevent: ping\n\ndata: ping\n\ndata: : PROCESSING\n\ndata: \n\nevent: heartbeat\ndata: 1\n\n"
    ),
    "byte order mark": lambda stream: b"\xef\xbb\xbf" + stream,
    "no mark of the end": lambda stream: stream.replace(event("[DONE]"), b""),
}


@each_wire
async def test_the_same_answer_in_every_framing(wire: Wire) -> None:
    stream = b"".join(wire.answer("Hé", "llo"))
    for name, framed in FRAMINGS.items():
        for pieces in ((framed(stream),), tuple(bytes([byte]) for byte in framed(stream))):
            response = await respond(wire.make(streams(*pieces)[0]), ask())
            got = (response.text, response.stop_reason, response.remarks, response.is_partial)
            assert got == ("Héllo", "endTurn", (), False), name


@each_wire
async def test_bytes_that_are_not_utf_8_are_told(wire: Wire) -> None:
    stream = b"".join(wire.answer("Hé", "llo")).replace(b"\\u00e9", b"\xe9")
    response = await respond(wire.make(streams(stream)[0]), ask())
    assert response.text == "H\ufffdllo"
    assert response.remarks == ("Bytes of the answer are not UTF-8: each is shown as \ufffd.",)
    assert response.is_partial
    assert len(response.unread) == 1


OTHER_FORMS = [
    (MESSAGES, b"".join(CHAT.answer("a"))),
    (RESPONSES, b"".join(CHAT.answer("a"))),
    (RESPONSES, b"".join(MESSAGES.answer("a"))),
    (CHAT, event({"answer": "a", "with": KEY})),
    (CHAT, event({"candidates": [{"content": {"parts": [{"text": "a"}]}, "finishReason": "STOP"}]})),
    (CHAT, b'{"model":"m","response":"a","done":false}\n{"model":"m","response":"b","done":true}\n'),
    (MESSAGES, typed(type="token", token={"text": "a"})),
]


@pytest.mark.parametrize(("wire", "stream"), OTHER_FORMS)
async def test_the_answer_of_another_api_is_not_called_cut_off(wire: Wire, stream: bytes) -> None:
    with pytest.raises(ModelError) as caught:
        await collect(wire.make(streams(stream)[0]), ask())
    assert caught.value.kind is ModelErrorKind.CONFIGURATION
    assert caught.value.message == "models.example answered in a form that is not known here."
    assert "Check provider and base_url" in caught.value.hint
    assert caught.value.unread, "the raw event is kept"
    assert all(KEY not in raw for raw in caught.value.unread)


async def test_several_lines_of_one_event_are_taken_apart_only_where_each_is_whole() -> None:
    whole = json.dumps({"choices": [{"index": 0, "delta": {"content": "a"}}]}).encode()
    stream = b"data: " + whole + b"\ndata: {broken\n\n" + b"".join(CHAT.answer("b"))
    response = await respond(CHAT.make(streams(stream)[0]), ask())
    assert (response.text, response.is_partial) == ("b", True)
    assert "{broken" in response.unread[0]
