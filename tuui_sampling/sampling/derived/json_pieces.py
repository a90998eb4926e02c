"""Writes JSON in pieces: a long value is never written in one call, in which no other thread could do anything."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from ..request import Json
from .beside import pause

AT_ONCE = 64
"""Members of a list or an object that are written in one call, where there are more of them."""

LONG = 65_536
"""Characters of a text that are."""

DEPTH = 6
"""So many levels are gone through one by one: down to the content blocks of a message, and what is below is short."""


def json_pieces(value: Json, encoder: json.JSONEncoder, depth: int = DEPTH) -> Iterator[str]:
    """Yield what the encoder would write."""
    if isinstance(value, str) and len(value) > LONG:
        yield from _text(value, encoder)
    elif depth and value and isinstance(value, (dict, Mapping)):
        if _is_short(value):
            yield encoder.encode(value)
        else:
            yield from _object(value, encoder, depth)
    elif depth and value and isinstance(value, list | tuple):
        yield from _list(value, encoder, depth)
    else:
        yield encoder.encode(value)


def _is_short(value: Mapping[str, Json]) -> bool:
    """Whether an object has but a few plain members, as a block of a short text: most objects are such."""
    if len(value) > AT_ONCE:
        return False
    size = 0
    for member in value.values():
        if isinstance(member, str):
            size += len(member)
        elif member is not None and not isinstance(member, (int, float)):
            return False
    return size <= LONG


def _text(value: str, encoder: json.JSONEncoder) -> Iterator[str]:
    yield '"'
    for start in range(0, len(value), LONG):
        pause()
        yield encoder.encode(value[start : start + LONG])[1:-1]
    yield '"'


def _list(value: Sequence[Json], encoder: json.JSONEncoder, depth: int) -> Iterator[str]:
    many = len(value) > AT_ONCE
    separator = "["
    for start in range(0, len(value), AT_ONCE if many else 1):
        yield separator
        separator = encoder.item_separator
        if many:
            pause()
            yield encoder.encode(value[start : start + AT_ONCE])[1:-1]
        else:
            yield from json_pieces(value[start], encoder, depth - 1)
    yield "]"


def _object(value: Mapping[str, Json], encoder: json.JSONEncoder, depth: int) -> Iterator[str]:
    members: Iterable[tuple[str, Json]] = sorted(value.items()) if encoder.sort_keys else value.items()
    separator = "{"
    if len(value) > AT_ONCE:
        left = iter(members)
        while some := dict(islice(left, AT_ONCE)):
            yield separator
            separator = encoder.item_separator
            yield encoder.encode(some)[1:-1]
    else:
        for key, member in members:
            yield f"{separator}{encoder.encode(key)}{encoder.key_separator}"
            separator = encoder.item_separator
            yield from json_pieces(member, encoder, depth - 1)
    yield "}"
