"""The chain of the record: what was changed or taken out is found, whatever was written by how many programs."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.history_entries import entry, look, received, result
from tuui_sampling.history import chain, database, schema
from tuui_sampling.history.ledger import Kind, Ledger
from tuui_sampling.history.soundness import Soundness
from tuui_sampling.sampling.errors import LedgerError

COLUMNS = "review, number, server, kind, at, data"
"""Of an event, before there was a chain."""


@pytest.fixture
async def record(tmp_path: Path) -> Path:
    """Return a record of twenty delivered requests."""
    path = tmp_path / "ledger.sqlite3"
    ledger = await Ledger.open(path)
    for number in range(1, 21):
        review = f"s-{number}"
        ledger.note(received(review=review))
        ledger.note(entry(Kind.JUDGED, review=review, gate="request", verdict="ask", rule=None))
        judged = {"gate": "response", "verdict": "pass", "rule": "short"} if number < 20 else None
        ledger.note(entry(Kind.DELIVERED, review=review, result=result("a \ud800 b"), edited=False, judged=judged))
    await ledger.aclose()
    return path


def tampered(path: Path, *statements: str) -> None:
    """Do with the file what another program may do."""
    with closing(sqlite3.connect(path)) as other, other:
        for (trigger,) in other.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            other.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            other.execute(statement)


def fault(path: Path, newest: int | None = None) -> str:
    """Return what is wrong with the record."""
    found = Soundness(path).fault(newest)
    return found.message.removeprefix(f"The record {path} ") if found is not None else ""


TAMPERED = {
    "its data": ("UPDATE events SET data = replace(data, 'Say', 'Pay') WHERE id = 7", "event 7 "),
    "what was judged": ("UPDATE events SET judged = replace(judged, 'short', 'long') WHERE id = 12", "event 12 "),
    "that it was judged": ("UPDATE events SET judged = NULL WHERE id = 15", "event 15 "),
    "that it was not": ("UPDATE events SET judged = '{}' WHERE id = 16", "event 16 "),
    "its kind": ("UPDATE events SET kind = 'rejected' WHERE id = 6", "event 6 "),
    "its time": ("UPDATE events SET at = '2020-01-01T00:00:00.000000+00:00' WHERE id = 9", "event 9 "),
    "its server": ("UPDATE events SET server = 'other' WHERE id = 10", "event 10 "),
    "its review": ("UPDATE events SET review = 's-2' WHERE id = 1", "event 1 "),
    "its number": ("UPDATE events SET number = 99 WHERE id = 1", "event 1 "),
    "its digest": ("UPDATE events SET chain = NULL WHERE id = 30", "event 30 "),
    "the first is gone": ("DELETE FROM events WHERE id = 1", "event 2 "),
    "one is gone": ("DELETE FROM events WHERE id = 20", "event 21 "),
    "a review is gone": ("DELETE FROM events WHERE review = 's-5'", "event 16 "),
    "two have changed places": (
        "UPDATE events SET id = CASE id WHEN 4 THEN -5 WHEN 5 THEN -4 END WHERE id IN (4, 5); "
        "UPDATE events SET id = -id WHERE id < 0",
        "event 4 ",
    ),
    "one was put in": (
        "INSERT INTO events (review, number, server, kind, at, data, chain) "
        "SELECT review, number, server, kind, at, data, chain FROM events WHERE id = 60",
        "event 61 ",
    ),
    "the newest is gone": ("DELETE FROM events WHERE id = 60", "lacks its newest events"),
    "the newest five are gone": ("DELETE FROM events WHERE id > 55", "lacks its newest events"),
    "all are gone": ("DELETE FROM events", "lacks its newest events"),
}


@pytest.mark.parametrize("how", TAMPERED)
async def test_75_what_was_changed_or_taken_out_is_found(record: Path, how: str) -> None:
    assert fault(record) == fault(record, 7) == ""
    statements, words = TAMPERED[how]
    tampered(record, *statements.split("; "))
    assert words in fault(record)


async def test_the_newest_are_looked_at_without_all_that_came_before(record: Path) -> None:
    tampered(record, "UPDATE events SET data = '{}' WHERE id = 7")
    assert fault(record, 10) == ""
    assert "event 7 " in fault(record)
    tampered(record, "UPDATE events SET data = '{}' WHERE id = 55")
    assert "event 55 " in fault(record, 10)


async def test_what_an_older_program_wrote_is_part_of_the_chain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ledger.sqlite3"
    with monkeypatch.context() as then:
        then.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[: schema.MIGRATIONS.index(chain.begin)])
        with closing(database.open_writer(path)) as old:
            for number in map(str, range(1, 11)):
                old.execute("INSERT INTO reviews (review, number, server, arrived_at) VALUES (?, 1, 's', '')", [number])
                old.execute(f"INSERT INTO events ({COLUMNS}) VALUES (?, 1, 's', 'received', '', '{{}}')", [number])
    ledger = await Ledger.open(path)
    assert fault(path) == fault(path, 3) == ""
    await ledger.commit(received())
    await ledger.commit(entry(Kind.REJECTED))
    await ledger.aclose()
    assert fault(path) == fault(path, 5) == ""
    tampered(path, "UPDATE events SET data = '[]' WHERE id = 3")
    assert "its first 10 events" in fault(path)


@pytest.mark.hostile(76)
async def test_several_programs_write_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    ledgers = [await Ledger.open(path) for _ in range(3)]
    for number in range(30):
        await asyncio.gather(*(one.commit(received(review=f"{at}-{number}")) for at, one in enumerate(ledgers)))
    ledgers[0].keep(entry(Kind.ANSWERED, review="1-5"))
    for one in ledgers:
        await one.aclose()
    assert look(path, "SELECT count(*) FROM events") == [(90,)]
    assert fault(path) == ""


async def test_it_is_looked_at_once_and_anew_in_a_new_record(record: Path) -> None:
    tampered(record, "UPDATE events SET data = '{}' WHERE id = 7")
    ledger = await Ledger.open(record)
    with pytest.raises(LedgerError, match="event 7 "):
        await ledger.sound()
    with pytest.raises(LedgerError, match="event 7 "):
        await ledger.sound()
    await ledger.commit(received(review="s-99"))
    aside = await ledger.begin_anew()
    await ledger.sound()
    await ledger.commit(received(review="s-100"))
    await ledger.aclose()
    assert "event 7 " in fault(Path(aside)), "what there was is kept as it was found"
    assert look(Path(aside), "SELECT count(*) FROM events") == [(61,)]
    assert fault(record) == ""
