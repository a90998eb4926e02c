"""
Keeps the long data of an event in pieces, each a row: SQLite has a row in memory three times over while it writes it.

Such an event has an empty text as its `data`, which no JSON is. It is read, and chained, as if it stood there.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from ..sampling.derived.beside import WINDOW
from ..sampling.derived.json_pieces import json_pieces, short_json
from .entry import Kind

LONG = WINDOW
"""Characters; what is longer is kept in pieces."""

KINDS = frozenset({Kind.RECEIVED, Kind.APPROVED})
"""Events that hold whole requests. Into the data of others SQL looks, which finds it in the row."""

_ADD = "INSERT INTO long_data (event, data) VALUES (?, ?)"
_PIECES = "SELECT data FROM long_data WHERE event = ? ORDER BY id"


def make_room(connection: sqlite3.Connection) -> None:
    """Make the table; the caller migrates."""
    connection.execute(
        "CREATE TABLE long_data (id INTEGER PRIMARY KEY,"
        " event INTEGER NOT NULL REFERENCES events (id) DEFERRABLE INITIALLY DEFERRED, data TEXT NOT NULL)"
    )
    connection.execute("CREATE INDEX long_data_by_event ON long_data (event, id)")
    for change in ("UPDATE", "DELETE"):
        connection.execute(
            f"CREATE TRIGGER long_data_refuse_{change.lower()} BEFORE {change} ON long_data"
            " BEGIN SELECT RAISE(ABORT, 'events are only ever added'); END"
        )


def short_or_long(kind: Kind, data: Mapping[str, Any], encoder: json.JSONEncoder) -> tuple[str, Iterable[str]]:
    """Return the data of an event as one text, or an empty text and the pieces of one that is long."""
    if (text := short_json(data, encoder)) is not None:  # as nearly always
        return (text, ()) if len(text) <= LONG or kind not in KINDS else ("", (text,))
    pieces = json_pieces(data, encoder)
    if kind not in KINDS:
        return "".join(pieces), ()
    first: list[str] = []
    size = 0
    for piece in pieces:
        first.append(piece)
        if (size := size + len(piece)) > LONG:
            return "", chain(first, pieces)
    return "".join(first), ()


def kept(connection: sqlite3.Connection, event: int, pieces: Iterable[str]) -> Iterator[str]:
    """Write the pieces of an event that is about to be written, and yield what has been."""
    for piece in _together(pieces):
        connection.execute(_ADD, (event, piece))
        yield piece


def _together(pieces: Iterable[str]) -> Iterator[str]:
    """Yield pieces that are worth a row."""
    some: list[str] = []
    size = 0
    for piece in pieces:
        some.append(piece)
        if (size := size + len(piece)) >= LONG:
            yield "".join(some)
            some, size = [], 0
    if some:
        yield "".join(some)


def pieces_of(connection: sqlite3.Connection, event: int, data: str) -> Iterator[str]:
    """Yield the pieces of an event's data; nothing where that stands in its row."""
    if not data:
        for (piece,) in connection.execute(_PIECES, (event,)):
            yield piece
