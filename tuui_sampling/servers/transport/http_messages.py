"""Turns messages into what an HTTP request carries, and statuses into the errors that a session is told."""

import json
from collections.abc import Mapping

from mcp.shared.message import ClientMessageMetadata, SessionMessage
from mcp_types import (
    INTERNAL_ERROR,
    METHOD_NOT_FOUND,
    ErrorData,
    JSONRPCError,
    JSONRPCMessage,
    JSONRPCNotification,
    RequestId,
    jsonrpc_message_adapter,
)

from .http_errors import Refusal

OLDER = (400, 404, 405)
"""How a server of the older transport answers to our first message, says the specification."""

MADE_UP = ("Server returned an error response", "Not Found", "Session terminated")
"""What the SDK says in place of a status without a JSON-RPC error in its body."""

HEADERS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
"""What every message that is sent by ourselves carries."""


def stamp(item: SessionMessage) -> Mapping[str, str]:
    """Return the headers that the session wants on a message; once it has named its revision, all carry that."""
    metadata = item.metadata
    return (metadata.headers if isinstance(metadata, ClientMessageMetadata) else None) or {}


def raw_of(message: JSONRPCMessage) -> bytes:
    """Return a message as it is sent."""
    return message.model_dump_json(by_alias=True, exclude_unset=True).encode()


def encodable(message: JSONRPCMessage) -> JSONRPCMessage:
    """Return a message with U+FFFD for each half of a character, which no encoding can carry."""
    text = json.dumps(message.model_dump(by_alias=True, exclude_unset=True), ensure_ascii=False)
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return jsonrpc_message_adapter.validate_json(whole, by_name=False)


def is_made_up(message: JSONRPCMessage) -> bool:
    """Whether the SDK has made an error up for a status."""
    return isinstance(message, JSONRPCError) and message.error.message in MADE_UP


def explained(message: JSONRPCMessage, refused: dict[RequestId, Refusal]) -> JSONRPCMessage:
    """
    Return a message; where the SDK made an error up for a status, with the status in it.

    Args:
        refused: How requests were refused; what concerns the message is taken out.
    """
    if not isinstance(message, JSONRPCError) or message.id is None:
        return message
    refusal = refused.pop(message.id, None)
    if refusal is None or not is_made_up(message):
        return message
    # A page that is not there is no server that lacks the method, which would be one of the other era.
    code = INTERNAL_ERROR if message.error.code == METHOD_NOT_FOUND else message.error.code
    return JSONRPCError(jsonrpc="2.0", id=message.id, error=ErrorData(code=code, message=refusal.words))


def refuses_as_older(message: JSONRPCMessage, first: RequestId, refused: Mapping[RequestId, Refusal]) -> bool:
    """Whether a message is how a server of the older transport refuses the first request."""
    is_answer = isinstance(message, JSONRPCError) and message.id == first
    return is_answer and is_made_up(message) and first in refused and refused[first].status in OLDER


def unanswered(request: RequestId, problem: str) -> JSONRPCError:
    """Return the error that a session is told for a request which was not accepted in the older transport."""
    message = f"it names an address for messages (HTTP+SSE), and there: {problem}"
    return JSONRPCError(jsonrpc="2.0", id=request, error=ErrorData(code=INTERNAL_ERROR, message=message))


def is_modern_cancel(message: JSONRPCMessage, version: str | None) -> bool:
    """Whether a message takes a request back in the modern era."""
    is_cancel = isinstance(message, JSONRPCNotification) and message.method == "notifications/cancelled"
    return is_cancel and (version or "") >= "2026"


def is_initialized(message: JSONRPCMessage) -> bool:
    """Whether a message ends the handshake of the legacy era."""
    return isinstance(message, JSONRPCNotification) and message.method == "notifications/initialized"
