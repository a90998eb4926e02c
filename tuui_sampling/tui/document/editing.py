"""Opens the editor of the field that the cursor of a document is in, whatever the document shows."""

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from ...frontend.document.rows import Place
from .field_editor import Editable, FieldEditor
from .pane import END, DocumentPane

EDITABLE = 262_144
"""Characters up to which a text is edited in place; beyond, each key would take too long."""


class Fields(Protocol):
    """The fields of what a document shows."""

    @property
    def first(self) -> str:
        """The field that is edited where the cursor is in none; empty without any."""
        ...

    def number_of(self, name: str, /) -> int | None:
        """Return the part of a field; None when there is none."""
        ...

    def editable(self, name: str, /) -> Editable | None:
        """Return a field as it can be edited; None when it can't."""
        ...


@dataclass(frozen=True)
class OutsideText:
    """
    A text that is edited in the person's own editor.

    Attributes:
        replace: Takes what came back.
    """

    value: str
    replace: Callable[[str], None]


def field_under_cursor(pane: DocumentPane) -> str:
    """Return the field that the cursor is in; empty when it is in none."""
    if pane.editor is not None:
        return pane.editor.editable.field
    number = pane.view.cursor.part
    return pane.view.document.parts[number].field if number is not None else ""


def field_to_edit(pane: DocumentPane, fields: Fields) -> Editable | None:
    """Return the field under the cursor, else the first that can be edited; None when none can."""
    name = field_under_cursor(pane) if pane.view.has_focus or pane.editor is not None else ""
    found = fields.editable(name) if name else None
    return found if found is not None else fields.editable(fields.first)


def open_editor(
    pane: DocumentPane, fields: Fields, undo: MutableMapping[str, object], name: str = ""
) -> FieldEditor | None:
    """
    Open the editor of a field, else of the one under the cursor, else of the first; None where none can be edited.

    Args:
        undo: Field → what can be undone in it.
    """
    editable = fields.editable(name) if name else field_to_edit(pane, fields)
    number = fields.number_of(editable.field) if editable is not None else None
    if editable is None or number is None:
        return None
    if len(editable.value) > EDITABLE:
        pane.notify(f"{len(editable.value):,} characters: too long to edit here; your own editor can.", markup=False)
        return None
    pane.view.lay_out_to(number)  # at once: what is typed next belongs into the editor
    rows = partial(_rows, pane, editable, number)
    return pane.edit(editable, undo, rows, line=_line_under_cursor(pane, number))


def outside_text(pane: DocumentPane, fields: Fields, take: Callable[[str, str], None]) -> OutsideText | None:
    """
    Return the text under the cursor, else the first, for the person's own editor; None where there is none.

    Args:
        take: Takes the new text of a field.
    """
    editable = field_to_edit(pane, fields)
    if editable is None:
        return None

    def replace(text: str) -> None:
        editor = pane.editor
        if editor is not None and editor.editable.field == editable.field and len(text) <= EDITABLE:
            editor.replace(text)  # an edit, which can be undone
        else:
            pane.close_editor()
            take(editable.field, text)

    return OutsideText(editable.value, replace)


def _rows(pane: DocumentPane, editable: Editable, number: int) -> tuple[Place, Place]:
    """Return the first and the last row of what an editor stands for."""
    part = pane.view.document.parts[number]
    if editable.one_line or len(part.passages) <= part.own:
        return Place(number), Place(number)
    return Place(number, part.own), Place(number, part.own, END, END)


def _line_under_cursor(pane: DocumentPane, number: int) -> int:
    """Return the line of a part's text that the cursor is in."""
    view = pane.view
    if view.cursor.part != number or not view.document.count:
        return 0
    place = view.document.place(view.cursor.row)
    part = view.document.parts[number]
    text = part.passages[place.passage].text if place.passage < len(part.passages) else ""
    return text.count("\n", 0, place.start) if isinstance(text, str) and place.passage == part.own else 0
