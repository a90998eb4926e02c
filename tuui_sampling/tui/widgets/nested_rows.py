"""Fields within fields: those of an object, and those of each object of a list, which the person makes longer."""

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Button

from ...forms.schema_field import NOTHING, FieldKind, Json, SchemaField, filled
from ...forms.values import InvalidValue, listed
from ...sampling.request import JsonObject
from .field_row import FieldRow, labelled
from .plain import Plain

MAX_ENTRIES = 100
"""Objects that a list may get in a form."""


class Fields(Vertical):
    """The fields of one object, whose value they hold together."""

    DEFAULT_CSS: ClassVar[str] = "Fields { height: auto; }"

    def __init__(self, fields: tuple[SchemaField, ...]) -> None:
        """Ask for these."""
        super().__init__()
        self.parts: list[FieldRow | ObjectRow | ListRow] = [row_of(field) for field in fields]

    def compose(self) -> ComposeResult:
        """Lay out the fields."""
        yield from self.parts

    @property
    def rows(self) -> tuple[FieldRow, ...]:
        """All fields, those within others too."""
        return tuple(row for part in self.parts for row in part.rows)

    def gather(self, problems: dict[FieldRow, str]) -> dict[str, Json]:
        """Return the value; optional fields that are empty are left out, and what is wrong is added to the problems."""
        values = ((part.field.name, part.gather(problems)) for part in self.parts)
        return {name: value for name, value in values if value is not NOTHING}

    @property
    def held(self) -> dict[str, Json]:
        """What the controls hold, by name, but for secrets: it is written to a file."""
        return {part.field.name: part.held for part in self.parts if not part.field.secret}

    def hold(self, held: Json) -> None:
        """Give the controls back what they held."""
        for part in self.parts if isinstance(held, dict) else ():
            if part.field.name in held:
                part.hold(held[part.field.name])

    @property
    def is_edited(self) -> bool:
        """Whether a field holds something else than at the beginning."""
        return any(part.is_edited for part in self.parts)

    def make_compact(self) -> None:
        """Give each field one line instead of three."""
        for part in self.parts:
            part.make_compact()


class ObjectRow(Vertical):
    """An object within an object; one that is optional, and that nobody has touched, is left out."""

    DEFAULT_CSS: ClassVar[str] = """
    ObjectRow {
        height: auto;
        & > .label { text-style: bold; }
        & > .description { color: $text-muted; }
        & > Fields { padding-left: 2; }
    }
    """

    def __init__(self, field: SchemaField) -> None:
        """Ask for the members of `field`."""
        super().__init__()
        self.field = field
        self._fields = Fields(field.fields)

    def compose(self) -> ComposeResult:
        """Lay out label, description and members."""
        yield Plain(labelled(self.field), classes="label")
        if self.field.description:
            yield Plain(self.field.description, limit=2_000, classes="description")
        yield self._fields

    @property
    def rows(self) -> tuple[FieldRow, ...]:
        """Its fields."""
        return self._fields.rows

    def gather(self, problems: dict[FieldRow, str]) -> Json:
        """Return the object, or NOTHING."""
        is_left_out = not self.field.required and self.field.default is NOTHING and not self.is_edited
        return NOTHING if is_left_out else self._fields.gather(problems)

    @property
    def held(self) -> Json:
        """What its controls hold."""
        return self._fields.held

    def hold(self, held: Json) -> None:
        """Give its controls back what they held."""
        self._fields.hold(held)

    @property
    def is_edited(self) -> bool:
        """Whether a field holds something else than at the beginning."""
        return self._fields.is_edited

    def make_compact(self) -> None:
        """Give each field one line instead of three."""
        self._fields.make_compact()


class Entry(Vertical):
    """One object of a list, and the button that takes it out."""

    DEFAULT_CSS: ClassVar[str] = "Entry { height: auto; & > Fields { padding-left: 2; } }"

    @dataclass
    class Removed(Message):
        """The person wants it taken out."""

        entry: "Entry"

    def __init__(self, fields: tuple[SchemaField, ...]) -> None:
        """Ask for one object."""
        super().__init__()
        self.fields = Fields(fields)

    def compose(self) -> ComposeResult:
        """Lay out the button and the fields."""
        yield Button("− remove this one", compact=True)
        yield self.fields

    def on_button_pressed(self, message: Button.Pressed) -> None:
        """Ask to be taken out, where it is its own button."""
        message.stop()
        self.post_message(self.Removed(self))


class ListRow(FieldRow):
    """A list of objects: each has its fields, and the person adds and removes them."""

    DEFAULT_CSS: ClassVar[str] = "ListRow > Horizontal { height: auto; }"

    class Changed(Message):
        """There are more or fewer objects now."""

    def __init__(self, field: SchemaField) -> None:
        """Ask for the objects of `field`; those of the default are there at first."""
        super().__init__(field)
        self.control = Button(f"+ add to {field.name}", compact=True)
        self._is_compact = False
        self._entries: list[Entry] = []
        self.revert()

    def compose(self) -> ComposeResult:
        """Lay out label, description, objects, button and problem."""
        label, *description, control, problem = super().compose()
        yield from (label, *description, *self._entries)
        with Horizontal():
            yield control
        yield problem

    @property
    def rows(self) -> tuple[FieldRow, ...]:
        """The fields of its objects, and itself for their number."""
        return (*(row for entry in self._entries for row in entry.fields.rows), self)

    def read(self) -> Json:
        """Return the objects without looking for what is wrong in them; see `gather`."""
        return listed(self.field, [entry.fields.gather({}) for entry in self._entries])

    def gather(self, problems: dict[FieldRow, str]) -> Json:
        """Return the objects, or NOTHING; what is wrong with them, or with their number, is added to the problems."""
        values: list[Json] = [entry.fields.gather(problems) for entry in self._entries]
        try:
            return listed(self.field, values)
        except InvalidValue as problem:
            problems[self] = str(problem)
            return NOTHING

    @property
    def held(self) -> Json:
        """What the controls of its objects hold."""
        return [entry.fields.held for entry in self._entries]

    def hold(self, value: Json) -> None:
        """Make as many objects as there were, and give their controls back what they held."""
        held = value[:MAX_ENTRIES] if isinstance(value, list) else []
        while len(self._entries) > len(held):
            self._remove(self._entries[-1])
        for number, one in enumerate(held):
            if number < len(self._entries):
                self._entries[number].fields.hold(one)
            else:
                self.call_after_refresh(self._add(self.field.fields).fields.hold, one)

    @property
    def is_edited(self) -> bool:
        """Whether there are more or fewer objects than at the beginning, or one of them is edited."""
        return len(self._entries) != len(self._default) or any(entry.fields.is_edited for entry in self._entries)

    def revert(self) -> None:
        """Begin anew with the objects of the default."""
        for entry in tuple(self._entries):
            self._remove(entry)
        for value in self._default:
            self._add(filled(self.field.fields, value) or self.field.fields)

    def make_compact(self) -> None:
        """Give each field one line instead of three, also of objects that are added later."""
        self._is_compact = True
        for entry in self._entries:
            entry.fields.make_compact()

    def on_button_pressed(self, message: Button.Pressed) -> None:
        """Add an object, and go to its first field."""
        message.stop()
        if len(self._entries) < MAX_ENTRIES:
            entry = self._add(self.field.fields)
            first = next(iter(entry.fields.rows), None)
            if first is not None:
                self.call_after_refresh(first.control.focus)

    def on_entry_removed(self, message: Entry.Removed) -> None:
        """Take an object out."""
        message.stop()
        self._remove(message.entry)
        self.control.focus()

    @property
    def _default(self) -> list[JsonObject]:
        default = self.field.default
        return default[:MAX_ENTRIES] if isinstance(default, list) else []

    def _add(self, fields: tuple[SchemaField, ...]) -> Entry:
        entry = Entry(fields)
        if self._is_compact:
            entry.fields.make_compact()
        self._entries.append(entry)
        if self.is_attached:
            self.mount(entry, before=self.query_children(Horizontal).first())
            self._changed()
        return entry

    def _remove(self, entry: Entry) -> None:
        self._entries.remove(entry)
        if self.is_attached:
            entry.remove()
            self._changed()

    def _changed(self) -> None:
        self.show_problem("")
        self.post_message(self.Changed())


def row_of(field: SchemaField) -> FieldRow | ObjectRow | ListRow:
    """Return what asks for a field."""
    match field.kind:
        case FieldKind.OBJECT:
            return ObjectRow(field)
        case FieldKind.OBJECTS:
            return ListRow(field)
    return FieldRow(field)
