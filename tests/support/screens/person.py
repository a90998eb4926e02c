"""A person at the program's keyboard, with a clock in their hand; what a test of a screen needs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from textual.pilot import Pilot

from tests.support.screens.app import WIDE, running, wait_until
from tuui_sampling.backend import Backend
from tuui_sampling.config.settings import Settings
from tuui_sampling.desk.invocations import Run
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.sampling.review import Review
from tuui_sampling.servers.state.server import ServerState, ToolResult
from tuui_sampling.tui.app import TuuiApp
from tuui_sampling.tui.document.pane import DocumentPane
from tuui_sampling.tui.document.view import DocumentView
from tuui_sampling.tui.inbox.screen import InboxScreen


class Clock:
    """A clock that only the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self.now


@dataclass
class Desk:
    """The program, a person at its keyboard, and a clock in that person's hand."""

    app: TuuiApp
    pilot: Pilot[None]
    backend: Backend
    clock: Clock

    @property
    def inbox(self) -> InboxScreen:
        """The Inbox."""
        assert isinstance(self.app.screen, InboxScreen)
        return self.app.screen

    async def call(self, tool: str, **arguments: object) -> Run:
        """Call a tool of the demonstration server, and wait for the request that it causes."""
        before = len(self.backend.desk.reviews)
        run = self.backend.runs.start("demo", tool, arguments)
        await self.until(lambda: len(self.backend.desk.reviews) > before)
        await self.until(lambda: self.is_laid_out)
        return run

    async def until(self, condition: object) -> None:
        """Let the program go on until the condition holds."""
        assert callable(condition)
        await wait_until(self.pilot, condition)

    async def press(self, *keys: str) -> None:
        """Press keys as a person does: with time between them."""
        for key in keys:
            self.clock.now += 1
            await self.pilot.press(key)
        await self.pilot.pause()

    async def look(self) -> None:
        """Look at what is shown for a second, once it has been painted."""
        await self.until(lambda: self.app.arming.target is not None and self.is_at_rest)
        await self.pilot.pause()
        self.clock.now += 1

    @property
    def is_at_rest(self) -> bool:
        """Whether every row that is in view has been there for a moment."""
        return all(view.is_at_rest for view in self.app.screen.query(DocumentView) if view.scrollable_content_region)

    @property
    def is_laid_out(self) -> bool:
        """Whether every document that is shown is there whole, with what is to be remarked on."""
        views = [view for view in self.app.screen.query(DocumentView) if view.scrollable_content_region]
        return all(view.document.is_complete for view in views)

    async def read(self) -> None:
        """Look at every row of what is shown, from the first to the last; an editor would lie over some."""
        for pane in self.app.screen.query(DocumentPane):
            pane.close_editor()
        await self.pilot.pause()
        await self.until(lambda: self.is_at_rest)
        for view in self.app.screen.query(DocumentView):
            while view.region and not view.document.is_seen:
                view.action_go("unseen")
                await self.pilot.pause()
                await self.until(lambda: self.is_at_rest)

    async def approve(self, phase: Phase) -> Review:
        """Read everything, look, press the chord, and wait for what it brings about."""
        await self.until(lambda: self.inbox.reviewing.review)
        review = self.inbox.reviewing.review
        assert review is not None
        await self.read()
        await self.look()
        await self.press("ctrl+g")
        await self.until(lambda: review.phase is phase)
        return review


@asynccontextmanager
async def seated(tmp_path: Path, settings: Settings, size: tuple[int, int] = WIDE) -> AsyncIterator[Desk]:
    """Run the program until every server is ready, with a person before it."""
    clock = Clock()
    async with running(settings, tmp_path / "record.sqlite3", size=size, clock=clock) as (app, pilot, backend):
        person = Desk(app, pilot, backend, clock)
        servers = backend.supervisor.servers.values()
        await person.until(lambda: all(server.state is ServerState.READY for server in servers))
        yield person


def result_text(run: Run) -> str:
    """Return what the tool returned."""
    assert isinstance(run.result, ToolResult)
    return run.result.text
