"""What each tool of the demonstration server asks, and what it makes of the answer, in both protocol eras."""

import asyncio
import base64
import zlib
from typing import Any

import pytest
from mcp import MCPError
from mcp_types import CreateMessageRequestParams, ImageContent, TextContent

from tests.support.bare_client import Model, PendingSample, connected, text_of
from tests.support.limits import LIMIT
from tests.support.paths import demo_server
from tuui_sampling.demo.hostile import DISPLAY_ATTACKS

MODES = pytest.mark.parametrize("mode", ["legacy", "auto"])

CALLS: dict[str, dict[str, Any]] = {
    "generate_poem": {"topic": "the moon", "style": "limerick", "lines": 5},
    "summarize": {"text": "A long story.", "sentences": 3, "bullets": True},
    "analyze_sentiment": {"text": "What a day!"},
    "describe_image": {},
    "converse": {"question": "And neap tides?"},
    "hostile": {},
}


async def asked(tool: str, mode: str = "legacy") -> CreateMessageRequestParams:
    """Call one tool, answer it, and return what it asked."""
    model = Model()
    async with connected(demo_server(), model, mode=mode) as client:
        call = asyncio.create_task(client.call_tool(tool, CALLS[tool]))
        pending = await model.next()
        pending.answer("whatever")
        await call
    return pending.params


def texts(params: CreateMessageRequestParams) -> list[str]:
    """Return the text of each message that holds text alone."""
    return [message.content.text for message in params.messages if isinstance(message.content, TextContent)]


@MODES
async def test_every_tool_says_what_was_answered_by_which_model_and_why_it_stopped(mode: str) -> None:
    model = Model()
    async with connected(demo_server(), model, mode=mode) as client:
        assert client.protocol_version == {"legacy": "2025-11-25", "auto": "2026-07-28"}[mode]
        for tool, arguments in CALLS.items():
            call = asyncio.create_task(client.call_tool(tool, arguments))
            (await model.next()).answer(f"answer to {tool}", model="a-model", stop_reason="maxTokens")
            result = await call
            assert not result.is_error
            assert text_of(result) == f"answer to {tool}\n\n(model: a-model, stop reason: maxTokens)"


async def test_a_missing_stop_reason_is_named_as_such() -> None:
    model = Model()
    async with connected(demo_server(), model) as client:
        call = asyncio.create_task(client.call_tool("converse", {}))
        (await model.next()).answer("yes", stop_reason=None)
        assert text_of(await call) == "yes\n\n(model: test-model, stop reason: not set)"


async def test_a_rejection_is_a_tool_error_with_code_and_message_in_the_legacy_era() -> None:
    model = Model()
    async with connected(demo_server(), model) as client:
        for tool, arguments in CALLS.items():
            call = asyncio.create_task(client.call_tool(tool, arguments))
            (await model.next()).reject()
            result = await call
            assert result.is_error
            assert text_of(result) == "sampling failed: -1 User rejected sampling request"


async def test_a_rejection_ends_the_call_on_the_client_s_side_in_the_modern_era() -> None:
    model = Model()
    async with connected(demo_server(), model, mode="auto") as client:
        call = asyncio.create_task(client.call_tool("generate_poem", CALLS["generate_poem"]))
        (await model.next()).reject()
        with pytest.raises(MCPError, match="User rejected sampling request") as raised:
            await call
        assert raised.value.code == -1


@MODES
async def test_a_client_that_cannot_sample_is_told_so(mode: str) -> None:
    async with connected(demo_server(), mode=mode) as client:
        result = await client.call_tool("converse", {})
    assert result.is_error
    assert "sampling failed: -32021 Client did not declare the sampling capability" in text_of(result)


@MODES
async def test_a_client_that_takes_no_tools_is_told_so(mode: str) -> None:
    async with connected(demo_server(), Model(), mode=mode) as client:
        result = await client.call_tool("plan_trip", {})
    assert result.is_error
    assert "Client did not declare the sampling.tools capability" in text_of(result)


async def test_the_poem_follows_the_form() -> None:
    params = await asked("generate_poem")
    assert texts(params) == ["Write a poem about the moon. Style: limerick. At most 5 lines."]
    assert params.system_prompt is not None
    assert params.max_tokens == 200


async def test_the_summary_holds_the_text() -> None:
    params = await asked("summarize")
    assert "at most 3 sentences, as a list" in texts(params)[0]
    assert texts(params)[0].endswith("A long story.")


@MODES
async def test_the_sentiment_shows_every_parameter(mode: str) -> None:
    params = await asked("analyze_sentiment", mode)
    assert params.temperature == 0.0
    assert params.max_tokens == 5
    assert params.stop_sequences == ["\n"]
    preferences = params.model_preferences
    assert preferences is not None
    assert [hint.name for hint in preferences.hints or []] == ["haiku", "mini"]
    priorities = (
        preferences.cost_priority,
        preferences.speed_priority,
        preferences.intelligence_priority,
    )
    assert priorities == (0.9, 0.8, 0.1)


async def test_the_picture_is_a_readable_png() -> None:
    params = await asked("describe_image")
    image = params.messages[0].content
    assert isinstance(image, ImageContent)
    assert image.mime_type == "image/png"
    assert texts(params) == ["What is in this picture?"]
    size, pixels = decode_png(base64.b64decode(image.data, validate=True))
    assert size == (32, 32)
    assert pixels[0][:3] == b"\x00\x40\x00"
    assert pixels[-1][-3:] == b"\xff\x40\xff"


def decode_png(data: bytes) -> tuple[tuple[int, int], list[bytes]]:
    """Return width and height, and the rows of an unfiltered RGB picture; checks every chunk's sum."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks: dict[bytes, bytes] = {}
    position = 8
    while position < len(data):
        length = int.from_bytes(data[position : position + 4])
        kind, content = data[position + 4 : position + 8], data[position + 8 : position + 8 + length]
        assert int.from_bytes(data[position + 8 + length : position + 12 + length]) == zlib.crc32(kind + content)
        chunks[kind] = content
        position += 12 + length
    assert list(chunks) == [b"IHDR", b"IDAT", b"IEND"]
    width, height = int.from_bytes(chunks[b"IHDR"][:4]), int.from_bytes(chunks[b"IHDR"][4:8])
    raw = zlib.decompress(chunks[b"IDAT"])
    rows = [raw[start : start + 1 + 3 * width] for start in range(0, len(raw), 1 + 3 * width)]
    assert len(rows) == height
    assert all(row[0] == 0 for row in rows)
    return (width, height), [row[1:] for row in rows]


async def test_the_conversation_has_a_history() -> None:
    params = await asked("converse")
    assert [message.role for message in params.messages] == ["user", "assistant", "user", "assistant", "user"]
    assert texts(params)[-1] == "And neap tides?"
    assert params.system_prompt is not None


@MODES
async def test_hostile_text_arrives_as_it_is_in_prompt_system_prompt_and_metadata(mode: str) -> None:
    params = await asked("hostile", mode)
    assert params.metadata is not None
    keys = "".join(params.metadata)
    for name, attack in DISPLAY_ATTACKS.items():
        for place in (texts(params)[0], params.system_prompt or "", str(params.metadata["note"]), keys):
            assert attack in place, name


def test_the_attacks_cover_what_a_display_must_survive() -> None:
    everything = "".join(DISPLAY_ATTACKS.values())
    wanted = ("\x1b]11;?\x07", "\x9b", "[@click=app.quit]", "[/]", "\u202e", "\u200b", "\U000e0061", "\r", "\b")
    for piece in wanted:
        assert piece in everything, ascii(piece)


async def test_the_forms_have_descriptions_defaults_choices_and_limits() -> None:
    async with connected(demo_server(), Model()) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == {*CALLS, "ask_twice", "plan_trip", "remind"}
    for tool in tools.values():
        assert tool.title
        assert tool.description
        for name, field in tool.input_schema["properties"].items():
            assert name not in {"answer", "context", "first", "second", "third"} or tool.name == "ask_twice"
            assert field["description"]
    poem = tools["generate_poem"].input_schema
    assert poem["required"] == ["topic"]
    assert poem["properties"]["style"]["enum"] == ["haiku", "limerick", "sonnet", "free verse"]
    assert poem["properties"]["style"]["default"] == "haiku"
    lines = poem["properties"]["lines"]
    assert (lines["type"], lines["minimum"], lines["maximum"], lines["default"]) == ("integer", 1, 40, 4)


async def answered_in_reverse(model: Model) -> tuple[PendingSample, PendingSample]:
    """Take two requests before either is answered, then answer the later one first."""
    one, other = await model.next(), await model.next()
    assert not one.outcome.done()
    other.answer(f"re: {other.prompt}")
    one.answer(f"re: {one.prompt}")
    return one, other


@MODES
async def test_ask_twice_asks_both_before_either_is_answered(mode: str) -> None:
    model = Model()
    async with connected(demo_server(), model, mode=mode) as client:
        call = asyncio.create_task(client.call_tool("ask_twice", {"first": "one?", "second": "two?"}))
        await answered_in_reverse(model)
        result = await call
    assert not result.is_error
    report = text_of(result)
    assert report.index("first: re: one?") < report.index("second: re: two?")


async def test_ask_twice_reports_a_refusal_beside_the_other_answer() -> None:
    model = Model()
    async with connected(demo_server(), model) as client:
        call = asyncio.create_task(client.call_tool("ask_twice", {"first": "one?", "second": "two?"}))
        pending = {sample.prompt: sample for sample in (await model.next(), await model.next())}
        pending["one?"].reject()
        pending["two?"].answer("fine")
        result = await call
    assert result.is_error
    assert "first: sampling failed: -1 User rejected sampling request" in text_of(result)
    assert "second: fine" in text_of(result)


async def test_cancelling_the_call_withdraws_its_request() -> None:
    model = Model()
    async with connected(demo_server(), model) as client:
        call = asyncio.create_task(client.call_tool("converse", {}))
        pending = await model.next()
        call.cancel()
        await asyncio.wait({call}, timeout=LIMIT)
        assert await pending.withdrawn()
