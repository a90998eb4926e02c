"""
Where the browser comes back to from a sign-in: http://127.0.0.1, on a port of its own, for one request.

https://www.rfc-editor.org/rfc/rfc8252#section-7.3. It is the only thing in this program that listens, and it listens
from the moment in which the page is shown until the one answer, or until the sign-in is given up.
"""

import asyncio
import contextlib
import secrets
import socket
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

ADDRESS = "127.0.0.1"
PATH = "/callback"

MAX_REQUEST = 16 * 1024
"""Bytes of a request's head; a browser's has a few hundred."""

REQUEST_SECONDS = 10.0
"""Seconds that a browser may take for its request."""

_PAGE = """<!doctype html><meta charset="utf-8"><title>tuui-sampling</title>
<body style="font: 1.2em sans-serif; margin: 4em auto; max-width: 30em">{text}</body>"""
_HEAD = (
    "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {length}\r\n"
    "Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n"
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\nConnection: close\r\n\r\n"
)


@dataclass(frozen=True)
class Returned:
    """
    What the browser brought back. All of it is foreign text.

    Attributes:
        code: To be exchanged for tokens; empty when there is none.
        issuer: Who says that it gave the code (RFC 9207).
        error: Why there is no code, as the specification's word, such as ``access_denied``.
    """

    code: str
    state: str
    issuer: str | None
    error: str


def redirect_uri(port: int) -> str:
    """Return the address that the browser is sent back to."""
    return f"http://{ADDRESS}:{port}{PATH}"


def free_port(preferred: int | None = None) -> int:
    """Return a port that nobody listens on at the moment: the preferred one, if it is free."""
    for port in (preferred or 0, 0):
        with socket.socket() as probe, contextlib.suppress(OSError, OverflowError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((ADDRESS, port))
            found: int = probe.getsockname()[1]
            return found
    raise OSError("no port is free")


class Loopback:
    """
    Listens for the one answer to one sign-in.

    Any page that the browser shows may visit this address. What does not name the state of this sign-in is told so, and
    the answer is waited for as before.

    Attributes:
        returned: Done once the browser has come back.
    """

    def __init__(self, state: str) -> None:
        """
        Know what to listen for.

        Args:
            state: What the answer must name, so that nobody can slip us an answer to another sign-in.
        """
        self.returned: asyncio.Future[Returned] = asyncio.get_running_loop().create_future()
        self._state = state
        self._server: asyncio.Server | None = None
        self._visits: set[asyncio.Task[None]] = set()

    async def listen(self, port: int) -> None:
        """
        Begin to listen.

        Raises:
            OSError: Somebody else listens there.
        """
        self._server = await asyncio.start_server(self._visited, ADDRESS, port, limit=MAX_REQUEST)

    def close(self) -> None:
        """Listen no longer."""
        if self._server is not None:
            self._server.close()
        for visit in self._visits:
            visit.cancel()

    async def _visited(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visit = asyncio.current_task()
        assert visit is not None
        self._visits.add(visit)
        try:
            returned = self._read(await self._head(reader))
            is_ours = returned is not None and self._is_ours(returned)
            await _answer(writer, returned, is_ours)
            if returned is not None and is_ours and not self.returned.done():
                self.returned.set_result(returned)
        except (OSError, TimeoutError, EOFError, asyncio.LimitOverrunError):
            pass  # no browser of ours
        finally:
            self._visits.discard(visit)
            writer.close()

    async def _head(self, reader: asyncio.StreamReader) -> bytes:
        async with asyncio.timeout(REQUEST_SECONDS):
            return await reader.readuntil(b"\r\n\r\n")

    def _read(self, head: bytes) -> Returned | None:
        """Return what a request brings; None when it is another one, such as that for an icon."""
        method, _, rest = head.partition(b"\r\n")[0].decode("ascii", "replace").partition(" ")
        try:
            target = urlsplit(rest.rpartition(" ")[0])
            values = parse_qs(target.query, max_num_fields=50)
        except ValueError:
            return None
        if method != "GET" or target.path != PATH or self.returned.done():
            return None

        def value(name: str) -> str:
            found = values.get(name, [])
            return found[0] if len(found) == 1 else ""  # one that is there twice is none

        return Returned(value("code"), value("state"), value("iss") or None, value("error"))

    def _is_ours(self, returned: Returned) -> bool:
        """Whether it names this sign-in's state; takes as long for any other."""
        return secrets.compare_digest(returned.state.encode(), self._state.encode())


async def _answer(writer: asyncio.StreamWriter, returned: Returned | None, is_ours: bool) -> None:
    """Tell the person at the browser, in constant words."""
    if returned is None:
        status, text = "404 Not Found", "There is nothing here."
    elif not is_ours:
        status, text = (
            "400 Bad Request",
            "This does not belong to the sign-in that is under way, which still waits.",
        )
    elif returned.code:
        status, text = "200 OK", "Thank you. You can close this page, and go back to tuui-sampling."
    else:
        status, text = "200 OK", "Nobody was signed in. You can close this page, and go back to tuui-sampling."
    body = _PAGE.format(text=text).encode()
    writer.write(_HEAD.format(status=status, length=len(body)).encode() + body)
    await writer.drain()
