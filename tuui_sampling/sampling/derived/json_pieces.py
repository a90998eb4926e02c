"""Writes JSON in pieces: a long value is never written in one call, in which no other thread could do anything."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import merge
from typing import TypeVar

from ..request import Json
from .beside import WINDOW, paced, pause, windows
from .json_cost import left_after
from .lazy_list import JSON_LISTS, LazyList

AT_ONCE = 64
"""Members of a list or an object that are written in one call, where they are short."""

SORTED_AT_ONCE = 2_048
"""Keys of an object that are sorted in one call."""

A_VALUE = 32
"""Characters that are written in the time that it takes to look at a value."""

DEPTH = 40
"""So many levels are gone through one by one; what is nested deeper is written in one call."""

MemberT = TypeVar("MemberT")


def json_pieces(value: Json, encoder: json.JSONEncoder, depth: int = DEPTH) -> Iterator[str]:
    """Yield what the encoder would write."""
    if isinstance(value, str) and len(value) > WINDOW:
        yield from _text(value, encoder)
    elif (text := short_json(value, encoder)) is not None:  # as nearly everything is
        yield text
    elif depth and value and isinstance(value, Mapping):
        yield from _object(value, encoder, depth)
    elif depth and value and isinstance(value, JSON_LISTS):
        yield from _list(value, encoder, depth)
    else:
        yield encoder.encode(value)


def short_json(value: Json, encoder: json.JSONEncoder) -> str | None:
    """Return what the encoder would write; None where that is, or takes as long as, more than a window of text."""
    return encoder.encode(value) if _left(value, WINDOW) >= 0 else None


def _left(value: Json, left: int) -> int:
    return left_after((value,), left, A_VALUE)


def _text(value: str, encoder: json.JSONEncoder) -> Iterator[str]:
    yield '"'
    for piece in windows(value):
        pause()
        yield encoder.encode(piece)[1:-1]
    yield '"'


def _list(value: Sequence[Json] | LazyList, encoder: json.JSONEncoder, depth: int) -> Iterator[str]:
    separator = "["
    for some in _groups(value):
        yield separator
        separator = encoder.item_separator
        if len(some) == 1:
            yield from json_pieces(some[0], encoder, depth - 1)
        else:
            yield encoder.encode(some)[1:-1]
    yield "]"


def _object(value: Mapping[str, Json], encoder: json.JSONEncoder, depth: int) -> Iterator[str]:
    keys = _in_order(list(value)) if encoder.sort_keys else value
    separator = "{"
    for some in _groups((key, value[key]) for key in keys):
        yield separator
        separator = encoder.item_separator
        if len(some) == 1:
            [(key, member)] = some
            yield from json_pieces(key, encoder)
            yield encoder.key_separator
            yield from json_pieces(member, encoder, depth - 1)
        else:
            yield encoder.encode(dict(some))[1:-1]
    yield "}"


def _groups(members: Iterable[MemberT]) -> Iterator[list[MemberT]]:
    """Yield members together that are written in one call: not many of them, and no more than a window of text."""
    some: list[MemberT] = []
    left = WINDOW
    for one in paced(members):
        left = _left(one, left)
        if some and (left < 0 or len(some) == AT_ONCE):
            yield some
            some, left = [], _left(one, WINDOW)
        some.append(one)
    if some:
        yield some


def _in_order(keys: list[str]) -> Iterator[str]:
    """Yield keys in their order, which no single call sorts where there are thousands of them."""
    starts = range(0, len(keys), SORTED_AT_ONCE)
    return merge(*[sorted(keys[start : start + SORTED_AT_ONCE]) for start in paced(starts)])
