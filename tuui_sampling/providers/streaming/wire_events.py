"""
Reads the bytes of a model's answer as events, and loses none: what is not an event is told, too.

A stream is server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). Some servers answer a
streaming call with one JSON document, with a JSON object on each line, or put a bare JSON object between the events.
The SDKs and `httpx2.EventSource` pass over all of that, and over what stands behind a byte order mark.
"""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from enum import Enum

from ...sampling.request import Json

MAX_EVENT_BYTES = 64 * 2**20
"""One event, or one document, that is longer than this is not read."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
DONE = "[DONE]"
"""What the OpenAI API writes as the data of its last event."""

KEPT_ALIVE = frozenset({"ping", "heartbeat", "keepalive", "keep-alive"})
"""Events that only keep a connection open; some servers write the word as data of an event without a name."""


class Sort(Enum):
    """What a piece of an answer is."""

    EVENT = "event"
    """An event of a stream; its data is JSON."""
    DOCUMENT = "document"
    """A JSON document in place of a stream."""
    DONE = "done"
    """The mark that ends the stream."""
    UNREADABLE = "unreadable"
    """Not an event, or one whose data is not JSON."""


@dataclass(frozen=True)
class WireEvent:
    """
    A piece of an answer.

    Attributes:
        raw: As it came.
        data: Its JSON; its text where that is not JSON.
        name: The name of the event, where the stream gives one.
        is_garbled: Bytes of it are not UTF-8; each is U+FFFD in its text.
    """

    sort: Sort
    raw: str
    data: Json = None
    name: str = ""
    is_garbled: bool = False


class TooLong(ValueError):
    """An event is longer than any that is read."""


async def wire_events(chunks: AsyncIterator[bytes]) -> AsyncIterator[WireEvent]:
    """
    Yield the pieces of an answer as they come.

    Raises:
        TooLong: One of them is longer than any that is read.
    """
    reader = _Reader()
    async for chunk in chunks:
        for event in reader.feed(chunk):
            yield event
    for event in reader.end():
        yield event


class _Reader:
    """The lines of one answer, on their way to events."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._begun = False
        self._is_document = False
        self._after_return = False
        self._searched = 0
        self._lines: list[str] = []
        self._data: list[str] = []
        self._name = ""
        self._size = 0
        self._is_garbled = False

    def feed(self, chunk: bytes) -> Iterator[WireEvent]:
        """Take some bytes and yield what is complete with them."""
        self._buffer += chunk
        if not self._begun and not self._begin():
            return
        if not self._is_document:
            while (line := self._next_line()) is not None:
                yield from self._line(line)
        if len(self._buffer) + self._size > MAX_EVENT_BYTES:
            raise TooLong

    def end(self) -> Iterator[WireEvent]:
        """Yield what the end of the bytes completes."""
        rest = self._decoded(bytes(self._buffer).removeprefix(BYTE_ORDER_MARK))
        if self._is_document:
            yield from (self._marked(piece) for piece in _document(rest))
            return
        if rest:
            yield from self._line(rest)
        yield from self._dispatch()

    def _begin(self) -> bool:
        """Look at the first bytes, which tell a document from a stream; False while there are too few."""
        start = bytes(self._buffer).removeprefix(BYTE_ORDER_MARK).lstrip()
        if not start or (len(start) < len(BYTE_ORDER_MARK) and BYTE_ORDER_MARK.startswith(start)):
            return False
        self._begun = True
        self._is_document = start[:1] in (b"{", b"[")
        self._buffer = bytearray(start)
        return True

    def _next_line(self) -> str | None:
        """Return the next line without its end, which is CR, LF or both; None while none is complete."""
        if self._after_return and self._buffer[:1] == b"\n":
            del self._buffer[:1]
        self._after_return = self._after_return and not self._buffer
        ends = [at for end in (b"\n", b"\r") if (at := self._buffer.find(end, self._searched)) >= 0]
        if not ends:
            self._searched = len(self._buffer)
            return None
        at = min(ends)
        self._after_return = self._buffer[at : at + 1] == b"\r"
        line = bytes(self._buffer[:at])
        del self._buffer[: at + 1]
        self._searched = 0
        return self._decoded(line)

    def _decoded(self, line: bytes) -> str:
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError:
            self._is_garbled = True
            return line.decode("utf-8", "replace")

    def _marked(self, piece: WireEvent) -> WireEvent:
        return replace(piece, is_garbled=True) if self._is_garbled else piece

    def _line(self, line: str) -> Iterator[WireEvent]:
        if not line.strip():
            yield from self._dispatch()
            return
        if line.startswith(":"):  # a comment
            return
        if line.lstrip().startswith(("{", "[")):  # a bare object between the events
            is_garbled = self._is_garbled
            yield from self._dispatch()
            yield replace(_read(line, line, ""), is_garbled=is_garbled)
            return
        self._lines.append(line)
        self._size += len(line)
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        match field.strip().lower():
            case "data":
                self._data.append(value)
            case "event":
                self._name = value
            case "id" | "retry":
                pass
            case _:
                self._lines.pop()
                yield WireEvent(Sort.UNREADABLE, line)

    def _dispatch(self) -> Iterator[WireEvent]:
        lines, parts, name, mark = self._lines, self._data, self._name, self._marked
        self._lines, self._data, self._name, self._size = [], [], "", 0
        if not parts:
            self._is_garbled = False
            return
        pieces = [mark(_read("\n".join(lines), "\n".join(parts).strip(), name))]
        if pieces[0].sort is Sort.UNREADABLE and len(parts) > 1:  # events without an empty line between them
            alone = [mark(_read(f"data: {part}", part.strip(), name)) for part in parts if part.strip()]
            pieces = pieces if any(one.sort is Sort.UNREADABLE for one in alone) else alone
        self._is_garbled = False
        yield from (one for one in pieces if not _says_nothing(one))


def _says_nothing(piece: WireEvent) -> bool:
    """Whether an event has no data, or only keeps the connection open."""
    if piece.sort is not Sort.UNREADABLE:
        return piece.name in KEPT_ALIVE and not isinstance(piece.data, dict)
    data = str(piece.data)
    return not data or data.startswith(":") or data.lower() in KEPT_ALIVE or piece.name in KEPT_ALIVE


def _read(raw: str, data: str, name: str) -> WireEvent:
    if data == DONE:
        return WireEvent(Sort.DONE, raw)
    try:
        return WireEvent(Sort.EVENT, raw, json.loads(data), name)
    except (ValueError, RecursionError):
        return WireEvent(Sort.UNREADABLE, raw, data, name)


def _document(text: str) -> Iterator[WireEvent]:
    """Yield a whole document, or the objects of its lines."""
    try:
        yield WireEvent(Sort.DOCUMENT, text, json.loads(text))
        return
    except (ValueError, RecursionError):
        pass
    for line in filter(str.strip, text.splitlines()):
        yield _read(line, line.strip().removeprefix("data:").strip(), "")
