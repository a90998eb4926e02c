"""Sessions beside a record: who lives, and what remains of those that were killed."""

import fcntl
import os
import threading
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.limits import LIMIT
from tuui_sampling.history.sessions import Session


def left_by_a_dead_one(record: Path, name: str) -> Path:
    """Return the file that a program which was killed has left: nobody holds a lock on it."""
    path = record.with_name(f"{record.name}-session-{name}")
    path.touch()
    return path


def test_what_the_dead_have_left_is_removed_at_the_start_and_what_others_hold_stays(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    record = folder / "record.sqlite3"
    of_others = [
        left_by_a_dead_one(folder / "other.sqlite3", "dead"),
        folder / "record.sqlite3-session",
        folder / "record.sqlite3-wal",
    ]
    for path in (record, *of_others):
        path.touch()
    dead = [left_by_a_dead_one(record, name) for name in ("first", "second", "*")]
    with closing(Session(record, "living")) as living:
        assert not any(path.exists() for path in dead)
        dead = [left_by_a_dead_one(record, "third")]
        with closing(Session(record, "own")) as own:
            assert not any(path.exists() for path in dead)
            assert own.lives("living") and living.lives("own") and own.lives("own")
            assert not own.lives("first")
        assert not living.lives("own")
    assert {path.name for path in folder.iterdir()} == {path.name for path in (record, *of_others)}


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="which files are open is read there")
def test_one_that_was_taken_for_a_dead_one_before_it_held_its_lock_lives(tmp_path: Path) -> None:
    record = tmp_path / "record.sqlite3"
    path = left_by_a_dead_one(record, "starting")
    asking = os.open(path, os.O_RDWR)
    fcntl.flock(asking, fcntl.LOCK_EX)
    started: list[Session] = []
    starting = threading.Thread(target=lambda: started.append(Session(record, "starting")), daemon=True)
    starting.start()
    while starting.is_alive() and _open_files(path) < 2:
        starting.join(0.001)
    path.unlink()
    os.close(asking)
    starting.join(LIMIT)
    with closing(started[0]), closing(Session(record, "asking")) as other:
        assert other.lives("starting")


def _open_files(path: Path) -> int:
    count = 0
    for number in os.listdir("/proc/self/fd"):
        try:
            count += os.path.samefile(f"/proc/self/fd/{number}", path)
        except OSError:  # it was closed meanwhile
            continue
    return count
