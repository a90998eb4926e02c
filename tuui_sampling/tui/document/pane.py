"""Holds a document, the line in which it is searched, and the one editor that may lie over the rows of a field."""

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from ...frontend.document.passage import Parts
from ...frontend.document.rows import ROOM, Place
from ..widgets.line_input import LineInput
from .field_editor import MIN_ROWS, Editable, FieldEditor
from .messages import RowOpened, RowsSeen, SearchEnded
from .view import DocumentView

MARGIN_COLUMNS = 2
"""Cells of the margin of the rows: the editor of one line leaves it and the field's name free."""

SEARCHING_ON = (
    Binding("n", "search_on(False)", "find next", show=False),
    Binding("N", "search_on(True)", "find before", show=False),
)
"""The keys that go on with a search, or to what was found; a screen may have them mean the document that is shown."""

END = ROOM - 1
"""Beyond every place within a passage, and every passage."""


class DocumentPane(Vertical):
    """A document that can be searched, and edited a field at a time."""

    DEFAULT_CSS: ClassVar[str] = """
    DocumentPane { height: 1fr; layers: default editor; }
    DocumentPane > .search-line { dock: bottom; height: 1; border: none; padding: 0 1; background: $boost; }
    """
    BINDINGS: ClassVar = [Binding("slash", "search", "search", show=False), *SEARCHING_ON]

    @dataclass
    class Seen(Message):
        """More has been seen, or there is other to be seen."""

        pane: "DocumentPane"

        @property
        def control(self) -> "DocumentPane":
            """The pane."""
            return self.pane

    @dataclass
    class Edited(Message):
        """
        The person has changed the text of a field.

        Attributes:
            parts: What was edited: other parts may be shown by now.
        """

        pane: "DocumentPane"
        field: str
        value: str
        parts: Parts

        @property
        def control(self) -> "DocumentPane":
            """The pane."""
            return self.pane

    @dataclass
    class EditWanted(Message):
        """The person wants to edit the field under the cursor."""

        pane: "DocumentPane"

        @property
        def control(self) -> "DocumentPane":
            """The pane."""
            return self.pane

    def __init__(
        self, parts: Parts | None = None, *, name: str | None = None, id: str | None = None, classes: str | None = None
    ) -> None:
        """Show parts; none when left out."""
        super().__init__(name=name, id=id, classes=classes)
        self.view = DocumentView(parts)
        self._line: LineInput | None = None
        self._searched = ""
        self.editor: FieldEditor | None = None
        self._edited_rows: Callable[[], tuple[Place, Place]] | None = None

    def compose(self) -> ComposeResult:
        """Begin with the document alone."""
        yield self.view

    def load(self, parts: Parts) -> None:
        """Show other parts, from the top; nothing is edited or searched in them yet."""
        if self.editor is not None and (untold := self.editor.untold) is not None:
            self._field_edited(untold)
        self.close_editor()
        self._close_line()
        self._searched = ""
        self.view.load(parts)

    @on(RowsSeen)
    def _more_seen(self, message: RowsSeen) -> None:
        message.stop()
        self.post_message(self.Seen(self))

    @on(RowOpened)
    def _opened(self, message: RowOpened) -> None:
        message.stop()
        self.post_message(self.EditWanted(self))

    # --- searching ---

    def action_search(self) -> None:
        """Ask what to look for."""
        if self._line is None:
            self._line = LineInput(self._searched, placeholder="search", classes="search-line", compact=True)
            self.mount(self._line)
            self.screen.set_focus(self._line)
            self.call_after_refresh(self._line.scroll_visible, animate=False)  # its pane may reach below what is seen

    @on(Input.Submitted, ".search-line")
    def _search_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        self._close_line()
        self.search_for(message.value)

    def search_for(self, text: str) -> None:
        """Bring the next place that holds a text into view; an empty one ends the search."""
        self._searched = text
        self.view.find(text)

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Take away what the focus has left: the search line, or the editor."""
        if self._line is not None and event.widget is self._line:
            self._close_line()
        if self.editor is not None and event.widget in self.editor.walk_children(with_self=True):
            self.call_after_refresh(self._close_if_left, self.editor)

    def _close_line(self) -> None:
        if self._line is not None:
            line, self._line = self._line, None
            if line.has_focus:
                self.screen.set_focus(self.view)
            line.remove()

    def action_search_on(self, backwards: bool) -> None:
        """Go to the next place, or to the one before; while nothing is searched, to what was found."""
        if self._searched:
            self.view.find(self._searched, backwards=backwards)
        elif not self.view.cursor.next_note(-1 if backwards else 1):
            self.action_search()

    @on(SearchEnded)
    def _search_ended(self, message: SearchEnded) -> None:
        message.stop()
        if not message.found:
            self.notify(f"{message.sought} is not in it.", markup=False)

    # --- editing ---

    def edit(
        self,
        editable: Editable,
        undo: MutableMapping[str, object],
        rows: Callable[[], tuple[Place, Place]],
        *,
        line: int = 0,
    ) -> FieldEditor:
        """
        Open the editor of a field.

        Args:
            undo: Field → what can be undone in it.
            rows: Returns where what it edits begins, and its last row: a text that comes has rows of its own.
            line: The line of the text that the cursor is in.
        """
        if self.editor is not None and self.editor.editable.field == editable.field:
            return self.editor
        self.close_editor()
        self.editor = editor = FieldEditor(editable, undo, self.view.document.parts)
        self._edited_rows = rows
        self._lay_over()
        self.mount(editor)
        if editor.area is not None:
            self.screen.set_focus(editor.area)
        if line:
            self.call_after_refresh(editor.go_to_line, line)
        return editor

    def _lay_over(self) -> None:
        """Lay the editor over its rows, as far as they are in view; a short one gets room for another line."""
        if self.editor is None or self._edited_rows is None:
            return
        view, document = self.view, self.view.document
        if not document.count:  # it has not been laid out yet
            return
        first, last = (document.row_of(place) for place in self._edited_rows())
        height = view.size.height
        wanted = 1 if self.editor.editable.one_line else max(MIN_ROWS, last - first + 2)
        part, passage = document.place(last)[:2]
        view.make_room(part, passage, wanted - (last - first + 1))
        wanted = min(wanted, height)
        top = view.scroll_offset.y
        if first - top + wanted > height or first < top:
            top = max(0, min(first, view.max_scroll_y)) if wanted == height else max(0, first - (height - wanted) // 2)
            view.scroll_to(y=top, animate=False, force=True, immediate=True)
            top = view.scroll_offset.y
        y = min(max(0, first - top), height - wanted)
        margin = 0  # the border and the padding of an editor stand where the margin of the rows is
        if self.editor.editable.one_line and document.count > first:
            margin = MARGIN_COLUMNS + len(document.row(first).text.partition(": ")[0]) + 2
        self.editor.styles.offset = (margin, y)
        self.editor.styles.width = max(10, view.size.width - margin)
        self.editor.styles.height = wanted

    def on_resize(self) -> None:
        """Keep the editor over its rows."""
        self.call_after_refresh(self._lay_over)

    def text_changed(self, part: int) -> None:
        """Show the rows of the field that is edited anew; what its editor shows whole has been seen."""
        below = self.view.document.parts[part].own + 1
        others_seen = not self._unseen_rows(part, below)
        self.view.change(part)
        if self.editor is not None:
            self.call_after_refresh(self._see_edited, self.editor, part, END if others_seen else below)

    def _unseen_rows(self, part: int, first_passage: int) -> list[int]:
        """Return the rows of a part, from one of its passages on, that have not been seen."""
        document = self.view.document
        rows = range(document.row_of(Place(part, first_passage)), document.rows_of(part)[1])
        return [row for row in rows if document.place(row).passage >= first_passage and not document.is_row_seen(row)]

    def _see_edited(self, editor: FieldEditor, part: int, passages: int) -> None:
        """Note that the first passages of a field have been seen in its editor, where that shows all of the text."""
        self._lay_over()
        document = self.view.document
        if editor is self.editor and editor.shows_all and document.is_known(part):
            for row in range(*document.rows_of(part)):
                if document.place(row).passage < passages:
                    document.see(row, row + 1)
            self.post_message(self.Seen(self))

    @on(FieldEditor.Edited)
    def _field_edited(self, message: FieldEditor.Edited) -> None:
        message.stop()
        self.post_message(self.Edited(self, message.field, message.value, message.parts))

    def _close_if_left(self, editor: FieldEditor) -> None:
        """Close an editor that has lost the focus for good; a dialog over it, and another window, only borrow it."""
        if editor is not self.editor or not self.screen.is_current or not self.app.app_focus:
            return
        if self.screen.focused is None or self.screen.focused not in editor.walk_children(with_self=True):
            self.close_editor()

    def close_editor(self) -> None:
        """Put the rows back."""
        if self.editor is None:
            return
        editor, self.editor = self.editor, None
        if editor.has_focus_within or self.screen.focused is editor.area:  # also before it has been laid out
            self.screen.set_focus(self.view if self.view.region else None)
        editor.remove()
        self.view.make_room(0, 0, 0)
        self.view.repaint()
