"""What comes back on each wire: text, reasoning, stop reasons, usage, and cuts at stop sequences."""

from typing import Any

import pytest

from tests.support.models.model_server import event, streams, typed
from tests.support.models.wires import CHAT, MESSAGES, RESPONSES, WIRES, Wire, ask, collect, respond
from tuui_sampling.providers.provider import TextDelta, ThinkingDelta, UsageUpdate
from tuui_sampling.sampling.response import Usage


@pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)
async def test_whole_answer(wire: Wire) -> None:
    server, body = streams(
        wire.begin, wire.thinking("Let me "), wire.thinking("see."), *wire.answer("Good ", "day")[1:]
    )
    response = await respond(wire.make(server), ask())
    assert response.text == "Good day"
    assert response.thinking == "Let me see."
    assert response.model == "real"
    assert response.stop_reason == "endTurn"
    assert response.usage == Usage(7, 2, 3)
    assert body.closed


@pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)
async def test_pieces_come_one_by_one(wire: Wire) -> None:
    server, body = streams(wire.begin, wire.text("one "), wire.text("two"), wire.end, wire.done)
    provider = wire.make(server)
    stream = provider.stream(ask())
    async for piece in stream:
        if isinstance(piece, TextDelta):
            break
    assert piece == TextDelta("one ")
    assert body.sent == 2, "the second text was read before the first was shown"
    await stream.aclose()
    await provider.aclose()


@pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)
async def test_empty_answer_is_an_answer(wire: Wire) -> None:
    server, _ = streams(*wire.answer())
    response = await respond(wire.make(server), ask())
    assert response.text == ""
    assert response.stop_reason == "endTurn"


@pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)
async def test_events_that_nobody_knows_are_passed_over(wire: Wire) -> None:
    odd = typed(type="something.new", delta={"text": None}, response=None, choices=None)
    nulls = event({"type": "content_block_delta", "delta": None, "choices": [None], "model": None})
    server, _ = streams(wire.begin, b": a comment\n\n", odd, nulls, *wire.answer("fine")[1:])
    assert (await respond(wire.make(server), ask())).text == "fine"


@pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)
async def test_half_characters_are_replaced(wire: Wire) -> None:
    server, _ = streams(*wire.answer("a\ud800b", "𝄞"))
    response = await respond(wire.make(server), ask())
    assert response.text == "a\ufffdb𝄞"


@pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)
async def test_stop_sequence_is_cut_on_our_side(wire: Wire) -> None:
    unsent = "\n" if wire is MESSAGES else "five"
    texts = ("keep thi", f"s {unsent[:1]}", f"{unsent[1:]} and not this", "nor this")
    server, body = streams(*wire.answer(*texts))
    request = ask(stop_sequences=("one", "two", "three", "four", unsent))
    response = await respond(wire.make(server), request)
    assert response.text == "keep this "
    assert response.stop_reason == "stopSequence"
    assert body.closed


@pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)
async def test_begin_of_a_stop_sequence_is_no_stop_sequence(wire: Wire) -> None:
    server, _ = streams(*wire.answer("say EN", "OUGH or EN"))
    response = await respond(wire.make(server), ask(stop_sequences=("END",)))
    assert response.text == "say ENOUGH or EN"
    assert response.stop_reason == "endTurn"


def _chat_end(reason: str, **delta: Any) -> bytes:
    return event({"model": "real", "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]})


def _messages_end(reason: str, sequence: str | None = None) -> bytes:
    delta = {"stop_reason": reason, "stop_sequence": sequence}
    return typed(type="message_delta", delta=delta, usage={"output_tokens": 2}) + typed(type="message_stop")


def _responses_end(reason: str) -> bytes:
    response = {"model": "real", "status": "incomplete", "incomplete_details": {"reason": reason}}
    return typed(type="response.incomplete", response=response)


@pytest.mark.parametrize(
    ("wire", "end", "expected"),
    [
        (CHAT, _chat_end("stop"), "endTurn"),
        (CHAT, _chat_end("length"), "maxTokens"),
        (CHAT, _chat_end("tool_calls"), "toolUse"),
        (CHAT, _chat_end("function_call"), "toolUse"),
        (CHAT, _chat_end("content_filter"), "contentFilter"),
        (CHAT, _chat_end("something_new"), "something_new"),
        (CHAT, _chat_end("stop", refusal=" No."), "refusal"),
        (MESSAGES, _messages_end("end_turn"), "endTurn"),
        (MESSAGES, _messages_end("end_turn", "END"), "stopSequence"),
        (MESSAGES, _messages_end("stop_sequence", "END"), "stopSequence"),
        (MESSAGES, _messages_end("max_tokens"), "maxTokens"),
        (MESSAGES, _messages_end("model_context_window_exceeded"), "maxTokens"),
        (MESSAGES, _messages_end("tool_use"), "toolUse"),
        (MESSAGES, _messages_end("refusal"), "refusal"),
        (MESSAGES, _messages_end("pause_turn"), "pause_turn"),
        (RESPONSES, _responses_end("max_output_tokens"), "maxTokens"),
        (RESPONSES, _responses_end("content_filter"), "contentFilter"),
        (RESPONSES, _responses_end("something_new"), "something_new"),
        (RESPONSES, typed(type="response.refusal.delta", delta=" No.") + RESPONSES.end, "refusal"),
    ],
)
async def test_stop_reasons(wire: Wire, end: bytes, expected: str) -> None:
    server, _ = streams(wire.begin, wire.text("text"), end)
    response = await respond(wire.make(server), ask())
    assert response.stop_reason == expected
    assert response.text.startswith("text")


async def test_responses_that_used_up_the_limit_were_cut() -> None:
    server, _ = streams(*RESPONSES.answer("two words"))
    assert (await respond(RESPONSES.make(server), ask(max_tokens=2))).stop_reason == "maxTokens"


async def test_other_name_of_reasoning() -> None:
    thought = event({"model": "real", "choices": [{"index": 0, "delta": {"reasoning": "Hm."}}]})
    server, _ = streams(thought, *CHAT.answer("yes"))
    assert (await respond(CHAT.make(server), ask())).thinking == "Hm."


async def test_order_of_events() -> None:
    server, _ = streams(MESSAGES.begin, MESSAGES.thinking("Hm."), MESSAGES.text("yes"), MESSAGES.end)
    events = await collect(MESSAGES.make(server), ask())
    assert events[:-1] == [
        UsageUpdate(Usage(7, 1, 3)),
        ThinkingDelta("Hm."),
        TextDelta("yes"),
        UsageUpdate(Usage(7, 2, 3)),
    ]


@pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)
async def test_two_calls_at_once_do_not_mix(wire: Wire) -> None:
    first, second = streams(*wire.answer("first")), streams(*wire.answer("second"))
    replies = iter((first[0], second[0]))
    server, _ = streams()
    server.reply = lambda request: next(replies).reply(request)
    provider = wire.make(server)
    one, two = provider.stream(ask()), provider.stream(ask())
    texts: dict[int, str] = {1: "", 2: ""}
    for number, stream in ((1, one), (2, two), (1, one), (2, two), (1, one), (2, two)):
        if isinstance(piece := await anext(stream, None), TextDelta):
            texts[number] += piece.text
    await one.aclose()
    await two.aclose()
    await provider.aclose()
    assert texts == {1: "first", 2: "second"}
