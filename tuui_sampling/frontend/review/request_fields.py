"""
The fields of a request under review: what they are called, their texts as the server sent them, and the way back from
a text to a value. A `ValueError` says what is expected.
"""

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import cast

from ...forms.arguments import NoObject, parse_arguments
from ...forms.json_input import NoJson, read_json
from ...sampling.request import (
    Block,
    Json,
    JsonObject,
    Message,
    SamplingRequest,
    TextBlock,
    ToolResultBlock,
    ToolUseBlock,
)
from ...sampling.wire import INCLUDE_CONTEXT, MAX_TOKENS_LIMIT, TOOL_CHOICE_MODES
from ..presentation.format import pretty_json

SYSTEM = "systemPrompt"
MAX_TOKENS = "maxTokens"
TEMPERATURE = "temperature"
STOP_SEQUENCES = "stopSequences"
METADATA = "metadata"
INCLUDE = "includeContext"
TOOL_CHOICE = "toolChoice"
TOOLS = "tools"
PREFERENCES = "modelPreferences"
OTHERS = "other members"

LABELS = {
    SYSTEM: "system prompt",
    MAX_TOKENS: "max tokens",
    TEMPERATURE: "temperature",
    STOP_SEQUENCES: "stop sequences",
    METADATA: "metadata",
    INCLUDE: "include context",
    TOOL_CHOICE: "tool choice",
}
"""How the fields are called on the screen."""

_BLOCK_FIELD = re.compile(r"messages\[(\d{1,9})\]\.content(?:\[(\d{1,9})\])?")

A_LIST = "a JSON list of content blocks, each an object with a type"


def block_field(index: int, message: Message, position: int) -> str:
    """Return the name of one block's field: its path in the parameters, as notes and errors name it."""
    return f"messages[{index}].content" if message.single else f"messages[{index}].content[{position}]"


def tool_field(position: int) -> str:
    """Return the name of one tool's field."""
    return f"tools[{position}]"


def is_editable(name: str) -> bool:
    """Whether a field can be edited: all but the tools, which can only be left out, and what is never sent."""
    return name.startswith(("messages[", "context[")) or name in LABELS


def original(asked: SamplingRequest, name: str) -> str:
    """
    Return a field's text as the server sent it; empty where it sent nothing, and where it sent no text.

    Raises:
        KeyError: There is no such field.
    """
    match name:
        case "systemPrompt":
            return asked.system_prompt or ""
        case "maxTokens":
            return str(asked.max_tokens)
        case "temperature":
            return "" if asked.temperature is None else str(asked.temperature)
        case "stopSequences":
            return json.dumps(list(asked.stop_sequences), ensure_ascii=False) if asked.stop_sequences else ""
        case "metadata":
            return "" if asked.metadata is None else pretty_json(asked.metadata)
        case "includeContext":
            return asked.include_context or ""
        case "toolChoice":
            mode = (asked.tool_choice or {}).get("mode")
            return mode if isinstance(mode, str) else ""
    return block_text(block_of(asked, name))


def block_of(asked: SamplingRequest, name: str) -> Block:
    """
    Return the block that a field holds.

    Raises:
        KeyError: It is the field of none.
    """
    match = _BLOCK_FIELD.fullmatch(name)
    if match is None or int(match[1]) >= len(asked.messages):
        raise KeyError(name)
    message, position = asked.messages[int(match[1])], int(match[2] or 0)
    if position >= len(message.blocks) or name != block_field(int(match[1]), message, position):
        raise KeyError(name)
    return message.blocks[position]


def block_text(block: Block) -> str:
    """Return a block as the text that can be edited: empty where it holds data, which only a text can replace."""
    match block:
        case TextBlock():
            return block.text
        case ToolUseBlock():
            return pretty_json(block.input)
        case ToolResultBlock() if (text := only_text(block)) is not None:
            return text
        case ToolResultBlock() if not holds_data(block.content):
            return pretty_json(list(block.content))
    return ""


def with_text(block: Block, text: str) -> Block:
    """
    Return a block as edited; what holds data becomes the text.

    Raises:
        ValueError: The text is no such block.
    """
    match block:
        case TextBlock():
            return replace(block, text=text)
        case ToolUseBlock():
            try:
                return replace(block, input=parse_arguments(text))
            except NoObject as error:
                raise ValueError(f"a JSON object ({error})") from None
        case ToolResultBlock() if (single := only_text(block)) is not None or holds_data(block.content):
            kept = block.content[0] if single is not None else {"type": "text"}
            return replace(block, content=({**kept, "text": text},))
        case ToolResultBlock():
            return replace(block, content=_result_content(text))
    return TextBlock(text)


def only_text(block: ToolResultBlock) -> str | None:
    """Return the text of a tool result that is nothing but one text."""
    if len(block.content) != 1 or block.content[0].get("type") != "text":
        return None
    text = block.content[0].get("text")
    return text if isinstance(text, str) else None


def holds_data(content: tuple[JsonObject, ...]) -> bool:
    """Whether a tool result holds base64, which nobody edits."""
    held = (one.get("resource") if one.get("type") == "resource" else one for one in content)
    return any(isinstance(one, Mapping) and ("data" in one or "blob" in one) for one in held)


def _result_content(text: str) -> tuple[JsonObject, ...]:
    value = _json(text, A_LIST)
    if not isinstance(value, list) or not all(isinstance(one, Mapping) and "type" in one for one in value):
        raise ValueError(A_LIST)
    return tuple(value)


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
        return read_json(text)
    except NoJson:
        raise ValueError(expected) from None


def _tool_choice(text: str) -> str | None:
    if text.strip() and text.strip() not in TOOL_CHOICE_MODES:
        raise ValueError(f"one of {', '.join(TOOL_CHOICE_MODES)}, or nothing")
    return text.strip() or None


def tool_choice(asked: JsonObject | None, mode: str | None) -> JsonObject | None:
    """Return what the server asked with another mode; what else it holds stays."""
    return None if mode is None else {**(asked or {}), "mode": mode}


PARSERS: Mapping[str, Callable[[str], Json]] = {
    SYSTEM: lambda text: text or None,
    MAX_TOKENS: _max_tokens,
    TEMPERATURE: _temperature,
    STOP_SEQUENCES: _stop_sequences,
    METADATA: _metadata,
    INCLUDE: _include_context,
    TOOL_CHOICE: _tool_choice,
}
"""Field → what makes its value of its text; `TOOL_CHOICE` gives the mode alone."""

ATTRIBUTES = {
    SYSTEM: "system_prompt",
    MAX_TOKENS: "max_tokens",
    TEMPERATURE: "temperature",
    STOP_SEQUENCES: "stop_sequences",
    METADATA: "metadata",
    INCLUDE: "include_context",
    TOOL_CHOICE: "tool_choice",
}
"""Field → the attribute of a `SamplingRequest`."""
