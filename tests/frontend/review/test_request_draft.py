"""The draft of a request: what is edited and left out, and the request that comes of it."""

import json
from datetime import datetime
from typing import Any

import pytest

from tests.support.full_request import params, user
from tuui_sampling.frontend.context.attached import MAX_ATTACHED, Attached
from tuui_sampling.frontend.review.request_draft import Draft, FieldProblem, draft_of
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.sampling.request import (
    ImageBlock,
    Message,
    SamplingRequest,
    TextBlock,
    ToolResultBlock,
    ToolUseBlock,
)
from tuui_sampling.sampling.review import Review
from tuui_sampling.sampling.wire import parse_request, request_params

PICTURE = {"type": "image", "data": "AAAA", "mimeType": "image/png"}
CALL = {"type": "tool_use", "id": "call-1", "name": "weather", "input": {"city": "Oslo"}}
OTHER_CALL = {"type": "tool_use", "id": "call-2", "name": "weather", "input": {"city": "Rome"}}
TOOL = {"name": "weather", "inputSchema": {"type": "object"}}


def result(*content: Any, call: str = "call-1") -> dict[str, Any]:
    return {"type": "tool_result", "toolUseId": call, "content": list(content)}


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def draft(*messages: dict[str, Any], **changes: Any) -> Draft:
    return Draft(parse_request(params(messages=list(messages), **changes)), "demo")


def turns(*results: Any, calls: tuple[Any, ...] = (CALL,), **changes: Any) -> Draft:
    """Return the draft of the second turn of a tool loop."""
    return draft(
        user("how is it?"),
        {"role": "assistant", "content": list(calls)},
        {"role": "user", "content": list(results)},
        **changes,
    )


def built(one: Draft) -> SamplingRequest:
    request = one.build()
    assert isinstance(request, SamplingRequest), request
    return request


def test_an_untouched_draft_is_the_request_itself() -> None:
    one = draft(user("hello"))
    assert one.build() is one.asked


def test_arguments_are_edited_as_json() -> None:
    one = turns(result(text("rain")))
    assert json.loads(one.text("messages[1].content[0]")) == {"city": "Oslo"}
    one.set("messages[1].content[0]", '{"city": "Bergen"}')
    block = built(one).messages[1].blocks[0]
    assert isinstance(block, ToolUseBlock)
    assert (block.id, block.input) == ("call-1", {"city": "Bergen"})


@pytest.mark.parametrize("wrong", ["", "[1]", '{"a": ', "NaN"])
def test_arguments_that_are_no_object_keep_the_request_here(wrong: str) -> None:
    one = turns(result(text("rain")))
    one.set("messages[1].content[0]", wrong)
    problems = one.build()
    assert isinstance(problems, list)
    assert [problem.field for problem in problems] == ["messages[1].content[0]"]
    assert "a JSON object" in problems[0].text


def test_a_result_of_one_text_is_edited_as_text() -> None:
    one = turns(result(text("rain") | {"annotations": {"priority": 1}}))
    assert one.text("messages[2].content[0]") == "rain"
    one.set("messages[2].content[0]", "sun")
    block = built(one).messages[2].blocks[0]
    assert isinstance(block, ToolResultBlock)
    assert block.content == ({"type": "text", "text": "sun", "annotations": {"priority": 1}},)


def test_a_result_of_several_blocks_is_edited_as_json() -> None:
    one = turns(result(text("rain"), text("wind")))
    field = "messages[2].content[0]"
    assert json.loads(one.text(field)) == [text("rain"), text("wind")]
    one.set(field, json.dumps([text("calm")]))
    assert request_params(built(one))["messages"][2]["content"][0]["content"] == [text("calm")]
    one.set(field, '["no block"]')
    assert isinstance(one.build(), list)


def test_a_result_with_a_picture_is_replaced_by_a_text() -> None:
    one = turns(result(text("see"), PICTURE))
    field = "messages[2].content[0]"
    assert one.text(field) == ""
    one.set(field, "a grey sky")
    assert request_params(built(one))["messages"][2]["content"][0]["content"] == [text("a grey sky")]


def test_a_picture_is_replaced_by_a_text_and_comes_back() -> None:
    one = draft({"role": "user", "content": [text("what is it?"), PICTURE]})
    one.set("messages[0].content[1]", "a cat")
    assert built(one).messages[0].blocks == (TextBlock("what is it?"), TextBlock("a cat"))
    one.set("messages[0].content[1]", "")
    assert one.build() is one.asked


def test_a_block_is_left_out_and_put_back() -> None:
    one = draft({"role": "user", "content": [PICTURE, text("what is it?")]})
    one.turn("messages[0].content[0]")
    assert one.is_edited
    assert built(one).messages[0].blocks == (TextBlock("what is it?"),)
    one.turn("messages[0].content[0]")
    assert one.build() is one.asked


def test_a_message_without_blocks_is_none_and_a_request_without_messages_neither() -> None:
    one = draft({"role": "user", "content": PICTURE}, user("what was it?"))
    one.turn("messages[0].content")
    assert [message.blocks for message in built(one).messages] == [(TextBlock("what was it?"),)]
    one.turn("messages[1].content")
    assert one.build() == [FieldProblem("messages", "at least one block that is not left out")]


def test_a_tool_use_and_its_result_are_left_out_together() -> None:
    one = turns(result(text("rain")), result(text("sun"), call="call-2"), calls=(CALL, OTHER_CALL))
    one.turn("messages[2].content[1]")
    assert one.left_out == {"messages[1].content[1]", "messages[2].content[1]"}
    assert [type(block) for block in built(one).blocks] == [TextBlock, ToolUseBlock, ToolResultBlock]
    one.turn("messages[1].content[1]")
    assert not one.is_edited


@pytest.mark.parametrize(
    ("left_out", "field", "words"),
    [
        ("messages[2].content[0]", "messages[2].content[1]", "a tool result is missing"),
        ("messages[1].content[0]", "messages[2].content[0]", "a tool result without its tool use"),
    ],
)
def test_a_call_without_its_result_is_not_sent(left_out: str, field: str, words: str) -> None:
    """Whatever left them out: keys leave out both."""
    one = turns(result(text("rain")), result(text("sun"), call="call-2"), calls=(CALL, OTHER_CALL))
    one.left_out.add(left_out)
    (problem,) = problems(one)
    assert (problem.field, problem.text) == (field, words)


@pytest.mark.parametrize("count", [1, 2])
def test_calls_at_the_end_are_not_sent(count: int) -> None:
    one = turns(result(text("rain")), result(text("sun"), call="call-2"), calls=(CALL, OTHER_CALL))
    one.left_out |= {f"messages[2].content[{position}]" for position in range(2)}
    one.left_out |= {f"messages[1].content[{position}]" for position in range(count - 1)}
    (problem,) = problems(one)
    assert problem.text == "a tool result is missing"


def problems(one: Draft) -> list[FieldProblem]:
    """Return why a request can't be built."""
    found = one.build()
    assert isinstance(found, list), "it is sent"
    return found


def test_what_is_said_of_the_shorter_request_finds_its_field() -> None:
    one = draft({"role": "user", "content": PICTURE}, {"role": "user", "content": [text("a"), PICTURE, PICTURE]})
    one.turn("messages[0].content")
    one.turn("messages[1].content[1]")
    picture = built(one).messages[0].blocks[1]
    assert isinstance(picture, ImageBlock)
    assert one.field_of("messages[0].content[1]") == "messages[1].content[2]"
    assert one.field_of("temperature") == "temperature"


def test_a_tool_is_taken_away_and_the_others_keep_their_names() -> None:
    tools = [TOOL, TOOL | {"name": "time"}]
    one = draft(user("hello"), tools=tools, toolChoice={"mode": "required"})
    one.turn("tools[0]")
    assert request_params(built(one))["tools"] == [tools[1]]
    assert one.field_of("tools[0]") == "tools[1]"
    one.turn("tools[1]")
    assert (built(one).tools, built(one).tool_choice) == (None, None)


@pytest.mark.parametrize(("mode", "sent"), [("none", {"mode": "none", "x": 1}), ("", None)])
def test_the_choice_of_tools(mode: str, sent: object) -> None:
    one = draft(user("hello"), tools=[TOOL], toolChoice={"mode": "required", "x": 1})
    assert one.text("toolChoice") == "required"
    one.set("toolChoice", mode)
    assert built(one).tool_choice == sent
    one.set("toolChoice", "sometimes")
    assert one.build() == [FieldProblem("toolChoice", "one of auto, required, none, or nothing")]


def test_a_request_without_messages_can_be_given_one() -> None:
    asked = parse_request({"messages": [], "systemPrompt": "You greet.", "maxTokens": 9})
    now = datetime.now().astimezone()
    origin = Origin("everything", "2025-11-25")
    review = Review(id=1, key="k", origin=origin, arrived=0.0, arrived_at=now, asked=asked, outbound=asked)
    written = draft_of(review, "m")
    assert not written.is_edited
    written.set("messages[0].content", "Say hello.")
    built = written.build()
    assert isinstance(built, SamplingRequest)
    assert (built.messages, built.system_prompt) == ((Message("user", (TextBlock("Say hello."),)),), "You greet.")


# --- what the person adds ---

ADDED = (
    Attached("file /x/a.txt", TextBlock("[file a.txt]\nalpha")),
    Attached("file p.png", ImageBlock("AAAA", "image/png")),
)


def test_what_is_added_is_a_message_before_all_others() -> None:
    one = turns(result(text("rain")))
    assert one.attach(ADDED) == ["context[0]", "context[1]"]
    request = built(one)
    assert request.messages[0] == Message("user", tuple(added.block for added in ADDED), single=False)
    assert request.messages[1:] == one.asked.messages
    assert one.is_edited
    assert one.sources == ("file /x/a.txt", "file p.png")


def test_what_is_added_can_be_edited_left_out_and_put_back() -> None:
    one = draft(user("hello"))
    one.attach(ADDED)
    one.set("context[0]", "less")
    one.turn("context[1]")
    assert built(one).messages[0].blocks == (TextBlock("less"),)
    assert one.sources == ("file /x/a.txt",)
    one.set("context[0]", one.original("context[0]"))
    one.turn("context[1]")
    assert built(one).messages[0].blocks == tuple(added.block for added in ADDED)
    for name in ("context[0]", "context[1]"):
        one.turn(name)
    assert built(one) == one.asked
    one.turn("messages[0].content")
    assert isinstance(one.build(), list)


def test_what_is_added_alone_is_no_request() -> None:
    """A model would answer what nobody asked."""
    one = draft(user("hello"))
    one.attach(ADDED)
    one.turn("messages[0].content")
    problems = one.build()
    assert isinstance(problems, list)
    assert [problem.field for problem in problems] == ["messages"]


def test_no_more_is_added_than_there_is_room_for() -> None:
    one = draft(user("hello"))
    assert len(one.attach(ADDED * 20)) == MAX_ATTACHED
    assert one.attach(ADDED) == []


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("messages[0].content[1]", "context[1]"),
        ("messages[1]", "messages[0]"),
        ("messages[1].content", "messages[0].content"),
        ("messages[3].content[0].name", "messages[2].content[0]"),
        ("systemPrompt", "systemPrompt"),
    ],
)
def test_notes_find_their_fields_below_what_is_added(path: str, field: str) -> None:
    one = turns(result(text("rain")))
    one.attach(ADDED)
    assert one.field_of(path) == field
    one.turn("context[0]")
    one.turn("context[1]")
    assert one.field_of("messages[0].content") == "messages[0].content"
