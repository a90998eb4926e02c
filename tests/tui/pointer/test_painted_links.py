"""A text whose links move under the mouse, as the names of responses do while they are written."""

import pytest
from textual.app import App, ComposeResult
from textual.content import Content

from tests.support.screens.mouse import press, release
from tuui_sampling.tui.pointer.painted_links import PaintedLinks


class Linked(App[None]):
    """An app with a line of links."""

    def __init__(self) -> None:
        super().__init__()
        self.followed: list[int] = []

    def compose(self) -> ComposeResult:
        yield PaintedLinks()

    def link(self, *words: str) -> None:
        links = [
            Content.from_markup(f"[@click=app.follow({number})]$word[/]", word=word)
            for number, word in enumerate(words)
        ]
        self.query_one(PaintedLinks).update(Content(" ").join(links))

    def action_follow(self, number: int) -> None:
        self.followed.append(number)


@pytest.mark.drawn
async def test_the_link_is_followed_that_the_mouse_was_pressed_on() -> None:
    app = Linked()
    async with app.run_test() as pilot:
        app.link("one", "two")
        await pilot.pause()
        at = (app.query_one(PaintedLinks).region.x + 4, app.query_one(PaintedLinks).region.y)
        for words in ("one", "one, longer by now"):
            press(app, *at)
            await pilot.pause()
            app.link(words, "two")
            await pilot.pause()
            release(app, *at)
            await pilot.pause()
        assert app.followed == [1, 1]
        press(app, *at)
        release(app, *at)
        await pilot.pause()
        assert app.followed == [1, 1, 0]
