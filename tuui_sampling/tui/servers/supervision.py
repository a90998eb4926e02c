"""Holds the commands about a server as a whole: starting, stopping, holding back what it asks, its folders."""

from collections.abc import Callable, Coroutine
from pathlib import Path

from ...backend import Backend
from ...config.problems import words_of
from ...servers.state.server import CORRECT_IT, Server, ServerState
from ..port import AppPort
from .attempts import Attempts
from .view import ServersView

NO_SERVER = "No server is selected."


class Supervision:
    """What can be done about the selected server as a whole."""

    def __init__(self, backend: Backend, view: ServersView, port: AppPort, attempts: Attempts) -> None:
        self._backend = backend
        self._supervisor = backend.supervisor
        self._view = view
        self._port = port
        self._attempts = attempts

    def why_none(self) -> str:
        """Return why nothing can be done about a server: none is selected."""
        return "" if self._view.server is not None else NO_SERVER

    def why_not_about_it(self) -> str:
        """Return why a letter does nothing to a server: one of its offers is selected, and a form may be meant."""
        if self._view.tree_pane.awaits:
            return "Select the server first: its tools are not listed yet, and one of them may be meant."
        offer = self._view.offer
        return "" if offer is None else "Select the server first: something that it offers is selected."

    # --- admission ---

    def pause_wording(self) -> str:
        """Return what pausing is called now."""
        return "resume" if self._view.server is not None and self._view.server.paused else "pause"

    def pause(self) -> None:
        """Hold back what the selected server asks, or let it through again."""
        if (server := self._view.server) is not None:
            self._supervisor.pause(server.name, not server.paused)

    def mute_wording(self) -> str:
        """Return what muting is called now."""
        return "unmute" if self._view.server is not None and self._view.server.muted else "mute"

    def mute(self) -> None:
        """Refuse what the selected server asks, which is asked for first; or no longer."""
        from ..dialogs.basic import Confirm

        server = self._view.server
        if server is not None and server.muted:
            self._supervisor.mute(server.name, False)
        elif server is not None:
            self._port.ask(
                Confirm(f"Whatever {server.name} asks would be refused from now on, and nobody told.", "mute"),
                lambda yes: self._supervisor.mute(server.name, True) if yes else None,
            )

    def let_in_wording(self) -> str:
        """Return what letting malformed requests in is called now."""
        lets_in = self._view.server is not None and self._view.server.lets_in_malformed
        return "refuse malformed" if lets_in else "let malformed in"

    def let_in(self) -> None:
        """Have malformed requests of the selected server shown, or refused at once."""
        if (server := self._view.server) is not None:
            self._supervisor.let_in_malformed(server.name, not server.lets_in_malformed)

    # --- running ---

    def why_not_start(self) -> str:
        """Return why the selected server can't be started."""
        server = self._view.server
        if server is None:
            return NO_SERVER
        wanted = server.next_settings or server.settings
        if wanted.problems:  # to start it would change nothing: it is not as it should be until it is read anew
            return f"{server.name} can't be started: {words_of(wanted.problems)}; {CORRECT_IT}."
        can = not server.is_running or server.state is ServerState.RESTARTING
        return "" if can else f"{server.name} is running already."

    def start(self) -> None:
        """Start the selected server."""
        if (server := self._view.server) is not None:
            self._supervisor.start(server.name)

    def why_not_end(self) -> str:
        """Return why the selected server can't be stopped."""
        server = self._view.server
        if server is None:
            return NO_SERVER
        if server.is_stopping:
            return f"{server.name} is being stopped already."
        return "" if server.is_running else f"{server.name} is not running."

    def stop(self) -> None:
        """Stop the selected server; asks first."""
        self._end(self._supervisor.stop, "stop")

    def restart(self) -> None:
        """Stop the selected server, and start it; asks first, too."""
        self._end(self._supervisor.restart, "restart")

    def _end(self, verb: Callable[[str], Coroutine[None, None, None]], word: str) -> None:
        from ..dialogs.basic import Confirm

        if (server := self._view.server) is None:
            return
        name = server.name
        waiting = sum(item.origin.server == name for item in self._backend.desk.pending)
        waits = "1 of its requests waits" if waiting == 1 else f"{waiting} of its requests wait"
        lost = f"\n{waits} for an answer, and would be withdrawn." if waiting else ""
        self._port.ask(
            Confirm(f"This will {word} {name}, and end everything that it started.{lost}", word),
            lambda yes: self._attempts.begin(verb(name)) if yes else None,
        )

    # --- folders ---

    def edit_roots(self) -> None:
        """Change the roots of the selected server: the folders that it may be told of."""
        from ..dialogs.roots import EditRoots

        server, path = self._view.server, self._backend.settings.path
        if server is not None:
            base = path.absolute().parent if path is not None else Path.cwd()
            self._port.ask(
                EditRoots(server.name, server.roots, base, self._port.key_of("approve")),
                lambda roots: self._attempts.begin(self._set_roots(server, roots)) if roots is not None else None,
            )

    async def _set_roots(self, server: Server, roots: tuple[Path, ...]) -> None:
        from ..dialogs.roots import what_it_means

        told = await self._supervisor.set_roots(server.name, roots)
        words = what_it_means(
            told=told, declared=server.roots_declared, modern=server.modern, running=server.is_running
        )
        self._port.say(words)
