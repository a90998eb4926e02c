"""Anthropic's Messages API (https://docs.claude.com/en/api/messages), streamed."""

from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from ..sampling.request import ImageBlock, SamplingRequest, TextBlock
from ..sampling.response import Usage
from .answer import Answer, clean_text, dig, token_count
from .carriage import Carries, image_type, sendable_messages, stop_sequences, system_prompt
from .endpoint import Callee
from .provider import Event
from .remote import RemoteProvider, SdkStream

if TYPE_CHECKING:
    import httpx2
    from anthropic import AsyncAnthropic

STOP_REASONS: Mapping[str, str] = {
    "end_turn": "endTurn",
    "max_tokens": "maxTokens",
    "model_context_window_exceeded": "maxTokens",
    "stop_sequence": "stopSequence",
    "tool_use": "toolUse",
}
"""The provider's words and the specification's. Others, such as `refusal` and `pause_turn`, are passed on as they are:
the field is open."""


class AnthropicProvider(RemoteProvider):
    """A Claude model. The API has no `temperature` any more, and refuses stop sequences of white space."""

    sdk = "anthropic"
    sdk_error = "AnthropicError"
    default_base_url = "https://api.anthropic.com"
    carries = Carries(temperature=False, blank_stop_sequences=False)

    def _body(self, request: SamplingRequest) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self._settings.model,
            "max_tokens": request.max_tokens,
            "messages": [
                {"role": role, "content": [_block(block) for block in blocks]}
                for role, blocks in sendable_messages(request)
            ],
        }
        if prompt := system_prompt(request):
            body["system"] = prompt
        if sequences := stop_sequences(request, self.carries):
            body["stop_sequences"] = sequences
        return body

    @asynccontextmanager
    async def _open(self, client: "AsyncAnthropic", request: SamplingRequest) -> AsyncGenerator[SdkStream, None]:
        async with client.messages.stream(**self._body(request)) as events:
            yield events

    def _read(self, event: Any, answer: Answer, callee: Callee) -> Iterable[Event]:
        match dig(event, "type"):
            case "message_start":
                answer.name_model(dig(event, "message", "model"))
                return answer.count(_usage(dig(event, "message", "usage"), answer.usage))
            case "content_block_start":
                return answer.add_text(dig(event, "content_block", "text"))
            case "content_block_delta":
                text = answer.add_text(dig(event, "delta", "text"))
                return [*text, *answer.add_thinking(dig(event, "delta", "thinking"))]
            case "message_delta":
                answer.stop_reason = _stop_reason(event) or answer.stop_reason
                return answer.count(_usage(dig(event, "usage"), answer.usage))
        return ()

    def _make_client(self, base_url: str, http_client: "httpx2.AsyncClient") -> "AsyncAnthropic":
        import anthropic

        client = anthropic.AsyncAnthropic(
            api_key="",
            base_url=base_url,
            max_retries=0,
            timeout=self._settings.timeout,
            # Spans could carry the request's content to a collector that an environment variable names.
            open_telemetry=False,
            http_client=http_client,
        )
        _ = client.messages  # imports the rest of the SDK, here in the thread
        return client


def _block(block: TextBlock | ImageBlock) -> dict[str, Any]:
    if isinstance(block, TextBlock):
        return {"type": "text", "text": block.text}
    source = {"type": "base64", "media_type": image_type(block), "data": block.data}
    return {"type": "image", "source": source}


def _stop_reason(event: Any) -> str | None:
    reason = clean_text(dig(event, "delta", "stop_reason"))
    # llama.cpp says `end_turn` beside the sequence that stopped it.
    if reason == "end_turn" and dig(event, "delta", "stop_sequence"):
        return "stopSequence"
    return STOP_REASONS.get(reason, reason) or None


def _usage(usage: Any, before: Usage | None) -> Usage:
    """Return the usage of an event; counts that it leaves out stay (they are totals, not increments)."""
    cached = token_count(dig(usage, "cache_read_input_tokens"))
    read = token_count(dig(usage, "input_tokens"))
    written = token_count(dig(usage, "cache_creation_input_tokens"))
    before = before or Usage(0, 0)
    return Usage(
        input_tokens=read + cached + written or before.input_tokens,
        output_tokens=token_count(dig(usage, "output_tokens")) or before.output_tokens,
        cached_input_tokens=cached or before.cached_input_tokens,
    )
