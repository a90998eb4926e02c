"""Declares what the desk does for an agent's code: ask its model, and have calls of tools decided."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from ...sampling.inquiry import Called
from ...sampling.request import JsonObject, SamplingRequest
from ...sampling.response import Response

Function = Callable[[JsonObject], Awaitable[str]]
"""Does what a tool is for, with the arguments as they were decided about."""


@dataclass(frozen=True)
class Wanted:
    """A call of a function of the agent's own code, as its model wants it."""

    name: str
    arguments: JsonObject
    description: str
    schema: JsonObject


class Port(Protocol):
    """What the desk does for an agent's code. Neither returns once the agent has been ended."""

    async def ask(self, request: SamplingRequest) -> Response:
        """Have the agent's model answer."""

    async def call(self, name: str, arguments: JsonObject) -> Called:
        """Have somebody decide about a call of a server's tool, and make it as decided."""

    async def decide(self, wanted: Wanted, function: Function) -> Called:
        """Have somebody decide about a call of a function of the agent's own, and make it as decided."""
