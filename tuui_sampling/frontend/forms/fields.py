"""
A JSON Schema, such as a tool's `inputSchema`, as the fields of a form. `values.py` reads what is typed in.

Only what a form can help with is read: types, formats, `enum` and titled choices, one or several of them, `required`,
`default`, the limits of numbers, lengths and counts. Everything else is a field of JSON, and it is the server that
validates in full (https://modelcontextprotocol.io/specification/2025-11-25/server/tools). The restricted schemas of
elicitation (…/client/elicitation#requested-schema) are covered whole. Names, titles and descriptions are foreign text.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Any

from .schemas import resolved, shape_words

Json = Any
"""Any JSON value."""

NESTED = frozenset({"properties", "items", "anyOf", "oneOf"})
"""Keywords of a value that is made of others, or has alternatives."""

_SAYS_MORE = frozenset({"$ref", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "$dynamicRef"})
"""Keywords that a simple form can't follow."""


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
        }.get(self.kind, (self.minimum, self.maximum))
        unit = " characters" if self.kind in (FieldKind.TEXT, FieldKind.LONG_TEXT) else ""
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
        return _dumped(self.default, indent=2 if self.kind is FieldKind.JSON else None)


def fields_of(schema: Mapping[str, Json]) -> tuple[SchemaField, ...] | None:
    """Return the fields of an object's schema; None when it is none or says more than fields can show."""
    root, schema = schema, resolved(schema, schema)
    properties = schema.get("properties", {})
    if schema.get("type", "object") != "object" or not isinstance(properties, Mapping):
        return None
    if _SAYS_MORE & schema.keys():
        return None
    if not properties and ("patternProperties" in schema or schema.get("additionalProperties")):
        return None
    required = schema.get("required")
    names = {name for name in required if isinstance(name, str)} if isinstance(required, list) else set()
    fields = [_field(str(name), part, root, required=name in names) for name, part in properties.items()]
    undescribed = sorted(names - properties.keys())
    return (*fields, *(SchemaField(name, FieldKind.JSON, required=True) for name in undescribed))


def whole_value(schema: Mapping[str, Json]) -> SchemaField:
    """Return the one field for a schema that has no fields of its own: an object as JSON."""
    default = schema.get("default", {})
    return SchemaField(
        "arguments",
        FieldKind.JSON,
        required=True,
        description=_string(schema.get("description")),
        default=default if isinstance(default, dict) else {},
        types=("object",),
    )


# --- one property ---


def _field(name: str, part: Json, root: Mapping[str, Json], *, required: bool) -> SchemaField:
    """Return the field of one property, whatever its schema looks like."""
    if not isinstance(part, Mapping):
        return SchemaField(name, FieldKind.JSON, required=required)
    schema = _without_null(resolved(part, root))
    choices = _choices(schema)
    kind = FieldKind.CHOICE if choices else _kind(schema)
    if kind is FieldKind.JSON and (members := _members_choices(schema, root)):
        kind, choices = FieldKind.CHOICES, members
    default = _whole(kind, schema.get("default", NOTHING))
    if default is None or not _fits(kind, default, choices):
        default = NOTHING
    if kind is FieldKind.TEXT and isinstance(default, str) and re.search("[\r\n]", default):
        kind = FieldKind.LONG_TEXT
    return SchemaField(
        name,
        kind,
        required=required,
        title=_string(schema.get("title")),
        description=_described(kind, schema, root),
        default=default,
        choices=choices,
        minimum=_limit(schema.get("minimum")),
        maximum=_limit(schema.get("maximum")),
        exclusive_minimum=_limit(schema.get("exclusiveMinimum")),
        exclusive_maximum=_limit(schema.get("exclusiveMaximum")),
        min_length=_length(schema.get("minLength")),
        max_length=_length(schema.get("maxLength")),
        format=_known_format(kind, schema),
        pattern=_string(schema.get("pattern")) if kind in (FieldKind.TEXT, FieldKind.LONG_TEXT) else "",
        min_items=_length(schema.get("minItems")),
        max_items=_length(schema.get("maxItems")),
        types=_types(schema) if kind is FieldKind.JSON else (),
    )


def _without_null(schema: Mapping[str, Json]) -> Mapping[str, Json]:
    """Return the schema without the type `null`: an optional field says that by staying empty."""
    types = schema.get("type")
    if isinstance(types, list) and "null" in types and len(types) == 2:
        return {**schema, "type": next((name for name in types if name != "null"), "null")}
    return schema


def _choices(schema: Mapping[str, Json]) -> tuple[Choice, ...]:
    """Return the values of an enumeration, with their titles; nothing when it is none."""
    if "const" in schema:
        return (Choice(schema["const"], _label(schema["const"])),)
    values = schema.get("enum")
    if isinstance(values, list):
        titles = schema.get("enumNames")
        if not isinstance(titles, list) or len(titles) != len(values):
            titles = values
        return tuple(Choice(value, _titled(title, value)) for value, title in zip(values, titles, strict=True))
    for key in ("oneOf", "anyOf"):
        parts = schema.get(key)
        if isinstance(parts, list) and parts and all(isinstance(p, Mapping) and "const" in p for p in parts):
            pairs = ((part["const"], part.get("title", part["const"])) for part in parts)
            return tuple(Choice(value, _titled(title, value)) for value, title in pairs)
    return ()


def _members_choices(schema: Mapping[str, Json], root: Mapping[str, Json]) -> tuple[Choice, ...]:
    """Return what the members of a list are chosen from; nothing when they may be anything."""
    items = schema.get("items")
    if schema.get("type") != "array" or not isinstance(items, Mapping) or _SAYS_MORE & schema.keys():
        return ()
    return _choices(resolved(items, root))


def _described(kind: FieldKind, schema: Mapping[str, Json], root: Mapping[str, Json]) -> str:
    """Return a description; of a nested value also what it is made of, which its box of JSON does not show."""
    description = _string(schema.get("description"))
    shape = shape_words(schema, root) if kind is FieldKind.JSON and NESTED & schema.keys() else ""
    return "\n".join(part for part in (description, shape and f"JSON like {shape}") if part)


def _whole(kind: FieldKind, default: Json) -> Json:
    """Return a default; 5.0 is a whole number."""
    whole = kind is FieldKind.INTEGER and isinstance(default, float) and default.is_integer()
    return int(default) if whole else default


def _known_format(kind: FieldKind, schema: Mapping[str, Json]) -> str:
    name = _string(schema.get("format"))
    return name if kind is FieldKind.TEXT and name in FORMATS else ""


def _kind(schema: Mapping[str, Json]) -> FieldKind:
    """Return how to ask for a value that is no choice."""
    simple = {
        "string": FieldKind.TEXT,
        "integer": FieldKind.INTEGER,
        "number": FieldKind.NUMBER,
        "boolean": FieldKind.BOOLEAN,
    }
    kind = schema.get("type")
    if _SAYS_MORE & schema.keys() or not isinstance(kind, str):
        return FieldKind.JSON
    if kind == "string" and schema.get("format") in ("textarea", "multiline", "markdown"):
        return FieldKind.LONG_TEXT
    return simple.get(kind, FieldKind.JSON)


def _fits(kind: FieldKind, value: Json, choices: tuple[Choice, ...]) -> bool:
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
        case FieldKind.JSON:
            return True


def _types(schema: Mapping[str, Json]) -> tuple[str, ...]:
    """Return the JSON types that the schema names."""
    types = schema.get("type")
    names = [types] if isinstance(types, str) else types if isinstance(types, list) else []
    return tuple(name for name in names if isinstance(name, str))


def _titled(title: Json, value: Json) -> str:
    """Return what a choice is called: its title and the value that is returned, which its server alone has paired."""
    return _label(value) if title == value else f"{_label(title)} ({_label(value)})"


def _label(value: Json) -> str:
    return value if isinstance(value, str) else _dumped(value)


def defaults_of(schema: Mapping[str, Json]) -> dict[str, Json]:
    """Return the values that a form for a schema begins with."""
    return {field.name: field.default for field in fields_of(schema) or () if field.default is not NOTHING}


def _dumped(value: Json, indent: int | None = None) -> str:
    """Return a value as JSON; nothing when it is nested too deeply to be written."""
    try:
        return json.dumps(value, ensure_ascii=False, indent=indent)
    except RecursionError:
        return ""


def _string(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _limit(value: Json) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _length(value: Json) -> int | None:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
