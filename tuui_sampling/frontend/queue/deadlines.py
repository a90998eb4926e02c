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
    """Return `0:48 left`, with `presumed` where nobody said so; empty for what has ended or has no deadline."""
    deadline = _running(item)
    if deadline is None:
        return ""
    seconds = math.ceil(deadline.at - time.monotonic())
    if seconds <= 0:
        return PASSED
    return f"{stopwatch(seconds)} left{' (presumed)' if deadline.presumed else ''}"


def brief_time_left(item: Item) -> str:
    """Return the same for a narrow row: `0:48 left`, or `0:48 presumed`."""
    words = time_left(item)
    return "may have given up" if words == PASSED else words.replace("left (presumed)", "presumed")


def explained(item: Item) -> str:
    """Return the same with the reason, for where there is room."""
    deadline = _running(item)
    return f"{time_left(item)}: {deadline.reason}" if deadline is not None else ""


def by_deadline(items: Iterable[ItemT]) -> list[ItemT]:
    """Return what waits in the order in which it should be answered: by deadline, then by age."""
    return sorted(items, key=lambda item: (item.deadline.at if item.deadline else math.inf, item.id))


def _running(item: Item) -> Deadline | None:
    return item.deadline if item.phase.is_open else None
