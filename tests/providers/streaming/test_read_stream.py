"""What arrives in another form than the API's own is in the answer, or is told: nothing is lost in silence."""

import json
from typing import Any

import pytest

from tests.support.models.model_server import event, streams, typed
from tests.support.models.wires import CHAT, MESSAGES, RESPONSES, WIRES, Wire, ask, collect
from tuui_sampling.providers.provider import Event, Finished, Interrupted
from tuui_sampling.sampling.errors import ModelError, ModelErrorKind
from tuui_sampling.sampling.response import Response

DONE = event("[DONE]")
TOOLS = ({"name": "f", "inputSchema": {"type": "object"}},)

each_wire = pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)


def chat(delta: object = None, finish: object = None, **more: object) -> bytes:
    """Return one chunk; what is in `more` replaces what is in the choice."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish} | more
    return event({"id": "c", "object": "chat.completion.chunk", "model": "real", "choices": [choice]})


def whole(**message: object) -> dict[str, Any]:
    """Return a whole answer of the chat completions API."""
    choice = {"index": 0, "message": {"role": "assistant"} | message, "finish_reason": "stop"}
    return {"id": "c", "object": "chat.completion", "model": "real", "choices": [choice]}


def completed(*output: object, **more: object) -> bytes:
    """Return the last event of the Responses API."""
    return typed(type="response.completed", response={"model": "real", "status": "completed", "output": output} | more)


def message_item(*texts: str, **more: object) -> dict[str, object]:
    """Return an item of the Responses API."""
    return {"type": "message", "id": "m", "content": [{"type": "output_text", "text": text} for text in texts]} | more


def call_item(arguments: str = '{"a":1}', **more: object) -> dict[str, object]:
    """Return a call of a tool of the Responses API."""
    return {"type": "function_call", "id": "fc", "call_id": "c1", "name": "f", "arguments": arguments} | more


def delta(text: str, **more: object) -> bytes:
    """Return a piece of text of the Responses API."""
    return typed(**{"type": "response.output_text.delta", "output_index": 0, "item_id": "m", "delta": text} | more)


MESSAGE = {"type": "message", "role": "assistant", "model": "real", "stop_reason": "end_turn", "content": []}


async def events(wire: Wire, stream: bytes, content_type: str = "text/event-stream") -> list[Event]:
    """Return every event of a call that offers a tool."""
    server, _ = streams(stream, content_type=content_type)
    return await collect(wire.make(server), ask(tools=TOOLS))


async def answer(wire: Wire, stream: bytes, content_type: str = "text/event-stream") -> Response:
    """Return the whole response."""
    last = (await events(wire, stream, content_type))[-1]
    assert isinstance(last, Finished)
    return last.response


HELLO = [
    (CHAT, chat({"content": [{"type": "text", "text": "Hel"}, {"type": "text", "text": "lo"}]}) + chat({}, "stop")),
    (CHAT, chat({"content": ["Hel", {"text": "lo"}]}) + chat({}, "stop")),
    (CHAT, chat({"content": [{"type": "output_text", "text": "Hello"}]}, "stop")),
    (CHAT, event(whole(content="Hello"))),
    (CHAT, event(whole(content=[{"type": "text", "text": "Hello"}]))),
    (CHAT, chat(finish="stop", message="Hello")),
    (CHAT, chat({"content": "Hel"}) + event(whole(content="Hello")) + DONE),
    (CHAT, chat({"content": "Hello"}) + event(whole(content="Hello")) + DONE),
    (CHAT, chat(finish="stop", text="Hello")),
    (CHAT, chat({"content": "Hello", "tool_calls": [{"index": 0, "function": {"name": ""}}]}, "stop")),
    (CHAT, chat({"content": "Hello", "function_call": {"name": "", "arguments": ""}}, "stop")),
    (CHAT, chat({"content": "Hello", "tool_calls": None, "annotations": [{"x": 1}]}, "stop")),
    (CHAT, b"\xef\xbb\xbf" + chat({"content": "Hello"}, "stop")),
    (CHAT, b"\r\n" + chat({"content": "Hello"}, "stop").replace(b"\n", b"\r")),
    (CHAT, (chat({"content": "Hel"}) + chat({"content": "lo"}, "stop")).replace(b"data: ", b"data:")),
    (CHAT, chat({"content": "Hello"}, "stop").strip()),
    (CHAT, chat({"content": "Hello"}, "stop").removeprefix(b"data: ")),
    (CHAT, chat({"content": "Hello"}, "eos")),
    (CHAT, b"event: ping\ndata: alive\n\n" + chat({"content": "Hello"}, "stop")),
    (RESPONSES, completed(message_item("Hello"))),
    (RESPONSES, completed(message_item("Hel", "lo"))),
    (RESPONSES, completed({"type": "message", "content": "Hello"})),
    (RESPONSES, delta("Hel") + completed(message_item("Hello"))),
    (RESPONSES, delta("Hello") + completed(message_item("Hello"))),
    (RESPONSES, delta("Hello") + completed()),
    (RESPONSES, typed(type="response.output_text.done", output_index=0, text="Hello") + completed()),
    (RESPONSES, delta("Hel") + typed(type="response.output_text.done", item_id="m", text="Hello") + completed()),
    (
        RESPONSES,
        delta("Hello", output_index=None)
        + typed(type="response.output_text.done", output_index=0, text="Hello")
        + completed(),
    ),
    (RESPONSES, typed(type="response.content_part.done", part={"type": "output_text", "text": "Hello"}) + completed()),
    (RESPONSES, typed(type="response.output_item.done", output_index=0, item=message_item("Hello")) + completed()),
    (
        RESPONSES,
        event({"type": "response.done", "response": {"status": "completed", "output": [message_item("Hello")]}}),
    ),
    (
        MESSAGES,
        b"".join(line + b"\n" for line in MESSAGES.begin.split(b"\n") if not line.startswith(b"event"))
        + event({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hello"}})
        + event({"type": "message_delta", "delta": {"stop_reason": "end_turn"}}),
    ),
    (
        MESSAGES,
        typed(type="message_start", message=MESSAGE | {"content": [{"type": "text", "text": "Hello"}]}) + MESSAGES.end,
    ),
    (MESSAGES, MESSAGES.begin + typed(type="content_block_delta", delta={"text": "Hello"}) + MESSAGES.end),
]


@pytest.mark.parametrize(("wire", "stream"), HELLO, ids=[str(place) for place in range(len(HELLO))])
async def test_text_in_any_form_is_the_answer(wire: Wire, stream: bytes) -> None:
    response = await answer(wire, stream)
    assert (response.text, response.stop_reason, response.is_partial) == ("Hello", "endTurn", False)
    assert response.remarks == ()


DOCUMENTS = [
    (CHAT, whole(content="Hello")),
    (CHAT, whole(content=[{"type": "text", "text": "Hello"}])),
    (MESSAGES, MESSAGE | {"content": [{"type": "text", "text": "Hello"}], "usage": {"output_tokens": 2}}),
    (RESPONSES, {"object": "response", "model": "real", "status": "completed", "output": [message_item("Hello")]}),
    (RESPONSES, {"output": [message_item("Hel"), message_item("lo", id="n")]}),
]


@pytest.mark.parametrize(("wire", "document"), DOCUMENTS, ids=[str(place) for place in range(len(DOCUMENTS))])
@pytest.mark.parametrize("kind", ["application/json", "text/plain", "text/event-stream"])
@pytest.mark.parametrize("indent", [None, 2])
async def test_whole_answer_to_a_streaming_call(wire: Wire, document: object, kind: str, indent: int | None) -> None:
    response = await answer(wire, json.dumps(document, indent=indent).encode(), kind)
    assert (response.text, response.stop_reason, response.is_partial) == ("Hello", "endTurn", False)


async def test_one_object_on_each_line() -> None:
    lines = (chat({"content": "Hel"}) + chat({"content": "lo"}, "stop")).replace(b"data: ", b"").replace(b"\n\n", b"\n")
    assert (await answer(CHAT, lines, "application/x-ndjson")).text == "Hello"


CALLS = [
    (CHAT, chat({"function_call": {"name": "f", "arguments": '{"a":1}'}}) + chat({}, "function_call")),
    (CHAT, chat({"function_call": {"name": "f"}}) + chat({"function_call": {"arguments": '{"a":1}'}}, "function_call")),
    (CHAT, chat({"function_call": {"name": "f", "arguments": {"a": 1}}}, "stop")),
    (CHAT, event(whole(function_call={"name": "f", "arguments": '{"a":1}'}))),
    (CHAT, event(whole(tool_calls=[{"id": "c1", "function": {"name": "f", "arguments": '{"a":1}'}}]))),
    (
        CHAT,
        chat({"tool_calls": [{"index": 0, "id": "c1", "function": {"name": "f", "arguments": '{"a"'}}]})
        + event(whole(tool_calls=[{"id": "c1", "function": {"name": "f", "arguments": '{"a":1}'}}])),
    ),
    (RESPONSES, completed(call_item())),
    (
        RESPONSES,
        typed(type="response.output_item.added", output_index=0, item=call_item(""))
        + typed(type="response.function_call_arguments.done", output_index=0, arguments='{"a":1}')
        + completed(),
    ),
    (
        RESPONSES,
        typed(type="response.function_call_arguments.done", item_id="c1", name="f", arguments='{"a":1}') + completed(),
    ),
    (
        RESPONSES,
        typed(type="response.output_item.added", output_index=0, item=call_item(""))
        + typed(type="response.function_call_arguments.delta", output_index=0, delta='{"a"')
        + completed(call_item()),
    ),
    (RESPONSES, typed(type="response.output_item.done", output_index=0, item=call_item()) + completed(call_item())),
]


@pytest.mark.parametrize(("wire", "stream"), CALLS, ids=[str(place) for place in range(len(CALLS))])
async def test_tool_call_in_any_form_is_the_answer(wire: Wire, stream: bytes) -> None:
    response = await answer(wire, stream)
    (call,) = response.tool_uses
    assert (call.name, call.input, call.broken_input) == ("f", {"a": 1}, None)
    assert (response.stop_reason, response.is_partial, response.remarks) == ("toolUse", False, ())


async def test_thoughts_in_a_list_of_parts_are_thoughts() -> None:
    thought = {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}
    response = await answer(CHAT, chat({"content": [thought]}) + chat({"content": "Hello"}, "stop"))
    assert (response.thinking, response.text) == ("hm", "Hello")


UNKNOWN = [
    (CHAT, chat({"content": {"value": "Hello"}}) + chat({}, "stop"), "a form that is not known"),
    (CHAT, chat({"content": 5}) + chat({}, "stop"), "a form that is not known"),
    (CHAT, chat({"parts": ["Hello"]}) + chat({}, "stop"), "a form that is not known"),
    (CHAT, chat("Hello") + chat({}, "stop"), "a form that is not known"),
    (CHAT, event({"answer": "Hello"}) + chat({}, "stop"), "a form that is not known"),
    (CHAT, event("Hello") + chat({}, "stop"), "a form that is not known"),
    (CHAT, b"dta: Hello\n\n" + chat({}, "stop"), "a form that is not known"),
    (CHAT, chat({"tool_calls": "f"}) + chat({}, "stop"), "a form that is not known"),
    (CHAT, chat({"content": [{"type": "image_url", "image_url": "x"}]}, "stop"), "left out: image_url"),
    (CHAT, chat({"content": "Hello"}) + event(whole(content="Bye")), "calls final is not the text"),
    (CHAT, chat({"content": "x"}, "tool_calls"), "no call came"),
    (RESPONSES, delta("Hello") + completed(message_item("Bye")), "calls final is not the text"),
    (
        RESPONSES,
        delta("Hello") + typed(type="response.output_text.done", output_index=0, text="Bye") + completed(),
        "calls final is not the text",
    ),
    (
        RESPONSES,
        typed(type="response.function_call_arguments.delta", output_index=3, delta="{}") + completed(),
        "had not begun",
    ),
    (RESPONSES, typed(type="response.new", text="Hello") + completed(), "a form that is not known"),
    (RESPONSES, completed({"type": "image_generation_call", "result": "x"}), "left out: image_generation_call"),
    (
        RESPONSES,
        typed(type="response.output_item.added", output_index=0, item=call_item('{"a":1}'))
        + typed(type="response.output_item.done", output_index=0, item=call_item('{"a":2}'))
        + completed(),
        "final arguments",
    ),
    (
        MESSAGES,
        MESSAGES.begin + typed(type="content_block_delta", index=0, delta={"type": "new", "words": "x"}) + MESSAGES.end,
        "a form that is not known",
    ),
    (
        MESSAGES,
        MESSAGES.begin
        + typed(type="content_block_delta", index=7, delta={"type": "input_json_delta", "partial_json": "{"})
        + MESSAGES.end,
        "had not begun",
    ),
    (MESSAGES, MESSAGES.begin + MESSAGES.begin + MESSAGES.end, "began twice"),
    (
        MESSAGES,
        MESSAGES.begin + typed(type="content_block_start", index=1, content_block={"type": "new"}) + MESSAGES.end,
        "left out: new",
    ),
    (MESSAGES, MESSAGES.begin + typed(type="new_event", words="x") + MESSAGES.end, "a form that is not known"),
]


@pytest.mark.parametrize(("wire", "stream", "words"), UNKNOWN, ids=[str(place) for place in range(len(UNKNOWN))])
async def test_what_no_reading_knows_makes_the_answer_partial(wire: Wire, stream: bytes, words: str) -> None:
    response = await answer(wire, stream)
    assert response.is_partial
    assert any(words in remark for remark in response.remarks)
    assert response.unread or words == "no call came", "the raw event is kept"


async def test_of_several_answers_the_first_is_taken() -> None:
    stream = (
        chat({"content": "Hello"}) + chat({"content": "Bye"}, index=1) + chat({}, "stop") + chat({}, "stop", index=1)
    )
    response = await answer(CHAT, stream + DONE)
    assert response.text == "Hello"
    assert response.remarks == ("The provider sent several answers; this is the first of them.",)
    assert "Bye" in response.unread[0]


@pytest.mark.parametrize(
    ("wire", "stream"),
    [
        (CHAT, chat({"content": "Hello"}) + DONE),
        (MESSAGES, MESSAGES.begin + MESSAGES.text("Hello") + typed(type="message_stop")),
    ],
)
async def test_an_end_without_a_reason_is_an_end_with_a_remark(wire: Wire, stream: bytes) -> None:
    response = await answer(wire, stream)
    assert (response.text, response.stop_reason, response.is_partial) == ("Hello", None, False)
    assert response.remarks == ("The provider did not say why the answer ended.",)


async def test_what_comes_after_the_mark_of_the_end_is_not_lost() -> None:
    response = await answer(CHAT, chat({"content": "Hel"}, "stop") + DONE + chat({"content": "lo"}))
    assert response.text == "Hello"


EMPTY = [
    (CHAT, chat({}, "stop"), "the model wrote nothing"),
    (CHAT, chat({"content": " \n"}, "stop"), "the model wrote nothing"),
    (CHAT, chat({"reasoning_content": "hm"}) + chat({}, "stop"), "its reasoning and nothing else"),
    (CHAT, chat({"reasoning_content": "hm"}) + chat({}, "length"), "maxTokens was reached with reasoning alone"),
    (CHAT, chat({}, "length"), "maxTokens was reached."),
    (CHAT, chat({}, "content_filter"), "refused"),
    (MESSAGES, MESSAGES.begin + typed(type="message_delta", delta={"stop_reason": "refusal"}), "refused"),
    (MESSAGES, MESSAGES.begin + MESSAGES.thinking("hm") + MESSAGES.end, "its reasoning and nothing else"),
    (RESPONSES, completed(), "the model wrote nothing"),
    (RESPONSES, completed({"type": "reasoning", "summary": [{"text": "hm"}]}), "its reasoning and nothing else"),
    (CHAT, chat({"tool_calls": [{"index": 0, "function": {"name": "f", "arguments": "{"}}]}, "length"), "was cut off"),
]


@pytest.mark.parametrize(("wire", "stream", "words"), EMPTY, ids=[str(place) for place in range(len(EMPTY))])
async def test_an_empty_answer_says_why_it_is_empty(wire: Wire, stream: bytes, words: str) -> None:
    response = await answer(wire, stream)
    assert response.is_empty
    assert any("The answer is empty" in remark and words in remark for remark in response.remarks)


BROKEN_OFF = [
    (CHAT, chat({"content": "Par"}) + chat({}, reason))
    for reason in ("error", "abort", "cancelled", "network_error", "MALFORMED_RESPONSE")
] + [
    (RESPONSES, delta("Par") + typed(type="response.cancelled", response={"status": "cancelled"})),
    (RESPONSES, delta("Par") + typed(type="response.completed", response={"status": "cancelled"})),
]


@pytest.mark.parametrize(("wire", "stream"), BROKEN_OFF, ids=[str(place) for place in range(len(BROKEN_OFF))])
async def test_a_reason_that_says_it_broke_off_is_a_failure_that_keeps_what_came(wire: Wire, stream: bytes) -> None:
    server, _ = streams(stream)
    seen: list[Event] = []
    with pytest.raises(ModelError) as caught:
        async for one in wire.make(server).stream(ask(tools=TOOLS)):
            seen.append(one)
    assert caught.value.kind is ModelErrorKind.CUT_OFF
    assert isinstance(seen[-1], Interrupted)
    assert seen[-1].response.text == "Par"


IN_BAND = [
    ({"error": "quota exceeded for today"}, "quota exceeded for today"),
    ({"error": {"message": "quota exceeded for today"}}, "quota exceeded for today"),
    ({"error": {"error": {"message": "nested words"}}}, "nested words"),
    ({"error": ["first words", "second words"]}, "first words; second words"),
    ({"object": "error", "message": "maximum context length is 4096 tokens", "code": 400}, "4096 tokens"),
    ({"type": "error", "message": "plain words"}, "plain words"),
    ({"status": "error", "msg": "plain words"}, "plain words"),
    ({"detail": "plain words"}, "plain words"),
    ({"detail": [{"loc": ["body", "top_p"], "msg": "extra fields not permitted"}]}, "body.top_p: extra fields"),
    ([{"error": {"code": 400, "message": "plain words", "status": "INVALID_ARGUMENT"}}], "plain words"),
    ({"choices": [{"index": 0, "error": {"code": 502, "message": "upstream words"}}]}, "upstream words"),
    ({"errors": [{"message": "plain words"}]}, "plain words"),
    ({"error_msg": "plain words", "error_code": 17}, "plain words"),
    ({"message": "plain words", "code": "InvalidParameter"}, "plain words"),
    ({"error": {"message": "Provider returned error", "metadata": {"raw": "words behind"}}}, "error (words behind)"),
]


@each_wire
@pytest.mark.parametrize(("error", "words"), IN_BAND, ids=[str(place) for place in range(len(IN_BAND))])
@pytest.mark.parametrize("form", ["event", "bare line", "document", "after text"])
async def test_an_error_inside_an_answer_is_told_in_its_own_words(
    wire: Wire, error: object, words: str, form: str
) -> None:
    text = json.dumps(error).encode()
    stream = {
        "event": event(error),
        "bare line": wire.begin + text + b"\n",
        "document": text,
        "after text": wire.begin + wire.text("so far") + event(error, "error"),
    }[form]
    server, _ = streams(stream, content_type="application/json" if form == "document" else "text/event-stream")
    with pytest.raises(ModelError) as caught:
        await collect(wire.make(server), ask())
    assert words in caught.value.message
    assert "key" not in caught.value.hint and "base_url" not in caught.value.hint


async def test_words_in_place_of_a_stream_are_quoted() -> None:
    server, _ = streams(b"model not loaded, load it first\n", content_type="text/plain")
    with pytest.raises(ModelError, match="It says: model not loaded, load it first"):
        await collect(CHAT.make(server), ask())


@each_wire
async def test_what_we_cut_ourselves_is_counted_about(wire: Wire) -> None:
    server, _ = streams(*wire.answer("one two three END and more"))
    last = (await collect(wire.make(server), ask("Hello", stop_sequences=("END",))))[-1]
    assert isinstance(last, Finished)
    usage = last.response.usage
    assert usage is not None
    assert usage.estimated
    assert usage.output_tokens >= 4
    assert usage.input_tokens >= 5


async def test_what_the_provider_counted_is_not_estimated() -> None:
    server, _ = streams(*CHAT.answer("one"))
    last = (await collect(CHAT.make(server), ask("Hello")))[-1]
    assert isinstance(last, Finished)
    assert last.response.usage is not None
    assert not last.response.usage.estimated
