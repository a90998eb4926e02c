"""What was judged is found, whether it has a row of its own or stands in that of what followed at once."""

import json
from collections.abc import AsyncIterator
from contextlib import aclosing, closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.history_entries import NOON, entry, look, received
from tuui_sampling.history import chain, database, schema
from tuui_sampling.history.figures import Risks
from tuui_sampling.history.judgements import ALL_JUDGED, Bounds
from tuui_sampling.history.ledger import Kind, Ledger, RuleUse

AGES_AGO = NOON - timedelta(days=9)


def judged(size: int, gate: str = "request", verdict: str = "pass") -> dict[str, Any]:
    """Return what was judged of a request."""
    facts = {"kind": "sampling", "size": size, "risk": "high", "risk_reasons": ["tools"]}
    return {"gate": gate, "verdict": verdict, "rule": "short", "reason": "rule: short", "tried": ["t"], "facts": facts}


STORY = (
    received(),
    entry(Kind.APPROVED, second=1, model="local", judged=judged(7)),
    entry(Kind.SENT, second=2, model="local"),
    entry(Kind.DELIVERED, second=3, judged=judged(8, "response")),
)
OF_ITS_OWN = (received(review="s-2"), entry(Kind.JUDGED, review="s-2", second=4, **judged(9, verdict="ask")))


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[Ledger]:
    """Yield a record with what was judged in the one way and in the other."""
    ledger = await Ledger.open(tmp_path / "record.sqlite3")
    for one in (*STORY, *OF_ITS_OWN):
        ledger.note(one)
    await ledger.commit(None)
    yield ledger
    await ledger.aclose()


async def test_it_is_read_as_an_entry_before_the_one_that_it_was_written_with(ledger: Ledger) -> None:
    rows = await ledger.entries("s-1")
    assert [(row.kind, row.at - NOON) for row in rows] == [
        (Kind.RECEIVED, timedelta()),
        (Kind.JUDGED, timedelta(seconds=1)),
        (Kind.APPROVED, timedelta(seconds=1)),
        (Kind.SENT, timedelta(seconds=2)),
        (Kind.JUDGED, timedelta(seconds=3)),
        (Kind.DELIVERED, timedelta(seconds=3)),
    ]
    assert [row.data for row in rows if row.kind is Kind.JUDGED] == [judged(7), judged(8, "response")]
    assert all("judged" not in row.data for row in rows if row.kind is not Kind.JUDGED)
    assert look(ledger.path, "SELECT count(*) FROM events WHERE review = 's-1'") == [(4,)]


async def test_every_reader_of_judgements_finds_both(ledger: Ledger) -> None:
    assert await ledger.rule_use("short") == RuleUse(2, NOON + timedelta(seconds=4))
    assert (await ledger.rule_use("t")).count == 2
    assert [one.review for one in await ledger.search("rule: short")] == ["s-2", "s-1"]
    found = await ledger.facts(AGES_AGO, Bounds(sizes=(8,)))
    assert [(one.times, f'"size":{size}' in one.facts) for one, size in zip(found, (7, 9), strict=True)] == [
        (2, True),
        (1, True),
    ]
    _, risks = await ledger.figures(AGES_AGO)
    assert risks == {"everything": Risks({"high": 2}, ("tools",))}, "one of each way at the first gate"
    assert await ledger.newest() == NOON + timedelta(seconds=4)


async def test_texts_that_are_not_kept_are_not_kept_of_either(tmp_path: Path) -> None:
    async with aclosing(await Ledger.open(tmp_path / "record.sqlite3")) as ledger:
        ledger.note(received())
        await ledger.commit(entry(Kind.APPROVED, judged=judged(1), withheld=True))
        assert [row.data.get("withheld") for row in await ledger.entries("s-1")] == [None, True, True]


def test_none_is_looked_for_in_the_whole_record(tmp_path: Path) -> None:
    with closing(database.open_writer(tmp_path / "record.sqlite3")) as connection:
        for query in (f"{ALL_JUDGED} AND at >= ?", f"SELECT max(at) FROM ({ALL_JUDGED}) WHERE at >= ?"):
            plan = connection.execute(f"EXPLAIN QUERY PLAN {query}", ("2026",)).fetchall()
            assert "judged_by_time" in str(plan), plan


OLD = f"""
INSERT INTO reviews (review, number, server, arrived_at) VALUES ('s-1', 1, 'everything', '{NOON.isoformat()}');
INSERT INTO events (review, number, server, kind, at, data, chain) VALUES
    ('s-1', 1, 'everything', 'judged', '{NOON.isoformat()}', '{json.dumps(judged(3))}', :chain);
INSERT INTO judgements (review, at, gate, rule, verdict) VALUES
    ('s-1', '{NOON.isoformat()}', 'request', 'short', 'pass')
"""


async def test_what_an_older_program_judged_is_still_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "record.sqlite3"
    with monkeypatch.context() as then:
        then.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[: schema.MIGRATIONS.index(schema.judged_with_others)])
        with closing(database.open_writer(path)) as old:
            row = ("s-1", 1, "everything", "judged", NOON.isoformat(), json.dumps(judged(3)))
            values = dict(zip(("review", "number", "server", "kind", "at", "data"), row, strict=True))
            for statement in OLD.split(";"):
                old.execute(statement, {"chain": chain.link("", {**values, "judged": None})})
    async with aclosing(await Ledger.open(path)) as ledger:
        await ledger.commit(entry(Kind.APPROVED, second=1, judged=judged(4)))
        assert await ledger.rule_use("short") == RuleUse(1, NOON + timedelta(seconds=1))
        assert [one.times for one in await ledger.facts(AGES_AGO, Bounds())] == [2]
        assert [row.kind for row in await ledger.entries("s-1")] == ["judged", "judged", "approved"]
        await ledger.sound()
