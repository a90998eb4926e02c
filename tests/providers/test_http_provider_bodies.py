"""What each wire sends: the whole body of the request, and nothing of the environment's."""

from typing import Any

import pytest

from tests.support.models.model_server import refuses, streams
from tests.support.models.wires import CHAT, KEY, MESSAGES, RESPONSES, WIRES, Wire, ask, collect, respond
from tuui_sampling.sampling.errors import ModelError
from tuui_sampling.sampling.request import ImageBlock, Message, SamplingRequest, TextBlock

PNG = "iVBORw0KGgo="
USER_PICTURE = Message("user", (TextBlock("What is this?"), ImageBlock(PNG, "image/png")), single=False)
CONVERSATION = SamplingRequest(
    messages=(
        Message("user", (TextBlock("Hi"),)),
        Message("user", (TextBlock("  \n"), TextBlock("again")), single=False),
        Message("assistant", (TextBlock("Hello"),)),
        Message("assistant", (TextBlock(" "),)),
        USER_PICTURE,
    ),
    max_tokens=50,
    system_prompt="Be brief.",
    temperature=0.5,
    stop_sequences=("END", "\n\n", "", "a", "b", "c"),
    metadata={"api_base": "https://evil.example"},
    extra={"_meta": {"progressToken": 1}},
)

EXPECTED: dict[str, dict[str, Any]] = {
    "openai-compatible": {
        "model": "some-model",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "Hi"}, {"type": "text", "text": "again"}]},
            {"role": "assistant", "content": "Hello"},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What is this?"},
                    {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}"}},
                ],
            },
        ],
        "max_tokens": 50,
        "temperature": 0.5,
        "stop": ["END", "\n\n", "a", "b"],
        "stream": True,
        "stream_options": {"include_usage": True},
    },
    "anthropic": {
        "model": "some-model",
        "system": "Be brief.",
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "Hi"}, {"type": "text", "text": "again"}]},
            {"role": "assistant", "content": [{"type": "text", "text": "Hello"}]},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What is this?"},
                    {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}},
                ],
            },
        ],
        "max_tokens": 50,
        "stop_sequences": ["END", "a", "b", "c"],
        "stream": True,
    },
    "openai": {
        "model": "some-model",
        "instructions": "Be brief.",
        "input": [
            {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hi"}]},
            {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "again"}]},
            {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Hello"}]},
            {
                "type": "message",
                "role": "user",
                "content": [
                    {"type": "input_text", "text": "What is this?"},
                    {"type": "input_image", "image_url": f"data:image/png;base64,{PNG}", "detail": "auto"},
                ],
            },
        ],
        "max_output_tokens": 50,
        "store": False,
        "stream": True,
    },
}

PATHS = {"openai-compatible": "/v1/chat/completions", "anthropic": "/v1/v1/messages", "openai": "/v1/responses"}


@pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)
async def test_whole_request(wire: Wire) -> None:
    server, _ = streams(*wire.answer("ok"))
    await respond(wire.make(server, supports={"text_lists": True}), CONVERSATION)
    assert server.asked == EXPECTED[wire.name]
    (request,) = server.requests
    assert request.url.host == "models.example"
    assert request.url.path == PATHS[wire.name]
    assert request.headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)
async def test_least_request_has_no_empty_parameters(wire: Wire) -> None:
    server, _ = streams(*wire.answer("ok"))
    await respond(wire.make(server), ask("Hello", system_prompt="  "))
    optional = {"system", "instructions", "stop", "stop_sequences", "temperature", "tools", "metadata"}
    assert not optional & server.asked.keys()


@pytest.mark.hostile(29)
async def test_misnamed_image_type_is_sent_by_its_right_name() -> None:
    server, _ = streams(*CHAT.answer("ok"))
    request = SamplingRequest((Message("user", (ImageBlock(PNG, "image/JPG"),)),), max_tokens=9)
    await respond(CHAT.make(server), request)
    assert server.asked["messages"][0]["content"][0]["image_url"]["url"].startswith("data:image/jpeg;base64,")


SDK_ENVIRONMENT = {
    "ANTHROPIC_API_KEY": "sk-wrong",
    "ANTHROPIC_AUTH_TOKEN": "wrong-token",
    "ANTHROPIC_BASE_URL": "https://elsewhere.example",
    "ANTHROPIC_CUSTOM_HEADERS": "X-Leak: wrong\nAuthorization: Bearer wrong\nx-api-key: wrong",
    "ANTHROPIC_PROFILE": "wrong",
    "OPENAI_ADMIN_KEY": "sk-wrong-admin",
    "OPENAI_API_KEY": "sk-wrong",
    "OPENAI_BASE_URL": "https://elsewhere.example",
    "OPENAI_CUSTOM_HEADERS": "X-Leak: wrong\nAuthorization: Bearer wrong",
    "OPENAI_ORG_ID": "wrong-organization",
    "OPENAI_PROJECT_ID": "wrong-project",
}


@pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)
async def test_variables_of_the_sdks_change_nothing(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SDK_ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    server, _ = streams(*wire.answer("ok"))
    await respond(wire.make(server), ask())
    (request,) = server.requests
    assert request.url.host == "models.example"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert not [name for name, value in request.headers.items() if "wrong" in value]


@pytest.mark.parametrize("wire", [MESSAGES, RESPONSES], ids=lambda wire: wire.name)
async def test_without_base_url_the_vendor_is_called(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SDK_ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    server, _ = streams(*wire.answer("ok"))
    provider = wire.make(server, base_url=None)
    await respond(provider, ask())
    assert server.requests[0].url.host == provider.host == f"api.{wire.name}.com"


async def test_no_key_is_sent_where_none_is_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SDK_ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    server, _ = streams(*CHAT.answer("ok"))
    await respond(CHAT.make(server, variable=None), ask())
    (request,) = server.requests
    assert "authorization" not in request.headers
    assert not [name for name, value in request.headers.items() if "wrong" in value]


async def test_key_is_read_at_each_call() -> None:
    environ = {"MODEL_KEY": "sk-first-key"}
    server, _ = streams(*CHAT.answer("ok"))
    provider = CHAT.make(server, environ=environ)
    assert [event async for event in provider.stream(ask())]
    environ["MODEL_KEY"] = "sk-second-key"
    server.reply = streams(*CHAT.answer("ok"))[0].reply
    assert [event async for event in provider.stream(ask())]
    await provider.aclose()
    assert [request.headers["authorization"] for request in server.requests] == [
        "Bearer sk-first-key",
        "Bearer sk-second-key",
    ]


@pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)
async def test_configured_headers_are_sent_and_kept_out_of_messages(wire: Wire) -> None:
    headers = {"X-Gateway": "gateway-secret", "Authorization": "Basic of-our-own"}
    server = refuses(400, {"error": {"message": "no gateway-secret here, nor Basic of-our-own"}})
    provider = wire.make(server, extra_headers=headers)
    with pytest.raises(ModelError) as caught:
        await collect(provider, ask())
    (request,) = server.requests
    assert request.headers["x-gateway"] == "gateway-secret"
    assert request.headers["authorization"] == "Basic of-our-own"
    assert "It says" in caught.value.message
    assert "secret" not in caught.value.message
    assert "of-our-own" not in caught.value.message
