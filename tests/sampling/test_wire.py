"""The door: what comes in goes out equal, and what the specification forbids stays outside."""

import copy
from typing import Any

import pytest

from tests.support.full_request import EVERYTHING, PNG, params, user
from tuui_sampling.sampling.errors import MalformedRequest
from tuui_sampling.sampling.request import (
    ImageBlock,
    TextBlock,
    ToolResultBlock,
    ToolUseBlock,
)
from tuui_sampling.sampling.response import Response, Usage
from tuui_sampling.sampling.wire import (
    MAX_STOP_SEQUENCES,
    MAX_TOKENS_LIMIT,
    parse_request,
    request_params,
    response_result,
    usage_json,
)

# --- there and back ---


def test_the_whole_vocabulary_goes_there_and_back() -> None:
    before = copy.deepcopy(EVERYTHING)
    request = parse_request(EVERYTHING)
    assert request_params(request) == EVERYTHING
    assert before == EVERYTHING, "the parameters that came in were changed"
    assert parse_request(request_params(request)) == request


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"messages": [user([{"type": "text", "text": "a list of one stays a list"}])]},
        {"temperature": 0},
        {"temperature": 99},
        {"maxTokens": MAX_TOKENS_LIMIT},
        {"maxTokens": 2**31},
        {"maxTokens": 2**53 - 1},
        {"messages": [], "systemPrompt": "Say hello."},
        {"systemPrompt": ""},
        {"metadata": {}},
        {"tools": []},
        {"modelPreferences": {}},
        {"includeContext": "allServers"},
        {"stopSequences": [""] * MAX_STOP_SEQUENCES},
    ],
    ids=str,
)
def test_small_requests_go_there_and_back(change: dict[str, Any]) -> None:
    assert request_params(parse_request(params(**change))) == params(**change)


def test_members_that_say_nothing_are_as_if_they_were_absent() -> None:
    nulls: dict[str, Any] = dict.fromkeys(
        ("temperature", "systemPrompt", "metadata", "tools", "toolChoice", "modelPreferences", "includeContext")
    )
    assert request_params(parse_request(params(stopSequences=[], **nulls))) == params()
    assert not parse_request(params(**nulls)).wants_tools


def test_what_was_read() -> None:
    request = parse_request(EVERYTHING)
    assert request.max_tokens == 100
    assert request.wants_tools
    assert request.preferences is not None
    assert request.preferences.hint_names == ("claude", "gpt")
    assert request.extra == {"_meta": {"progressToken": "p"}, "somethingNew": {"kept": True}}
    kinds = [type(block).__name__ for block in request.blocks]
    assert kinds == [
        "TextBlock",
        "TextBlock",
        "ImageBlock",
        "AudioBlock",
        "ToolUseBlock",
        "ToolResultBlock",
        "TextBlock",
    ]
    image = request.blocks[2]
    assert isinstance(image, ImageBlock)
    assert image.content.startswith(b"\x89PNG")
    assert len(image.sha256) == 64


# --- refusals ---

REFUSED: list[tuple[dict[str, Any], str]] = [
    # maxTokens: the SDK lets most of these through
    ({"maxTokens": -5}, "maxTokens"),
    ({"maxTokens": 0}, "maxTokens"),
    ({"maxTokens": 10**30}, "maxTokens"),
    ({"maxTokens": 1e30}, "maxTokens"),
    ({"maxTokens": 2**64}, "maxTokens"),
    ({"maxTokens": True}, "maxTokens"),
    ({"maxTokens": "100"}, "maxTokens"),
    ({"maxTokens": 1.5}, "maxTokens"),
    ({"maxTokens": None}, "maxTokens"),
    # temperature and the other numbers
    ({"temperature": float("nan")}, "temperature"),
    ({"temperature": float("inf")}, "temperature"),
    ({"temperature": -float("inf")}, "temperature"),
    ({"temperature": 10**400}, "temperature"),
    ({"temperature": "0.5"}, "temperature"),
    ({"temperature": False}, "temperature"),
    ({"modelPreferences": {"costPriority": float("nan")}}, "modelPreferences.costPriority"),
    ({"modelPreferences": {"speedPriority": "1"}}, "modelPreferences.speedPriority"),
    ({"modelPreferences": []}, "modelPreferences"),
    ({"modelPreferences": {"hints": {"name": "x"}}}, "modelPreferences.hints"),
    ({"modelPreferences": {"hints": ["x"]}}, "modelPreferences.hints[0]"),
    ({"modelPreferences": {"hints": [{"name": 1}]}}, "modelPreferences.hints[0].name"),
    # messages and roles
    ({"messages": []}, "messages"),
    ({"messages": None}, "messages"),
    ({"messages": {"0": user("x")}}, "messages"),
    ({"messages": ["hello"]}, "messages[0]"),
    ({"messages": [user("x"), {"role": "system", "content": {"type": "text", "text": "x"}}]}, "messages[1].role"),
    ({"messages": [{"content": {"type": "text", "text": "x"}}]}, "messages[0].role"),
    ({"messages": [{"role": ["user"], "content": []}]}, "messages[0].role"),
    ({"messages": [{"role": "user"}]}, "messages[0].content"),
    ({"messages": [user([])]}, "messages[0].content"),
    # content types
    ({"messages": [user({"type": "video", "data": PNG})]}, "messages[0].content.type"),
    ({"messages": [user([{"type": "text", "text": "x"}, {"text": "x"}])]}, "messages[0].content[1].type"),
    ({"messages": [user({"type": "text"})]}, "messages[0].content.text"),
    ({"messages": [user({"type": "text", "text": 5})]}, "messages[0].content.text"),
    # base64
    ({"messages": [user({"type": "image", "data": "no!", "mimeType": "image/png"})]}, "messages[0].content.data"),
    ({"messages": [user({"type": "image", "data": "AAA", "mimeType": "image/png"})]}, "messages[0].content.data"),
    ({"messages": [user({"type": "image", "data": "ÄÄÄÄ", "mimeType": "image/png"})]}, "messages[0].content.data"),
    ({"messages": [user({"type": "image", "data": PNG})]}, "messages[0].content.mimeType"),
    ({"messages": [user([{"type": "audio", "data": "=", "mimeType": "audio/wav"}])]}, "messages[0].content[0].data"),
    ({"messages": [user({"type": "audio", "mimeType": "audio/wav"})]}, "messages[0].content.data"),
    # the shape of tool use and results
    ({"messages": [user({"type": "tool_use", "id": "1", "name": "f"})]}, "messages[0].content.input"),
    ({"messages": [user({"type": "tool_use", "id": 1, "name": "f", "input": {}})]}, "messages[0].content.id"),
    ({"messages": [user({"type": "tool_use", "id": "1", "input": {}})]}, "messages[0].content.name"),
    ({"messages": [user({"type": "tool_result", "content": []})]}, "messages[0].content.toolUseId"),
    ({"messages": [user({"type": "tool_result", "toolUseId": "1", "content": "x"})]}, "messages[0].content.content"),
    (
        {"messages": [user({"type": "tool_result", "toolUseId": "1", "content": ["x"]})]},
        "messages[0].content.content[0]",
    ),
    ({"messages": [user({"type": "tool_result", "toolUseId": "1", "isError": "yes"})]}, "messages[0].content.isError"),
    # their order (test_tool_turns.py has the rest)
    ({"messages": [user({"type": "tool_result", "toolUseId": "1", "content": []})]}, "messages[0].content"),
    # the rest
    ({"systemPrompt": ["Be brief."]}, "systemPrompt"),
    ({"includeContext": "everything"}, "includeContext"),
    ({"stopSequences": "END"}, "stopSequences"),
    ({"stopSequences": ["a", 1]}, "stopSequences[1]"),
    ({"stopSequences": ["x"] * (MAX_STOP_SEQUENCES + 1)}, "stopSequences"),
    ({"metadata": "x"}, "metadata"),
    ({"tools": {}}, "tools"),
    ({"tools": ["f"]}, "tools[0]"),
    ({"toolChoice": "auto"}, "toolChoice"),
    ({"toolChoice": {"mode": "sometimes"}}, "toolChoice.mode"),
]


@pytest.mark.parametrize(("change", "path"), REFUSED, ids=[f"{path}-{n}" for n, (_, path) in enumerate(REFUSED)])
def test_what_the_specification_forbids_is_refused(change: dict[str, Any], path: str) -> None:
    with pytest.raises(MalformedRequest) as refused:
        parse_request(params(**change))
    assert refused.value.path == path


@pytest.mark.parametrize("value", [None, [], "x", 1])
def test_parameters_that_are_no_object_are_refused(value: object) -> None:
    with pytest.raises(MalformedRequest, match="params: expected an object"):
        parse_request(value)


def test_a_refusal_quotes_little_and_escapes_it() -> None:
    with pytest.raises(MalformedRequest) as refused:
        parse_request(params(maxTokens="\x1b[31m" + "9" * 1000))
    assert "\x1b" not in refused.value.message
    assert len(refused.value.message) < 120


# --- responses ---


def test_one_block_is_sent_as_an_object() -> None:
    response = Response((TextBlock("hi", {"_meta": {"a": 1}}),), "m-1", "endTurn", Usage(1, 2), thinking="secret")
    expected = {
        "role": "assistant",
        "content": {"type": "text", "text": "hi", "_meta": {"a": 1}},
        "model": "m-1",
        "stopReason": "endTurn",
    }
    assert response_result(response, with_tools=False) == expected
    assert response_result(response, with_tools=True) == expected


def test_several_texts_are_joined_unless_tools_were_asked_for() -> None:
    response = Response((TextBlock("a"), TextBlock("b")), "m", None)
    assert response_result(response, with_tools=False)["content"] == {"type": "text", "text": "ab"}
    assert response_result(response, with_tools=True)["content"] == [
        {"type": "text", "text": "a"},
        {"type": "text", "text": "b"},
    ]
    assert "stopReason" not in response_result(response, with_tools=False)


def test_an_empty_response_is_an_empty_text() -> None:
    assert response_result(Response((), "m"), with_tools=False)["content"] == {"type": "text", "text": ""}
    assert response_result(Response((), "m"), with_tools=True)["content"] == []


def test_other_blocks_and_unknown_members_are_kept() -> None:
    blocks = (TextBlock("calling"), ToolUseBlock("1", "f", {"x": 1}))
    result = response_result(Response(blocks, "m", "toolUse", extra={"_meta": {"k": 1}}), with_tools=True)
    assert result["content"][1] == {"type": "tool_use", "id": "1", "name": "f", "input": {"x": 1}}
    assert result["_meta"] == {"k": 1}
    image = Response((ImageBlock(PNG, "image/png"),), "m")
    assert response_result(image, with_tools=False)["content"] == {
        "type": "image",
        "data": PNG,
        "mimeType": "image/png",
    }


def test_new_text_replaces_all_texts_and_leaves_the_rest() -> None:
    result = ToolResultBlock("1", ())
    response = Response((TextBlock("a"), result, TextBlock("b")), "m", thinking="t")
    assert response.text == "ab"
    assert response.with_text("c") == Response((TextBlock("c"), result), "m", thinking="t")


def test_usage_in_words() -> None:
    assert usage_json(None) is None
    assert usage_json(Usage(3, 2, 1, 4)) == {
        "input_tokens": 3,
        "output_tokens": 2,
        "cached_input_tokens": 1,
        "cache_write_tokens": 4,
    }
