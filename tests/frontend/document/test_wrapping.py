"""Texts are wrapped between words where possible; nothing of them is lost, whatever their characters."""

import pytest
from rich.cells import cell_len, get_character_cell_size, split_graphemes

from tests.frontend.document.requests import rows
from tuui_sampling.frontend.document.document import Document
from tuui_sampling.frontend.document.layout import EDGE
from tuui_sampling.frontend.document.passage import MARGIN, text_parts
from tuui_sampling.frontend.document.wrapping import _ONE_CELL_EACH, PIECE, row_starts
from tuui_sampling.sampling.visible import visible

FAMILY = "👩‍👩‍👧"


def all_rows(text: str, width: int) -> list[str]:
    """Return every row as it would be drawn."""
    made = Document(text_parts(text), split_graphemes)
    made.resize(width + MARGIN + EDGE)
    made.grow_all()
    return [row.text for row in rows(made)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", [""]),
        ("one two three", ["one two ", "three"]),
        ("onetwothree", ["onetwoth", "ree"]),
        ("12345678 x", ["12345678 ", "x"]),
        ("a\n\nb\n", ["a", "", "b", ""]),
        ("漢字漢字漢字", ["漢字漢字", "漢字"]),
        (f"ab {FAMILY}{FAMILY}{FAMILY}", ["ab ", FAMILY * 3]),
        ("x\x1b[3\r\n", ["x␛[3␍", ""]),
        ("a\u202eb", ["a⟪U+202E", "⟫b"]),
    ],
)
def test_rows_wrap_between_words_and_never_lose_anything(text: str, wanted: list[str]) -> None:
    assert all_rows(text, 8) == wanted


@pytest.mark.hostile(49)
@pytest.mark.parametrize(
    "text",
    ["x" * 3 * PIECE, "word " * PIECE, "漢" * 2 * PIECE, "e\u0301" * 2 * PIECE, FAMILY * PIECE],
)
def test_long_lines_keep_all_they_show_and_fit(text: str) -> None:
    shown = all_rows(text, 40)
    assert max(cell_len(row.rstrip()) for row in shown) <= 40
    assert "".join(shown) == visible(text) == text


@pytest.mark.hostile(45)
def test_unmeasured_characters_are_one_cell_wide() -> None:
    unmeasured = [character for character in map(chr, range(0x10000)) if _ONE_CELL_EACH.fullmatch(character)]
    assert {get_character_cell_size(character) for character in unmeasured} == {1}
    assert row_starts("x" * 20, 8, split_graphemes) == [0, 8, 16]
