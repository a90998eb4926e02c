"""The edge of a pane is dragged by the mouse, within limits, and its width is remembered."""

from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from tuui_sampling.frontend.remembered import Remembered
from tuui_sampling.tui.widgets.sized_pane import ROOM, SizedPane


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
