"""Tool uses while a model writes them: pieces that come one by one, ids that are missing, arguments that are broken."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from ...sampling.request import Json, ToolUseBlock
from ..provider import ToolUseDelta
from .reasoning import Piece

WHOLE_ENDS = frozenset({None, "endTurn", "toolUse"})
"""Stop reasons that leave no tool use half-written."""


@dataclass
class ToolPart:
    """
    A tool use that is being written.

    Attributes:
        index: Its place among the answer's tool uses.
        id: As the answer returns it: unique, and never empty.
        wire_id: As the provider wrote it, or an empty string.
        name: As the request calls the tool.
        whole: Arguments that came whole and not in pieces.
        reasoning: What the model thought since the tool use before this one.
    """

    index: int
    id: str
    wire_id: str
    name: str
    whole: Json = None
    reasoning: tuple[Piece, ...] = ()
    pieces: list[str] = field(default_factory=list)

    @property
    def arguments(self) -> str:
        """The arguments' JSON text so far."""
        if self.pieces or not self.whole:
            return "".join(self.pieces)
        return self.whole if isinstance(self.whole, str) else json.dumps(self.whole)

    def begins(self) -> Iterator[ToolUseDelta]:
        """Yield the event that names it."""
        yield ToolUseDelta(self.index, name=self.name)

    def add(self, text: str) -> Iterator[ToolUseDelta]:
        """Add a piece of the arguments."""
        if text:
            self.pieces.append(text)
            yield ToolUseDelta(self.index, arguments=text)

    def block(self) -> ToolUseBlock:
        """Return the tool use."""
        value, broken = parse_arguments(self.arguments)
        return ToolUseBlock(self.id, self.name, value, broken_input=broken)

    @property
    def is_whole(self) -> bool:
        """Whether its arguments are a JSON object, so that nothing more can come."""
        return bool(self.arguments) and parse_arguments(self.arguments)[1] is None

    def is_cut(self, stop_reason: str | None) -> bool:
        """Whether it was broken off together with the answer, which ended for this reason."""
        if stop_reason in WHOLE_ENDS or self.is_whole:
            return False
        return bool(self.arguments) or stop_reason == "maxTokens"


def parse_arguments(text: str) -> tuple[dict[str, Any], str | None]:
    """
    Return a tool use's arguments, or nothing and the text itself, where it is not a JSON object.

    No text at all is what some providers write for a tool without arguments.
    """
    if not text.strip():
        return {}, None
    try:
        value = json.loads(text, parse_constant=_no_constant)
        json.dumps(value, ensure_ascii=False).encode()  # fails on half a character, which can't be returned
    except (ValueError, RecursionError):
        return {}, text
    return (value, None) if isinstance(value, dict) else ({}, text)


def same_arguments(one: str, other: str) -> bool:
    """Whether two texts are the same arguments, however they are written."""
    if one == other:
        return True
    first, second = parse_arguments(one), parse_arguments(other)
    return first == second and first[1] is None


def new_id() -> str:
    """Return an id for a tool use that came without one, or with one that is taken."""
    return f"call_{uuid4().hex[:24]}"


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
