"""The reader: long foreign text, wrapped lazily, shown honestly, and how much of it was looked at."""

import asyncio

import pytest
from rich.cells import cell_len, get_character_cell_size
from textual.app import App, ComposeResult

from tests.support.limits import LIMIT
from tuui_sampling.sampling.visible import visible
from tuui_sampling.tui.widgets.reader import Reader
from tuui_sampling.tui.widgets.wrapped_rows import _ONE_CELL_EACH, PIECE, Coverage, Rows, row_starts

pytestmark = pytest.mark.drawn  # what was drawn is what counts as seen

FAMILY = "👩‍👩‍👧"


def all_rows(text: str, width: int) -> list[str]:
    """Return every row as it would be drawn."""
    rows = Rows(text, width)
    rows.index_to(len(text))
    assert rows.is_complete
    drawn = [rows.row(number) for number in range(rows.count)]
    return [row.piece.text[row.start : row.end] for row in drawn]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", [""]),
        ("one two three", ["one two ", "three"]),
        ("onetwothree", ["onetwoth", "ree"]),
        ("12345678 x", ["12345678 ", "x"]),
        ("a\n\nb\n", ["a", "", "b", ""]),
        ("漢字漢字漢字", ["漢字漢字", "漢字"]),
        (f"ab {FAMILY}{FAMILY}{FAMILY}", ["ab ", FAMILY * 3]),
        ("a\tb", ["a    b"]),
        ("x\x1b[3\r\n", ["x␛[3␍", ""]),
        ("a\u202eb", ["a⟪U+202E", "⟫b"]),
    ],
)
def test_rows_wrap_between_words_and_never_lose_anything(text: str, rows: list[str]) -> None:
    assert all_rows(text, 8) == rows


@pytest.mark.hostile(49)
@pytest.mark.parametrize(
    "text",
    ["x" * 3 * PIECE, "word " * PIECE, "漢" * 2 * PIECE, "e\u0301" * 2 * PIECE, FAMILY * PIECE, "\u200b" * PIECE],
)
def test_long_lines_keep_all_they_show_and_fit(text: str) -> None:
    rows = all_rows(text, 40)
    assert max(cell_len(row.rstrip()) for row in rows) <= 40
    if "\u200b" not in text:
        assert "".join(rows) == visible(text) == text
    else:
        assert "".join(rows) == f"⟪U+200B ×{PIECE:,}⟫"


@pytest.mark.hostile(45)
def test_unmeasured_characters_are_one_cell_wide() -> None:
    unmeasured = [character for character in map(chr, range(0x10000)) if _ONE_CELL_EACH.fullmatch(character)]
    assert {get_character_cell_size(character) for character in unmeasured} == {1}
    assert row_starts("x" * 20, 8) == [0, 8, 16]


def test_rows_know_their_offsets() -> None:
    text = "first line\n" + "word " * 100 + "\nlast"
    rows = Rows(text, 20)
    assert rows.row_of(len(text) - 1) == rows.count - 1
    assert [rows.row_of(rows.offset(number)) for number in range(rows.count)] == list(range(rows.count))
    assert rows.offset(rows.count) == len(text)


@pytest.mark.hostile(48)
def test_rows_are_indexed_no_further_than_asked() -> None:
    rows = Rows("line\n" * 1000, 20)
    rows.index(50)
    assert rows.count == 11
    assert not rows.is_complete


def test_coverage_counts_every_stretch_once() -> None:
    coverage = Coverage()
    assert coverage.fraction(0) == 1.0
    for start, end in ((0, 10), (50, 60), (5, 20), (20, 30)):
        coverage.add(start, end)
    assert coverage.fraction(100) == 0.4
    coverage.add(30, 50)
    assert coverage.fraction(60) == 1.0


class ReaderApp(App[None]):
    """One reader."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.reader = Reader(text)

    def compose(self) -> ComposeResult:
        yield self.reader

    def lines(self) -> list[str]:
        """Return what is on the screen."""
        return [strip.text for strip in self.screen._compositor.render_strips()]


async def settled(app: ReaderApp) -> None:
    """Wait until all is wrapped, painted and counted."""
    async with asyncio.timeout(LIMIT):
        for _ in range(3):
            done = asyncio.Event()
            app.reader.call_after_refresh(done.set)
            await done.wait()
        while app.reader._columns and not app.reader._rows.is_complete:
            done = asyncio.Event()
            app.reader.call_later(done.set)
            await done.wait()


async def test_hostile_text_is_shown_and_not_obeyed() -> None:
    app = ReaderApp("[/][b]x\x1b[31m\u202e\ttail")
    async with app.run_test(size=(60, 5), notifications=True):
        assert app.lines()[0].startswith("[/][b]x␛[31m⟪U+202E⟫    tail")


async def test_a_short_text_is_seen_at_once_and_a_long_one_by_scrolling() -> None:
    app = ReaderApp("short")
    async with app.run_test(size=(40, 10), notifications=True) as pilot:
        await settled(app)
        assert app.reader.seen == 1.0
        app.reader.load("\n".join(f"line {number}" for number in range(40)))
        await settled(app)
        assert 0.2 < app.reader.seen < 0.3
        app.reader.focus()
        await pilot.press("end")
        await settled(app)
        assert "line 39" in "".join(app.lines())
        app.reader.scroll_to(y=10, animate=False)
        await settled(app)
        app.reader.scroll_to(y=20, animate=False)
        await settled(app)
        assert app.reader.seen == 1.0


async def test_jumping_to_the_end_is_not_seeing_the_middle() -> None:
    app = ReaderApp("line\n" * 5000)
    async with app.run_test(size=(40, 10), notifications=True):
        await settled(app)
        app.reader.scroll_end(animate=False)
        await settled(app)
        assert 0 < app.reader.seen < 0.01


async def test_the_end_of_a_text_that_is_still_being_wrapped_can_be_reached() -> None:
    app = ReaderApp("line\n" * 200_000 + "the end")
    async with app.run_test(size=(40, 10), notifications=True):
        app.reader.action_scroll_end()
        await settled(app)
        await settled(app)
        assert app.reader.scroll_offset.y == app.reader.max_scroll_y == 200_001 - 10
        assert "the end" in "".join(app.lines())


async def test_find_goes_from_one_occurrence_to_the_next_and_round() -> None:
    text = "line\n" * 300 + "Needle one\n" + "line\n" * 300 + "hidden \u202e needle\n" + "line\n" * 50
    app = ReaderApp(text)
    async with app.run_test(size=(60, 12), notifications=True):
        await settled(app)
        shown = []
        for _ in range(3):
            assert app.reader.find("needle")
            await settled(app)
            shown.append("".join(app.lines()))
        assert "Needle one" in shown[0]
        assert "⟪U+202E⟫ needle" in shown[1]
        assert "Needle one" in shown[2]
        assert app.reader.find("⟪U+202E⟫")
        assert not app.reader.find("absent [/]")
        assert not app.reader.find("")


async def test_another_width_keeps_the_place() -> None:
    app = ReaderApp("\n".join(f"{number} " + "word " * 30 for number in range(400)))
    async with app.run_test(size=(80, 12), notifications=True) as pilot:
        await settled(app)
        app.reader.find("200 word")
        await settled(app)
        before = app.reader._rows.offset(app.reader.scroll_offset.y)
        await pilot.resize_terminal(40, 12)
        await settled(app)
        assert abs(app.reader._rows.offset(app.reader.scroll_offset.y) - before) < 80
        assert max(map(len, app.lines())) <= 40


@pytest.mark.parametrize("size", [(1, 1), (2, 1), (300, 1)])
async def test_tiny_terminals_do_no_harm(size: tuple[int, int]) -> None:
    app = ReaderApp("漢字 word\x1b\n" * 50)
    async with app.run_test(size=size, notifications=True):
        await settled(app)
        app.reader.find("word")
        await settled(app)
        assert len(app.lines()) == size[1]
