"""Which field of a document is edited in place, and which only elsewhere."""

import pytest
from textual.app import App, ComposeResult

from tests.support.screens.app import screen_text
from tuui_sampling.frontend.document.passage import Part, Passage, Style
from tuui_sampling.tui.document.editing import EDITABLE, open_editor, outside_text
from tuui_sampling.tui.document.field_editor import Editable
from tuui_sampling.tui.document.pane import DocumentPane


class OneField(App[None]):
    """A document of one field that can be edited."""

    def __init__(self, text: str, *notes: str) -> None:
        super().__init__()
        self.text, self.notes = text, [Passage(note, Style.NOTE) for note in notes]
        self.pane = DocumentPane(self.parts())

    def parts(self) -> list[Part]:
        return [Part("text", (Passage("heading", Style.HEADING), *self.notes, Passage(self.text)))]

    def compose(self) -> ComposeResult:
        yield self.pane

    first = "text"

    def number_of(self, name: str) -> int | None:
        """Return the part of a field."""
        return 0 if name == "text" else None

    def editable(self, name: str) -> Editable | None:
        """Return a field as it can be edited."""
        return Editable(name, self.text, self.text) if name == "text" else None

    def take(self, name: str, text: str) -> None:
        """Take an edit."""
        self.text = text
        self.pane.view.become(self.parts())


@pytest.mark.hostile(50)
@pytest.mark.parametrize(
    "large",
    ["word " * (EDITABLE // 5 + 1), "x" * (EDITABLE + 1), '{"a": [' + "1," * EDITABLE + "1]}"],
    ids=["words", "one line", "JSON"],
)
async def test_a_text_that_is_too_long_is_shown_here_and_edited_elsewhere(large: str) -> None:
    app = OneField(large)
    async with app.run_test(size=(100, 25), notifications=True) as pilot:
        assert open_editor(app.pane, app, {}) is None
        assert app.pane.editor is None
        await pilot.pause()
        assert "too long to edit here" in screen_text(app)
        await pilot.press("x")
        assert app.text is large, "nothing was typed into it"
        outside = outside_text(app.pane, app, app.take)
        assert outside is not None and outside.value is large
        outside.replace("short")
        assert app.text == "short"
        assert open_editor(app.pane, app, {}) is not None
        await pilot.pause()
        assert app.pane.editor is not None and app.pane.editor.value == "short"


@pytest.mark.parametrize("notes", [(), ("differs",), ("differs", "and is long")], ids=["no note", "one", "two"])
async def test_a_field_with_notes_above_its_text_is_not_shown_twice_while_it_is_edited(notes: tuple[str, ...]) -> None:
    app = OneField("first\nsecond\nthird", *notes)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        open_editor(app.pane, app, {})
        await pilot.pause()
        shown = screen_text(app)
        assert all(shown.count(word) == 1 for word in ("first", "third", *notes))
