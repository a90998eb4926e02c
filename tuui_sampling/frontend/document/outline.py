"""
Writes a JSON value as an outline: one member a line, nested by indentation, so that a person can read a schema.

Nothing is left out and nothing is cut. A string stands bare where it can't be taken for anything else, below its key
where it has several lines, and quoted as JSON everywhere else; so does a key. No line of a string can pass for a line
of the outline: its lines are indented further than its key.
"""

import json
import re
from collections.abc import Iterator, Mapping

from ...sampling.request import Json
from ..presentation.json_kinds import BARE_KEY

MAX_INDENTED = 12
"""Levels that are indented; deeper ones name their level instead, so that the text can't grow with its square."""

INLINE = 60
"""Characters of a list of plain values that stands in one line."""

_BARE = re.compile(r"(?![\s\-\"'\[\]{}|(])[^\n]*(?<!\s)")
_BARE_KEY = re.compile(BARE_KEY)
_NO_STRING = re.compile(r"(?:true|false|null|NaN|-?Infinity|-?\d[\d.eE+-]*)")


class TextLine(str):
    """A line of a string, which is not a line of the outline, whatever it looks like."""

    __slots__ = ()


def outline(value: Json) -> Iterator[str]:
    """Yield the lines of a value, without their line feeds."""
    if not _is_nested(value):
        lines = _member("", value, 0)
        yield from (map(TextLine, lines) if isinstance(value, str) else lines)
        return
    open_members: list[Iterator[tuple[str, Json]]] = [_members(value)]
    while open_members:
        entry = next(open_members[-1], None)
        if entry is None:
            open_members.pop()
            continue
        depth = len(open_members) - 1
        key, member = entry
        if _is_nested(member):
            yield f"{_indent(depth)}{key.rstrip()}"
            open_members.append(_members(member))
        else:
            yield from _member(key, member, depth)


def _members(value: Json) -> Iterator[tuple[str, Json]]:
    """Yield what an object or a list holds, each with how its line begins."""
    if isinstance(value, Mapping):
        return ((f"{_key(key)}: ", member) for key, member in value.items())
    return (("- ", member) for member in value)


def _member(key: str, value: Json, depth: int) -> Iterator[str]:
    """Yield the lines of what holds nothing further."""
    indent = _indent(depth)
    if isinstance(value, str) and "\n" in value:
        yield f"{indent}{key}|"
        inner = _indent(depth + 1)
        for text in value.split("\n"):
            yield TextLine(f"{inner}{text}")
    else:
        yield f"{indent}{key}{_scalar(value)}"


def _indent(depth: int) -> str:
    return "  " * depth if depth <= MAX_INDENTED else f"{'  ' * MAX_INDENTED}({depth}) "


def _key(key: object) -> str:
    text = str(key)
    return text if _BARE_KEY.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _is_nested(value: Json) -> bool:
    """Whether a value takes lines of its own."""
    if isinstance(value, Mapping):
        return bool(value)
    return isinstance(value, list | tuple) and bool(value) and not _fits(value)


def _fits(values: list[Json] | tuple[Json, ...]) -> bool:
    """Whether a list is short, and of plain values only."""
    if len(values) > INLINE // 3 or any(isinstance(one, Mapping | list | tuple) for one in values):
        return False
    return sum(len(one) if isinstance(one, str) else 6 for one in values) + 4 * len(values) <= INLINE


def _scalar(value: Json) -> str:
    if isinstance(value, str):
        bare = _BARE.fullmatch(value) is not None and _NO_STRING.fullmatch(value) is None
        return value if bare and value else json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, list | tuple):
        return json.dumps(list(value), ensure_ascii=False)
    return json.dumps(value)
