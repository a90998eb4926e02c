"""Forms of the chat completions API that single servers have: reasons, counts, contents and calls of tools."""

from typing import Any

import pytest

from tests.support.models.model_server import event, streams
from tests.support.models.wires import CHAT, ask, respond
from tuui_sampling.providers.wire_values import token_count
from tuui_sampling.sampling.request import ToolUseBlock
from tuui_sampling.sampling.response import Response

TOOLS = ({"name": "f", "inputSchema": {"type": "object"}},)


def chunk(delta: object = None, finish: object = None, **more: object) -> bytes:
    """Return one chunk."""
    return event({"model": "real", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]} | more)


async def read(*chunks: bytes) -> Response:
    """Return the answer that these chunks are."""
    return await respond(CHAT.make(streams(*chunks, event("[DONE]"))[0]), ask(tools=TOOLS))


@pytest.mark.parametrize(
    ("reason", "stop_reason"),
    [
        ("STOP", "endTurn"),
        ("Length", "maxTokens"),
        ("MAX_TOKENS", "maxTokens"),
        ("eos_token", "endTurn"),
        ("stop_sequence", "stopSequence"),
        ("Content_Filter", "contentFilter"),
        ("galaxy", "galaxy"),
    ],
)
async def test_reasons_are_known_however_they_are_cased(reason: str, stop_reason: str) -> None:
    response = await read(chunk({"content": "a"}, "null"), chunk({"content": "b"}, ""), chunk({}, reason))
    assert (response.text, response.stop_reason, response.remarks) == ("ab", stop_reason, ())


@pytest.mark.parametrize("content", [{"type": "text", "text": "a"}, [{"type": "text", "text": "a"}], ["a"], "a"])
async def test_content_in_any_form(content: object) -> None:
    response = await read(chunk({"content": content}), chunk({}, "stop"))
    assert (response.text, response.remarks) == ("a", ())


@pytest.mark.parametrize(
    ("usage", "counted"),
    [
        ({"prompt_tokens": "7", "completion_tokens": 2.0}, (7, 2)),
        ({"prompt_tokens": 7, "completion_tokens": None}, (7, 0)),
        ({"prompt_tokens": -7, "completion_tokens": 1e30}, None),
        ({"prompt_tokens": 0, "completion_tokens": 0}, None),
        ({"prompt_tokens": True, "completion_tokens": "two"}, None),
        ("7", None),
        (None, None),
    ],
)
async def test_a_count_that_says_nothing_is_not_a_count_of_none(usage: Any, counted: tuple[int, int] | None) -> None:
    got = (await read(chunk({"content": "a"}), chunk({}, "stop", usage=usage))).usage
    assert (got and (got.input_tokens, got.output_tokens)) == counted


@pytest.mark.parametrize(
    ("value", "count"),
    [(3, 3), ("3", 3), (3.0, 3), (3.5, 0), ("٣", 0), ("9" * 400, 0), (10**400, 0), (float("inf"), 0)],
)
def test_counts(value: object, count: int) -> None:
    assert token_count(value) == count


@pytest.mark.parametrize(
    "call",
    [
        {"index": 0, "id": "c", "name": "f", "arguments": '{"a":1}'},
        {"index": 0, "id": "c", "name": "f", "arguments": {"a": 1}, "function": None},
        {"id": "c", "function": {"name": "f", "arguments": '{"a":1}'}},
    ],
)
async def test_calls_without_their_envelope(call: object) -> None:
    response = await read(chunk({"tool_calls": [call]}), chunk({}, "tool_calls"))
    (block,) = response.blocks
    assert isinstance(block, ToolUseBlock)
    assert (block.id, block.name, block.input, response.remarks) == ("c", "f", {"a": 1}, ())


async def test_a_tool_that_is_called_by_two_names_is_told() -> None:
    pieces = [{"index": 0, "id": "c", "function": {"name": "f"}}, {"index": 0, "function": {"name": "oo"}}]
    response = await read(*(chunk({"tool_calls": [piece]}) for piece in pieces), chunk({}, "tool_calls"))
    assert response.is_partial
    assert response.remarks == ('The tool "f" is called by another name as well: it may not be the one that is meant.',)
