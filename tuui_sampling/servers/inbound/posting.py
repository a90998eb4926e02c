"""
Sends the answer to one question, and says whether the server has taken it.

In the legacy era an answer is a message, which is sent past the SDK's session: the session does not say what became of
it, and over HTTP it may be refused (any status but 2xx) or never get there. In the modern era it travels in the next
call of the round that asked.
"""

import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import mcp_types as types

from ...sampling.origin import Origin
from ...sampling.request import Json
from ..transport.base import Reply
from .context import current_round
from .desk import Receipt
from .translate import as_json

Answer = (
    types.CreateMessageResult
    | types.CreateMessageResultWithTools
    | types.ElicitResult
    | types.ListRootsResult
    | types.ErrorData
)

"""An answer as the SDK's session has it."""

AnswerT = TypeVar("AnswerT")

SENT = types.ErrorData(code=types.INTERNAL_ERROR, message="The answer was sent already")
"""What the session is told in place of an answer that was sent past it; the transport keeps it from the server."""


class Post:
    """The way of one answer to its server."""

    def __init__(
        self,
        request_id: types.RequestId,
        origin: Origin,
        send: Callable[[Reply], Awaitable[str]],
        late: Callable[[float], None],
    ) -> None:
        """
        Know where an answer goes.

        Args:
            request_id: Of the question; in the modern era its key in the round.
            send: Sends a message, and returns why the server has not taken it.
            late: Told by how many seconds an answer comes after the server has given up, or may have.
        """
        self._id = request_id
        self._origin = origin
        self._send = send
        self._late = late
        self._is_sent = False
        self._since = time.monotonic()

    async def send(self, answer: Answer | dict[str, Json]) -> Receipt:
        """
        Send an answer; may be done again where it was not taken.

        Args:
            answer: In the legacy era it may be a result's JSON: no session looks at it.
        """
        is_first, self._is_sent = not self._is_sent, True
        lateness = self._lateness
        if lateness > 0 and is_first:
            self._late(lateness)
        if (round_ := current_round.get()) is not None:
            if isinstance(answer, types.ErrorData):
                return Receipt()  # in the modern era a refusal is not sent: the call is not made again
            assert not isinstance(answer, dict)
            return await round_.delivered(str(self._id), answer)
        problem = await self._send(self._message(answer))
        if not problem and lateness > 0 and self._is_stated:
            return Receipt(f"it was sent {lateness:.0f} s after the server had given up, as its request says")
        return Receipt(problem, again=bool(problem))

    def rest(self, answer: Callable[[], AnswerT]) -> AnswerT | types.ErrorData:
        """Return what is left for the session to send: the whole answer, unless it was sent already."""
        return SENT if self._is_sent and current_round.get() is None else answer()

    def _message(self, answer: Answer | dict[str, Json]) -> Reply:
        if isinstance(answer, types.ErrorData):
            return types.JSONRPCError(jsonrpc="2.0", id=self._id, error=answer)
        result = answer if isinstance(answer, dict) else as_json(answer)
        return types.JSONRPCResponse(jsonrpc="2.0", id=self._id, result=result)

    @property
    def _lateness(self) -> float:
        now = time.monotonic()
        if self._origin.learned is not None and (seconds := self._origin.learned()) is not None:
            return now - self._since - seconds
        deadline = self._origin.deadline
        return now - deadline.at if deadline else 0.0

    @property
    def _is_stated(self) -> bool:
        return self._origin.deadline is not None and not self._origin.deadline.presumed
