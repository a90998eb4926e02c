"""
What one server sends that nobody can use: answers that nobody waits for, and requests that can't be answered.

An answer is late when its call was cancelled. A request without a usable id reads as a notification
(https://www.jsonrpc.org/specification#notification): no reply can reach it, so nobody is to be asked about it.
"""

import mcp_types as types
from mcp.shared.dispatcher import coerce_request_id

from ..lenient.requests import SERVER_REQUESTS
from ..state.server import Server

LOGGED = 20
"""Stray messages of one connection that get a line in the log; the later ones are only counted."""


class StrayMessages:
    """Looks at the messages of one connection."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._awaited: dict[types.RequestId, str] = {}
        self._logged = 0

    def came(self, message: types.JSONRPCMessage, raw: bytes) -> types.ErrorData | None:
        """Look at a message of the server's; none is kept from the session."""
        match message:
            case types.JSONRPCRequest():  # known at once: that it is none of the others would take longer
                pass
            case types.JSONRPCResponse() | types.JSONRPCError() if not self._is_awaited(message.id):
                self._server.late_replies += 1
                self._log("it answered what nobody waits for any more")
            case types.JSONRPCNotification(method=method) if method in SERVER_REQUESTS.values():
                self._log(f"protocol error: {method} without an id that could be answered; nobody is asked")
        return None

    def sent(self, message: types.JSONRPCMessage, raw: bytes, *, past_session: bool) -> None:
        """Look at a message of ours."""
        match message:
            case types.JSONRPCRequest():
                self._awaited[coerce_request_id(message.id)] = message.method
            case types.JSONRPCNotification(
                method="notifications/cancelled", params={"requestId": str() | int() as identifier}
            ):
                self._awaited.pop(coerce_request_id(identifier), None)

    def _is_awaited(self, request_id: types.RequestId | None) -> bool:
        return request_id is not None and self._awaited.pop(coerce_request_id(request_id), None) is not None

    def _log(self, text: str) -> None:
        self._logged += 1
        if self._logged <= LOGGED:
            self._server.log.add("event", text)
