"""
Resolves what a schema says by reference, as FastMCP and Pydantic write models and enumerations, for forms.

`$ref` within the document, `allOf`, and alternatives of which only one is not `null` become one plain schema. Nothing
is fetched; references that go in circles, or multiply without end, stay as they are.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

Json = Any
"""Any JSON value."""

MAX_REFERENCES = 20
"""References that are followed one after the other."""

MAX_MEMBERS = 12
"""Members of a nested object, and choices of one of them, that are named."""

MAX_NAMED = 100
"""Members and alternatives that are named of one nested value, on all levels: each of ten may have ten of its own."""

MAX_DEPTH = 3
"""Levels of nested objects that are put in words."""


def resolved(schema: Mapping[str, Json], root: Mapping[str, Json]) -> Mapping[str, Json]:
    """
    Return a schema without references and needless alternatives, as far as that can be.

    Args:
        root: The whole document, which references point into.
    """
    return _resolved(schema, root, MAX_REFERENCES)


def _resolved(schema: Mapping[str, Json], root: Mapping[str, Json], left: int) -> Mapping[str, Json]:
    if left <= 0:
        return schema
    if isinstance(reference := schema.get("$ref"), str):
        target = pointed_to(reference, root)
        if target is None:
            return schema
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        return _resolved({**target, **rest}, root, left - 1)
    if isinstance(parts := schema.get("allOf"), list) and parts and all(isinstance(part, Mapping) for part in parts):
        rest = {key: value for key, value in schema.items() if key != "allOf"}
        merged = _merged([*(_resolved(part, root, left - len(parts)) for part in parts), rest])
        return schema if merged is None else _resolved(merged, root, left - 1)
    for key in ("anyOf", "oneOf"):
        parts = schema.get(key)
        if isinstance(parts, list) and all(isinstance(part, Mapping) for part in parts):
            if parts and all("const" in part for part in parts):  # choices, each with its title
                return schema
            others = [part for part in parts if part.get("type") != "null" and part.get("const", 0) is not None]
            if len(others) == 1:  # an optional field says `null` by staying empty
                rest = {name: value for name, value in schema.items() if name != key}
                return _resolved({**others[0], **rest}, root, left - 1)
            return {**schema, key: [_resolved(part, root, left - len(parts)) for part in parts]}
    return schema


def pointed_to(reference: str, root: Mapping[str, Json]) -> Mapping[str, Json] | None:
    """Return what a reference within the document points to; None for any other, and for nothing."""
    if reference == "#":
        return root
    if not reference.startswith("#/"):
        return None
    found: Json = root
    for step in unquote(reference[2:]).split("/"):
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(found, Mapping) and name in found:
            found = found[name]
        elif isinstance(found, list) and name.isdecimal() and len(name) < 6 and int(name) < len(found):
            found = found[int(name)]
        else:
            return None
    return found if isinstance(found, Mapping) else None


def _merged(parts: Sequence[Mapping[str, Json]]) -> dict[str, Json] | None:
    """Return schemas that all hold as one; None where they say different things with one keyword."""
    merged: dict[str, Json] = {}
    for part in parts:
        for key, value in part.items():
            before = merged.get(key)
            if key == "properties" and isinstance(before, Mapping) and isinstance(value, Mapping):
                merged[key] = {**before, **value}
            elif key == "required" and isinstance(before, list) and isinstance(value, list):
                merged[key] = [*before, *(name for name in value if name not in before)]
            elif key not in merged or before == value or key in ("title", "description", "default", "examples"):
                merged[key] = value
            else:
                return None
    return merged


def shape_words(schema: Mapping[str, Json], root: Mapping[str, Json]) -> str:
    """Return what a nested value has to be like, with the choices that it leaves, in a line of foreign words."""
    return _Shape(root).words(schema, 0)


class _Shape:
    """What is put in words of one nested value, of which there is no more than can be read."""

    def __init__(self, root: Mapping[str, Json]) -> None:
        self._root = root
        self._left = MAX_NAMED

    def words(self, schema: Mapping[str, Json], depth: int) -> str:
        schema = resolved(schema, self._root)
        values = schema.get("enum")
        if "const" in schema:
            return _written(schema["const"])
        if isinstance(values, list):
            return " or ".join(map(_written, values[:MAX_MEMBERS])) + (" or …" if len(values) > MAX_MEMBERS else "")
        for key in ("anyOf", "oneOf"):
            parts = schema.get(key)
            if isinstance(parts, list) and parts:
                return self._alternatives(parts, depth)
        properties, items = schema.get("properties"), schema.get("items")
        if isinstance(properties, Mapping) and properties:
            return self._members(schema, properties, depth)
        if isinstance(items, Mapping):
            return f"list of {self.words(items, depth + 1) if depth <= MAX_DEPTH else '…'}"
        return schema["type"] if isinstance(schema.get("type"), str) else ""

    def _alternatives(self, parts: Sequence[Json], depth: int) -> str:
        if depth > MAX_DEPTH or not self._may_name(len(parts)):
            return "…"
        named = (self.words(part, depth + 1) for part in parts[:MAX_MEMBERS] if isinstance(part, Mapping))
        return " or ".join(filter(None, named))

    def _members(self, schema: Mapping[str, Json], properties: Mapping[str, Json], depth: int) -> str:
        if depth > MAX_DEPTH or not self._may_name(len(properties)):
            return "{…}"
        required = schema.get("required")
        needed = set(map(str, required)) if isinstance(required, list) else set()
        words = []
        for name, part in list(properties.items())[:MAX_MEMBERS]:
            shape = self.words(part, depth + 1) if isinstance(part, Mapping) else ""
            star = " *" if name in needed else ""
            words.append(f"{name}{star}: {shape}" if shape else f"{name}{star}")
        more = ", …" if len(properties) > MAX_MEMBERS else ""
        return f"{{{', '.join(words)}{more}}}"

    def _may_name(self, count: int) -> bool:
        """Whether so many more are named; they count as named then."""
        count = min(count, MAX_MEMBERS)
        if count > self._left:
            return False
        self._left -= count
        return True


def _written(value: Json) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "…"
