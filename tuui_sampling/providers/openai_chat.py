"""
The chat completions API of OpenAI, as many other servers speak it (DeepSeek, Ollama, vLLM, llama.cpp, OpenRouter …).

https://platform.openai.com/docs/api-reference/chat. What those servers have in common is less than the API: so
`max_tokens`, not `max_completion_tokens`, and the role `system`, not `developer`.
"""

from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from ..sampling.request import ImageBlock, Role, SamplingRequest, TextBlock
from ..sampling.response import Usage
from .answer import Answer, clean_text, dig, token_count
from .carriage import Carries, data_url, sendable_messages, stop_sequences, system_prompt
from .endpoint import Callee
from .openai_client import authorization, make_openai_client
from .provider import Event
from .remote import RemoteProvider, SdkStream

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

STOP_REASONS: Mapping[str, str] = {
    "stop": "endTurn",
    "length": "maxTokens",
    "tool_calls": "toolUse",
    "function_call": "toolUse",
    "content_filter": "contentFilter",
}
"""The API's words and the specification's. Servers have others, which are passed on as they are."""


class OpenAIChatProvider(RemoteProvider):
    """A model behind an OpenAI-compatible server."""

    sdk = "openai"
    sdk_error = "OpenAIError"
    carries = Carries(stop_sequences=4)

    def _body(self, request: SamplingRequest) -> dict[str, Any]:
        messages: list[dict[str, Any]] = []
        if prompt := system_prompt(request):
            messages.append({"role": "system", "content": prompt})
        messages.extend(_message(role, blocks) for role, blocks in sendable_messages(request))
        body: dict[str, Any] = {
            "model": self._settings.model,
            "messages": messages,
            "max_tokens": request.max_tokens,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if request.temperature is not None:
            body["temperature"] = request.temperature
        if sequences := stop_sequences(request, self.carries):
            body["stop"] = sequences
        return body

    @asynccontextmanager
    async def _open(self, client: "AsyncOpenAI", request: SamplingRequest) -> AsyncGenerator[SdkStream, None]:
        call: Any = client.chat.completions.create
        async with await call(**self._body(request), extra_headers=authorization(client)) as events:
            yield events

    def _read(self, event: Any, answer: Answer, callee: Callee) -> Iterable[Event]:
        answer.name_model(dig(event, "model"))
        choice = dig(event, "choices", 0)
        delta = dig(choice, "delta")
        # Reasoning is none of the API's fields: DeepSeek and llama.cpp call it one way, OpenRouter another.
        thinking = dig(delta, "reasoning_content") or dig(delta, "reasoning")
        events = [*answer.add_thinking(thinking), *answer.add_text(dig(delta, "content"))]
        if refusal := dig(delta, "refusal"):
            events.extend(answer.add_text(refusal))
            answer.refused = True
        reason = clean_text(dig(choice, "finish_reason"))
        if reason and answer.stop_reason is None:
            answer.stop_reason = "refusal" if answer.refused else STOP_REASONS.get(reason, reason)
        if (usage := dig(event, "usage")) is not None:
            events.extend(answer.count(_usage(usage)))
        return events

    def _make_client(self, base_url: str, http_client: "httpx2.AsyncClient") -> "AsyncOpenAI":
        client = make_openai_client(base_url, self._settings.timeout, http_client)
        _ = client.chat.completions  # imports the rest of the SDK, here in the thread
        return client


def _message(role: Role, blocks: list[TextBlock | ImageBlock]) -> dict[str, Any]:
    # A single text goes as a string: not every server takes the list form.
    if len(blocks) == 1 and isinstance(blocks[0], TextBlock):
        return {"role": role, "content": blocks[0].text}
    return {"role": role, "content": [_part(block) for block in blocks]}


def _part(block: TextBlock | ImageBlock) -> dict[str, Any]:
    if isinstance(block, TextBlock):
        return {"type": "text", "text": block.text}
    return {"type": "image_url", "image_url": {"url": data_url(block)}}


def _usage(usage: Any) -> Usage:
    return Usage(
        input_tokens=token_count(dig(usage, "prompt_tokens")),
        output_tokens=token_count(dig(usage, "completion_tokens")),
        cached_input_tokens=token_count(dig(usage, "prompt_tokens_details", "cached_tokens")),
    )
