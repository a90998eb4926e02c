"""Counts the requests that one call of ours causes: a tool that asks again and again is refused in the end."""

from collections import OrderedDict
from collections.abc import Callable

from ..sampling.origin import OfCall, Origin

MAX_CALLS = 1_000
"""Calls that are remembered; the oldest is forgotten first."""


class CallRequests:
    """Counts requests by the call that they belong to, whether or not they are turns of tool loops."""

    def __init__(self, most: Callable[[str], int]) -> None:
        """
        Know no call yet.

        Args:
            most: A server's name → so many requests one call of it may cause.
        """
        self._most = most
        self._counts: OrderedDict[tuple[str, int], int] = OrderedDict()

    def join(self, origin: Origin) -> OfCall | None:
        """Count a request that has arrived; None where it is not known which call caused it."""
        if origin.call is None:
            return None
        key = (origin.server, origin.call)
        self._counts[key] = number = self._counts.get(key, 0) + 1
        self._counts.move_to_end(key)
        while len(self._counts) > MAX_CALLS:
            self._counts.popitem(last=False)
        return OfCall(number, self._most(origin.server))
