"""The three wires side by side: how to make a provider, and how the same answer looks on each of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

from tests.support.models.model_server import ModelServer, event, typed
from tuui_sampling.config.settings import ModelSettings, ProviderName
from tuui_sampling.providers.anthropic import AnthropicProvider
from tuui_sampling.providers.credentials import Credential
from tuui_sampling.providers.http_provider import RemoteProvider
from tuui_sampling.providers.openai_chat import OpenAIChatProvider
from tuui_sampling.providers.openai_responses import OpenAIResponsesProvider
from tuui_sampling.providers.provider import Event, Finished, Provider, TextDelta, ThinkingDelta
from tuui_sampling.sampling.request import Message, SamplingRequest, TextBlock
from tuui_sampling.sampling.response import Response

KEY = "sk-test-0123456789abcdef"
VARIABLE = "MODEL_KEY"
BASE_URL = "https://models.example/v1"


@dataclass(frozen=True)
class Wire:
    """
    One wire.

    Attributes:
        begin: The events before the first text.
        text: One event with this text.
        thinking: One event with this reasoning.
        end: The events that end an answer regularly (7 tokens in, 3 of them cached, 2 out).
        done: What follows the last event.
    """

    name: ProviderName
    provider: type[RemoteProvider]
    begin: bytes
    text: Callable[[str], bytes]
    thinking: Callable[[str], bytes]
    end: bytes
    done: bytes = b""

    def make(self, server: ModelServer, **settings: Any) -> RemoteProvider:
        """Return a provider of this wire that is connected to the server."""
        return self.with_client(server.client(), **settings)

    def with_client(
        self,
        client: httpx2.AsyncClient | None,
        *,
        base_url: str | None = BASE_URL,
        variable: str | None = VARIABLE,
        environ: Mapping[str, str] | None = None,
        timeout: float = 5.0,
        model: str = "some-model",
        **more: Any,
    ) -> RemoteProvider:
        """Return a provider of this wire that uses this client, or one of its own; `more` is of `ModelSettings`."""
        settings = ModelSettings("mine", self.name, model=model, base_url=base_url, timeout=timeout, **more)
        credential = Credential(variable, {VARIABLE: KEY} if environ is None else environ)
        return self.provider(settings, credential, http_client=client)

    def answer(self, *texts: str) -> tuple[bytes, ...]:
        """Return a whole, regular answer."""
        return (self.begin, *map(self.text, texts), self.end, self.done)


def _chat(delta: dict[str, object], finish_reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return event({"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "real", "choices": [choice]})


CHAT_USAGE = {"prompt_tokens": 7, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 3}}

CHAT = Wire(
    name="openai-compatible",
    provider=OpenAIChatProvider,
    begin=_chat({"role": "assistant", "content": None}),
    text=lambda text: _chat({"content": text}),
    thinking=lambda text: _chat({"reasoning_content": text}),
    end=_chat({}, "stop") + event({"id": "1", "model": "real", "choices": [], "usage": CHAT_USAGE}),
    done=event("[DONE]"),
)

MESSAGES = Wire(
    name="anthropic",
    provider=AnthropicProvider,
    begin=typed(
        type="message_start",
        message={
            "id": "1",
            "type": "message",
            "role": "assistant",
            "model": "real",
            "content": [],
            "usage": {"input_tokens": 4, "cache_read_input_tokens": 3, "output_tokens": 1},
        },
    )
    + typed(type="content_block_start", index=0, content_block={"type": "text", "text": ""}),
    text=lambda text: typed(type="content_block_delta", index=0, delta={"type": "text_delta", "text": text}),
    thinking=lambda text: typed(
        type="content_block_delta", index=0, delta={"type": "thinking_delta", "thinking": text}
    ),
    end=typed(type="content_block_stop", index=0)
    + typed(type="message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 2})
    + typed(type="message_stop"),
)

RESPONSES_USAGE = {"input_tokens": 7, "output_tokens": 2, "input_tokens_details": {"cached_tokens": 3}}

RESPONSES = Wire(
    name="openai",
    provider=OpenAIResponsesProvider,
    begin=typed(type="response.created", response={"id": "1", "status": "in_progress"}),
    text=lambda text: typed(type="response.output_text.delta", item_id="1", output_index=0, delta=text),
    thinking=lambda text: typed(type="response.reasoning_summary_text.delta", item_id="1", delta=text),
    end=typed(
        type="response.completed",
        response={"id": "1", "model": "real", "status": "completed", "usage": RESPONSES_USAGE},
    ),
)

WIRES = (CHAT, MESSAGES, RESPONSES)


def ask(text: str = "Hello", *, max_tokens: int = 100, **fields: Any) -> SamplingRequest:
    """Return a request of one user message."""
    message = Message("user", (TextBlock(text),))
    return SamplingRequest(messages=(message,), max_tokens=max_tokens, **fields)


async def collect(provider: Provider, request: SamplingRequest) -> list[Event]:
    """Return every event of a call, and close the provider."""
    try:
        return [event async for event in provider.stream(request)]
    finally:
        await provider.aclose()


async def respond(provider: Provider, request: SamplingRequest) -> Response:
    """Return the whole response, and check that the pieces before it are the same text."""
    events = await collect(provider, request)
    last = events[-1]
    assert isinstance(last, Finished)
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == last.response.text
    assert "".join(event.text for event in events if isinstance(event, ThinkingDelta)) == last.response.thinking
    return last.response
