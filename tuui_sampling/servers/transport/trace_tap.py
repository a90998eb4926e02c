"""Writes what passes into the trace: it sees each message as the SDK has read it, so that nothing is parsed twice."""

from mcp_types import ErrorData, JSONRPCError, JSONRPCMessage, JSONRPCNotification, JSONRPCRequest, JSONRPCResponse

from ..state.trace import Direction, MessageKind, Trace


class TraceTap:
    """One connection's tap; it answers nothing."""

    def __init__(self, trace: Trace) -> None:
        """Write into a server's trace."""
        self._trace = trace

    def came(self, message: JSONRPCMessage, raw: bytes) -> ErrorData | None:
        """Note a message of the server's."""
        self._add(Direction.CAME, message, raw, past_session=False)
        return None

    def sent(self, message: JSONRPCMessage, raw: bytes, *, past_session: bool) -> None:
        """Note a message of ours."""
        self._add(Direction.SENT, message, raw, past_session=past_session)

    def _add(self, direction: Direction, message: JSONRPCMessage, raw: bytes, *, past_session: bool) -> None:
        match message:
            case JSONRPCRequest():
                self._trace.add(direction, MessageKind.REQUEST, message.method, message.id, raw)
            case JSONRPCNotification():
                self._trace.add(direction, MessageKind.NOTIFICATION, message.method, None, raw)
                identifier = (message.params or {}).get("requestId")
                if message.method == "notifications/cancelled" and isinstance(identifier, str | int):
                    self._trace.cancelled(direction, identifier)
            case JSONRPCResponse():
                self._trace.add(direction, MessageKind.RESPONSE, None, message.id, raw, past_session=past_session)
            case JSONRPCError():
                self._trace.add(direction, MessageKind.ERROR, None, message.id, raw, past_session=past_session)
