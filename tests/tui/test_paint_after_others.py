"""What a layout has changed is painted, also where somebody has asked for a widget's place before it was laid out."""

import pytest
from textual._compositor import Compositor
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from tuui_sampling.tui.paint_after_others import paint_what_has_changed


class Scrolling(App[None]):
    """A text that scrolls."""

    def compose(self) -> ComposeResult:
        """Show it."""
        with VerticalScroll():
            yield Static("\n".join(map(str, range(100))))


async def test_what_shrinks_after_a_scroll_is_painted_though_somebody_asked_for_its_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Compositor, "reflow", Compositor.reflow)  # as it was, afterwards
    paint_what_has_changed()
    async with Scrolling().run_test(size=(40, 20)) as pilot:
        await pilot.pause()
        screen, text = pilot.app.screen, pilot.app.query_one(VerticalScroll)
        compositor = screen._compositor
        text.styles.height = 19
        text._check_refresh()
        compositor.reflow(screen, screen.size)
        compositor._dirty_regions.clear()
        compositor.reflow_visible(screen, screen.size)  # it is scrolled
        text.styles.height = 10  # which a message does to a dialog
        text._check_refresh()
        assert compositor.full_map[text].region.height == 10  # as whoever asks what lies somewhere does
        assert text in compositor.reflow(screen, screen.size).resized
        assert any(region.y < 18 < region.bottom for region in compositor._dirty_regions)
