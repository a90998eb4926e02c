"""
Tells what a line of JSON, or of an outline, is made of, so that each kind can have a hue of its own.

Only what a line says by itself is told: a stretch that goes on from another line, or from another piece of a long one,
is a string, or nothing. So no text of a server's can look like a key where it stands within a string.
"""

import re
from collections.abc import Iterator
from enum import StrEnum


class Kind(StrEnum):
    """What a stretch of JSON is."""

    KEY = "key"
    STRING = "string"
    NUMBER = "number"
    LITERAL = "literal"


Stretch = tuple[int, int, Kind]
"""From where to where, and what."""

BARE_KEY = r"[\w$@./][\w$@./-]*(?: [\w$@./][\w$@./-]*)*"
"""A key that an outline writes without quotation marks, as a pattern."""

_STRING = r'"(?:[^"\\]|\\.)*(?:"|\\?$)'
_TOKEN = re.compile(rf"({_STRING})(\s*:)?|(-?\d[\d.eE+-]*)|\b(true|false|null)\b")
_REST = re.compile(r'((?:[^"\\]|\\.)*(?:"|\\?$))[\s,\]}]*')
_MEMBER = re.compile(rf"\s*(?:\(\d+\) )?(?:- |-$|({BARE_KEY}|{_STRING}):(?: |$))?")
_NUMBER = re.compile(r"-?\d[\d.eE+-]*|NaN|-?Infinity")
_EMPTY = frozenset({"", "|", "{}", "[]"})


def kinds_of_json(text: str, *, begins: bool) -> Iterator[Stretch]:
    """
    Yield the stretches of a line of JSON.

    Args:
        begins: The line begins here.
    """
    if not begins:
        rest = _REST.fullmatch(text)
        if rest is not None:
            yield 0, rest.end(1), Kind.STRING
        return
    for token in _TOKEN.finditer(text):
        if token[1] is not None:
            yield (*token.span(1), Kind.KEY if token[2] is not None else Kind.STRING)
        else:
            yield (*token.span(), Kind.NUMBER if token[3] is not None else Kind.LITERAL)


def kinds_of_outline(text: str, *, begins: bool) -> Iterator[Stretch]:
    """
    Yield the stretches of a line of an outline.

    Args:
        begins: A member begins here; else it is the text of a string.
    """
    member = _MEMBER.match(text) if begins else None
    if member is None:
        yield 0, len(text), Kind.STRING
        return
    if member[1] is not None:
        yield (*member.span(1), Kind.KEY)
    start, value = member.end(), text[member.end() :]
    if value.startswith("[") and value not in _EMPTY:
        yield from ((start + low, start + high, kind) for low, high, kind in kinds_of_json(value, begins=True))
    elif value in ("true", "false", "null"):
        yield start, len(text), Kind.LITERAL
    elif value not in _EMPTY:
        yield start, len(text), Kind.NUMBER if _NUMBER.fullmatch(value) else Kind.STRING
