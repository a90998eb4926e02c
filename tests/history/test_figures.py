"""How a person decides, and how risky what servers asked was: counted from the record, and from nothing else."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.history_entries import NOON, entry, received
from tuui_sampling.frontend.policy.overview import ServerRow, server_details, server_words, tired
from tuui_sampling.history.figures import Figures, Risks
from tuui_sampling.history.ledger import Entry, Kind, Ledger


def story(review: str, end: Kind, seconds: Sequence[int], *, server: str = "notes", verdict: str = "") -> list[Entry]:
    """Return a request that came, was judged where there is a verdict, was decided, and ended."""
    first = received()
    rows = [Entry(review, Kind.RECEIVED, server, NOON, first.data, int(review.rpartition("-")[2]))]
    if verdict:
        facts = {"risk": "low", "risk_reasons": []}
        judged: dict[str, Any] = {
            "gate": "request",
            "verdict": verdict,
            "rule": "r" if verdict != "ask" else None,
            "facts": facts,
        }
        rows.append(entry(Kind.JUDGED, review=review, server=server, **judged))
    kinds = [Kind.APPROVED, end] if end is Kind.DELIVERED else [end]
    rows += [
        entry(kind, review=review, server=server, second=second, gate="request")
        for kind, second in zip(kinds, seconds, strict=True)
    ]
    return rows


async def figures(folder: Path, *stories: list[Entry], since: timedelta = timedelta()) -> dict[str, Figures]:
    """Return the figures of a record with these stories."""
    ledger = await Ledger.open(folder / "record.sqlite3")
    try:
        for row in (row for rows in stories for row in rows):
            await ledger.commit(row)
        return (await ledger.figures(NOON + since))[0]
    finally:
        await ledger.aclose()


async def test_the_rate_and_the_median_are_of_what_was_decided_by_hand(tmp_path: Path) -> None:
    found = await figures(
        tmp_path,
        story("s-1", Kind.DELIVERED, (2, 90)),
        story("s-2", Kind.DELIVERED, (4, 90), verdict="ask"),
        story("s-3", Kind.REJECTED, (30,)),
        story("s-4", Kind.DELIVERED, (9, 90), verdict="pass"),  # by rule
        story("s-5", Kind.REJECTED, (9,), verdict="reject"),  # by rule
        story("s-6", Kind.DELIVERED, (0, 1)),  # no person is as fast
        story("s-7", Kind.WITHDRAWN, (5,)),
        story("s-8", Kind.DELIVERED, (7, 8), server="mail"),
    )
    assert found == {"notes": Figures(2, 1, 4.0), "mail": Figures(1, 0, 7.0)}
    assert found["notes"].decided == 3


@pytest.mark.parametrize(("since", "counted"), [(timedelta(), True), (timedelta(seconds=1), False)])
async def test_only_what_came_since_then_is_counted(tmp_path: Path, since: timedelta, counted: bool) -> None:
    found = await figures(tmp_path, story("s-1", Kind.REJECTED, (30,)), since=since)
    assert bool(found) is counted


def judged(review: str, level: str, *reasons: str, gate: str = "request", server: str = "notes") -> Entry:
    """Return a judgement with a risk."""
    facts = {"risk": level, "risk_reasons": list(reasons)}
    return entry(Kind.JUDGED, review=review, server=server, gate=gate, verdict="ask", rule=None, facts=facts)


async def test_the_risk_of_a_server_is_the_highest_with_its_reasons_by_how_often_they_were(tmp_path: Path) -> None:
    ledger = await Ledger.open(tmp_path / "record.sqlite3")
    rows = [
        judged("s-1", "low"),
        judged("s-2", "high", "a secret", "tools"),
        judged("s-3", "high", "tools"),
        judged("s-4", "medium", "new"),
        judged("s-5", "high", "never counted", gate="response"),
        judged("s-6", "unheard of", "of another version"),
        judged("s-7", "low", server="mail"),
    ]
    try:
        for row in rows:
            await ledger.commit(row)
        _, found = await ledger.figures(NOON)
        _, later = await ledger.figures(NOON + timedelta(seconds=1))
    finally:
        await ledger.aclose()
    assert found["notes"] == Risks({"low": 1, "high": 2, "medium": 1}, ("tools", "a secret"))
    assert (found["notes"].level, found["mail"].level, Risks().level) == ("high", "low", "")
    assert later == {}


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        (Figures(20, 0, 2.9), True),
        (Figures(19, 0, 2.9), False),  # too few to say
        (Figures(20, 0, 3.0), False),  # read
        (Figures(19, 1, 1.0), False),  # something was rejected
        (Figures(96, 4, 1.0), True),
        (Figures(20, 0, None), False),
        (Figures(), False),
    ],
)
def test_somebody_who_approves_without_reading_is_told(figures: Figures, expected: bool) -> None:
    assert tired(figures) is expected
    row = ServerRow("notes", figures, Risks({"high": 3}, ("tools",)))
    told = list(server_details(row))
    assert any(line.startswith("⚑ Nearly everything is approved") for line in told) is expected
    assert "Reasons when they came: tools." in told
    rate = f"{100 * figures.approved // figures.decided} % of" if figures.decided else "nothing decided by hand"
    assert server_words(row).startswith("⚑ high risk") and rate in server_words(row)
    assert server_words(ServerRow("quiet")) == "has not asked in 30 days"
