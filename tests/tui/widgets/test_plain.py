"""Foreign text in widgets: never markup, never a control character to the terminal."""

import pytest
from rich.segment import ControlType, Segment
from textual.app import App, ComposeResult
from textual.color import Color
from textual.content import Content
from textual.widgets import Static

from tuui_sampling.tui.terminal.line_filter import ControlCharacterFilter
from tuui_sampling.tui.widgets.plain import PLAIN_LIMIT, Plain, line, middle_cut, plain

BLACK = Color(0, 0, 0)


class OneWidget(App[None]):
    """Shows one widget, with the filter in force."""

    def __init__(self, widget: Static) -> None:
        super().__init__()
        self.widget = widget

    def compose(self) -> ComposeResult:
        yield self.widget

    def get_line_filters(self) -> list[ControlCharacterFilter]:
        return [ControlCharacterFilter()]


def screen_text(app: App[None]) -> str:
    """Return what is on the screen, line by line, as it goes to the terminal."""
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())


@pytest.mark.hostile(37, 39)
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[@click=app.quit]x[/] [/] [b]y", "[@click=app.quit]x[/] [/] [b]y"),
        ("\x1b]10;?\x07", "␛]10;?␇"),
        ("a\u202eb", "a⟪U+202E⟫b"),
        ("one\ntwo", "one\ntwo"),
    ],
)
async def test_plain_shows_text_as_it_is(text: str, shown: str) -> None:
    app = OneWidget(Plain(text))
    async with app.run_test(notifications=True):
        assert screen_text(app).startswith(shown)
        app.widget.update("[/]" + text)
        await app.animator.wait_until_complete()
        assert str(app.widget.visual).startswith("[/]" + shown)


async def test_plain_cuts_and_says_so() -> None:
    long = "x" * (PLAIN_LIMIT + 1)
    assert str(Plain(long).content).endswith(f"…({PLAIN_LIMIT + 1:,} characters)")
    assert str(Plain("a\nb" * 3, multiline=False, limit=2).content) == "a␤…(9 characters)"


async def test_content_is_shown_as_it_was_made() -> None:
    made = Content.from_markup("[b]Server[/b] $name", name="[/]")
    app = OneWidget(Plain(made))
    async with app.run_test(notifications=True):
        assert screen_text(app).startswith("Server [/]")


def test_marks_are_styled_and_literals_are_not() -> None:
    content = plain("␛\x1b")
    assert [(span.start, span.end) for span in content.spans] == [(1, 2)]
    assert line("a\nb[/]" + "c" * 9, 6).plain == "a␤b[/]…(15 characters)"
    assert line("a\nb").spans[0].start == 1


@pytest.mark.parametrize(
    ("text", "cells", "shown"),
    [
        ("letters", 7, "letters"),
        ("letters-of-a-shop", 9, "lett…shop"),
        ("letters-of-a-shop", 10, "lette…shop"),
        ("letters-of-a-shop", 0, "let…op"),
        ("東京都の天気予報", 9, "東京…予報"),
        ("", 3, ""),
    ],
)
def test_a_name_is_cut_in_its_middle(text: str, cells: int, shown: str) -> None:
    cut = middle_cut(Content(text), cells, 6)
    assert cut.plain == shown
    assert cut.cell_length <= max(cells, 6)


@pytest.mark.hostile(37)
async def test_the_filter_stops_what_a_plain_static_lets_through() -> None:
    app = OneWidget(Static("\x1b[31mred\x9b0m\x85 ok", markup=False))
    async with app.run_test(notifications=True):
        assert "[31mred0m ok" in screen_text(app)
        assert not {"\x1b", "\x9b", "\x85"} & set(screen_text(app))


@pytest.mark.hostile(37)
def test_the_filter_drops_every_control_character_and_surrogate() -> None:
    dangerous = "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0), 0x202E, 0x2066, 0x2028, 0xD800, 0xDFFF]))
    filtered = ControlCharacterFilter().apply([Segment(f"a{dangerous}b")], BLACK)
    assert filtered == [Segment("ab")]


def test_the_filter_leaves_control_segments_and_ordinary_text_alone() -> None:
    control = Segment("\x1b[2J", None, [(ControlType.CLEAR,)])
    segments = [control, Segment("漢字 👩‍👧 é\xa0ok")]
    assert ControlCharacterFilter().apply(segments, BLACK) == segments
    clean = [Segment("clean"), control]
    assert ControlCharacterFilter().apply(clean, BLACK) is clean
