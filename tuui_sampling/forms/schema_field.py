"""Holds one field of a form as a value: what it asks for, what it begins with, and whether that fits."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum, StrEnum, auto
from typing import Any

Json = Any
"""Any JSON value."""

FORMATS = {
    "email": "an email address",
    "uri": "an address such as https://example.com",
    "date": "a date as 2026-12-31",
    "date-time": "a moment as 2026-12-31T23:59:00Z",
}
"""The formats of texts that are checked, and what each wants."""


class Nothing(Enum):
    """No value at all, which is not `null`."""

    NOTHING = auto()


NOTHING = Nothing.NOTHING


class FieldKind(StrEnum):
    """How a value is asked for."""

    TEXT = "text"
    LONG_TEXT = "long text"
    INTEGER = "whole number"
    NUMBER = "number"
    BOOLEAN = "yes or no"
    CHOICE = "choice"
    CHOICES = "several choices"
    OBJECT = "fields of its own"
    OBJECTS = "a list, each with fields of its own"
    JSON = "JSON"


@dataclass(frozen=True)
class Choice:
    """One value of an enumeration, and what to call it: a title always stands beside the value that is returned."""

    value: Json
    label: str

    def is_value(self, other: Json) -> bool:
        """Whether this is that JSON value; unlike in Python, `1` and `true` are not the same, but `1` and `1.0` are."""
        numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in (self.value, other))
        return (numbers or type(self.value) is type(other)) and bool(self.value == other)


@dataclass(frozen=True)
class SchemaField:
    """
    One property.

    Attributes:
        default: The value to begin with, or NOTHING.
        choices: What a choice is made from; for several choices, the members of the list.
        format: `format` of a text, where it is one that is checked here (see `FORMATS`).
        pattern: The regular expression that a text has to match somewhere.
        min_items: How many choices there have to be; `max_items` likewise.
        types: JSON types that a field of JSON accepts; all when empty.
        fields: Those of an object; of a list of objects those that each of them begins with.
        secret: What is typed into it is never kept.
    """

    name: str
    kind: FieldKind
    required: bool = False
    title: str = ""
    description: str = ""
    default: Json = NOTHING
    choices: tuple[Choice, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: float | None = None
    exclusive_maximum: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    format: str = ""
    pattern: str = ""
    min_items: int | None = None
    max_items: int | None = None
    types: tuple[str, ...] = ()
    fields: tuple["SchemaField", ...] = ()
    secret: bool = False

    @property
    def label(self) -> str:
        """The title and the name, with `*` when it is required."""
        label = f"{self.title} ({self.name})" if self.title and self.title != self.name else self.name
        return f"{label} *" if self.required else label

    @property
    def hint(self) -> str:
        """What a value has to be like, in a few words; empty where anything will do."""
        low, high = {
            FieldKind.TEXT: (self.min_length, self.max_length),
            FieldKind.LONG_TEXT: (self.min_length, self.max_length),
            FieldKind.CHOICES: (self.min_items, self.max_items),
            FieldKind.OBJECTS: (self.min_items, self.max_items),
        }.get(self.kind, (self.minimum, self.maximum))
        unit = " characters" if self.kind in (FieldKind.TEXT, FieldKind.LONG_TEXT) else ""
        unit = " character" if unit and 1 in (low, high) and None in (low, high) else unit
        if low is not None and high is not None:
            span = f"{low:,} to {high:,}{unit}"
        else:
            span = (
                f"at least {low:,}{unit}" if low is not None else f"at most {high:,}{unit}" if high is not None else ""
            )
        like = f"like {self.pattern}" if self.pattern else ""
        return ", ".join(part for part in (FORMATS.get(self.format, ""), span, like) if part)

    @property
    def initial(self) -> str:
        """The default as text to begin with; empty without one."""
        if self.default is NOTHING:
            return ""
        if self.kind in (FieldKind.TEXT, FieldKind.LONG_TEXT) and isinstance(self.default, str):
            return self.default
        return dumped(self.default, indent=2 if self.kind is FieldKind.JSON else None)


def filled(fields: tuple[SchemaField, ...], values: Json) -> tuple[SchemaField, ...] | None:
    """Return fields that begin with the members of an object; None where that has others, or values that don't fit."""
    if not isinstance(values, Mapping) or values.keys() - {field.name for field in fields}:
        return None
    begun: list[SchemaField] = []
    for field in fields:
        value = whole(field.kind, values.get(field.name, NOTHING))
        if value is NOTHING:
            begun.append(field)
            continue
        inner = filled(field.fields, value) if field.kind is FieldKind.OBJECT else field.fields
        if inner is None or not fits(field.kind, value, field.choices, field.fields):
            return None
        begun.append(replace(field, default=value, fields=inner))
    return tuple(begun)


def fits(kind: FieldKind, value: Json, choices: tuple[Choice, ...], fields: tuple[SchemaField, ...]) -> bool:
    """Whether a default is a value of its own field."""
    match kind:
        case FieldKind.CHOICE:
            return any(choice.is_value(value) for choice in choices)
        case FieldKind.CHOICES:
            return isinstance(value, list) and all(any(one.is_value(item) for one in choices) for item in value)
        case FieldKind.BOOLEAN:
            return isinstance(value, bool)
        case FieldKind.INTEGER:
            return isinstance(value, int) and not isinstance(value, bool)
        case FieldKind.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool)
        case FieldKind.TEXT | FieldKind.LONG_TEXT:
            return isinstance(value, str)
        case FieldKind.OBJECT:
            return filled(fields, value) is not None
        case FieldKind.OBJECTS:
            return isinstance(value, list) and all(filled(fields, item) is not None for item in value)
        case FieldKind.JSON:
            return True


def whole(kind: FieldKind, default: Json) -> Json:
    """Return a default; 5.0 is a whole number."""
    whole = kind is FieldKind.INTEGER and isinstance(default, float) and default.is_integer()
    return int(default) if whole else default


def dumped(value: Json, indent: int | None = None) -> str:
    """Return a value as JSON; nothing when it is nested too deeply to be written."""
    try:
        return json.dumps(value, ensure_ascii=False, indent=indent)
    except RecursionError:
        return ""
