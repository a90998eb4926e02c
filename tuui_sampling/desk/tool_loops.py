"""
Tool loops: a server asks, runs the tools that the answer names, and asks again with their results.

https://modelcontextprotocol.io/specification/2025-11-25/client/sampling#multi-turn-tool-loop. Nothing in a request
names its loop; the ids of the tool uses that we returned to that server do. Both sides should limit the turns.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import TypeVar

from ..sampling.origin import Loop
from ..sampling.request import SamplingRequest, ToolUseBlock
from ..sampling.response import Response
from ..sampling.review import Review

Key = TypeVar("Key")

MAX_LOOPS = 1_000
"""Loops that are remembered; the oldest is forgotten first, and would count anew."""

MAX_TOOL_USES = 10_000
"""Tool uses that are remembered, likewise."""


class Loops:
    """Tells which requests belong together, and counts them."""

    def __init__(self, most: Callable[[str], int]) -> None:
        """
        Know no loop yet.

        Args:
            most: A server's name → so many turns a loop of it may have.
        """
        self._most = most
        self._turns: OrderedDict[int, int] = OrderedDict()
        self._loop_of: OrderedDict[tuple[str, str], int] = OrderedDict()

    def join(self, number: int, server: str, request: SamplingRequest) -> Loop | None:
        """
        Count a request that has arrived as the next turn of its loop; None when it has to do with no tools.

        Args:
            number: The id of its review.
        """
        uses = _newest_first(request) if self._loop_of else ()
        known = (self._loop_of.get((server, tool_use)) for tool_use in uses)
        first = next((loop for loop in known if loop in self._turns), None)
        if first is None:
            if not request.tools:
                return None
            first = number
        self._turns[first] = turn = self._turns.get(first, 0) + 1
        self._turns.move_to_end(first)
        _forget(self._turns, MAX_LOOPS)
        return Loop(first, turn, self._most(server))

    def delivered(self, review: Review, response: Response) -> None:
        """Remember which tools a server was told to call."""
        if review.loop is None:
            return
        for block in response.tool_uses:
            key = (review.origin.server, block.id)
            self._loop_of[key] = review.loop.first
            self._loop_of.move_to_end(key)
        _forget(self._loop_of, MAX_TOOL_USES)


def _newest_first(request: SamplingRequest) -> Iterator[str]:
    """Yield the ids of the tool uses in a conversation."""
    for message in reversed(request.messages):
        if message.role != "assistant":  # it holds none, and may hold very many blocks
            continue
        yield from (block.id for block in message.blocks if isinstance(block, ToolUseBlock))


def _forget(remembered: OrderedDict[Key, int], most: int) -> None:
    while len(remembered) > most:
        remembered.popitem(last=False)
