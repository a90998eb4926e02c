"""The ledger's file and tables: private, append-only, honest about what it can't open."""

import asyncio
import json
import os
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.history_entries import NOON, look, received
from tuui_sampling.history import database, schema
from tuui_sampling.history.ledger import Ledger
from tuui_sampling.sampling.errors import LedgerError

NOBODY = 65534


def mode(path: Path) -> int:
    """Return the permission bits."""
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def unprivileged_folder() -> Iterator[Path]:
    """Yield an empty folder, as a user whom permissions bind (a test run by root becomes one for the while)."""
    with tempfile.TemporaryDirectory() as name:
        was_root = os.geteuid() == 0
        if was_root:
            os.chown(name, NOBODY, -1)
            os.seteuid(NOBODY)
        try:
            yield Path(name)
        finally:
            if was_root:
                os.seteuid(0)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
async def test_only_the_owner_can_read_it(tmp_path: Path, umask: int) -> None:
    path = tmp_path / "state" / "ledger.sqlite3"
    before = os.umask(umask)
    try:
        ledger = await Ledger.open(path)
        await ledger.commit(received())
    finally:
        os.umask(before)
    modes = {name: mode(path.with_name(path.name + name)) for name in ("", "-wal", "-shm")}
    assert modes == {"": 0o600, "-wal": 0o600, "-shm": 0o600}
    assert mode(path.parent) & 0o077 == 0
    await ledger.aclose()


async def test_looser_modes_are_mended(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    path = folder / "ledger.sqlite3"
    other = await Ledger.open(path)  # keeps -wal and -shm there
    for made in (folder, *folder.iterdir()):
        made.chmod(0o777)
    ledger = await Ledger.open(path)
    assert mode(folder) == 0o700
    assert {mode(made) for made in folder.iterdir()} == {0o600}
    assert len(list(folder.iterdir())) == 3
    await ledger.aclose()
    await other.aclose()


async def test_a_shared_folder_stays_shared(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    ledger = await Ledger.open(shared / "ledger.sqlite3")
    await ledger.aclose()
    assert mode(shared) == 0o1777


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET data = '{}'",
        "DELETE FROM events",
        "INSERT OR REPLACE INTO events SELECT id, review, number, 'forged', kind, at, data, chain, judged FROM events",
    ],
)
async def test_events_are_only_ever_added(tmp_path: Path, statement: str) -> None:
    ledger = await Ledger.open(tmp_path / "ledger.sqlite3")
    await ledger.commit(received())
    with closing(sqlite3.connect(ledger.path)) as other, pytest.raises(sqlite3.IntegrityError, match="only ever added"):
        other.execute(statement)
    assert len(await ledger.entries("s-1")) == 1
    await ledger.aclose()


async def test_a_record_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    await (await Ledger.open(path)).aclose()
    with closing(sqlite3.connect(path)) as other:
        other.execute(f"PRAGMA user_version = {len(schema.MIGRATIONS) + 1}")
    before = path.read_bytes()
    with pytest.raises(LedgerError, match="newer version") as caught:
        await Ledger.open(path)
    assert "Update" in caught.value.hint
    assert path.read_bytes() == before


async def test_an_older_record_is_brought_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "ledger.sqlite3"
    old = await Ledger.open(path)
    await old.commit(received())
    await old.aclose()
    monkeypatch.setattr(
        schema, "MIGRATIONS", [*schema.MIGRATIONS, lambda connection: connection.execute("CREATE TABLE added (a)")]
    )
    new = await Ledger.open(path)
    assert look(path, "PRAGMA user_version") == [(len(schema.MIGRATIONS),)]
    assert look(path, "SELECT * FROM added") == []
    assert len(await new.search()) == 1
    await new.aclose()


def write_old(connection: sqlite3.Connection, review: str, kind: str, data: dict[str, Any]) -> None:
    """Write a row as the first version of this program did."""
    ended = None if kind == "received" else kind
    connection.execute(
        "INSERT INTO reviews (review, number, server, arrived_at, outcome) VALUES (?, 1, 'one', ?, ?) "
        "ON CONFLICT (review) DO UPDATE SET outcome = excluded.outcome",
        (review, NOON.isoformat(), ended),
    )
    connection.execute(
        "INSERT INTO events (review, number, server, kind, at, data) VALUES (?, 1, 'one', ?, ?, ?)",
        (review, kind, NOON.isoformat(), json.dumps(data)),
    )


@pytest.mark.parametrize(
    ("asked", "kind", "action", "outcome"),
    [
        ("form", "delivered", "accept", "accepted"),
        ("form", "rejected", "decline", "declined"),
        ("page to visit", "rejected", "cancel", "cancelled"),
        ("roots", "delivered", "accept", "shared"),
        ("roots", "rejected", "decline", "refused"),
        (None, "rejected", None, "rejected"),
    ],
)
async def test_older_answers_to_questions_get_their_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str | None, kind: str, action: str | None, outcome: str
) -> None:
    path = tmp_path / "ledger.sqlite3"
    with monkeypatch.context() as then:
        then.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
        with closing(database.open_writer(path)) as old:
            write_old(old, "s-1", "received", {"kind": asked} if asked else {})
            write_old(old, "s-1", kind, {"action": action} if action else {})
            write_old(old, "s-2", "received", {"kind": "form"})
    new = await Ledger.open(path)
    waiting, answered = await new.search()
    assert (answered.outcome, waiting.outcome) == (outcome, None)
    assert [one.kind for one in await new.entries("s-1")] == ["received", kind]
    await new.aclose()


@pytest.mark.hostile(76)
async def test_many_open_a_new_record_at_once(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    ledgers = await asyncio.gather(*(Ledger.open(path) for _ in range(8)))
    for number, ledger in enumerate(ledgers, start=1):
        await ledger.commit(received(review=f"s-{number}"))
        await ledger.aclose()
    assert look(path, "SELECT count(*) FROM reviews") == [(8,)]


async def test_a_migration_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE half (a)")
        connection.execute("CREATE TABLE half (a)")

    path = tmp_path / "ledger.sqlite3"
    monkeypatch.setattr(schema, "MIGRATIONS", [*schema.MIGRATIONS, fails])
    with pytest.raises(LedgerError, match="half already exists"):
        await Ledger.open(path)
    assert look(path, "SELECT name FROM sqlite_schema") == []


def test_a_folder_that_can_not_be_written(unprivileged_folder: Path) -> None:
    unprivileged_folder.chmod(0o500)
    with pytest.raises(LedgerError, match="access is denied") as caught:
        database.open_writer(unprivileged_folder / "ledger.sqlite3")
    assert "permissions" in caught.value.hint
    unprivileged_folder.chmod(0o700)


def test_a_file_that_can_only_be_read(unprivileged_folder: Path) -> None:
    path = unprivileged_folder / "ledger.sqlite3"
    database.open_writer(path).close()
    path.chmod(0o400)
    with pytest.raises(LedgerError, match="access is denied"):
        database.open_writer(path)


async def test_a_path_that_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="it is a folder"):
        await Ledger.open(tmp_path)


async def test_a_path_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("no folder")
    with pytest.raises(LedgerError, match="is a file, not a folder"):
        await Ledger.open(tmp_path / "state" / "ledger.sqlite3")


@pytest.mark.hostile(75)
async def test_a_file_that_is_no_database_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    path.write_text("Dear diary, " * 100)
    with pytest.raises(LedgerError, match="it is not a record"):
        await Ledger.open(path)
    assert path.read_text() == "Dear diary, " * 100


@pytest.mark.hostile(75)
async def test_a_damaged_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    ledger = await Ledger.open(path)
    await ledger.commit(received())
    await ledger.aclose()
    with path.open("r+b") as file:
        for (page,) in look(path, "SELECT rootpage FROM sqlite_master WHERE rootpage > 0"):
            file.seek((page - 1) * 4096)
            file.write(b"\xff" * 4096)
    ledger = await Ledger.open(path)
    with pytest.raises(LedgerError, match="it is damaged"):
        await ledger.commit(received(review="s-2"))
    with pytest.raises(LedgerError, match="it is damaged"):
        await ledger.entries("s-1")
    await ledger.aclose()


async def test_a_record_that_was_moved_away_is_an_error_not_an_empty_list(tmp_path: Path) -> None:
    ledger = await Ledger.open(tmp_path / "ledger.sqlite3")
    await ledger.aclose()
    ledger.path.rename(tmp_path / "elsewhere")
    with pytest.raises(LedgerError, match=r"could not be read: it can't be opened"):
        await ledger.search()
    assert not ledger.path.exists()


async def test_a_path_with_odd_characters_can_be_read_back(tmp_path: Path) -> None:
    ledger = await Ledger.open(tmp_path / "a ?b#c%41ü" / "ledger.sqlite3")
    await ledger.commit(received())
    assert len(await ledger.search()) == 1
    await ledger.aclose()


def test_reading_neither_writes_nor_waits_for_a_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT", 0.0)
    path = tmp_path / "ledger.sqlite3"
    with closing(database.open_writer(path)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with database.reader(path) as connection:
            assert connection.execute("SELECT count(*) FROM events").fetchone() == (0,)
            with pytest.raises(sqlite3.OperationalError, match="readonly"):
                connection.execute("DELETE FROM events")
