"""The ledger's file: made private before SQLite touches it, opened durably, and its errors put in plain words."""

import errno
import os
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..config.private_files import FILE_MODE, FOLDER_MODE, open_private, private_folder
from ..sampling.errors import LedgerError
from .journal import take_over
from .schema import migrate

BUSY_TIMEOUT = 3.0
"""Seconds to wait for another instance's transaction; those take milliseconds."""

CHECKPOINT_PAGES = 1000
"""Pages of the write-ahead log from which a commit moves them into the file, which takes a while; SQLite's default."""

PRAGMAS = (
    "synchronous = FULL",  # in WAL mode, NORMAL may lose the last commits (https://sqlite.org/pragma.html#pragma_synchronous)
    "fullfsync = ON",  # without it, macOS leaves the bytes in the drive's cache
    "foreign_keys = ON",
    "cache_size = -512",  # KB; a long entry fills whatever there is, and does not give it back
)

WRITE_ERRORS = (sqlite3.Error, OSError, TypeError, ValueError, OverflowError, RecursionError)
"""What writing an entry can end in: the file's errors, and data that is not JSON."""

_FILE_WORDS = {
    sqlite3.SQLITE_FULL: ("the disk is full", "Make room, then try again."),
    sqlite3.SQLITE_READONLY: ("it can't be written", "Check the permissions of the file and its folder."),
    sqlite3.SQLITE_PERM: ("access is denied", "Check the permissions of the file and its folder."),
    sqlite3.SQLITE_CANTOPEN: ("it can't be opened", "Check that its folder is there and can be written."),
    sqlite3.SQLITE_BUSY: ("another program holds it locked", "Close that program, or wait and try again."),
    sqlite3.SQLITE_LOCKED: ("another program holds it locked", "Close that program, or wait and try again."),
    sqlite3.SQLITE_CORRUPT: ("it is damaged", "Move the file away to begin a new record; keep it for rescue."),
    sqlite3.SQLITE_NOTADB: ("it is not a record", "Move the file away to begin a new record; keep it for rescue."),
    sqlite3.SQLITE_IOERR: ("the disk reports an error", "Check the disk and the free space on it."),
}
_SYSTEM_WORDS = {
    errno.ENOSPC: _FILE_WORDS[sqlite3.SQLITE_FULL],
    errno.EDQUOT: ("the disk quota is used up", "Make room, then try again."),
    errno.EROFS: ("its disk is read-only", "Choose a state folder that can be written."),
    errno.EACCES: _FILE_WORDS[sqlite3.SQLITE_PERM],
    errno.EPERM: _FILE_WORDS[sqlite3.SQLITE_PERM],
    errno.EISDIR: ("it is a folder", "Move the folder away."),
    errno.ENOTDIR: ("a part of its path is a file, not a folder", "Move that file away."),
    errno.EEXIST: ("a part of its path is a file, not a folder", "Move that file away."),
}


def open_writer(path: Path) -> sqlite3.Connection:
    """
    Open the record for writing, making or migrating it where needed.

    The connection may be handed to another thread, but is used by one at a time.

    Raises:
        LedgerError: It can't be used.
    """
    with plain_words(path, "opened"):
        _make_private(path)
        connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT, isolation_level=None, check_same_thread=False)
        try:
            _use_write_ahead_log(connection)
            for pragma in PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
            migrate(connection)
            take_over(path, connection)
            _tighten_companions(path)
        except BaseException:
            connection.close()
            raise
    return connection


def hurry(connection: sqlite3.Connection, is_hurried: bool) -> None:
    """Have what is written wait for no other program and move nothing out of the log; or both as usual."""
    wait, pages = (0, 0) if is_hurried else (round(BUSY_TIMEOUT * 1000), CHECKPOINT_PAGES)
    connection.execute(f"PRAGMA busy_timeout = {wait}")
    connection.execute(f"PRAGMA wal_autocheckpoint = {pages}")


@contextmanager
def reader(path: Path) -> Iterator[sqlite3.Connection]:
    """
    Hold a connection that can only read. It neither waits for a writer nor makes one wait.

    Raises:
        LedgerError: The record can't be read.
    """
    with plain_words(path, "read"):
        # "ro" makes no file: a record that somebody moved away is an error, not an empty list.
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_TIMEOUT)
        try:
            yield connection
        finally:
            connection.close()


@contextmanager
def plain_words(path: Path, done: str) -> Iterator[None]:
    """Turn every error in `WRITE_ERRORS` into a `LedgerError`; `done` is the verb ("opened", "read", "written")."""
    try:
        yield
    except WRITE_ERRORS as error:
        raise _in_words(error, path, done) from error


def is_locked(error: LedgerError | None) -> bool:
    """Whether another program's lock was the cause, so that trying again at once would only wait once more."""
    cause = error.__cause__ if error is not None else None
    return isinstance(cause, sqlite3.Error) and _primary_code(cause) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def is_of_the_file(error: LedgerError | None) -> bool:
    """Whether the file, not the entry, was the cause: it may be written later."""
    cause = error.__cause__ if error is not None else None
    if cause is None:  # our own words: it is gone
        return error is not None
    if isinstance(cause, OSError):
        return True
    return isinstance(cause, sqlite3.Error) and _primary_code(cause) in _FILE_WORDS


def _make_private(path: Path) -> None:
    """Make the folder (0700) and the file (0600) where they are missing, and take away what others may do with them."""
    folder = private_folder(path.parent)
    found = folder.stat()
    # A shared folder, such as /tmp, is never ours to close: it has the sticky bit, or another owner.
    if found.st_mode & 0o077 and not found.st_mode & stat.S_ISVTX and found.st_uid == os.geteuid():
        folder.chmod(FOLDER_MODE)
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "is a folder", str(path))
    try:
        descriptor = open_private(path, os.O_EXCL | os.O_WRONLY)
    except FileExistsError:
        # Not opened, only changed: closing a file drops this process's locks on it
        # (https://sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_).
        _tighten(path)
    else:
        os.close(descriptor)
    if not os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        # SQLite would open it for reading only, and say so at the first approval.
        raise PermissionError(errno.EACCES, "can't be written", str(path))


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """
    Let readers and the writer pass each other; the file remembers it.

    Where several open a new file at once, SQLite answers "busy" without waiting, because waiting could be a deadlock.
    """
    deadline = time.monotonic() + BUSY_TIMEOUT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if _primary_code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _tighten_companions(path: Path) -> None:
    """SQLite gives its `-wal` and `-shm` the mode of the file; older ones may be looser."""
    for companion in path.parent.glob(f"{path.name}-*"):
        with suppress(FileNotFoundError):
            _tighten(companion)


def _tighten(path: Path) -> None:
    if path.stat().st_mode & 0o077:
        path.chmod(FILE_MODE)


def _in_words(error: Exception, path: Path, done: str) -> LedgerError:
    if isinstance(error, sqlite3.Error):
        why, hint = _FILE_WORDS.get(_primary_code(error), (str(error), ""))
    elif isinstance(error, OSError):
        why, hint = _SYSTEM_WORDS.get(error.errno or 0, (error.strerror or "the system refused", ""))
    else:
        why, hint = f"the entry can't be stored ({type(error).__name__})", ""
    return LedgerError(f"The record {path} could not be {done}: {why}.", hint=hint)


def _primary_code(error: sqlite3.Error) -> int:
    """Return the low byte of SQLite's result code, which names the kind (https://sqlite.org/rescode.html)."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
