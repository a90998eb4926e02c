"""What a server said beside the protocol: its stderr, and what we noticed about it. Bounded, never on the terminal."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

CAPACITY = 256 * 1024
"""Characters that one server's log keeps; the oldest lines go first."""

LINE_COST = 32
"""What a line counts for beside its text, so that blank ones are not free."""

MAX_LINE = 8 * 1024
"""Bytes of one line; longer ones are cut into several."""

Source = Literal["stderr", "stdout", "event"]
"""`stdout` marks lines that were not JSON-RPC messages; `event` marks our own remarks."""


@dataclass(frozen=True)
class LogLine:
    """One line, as it came: it is foreign text, and only `visible()` may take it to a screen."""

    at: datetime
    source: Source
    text: str


class ServerLog:
    """
    A ring of lines.

    Attributes:
        dropped: Lines that had to go because the ring was full.
        revision: Counts the lines ever added, so that a screen knows when it is out of date.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._lines: deque[LogLine] = deque()
        self._size = 0
        self._partial = b""
        self.dropped = 0
        self.revision = 0

    def __iter__(self) -> Iterator[LogLine]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)

    def add(self, source: Source, text: str) -> None:
        """Append a line."""
        self._lines.append(LogLine(datetime.now().astimezone(), source, text))
        self._size += len(text) + LINE_COST
        self.revision += 1
        while self._size > self._capacity and len(self._lines) > 1:
            self._size -= len(self._lines.popleft().text) + LINE_COST
            self.dropped += 1

    def feed(self, data: bytes) -> None:
        """Append bytes of stderr; they become lines as their ends arrive."""
        *lines, self._partial = (self._partial + data).split(b"\n")
        flood = max(0, len(lines) - self._capacity // LINE_COST)  # so many would go again at once
        self.dropped += flood
        self.revision += flood
        for line in lines[flood:]:
            self._add_bytes(line)
        while len(self._partial) >= MAX_LINE:
            self._add_bytes(self._partial[:MAX_LINE])
            self._partial = self._partial[MAX_LINE:]

    def finish(self) -> None:
        """Append what is left of an unfinished line."""
        if self._partial:
            self._add_bytes(self._partial)
            self._partial = b""

    def last(self, source: Source) -> str | None:
        """Return the newest line from that source that is not blank."""
        return next((line.text for line in reversed(self._lines) if line.source == source and line.text.strip()), None)

    def _add_bytes(self, line: bytes) -> None:
        for start in range(0, max(len(line), 1), MAX_LINE):
            self.add("stderr", line[start : start + MAX_LINE].decode("utf-8", "replace").removesuffix("\r"))
