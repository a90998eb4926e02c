"""A text area in which every hidden character is a token that can be seen, kept and deleted."""

import re

from rich.text import Text
from textual import events
from textual.document._document import EditResult
from textual.document._edit import Edit
from textual.geometry import Offset
from textual.widgets import TextArea

from ...sampling.visible import escape_for_editing, unescape_edited
from .plain import MARK_STYLE

UNWRAPPED_LINE = 100_000
"""A line longer than this many characters is not wrapped: it would take seconds for each key."""

_TOKEN = re.compile("⟪U\\+[0-9A-Fa-f]{4,6}⟫")


class EditArea(TextArea):
    """
    `TextArea` over the reversible form of `sampling/visible.py`.

    Use `value` and `load`; `text` is the form with tokens. Text that is pasted or inserted is tokenised on its way in,
    so that nothing hidden gets into the document. Undo and redo are TextArea's own.
    """

    def __init__(
        self,
        value: str = "",
        *,
        read_only: bool = False,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
        disabled: bool = False,
    ) -> None:
        """Edit `value`, raw as it came."""
        self._value = value
        self._loaded = escape_for_editing(value)
        super().__init__(
            self._loaded,
            soft_wrap=_may_wrap(self._loaded),
            read_only=read_only,
            name=name,
            id=id,
            classes=classes,
            disabled=disabled,
        )

    @property
    def value(self) -> str:
        """What the text means: the very object that was loaded as long as it says the same."""
        return unescape_edited(self.text) if self.is_edited else self._value

    @property
    def is_edited(self) -> bool:
        """Whether the text differs from what was loaded."""
        return self.text != self._loaded

    def load(self, value: str) -> None:
        """Edit another text; forgets what could be undone."""
        self._value = value
        self._loaded = escape_for_editing(value)
        self.soft_wrap = _may_wrap(self._loaded)
        self.load_text(self._loaded)

    def replace_all(self, value: str) -> None:
        """Put another text in the place of all, as an edit that can be undone (unless its lines end in another way)."""
        escaped = escape_for_editing(value)
        if "\n" in escaped and ("\r\n" in escaped) != (self.document.newline == "\r\n"):
            self.soft_wrap = _may_wrap(escaped)
            self.load_text(escaped)  # a document keeps its kind of line end, so it has to be a new one
        else:
            self.soft_wrap = self.soft_wrap and _may_wrap(escaped)
            self.replace(escaped, self.document.start, self.document.end)

    def on_resize(self) -> None:
        """Paint again: `TextArea` wraps at the new width, but only a new height would make it paint what it wrapped."""
        self.refresh()

    def on_paste(self, event: events.Paste) -> None:
        """Take carriage returns for the line ends they are: a terminal pastes one where enter would be pressed."""
        event.text = event.text.replace("\r\n", "\n").replace("\r", "\n")

    def edit(self, edit: Edit) -> EditResult:
        """Do an edit, with what is hidden in its text as tokens; tokens in it stay tokens."""
        edit.text = tokenised(edit.text)
        return super().edit(edit)

    def scroll_cursor_visible(self, center: bool = False, animate: bool = False) -> Offset:
        """
        Bring the cursor into view, unless an edit is about to say where it is.

        Textual 8.2.8 refreshes the scrollbars between an edit, an undo or a redo and the move of the cursor that
        belongs to it (`TextArea.edit`, `_undo_batch`, `_redo_batch`). What makes the scrollbar go leaves the cursor
        behind the end for that moment, and looking for it there raises ValueError.
        """
        if self.cursor_location[0] >= self.document.line_count:
            return Offset()
        return super().scroll_cursor_visible(center, animate)

    def get_line(self, line_index: int) -> Text:
        """Return a line with its tokens in reverse."""
        line = super().get_line(line_index)
        if "⟪" in line.plain:
            line.highlight_regex(_TOKEN, MARK_STYLE)
        return line


def tokenised(inserted: str) -> str:
    """
    Return text that is typed or pasted with what is hidden as tokens; tokens in it stay what they are.

    A combining mark in front stays, too: it belongs to what is there already.
    """
    return "⟪".join(escape_for_editing(f"-{part}")[1:] for part in inserted.split("⟪"))


def _may_wrap(text: str) -> bool:
    """Whether no line is so long that wrapping it would take seconds."""
    return len(text) <= UNWRAPPED_LINE or max(map(len, text.split("\n"))) <= UNWRAPPED_LINE
