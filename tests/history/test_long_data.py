"""Long data is kept in pieces: it is read and chained as if it stood in one row, and is never there as a whole."""

import asyncio
import tracemalloc
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.history.test_chain import fault, tampered
from tests.support.history_entries import entry, look, received, result
from tuui_sampling.history import database, rows, schema
from tuui_sampling.history.entry import Entry
from tuui_sampling.history.ledger import Kind, Ledger
from tuui_sampling.history.long_data import LONG, make_room
from tuui_sampling.sampling.errors import LedgerError

PROMPTS: dict[str, Any] = {
    "just short": "x" * (LONG - 1_000),
    "just long": "x" * LONG,
    "of several pieces": "Some words. é\ud800\0\n" * 20_000,
    "of very many blocks": [{"type": "text", "text": str(number)} for number in range(10_000)],
}


def asked(prompt: Any, **more: Any) -> Entry:
    """Return the arrival of a request that says so much."""
    blocks = prompt if isinstance(prompt, list) else {"type": "text", "text": prompt}
    return received(params={"messages": [{"role": "user", "content": blocks}], "maxTokens": 9}, **more)


@pytest.mark.parametrize("name", PROMPTS)
async def test_it_is_read_as_it_was_written(tmp_path: Path, name: str) -> None:
    path = tmp_path / "ledger.sqlite3"
    ledger = await Ledger.open(path)
    changed = asked(PROMPTS[name]).data["params"]
    judged = {"gate": "request", "verdict": "pass", "rule": "any"}
    story = [asked(PROMPTS[name]), entry(Kind.APPROVED, model="m", params=changed, judged=judged)]
    story += [entry(Kind.RESPONSE, candidate=1, result=result("y" * 3 * LONG)), entry(Kind.DELIVERED, result=None)]
    await asyncio.gather(*map(ledger.commit, story), ledger.commit(received(review="s-2")))
    assert [(one.kind, one.data) for one in await ledger.entries("s-1") if one.kind is not Kind.JUDGED] == [
        (one.kind, {key: value for key, value in one.data.items() if key != "judged"}) for one in story
    ]
    await ledger.aclose()
    assert fault(path) == fault(path, 2) == ""
    in_pieces = [(1,), (2,)] if name != "just short" else []
    assert look(path, "SELECT DISTINCT event FROM long_data ORDER BY event") == in_pieces
    assert look(path, "SELECT id FROM events WHERE data = ''") == in_pieces
    assert look(path, "SELECT json_extract(data, '$.candidate') FROM events WHERE kind = 'response'") == [(1,)]


TAMPERED = {
    "a word": "UPDATE long_data SET data = replace(data, 'words', 'swords') WHERE id = 2",
    "the first piece is gone": "DELETE FROM long_data WHERE id = 1",
    "the last piece is gone": "DELETE FROM long_data WHERE id = (SELECT max(id) FROM long_data WHERE event = 2)",
    "all are gone": "DELETE FROM long_data",
    "one was put in": "INSERT INTO long_data (event, data) VALUES (2, ' ')",
    "two have changed places": "UPDATE long_data SET id = CASE id WHEN 1 THEN -1 ELSE -2 END WHERE id IN (1, 2)",
    "something stands in the row": "UPDATE events SET data = '{}' WHERE id = 2",
}


async def test_75_what_was_changed_of_it_is_found(tmp_path: Path) -> None:
    whole = tmp_path / "whole.sqlite3"
    ledger = await Ledger.open(whole)
    await ledger.commit(received(review="s-0"))
    await ledger.commit(asked(PROMPTS["of several pieces"]))
    await ledger.commit(entry(Kind.REJECTED))
    await ledger.aclose()
    for name, statement in TAMPERED.items():
        path = tmp_path / f"{name}.sqlite3"
        path.write_bytes(whole.read_bytes())
        tampered(path, statement)
        assert "event 2 " in fault(path), name
    with closing(database.open_writer(whole)) as other:
        for change in ("UPDATE long_data SET data = ''", "DELETE FROM long_data"):
            with pytest.raises(Exception, match="events are only ever added"):
                other.execute(change)


async def test_of_what_could_not_be_written_nothing_stays(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    ledger = await Ledger.open(path)
    deep: list[Any] = []
    for _ in range(50_000):  # later Pythons write what is nested 10,000 times
        deep = [deep]
    spoilt = asked("x" * 3 * LONG, review="s-1", after=deep)
    found = await asyncio.gather(
        ledger.commit(asked("a" * LONG, review="s-0")),
        ledger.commit(spoilt),
        ledger.commit(asked("b" * LONG, review="s-2")),
        return_exceptions=True,
    )
    assert [type(one) for one in found] == [type(None), LedgerError, type(None)]
    assert [one.data for one in await ledger.entries("s-2")] == [asked("b" * LONG).data]
    await ledger.aclose()
    assert look(path, "SELECT DISTINCT event FROM long_data") == look(path, "SELECT id FROM events") == [(1,), (2,)]
    assert fault(path) == ""


async def test_what_an_older_program_wrote_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, old = tmp_path / "ledger.sqlite3", asked("x" * 3 * LONG)
    with monkeypatch.context() as then:
        then.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[: schema.MIGRATIONS.index(make_room)])
        then.setattr("tuui_sampling.history.long_data.KINDS", ())
        ledger = await Ledger.open(path)
        await ledger.commit(old)
        await ledger.aclose()
    assert fault(path) == "", "also before it is brought to this version"
    ledger = await Ledger.open(path)
    await ledger.commit(asked("y" * 3 * LONG, review="s-2"))
    assert [one.data for one in await ledger.entries("s-1")] == [old.data]
    await ledger.aclose()
    assert fault(path) == ""


def test_it_is_never_there_as_a_whole(tmp_path: Path) -> None:
    """What SQLite takes is not seen here: as much as a row is long, three times."""
    request = asked("x" * 40 * LONG)
    with closing(database.open_writer(tmp_path / "ledger.sqlite3")) as connection, schema.transaction(connection):
        tracemalloc.start()
        try:
            rows.add(connection, [request])
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        (longest,) = connection.execute("SELECT max(length(data)) FROM long_data").fetchone()
    searched = 1_000_000  # characters at the most, which are folded and put behind the server's name
    assert peak < 3 * searched + 10 * LONG
    assert longest < 7 * LONG
