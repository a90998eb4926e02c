"""
Lists the JSON-RPC errors that servers get from us, and finds the words in those that servers and providers send.

Ours are constant texts, so that nothing can leak through one. Seen of theirs are OpenAI's and Anthropic's objects, a
bare string (LM Studio, Ollama), FastAPI's `detail`, Gemini's list, OpenRouter's error behind an error, and members such
as `errors` and `error_msg`.
"""

import json
import re
from collections.abc import Mapping
from typing import NamedTuple

from .errors import ModelErrorKind, Refusal
from .request import Json
from .visible import clean_text


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

MODEL_FAILED = {
    ModelErrorKind.RATE_LIMITED: WireError(INTERNAL_ERROR, "rate limit: the model's provider asks to wait"),
    ModelErrorKind.NO_BUDGET: WireError(INTERNAL_ERROR, "insufficient quota: there is no budget left for this model"),
    ModelErrorKind.OVERLOADED: WireError(INTERNAL_ERROR, "overloaded: the model's provider can't answer now"),
    ModelErrorKind.NETWORK: WireError(INTERNAL_ERROR, "unavailable: the model could not be reached"),
    ModelErrorKind.TIMEOUT: WireError(INTERNAL_ERROR, "timeout: the model did not answer in time"),
    ModelErrorKind.CUT_OFF: WireError(INTERNAL_ERROR, "incomplete: the model's answer was cut off"),
    ModelErrorKind.TOO_LONG: WireError(INTERNAL_ERROR, "too long: the request exceeds the model's context length"),
    ModelErrorKind.CONFIGURATION: WireError(INTERNAL_ERROR, "no model: no model is available for this request"),
    ModelErrorKind.AUTHENTICATION: WireError(INTERNAL_ERROR, "no model: no model is available for this request"),
    ModelErrorKind.UNKNOWN_MODEL: WireError(INTERNAL_ERROR, "no model: no model is available for this request"),
    ModelErrorKind.UNSUPPORTED: WireError(INTERNAL_ERROR, "unsupported: the model can't take this request"),
    ModelErrorKind.BAD_REQUEST: WireError(INTERNAL_ERROR, "bad request: the model's provider refused this request"),
}
"""
Why no model answered, in the words that servers look for in an error ("rate limit", "overloaded", "no model", "too
long", "timeout"). Nothing of the provider's own text is in them.
"""

AT_ADMISSION = {
    Refusal.MUTED: WireError(-1, "User rejected the request: this server is muted"),
    Refusal.TOO_MANY: WireError(LIMIT_EXCEEDED, "rate limit: too many requests wait for the user already"),
    Refusal.LIMIT: WireError(LIMIT_EXCEEDED, "rate limit: too many requests"),
}
"""A muted server is refused by the user, who said so beforehand: hence -1."""

WORD_MEMBERS = (
    *("message", "msg", "detail", "details", "error", "errors", "error_message"),
    *("error_msg", "errmsg", "description", "title", "reason"),
    *("Message", "status_msg", "base_resp", "fault", "faultstring"),
)
"""Members that hold the sender's words, the most telling first."""

MAX_PARTS = 3
"""Of several errors in one body, so many are quoted."""

MAX_DEPTH = 6

MAX_INNER = 10_000
"""Characters of a text that is looked at for an error within."""

XML_WORDS = re.compile(r"<(?:message|msg|description)>([^<]{1,1000})</", re.IGNORECASE)
"""The words of an error of Amazon's and Azure's gateways."""


def words_of(body: Json, depth: int = MAX_DEPTH) -> str:
    """Return the sender's own words, on one line; an empty string where it has none."""
    if isinstance(body, str):
        return _words_in(body, depth)
    if depth == 0:
        return ""
    if isinstance(body, list):
        parts = dict.fromkeys(words_of(item, depth - 1) for item in body[:MAX_PARTS])
        return "; ".join(part for part in parts if part)
    if not isinstance(body, Mapping):
        return ""
    words = next((found for one in WORD_MEMBERS if (found := words_of(body.get(one), depth - 1))), "")
    described = words_of(body.get("error_description"), depth - 1)  # of OAuth, whose `error` is a code
    words = f"{words}: {described}" if words and described and described not in words else words or described
    where = body.get("loc")  # FastAPI's: the path of the field that it is about
    if words and isinstance(where, list) and all(isinstance(step, str | int) for step in where):
        words = f"{'.'.join(map(str, where))}: {words}"
    metadata = body.get("metadata")  # OpenRouter's: what the provider behind it says
    behind = words_of(metadata.get("raw"), depth - 1) if isinstance(metadata, Mapping) else ""
    return f"{words} ({behind})" if words and behind and behind not in words else words or behind


def _words_in(text: str, depth: int) -> str:
    """Return the words in a text, which may be an error of another server's, as JSON, as an event or in XML."""
    line = " ".join(clean_text(text).split())
    inner = line.partition("data:")[2].strip() if line.startswith(("event:", "data:")) else line
    if depth and inner.startswith(("{", "[")) and len(inner) <= MAX_INNER:
        try:
            return words_of(json.loads(inner), depth - 1) or line
        except (ValueError, RecursionError):
            return line
    if line.startswith("<") and (found := XML_WORDS.search(line[:MAX_INNER])):
        return found[1].strip()
    return line
