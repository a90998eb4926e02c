"""
Reads the messages in a line, a body or an event; of what is none, tells what it answers, or at least whom.

One text may hold several: a batch, which revision 2025-03-26 had, is read as the messages in it, in their order.

An answer whose envelope does not fit (an error that is text, a result that is not an object, no `jsonrpc`) is read all
the same, and its words are shown. Of the rest it is told whom to answer, so that nobody waits for ever.

A line that no parser takes (nested too deeply, numbers of thousands of digits) can still have members that are in
order. Only the outermost ones are looked at.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from mcp_types import (
    INVALID_REQUEST,
    PARSE_ERROR,
    ErrorData,
    JSONRPCError,
    JSONRPCMessage,
    JSONRPCResponse,
    jsonrpc_message_adapter,
)
from pydantic_core import from_json

from ...sampling.derived.beside import beside_the_loop
from ..lenient.errors import fitting_error
from ..lenient.fitting import NOT_AN_OBJECT

MAX_TOKENS = 200_000
"""Tokens of a line that is nested too deeply which are looked at; more would keep everything else waiting."""

MAX_BATCH = 1_000
"""Messages of one batch that are read."""

BOM = b"\xef\xbb\xbf"

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}:,]|[^\s"\[\]{}:,]+', re.DOTALL)


@dataclass(frozen=True)
class Recovered:
    """
    A message that can't be read, but answered.

    Attributes:
        is_request: It was to be answered; else it was an answer.
    """

    id: str | int
    is_request: bool


@dataclass(frozen=True)
class Reading:
    """
    One message, as far as it could be read.

    Attributes:
        raw: As it came, or as it stands in its batch.
        message: None where it is not a message.
            An answer of which only the id could be read is an error that says so.
        fits: It is as JSON-RPC says.
        refusal: What to answer, where it is not a message, but should have been a request.
    """

    raw: bytes
    message: JSONRPCMessage | None
    fits: bool = True
    refusal: JSONRPCError | None = None


Parse = Callable[[bytes], object]
"""Returns what a JSON text says, or raises a `ValueError`."""


def read_messages(raw: bytes, parse: Parse = from_json) -> list[Reading]:
    """Return the messages in a text, each as far as it can be read."""
    raw = raw.removeprefix(BOM).strip()
    if raw.startswith(b"["):
        return [_read(json.dumps(one).encode()) for one in _batch(raw)[:MAX_BATCH]] or [_read(raw)]
    return [_read(raw, parse)]


async def read_beside(raw: bytes, parse: Parse = from_json) -> list[Reading]:
    """Do the same; a long text is read beside the event loop."""
    return await beside_the_loop(len(raw), lambda: read_messages(raw, parse))


def _read(raw: bytes, parse: Parse = from_json) -> Reading:
    try:
        # In two steps: the SDK's own way reads a JSON text once more for each kind of message that it might be.
        value = _value(raw, parse)
        return Reading(raw, jsonrpc_message_adapter.validate_python(value, by_name=False))
    except ValueError:
        if (answer := corrected(raw)) is not None:
            return Reading(raw, answer, fits=False)
    found = recover(raw)
    if found is None:
        return Reading(raw, None, fits=False)
    if found.is_request:
        return Reading(raw, None, fits=False, refusal=_not_a_request(found.id))
    return Reading(raw, unreadable_answer(found.id), fits=False)


def _value(raw: bytes, parse: Parse) -> object:
    """
    Return what a JSON text says; what is not UTF-8 in it becomes U+FFFD.

    Raises:
        ValueError: It is not JSON.
    """
    try:
        return parse(raw)  # without a second copy of a long message
    except ValueError:
        return from_json(raw.decode("utf-8", "replace"))


def unreadable_answer(identifier: str | int, words: str = "the answer is not a valid JSON-RPC message") -> JSONRPCError:
    """Return what whoever asked is told of an answer that can't be read."""
    return JSONRPCError(jsonrpc="2.0", id=identifier, error=ErrorData(code=PARSE_ERROR, message=words))


def _not_a_request(identifier: str | int) -> JSONRPCError:
    """Return what whoever asks is told whose request can't be read."""
    error = ErrorData(code=INVALID_REQUEST, message="Not a valid JSON-RPC request")
    return JSONRPCError(jsonrpc="2.0", id=identifier, error=error)


def _batch(raw: bytes) -> list[object]:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return []
    return value if isinstance(value, list) else []


def corrected(line: bytes) -> JSONRPCResponse | JSONRPCError | None:
    """Return an answer to us whose envelope does not fit as one that does; None when it is none, or can't be read."""
    try:
        value = json.loads(line)
        json.dumps(value, ensure_ascii=False).encode()  # half a character can't be shown, or sent on
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or "method" in value:
        return None
    identifier = value.get("id")
    if isinstance(identifier, float) and identifier.is_integer():
        identifier = int(identifier)
    if not isinstance(identifier, str | int) or isinstance(identifier, bool):
        return None
    if (error := value.get("error")) is not None:
        return JSONRPCError(jsonrpc="2.0", id=identifier, error=fitting_error(error))
    if "result" not in value:
        return None
    result = value["result"]
    return JSONRPCResponse(
        jsonrpc="2.0", id=identifier, result=result if isinstance(result, dict) else {NOT_AN_OBJECT: result}
    )


def recover(line: bytes) -> Recovered | None:
    """Return whom to answer, or None when that can't be told."""
    try:
        # Numbers of thousands of digits are refused by every parser here; cut, they do no harm.
        value = json.loads(line, parse_int=lambda digits: int(digits[:20]))
    except ValueError:
        return None
    except RecursionError:
        value = _outermost(line)
    if not isinstance(value, dict):
        return None
    identifier = value.get("id")
    if not isinstance(identifier, str | int) or isinstance(identifier, bool):
        return None
    if "method" in value:
        return Recovered(identifier, is_request=True)
    return Recovered(identifier, is_request=False) if "result" in value or "error" in value else None


def _outermost(line: bytes) -> dict[str, object] | None:
    """Return the members of an object that is nested too deeply: the simple ones; the others as None."""
    members: dict[str, object] = {}
    depth, key, after_colon = 0, None, False
    for number, match in enumerate(_TOKEN.finditer(line)):
        token = match[0]
        if number > MAX_TOKENS or (depth == 0 and token != b"{"):
            return None
        if token in b"{[":
            depth += 1
        elif token in b"}]":
            depth -= 1
        elif depth == 1 and token == b":":
            after_colon = True
        elif depth == 1 and token == b",":
            key, after_colon = None, False
        elif depth == 1 and after_colon and key is not None:
            members[key] = _simple(token)
        elif depth == 1:
            key = str(_simple(token))
            members[key] = None
    return members if depth == 0 else None


def _simple(token: bytes) -> object:
    try:
        return json.loads(token)
    except ValueError:
        return None
