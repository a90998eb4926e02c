"""
Takes the configuration over anew while the program runs: when somebody asks for it, and when its file has changed.

What harms nothing happens by itself: models, rules and limits are taken over, new servers are started. A server that
runs and is configured otherwise, or no longer, goes on as it is until somebody decides about it: ending it would
withdraw what it has asked.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ..backend import Backend
from ..config.changes import Changes, compare, newly_unusable
from ..config.files.regular import read_regular
from ..config.files.source import MAX_BYTES
from ..config.load import ConfigError
from ..config.private_files import write_private
from ..config.problems import printable
from ..config.settings import Settings
from ..config.trust import keep_trust
from ..providers.catalogue import load_prices
from ..servers.state.server import Server, ServerState

WATCH_SECONDS = 1.0
"""Between two looks at the file."""

SHOWN_PROBLEMS = 2
"""Problems of a configuration that a screen shows; `tuui-sampling check` lists all."""

Read = Callable[[], Settings]
"""Reads the configuration; raises a `ConfigError`."""

Mark = tuple[int, int, int]


class Reloading:
    """Reads a configuration anew, and has the backend take it over."""

    def __init__(self, backend: Backend, path: Path, read: Read) -> None:
        """
        Know the file as it is now.

        Args:
            read: Reads the configuration; raises a `ConfigError`.
        """
        self._backend = backend
        self._path = path
        self._read = read
        self._mark = self._seen = mark_of(path)
        self._later: set[str] = set()

    @property
    def unusable(self) -> list[str]:
        """The names of the servers and models that can't be used as they are configured, such as `server notes`."""
        settings = self._backend.settings
        servers = (f"server {printable(name)}" for name, one in settings.servers.items() if one.problems)
        models = (f"model {printable(name)}" for name, one in settings.models.items() if one.problems)
        return [*servers, *models]

    @property
    def undecided(self) -> list[Server]:
        """The servers that run otherwise than they are configured, and are not to be ended by themselves later."""
        servers = self._backend.supervisor.servers.values()
        return [one for one in servers if one.configured_words and one.name not in self._later]

    def look(self) -> bool:
        """Whether the file has changed since it was last read, and no longer does; call it about once a second."""
        before, self._seen = self._seen, mark_of(self._path)
        return self._seen == before != self._mark

    async def reload(self, tell: Callable[[Changes], object]) -> Changes:
        """
        Read the file, tell what is different in it, and take it over.

        Raises:
            ConfigError: It can't be used, or a server or model that is good as it is could not be; everything goes on
                as it was.
        """
        self._mark = self._seen = mark_of(self._path)
        settings = await asyncio.to_thread(self._read)
        if problems := newly_unusable(self._backend.settings, settings):
            raise ConfigError(self._path, problems)
        changes = self._news(compare(self._backend.settings, settings), settings)
        if changes.lines:
            tell(changes)
            await asyncio.to_thread(load_prices, settings.models.values())
            await self._backend.configure(settings)
            self._start(changes)
        return changes

    def _news(self, changes: Changes, settings: Settings) -> Changes:
        """Return what is different to the file as it was: who is gone from it was told of, and may be there again."""
        gone = [one.name for one in self._backend.supervisor.servers.values() if one.removed]
        again = (f"server {printable(name)}: configured again" for name in gone if name in settings.servers)
        removed = tuple(name for name in changes.removed if name not in gone)
        return replace(changes, removed=removed, more=(*again, *changes.more))

    def _start(self, changes: Changes) -> None:
        """Start the servers that are new or enabled now, and those that had failed as they were configured before."""
        supervisor = self._backend.supervisor
        enabled = (name for name, keys in changes.adjusted.items() if "enabled" in keys)
        failed = (name for name in changes.restarts if supervisor.servers[name].state is ServerState.FAILED)
        for name in (*changes.added, *enabled, *failed):
            if supervisor.servers[name].settings.enabled:
                supervisor.start(name)

    def text(self) -> str:
        """
        Return what stands in the file.

        Raises:
            OSError: It can't be read.
        """
        return read_regular(self._path, MAX_BYTES)[0].decode("utf-8", "surrogateescape")

    def write(self, text: str) -> None:
        """
        Put a text in place of what stands in the file; where that leads to another file, there.

        Raises:
            OSError: It can't be written; what was there is untouched.
        """
        before = self.text()
        write_private(self._path.resolve(), text.encode("utf-8", "surrogateescape"), durable=True)
        keep_trust(self._path, before, text)

    # --- what runs otherwise than it is configured ---

    def under_way(self, name: str) -> int:
        """Return how many requests and calls of a server ending it would break off."""
        server = self._backend.supervisor.servers[name]
        asked = sum(item.origin.server == name and item.phase.is_open for item in self._backend.desk.items)
        return asked + server.held + len(server.calls)

    async def act(self, name: str) -> None:
        """Start a changed server again, or stop one that is no longer configured; what it has asked is withdrawn."""
        self._later.discard(name)
        supervisor = self._backend.supervisor
        if supervisor.servers[name].removed:
            await supervisor.remove(name)
        else:
            await supervisor.restart(name)
        await self._backend.judge_anew()

    def act_later(self, name: str) -> None:
        """Do the same once nothing that it has asked is open; `act_on_idle` looks."""
        self._later.add(name)

    async def act_on_idle(self) -> None:
        """Do what was to be done later, where nothing is in its way any more."""
        for name in sorted(self._later):
            server = self._backend.supervisor.servers.get(name)
            if server is None or not server.configured_words:
                self._later.discard(name)
            elif not self.under_way(name):
                await self.act(name)


def mark_of(path: Path) -> Mark | None:
    """Return what tells whether a file was written since; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def problems_of(error: ConfigError) -> str:
    """Return what keeps a configuration from being taken over, for a message."""
    return f"The configuration was not taken over. {error.message}"


def problems_in_short(error: ConfigError, edit_key: str) -> str:
    """Return the same for a screen with little room: the first problems, and the name of the file for its path."""
    shown, more = error.problems[:SHOWN_PROBLEMS], len(error.problems) - SHOWN_PROBLEMS
    lines = f"The configuration was not taken over; {edit_key} edits it.\n"
    lines += ConfigError(Path(error.path.name), shown).message
    return f"{lines}\nand {more:,} more; tuui-sampling check lists them" if more > 0 else lines
