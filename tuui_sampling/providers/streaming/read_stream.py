"""
Reads the stream of one answer to its end: pieces of the wire → events for the desk, and every failure in words.

What the end of a stream means is decided here: an answer is whole when its provider said why it stopped, or marked
the end in the way of its API. Anything else is a failure, with what came until then.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import aclosing
from typing import TYPE_CHECKING

from ...sampling.errors import ModelError
from ...sampling.wire_errors import words_of
from ..credentials import Callee
from ..errors import ended_early, explain, in_band, no_stream, other_form, without_keys
from ..provider import Event, Finished, Interrupted, UsageUpdate
from .reading import Reading
from .remarks import MAX_UNREAD_CHARACTERS
from .wire_events import Sort, WireEvent, wire_events

if TYPE_CHECKING:
    import httpx2

GRACE = 0.5
"""Seconds that a connection may stay open after the end of its answer, for what may still come: usage, for instance."""

NO_REASON = "The provider did not say why the answer ended."

NOT_UTF_8 = "Bytes of the answer are not UTF-8: each is shown as \ufffd."

MAX_WORDS = 1_000
"""Characters of an answer that is not an answer that are looked at for the provider's words."""


async def read_stream(
    response: "httpx2.Response", reading: Reading, callee: Callee, failures: tuple[type[BaseException], ...]
) -> AsyncGenerator[Event, None]:
    """
    Yield what a response streams; the last event is `Finished`.

    Args:
        failures: What reading may raise when the connection breaks.

    Raises:
        ModelError: There is no whole answer. What came of one was yielded as `Interrupted` before.
    """
    answer = reading.answer
    content_type = response.headers.get("content-type", "")
    if content_type.startswith("text/html"):
        raise no_stream(callee, content_type)
    state = _State(reading, callee, content_type)
    shown = False
    async with aclosing(response.aiter_bytes()) as chunks:
        pieces = wire_events(chunks)
        async for event in _until_the_end(pieces, state, failures):
            shown = shown or not isinstance(event, UsageUpdate)
            yield event
    for event in (*state.end(), *answer.flush()):
        shown = True
        yield event
    failure = state.failure
    if failure is None:
        yield Finished(answer.response())
        return
    failure.is_transient = failure.is_transient and not shown
    if shown:
        yield Interrupted(answer.response())
    raise failure from None


async def _until_the_end(
    pieces: AsyncIterator[WireEvent], state: "_State", failures: tuple[type[BaseException], ...]
) -> AsyncIterator[Event]:
    answer = state.reading.answer
    while state.failure is None and not answer.is_cut:
        try:
            async with asyncio.timeout(GRACE if answer.ended else None):
                piece = await anext(pieces)
            events = state.take(piece)
        except StopAsyncIteration:
            return
        except TimeoutError:
            if answer.ended:
                return
            raise
        except ModelError as error:
            state.failure = error
            return
        except failures as error:
            # A connection that breaks after the end took nothing from the answer.
            if answer.stop_reason is None:
                state.failure = explain(error, state.callee, streaming=True)
            return
        for event in events:
            yield event


class _State:
    """How far the reading of one answer is."""

    def __init__(self, reading: Reading, callee: Callee, content_type: str) -> None:
        self.reading = reading
        self.callee = callee
        self.failure: ModelError | None = None
        self._content_type = content_type
        self._silent = True
        self._words = ""

    def take(self, piece: WireEvent) -> Iterable[Event]:
        """
        Read one piece.

        Raises:
            ModelError: It says that the call failed.
        """
        answer = self.reading.answer
        answer.raw = piece.raw
        if piece.is_garbled:
            answer.misread(NOT_UTF_8)
        match piece.sort:
            case Sort.DONE:
                answer.ended = True
                return ()
            case Sort.UNREADABLE if piece.name == "error":
                raise in_band(piece.data, self.callee)
            case Sort.UNREADABLE:
                self._words += piece.raw[:MAX_WORDS] if len(self._words) < MAX_WORDS else ""
                answer.misread()
                return ()
        self._silent = False
        events = list(self.reading.event(piece.data))
        if piece.sort is Sort.DOCUMENT and answer.is_blank and not events:
            failure = no_stream(self.callee, self._content_type, words_of(piece.data))
            failure.unread = without_keys([piece.raw[:MAX_UNREAD_CHARACTERS]], self.callee)
            raise failure
        return events

    def end(self) -> list[Event]:
        """Look at what was gathered, after the last piece; sets `failure` when that is not a whole answer."""
        answer = self.reading.answer
        if self.failure is not None or answer.is_cut:
            return []
        try:
            events = list(self.reading.end())
        except ModelError as error:
            self.failure = error
            return []
        if answer.stop_reason is None and answer.ended and answer.has_content:
            answer.raw = ""
            answer.misread(NO_REASON, partial=False)
        elif answer.stop_reason is None:
            self.failure = self._no_answer()
            self.failure.unread = without_keys(answer.remarks.unread, self.callee)
        return events

    def _no_answer(self) -> ModelError:
        kind = self._content_type.partition(";")[0].strip().lower()
        if self._silent and (self._words or kind != "text/event-stream"):
            page = self._words.lstrip().startswith("<")
            return no_stream(self.callee, self._content_type, "" if page else words_of(self._words))
        if self.reading.answer.is_blank and self.reading.answer.remarks.unread:
            return other_form(self.callee)
        return ended_early(self.callee, silent=self._silent)
