"""The difference of two texts, as a person sees it."""

import pytest
from rich.cells import split_graphemes

from tests.frontend.document.requests import rows
from tuui_sampling.frontend.document.changes import FINE_LINES, changes
from tuui_sampling.frontend.document.document import Document
from tuui_sampling.frontend.document.passage import Part


def shown(before: str, after: str) -> list[str]:
    """Return the rows of the difference."""
    made = Document([Part("", tuple(changes(before, after)))], split_graphemes)
    made.resize(100)
    made.grow_all()
    return [f"{row.margin}{row.text}" for row in rows(made)]


def stressed(before: str, after: str) -> list[str]:
    """Return what is stressed within the rows."""
    made = Document([Part("", tuple(changes(before, after)))], split_graphemes)
    made.resize(100)
    made.grow_all()
    return [row.text[start:end] for row in rows(made) for start, end in row.stressed]


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("same", "same", []),
        ("a", "b", ["- a", "+ b"]),
        ("a\nb", "a\nb\nc", ["  a", "  b", "+ c"]),
        ("a\nb\nc", "a\nc", ["  a", "- b", "  c"]),
        ("a", "a\n", ["  a", "+ "]),
        ("", "a", ["- ", "+ a"]),
        ("x\x1b[31m", "x[/]", ["- x␛[31m", "+ x[/]"]),
        ("a\r\nb", "a\nb", ["- a␍", "+ a", "  b"]),
        ("esc \x1b", "esc ␛", ["- esc ⟪U+001B⟫", "+ esc ␛"]),
        ("a\u202e", "a", ["- a⟪U+202E⟫", "+ a"]),
        ("a\tb", "a b", ["- a␉   b", "+ a b"]),
    ],
)
def test_lines_say_what_was_removed_and_added(before: str, after: str, wanted: list[str]) -> None:
    assert shown(before, after) == wanted


def test_within_a_line_only_what_differs_is_stressed() -> None:
    assert stressed("You are terse.", "You are very terse.") == ["very "]
    assert stressed("trailing", "trailing  ") == ["  "]
    assert stressed("entirely", "unlike 123456789") == []
    assert stressed("\u202e abc", "\u202e xyz") == ["abc", "xyz"]


def test_unchanged_lines_far_away_are_counted() -> None:
    lines = [f"line {number}" for number in range(100)]
    after = [*lines[:50], "new", *lines[51:]]
    rows = shown("\n".join(lines), "\n".join(after))
    assert rows[0] == "  ⋯ 47 unchanged lines"
    assert rows[1:4] == ["  line 47", "  line 48", "  line 49"]
    assert rows[4:6] == ["- line 50", "+ new"]
    assert rows[-1] == "  ⋯ 46 unchanged lines"
    assert len(rows) == 10


def test_many_changed_lines_are_compared_coarsely_and_all_shown() -> None:
    before = "\n".join(f"old {number}" for number in range(FINE_LINES * 5))
    after = "\n".join(f"new {number}" for number in range(FINE_LINES * 5))
    assert len(shown(before, after)) == 2 * FINE_LINES * 5


def test_a_long_line_is_whole_and_what_differs_in_it_is_stressed() -> None:
    long = "x" * 100_000
    assert stressed(f"{long}old{long}", f"{long}new{long}") == ["old", "new"]
    rows = shown(f"{long}old{long}", f"{long}new{long}")
    assert "".join(row[2:] for row in rows if row.startswith("- ")) == f"{long}old{long}"
