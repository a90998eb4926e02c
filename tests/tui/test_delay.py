"""Tests of calling something once, later."""

import asyncio
from itertools import count

import pytest
from textual import _time
from textual.app import App

from tests.support.limits import LIMIT
from tuui_sampling.tui.delay import Delay


async def test_what_is_to_be_done_later_is_done_though_time_has_passed_before_anybody_looked_at_the_clock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A process that others crowd out sees the clock jump; a timer of Textual's is lost then."""
    async with App[None]().run_test() as pilot:
        looks, real = count(), _time.get_time
        # It jumps a thousand times: a timer that goes on for ever would try to catch up with one that never stops.
        monkeypatch.setattr(_time, "get_time", lambda: real() + min(next(looks), 1_000))
        lost, done = asyncio.Event(), asyncio.Event()
        pilot.app.set_timer(0.001, lost.set)
        Delay(pilot.app, 0.001, done.set)
        async with asyncio.timeout(LIMIT):
            await done.wait()
        assert not lost.is_set(), "Textual's timers lose nothing any more: `tui/delay.py` can go"


async def test_what_is_awaited_later_is_awaited() -> None:
    done = asyncio.Event()

    async def awaited() -> None:
        await asyncio.sleep(0)
        done.set()

    async with App[None]().run_test() as pilot:
        Delay(pilot.app, 0.001, awaited)
        async with asyncio.timeout(LIMIT):
            await done.wait()


async def test_what_is_stopped_is_not_done_even_where_it_was_due_already() -> None:
    called: list[str] = []
    async with App[None]().run_test() as pilot:
        never = Delay(pilot.app, 0.0, lambda: called.append("never"))
        never.stop()
        due = asyncio.Event()
        late = Delay(pilot.app, 0.0, lambda: called.append("late"))
        pilot.app.call_next(due.wait)  # keeps the app from what is due
        loop = asyncio.get_running_loop()
        loop.call_later(0.01, late.stop)
        loop.call_later(0.011, due.set)
        async with asyncio.timeout(LIMIT):
            await due.wait()
        await pilot.pause()
    assert not called
