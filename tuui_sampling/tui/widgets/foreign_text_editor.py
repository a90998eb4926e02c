"""
The editor of one foreign text, such as a message block or a system prompt.

What the person sees is what is sent: unedited, the value is the very object that came; edited, it is what the text
says, each token `⟪U+202E⟫` being its character again. Nothing is made alike on the way (line ends, for instance).
"""

from dataclasses import dataclass
from typing import ClassVar, Self

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import TextArea

from ...sampling.visible import reveal
from .plain import Plain
from .reader import Reader
from .text_editor import EditArea

EDITABLE = 262_144
"""Characters up to which a text is edited in place; beyond, each key would take too long."""


LOOKED_THROUGH = 262_144
"""Characters of an original in which the hidden ones are counted at once."""


class EditorScroll(VerticalScroll):
    """
    What editors scroll in.

    The room of its scrollbar stays free: else a text that fits only without the scrollbar, which then goes, and not
    with it, which then comes, would be wrapped to and fro without end.
    """

    DEFAULT_CSS: ClassVar[str] = "EditorScroll { scrollbar-gutter: stable; }"


class TextBlockEditor(Vertical):
    """
    Edits one text.

    A line above it says what is hidden in the original. A text of more than `EDITABLE` characters is shown in a
    `Reader`; it is changed in the person's own editor, whose result comes through `replace`.

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
        & > Reader {
            height: 20;
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

    def __init__(
        self,
        original: str,
        *,
        value: str | None = None,
        placeholder: str = "",
        read_only: bool = False,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
        disabled: bool = False,
    ) -> None:
        """
        Edit `original`, raw as it came.

        Args:
            value: The text as it was edited before, where it was.
            placeholder: Shown while there is no text; our own words, never foreign ones.
        """
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        value = original if value is None else value
        self._original = original
        self._large: str | None = value if len(value) > EDITABLE else None
        self._note = Plain(classes="note")
        self._area = EditArea("" if self._large is not None else value, read_only=read_only)
        self._area.placeholder = placeholder
        self._reader = Reader(original) if self._large is not None else None

    def compose(self) -> ComposeResult:
        """Lay out the note and the editor; and the reader, where it is needed."""
        yield self._note
        yield self._area
        if self._reader is not None:
            yield self._reader

    def on_mount(self) -> None:
        """Show what fits the text."""
        self._show_mode()

    @property
    def original(self) -> str:
        """The text as it came."""
        return self._original

    @property
    def value(self) -> str:
        """The text as it stands; the original object itself when it says the same."""
        value = self._area.value if self._large is None else self._large
        return self._original if value == self._original else value

    @property
    def is_edited(self) -> bool:
        """Whether the value differs from the original."""
        return self.value is not self._original

    @property
    def is_large(self) -> bool:
        """Whether the text is too long to be edited in place."""
        return self._large is not None

    @property
    def reader(self) -> Reader | None:
        """The reader of a text that is too long to be edited in place."""
        return self._reader if self._large is not None else None

    @property
    def text_area(self) -> EditArea | None:
        """The editor of a text that can be edited in place."""
        return None if self.is_large else self._area

    def set_read_only(self, read_only: bool) -> None:
        """Let the text only be read, or be edited again."""
        self._area.read_only = read_only

    def replace(self, text: str) -> None:
        """Take another text, as from the person's own editor: an edit, which can be undone unless it is large."""
        if len(text) > EDITABLE:
            self._set_large(text)
        elif self._large is not None:
            self._large = None
            self._area.load(text)
            self._show_mode()
        else:
            self._area.replace_all(text)

    def revert(self) -> None:
        """Go back to the original: an edit, which can be undone unless it is large."""
        if self.is_edited:
            self.replace(self._original)

    def reset(self, original: str) -> None:
        """Edit another original; nothing can be undone."""
        self._original = original
        if len(original) > EDITABLE:
            self._set_large(original)
        else:
            self._large = None
            self._area.load(original)
            self._show_mode()

    def focus(self, scroll_visible: bool = True) -> Self:
        """Give the focus to the part that is shown."""
        (self.reader or self._area).focus(scroll_visible)
        return self

    @on(TextArea.Changed)
    def _area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        if self._large is None:
            self.post_message(self.Edited(self))

    def _set_large(self, text: str) -> None:
        """Show a text that is too long to be edited in place."""
        self._large = text
        if self._reader is None:
            self._reader = Reader(text)
            self.mount(self._reader)
        else:
            self._reader.load(text)
        self._show_mode()
        self.post_message(self.Edited(self))

    def _show_mode(self) -> None:
        """Show the editor or the reader, and what is to be said about the text."""
        had_focus = self.has_focus_within
        if self._reader is not None:
            self._reader.display = self.is_large
        self._area.display = not self.is_large
        notes = [reveal(self._original[:LOOKED_THROUGH]).summary]
        if notes[0] and len(self._original) > LOOKED_THROUGH:
            notes[0] += f" in the first {LOOKED_THROUGH:,} characters"
        if self.is_large:
            notes.append(f"{len(self.value):,} characters: too long to edit here; use $EDITOR")
        elif not self._area.soft_wrap:
            notes.append("very long line: not wrapped")
        note = " · ".join(filter(None, notes))
        self._note.update(note)
        self._note.set_class(bool(note), "-shown")
        if had_focus:
            self.focus()
