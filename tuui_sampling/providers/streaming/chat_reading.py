"""
Reads the events of the chat completions API, in the forms that its many servers give them.

https://platform.openai.com/docs/api-reference/chat/streaming. Seen beside it: the whole message in the last chunk or
in place of a stream (`message` for `delta`), content as a list of parts (Mistral), text of the older completions API,
the older `function_call`, tool calls without indices or ids, and errors in a dozen forms.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ...sampling.request import Json
from ...sampling.response import Usage
from ...sampling.visible import clean_text
from ..errors import ended_badly
from ..provider import Event
from ..wire_values import dig, token_count
from .reading import Reading, says_something

STOP_REASONS: Mapping[str, str] = {
    "stop": "endTurn",
    "length": "maxTokens",
    "tool_calls": "toolUse",
    "function_call": "toolUse",
    "content_filter": "contentFilter",
    # Seen of servers that pass on the words of the model behind them.
    "end_turn": "endTurn",
    "eos": "endTurn",
    "eos_token": "endTurn",
    "stop_sequence": "stopSequence",
    "max_tokens": "maxTokens",
    "tool_use": "toolUse",
}
"""The API's words and the specification's, however they are cased. Others are passed on as they are."""

BROKEN_OFF = frozenset(
    {
        *("error", "abort", "aborted", "cancelled", "canceled", "failed", "timeout", "network_error"),
        *("insufficient_system_resource", "malformed_function_call", "malformed_response"),
    }
)
"""Reasons for the end of an answer that say that it is not whole: of OpenRouter, vLLM, Zhipu, DeepSeek and Gemini."""

NO_REASONS = frozenset({"", "null", "none"})
"""What stands in the place of a reason while the answer goes on."""

REASONING_MEMBERS = ("reasoning_content", "reasoning")
"""Reasoning is none of the API's fields: DeepSeek and llama.cpp call it one way, OpenRouter another. Within a loop of
tools it is sent back by the name it came with (https://api-docs.deepseek.com/guides/thinking_mode)."""

SIGNATURE_MEMBER = "extra_content"
"""The member of a tool call that holds Gemini's signed reasoning, which it wants back within a loop of tools
(https://ai.google.dev/gemini-api/docs/thought-signatures)."""

DELTA_MEMBERS = frozenset({"content", "tool_calls", "function_call", "refusal", *REASONING_MEMBERS})

SIDE_MEMBERS = frozenset(
    {"annotations", "provider_specific_fields", "reasoning_details", "reasoning_signature", "thinking_blocks"}
)
"""Members of a delta that hold nothing of the answer, or say again what another member says."""

CHUNK_MEMBERS = frozenset({"choices", "usage"})

TEXT_PARTS = frozenset({"text", "output_text", "input_text", None})
THINKING_PARTS = frozenset({"thinking", "reasoning"})

FUNCTION_CALL = "function_call"


class ChatReading(Reading):
    """An answer of the chat completions API."""

    _choice: int | None = None

    def _event(self, data: dict[str, Any]) -> Iterable[Event]:
        answer = self.answer
        answer.name_model(data.get("model"))
        choices, usage = data.get("choices"), data.get("usage")
        if not isinstance(choices, list):
            if choices is not None or not CHUNK_MEMBERS & data.keys():
                self.pass_over(data)
            choices = []
        events: list[Event] = []
        for choice in choices:
            if isinstance(choice, Mapping):
                events.extend(self._choice_events(choice))
            else:
                self.pass_over(choice)
        if isinstance(usage, Mapping):
            events.extend(answer.count(_usage(usage)))
        return events

    def _choice_events(self, choice: Mapping[str, Json]) -> list[Event]:
        index = choice.get("index")
        if isinstance(index, int) and not isinstance(index, bool):
            self._choice = index if self._choice is None else self._choice
            if index != self._choice:
                self.answer.misread("The provider sent several answers; this is the first of them.", partial=False)
                return []
        delta, message, text = choice.get("delta"), choice.get("message"), choice.get("text")
        if delta is not None and not isinstance(delta, Mapping):
            self.answer.misread()
        events = self._delta(delta) if isinstance(delta, Mapping) else []
        if text is not None:
            events += self.answer.add_text(text)
        if isinstance(message, Mapping):
            events += self._message(message)
        elif message is not None:
            events += self.answer.complete_text(self.answer.text_of(message))
        reason = choice.get("finish_reason")
        if all(value is None for value in (delta, message, text, reason)):
            self.pass_over(choice)
        self._finish(reason)
        return events

    def _delta(self, delta: Mapping[str, Json]) -> list[Event]:
        answer = self.answer
        events = [*self._reasoning(delta), *self._content(delta.get("content"))]
        calls = delta.get("tool_calls")
        for call in calls if isinstance(calls, list) else ():
            events += self._tool_call(call)
        if calls and not isinstance(calls, list):
            answer.misread()
        if (call := delta.get(FUNCTION_CALL)) is not None:
            events += self._function_call(call)
        if refusal := delta.get("refusal"):
            events += answer.add_text(refusal)
            answer.refused = True
        unknown = {key: value for key, value in delta.items() if key not in DELTA_MEMBERS | SIDE_MEMBERS}
        if says_something(unknown):
            answer.misread(partial=not any(delta.get(member) for member in DELTA_MEMBERS))
        return events

    def _message(self, message: Mapping[str, Json]) -> list[Event]:
        """Read a whole message: it may be all that comes, or say again what was streamed."""
        answer = self.answer
        events: list[Event] = []
        if not answer.has_thinking:
            events += self._reasoning(message)
        final = clean_text("".join(text for kind, text in self._parts(message.get("content")) if kind == "text"))
        if not answer.has_thinking:
            for kind, text in self._parts(message.get("content")):
                events += answer.add_thinking(text) if kind == "thinking" else []
        events += answer.complete_text(final)
        calls = message.get("tool_calls")
        calls = calls if isinstance(calls, list) else []
        for place, call in enumerate(calls):
            tool = answer.tool_of(clean_text(dig(call, "id"))) or answer.tool_at(place)
            if tool is None:
                events += self._tool_call({"index": place} | dict(call) if isinstance(call, Mapping) else call)
            else:
                events += answer.complete_arguments(tool, dig(call, "function", "arguments"))
        if not calls and (call := message.get(FUNCTION_CALL)) is not None:
            tool = answer.tool_at(0)
            if tool is None:
                events += self._function_call(call)
            else:
                events += answer.complete_arguments(tool, dig(call, "arguments"))
        if (refusal := message.get("refusal")) and not answer.refused:
            answer.refused = True
            events += answer.add_text(refusal)
        return events

    def _finish(self, value: Json) -> None:
        answer = self.answer
        reason = answer.text_of(value)
        if reason.casefold() in NO_REASONS:
            return
        if reason.casefold() in BROKEN_OFF:
            raise ended_badly(self._callee, reason)
        named = "refusal" if answer.refused else STOP_REASONS.get(reason.casefold(), reason)
        if answer.stop_reason is None:
            answer.stop_reason = named
        elif answer.stop_reason != named:
            answer.misread("The provider gave two reasons for the end; this is the first.", partial=False)

    def _content(self, content: Json) -> list[Event]:
        content = [content] if isinstance(dig(content, "text"), str) else content
        if not isinstance(content, list):
            return self.answer.add_text(content)
        events: list[Event] = []
        for kind, text in self._parts(content):
            events += self.answer.add_text(text) if kind == "text" else self.answer.add_thinking(text)
        return events

    def _parts(self, content: Json) -> list[tuple[str, str]]:
        """Return content, a text, a part or a list of parts, as texts and thoughts in order."""
        content = [content] if isinstance(dig(content, "text"), str) else content
        if not isinstance(content, list):
            return [("text", self.answer.text_of(content))]
        found: list[tuple[str, str]] = []
        for part in content:
            kind = part.get("type") if isinstance(part, Mapping) else None
            if isinstance(part, str):
                found.append(("text", part))
            elif isinstance(part, Mapping) and kind in TEXT_PARTS and isinstance(part.get("text"), str):
                found.append(("text", part["text"]))
            elif isinstance(part, Mapping) and kind == "refusal":
                self.answer.refused = True
                found.append(("text", self.answer.text_of(part.get("refusal"))))
            elif isinstance(part, Mapping) and kind in THINKING_PARTS:
                inner = part.get("thinking", part.get("reasoning", part.get("text")))
                found += [("thinking", text) for _, text in self._parts(inner)]
            else:
                self.answer.leave_out(kind)
        return found

    def _reasoning(self, delta: Mapping[str, Json]) -> list[Event]:
        for member in REASONING_MEMBERS:
            if text := delta.get(member):
                self.answer.keep_reasoning_text(member, text)
                return self.answer.add_thinking(text)
        return []

    def _tool_call(self, call: Json) -> list[Event]:
        """
        Put a piece of a tool call into the answer.

        Its index names it, but gaps, one index for all and no index at all are seen, and so are ids and names that
        come with each piece. So at one index another id begins another call, and without ids a name after whole
        arguments.
        """
        answer = self.answer
        function = dig(call, "function") or ({key: dig(call, key) for key in ("name", "arguments")})
        if not isinstance(call, Mapping) or not isinstance(function, Mapping):
            answer.misread()
            return []
        identifier = answer.text_of(call.get("id"))
        name, written = dig(function, "name"), dig(function, "arguments")
        key = call.get("index")
        key = key if isinstance(key, int | str) else None
        tool = answer.tool(key)
        if tool is None and not (identifier or name or written):
            return []  # a place-holder, as some gateways send with each text
        if tool is None or (identifier != tool.wire_id if identifier else name and tool.is_whole):
            whole = written if isinstance(written, Mapping) else None
            events = answer.begin_tool(key, identifier=identifier, name=name, whole=whole)
        else:
            events = answer.name_tool(tool, name)
        answer.sign_tool(key, SIGNATURE_MEMBER, call.get(SIGNATURE_MEMBER))
        return [*events, *self._arguments(key, written)]

    def _function_call(self, call: Json) -> list[Event]:
        """Put a piece of the API's older form of a tool call, which has neither index nor id, into the answer."""
        answer = self.answer
        if not isinstance(call, Mapping):
            answer.misread()
            return []
        name, written = call.get("name"), call.get("arguments")
        tool = answer.tool(FUNCTION_CALL)
        if tool is None and not (name or written):
            return []
        if tool is None:
            events = answer.begin_tool(FUNCTION_CALL, identifier=None, name=name)
        else:
            events = answer.name_tool(tool, name)
        return [*events, *self._arguments(FUNCTION_CALL, written)]

    def _arguments(self, key: Json, written: Json) -> list[Event]:
        return self.answer.add_arguments(key, json.dumps(written) if isinstance(written, Mapping) else written)


def _usage(usage: Any) -> Usage:
    details = dig(usage, "prompt_tokens_details")
    return Usage(
        input_tokens=token_count(dig(usage, "prompt_tokens")),
        output_tokens=token_count(dig(usage, "completion_tokens")),
        cached_input_tokens=token_count(dig(details, "cached_tokens") or dig(usage, "prompt_cache_hit_tokens")),
        cache_write_tokens=token_count(dig(details, "cache_write_tokens")),
    )
