"""
Thousands of broken streams of each wire, from a seed: never a crash or a hang, and never an answer that says less than
what was streamed without saying so.
"""

import asyncio
import json
import random
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cache
from typing import Any

import pytest

from tests.support.limits import LIMIT
from tests.support.models.model_server import event, streams, typed
from tests.support.models.tool_streams import (
    chat,
    chat_call,
    messages,
    messages_call,
    messages_text,
    messages_thought,
    responses,
    responses_call,
    responses_text,
    responses_thought,
)
from tests.support.models.wires import CHAT, MESSAGES, RESPONSES, Wire, ask
from tuui_sampling.providers.http_provider import RemoteProvider
from tuui_sampling.providers.provider import Event, Finished
from tuui_sampling.sampling.errors import ModelError
from tuui_sampling.sampling.response import Response

MUTATIONS = 2_000
SEED = 20261128
TOOLS = ({"name": "f", "inputSchema": {"type": "object"}},)
WORDS = ("alpha ", "beta ", "gamma ", "delta")
ARGUMENTS = ('{"city": ', '"Rome"', "}")

ITEM = {"type": "message", "id": "msg_1", "content": [{"type": "output_text", "text": "".join(WORDS)}]}
CALL = {"type": "function_call", "id": "fc_2", "call_id": "c", "name": "f", "arguments": "".join(ARGUMENTS)}

VALID = {
    "openai-compatible": (
        chat(
            {"role": "assistant", "reasoning_content": "hm"},
            *({"content": word} for word in WORDS),
            chat_call(0, id="c", name="f"),
            *(chat_call(0, piece) for piece in ARGUMENTS),
        ),
        chat(*({"content": word} for word in WORDS), end="stop"),
    ),
    "anthropic": (
        messages(
            messages_thought("hm", "signed"), messages_text(*WORDS), messages_call("c", "f", *ARGUMENTS)
        ),
        messages(messages_text(*WORDS), end="end_turn"),
    ),
    "openai": (
        responses(
            responses_thought(0, "hm", "secret"), responses_text(1, *WORDS), responses_call(2, "c", "f", *ARGUMENTS)
        ),
        b"".join(responses_text(1, *WORDS) + responses_call(2, "c", "f", *ARGUMENTS))
        + typed(type="response.completed", response={"model": "m", "status": "completed", "output": [ITEM, CALL]}),
    ),
}  # fmt: skip

FINAL = json.dumps("".join(WORDS)).encode()
INTRUDER = "✗"
OTHER_VALUES: tuple[Any, ...] = (None, 7, -1, 1.5, True, "", INTRUDER, [], [INTRUDER], {}, {"x": 1}, [[]])


def mutated(stream: bytes, chance: random.Random) -> bytes:
    """Return a stream with one to three breaks: an event dropped, doubled, moved or cut, or a value of another type."""
    pieces = [piece + b"\n\n" for piece in stream.split(b"\n\n") if piece]
    for _ in range(chance.randint(1, 3)):
        if not pieces:
            break
        place = chance.randrange(len(pieces))
        match chance.choice(("drop", "double", "move", "type", "type", "truncate", "garble")):
            case "drop":
                del pieces[place]
            case "double":
                pieces.insert(place, pieces[place])
            case "move":
                pieces.insert(chance.randrange(len(pieces)), pieces.pop(place))
            case "type":
                pieces[place] = _with_other_type(pieces[place], chance)
            case "truncate":
                pieces = [*pieces[:place], pieces[place][: chance.randrange(len(pieces[place]))]]
            case "garble":
                at = chance.randrange(len(pieces[place]))
                pieces[place] = pieces[place][:at] + bytes([chance.randrange(256)]) + pieces[place][at + 1 :]
    return b"".join(pieces)


def _with_other_type(piece: bytes, chance: random.Random) -> bytes:
    head, mark, data = piece.partition(b"data: ")
    try:
        value = json.loads(data)
    except ValueError:
        return piece
    places = list(_places(value))
    if not places:
        return piece
    holder, key = chance.choice(places)
    holder[key] = chance.choice(OTHER_VALUES)
    return head + mark + json.dumps(value).encode() + b"\n\n"


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every place in a JSON value: what holds it, and its key or index."""
    for key, inner in list(value.items()) if isinstance(value, dict) else list(enumerate(value)):
        yield value, key
        if isinstance(inner, dict | list):
            yield from _places(inner)


def said(stream: bytes) -> str:
    """Return the text that was streamed, read in the plainest way: every value that is a word of ours, in order."""
    found: list[str] = []
    for line in stream.decode("utf-8", "replace").replace("\r", "\n").split("\n"):
        try:
            value = json.loads(line.partition("data:")[2].strip())
        except ValueError:
            continue
        if isinstance(value, dict) and not str(value.get("type")).endswith((".done", ".completed")):
            found += [text for text in _texts(value) if _is_a_word(text)]
    return "".join(found)


@cache
def _is_a_word(text: str) -> bool:
    """Whether a text is one of ours, perhaps with a broken byte in it."""
    near = 3 < len(text) < 10 and any(SequenceMatcher(None, text, word).ratio() > 0.7 for word in WORDS)
    return text in WORDS or near


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


async def read(provider: RemoteProvider) -> Response | ModelError:
    """Return what becomes of a stream; anything else that is raised is the failure of the test."""
    try:
        async with asyncio.timeout(LIMIT):
            return await respond(provider)
    except ModelError as error:
        return error


async def respond(provider: RemoteProvider) -> Response:
    """Return the response that a stream ends with."""
    events: list[Event] = [one async for one in provider.stream(ask(tools=TOOLS))]
    last = events[-1]
    assert isinstance(last, Finished)
    return last.response


@pytest.mark.long
@pytest.mark.parametrize("wire", [CHAT, MESSAGES, RESPONSES], ids=lambda wire: wire.name)
async def test_no_broken_stream_crashes_hangs_or_lies(wire: Wire) -> None:
    chance = random.Random(f"{SEED} {wire.name}")
    server, _ = streams()
    provider = wire.make(server)
    server.reply = streams(VALID[wire.name][0])[0].reply
    await respond(provider)  # imports the SDK, which may take longer than any stream
    delivered = 0
    for number in range(MUTATIONS):
        stream = mutated(chance.choice(VALID[wire.name]), chance)
        server.reply = streams(stream)[0].reply
        server.requests.clear()
        result = await read(provider)
        if isinstance(result, ModelError):
            continue
        delivered += 1
        if not result.remarks:
            shown = stream.decode("utf-8", "replace")
            # What was lost on the way may be in the last event, which repeats the whole text.
            texts = (said(stream), "".join(WORDS)) if FINAL in stream else (said(stream),)
            assert result.text.replace(INTRUDER, "") in texts, f"mutation {number}: {shown}"
    await provider.aclose()
    assert delivered > MUTATIONS / 10, "the streams are broken so much that nothing is tried"


def test_the_streams_that_are_broken_are_whole_before() -> None:
    for stream in (stream for pair in VALID.values() for stream in pair):
        assert said(stream) == "".join(WORDS)
    assert event("[DONE]") in VALID["openai-compatible"][0]
