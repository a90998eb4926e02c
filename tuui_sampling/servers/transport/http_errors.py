"""
Says in words what keeps us from calling a server over HTTP.

None of the words quotes a header, an address or an exception; where a refusal has words of its own, they are quoted.
"""

import json
import socket
import ssl
from dataclasses import dataclass
from http import HTTPStatus

import httpx2

from ...sampling.errors import causes
from ...sampling.wire_errors import words_of
from .routed import NoRoute

FAILURES: tuple[tuple[type[BaseException], str], ...] = (
    (httpx2.TimeoutException, "it did not answer in time"),
    (httpx2.UnsupportedProtocol, "its url can't be called"),
    (httpx2.InvalidURL, "its url can't be called"),
    (ssl.SSLCertVerificationError, "its certificate could not be verified"),
    (ssl.SSLError, "no secure connection to it: check whether its url begins with http:// or https://"),
    (socket.gaierror, "the name of its host could not be resolved"),
    (httpx2.ProxyError, "the proxy did not let us through (see HTTPS_PROXY and its like)"),
    (ConnectionRefusedError, "nothing listens at its url"),
    (httpx2.RemoteProtocolError, "it hung up, or what it said is not HTTP"),
    (httpx2.ConnectError, "its host could not be reached"),
    (httpx2.TransportError, "the connection broke off"),
)
"""From the closest cause to the farthest."""

MAX_WORDS = 300
"""Characters of what a refusal says that are quoted."""

MEANINGS: dict[int, str] = {
    **dict.fromkeys((301, 302, 303, 307, 308), "it names another address, which is not called"),
    HTTPStatus.UNAUTHORIZED: "it wants authorization, and what it got was not enough",
    HTTPStatus.FORBIDDEN: "this is not allowed to us",
    HTTPStatus.NOT_FOUND: "check its url",
    HTTPStatus.METHOD_NOT_ALLOWED: "check its url",
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED: "the proxy wants authorization",
    HTTPStatus.TOO_MANY_REQUESTS: "it was asked too often",
}


@dataclass(frozen=True)
class Refusal:
    """
    How a call was answered, if not with what was wanted.

    Attributes:
        status: The HTTP status; below 400 it is not a refusal.
        said: What the server said with it.
    """

    status: int
    said: str = ""

    @property
    def words(self) -> str:
        """The refusal in words."""
        return words_for_status(self.status, self.said)


def words_for(error: BaseException) -> str:
    """Return in words why a call failed below the protocol."""
    chain = tuple(causes(error))
    if no_route := next((cause for cause in chain if isinstance(cause, NoRoute)), None):
        return str(no_route)
    for kind, words in FAILURES:
        if any(isinstance(cause, kind) for cause in chain):
            return words
    return f"the connection failed ({type(chain[-1]).__name__})"


def words_for_status(number: int, said: str = "") -> str:
    """
    Return an HTTP status in words; the server's own phrase is not used.

    Args:
        said: What the server said with it.
    """
    try:
        status = HTTPStatus(number)
    except ValueError:
        words = f"HTTP {number}"
    else:
        meaning = MEANINGS.get(status)
        words = f"HTTP {number} {status.phrase}" + (f": {meaning}" if meaning else "")
    repeats = said.casefold().rstrip(".!") in words.casefold()  # as frameworks do that have nothing to say
    return words if repeats else f"{words}; it says: {said}"


def words_in(body: bytes, kind: str) -> str:
    """Return what a refusal says: the words of an error in JSON, or the first line of plain text."""
    if kind == "text/plain":
        return next((" ".join(line.split()) for line in _text(body).splitlines() if line.strip()), "")[:MAX_WORDS]
    try:
        error = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    return words_of(error)[:MAX_WORDS] if isinstance(error, dict | list) else ""


def words_in_success(status: int, body: bytes, kind: str) -> str:
    """
    Return why a message was not accepted although the status says so; an empty string where nothing says otherwise.

    An accepted message is answered with 202 and no body. A gateway may answer 200 with a page of its own, and some
    servers answer 200 with an error of JSON-RPC.
    """
    if kind == "text/html":
        return f"{words_for_status(status)}: a web page, which is not an MCP server's answer"
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(answer, dict) or not answer.get("error") or "result" in answer:
        return ""
    return words_for_status(status, words_of(answer)[:MAX_WORDS] or "an error")


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")
