"""Opens what is behind the screen: imported in a thread, once the first frame has been painted."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from ...backend import Backend, open_backend
from ...config.paths import state_dir
from ...config.settings import Settings
from ...frontend.reloading import Read, Reloading
from ...frontend.tour import Tour
from ...providers.catalogue import load_prices
from ...sampling.errors import LedgerError
from ...sampling.hidden_characters import patterns_for
from ...servers.state.server import Server, ServerState
from ...tui.app import TuuiApp
from ...tui.views import import_other_views
from ..garbage import collect_at_rest, collect_later
from ..prompts.sign_in import sign_in_words
from ..signals import Shutdown

FIRST_CALL = ("demo", "generate_poem", {"topic": "the sea"})
"""What the demonstration calls by itself, so that a request waits."""

SIGN_IN_TOAST_SECONDS = 30.0
"""So long it is said that a server wants a sign-in; the Servers screen says it for as long as it does."""


@dataclass(frozen=True)
class Opened:
    """
    What is opened behind the screen.

    Attributes:
        read: Reads the configuration anew; None where there is none.
        ledger_path: The record's file; None for the user's own.
        demo: Make the demonstration's first call.
    """

    settings: Settings
    environ: Mapping[str, str]
    read: Read | None
    ledger_path: Path | None
    demo: bool


async def run_with_backend(app: TuuiApp, opened: Opened, ending: Shutdown, left: asyncio.Task[None]) -> None:
    """
    Show a backend until the person has left the screen, and close it.

    Args:
        left: Done once the screen has been left, for whatever reason.
    """
    told: set[str] = set()

    def tell(error: LedgerError) -> None:
        message = f"{error.message} {error.hint}".strip()
        if app.is_running and message not in told:
            told.add(message)
            app.say.tell(f"The record: {message}", severity="error")

    async with open_backend(
        opened.settings,
        opened.environ,
        ledger_path=opened.ledger_path,
        on_trouble=tell,
        open_page=lambda server, page: ask_to_sign_in(app, server, page),
        offers_context=True,
    ) as backend:
        ending.end_servers = backend.supervisor.guardian.end_at_once
        beginnings: set[asyncio.Task[None]] = set()

        def started() -> None:
            backend.supervisor.start_all()
            beginnings.add(asyncio.create_task(import_the_rest(backend), name="the rest"))
            beginnings.add(asyncio.create_task(collect_at_rest(), name="collecting garbage"))
            beginnings.add(asyncio.create_task(_look_at_the_record(backend, tell), name="record"))
            if opened.demo:
                beginnings.add(asyncio.create_task(_make_first_call(backend), name="first call"))

        if opened.demo:
            app.commands.groups.tour = Tour(backend.desk, state_dir() / "tour-ended")
        path, read = opened.settings.path, opened.read
        app.show(backend, started, Reloading(backend, path, read) if read is not None and path is not None else None)
        await asyncio.wait((left,))
        for task in beginnings:
            task.cancel()


async def import_the_rest(backend: Backend) -> None:
    """
    Import what somebody would have to wait for when they first ask for it.

    What is there then stays until the end, and is kept out of Python's collections: each of those would stop
    everything for a tenth of a second, while it finds nothing. What comes later is collected while all is at rest.
    """
    await asyncio.to_thread(_import_views, backend)
    servers = [asyncio.create_task(backend.supervisor.settled(name)) for name in backend.supervisor.servers]
    if servers:  # the first to be there has had the SDK imported
        _done, others = await asyncio.wait(servers, return_when=asyncio.FIRST_COMPLETED)
        for task in others:
            task.cancel()
    collect_later()


def _import_views(backend: Backend) -> None:
    load_prices(backend.settings.models.values())
    for multiline, is_ascii in product((True, False), repeat=2):
        patterns_for(multiline, is_ascii)  # takes a while when it is first asked for
    import_other_views()


def ask_to_sign_in(app: TuuiApp, server: Server, page: str) -> None:
    """Tell the person that a server wants a sign-in; they see the page, and open it, on the Servers screen."""
    if app.is_running:
        how = f"Servers ({app.key_of('show-servers')}), then {app.key_of('sign-in')}"
        words = f"Sign in: {sign_in_words(server, page)}. To see the page: {how}."
        app.say.tell(words, seconds=SIGN_IN_TOAST_SECONDS)


async def _look_at_the_record(backend: Backend, tell: Callable[[LedgerError], None]) -> None:
    """Tell at once that the record is not what was written, and not only when something could pass by rule."""
    try:
        await backend.ledger.sound()
    except LedgerError as error:
        if not backend.trouble:  # that it can't be opened is told already
            tell(error)


async def _make_first_call(backend: Backend) -> None:
    server, tool, arguments = FIRST_CALL
    if (await backend.supervisor.settled(server)).state is ServerState.READY:
        backend.runs.start(server, tool, arguments)
