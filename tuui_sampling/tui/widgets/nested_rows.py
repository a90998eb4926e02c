"""Fields within fields: those of an object, and those of each object of a list, which the person makes longer."""

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button

from ...forms.filled import FieldValue, ListValue, Members, ObjectValue
from ...forms.schema_field import FieldKind, Json, SchemaField
from .field_row import AREA_ROWS, MAX_DESCRIPTION, MAX_LISTED_ROWS, FieldRow, labelled
from .plain import Plain
from .sections import Kind, Part, Row, Sections

INDENT = 2
"""Columns by which the fields of an object are moved to the right."""


class Fields(Sections):
    """The fields of one object."""

    def __init__(self, members: Members) -> None:
        """Ask for these."""
        super().__init__(members.parts, Kind(row_of, height_of))


class RowOfFields(Row):
    """What shows the fields of one object."""

    def __init__(self, members: Members) -> None:
        """Ask for them."""
        super().__init__()
        self._fields = Fields(members)

    @property
    def inner(self) -> Sections:
        """The fields."""
        return self._fields

    def row_of(self, value: FieldValue) -> Row | None:
        """Return the row of a field within."""
        return self._fields.row_of(value)

    def let_go(self) -> None:
        """Leave what is held to the fields."""
        self._fields.let_go()


class ObjectRow(RowOfFields):
    """An object within an object."""

    DEFAULT_CSS: ClassVar[str] = """
    ObjectRow {
        height: auto;
        layout: vertical;
        & > .label { text-style: bold; }
        & > .description { color: $text-muted; }
        & > Fields { padding-left: 2; }
    }
    """

    def __init__(self, value: ObjectValue) -> None:
        """Ask for its members."""
        super().__init__(value.members)
        self._field = value.field

    def compose(self) -> ComposeResult:
        """Lay out label, description and members."""
        yield Plain(labelled(self._field), classes="label")
        if self._field.description:
            yield Plain(self._field.description, limit=MAX_DESCRIPTION, classes="description")
        yield self._fields


class Entry(RowOfFields):
    """One object of a list, and the button that takes it out."""

    DEFAULT_CSS: ClassVar[str] = "Entry { height: auto; layout: vertical; & > Fields { padding-left: 2; } }"

    @dataclass
    class Removed(Message):
        """The person wants it taken out."""

        members: Members

    def __init__(self, members: Members) -> None:
        """Ask for one object."""
        super().__init__(members)
        self._members = members

    def compose(self) -> ComposeResult:
        """Lay out the button and the fields."""
        yield Button("− remove this one", compact=True)
        yield self._fields

    def on_button_pressed(self, message: Button.Pressed) -> None:
        """Ask to be taken out, where it is its own button."""
        message.stop()
        self.post_message(self.Removed(self._members))


class ListRow(FieldRow):
    """A list of objects: each has its fields, and the person adds and removes them."""

    DEFAULT_CSS: ClassVar[str] = "ListRow > Horizontal { height: auto; }"

    class Changed(Message):
        """There are more or fewer objects now."""

    def __init__(self, value: ListValue) -> None:
        """Ask for the objects."""
        super().__init__(value)
        self._list = value
        self._entries = Sections(value.entries, Kind(_entry_row, _entry_height))
        value.changed = self._changed

    def _make_control(self) -> Widget:
        return Button(f"+ add to {self.field.name}", compact=True)

    def compose(self) -> ComposeResult:
        """Lay out label, description, objects, button and problem."""
        label, *description, control, problem = super().compose()
        yield from (label, *description, self._entries)
        with Horizontal():
            yield control
        yield problem

    def on_mount(self) -> None:
        """Hold nothing: the fields within do."""
        self.mounted()

    @property
    def held(self) -> Json:
        """What its objects hold."""
        return self._list.held

    def on_button_pressed(self, message: Button.Pressed) -> None:
        """Add an object, and go to its first field."""
        message.stop()
        entry = self._list.add()
        row = self.row_of(entry.leaves[0]) if entry is not None and entry.leaves else None
        if isinstance(row, FieldRow):
            row.take_cursor()

    def on_entry_removed(self, message: Entry.Removed) -> None:
        """Take an object out."""
        message.stop()
        self._list.remove(message.members)
        self.control.focus()

    @property
    def inner(self) -> Sections:
        """The objects."""
        return self._entries

    def row_of(self, value: FieldValue) -> Row | None:
        """Return the row of a field within, or itself."""
        return self if value is self.value else self._entries.row_of(value)

    def let_go(self) -> None:
        """Leave what is held to the fields within."""
        self._entries.let_go()
        self._list.changed = lambda: None

    def _changed(self) -> None:
        self._entries.become(self._list.entries)
        if self.is_attached:
            self.show_problem("")
            self.post_message(self.Changed())


def row_of(part: Part) -> Row:
    """Return what asks for a part."""
    match part:
        case ObjectValue():
            return ObjectRow(part)
        case ListValue():
            return ListRow(part)
        case FieldValue():
            return FieldRow(part)
    raise TypeError(part)


def _entry_row(part: Part) -> Row:
    assert isinstance(part, Members)
    return Entry(part)


# --- how high what is not there would be ---


def height_of(part: Part, width: int) -> int:
    """Return about how many lines a part takes."""
    match part:
        case ObjectValue():
            return _head_height(part.field, width) + _members_height(part.members, width)
        case ListValue():
            entries = sum(_entry_height(entry, width) for entry in part.entries)
            return _head_height(part.field, width) + entries + 2
        case FieldValue():
            return _head_height(part.field, width) + _control_height(part.field) + bool(part.problem) + 1
    raise TypeError(part)


def _entry_height(part: Part, width: int) -> int:
    assert isinstance(part, Members)
    return 1 + _members_height(part, width)


def _members_height(members: Members, width: int) -> int:
    return sum(height_of(part, max(width - INDENT, 1)) for part in members.parts)


def _head_height(field: SchemaField, width: int) -> int:
    """Return the lines of a label and a description."""
    description = field.description[:MAX_DESCRIPTION].split("\n") if field.description else ()
    return 1 + sum(max(1, -(-len(one) // max(width, 1))) for one in description)


def _control_height(field: SchemaField) -> int:
    """Return the lines of a control, where it takes as few as it can."""
    match field.kind:
        case FieldKind.LONG_TEXT | FieldKind.JSON:
            return AREA_ROWS
        case FieldKind.CHOICES:
            return min(len(field.choices), MAX_LISTED_ROWS)
    return 1
