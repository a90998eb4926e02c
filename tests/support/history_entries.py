"""Entries as the desk writes them, and a few looks at the file that do not go through the ledger."""

import sqlite3
import struct
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tuui_sampling.history.ledger import Entry, Kind

NOON = datetime(2026, 7, 28, 12, 0, tzinfo=UTC)


def entry(kind: Kind, /, *, review: str = "s-1", server: str = "everything", second: int = 0, **data: Any) -> Entry:
    """Return one entry, `second` seconds after noon; its number is that of the review's key."""
    return Entry(review, kind, server, NOON + timedelta(seconds=second), data, int(review.rpartition("-")[2]))


def received(prompt: str = "Say hello", **more: Any) -> Entry:
    """Return the arrival of a request with one user message."""
    params = {"messages": [{"role": "user", "content": {"type": "text", "text": prompt}}], "maxTokens": 20}
    return entry(Kind.RECEIVED, **({"tool": "greet", "params": params, "protocol_version": "2025-11-25"} | more))


def result(text: str, model: str = "tiny-1") -> dict[str, Any]:
    """Return a sampling result of one text block."""
    return {"role": "assistant", "model": model, "content": {"type": "text", "text": text}, "stopReason": "endTurn"}


def look(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """Ask the file through a connection of our own."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def transactions_in_log(path: Path) -> int:
    """
    Count the commits in the write-ahead log.

    The last frame of each says how large the database is then; all others say 0
    (https://sqlite.org/fileformat2.html#the_write_ahead_log).
    """
    log = path.with_name(path.name + "-wal").read_bytes()
    (page_size,) = struct.unpack(">I", log[8:12])
    salt = log[16:24]
    frames = [log[start : start + 24] for start in range(32, len(log), 24 + page_size)]
    return sum(frame[4:8] != b"\0\0\0\0" for frame in frames if frame[8:16] == salt)
