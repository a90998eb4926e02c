"""
A request while a person edits it: the text of every field, and the way back to a request.

Pure values, no widget: a field that was not touched gives back exactly what the server sent, since a terminal's
editor can't hold every text (mixed newlines, odd separators) and must not change what nobody changed.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from ..sampling.request import Json, JsonObject, Message, SamplingRequest, TextBlock
from ..sampling.wire import INCLUDE_CONTEXT, MAX_TOKENS_LIMIT

SYSTEM = "systemPrompt"
MAX_TOKENS = "maxTokens"
TEMPERATURE = "temperature"
STOP_SEQUENCES = "stopSequences"
METADATA = "metadata"
INCLUDE = "includeContext"

LABELS = {
    SYSTEM: "system prompt",
    MAX_TOKENS: "max tokens",
    TEMPERATURE: "temperature",
    STOP_SEQUENCES: "stop sequences",
    METADATA: "metadata",
    INCLUDE: "include context",
}
"""How the fields are called on the screen."""


def block_field(index: int, message: Message, position: int) -> str:
    """Return the name of one block's field: its path in the parameters, as notes and errors name it."""
    return f"messages[{index}].content" if message.single else f"messages[{index}].content[{position}]"


@dataclass(frozen=True)
class FieldProblem:
    """Why a field's text is no value, in words."""

    field: str
    text: str


@dataclass
class Draft:
    """
    The edits of one review.

    Attributes:
        asked: The request as the server sent it.
        edits: Field name → text; a field that is not in here is as the server sent it.
        model: The configured model that shall answer.
    """

    asked: SamplingRequest
    model: str | None
    edits: dict[str, str] = field(default_factory=dict)

    def set(self, name: str, text: str) -> None:
        """Note the text of a field; the original text makes the field unedited again."""
        if text == original(self.asked, name):
            self.edits.pop(name, None)
        else:
            self.edits[name] = text

    def text(self, name: str) -> str:
        """Return the text of a field as it is now."""
        return self.edits.get(name, original(self.asked, name))

    def original(self, name: str) -> str:
        """Return the text of a field as the server sent it."""
        return original(self.asked, name)

    def build(self) -> SamplingRequest | list[FieldProblem]:
        """Return the request as edited, or every field that holds no value."""
        if not self.edits:
            return self.asked
        problems: list[FieldProblem] = []
        values: dict[str, Json] = {}
        for name, text in self.edits.items():
            parse = _PARSERS.get(name)
            if parse is None:
                continue
            try:
                values[_ATTRIBUTES[name]] = parse(text)
            except ValueError as error:
                problems.append(FieldProblem(name, str(error)))
        if problems:
            return problems
        messages = tuple(self._message(index, message) for index, message in enumerate(self.asked.messages))
        return replace(self.asked, messages=messages, **values)

    def _message(self, index: int, message: Message) -> Message:
        blocks = tuple(
            replace(block, text=self.edits[name])
            if isinstance(block, TextBlock) and (name := block_field(index, message, position)) in self.edits
            else block
            for position, block in enumerate(message.blocks)
        )
        return message if blocks == message.blocks else replace(message, blocks=blocks)


def original(asked: SamplingRequest, name: str) -> str:
    """Return a field's text as the server sent it; empty where it sent nothing."""
    match name:
        case "systemPrompt":
            return asked.system_prompt or ""
        case "maxTokens":
            return str(asked.max_tokens)
        case "temperature":
            return "" if asked.temperature is None else str(asked.temperature)
        case "stopSequences":
            return json.dumps(list(asked.stop_sequences)) if asked.stop_sequences else ""
        case "metadata":
            return "" if asked.metadata is None else json.dumps(asked.metadata, ensure_ascii=False, indent=2)
        case "includeContext":
            return asked.include_context or ""
    for index, message in enumerate(asked.messages):
        for position, block in enumerate(message.blocks):
            if name == block_field(index, message, position) and isinstance(block, TextBlock):
                return block.text
    raise KeyError(name)


# --- from text to value; a ValueError says what is expected ---


def _max_tokens(text: str) -> int:
    if not text.strip().isdecimal() or not 0 < int(text) <= MAX_TOKENS_LIMIT:
        raise ValueError("a whole number above 0")
    return int(text)


def _temperature(text: str) -> float | None:
    if not text.strip():
        return None
    try:
        number = float(text)
    except ValueError:
        raise ValueError("a number, or nothing") from None
    if not math.isfinite(number):
        raise ValueError("a number, or nothing")
    return number


def _stop_sequences(text: str) -> tuple[str, ...]:
    if not text.strip():
        return ()
    value = _json(text, 'a JSON list of strings, such as ["END"], or nothing')
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError('a JSON list of strings, such as ["END"], or nothing')
    return tuple(value)


def _metadata(text: str) -> JsonObject | None:
    if not text.strip():
        return None
    value = _json(text, "a JSON object, or nothing")
    if not isinstance(value, Mapping):
        raise ValueError("a JSON object, or nothing")
    return cast(JsonObject, value)


def _include_context(text: str) -> str | None:
    if text.strip() and text.strip() not in INCLUDE_CONTEXT:
        raise ValueError(f"one of {', '.join(INCLUDE_CONTEXT)}, or nothing")
    return text.strip() or None


def _json(text: str, expected: str) -> Json:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError(expected) from None


_PARSERS = {
    SYSTEM: lambda text: text or None,
    MAX_TOKENS: _max_tokens,
    TEMPERATURE: _temperature,
    STOP_SEQUENCES: _stop_sequences,
    METADATA: _metadata,
    INCLUDE: _include_context,
}

_ATTRIBUTES = {
    SYSTEM: "system_prompt",
    MAX_TOKENS: "max_tokens",
    TEMPERATURE: "temperature",
    STOP_SEQUENCES: "stop_sequences",
    METADATA: "metadata",
    INCLUDE: "include_context",
}
