"""
Counts what is used of limits: requests, model calls, their tokens and US dollars.

Before a model is called, the most that it may use is claimed; claims are checked and written in one transaction, so
that two programs can't both take what is left for one. What a call really used takes the claim's place. A claim of a
program that has died stands: nobody knows what came of it. Amounts are billionths of US dollars, so that sums are
exact.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from typing import Any, Literal

from .entry import Entry, Kind
from .text import storable

NANO = 10**9
"""Parts of a US dollar."""

DEAREST = (Decimal("150"), Decimal("600"))
"""US dollars for a million tokens read and written: the dearest model that genai-prices lists. It stands for a price
that is not known."""

PARTS = 1_000_000
"""
Calls that one answer is made of, as an agent's, have numbers from here on: the answer's, times this, and the step. They
count for the model that is called, and for nothing else: what is spent in all is counted with the answer.
"""

Counted = Literal["requests", "calls", "pending", "generating", "tokens", "nano"]

Lives = Callable[[str], bool]
"""Whether the program of a session still runs."""


@dataclass(frozen=True)
class Bound:
    """
    How much may be counted, and where.

    Attributes:
        since: From when on; None where it is what is open now.
    """

    counted: Counted
    most: int
    since: datetime | None = None
    server: str | None = None
    model: str | None = None
    rule: str | None = None
    session: str | None = None


@dataclass(frozen=True)
class Claim:
    """
    What is about to be used.

    Attributes:
        candidate: The number of the answer that a model is to write; 0 for the request itself.
        tokens: At most.
        nano: Billionths of US dollars, at most.
        assumed: Whether the price is not known.
        is_done: It was used already, and is not a guess any more.
    """

    review: str
    session: str
    server: str
    at: datetime
    bounds: tuple[Bound, ...] = ()
    candidate: int = 0
    model: str = ""
    rule: str | None = None
    tokens: int = 0
    nano: int = 0
    assumed: bool = False
    is_done: bool = False


@dataclass(frozen=True)
class Used:
    """
    How much of a bound is used.

    Attributes:
        assumed: How much of it was counted at a price that is not known.
        frees: The time of what has to become too old before there is room again.
    """

    bound: Bound
    used: int
    assumed: int = 0
    frees: datetime | None = None


def claim(connection: sqlite3.Connection, claims: Sequence[Claim], lives: Lives) -> Used | None:
    """Write all claims, or none and return what is used up; the caller holds the transaction."""
    connection.execute("SAVEPOINT claims")
    for one in claims:
        for bound in one.bounds:
            wanted = {"tokens": one.tokens, "nano": one.nano}.get(bound.counted, 1) if one.candidate else 1
            found = used(connection, bound, lives)
            if found.used + wanted > bound.most:
                connection.execute("ROLLBACK TO claims")
                connection.execute("RELEASE claims")
                return found
        connection.execute(
            "INSERT OR REPLACE INTO uses (review, candidate, session, server, model, rule, at, tokens, nano, assumed,"
            " open, settled) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(storable(one.review), one.candidate, one.session, storable(one.server), storable(one.model)),
                *(storable(one.rule) if one.rule is not None else None, _text(one.at), one.tokens, one.nano),
                *(one.assumed, not one.is_done and (one.candidate == 0 or bool(one.model)), one.is_done),
            ),
        )
    connection.execute("RELEASE claims")
    return None


def used(connection: sqlite3.Connection, bound: Bound, lives: Lives) -> Used:
    """Return how much of a bound is used."""
    where, values = _where(bound)
    if bound.counted in ("pending", "generating"):
        return Used(bound, _open(connection, where, values, lives))
    what = f"coalesce(sum({bound.counted}), 0)" if bound.counted in ("tokens", "nano") else "count(*)"
    assumed = "coalesce(sum(CASE WHEN assumed THEN nano ELSE 0 END), 0)" if bound.counted == "nano" else "0"
    amount, of_that = connection.execute(f"SELECT {what}, {assumed} FROM uses WHERE {where}", values).fetchone()
    frees = None
    if bound.counted in ("requests", "calls") and amount >= bound.most:
        (at,) = connection.execute(
            f"SELECT at FROM uses WHERE {where} ORDER BY at LIMIT 1 OFFSET ?", (*values, amount - bound.most)
        ).fetchone()
        frees = datetime.fromisoformat(at)
    return Used(bound, int(amount), int(of_that), frees)


def follow(connection: sqlite3.Connection, entry: Entry) -> None:
    """Put what was really used in the place of a claim, and close what has ended."""
    if entry.kind is Kind.RESPONSE:
        _settle(connection, entry)
    elif entry.kind.is_final:
        _settle_rest(connection, entry)


def catch_up(connection: sqlite3.Connection, since: datetime) -> None:
    """Count the calls of the record that were made while nobody counted; the caller holds the transaction."""
    rows = connection.execute(
        "SELECT review, server, at, json_extract(data, '$.candidate'),"
        " (SELECT json_extract(data, '$.model') FROM events AS sent WHERE sent.review = events.review"
        " AND kind = 'sent' AND json_extract(data, '$.candidate') = json_extract(events.data, '$.candidate')),"
        " json_extract(data, '$.usage.input_tokens'), json_extract(data, '$.usage.output_tokens'),"
        " json_extract(data, '$.cost')"
        " FROM events WHERE kind = 'response' AND at >= ? AND NOT EXISTS (SELECT 1 FROM uses"
        " WHERE uses.review = events.review AND candidate = json_extract(events.data, '$.candidate'))",
        (_text(since),),
    ).fetchall()
    for review, server, at, candidate, model, read, written, cost in rows:
        usage = {"input_tokens": read, "output_tokens": written}
        tokens, nano, assumed = _amounts(usage, cost)
        connection.execute(
            "INSERT OR IGNORE INTO uses (review, candidate, session, server, model, at, tokens, nano, assumed, open)"
            " VALUES (?, ?, '', ?, ?, ?, ?, ?, ?, 0)",
            (review, candidate or 1, server, model or "", at, tokens, nano, assumed),
        )


def nano(dollars: Decimal) -> int:
    """Return US dollars as billionths, rounded up."""
    return int((dollars * NANO).to_integral_value(ROUND_CEILING))


def assumed_cost(read: int, written: int) -> Decimal:
    """Return what tokens cost where the price is not known."""
    return (read * DEAREST[0] + written * DEAREST[1]) / 1_000_000


def _settle(connection: sqlite3.Connection, entry: Entry) -> None:
    data, usage = entry.data, entry.data.get("usage")
    key = (storable(entry.review), data.get("candidate"))
    connection.execute("UPDATE uses SET open = 0 WHERE review = ? AND candidate / ? = ?", (key[0], PARTS, key[1]))
    if not isinstance(usage, Mapping) and not data.get("error"):  # it was broken off, and nobody counted
        connection.execute("UPDATE uses SET open = 0 WHERE review = ? AND candidate = ?", key)
        return
    tokens, amount, assumed = _amounts(usage if isinstance(usage, Mapping) else {}, data.get("cost"))
    connection.execute(
        "UPDATE uses SET open = 0, settled = 1, tokens = ?, nano = ?, assumed = ? WHERE review = ? AND candidate = ?",
        (tokens, amount, assumed, *key),
    )


def _settle_rest(connection: sqlite3.Connection, entry: Entry) -> None:
    """Close what a review has open; of a call that was broken off, what the end of the review counts is the truth."""
    review, usage = storable(entry.review), entry.data.get("usage")
    rest = connection.execute(
        "SELECT id FROM uses WHERE review = ? AND candidate > 0 AND candidate < ? AND NOT settled AND open",
        (review, PARTS),
    ).fetchall()
    if len(rest) == 1 and isinstance(usage, Mapping):
        tokens, amount, assumed = _amounts(usage, entry.data.get("cost"))
        before = connection.execute(
            "SELECT coalesce(sum(tokens), 0), coalesce(sum(nano), 0) FROM uses"
            " WHERE review = ? AND candidate < ? AND settled",
            (review, PARTS),
        ).fetchone()
        if tokens > before[0]:  # else nothing of it was counted, and the claim stands
            connection.execute(
                "UPDATE uses SET settled = 1, tokens = ?, nano = ?, assumed = ? WHERE id = ?",
                (tokens - before[0], max(0, amount - before[1]), assumed, rest[0][0]),
            )
    connection.execute("UPDATE uses SET open = 0 WHERE review = ? AND open", (review,))


def _amounts(usage: Mapping[str, Any], cost: object) -> tuple[int, int, bool]:
    """Return tokens, billionths of US dollars, and whether the price is not known."""
    read, written = _count(usage.get("input_tokens")), _count(usage.get("output_tokens"))
    try:
        known = Decimal(str(cost)) if cost is not None else None
    except InvalidOperation:
        known = None
    if known is None or not known.is_finite():
        return read + written, nano(assumed_cost(read, written)), bool(read or written)
    return read + written, nano(known), False


def _count(value: object) -> int:
    return max(0, min(value, 2**53)) if isinstance(value, int) and not isinstance(value, bool) else 0


def _where(bound: Bound) -> tuple[str, tuple[Any, ...]]:
    of_calls = bound.counted not in ("requests", "pending")
    conditions, values = ["candidate > 0" if of_calls else "candidate = 0"], []
    if of_calls and bound.model is None:
        conditions.append(f"candidate < {PARTS}")
    for column in ("server", "model", "rule", "session"):
        if (value := getattr(bound, column)) is not None:
            conditions.append(f"{column} = ?")
            values.append(storable(value))
    if bound.since is not None:
        conditions.append("at >= ?")
        values.append(_text(bound.since))
    return " AND ".join(conditions), tuple(values)


def _open(connection: sqlite3.Connection, where: str, values: tuple[Any, ...], lives: Lives) -> int:
    rows = connection.execute(f"SELECT session, count(*) FROM uses WHERE open AND {where} GROUP BY session", values)
    return sum(count for session, count in rows.fetchall() if lives(session))


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
