"""What stands behind an emoji is where it belongs, on terminals that know its width and on those that do not."""

import pytest
from rich.cells import cell_len

from tests.support.terminal.emulator import Emulator
from tuui_sampling.tui.terminal.cursor_steps import with_steps
from tuui_sampling.tui.terminal.driver import NO_WRAPPING

FAMILY = "👩\u200d👩\u200d👧\u200d👦"
WIDE = [
    FAMILY,
    "🏳\ufe0f\u200d🌈",
    "🇩🇪",
    "🇩🇪🇫🇷x🇬",
    "👍🏽",
    "❤\ufe0f",
    "☎\ufe0e",
    "1\ufe0f\u20e3",
    "👩🏽\u200d🚀 and 漢字",
    "e\u0301",
]


def cells_before(data: str) -> int:
    """Return in which column a row's end is drawn, on a terminal that draws each part of an emoji alone."""
    emulator = Emulator(60, 3)
    emulator.feed(data.encode())
    screen = emulator._screen
    return next(column for column in range(60) if screen.buffer[0][column].data == "▕")


@pytest.mark.hostile(45)
@pytest.mark.parametrize("text", WIDE)
def test_what_stands_behind_is_where_it_belongs(text: str) -> None:
    row = f"│{text}│{text} ▕"
    assert cells_before(with_steps(row)) == cell_len(row) - 1


@pytest.mark.hostile(45)
def test_without_it_the_row_is_shifted() -> None:
    row = "│👍🏽 ▕"
    assert cells_before(row) > cell_len(row) - 1


def test_what_is_not_unsure_is_sent_as_it_is() -> None:
    for data in ("plain", "\x1b[1m漢字 é │ ▕\x1b[0m", "\x1b]0;title\x07"):
        assert with_steps(data) is data
    assert with_steps(f"\x1b[1m{FAMILY}\x1b[0m").count("\x1b[1m") == 1
    assert "🇩🇪" in with_steps("🇩🇪"), "a flag is not taken apart"


@pytest.mark.hostile(45)
def test_a_row_that_is_too_wide_stays_in_its_row() -> None:
    emulator = Emulator(10, 3)
    emulator.feed(f"{NO_WRAPPING}\x1b[1;1H{with_steps('12345678' + FAMILY)}\x1b[2;1Hnext".encode())
    assert emulator.lines[1] == "next      "
    assert emulator.lines[2].strip() == ""
