"""
A tool that a server offers to the model, in words: its name, what it says of itself, one line for each property.

The tool is a server's JSON object, so nothing about its shape is taken for granted. Everything here is raw foreign
text, for `Plain`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ...sampling.request import Json, JsonObject
from .content_blocks import members

MOST_PROPERTIES = 40
"""Properties that are listed; more are counted."""

MOST_VALUES = 8
"""Values of an enumeration that are named."""


@dataclass(frozen=True)
class ToolWords:
    """
    One tool.

    Attributes:
        name: As the model would call it.
        description: What it says of itself; empty where it says nothing.
        properties: A line for each argument: its name, type, whether it is required, its description.
    """

    name: str
    description: str
    properties: tuple[str, ...]


def tool_words(tool: JsonObject) -> ToolWords:
    """Return a tool in words."""
    schema = members(tool.get("inputSchema"))
    properties = members(schema.get("properties"))
    required = schema.get("required")
    needed = set(map(str, required)) if isinstance(required, list | tuple) else set()
    lines = [_line(name, about, name in needed) for name, about in list(properties.items())[:MOST_PROPERTIES]]
    if (more := len(properties) - MOST_PROPERTIES) > 0:
        lines.append(f"… and {more} more")
    title = _string(tool, "title")
    about = " — ".join(part for part in (title, _string(tool, "description")) if part)
    return ToolWords(_string(tool, "name") or "a tool without a name", about, tuple(lines))


def type_words(schema: Json, depth: int = 0) -> str:
    """Return the type that a schema describes, such as `integer`, `list of string` or `"a" or "b"`."""
    about = members(schema)
    if depth > 3:
        return "…"
    if isinstance(values := about.get("enum"), list | tuple):
        more = " or …" if len(values) > MOST_VALUES else ""
        return " or ".join(map(_value, values[:MOST_VALUES])) + more
    if "const" in about:
        return _value(about["const"])
    for key in ("anyOf", "oneOf"):
        if isinstance(choices := about.get(key), list | tuple) and choices:
            return " or ".join(type_words(one, depth + 1) for one in choices[:MOST_VALUES])
    kind = about.get("type")
    kinds = [str(one) for one in kind] if isinstance(kind, list | tuple) else [str(kind)] if kind else ["any"]
    return " or ".join(_kind_words(one, about, depth) for one in kinds)


def _kind_words(kind: str, about: JsonObject, depth: int) -> str:
    if kind == "array":
        return f"list of {type_words(about['items'], depth + 1)}" if "items" in about else "list"
    properties = members(about.get("properties"))
    if kind == "object" and properties:
        more = ", …" if len(properties) > MOST_VALUES else ""
        return f"object {{{', '.join(list(properties)[:MOST_VALUES])}{more}}}"
    return kind


def _line(name: str, about: Json, required: bool) -> str:
    description = _string(members(about), "description")
    words = f"{name}: {type_words(about)}{', required' if required else ''}"
    return f"{words} — {description}" if description else words


def _value(value: Json) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _string(value: Mapping[str, Json], key: str) -> str:
    found = value.get(key)
    return found if isinstance(found, str) else ""
