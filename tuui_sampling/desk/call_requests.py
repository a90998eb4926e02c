"""Counts the requests that one call of ours causes: a tool that asks again and again is refused in the end."""

from collections import OrderedDict
from collections.abc import Callable

from ..sampling.origin import OfCall, Origin

MAX_CALLS = 1_000
"""Calls that are remembered; the oldest is forgotten first."""


class CallRequests:
    """
    Counts requests by the call that they belong to, whether or not they are turns of tool loops.

    Where one of several calls has caused a request and nobody knows which (legacy era), it is counted as one of the
    call that has caused the fewest: together they cause no more than each of them may.
    """

    def __init__(self, most: Callable[[str], int]) -> None:
        """
        Know no call yet.

        Args:
            most: A server's name → so many requests one call of it may cause.
        """
        self._most = most
        self._counts: OrderedDict[tuple[str, int], int] = OrderedDict()

    def join(self, origin: Origin) -> OfCall | None:
        """Count a request that has arrived; None where no call of ours was under way."""
        calls = (origin.call,) if origin.call is not None else origin.among
        if not calls:
            return None
        server, most = origin.server, self._most(origin.server)
        counts = [(self._counts.get((server, call), 0), call) for call in calls]
        before = sum([min(count, most) for count, _call in counts])
        fewest, call = min(counts)
        self._counts[server, call] = fewest + 1
        self._counts.move_to_end((server, call))
        while len(self._counts) > MAX_CALLS:
            self._counts.popitem(last=False)
        return OfCall(before + 1, most * len(calls), len(calls))
