"""
Records what was refused on arrival: a row for each, but in a flood a row for each second's rest.

A row costs the disk something, and an approval waits for the rows before it: no server may make it wait long.
Standard library only, like admission.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from ...sampling.errors import Refusal
from ...sampling.origin import Origin
from ...sampling.request import Json
from ..state.server import Server

if TYPE_CHECKING:
    from .desk import Desk

SECOND = 1.0

MAX_ROWS = 100
"""Messages of one second that have a row of their own; all others of that second share one, which counts them."""

MAX_BYTES = 64 * 1024
"""Bytes of one message; of a longer one only the beginning is recorded."""


class TurnedAway:
    """Counts what was turned away, second by second from the first."""

    def __init__(self, server: Server, desk: "Desk") -> None:
        self._server = server
        self._desk = desk
        self._of_this_second = 0
        self._rest = 0
        self._write_rest: Callable[[int], None] | None = None
        self._timer: asyncio.TimerHandle | None = None

    def add(self, method: str, params: Json, raw: bytes, refusal: Refusal) -> None:
        """Record a message, or count it."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(SECOND, self.flush)
        self._of_this_second += 1
        if self._write_rest is None:
            is_whole = len(raw) <= MAX_BYTES
            kept = (params if params is not None else {}) if is_whole else None
            write = partial(self._desk.turn_away, method, kept, self._origin(raw), refusal)
            if self._of_this_second <= MAX_ROWS:
                write(1)
                return
            self._write_rest = write
        self._rest += 1

    def withdraw(self, method: str, raw: str, why: str) -> None:
        """Record a message that was taken back while it was read."""
        self._desk.take_back(method, self._origin(raw[:MAX_BYTES].encode("utf-8", "replace")), why)

    def flush(self) -> None:
        """Record what was only counted, and begin another second."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._write_rest is not None:
            self._write_rest(self._rest)
        self._write_rest = None
        self._of_this_second = self._rest = 0

    def _origin(self, raw: bytes) -> Origin:
        server, call = self._server, self._server.only_call
        return Origin(
            server=server.name,
            protocol_version=server.protocol_version or "",
            tool=call.tool if call else None,
            presumed=call is not None,
            unsolicited=not server.calls,
            raw=raw[:MAX_BYTES].decode("utf-8", "replace"),
        )
