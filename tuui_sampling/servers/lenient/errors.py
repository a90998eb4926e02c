"""Reads errors that are not what JSON-RPC says (a text, a code that is text, no message), so that their words stay."""

from collections.abc import Mapping
from typing import Any

from mcp_types import INTERNAL_ERROR, ErrorData

from ...sampling.request import Json
from .fitting import AS_SENT
from .remarks import expected, quoted


def fitting_error(error: Json) -> ErrorData:
    """Return any error as one that the session takes; what was sent stays in its data."""
    members: Mapping[str, Any] = error if isinstance(error, Mapping) else {}
    code, message = members.get("code"), members.get("message")
    whole = _whole(code)
    odd = [] if isinstance(error, Mapping) else [expected("error", "an object", _kind(error))]
    if members and whole is None:
        odd.append(expected("error.code", "a whole number", code, missing="code" not in members))
    if isinstance(error, str):
        words = error
    elif isinstance(message, str):
        words = message
    else:
        words = quoted(error)
        if members:
            odd.append(expected("error.message", "text", message, missing="message" not in members))
    text = f"{words} ({'; '.join(odd)})" if odd else words
    return ErrorData(code=INTERNAL_ERROR if whole is None else whole, message=text, data={AS_SENT: error})


def has_code(error: ErrorData) -> bool:
    """Whether an error came with its code; else the session was given one."""
    sent = error.data.get(AS_SENT) if isinstance(error.data, Mapping) else None
    return sent is None or (isinstance(sent, Mapping) and _whole(sent.get("code")) is not None)


def error_words(error: ErrorData) -> str:
    """Return an error in words: what it says, and its code where it came with one."""
    return f"{error.message} ({error.code})" if has_code(error) else error.message


def _whole(code: Json) -> int | None:
    if isinstance(code, float) and code.is_integer():
        return int(code)
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _kind(error: Json) -> Json:
    """Return what an error is that is not an object: its words stand before it already."""
    return "text" if isinstance(error, str) else error
