"""OpenAI's Responses API (https://platform.openai.com/docs/api-reference/responses), streamed and not stored."""

from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from ..sampling.note import Note
from ..sampling.request import ImageBlock, Role, SamplingRequest, TextBlock
from ..sampling.response import Usage
from .answer import Answer, clean_text, dig, token_count
from .carriage import Carries, data_url, sendable_messages, system_prompt
from .endpoint import Callee
from .failures import in_band
from .openai_client import authorization, make_openai_client
from .provider import Event
from .remote import RemoteProvider, SdkStream

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

LEAST_OUTPUT_TOKENS = 16
"""OpenAI refuses a smaller `max_output_tokens`."""

INCOMPLETE_REASONS = {"max_output_tokens": "maxTokens", "content_filter": "contentFilter"}


class OpenAIResponsesProvider(RemoteProvider):
    """
    A model of OpenAI.

    `store=False`, since otherwise OpenAI keeps each response for 30 days. The API has no stop sequences, and its
    newer models refuse `temperature`, so neither is sent.
    """

    sdk = "openai"
    sdk_error = "OpenAIError"
    default_base_url = "https://api.openai.com/v1"
    carries = Carries(temperature=False, stop_sequences=0)

    def notes(self, request: SamplingRequest) -> tuple[Note, ...]:
        """Say what this wire can't carry of the request."""
        found = super().notes(request)
        if request.max_tokens < LEAST_OUTPUT_TOKENS:
            found += (Note("maxTokens", f"OpenAI refuses fewer than {LEAST_OUTPUT_TOKENS}"),)
        return found

    def _body(self, request: SamplingRequest) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self._settings.model,
            "input": [
                {"type": "message", "role": role, "content": [_part(role, block) for block in blocks]}
                for role, blocks in sendable_messages(request)
            ],
            "max_output_tokens": request.max_tokens,
            "store": False,
            "stream": True,
        }
        if prompt := system_prompt(request):
            body["instructions"] = prompt
        return body

    @asynccontextmanager
    async def _open(self, client: "AsyncOpenAI", request: SamplingRequest) -> AsyncGenerator[SdkStream, None]:
        call: Any = client.responses.create
        async with await call(**self._body(request), extra_headers=authorization(client)) as events:
            yield events

    def _read(self, event: Any, answer: Answer, callee: Callee) -> Iterable[Event]:
        match dig(event, "type"):
            case "response.output_text.delta":
                return answer.add_text(dig(event, "delta"))
            case "response.refusal.delta":
                answer.refused = True
                return answer.add_text(dig(event, "delta"))
            case "response.reasoning_summary_text.delta" | "response.reasoning_text.delta":
                return answer.add_thinking(dig(event, "delta"))
            case "response.completed" | "response.incomplete" as kind:
                return _finish(kind, dig(event, "response"), answer)
            case "response.failed":
                raise in_band(dig(event, "response", "error"), callee)
            case "error":
                raise in_band(event, callee)
        return ()

    def _make_client(self, base_url: str, http_client: "httpx2.AsyncClient") -> "AsyncOpenAI":
        client = make_openai_client(base_url, self._settings.timeout, http_client)
        _ = client.responses  # imports the rest of the SDK, here in the thread
        return client


def _part(role: Role, block: TextBlock | ImageBlock) -> dict[str, Any]:
    if isinstance(block, TextBlock):
        return {"type": "output_text" if role == "assistant" else "input_text", "text": block.text}
    return {"type": "input_image", "image_url": data_url(block), "detail": "auto"}


def _finish(kind: str, response: Any, answer: Answer) -> Iterable[Event]:
    answer.name_model(dig(response, "model"))
    reason = clean_text(dig(response, "incomplete_details", "reason"))
    usage = _usage(dig(response, "usage"))
    if answer.refused:
        answer.stop_reason = "refusal"
    elif kind == "response.incomplete":
        answer.stop_reason = INCOMPLETE_REASONS.get(reason, reason or "incomplete")
    else:
        # llama.cpp says "completed" of an answer that the limit cut.
        answer.stop_reason = "maxTokens" if usage.output_tokens >= answer.max_tokens else "endTurn"
    return answer.count(usage) if usage.input_tokens or usage.output_tokens else ()


def _usage(usage: Any) -> Usage:
    return Usage(
        input_tokens=token_count(dig(usage, "input_tokens")),
        output_tokens=token_count(dig(usage, "output_tokens")),
        cached_input_tokens=token_count(dig(usage, "input_tokens_details", "cached_tokens")),
    )
