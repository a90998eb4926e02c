"""The whole program in a test: real servers, the demonstration model, a record of its own, and a pilot."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from textual.app import App
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.widgets import Static

from tests.support.limits import LIMIT
from tests.support.paths import ROOT, ServerCommand
from tests.support.warm_start import warm
from tuui_sampling.backend import Backend, open_backend
from tuui_sampling.config.settings import InterfaceSettings, ModelSettings, ServerSettings, Settings
from tuui_sampling.frontend.tour import Tour
from tuui_sampling.policy.verdict import Always, Verdict
from tuui_sampling.tui import saying
from tuui_sampling.tui.app import TuuiApp
from tuui_sampling.tui.document.pane import DocumentPane
from tuui_sampling.tui.document.rows import text_between
from tuui_sampling.tui.mode_screen import ModeScreen
from tuui_sampling.tui.widgets.footer import KeyFooter

NARROW, WIDE = (80, 24), (120, 36)

saying.SECONDS = 2 * LIMIT  # on a machine with much to do a message would be gone before a test has looked


def settings_for(**servers: ServerCommand) -> Settings:
    """Return a configuration with these servers by name, and the demonstration model."""
    return Settings(
        servers={
            name: ServerSettings(name, command.command, command.args, cwd=ROOT)
            for name, command in zip(servers, map(warm, servers.values()), strict=True)
        },
        models={"demo": ModelSettings("demo", "demo")},
        default_model="demo",
        interface=InterfaceSettings(images="blocks"),  # whatever terminal the tests run in
    )


@asynccontextmanager
async def running(
    settings: Settings,
    record: Path,
    *,
    verdict: Verdict = Verdict.ASK,
    size: tuple[int, int] = WIDE,
    clock: Callable[[], float] = time.monotonic,
    tour: Path | None = None,
) -> AsyncIterator[tuple[TuuiApp, Pilot[None], Backend]]:
    """
    Run the program on a terminal of that size; servers start after the first paint, as they do in earnest.

    Args:
        tour: The file that says that the tour was ended; without one there is no tour.
    """
    async with open_backend(
        settings,
        os.environ,
        judge=Always(verdict),
        restart=False,
        ledger_path=record,
        demo_delay=0,
        offers_context=True,
    ) as backend:
        app = TuuiApp(settings.interface, clock=clock)
        if tour is not None:
            app.commands.groups.tour = Tour(backend.desk, tour)
        app.show(backend)
        async with app.run_test(size=size, notifications=True) as pilot:
            yield app, pilot, backend


async def wait_until(pilot: Pilot[None], condition: Callable[[], object], timeout: float = LIMIT) -> None:
    """Let the program go on until the condition holds; fails when it does not within `timeout` seconds."""
    end = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {timeout:g} s; on the screen is:\n{screen_text(pilot.app)}")
        await asyncio.sleep(0.01)
        await pilot.pause()


def is_possible(app: App[None], command: str) -> bool:
    """Whether a command of the screen that is shown is possible now."""
    assert isinstance(app.screen, ModeScreen)
    return app.screen.commands.is_possible(command)


def screen_text(app: App[None]) -> str:
    """Return what is on the screen, line by line, as it goes to the terminal."""
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())


def footer(app: App[None]) -> str:
    """Return the row of the keys, below which messages may stand; empty where there is none."""
    keys = app.screen.query_one_optional(KeyFooter)
    return screen_text(app).splitlines()[keys.region.y] if keys is not None and keys.region else ""


def document_text(pane: DocumentPane) -> str:
    """Return what a document shows, as far as it is laid out: with the rows that are scrolled away."""
    document = pane.view.document
    return text_between(document, Offset(0, 0), Offset(1_000, document.count - 1))


def document_rows(pane: DocumentPane) -> list[str]:
    """Return the rows of a document with their margins, as far as it is laid out."""
    document = pane.view.document
    return [row.margin + row.text for row in map(document.row, range(document.count))]


def shown_text(widget: Static) -> str:
    """Return what a widget shows, whole, with the lines that are scrolled away."""
    return str(widget.visual)
