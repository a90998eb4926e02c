"""Anthropic's Messages API (https://docs.claude.com/en/api/messages), streamed."""

from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from ..sampling.request import ImageBlock, TextBlock
from ..sampling.response import Usage
from .credentials import Callee
from .http_provider import RemoteProvider, SdkStream
from .mapping.content import mime_type
from .mapping.conversation import Call, Part, Result, Thought, Turn
from .mapping.prepare import Carried
from .mapping.profile import Carries
from .provider import Event
from .streaming.response_builder import Answer, clean_text, dig, token_count

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


TOOL_CHOICES = {"auto": "auto", "none": "none", "required": "any"}


class AnthropicProvider(RemoteProvider):
    """
    A Claude model. Its newest API has no `temperature`, and refuses stop sequences of white space.

    The stream is read event by event: the SDK's own collector fails on arguments of tools that are no JSON.
    """

    sdk = "anthropic"
    sdk_error = "AnthropicError"
    default_base_url = "https://api.anthropic.com"
    carries = Carries(
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

    def _body(self, carried: Carried) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self._settings.model,
            "max_tokens": carried.max_tokens,
            "messages": [_message(turn, last=turn is carried.turns[-1]) for turn in carried.turns],
            "stream": True,
        }
        if carried.system_prompt:
            body["system"] = carried.system_prompt
        if carried.stop_sequences:
            body["stop_sequences"] = list(carried.stop_sequences)
        if carried.tools:
            body["tools"] = [
                {"name": tool.name} | tool.described | {"input_schema": tool.schema} for tool in carried.tools
            ]
        if carried.tool_choice:
            body["tool_choice"] = {"type": TOOL_CHOICES[carried.tool_choice]}
        if carried.temperature is not None:
            # The SDK has no such parameter any more; older models behind the same API take it.
            body["extra_body"] = {"temperature": carried.temperature}
        return body

    @asynccontextmanager
    async def _open(self, client: "AsyncAnthropic", arguments: dict[str, Any]) -> AsyncGenerator[SdkStream, None]:
        call: Any = client.messages.create
        async with await call(**arguments) as events:
            yield events

    def _read(self, event: Any, answer: Answer, callee: Callee) -> Iterable[Event]:
        match dig(event, "type"):
            case "message_start":
                answer.name_model(dig(event, "message", "model"))
                return answer.count(_usage(dig(event, "message", "usage"), answer.usage))
            case "content_block_start":
                return _begin_block(dig(event, "index"), dig(event, "content_block"), answer)
            case "content_block_delta":
                return _add_to_block(dig(event, "index"), dig(event, "delta"), answer)
            case "content_block_stop":
                _end_block(answer)
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


def _message(turn: Turn, *, last: bool) -> dict[str, Any]:
    # The results of tools must come first.
    items = (*turn.results, *(item for item in turn.with_thoughts if not isinstance(item, Result)))
    content = [_block(item) for item in items]
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


def _begin_block(index: Any, block: Any, answer: Answer) -> Iterable[Event]:
    match dig(block, "type"):
        case "text":
            return answer.add_text(dig(block, "text"))
        case "tool_use":
            identifier, name = dig(block, "id"), dig(block, "name")
            return answer.begin_tool(index, identifier=identifier, name=name, whole=dig(block, "input"))
        case "thinking":
            answer.begin_thought(type="thinking", thinking="", signature="")
            return _add_to_thought(block, answer)
        case "redacted_thinking":
            answer.keep_reasoning({"type": "redacted_thinking", "data": clean_text(dig(block, "data"))})
        case kind:
            answer.leave_out(kind)
    return ()


def _add_to_block(index: Any, delta: Any, answer: Answer) -> Iterable[Event]:
    match dig(delta, "type"):
        case "input_json_delta":
            return answer.add_arguments(index, dig(delta, "partial_json"))
        case "thinking_delta" | "signature_delta":
            return _add_to_thought(delta, answer)
    return answer.add_text(dig(delta, "text"))


def _add_to_thought(value: Any, answer: Answer) -> Iterable[Event]:
    answer.add_to_thought("thinking", dig(value, "thinking"))
    answer.add_to_thought("signature", dig(value, "signature"))
    return answer.add_thinking(dig(value, "thinking"))


def _end_block(answer: Answer) -> None:
    thought = answer.end_thought()
    if thought and thought["signature"]:
        answer.keep_reasoning(thought)


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
        cache_write_tokens=written or before.cache_write_tokens,
    )
