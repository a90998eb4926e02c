"""The line of the tour on the screen: it follows, esc takes it away, and a screen without a tour has none."""

from pathlib import Path

from tests.support.paths import demo_server
from tests.support.screens.app import NARROW, running, screen_text, settings_for, wait_until
from tuui_sampling.frontend.tour import ENDS, Tour
from tuui_sampling.tui.widgets.tour_line import TourLine


async def test_it_names_the_next_key_until_esc(tmp_path: Path) -> None:
    async with running(settings_for(demo=demo_server()), tmp_path / "r", size=NARROW) as (app, pilot, backend):
        assert not app.screen.query(TourLine), "nobody wants a tour"
        app.commands.groups.tour = Tour(backend.desk, tmp_path / "ended")
        await pilot.press("f2")
        await wait_until(
            pilot, lambda: f"Choose a tool with ↓, enter opens its form, ^G calls it · {ENDS}" in screen_text(app)
        )
        rows = screen_text(app).split("\n")
        assert ENDS in rows[-2] and "? help" in rows[-1], "the footer is below it"
        assert app.commands.is_possible("leave-editor")
        await pilot.press("escape")
        await wait_until(pilot, lambda: ENDS not in screen_text(app))
        assert not app.commands.is_possible("leave-editor"), "there is nothing to leave any more"
        assert (tmp_path / "ended").exists()
