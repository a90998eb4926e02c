"""OpenAI's Responses API (https://platform.openai.com/docs/api-reference/responses), streamed and not stored."""

import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from ..sampling.note import Note
from ..sampling.request import ImageBlock, Role, SamplingRequest, TextBlock
from .http_provider import RemoteProvider, SdkStream
from .mapping.conversation import Call, Part, Result, Thought, Turn
from .mapping.prepare import Prepared
from .mapping.profile import Profile
from .openai_common import arguments, authorization, data_url, make_openai_client, result_text
from .streaming.responses_reading import ResponsesReading

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

MIN_OUTPUT_TOKENS = 16
"""OpenAI refuses a smaller `max_output_tokens`."""

WITHOUT_REASONING = re.compile(r"(gpt-[34]|chatgpt)", re.IGNORECASE)
"""Models that do not reason: they refuse to be asked for their encrypted reasoning."""


class OpenAIResponsesProvider(RemoteProvider):
    """
    A model of OpenAI.

    `store=False`, since otherwise OpenAI keeps each response for 30 days. The API has no stop sequences, and its
    newer models refuse `temperature`, so neither is sent. With tools, the reasoning comes encrypted, to be sent back.
    """

    sdk = "openai"
    sdk_error = "OpenAIError"
    default_base_url = "https://api.openai.com/v1"
    reading = ResponsesReading
    profile = Profile(
        parameters=frozenset({"top_p"}),
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
        if request.max_tokens < MIN_OUTPUT_TOKENS:
            found += (Note("maxTokens", f"OpenAI refuses fewer than {MIN_OUTPUT_TOKENS}"),)
        return found

    def _body(self, prepared: Prepared) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self._settings.model,
            "input": [item for turn in prepared.turns for item in _items(turn)],
            "store": False,
            "stream": True,
        }
        if prepared.max_tokens is not None:
            body["max_output_tokens"] = prepared.max_tokens
        if prepared.system_prompt:
            body["instructions"] = prepared.system_prompt
        if prepared.temperature is not None:
            body["temperature"] = prepared.temperature
        if prepared.tools:
            body["tools"] = [
                {"type": "function", "name": tool.name, "parameters": tool.schema, "strict": False} | tool.described
                for tool in prepared.tools
            ]
            if not WITHOUT_REASONING.match(self._settings.model):
                body["include"] = ["reasoning.encrypted_content"]
        if prepared.tool_choice:
            body["tool_choice"] = prepared.tool_choice
        return body

    @asynccontextmanager
    async def _open(self, client: "AsyncOpenAI", arguments: dict[str, Any]) -> AsyncGenerator[SdkStream, None]:
        call: Any = client.responses.create
        headers = {**authorization(client), **arguments.pop("extra_headers")}
        async with await call(**arguments, extra_headers=headers) as events:
            yield events

    def _make_client(self, base_url: str, query: Mapping[str, str], http_client: "httpx2.AsyncClient") -> "AsyncOpenAI":
        client = make_openai_client(base_url, query, self._settings.timeout, http_client)
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
