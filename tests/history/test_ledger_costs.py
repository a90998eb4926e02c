"""What was spent, out of the record: exact, and with what was broken off."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.history_entries import NOON, entry, received
from tuui_sampling.history.ledger import Kind, Ledger

DAY = 86_400


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[Ledger]:
    """Yield an open ledger with three reviews of two servers on two days."""
    opened = await Ledger.open(tmp_path / "ledger.sqlite3")
    opened.note(received())
    opened.note(entry(Kind.RESPONSE, model="big", cost="0.1", second=1))
    opened.note(entry(Kind.RESPONSE, model="small", cost="0.02", second=2))
    opened.note(entry(Kind.RESPONSE, model="odd", cost=None, second=2))
    opened.note(entry(Kind.DELIVERED, model="big", cost="0.12", second=3))
    opened.note(entry(Kind.RESPONSE, review="s-2", server="notes", model="big", cost="0.2", second=DAY))
    opened.note(entry(Kind.WITHDRAWN, review="s-2", server="notes", cost="0.5", second=DAY + 1))
    opened.note(entry(Kind.REJECTED, review="s-3", server="notes", cost=None, second=DAY + 2))
    opened.note(entry(Kind.FAILED, review="s-4", server="odd", cost="much", second=DAY + 3))
    await opened.commit(None)
    yield opened
    await opened.aclose()


async def test_by_server_and_model(ledger: Ledger) -> None:
    assert await ledger.spent(NOON) == {"everything": Decimal("0.12"), "notes": Decimal("0.5")}
    assert await ledger.spent(NOON, by="model") == {
        "big": Decimal("0.3"),
        "small": Decimal("0.02"),
        "broken off": Decimal("0.3"),
    }


async def test_by_day(ledger: Ledger) -> None:
    first, second = (NOON.astimezone() + timedelta(days=days) for days in (0, 1))
    assert await ledger.spent(NOON, by="day") == {
        first.date().isoformat(): Decimal("0.12"),
        second.date().isoformat(): Decimal("0.5"),
    }


async def test_since(ledger: Ledger) -> None:
    assert await ledger.spent(NOON + timedelta(seconds=2), by="model") == {
        "small": Decimal("0.02"),
        "big": Decimal("0.2"),
        "broken off": Decimal("0.3"),
    }
    # The end of a review that began before: only what was not counted then.
    assert await ledger.spent(NOON + timedelta(seconds=DAY + 1)) == {"notes": Decimal("0.3")}
    assert await ledger.spent(NOON + timedelta(days=9)) == {}
