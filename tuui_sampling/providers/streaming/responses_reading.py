"""
Reads the events of OpenAI's Responses API (https://platform.openai.com/docs/api-reference/responses-streaming).

Its last event holds the whole response again. Some gateways send the text only there, or arguments only in the event
that ends them: so what each `done` event says is compared with what was gathered.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...sampling.request import Json
from ...sampling.response import Usage
from ...sampling.visible import clean_text
from ..credentials import Callee
from ..errors import ended_badly, in_band
from ..provider import Event
from ..wire_values import dig, token_count
from .halves import Halves
from .reading import Reading
from .response_builder import TEXT, Answer

INCOMPLETE_REASONS = {"max_output_tokens": "maxTokens", "content_filter": "contentFilter"}

ENDS = frozenset({"completed", "incomplete", "failed", "cancelled", "done"})
"""What comes after `response.` in the event that ends a response."""

TEXT_EVENTS = {"response.output_text.delta": "text", "response.refusal.delta": "refusal"}
TEXT_DONE = {"response.output_text.done": "text", "response.refusal.done": "refusal"}

THINKING_EVENTS = frozenset({"response.reasoning_summary_text.delta", "response.reasoning_text.delta"})

SAID_ELSEWHERE = frozenset(
    {
        *("response.created", "response.queued", "response.in_progress", "response.content_part.added"),
        *("response.reasoning_summary_part.added", "response.reasoning_summary_part.done"),
        *("response.reasoning_summary_text.done", "response.reasoning_text.done"),
        "response.output_text.annotation.added",
        *("response.rate_limits.updated", "rate_limits.updated", "keepalive", "ping", "response.metadata"),
    }
)
"""Events whose content comes in others as well, or that have none of the answer's."""


@dataclass
class _Part:
    """A part of a message, as it was streamed so far."""

    text: str = ""
    halves: Halves = field(default_factory=Halves)


class ResponsesReading(Reading):
    """An answer of the Responses API."""

    def __init__(self, answer: Answer, callee: Callee) -> None:
        super().__init__(answer, callee)
        self._final: Json = None
        self._final_raw = ""
        self._gathered: dict[tuple[Any, int], _Part] = {}

    def _event(self, data: dict[str, Any]) -> Iterable[Event]:
        kind = data.get("type")
        if isinstance(kind, str) and kind.endswith((".delta", ".done")) and "response" not in data:
            return self._piece(kind, data)
        match kind:
            case "response.output_item.added":
                return self._begin_item(data)
            case str() if kind.removeprefix("response.") in ENDS and isinstance(data.get("response"), Mapping):
                return self._finish(kind.removeprefix("response."), data["response"])
            case None if data.get("object") == "response" or isinstance(data.get("output"), list):
                return self._finish(clean_text(data.get("status")) or "completed", data)
        if kind not in SAID_ELSEWHERE:
            self.pass_over(data)
        return ()

    def _piece(self, kind: str, data: dict[str, Any]) -> Iterable[Event]:
        """Read a piece of the answer, or the event that ends some of them."""
        if kind.endswith(".delta") and data.get("delta") is None:
            self.pass_over(data)
            return ()
        if kind in TEXT_EVENTS:
            return self._add(data, data.get("delta"), refusal=TEXT_EVENTS[kind] == "refusal")
        if kind in TEXT_DONE:
            return self._complete(self._part(data), data.get(TEXT_DONE[kind]), refusal=TEXT_DONE[kind] == "refusal")
        if kind in THINKING_EVENTS:
            return self.answer.add_thinking(data["delta"])
        match kind:
            case "response.content_part.done":
                return self._complete_part(self._part(data), data.get("part"))
            case "response.function_call_arguments.delta":
                return self.answer.add_arguments(_key(data), data["delta"])
            case "response.function_call_arguments.done":
                return self._end_arguments(data)
            case "response.output_item.done":
                return self._end_item(data)
        if kind not in SAID_ELSEWHERE:
            self.pass_over(data)
        return ()

    def end(self) -> Iterable[Event]:
        """Compare what was gathered with the whole response of the last event."""
        answer, output = self.answer, dig(self._final, "output")
        answer.raw = self._final_raw
        answer.stop_reason = "refusal" if answer.refused and answer.stop_reason else answer.stop_reason
        if not isinstance(output, list):
            if output is not None:
                answer.misread()
            return ()
        events: list[Event] = []
        texts: list[str] = []
        for place, item in enumerate(output):
            match dig(item, "type"):
                case "message":
                    texts += self._texts(item)
                case "function_call":
                    events += self._final_call(place, item)
                case "reasoning":
                    if not answer.has_thinking:
                        for part in dig(item, "summary") or ():
                            events += answer.add_thinking(dig(part, "text"))
                case kind:
                    answer.leave_out(kind)
        events = [*answer.complete_text("".join(texts)), *events]
        answer.stop_reason = "refusal" if answer.refused else answer.stop_reason
        return events

    def _texts(self, message: Json) -> list[str]:
        content = dig(message, "content")
        texts: list[str] = []
        for part in content if isinstance(content, list) else ():
            match dig(part, "type"):
                case "output_text" | "text":
                    texts.append(self.answer.text_of(dig(part, "text")))
                case "refusal":
                    self.answer.refused = True
                    texts.append(self.answer.text_of(dig(part, "refusal")))
                case kind:
                    self.answer.leave_out(kind)
        if isinstance(content, str):
            texts.append(clean_text(content))
        return texts

    def _final_call(self, place: int, item: Json) -> list[Event]:
        answer = self.answer
        tool = answer.tool_of(clean_text(dig(item, "call_id"))) or answer.tool_of(clean_text(dig(item, "id")))
        tool = tool or answer.tool(place)
        if tool is None:
            return self._begin_call(("final", place), item)
        return answer.complete_arguments(tool, dig(item, "arguments"))

    # --- text ---

    def _add(self, data: Json, piece: Json, *, refusal: bool) -> list[Event]:
        self.answer.refused = self.answer.refused or refusal
        part = self._part(data)
        part.text += part.halves.join(TEXT, piece)[0]
        return self.answer.add_text(piece)

    def _complete(self, part: "_Part", final: Json, *, refusal: bool) -> list[Event]:
        self.answer.refused = self.answer.refused or refusal
        text = self.answer.text_of(final)
        if not part.text and text in self.answer.heard:  # its pieces had another name
            return []
        events = self.answer.complete_text(text, part.text)
        part.text = text if text.startswith(part.text) else part.text
        return events

    def _part(self, event: Json, place: int | None = None) -> "_Part":
        """Return the part of a message that an event is about, by whichever of its names the event has."""
        item = dig(event, "item")
        names = [dig(event, "output_index"), dig(event, "item_id"), dig(item, "id")]
        content_index = dig(event, "content_index")
        place = place if place is not None else content_index if isinstance(content_index, int) else 0
        keys: list[tuple[Any, int]] = [(name, place) for name in names if isinstance(name, int | str)]
        keys = keys or [(None, place)]
        part = next((self._gathered[key] for key in keys if key in self._gathered), None) or _Part()
        self._gathered |= dict.fromkeys(keys, part)
        return part

    def _complete_part(self, gathered: "_Part", part: Json) -> list[Event]:
        match dig(part, "type"):
            case "output_text" | "text":
                return self._complete(gathered, dig(part, "text"), refusal=False)
            case "refusal":
                return self._complete(gathered, dig(part, "refusal"), refusal=True)
            case "reasoning_text" | "summary_text":
                return []
            case kind:
                self.answer.leave_out(kind)
        return []

    # --- items ---

    def _begin_item(self, data: Json) -> list[Event]:
        item = dig(data, "item")
        match dig(item, "type"):
            case "function_call":
                return self._begin_call(_key(data), item)
            case "message" | "reasoning":
                return []
            case kind:
                self.answer.leave_out(kind)
        return []

    def _begin_call(self, key: Any, item: Json) -> list[Event]:
        identifier, name = dig(item, "call_id") or dig(item, "id"), dig(item, "name")
        if self.answer.tool(key) is not None:
            self.answer.misread("A tool call began twice.")
            return []
        return self.answer.begin_tool(key, identifier=identifier, name=name, whole=dig(item, "arguments"))

    def _end_arguments(self, data: Json) -> list[Event]:
        tool = self.answer.tool(_key(data))
        if tool is not None:
            return [*self.answer.name_tool(tool, dig(data, "name")), *self._arguments(tool, data)]
        if not dig(data, "name"):
            self.answer.misread("Arguments came for a tool call that had not begun.")
            return []
        return self._begin_call(_key(data), dict(data) | {"call_id": dig(data, "call_id") or dig(data, "item_id")})

    def _arguments(self, tool: Any, item: Json) -> list[Event]:
        return self.answer.complete_arguments(tool, dig(item, "arguments"))

    def _end_item(self, data: Json) -> list[Event]:
        item, key = dig(data, "item"), _key(data)
        match dig(item, "type"):
            case "reasoning" if secret := clean_text(dig(item, "encrypted_content")):
                summary = [
                    {"type": "summary_text", "text": clean_text(dig(part, "text"))}
                    for part in dig(item, "summary") or ()
                ]
                piece = {"type": "reasoning", "id": clean_text(dig(item, "id")), "summary": summary}
                self.answer.keep_reasoning(piece | {"encrypted_content": secret})
            case "function_call":
                tool = self.answer.tool(key) or self.answer.tool_of(clean_text(dig(item, "call_id")))
                return self._begin_call(key, item) if tool is None else self._arguments(tool, item)
            case "message":
                content = dig(item, "content")
                events: list[Event] = []
                for place, part in enumerate(content if isinstance(content, list) else ()):
                    events += self._complete_part(self._part(data, place), part)
                return events
            case "reasoning":
                pass
            case kind:
                self.answer.leave_out(kind)
        return []

    # --- the end ---

    def _finish(self, kind: str, response: Any) -> Iterable[Event]:
        answer = self.answer
        kind = clean_text(dig(response, "status")) or kind
        if kind == "failed":
            raise in_band(dig(response, "error") or {}, self._callee)
        if kind == "cancelled":
            raise ended_badly(self._callee, kind)
        if self._final is not None and self._final != response:
            answer.misread("The provider ended its answer twice, and differently.")
        answer.name_model(dig(response, "model"))
        answer.ended = True
        self._final, self._final_raw = response, answer.raw
        reason = clean_text(dig(response, "incomplete_details", "reason"))
        usage = _usage(dig(response, "usage"))
        if kind == "incomplete":
            answer.stop_reason = INCOMPLETE_REASONS.get(reason, reason or "incomplete")
        else:
            # llama.cpp says "completed" of an answer that the limit cut.
            answer.stop_reason = "maxTokens" if usage.output_tokens >= answer.max_tokens else "endTurn"
        return answer.count(usage)


def _key(event: Any) -> Any:
    """Return what an item's events name it by; llama.cpp numbers nothing."""
    index, item = dig(event, "output_index"), dig(event, "item")
    key = index if index is not None else dig(event, "item_id") or dig(item, "id") or dig(item, "call_id")
    return key if isinstance(key, int | str) else None


def _usage(usage: Any) -> Usage:
    return Usage(
        input_tokens=token_count(dig(usage, "input_tokens")),
        output_tokens=token_count(dig(usage, "output_tokens")),
        cached_input_tokens=token_count(dig(usage, "input_tokens_details", "cached_tokens")),
        cache_write_tokens=token_count(dig(usage, "input_tokens_details", "cache_write_tokens")),
    )
