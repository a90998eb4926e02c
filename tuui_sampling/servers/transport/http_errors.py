"""What keeps us from calling a server over HTTP, in words. None of them quotes a header, an address or an exception."""

import socket
import ssl
from http import HTTPStatus

import httpx2

from ...sampling.errors import causes
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

MEANINGS = {
    HTTPStatus.UNAUTHORIZED: "it wants authorization, and what it got was not enough",
    HTTPStatus.FORBIDDEN: "we may not do that",
    HTTPStatus.NOT_FOUND: "check its url",
    HTTPStatus.METHOD_NOT_ALLOWED: "check its url",
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED: "the proxy wants authorization",
    HTTPStatus.TOO_MANY_REQUESTS: "it was asked too often",
}


def words_for(error: BaseException) -> str:
    """Return in words why a call failed below the protocol."""
    chain = tuple(causes(error))
    if no_route := next((cause for cause in chain if isinstance(cause, NoRoute)), None):
        return str(no_route)
    for kind, words in FAILURES:
        if any(isinstance(cause, kind) for cause in chain):
            return words
    return f"the connection failed ({type(chain[-1]).__name__})"


def words_for_status(number: int) -> str:
    """Return an HTTP status in words; the server's own phrase is not used."""
    try:
        status = HTTPStatus(number)
    except ValueError:
        return f"HTTP {number}"
    meaning = MEANINGS.get(status)
    return f"HTTP {number} {status.phrase}" + (f": {meaning}" if meaning else "")
