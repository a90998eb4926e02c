"""The editor's own texts: what is undone and redone where the scrollbar comes and goes."""

import pytest
from textual.app import App, ComposeResult
from textual.events import Paste

from tests.support.screens.app import wait_until
from tuui_sampling.tui.widgets.text_editor import EditArea


class OneEditor(App[None]):
    """An app with nothing but an editor."""

    def compose(self) -> ComposeResult:
        """Show it."""
        yield EditArea("hello")


@pytest.mark.parametrize("height", [3, 8, 20])
@pytest.mark.parametrize("lines", [25, 300])
async def test_a_long_paste_can_be_undone_redone_and_deleted(height: int, lines: int) -> None:
    app = OneEditor()
    pasted = "\n".join(f"line {number}, which is long enough to be wrapped at the edge" for number in range(lines))
    async with app.run_test(size=(60, 24)) as pilot:
        area = app.query_one(EditArea)
        area.styles.height = height
        area.focus()
        await pilot.pause()
        app.post_message(Paste(pasted))
        await wait_until(pilot, lambda: area.text == f"{pasted}hello" and area.show_vertical_scrollbar)
        for _ in range(2):
            await pilot.press("ctrl+z")
            await wait_until(pilot, lambda: area.text == "hello" and not area.show_vertical_scrollbar)
            await pilot.press("ctrl+y")
            await wait_until(pilot, lambda: area.text == f"{pasted}hello" and area.show_vertical_scrollbar)
        area.select_all()
        await pilot.press("backspace")
        await wait_until(pilot, lambda: area.text == "")
        await pilot.press("ctrl+z")
        await wait_until(pilot, lambda: area.text == f"{pasted}hello")
