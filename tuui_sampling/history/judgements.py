"""What was judged by which rule: how often a rule matched, what it let pass, and what a server's requests came to."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple

from .entry import JUDGED, Entry, Kind, RuleUse
from .text import storable

_ADD = "INSERT OR IGNORE INTO judgements (review, at, gate, rule, verdict) VALUES (?, ?, ?, ?, ?)"


class KeptFacts(NamedTuple):
    """
    What rules were held against.

    Attributes:
        at: When first, as the record has it.
        facts: As JSON, of one of them.
        times: How many of which rules say the same.
    """

    server: str
    at: str
    facts: str
    times: int = 1


class Bounds(NamedTuple):
    """
    What rules ask of facts that are numbers: which of two lie on the same sides of these, and are alike for them.

    Attributes:
        costs: US dollars.
        by_minute: They look at the clock: what was held against them within another minute is not alike.
    """

    tokens: Sequence[int] = ()
    sizes: Sequence[int] = ()
    costs: Sequence[Decimal] = ()
    by_minute: bool = False


TRIED = "tried"
"""The verdict of a rule on trial."""


ALL_JUDGED = """
SELECT id, server, at, coalesce(judged, data) AS judged FROM events WHERE (judged IS NOT NULL OR kind = 'judged')
"""
"""Everything that was judged, in rows of its own and in those of what followed at once."""


def add(connection: sqlite3.Connection, entries: Iterable[Entry]) -> None:
    """Note which rules are named by what was judged; the caller holds the transaction."""
    if named := [row for entry in entries for row in _named(entry)]:
        connection.executemany(_ADD, named)


def _named(entry: Entry) -> Iterator[tuple[str, ...]]:
    data = entry.data if entry.kind is Kind.JUDGED else entry.data.get(JUDGED)
    if data is None:
        return
    at = _text(entry.at)
    rules = [(data["rule"], str(data["verdict"]))] if data.get("rule") else []
    for rule, verdict in (*rules, *((name, TRIED) for name in data.get("tried", ()))):
        yield storable(entry.review), at, str(data["gate"]), storable(rule), verdict


def standing(connection: sqlite3.Connection, server: str) -> tuple[int, int]:
    """
    Return how many requests of a server were delivered, and how many rejected.

    What was rejected because nobody was there to ask, or a limit was reached, says nothing of the server.
    """
    rows = connection.execute(
        "SELECT outcome, count(*) FROM reviews WHERE server = ? AND (outcome = 'delivered' OR outcome = 'rejected'"
        " AND NOT EXISTS (SELECT 1 FROM events WHERE events.review = reviews.review AND kind = 'rejected'"
        " AND json_extract(data, '$.undecided'))) GROUP BY outcome",
        (storable(server),),
    )
    found = dict(rows.fetchall())
    return int(found.get("delivered", 0)), int(found.get("rejected", 0))


def rule_use(connection: sqlite3.Connection, rule: str) -> RuleUse:
    """Return for how many requests a rule was used: it may match at both gates of one."""
    query = "SELECT count(DISTINCT review), max(at) FROM judgements WHERE rule = ?"
    count, last = connection.execute(query, (storable(rule),)).fetchone()
    return RuleUse(int(count), datetime.fromisoformat(last) if last else None)


MAX_NAMED = 5
"""Reviews that are told apart where what was typed may mean several."""


def named(connection: sqlite3.Connection, typed: str) -> list[tuple[str, str]]:
    """
    Return the reviews that somebody may mean, the newest first, each with its key and who asked.

    Args:
        typed: A key, or the beginning of one; else the number of a review, such as `#12`: then it is the newest that
            has it, since each session counts anew.
    """
    for where, most in (
        ("review = ?1", 1),
        ("length(?1) > 3 AND substr(review, 1, length(?1)) = ?1", MAX_NAMED),
        ("CAST(number AS TEXT) = ltrim(?1, '#')", 1),
    ):
        query = f"SELECT review, server || ' › ' || coalesce(tool, '?') FROM reviews WHERE {where}"
        if found := connection.execute(f"{query} ORDER BY id DESC LIMIT {most}", (storable(typed),)).fetchall():
            return found
    return []


_ALIKE = ("kind", "stage", "tool", "model", "host", "findings", "guards", "risk")
"""Facts that are not numbers."""


def facts(connection: sqlite3.Connection, since: datetime, bounds: Bounds) -> list[KeptFacts]:
    """Return what rules were held against since then, the oldest first; of what is alike for them, one with a count."""
    alike = [f"json_extract(judged, {', '.join(_path(name) for name in _ALIKE)})"]
    alike += [f"coalesce(json_extract(judged, {_path('max_tokens')}), 0) > ?" for _ in bounds.tokens]
    alike += [f"coalesce(json_extract(judged, {_path('size')}), 0) > ?" for _ in bounds.sizes]
    worst = f"json_extract(judged, {_path('worst')})"
    alike += [f"{worst} IS NULL OR CAST({worst} AS REAL) > ?" for _ in bounds.costs]
    alike += ["substr(at, 1, 16)"] if bounds.by_minute else []
    limits = (*bounds.tokens, *bounds.sizes, *map(float, bounds.costs))
    # With a single `min`, the other columns are those of its row (https://sqlite.org/lang_select.html#bareagg).
    rows = connection.execute(
        f"SELECT server, at, json_extract(judged, '$.facts'), count(*), min(id) FROM ({ALL_JUDGED} AND at >= ?)"
        f" GROUP BY server, {', '.join(alike)} ORDER BY at",
        (_text(since), *limits),
    )
    return [KeptFacts(server, at, written or "{}", count) for server, at, written, count, _id in rows]


def _path(name: str) -> str:
    return f"'$.facts.{name}'"


def newest(connection: sqlite3.Connection) -> datetime | None:
    """Return the latest time that is recorded: of the newest entry, or of those before the clock was set back."""
    times = [
        *(connection.execute("SELECT at FROM events ORDER BY id DESC LIMIT 1").fetchone() or ()),
        *connection.execute(f"SELECT max(at) FROM ({ALL_JUDGED})").fetchone(),
        *connection.execute("SELECT max(at) FROM events WHERE kind = 'response'").fetchone(),
    ]
    return max((datetime.fromisoformat(at) for at in times if at), default=None)


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
