"""Lists the JSON-RPC errors that servers get from us: constant texts, so that nothing can leak through one."""

from typing import NamedTuple

from .errors import Refusal


class WireError(NamedTuple):
    """An error of JSON-RPC 2.0."""

    code: int
    message: str


INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
LIMIT_EXCEEDED = -32005
"""
"Limit exceeded" (https://eips.ethereum.org/EIPS/eip-1474#error-codes); -32000 would be taken for a closed connection by
the SDKs.
"""

USER_REJECTED = WireError(-1, "User rejected sampling request")
"""https://modelcontextprotocol.io/specification/2025-11-25/client/sampling#error-handling"""

ROOTS_REJECTED = WireError(-1, "User rejected roots request")

NOT_ANSWERED = WireError(INTERNAL_ERROR, "The request could not be answered")

AT_ADMISSION = {
    Refusal.MUTED: WireError(-1, "User rejected the request: this server is muted"),
    Refusal.TOO_MANY: WireError(LIMIT_EXCEEDED, "rate limit: too many requests wait for the user already"),
}
"""A muted server is refused by the user, who said so beforehand: hence -1."""
