"""What fails in a widget, a message handler or an action costs its view, and not the program with all that waits."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.message import Message
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static

from tests.support.paths import demo_server
from tests.support.screens.app import WIDE, screen_text, settings_for, wait_until
from tests.support.screens.person import Clock
from tuui_sampling.backend import Backend, open_backend
from tuui_sampling.config.paths import state_dir
from tuui_sampling.frontend.review.reviewing import Reviewing
from tuui_sampling.policy.verdict import Always, Verdict
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.servers.state.server import ServerState
from tuui_sampling.tui.app import TuuiApp
from tuui_sampling.tui.commands import Command, CommandSet
from tuui_sampling.tui.delay import Delay
from tuui_sampling.tui.faults import ClosedScreen
from tuui_sampling.tui.inbox.screen import InboxScreen
from tuui_sampling.tui.mode_screen import ModeScreen

pytestmark = pytest.mark.drawn  # a fault in drawing needs frames


class Poke(Message):
    """Makes a faulty widget fail."""


class Faulty(Static):
    """A widget that fails, on a message or when it is drawn."""

    fails_when_drawn = False

    def on_poke(self) -> None:
        """Fail."""
        raise ValueError("a fault of our own")

    def render(self) -> str:
        """Fail, when told to."""
        if self.fails_when_drawn:
            raise ValueError("a fault of our own")
        return ""


async def in_a_handler(pilot: Pilot[None], screen: ModeScreen) -> None:
    """Fail in a message handler."""
    widget = Faulty()
    await screen.mount(widget)
    widget.post_message(Poke())


async def in_drawing(pilot: Pilot[None], screen: ModeScreen) -> None:
    """Fail while a widget is drawn."""
    widget = Faulty()
    await screen.mount(widget)
    widget.fails_when_drawn = True
    widget.refresh()


async def in_a_command(pilot: Pilot[None], screen: ModeScreen) -> None:
    """Fail in what a key does."""

    def fail(groups: object) -> None:
        raise ValueError("a fault of our own")

    table = [Command[None](one.id, one.key, one.label, one.help, one.scope, fail) for one in screen.commands.table]
    screen.commands = CommandSet(table, None)
    await pilot.press(table[0].key)


async def in_later(pilot: Pilot[None], screen: ModeScreen) -> None:
    """Fail in what a timer calls."""

    def fail() -> None:
        raise ValueError("a fault of our own")

    Delay(screen, 0.001, fail)


async def in_work(pilot: Pilot[None], screen: ModeScreen) -> None:
    """Fail in work that was begun."""

    async def fail() -> None:
        raise ValueError("a fault of our own")

    screen.run_worker(fail())


@asynccontextmanager
async def watched(tmp_path: Path, clock: Clock) -> AsyncIterator[tuple[TuuiApp, Pilot[None], Backend, list[Exception]]]:
    """Run the program as in earnest: what fails is written down (here into a list)."""
    written: list[Exception] = []

    def report(fault: Exception) -> str:
        written.append(fault)
        return "it is written down"

    settings = settings_for(demo=demo_server())
    async with open_backend(
        settings, {}, judge=Always(Verdict.ASK), restart=False, ledger_path=tmp_path / "r", demo_delay=0
    ) as backend:
        app = TuuiApp(settings.interface, clock=clock, report=report)
        app.show(backend)
        async with app.run_test(size=WIDE, notifications=True) as pilot:
            await wait_until(pilot, lambda: backend.supervisor.servers["demo"].state is ServerState.READY)
            yield app, pilot, backend, written


def shown(app: TuuiApp) -> ModeScreen:
    """Return the screen that is shown."""
    assert isinstance(app.screen, ModeScreen)
    return app.screen


def reviewing_of(app: TuuiApp) -> Reviewing:
    """Return what the Inbox shows and what was edited there."""
    assert isinstance(app.screen, InboxScreen)
    return app.screen.reviewing


async def anew(pilot: Pilot[None], app: TuuiApp, old: Screen[None], kind: Callable[[Screen[None]], bool]) -> None:
    """Wait for another screen of a kind in the place of an old one."""
    await wait_until(pilot, lambda: isinstance(app.screen, ModeScreen) and app.screen is not old and kind(app.screen))


@pytest.mark.parametrize(
    ("mode", "fault"),
    [
        ("inbox", in_a_handler),
        ("inbox", in_drawing),
        ("servers", in_a_command),
        ("inbox", in_later),
        ("history", in_work),
        ("servers", in_a_handler),
    ],
)
async def test_a_fault_costs_the_view_once_and_closes_it_the_second_time(
    mode: str, fault: Callable[[Pilot[None], ModeScreen], object], tmp_path: Path
) -> None:
    clock = Clock()
    async with watched(tmp_path, clock) as (app, pilot, backend, written):
        backend.runs.start("demo", "generate_poem", {"topic": "x"})
        await wait_until(pilot, lambda: backend.desk.pending)
        await app.switch_mode(mode)
        first = shown(app)
        await fault(pilot, first)  # type: ignore[misc]
        await anew(pilot, app, first, lambda screen: not isinstance(screen, ClosedScreen))
        await wait_until(pilot, lambda: "and is made anew: it is written down" in screen_text(app))
        assert [type(one) for one in written] == [ValueError]
        second = shown(app)
        clock.now += 5
        await fault(pilot, second)  # type: ignore[misc]
        await anew(pilot, app, second, lambda screen: isinstance(screen, ClosedScreen))
        await wait_until(pilot, lambda: "failed twice in a row" in screen_text(app))
        await wait_until(pilot, lambda: "and is closed: it is written down" in screen_text(app))
        assert backend.desk.reviews[1].phase is Phase.REQUEST, "what waits goes on waiting"
        closed = shown(app)
        await pilot.press("enter")
        await anew(pilot, app, closed, lambda screen: not isinstance(screen, ClosedScreen))
        assert app.is_running


async def test_what_was_edited_outlives_the_view(tmp_path: Path) -> None:
    async with watched(tmp_path, Clock()) as (app, pilot, backend, _written):
        backend.runs.start("demo", "generate_poem", {"topic": "x"})
        await wait_until(pilot, lambda: backend.desk.pending)
        first = shown(app)
        reviewing_of(app).edits(backend.desk.reviews[1]).draft.set("maxTokens", "7")
        assert isinstance(first, InboxScreen)
        first.commands.groups.drafts.note(1)
        await wait_until(pilot, lambda: list(state_dir().glob("drafts/*.json")))
        await in_a_handler(pilot, first)
        await anew(pilot, app, first, lambda screen: True)
        await wait_until(pilot, lambda: "your turn: the request" in screen_text(app))
        assert reviewing_of(app).edits(backend.desk.reviews[1]).draft.text("maxTokens") == "7"
        assert "A draft of" not in screen_text(app), "what is there need not be restored"
        second = shown(app)
        assert isinstance(second, InboxScreen) and second.list.queue.selected == 1
        assert "▌? #1 demo" in screen_text(app)


async def test_a_fault_much_later_is_not_the_second_in_a_row(tmp_path: Path) -> None:
    clock = Clock()
    async with watched(tmp_path, clock) as (app, pilot, _backend, written):
        for _ in range(3):
            before = shown(app)
            await in_later(pilot, before)
            await anew(pilot, app, before, lambda screen: not isinstance(screen, ClosedScreen))
            await wait_until(pilot, lambda: all(task.get_name() != "repair" for task in asyncio.all_tasks()))
            clock.now += 3_600
        assert len(written) == 3
