"""The time that is left: counted down where it is known or presumed, and deciding nothing when it has passed."""

import re
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.installations import hurried
from tests.support.paths import ServerCommand
from tests.support.screens.app import running, screen_text, settings_for, wait_until
from tests.support.supervised import PUPPET, sampling
from tuui_sampling.frontend.queue import deadlines
from tuui_sampling.frontend.queue.deadlines import brief_time_left, by_deadline, explained, presumed, time_left
from tuui_sampling.sampling.item import Item
from tuui_sampling.sampling.origin import Deadline, Origin
from tuui_sampling.sampling.phase import Phase
from tuui_sampling.tui.inbox.widgets.queue import Queue

NOW = 1000.0


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the clock."""
    monkeypatch.setattr(deadlines, "time", SimpleNamespace(monotonic=lambda: NOW))


def item(
    number: int = 1, seconds: float | None = None, *, presumed: bool = False, phase: Phase = Phase.REQUEST
) -> Item:
    deadline = None if seconds is None else Deadline(NOW + seconds, presumed, "because")
    return Item(
        id=number,
        key=str(number),
        origin=Origin("one", "2025-11-25", deadline=deadline),
        arrived=0.0,
        arrived_at=datetime.now().astimezone(),
        phase=phase,
    )


@pytest.mark.parametrize(
    ("made", "whole", "brief"),
    [
        ({"seconds": 600}, "10:00 left", "10:00 left"),
        ({"seconds": 599.5}, "10:00 left", "10:00 left"),
        ({"seconds": 599}, "9:59 left", "9:59 left"),
        ({"seconds": 0.1}, "0:01 left", "0:01 left"),
        ({"seconds": 0}, "the server may have given up", "may have given up"),
        ({"seconds": 599.5, "presumed": True}, "10:00 left", "10:00 presumed"),
        ({"seconds": -1}, "the server may have given up", "may have given up"),
        ({"seconds": -1, "presumed": True}, "the server may have given up", "may have given up"),
        ({}, "", ""),
        ({"seconds": 600, "phase": Phase.DELIVERED}, "", ""),
    ],
)
@pytest.mark.usefixtures("still")
def test_in_words(made: dict[str, Any], whole: str, brief: str) -> None:
    one = item(**made)
    assert (time_left(one), brief_time_left(one)) == (whole, brief)
    assert explained(one).endswith(": because") is bool(whole)
    assert bool(presumed(one)) is ("(presumed)" in explained(one)) is brief.endswith(" presumed")


def test_who_has_the_least_time_comes_first_and_who_has_no_limit_last() -> None:
    items = [item(1), item(2, 100), item(3), item(4, 10), item(5, -10)]
    assert [one.id for one in by_deadline(items)] == [5, 4, 2, 1, 3]


async def test_the_inbox_counts_down_and_orders_by_it(tmp_path: Path) -> None:
    async with running(settings_for(one=PUPPET), tmp_path / "record.sqlite3") as (app, pilot, backend):
        await wait_until(pilot, lambda: backend.supervisor.servers["one"].tools)
        lines = [
            sampling(1, "no limit"),
            sampling(2, "plenty", _meta={"timeoutMs": 3_000_000}),
            sampling(3, "little", _meta={"timeoutMs": 600_000}),
        ]
        await backend.supervisor.call_tool("one", "say", {"before": lines})
        await wait_until(pilot, lambda: app.screen.query_one(Queue).ids == [3, 2, 1])
        await pilot.press("home")
        await wait_until(pilot, lambda: re.search(r"#3 .* · (10:00|9:\d\d) left", screen_text(app)))
        shown = re.findall(r"9:\d\d left", screen_text(app))
        await wait_until(pilot, lambda: re.findall(r"9:\d\d left", screen_text(app)) not in ([], shown))
        assert len(backend.desk.pending) == 3


async def test_a_deadline_that_passes_decides_nothing(tmp_path: Path) -> None:
    async with running(settings_for(one=PUPPET), tmp_path / "record.sqlite3") as (app, pilot, backend):
        await wait_until(pilot, lambda: backend.supervisor.servers["one"].tools)
        lines = [sampling(1, _meta={"timeoutMs": 50})]
        await backend.supervisor.call_tool("one", "say", {"before": lines})
        await wait_until(pilot, lambda: "the server may have given up" in screen_text(app))
        assert "may have given up" in screen_text(app)
        assert backend.desk.reviews[1].phase is Phase.REQUEST


async def test_a_server_that_times_out_is_counted_down_and_withdrawn(
    server_everything: ServerCommand, tmp_path: Path
) -> None:
    """Its clock runs eight times as fast as ours: a busy machine paints seconds late."""
    async with running(settings_for(one=hurried(server_everything)), tmp_path / "record.sqlite3") as (
        app,
        pilot,
        backend,
    ):
        await wait_until(pilot, lambda: backend.supervisor.servers["one"].tools)
        backend.runs.start("one", "trigger-sampling-request", {"prompt": "hello"})
        await wait_until(pilot, lambda: re.search(r"(1:00|0:5\d) left(.|\n)*time left is presumed", screen_text(app)))
        await wait_until(pilot, lambda: backend.desk.reviews[1].phase is Phase.WITHDRAWN)
        await wait_until(pilot, lambda: "the server cancelled it" in screen_text(app))
        assert " left" not in screen_text(app)


async def test_cancelling_a_run_withdraws_what_it_asked(server_everything: ServerCommand, tmp_path: Path) -> None:
    async with running(settings_for(one=server_everything), tmp_path / "record.sqlite3") as (_, pilot, backend):
        await wait_until(pilot, lambda: backend.supervisor.servers["one"].tools)
        run = backend.runs.start("one", "trigger-sampling-request", {"prompt": "hello"})
        await wait_until(pilot, lambda: backend.desk.pending)
        assert backend.runs.cancel(run.id)
        await wait_until(pilot, lambda: not backend.desk.pending)
        outcome = backend.desk.reviews[1].outcome
        assert outcome is not None
        assert outcome.phase is Phase.WITHDRAWN
        assert outcome.reason in ("the call that it belonged to ended", "the server cancelled it")
