"""How long a server will still wait, in words; and which of the requests that wait has the least time left."""

import math
import time
from collections.abc import Iterable
from typing import TypeVar

from ...sampling.item import Item
from ...sampling.origin import Deadline
from ..presentation.format import stopwatch

PASSED = "the server may have given up"
"""What a deadline means that has passed: nothing is decided by it."""

ItemT = TypeVar("ItemT", bound=Item)


def time_left(item: Item) -> str:
    """Return `0:48 left`; empty for what has ended or has no deadline."""
    deadline = _running(item)
    if deadline is None:
        return ""
    seconds = math.ceil(deadline.at - time.monotonic())
    return f"{stopwatch(seconds)} left" if seconds > 0 else PASSED


def presumed(item: Item) -> str:
    """Return that nobody said how long the server waits; empty where that was said, or is past."""
    deadline = _running(item)
    counts = deadline is not None and deadline.presumed and deadline.at > time.monotonic()
    return "time left is presumed" if counts else ""


def brief_time_left(item: Item) -> str:
    """Return the same for a narrow row: `0:48 left`, or `0:48 presumed`."""
    words = time_left(item)
    if words == PASSED:
        return "may have given up"
    return words.replace("left", "presumed") if presumed(item) else words


def explained(item: Item) -> str:
    """Return the same with the reason, for where there is room."""
    deadline = _running(item)
    assumed = " (presumed)" if presumed(item) else ""
    return f"{time_left(item)}{assumed}: {deadline.reason}" if deadline is not None else ""


def by_deadline(items: Iterable[ItemT]) -> list[ItemT]:
    """Return what waits in the order in which it should be answered: by deadline, then by age."""
    return sorted(items, key=lambda item: (item.deadline.at if item.deadline else math.inf, item.id))


def _running(item: Item) -> Deadline | None:
    return item.deadline if item.phase.is_open else None
