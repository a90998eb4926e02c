"""
Chains the events of the record: each has a digest of itself and of the one before it, so that a changed one is found.

Who can write the file can write a whole new chain. What is found is what somebody did to it with another program, what
a broken disk or a copy did, and what was taken out.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..sampling.derived.beside import windows
from .long_data import pieces_of

_HEAD = "SELECT id, chain FROM events ORDER BY id DESC LIMIT 1"
_START = "SELECT last, digest FROM chain_start"
_OLD_EVENTS = "SELECT id, review, number, server, kind, at, data FROM events ORDER BY id"
_EVENTS = "SELECT id, chain, review, number, server, kind, at, data, judged FROM events WHERE id > ? ORDER BY id"

# An end that no event tells of: the newest events are gone, which leaves a chain that is shorter, and whole.
_UNTOLD = """
SELECT review FROM reviews WHERE id > (SELECT max(id) FROM reviews) - ? AND (
    NOT EXISTS (SELECT 1 FROM events WHERE events.review = reviews.review)
    OR outcome IS NOT NULL AND (SELECT count(*) FROM events WHERE events.review = reviews.review AND kind NOT IN
        ('received', 'held back', 'let in', 'judged', 'approved', 'sent', 'response', 'response changed')) = 0
) LIMIT 1
"""


def begin(connection: sqlite3.Connection) -> None:
    """Chain the events of a record that has none, and those that it has already as one; the caller migrates."""
    connection.execute("ALTER TABLE events ADD COLUMN chain TEXT")
    connection.execute("CREATE TABLE chain_start (last INTEGER NOT NULL, digest TEXT NOT NULL)")
    last, digest = 0, ""
    for row, *event in connection.execute(_OLD_EVENTS):
        last, digest = row, _digest(digest, (*event, None))
    connection.execute("INSERT INTO chain_start (last, digest) VALUES (?, ?)", (last, digest))


def head(connection: sqlite3.Connection) -> tuple[int, str]:
    """Return the newest event, and the digest that the next one is chained to; the caller holds the transaction."""
    newest, digest = connection.execute(_HEAD).fetchone() or (0, None)
    if digest is None:
        (digest,) = connection.execute("SELECT digest FROM chain_start").fetchone() or ("",)
    return newest, str(digest)


def link(before: str, values: Mapping[str, Any], pieces: Iterable[str] = ()) -> str:
    """Return the digest of an event, from the values of its row, and the pieces of its data where that is long."""
    row = [values[name] for name in ("review", "number", "server", "kind", "at", "data", "judged")]
    return _digest(before, row, pieces)


def _digest(before: str, event: Sequence[Any], pieces: Iterable[str] = ()) -> str:
    *about, data, judged = event
    first = json.dumps((before, *about))  # in ASCII, and without a line end
    digest = hashlib.sha256(f"{first}\n".encode())
    for piece in windows(data) if data else pieces:
        digest.update(piece.encode())
    if judged is not None:
        digest.update(f"\n{judged}".encode())
    return digest.hexdigest()


def fault(connection: sqlite3.Connection, newest: int | None = None) -> str:
    """
    Return what is wrong with a record, as the rest of a sentence; an empty string when all is well.

    Args:
        newest: Look at only so many of the newest events; at all when left out.
    """
    (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM events").fetchone()
    old, old_digest = connection.execute(_START).fetchone() or (0, "")
    first = max(0, last - newest) if newest is not None else 0
    if 0 < first <= old:
        first = old
    before = old_digest if first == old else ""
    if first > old:
        (before,) = connection.execute("SELECT chain FROM events WHERE id = ?", (first,)).fetchone() or ("",)
    if first == old and last < old:
        return f"lacks events up to its {old:,}th"
    found = _broken(connection, connection.execute(_EVENTS, (first,)), before, old, old_digest)
    untold = connection.execute(_UNTOLD, (newest if newest is not None else last + 1,)).fetchone()
    return found or ("lacks its newest events" if untold else "")


def _broken(
    connection: sqlite3.Connection, rows: Iterable[tuple[Any, ...]], before: str, old: int, old_digest: str
) -> str:
    """Follow the chain; events up to `old` have no digests of their own."""
    for row, chain, *event in rows:
        before = _digest(before, event, pieces_of(connection, row, event[-2]))
        is_last_of_old = row == old and before != old_digest
        if is_last_of_old or (row > old and chain != before):
            place = f"its first {old:,} events" if is_last_of_old else f"event {row:,}"
            return f"was changed: {place} or what stood before it is not what was written"
    return ""
