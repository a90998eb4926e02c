"""
Listens on the stream on which a server pushes over Streamable HTTP, whoever ends it.

https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#listening-for-messages-from-the-server. It is
opened again for as long as the conversation lasts, where the SDK gives up after the second refusal without a word.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

import httpx2
from mcp.client.streamable_http import LAST_EVENT_ID
from mcp.shared._httpx_utils import sse_within_origin

from ..state.server import NotListening
from .http_client import HttpCaller
from .http_errors import words_for, words_for_status
from .lenient_bodies import carries_message

LISTEN_AGAIN = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
"""Seconds before each new attempt to listen; the last of them for all that follow."""

MIN_PAUSE = 0.5
"""Seconds before a new attempt, however soon the server says that it may come (`retry: 0`)."""

ENDED = "it ended the stream on which it pushes"

Received = Callable[[str], Awaitable[None]]
"""Is given the data of each message event."""


class PushStream:
    """The GET stream of one conversation."""

    def __init__(
        self,
        caller: HttpCaller,
        url: str,
        most: int,
        received: Received,
        heard: Callable[[NotListening | None], None],
    ) -> None:
        """
        Listen to nothing yet.

        Args:
            most: Bytes of one event.
            heard: Told when nobody listens, and when somebody does again.
        """
        self._caller = caller
        self._url = url
        self._most = most
        self._received = received
        self._heard = heard
        self._last_event: str | None = None
        self._asked_pause: float | None = None
        self._failures = 0
        self._has_listened = False

    async def keep(self) -> None:
        """Listen, again and again; return only when the server has no such stream."""
        while (reason := await self._listen()) is not None:
            pause = LISTEN_AGAIN[min(self._failures, len(LISTEN_AGAIN) - 1)]
            if self._failures == 0 and self._asked_pause is not None:
                pause = max(MIN_PAUSE, min(self._asked_pause, LISTEN_AGAIN[-1]))
            self._failures += 1
            self._heard(NotListening(reason, time.monotonic() + pause))
            await asyncio.sleep(pause)

    async def _listen(self) -> str | None:
        """Listen once, and return why that ended; None when the server has no stream to listen to."""
        headers = self._caller.session_headers
        if self._last_event:
            headers[LAST_EVENT_ID] = self._last_event
        try:
            async with sse_within_origin(self._caller, self._url, headers=headers, max_event_size=self._most) as events:
                status = events.response.status_code
                if not events.response.is_success:
                    # Whoever has no such stream answers 405, or whatever its framework says of an unknown path.
                    return words_for_status(status) if self._has_listened or status >= 500 or status == 429 else None
                async for event in events:
                    self._is_heard()
                    self._last_event = event.id or self._last_event
                    self._asked_pause = event.retry / 1000 if event.retry is not None else self._asked_pause
                    if carries_message(event):
                        await self._received(event.data)
                self._is_heard()
                return ENDED
        except httpx2.SSEError:
            return "what it sent on its stream is not an event" if self._has_listened else None
        except httpx2.TransportError as error:
            return words_for(error)

    def _is_heard(self) -> None:
        self._has_listened = True
        self._failures = 0
        self._heard(None)
