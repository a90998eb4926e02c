"""The editor of one foreign text: what you see is what is sent."""

import pytest
from textual import events, on
from textual.app import App, ComposeResult

from tuui_sampling.tui.widgets.foreign_text_editor import TextBlockEditor
from tuui_sampling.tui.widgets.text_editor import UNWRAPPED_LINE, EditArea

REWRITTEN = "a\x0bb\x0cc\x1cd\x1de\x1ef\x85g\u2028h\u2029i\r\nj\nk\rl\n\r"
"""Everything that a text area alone would rewrite."""


class EditorApp(App[None]):
    """One editor."""

    def __init__(self, original: str) -> None:
        super().__init__()
        self.editor = TextBlockEditor(original)
        self.edits = 0

    def compose(self) -> ComposeResult:
        yield self.editor

    @on(TextBlockEditor.Edited)
    def count(self, event: TextBlockEditor.Edited) -> None:
        assert event.editor is self.editor
        self.edits += 1

    def shown(self) -> str:
        """Return what is on the screen."""
        return "\n".join(strip.text.rstrip() for strip in self.screen._compositor.render_strips())


def area(app: EditorApp) -> EditArea:
    """Return the text area, which must be there."""
    return app.editor.text_area


@pytest.mark.hostile(46)
@pytest.mark.parametrize(
    "original",
    ["", "plain", REWRITTEN, "a\r\nb\r\n", "x\ud800y", "\u202e⟪U+202E⟫⟪", "\t\x00\x1b[31m"],
    ids=range(7),
)
async def test_unedited_it_is_the_very_object_that_came(original: str) -> None:
    app = EditorApp(original)
    async with app.run_test(size=(60, 20), notifications=True):
        assert app.editor.value is original
        assert not app.editor.is_edited
        assert app.edits == 0
        assert not {"\x1b", "\x00", "\u202e", "\x85"} & set(app.shown())


@pytest.mark.hostile(46)
@pytest.mark.parametrize("original", [REWRITTEN, "a\r\nb\r\n", "\u202e⟪U+202E⟫⟪\U000e0041", "漢字 👩‍👧"])
async def test_an_edit_changes_only_what_was_edited(original: str) -> None:
    app = EditorApp(original)
    async with app.run_test(size=(60, 20), notifications=True) as pilot:
        app.editor.focus()
        await pilot.press("X")
        assert app.editor.value == "X" + original
        assert app.editor.is_edited
        assert app.edits == 1
        await pilot.press("ctrl+z")
        assert app.editor.value is original
        assert not app.editor.is_edited


async def test_what_is_hidden_is_said_seen_and_can_be_deleted() -> None:
    app = EditorApp("ab\u202ecd")
    async with app.run_test(size=(60, 20), notifications=True) as pilot:
        assert "1 hidden character: right-to-left override at 2" in app.shown()
        assert "ab⟪U+202E⟫cd" in app.shown()
        assert area(app).get_line(0).spans
        app.editor.focus()
        await pilot.press("right", "right", *["delete"] * len("⟪U+202E⟫"))
        assert app.editor.value == "abcd"


async def test_what_is_pasted_can_be_seen() -> None:
    app = EditorApp("start")
    async with app.run_test(size=(60, 20), notifications=True) as pilot:
        app.editor.focus()
        await pilot.pause()
        app.post_message(events.Paste("\x1b[31m\u202e⟪U+200B⟫\ufe0f\x85"))
        await pilot.pause()
        assert area(app).text == "⟪U+001B⟫[31m⟪U+202E⟫⟪U+200B⟫⟪U+FE0F⟫⟪U+0085⟫start"
        assert app.editor.value == "\x1b[31m\u202e\u200b\ufe0f\x85start"


@pytest.mark.parametrize("original", ["start", "st\rart", "st\r\nart"], ids=["plain", "return", "windows"])
async def test_pasted_carriage_returns_are_line_ends_and_those_that_came_stay(original: str) -> None:
    app = EditorApp(original)
    async with app.run_test(size=(60, 20), notifications=True) as pilot:
        app.editor.focus()
        await pilot.pause()
        app.post_message(events.Paste("one\rtwo\r\nthree\nfour\r"))
        await pilot.pause()
        lines = app.editor.value.removesuffix(original).splitlines()
        assert lines == ["one", "two", "three", "four"]
        assert app.editor.value.endswith(original)
        assert ("⟪U+000D⟫" in app.shown()) == ("⟪U+000D⟫" in area(app).text) == (original == "st\rart")
        await pilot.press("ctrl+z")
        assert app.editor.value is original


async def test_a_combining_mark_can_be_typed() -> None:
    app = EditorApp("")
    async with app.run_test(size=(60, 20), notifications=True):
        area(app).insert("क")
        area(app).insert("\u0941")
        assert app.editor.value == area(app).text == "क\u0941"


async def test_revert_and_replace_are_edits_that_can_be_undone() -> None:
    app = EditorApp("one\ntwo")
    async with app.run_test(size=(60, 20), notifications=True) as pilot:
        app.editor.replace("three\x1b\n\u202efour⟪")
        await pilot.pause()
        assert app.editor.value == "three\x1b\n\u202efour⟪"
        assert app.edits == 1
        app.editor.revert()
        assert app.editor.value is app.editor.original
        area(app).undo()
        assert app.editor.value == "three\x1b\n\u202efour⟪"


@pytest.mark.parametrize(
    ("original", "replacement"), [("a\nb", "c\r\nd\r\n"), ("a\r\nb", "c\nd"), ("a", "b\r\nc"), ("a\r\nb", "c\rd")]
)
async def test_a_replacement_keeps_its_own_line_ends(original: str, replacement: str) -> None:
    app = EditorApp(original)
    async with app.run_test(size=(60, 20), notifications=True):
        app.editor.replace(replacement)
        assert app.editor.value == replacement
        assert app.editor.is_edited
        app.editor.revert()
        assert app.editor.value is original


async def test_a_very_long_line_is_not_wrapped() -> None:
    app = EditorApp("x" * (UNWRAPPED_LINE + 1))
    async with app.run_test(size=(60, 25), notifications=True):
        assert not area(app).soft_wrap
        assert "not wrapped" in app.shown()
