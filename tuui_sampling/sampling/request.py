"""
What a server asked: one `sampling/createMessage` request as frozen values.

The names are those of the MCP specification, in Python's case
(https://modelcontextprotocol.io/specification/2025-11-25/client/sampling). What the specification allows beyond
them (annotations, `_meta`, keys we have never heard of) is kept in `extra`, so that nothing is dropped in silence.
`wire.py` turns these values into the specification's JSON and back.
"""

import hashlib
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any, Literal, TypeVar

from .base64_data import decoded

Json = Any
"""Any JSON value, as `json.loads` gives it."""

JsonObject = Mapping[str, Json]
"""A JSON object. Never changed in place: the values under review are frozen."""

Role = Literal["user", "assistant"]

MAX_USUAL = 2_000
"""Messages, blocks or tools of a request; one with more is shown, and called unusual."""

DerivedT = TypeVar("DerivedT")


NOTHING: JsonObject = {}
"""The members beyond the known ones, of what has none: one for all, since a request may have thousands of blocks."""


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Text to or from a model."""

    text: str
    extra: JsonObject = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True)
class _MediaBlock:
    """Base64 data with its MIME type."""

    data: str
    mime_type: str
    extra: JsonObject = field(default_factory=lambda: NOTHING)

    @property
    def content(self) -> bytes:
        """
        The decoded bytes; empty when the base64 is broken, which `wire.py` refuses on arrival.

        They are not kept: of many pictures only a few are looked at.
        """
        return decoded(self.data) or b""

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of the decoded bytes, hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class ImageBlock(_MediaBlock):
    """An image."""


@dataclass(frozen=True)
class AudioBlock(_MediaBlock):
    """A piece of sound."""


@dataclass(frozen=True, slots=True)
class ToolUseBlock:
    """
    A model's wish to call one of the request's tools (specification 2025-11-25, SEP-1577).

    Attributes:
        broken_input: What the model wrote as its arguments, where that is not a JSON object; `input` is empty then, and
            the block can't be returned before a person has corrected it.
    """

    id: str
    name: str
    input: JsonObject
    extra: JsonObject = field(default_factory=lambda: NOTHING)
    broken_input: str | None = None


@dataclass(frozen=True, slots=True)
class ToolResultBlock:
    """What a tool returned; `content` holds the blocks of a tool's result as JSON objects."""

    tool_use_id: str
    content: tuple[JsonObject, ...]
    is_error: bool = False
    structured_content: Json = None
    extra: JsonObject = field(default_factory=lambda: NOTHING)


Block = TextBlock | ImageBlock | AudioBlock | ToolUseBlock | ToolResultBlock


@dataclass(frozen=True, slots=True)
class Message:
    """
    One turn of the conversation.

    Attributes:
        single: The server sent `content` as one object, not as a list; kept so that an unedited message
            goes back to JSON as it came.
    """

    role: Role
    blocks: tuple[Block, ...]
    single: bool = True
    extra: JsonObject = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True)
class ModelPreferences:
    """
    Which model the server would like. Advice only: the user chooses.

    Attributes:
        hints: The hints as they came, the most wanted first; `hint_names` holds what the specification defines.
        cost_priority: 0 (price does not matter) to 1 (price matters most); the other two likewise.
    """

    hints: tuple[JsonObject, ...] = ()
    cost_priority: float | None = None
    speed_priority: float | None = None
    intelligence_priority: float | None = None
    extra: JsonObject = field(default_factory=lambda: NOTHING)

    @property
    def hint_names(self) -> tuple[str, ...]:
        """Substrings of model names, the most wanted first."""
        return tuple(names_of(self.hints))


def names_of(hints: Iterable[JsonObject]) -> Iterator[str]:
    """Yield the names of those hints that have one."""
    return (hint["name"] for hint in hints if isinstance(hint.get("name"), str))


@dataclass(frozen=True)
class SamplingRequest:
    """
    One request to run a language model.

    Attributes:
        max_tokens: The most tokens that may be generated; above zero. A MUST of the specification.
        temperature: As asked; its range is the provider's business.
        tools: The tools that the model may use, each as the specification's JSON object.
        extra: Members of the parameters that are none of the above, `_meta` among them.
    """

    messages: tuple[Message, ...]
    max_tokens: int
    system_prompt: str | None = None
    temperature: float | None = None
    stop_sequences: tuple[str, ...] = ()
    metadata: JsonObject | None = None
    include_context: str | None = None
    preferences: ModelPreferences | None = None
    tools: tuple[JsonObject, ...] | None = None
    tool_choice: JsonObject | None = None
    extra: JsonObject = field(default_factory=lambda: NOTHING)

    @cached_property
    def _derived(self) -> dict[Hashable, Any]:
        return {}

    def once(self, key: Hashable, derive: Callable[[], DerivedT]) -> DerivedT:
        """
        Return what is derived from this request under a key; computed at the first call, and kept as long as it.

        Args:
            key: Names what it is, and whatever else it depends on.
        """
        if key not in self._derived:
            self._derived[key] = derive()
        value: DerivedT = self._derived[key]
        return value

    def knows(self, key: Hashable) -> bool:
        """Whether that has been computed."""
        return key in self._derived

    @property
    def wants_tools(self) -> bool:
        """Whether the result may hold several blocks (it named `tools` or `toolChoice`)."""
        return self.tools is not None or self.tool_choice is not None

    @property
    def tool_names(self) -> frozenset[str]:
        """The names of the tools that the model may use."""
        return frozenset(name for tool in self.tools or () if isinstance(name := tool.get("name"), str))

    @property
    def block_count(self) -> int:
        """How many content blocks there are."""
        return sum([len(message.blocks) for message in self.messages])

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Every content block of every message, in order."""
        return tuple(chain.from_iterable([message.blocks for message in self.messages]))


def prefix_digests(pieces: Iterable[str], seed: str = "") -> tuple[str, ...]:
    """
    Return a digest of the first piece, of the first two, and so on: equal digests mean equal beginnings.

    Args:
        pieces: JSON, or other texts; where one ends counts.
        seed: What all of it depends on.
    """
    digests: list[str] = []
    before = hashlib.sha256(_bytes(seed)).digest()
    for piece in pieces:
        whole = hashlib.sha256(before)
        whole.update(hashlib.sha256(_bytes(piece)).digest())
        before = whole.digest()
        digests.append(before.hex())
    return tuple(digests)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
