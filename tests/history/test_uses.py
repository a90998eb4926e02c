"""What is counted of limits: claims hold over programs, real usage takes their place, and a dead program's stand."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.support.desks import eventually
from tests.support.history_entries import entry
from tests.support.limits import LIMIT
from tests.support.paths import ROOT
from tuui_sampling.history.ledger import Kind, Ledger
from tuui_sampling.history.uses import Bound, Claim, Counted, assumed_cost, nano

NOW = datetime(2026, 7, 28, 12, 0, tzinfo=UTC)
MONTH = NOW.replace(day=1, hour=0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite3"


@pytest.fixture
async def ledger(path: Path) -> AsyncIterator[Ledger]:
    opened = await Ledger.open(path)
    await opened.counting.begin("one", MONTH)
    yield opened
    await opened.aclose()


def claim(number: int, *bounds: Bound, candidate: int = 1, second: int = 0, **more: Any) -> Claim:
    """Return a claim of ten tokens."""
    at = NOW + timedelta(seconds=second)
    given: dict[str, Any] = {"model": "m", "tokens": 10, "nano": nano(Decimal("0.10"))} if candidate else {}
    return Claim(f"s-{number}", "one", "notes", at, bounds, candidate, **(given | more))


def bound(counted: Counted, most: int = 10**15, **more: Any) -> Bound:
    """Return a bound of today."""
    return Bound(counted, most, NOW.replace(hour=0), **more)


async def used(ledger: Ledger, counted: Counted, **more: Any) -> int:
    """Return how much is used."""
    await ledger.commit(None)
    (found,) = await ledger.counting.used([bound(counted, **more)])
    return found.used


async def test_what_does_not_fit_is_not_written_and_its_entry_neither(ledger: Ledger) -> None:
    day = bound("tokens", 25)
    assert await ledger.commit(None, (claim(1, day), claim(2, day))) is None
    reached = await ledger.commit(entry(Kind.APPROVED, model="m"), (claim(3, day),))
    assert reached is not None
    assert (reached.bound, reached.used) == (day, 20)
    assert await ledger.entries("s-1") == []
    assert await ledger.commit(None, (claim(4, bound("tokens", 25), tokens=5), claim(5, day, tokens=5))) is not None
    assert await used(ledger, "tokens") == 20, "of several claims, all hold or none"


@pytest.mark.parametrize(
    ("narrow", "expected"),
    [
        ({}, 3),
        ({"server": "notes"}, 2),
        ({"server": "other"}, 1),
        ({"model": "n"}, 1),
        ({"rule": "nightly"}, 1),
        ({"session": "one"}, 3),
        ({"session": "two"}, 0),
    ],
)
async def test_a_bound_counts_what_it_is_about(ledger: Ledger, narrow: dict[str, str], expected: int) -> None:
    await ledger.commit(None, (claim(1), claim(2, model="n", rule="nightly"), claim(3, candidate=0)))
    await ledger.commit(None, (Claim("s-4", "one", "other", NOW, (), 1, "m"),))
    await ledger.commit(None, (claim(5, second=-86_400),))
    assert await used(ledger, "calls", **narrow) == expected


async def test_of_a_rate_the_time_is_told_from_which_there_is_room_again(ledger: Ledger) -> None:
    minute = Bound("requests", 3, NOW - timedelta(seconds=60))
    for number, second in enumerate((-70, -50, -30, -10, -5), start=1):
        await ledger.commit(None, (claim(number, candidate=0, second=second),))
    reached = await ledger.commit(None, (claim(9, minute, candidate=0),))
    assert reached is not None
    assert (reached.used, reached.frees) == (4, NOW - timedelta(seconds=30)), "two of them have to become too old"


# --- what was really used ---

USAGE = {"input_tokens": 3, "output_tokens": 2}


@pytest.mark.parametrize(
    ("rows", "tokens", "dollars"),
    [
        ([(Kind.RESPONSE, {"usage": USAGE, "cost": "0.02"})], 5, "0.02"),
        ([(Kind.RESPONSE, {"usage": USAGE, "cost": None})], 5, str(assumed_cost(3, 2))),
        ([(Kind.RESPONSE, {"usage": USAGE | {"estimated": True}, "cost": "0.02", "stopped": True})], 5, "0.02"),
        ([(Kind.RESPONSE, {"usage": None, "cost": None, "error": "refused"})], 0, "0"),
        ([(Kind.RESPONSE, {"usage": None, "cost": None, "stopped": True})], 10, "0.10"),
        ([(Kind.WITHDRAWN, {"usage": USAGE, "cost": "0.02"})], 5, "0.02"),
        ([(Kind.WITHDRAWN, {"usage": None, "cost": None})], 10, "0.10"),
        ([(Kind.RESPONSE, {"usage": USAGE, "cost": "NaN"})], 5, str(assumed_cost(3, 2))),
        ([(Kind.RESPONSE, {"usage": USAGE, "cost": "0.02"}), (Kind.DELIVERED, {"usage": USAGE})], 5, "0.02"),
        ([], 10, "0.10"),
    ],
)
async def test_real_usage_takes_the_place_of_a_claim(
    ledger: Ledger, rows: list[tuple[Kind, dict[str, Any]]], tokens: int, dollars: str
) -> None:
    await ledger.commit(None, (claim(1),))
    for kind, data in rows:
        await ledger.commit(entry(kind, candidate=1, **data))
    assert await used(ledger, "tokens") == tokens
    assert await used(ledger, "nano") == nano(Decimal(dollars))
    assert await used(ledger, "generating") == (0 if rows else 1)


async def test_what_waits_is_open_until_its_end(ledger: Ledger) -> None:
    pending = Bound("pending", 1)
    assert await ledger.commit(None, (claim(1, pending, candidate=0),)) is None
    assert await ledger.commit(None, (claim(2, pending, candidate=0),)) is not None
    await ledger.commit(entry(Kind.REJECTED, gate="request", reason=""))
    assert await ledger.commit(None, (claim(2, pending, candidate=0),)) is None


async def test_what_was_recorded_while_nobody_counted_is_counted_later(path: Path) -> None:
    first = await Ledger.open(path)
    for number, usage in enumerate((USAGE, USAGE, None), start=1):
        await first.commit(entry(Kind.SENT, review=f"s-{number}", model="m", candidate=1))
        row: dict[str, Any] = {"candidate": 1, "usage": usage, "cost": "0.02" if usage else None}
        await first.commit(entry(Kind.RESPONSE, review=f"s-{number}", **row))
    await first.aclose()
    for _ in range(2):
        again = await Ledger.open(path)
        await again.counting.begin("two", MONTH)
        assert await used(again, "tokens", model="m") == 10
        assert await used(again, "nano", server="everything") == nano(Decimal("0.04"))
        await again.aclose()


# --- several programs ---

OTHER = """
import asyncio, sys
from pathlib import Path
from tests.history.test_uses import NOW, MONTH, Bound, Claim, Ledger

async def main() -> None:
    record = await Ledger.open(Path(sys.argv[1]))
    await record.counting.begin("two", MONTH)
    day, taken = Bound("tokens", 1000, MONTH), 0
    for number in range(150):
        claim = Claim(f"t-{number}", "two", "notes", NOW, (day,), 1, "m", None, 10)
        taken += await record.commit(None, (claim,)) is None
        if number == 0:  # it has begun something, however fast the other program is
            print("ready", flush=True)
            sys.stdin.readline()
    print(taken, flush=True)
    sys.stdin.readline()

asyncio.run(main())
"""


async def test_two_programs_never_take_more_than_there_is_and_a_dead_one_waits_for_nothing(
    ledger: Ledger, path: Path
) -> None:
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    argv = [sys.executable, "-c", OTHER, str(path)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environ, cwd=ROOT) as two:
        assert two.stdin and two.stdout
        try:
            assert await asyncio.to_thread(two.stdout.readline) == "ready\n"
            print("go", file=two.stdin, flush=True)
            day, mine = Bound("tokens", 1000, MONTH), 0
            for number in range(1, 151):
                mine += await ledger.commit(None, (claim(number, day),)) is None
            theirs = int(await asyncio.to_thread(two.stdout.readline))
            assert mine + theirs == 100
            assert await used(ledger, "generating") == 100
        finally:
            two.kill()
            two.wait(LIMIT)
    assert await used(ledger, "generating") == mine, "what a dead program had begun is not under way"
    assert await used(ledger, "tokens") == 1000, "and what it may have used is used"
    left = f"{path.name}-session-one"
    await eventually(lambda: [one.name for one in path.parent.glob("*-session-*")] == [left], "its file is gone")
