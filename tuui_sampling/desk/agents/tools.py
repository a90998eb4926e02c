"""Declares what an agent needs of the tools: which there are for it, and a call that a person decides about."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from ...config.settings import ModelSettings
from ...sampling.inquiry import Called, ToolCall
from ...sampling.origin import Origin
from ...sampling.request import JsonObject
from ...sampling.review import AgentStep, Review
from ...servers.state.server import Tool

Function = Callable[[JsonObject], Awaitable[Called]]
"""Makes a call with the arguments as they were decided about."""


@dataclass(frozen=True)
class Offered:
    """A tool that an agent may want, of this server."""

    server: str
    tool: Tool


class Tools(Protocol):
    """The tools of the configured servers, as agents see them."""

    def offered(self, settings: ModelSettings) -> Mapping[str, Offered]:
        """Return the tools that an agent may want, by the names that its model knows them by."""

    async def call(self, review: Review, asked: ToolCall, step: AgentStep, function: Function | None = None) -> Called:
        """
        Have a person or a rule decide about a call, make it as decided, and return what the agent gets.

        Args:
            function: Makes the call, where the tool is none of a server's.
        """

    def cause(self, origin: Origin) -> Review | None:
        """Return the review whose agent has called the tool that a request comes from."""
