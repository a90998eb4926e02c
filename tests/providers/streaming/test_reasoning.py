"""A model's own reasoning within a loop of tools: kept, sent back to that model, shown as a note, never returned."""

from dataclasses import replace
from typing import Any

import pytest

from tests.support.models.model_server import ModelServer, streams
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
from tuui_sampling.providers.provider import Finished
from tuui_sampling.providers.streaming.reasoning import ReasoningMemory
from tuui_sampling.sampling.request import Message, SamplingRequest, TextBlock, ToolResultBlock, ToolUseBlock
from tuui_sampling.sampling.response import Response
from tuui_sampling.sampling.wire import response_result

TOOLS = ({"name": "weather", "inputSchema": {"type": "object"}},)
SENT_ALONG = "this model's own reasoning of that turn is sent along"

THINKING = {"type": "thinking", "thinking": "Hm.", "signature": "sig-1"}
REDACTED = {"type": "redacted_thinking", "data": "secret"}
ITEM = {"type": "reasoning", "id": "rs_0", "summary": [{"type": "summary_text", "text": "Hm."}]}


async def answer(provider: RemoteProvider, request: SamplingRequest) -> Response:
    """Return the whole response; the provider stays open."""
    last = [event async for event in provider.stream(request)][-1]
    assert isinstance(last, Finished)
    return last.response


def continued(response: Response, *, without: str = "") -> SamplingRequest:
    """Return the request of the next turn, with a result for each call of the response but one."""
    uses = tuple(block for block in response.blocks if not (isinstance(block, ToolUseBlock) and block.id == without))
    results = tuple(ToolResultBlock(use.id, ()) for use in uses if isinstance(use, ToolUseBlock))
    first = ask("Hi", tools=TOOLS)
    return replace(first, messages=(*first.messages, Message("assistant", uses), Message("user", results)))


def then(server: ModelServer, wire: Wire) -> None:
    """Make the server give a plain answer to the next request, and forget the one before."""
    server.requests.clear()
    server.reply = streams(*wire.answer("done"))[0].reply


async def second_turn(wire: Wire, stream: bytes, *, without: str = "") -> tuple[dict[str, Any], Response]:
    """Return the body of the second turn of a loop, and the response of the first."""
    server, _ = streams(stream)
    provider = wire.make(server)
    first = await answer(provider, ask("Hi", tools=TOOLS))
    request = continued(first, without=without)
    assert {note.text for note in provider.notes(request)} >= {SENT_ALONG}
    then(server, wire)
    await answer(provider, request)
    body = server.asked
    await provider.aclose()
    return body, first


async def test_signed_thinking_goes_back_before_the_words_that_it_led_to() -> None:
    redacted: tuple[dict[str, Any], list[dict[str, Any]]] = (REDACTED, [])
    stream = messages(
        messages_thought("Hm.", "sig-1"),
        redacted,
        messages_text("Look:"),
        messages_call("a", "weather"),
        messages_thought("Again.", "sig-2"),
        messages_call("b", "weather"),
    )
    body, first = await second_turn(MESSAGES, stream)
    assert body["messages"][1]["content"] == [
        THINKING,
        REDACTED,
        {"type": "text", "text": "Look:"},
        {"type": "tool_use", "id": "a", "name": "weather", "input": {}},
        {"type": "thinking", "thinking": "Again.", "signature": "sig-2"},
        {"type": "tool_use", "id": "b", "name": "weather", "input": {}},
    ]
    assert first.thinking == "Hm.Again."
    returned = str(response_result(first, with_tools=True))
    assert "sig-1" not in returned
    assert "Hm." not in returned


async def test_reasoning_of_a_call_that_a_person_removed_goes_before_the_next() -> None:
    stream = messages(
        messages_thought("Hm.", "sig-1"),
        messages_call("a", "weather"),
        messages_thought("Again.", "sig-2"),
        messages_call("b", "weather"),
    )
    body, _ = await second_turn(MESSAGES, stream, without="a")
    kinds = [block["type"] for block in body["messages"][1]["content"]]
    assert kinds == ["thinking", "thinking", "tool_use"]


async def test_encrypted_reasoning_goes_back_as_its_item() -> None:
    stream = responses(
        responses_thought(0, "Hm.", "encrypted"), responses_text(1, "Look:"), responses_call(2, "a", "weather")
    )
    body, first = await second_turn(RESPONSES, stream)
    assert body["input"][1:] == [
        ITEM | {"encrypted_content": "encrypted"},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Look:"}]},
        {"type": "function_call", "call_id": "a", "name": "weather", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "a", "output": ""},
    ]
    assert first.thinking == "Hm."


@pytest.mark.parametrize("member", ["reasoning_content", "reasoning"])
async def test_plain_reasoning_goes_back_by_the_name_it_came_with(member: str) -> None:
    stream = chat({member: "Hm"}, {member: "."}, chat_call(0, id="a", name="weather"))
    body, _ = await second_turn(CHAT, stream)
    assert body["messages"][1][member] == "Hm."


async def test_signature_of_a_call_goes_back_with_the_call() -> None:
    signed = {"google": {"thought_signature": "signed"}}
    first, second = chat_call(0, id="a", name="weather"), chat_call(1, id="b", name="weather")
    first["tool_calls"][0]["extra_content"] = signed
    body, _ = await second_turn(CHAT, chat(first, second))
    assert [call.get("extra_content") for call in body["messages"][1]["tool_calls"]] == [signed, None]


@pytest.mark.parametrize(
    ("wire", "stream"),
    [
        (MESSAGES, messages(messages_thought("Hm.", ""), messages_call("a", "weather"))),
        (RESPONSES, responses(responses_thought(0, "Hm.", None), responses_call(1, "a", "weather"))),
        (MESSAGES, messages(messages_thought("Hm.", "sig-1"), messages_text("ok"), end="end_turn")),
    ],
    ids=["unsigned", "not encrypted", "without a tool use"],
)
async def test_what_no_provider_wants_back_is_not_sent(wire: Wire, stream: bytes) -> None:
    server, _ = streams(stream)
    provider = wire.make(server)
    first = await answer(provider, ask("Hi", tools=TOOLS))
    request = continued(replace(first, blocks=first.tool_uses or (TextBlock("ok"),)))
    assert SENT_ALONG not in {note.text for note in provider.notes(request)}
    await provider.aclose()


async def test_another_model_gets_none_of_it() -> None:
    stream = messages(messages_thought("Hm.", "sig-1"), messages_call("a", "weather"))
    one, other = MESSAGES.make(streams(stream)[0]), MESSAGES.with_client(None)
    request = continued(await answer(one, ask("Hi", tools=TOOLS)))
    assert SENT_ALONG in {note.text for note in one.notes(request)}
    assert SENT_ALONG not in {note.text for note in other.notes(request)}
    await one.aclose()


def test_the_memory_is_bounded() -> None:
    memory = ReasoningMemory(most=2)
    for number in range(3):
        memory.keep(((f"id-{number}", ({"thinking": number},)),))
    memory.keep((("without", ()),))
    assert memory.recall(["id-0"]) == {}
    assert memory.recall(["id-2"]) == {"id-2": ({"thinking": 2},)}
    assert memory.recall([]) == {}
