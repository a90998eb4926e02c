"""Chat completions of an agent's framework as sampling requests, and answers as chat completions."""

import json
from typing import Any

import pytest

from tests.support.models.agent_code import NoDesk
from tests.support.models.wires import ask
from tuui_sampling.providers.agent_code.chat_messages import ONLY_JSON, chat_completion, chunks, sampling_request
from tuui_sampling.providers.agent_code.request import AgentRequest
from tuui_sampling.sampling.errors import MalformedRequest
from tuui_sampling.sampling.request import TextBlock, ToolUseBlock
from tuui_sampling.sampling.response import Response, Usage
from tuui_sampling.sampling.wire import request_params

USER = {"role": "user", "content": "hi"}
CALL = {"id": "t1", "type": "function", "function": {"name": "look", "arguments": '{"at": 1}'}}
PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}}
ADDRESS = {"type": "image_url", "image_url": {"url": "http://x"}}
NULL = {"type": "json_schema", "json_schema": {"schema": {"type": "null"}}}
NAMED = {"type": "function", "function": {"name": "other"}}
LOOK = {"type": "function", "function": {"name": "look", "description": "Looks.", "parameters": {"type": "object"}}}
OTHER = {"type": "function", "function": {"name": "other"}}


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            {"messages": [{"role": "system", "content": "a"}, {"role": "developer", "content": [text("b")]}, USER]},
            {"systemPrompt": "a\n\nb", "messages": [{"role": "user", "content": [text("hi")]}]},
        ),
        (
            {
                "messages": [
                    USER,
                    {"role": "assistant", "content": None, "tool_calls": [CALL, {**CALL, "id": "t2"}]},
                    {"role": "tool", "tool_call_id": "t1", "content": "seen"},
                    {"role": "tool", "tool_call_id": "t2", "content": [text("too")]},
                    {"role": "user", "content": [PICTURE]},
                ]
            },
            {
                "messages": [
                    {"role": "user", "content": [text("hi")]},
                    {
                        "role": "assistant",
                        "content": [
                            {"type": "tool_use", "id": "t1", "name": "look", "input": {"at": 1}},
                            {"type": "tool_use", "id": "t2", "name": "look", "input": {"at": 1}},
                        ],
                    },
                    {
                        "role": "user",
                        "content": [
                            {"type": "tool_result", "toolUseId": "t1", "content": [text("seen")]},
                            {"type": "tool_result", "toolUseId": "t2", "content": [text("too")]},
                        ],
                    },
                    {"role": "user", "content": [{"type": "image", "mimeType": "image/png", "data": "aGk="}]},
                ]
            },
        ),
        (
            {"messages": [USER], "tools": [LOOK, OTHER], "tool_choice": "auto"},
            {
                "tools": [
                    {"name": "look", "description": "Looks.", "inputSchema": {"type": "object"}},
                    {"name": "other", "inputSchema": {"type": "object"}},
                ],
                "toolChoice": {"mode": "auto"},
            },
        ),
        (
            {"messages": [USER], "tools": [LOOK, OTHER], "tool_choice": NAMED},
            {
                "tools": [{"name": "other", "inputSchema": {"type": "object"}}],
                "toolChoice": {"mode": "required"},
            },
        ),
        ({"messages": [USER], "max_tokens": 7, "stop": "X"}, {"maxTokens": 7, "stopSequences": ["X"]}),
        ({"messages": [USER], "max_completion_tokens": 9_999_999}, {"maxTokens": 100}),
        (
            {"messages": [USER], "response_format": NULL},
            {"systemPrompt": f'{ONLY_JSON}\n{{"type": "null"}}'},
        ),
        (
            {"messages": [USER, {"role": "assistant", "content": "x", "tool_calls": [
                {**CALL, "function": {"name": "look", "arguments": "{at"}}]},
                {"role": "tool", "tool_call_id": "t1", "content": "no"}]},
            {},
        ),
    ],
)  # fmt: skip
def test_a_body_becomes_a_request(body: dict[str, Any], expected: dict[str, Any]) -> None:
    asked = ask(system_prompt="the server's", tool_choice={"mode": "none"}, metadata={"kept": True})
    params = request_params(sampling_request(body, asked))
    assert {name: params.get(name) for name in expected} == expected
    assert params["metadata"] == {"kept": True}
    assert "the server's" not in str(params), "the code decides whether it passes it on"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "user", "content": [{"type": "file"}]}]}, "the type file does not go through"),
        ({"messages": [{"role": "user", "content": [ADDRESS]}]}, "image_url"),
        ({"messages": [USER], "tools": [{"type": "web_search"}]}, "the type web_search does not go through"),
        ({"messages": ["hi"]}, "expected an object"),
        ({"messages": [{"role": "nobody", "content": "x"}]}, "role"),
    ],
)  # fmt: skip
def test_what_does_not_go_through_is_named(body: dict[str, Any], words: str) -> None:
    with pytest.raises(MalformedRequest, match=words):
        sampling_request(body, ask())


USES = (TextBlock("so"), ToolUseBlock("t1", "look", {"at": 1}), ToolUseBlock("t2", "b", {}, broken_input="{at"))


def test_a_response_becomes_a_completion_whole_and_in_pieces() -> None:
    response = Response(USES, "m-1", "toolUse", Usage(3, 2))
    whole = chat_completion(response, "c1")
    message = whole["choices"][0]["message"]
    assert (message["content"], whole["model"], whole["choices"][0]["finish_reason"]) == ("so", "m-1", "tool_calls")
    assert [call["function"]["arguments"] for call in message["tool_calls"]] == ['{"at": 1}', "{at"]
    assert whole["usage"] == {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
    first, second, last = chunks(response, "c1")
    assert [call["index"] for call in first["choices"][0]["delta"]["tool_calls"]] == [0, 1]
    assert (second["choices"][0]["finish_reason"], last["usage"]) == ("tool_calls", whole["usage"])
    cut = chat_completion(Response((TextBlock("x"),), "m", "maxTokens"), "c")
    assert (cut["choices"][0]["finish_reason"], cut["usage"]["total_tokens"]) == ("length", 0)


async def test_the_client_has_chat_completions_and_nothing_else() -> None:
    import openai

    desk = NoDesk(Response((TextBlock("so"),), "m-1", "endTurn"))
    client = AgentRequest(ask(), "claude", {"mail__send": ("Sends.", {})}, desk).openai_client
    completion = await client.chat.completions.create(model="any", messages=[{"role": "user", "content": "hi"}])
    assert completion.choices[0].message.content == "so"
    with pytest.raises(openai.NotFoundError, match="only chat completions"):
        await client.models.list()
    with pytest.raises(openai.BadRequestError, match="messages"):
        await client.chat.completions.create(model="any", messages=[])
    assert json.loads(json.dumps(request_params(desk.asked[0])))["messages"][0]["content"] == [text("hi")]


async def test_the_tools_of_servers_are_functions_for_any_framework() -> None:
    request = AgentRequest(ask("What?"), "claude", {"mail__send": ("Sends.", {})}, NoDesk())
    (tool,) = request.tools
    assert (tool.name, tool.description, request.text) == ("mail__send", "Sends.", "What?")
    assert await tool.call(to="Ada") == "mail__send {'to': 'Ada'}"
