"""Tells whether a schema, or the name of its property, says that the value is a secret."""

from collections.abc import Mapping
from typing import Any

from ..sampling.checks.secret_names import names_secret
from .schema_field import Json

MAX_DEPTH = 8
"""Levels of a schema that are looked through; what is deeper is taken for a secret."""

_MARKS = ("writeOnly", "x-secret", "x-sensitive")


def asks_for_secret(name: str, schema: Json) -> bool:
    """Whether a property is a secret: by a mark of its schema, or by its name where it is not a number."""
    if not isinstance(schema, Mapping):
        return names_secret(name)
    if schema.get("format") == "password" or any(schema.get(mark) is True for mark in _MARKS):
        return True
    return names_secret(name) and schema.get("type") not in ("integer", "number", "boolean")


def holds_secret(name: str, schema: Json, depth: int = MAX_DEPTH) -> bool:
    """Whether a value that is typed as JSON may hold a secret: itself, or in a property of it, however deep."""
    if asks_for_secret(name, schema):
        return True
    if not isinstance(schema, Mapping | list):
        return False
    members: dict[Any, Json] = dict(enumerate(schema) if isinstance(schema, list) else schema)
    properties = members.pop("properties", None)
    parts = [("", part) for part in members.values() if isinstance(part, Mapping | list)]
    parts += [(str(key), part) for key, part in properties.items()] if isinstance(properties, Mapping) else []
    return bool(parts) and (not depth or any(holds_secret(key, part, depth - 1) for key, part in parts))
