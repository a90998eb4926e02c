"""What was judged by which rule: how often a rule matched, what it let pass, and what a server's requests came to."""

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from .entry import Entry, RuleUse
from .text import storable

_ADD = "INSERT INTO judgements (review, at, gate, rule, verdict) VALUES (?, ?, ?, ?, ?)"


class KeptFacts(NamedTuple):
    """
    What rules were held against once.

    Attributes:
        at: When, as the record has it.
        facts: As JSON.
    """

    server: str
    at: str
    facts: str


TRIED = "tried"
"""The verdict of a rule on trial."""


def add(connection: sqlite3.Connection, entries: Iterable[Entry]) -> None:
    """Note which rules judgements name; the caller holds the transaction."""
    if named := [row for entry in entries for row in _named(entry)]:
        connection.executemany(_ADD, named)


def _named(entry: Entry) -> Iterator[tuple[str, ...]]:
    data, at = entry.data, _text(entry.at)
    rules = [(data["rule"], str(data["verdict"]))] if data.get("rule") else []
    for rule, verdict in (*rules, *((name, TRIED) for name in data.get("tried", ()))):
        yield storable(entry.review), at, str(data["gate"]), storable(rule), verdict


def standing(connection: sqlite3.Connection, server: str) -> tuple[int, int]:
    """Return how many requests of a server were delivered, and how many rejected."""
    rows = connection.execute(
        "SELECT outcome, count(*) FROM reviews"
        " WHERE server = ? AND outcome IN ('delivered', 'rejected') GROUP BY outcome",
        (storable(server),),
    )
    found = dict(rows.fetchall())
    return int(found.get("delivered", 0)), int(found.get("rejected", 0))


def rule_use(connection: sqlite3.Connection, rule: str) -> RuleUse:
    """Return how much a rule has been used."""
    query = "SELECT count(*), max(at) FROM judgements WHERE rule = ?"
    count, last = connection.execute(query, (storable(rule),)).fetchone()
    return RuleUse(int(count), datetime.fromisoformat(last) if last else None)


def facts(connection: sqlite3.Connection, since: datetime) -> list[KeptFacts]:
    """Return what rules were held against since then, the oldest first; read in one go, since there is much of it."""
    rows = connection.execute(
        "SELECT server, at, json_extract(data, '$.facts') FROM events WHERE kind = 'judged' AND at >= ?"
        " ORDER BY at, id",
        (_text(since),),
    )
    return [KeptFacts(server, at, written or "{}") for server, at, written in rows]


def newest(connection: sqlite3.Connection) -> datetime | None:
    """Return the time of the newest entry."""
    row = connection.execute("SELECT at FROM events ORDER BY id DESC LIMIT 1").fetchone()
    return datetime.fromisoformat(row[0]) if row else None


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
