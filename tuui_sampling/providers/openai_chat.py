"""
The chat completions API of OpenAI, as many other servers speak it (DeepSeek, Ollama, vLLM, llama.cpp, OpenRouter …).

https://platform.openai.com/docs/api-reference/chat. What those servers have in common is less than the API: so
`max_tokens`, unless it is configured otherwise, and the role `system`, not `developer`.
"""

from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from ..sampling.parameters import PARAMETERS
from ..sampling.request import AudioBlock, Json, TextBlock
from .http_provider import RemoteProvider, SdkStream
from .mapping.content import mime_type
from .mapping.conversation import Part, Result, Turn
from .mapping.prepare import Prepared
from .mapping.profile import Profile
from .openai_common import arguments, authorization, data_url, make_openai_client, result_text
from .streaming.chat_reading import SIGNATURE_MEMBER, ChatReading

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

AUDIO_FORMATS = {"audio/wav": "wav", "audio/mpeg": "mp3"}


class OpenAIChatProvider(RemoteProvider):
    """A model behind an OpenAI-compatible server."""

    sdk = "openai"
    sdk_error = "OpenAIError"
    reading = ChatReading
    profile = Profile(
        text_lists=False,
        # Not all of these are OpenAI's own: llama.cpp, vLLM, Ollama and OpenRouter have the others.
        parameters=frozenset(PARAMETERS),
        images=None,
        stop_sequences=4,
        audio_types=frozenset(AUDIO_FORMATS),
        merges_roles=True,
        error_prefix=True,
        media_after_results=True,
        calls_last=True,
        assistant_last="the assistant has the last word: some servers go on from it, others begin anew",
        members={
            "maxTokens": "max_tokens",
            "temperature": "temperature",
            "stopSequences": "stop",
            "tools": "tools",
            "toolChoice": "tool_choice",
        },
    )

    def _body(self, prepared: Prepared) -> dict[str, Any]:
        messages: list[dict[str, Any]] = []
        if prepared.system_prompt:
            messages.append({"role": "system", "content": prepared.system_prompt})
        for turn in prepared.turns:
            messages.extend(_messages(turn))
        body: dict[str, Any] = {
            "model": self._settings.model,
            "messages": messages,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if prepared.max_tokens is not None:
            body[self._fitted.members["maxTokens"]] = prepared.max_tokens
        if prepared.temperature is not None:
            body["temperature"] = prepared.temperature
        if prepared.stop_sequences:
            body["stop"] = list(prepared.stop_sequences)
        if prepared.tools:
            body["tools"] = [
                {
                    "type": "function",
                    "function": {"name": tool.name} | tool.described | {"parameters": tool.schema},
                }
                for tool in prepared.tools
            ]
        if prepared.tool_choice:
            body["tool_choice"] = prepared.tool_choice
        return body

    @asynccontextmanager
    async def _open(self, client: "AsyncOpenAI", arguments: dict[str, Any]) -> AsyncGenerator[SdkStream, None]:
        call: Any = client.chat.completions.create
        headers = {**authorization(client), **arguments.pop("extra_headers")}
        async with await call(**arguments, extra_headers=headers) as events:
            yield events

    def _make_client(self, base_url: str, query: Mapping[str, str], http_client: "httpx2.AsyncClient") -> "AsyncOpenAI":
        client = make_openai_client(base_url, query, self._settings.timeout, http_client)
        _ = client.chat.completions  # imports the rest of the SDK, here in the thread
        return client


def _messages(turn: Turn) -> Iterator[dict[str, Any]]:
    after: list[Part] = []
    for result in turn.results:
        yield {"role": "tool", "tool_call_id": result.call_id, "content": result_text(result)}
        after.extend(_media(result))
    if turn.calls:
        yield _calling(turn)
    elif parts := (*after, *turn.parts):
        yield {"role": turn.role, "content": _content(parts)}


def _media(result: Result) -> tuple[Part, ...]:
    """Return what a result has but text, which no message of a tool takes, under a line that says what it is."""
    return (TextBlock(f"Returned by the tool call {result.call_id}:"), *result.media) if result.media else ()


def _calling(turn: Turn) -> dict[str, Any]:
    message: dict[str, Any] = {"role": turn.role, "content": _content(turn.parts)}
    calls: list[dict[str, Any]] = []
    for call in turn.calls:
        function = {"name": call.name, "arguments": arguments(call)}
        calls.append({"id": call.id, "type": "function", "function": function})
        for piece in call.reasoning:
            if SIGNATURE_MEMBER in piece:
                calls[-1] |= piece
            else:
                message |= piece
    return message | {"tool_calls": calls}


def _content(parts: tuple[Part, ...]) -> Json:
    # A single text goes as a string: not every server takes the list form.
    if len(parts) == 1 and isinstance(parts[0], TextBlock):
        return parts[0].text
    return [_part(part) for part in parts] or ""


def _part(part: Part) -> dict[str, Any]:
    if isinstance(part, TextBlock):
        return {"type": "text", "text": part.text}
    if isinstance(part, AudioBlock):
        return {"type": "input_audio", "input_audio": {"data": part.data, "format": AUDIO_FORMATS[mime_type(part)]}}
    return {"type": "image_url", "image_url": {"url": data_url(part)}}
