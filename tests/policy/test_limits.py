"""Limits in words: what each counts, since when, when there is room again, and what a server hears of it."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tuui_sampling.config.model_settings import ModelSettings
from tuui_sampling.config.policy.limits import LimitSettings
from tuui_sampling.config.policy.rules import RuleSettings
from tuui_sampling.config.setting import settings_of
from tuui_sampling.config.settings import ServerSettings, Settings
from tuui_sampling.policy.limits import Amount, Limit, Reached, Window, budget_of, limits_of

NOW = datetime(2026, 12, 31, 22, 30, 15).astimezone()
MIDNIGHT = datetime(2026, 12, 31).astimezone()


def test_every_key_of_the_table_is_a_limit_in_each_of_its_places() -> None:
    values: dict[str, Any] = dict.fromkeys(settings_of(LimitSettings), 7)
    whole = LimitSettings(**values)
    settings = Settings(
        {"notes": ServerSettings("notes", limits=whole)},
        {"local": ModelSettings("local", "demo", limits=whole)},
        limits=whole,
        machine_limits=whole,
    )
    found = limits_of(settings)
    assert len(found) == len(set(found)) == 4 * len(settings_of(LimitSettings))
    assert {(one.scope, one.name, one.source) for one in found} == {
        ("all", "", "this machine's"),
        ("all", "", "yours"),
        ("server", "notes", "yours"),
        ("model", "local", "yours"),
    }
    rule = RuleSettings("allow", "nightly", usd_per_day=Decimal("0.5"), requests_per_hour=20)
    assert [(one.scope, one.name) for one in budget_of(rule)] == [("rule", "nightly")] * 2


CLOCKS_CHANGE = {
    "the day they go back": ((2026, 10, 25, 12), (2026, 10, 25, "+02:00"), (2026, 10, 26, "+01:00"), Window.DAY),
    "the day they go ahead": ((2026, 3, 29, 12), (2026, 3, 29, "+01:00"), (2026, 3, 30, "+02:00"), Window.DAY),
    "the month of it": ((2026, 10, 31, 12), (2026, 10, 1, "+02:00"), (2026, 11, 1, "+01:00"), Window.MONTH),
    "the month before": ((2026, 3, 2, 12), (2026, 3, 1, "+01:00"), (2026, 4, 1, "+02:00"), Window.MONTH),
}
"""Now → when its day or month begins, and the next one: of Berlin."""


@pytest.fixture
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have this computer's clock be that of Berlin."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_berlin")
@pytest.mark.parametrize(("clock", "since", "again", "window"), CLOCKS_CHANGE.values(), ids=CLOCKS_CHANGE)
def test_a_day_begins_at_midnight_also_when_the_clocks_change(
    clock: Any, since: Any, again: Any, window: Window
) -> None:
    now, limit = datetime(*clock).astimezone(), Limit(Amount.TOKENS, window, Decimal(1))
    begins, next_one = (f"{year}-{month:02}-{day:02}T00:00:00{zone}" for year, month, day, zone in (since, again))
    assert [limit.since(now), limit.again(now)] == [*map(datetime.fromisoformat, (begins, next_one))]


@pytest.mark.parametrize(
    ("amount", "window", "since", "again", "wire"),
    [
        (
            Amount.REQUESTS,
            Window.MINUTE,
            NOW - timedelta(minutes=1),
            NOW + timedelta(seconds=20),
            "rate limit: too many",
        ),
        (Amount.REQUESTS, Window.HOUR, NOW - timedelta(hours=1), NOW + timedelta(seconds=3560), "rate limit: too many"),
        (Amount.PENDING, Window.NOW, None, None, "rate limit: too many requests at once; try again later"),
        (Amount.GENERATING, Window.NOW, None, None, "rate limit: too many answers written at once; try again later"),
        (
            Amount.TOKENS,
            Window.SESSION,
            None,
            None,
            "budget: the tokens of this session are used up; try again in anot",
        ),
        (Amount.TOKENS, Window.DAY, MIDNIGHT, MIDNIGHT + timedelta(days=1), "budget: the tokens of this day are"),
        (
            Amount.DOLLARS,
            Window.MONTH,
            MIDNIGHT.replace(day=1),
            datetime(2027, 1, 1).astimezone(),
            "budget: the US dol",
        ),
        (Amount.MAX_TOKENS, Window.NOW, None, None, "budget: maxTokens may be at most 7 here; try again with fewer"),
        (Amount.TOOL_TURNS, Window.NOW, None, None, "rate limit: a tool loop may have at most 7 requests here; try"),
    ],
)
def test_what_a_limit_counts_and_what_is_said_of_it(
    amount: Amount, window: Window, since: datetime | None, again: datetime | None, wire: str
) -> None:
    limit = Limit(amount, window, Decimal(7), "server", "notes")
    assert limit.since(NOW) == since
    frees = NOW - timedelta(seconds=40) if window in (Window.MINUTE, Window.HOUR) else None
    reached = Reached(limit, NOW, limit.again(NOW, frees))
    assert reached.again == again
    assert reached.wire.startswith(wire)
    assert "notes" not in reached.wire
    assert 'of the server "notes"' in reached.words
    assert (f"{again:%H:%M:%S}" in reached.words) if again else "room again" not in reached.words
    if again is not None:
        assert f"try again in {int((again - NOW).total_seconds())} s (after 20" in reached.wire


@pytest.mark.parametrize(("most", "words"), [("2", "2.00"), ("2.0", "2.00"), ("0.5", "0.50"), ("0.0050", "0.005")])
def test_an_amount_has_its_cents(most: str, words: str) -> None:
    assert Limit(Amount.DOLLARS, Window.DAY, Decimal(most)).words == f"${words} a day"
