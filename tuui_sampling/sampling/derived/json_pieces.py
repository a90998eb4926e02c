"""Writes JSON in pieces: a long value is never written in one call, in which no other thread could do anything."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from ..request import Json
from .beside import WINDOW, pause, windows

AT_ONCE = 64
"""Members of a list or an object that are written in one call, where there are more of them."""

DEPTH = 6
"""So many levels are gone through one by one: down to the content blocks of a message, and what is below is short."""


def json_pieces(value: Json, encoder: json.JSONEncoder, depth: int = DEPTH) -> Iterator[str]:
    """Yield what the encoder would write."""
    if isinstance(value, str) and len(value) > WINDOW:
        yield from _text(value, encoder)
    elif _left(value, WINDOW) >= 0:  # as nearly everything is
        yield encoder.encode(value)
    elif depth and value and isinstance(value, Mapping):
        yield from _object(value, encoder, depth)
    elif depth and value and isinstance(value, list | tuple):
        yield from _list(value, encoder, depth)
    else:
        yield encoder.encode(value)


def _left(value: Json, left: int, depth: int = 2 * DEPTH) -> int:
    """Return how many characters are left of so many after a value is written, about; below 0 where it is longer."""
    if isinstance(value, str):
        return left - len(value)
    if value is None or isinstance(value, int | float):
        return left - 8
    inner: Iterable[Json]
    if isinstance(value, (dict, Mapping)):
        inner = value.values()
    elif isinstance(value, list | tuple):
        inner = value
    else:
        return -1
    left -= 16 * len(value)
    for one in inner:
        if left < 0 or not depth:
            return -1
        left = _left(one, left, depth - 1)
    return left


def _text(value: str, encoder: json.JSONEncoder) -> Iterator[str]:
    yield '"'
    for piece in windows(value):
        pause()
        yield encoder.encode(piece)[1:-1]
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
