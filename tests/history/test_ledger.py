"""The ledger on a real file: what was returned as written is written, in order, whatever happens around it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.support.history_entries import NOON, entry, look, received, result, transactions_in_log
from tests.support.limits import LIMIT
from tuui_sampling.history import database, rows, waiting, writer
from tuui_sampling.history.ledger import Entry, Kind, Ledger
from tuui_sampling.history.writer import Writer
from tuui_sampling.sampling.errors import LedgerError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the record shall be; its folder does not exist yet."""
    return tmp_path / "state" / "ledger.sqlite3"


@pytest.fixture
async def ledger(path: Path) -> AsyncIterator[Ledger]:
    """Yield an open, empty ledger."""
    opened = await Ledger.open(path)
    yield opened
    await opened.aclose()


async def test_a_commit_is_visible_to_another_connection_when_it_returns(ledger: Ledger) -> None:
    await ledger.commit(received())
    assert look(ledger.path, "SELECT kind FROM events") == [("received",)]


@pytest.mark.parametrize("later", [Kind.JUDGED, Kind.RESPONSE, None])
async def test_the_latest_time_stays_when_the_clock_is_set_back(ledger: Ledger, later: Kind | None) -> None:
    """A rule that has expired would live again after the next start."""
    assert await ledger.newest() is None
    await ledger.commit(received())
    if later is not None:
        await ledger.commit(entry(later, second=3_600, candidate=1))
    await ledger.commit(entry(Kind.SENT, second=5, model="local", attempt=1))
    assert await ledger.newest() == NOON + timedelta(seconds=3_600 if later is not None else 5)


def connection_of(ledger: Ledger) -> sqlite3.Connection:
    """Return the connection through which a ledger writes."""
    assert isinstance(ledger._writer, Writer)
    return ledger._writer._connection


async def test_the_file_is_written_for_durability(ledger: Ledger) -> None:
    assert look(ledger.path, "PRAGMA journal_mode") == [("wal",)]
    connection = connection_of(ledger)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)


async def test_notes_are_written_before_the_commit_that_follows_them(ledger: Ledger) -> None:
    await ledger.commit(received())
    for attempt in range(30):
        ledger.note(entry(Kind.SENT, model="local", attempt=attempt))
    await ledger.commit(entry(Kind.DELIVERED, result=result("hello"), model="tiny-1"))
    story = await ledger.entries("s-1")
    assert [step.data.get("attempt") for step in story] == [None, *range(30), None]
    assert story[-1].kind is Kind.DELIVERED


async def test_only_what_a_commit_is_about_is_written_with_it(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "LINGER", 600.0)

    def kinds() -> list[str]:
        return [kind for (kind,) in look(ledger.path, "SELECT kind FROM events ORDER BY id")]

    await ledger.commit(received())
    ledger.note(entry(Kind.SENT, model="local"))  # nobody waits for it, and the next commit not either
    ledger.note(received(review="s-2"))  # it came before what is committed next, and stands before it in the list
    ledger.note(received(review="s-3"))
    ledger.note(entry(Kind.REJECTED, review="s-2"))
    await ledger.commit(entry(Kind.APPROVED, review="s-3"))
    assert kinds() == ["received", "received", "received", "rejected", "approved"]
    ledger.note(entry(Kind.SENT, review="s-3"))
    await ledger.commit(entry(Kind.APPROVED))
    assert kinds()[5:] == ["sent", "approved"], "what came before it of its own review"
    ledger.note(entry(Kind.REJECTED))
    await ledger.commit(None)
    assert kinds()[7:] == ["sent", "rejected"], "a limit is held against all that is known"
    ledger.note(entry(Kind.FAILED, review="s-3"))
    monkeypatch.setattr(waiting, "LINGER", 0.0)  # it has waited for long: it is taken along, not written alone
    monkeypatch.setattr(writer, "MAX_SIZE_AT_ONCE", -1)
    await ledger.commit(entry(Kind.APPROVED))
    assert kinds()[9:] == ["failed", "approved"]


async def test_an_entry_comes_back_as_it_was(ledger: Ledger) -> None:
    written = received("Grüße, 世界 \ud800", raw='{"id":1}', nested=MappingProxyType({"a": [1, None, 1.5]}))
    await ledger.commit(written)
    (read,) = await ledger.entries("s-1")
    assert read == replace(written, data=dict(written.data) | {"nested": {"a": [1, None, 1.5]}})


async def test_times_are_kept_in_one_zone(ledger: Ledger) -> None:
    here = datetime.fromisoformat("2026-07-28T14:00:00.25+02:00")
    await ledger.commit(replace(received(), at=here))
    (read,) = await ledger.entries("s-1")
    assert read.at == here
    assert read.at.isoformat() == "2026-07-28T12:00:00.250000+00:00"


def test_a_time_without_its_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        Entry("s-1", Kind.SENT, "everything", NOON.replace(tzinfo=None), {}, 1)


async def test_lone_surrogates_crash_nothing(ledger: Ledger) -> None:
    broken = "a\udc80b"
    await ledger.commit(received(broken, server=broken, tool=broken))
    (summary,) = await ledger.search(broken)
    assert (summary.server, summary.tool, summary.prompt) == ("a\\udc80b",) * 3


async def test_commits_that_wait_together_share_one_transaction(ledger: Ledger) -> None:
    before = transactions_in_log(ledger.path)
    with closing(sqlite3.connect(ledger.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        commits = [asyncio.create_task(ledger.commit(received(review=f"s-{number}"))) for number in range(1, 61)]
        await asyncio.sleep(0)  # every commit has queued its entry; the writer waits for the lock with what it took
        other.execute("ROLLBACK")
        await asyncio.wait_for(asyncio.gather(*commits), LIMIT)
    assert len(await ledger.search()) == 60
    # What the writer took before the lock stopped it is one transaction, all that came after it is a second one.
    assert transactions_in_log(ledger.path) - before <= 2


async def test_a_cancelled_commit_is_still_written_in_its_place(ledger: Ledger) -> None:
    await ledger.commit(received())
    with closing(sqlite3.connect(ledger.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(ledger.commit(entry(Kind.APPROVED, model="local")))
        await asyncio.sleep(0)
        ledger.note(entry(Kind.SENT, model="local"))
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        other.execute("ROLLBACK")
    await ledger.commit(entry(Kind.WITHDRAWN, reason="cancelled"))
    kinds = [step.kind for step in await ledger.entries("s-1")]
    assert kinds == [Kind.RECEIVED, Kind.APPROVED, Kind.SENT, Kind.WITHDRAWN]


async def test_one_bad_entry_loses_no_other(path: Path) -> None:
    failures: list[LedgerError] = []
    ledger = await Ledger.open(path, on_failure=failures.append)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ledger.note(received())
        ledger.note(entry(Kind.SENT, attempt=object()))
        ledger.note(entry(Kind.SENT, attempt=2))
        bad = asyncio.create_task(ledger.commit(entry(Kind.RESPONSE, result={1, 2})))
        good = asyncio.create_task(ledger.commit(entry(Kind.DELIVERED, model="tiny-1")))
        await asyncio.sleep(0)
        other.execute("ROLLBACK")
    with pytest.raises(LedgerError, match="can't be stored"):
        await asyncio.wait_for(bad, LIMIT)
    await asyncio.wait_for(good, LIMIT)
    assert [step.kind for step in await ledger.entries("s-1")] == [Kind.RECEIVED, Kind.SENT, Kind.DELIVERED]
    assert len(failures) == 1
    await ledger.aclose()


async def test_closing_writes_what_is_queued_and_may_be_repeated(path: Path) -> None:
    failures: list[LedgerError] = []
    ledger = await Ledger.open(path, on_failure=failures.append)
    for number in range(1, 1201):  # more than one transaction takes
        ledger.note(received(review=f"s-{number}"))
    await asyncio.gather(ledger.aclose(), ledger.aclose())
    await ledger.aclose()
    assert look(path, "SELECT count(*) FROM events") == [(1200,)]
    with pytest.raises(LedgerError, match="closed"):
        await ledger.commit(received())
    ledger.note(received())
    await ledger.aclose()
    assert [str(failure) for failure in failures] == [f"The record {path} is closed."]


@pytest.mark.hostile(76)
async def test_two_ledgers_write_the_same_file(path: Path) -> None:
    first, second = await asyncio.gather(Ledger.open(path), Ledger.open(path))
    await asyncio.wait_for(
        asyncio.gather(
            *(first.commit(received(review=f"first-{number}")) for number in range(1, 101)),
            *(second.commit(received(review=f"second-{number}")) for number in range(1, 101)),
        ),
        LIMIT,
    )
    for ledger, name in ((first, "first"), (second, "second")):
        numbers = [summary.number for summary in await ledger.search() if summary.review.startswith(name)]
        assert numbers == list(range(100, 0, -1))
    await first.aclose()
    await second.commit(received(review="second-101"))
    await second.aclose()


@pytest.mark.hostile(74)
async def test_a_full_disk_is_told_and_what_fits_is_still_written(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "PRAGMAS", (*database.PRAGMAS, "max_page_count = 24"))
    failures: list[LedgerError] = []
    ledger = await Ledger.open(path, on_failure=failures.append)
    await ledger.commit(received())
    with pytest.raises(LedgerError, match="the disk is full") as caught:
        await ledger.commit(entry(Kind.RESPONSE, text="x" * 200_000))
    assert "room" in caught.value.hint
    ledger.note(entry(Kind.RESPONSE, text="x" * 200_000))
    await ledger.commit(entry(Kind.REJECTED, gate="request", reason=""))
    assert [step.kind for step in await ledger.entries("s-1")] == [Kind.RECEIVED, Kind.REJECTED]
    assert [str(failure) for failure in failures] == [str(caught.value)]
    await ledger.aclose()


@pytest.mark.hostile(74)
async def test_a_lock_that_stays_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT", 0.05)
    ledger = await Ledger.open(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        commits = [ledger.commit(received(review=f"s-{number}")) for number in range(1, 6)]
        outcomes = await asyncio.wait_for(asyncio.gather(*commits, return_exceptions=True), LIMIT)
        other.execute("ROLLBACK")
    assert [type(outcome) for outcome in outcomes] == [LedgerError] * 5
    assert "holds it locked" in str(outcomes[0])
    await ledger.commit(received())
    await ledger.aclose()


@pytest.mark.hostile(74)
async def test_a_file_that_turns_read_only_is_told(ledger: Ledger) -> None:
    connection_of(ledger).execute("PRAGMA query_only = ON")
    with pytest.raises(LedgerError, match="it can't be written"):
        await ledger.commit(received())


async def test_a_writer_that_breaks_leaves_nobody_waiting(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug of ours ends the thread; whoever waits, or comes later, is told."""
    monkeypatch.setattr(writer, "MAX_SIZE_AT_ONCE", -1)
    seen: list[object] = []
    monkeypatch.setattr("threading.excepthook", lambda failure: seen.append(failure.exc_type))
    monkeypatch.setattr("tuui_sampling.history.rows.add", lambda *_: vars(ledger)["bug"])
    ledger = await Ledger.open(path)
    for _ in range(2):
        with pytest.raises(LedgerError, match="closed"):
            await asyncio.wait_for(ledger.commit(received()), LIMIT)
    await ledger.aclose()
    assert seen == [KeyError]


async def test_the_newest_delivered_answer_to_the_same_question_is_found(ledger: Ledger) -> None:
    def asked(number: int, server: str = "one", digest: str = "d1") -> Entry:
        return entry(Kind.RECEIVED, review=f"s-{number}", server=server, digest=digest)

    def ended(number: int, kind: Kind = Kind.DELIVERED, server: str = "one") -> Entry:
        return entry(kind, review=f"s-{number}", server=server, result=result(f"answer {number}"))

    for one in (asked(1), ended(1), asked(2), ended(2), asked(3), ended(3, Kind.REJECTED), asked(4)):
        ledger.note(one)
    ledger.note(asked(5, server="two"))
    await ledger.commit(ended(5, server="two"))
    found = await ledger.answer("one", "d1")
    assert found is not None
    assert (found.review, found.number, found.data["result"]) == ("s-2", 2, result("answer 2"))
    assert await ledger.answer("one", "d2") is None
    assert await ledger.answer("three", "d1") is None
    plan = look(ledger.path, "EXPLAIN QUERY PLAN " + rows._ANSWER.replace("?", "''"))
    assert any("answered_by_digest" in step[-1] for step in plan)
