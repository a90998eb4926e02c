"""The tree of servers while rows come and go: the cursor, keys and clicks stay with what the person saw."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.support.paths import raw_server
from tests.support.screens.app import NARROW, running, screen_text, settings_for, wait_until
from tests.support.screens.mouse import press, release
from tests.support.screens.person import Clock
from tuui_sampling.backend import Backend
from tuui_sampling.servers.state.primitives import OfferKind, Prompt
from tuui_sampling.servers.state.server import ServerState, Tool
from tuui_sampling.tui.app import TuuiApp
from tuui_sampling.tui.dialogs.basic import Confirm
from tuui_sampling.tui.servers.screen import ServersScreen
from tuui_sampling.tui.servers.widgets.server_tree import EARLY, LARGE_GROUP, ServerTree
from tuui_sampling.tui.servers.widgets.tree_labels import AWAITED, Place


@dataclass
class Starting:
    """The Servers screen, and two servers that will not be ready before the test says so."""

    app: TuuiApp
    pilot: Pilot[None]
    backend: Backend
    clock: Clock

    @property
    def tree(self) -> ServerTree:
        """The tree."""
        return self.app.screen.query_one(ServerTree)

    async def press(self, *keys: str) -> None:
        """Press keys, a second apart."""
        for key in keys:
            self.clock.now += 1
            await self.pilot.press(key)
        await self.pilot.pause()

    def row(self, label: str) -> int:
        """Return the row of the screen that holds a text."""
        rows = screen_text(self.app).splitlines()
        return next(number for number, text in enumerate(rows) if label in text)

    def lists(self, name: str, *tools: str, prompts: tuple[str, ...] = ()) -> None:
        """Have a server be ready with these tools and prompts, which the tree takes over at once."""
        server = self.backend.supervisor.servers[name]
        server.state = ServerState.READY
        server.tools = tuple(Tool(tool, None, None, {"type": "object"}) for tool in tools)
        server.offered = replace(server.offered, prompts=tuple(Prompt(prompt) for prompt in prompts))
        assert isinstance(self.app.screen, ServersScreen)
        self.app.screen._show_servers()


@asynccontextmanager
async def starting(folder: Path) -> AsyncIterator[Starting]:
    """Go to the Servers while two are starting."""
    slow = raw_server("slow-start", "--delay", "60")
    clock = Clock()
    async with running(settings_for(one=slow, two=slow), folder / "r", size=NARROW, clock=clock) as (app, pilot, house):
        person = Starting(app, pilot, house, clock)
        await person.press("f2")
        await wait_until(pilot, lambda: screen_text(app).count(AWAITED) == 2)
        yield person


async def test_the_key_that_goes_to_the_first_tool_does_so_while_its_server_starts(tmp_path: Path) -> None:
    async with starting(tmp_path) as desk:
        await desk.press("down")
        assert desk.tree.place == Place("one", awaited=True)
        await desk.press("enter")
        assert f"one: {AWAITED}." in screen_text(desk.app)
        await desk.press("x", "r", "m")
        assert not isinstance(desk.app.screen, Confirm), "a letter may be meant for the form of a tool"
        assert not desk.backend.supervisor.servers["one"].muted

        desk.lists("one", "first", "second")
        await wait_until(desk.pilot, lambda: desk.tree.place == Place("one", "first", OfferKind.TOOL))
        await desk.pilot.pause()
        desk.clock.now -= 5  # typed while the row of what was not listed stood there
        for key in ("ctrl+g", "enter"):
            await desk.pilot.press(key)
            await desk.pilot.pause()
            assert EARLY in screen_text(desk.app)
            assert not desk.backend.runs.runs and desk.app.focused is desk.tree
        desk.clock.now += 5
        await desk.press("ctrl+g")
        assert [run.name for run in desk.backend.runs.runs.values()] == ["first"]


async def test_rows_that_come_above_do_not_move_the_cursor(tmp_path: Path) -> None:
    async with starting(tmp_path) as desk:
        await desk.press("down", "down")
        assert desk.tree.place == Place("two")
        desk.lists("one", *(f"tool {number}" for number in range(40)))
        await desk.pilot.pause()
        assert desk.tree.place == Place("two")
        assert 0 <= desk.tree.cursor_line - desk.tree.scroll_offset.y < desk.tree.size.height
        desk.lists("two", "tool of two")
        await desk.press("down")
        assert desk.tree.place == Place("two", "tool of two", OfferKind.TOOL)


async def test_the_cursor_stays_on_a_tool_whose_group_starts_folded(tmp_path: Path) -> None:
    async with starting(tmp_path) as desk:
        tools = [f"tool {number}" for number in range(LARGE_GROUP + 1)]
        desk.lists("two", *tools)
        await desk.press("down", "down", "down")
        there = Place("two", tools[0], OfferKind.TOOL)
        assert desk.tree.place == there
        desk.lists("two", *tools, prompts=("greet",))
        await desk.pilot.pause()
        assert desk.tree.place == there and desk.tree.cursor_node is not None
        assert desk.tree.cursor_node.data == there and desk.tree.cursor_node.line == desk.tree.cursor_line


@pytest.mark.drawn
async def test_a_click_means_the_row_that_was_painted_when_the_mouse_was_pressed(tmp_path: Path) -> None:
    async with starting(tmp_path) as desk:
        desk.lists("two", "other", "wanted")
        await desk.pilot.pause()
        await wait_until(desk.pilot, lambda: "wanted" in screen_text(desk.app))
        at = (8, desk.row("wanted"))
        press(desk.app, *at)
        await desk.pilot.pause()
        desk.lists("one", "a", "b", "c")  # three rows where there was one
        await desk.pilot.pause()
        release(desk.app, *at)
        await wait_until(desk.pilot, lambda: desk.tree.place == Place("two", "wanted", OfferKind.TOOL))
