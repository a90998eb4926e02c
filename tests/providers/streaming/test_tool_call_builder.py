"""Tool uses on their way back: in order, in pieces, broken, cut off, and by the names that the server knows."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.models.model_server import streams, typed
from tests.support.models.tool_streams import (
    chat,
    chat_call,
    messages,
    messages_call,
    messages_text,
    responses,
    responses_call,
    responses_text,
)
from tests.support.models.wires import CHAT, MESSAGES, RESPONSES, Wire, ask, collect
from tuui_sampling.providers.provider import Finished, ToolUseDelta
from tuui_sampling.sampling.request import Block, Message, SamplingRequest, TextBlock, ToolResultBlock, ToolUseBlock
from tuui_sampling.sampling.response import Response, Usage

TOOLS = ({"name": "weather", "inputSchema": {"type": "object"}}, {"name": "files/read", "inputSchema": {}})
ODD_ALIAS = "files_read_2b733164e15b"

PARALLEL = [
    (
        CHAT,
        chat(
            {"content": "Let me "},
            {"content": "look."},
            chat_call(0, id="a", name="weather"),
            chat_call(0, '{"city": '),
            chat_call(0, '"Köln"}'),
            chat_call(1, "{}", id="b", name=ODD_ALIAS),
        ),
    ),
    (
        MESSAGES,
        messages(
            messages_text("Let me ", "look."),
            messages_call("a", "weather", '{"city": ', '"Köln"}'),
            messages_call("b", ODD_ALIAS),
        ),
    ),
    (
        RESPONSES,
        responses(
            responses_text(0, "Let me ", "look."),
            responses_call(1, "a", "weather", '{"city": ', '"Köln"}'),
            responses_call(2, "b", ODD_ALIAS, "{}"),
        ),
    ),
]


def asking(**fields: Any) -> SamplingRequest:
    """Return a request that offers the tools."""
    return ask("Hi", tools=TOOLS, **fields)


async def respond(wire: Wire, stream: bytes, request: SamplingRequest | None = None) -> Response:
    """Return what becomes of a stream."""
    server, _ = streams(stream)
    last = (await collect(wire.make(server), request or asking()))[-1]
    assert isinstance(last, Finished)
    return last.response


async def blocks(wire: Wire, stream: bytes, request: SamplingRequest | None = None) -> tuple[Block, ...]:
    """Return the blocks of what becomes of a stream."""
    return (await respond(wire, stream, request)).blocks


@pytest.mark.parametrize(("wire", "stream"), PARALLEL, ids=lambda value: getattr(value, "name", ""))
async def test_text_and_parallel_calls(wire: Wire, stream: bytes) -> None:
    server, _ = streams(stream)
    events = await collect(wire.make(server), asking())
    last = events[-1]
    assert isinstance(last, Finished)
    assert last.response.blocks == (
        TextBlock("Let me look."),
        ToolUseBlock("a", "weather", {"city": "Köln"}),
        ToolUseBlock("b", "files/read", {}),
    )
    assert last.response.stop_reason == "toolUse"
    assert last.response.remarks == ()
    pieces = [event for event in events if isinstance(event, ToolUseDelta)]
    assert [(piece.index, piece.name) for piece in pieces if piece.name] == [(0, "weather"), (1, "files/read")]
    assert "".join(piece.arguments for piece in pieces if piece.index == 0) == '{"city": "Köln"}'


@pytest.mark.parametrize(
    ("wire", "stream"),
    [
        (MESSAGES, messages(messages_call("a", "weather"), messages_text("and"), messages_call("b", "weather"))),
        (
            RESPONSES,
            responses(responses_call(0, "a", "weather"), responses_text(1, "and"), responses_call(2, "b", "weather")),
        ),
        (CHAT, chat(chat_call(0, id="a", name="weather"), {"content": "and"}, chat_call(1, id="b", name="weather"))),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
async def test_text_between_calls_stays_between_them(wire: Wire, stream: bytes) -> None:
    expected = (ToolUseBlock("a", "weather", {}), TextBlock("and"), ToolUseBlock("b", "weather", {}))
    assert await blocks(wire, stream) == expected


@pytest.mark.parametrize(
    ("wire", "stream"),
    [
        (CHAT, lambda text: chat(chat_call(0, text, id="a", name="weather"))),
        (MESSAGES, lambda text: messages(messages_call("a", "weather", text))),
        (RESPONSES, lambda text: responses(responses_call(0, "a", "weather", text))),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
@pytest.mark.parametrize("text", ['{"city": ', "[1]", "null", '{"n": NaN}', '{"half": "\\ud800"}', "[" * 9000])
async def test_broken_arguments_are_kept_as_text(wire: Wire, stream: Callable[[str], bytes], text: str) -> None:
    assert await blocks(wire, stream(text)) == (ToolUseBlock("a", "weather", {}, broken_input=text),)


@pytest.mark.parametrize(
    ("wire", "stream"),
    [
        (
            CHAT,
            chat(
                chat_call(0, "{}", id="a", name="weather"), chat_call(1, '{"ci', id="b", name="weather"), end="length"
            ),
        ),
        (
            MESSAGES,
            messages(messages_call("a", "weather", "{}"), messages_call("b", "weather", '{"ci'), end="max_tokens"),
        ),
        (
            RESPONSES,
            responses(
                responses_call(0, "a", "weather", "{}"),
                responses_call(1, "b", "weather", '{"ci'),
                end="incomplete",
                reason="max_output_tokens",
            ),
        ),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
async def test_call_that_the_limit_cut_is_left_out_and_remarked_upon(wire: Wire, stream: bytes) -> None:
    response = await respond(wire, stream)
    assert response.blocks == (ToolUseBlock("a", "weather", {}),)
    assert response.stop_reason == "maxTokens"
    assert response.remarks == ('A call of the tool "weather" was cut off, and is left out.',)


@pytest.mark.parametrize(("wire", "_"), PARALLEL, ids=lambda value: getattr(value, "name", ""))
async def test_answer_without_the_call_that_was_required(wire: Wire, _: bytes) -> None:
    server, _body = streams(*wire.answer("No."))
    request = asking(tool_choice={"mode": "required"})
    last = (await collect(wire.make(server), request))[-1]
    assert isinstance(last, Finished)
    assert last.response.remarks == ("The server requires a call of a tool, but the model made none.",)
    assert last.response.blocks == (TextBlock("No."),)


async def test_answer_with_a_call_that_the_server_does_not_want() -> None:
    stream = chat(chat_call(0, id="a", name="weather"))
    response = await respond(CHAT, stream, asking(tool_choice={"mode": "none"}))
    assert response.remarks == ("The server wants no call of a tool, but the model made one.",)
    assert response.tool_uses


@pytest.mark.parametrize(("end", "kept"), [("length", 0), ("content_filter", 1), ("tool_calls", 1), ("eos", 1)])
async def test_call_without_arguments_is_whole_unless_the_limit_came(end: str, kept: int) -> None:
    assert len((await respond(CHAT, chat(chat_call(0, id="a", name="weather"), end=end))).tool_uses) == kept


A, B = ToolUseBlock("a", "weather", {"n": 1}), ToolUseBlock("b", "weather", {"n": 2})


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        # llama-cpp-python: id and name with each piece
        (
            chat(
                chat_call(0, '{"n"', id="a", name="weather"),
                chat_call(0, ": 1}", id="a", name="weather"),
                chat_call(1, '{"n": 2}', id="b", name="weather"),
            ),
            (A, B),
        ),
        # Gemini: one index for all
        (
            chat(chat_call(0, '{"n": 1}', id="a", name="weather"), chat_call(0, '{"n": 2}', id="b", name="weather")),
            (A, B),
        ),
        # no index at all
        (
            chat(
                chat_call(None, '{"n": 1}', id="a", name="weather"), chat_call(None, '{"n": 2}', id="b", name="weather")
            ),
            (A, B),
        ),
        # gaps
        (
            chat(chat_call(1, '{"n": 1}', id="a", name="weather"), chat_call(4, '{"n": 2}', id="b", name="weather")),
            (A, B),
        ),
        # the name after the id, arguments as an object
        (chat(chat_call(0, id="a"), chat_call(0, '{"n": 1}', name="weather")), (A,)),
        (chat(chat_call(0, {"n": 1}, id="a", name="weather")), (A,)),
        # an ordinary end
        (chat(chat_call(0, '{"n": 1}', id="a", name="weather"), end="stop"), (A,)),
    ],
)
async def test_habits_of_compatible_servers(stream: bytes, expected: tuple[Block, ...]) -> None:
    response = await respond(CHAT, stream)
    assert response.blocks == expected
    assert response.stop_reason == "toolUse"


@pytest.mark.parametrize(
    "stream",
    [
        chat(chat_call(0, "{}", name="weather"), chat_call(1, "{}", name="weather")),
        chat(chat_call(None, "{}", name="weather"), chat_call(None, "{}", name="weather")).replace(
            b'"{}"', b'"{\\"n\\": 1}"'
        ),
        chat(chat_call(0, "{}", id="same", name="weather"), chat_call(1, "{}", id="same", name="weather")),
    ],
)
async def test_missing_and_repeated_ids_are_made_up_for(stream: bytes) -> None:
    first, second = (await respond(CHAT, stream)).tool_uses
    assert first.id != second.id
    assert re.fullmatch(r"call_[0-9a-f]{24}", second.id)


async def test_an_id_of_an_earlier_turn_is_not_given_again() -> None:
    request = SamplingRequest((*ask().messages, *_turn("call_0")), 100, tools=TOOLS)
    (use,) = (await respond(CHAT, chat(chat_call(0, "{}", id="call_0", name="weather")), request)).tool_uses
    assert use.id != "call_0"


def _turn(identifier: str) -> tuple[Message, Message]:
    """Return a call and its result."""
    return (
        Message("assistant", (ToolUseBlock(identifier, "weather", {}),)),
        Message("user", (ToolResultBlock(identifier, ({"type": "text", "text": "wet"},)),)),
    )


async def test_whole_arguments_without_pieces() -> None:
    assert await blocks(MESSAGES, messages(messages_call("a", "weather", input={"n": 1}))) == (A,)
    assert await blocks(RESPONSES, responses(responses_call(0, "a", "weather", whole='{"n": 1}'))) == (A,)
    item = {"type": "function_call", "call_id": "a", "name": "weather", "arguments": '{"n": 1}'}
    assert await blocks(RESPONSES, responses([typed(type="response.output_item.done", item=item)])) == (A,)


async def test_what_has_no_place_in_the_protocol_is_remarked_upon() -> None:
    search: tuple[dict[str, Any], list[dict[str, Any]]] = (
        {"type": "server_tool_use", "id": "x", "name": "web_search", "input": {}},
        [],
    )
    response = await respond(MESSAGES, messages(messages_text("ok"), search, search, end="end_turn"))
    assert response.remarks == ("A part of the answer is left out: server_tool_use.",)
    item = typed(type="response.output_item.added", output_index=0, item={"type": "web_search_call", "id": "x"})
    response = await respond(RESPONSES, responses([item], responses_text(1, "ok")))
    assert response.remarks == ("A part of the answer is left out: web_search_call.",)


async def test_stop_sequence_is_not_sought_in_arguments() -> None:
    stream = chat({"content": "so E"}, chat_call(0, '{"n": "END"}', id="a", name="weather"))
    request = asking(stop_sequences=("END",))
    assert await blocks(CHAT, stream, request) == (TextBlock("so E"), ToolUseBlock("a", "weather", {"n": "END"}))


async def test_tokens_that_were_written_to_the_cache() -> None:
    usage = {"input_tokens": 1, "cache_creation_input_tokens": 20, "cache_read_input_tokens": 300, "output_tokens": 1}
    stream = typed(type="message_start", message={"model": "real", "usage": usage}) + MESSAGES.end
    assert (await respond(MESSAGES, stream)).usage == Usage(321, 2, 300, 20)
