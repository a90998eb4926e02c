"""Several entries in one transaction leave behind what the same entries leave one by one."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

import pytest

from tests.support.history_entries import entry, received, result
from tuui_sampling.history import rows
from tuui_sampling.history.entry import Entry, Kind
from tuui_sampling.history.schema import migrate


def tokens(given: int | None, written: int | None = None) -> dict[str, int | None]:
    return {"input_tokens": given, "output_tokens": written}


SENT = entry(Kind.SENT, model="local", candidate=1, attempt=1)
ANSWERED = entry(Kind.RESPONSE, second=2, model="tiny-1", result=result("hi"), usage=tokens(5, 2), cost="0.10")
DELIVERED = entry(Kind.DELIVERED, second=3, model="tiny-1", result=result("hi"), usage=tokens(11, 5), cost="0.30")
JUDGED = entry(Kind.JUDGED, gate="request", verdict="pass", rule="short ones", tried=["one", "two"])

WITH_APPROVAL = entry(Kind.APPROVED, model="local", judged={"gate": "request", "verdict": "pass", "rule": "short ones"})

STORIES: dict[str, Sequence[Entry]] = {
    "one row": [received()],
    "from its arrival to its end": [received(digest="d"), JUDGED, SENT, ANSWERED, DELIVERED],
    "counted twice, once without a number": [received(), ANSWERED, entry(Kind.RESPONSE, usage=tokens(6)), ANSWERED],
    "judged in the rows of what followed": [received(), WITH_APPROVAL, entry(Kind.REJECTED, judged=JUDGED.data)],
    "nothing counted": [received(), entry(Kind.RESPONSE, usage=None), entry(Kind.RESPONSE, usage=tokens(None, None))],
    "answers after the end": [received(), DELIVERED, ANSWERED],
    "ended twice": [received(), DELIVERED, entry(Kind.UNDELIVERED, second=9, reason="it is deaf", usage=tokens(1, 1))],
    "an end that counts nothing": [received(), ANSWERED, entry(Kind.REJECTED, second=4, reason="no")],
    "changed, then as it was": [received(), entry(Kind.APPROVED, changed=True), entry(Kind.APPROVED, changed=False)],
    "changed by hand": [received(), entry(Kind.RESPONSE_CHANGED, candidate=1, result=result("ho")), SENT],
    "the same words again": [received("hi there"), ANSWERED, entry(Kind.RESPONSE, result=result("there hi"))],
    "two reviews side by side": [
        received("one"),
        received("two", review="s-2"),
        SENT,
        entry(Kind.SENT, review="s-2", model="cloud"),
        entry(Kind.FAILED, review="s-2", second=5, reason="no"),
        ANSWERED,
    ],
}


@pytest.fixture
def empty() -> Iterator[list[sqlite3.Connection]]:
    """Yield two empty records."""
    with (
        closing(sqlite3.connect(":memory:", isolation_level=None)) as one,
        closing(sqlite3.connect(":memory:", isolation_level=None)) as two,
    ):
        for connection in (one, two):
            connection.execute("PRAGMA foreign_keys = ON")
            migrate(connection)
        yield [one, two]


def content(connection: sqlite3.Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Return all that a record holds."""
    tables = ("reviews", "events", "costs", "judgements")
    return {table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in tables}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
@pytest.mark.parametrize("known", [0, 1], ids=["new", "known"])
def test_together_and_one_by_one(empty: list[sqlite3.Connection], story: Sequence[Entry], known: int) -> None:
    together, one_by_one = empty
    for few in (story[:known], story[known:]):
        rows.add(together, few)
    for one in story:
        rows.add(one_by_one, [one])
    assert content(together) == content(one_by_one)


def test_each_review_is_summed_up_by_one_statement(empty: list[sqlite3.Connection]) -> None:
    (connection, _) = empty
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    rows.add(connection, STORIES["two reviews side by side"])
    assert sum("INSERT INTO reviews" in one for one in statements) == 2
