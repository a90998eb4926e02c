"""Every pane has a title and a frame that shows the focus; its edge is dragged, within limits, and remembered."""

from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from tests.support.paths import raw_server
from tests.support.screens.app import NARROW, WIDE, running, screen_text, settings_for, wait_until
from tuui_sampling.frontend.remembered import Remembered
from tuui_sampling.servers.state.server import ServerState
from tuui_sampling.tui.widgets.panes import ROOM, SizedPane


class Split(App[None]):
    """A pane, and what is beside it."""

    CSS = "#pane { width: 34; height: 1fr; border-right: vkey; } .-narrow #pane { width: 1fr; }"

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.pane = SizedPane(Remembered(folder / "r.json"), "width", id="pane")

    def compose(self) -> ComposeResult:
        """Lay out both."""
        yield Horizontal(self.pane, Static("beside"))

    def on_mount(self) -> None:
        """Be as wide as before."""
        self.pane.use_width()


@pytest.mark.parametrize(
    ("grip", "to", "width"),
    [
        (33, 60, 61),
        (33, 25, 26),
        (33, 3, SizedPane.WIDTHS[0]),  # not narrower than that
        (33, 118, 120 - ROOM),  # what is beside it keeps its room
        (32, 60, 34),  # that is not the edge
    ],
)
async def test_its_edge_is_dragged(tmp_path: Path, grip: int, to: int, width: int) -> None:
    async with Split(tmp_path).run_test(size=(120, 10)) as pilot:
        await pilot.mouse_down("#pane", offset=(grip, 4))
        await pilot.hover(offset=(to, 6))
        await pilot.mouse_up(offset=(to, 6))
        await pilot.hover(offset=(40, 2))  # let go of
        await pilot.pause()
        assert pilot.app.query_one("#pane").outer_size.width == width
    async with Split(tmp_path).run_test(size=(120, 10)) as pilot:
        pane = pilot.app.query_one(SizedPane)
        assert pane.outer_size.width == width, "it is remembered"
        pane.widen(-4)  # as keys do
        await pilot.pause()
        assert pane.outer_size.width == max(SizedPane.WIDTHS[0], width - 4)


async def test_it_has_no_width_of_its_own_in_a_narrow_terminal(tmp_path: Path) -> None:
    async with Split(tmp_path).run_test(size=(80, 10)) as pilot:
        pilot.app.screen.add_class("-narrow")
        await pilot.pause()
        edge = pilot.app.query_one("#pane").region.right - 1
        await pilot.mouse_down(offset=(edge, 4))
        await pilot.hover(offset=(30, 4))
        await pilot.mouse_up(offset=(30, 4))
        assert pilot.app.query_one("#pane").region.right == edge + 1


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x36"])
async def test_every_pane_has_a_title_and_the_one_with_the_focus_is_marked_without_colours(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with running(settings_for(one=raw_server()), tmp_path / "r", size=size) as (app, pilot, backend):
        await wait_until(pilot, lambda: backend.supervisor.servers["one"].state is ServerState.READY)
        frame = "━┓" if size is WIDE else "━\n"
        for key, focused, other in (
            ("f2", "Servers", "● one  ready › ask"),
            ("f3", "0 reviews", ""),
            ("f4", "Rules, limits, servers", "Details"),
        ):
            await pilot.press(key, "down")
            await wait_until(pilot, lambda focused=focused: f"▸ {focused} ━" in screen_text(app))  # type: ignore[misc]
            await wait_until(pilot, lambda other=other: f"─ {other} ─" in screen_text(app) or not other)  # type: ignore[misc]
            assert screen_text(app).count("▸ ") == 1 and frame in screen_text(app)
        await pilot.press("f2", "enter")  # into the form, where a field has the focus
        await wait_until(
            pilot, lambda: "▸ ● one  ready › ask ━" in screen_text(app) and "─ Servers ─" in screen_text(app)
        )
