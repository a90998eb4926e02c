"""The demonstration model's tool calls: one each turn, with arguments made from the tool's schema, for two turns."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ...sampling.derived.digests import asked_digest
from ...sampling.request import Json, JsonObject, SamplingRequest, ToolResultBlock, ToolUseBlock

TURNS_WITH_CALLS = 2
"""After so many it answers with text, so that a loop ends."""

DEEPEST = 8
"""Levels of a schema that arguments are made for; a schema that refers to itself has no end."""


@dataclass(frozen=True)
class DemoCall:
    """A tool that the model wants called."""

    id: str
    name: str
    arguments: str


def wanted_call(request: SamplingRequest, word_of: Callable[[SamplingRequest], str]) -> DemoCall | None:
    """
    Return the tool to call next: the first tool first, then the next one; None when it is time for an answer.

    Args:
        word_of: Returns what stands in for every text among the arguments that the schema does not give.
    """
    mode = (request.tool_choice or {}).get("mode")
    turns = sum(any(isinstance(block, ToolUseBlock) for block in message.blocks) for message in request.messages)
    if not request.tools or mode == "none" or (turns >= TURNS_WITH_CALLS and mode != "required"):
        return None
    tool = request.tools[turns % len(request.tools)]
    arguments = json.dumps(_object(tool.get("inputSchema"), word_of(request), DEEPEST), ensure_ascii=False)
    # The same request, the same id; another turn, another id.
    digest = hashlib.sha256(asked_digest(request).encode()).hexdigest()
    return DemoCall(f"call_{digest[:16]}", str(tool.get("name", "")), arguments)


def results(request: SamplingRequest) -> list[str]:
    """Return the texts of the tool results in the last message, in order; empty where it holds none."""
    last = request.messages[-1].blocks if request.messages else ()
    blocks = [block for block in last if isinstance(block, ToolResultBlock)]
    return [
        ("an error: " if block.is_error else "")
        + " ".join(str(part["text"]) for part in block.content if isinstance(part.get("text"), str))
        for block in blocks
    ]


def _object(schema: Json, word: str, depth: int) -> JsonObject:
    """Return an object with the required properties; with all of them where none is required."""
    members = schema if isinstance(schema, Mapping) else {}
    properties = members.get("properties")
    properties = properties if isinstance(properties, Mapping) else {}
    required = members.get("required")
    names = [name for name in required if name in properties] if isinstance(required, list) else []
    return {name: _value(properties[name], word, depth - 1) for name in names or properties if depth > 0}


def _value(schema: Json, word: str, depth: int) -> Json:
    members = schema if isinstance(schema, Mapping) else {}
    for key in ("const", "default"):
        if key in members:
            return members[key]
    for key in ("enum", "examples"):
        if isinstance(given := members.get(key), list) and given:
            return given[0]
    match members.get("type"):
        case "integer" | "number":
            return _number(members)
        case "boolean":
            return True
        case "null":
            return None
        case "array":
            return [_value(members.get("items"), word, depth - 1)] if depth > 0 else []
        case "object":
            return dict(_object(members, word, depth))
    return word


def _number(members: JsonObject) -> Json:
    """Return the smallest number that is allowed and at least 1, or else the largest."""
    least, most = members.get("minimum"), members.get("maximum")
    if isinstance(least, int | float) and least > 1:
        return least
    return most if isinstance(most, int | float) and most < 1 else 1
