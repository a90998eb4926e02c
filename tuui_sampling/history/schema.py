"""
The tables of the ledger, and how they came to be: numbered migrations, counted in SQLite's `user_version`.

A migration that has been released is never changed; the next one is added at the end of `MIGRATIONS`.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ..sampling.errors import LedgerError
from . import chain, long_data


def _reviews_and_events(connection: sqlite3.Connection) -> None:
    # `search` comes last: SQLite keeps a long row in a chain of pages, and a list need not read so far.
    connection.execute(
        """
        CREATE TABLE reviews (
            id INTEGER PRIMARY KEY,
            review TEXT NOT NULL UNIQUE,
            number INTEGER NOT NULL,
            server TEXT NOT NULL,
            tool TEXT,
            model TEXT,
            outcome TEXT,
            arrived_at TEXT NOT NULL,
            ended_at TEXT,
            edited INTEGER NOT NULL DEFAULT 0,
            prompt TEXT NOT NULL DEFAULT '',
            input_tokens INTEGER,
            output_tokens INTEGER,
            search TEXT NOT NULL DEFAULT ''
        )
        """
    )
    connection.execute(
        """
        CREATE TABLE events (
            id INTEGER PRIMARY KEY,
            review TEXT NOT NULL REFERENCES reviews (review),
            number INTEGER NOT NULL,
            server TEXT NOT NULL,
            kind TEXT NOT NULL,
            at TEXT NOT NULL,
            data TEXT NOT NULL
        )
        """
    )
    connection.execute("CREATE INDEX events_by_review ON events (review, id)")
    for change in ("UPDATE", "DELETE"):
        connection.execute(
            f"""
            CREATE TRIGGER events_refuse_{change.lower()} BEFORE {change} ON events
            BEGIN SELECT RAISE(ABORT, 'events are only ever added'); END
            """
        )
    # INSERT OR REPLACE deletes without asking the trigger above (https://sqlite.org/lang_conflict.html).
    connection.execute(
        """
        CREATE TRIGGER events_refuse_replace BEFORE INSERT ON events
        WHEN EXISTS (SELECT 1 FROM events WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'events are only ever added'); END
        """
    )


def _ends_of_questions(connection: sqlite3.Connection) -> None:
    # Answered questions were `delivered` or `rejected` before there were words of their own for it; the events stay.
    connection.execute(
        """
        WITH answered AS (
            SELECT ended.review, json_extract(ended.data, '$.action') AS action,
                (SELECT json_extract(data, '$.kind') FROM events
                    WHERE review = ended.review AND kind = 'received') AS asked
            FROM events AS ended WHERE ended.kind IN ('delivered', 'rejected')
        )
        UPDATE reviews SET outcome = CASE
            WHEN asked = 'roots' THEN CASE action WHEN 'accept' THEN 'shared' ELSE 'refused' END
            ELSE CASE action WHEN 'accept' THEN 'accepted' WHEN 'cancel' THEN 'cancelled' ELSE 'declined' END END
        FROM answered WHERE answered.review = reviews.review AND action IS NOT NULL
        """
    )


def _digests(connection: sqlite3.Connection) -> None:
    # What was asked, so that an earlier answer to the same is found at once; older reviews have none.
    connection.execute("ALTER TABLE reviews ADD COLUMN digest TEXT")
    connection.execute(
        "CREATE INDEX answered_by_digest ON reviews (digest, server) WHERE digest IS NOT NULL AND outcome = 'delivered'"
    )


def _costs(connection: sqlite3.Connection) -> None:
    # What the events say of costs, apart from their long data. US dollars are texts: SQLite has no exact decimals.
    connection.execute(
        """
        CREATE TABLE costs (
            id INTEGER PRIMARY KEY,
            review TEXT NOT NULL REFERENCES reviews (review),
            server TEXT NOT NULL,
            kind TEXT NOT NULL,
            at TEXT NOT NULL,
            model TEXT,
            cost TEXT NOT NULL
        )
        """
    )
    connection.execute("CREATE INDEX costs_by_time ON costs (at, review)")
    connection.execute("CREATE INDEX costs_by_review ON costs (review)")


def _judgements(connection: sqlite3.Connection) -> None:
    # Which rule matched when: how often it did is asked for at each start, and its budget at each request.
    connection.execute(
        """
        CREATE TABLE judgements (
            id INTEGER PRIMARY KEY,
            review TEXT NOT NULL REFERENCES reviews (review),
            at TEXT NOT NULL,
            gate TEXT NOT NULL,
            rule TEXT NOT NULL,
            verdict TEXT NOT NULL
        )
        """
    )
    connection.execute("CREATE INDEX judgements_by_rule ON judgements (rule, at)")
    connection.execute("CREATE INDEX judged_by_time ON events (at) WHERE kind = 'judged'")


def _uses(connection: sqlite3.Connection) -> None:
    # What counts against limits: a row for each request (candidate 0) and each call of a model; see `uses.py`.
    connection.execute(
        """
        CREATE TABLE uses (
            id INTEGER PRIMARY KEY,
            review TEXT NOT NULL,
            candidate INTEGER NOT NULL,
            session TEXT NOT NULL,
            server TEXT NOT NULL,
            model TEXT NOT NULL,
            rule TEXT,
            at TEXT NOT NULL,
            tokens INTEGER NOT NULL,
            nano INTEGER NOT NULL,
            assumed INTEGER NOT NULL DEFAULT 0,
            open INTEGER NOT NULL DEFAULT 1,
            settled INTEGER NOT NULL DEFAULT 0,
            UNIQUE (review, candidate)
        )
        """
    )
    connection.execute("CREATE INDEX uses_by_time ON uses (at)")
    connection.execute("CREATE INDEX uses_open ON uses (session) WHERE open")
    connection.execute("CREATE INDEX responses_by_time ON events (at) WHERE kind = 'response'")


def judged_with_others(connection: sqlite3.Connection) -> None:
    """Have what was judged written in the rows of others; called once, by the migration."""
    # What a rule lets pass or rejects is told in the row of what follows at once, as JSON; others have a row for it.
    connection.execute("ALTER TABLE events ADD COLUMN judged TEXT")
    connection.execute("DROP INDEX judged_by_time")
    connection.execute("CREATE INDEX judged_by_time ON events (at) WHERE judged IS NOT NULL OR kind = 'judged'")
    # One tree in the place of a table with an index: an approval waits for each page that is written.
    connection.execute("ALTER TABLE judgements RENAME TO old_judgements")
    connection.execute("DROP INDEX judgements_by_rule")
    connection.execute(
        "CREATE TABLE judgements (rule TEXT NOT NULL, at TEXT NOT NULL,"
        " review TEXT NOT NULL REFERENCES reviews (review), gate TEXT NOT NULL, verdict TEXT NOT NULL,"
        " PRIMARY KEY (rule, at, review, gate, verdict)) WITHOUT ROWID"
    )
    connection.execute("INSERT OR IGNORE INTO judgements SELECT rule, at, review, gate, verdict FROM old_judgements")
    connection.execute("DROP TABLE old_judgements")


MIGRATIONS: list[Callable[[sqlite3.Connection], None]] = [
    _reviews_and_events,
    _ends_of_questions,
    _digests,
    _costs,
    _judgements,
    chain.begin,
    _uses,
    judged_with_others,
    long_data.make_room,
]
"""What brings a database from version n to n + 1, at index n."""


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Hold the write lock from the start; all is written, or nothing is."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        # Some errors, a full disk among them, have ended the transaction already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def migrate(connection: sqlite3.Connection) -> None:
    """
    Bring the database to this program's version.

    Raises:
        LedgerError: A newer program wrote it.
        sqlite3.Error: It can't be read or written.
    """
    if _version(connection) == len(MIGRATIONS):
        return
    with transaction(connection):
        # Read again under the lock: another instance may have been quicker.
        for version, step in list(enumerate(MIGRATIONS, start=1))[_version(connection) :]:
            step(connection)
            connection.execute(f"PRAGMA user_version = {version}")


def _version(connection: sqlite3.Connection) -> int:
    """Return the database's version; raises a `LedgerError` for one that this program does not know."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(MIGRATIONS):
        raise LedgerError(
            f"The record was written by a newer version of this program (its format is {version}, "
            f"this program knows {len(MIGRATIONS)}).",
            hint="Update the program, or move the record away to begin a new one.",
        )
    return int(version)
