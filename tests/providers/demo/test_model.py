"""The offline model: the same answer each time, made of what it was asked, within its limits."""

import asyncio
from dataclasses import replace

import pytest

from tests.support.limits import LIMIT
from tests.support.models.wires import ask, collect, respond
from tuui_sampling.config.settings import ModelSettings
from tuui_sampling.providers.demo.model import DemoProvider
from tuui_sampling.providers.provider import TextDelta
from tuui_sampling.sampling.request import ImageBlock, Message, SamplingRequest, TextBlock, ToolResultBlock
from tuui_sampling.sampling.response import Response

PICTURE = ImageBlock("iVBORw0KGgo=", "image/png")


async def answer(request: SamplingRequest) -> Response:
    """Return the model's whole response."""
    return await respond(DemoProvider(ModelSettings("demo", "demo"), delay=0), request)


async def test_same_request_same_answer() -> None:
    request = ask("Write a poem about autumn leaves")
    assert await answer(request) == await answer(request)


async def test_the_terse_one_answers_with_the_first_line() -> None:
    request = ask("Write a poem about autumn leaves")
    terse = await respond(DemoProvider(ModelSettings("terse", "demo", model="demo-terse"), delay=0), request)
    assert terse.text == (await answer(request)).text.split("\n")[0]
    assert terse.model == "demo-terse"


@pytest.mark.parametrize("text", ["Write a poem about winter lanterns", "a poem: winter", "poem", "POEM — 雪と月"])
async def test_poem(text: str) -> None:
    response = await answer(ask(text))
    verse = response.text.split("\n\n")[0]
    assert 4 <= len(verse.split("\n")) <= 5
    if "winter" in text:
        assert "winter" in verse.lower()
    assert response.stop_reason == "endTurn"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What is the sentiment of this text: I love this, it is wonderful", "positive"),
        ("Sentiment (positive, negative or neutral)?\nIt broke twice and support was useless.", "negative"),
        ("The sentiment of: The train leaves at nine.", "neutral"),
    ],
)
async def test_sentiment_is_one_word(text: str, expected: str) -> None:
    assert (await answer(ask(text, temperature=0.0))).text == expected


async def test_sentiment_by_the_system_prompt() -> None:
    request = ask("What a great day", system_prompt="Name the sentiment in one word.")
    assert (await answer(request)).text == "positive"


async def test_summary() -> None:
    response = await answer(ask("Summarize:\nFirst thing. Second thing! Third thing? Fourth."))
    assert response.text.startswith("In short: First thing. Second thing! (2 more sentences left out.)")


async def test_answer_shows_what_was_sent() -> None:
    request = ask("How tall is it?", system_prompt="Answer like a pirate.", temperature=0.25)
    text = (await answer(request)).text
    assert "“How tall is it?”" in text
    assert "“Answer like a pirate.”" in text
    assert "0.25" in text
    assert "temperature" not in (await answer(ask("How tall is it?"))).text


async def test_a_quoted_sentence_ends_once() -> None:
    assert (await answer(ask("Name a river."))).text.startswith("You wrote “Name a river.” I am")


async def test_conversation() -> None:
    messages = (*ask("My name is Ada").messages, Message("assistant", (TextBlock("Hi"),)), *ask("Who am I?").messages)
    text = (await answer(SamplingRequest(messages, 100))).text
    assert "turn 3" in text
    assert "“My name is Ada”" in text


async def test_images() -> None:
    message = Message("user", (TextBlock("What is it?"), PICTURE), single=False)
    text = (await answer(SamplingRequest((message,), 100))).text
    assert "image/png, 8 bytes" in text
    assert PICTURE.sha256[:16] in text


@pytest.mark.parametrize("limit", [1, 3])
async def test_limit_counts_words(limit: int) -> None:
    whole = await answer(ask("Tell me"))
    cut = await answer(ask("Tell me", max_tokens=limit))
    assert len(cut.text.split()) == limit
    assert whole.text.startswith(cut.text)
    assert cut.stop_reason == "maxTokens"
    assert cut.usage is not None
    assert cut.usage.output_tokens == limit


async def test_limit_that_is_just_enough() -> None:
    words = len((await answer(ask("Tell me"))).text.split())
    assert (await answer(ask("Tell me", max_tokens=words))).stop_reason == "endTurn"


async def test_stop_sequence() -> None:
    response = await answer(ask("alpha beta gamma", stop_sequences=("beta",)))
    assert response.text.endswith("alpha ")
    assert response.stop_reason == "stopSequence"


async def test_it_is_written_word_by_word() -> None:
    events = await collect(DemoProvider(ModelSettings("demo", "demo"), delay=0), ask("Tell me"))
    pieces = [event.text for event in events if isinstance(event, TextDelta)]
    assert len(pieces) > 5
    assert all(len(piece.split()) == 1 for piece in pieces)


async def test_it_can_be_cancelled_at_any_word() -> None:
    provider = DemoProvider(ModelSettings("demo", "demo"), delay=3600)
    begun = asyncio.Event()

    async def read() -> None:
        begun.set()
        await collect(provider, ask("Tell me"))

    task = asyncio.create_task(read())
    async with asyncio.timeout(LIMIT):
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_model_id_is_the_configured_one() -> None:
    provider = DemoProvider(ModelSettings("demo", "demo", model="demo-2"), delay=0)
    assert (await respond(provider, replace(ask("x")))).model == "demo-2"


SCHEMA = {
    "type": "object",
    "properties": {
        "city": {"type": "string"},
        "day": {"type": "integer", "minimum": 2},
        "unit": {"enum": ["C", "F"]},
        "deep": {"type": "object", "properties": {"list": {"type": "array", "items": {"type": "boolean"}}}},
        "left_out": {"type": "string"},
    },
    "required": ["city", "day", "unit", "deep"],
}
TOOLS = ({"name": "weather", "inputSchema": SCHEMA}, {"name": "sights", "inputSchema": {"type": "object"}})


def turn(request: SamplingRequest, response: Response) -> SamplingRequest:
    """Return the request that brings the results of what was called."""
    results = tuple(ToolResultBlock(one.id, ({"type": "text", "text": "sunny"},)) for one in response.tool_uses)
    added = (Message("assistant", response.blocks, False), Message("user", results, False))
    return replace(request, messages=request.messages + added)


async def test_tools_are_called_in_two_turns_and_then_there_is_an_answer() -> None:
    request = ask("What is the weather in Lisbon?", tools=TOOLS)
    first = await answer(request)
    (call,) = first.tool_uses
    assert (call.name, call.input) == ("weather", {"city": "Lisbon", "day": 2, "unit": "C", "deep": {"list": [True]}})
    assert first.stop_reason == "toolUse"
    assert await answer(request) == first
    second = await answer(turn(request, first))
    (other,) = second.tool_uses
    assert (other.name, other.input) == ("sights", {})
    assert other.id != call.id
    last = await answer(turn(turn(request, first), second))
    assert (last.tool_uses, last.stop_reason) == ((), "endTurn")
    assert last.text.startswith("The tool said “sunny”. That is for “What is the weather in Lisbon?”.")


@pytest.mark.parametrize(("mode", "calls"), [("none", 0), ("auto", 1), ("required", 1)])
async def test_the_tool_choice_is_kept_to(mode: str, calls: int) -> None:
    response = await answer(ask("Hello", tools=TOOLS, tool_choice={"mode": mode}))
    assert len(response.tool_uses) == calls


async def test_a_call_that_the_limit_cuts_is_no_call() -> None:
    response = await answer(ask("Hello", tools=TOOLS, max_tokens=8))
    assert (response.tool_uses, response.stop_reason) == ((), "maxTokens")
    assert response.remarks
