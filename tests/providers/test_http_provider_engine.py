"""The three wires against a real engine: llama.cpp's own server, on a model that says noise."""

from typing import Any

import pytest

from tests.support.models.engine import Engine
from tests.support.models.wires import CHAT, MESSAGES, RESPONSES, WIRES, Wire, ask, collect, respond
from tuui_sampling.providers.provider import Provider
from tuui_sampling.sampling.errors import ModelError, ModelErrorKind
from tuui_sampling.sampling.request import Message, SamplingRequest, TextBlock, ToolResultBlock, ToolUseBlock

each_wire = pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)


def connect(wire: Wire, engine: Engine, model: str | None = None) -> Provider:
    """Return a provider that calls the engine over this wire."""
    base_url = engine.base_url.removesuffix("/v1") if wire is MESSAGES else engine.base_url
    return wire.with_client(None, base_url=base_url, model=model or engine.model, timeout=60)


@each_wire
async def test_text_limit_and_usage(wire: Wire, engine: Engine) -> None:
    response = await respond(connect(wire, engine), ask("Hello", max_tokens=5, system_prompt="Be brief."))
    assert response.text
    assert response.stop_reason == "maxTokens"
    assert response.model == engine.model
    assert response.usage is not None
    assert response.usage.output_tokens == 5
    assert response.usage.input_tokens > 5


@each_wire
async def test_stop_sequence(wire: Wire, engine: Engine) -> None:
    """The model's answers are made of words, so one of these vowels stops each of them early."""
    response = await respond(connect(wire, engine), ask("Hello", max_tokens=200, stop_sequences=("e", "o", "a", "i")))
    assert not set("eoai") & set(response.text)
    assert response.stop_reason == ("endTurn" if wire is CHAT else "stopSequence")


@each_wire
async def test_conversation(wire: Wire, engine: Engine) -> None:
    messages = (
        Message("user", (TextBlock("One"), TextBlock("and two")), single=False),
        Message("assistant", (TextBlock("Three"),)),
        Message("user", (TextBlock("Four — ünï¢ödé 𝄞"),)),
    )
    request = SamplingRequest(messages, max_tokens=4, temperature=0.0, metadata={"x": 1})
    assert (await respond(connect(wire, engine), request)).text


WEATHER = {
    "name": "weather/today",
    "inputSchema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}


@each_wire
async def test_conversation_with_tools(wire: Wire, engine: Engine) -> None:
    """The engine refuses what breaks its wire: tools, calls and results are checked by somebody else than us."""
    calls = (
        ToolUseBlock("a/1", "weather/today", {"city": "Köln"}),
        ToolUseBlock("b", "weather/today", {"city": "Bonn"}),
    )
    results = (
        ToolResultBlock("a/1", ({"type": "text", "text": "wet"},)),
        ToolResultBlock("b", ({"type": "text", "text": "no such city"},), is_error=True),
    )
    messages = (
        Message("user", (TextBlock("How is it?"),)),
        Message("user", (TextBlock("There, I mean."),)),
        Message("assistant", (TextBlock("Let me see."), *calls), single=False),
        Message("user", results, single=False),
    )
    for tools, choice in (((WEATHER,), "auto"), ((WEATHER,), "none"), (None, None)):
        fields: dict[str, Any] = {"tools": tools, "tool_choice": {"mode": choice} if choice else None}
        response = await respond(connect(wire, engine), SamplingRequest(messages, max_tokens=4, **fields))
        assert response.text
        assert response.usage is not None
        assert response.usage.input_tokens > 20


@each_wire
async def test_the_model_says_noise_and_makes_no_call(wire: Wire, engine: Engine) -> None:
    request = ask("Hello", max_tokens=4, tools=(WEATHER,), tool_choice={"mode": "required"})
    response = await respond(connect(wire, engine), request)
    assert response.remarks == ("The server requires a call of a tool, but the model made none.",)


@pytest.mark.parametrize("wire", [CHAT, RESPONSES], ids=lambda wire: wire.name)
async def test_configured_members_and_headers_reach_the_engine(wire: Wire, engine: Engine) -> None:
    """A grammar is a member that only llama.cpp knows; it leaves it out on the third wire."""
    provider = wire.with_client(
        None,
        base_url=engine.base_url,
        model=engine.model,
        timeout=60,
        extra_body={"grammar": 'root ::= "yes"'},
        extra_headers={"X-Any": "thing"},
    )
    assert (await respond(provider, ask("Hello", max_tokens=30))).text.strip() == "yes"


@each_wire
async def test_request_that_is_too_long(wire: Wire, engine: Engine) -> None:
    with pytest.raises(ModelError) as caught:
        await collect(connect(wire, engine), ask("word " * 6000, max_tokens=4))
    assert caught.value.kind is ModelErrorKind.TOO_LONG
    assert "too long" in caught.value.message


@each_wire
async def test_closing_leaves_the_engine_well(wire: Wire, engine: Engine) -> None:
    provider = connect(wire, engine)
    stream = provider.stream(ask("Hello", max_tokens=2000))
    await anext(stream)
    await stream.aclose()
    assert (await respond(provider, ask("Again", max_tokens=3))).text
