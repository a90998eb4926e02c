"""What becomes of entries while the file can't be written, is gone, or the program is killed."""

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.desks import eventually
from tests.support.history_entries import entry, look, received, result
from tests.support.limits import LIMIT
from tests.support.paths import ROOT
from tuui_sampling.history import database, writer
from tuui_sampling.history.ledger import Kind, Ledger
from tuui_sampling.sampling.errors import LedgerError

pytestmark = pytest.mark.process


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the record is."""
    return tmp_path / "state" / "ledger.sqlite3"


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait hardly at all for a lock, and try again soon."""
    monkeypatch.setattr(database, "BUSY_TIMEOUT", 0.02)
    monkeypatch.setattr(writer, "TRY_AGAIN", 0.02)


def kinds(path: Path) -> list[str]:
    """Return what is written, in order."""
    return [kind for (kind,) in look(path, "SELECT kind FROM events ORDER BY id")]


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the record locked, as another program might."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def test_what_was_decided_while_the_record_was_locked_is_written_later_in_its_order(path: Path) -> None:
    failures: list[LedgerError] = []
    ledger = await Ledger.open(path, on_failure=failures.append)
    await ledger.commit(received())
    with locked(path):
        ledger.note(entry(Kind.SENT, model="m", candidate=1, attempt=1))
        ledger.note(entry(Kind.REJECTED, gate="response", reason="no"))
        await eventually(lambda: len(failures) == 2)
        with pytest.raises(LedgerError, match="holds it locked"):
            await ledger.commit(entry(Kind.APPROVED, model="m"))
        await asyncio.sleep(0.2)  # several attempts
    assert len(failures) == 2, "told once for each"
    assert all("kept in memory" in failure.hint for failure in failures)
    await eventually(lambda: kinds(path) == ["received", "sent", "rejected"])
    await ledger.aclose()


async def test_what_could_not_be_written_goes_before_a_commit_that_can(path: Path) -> None:
    ledger = await Ledger.open(path)
    await ledger.commit(received())
    with locked(path):
        ledger.note(entry(Kind.REJECTED, gate="request", reason=""))
        with pytest.raises(LedgerError):
            await ledger.commit(entry(Kind.APPROVED))
    await ledger.commit(received(review="s-2"))
    assert kinds(path) == ["received", "rejected", "received"]
    await ledger.aclose()


async def test_what_stays_unwritten_at_the_end_is_told_as_missing(path: Path) -> None:
    failures: list[LedgerError] = []
    ledger = await Ledger.open(path, on_failure=failures.append)
    await ledger.commit(received())
    with locked(path):
        ledger.note(entry(Kind.REJECTED, gate="request", reason=""))
        await eventually(lambda: failures)
        await ledger.aclose()
        await asyncio.sleep(0)
    assert "An entry is missing" in failures[-1].message


async def test_only_so_many_are_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "MAX_KEPT", 3)
    ledger = await Ledger.open(path)
    await ledger.commit(received())
    with locked(path):
        for number in range(5):
            ledger.note(entry(Kind.REJECTED, review=f"s-{number}"))
        with pytest.raises(LedgerError):
            await ledger.commit(None)
    await eventually(lambda: kinds(path) == ["received", *["rejected"] * 3])
    await ledger.aclose()


async def test_a_lock_is_waited_for_once_for_all(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    attempts: list[int] = []
    attempt = writer.Writer._attempt

    def counted(self: writer.Writer, batch: "list[writer.Job]") -> LedgerError | None:
        attempts.append(len(batch))
        return attempt(self, batch)

    monkeypatch.setattr(writer.Writer, "_attempt", counted)
    ledger = await Ledger.open(path)
    with locked(path):
        waiting = [asyncio.create_task(ledger.commit(received(review=f"s-{n}"))) for n in range(50)]
        done = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(one, LedgerError) for one in done)
    assert len(attempts) <= 3, attempts
    await ledger.aclose()


async def test_many_entries_are_written_in_several_transactions(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of a long queue are not kept waiting by the last."""
    monkeypatch.setattr(writer, "MAX_PER_TRANSACTION", 10)
    taken: list[int] = []
    write = writer.Writer._write

    def counted(self: writer.Writer) -> None:
        taken.append(len(self._batch))
        write(self)

    monkeypatch.setattr(writer.Writer, "_write", counted)
    ledger = await Ledger.open(path)
    waiting = [asyncio.create_task(ledger.commit(received(review=f"s-{number}"))) for number in range(200)]
    await asyncio.gather(*waiting)
    assert max(taken) <= 10
    await ledger.aclose()


async def test_each_transaction_reaches_the_disk(path: Path) -> None:
    ledger = await Ledger.open(path)
    connection = ledger._writer._connection  # type: ignore[union-attr]
    settings = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "fullfsync")}
    assert settings == {"synchronous": 2, "fullfsync": 1}
    await ledger.aclose()


# --- a file that is gone ---


def _move(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))


def _move_all(path: Path) -> None:
    folder = path.with_name("elsewhere")
    folder.mkdir()
    for one in tuple(path.parent.glob(f"{path.name}*")):
        one.rename(folder / one.name)


def _replace(path: Path) -> None:
    shutil.copy(path, path.with_name("copy"))
    path.with_name("copy").rename(path)


def _delete_all(path: Path) -> None:
    for one in tuple(path.parent.glob(f"{path.name}*")):
        one.unlink()


def _put_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _put_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


NOTHING_LEFT = ("moved", "all moved", "deleted", "all deleted", "its folder moved")
"""Where nothing is left to be put aside."""

GONE: dict[str, tuple[Callable[[Path], object], str]] = {
    "deleted": (lambda path: path.unlink(), "was moved or deleted"),
    "all deleted": (_delete_all, "was moved or deleted"),
    "moved": (_move, "was moved or deleted"),
    "all moved": (_move_all, "was moved or deleted"),
    "its folder moved": (lambda path: path.parent.rename(path.parent.with_name("x")), "was moved or deleted"),
    "replaced": (_replace, "was replaced"),
    "emptied": (lambda path: os.truncate(path, 0), "was cut short"),
    "cut": (lambda path: os.truncate(path, 5000), "was cut short"),
    "newest entries cut": (lambda path: os.truncate(path.with_name(path.name + "-wal"), 0), "newest entries"),
    "a folder in its place": (_put_folder, "was replaced"),
    "a pipe in its place": (_put_pipe, "was replaced"),
    "newest entries deleted": (lambda path: path.with_name(path.name + "-wal").unlink(), "newest entries"),
}


@pytest.mark.hostile(74)
@pytest.mark.parametrize("how", GONE)
async def test_a_file_that_is_gone_stops_approvals_at_once_and_a_new_one_is_begun(path: Path, how: str) -> None:
    act, words = GONE[how]
    failures: list[LedgerError] = []
    ledger = await Ledger.open(path, on_failure=failures.append)
    await ledger.commit(received())
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    await ledger.commit(entry(Kind.SENT))
    with pytest.raises(LedgerError, match="in order"):
        await ledger.begin_anew()
    act(path)
    await eventually(lambda: failures, "it is told though nothing is written")
    assert words in failures[0].message
    with pytest.raises(LedgerError, match=words):
        await ledger.commit(entry(Kind.APPROVED))
    ledger.note(entry(Kind.REJECTED, review="s-7", gate="request", reason="no"))
    await asyncio.sleep(0.1)
    aside = await ledger.begin_anew()
    assert bool(aside) is (how not in NOTHING_LEFT)
    assert not aside or Path(aside).exists()
    await ledger.commit(received(review="s-8"))
    assert kinds(path) == ["rejected", "received"]
    await ledger.aclose()


# --- a program that is killed ---

KILLED = """
import asyncio, sys
from pathlib import Path
from tests.support.history_entries import entry, received, result
from tuui_sampling.history import waiting
from tuui_sampling.history.ledger import Kind, Ledger

waiting.LINGER = 600.0


async def main() -> None:
    record = await Ledger.open(Path(sys.argv[1]))
    await record.commit(received(digest="d"))
    row = {"result": result("hello"), "edited": False, "model": "tiny-1", "cost": "0.10"}
    record.keep(entry(Kind.ANSWERED, **row))
    if sys.argv[2] != "before":
        record.note_end(entry(Kind(sys.argv[2]), **row))
    print("ready", flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


@contextmanager
def program(path: Path, how_far: str) -> "Iterator[subprocess.Popen[str]]":
    """Run a program that has answered and not written it yet."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    argv = [sys.executable, "-c", KILLED, str(path), how_far]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=environ, cwd=ROOT) as running:
        assert running.stdout
        assert running.stdout.readline() == "ready\n"
        try:
            yield running
        finally:
            running.kill()


@pytest.mark.hostile(62, 74)
@pytest.mark.parametrize(
    ("how_far", "kind"), [("before", Kind.ANSWERED), ("delivered", Kind.DELIVERED), ("undelivered", Kind.UNDELIVERED)]
)
async def test_an_answer_survives_the_kill_of_its_program(path: Path, how_far: str, kind: Kind) -> None:
    with program(path, how_far) as running:
        other = await Ledger.open(path)
        assert kinds(path) == ["received"], "what a program that lives has answered is its own to write"
        await other.aclose()
        running.send_signal(signal.SIGKILL)
        running.wait(LIMIT)
    ledger = await Ledger.open(path)
    assert kinds(path) == ["received", kind]
    (summary,) = await ledger.search()
    assert (summary.outcome, str(summary.cost)) == (kind, "0.10")
    assert (await ledger.entries("s-1"))[-1].data["result"] == result("hello")
    assert not list(path.parent.glob("*-answers-*"))
    await ledger.aclose()


async def test_what_is_written_is_not_taken_over_again_and_nothing_is_left(path: Path) -> None:
    ledger = await Ledger.open(path)
    await ledger.commit(received())
    row: dict[str, Any] = {"result": result("hello"), "edited": False, "model": "tiny-1", "cost": "0.10"}
    ledger.keep(entry(Kind.ANSWERED, **row))
    (journal,) = path.parent.glob("*-answers-*")
    assert journal.stat().st_mode & 0o777 == 0o600
    shutil.copy(journal, path.with_name(path.name + "-answers-copy"))
    ledger.note_end(entry(Kind.DELIVERED, **row))
    await ledger.commit(None)
    await eventually(lambda: journal.stat().st_size == 0)
    await ledger.aclose()
    assert not journal.exists()
    again = await Ledger.open(path)
    assert kinds(path) == ["received", "delivered"]
    assert not list(path.parent.glob("*-answers-*"))
    await again.aclose()


async def test_a_line_that_was_broken_off_spoils_nothing(path: Path) -> None:
    ledger = await Ledger.open(path)
    await ledger.aclose()
    for name, text in (("a", '{"review": "s-1", "ki'), ("b", "[]\n1\n{}\n\xff"), ("c", "")):
        path.with_name(f"{path.name}-answers-{name}").write_text(text)
    await (await Ledger.open(path)).aclose()
    assert kinds(path) == []


async def test_what_an_end_cost_is_counted_once_however_often_it_is_told(path: Path) -> None:
    ledger = await Ledger.open(path)
    await ledger.commit(received())
    for kind in (Kind.UNDELIVERED, Kind.UNDELIVERED, Kind.DELIVERED):
        await ledger.commit(entry(kind, cost="0.10", usage=None))
    assert {str(cost) for cost in (await ledger.spent(received().at)).values()} == {"0.10"}
    await ledger.aclose()


async def test_newest_entries_that_another_program_has_moved_into_the_record_are_not_lost(path: Path) -> None:
    failures: list[LedgerError] = []
    ledger = await Ledger.open(path, on_failure=failures.append)
    await ledger.commit(received())
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    assert path.with_name(path.name + "-wal").stat().st_size == 0
    await ledger.commit(entry(Kind.SENT))
    assert kinds(path) == ["received", "sent"]
    assert failures == []
    await ledger.aclose()
