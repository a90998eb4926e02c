"""A list whose options move under the mouse."""

import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.widgets import OptionList

from tests.support.screens.mouse import press, release
from tuui_sampling.tui.pointer.painted_options import PaintedOptions


class Listed(App[None]):
    """An app with a list."""

    def __init__(self) -> None:
        super().__init__()
        self.chosen: list[int] = []

    def compose(self) -> ComposeResult:
        yield PaintedOptions()

    def list_names(self, *names: str) -> None:
        self.query_one(PaintedOptions).show((name, Content(name)) for name in names)

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        self.chosen.append(message.option_index)


@pytest.mark.drawn
async def test_the_option_is_chosen_that_the_mouse_was_pressed_on() -> None:
    app = Listed()
    async with app.run_test() as pilot:
        app.list_names("a", "b", "c")
        await pilot.pause()
        box = app.query_one(PaintedOptions).content_region
        row = (box.x + 1, box.y + 1)
        for names in (("a", "b", "c"), ("new", "a", "b", "c"), ("new", "a", "c")):
            press(app, *row)
            await pilot.pause()
            app.list_names(*names)
            await pilot.pause()
            release(app, *row)
            await pilot.pause()
            app.list_names("a", "b", "c")
            await pilot.pause()
        assert app.chosen == [1, 2], "and what is gone chooses nothing else"
