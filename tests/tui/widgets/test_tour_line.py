"""The line of the tour on the screen: it follows what is selected there, and esc takes it away."""

import asyncio
from pathlib import Path

from tests.support.desks import ORIGIN, request
from tests.support.paths import demo_server
from tests.support.screens.app import NARROW, running, screen_text, settings_for, wait_until
from tuui_sampling.frontend.tour import ENDS


async def test_it_names_the_next_key_until_esc(tmp_path: Path) -> None:
    async with running(settings_for(demo=demo_server()), tmp_path / "r", size=NARROW, tour=tmp_path / "ended") as (
        app,
        pilot,
        backend,
    ):
        await pilot.press("f2")
        await wait_until(
            pilot, lambda: f"Choose a tool with ↓, enter opens its form, ^G calls it · esc {ENDS}" in screen_text(app)
        )
        rows = screen_text(app).split("\n")
        assert ENDS in rows[-2] and "? help" in rows[-1], "the footer is below it"
        assert app.commands.is_possible("leave-editor")
        asking = asyncio.create_task(backend.desk.ask(request(), ORIGIN, lambda: "gone"))
        await wait_until(pilot, lambda: "A request waits: F1 shows it" in screen_text(app))
        await pilot.press("f1")
        await wait_until(pilot, lambda: "^G sends it" in screen_text(app))
        asking.cancel()
        await wait_until(pilot, lambda: "F2 shows what the tool made of it" in screen_text(app))
        await pilot.press("escape")
        await wait_until(pilot, lambda: ENDS not in screen_text(app))
        assert not app.commands.is_possible("leave-editor"), "there is nothing to leave any more"
        assert (tmp_path / "ended").exists()
