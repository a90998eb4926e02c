"""
All the servers: started side by side, started again with back-off when they end by themselves, always stopped.

The MCP SDK takes about a second to import, so `connection.py` is imported in a thread when the first server is
started: the screen is painted by then.
"""

import asyncio
import contextlib
import importlib
import random
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from ..config.settings import ServerSettings
from ..sampling.errors import ServerError
from ..sampling.request import Json
from .client_only import import_client
from .inbound.admission import Admission
from .inbound.desk import Desk
from .state.primitives import Offered
from .state.server import OpenPage, Server, ServerState, ToolResult
from .trace_export import export, secrets_of
from .transport.guardian import Guardian

if TYPE_CHECKING:
    from .connection import Authorize, Connection
    from .outbound.calls import Calls, Progress
    from .transport.exit_reasons import ExitReason

BACK_OFF = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds before each new start; after the last of them the server is given up."""

BY_HAND = "stopped by hand"
PROGRAM_ENDED = "this program ended"
NOT_CONFIGURED = "stopped, since it is no longer configured"

STEADY = 60.0
"""Seconds of being ready after which earlier ends are forgotten."""


class Supervisor:
    """
    Keeps the servers.

    Attributes:
        servers: Every configured server by name, in the order of the configuration.
        guardian: Ends the servers when nothing of us is left to do it.
    """

    def __init__(
        self,
        settings: Iterable[ServerSettings],
        environ: Mapping[str, str],
        desk: Desk,
        *,
        restart: bool = True,
        open_page: OpenPage | None = None,
        authorize: "Authorize | None" = None,
        offers_context: bool = False,
        mask: Callable[[Json], Json] = lambda value: value,
    ) -> None:
        """
        Know the servers; none is started yet.

        Args:
            restart: Start a server again that ended by itself.
            open_page: Tells the person where to sign in; None where there is nobody.
            authorize: Signs in, in another way than with a person.
            offers_context: There is a person who is shown what may be added to a request.
            mask: Takes from a message what must not be in a saved trace.
        """
        self.servers = {one.name: Server(one) for one in settings}
        self.guardian = Guardian()
        self._environ = environ
        self._desk = desk
        self._admissions = {name: Admission(server, desk, self._changed) for name, server in self.servers.items()}
        self._restart = restart
        self._person = (open_page, authorize)
        self._offers_context, self._mask = offers_context, mask
        self._keepers: dict[str, asyncio.Task[None]] = {}
        self._connections: dict[str, Connection] = {}
        self._wake: dict[str, asyncio.Event] = {}
        self._subscribers: list[Callable[[Server], None]] = []

    def subscribe(self, changed: Callable[[Server], None]) -> Callable[[], None]:
        """Have a function called at each change of a server; returns what ends that."""
        self._subscribers.append(changed)
        return lambda: self._subscribers.remove(changed)

    def start_all(self) -> None:
        """Start every server that is enabled, side by side."""
        for server in self.servers.values():
            if server.settings.enabled:
                self.start(server.name)

    def start(self, name: str) -> None:
        """Start a server, unless it is running already."""
        server = self._server(name)
        if self._runs(name):
            self._wake[name].set()  # it may be sleeping before a restart: then start it now
            return
        server.restarts = 0
        self._wake[name] = asyncio.Event()
        self._enter(server, ServerState.STARTING)
        self._keepers[name] = asyncio.create_task(self._keep(server), name=f"keep {name}")

    async def stop(self, name: str, reason: str = BY_HAND) -> None:
        """
        Stop a server and wait until its whole process group is gone.

        Args:
            reason: What is told of whatever is still open.
        """
        server = self._server(name)
        keeper = self._keepers.get(name)
        if keeper is None or keeper.done():
            if server.state is ServerState.FAILED:
                self._enter(server, ServerState.STOPPED)
            return
        self._enter(server, ServerState.STOPPING)
        self._wake[name].set()
        if connection := self._connections.get(name):
            connection.hang_up(reason)
        await asyncio.wait((keeper,))

    async def restart(self, name: str) -> None:
        """Stop a server if it runs, and start it."""
        await self.stop(name, "restarted by hand")
        self.start(name)

    def configure(self, settings: Mapping[str, ServerSettings]) -> dict[str, ServerSettings]:
        """
        Take over what is configured anew, and stop nothing.

        A server that runs keeps what holds from its start until it is started again, and one that is no longer
        configured is marked; new ones are known, and not started.

        Returns:
            What is configured of all that are known now, with those that run and are no longer configured.
        """
        for name in [one for one in self.servers if one not in settings]:
            if self._runs(name):
                self.servers[name].removed = True
                self._changed(self.servers[name])
            else:
                self._forget(name)
        for name, wanted in settings.items():
            if (server := self.servers.get(name)) is None:
                server = self.servers[name] = Server(wanted)
                self._admissions[name] = Admission(server, self._desk, self._changed)
            else:
                server.configure(wanted, runs=self._runs(name))
            self._changed(server)
        return {name: server.settings for name, server in self.servers.items() if name not in settings} | dict(settings)

    async def remove(self, name: str) -> None:
        """Stop a server that is no longer configured, and know it no more."""
        await self.stop(name, NOT_CONFIGURED)
        if self._server(name).removed:  # it may be configured again by now
            self._forget(name)

    def pause(self, name: str, paused: bool) -> None:
        """Hold back what a server asks, or let it through again; lasts over restarts of the server."""
        self._admission(name).pause(paused)

    def mute(self, name: str, muted: bool) -> None:
        """Refuse what a server asks, or no longer; lasts over restarts of the server."""
        self._admission(name).mute(muted)

    def let_in_malformed(self, name: str, let_in: bool) -> None:
        """Have a server's malformed requests shown to the person, or refused at once, until the program ends."""
        self._admission(name).let_in_malformed(let_in)

    async def set_roots(self, name: str, roots: Iterable[Path]) -> bool:
        """
        Change the folders that a server may be told of, until the program ends.

        Returns:
            Whether the server was told that they have changed; else it hears of them when it asks, if it was told at
            its start that there are any.
        """
        server = self._server(name)
        server.roots = tuple(roots)
        self._changed(server)
        ready = server.state is ServerState.READY
        return ready and await self.calls(name).tell_roots_changed()

    async def export_trace(self, name: str, key_variables: Collection[str] = ()) -> bytes:
        """
        Return a server's trace as the content of a file, one JSON object a line, with secrets masked.

        Args:
            key_variables: Variables of our environment that hold the models' keys.
        """
        server = self._server(name)
        secrets = secrets_of(server.settings, self._environ, key_variables)
        return await asyncio.to_thread(export, name, tuple(server.trace), secrets, self._mask)

    async def call_tool(
        self, name: str, tool: str, arguments: Mapping[str, Json], progress: "Progress | None" = None
    ) -> ToolResult:
        """
        Call a tool of a server.

        Raises:
            CallRefused: The server refused the call; it is still there.
            ServerError: The server is not ready, or ended.
        """
        return await self.calls(name).call_tool(tool, arguments, progress)

    def calls(self, name: str) -> "Calls":
        """
        Return what can be asked of a server that is ready.

        Raises:
            ServerError: It is not.
        """
        server = self._server(name)
        connection = self._connections.get(name)
        if connection is None or server.state is not ServerState.READY:
            raise ServerError(f"{name} {_how_it_is(server)}", hint=server.hint or "start it first")
        return connection.calls

    async def settled(self, name: str) -> Server:
        """Wait until a server that is starting has become ready or has failed, and return it."""
        server = self._server(name)
        done = asyncio.Event()

        def look(changed: Server) -> None:
            if changed is server and server.state in (
                ServerState.READY,
                ServerState.FAILED,
                ServerState.STOPPED,
            ):
                done.set()

        unsubscribe = self.subscribe(look)
        try:
            look(server)
            await done.wait()
        finally:
            unsubscribe()
        return server

    def process_groups(self) -> tuple[int, ...]:
        """Return the process groups of all servers that run. May be called from any thread."""
        groups = (connection.process_group for connection in tuple(self._connections.values()))
        return tuple(group for group in groups if group is not None)

    async def aclose(self) -> None:
        """Stop all servers at once, and wait for all of them."""
        await asyncio.gather(*(self.stop(name, PROGRAM_ENDED) for name in self._keepers))
        for admission in self._admissions.values():
            admission.close()
        await self.guardian.aclose()

    def _runs(self, name: str) -> bool:
        keeper = self._keepers.get(name)
        return keeper is not None and not keeper.done()

    def _forget(self, name: str) -> None:
        server = self.servers.pop(name)
        self._admissions.pop(name).close()
        self._keepers.pop(name, None)
        self._wake.pop(name, None)
        self._changed(server)

    # --- one task for each server ---

    async def _keep(self, server: Server) -> None:
        module = await asyncio.to_thread(_import_connection, over_http=server.settings.url is not None)
        admission = self._admissions[server.name]
        while not server.is_stopping:
            if not server.begin_anew():
                return self._enter(server, ServerState.FAILED)
            if server.settings.url is None:
                self.guardian.start()
            ended = await self._run(
                module.Connection(
                    *(server, self._environ, admission, self._changed, self.guardian, *self._person),
                    offers_context=self._offers_context,
                )
            )
            if server.is_stopping:
                break
            if server.state is ServerState.READY and time.monotonic() - server.since > STEADY:
                server.restarts = 0
            server.reason, server.hint = ended.reason, ended.hint
            server.log.add("event", ended.reason)
            if ended.at_once:
                continue
            if ended.permanent or not self._restart or server.restarts >= len(BACK_OFF):
                return self._enter(server, ServerState.FAILED)
            await self._wait_before_restart(server)
        server.reason = server.hint = ""
        self._enter(server, ServerState.STOPPED)

    async def _run(self, connection: "Connection") -> "ExitReason":
        server = connection.server
        self._connections[server.name] = connection
        server.exit_code = None
        try:
            return await connection.run()
        finally:
            del self._connections[server.name]
            server.pid = None
            server.tools = ()
            server.offered = Offered()
            server.updated.clear()

    async def _wait_before_restart(self, server: Server) -> None:
        seconds = BACK_OFF[server.restarts] * random.uniform(0.8, 1.2)
        server.restarts += 1
        server.hint = f"starting again in {seconds:.0f} s ({server.restarts} of {len(BACK_OFF)})"
        wake = self._wake[server.name]
        wake.clear()
        self._enter(server, ServerState.RESTARTING)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(wake.wait(), seconds)
        if server.state is ServerState.RESTARTING:
            self._enter(server, ServerState.STARTING)

    def _server(self, name: str) -> Server:
        try:
            return self.servers[name]
        except KeyError:
            known = ", ".join(self.servers) or "none"
            raise ServerError(f"no server is named {name}", hint=f"configured: {known}") from None

    def _admission(self, name: str) -> Admission:
        return self._admissions[self._server(name).name]

    def _enter(self, server: Server, state: ServerState) -> None:
        server.state = state
        server.since = time.monotonic()
        self._changed(server)

    def _changed(self, server: Server) -> None:
        for subscriber in tuple(self._subscribers):
            subscriber(server)


def _how_it_is(server: Server) -> str:
    """Return a server's state in words, with the reason where it ended by itself."""
    if server.state is ServerState.FAILED:
        return f"has failed: {server.reason}"
    if server.state is ServerState.RESTARTING:
        return f"is restarting: {server.reason}"
    return f"is {server.state}"


def _import_connection(*, over_http: bool) -> ModuleType:
    """Import what is built upon the SDK, which takes a while."""
    import_client()
    if over_http:
        importlib.import_module("tuui_sampling.servers.transport.http")
    return importlib.import_module("tuui_sampling.servers.connection")
