"""What an editor paints is its text as it is wrapped at the width it has now: nothing is cut off after a resize."""

from functools import partial

import pytest
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll

from tests.support.screens.app import wait_until
from tuui_sampling.tui.widgets.foreign_text_editor import TextBlockEditor
from tuui_sampling.tui.widgets.text_editor import EditArea

SIZES = [(80, 24), (120, 36), (79, 24), (81, 36), (60, 24), (120, 36)]


pytestmark = pytest.mark.drawn  # what was painted with an old width may stay


class FieldsApp(App[None]):
    """Some texts in a container that scrolls when they don't fit."""

    CSS = """
    VerticalScroll { scrollbar-gutter: stable; }
    TextBlockEditor { margin-bottom: 1; }
    EditArea { border: none; padding: 0 1; }
    """

    def __init__(self, first: str, others: int) -> None:
        super().__init__()
        self.first = TextBlockEditor(first)
        self.others = others

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield self.first
            for number in range(self.others):
                yield TextBlockEditor(f"text {number}")

    @property
    def area(self) -> EditArea:
        """The first text's editor."""
        return self.first.text_area

    def lines(self) -> list[str]:
        """Return what is on the screen of the first text, line by line."""
        region = self.area.scrollable_content_region
        strips = self.screen._compositor.render_strips()[region.y : region.bottom]
        return [strip.crop(region.x, region.right).text.rstrip() for strip in strips]

    def shows(self, lines: list[str]) -> bool:
        """Say whether these lines of the first text are on the screen."""
        return self.lines() == lines

    def words(self) -> list[str]:
        """Return the words of the first text that are on the screen."""
        return " ".join(self.lines()).split()


def numbered(count: int) -> list[str]:
    """Return as many words, of different lengths."""
    return [f"word{number}-{'x' * (number % 7)}" for number in range(count)]


@pytest.mark.parametrize("others", [0, 5, 8], ids=["all fits", "fits when wide", "scrolls"])
@pytest.mark.parametrize("count", [18, 30, 45])
async def test_each_word_is_on_the_screen_after_each_resize(count: int, others: int) -> None:
    words = numbered(count)
    app = FieldsApp(" ".join(words), others)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        for size in SIZES:
            await pilot.resize_terminal(*size)
            # As wide with a scrollbar around it as without: else they alternate.
            await wait_until(pilot, lambda: app.area.region.width == size[0] - 2 and app.words() == words)  # noqa: B023
            assert not app.area.show_vertical_scrollbar


async def test_no_word_is_cut_off_where_the_text_itself_scrolls() -> None:
    words = numbered(200)
    app = FieldsApp(" ".join(words), 3)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await wait_until(pilot, lambda: app.words() and app.words() == words[: len(app.words())])
            app.area.scroll_end(animate=False)
            await wait_until(pilot, lambda: words[-1] in app.words() and app.words() == words[-len(app.words()) :])
            app.area.scroll_home(animate=False)


async def test_another_width_at_the_same_height_is_painted() -> None:
    app = FieldsApp("x" * 200, 12)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        app.query_one(VerticalScroll).styles.scrollbar_gutter = "auto"
        for shown, width in [(False, 77), (True, 75)] * 2:
            for editor in app.query(TextBlockEditor).results():
                editor.display = shown or editor is app.first
            await wait_until(pilot, partial(app.shows, ["x" * width, "x" * width, "x" * (200 - 2 * width)]))
