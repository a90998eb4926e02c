"""What a server told without being asked: log messages, changed lists, updated resources. Bounded, newest kept."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from .primitives import LogLevel

MAX_NOTIFICATIONS = 1_000
"""Notifications that one server's ring keeps; the oldest go first."""

CAPACITY = 512 * 1024
"""Characters that all of them together may have."""

MAX_TEXT = 16 * 1024
"""Characters of one notification that are kept."""


@dataclass(frozen=True)
class Notification:
    """
    One notification. Its texts are foreign.

    Attributes:
        number: Counts the notifications of one server from 1.
        method: As on the wire, without `notifications/`.
        level: Of a log message; None for everything else.
        logger: Who within the server wrote a log message.
        text: What it says, cut after `MAX_TEXT` characters.
        length: Characters that the text had before it was cut.
    """

    number: int
    at: datetime
    method: str
    text: str
    length: int
    level: LogLevel | None = None
    logger: str | None = None


class Notifications:
    """
    A ring of notifications.

    Attributes:
        count: Notifications that ever came, so that a screen knows when it is out of date.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._ring: deque[Notification] = deque()
        self._size = 0
        self.count = 0

    def __iter__(self) -> Iterator[Notification]:
        return iter(self._ring)

    def __len__(self) -> int:
        return len(self._ring)

    def add(self, method: str, text: str, *, level: LogLevel | None = None, logger: str | None = None) -> None:
        """Append one; the oldest go where there are too many."""
        self.count += 1
        kept = text[:MAX_TEXT]
        logger = logger[:200] if logger is not None else None
        now = datetime.now().astimezone()
        self._ring.append(Notification(self.count, now, method, kept, len(text), level, logger))
        self._size += len(kept)
        while len(self._ring) > 1 and (self._size > self._capacity or len(self._ring) > MAX_NOTIFICATIONS):
            self._size -= len(self._ring.popleft().text)
