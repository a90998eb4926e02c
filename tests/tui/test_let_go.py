"""Memory stays flat: what was replaced on a screen is gone, with the lines that it painted, however long it goes on."""

import asyncio
import gc
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual._styles_cache import StylesCache
from textual.containers import Vertical
from textual.dom import DOMNode
from textual.widgets import Static

from tests.support.full_request import user
from tests.support.screens.requesting import SETTINGS, Requested, requested
from tuui_sampling.config.settings import InterfaceSettings, ServerSettings
from tuui_sampling.sampling.inquiry import FormElicitation
from tuui_sampling.sampling.origin import Origin
from tuui_sampling.servers.state.server import ServerState
from tuui_sampling.tui.app import TuuiApp
from tuui_sampling.tui.let_go import let_go

ROUNDS = 3
FORM = FormElicitation("Who are you?", {"type": "object", "properties": {"name": {"type": "string"}}})


def kept() -> Counter[str]:
    """Return how many nodes of each class there are in this process, and how many have painted lines."""
    gc.collect()
    return Counter(type(one).__name__ for one in gc.get_objects() if isinstance(one, DOMNode | StylesCache))


async def assert_flat(one_round: Callable[[], Awaitable[None]]) -> None:
    """Check that a few rounds leave nothing behind, after a first that may make what stays."""
    await one_round()
    before = kept()
    for _ in range(ROUNDS):
        await one_round()
    assert {name: more for name, more in (kept() - before).items() if more >= ROUNDS} == {}


@pytest.mark.drawn
async def test_nothing_that_was_replaced_stays(tmp_path: Path) -> None:
    settings = replace(SETTINGS, servers={"never": ServerSettings("never", "/nonexistent")})
    async with requested(tmp_path, settings=settings) as desk:
        await desk.ask({"messages": [user("a request")], "maxTokens": 10})
        asked = desk.backend.desk.inquire(FORM, Origin("trips", "2025-11-25", request_id=2), lambda: "gone")
        desk.asking.append(asyncio.create_task(asked))  # type: ignore[arg-type]
        await desk.until(lambda: len(desk.backend.desk.items) == 2)
        await assert_flat(lambda: from_one_to_the_next(desk))
        await desk.press("f2")
        await assert_flat(lambda: start_what_fails(desk))


async def from_one_to_the_next(desk: Requested) -> None:
    """Edit the request, show the form, and show the request again."""
    await desk.press("e", "escape", "right_square_bracket", "right_square_bracket")


async def start_what_fails(desk: Requested) -> None:
    """Start a server, which changes what can be done with it, and with that the footer, twice."""
    supervisor, states = desk.backend.supervisor, []
    unsubscribe = supervisor.subscribe(lambda server: states.append(server.state))
    supervisor.start("never")
    await desk.until(lambda: states[-1:] == [ServerState.FAILED])
    await desk.pilot.pause()
    unsubscribe()


class Telling(Static):
    """Tells that it is gone."""

    def __init__(self, is_gone: asyncio.Event) -> None:
        super().__init__()
        self.is_gone = is_gone

    def on_unmount(self) -> None:
        """Tell it."""
        self.is_gone.set()


@pytest.mark.drawn
@pytest.mark.parametrize("is_whole", [False, True], ids=["one widget", "the program"])
async def test_what_a_view_began_does_not_go_on_once_its_widgets_are_gone(is_whole: bool) -> None:
    reached: list[str] = []

    async def begin() -> None:
        await is_gone.wait()
        reached.append("a widget that is gone")

    app = TuuiApp(InterfaceSettings())
    is_gone = asyncio.Event()
    async with app.run_test() as pilot:
        place = Vertical(Telling(is_gone))
        await app.screen.mount(place)
        (app if is_whole else place).run_worker(begin())
        await pilot.pause()
        if not is_whole:
            let_go(app, place)
            await place.remove()
    assert is_gone.is_set() and reached == []
