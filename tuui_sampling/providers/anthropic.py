"""Anthropic's Messages API (https://docs.claude.com/en/api/messages), streamed."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from ..config.settings import ModelSettings
from ..sampling.request import ImageBlock, TextBlock
from .credentials import Credential
from .http_provider import RemoteProvider, SdkStream
from .mapping.content import mime_type
from .mapping.conversation import Call, Part, Result, Thought, Turn
from .mapping.prepare import Prepared
from .mapping.profile import Profile
from .mapping.prompt_cache import SentTurns
from .streaming.messages_reading import MessagesReading

if TYPE_CHECKING:
    import httpx2
    from anthropic import AsyncAnthropic

TOOL_CHOICES = {"auto": "auto", "none": "none", "required": "any"}


class AnthropicProvider(RemoteProvider):
    """A Claude model. Its newest API has no `temperature`, and refuses stop sequences of white space."""

    sdk = "anthropic"
    sdk_error = "AnthropicError"
    default_base_url = "https://api.anthropic.com"
    reading = MessagesReading
    profile = Profile(
        max_tokens_required=True,
        parameters=frozenset({"top_p", "top_k"}),
        temperature=False,
        blank_stop_sequences=False,
        merges_roles=True,
        assistant_last="the model is to go on from these words, which the newer Claude models refuse; "
        "white space at their end is left out",
        own_members=frozenset({"model", "messages", "stream", "max_tokens"}),
        members={
            "systemPrompt": "system",
            "temperature": "temperature",
            "stopSequences": "stop_sequences",
            "tools": "tools",
            "toolChoice": "tool_choice",
        },
    )

    def __init__(self, settings: ModelSettings, credential: Credential, **more: Any) -> None:
        """Remember what to call, as every wire does; nothing has been sent yet."""
        super().__init__(settings, credential, **more)
        self._sent = SentTurns()

    def _body(self, prepared: Prepared) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self._settings.model,
            "max_tokens": prepared.max_tokens,
            "messages": [_message(turn, last=turn is prepared.turns[-1]) for turn in prepared.turns],
            "stream": True,
        }
        if prepared.system_prompt:
            body["system"] = prepared.system_prompt
        if prepared.stop_sequences:
            body["stop_sequences"] = list(prepared.stop_sequences)
        if prepared.tools:
            body["tools"] = [
                {"name": tool.name} | tool.described | {"input_schema": tool.schema} for tool in prepared.tools
            ]
        if prepared.tool_choice:
            body["tool_choice"] = {"type": TOOL_CHOICES[prepared.tool_choice]}
        if prepared.temperature is not None:
            # The SDK has no such parameter any more; older models behind the same API take it.
            body["extra_body"] = {"temperature": prepared.temperature}
        if self._settings.prompt_cache:
            self._sent.mark(body)
        return body

    @asynccontextmanager
    async def _open(self, client: "AsyncAnthropic", arguments: dict[str, Any]) -> AsyncGenerator[SdkStream, None]:
        call: Any = client.messages.create
        async with await call(**arguments) as events:
            yield events

    def _make_client(
        self, base_url: str, query: Mapping[str, str], http_client: "httpx2.AsyncClient"
    ) -> "AsyncAnthropic":
        import anthropic

        client = anthropic.AsyncAnthropic(
            api_key="",
            base_url=base_url,
            default_query=query,
            max_retries=0,
            timeout=self._settings.timeout,
            # Spans could carry the request's content to a collector that an environment variable names.
            open_telemetry=False,
            http_client=http_client,
        )
        _ = client.messages  # imports the rest of the SDK, here in the thread
        return client


def _message(turn: Turn, *, last: bool) -> dict[str, Any]:
    content = [_block(item) for item in turn.with_thoughts]  # results stand alone: the specification wants it so
    if last and turn.role == "assistant" and content[-1]["type"] == "text":
        content[-1]["text"] = content[-1]["text"].rstrip()  # refused otherwise
    return {"role": turn.role, "content": content}


def _block(item: Part | Call | Result | Thought) -> dict[str, Any]:
    match item:
        case TextBlock():
            return {"type": "text", "text": item.text}
        case ImageBlock():
            source = {"type": "base64", "media_type": mime_type(item), "data": item.data}
            return {"type": "image", "source": source}
        case Call():
            return {"type": "tool_use", "id": item.id, "name": item.name, "input": dict(item.input)}
        case Thought():
            return dict(item.piece)
        case Result():
            block: dict[str, Any] = {"type": "tool_result", "tool_use_id": item.call_id}
            if item.parts:
                block["content"] = [_block(part) for part in item.parts]
            return block | ({"is_error": True} if item.is_error else {})
    raise TypeError(type(item))  # sound is refused before
