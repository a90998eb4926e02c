"""
A JSON Schema, such as a tool's `inputSchema`, as the fields of a form. `values.py` reads what is typed in.

Only what a form can help with is read: types, formats, `enum` and titled choices, one or several of them, `required`,
`default`, the limits of numbers, lengths and counts, objects in objects, and lists of objects. Everything else is a
field of JSON, and it is the server that validates in full
(https://modelcontextprotocol.io/specification/2025-11-25/server/tools). The restricted schemas of elicitation
(…/client/elicitation#requested-schema) are covered whole. Names, titles and descriptions are foreign text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..sampling.checks.secret_names import names_secret
from .schema_field import FORMATS, NOTHING, Choice, FieldKind, Json, SchemaField, dumped, filled, fits, whole
from .schemas import resolved, shape_words
from .secrets import asks_for_secret, holds_secret

NESTED = frozenset({"properties", "items", "anyOf", "oneOf"})
"""Keywords of a value that is made of others, or has alternatives."""

MAX_LEVELS = 3
"""Levels of objects within objects that have fields; what is deeper is a field of JSON."""

MAX_NESTED = 200
"""Fields of all nested objects together; the objects beyond are fields of JSON."""

_SAYS_MORE = frozenset({"$ref", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "$dynamicRef"})
"""Keywords that a simple form can't follow."""


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
    return _fields(schema, properties, _Document(root))


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
        secret=holds_secret("", schema),
    )


# --- one property ---


@dataclass
class _Document:
    """
    A whole schema, which references point into.

    Attributes:
        levels: How many more levels of objects may have fields.
        left: How many more fields nested objects may have.
    """

    root: Mapping[str, Json]
    levels: int = MAX_LEVELS
    left: int = MAX_NESTED


def _fields(schema: Mapping[str, Json], properties: Mapping[str, Json], document: _Document) -> tuple[SchemaField, ...]:
    """Return the fields of an object; what is required and not described is a field of JSON."""
    required = schema.get("required")
    names = {name for name in required if isinstance(name, str)} if isinstance(required, list) else set()
    fields = [_field(str(name), part, document, required=name in names) for name, part in properties.items()]
    undescribed = sorted(names - properties.keys())
    return (*fields, *(_field(name, None, document, required=True) for name in undescribed))


def _field(name: str, part: Json, document: _Document, *, required: bool) -> SchemaField:
    """Return the field of one property, whatever its schema looks like."""
    if not isinstance(part, Mapping):
        return SchemaField(name, FieldKind.JSON, required=required, secret=names_secret(name))
    root = document.root
    schema = _without_null(resolved(part, root))
    choices = _choices(schema)
    fields: tuple[SchemaField, ...] = ()
    kind = FieldKind.CHOICE if choices else _kind(schema)
    if kind is FieldKind.JSON and (members := _members_choices(schema, root)):
        kind, choices = FieldKind.CHOICES, members
    elif kind is FieldKind.JSON and (nested := _nested(schema, document)):
        kind, fields = nested
    default = whole(kind, schema.get("default", NOTHING))
    if default is None or not fits(kind, default, choices, fields):
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
        fields=fields,
        secret=(holds_secret if kind is FieldKind.JSON else asks_for_secret)(name, schema),
    )


def _nested(schema: Mapping[str, Json], document: _Document) -> tuple[FieldKind, tuple[SchemaField, ...]] | None:
    """Return the fields of an object, or of each object of a list; None for what fields can't show."""
    default, kind = schema.get("default"), FieldKind.OBJECT
    if schema.get("type") == "array" and not _SAYS_MORE & schema.keys() and isinstance(schema.get("items"), Mapping):
        kind, schema = FieldKind.OBJECTS, _without_null(resolved(schema["items"], document.root))
    properties = schema.get("properties")
    is_plain = schema.get("type", "object") == "object" and not _SAYS_MORE & schema.keys()
    is_open = "patternProperties" in schema or schema.get("additionalProperties", False) is not False
    if not isinstance(properties, Mapping) or not properties or not is_plain or is_open:
        return None
    if document.levels == 0 or len(properties) > document.left:
        return None
    document.left -= len(properties)
    document.levels -= 1
    fields = _fields(schema, properties, document)
    document.levels += 1
    if kind is FieldKind.OBJECTS:
        return (kind, fields) if default is None or fits(kind, default, (), fields) else None
    begun = fields if default is None else filled(fields, default)
    return None if begun is None else (kind, begun)


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


def _known_format(kind: FieldKind, schema: Mapping[str, Json]) -> str:
    name = _string(schema.get("format"))
    return name if kind is FieldKind.TEXT and name in FORMATS else ""


def _kind(schema: Mapping[str, Json]) -> FieldKind:
    """Return how to ask for a value that is not a choice."""
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


def _types(schema: Mapping[str, Json]) -> tuple[str, ...]:
    """Return the JSON types that the schema names."""
    types = schema.get("type")
    names = [types] if isinstance(types, str) else types if isinstance(types, list) else []
    return tuple(name for name in names if isinstance(name, str))


def _titled(title: Json, value: Json) -> str:
    """Return what a choice is called: its title and the value that is returned, which its server alone has paired."""
    return _label(value) if title == value else f"{_label(title)} ({_label(value)})"


def defaults_of(schema: Mapping[str, Json]) -> dict[str, Json]:
    """Return the values that a form for a schema begins with."""
    return {field.name: field.default for field in fields_of(schema) or () if field.default is not NOTHING}


def _string(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _limit(value: Json) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _length(value: Json) -> int | None:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _label(value: Json) -> str:
    return value if isinstance(value, str) else dumped(value)
