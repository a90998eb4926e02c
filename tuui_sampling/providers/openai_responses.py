"""OpenAI's Responses API (https://platform.openai.com/docs/api-reference/responses), streamed and not stored."""

import re
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from ..sampling.note import Note
from ..sampling.request import ImageBlock, Role, SamplingRequest, TextBlock
from ..sampling.response import Usage
from .credentials import Callee
from .errors import in_band
from .http_provider import RemoteProvider, SdkStream
from .mapping.conversation import Call, Part, Result, Thought, Turn
from .mapping.prepare import Carried
from .mapping.profile import Carries
from .openai_common import arguments, authorization, data_url, make_openai_client, result_text
from .provider import Event
from .streaming.response_builder import Answer, clean_text, dig, token_count

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

LEAST_OUTPUT_TOKENS = 16
"""OpenAI refuses a smaller `max_output_tokens`."""

INCOMPLETE_REASONS = {"max_output_tokens": "maxTokens", "content_filter": "contentFilter"}


WITHOUT_REASONING = re.compile(r"(gpt-[34]|chatgpt)", re.IGNORECASE)
"""Models that do not reason: they refuse to be asked for their encrypted reasoning."""

KNOWN_ITEMS = ("message", "reasoning", "function_call")


class OpenAIResponsesProvider(RemoteProvider):
    """
    A model of OpenAI.

    `store=False`, since otherwise OpenAI keeps each response for 30 days. The API has no stop sequences, and its
    newer models refuse `temperature`, so neither is sent. With tools, the reasoning comes encrypted, to be sent back.
    """

    sdk = "openai"
    sdk_error = "OpenAIError"
    default_base_url = "https://api.openai.com/v1"
    carries = Carries(
        temperature=False,
        stop_sequences=0,
        error_prefix=True,
        assistant_last="the assistant has the last word: the model begins anew after it",
        members={
            "maxTokens": "max_output_tokens",
            "systemPrompt": "instructions",
            "temperature": "temperature",
            "tools": "tools",
            "toolChoice": "tool_choice",
        },
    )

    def notes(self, request: SamplingRequest) -> tuple[Note, ...]:
        """Say what this model can't carry of the request."""
        found = super().notes(request)
        if request.max_tokens < LEAST_OUTPUT_TOKENS:
            found += (Note("maxTokens", f"OpenAI refuses fewer than {LEAST_OUTPUT_TOKENS}"),)
        return found

    def _body(self, carried: Carried) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self._settings.model,
            "input": [item for turn in carried.turns for item in _items(turn)],
            "max_output_tokens": carried.max_tokens,
            "store": False,
            "stream": True,
        }
        if carried.system_prompt:
            body["instructions"] = carried.system_prompt
        if carried.temperature is not None:
            body["temperature"] = carried.temperature
        if carried.tools:
            body["tools"] = [
                {"type": "function", "name": tool.name, "parameters": tool.schema, "strict": False} | tool.described
                for tool in carried.tools
            ]
            if not WITHOUT_REASONING.match(self._settings.model):
                body["include"] = ["reasoning.encrypted_content"]
        if carried.tool_choice:
            body["tool_choice"] = carried.tool_choice
        return body

    @asynccontextmanager
    async def _open(self, client: "AsyncOpenAI", arguments: dict[str, Any]) -> AsyncGenerator[SdkStream, None]:
        call: Any = client.responses.create
        headers = {**authorization(client), **arguments.pop("extra_headers")}
        async with await call(**arguments, extra_headers=headers) as events:
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
            case "response.output_item.added":
                return _begin_item(event, answer)
            case "response.function_call_arguments.delta":
                return answer.add_arguments(_key(event), dig(event, "delta"))
            case "response.output_item.done":
                return _end_item(event, answer)
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


def _items(turn: Turn) -> list[dict[str, Any]]:
    """Return a turn's items; texts and images in a row are one message."""
    items: list[dict[str, Any]] = []
    parts: list[dict[str, Any]] | None = None
    for item in turn.with_thoughts:
        if isinstance(item, Call | Result | Thought):
            items.append(_item(item))
            parts = None
        else:
            if parts is None:
                parts = []
                items.append({"type": "message", "role": turn.role, "content": parts})
            parts.append(_part(turn.role, item))
    return items


def _item(item: Call | Result | Thought) -> dict[str, Any]:
    match item:
        case Call():
            return {"type": "function_call", "call_id": item.id, "name": item.name, "arguments": arguments(item)}
        case Thought():
            return dict(item.piece)
    output: Any = result_text(item)
    if item.media:
        text = [TextBlock(output)] if output else []
        output = [_part("user", part) for part in (*text, *item.media)]
    return {"type": "function_call_output", "call_id": item.call_id, "output": output}


def _part(role: Role, part: Part) -> dict[str, Any]:
    if isinstance(part, TextBlock):
        return {"type": "output_text" if role == "assistant" else "input_text", "text": part.text}
    if isinstance(part, ImageBlock):
        return {"type": "input_image", "image_url": data_url(part), "detail": "auto"}
    raise TypeError(type(part))  # sound is refused before


def _key(event: Any) -> Any:
    """Return what an item's events name it by; llama.cpp numbers nothing."""
    index, item = dig(event, "output_index"), dig(event, "item")
    return index if index is not None else dig(event, "item_id") or dig(item, "id") or dig(item, "call_id")


def _begin_item(event: Any, answer: Answer) -> Iterable[Event]:
    item = dig(event, "item")
    kind = dig(item, "type")
    if kind == "function_call":
        identifier, name = dig(item, "call_id") or dig(item, "id"), dig(item, "name")
        return answer.begin_tool(_key(event), identifier=identifier, name=name, whole=dig(item, "arguments"))
    if kind not in KNOWN_ITEMS:
        answer.leave_out(kind)
    return ()


def _end_item(event: Any, answer: Answer) -> Iterable[Event]:
    item, key = dig(event, "item"), _key(event)
    match dig(item, "type"):
        case "reasoning" if secret := clean_text(dig(item, "encrypted_content")):
            summary = [
                {"type": "summary_text", "text": clean_text(dig(part, "text"))} for part in dig(item, "summary") or ()
            ]
            answer.keep_reasoning(
                {
                    "type": "reasoning",
                    "id": clean_text(dig(item, "id")),
                    "summary": summary,
                    "encrypted_content": secret,
                }
            )
        case "function_call":
            events = [] if answer.tool(key) else list(_begin_item(event, answer))
            if (tool := answer.tool(key)) is not None and not tool.pieces:
                tool.whole = dig(item, "arguments")
            return events
    return ()


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
        cache_write_tokens=token_count(dig(usage, "input_tokens_details", "cache_write_tokens")),
    )
