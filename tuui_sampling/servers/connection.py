"""
One run of one server: from the start of its process to the end of its connection.

The era: `protocol = "auto"` speaks the legacy handshake first, and moves to the modern era (2026-07-28) only when the
server's answer says that it knows nothing else. The other order would lose servers: under a modern-first
negotiation those that push their requests never reach our callback. Which command turned out to need the modern era
is remembered (`era_cache.py`); a memory that is no longer true costs one more start.

A connection is stopped by hanging up, never by cancelling its task: closing the transport ends everything that waits
on it, in order, and the SDK's client is left in the task that entered it.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import mcp_types as types
from mcp import Client, MCPError
from mcp.client.session import IncomingMessage
from pydantic import ValidationError

from .. import __version__
from ..config.network import Network
from ..config.settings import ServerSettings
from ..sampling.errors import ServerError
from . import era_cache
from .inbound.admission import Admission
from .inbound.callbacks import Callbacks
from .inbound.in_flight import Arrivals
from .inbound.strays import StrayMessages
from .lenient.errors import error_words
from .lenient.tap import LenientTap
from .outbound.calls import Calls
from .primitives.sync import Offers
from .state.primitives import OfferKind
from .state.server import NotListening, OpenPage, Server, ServerState
from .transport.base import Reply, Tap, Taps, Transport
from .transport.exit_reasons import ExitReason, first_line, spawn_failure
from .transport.guardian import Watch
from .transport.stdio import StdioTransport
from .transport.trace_tap import TraceTap

if TYPE_CHECKING:  # a program whose servers are all started by it needs no HTTP
    import httpx2

    from .auth.oauth import ShowPage

MODERN_ONLY_CODES = (types.METHOD_NOT_FOUND, types.UNSUPPORTED_PROTOCOL_VERSION)
"""What a server that knows no legacy handshake answers to it."""

MAX_PRINTED = 120
"""Characters of a line that a server has printed which are quoted."""

VERSION_HINT = "a newer version of this program may know it; the server may offer an older version of its own"


Authorize = Callable[[str, "ShowPage"], "httpx2.Auth"]
"""Returns what signs in at a URL."""


class Connection:
    """
    One run of a server.

    Attributes:
        server: What the rest of the program sees of it.
        calls: What can be asked of it.
    """

    def __init__(
        self,
        server: Server,
        environ: Mapping[str, str],
        admission: Admission,
        changed: Callable[[Server], None],
        watch: Watch,
        open_page: OpenPage | None = None,
        authorize: Authorize | None = None,
        *,
        offers_context: bool = False,
    ) -> None:
        """
        Prepare a run; nothing is started yet.

        Args:
            offers_context: There is a person who is shown what may be added to a request.
            open_page: Tells the person where to sign in; None where there is nobody.
            authorize: Signs in, in another way than with a person.
        """
        self.server = server
        self._open_page = open_page
        self._offers_context = offers_context
        self._timer: asyncio.TimerHandle | None = None
        self._changed = changed
        self._client: Client | None = None
        self._mode = "legacy"
        self._arrivals = Arrivals(server, admission)
        self._lenient = LenientTap(server)
        self._callbacks = Callbacks(server, admission, self._arrivals, changed, self._why_closed, self._deliver)
        self._offers = Offers(server, changed)
        self.calls = Calls(server, self._callbacks, self._offers, changed, self._why_closed)
        taps = Taps([TraceTap(server.trace), self._arrivals, StrayMessages(server), self._lenient])
        self._transport = transport_of(server, environ, taps, watch, self._show_page, self._heard, authorize or sign_in)

    @property
    def process_group(self) -> int | None:
        """The process group, from the moment that there is one, which is before the server is ready."""
        return self._transport.process_group

    def hang_up(self, reason: str) -> None:
        """End the run; `run` returns once the process and its group are gone."""
        self._transport.hang_up(reason)

    async def run(self) -> ExitReason:
        """Start the server, serve it until it ends or is hung up on, and say how it ended."""
        settings = self.server.settings
        self._start_timer()
        self._mode = _mode(settings)
        try:
            async with self._open(self._mode) as client:
                self._client = self.calls.client = client
                try:
                    await self._became_ready(client)
                    self._stop_timer()
                    await self._offers.keep(client, self._transport.closed)
                finally:
                    self.calls.end()
        except OSError as error:
            return spawn_failure(settings, error)
        except (MCPError, ValidationError, ServerError, RuntimeError, ExceptionGroup) as error:
            return self._why_ended(error)
        finally:
            self._stop_timer()
            self._client = self.calls.client = None
            self.server.not_listening = None
            self.server.trace.end()
        return self._why_ended(None)

    # --- the start ---

    @property
    def _sampling(self) -> types.SamplingCapability:
        """What is honoured of sampling: tools (specification 2025-11-25, SEP-1577), and context where one can pick."""
        picks = self._offers_context and self.server.settings.context == "ask"
        context = types.SamplingContextCapability() if picks else None
        return types.SamplingCapability(tools=types.SamplingToolsCapability(), context=context)

    def _open(self, mode: str) -> Client:
        self.server.roots_declared = bool(self.server.roots)
        return Client(
            self._transport,
            mode=mode,
            cache=None,
            client_info=types.Implementation(name="tuui-sampling", version=__version__),
            sampling_callback=self._callbacks.create_message,
            sampling_capabilities=self._sampling,
            elicitation_callback=self._callbacks.elicit,
            list_roots_callback=self._callbacks.list_roots if self.server.roots_declared else None,
            message_handler=self._notified,
        )

    async def _became_ready(self, client: Client) -> None:
        server = self.server
        if server.settings.protocol == "modern" and client.protocol_version < "2026":
            raise ServerError(
                f"it speaks only {client.protocol_version}", hint='set protocol = "auto" or "legacy" for it'
            )
        if server.settings.protocol == "auto" and self._mode == "auto" and client.protocol_version < "2026":
            era_cache.forget(server.settings)
        server.pid = self._transport.process_group
        server.protocol_version = client.protocol_version
        server.instructions = client.instructions
        if client.server_info is not None:
            server.title = client.server_info.title or client.server_info.name
            server.version = client.server_info.version
        self._offers.lists.begin(client)
        try:
            await self._offers.lists.list_tools(client)
        except MCPError as error:  # it may still push its questions
            if self._transport.closed.is_set() or error.code == types.CONNECTION_CLOSED:
                raise
            self._offers.lists.could_not(OfferKind.TOOL, error)
        if not self._transport.closed.is_set():  # else it was stopped, or ended, while the list was on its way
            if server.settings.url is not None and server.restarts:  # a program that is started says it itself
                server.log.add("event", "connected again")
            server.state = ServerState.READY
            server.since = time.monotonic()
            self._changed(server)

    def _start_timer(self) -> None:
        seconds = self.server.settings.startup_timeout
        self._timer = asyncio.get_running_loop().call_later(seconds, self._too_slow, seconds)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _too_slow(self, seconds: float) -> None:
        words = f"it was not ready within {seconds:g} s; raise startup_timeout if it needs longer"
        self.hang_up(words + self._printed())

    def _show_page(self, page: str | None) -> None:
        """Have the person sign in on a page; the time that this takes is theirs, not the server's."""
        server = self.server
        if page is not None:
            if self._open_page is None:
                raise ServerError("it wants a sign-in, and nobody is there to do it", hint="run this in a terminal")
            self._open_page(server, page)
        self._stop_timer()
        if page is None and server.state is ServerState.STARTING:
            self._start_timer()
        server.sign_in_page = page
        self._changed(server)

    def _heard(self, deaf: NotListening | None) -> None:
        """Hear that what the server pushes gets lost, or does so no more."""
        server = self.server
        if deaf is not None and server.not_listening is None:
            server.log.add("event", f"nobody listens to what it pushes: {deaf.reason}")
        if deaf is not server.not_listening:
            server.not_listening = deaf
            self._changed(server)

    async def _deliver(self, reply: Reply) -> str:
        return await self._transport.deliver(reply)

    # --- what arrives ---

    async def _notified(self, message: IncomingMessage) -> None:
        if isinstance(message, types.ElicitCompleteNotification):
            self._callbacks.page_completed(message.params.elicitation_id)
        self._offers.notified(message)

    # --- how it ended ---

    def _why_closed(self) -> str:
        return self._describe_end() if self._transport.closed.is_set() else ""

    def _describe_end(self) -> str:
        return self._transport.reason or "the connection was lost"

    def _why_ended(self, error: Exception | None) -> ExitReason:
        self.server.exit_code = self._transport.exit_code
        if self._remembered_wrongly():
            return ExitReason("it no longer speaks the modern era; starting it again in the legacy one", at_once=True)
        cause = _first_cause(error)
        if self._lenient.problem:
            return ExitReason(self._lenient.problem, VERSION_HINT, permanent=True)
        if isinstance(cause, ServerError):
            return ExitReason(cause.message, cause.hint, permanent=True)
        # A server may send the code for "connection closed" itself: then it was not the wire.
        if isinstance(cause, MCPError) and (cause.code != types.CONNECTION_CLOSED or not self._transport.reason):
            return self._refused(cause)
        if isinstance(cause, ValidationError):
            return ExitReason("it answered what is not in the specification", first_line(cause), permanent=True)
        reason = self._describe_end()
        printed = "" if self.server.state is ServerState.READY or "it printed" in reason else self._printed()
        return ExitReason(reason + printed, "its log says more" if self.server.log.last("stderr") else "")

    def _printed(self) -> str:
        """Return what the server has printed that is not a message, as far as one line of it goes; it may say why."""
        line = self.server.log.last("stdout")
        return f'; it printed what is not MCP: "{line.strip()[:MAX_PRINTED]}"' if line else ""

    def _remembered_wrongly(self) -> bool:
        """Whether it failed before it was ready, in an era that an earlier run of the program had remembered."""
        settings = self.server.settings
        if self.server.state is ServerState.READY or self.server.is_stopping or self._mode != "auto":
            return False
        return settings.protocol == "auto" and era_cache.forget(settings)

    def _refused(self, error: MCPError) -> ExitReason:
        settings = self.server.settings
        if error.code in MODERN_ONLY_CODES and settings.protocol == "auto" and self._mode == "legacy":
            era_cache.learn(settings)
            return ExitReason("it speaks only the modern era; starting it again for that", at_once=True)
        return ExitReason(f"it refused the connection: {error_words(error.error)}", permanent=True)


def _mode(settings: ServerSettings) -> str:
    """Return the SDK's name of the negotiation to use."""
    if settings.protocol == "auto":
        return "auto" if era_cache.is_modern(settings) else "legacy"
    return "auto" if settings.protocol == "modern" else "legacy"


def _first_cause(error: BaseException | None) -> BaseException | None:
    """Return the first exception that is not a group: the SDK wraps in several of them."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def sign_in(url: str, show_page: "ShowPage") -> "httpx2.Auth":
    """Return what signs in at a URL with a person and a memory."""
    from .auth.oauth import SignIn

    return SignIn(url, show_page).authorization


def transport_of(
    server: Server,
    environ: Mapping[str, str],
    tap: Tap,
    watch: Watch,
    show_page: "ShowPage",
    heard: Callable[[NotListening | None], None],
    authorize: Authorize = sign_in,
) -> Transport:
    """
    Return a transport that has not been entered yet.

    Args:
        show_page: Shows the person where to sign in, should the server ask for it. With an `Authorization` header in
            its settings it may ask, but that header is the answer.
        heard: Told when nobody listens to what the server pushes, and when somebody does again.
    """
    settings = server.settings
    if settings.url is None:
        return StdioTransport(settings, environ, server.log, tap, watch)
    from .transport.http import HttpTransport

    signs_in = all(name.casefold() != "authorization" for name in settings.headers)
    authorization = authorize(settings.url, show_page) if signs_in else None
    return HttpTransport(settings, server.log, tap, authorization, heard, Network(environ))
