"""The difference of two texts, as a person sees it."""

import pytest
from textual.app import App, ComposeResult

from tuui_sampling.tui.widgets.diff import FINE_LINES, SHOWN_CHARACTERS, SHOWN_LINES, changes
from tuui_sampling.tui.widgets.plain import Plain


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("same", "same", ""),
        ("a", "b", "- a\n+ b"),
        ("a\nb", "a\nb\nc", "  a\n  b\n+ c"),
        ("a\nb\nc", "a\nc", "  a\n- b\n  c"),
        ("a", "a\n", "  a\n+ "),
        ("", "a", "- \n+ a"),
        ("x\x1b[31m", "x[/]", "- x␛[31m\n+ x[/]"),
        ("a\r\nb", "a\nb", "- a␍\n+ a\n  b"),
        ("esc \x1b", "esc ␛", "- esc ⟪U+001B⟫\n+ esc ␛"),
        ("a\u202e", "a", "- a⟪U+202E⟫\n+ a"),
    ],
)
def test_lines_say_what_was_removed_and_added(before: str, after: str, shown: str) -> None:
    assert changes(before, after).plain == shown


def reversed_parts(before: str, after: str) -> list[str]:
    """Return what is marked within the lines."""
    content = changes(before, after)
    return [content.plain[span.start : span.end] for span in content.spans if "reverse" in str(span.style)]


def test_within_a_line_only_what_differs_is_marked() -> None:
    assert reversed_parts("You are terse.", "You are very terse.") == ["very "]
    assert reversed_parts("trailing", "trailing  ") == ["  "]
    assert reversed_parts("entirely", "unlike 123456789") == []


def test_unchanged_lines_far_away_are_counted() -> None:
    lines = [f"line {number}" for number in range(100)]
    after = [*lines[:50], "new", *lines[51:]]
    shown = changes("\n".join(lines), "\n".join(after)).plain.split("\n")
    assert shown[0] == "  ⋯ 47 unchanged lines"
    assert shown[1:4] == ["  line 47", "  line 48", "  line 49"]
    assert shown[4:6] == ["- line 50", "+ new"]
    assert shown[-1] == "  ⋯ 46 unchanged lines"
    assert len(shown) == 10


def test_many_changed_lines_are_compared_coarsely_and_counted() -> None:
    before = "\n".join(f"old {number}" for number in range(FINE_LINES * 5))
    after = "\n".join(f"new {number}" for number in range(FINE_LINES * 5))
    shown = changes(before, after).plain.split("\n")
    assert len(shown) == 2 * SHOWN_LINES + 2
    assert shown[SHOWN_LINES] == f"- … {FINE_LINES * 5 - SHOWN_LINES:,} more lines removed"


def test_a_long_line_is_cut_around_what_differs() -> None:
    long = "x" * 1_000_000
    shown = changes(f"{long}old{long}", f"{long}new{long}").plain.split("\n")
    assert ["old" in shown[0], "new" in shown[1]] == [True, True]
    assert max(map(len, shown)) < SHOWN_CHARACTERS + 100
    assert reversed_parts(f"{long}old{long}", f"{long}new{long}") == ["old", "new"]
    assert "…(998,083 characters)" in shown[0]


@pytest.mark.hostile(39)
async def test_it_is_shown_without_markup() -> None:
    class Shows(App[None]):
        def compose(self) -> ComposeResult:
            yield Plain(changes("[b]one\n[/]", "[b]two\n[/]"))

    app = Shows()
    async with app.run_test(notifications=True):
        screen = "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())
        assert screen.startswith("- [b]one\n+ [b]two\n  [/]")
