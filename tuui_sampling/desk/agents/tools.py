"""Declares what an agent needs of the tools: which there are for it, and a call that a person decides about."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ...config.settings import ModelSettings
from ...sampling.inquiry import ToolCall
from ...sampling.origin import Origin
from ...sampling.request import JsonObject
from ...sampling.review import AgentStep, Review
from ...servers.state.server import Tool


@dataclass(frozen=True)
class Offered:
    """A tool that an agent may want, of this server."""

    server: str
    tool: Tool


@dataclass(frozen=True)
class Called:
    """
    What an agent gets of a call.

    Attributes:
        content: The blocks of the tool's result, or of what stands in its place.
        stopped: The person has stopped the agent instead.
    """

    content: tuple[JsonObject, ...] = ()
    is_error: bool = False
    structured_content: object = None
    stopped: bool = False

    @classmethod
    def of(cls, text: str, *, is_error: bool = False) -> "Called":
        """Return words of ours, or of the person's, in the place of a result."""
        return cls(({"type": "text", "text": text},), is_error)


class Tools(Protocol):
    """The tools of the configured servers, as agents see them."""

    def offered(self, settings: ModelSettings) -> Mapping[str, Offered]:
        """Return the tools that an agent may want, by the names that its model knows them by."""

    async def call(self, review: Review, asked: ToolCall, step: AgentStep) -> Called:
        """Have a person or a rule decide about a call, make it as decided, and return what the agent gets."""

    def cause(self, origin: Origin) -> Review | None:
        """Return the review whose agent has called the tool that a request comes from."""
