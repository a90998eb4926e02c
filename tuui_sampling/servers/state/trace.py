"""
The protocol trace of one server: the newest of its JSON-RPC messages, in both directions. Standard library only.

A ring, bounded by a number of messages and by bytes. A message is kept as the bytes that were on the wire; long ones
are cut, and say how long they were. An answer is matched with what it answers.
"""

import json
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

from ...sampling.item import Item

MAX_MESSAGES = 2_000
MAX_BYTES = 4 * 1024 * 1024
"""What one server's trace keeps; the oldest messages go first."""

KEPT_OF_ONE = 64 * 1024
"""Bytes of one message that are kept."""


class Direction(StrEnum):
    """Who wrote a message."""

    CAME = "came"
    SENT = "sent"

    @property
    def other(self) -> "Direction":
        """The other way."""
        return Direction.SENT if self is Direction.CAME else Direction.CAME


class MessageKind(StrEnum):
    """What a message is (https://www.jsonrpc.org/specification)."""

    REQUEST = "request"
    RESPONSE = "response"
    ERROR = "error"
    NOTIFICATION = "notification"


@dataclass(eq=False, slots=True)
class TracedMessage:
    """
    One message.

    Attributes:
        number: Counts from 1 for each server, over all its runs.
        method: That of the request, for an answer; None for an answer to a request that is not known any more.
        id: As it is in the message; None in a notification.
        size: Bytes of the whole message.
        data: Its first `KEPT_OF_ONE` bytes, as they were on the wire.
        other: The number of the answer, or of the request that it answers.
        latency: Seconds from a request to its answer; on both.
        unanswered: Why a request will get no answer: it was cancelled, or its connection ended. Empty while it may
            get one, and once it has got one all the same.
        at: `time.time()`; `moment` is the same as `time.monotonic()`.
    """

    number: int
    direction: Direction
    kind: MessageKind
    method: str | None
    id: str | int | None
    size: int
    data: bytes
    other: int | None = None
    latency: float | None = None
    unanswered: str = ""
    at: float = field(default_factory=time.time)
    moment: float = field(default_factory=time.monotonic)

    @property
    def is_whole(self) -> bool:
        """Whether all of it was kept."""
        return self.size == len(self.data)

    @property
    def text(self) -> str:
        """What was kept, as text."""
        return self.data.decode("utf-8", "replace")

    def holds(self, words: str) -> bool:
        """Whether all of these words occur in it, whatever their case."""
        facts = f"{self.direction} {self.kind} {self.method or ''} {'' if self.id is None else self.id}".lower()
        missing = [word for word in words.lower().split() if word not in facts]
        if not missing:
            return True
        text = self.text.lower()
        return all(word in text for word in missing)


_Key = tuple[Direction, str]


class Trace:
    """
    A ring of messages.

    Attributes:
        revision: Counts the changes, so that a screen knows when it is out of date.
        dropped: How many had to go because the ring was full.
    """

    def __init__(self, most_messages: int = MAX_MESSAGES, most_bytes: int = MAX_BYTES) -> None:
        self._most_messages = most_messages
        self._most_bytes = most_bytes
        self._messages: deque[TracedMessage] = deque()
        self._bytes = 0
        self._last = 0
        self._open: dict[_Key, list[TracedMessage]] = {}
        self.revision = 0
        self.dropped = 0

    def __iter__(self) -> Iterator[TracedMessage]:
        """Go through it, oldest first."""
        return iter(self._messages)

    def __len__(self) -> int:
        return len(self._messages)

    def get(self, number: int | None) -> TracedMessage | None:
        """Return the message of that number, while it is kept."""
        if number is None or not self._messages:
            return None
        index = number - self._messages[0].number
        return self._messages[index] if 0 <= index < len(self._messages) else None

    def since(self, number: int) -> list[TracedMessage]:
        """Return what came after the message of that number, oldest first."""
        if not self._messages:
            return []
        return list(islice(self._messages, max(0, number + 1 - self._messages[0].number), None))

    def end(self) -> None:
        """Note that a connection has ended: what is unanswered stays so, and its ids are used anew."""
        for waiting in self._open.values():
            for message in waiting:
                message.unanswered = message.unanswered or "the connection ended"
        self.revision += bool(self._open)
        self._open.clear()

    def cancelled(self, direction: Direction, identifier: str | int) -> None:
        """Note that whoever wrote a request takes it back; an answer may have been on its way already."""
        for message in self._open.get((direction, str(identifier)), ())[-1:]:
            message.unanswered = "cancelled"

    def clear(self) -> None:
        """Forget every message; answers to them will be unmatched."""
        self._messages.clear()
        self._open.clear()
        self._bytes = self.dropped = 0
        self.revision += 1

    def add(
        self,
        direction: Direction,
        kind: MessageKind,
        method: str | None,
        identifier: str | int | None,
        raw: bytes,
        *,
        past_session: bool = False,
    ) -> None:
        """
        Append a message.

        Args:
            past_session: It answers the newest request with its id, rather than the oldest: that one was refused
                before anybody else saw it, as the second use of an id is.
        """
        self._last += 1
        data = raw if len(raw) <= KEPT_OF_ONE else raw[:KEPT_OF_ONE]
        message = TracedMessage(self._last, direction, kind, method, identifier, len(raw), data)
        self._messages.append(message)
        self._bytes += len(data)
        self.revision += 1
        if identifier is not None:
            if kind is MessageKind.REQUEST:
                self._open.setdefault((direction, str(identifier)), []).append(message)
            else:
                self._match(message, past_session)
        while len(self._messages) > self._most_messages or (self._bytes > self._most_bytes and len(self._messages) > 1):
            self._drop()

    def message_of(self, item: Item) -> TracedMessage | None:
        """
        Return the message that brought a review or an inquiry, while it is kept.

        In the legacy era that is the request itself; in the modern era (2026-07-28) the response that holds it.
        """
        origin = item.origin
        for message in reversed(self._messages):
            if message.direction is not Direction.CAME or message.moment > item.arrived:
                continue
            if origin.modern:
                if message.kind is MessageKind.RESPONSE and _holds_question(message, origin.request_id):
                    return message
            elif (
                message.kind is MessageKind.REQUEST
                and message.id == origin.request_id
                and origin.raw.startswith(message.text[: KEPT_OF_ONE // 2])
            ):
                return message
        return None

    def _match(self, answer: TracedMessage, past_session: bool) -> None:
        key = (answer.direction.other, str(answer.id))
        waiting = self._open.get(key)
        if not waiting:
            return
        request = waiting.pop(-1 if past_session else 0)
        if not waiting:
            del self._open[key]
        request.other, answer.other = answer.number, request.number
        request.unanswered = ""
        request.latency = answer.latency = answer.moment - request.moment
        answer.method = request.method

    def _drop(self) -> None:
        message = self._messages.popleft()
        self._bytes -= len(message.data)
        self.dropped += 1
        key = (message.direction, str(message.id))
        waiting = self._open.get(key)
        if waiting and message in waiting:
            waiting.remove(message)
            if not waiting:
                del self._open[key]


def _holds_question(message: TracedMessage, key: str | int | None) -> bool:
    """Whether a result asks a question of that key (modern era); one that was cut is taken at its words."""
    if b'"inputRequests"' not in message.data:
        return False
    try:
        value = json.loads(message.data)
    except (ValueError, RecursionError):
        return json.dumps(key).encode() in message.data
    result = value.get("result") if isinstance(value, dict) else None
    requests = result.get("inputRequests") if isinstance(result, dict) else None
    return isinstance(requests, dict) and str(key) in requests
