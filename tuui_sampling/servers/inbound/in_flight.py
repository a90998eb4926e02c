"""The requests for a human that came over the wire of one connection and are not answered yet."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass

import mcp_types as types
from mcp.shared.dispatcher import coerce_request_id

from ...sampling.request import Json
from ...sampling.wire_errors import AT_ADMISSION
from ..lenient.requests import SERVER_REQUESTS, session_params
from ..state.server import Call, Server
from ..transport.base import came_with
from .admission import Admission
from .context import current_call
from .translate import error_data

FORGET_CANCELLED = 1.0
"""Seconds after which a cancelled request is forgotten; whoever answers it has looked it up long before."""

MAX_ANSWERED = 100
"""Requests that are remembered once their answers have left: a server may take one back while that is on its way."""


@dataclass
class Arrival:
    """
    One request, as it came.

    Attributes:
        params, raw: Its parameters, and the whole message, until they are taken: whoever takes them keeps them.
        call: The call of ours that it came on the answer's stream of, where it came on one.
        cancelled: The server took it back.
    """

    method: str
    params: Json
    raw: bytes
    call: Call | None = None
    cancelled: bool = False

    def take_params(self) -> Json:
        """Return the parameters."""
        params, self.params = self.params, None
        return params

    def take_text(self) -> str:
        """Return the message."""
        raw, self.raw = self.raw, b""
        return raw.decode("utf-8", "replace")


class Arrivals:
    """
    Remembers what came, since the SDK's models coerce and drop members.

    Ids are told apart as the SDK does it, to whom 7 and "7" are one.
    """

    def __init__(self, server: Server, admission: Admission) -> None:
        """Remember nothing yet."""
        self._server = server
        self._admission = admission
        self._live: dict[types.RequestId, Arrival] = {}
        self._answered: OrderedDict[types.RequestId, Arrival] = OrderedDict()
        self._calls: dict[types.RequestId, Call] = {}

    def came(self, message: types.JSONRPCMessage, raw: bytes) -> types.ErrorData | None:
        """Look at a message of the server's; an `ErrorData` is the answer to it, and it goes no further."""
        match message:
            case types.JSONRPCRequest(method=method) if method in SERVER_REQUESTS.values():
                key = coerce_request_id(message.id)
                if (other := self._live.get(key)) is not None and not other.cancelled:
                    return types.ErrorData(
                        code=types.INVALID_REQUEST, message="A request with this id is already being answered"
                    )
                if refusal := self._admission.admit(len(self._live)):
                    self._admission.turn_away(method, message.params, raw, refusal)
                    self._server.note_turned_away(method, refusal)
                    return error_data(AT_ADMISSION[refusal])
                asked = came_with.get()
                call = None if asked is None else self._calls.get(coerce_request_id(asked))
                self._live[key] = Arrival(method, message.params, raw, call)
                message.params = session_params(method, message.params)
            case types.JSONRPCNotification(
                method="notifications/cancelled", params={"requestId": str() | int() as identifier}
            ) if not isinstance(identifier, bool):
                key = coerce_request_id(identifier)
                if (answered := self._answered.get(key)) is not None:
                    answered.cancelled = True  # its answer may be on its way
                if (arrival := self._live.get(key)) is not None:
                    arrival.cancelled = True  # it will never be answered
                    asyncio.get_running_loop().call_later(FORGET_CANCELLED, self._forget, key, arrival)
        return None

    def sent(self, message: types.JSONRPCMessage, raw: bytes, *, past_session: bool) -> None:
        """Look at a message of ours: an answer ends what it answers, but for that to the second use of an id."""
        if isinstance(message, types.JSONRPCRequest) and (call := current_call.get()) is not None:
            self._calls = {key: one for key, one in self._calls.items() if one.id in self._server.calls}
            self._calls[coerce_request_id(message.id)] = call
        if (
            not past_session
            and isinstance(message, types.JSONRPCResponse | types.JSONRPCError)
            and message.id is not None
        ):
            arrival = self._live.pop(coerce_request_id(message.id), None)
            if arrival is not None:
                self._answered[coerce_request_id(message.id)] = arrival
                while len(self._answered) > MAX_ANSWERED:
                    self._answered.popitem(last=False)

    def get(self, request_id: types.RequestId) -> Arrival | None:
        """Return the request of this id."""
        return self._live.get(coerce_request_id(request_id))

    def __len__(self) -> int:
        """Return how many wait, or have been cancelled a moment ago."""
        return len(self._live)

    def _forget(self, key: types.RequestId, arrival: Arrival) -> None:
        if self._live.get(key) is arrival:
            del self._live[key]
