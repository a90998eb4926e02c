"""What a model is to the rest of the program: a stream of events, and an honest list of what it can't carry."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from ..sampling.note import Note
from ..sampling.request import SamplingRequest
from ..sampling.response import Response, Usage


@dataclass(frozen=True)
class TextDelta:
    """A piece of the answer's text."""

    text: str


@dataclass(frozen=True)
class ThinkingDelta:
    """A piece of the model's shown reasoning; for the user's eyes only."""

    text: str


@dataclass(frozen=True)
class ToolUseDelta:
    """
    A piece of a tool use.

    Attributes:
        index: Its place among the tool uses of the answer, from 0.
        name: Its name, in the piece that begins it; else empty.
        arguments: A piece of its arguments' JSON text.
    """

    index: int
    name: str = ""
    arguments: str = ""


@dataclass(frozen=True)
class UsageUpdate:
    """Tokens so far; each one replaces the one before."""

    usage: Usage


@dataclass(frozen=True)
class Interrupted:
    """What had come of an answer that then failed: a `ModelError` follows."""

    response: Response


@dataclass(frozen=True)
class Finished:
    """The whole response. Always the last event; a stream that ends without it raised a `ModelError`."""

    response: Response


Event = TextDelta | ThinkingDelta | ToolUseDelta | UsageUpdate | Interrupted | Finished


@runtime_checkable
class Provider(Protocol):
    """
    One configured model.

    A provider makes no network call but in `stream`, retries nothing, and keeps nothing of a request. Of an answer
    with tool uses it may keep, in memory, the reasoning that its own model wants back.
    """

    @property
    def host(self) -> str:
        """Where a request goes: a host (with its port where it is not the usual one), or "this computer"."""
        ...

    def notes(self, request: SamplingRequest) -> tuple[Note, ...]:
        """
        Say what this model can't carry of the request, before it is approved.

        Pure and quick: no SDK is imported and nothing is sent. A note of severity BLOCK means that `stream`
        would refuse.
        """
        ...

    def stream(self, request: SamplingRequest) -> AsyncGenerator[Event, None]:
        """
        Send the request and yield the answer as it is written; closing the iterator ends the call.

        Raises:
            ModelError: There is no whole answer. The text of the error is safe to show and holds no key.
        """
        ...

    async def aclose(self) -> None:
        """Release connections."""
        ...
