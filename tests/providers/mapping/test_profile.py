"""What a server takes otherwise than its API says goes to it that way, by presets and by what is configured."""

from typing import Any

import pytest

from tests.support.models.model_server import streams
from tests.support.models.wires import CHAT, MESSAGES, RESPONSES, Wire, ask, respond
from tuui_sampling.config.presets import PRESETS
from tuui_sampling.providers.catalogue import known_support
from tuui_sampling.providers.mapping.content import UNKNOWN_SIGHT
from tuui_sampling.sampling.request import (
    AudioBlock,
    ImageBlock,
    Message,
    SamplingRequest,
    TextBlock,
    ToolResultBlock,
    ToolUseBlock,
)

PNG = ImageBlock("iVBORw0KGgo=", "image/png")
TWO_TEXTS = SamplingRequest((Message("user", (TextBlock("one"), TextBlock("two")), single=False),), max_tokens=9)


async def body(wire: Wire, request: SamplingRequest, **settings: Any) -> dict[str, Any]:
    """Return the body that is sent."""
    server, _ = streams(*wire.answer("ok"))
    await respond(wire.make(server, **settings), request)
    return server.asked


def of_preset(name: str) -> dict[str, Any]:
    """Return what the configuration makes of a preset."""
    preset = PRESETS[name]
    return {
        "supports": preset.supports,
        "drop_params": preset.drop_params,
        "max_tokens_param": preset.max_tokens_param,
    }


@pytest.mark.parametrize("name", PRESETS)
async def test_each_preset_sends_texts_and_the_limit_as_its_server_takes_them(name: str) -> None:
    sent = await body(CHAT, TWO_TEXTS, **of_preset(name))
    content = sent["messages"][0]["content"]
    joined = name in ("deepseek", "cerebras")
    assert content == ("one\ntwo" if joined else [{"type": "text", "text": "one"}, {"type": "text", "text": "two"}])
    limit = "max_completion_tokens" if name in ("groq", "cerebras", "xai", "openai-chat") else "max_tokens"
    assert {key: value for key, value in sent.items() if "max" in key} == {limit: 9}


async def test_an_unknown_server_gets_one_text() -> None:
    sent = await body(CHAT, TWO_TEXTS)
    assert sent["messages"] == [{"role": "user", "content": "one\ntwo"}]
    found = CHAT.with_client(None).notes(TWO_TEXTS)
    assert [note.field for note in found] == ["messages"]


async def test_texts_beside_a_picture_or_a_call_stay_where_they_are() -> None:
    seen = SamplingRequest((Message("user", (TextBlock("a"), PNG, TextBlock("b"))),), max_tokens=9)
    assert [part["type"] for part in (await body(CHAT, seen))["messages"][0]["content"]] == [
        "text",
        "image_url",
        "text",
    ]
    called = SamplingRequest(
        (
            Message("user", (TextBlock("go"),)),
            Message("assistant", (TextBlock("a"), TextBlock("b"), ToolUseBlock("c", "f", {}))),
            Message("user", (ToolResultBlock("c", ()),)),
        ),
        max_tokens=9,
        tools=({"name": "f", "inputSchema": {}},),
    )
    assert (await body(CHAT, called))["messages"][1]["content"] == "a\nb"


@pytest.mark.parametrize("wire", [CHAT, MESSAGES, RESPONSES], ids=lambda wire: wire.name)
async def test_a_query_of_the_address_goes_behind_the_path(wire: Wire) -> None:
    server, _ = streams(*wire.answer("ok"))
    await respond(
        wire.make(server, base_url="https://models.example/openai/v1?api-version=2025-04-01&key=a%20b"), ask()
    )
    (request,) = server.requests
    assert request.url.path.startswith("/openai/v1/")
    assert dict(request.url.params) == {"api-version": "2025-04-01", "key": "a b"}


@pytest.mark.parametrize(
    ("model", "sees"),
    [
        ("gpt-4o", True),
        ("o3", True),
        ("claude-haiku-4-5", True),
        ("gemini-3-flash", True),
        ("Qwen2.5-VL-7B", True),
        ("llava:13b", True),
        ("deepseek-chat", False),
        ("gpt-oss-20b", False),
        ("o3-mini", False),
        ("tiny-random", None),
        ("my-finetune", None),
        ("qwen3", None),
    ],
)
def test_sight_is_known_or_it_is_said_that_it_is_not(model: str, sees: bool | None) -> None:
    provider = CHAT.with_client(None, model=model)
    known = known_support(provider._settings).get("images")
    assert known is sees
    request = SamplingRequest((Message("user", (PNG,)),), max_tokens=9)
    supports = {} if known is None else {"images": known}
    notes = CHAT.with_client(None, model=model, supports=supports).notes(request)
    expected = {True: [], False: ["this model can't see images"], None: [UNKNOWN_SIGHT]}[sees]
    assert [note.text for note in notes] == expected


def test_sound_is_not_sent_to_a_model_of_which_it_is_not_known() -> None:
    request = SamplingRequest((Message("user", (AudioBlock("UklGRg==", "audio/wav"),)),), max_tokens=9)
    (note,) = CHAT.with_client(None).notes(request)
    assert "audio can't be sent" in note.text


LARGEST = [2**31, 2**53 - 1, 2**63 - 1, 2**64 - 1]


@pytest.mark.parametrize("largest", LARGEST)
@pytest.mark.parametrize("wire", [CHAT, MESSAGES, RESPONSES], ids=lambda wire: wire.name)
async def test_the_largest_number_that_a_server_knows_is_lowered_with_a_note(wire: Wire, largest: int) -> None:
    request = ask(max_tokens=largest)
    sent = await body(wire, request)
    (note,) = wire.with_client(None).notes(request)
    assert note.field == "maxTokens"
    limits = {key: value for key, value in sent.items() if "max" in key}
    assert limits == ({"max_tokens": 8192} if wire is MESSAGES else {})
    limited = await body(wire, request, max_output_tokens=64)
    assert next(value for key, value in limited.items() if "max" in key) == 64


def test_a_request_without_messages_is_told_to_need_one() -> None:
    (note,) = CHAT.with_client(None).notes(SamplingRequest((), 9, system_prompt="Say hello."))
    assert (note.field, note.text) == ("messages", "there is no message for the model to answer")
