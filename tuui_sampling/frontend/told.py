"""Remembers what a person was told, so that everything is told once."""

from collections.abc import Hashable

MAX_TOLD = 2_000
"""So many are remembered: more than a desk keeps of what has ended."""


class Told:
    """What was told, the oldest first."""

    def __init__(self) -> None:
        self._keys: dict[Hashable, None] = {}

    def is_news(self, key: Hashable) -> bool:
        """Whether this was not told yet; from now on it was."""
        if key in self._keys:
            return False
        self._keys[key] = None
        if len(self._keys) > MAX_TOLD:
            del self._keys[next(iter(self._keys))]
        return True
