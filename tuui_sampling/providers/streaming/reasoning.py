"""
A model's own reasoning of the turns of a tool loop, which its provider wants back with the results of the tools.

It is signed or encrypted by the provider, or plain text (DeepSeek), and means nothing to any other model. MCP has no
place for it, so it is kept here, in memory, and found again by the ids of the tool uses that it led to.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any

Piece = Mapping[str, Any]
"""One piece of reasoning, as the wire had it."""

Turn = tuple[tuple[str, tuple[Piece, ...]], ...]
"""Of one answer: each tool use's id, and the reasoning that came before it (and after the one before it)."""

MAX_TURNS = 200
"""Answers that are remembered; the oldest are forgotten first. An encrypted piece has some ten thousand bytes."""


class ReasoningMemory:
    """The reasoning of one model's latest answers with tool uses."""

    def __init__(self, most: int = MAX_TURNS) -> None:
        self._most = most
        self._turns: OrderedDict[tuple[str, ...], Turn] = OrderedDict()

    def keep(self, turn: Turn) -> None:
        """Remember an answer's reasoning; one without any is nothing to remember."""
        if any(pieces for _, pieces in turn):
            self._turns[tuple(identifier for identifier, _ in turn)] = turn
            while len(self._turns) > self._most:
                self._turns.popitem(last=False)

    def recall(self, identifiers: Iterable[str]) -> dict[str, tuple[Piece, ...]]:
        """
        Return the reasoning that belongs before each of these tool uses of one message.

        A person may have taken a tool use out of the answer: its reasoning goes before the next that is left.
        """
        present = set(identifiers)
        for ids, turn in reversed(self._turns.items()):
            if present and present.issubset(ids):
                return _before(turn, present)
        return {}


def _before(turn: Turn, present: set[str]) -> dict[str, tuple[Piece, ...]]:
    found: dict[str, tuple[Piece, ...]] = {}
    waiting: tuple[Piece, ...] = ()
    for identifier, pieces in turn:
        waiting += pieces
        if identifier in present and waiting:
            found[identifier], waiting = waiting, ()
    return found
