"""Entries ⇄ rows: the one place that knows both the values and the tables."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from . import judgements, long_data
from .chain import head, link
from .entry import BROKEN_OFF, JUDGED, Entry, Kind, SpentBy, Summary
from .text import folded, prompt_line, searchable, storable

_MAX_TOKENS = 2**53
"""More than this is a provider's mistake; the cap keeps sums within SQLite's integers."""

_ADD_EVENT = """
INSERT INTO events (id, review, number, server, kind, at, data, chain, judged)
VALUES (:id, :review, :number, :server, :kind, :at, :data, :chain, :judged)
"""

# One statement for both the first row of a review and the others.
_SUM_UP = """
INSERT INTO reviews (
    review, number, server, arrived_at, tool, model, prompt, outcome, ended_at, edited,
    input_tokens, output_tokens, search, digest
) VALUES (
    :review, :number, :server, :at, :tool, :model, coalesce(:prompt, ''), :outcome,
    :ended_at, :edited, :input_tokens, :output_tokens, :search, :digest
)
ON CONFLICT (review) DO UPDATE SET
    tool = coalesce(:tool, tool),
    model = coalesce(:model, model),
    prompt = coalesce(:prompt, prompt),
    outcome = coalesce(:outcome, outcome),
    ended_at = coalesce(:ended_at, ended_at),
    edited = max(edited, :edited),
    input_tokens = CASE WHEN :is_sum THEN :input_tokens
        ELSE coalesce(input_tokens + :input_tokens, :input_tokens, input_tokens) END,
    output_tokens = CASE WHEN :is_sum THEN :output_tokens
        ELSE coalesce(output_tokens + :output_tokens, :output_tokens, output_tokens) END,
    search = CASE WHEN instr(search, substr(:search, :words_at)) > 0 THEN search
        ELSE search || char(10) || substr(:search, :words_at) END
"""

# `instr` rather than LIKE: it compares bytes, so nothing in a word needs escaping and a NUL ends nothing.
# How a review ended, and that it was edited, are words to search for, too. They are not part of `search`: they are
# known last.
_SEARCH = """
SELECT id, review, number, server, tool, model, outcome, arrived_at, ended_at, edited, prompt,
    input_tokens, output_tokens,
    (SELECT cost FROM costs WHERE costs.review = reviews.review ORDER BY costs.id DESC LIMIT 1)
FROM reviews
WHERE (:before IS NULL OR id < :before)
  AND NOT EXISTS (SELECT 1 FROM json_each(:words)
    WHERE instr(search, value) = 0 AND instr(coalesce(outcome, ''), value) = 0 AND NOT (value = 'edited' AND edited))
ORDER BY id DESC LIMIT :limit
"""

_ANSWER = """
SELECT events.review, kind, events.server, at, data, events.number
FROM reviews JOIN events ON events.review = reviews.review AND kind = 'delivered'
WHERE reviews.digest = ? AND reviews.server = ? AND outcome = 'delivered'
ORDER BY reviews.id DESC LIMIT 1
"""

_ADD_COST = """
INSERT INTO costs (review, server, kind, at, model, cost) VALUES (:review, :server, :kind, :at, :model, :cost)
"""

_COSTS = """
SELECT at, review, server, kind, model, cost FROM costs
WHERE review IN (SELECT review FROM costs WHERE at >= ?) ORDER BY id
"""

_ENTRIES = "SELECT id, judged, review, kind, server, at, data, number FROM events WHERE review = ? ORDER BY id"


def add(connection: sqlite3.Connection, entries: Sequence[Entry]) -> None:
    """
    Write entries in their order, and bring their reviews' summaries up to date; the caller holds the transaction.

    Raises:
        sqlite3.Error: The file refused.
        TypeError, ValueError, RecursionError: The data is not JSON.
    """
    newest, digest = head(connection)
    values: list[dict[str, Any]] = []
    for event, entry in enumerate(entries, start=newest + 1):
        one, pieces = _values(entry)
        one["id"] = event
        digest = one["chain"] = link(digest, one, long_data.kept(connection, event, pieces))
        values.append(one)
    connection.executemany(_SUM_UP, map(_searched, _by_review(values)))  # first: the events refer to them
    connection.executemany(_ADD_EVENT, values)
    if costs := [one for one in values if one["cost"] is not None]:
        connection.executemany(_ADD_COST, costs)
    judgements.add(connection, entries)


def _by_review(values: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Return what rows change in the summaries, once for each review: each statement costs more than this does."""
    changes: dict[str, dict[str, Any]] = {}
    for one in values:
        before = changes.get(one["review"])
        changes[one["review"]] = one if before is None else _together(before, one)
    return changes.values()


def _searched(change: dict[str, Any]) -> dict[str, Any]:
    """Return a change with the words as one text, which is there once: SQLite would copy what it puts together."""
    server, words = change["server_words"], change.pop("words")
    return change | {"search": f"{server}\n{words}" if words else server, "words_at": len(server) + 2}


def _together(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Return what two rows of one review change in its summary; the first tells what the review began with."""
    newest = {key: after[key] for key in _NEWEST if after[key] is not None}
    tokens = {key: after[key] if after["is_sum"] else _sum(before[key], after[key]) for key in _COUNTED}
    words, more = before["words"], after["words"]
    if more not in words:
        words = f"{words}\n{more}" if words else more
    return (
        before
        | newest
        | tokens
        | {
            "edited": max(before["edited"], after["edited"]),
            "is_sum": before["is_sum"] or after["is_sum"],
            "words": words,
        }
    )


_NEWEST = ("tool", "model", "prompt", "outcome", "ended_at")
_COUNTED = ("input_tokens", "output_tokens")


def _sum(one: int | None, other: int | None) -> int | None:
    return other if one is None else one + (other or 0)


def search(connection: sqlite3.Connection, text: str, limit: int, before: int | None) -> list[Summary]:
    """Return the reviews that hold every word of the text, the newest first."""
    words = json.dumps(list(dict.fromkeys(folded(text).split())))
    rows = connection.execute(_SEARCH, {"words": words, "limit": limit, "before": before})
    return [_summary(row) for row in rows]


def entries(connection: sqlite3.Connection, review: str) -> list[Entry]:
    """Return all that happened to one review, in order."""
    rows = connection.execute(_ENTRIES, (storable(review),))
    return [one for event, judged, *row in rows for one in _apart(_entry(_whole(connection, event, row)), judged)]


def _whole(connection: sqlite3.Connection, event: int, row: Sequence[Any]) -> Sequence[Any]:
    """Return a row with its data, where that is kept in pieces."""
    *others, data, number = row
    return row if data else (*others, "".join(long_data.pieces_of(connection, event, data)), number)


def _apart(entry: Entry, judged: str | None) -> Iterator[Entry]:
    """Yield an entry, and before it the judgement that was written with it."""
    if judged is not None:
        withheld = {"withheld": True} if entry.data.get("withheld") else {}
        yield replace(entry, kind=Kind.JUDGED, data=json.loads(judged) | withheld)
    yield entry


def answer(connection: sqlite3.Connection, server: str, digest: str) -> Entry | None:
    """Return how the newest review of this server and digest that was delivered ended; None when there is none."""
    row = connection.execute(_ANSWER, (digest, storable(server))).fetchone()
    return _entry(row) if row is not None else None


def spent(connection: sqlite3.Connection, since: datetime, by: SpentBy) -> dict[str, Decimal]:
    """
    Return US dollars by server, model or day.

    Each answer has its cost; what the end of a review has beyond that is the cost of calls that were broken off.
    """
    begin = since.astimezone(UTC).isoformat(timespec="microseconds")
    totals: dict[str, Decimal] = {}
    answered: dict[str, Decimal] = {}
    for at, review, server, kind, model, written in connection.execute(_COSTS, (begin,)):
        cost = _decimal(written)
        if kind == Kind.RESPONSE:
            answered[review] = answered.get(review, Decimal()) + cost
        else:
            cost = max(Decimal(), cost - answered.get(review, Decimal()))
            answered[review] = answered.get(review, Decimal()) + cost  # an end may be told twice
        if at >= begin and (cost or kind == Kind.RESPONSE):
            day = datetime.fromisoformat(at).astimezone().date().isoformat()
            key = {"server": server, "model": model if kind == Kind.RESPONSE and model else BROKEN_OFF, "day": day}[by]
            totals[key] = totals.get(key, Decimal()) + cost
    return totals


def _decimal(written: object) -> Decimal:
    """Return an amount of the record; nothing for one that is none."""
    try:
        amount = Decimal(str(written))
    except InvalidOperation:
        return Decimal()
    return amount if amount.is_finite() else Decimal()


def _entry(row: Sequence[Any]) -> Entry:
    review, kind, server, at, data, number = row
    return Entry(review, Kind(kind), server, datetime.fromisoformat(at), json.loads(data), number)


def _values(entry: Entry) -> tuple[dict[str, Any], Iterable[str]]:
    """Return the values of an entry's row, and the pieces of its data where that is long."""
    data, kind, judged = entry.data, entry.kind, entry.data.get(JUDGED)
    if judged is not None:
        data = {key: value for key, value in data.items() if key != JUDGED}
    usage, outcome, is_first = data.get("usage"), kind.value if kind.is_final else None, kind is Kind.RECEIVED
    # ASCII with escapes: a lone surrogate survives the way there and back.
    written, pieces = long_data.short_or_long(kind, data, _JSON)
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    return {
        "review": storable(entry.review),
        "number": entry.number,
        "server": storable(entry.server),
        "server_words": folded(entry.server),
        "kind": kind.value,
        "at": at,
        "data": written,
        "tool": _text(data, "tool") if is_first else None,
        "model": _text(data, "model"),
        "digest": _text(data, "digest") if is_first else None,
        "prompt": prompt_line(data.get("params")) if is_first else None,
        "outcome": outcome,
        "ended_at": at if outcome else None,
        "edited": int(_is_edit(entry)),
        "is_sum": outcome is not None and isinstance(usage, Mapping),
        "input_tokens": _tokens(usage, "input_tokens") if usage else None,
        "output_tokens": _tokens(usage, "output_tokens") if usage else None,
        "cost": _text(data, "cost"),
        "words": searchable(entry.data),
        "judged": _JSON.encode(judged) if judged is not None else None,
    }, pieces


def _is_edit(entry: Entry) -> bool:
    if entry.kind is Kind.RESPONSE_CHANGED:
        return True
    return bool(entry.data.get("changed" if entry.kind is Kind.APPROVED else "edited"))


def _text(data: Mapping[str, Any], key: str) -> str | None:
    value = data.get(key)
    return storable(value) if isinstance(value, str) and value else None


def _tokens(usage: object, key: str) -> int | None:
    value = usage.get(key) if isinstance(usage, Mapping) else None
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return max(0, min(value, _MAX_TOKENS))


def _as_object(value: object) -> dict[str, Any]:
    """Write read-only mappings as objects; `json` knows only `dict`."""
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


_JSON = json.JSONEncoder(default=_as_object, separators=(",", ":"))


def _summary(row: tuple[Any, ...]) -> Summary:
    (row_id, review, number, server, tool, model, outcome, arrived, ended, edited, prompt, *counted) = row
    tokens_in, tokens_out, cost = counted
    return Summary(
        row=row_id,
        review=review,
        number=number,
        server=server,
        tool=tool,
        model=model,
        outcome=Kind(outcome) if outcome else None,
        arrived_at=datetime.fromisoformat(arrived),
        ended_at=datetime.fromisoformat(ended) if ended else None,
        edited=bool(edited),
        prompt=prompt,
        input_tokens=tokens_in,
        output_tokens=tokens_out,
        cost=_decimal(cost) if cost is not None else None,
    )
