"""
The editor of one foreign text, such as a message block or a system prompt.

What the person sees is what is sent: unedited, the value is the very object that came; edited, it is what the text
says, each token `⟪U+202E⟫` being its character again. Nothing is made alike on the way (line ends, for instance).
"""

from dataclasses import dataclass
from typing import ClassVar, Self

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import TextArea

from ...sampling.visible import reveal
from .plain import Plain
from .text_editor import EditArea

LOOKED_THROUGH = 262_144
"""Characters of an original in which the hidden ones are counted at once."""


class TextBlockEditor(Vertical):
    """
    Edits one text. A line above it says what is hidden in the original.

    `.value` is what is sent; `.original` what came.
    """

    DEFAULT_CSS: ClassVar[str] = """
    TextBlockEditor {
        height: auto;

        & > .note {
            color: $text-warning;
            display: none;
        }
        & > .note.-shown {
            display: block;
        }
        & > EditArea {
            height: auto;
            max-height: 20;
        }
    }
    """

    @dataclass
    class Edited(Message):
        """The text has changed (or is the original again)."""

        editor: "TextBlockEditor"

        @property
        def control(self) -> "TextBlockEditor":
            """The editor, for `@on` with a selector."""
            return self.editor

    def __init__(self, original: str, *, value: str | None = None, placeholder: str = "") -> None:
        """
        Edit `original`, raw as it came.

        Args:
            value: The text as it was edited before, where it was.
            placeholder: Shown while there is no text; our own words, never foreign ones.
        """
        super().__init__()
        self._original = original
        self._note = Plain(classes="note")
        self.text_area = EditArea(original if value is None else value)
        self.text_area.placeholder = placeholder

    def compose(self) -> ComposeResult:
        """Lay out the note and the editor."""
        yield self._note
        yield self.text_area

    def on_mount(self) -> None:
        """Say what is to be said about the text."""
        self._show_note()

    @property
    def original(self) -> str:
        """The text as it came."""
        return self._original

    @property
    def value(self) -> str:
        """The text as it stands; the original object itself when it says the same."""
        value = self.text_area.value
        return self._original if value == self._original else value

    @property
    def is_edited(self) -> bool:
        """Whether the value differs from the original."""
        return self.value is not self._original

    def replace(self, text: str) -> None:
        """Take another text, as from the person's own editor: an edit, which can be undone."""
        self.text_area.replace_all(text)

    def revert(self) -> None:
        """Go back to the original: an edit, which can be undone."""
        if self.is_edited:
            self.replace(self._original)

    def focus(self, scroll_visible: bool = True) -> Self:
        """Give the focus to the text."""
        self.text_area.focus(scroll_visible)
        return self

    @on(TextArea.Changed)
    def _area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.post_message(self.Edited(self))

    def _show_note(self) -> None:
        notes = [reveal(self._original[:LOOKED_THROUGH]).summary]
        if notes[0] and len(self._original) > LOOKED_THROUGH:
            notes[0] += f" in the first {LOOKED_THROUGH:,} characters"
        if not self.text_area.soft_wrap:
            notes.append("very long line: not wrapped")
        note = " · ".join(filter(None, notes))
        self._note.update(note)
        self._note.set_class(bool(note), "-shown")
