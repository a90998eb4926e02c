"""
Writes the JSON Schema of the configuration, by which editors (Taplo, Even Better TOML) complete and check the file.

It is of draft 7, the newest that both read. It says less than the reader does: what depends on the environment, on
names elsewhere in the file or on this computer is only told by `tuui-sampling check`.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .setting import Required, Setting, default_of, settings_of

SCHEMA_FILE = Path(__file__).with_name("schema.json")
"""The schema as it was written; a test holds it equal to what would be written now."""

DRAFT = "http://json-schema.org/draft-07/schema#"


def schema_text(table: type[Any]) -> str:
    """Return the whole schema as the text of a file."""
    schema = {"$schema": DRAFT, "title": "The configuration of tuui-sampling", **table_schema(table)}
    return json.dumps(schema, indent=1) + "\n"


def table_schema(table: type[Any]) -> dict[str, Any]:
    """Return the JSON Schema of a table whose settings a dataclass declares."""
    declared = settings_of(table)
    schema = _empty_table()
    rules: list[dict[str, Any]] = []
    for name, one in declared.items():
        outer, dot, key = one.key.rpartition(".")
        inner = schema["properties"].setdefault(outer, _empty_table()) if dot else schema
        inner["properties"][key] = _described(one, default_of(table, name))
        if one.required is not None:
            _require(inner, rules, one.required, key)
    rules += _misplaced(declared)
    return schema | ({"allOf": rules} if rules else {})


def _empty_table() -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": {}}


def _described(one: Setting, default: Any) -> dict[str, Any]:
    about: dict[str, Any] = {"description": one.description}
    if one.required is None and isinstance(default, str | bool | int | float):
        about["default"] = default
    return about | one.kind.schema()


def _require(schema: dict[str, Any], rules: list[dict[str, Any]], required: Required, key: str) -> None:
    if required.when is None and required.unless is None:
        schema.setdefault("required", []).append(key)
        return
    rule: dict[str, Any] = {"required": [key]}
    if required.unless is not None:
        rule = {"anyOf": [rule, {"required": [required.unless]}]}
    if required.when is not None:
        other, values = required.when
        rule = {"if": {"required": [other], "properties": {other: {"enum": list(values)}}}, "then": rule}
    rules.append(rule)


def _misplaced(declared: Mapping[str, Setting]) -> list[dict[str, Any]]:
    """Return the rules that say which settings do not go together."""
    rules: dict[tuple[str, bool], dict[str, bool]] = {}
    for one in declared.values():
        if (only := one.belongs_to) is not None:
            rules.setdefault((only.key, only.present), {})[one.key] = False
    return [
        {"if": {"required": [key]}, "else" if present else "then": {"properties": keys}}
        for (key, present), keys in rules.items()
    ]
