"""What is short is done where it is asked for, and what is long in a thread."""

import asyncio
import threading
from typing import Any

import pytest

from tests.support.limits import LIMIT
from tests.support.turns import in_turns_of_an_answer
from tuui_sampling.sampling.derived import beside
from tuui_sampling.sampling.derived.beside import (
    AT_ONCE,
    BURST,
    SHORT,
    STRIDE,
    after_others,
    beside_the_loop,
    give_way_to,
    long_step,
    paced,
)


@pytest.mark.parametrize(("size", "here"), [(0, True), (SHORT, True), (SHORT + 1, False)])
async def test_where_something_is_done(size: int, here: bool) -> None:
    assert (await beside_the_loop(size, threading.get_ident) == threading.get_ident()) is here


async def test_what_fails_in_a_thread_fails_here() -> None:
    with pytest.raises(ZeroDivisionError):
        await beside_the_loop(SHORT + 1, lambda: 1 // 0)


async def test_what_has_come_is_answered_before_a_long_piece_of_work() -> None:
    answered = in_turns_of_an_answer()
    await after_others()
    assert answered.done()


class Clock:
    """Time that passes only where it is told to."""

    now = 100.0

    @classmethod
    def monotonic(cls) -> float:
        return cls.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> type[Clock]:
    monkeypatch.setattr(beside, "time", Clock)
    return Clock


def bursts(clock: type[Clock], count: int) -> None:
    """Work for so many bursts."""
    for _ in range(count + 1):
        beside.pause()
        clock.now += 1.01 * BURST


async def test_a_thread_that_works_long_goes_on_when_the_loop_has_nothing_to_do(
    clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, waits, steps, done = asyncio.get_running_loop(), threading.Event(), list[int](), asyncio.Event()
    give_way_to(loop)
    monkeypatch.setattr(beside, "AT_MOST", LIMIT)
    call = loop.call_soon_threadsafe

    def called(*what: Any, **more: Any) -> asyncio.Handle:
        handle = call(*what, **more)
        waits.set()
        return handle

    def work() -> None:
        bursts(clock, 1)
        steps.append(-1)
        call(done.set)

    def step(number: int) -> None:
        clock.now += 10 * AT_ONCE
        steps.append(number)
        if number < 9:
            loop.call_soon(step, number + 1)

    monkeypatch.setattr(loop, "call_soon_threadsafe", called)
    thread = threading.Thread(target=work)
    thread.start()
    assert waits.wait(LIMIT)
    loop.call_soon(step, 0)
    await asyncio.wait_for(done.wait(), LIMIT)
    thread.join()
    assert steps == [*range(10), -1]


@pytest.mark.parametrize("of", ["no loop", "one that has ended", "one that waits for the thread"])
async def test_a_thread_that_works_long_does_not_wait_for_ever(
    clock: type[Clock], monkeypatch: pytest.MonkeyPatch, of: str
) -> None:
    other = asyncio.new_event_loop()
    other.close()
    monkeypatch.setattr(beside, "AT_MOST", 0.01)
    monkeypatch.setattr(
        beside._first, "loop", {"no loop": None, "one that has ended": other}.get(of, asyncio.get_running_loop())
    )
    thread = threading.Thread(target=bursts, args=(clock, 3))
    thread.start()
    thread.join(LIMIT)
    assert not thread.is_alive()


async def test_the_event_loop_never_pauses_and_a_short_piece_of_work_does_not(
    clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "_give_way", lambda: pytest.fail("it waits"))
    bursts(clock, 3)
    thread = threading.Thread(target=bursts, args=(clock, 0))
    thread.start()
    thread.join()


def test_threads_let_a_long_step_of_the_loop_go_on_at_once(clock: type[Clock], monkeypatch: pytest.MonkeyPatch) -> None:
    gave_way = list[bool]()

    def work() -> None:
        for _ in range(3):
            beside.pause()
            clock.now += BURST / 10

    def in_a_thread() -> int:
        gave_way.clear()
        thread = threading.Thread(target=work)
        thread.start()
        thread.join(LIMIT)
        return len(gave_way)

    monkeypatch.setattr(beside, "_give_way", lambda: gave_way.append(True))
    with long_step():
        assert in_a_thread() == 2, "one that only begins is not asked yet"
    assert in_a_thread() == 0, "after it, they work to the end of their stretch"


def test_what_there_are_thousands_of_is_gone_through_with_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    paused = list[None]()
    monkeypatch.setattr(beside, "pause", lambda: paused.append(None))
    assert list(paced(range(10 * STRIDE))) == list(range(10 * STRIDE))
    assert len(paused) == 10
