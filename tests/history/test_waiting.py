"""What somebody waits for is written on the event loop where that is short, and in the thread everywhere else."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.support.desks import eventually
from tests.support.history_entries import entry, look, received
from tuui_sampling.history import waiting, writer
from tuui_sampling.history.ledger import Kind, Ledger
from tuui_sampling.sampling.errors import LedgerError


@pytest.fixture
async def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ledger]:
    """Yield an open ledger whose disk is never too slow, and where what nobody waits for waits for long."""
    monkeypatch.setattr(writer, "MAX_WAIT_AT_ONCE", 600.0)
    monkeypatch.setattr(waiting, "LINGER", 600.0)
    opened = await Ledger.open(tmp_path / "ledger.sqlite3")
    yield opened
    await opened.aclose()


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Return the transactions that are tried: the thread's name, and how many entries."""
    seen: list[tuple[str, int]] = []
    attempt = writer.Writer._attempt

    def noted(self: writer.Writer, batch: list[writer.Job]) -> LedgerError | None:
        seen.append((threading.current_thread().name, len(batch)))
        return attempt(self, batch)

    monkeypatch.setattr(writer.Writer, "_attempt", noted)
    return seen


HERE, BESIDE = "MainThread", "ledger"


def kinds(ledger: Ledger) -> list[str]:
    """Return what is written, in order."""
    return [kind for (kind,) in look(ledger.path, "SELECT kind FROM events ORDER BY id")]


async def test_what_is_short_is_written_without_the_thread(ledger: Ledger, tried: list[tuple[str, int]]) -> None:
    await ledger.commit(received(review="s-2"))
    await asyncio.sleep(0)
    ledger.note(entry(Kind.REJECTED, review="s-2"))  # of another one: it waits for company
    ledger.note(received())
    await ledger.commit(entry(Kind.APPROVED))
    assert tried == [(HERE, 1), (HERE, 2)]
    assert kinds(ledger) == ["received", "received", "approved"]
    await ledger.aclose()
    assert kinds(ledger) == ["received", "received", "approved", "rejected"]


async def test_what_comes_together_shares_one_wait_for_the_disk(ledger: Ledger, tried: list[tuple[str, int]]) -> None:
    await asyncio.gather(*(ledger.commit(received(review=f"s-{number}")) for number in range(20)))
    assert tried[0] == (HERE, 1)
    assert {thread for thread, _ in tried[1:]} == {BESIDE}
    assert sum(count for _, count in tried) == 20


@pytest.mark.parametrize(
    "hinder",
    [
        pytest.param(lambda one: replace(one, size=writer.MAX_SIZE_AT_ONCE + 1), id="it is long"),
        pytest.param(lambda one: None, id="no entry"),
    ],
)
async def test_what_is_long_is_written_in_the_thread(
    ledger: Ledger, tried: list[tuple[str, int]], hinder: Callable[[object], object]
) -> None:
    await ledger.commit(hinder(received()))  # type: ignore[arg-type]
    assert tried == [(BESIDE, 1)]


async def test_nothing_overtakes_what_was_handed_to_the_thread(ledger: Ledger, tried: list[tuple[str, int]]) -> None:
    writing = ledger._writer
    assert isinstance(writing, writer.Writer)
    with writing._turn:  # it has taken nothing yet
        first = asyncio.create_task(ledger.commit(replace(received(), size=10**6)))
        await asyncio.sleep(0)
        assert not writing.write_at_once([writer.Job(entry(Kind.SENT), lambda error: None)])
    await first
    assert [thread for thread, _ in tried] == [BESIDE]


async def test_a_lock_is_waited_for_in_the_thread(ledger: Ledger, tried: list[tuple[str, int]]) -> None:
    with closing(sqlite3.connect(ledger.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(ledger.commit(received()))
        await asyncio.sleep(0)
        assert tried[0] == (HERE, 1)
        assert not waiting.done()
        other.execute("ROLLBACK")
    await waiting
    assert tried[1:] == [(BESIDE, 1)]
    assert kinds(ledger) == ["received"]


async def test_what_can_not_be_stored_is_told_by_the_thread(ledger: Ledger, tried: list[tuple[str, int]]) -> None:
    with pytest.raises(LedgerError, match="can't be stored"):
        await ledger.commit(entry(Kind.APPROVED, model=object()))
    assert tried == [(HERE, 1), (BESIDE, 1)]
    await ledger.commit(received())
    assert kinds(ledger) == ["received"]


async def test_a_bug_leaves_the_writer_to_the_next(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("tuui_sampling.history.rows.add", lambda *_: vars(ledger)["bug"])
        with pytest.raises(KeyError):
            await ledger.commit(received())
    await ledger.commit(received(review="s-2"))
    assert look(ledger.path, "SELECT review FROM events") == [("s-2",)]


async def test_a_slow_disk_is_left_to_the_thread_for_a_while(
    ledger: Ledger, tried: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "MAX_WAIT_AT_ONCE", 0.0)
    monkeypatch.setattr(writer, "MAX_PAUSE_AT_ONCE", 600.0)
    ledger._writer._pause = 600.0  # type: ignore[union-attr]
    for number in range(3):
        await ledger.commit(received(review=f"s-{number}"))
        await asyncio.sleep(0)
    assert [thread for thread, _ in tried] == [HERE, BESIDE, BESIDE]


async def test_it_is_tried_again_ever_later(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    writing = ledger._writer
    assert isinstance(writing, writer.Writer)
    now = 1_000.0
    monkeypatch.setattr(writer, "time", SimpleNamespace(monotonic=lambda: now))
    monkeypatch.setattr(writer, "MAX_WAIT_AT_ONCE", 0.002)
    attempt = writer.Writer._attempt
    took = 0.0

    def slow(self: writer.Writer, batch: Sequence[writer.Job]) -> LedgerError | None:
        nonlocal now
        now += took
        return attempt(self, batch)

    monkeypatch.setattr(writer.Writer, "_attempt", slow)
    pauses = []
    for number, seconds in enumerate((0.003, 0.003, 0.02, 0.003, 0.001, 0.003, 30.0)):
        took = seconds
        now = max(now, writing._slow_until)
        started = now
        await ledger.commit(received(review=f"s-{number}"))
        await asyncio.sleep(0)
        pauses.append(max(0.0, writing._slow_until - started))
    assert pauses == pytest.approx([0.03, 0.06, 0.2, 0.4, 0.0, 0.03, 60.0])


async def test_the_thread_waits_and_tidies_up_as_always(ledger: Ledger) -> None:
    writing = ledger._writer
    assert isinstance(writing, writer.Writer)

    def pragmas() -> list[int]:
        return [
            writing._connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("busy_timeout", "wal_autocheckpoint")
        ]

    await ledger.commit(received())
    assert pragmas() == [0, 0]
    await ledger.commit(None)
    await eventually(lambda: not writing._turn.locked())
    assert pragmas() == [3000, 1000]
