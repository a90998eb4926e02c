"""
Holds what is filled into a form, field by field, whether or not a field is on the screen. Nothing here knows a widget.

What a field holds is as its control has it: a text with tokens for hidden characters on one line, the text itself in
an area of several, a place among what is offered, or several of them.
"""

from collections.abc import Callable
from typing import Protocol

from ..sampling.visible import escape_for_editing, unescape_edited
from .schema_field import NOTHING, Choice, FieldKind, Json, SchemaField, filled
from .values import InvalidValue, choose, listed, parse

MAX_ENTRIES = 100
"""Objects that a list may get in a form."""


class Control(Protocol):
    """Holds a value while it is on the screen."""

    @property
    def held(self) -> Json:
        """What it holds."""

    def hold(self, value: Json) -> None:
        """Hold another value."""


class FieldValue:
    """
    What one field holds.

    Attributes:
        field: What it asks for.
        problem: What was last said to be wrong with it; empty when nothing was.
        control: What holds it in its place, while that is on the screen.
        undo: What its control left behind that can be undone; only that knows what it is.
    """

    def __init__(self, field: SchemaField) -> None:
        """Begin with the default."""
        self.field = field
        self.problem = ""
        self.control: Control | None = None
        self.undo: object = None
        self._held = self._initial = initial(field)

    @property
    def leaves(self) -> "tuple[FieldValue, ...]":
        """Itself: it has no fields within."""
        return (self,)

    @property
    def held(self) -> Json:
        """What it holds, as it can be given back to it: nothing is checked."""
        return self.control.held if self.control is not None else self._held

    def hold(self, value: Json) -> None:
        """Hold what was held before; what is not a value of it is left out."""
        if not _can_hold(self.field, value):
            return
        self._held = value
        if self.control is not None:
            self.control.hold(value)

    def let_go(self) -> None:
        """Hold from now on what the control does, which goes."""
        self._held, self.control = self.held, None

    def revert(self) -> None:
        """Put back what it began with."""
        self.hold(self._initial)

    @property
    def is_edited(self) -> bool:
        """Whether it holds something else than at the beginning."""
        return bool(self.held != self._initial)

    def read(self) -> Json:
        """
        Return the value, or NOTHING when an optional field is empty.

        Raises:
            InvalidValue: It breaks what the schema says.
        """
        held = self.held
        match self.field.kind:
            case FieldKind.BOOLEAN if is_tick(self.field):
                return held
            case FieldKind.BOOLEAN | FieldKind.CHOICE:
                return parse(self.field, "") if held is None else offered(self.field)[held]
            case FieldKind.CHOICES:
                return choose(self.field, held)
            case FieldKind.LONG_TEXT | FieldKind.JSON:
                return parse(self.field, held)
        return parse(self.field, unescape_edited(held))

    def gather(self, problems: "dict[FieldValue, str]") -> Json:
        """Return the value, or NOTHING where there is none; what is wrong with it is added to the problems."""
        try:
            return self.read()
        except InvalidValue as problem:
            problems[self] = str(problem)
            return NOTHING


class Members:
    """What the fields of one object hold."""

    def __init__(self, fields: tuple[SchemaField, ...]) -> None:
        """Begin with the defaults."""
        self.parts: list[FieldValue | ObjectValue | ListValue] = [value_of(field) for field in fields]

    @property
    def leaves(self) -> tuple[FieldValue, ...]:
        """All fields, those within others too."""
        return tuple(leaf for part in self.parts for leaf in part.leaves)

    def gather(self, problems: dict[FieldValue, str]) -> dict[str, Json]:
        """Return the value; optional fields that are empty are left out, and what is wrong is added to the problems."""
        values = ((part.field.name, part.gather(problems)) for part in self.parts)
        return {name: value for name, value in values if value is not NOTHING}

    @property
    def held(self) -> dict[str, Json]:
        """What the fields hold, by name, but for secrets: it is written to a file."""
        return {part.field.name: part.held for part in self.parts if not part.field.secret}

    def hold(self, held: Json) -> None:
        """Give the fields back what they held."""
        for part in self.parts if isinstance(held, dict) else ():
            if part.field.name in held:
                part.hold(held[part.field.name])

    @property
    def is_edited(self) -> bool:
        """Whether a field holds something else than at the beginning."""
        return any(part.is_edited for part in self.parts)


class ObjectValue:
    """What an object within an object holds; one that is optional, and that nobody has touched, is left out."""

    def __init__(self, field: SchemaField) -> None:
        """Begin with what `field` says."""
        self.field = field
        self.members = Members(field.fields)

    @property
    def leaves(self) -> tuple[FieldValue, ...]:
        """Its fields."""
        return self.members.leaves

    def gather(self, problems: dict[FieldValue, str]) -> Json:
        """Return the object, or NOTHING."""
        is_left_out = not self.field.required and self.field.default is NOTHING and not self.is_edited
        return NOTHING if is_left_out else self.members.gather(problems)

    @property
    def held(self) -> Json:
        """What its fields hold."""
        return self.members.held

    def hold(self, held: Json) -> None:
        """Give its fields back what they held."""
        self.members.hold(held)

    @property
    def is_edited(self) -> bool:
        """Whether a field holds something else than at the beginning."""
        return self.members.is_edited


class ListValue(FieldValue):
    """
    The objects of a list, which the person makes longer and shorter.

    Attributes:
        entries: What each of them holds.
        changed: Called when there are more or fewer of them.
    """

    def __init__(self, field: SchemaField) -> None:
        """Begin with the objects of the default."""
        super().__init__(field)
        self.entries: list[Members] = []
        self.changed: Callable[[], None] = lambda: None
        self.revert()

    @property
    def leaves(self) -> tuple[FieldValue, ...]:
        """The fields of its objects, and itself for their number."""
        return (*(leaf for entry in self.entries for leaf in entry.leaves), self)

    def add(self) -> Members | None:
        """Add an object; None where there are as many as there may be."""
        if len(self.entries) >= MAX_ENTRIES:
            return None
        self.entries.append(Members(self.field.fields))
        self.changed()
        return self.entries[-1]

    def remove(self, entry: Members) -> None:
        """Take an object out."""
        self.entries.remove(entry)
        self.changed()

    def read(self) -> Json:
        """Return the objects without looking for what is wrong in them; see `gather`."""
        return listed(self.field, [entry.gather({}) for entry in self.entries])

    def gather(self, problems: dict[FieldValue, str]) -> Json:
        """Return the objects, or NOTHING; what is wrong with them, or with their number, is added to the problems."""
        values: list[Json] = [entry.gather(problems) for entry in self.entries]
        try:
            return listed(self.field, values)
        except InvalidValue as problem:
            problems[self] = str(problem)
            return NOTHING

    @property
    def held(self) -> Json:
        """What its objects hold."""
        return [entry.held for entry in self.entries]

    def hold(self, value: Json) -> None:
        """Make as many objects as there were, and give their fields back what they held."""
        held = value[:MAX_ENTRIES] if isinstance(value, list) else []
        del self.entries[len(held) :]
        self.entries += [Members(self.field.fields) for _ in held[len(self.entries) :]]
        for entry, one in zip(self.entries, held, strict=True):
            entry.hold(one)
        self.changed()

    @property
    def is_edited(self) -> bool:
        """Whether there are more or fewer objects than at the beginning, or one of them is edited."""
        return len(self.entries) != len(self._default) or any(entry.is_edited for entry in self.entries)

    def revert(self) -> None:
        """Begin anew with the objects of the default."""
        fields = self.field.fields
        self.entries = [Members(filled(fields, value) or fields) for value in self._default]
        self.changed()

    @property
    def _default(self) -> list[Json]:
        default = self.field.default
        return default[:MAX_ENTRIES] if isinstance(default, list) else []


def value_of(field: SchemaField) -> FieldValue | ObjectValue | ListValue:
    """Return what holds the value of a field."""
    match field.kind:
        case FieldKind.OBJECT:
            return ObjectValue(field)
        case FieldKind.OBJECTS:
            return ListValue(field)
    return FieldValue(field)


def is_tick(field: SchemaField) -> bool:
    """Whether it is either yes or no: else it may be left open, too, and is a choice."""
    return field.kind is FieldKind.BOOLEAN and (field.required or field.default is not NOTHING)


def offered(field: SchemaField) -> list[Json]:
    """Return the values that one is chosen from."""
    return [True, False] if field.kind is FieldKind.BOOLEAN else [choice.value for choice in field.choices]


def initial(field: SchemaField) -> Json:
    """Return what a field holds at first."""
    match field.kind:
        case FieldKind.BOOLEAN if is_tick(field):
            return field.default is True
        case FieldKind.BOOLEAN | FieldKind.CHOICE:
            places = enumerate(offered(field))
            return next((place for place, value in places if Choice(value, "").is_value(field.default)), None)
        case FieldKind.CHOICES:
            default = field.default if isinstance(field.default, list) else []
            places = enumerate(field.choices)
            return [place for place, choice in places if any(choice.is_value(value) for value in default)]
        case FieldKind.LONG_TEXT | FieldKind.JSON:
            return field.initial
    return escape_for_editing(field.initial)


def _can_hold(field: SchemaField, value: Json) -> bool:
    """Whether a value is one that a field can hold."""
    match field.kind:
        case FieldKind.BOOLEAN if is_tick(field):
            return isinstance(value, bool)
        case FieldKind.BOOLEAN | FieldKind.CHOICE:
            return value is None or (_is_place(value) and value < len(offered(field)))
        case FieldKind.CHOICES:
            return isinstance(value, list) and all(_is_place(one) and one < len(field.choices) for one in value)
    return isinstance(value, str)


def _is_place(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
