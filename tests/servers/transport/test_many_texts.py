"""A request of very many plain texts says what it would if it were read as ever, in a fraction of the room."""

import json
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from pydantic_core import from_json

from tests.support.full_request import params, user
from tuui_sampling.sampling.derived.lazy_list import LazyList
from tuui_sampling.sampling.errors import MalformedRequest
from tuui_sampling.sampling.request import MAX_USUAL
from tuui_sampling.sampling.wire import parse_request
from tuui_sampling.servers.inbound.callbacks import _Message
from tuui_sampling.servers.inbound.in_flight import Arrival
from tuui_sampling.servers.transport.many_texts import MANY, with_many_texts
from tuui_sampling.servers.transport.unreadable import read_messages

TEXTS: list[Any] = [
    {"type": "text", "text": text} for text in ("x", "", "é \U0001f600", '"}, {"type": "text"', "\\", "\n\t\0", "\x7f")
]
IMAGE: Any = {"type": "image", "data": "AAAA", "mimeType": "image/png"}
COUNT = MAX_USUAL // len(TEXTS) + 1


def sampling(*messages: Any, **more: Any) -> dict[str, Any]:
    """Return a request of a server's."""
    return {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "sampling/createMessage",
        "params": params(messages=list(messages), **more),
    }


MANY_TEXTS = [*TEXTS * COUNT, {"text": "last", "type": "text"}]
LAZY: dict[str, Any] = {
    "one message": sampling(user(MANY_TEXTS)),
    "others between them": sampling(user([IMAGE, *MANY_TEXTS, IMAGE, *TEXTS, TEXTS[0] | {"_meta": {}}, *MANY_TEXTS])),
    "the other order": sampling(user([{"text": "x", "type": "text"}] * 3 * MAX_USUAL)),
    "long ones between them": sampling(user([*MANY_TEXTS, {"type": "text", "text": "x" * 5_000}, *MANY_TEXTS])),
    "several messages": sampling(user("short"), *[user(MANY_TEXTS[:MANY])] * COUNT, user(IMAGE)),
    "members that say much": sampling(user(MANY_TEXTS), metadata={"text": '"content": [{"type": "text"'}),
}
AS_EVER: dict[str, Any] = {
    "few": sampling(user(TEXTS * 10)),
    "one in each message": sampling(*[user(TEXTS[0])] * 2 * MAX_USUAL),
    "elsewhere": sampling(user("x"), metadata={"content": MANY_TEXTS}),
    "there and elsewhere": sampling(user(MANY_TEXTS), metadata={"content": MANY_TEXTS}),
    "a key that looks like it": sampling({'"content': MANY_TEXTS, "role": "user", "content": TEXTS[0]}),
    "in what a tool returned": sampling(user([{"type": "tool_result", "toolUseId": "1", "content": MANY_TEXTS}])),
    "another method": sampling(user(MANY_TEXTS)) | {"method": "notifications/x"},
    "without messages": {"method": "sampling/createMessage", "params": {"content": MANY_TEXTS}},
    "strings between them": sampling(user([*MANY_TEXTS, "x"])),
    "no message": sampling("x", user(MANY_TEXTS)),
}
WRITTEN: list[Callable[[Any], str]] = [
    json.dumps,
    lambda value: json.dumps(value, separators=(",", ":"), ensure_ascii=False),
    lambda value: json.dumps(value, indent=2),
]


def plain(value: Any) -> Any:
    """Return a JSON value with real lists in it."""
    if isinstance(value, dict):
        return {key: plain(member) for key, member in value.items()}
    return [plain(one) for one in value] if isinstance(value, list | LazyList) else value


def is_lazy(value: Any) -> bool:
    """Whether a list of it is made when it is reached."""
    return any(isinstance(one.get("content"), LazyList) for one in value["params"]["messages"])


@pytest.mark.parametrize("name", LAZY)
def test_it_says_the_same(name: str) -> None:
    for write in WRITTEN:
        raw = write(LAZY[name]).encode()
        read = with_many_texts(raw)
        assert is_lazy(read)
        assert plain(read) == from_json(raw)
        assert parse_request(read["params"]) == parse_request(LAZY[name]["params"])  # type: ignore[index]


@pytest.mark.parametrize("name", AS_EVER)
def test_what_is_anything_else_is_read_as_ever(name: str) -> None:
    for write in WRITTEN:
        raw = write(AS_EVER[name]).encode()
        assert with_many_texts(raw) == from_json(raw)


BEGINNING, END = b'{"method": "sampling/createMessage", "params": {"messages": [{"content": [', b"]}]}}"
BLOCK = b'{"type": "text", "text": "x"}, '
BROKEN = {
    "a comma at the end": b"",
    "no comma": BLOCK[:-2] + BLOCK[:-2],
    "a line end in a text": BLOCK[:-2].replace(b"x", b"\n"),
    "an escape that is none": BLOCK[:-2].replace(b"x", rb"\x"),
    "half a character": BLOCK[:-2].replace(b"x", rb"\ud800"),
    "not UTF-8": BLOCK[:-2].replace(b"x", b"\xff"),
    "within a text": b'"[' + BLOCK[:-2] + b']"',
    "no end": BLOCK[:-3],
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_no_parser_takes_is_not_taken(name: str) -> None:
    broken = BEGINNING + 3 * MAX_USUAL * BLOCK + BROKEN[name] + END
    in_the_middle = BEGINNING + 3 * MAX_USUAL * BLOCK + BROKEN[name] + b", " + 100 * BLOCK + b"null" + END
    for raw in (broken, in_the_middle):
        for read in (from_json, with_many_texts):
            with pytest.raises(ValueError):
                read(raw)


def test_what_is_not_utf_8_is_read_with_marks_also_there() -> None:
    raw = json.dumps(LAZY["one message"]).encode().replace(b'"x"', b'"\xff"')
    (reading,) = read_messages(raw, with_many_texts)
    assert parse_request(reading.message.params).blocks[0].text == "\ufffd"  # type: ignore[union-attr]


async def test_a_malformed_one_is_shown_as_it_was_sent() -> None:
    wrong = sampling(user(MANY_TEXTS), maxTokens=-1)
    raw = json.dumps(wrong).encode()
    arrival = Arrival("sampling/createMessage", with_many_texts(raw)["params"], raw)  # type: ignore[index]
    message = _Message(arrival.method, arrival.take_params(), "", arrival)
    with pytest.raises(MalformedRequest, match="maxTokens"):
        await message.read(parse_request)
    assert json.dumps(message.as_sent) == json.dumps(wrong["params"])


def test_it_takes_a_fraction_of_the_room() -> None:
    blocks = [{"type": "text", "text": f"text {number}"} for number in range(10_000)]
    raw = json.dumps(sampling(user(blocks))).encode()
    taken = []
    for read in (from_json, with_many_texts):
        read(raw)
        tracemalloc.start()
        try:
            value = read(raw)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        del value
        taken.append(peak)
    assert taken[1] < taken[0] / 2
