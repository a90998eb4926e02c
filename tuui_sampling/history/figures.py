"""Tells how a person decides, and how risky what servers asked was, out of the record."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median

from .judgements import ALL_JUDGED

BY_HAND = 0.5
"""Seconds, below which no person decides: an approval has to be on the screen for so long."""

RANKS = ("low", "medium", "high")


@dataclass(frozen=True)
class Figures:
    """
    What a person decided of one server's requests.

    Attributes:
        seconds: From a request's arrival to its first decision, in the middle of all; None without any.
    """

    approved: int = 0
    rejected: int = 0
    seconds: float | None = None

    @property
    def decided(self) -> int:
        """How many were decided by hand."""
        return self.approved + self.rejected


@dataclass(frozen=True)
class Risks:
    """
    How risky one server's requests were.

    Attributes:
        counts: How many of each level; the levels are those of the policy.
        reasons: Why those of the highest level were, the most frequent first.
    """

    counts: dict[str, int] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()

    @property
    def level(self) -> str:
        """The highest level; empty without any."""
        return next((one for one in reversed(RANKS) if self.counts.get(one)), "")


def figures(connection: sqlite3.Connection, since: datetime) -> dict[str, Figures]:
    """Return what the person decided since then, by server; what rules or programs decided is not counted."""
    begin = since.astimezone(UTC).isoformat(timespec="microseconds")
    rows = connection.execute(
        "SELECT server, outcome, arrived_at, (SELECT min(at) FROM events WHERE events.review = reviews.review"
        " AND kind IN ('approved', 'rejected', 'answered', 'delivered')) FROM reviews"
        " WHERE outcome IN ('delivered', 'rejected') AND arrived_at >= ? AND review NOT IN"
        " (SELECT review FROM judgements WHERE at >= ? AND verdict IN ('pass', 'reject'))",
        (begin, begin),
    )
    seconds: dict[str, list[float]] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for server, outcome, arrived, decided in rows:
        took = (datetime.fromisoformat(decided) - datetime.fromisoformat(arrived)).total_seconds() if decided else 0.0
        if took >= BY_HAND:
            counts[server, outcome] += 1
            seconds.setdefault(server, []).append(took)
    return {
        server: Figures(counts[server, "delivered"], counts[server, "rejected"], median(all_of_it))
        for server, all_of_it in seconds.items()
    }


def risks(connection: sqlite3.Connection, since: datetime) -> dict[str, Risks]:
    """Return how risky what was judged at the first gate since then was, by server."""
    begin = since.astimezone(UTC).isoformat(timespec="microseconds")
    rows = connection.execute(
        "SELECT server, json_extract(judged, '$.facts.risk'), json_extract(judged, '$.facts.risk_reasons'), count(*)"
        f" FROM ({ALL_JUDGED} AND at >= ?) WHERE json_extract(judged, '$.gate') = 'request' GROUP BY 1, 2, 3",
        (begin,),
    ).fetchall()
    return {server: _risks(row for row in rows if row[0] == server) for server in dict.fromkeys(row[0] for row in rows)}


def _risks(rows: Iterable[tuple[str, str | None, str | None, int]]) -> Risks:
    counts: Counter[str] = Counter()
    reasons: dict[str, Counter[str]] = {}
    for _, level, written, count in rows:
        if level in RANKS:
            counts[level] += count
            for reason in json.loads(written or "[]"):
                reasons.setdefault(level, Counter())[str(reason)] += count
    found = Risks(dict(counts))
    return Risks(found.counts, tuple(one for one, _ in reasons.get(found.level, Counter()).most_common(5)))
