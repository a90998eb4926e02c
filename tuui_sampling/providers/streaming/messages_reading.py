"""Reads the events of Anthropic's Messages API (https://docs.claude.com/en/docs/build-with-claude/streaming)."""

from collections.abc import Iterable, Mapping
from typing import Any

from ...sampling.request import Json
from ...sampling.response import Usage
from ...sampling.visible import clean_text
from ..provider import Event
from ..wire_values import dig, token_count
from .reading import Reading

STOP_REASONS: Mapping[str, str] = {
    "end_turn": "endTurn",
    "max_tokens": "maxTokens",
    "model_context_window_exceeded": "maxTokens",
    "stop_sequence": "stopSequence",
    "tool_use": "toolUse",
}
"""The provider's words and the specification's. Others, such as `refusal` and `pause_turn`, are passed on as they are:
the field is open."""


class MessagesReading(Reading):
    """An answer of the Messages API."""

    _begun: frozenset[Any] = frozenset()
    """The indices of the blocks that have begun."""

    def _event(self, data: dict[str, Any]) -> Iterable[Event]:
        answer = self.answer
        match data.get("type"):
            case "message_start":
                return self._start(data.get("message"))
            case "message":
                return self._document(data)
            case "content_block_start":
                return self._begin_block(_index(data), data.get("content_block"))
            case "content_block_delta":
                return self._add_to_block(data)
            case "content_block_stop":
                self._end_block()
            case "message_delta":
                self._stop(data.get("delta"))
                return answer.count(_usage(data.get("usage"), answer.usage))
            case "message_stop":
                answer.ended = True
            case "ping":
                pass
            case _:
                self.pass_over(data)
        return ()

    def _start(self, message: Json) -> Iterable[Event]:
        answer = self.answer
        answer.name_model(dig(message, "model"))
        events: list[Event] = []
        for index, block in enumerate(dig(message, "content") or ()):
            events += self._begin_block(index, block)
        return [*events, *answer.count(_usage(dig(message, "usage"), answer.usage))]

    def _document(self, message: dict[str, Any]) -> Iterable[Event]:
        """Read a whole message, in place of a stream."""
        events = list(self._start(message))
        self._end_block()
        self._stop(message)
        return events

    def _begin_block(self, index: int | str | None, block: Json) -> list[Event]:
        answer = self.answer
        if index in self._begun:
            answer.misread("A part of the answer began twice.")
        self._begun |= {index}
        match dig(block, "type"):
            case "text":
                return answer.add_text(dig(block, "text"))
            case "tool_use":
                identifier, name = dig(block, "id"), dig(block, "name")
                return answer.begin_tool(index, identifier=identifier, name=name, whole=dig(block, "input"))
            case "thinking":
                answer.begin_thought(type="thinking", thinking="", signature="")
                return self._add_to_thought(block)
            case "redacted_thinking":
                answer.keep_reasoning({"type": "redacted_thinking", "data": clean_text(dig(block, "data"))})
            case kind:
                answer.leave_out(kind)
        return []

    def _add_to_block(self, data: dict[str, Any]) -> list[Event]:
        answer, delta = self.answer, data.get("delta")
        if isinstance(delta, Mapping):
            if delta.get("partial_json") is not None:
                return answer.add_arguments(_index(data), delta["partial_json"])
            if "thinking" in delta or "signature" in delta:
                return self._add_to_thought(delta)
            if delta.get("text") is not None:
                return answer.add_text(delta["text"])
        self.pass_over(data)
        return []

    def _add_to_thought(self, value: Json) -> list[Event]:
        answer = self.answer
        answer.add_to_thought("thinking", dig(value, "thinking"))
        answer.add_to_thought("signature", dig(value, "signature"))
        return answer.add_thinking(dig(value, "thinking"))

    def _end_block(self) -> None:
        thought = self.answer.end_thought()
        if thought and thought["signature"]:
            self.answer.keep_reasoning(thought)

    def _stop(self, delta: Json) -> None:
        reason = self.answer.text_of(dig(delta, "stop_reason"))
        # llama.cpp says `end_turn` beside the sequence that stopped it.
        if reason == "end_turn" and dig(delta, "stop_sequence"):
            reason = "stop_sequence"
        if reason:
            self.answer.stop_reason = STOP_REASONS.get(reason, reason)


def _index(data: dict[str, Any]) -> int | str | None:
    """Return what a block's events name it by."""
    index = data.get("index")
    return index if isinstance(index, int | str) else None


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
