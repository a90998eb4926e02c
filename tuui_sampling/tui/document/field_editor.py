"""Edits one field of a document in place, over the rows that show it."""

from collections.abc import MutableMapping
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.document._history import EditHistory
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, TextArea

from ...frontend.document.passage import Parts
from ..widgets.foreign_text_editor import TextBlockEditor
from ..widgets.line_input import LineInput

MIN_ROWS = 3
"""Rows of a text that is edited, where there is room: the next line has to be seen while it is written."""


@dataclass(frozen=True)
class _Kept:
    """What is kept of an editor that was closed."""

    history: EditHistory
    cursor: tuple[int, int]


@dataclass(frozen=True)
class Editable:
    """
    A field as it can be edited.

    Attributes:
        value: Its text as it stands.
        original: Its text as it came.
        one_line: It is a number or a word, not a text.
        placeholder: Shown while there is no text; ours.
    """

    field: str
    value: str
    original: str
    one_line: bool = False
    placeholder: str = ""


class FieldEditor(Vertical):
    """The editor of one field; it lies over a document."""

    DEFAULT_CSS = """
    FieldEditor {
        layer: editor; position: absolute; background: $surface;
        TextBlockEditor { height: 1fr; }
        TextBlockEditor > EditArea {
            height: 1fr; max-height: 100%; border: none; border-left: outer $border; padding: 0 1;
        }
        TextBlockEditor > EditArea:focus { border: none; border-left: outer $border; }
        LineInput { width: 1fr; border: none; padding: 0; height: 1; background: $boost; }
    }
    """

    @dataclass
    class Edited(Message):
        """The text has changed."""

        field: str
        value: str
        parts: Parts

    def __init__(self, editable: Editable, undo: MutableMapping[str, object], parts: Parts) -> None:
        """Edit a field of some parts; what can be undone is kept in `undo`, by field."""
        super().__init__()
        self.editable = editable
        self._parts = parts
        self._told = editable.value
        self._undo = undo
        self._text: TextBlockEditor | None = None
        self._line: LineInput | None = None
        if editable.one_line:
            self._line = LineInput(editable.value, placeholder=editable.placeholder, compact=True)
        else:
            self._text = TextBlockEditor(editable.original, value=editable.value, placeholder=editable.placeholder)

    def compose(self) -> ComposeResult:
        """Hold nothing but the editor."""
        if self._text is not None:
            yield self._text
        elif self._line is not None:
            yield self._line

    def on_mount(self) -> None:
        """Let the person undo what they did before, and put the cursor where it was."""
        area = self.area
        kept = self._undo.get(self.editable.field)
        if isinstance(area, TextArea) and isinstance(kept, _Kept):
            area.history = kept.history
            area.move_cursor(kept.cursor)

    def on_unmount(self) -> None:
        """Keep what can be undone."""
        area = self.area
        if isinstance(area, TextArea):
            self._undo[self.editable.field] = _Kept(area.history, area.cursor_location)

    @property
    def area(self) -> Widget | None:
        """What takes the keys."""
        if self._text is not None:
            return self._text.text_area
        return self._line

    @property
    def shows_all(self) -> bool:
        """Whether all of the text is in view."""
        area = self.area
        return not isinstance(area, TextArea) or area.virtual_size.height <= area.size.height

    @property
    def value(self) -> str:
        """The text as it stands; the very object that came while it says the same."""
        if self._text is not None:
            return self._text.value
        assert self._line is not None
        return self._line.value

    @property
    def untold(self) -> Edited | None:
        """What was typed and has not been told of yet, which it never will be once the editor is taken away."""
        value = self.value
        return self.Edited(self.editable.field, value, self._parts) if value != self._told else None

    def go_to_line(self, number: int) -> None:
        """Put the cursor into a line."""
        if isinstance(area := self.area, TextArea):
            area.move_cursor((min(number, area.document.line_count - 1), 0))

    def replace(self, text: str) -> None:
        """Take another text: an edit, which can be undone."""
        if self._text is not None:
            self._text.replace(text)
        elif self._line is not None:
            self._line.value = text

    def revert(self) -> None:
        """Go back to the original."""
        self.replace(self.editable.original)

    @on(TextBlockEditor.Edited)
    @on(Input.Changed)
    def _changed(self, message: Message) -> None:
        message.stop()
        self._told = self.value
        self.post_message(self.Edited(self.editable.field, self._told, self._parts))
